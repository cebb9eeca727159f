// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiwire.h"

#include "engine/llm/openaireader.h"
#include "engine/llm/wireparts.h"
#include "tests/support/fakellmwire.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

ChatMessage message(ChatRole role, const QString& content)
{
    ChatMessage made;
    made.role = role;
    made.content = content;
    return made;
}

ChatMessage callMessage(const QString& arguments, const QString& content = {})
{
    ChatMessage made = message(ChatRole::Assistant, content);
    made.toolCalls = {{u"call_a"_s, u"google_search"_s, arguments, std::nullopt}};
    return made;
}

LlmRequest sampleRequest()
{
    LlmRequest request;
    request.model = u"m1"_s;
    request.transcript.append(message(ChatRole::System, u"Be brief."_s));
    request.transcript.append(message(ChatRole::User, u"Grüße \"you\"\n\U0001F600"_s));
    request.transcript.append(callMessage(u"{\"q\": \"qt\"}"_s));
    ChatMessage result = message(ChatRole::Tool, u"doc.qt.io"_s);
    result.toolCallId = u"call_a"_s;
    result.toolName = u"google_search"_s;
    request.transcript.append(result);
    request.parameters.maxOutputTokens = 800;
    return request;
}

QByteArray encode(const LlmRequest& request, const OpenAiDialect& dialect = {})
{
    return encodeOpenAiRequest(request, encodeOpenAiTools(request.tools), dialect).joined();
}

QByteArray wholeReply(const QByteArray& choice, const QByteArray& more = {})
{
    return "{\"id\":\"c1\",\"model\":\"m1-2026\",\"choices\":[" + choice + "]" + more + "}";
}

} // namespace

class TestOpenAiWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTheWholeRequest();
    void saysStreamEarlyAndWithoutBlank();
    void writesParametersOnlyIfSet();
    void writesToolsWithParallelCalls();
    void saysContentNullOnlyBesideCalls();
    void sendsArgumentsAsWrittenOrWrapped_data();
    void sendsArgumentsAsWrittenOrWrapped();
    void namesTheTokenLimitAsTheServerWantsIt_data();
    void namesTheTokenLimitAsTheServerWantsIt();
    void readsAWholeReply();
    void readsOddReplies_data();
    void readsOddReplies();
    void namesCallsThatCameWithoutId();
    void stopsForTheRightReason_data();
    void stopsForTheRightReason();
    void refusesRepliesThatAreNone_data();
    void refusesRepliesThatAreNone();
    void readsErrors_data();
    void readsErrors();
    void wordsFailures();
};

void TestOpenAiWire::writesTheWholeRequest()
{
    const QByteArray expected =
        R"({"model":"m1","stream":true,"stream_options":{"include_usage":true},"messages":[)"
        R"({"role":"system","content":"Be brief."},)"
        "{\"role\":\"user\",\"content\":\"Gr\u00fc\u00dfe \\\"you\\\"\\n\U0001F600\"},"
        R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_a","type":"function","function":)"
        R"({"name":"google_search","arguments":"{\"q\": \"qt\"}"}}]},)"
        R"({"role":"tool","tool_call_id":"call_a","content":"doc.qt.io"}],"max_tokens":800})";
    QCOMPARE(encode(sampleRequest()), expected);
}

