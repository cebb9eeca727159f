// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/scriptedllmclient.h"

#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

ChatMessage message(ChatRole role, const QString& content, const QString& tool = {})
{
    ChatMessage made;
    made.role = role;
    made.content = content;
    made.toolName = tool;
    return made;
}

/// A frame that works on task and has had that many turns, each with one tool result.
LlmRequest frame(const QString& task, int turns = 0, int attempt = 1, const QString& lastResult = u"result"_s,
                 const QString& tool = u"google_search"_s)
{
    LlmRequest request;
    request.transcript.append(message(ChatRole::System, u"Be brief."_s));
    request.transcript.append(message(ChatRole::User, u"earlier question"_s));
    request.transcript.append(message(ChatRole::Assistant, u"earlier answer"_s));
    request.transcript.append(message(ChatRole::User, task));
    for (int i = 0; i < turns; ++i) {
        request.transcript.append(message(ChatRole::Assistant, u"turn"_s));
        request.transcript.append(message(ChatRole::Tool, lastResult, tool));
    }
    request.attempt = attempt;
    return request;
}

LlmScript script(const QByteArray& json)
{
    const Result<LlmScript> read = readScript(json, u"test.json"_s);
    if (!read) {
        qFatal("%s", qPrintable(read.error().message));
    }
    return *read;
}

QString answerOf(const LlmOutcome& outcome)
{
    return outcome.reply ? outcome.reply->content : QString(u"!" + QString(toName(outcome.failure->kind)));
}

} // namespace

class TestScriptedLlmClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheWrongPlace_data();
    void namesTheWrongPlace();
    void namesAMissingFile();
    void readsAScriptFromItsFile();
    void answersByTranscriptAndAttempt_data();
    void answersByTranscriptAndAttempt();
    void givesEveryFieldOfAStep();
    void givesErrorsAsWritten();
    void estimatesUsageUnlessTold();
    void waitsAsLongAsItSays();
    void stopsWhileItWaits();
    void streamsOnlyIfAsked();
    void decodeGivesTheSame_data();
    void decodeGivesTheSame();
    void refusesForeignBytes();
    void listsItself();

private:
    LlmOutcome call(const QByteArray& json, const LlmRequest& request)
    {
        ScriptedLlmClient client(script(json), u"test.json"_s, m_clock);
        return test::await(client.call(request, {}, {}));
    }

    test::FakeClock m_clock;
};

void TestScriptedLlmClient::namesTheWrongPlace_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("place");
    QTest::newRow("no JSON") << QByteArray("{") << u"test.json"_s;
    QTest::newRow("no steps") << QByteArray("{}") << u"$.steps"_s;
    QTest::newRow("empty steps") << QByteArray(R"({"steps":[]})") << u"$.steps"_s;
    QTest::newRow("empty step") << QByteArray(R"({"steps":[{}]})") << u"$.steps[0]"_s;
    QTest::newRow("unknown field") << QByteArray(R"({"steps":[{"content":"x","contents":"y"}]})")
                                   << u"$.steps[0].contents"_s;
    QTest::newRow("ill-typed") << QByteArray(R"({"steps":[{"content":"x"},{"content":7}]})") << u"$.steps[1].content"_s;
    QTest::newRow("unknown stop") << QByteArray(R"({"steps":[{"content":"x","stop":"end"}]})") << u"$.steps[0].stop"_s;
    QTest::newRow("unknown kind") << QByteArray(R"({"steps":[{"error":{"kind":"BROKEN"}}]})")
                                  << u"$.steps[0].error.kind"_s;
    QTest::newRow("no kind") << QByteArray(R"({"steps":[{"error":{}}]})") << u"$.steps[0].error.kind"_s;
    QTest::newRow("error and reply") << QByteArray(R"({"steps":[{"error":{"kind":"SERVER"},"content":"x"}]})")
                                     << u"$.steps[0].content"_s;
    QTest::newRow("call without name") << QByteArray(R"({"steps":[{"toolCalls":[{"arguments":{}}]}]})")
                                       << u"$.steps[0].toolCalls[0].name"_s;
    QTest::newRow("arguments") << QByteArray(R"({"steps":[{"toolCalls":[{"name":"f","arguments":7}]}]})")
                               << u"$.steps[0].toolCalls[0].arguments"_s;
    QTest::newRow("empty match") << QByteArray(R"({"steps":[{"content":"x","match":{}}]})") << u"$.steps[0].match"_s;
    QTest::newRow("negative delay") << QByteArray(R"({"steps":[{"content":"x","delayMs":-1}]})")
                                    << u"$.steps[0].delayMs"_s;
    QTest::newRow("cost") << QByteArray(R"({"steps":[{"content":"x","cost":"1e3"}]})") << u"$.steps[0].cost"_s;
    QTest::newRow("usage") << QByteArray(R"({"steps":[{"content":"x","usage":{"output":1,"reasoning":2}}]})")
                           << u"$.steps[0].usage.reasoning"_s;
    QTest::newRow("unknown usage") << QByteArray(R"({"steps":[{"content":"x","usage":{"tokens":1}}]})")
                                   << u"$.steps[0].usage.tokens"_s;
}

