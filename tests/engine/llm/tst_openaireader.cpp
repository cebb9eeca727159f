// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaireader.h"

#include "tests/support/fakellmwire.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

// Before the raw strings: they make moc of Qt 6.4 lose its way.
class TestOpenAiReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsInterleavedCallsTogether();
    void isTheSameInAnySplit();
    void putsTextTogether();
    void assemblesCallsOfOddServers_data();
    void assemblesCallsOfOddServers();
    void keepsTheOrderOfIndexes();
    void takesTheLastUsage();
    void putsReasoningDetailsTogether();
    void isCompleteByFinishReasonOnly_data();
    void isCompleteByFinishReasonOnly();
    void failsOnErrorChunks_data();
    void failsOnErrorChunks();
    void estimatesWhatABrokenStreamCost();
    void understandsAWholeDocument();
    void decodingTheFakeServersWordsGivesTheSame_data();
    void decodingTheFakeServersWordsGivesTheSame();
    void refusesAnEventWithoutEnd();
};

namespace {

QByteArray sse(const QByteArray& json)
{
    return "data: " + json + "\n\n";
}

QByteArray delta(const QByteArray& json, const QByteArray& finish = "null")
{
    return sse(R"({"id":"cc-1","object":"chat.completion.chunk","model":"m1","choices":[{"index":0,"delta":)" + json +
               R"(,"finish_reason":)" + finish + "}]}");
}

QByteArray calls(const QByteArray& json)
{
    return delta("{\"tool_calls\":[" + json + "]}");
}

const QByteArray kEnd = delta("{}", "\"tool_calls\"");
const QByteArray kUsage = sse(R"({"id":"cc-1","choices":[],"usage":{"prompt_tokens":120,"completion_tokens":34,)"
                              R"("total_tokens":154,"prompt_tokens_details":{"cached_tokens":64},)"
                              R"("completion_tokens_details":{"reasoning_tokens":8}}})");
const QByteArray kDone = "data: [DONE]\n\n";

// The interleaved example of two parallel calls
const QByteArray kInterleaved =
    delta(R"({"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_a","type":"function",)"
          R"("function":{"name":"google_search","arguments":""}}]})") +
    calls(R"({"index":0,"function":{"arguments":"{\"q\":"}})") +
    calls(R"({"index":1,"id":"call_b","type":"function","function":{"name":"code_executor","arguments":""}})") +
    calls(
        R"({"index":0,"function":{"arguments":"\"qt\"}"}},{"index":1,"function":{"arguments":"{\"src\":\"1+1\"}"}})") +
    kEnd + kUsage + kDone;

struct Told
{
    QString content;
    QString reasoning;
    QString calls;
};

LlmClient::DeltaSink tellInto(Told *told)
{
    return [told](const LlmDelta& delta) {
        QString& text = delta.kind == LlmDelta::Kind::Content     ? told->content
                        : delta.kind == LlmDelta::Kind::Reasoning ? told->reasoning
                                                                  : told->calls;
        text += delta.text;
    };
}

} // namespace

void TestOpenAiReader::putsInterleavedCallsTogether()
{
    Told told;
    OpenAiReader stream(tellInto(&told));
    QVERIFY(!stream.begun());
    stream.feed(kInterleaved);
    QVERIFY(stream.begun());
    const LlmOutcome outcome = stream.finish();
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.rawReply, kInterleaved);
    const LlmReply& reply = *outcome.reply;
    QCOMPARE(reply.toolCalls.size(), 2);
    QCOMPARE(reply.toolCalls.at(0),
             (ToolCallRequest{u"call_a"_s, u"google_search"_s, u"{\"q\":\"qt\"}"_s, QJsonObject{{u"q"_s, u"qt"_s}}}));
    QCOMPARE(reply.toolCalls.at(1), (ToolCallRequest{u"call_b"_s, u"code_executor"_s, u"{\"src\":\"1+1\"}"_s,
                                                     QJsonObject{{u"src"_s, u"1+1"_s}}}));
    QCOMPARE(reply.stop, StopReason::ToolCalls);
    QCOMPARE(reply.modelBilled, u"m1"_s);
    QCOMPARE(reply.usage.input, 56);
    QCOMPARE(reply.usage.cacheRead, 64);
    QCOMPARE(reply.usage.reasoning, 8);
    QCOMPARE(reply.usage.source, UsageSource::Reported);
    QCOMPARE(told.calls, u"google_search{\"q\":code_executor\"qt\"}{\"src\":\"1+1\"}"_s);
}