void TestOpenAiWire::saysStreamEarlyAndWithoutBlank()
{
    LlmRequest request = sampleRequest();
    request.transcript.append(message(ChatRole::User, QString(100'000, u'x')));
    QVERIFY(encode(request).first(200).contains("\"stream\":true,"));
    request.stream = false;
    const QByteArray plain = encode(request);
    QVERIFY(plain.first(200).contains("\"stream\":false,"));
    QVERIFY(!plain.contains("stream_options"));
}

void TestOpenAiWire::writesParametersOnlyIfSet()
{
    LlmRequest request = sampleRequest();
    request.parameters.temperature = 0.7;
    request.parameters.seed = 42;
    const QByteArray bytes = encode(request, OpenAiDialect{true});
    QVERIFY(bytes.endsWith("],\"max_completion_tokens\":800,\"temperature\":0.7,\"seed\":42}"));
    QVERIFY(QJsonDocument::fromJson(bytes).isObject());
}

void TestOpenAiWire::writesToolsWithParallelCalls()
{
    LlmRequest request = sampleRequest();
    request.tools = {{u"a"_s, u"does a"_s, QJsonObject{{u"type"_s, u"object"_s}}}, {u"b"_s, {}, {}}};
    const QJsonObject json = QJsonDocument::fromJson(encode(request)).object();
    const QJsonArray tools = json.value("tools"_L1).toArray();
    QCOMPARE(tools.size(), 2);
    QCOMPARE(tools.at(0).toObject(),
             (QJsonObject{{u"type"_s, u"function"_s},
                          {u"function"_s, QJsonObject{{u"name"_s, u"a"_s},
                                                      {u"description"_s, u"does a"_s},
                                                      {u"parameters"_s, QJsonObject{{u"type"_s, u"object"_s}}}}}}));
    QCOMPARE(tools.at(1).toObject().value("function"_L1).toObject(), (QJsonObject{{u"name"_s, u"b"_s}}));
    QCOMPARE(json.value("parallel_tool_calls"_L1), QJsonValue(true));
    request.tools.clear();
    QVERIFY(!encode(request).contains("tools\""));
}

void TestOpenAiWire::saysContentNullOnlyBesideCalls()
{
    QVERIFY(encodeOpenAiMessage(callMessage(u"{}"_s)).contains("\"content\":null"));
    QVERIFY(encodeOpenAiMessage(callMessage(u"{}"_s, u"so"_s)).contains("\"content\":\"so\""));
    QCOMPARE(encodeOpenAiMessage(message(ChatRole::Assistant, {})), QByteArray(R"({"role":"assistant","content":""})"));
}

void TestOpenAiWire::sendsArgumentsAsWrittenOrWrapped_data()
{
    QTest::addColumn<QString>("written");
    QTest::addColumn<QString>("sent");
    QTest::newRow("object") << u"{ \"b\":1,\"a\":2 }"_s << u"{ \"b\":1,\"a\":2 }"_s;
    QTest::newRow("none") << QString() << u"{}"_s;
    QTest::newRow("cut") << u"{\"a\":"_s << u"{\"invalid_arguments\":\"{\\\"a\\\":\"}"_s;
    QTest::newRow("a list") << u"[1]"_s << u"{\"invalid_arguments\":\"[1]\"}"_s;
}

void TestOpenAiWire::sendsArgumentsAsWrittenOrWrapped()
{
    QFETCH(QString, written);
    QFETCH(QString, sent);
    const QJsonObject json = QJsonDocument::fromJson(encodeOpenAiMessage(callMessage(written))).object();
    const QJsonObject call = json.value("tool_calls"_L1).toArray().at(0).toObject();
    QCOMPARE(call.value("function"_L1).toObject().value("arguments"_L1).toString(), sent);
}

void TestOpenAiWire::namesTheTokenLimitAsTheServerWantsIt_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("newName");
    QTest::newRow("OpenAI") << u"api.openai.com"_s << true;
    QTest::newRow("OpenAI, a region") << u"eu.API.openai.com"_s << true;
    QTest::newRow("Azure") << u"mine.openai.azure.com"_s << true;
    QTest::newRow("Azure Foundry") << u"mine.services.ai.azure.com"_s << true;
    QTest::newRow("Azure Cognitive") << u"mine.cognitiveservices.azure.com"_s << true;
    QTest::newRow("OpenRouter") << u"openrouter.ai"_s << false;
    QTest::newRow("local") << u"127.0.0.1"_s << false;
    QTest::newRow("a look-alike") << u"api.openai.com.example.org"_s << false;
}

void TestOpenAiWire::namesTheTokenLimitAsTheServerWantsIt()
{
    QFETCH(QString, host);
    QFETCH(bool, newName);
    QCOMPARE(openAiDialectFor(QUrl(u"https://"_s + host + u"/v1"_s)).maxCompletionTokens, newName);
}

void TestOpenAiWire::readsAWholeReply()
{
    const QByteArray body = wholeReply(
        R"({"index":0,"message":{"role":"assistant","content":"I look.","reasoning_content":"hm","tool_calls":[
            {"id":"call_a","type":"function","function":{"name":"google_search","arguments":"{\"q\":\"qt\"}"}},
            {"id":"call_b","type":"function","function":{"name":"code_executor","arguments":"not json"}}]},
            "finish_reason":"tool_calls"})",
        R"(,"usage":{"prompt_tokens":120,"completion_tokens":34,"total_tokens":154,"cost":0.0021,
            "prompt_tokens_details":{"cached_tokens":64},"completion_tokens_details":{"reasoning_tokens":8}})");
    const LlmOutcome outcome = decodeOpenAiBody(body);
    QVERIFY(!outcome.failure);
    const LlmReply& reply = *outcome.reply;
    QCOMPARE(reply.content, u"I look."_s);
    QCOMPARE(reply.reasoning, u"hm"_s);
    QCOMPARE(reply.stop, StopReason::ToolCalls);
    QCOMPARE(reply.modelBilled, u"m1-2026"_s);
    QCOMPARE(reply.toolCalls.size(), 2);
    QCOMPARE(reply.toolCalls.at(0),
             (ToolCallRequest{u"call_a"_s, u"google_search"_s, u"{\"q\":\"qt\"}"_s, QJsonObject{{u"q"_s, u"qt"_s}}}));
    QCOMPARE(reply.toolCalls.at(1).arguments, u"not json"_s);
    QVERIFY(!reply.toolCalls.at(1).parsed);
    QCOMPARE(reply.usage.input, 56);
    QCOMPARE(reply.usage.cacheRead, 64);
    QCOMPARE(reply.usage.output, 34);
    QCOMPARE(reply.usage.reasoning, 8);
    QCOMPARE(reply.usage.reportedCost->toDecimal(), u"0.0021"_s);
}