void TestScriptedLlmClient::namesTheWrongPlace()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, place);
    const Result<LlmScript> read = readScript(json, u"test.json"_s);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::InvalidInput);
    QVERIFY2(read.error().message.contains(u"test.json"_s), qPrintable(read.error().message));
    QVERIFY2(read.error().message.contains(place + u' ') || place == u"test.json"_s, qPrintable(read.error().message));
}

void TestScriptedLlmClient::namesAMissingFile()
{
    const Result<LlmScript> missing = loadScript(u"/nowhere/script.json"_s);
    QVERIFY(!missing);
    QVERIFY(missing.error().message.contains(u"/nowhere/script.json"_s));
    const Result<LlmScript> unnamed = loadScript({});
    QVERIFY(!unnamed);
    QVERIFY(unnamed.error().message.contains(u"--model"_s));
}

void TestScriptedLlmClient::readsAScriptFromItsFile()
{
    QTemporaryDir dir;
    QFile file(dir.filePath(u"demo.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"model":"demo-1","steps":[{"content":"Grüße"}]})");
    file.close();
    const Result<LlmScript> read = loadScript(file.fileName());
    QVERIFY(read);
    QCOMPARE(read->steps.first().reply.content, u"Grüße"_s);
    QCOMPARE(read->model, u"demo-1"_s);
    QVERIFY(file.resize(17 * 1024 * 1024));
    const Result<LlmScript> tooLarge = loadScript(file.fileName());
    QVERIFY(!tooLarge);
    QVERIFY(tooLarge.error().message.contains(u"16 MiB"_s));
}

void TestScriptedLlmClient::answersByTranscriptAndAttempt_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<LlmRequest>("request");
    QTest::addColumn<QString>("answer");
    const QByteArray plain = R"({"steps":[{"content":"a"},{"content":"b"}]})";
    QTest::newRow("first turn") << plain << frame(u"t"_s) << u"a"_s;
    QTest::newRow("second turn") << plain << frame(u"t"_s, 1) << u"b"_s;
    QTest::newRow("used up") << plain << frame(u"t"_s, 2) << u"!BAD_REQUEST"_s;
    QTest::newRow("a reply answers any attempt") << plain << frame(u"t"_s, 0, 3) << u"a"_s;
    const QByteArray repeating = R"({"repeatLast":true,"steps":[{"content":"a"},{"content":"b"}]})";
    QTest::newRow("repeats the last") << repeating << frame(u"t"_s, 7) << u"b"_s;

    const QByteArray errors = R"({"steps":[{"error":{"kind":"SERVER"}},{"error":{"kind":"RATE_LIMITED"}},
                                 {"content":"a"},{"content":"b"},{"error":{"kind":"AUTH"}}]})";
    QTest::newRow("first error") << errors << frame(u"t"_s) << u"!SERVER"_s;
    QTest::newRow("second error") << errors << frame(u"t"_s, 0, 2) << u"!RATE_LIMITED"_s;
    QTest::newRow("then the reply") << errors << frame(u"t"_s, 0, 3) << u"a"_s;
    QTest::newRow("errors do not shift turns") << errors << frame(u"t"_s, 1) << u"b"_s;
    QTest::newRow("error at the end") << errors << frame(u"t"_s, 2) << u"!AUTH"_s;
    QTest::newRow("error at the end, used up") << errors << frame(u"t"_s, 2, 2) << u"!BAD_REQUEST"_s;
    const QByteArray always = R"({"repeatLast":true,"steps":[{"error":{"kind":"SERVER"}}]})";
    QTest::newRow("error for ever") << always << frame(u"t"_s, 0, 4) << u"!SERVER"_s;

    const QByteArray tasks = R"({"steps":[{"content":"a"},{"match":{"task":"capital"},"content":"c0"},
                                {"content":"b"},{"match":{"task":"capital"},"content":"c1"},
                                {"match":{"task":"cap"},"content":"never"}]})";
    QTest::newRow("sequence of a task") << tasks << frame(u"the capital"_s) << u"c0"_s;
    QTest::newRow("its second turn") << tasks << frame(u"the capital"_s, 1) << u"c1"_s;
    QTest::newRow("its own end") << tasks << frame(u"the capital"_s, 2) << u"!BAD_REQUEST"_s;
    QTest::newRow("other tasks") << tasks << frame(u"other"_s, 1) << u"b"_s;
    QTest::newRow("earlier talk is not the task") << tasks << frame(u"earlier"_s) << u"a"_s;

    const QByteArray rules = R"({"steps":[{"content":"a"},{"content":"b"},
                                {"match":{"last":"not found"},"content":"sorry"},
                                {"match":{"tool":"code_executor"},"error":{"kind":"SERVER"}},
                                {"match":{"tool":"code_executor"},"content":"ran"},
                                {"match":{"turn":5,"task":"t"},"content":"five"}]})";
    QTest::newRow("rule by last message") << rules << frame(u"t"_s, 1, 1, u"404 not found"_s) << u"sorry"_s;
    QTest::newRow("rule by tool, error first")
        << rules << frame(u"t"_s, 1, 1, u"1"_s, u"code_executor"_s) << u"!SERVER"_s;
    QTest::newRow("rule by tool, retry") << rules << frame(u"t"_s, 1, 2, u"1"_s, u"code_executor"_s) << u"ran"_s;
    QTest::newRow("rule by turn") << rules << frame(u"t"_s, 5) << u"five"_s;
    QTest::newRow("rule of another task") << rules << frame(u"x"_s, 5) << u"!BAD_REQUEST"_s;
    QTest::newRow("no rule fits") << rules << frame(u"t"_s, 1) << u"b"_s;
    const QByteArray errorRule = R"({"steps":[{"content":"a"},{"match":{"turn":0},"error":{"kind":"TIMEOUT"}}]})";
    QTest::newRow("error rule alone") << errorRule << frame(u"t"_s) << u"!TIMEOUT"_s;
    QTest::newRow("then the sequence answers") << errorRule << frame(u"t"_s, 0, 2) << u"a"_s;
    QTest::newRow("an empty transcript") << plain << LlmRequest() << u"a"_s;
}