void TestOpenAiReader::isTheSameInAnySplit()
{
    const QByteArray body = kInterleaved + delta("{\"content\":\"\u00e4\U0001F600\"}");
    const LlmReply whole = *decodeOpenAiBody(body).reply;
    for (qsizetype step = 1; step < 40; ++step) {
        OpenAiReader stream({});
        for (qsizetype at = 0; at < body.size(); at += step) {
            stream.feed(QByteArrayView(body).sliced(at, std::min(step, body.size() - at)));
        }
        const LlmOutcome outcome = stream.finish();
        QVERIFY(outcome.reply);
        QVERIFY(*outcome.reply == whole);
        QCOMPARE(outcome.rawReply, body);
    }
}

void TestOpenAiReader::putsTextTogether()
{
    Told told;
    OpenAiReader stream(tellInto(&told));
    stream.feed(": OPENROUTER PROCESSING\r\n\r\n");
    stream.feed(delta(R"({"role":"assistant","content":""})"));
    stream.feed(delta(R"({"reasoning":"th"})"));
    stream.feed(delta(R"({"reasoning_content":"ink"})"));
    stream.feed(delta(R"({"content":"Grü","obfuscation":"zz"})"));
    stream.feed(delta(R"({"content":[{"type":"text","text":"ße"}]})"));
    stream.feed(sse(R"({"choices":[{"index":0,"finish_reason":"stop"}]})"));
    const LlmOutcome outcome = stream.finish();
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->content, u"Grüße"_s);
    QCOMPARE(outcome.reply->reasoning, u"think"_s);
    QCOMPARE(outcome.reply->stop, StopReason::Final);
    QCOMPARE(outcome.reply->usage.source, UsageSource::Missing);
    QCOMPARE(told.content, u"Grüße"_s);
    QCOMPARE(told.reasoning, u"think"_s);
}

void TestOpenAiReader::assemblesCallsOfOddServers_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("wanted"); // "id name arguments"
    QTest::newRow("no index, matched by id")
        << QByteArray(calls(R"({"id":"a","function":{"name":"f","arguments":"{\"x\""}})") +
                      calls(R"({"id":"b","function":{"name":"g","arguments":"{}"}})") +
                      calls(R"({"id":"a","function":{"arguments":":1}"}})"))
        << QStringList{u"a f {\"x\":1}"_s, u"b g {}"_s};
    QTest::newRow("no index, no id, by place")
        << QByteArray(calls(R"({"id":"a","function":{"name":"f","arguments":"{"}},)"
                            R"({"id":"b","function":{"name":"g","arguments":"{"}})") +
                      calls(R"({"function":{"arguments":"}"}},{"function":{"arguments":"}"}})"))
        << QStringList{u"a f {}"_s, u"b g {}"_s};
    QTest::newRow("no index, no id, further piece of one call")
        << QByteArray(calls(R"({"id":"a","function":{"name":"f","arguments":"{"}})") +
                      calls(R"({"function":{"arguments":"}"}})"))
        << QStringList{u"a f {}"_s};
    QTest::newRow("whole calls in one delta")
        << QByteArray(calls(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{}"}},)"
                            R"({"index":1,"id":"b","function":{"name":"g","arguments":"{}"}})"))
        << QStringList{u"a f {}"_s, u"b g {}"_s};
    QTest::newRow("every call has index 0")
        << QByteArray(calls(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{"}})") +
                      calls(R"({"index":0,"function":{"arguments":"}"}})") +
                      calls(R"({"index":0,"id":"b","function":{"name":"g","arguments":"{"}})") +
                      calls(R"({"index":0,"function":{"arguments":"}"}})"))
        << QStringList{u"a f {}"_s, u"b g {}"_s};
    QTest::newRow("id and name again in every piece")
        << QByteArray(calls(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{"}})") +
                      calls(R"({"index":0,"id":"a","function":{"name":"f","arguments":"}"}})"))
        << QStringList{u"a f {}"_s};
    QTest::newRow("id comes later") << QByteArray(calls(R"({"index":0,"function":{"name":"f","arguments":"{"}})") +
                                                  calls(R"({"index":0,"id":"a","function":{"arguments":"}"}})"))
                                    << QStringList{u"a f {}"_s};
    QTest::newRow("arguments as object") << QByteArray(calls(
                                                R"({"index":0,"id":"a","function":{"name":"f","arguments":{"x":1}}})"))
                                         << QStringList{u"a f {\"x\":1}"_s};
    QTest::newRow("legacy function_call") << QByteArray(delta(R"({"function_call":{"name":"f","arguments":"{"}})") +
                                                        delta(R"({"function_call":{"arguments":"}"}})"))
                                          << QStringList{u"call_%1_0 f {}"_s};
}

