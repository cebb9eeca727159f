// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/llm/builtindialogue.h"

#include "engine/llm/tokencounter.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

LlmRequest requestFor(const QString& prompt)
{
    LlmRequest request;
    request.tools = usualTools();
    request.transcript.append({ChatRole::System, u"You are an agent."_s, {}, {}, {}, false});
    request.transcript.append({ChatRole::User, prompt, {}, {}, {}, false});
    return request;
}

} // namespace

class TestBuiltinLlmClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatItIs()
    {
        const std::unique_ptr<LlmClient> client = makeBuiltinLlmClient();
        QCOMPARE(client->provider(), u"builtin"_s);
        QCOMPARE(client->defaultModel(), u"builtin-planner-1"_s);
        QVERIFY(!client->isRemote());
        const Result<QList<ModelInfo>> models = await(client->models({}));
        QVERIFY(models);
        QCOMPARE(models->size(), 1);
        QCOMPARE(models->first().id, u"builtin-planner-1"_s);
        QVERIFY(models->first().description.contains(u"not a language model"_s));
    }

    void encodesValidCompactJsonInParts()
    {
        const std::unique_ptr<LlmClient> client = makeBuiltinLlmClient();
        LlmRequest request = requestFor(u"Grüße „Welt“\n\"x\""_s);
        request.transcript.append({ChatRole::Assistant, {}, {{u"c1"_s, u"t"_s, u"{\"a\":1}"_s, {}}}, {}, {}, false});
        request.transcript.append({ChatRole::Tool, u"no"_s, {}, u"c1"_s, u"t"_s, true});
        const EncodedRequest encoded = client->encode(request);
        QCOMPARE(encoded.messages.size(), 4);
        QJsonParseError error;
        const QJsonObject json = QJsonDocument::fromJson(encoded.joined(), &error).object();
        QCOMPARE(error.error, QJsonParseError::NoError);
        QCOMPARE(json["messages"_L1][1]["content"_L1].toString(), u"Grüße „Welt“\n\"x\""_s);
        QCOMPARE(json["messages"_L1][2]["toolCalls"_L1][0]["arguments"_L1].toString(), u"{\"a\":1}"_s);
        QCOMPARE(json["messages"_L1][3]["error"_L1].toBool(), true);
        QCOMPARE(json["tools"_L1].toArray().size(), 2);
        QCOMPARE(client->encode(request).joined(), encoded.joined());
    }

    void countsTokensOfWhatItReadAndWrote()
    {
        const LlmRequest request = requestFor(u"What is 2 + 3?"_s);
        const LlmOutcome outcome = askOnce(request);
        QVERIFY(outcome.reply);
        const Usage& usage = outcome.reply->usage;
        QCOMPARE(usage.source, UsageSource::Reported);
        const EncodedRequest encoded = makeBuiltinLlmClient()->encode(request);
        qint64 expected =
            estimateTokens(QString::fromUtf8(encoded.head)) + estimateTokens(QString::fromUtf8(encoded.tail));
        for (const QByteArray& message : encoded.messages) {
            expected += estimateTokens(QString::fromUtf8(message));
        }
        QCOMPARE(usage.input, expected);
        QVERIFY(usage.output > 20);
        QCOMPARE(usage.total(), usage.input + usage.output);
    }

    void rebuildsARecordedReplyExactly_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::newRow("calls") << u"What is 2 + 3?"_s;
        QTest::newRow("answer") << u"Hallo!"_s;
        QTest::newRow("several calls") << u"What is a frame? Why does a run stop at a breakpoint?"_s;
    }
    void rebuildsARecordedReplyExactly()
    {
        QFETCH(QString, prompt);
        const LlmOutcome outcome = askOnce(requestFor(prompt));
        QVERIFY(outcome.reply);
        for (const bool streamed : {false, true}) {
            const LlmOutcome again = makeBuiltinLlmClient()->decode(outcome.rawReply, streamed);
            QVERIFY(again.reply);
            QVERIFY(*again.reply == *outcome.reply);
            QCOMPARE(again.rawReply, outcome.rawReply);
        }
    }

    void refusesDamagedRecordings_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("cut") << QByteArray("{\"model\":\"builtin-pl");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("members missing") << QByteArray("{}");
        QTest::newRow("wrong type") << QByteArray(R"({"model":"m","stop":"final","content":7})");
        QTest::newRow("call without id") << QByteArray(
            R"({"model":"m","stop":"tool_calls","toolCalls":[{"name":"x"}]})");
    }
    void refusesDamagedRecordings()
    {
        QFETCH(QByteArray, bytes);
        const LlmOutcome outcome = makeBuiltinLlmClient()->decode(bytes, false);
        QVERIFY(!outcome.reply);
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->errorClass, ErrorClass::TerminalError);
        QVERIFY(outcome.failure->message.contains(u"not valid"_s));
    }

    void streamsWordByWordWhatItReplies()
    {
        QString content;
        QString reasoning;
        int pieces = 0;
        const auto sink = [&](const LlmDelta& delta) {
            ++pieces;
            (delta.kind == LlmDelta::Kind::Reasoning ? reasoning : content) += delta.text;
        };
        const LlmOutcome outcome = askOnce(requestFor(u"Hello"_s), sink);
        QVERIFY(outcome.reply);
        QCOMPARE(content, outcome.reply->content);
        QCOMPARE(reasoning, outcome.reply->reasoning);
        QVERIFY(pieces > 20);
    }

    void announcesToolCallsWhileItStreams()
    {
        QStringList tools;
        const auto sink = [&tools](const LlmDelta& delta) {
            if (delta.kind == LlmDelta::Kind::ToolCall) {
                tools.append(delta.text);
            }
        };
        askOnce(requestFor(u"What is 2 + 3?"_s), sink);
        QCOMPARE(tools, QStringList{u"code_executor"_s});
    }

    void staysSilentWithoutStreaming()
    {
        LlmRequest request = requestFor(u"Hello"_s);
        request.stream = false;
        int pieces = 0;
        const LlmOutcome outcome = askOnce(request, [&pieces](const LlmDelta&) { ++pieces; });
        QVERIFY(outcome.reply);
        QCOMPARE(pieces, 0);
    }

    void endsAtOnceWhenStopped()
    {
        std::stop_source source;
        source.request_stop();
        const std::unique_ptr<LlmClient> client = makeBuiltinLlmClient();
        const LlmRequest request = requestFor(u"Hello"_s);
        const LlmOutcome outcome = await(client->call(request, {}, source.get_token()));
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, LlmErrorKind::Cancelled);
        QVERIFY(!outcome.failure->requestSent);
    }

    void refusesAnUnknownModel()
    {
        LlmRequest request = requestFor(u"Hello"_s);
        request.model = u"gpt-x"_s;
        const LlmOutcome outcome = askOnce(request);
        QVERIFY(outcome.failure);
        QCOMPARE(outcome.failure->kind, LlmErrorKind::ModelMissing);
        QVERIFY(outcome.failure->message.contains(u"gpt-x"_s));
    }

    void cutsAnAnswerAtTheOutputLimit()
    {
        LlmRequest request = requestFor(u"Hello"_s);
        request.parameters.maxOutputTokens = 80;
        const LlmOutcome outcome = askOnce(request);
        QVERIFY(outcome.reply);
        QCOMPARE(outcome.reply->stop, StopReason::Length);
        QVERIFY(outcome.reply->usage.output <= 80);
        QVERIFY(!outcome.reply->content.isEmpty());
        request.parameters.maxOutputTokens = 4096;
        QVERIFY(askOnce(request).reply->content.startsWith(outcome.reply->content));
    }

    void answersTheSameTwice()
    {
        const LlmRequest request = requestFor(u"First compute 3*4, then explain breakpoints, finally say hello"_s);
        const LlmOutcome one = askOnce(request);
        const LlmOutcome two = askOnce(request);
        QCOMPARE(one.rawReply, two.rawReply);
    }
};

QTEST_GUILESS_MAIN(TestBuiltinLlmClient)
#include "tst_builtinllmclient.moc"