void TestScriptedLlmClient::answersByTranscriptAndAttempt()
{
    QFETCH(QByteArray, json);
    QFETCH(LlmRequest, request);
    QFETCH(QString, answer);
    const LlmOutcome outcome = call(json, request);
    QCOMPARE(answerOf(outcome), answer);
    QCOMPARE(answerOf(call(json, request)), answer);
    if (outcome.failure && outcome.failure->kind == LlmErrorKind::BadRequest) {
        QVERIFY(outcome.failure->message.contains(u"test.json"_s));
    }
}

void TestScriptedLlmClient::givesEveryFieldOfAStep()
{
    const LlmOutcome outcome = call(R"({"model":"demo-1","steps":[{"reasoning":"hm","content":"look",
        "toolCalls":[{"name":"f","arguments":{"b":1,"a":2}},{"id":"x","name":"g","arguments":"{broken"},{"name":"h"}],
        "usage":{"input":120,"cacheRead":64,"cacheWrite":1,"cacheWrite1h":2,"inputAudio":3,"output":34,
                 "outputAudio":4,"reasoning":8},"cost":"0.0021"}]})",
                                    frame(u"t"_s));
    const LlmReply& reply = *outcome.reply;
    QCOMPARE(reply.modelBilled, u"demo-1"_s);
    QCOMPARE(reply.reasoning, u"hm"_s);
    QCOMPARE(reply.stop, StopReason::ToolCalls);
    QCOMPARE(reply.toolCalls.at(0).arguments, u"{\"a\":2,\"b\":1}"_s);
    QVERIFY(reply.toolCalls.at(0).parsed);
    QVERIFY(!reply.toolCalls.at(0).id.isEmpty());
    QCOMPARE(reply.toolCalls.at(1).id, u"x"_s);
    QVERIFY(!reply.toolCalls.at(1).parsed);
    QCOMPARE(reply.toolCalls.at(2).arguments, u"{}"_s);
    QVERIFY(reply.toolCalls.at(2).id != reply.toolCalls.at(0).id);
    QCOMPARE(reply.usage.totalInput(), 190);
    QCOMPARE(reply.usage.totalOutput(), 38);
    QCOMPARE(reply.usage.source, UsageSource::Reported);
    QCOMPARE(reply.usage.reportedCost->toDecimal(), u"0.0021"_s);
    const LlmOutcome cut = call(R"({"steps":[{"content":"look","stop":"length"}]})", frame(u"t"_s));
    QCOMPARE(cut.reply->stop, StopReason::Length);
}