void TestOpenAiReader::assemblesCallsOfOddServers()
{
    QFETCH(QByteArray, body);
    QFETCH(QStringList, wanted);
    const LlmOutcome outcome = decodeOpenAiBody(body + kEnd);
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->toolCalls.size(), wanted.size());
    for (qsizetype i = 0; i < wanted.size(); ++i) {
        const ToolCallRequest& call = outcome.reply->toolCalls.at(i);
        const QString found = u"%1 %2 %3"_s.arg(call.id, call.name, call.arguments);
        const QString id = call.id.section(u'_', 1, 1);
        QCOMPARE(found, wanted.at(i).contains(u"%1"_s) ? wanted.at(i).arg(id) : wanted.at(i));
        QVERIFY(call.parsed);
    }
}

void TestOpenAiReader::keepsTheOrderOfIndexes()
{
    const LlmOutcome outcome =
        decodeOpenAiBody(calls(R"({"index":1,"id":"b","function":{"name":"g","arguments":"{}"}})") +
                         calls(R"({"index":0,"id":"a","function":{"name":"f","arguments":"{}"}})") + kEnd);
    QCOMPARE(outcome.reply->toolCalls.at(0).id, u"a"_s);
    QCOMPARE(outcome.reply->toolCalls.at(1).id, u"b"_s);
}

void TestOpenAiReader::takesTheLastUsage()
{
    const auto usage = [](int completion) {
        return sse(R"({"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":)" +
                   QByteArray::number(completion) + R"(,"cost":0.00)" + QByteArray::number(completion) + "}}");
    };
    const LlmOutcome outcome =
        decodeOpenAiBody(usage(1) + delta(R"({"content":"x"})", "\"stop\"") + usage(3) + usage(7));
    QCOMPARE(outcome.reply->usage.input, 10);
    QCOMPARE(outcome.reply->usage.output, 7);
    QCOMPARE(outcome.reply->usage.reportedCost->toDecimal(), u"0.007"_s);
}

void TestOpenAiReader::putsReasoningDetailsTogether()
{
    const auto detail = [](const QByteArray& json) { return delta("{\"reasoning_details\":[" + json + "]}"); };
    const LlmOutcome outcome = decodeOpenAiBody(
        detail(R"({"type":"reasoning.text","index":0,"text":"I th","signature":null})") +
        detail(R"({"type":"reasoning.text","index":0,"text":"ink","signature":"s1"})") +
        detail(R"({"type":"reasoning.encrypted","index":1,"data":"d"})") + delta(R"({"content":"x"})", "\"stop\""));
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->state.provider, u"openai"_s);
    QCOMPARE(outcome.reply->state.items.size(), 2);
    QCOMPARE(outcome.reply->state.items.first()["text"_L1].toString(), u"I think"_s);
    QCOMPARE(outcome.reply->state.items.first()["signature"_L1].toString(), u"s1"_s);
    QCOMPARE(outcome.reply->state.items.last()["data"_L1].toString(), u"d"_s);
}