void TestOpenAiWire::readsOddReplies_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("reasoning");
    QTest::addColumn<QString>("arguments"); // of the first call
    QTest::newRow("null content") << QByteArray(R"({"content":null})") << QString() << QString() << QString();
    QTest::newRow("content in parts") << QByteArray(R"({"content":[{"type":"text","text":"a"},{"text":"b"}]})")
                                      << u"ab"_s << QString() << QString();
    QTest::newRow("reasoning of vLLM and Ollama")
        << QByteArray(R"({"content":"x","reasoning":"so"})") << u"x"_s << u"so"_s << QString();
    QTest::newRow("legacy call") << QByteArray(R"({"function_call":{"name":"f","arguments":"{\"a\":1}"}})") << QString()
                                 << QString() << u"{\"a\":1}"_s;
    QTest::newRow("arguments as object")
        << QByteArray(R"({"tool_calls":[{"function":{"name":"f","arguments":{"b":1,"a":2}}}]})") << QString()
        << QString() << u"{\"a\":2,\"b\":1}"_s;
    QTest::newRow("no arguments") << QByteArray(R"({"tool_calls":[{"function":{"name":"f"}}]})") << QString()
                                  << QString() << QString();
}

void TestOpenAiWire::readsOddReplies()
{
    QFETCH(QByteArray, message);
    QFETCH(QString, content);
    QFETCH(QString, reasoning);
    QFETCH(QString, arguments);
    const LlmOutcome outcome = decodeOpenAiBody(wholeReply("{\"message\":" + message + "}"));
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->content, content);
    QCOMPARE(outcome.reply->reasoning, reasoning);
    QCOMPARE(outcome.reply->usage.source, UsageSource::Missing);
    if (!outcome.reply->toolCalls.isEmpty()) {
        QCOMPARE(outcome.reply->toolCalls.first().arguments, arguments);
        QVERIFY(outcome.reply->toolCalls.first().parsed);
        QCOMPARE(outcome.reply->stop, StopReason::ToolCalls);
    }
}