void TestScriptedLlmClient::givesErrorsAsWritten()
{
    const LlmOutcome outcome = call(R"({"steps":[{"error":{"kind":"RATE_LIMITED","httpStatus":429,"code":"slow_down",
        "retryAfterMs":2000,"message":"wait","usage":{"input":7}}}]})",
                                    frame(u"t"_s));
    const LlmFailure& failure = *outcome.failure;
    QCOMPARE(failure.errorClass, ErrorClass::TransientError);
    QCOMPARE(failure.httpStatus, 429);
    QCOMPARE(failure.providerCode, u"slow_down"_s);
    QCOMPARE(failure.retryAfter->count(), 2000);
    QCOMPARE(failure.message, u"wait"_s);
    QCOMPARE(failure.usage.input, 7);
    QCOMPARE(failure.usage.source, UsageSource::Estimated);
    const LlmOutcome terminal = call(R"({"steps":[{"error":{"kind":"AUTH"}}]})", frame(u"t"_s));
    QCOMPARE(terminal.failure->errorClass, ErrorClass::TerminalError);
}

void TestScriptedLlmClient::estimatesUsageUnlessTold()
{
    const LlmOutcome estimated = call(R"({"steps":[{"content":"12345678","reasoning":"1234"}]})", frame(u"t"_s));
    QCOMPARE(estimated.reply->usage.source, UsageSource::Estimated);
    QCOMPARE(estimated.reply->usage.output, 3);
    QCOMPARE(estimated.reply->usage.reasoning, 1);
    QVERIFY(estimated.reply->usage.input > 0);
    const LlmOutcome silent = call(R"({"steps":[{"content":"x","usage":null}]})", frame(u"t"_s));
    QCOMPARE(silent.reply->usage.source, UsageSource::Missing);
}

void TestScriptedLlmClient::waitsAsLongAsItSays()
{
    test::FakeClock clock;
    clock.setAutomatic(true);
    ScriptedLlmClient client(script(R"({"steps":[{"content":"a","delayMs":250}]})"), u"s"_s, clock);
    const LlmOutcome outcome = test::await(client.call(frame(u"t"_s), {}, {}));
    QCOMPARE(clock.sleeps(), std::vector<qint64>{250});
    QCOMPARE(outcome.durationMs, 250);
}