void TestOpenAiReader::isCompleteByFinishReasonOnly_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("complete");
    const QByteArray text = delta(R"({"content":"x"})");
    const QByteArray stop = delta("{}", "\"stop\"");
    QTest::newRow("everything") << QByteArray(text + stop + kUsage + kDone) << true;
    QTest::newRow("no [DONE]") << QByteArray(text + stop + kUsage) << true;
    QTest::newRow("no usage either") << QByteArray(text + stop) << true;
    QTest::newRow("last blank line missing") << QByteArray(text + stop).chopped(1) << true;
    QTest::newRow("[DONE] without finish_reason") << QByteArray(text + kUsage + kDone) << false;
    QTest::newRow("cut after text") << text << false;
    QTest::newRow("cut in an event") << QByteArray(text + stop.first(20)) << false;
    QTest::newRow("nothing") << QByteArray() << false;
    QTest::newRow("comments only") << QByteArray(": wait\n\n: wait\n\n") << false;
    QTest::newRow("first chunk without choices (Azure)")
        << QByteArray(sse(R"({"choices":[],"prompt_filter_results":[]})") + text + stop) << true;
    QTest::newRow("a second choice is open")
        << QByteArray(stop + sse(R"({"choices":[{"index":1,"delta":{"content":"y"},"finish_reason":null}]})")) << false;
    QTest::newRow("empty finish_reason") << QByteArray(text + delta("{}", "\"\"")) << false;
    QTest::newRow("an event that is no JSON") << QByteArray(text + sse("{oops") + stop) << false;
    QTest::newRow("an event that is no object") << QByteArray(sse("17") + stop) << false;
    QTest::newRow("empty data is skipped") << QByteArray(text + "data:\n\n" + stop) << true;
    QTest::newRow("CRLF, no blank, other fields")
        << QByteArray("event: chunk\r\nid: 7\r\ndata:" + stop.mid(6).trimmed() + "\r\n\r\n") << true;
}

void TestOpenAiReader::isCompleteByFinishReasonOnly()
{
    QFETCH(QByteArray, body);
    QFETCH(bool, complete);
    const LlmOutcome outcome = decodeOpenAiBody(body);
    QCOMPARE(outcome.reply.has_value(), complete);
    QCOMPARE(outcome.failure.has_value(), !complete);
    if (!complete) {
        QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));
        QCOMPARE(outcome.failure->errorClass, ErrorClass::TransientError);
        QVERIFY(outcome.failure->requestSent);
    }
}

void TestOpenAiReader::failsOnErrorChunks_data()
{
    QTest::addColumn<QByteArray>("chunk");
    QTest::addColumn<LlmErrorKind>("kind");
    QTest::newRow("OpenAI") << sse(R"({"error":{"message":"busy","type":"server_error","code":null}})")
                            << LlmErrorKind::Server;
    QTest::newRow("OpenRouter")
        << sse(R"({"error":{"code":429,"message":"m"},"choices":[{"index":0,"delta":{},"finish_reason":"error"}]})")
        << LlmErrorKind::RateLimited;
    QTest::newRow("text") << sse(R"({"error":"llama runner stopped"})") << LlmErrorKind::Server;
    QTest::newRow("error event") << QByteArray("event: error\ndata: {\"message\":\"m\"}\n\n") << LlmErrorKind::Server;
    QTest::newRow("finish_reason error") << delta("{}", "\"error\"") << LlmErrorKind::StreamBroken;
    QTest::newRow("no credit") << sse(R"({"error":{"code":402,"message":"m"}})") << LlmErrorKind::Quota;
}