void TestOpenAiWire::namesCallsThatCameWithoutId()
{
    QList<ToolCallRequest> calls{{{}, u"a"_s, u"{}"_s, std::nullopt},
                                 {u"same"_s, u"b"_s, u"{}"_s, std::nullopt},
                                 {u"same"_s, u"c"_s, u"{}"_s, std::nullopt}};
    QList<ToolCallRequest> again = calls;
    QList<ToolCallRequest> other = calls;
    finishToolCalls(&calls, u"reply-1"_s);
    finishToolCalls(&again, u"reply-1"_s);
    finishToolCalls(&other, u"reply-2"_s);
    QCOMPARE(calls, again);
    QVERIFY(!calls.at(0).id.isEmpty());
    QCOMPARE(calls.at(1).id, u"same"_s);
    QVERIFY(calls.at(2).id != calls.at(1).id && calls.at(2).id != calls.at(0).id);
    QVERIFY(other.at(0).id != calls.at(0).id);
}

void TestOpenAiWire::stopsForTheRightReason_data()
{
    QTest::addColumn<QString>("finish");
    QTest::addColumn<bool>("calls");
    QTest::addColumn<QString>("refusal");
    QTest::addColumn<StopReason>("stop");
    QTest::newRow("stop") << u"stop"_s << false << QString() << StopReason::Final;
    QTest::newRow("calls") << u"tool_calls"_s << true << QString() << StopReason::ToolCalls;
    QTest::newRow("stop with calls") << u"stop"_s << true << QString() << StopReason::ToolCalls;
    QTest::newRow("legacy") << u"function_call"_s << true << QString() << StopReason::ToolCalls;
    QTest::newRow("tool_calls without calls") << u"tool_calls"_s << false << QString() << StopReason::Final;
    QTest::newRow("length") << u"length"_s << false << QString() << StopReason::Length;
    QTest::newRow("calls that may be cut") << u"length"_s << true << QString() << StopReason::Length;
    QTest::newRow("filtered") << u"content_filter"_s << false << QString() << StopReason::Filtered;
    QTest::newRow("refused") << u"stop"_s << false << u"I cannot"_s << StopReason::Filtered;
    QTest::newRow("unknown") << u"eos"_s << false << QString() << StopReason::Final;
}

void TestOpenAiWire::stopsForTheRightReason()
{
    QFETCH(QString, finish);
    QFETCH(bool, calls);
    QFETCH(QString, refusal);
    QFETCH(StopReason, stop);
    QJsonObject message{{u"content"_s, u"x"_s}, {u"refusal"_s, refusal}};
    if (calls) {
        message.insert(u"tool_calls"_s, QJsonArray{QJsonObject{{u"id"_s, u"a"_s}}});
    }
    const QJsonObject choice{{u"message"_s, message}, {u"finish_reason"_s, finish}};
    const QJsonObject body{{u"choices"_s, QJsonArray{choice}}};
    QCOMPARE(toName(decodeOpenAiBody(QJsonDocument(body).toJson()).reply->stop), toName(stop));
}

void TestOpenAiWire::refusesRepliesThatAreNone_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<LlmErrorKind>("kind");
    QTest::addColumn<QString>("says");
    QTest::newRow("a page") << QByteArray("<html>") << LlmErrorKind::StreamBroken << u"not JSON"_s;
    QTest::newRow("nothing") << QByteArray() << LlmErrorKind::StreamBroken << u"before it began"_s;
    QTest::newRow("cut") << QByteArray(R"({"choices":[)") << LlmErrorKind::StreamBroken << u"not JSON"_s;
    QTest::newRow("no choices") << wholeReply("") << LlmErrorKind::StreamBroken << u"no choice"_s;
    QTest::newRow("no message") << wholeReply("{}") << LlmErrorKind::StreamBroken << u"no choice"_s;
    QTest::newRow("ended in error") << wholeReply(R"({"message":{"content":"x"},"finish_reason":"error"})")
                                    << LlmErrorKind::StreamBroken << u"error"_s;
    QTest::newRow("error with status 200")
        << QByteArray(R"({"error":{"code":429,"message":"slow"}})") << LlmErrorKind::RateLimited << u"slow"_s;
}