void TestScriptedLlmClient::stopsWhileItWaits()
{
    ScriptedLlmClient client(script(R"({"steps":[{"content":"a","delayMs":250}]})"), u"s"_s, m_clock);
    std::stop_source source;
    auto task = client.call(frame(u"t"_s), {}, source.get_token());
    source.request_stop();
    const LlmOutcome waiting = test::await(std::move(task));
    QCOMPARE(toName(waiting.failure->kind), toName(LlmErrorKind::Cancelled));
    const LlmOutcome before = test::await(client.call(frame(u"t"_s), {}, source.get_token()));
    QCOMPARE(toName(before.failure->kind), toName(LlmErrorKind::Cancelled));
    QVERIFY(!before.failure->requestSent);
}

void TestScriptedLlmClient::streamsOnlyIfAsked()
{
    QString text;
    int pieces = 0;
    const LlmClient::DeltaSink sink = [&](const LlmDelta& delta) {
        text += delta.text;
        ++pieces;
    };
    const QByteArray json = R"({"steps":[{"reasoning":"so it is ","content":"one two  three four\nfive six.",
                               "toolCalls":[{"name":"f","arguments":{"a":1}}]}]})";
    ScriptedLlmClient client(script(json), u"s"_s, m_clock);
    LlmRequest request = frame(u"t"_s);
    (void)test::await(client.call(request, sink, {}));
    QCOMPARE(text, u"so it is one two  three four\nfive six.f{\"a\":1}"_s);
    QVERIFY(pieces > 4);
    pieces = 0;
    request.stream = false;
    (void)test::await(client.call(request, sink, {}));
    QCOMPARE(pieces, 0);
}

void TestScriptedLlmClient::decodeGivesTheSame_data()
{
    QTest::addColumn<QByteArray>("step");
    QTest::newRow("text") << QByteArray(R"({"content":"Grüße","reasoning":"r"})");
    QTest::newRow("calls") << QByteArray(R"({"toolCalls":[{"name":"f","arguments":{"a":1}},
                                            {"name":"g","arguments":"{broken"},{"name":"h","arguments":"[1]"}]})");
    QTest::newRow("usage and cost") << QByteArray(R"({"content":"x","usage":{"input":3,"output":4},"cost":"0.1"})");
    QTest::newRow("no usage") << QByteArray(R"({"content":"x","usage":null,"stop":"filtered"})");
    QTest::newRow("error") << QByteArray(R"({"error":{"kind":"RATE_LIMITED","httpStatus":429,"code":"c",
                                            "retryAfterMs":5,"message":"m","usage":{"input":7}}})");
    QTest::newRow("terminal error") << QByteArray(R"({"error":{"kind":"TLS"}})");
}

void TestScriptedLlmClient::decodeGivesTheSame()
{
    QFETCH(QByteArray, step);
    ScriptedLlmClient client(script("{\"steps\":[" + step + "]}"), u"s"_s, m_clock);
    const LlmOutcome live = test::await(client.call(frame(u"t"_s), {}, {}));
    const LlmOutcome decoded = client.decode(live.rawReply, true);
    QVERIFY(decoded.reply == live.reply);
    QVERIFY(decoded.failure == live.failure);
    QCOMPARE(decoded.rawReply, live.rawReply);
}

void TestScriptedLlmClient::refusesForeignBytes()
{
    const ScriptedLlmClient client(script(R"({"steps":[{"content":"a"}]})"), u"s"_s, m_clock);
    QVERIFY(client.decode("{}", true).failure);
    QVERIFY(client.decode("nonsense", true).failure);
}

void TestScriptedLlmClient::listsItself()
{
    ScriptedLlmClient client(script(R"({"steps":[{"content":"a"}]})"), u"s.json"_s, m_clock);
    QCOMPARE(client.provider(), u"scripted"_s);
    QCOMPARE(client.defaultModel(), u"s.json"_s);
    QVERIFY(!client.isRemote());
    const auto models = test::await(client.models({}));
    QCOMPARE(models->size(), 1);
    QVERIFY(client.encode(frame(u"the task"_s)).joined().contains("the task"));
}

QTEST_GUILESS_MAIN(TestScriptedLlmClient)
#include "tst_scriptedllmclient.moc"