void TestOpenAiReader::failsOnErrorChunks()
{
    QFETCH(QByteArray, chunk);
    QFETCH(LlmErrorKind, kind);
    const LlmOutcome outcome =
        decodeOpenAiBody(delta(R"({"content":"12345678"})") + chunk + delta("{}", "\"stop\"") + kDone);
    QVERIFY(!outcome.reply);
    QCOMPARE(toName(outcome.failure->kind), toName(kind));
    QCOMPARE(outcome.failure->usage.output, 2);
    QCOMPARE(outcome.failure->usage.source, UsageSource::Estimated);
    QVERIFY(decodeOpenAiBody(sse(R"({"error":null})") + delta("{}", "\"stop\"")).reply);
}

void TestOpenAiReader::estimatesWhatABrokenStreamCost()
{
    const LlmOutcome none = decodeOpenAiBody(sse(R"({"error":{"code":429,"message":"m"}})"));
    QCOMPARE(none.failure->usage.source, UsageSource::Missing);

    const LlmOutcome text = decodeOpenAiBody(delta(R"({"content":"12345","reasoning":"123"})") +
                                             calls(R"({"index":0,"function":{"name":"f","arguments":"123"}})"));
    QCOMPARE(text.failure->usage.output, 3);
    QCOMPARE(text.failure->usage.source, UsageSource::Estimated);

    const LlmOutcome reported = decodeOpenAiBody(kUsage + delta(R"({"content":"12345"})"));
    QCOMPARE(reported.failure->usage.cacheRead, 64);
    QCOMPARE(reported.failure->usage.output, 34);
    QCOMPARE(reported.failure->usage.source, UsageSource::Estimated);
}

void TestOpenAiReader::understandsAWholeDocument()
{
    const QByteArray body = "\n " + test::completionJson(test::textCompletion(u"hello"_s));
    const LlmOutcome outcome = decodeOpenAiBody(body);
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->content, u"hello"_s);
    QCOMPARE(outcome.rawReply, body);
}

void TestOpenAiReader::decodingTheFakeServersWordsGivesTheSame_data()
{
    QTest::addColumn<int>("pieces");
    for (const int pieces : {1, 2, 5, 20}) {
        QTest::addRow("%d pieces", pieces) << pieces;
    }
}

void TestOpenAiReader::decodingTheFakeServersWordsGivesTheSame()
{
    QFETCH(int, pieces);
    test::FakeCompletion completion;
    completion.content = u"Let me look that up, step by step."_s;
    completion.toolCalls = {{u"call_1"_s, u"google_search"_s, u"{\"query\":\"Qt \\u00e4\"}"_s},
                            {u"call_2"_s, u"code_executor"_s, u"{\"code\":\"print(1)\"}"_s}};
    completion.usage = test::FakeUsage{100, 20, 30, 5, 7};
    const LlmOutcome whole = decodeOpenAiBody(test::completionJson(completion));
    const LlmOutcome streamed = decodeOpenAiBody(test::completionEvents(completion, pieces).join());
    QVERIFY(whole.reply && streamed.reply);
    QVERIFY(*whole.reply == *streamed.reply);
    QCOMPARE(streamed.reply->toolCalls.size(), 2);
    QCOMPARE(streamed.reply->usage.input, 65);
}

void TestOpenAiReader::refusesAnEventWithoutEnd()
{
    OpenAiReader stream({});
    const QByteArray piece(1024 * 1024, 'x');
    stream.feed("data: \"");
    for (int i = 0; i < 12; ++i) {
        stream.feed(piece);
    }
    const LlmOutcome outcome = stream.finish();
    QVERIFY(outcome.failure);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));
}

QTEST_GUILESS_MAIN(TestOpenAiReader)
#include "tst_openaireader.moc"