void TestOpenAiWire::refusesRepliesThatAreNone()
{
    QFETCH(QByteArray, body);
    QFETCH(LlmErrorKind, kind);
    QFETCH(QString, says);
    const LlmOutcome outcome = decodeOpenAiBody(body);
    QVERIFY(!outcome.reply);
    QCOMPARE(toName(outcome.failure->kind), toName(kind));
    QVERIFY2(outcome.failure->message.contains(says), qPrintable(outcome.failure->message));
}

void TestOpenAiWire::readsErrors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ProviderError>("error");
    const auto row = [](const char *name, const QByteArray& body, const QString& code, const QString& type,
                        const QString& message) {
        QTest::newRow(name) << body << ProviderError{400, code, type, message};
    };
    row("OpenAI", test::errorJson(u"Bad"_s, u"invalid_request_error"_s, u"c1"_s), u"c1"_s, u"invalid_request_error"_s,
        u"Bad"_s);
    row("code is a number", R"({"error":{"message":"m","type":"t","param":null,"code":400}})", u"400"_s, u"t"_s,
        u"m"_s);
    row("code is null", R"({"error":{"message":"m","type":"t","code":null}})", {}, u"t"_s, u"m"_s);
    row("OpenRouter", R"({"error":{"code":402,"message":"m","metadata":{"error_type":"credits"}}})", u"402"_s,
        u"credits"_s, u"m"_s);
    row("Ollama's own", R"({"error":"no such model"})", {}, {}, u"no such model"_s);
    row("FastAPI", R"({"detail":"Not Found"})", {}, {}, u"Not Found"_s);
    row("a flag", R"({"error":true,"message":"m"})", {}, {}, u"m"_s);
    row("a list", R"([{"error":{"code":400,"message":"m"}}])", u"400"_s, {}, u"m"_s);
    row("a page", "<html>\n  Bad   gateway</html>", {}, {}, u"<html> Bad gateway</html>"_s);
    row("nothing", "", {}, {}, {});
    row("error null", R"({"error":null,"message":"m"})", {}, {}, u"m"_s);
}

void TestOpenAiWire::readsErrors()
{
    QFETCH(QByteArray, body);
    QFETCH(ProviderError, error);
    const ProviderError found = readOpenAiError(400, body);
    QCOMPARE(found.code, error.code);
    QCOMPARE(found.type, error.type);
    QCOMPARE(found.message, error.message);
    QCOMPARE(found.status, 400);
}

void TestOpenAiWire::wordsFailures()
{
    const LlmFailure failure = failureFor({429, u"slow_down"_s, u"requests"_s, u"Wait  a\nbit"_s});
    QCOMPARE(failure.message, u"The provider answered 429 (slow_down): Wait a bit"_s);
    QCOMPARE(failure.providerCode, u"slow_down"_s);
    QCOMPARE(failure.httpStatus, 429);
    QVERIFY(failure.requestSent);
    QCOMPARE(failureFor({500, {}, u"api_error"_s, {}}).message, u"The provider answered 500 (api_error): no message"_s);
    QVERIFY(failureFor({500, {}, {}, QString(5000, u'x')}).message.size() < 1100);
    QVERIFY(failureFor({200, {}, {}, u"m"_s}).message.contains(u"inside its reply"_s));
}

QTEST_GUILESS_MAIN(TestOpenAiWire)
#include "tst_openaiwire.moc"
