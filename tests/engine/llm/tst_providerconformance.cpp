// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmregistry.h"
#include "engine/net/httpclient.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"
#include "tests/support/fakeproviderwire.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::FakeReply;

namespace {

constexpr auto kKey = "key-secret/0123456789abcdef";

ChatMessage message(ChatRole role, const QString& content)
{
    ChatMessage made;
    made.role = role;
    made.content = content;
    return made;
}

LlmRequest request(bool stream)
{
    LlmRequest made;
    made.model = u"mock-1"_s;
    made.stream = stream;
    made.idempotencyKey = u"call-7"_s;
    made.contextTokens = 8000;
    made.transcript.append(message(ChatRole::System, u"Be brief."_s));
    made.transcript.append(message(ChatRole::User, u"What is Qt?"_s));
    const QJsonObject schema{{u"type"_s, u"object"_s}, {u"properties"_s, QJsonObject()}};
    made.tools = {{u"google_search"_s, u"Searches"_s, schema}};
    return made;
}

test::FakeCompletion twoCalls()
{
    test::FakeCompletion completion;
    completion.content = u"I look it up."_s;
    completion.toolCalls = {{u"call_a"_s, u"google_search"_s, u"{\"q\":\"Grüße \U0001F600\"}"_s},
                            {u"call_b"_s, u"google_search"_s, u"{\"q\":\"qml\"}"_s}};
    completion.usage = test::FakeUsage{120, 34, 0, 0, 0};
    return completion;
}

/// The next request after a reply with calls: what the model said, and a result for each call.
void answerCalls(LlmRequest& request, const LlmReply& reply)
{
    ChatMessage said = message(ChatRole::Assistant, reply.content);
    said.toolCalls = reply.toolCalls;
    said.state = reply.state;
    request.transcript.append(said);
    for (const ToolCallRequest& call : reply.toolCalls) {
        ChatMessage result = message(ChatRole::Tool, u"result of "_s + call.id);
        result.toolCallId = call.id;
        result.toolName = call.name;
        result.toolError = &call != &reply.toolCalls.first();
        request.transcript.append(result);
    }
}

QJsonValue at(QJsonValue value, const QString& path)
{
    const QStringList names = path.split(u'/');
    for (const QString& name : names) {
        bool isIndex = false;
        const int index = name.toInt(&isIndex);
        value = isIndex ? value[index] : value[name];
    }
    return value;
}

} // namespace

/// What every provider has to do alike, against a server that speaks its wire: a slot for each behaviour, a row for
/// each provider.
class TestProviderConformance : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void getsText_data() { everyForm(); }
    void getsText();
    void getsParallelCalls_data() { everyForm(); }
    void getsParallelCalls();
    void namesCallsWithoutIds_data() { everyForm(); }
    void namesCallsWithoutIds();
    void readsPiecesOfAnySize_data() { everyForm(); }
    void readsPiecesOfAnySize();
    void readsLinesThatEndInCrlf_data() { everyProvider(); }
    void readsLinesThatEndInCrlf();
    void tellsPiecesAsTheyArrive_data() { everyProvider(); }
    void tellsPiecesAsTheyArrive();
    void countsUsageOnce_data() { everyForm(); }
    void countsUsageOnce();
    void readsCachedAndReasoningTokens_data() { everyForm(); }
    void readsCachedAndReasoningTokens();
    void stopsAtARefusal_data() { everyForm(); }
    void stopsAtARefusal();
    void stopsAtTheLength_data() { everyForm(); }
    void stopsAtTheLength();
    void failsOnAnErrorInsideTheReply_data();
    void failsOnAnErrorInsideTheReply();
    void failsOnCutReplies_data();
    void failsOnCutReplies();
    void failsOnOddBodies_data();
    void failsOnOddBodies();
    void classifiesErrors_data();
    void classifiesErrors();
    void sendsEachPartWhereItBelongs_data() { everyProvider(); }
    void sendsEachPartWhereItBelongs();
    void sendsResultsOfATurnTogether_data();
    void sendsResultsOfATurnTogether();
    void sendsParameters_data();
    void sendsParameters();
    void sendsImages_data();
    void sendsImages();
    void sendsReasoningBack_data() { everyForm(); }
    void sendsReasoningBack();
    void sendsChangedArgumentsBack_data() { everyProvider(); }
    void sendsChangedArgumentsBack();
    void sendsOnceForEachAttempt_data();
    void sendsOnceForEachAttempt();
    void decodesWhatItRecorded_data() { everyForm(); }
    void decodesWhatItRecorded();
    void hidesAKeyThatTheServerEchoes_data() { everyForm(); }
    void hidesAKeyThatTheServerEchoes();
    void sendsTheKeyInItsHeaderOnly_data();
    void sendsTheKeyInItsHeaderOnly();
    void takesALargeReply_data() { everyProvider(); }
    void takesALargeReply();
    void endsAnEndlessStream_data() { everyProvider(); }
    void endsAnEndlessStream();
    void endsASlowDrip_data() { everyProvider(); }
    void endsASlowDrip();
    void listsModels_data();
    void listsModels();

private:
    void everyProvider() const
    {
        QTest::addColumn<QString>("provider");
        for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
            QTest::newRow(qPrintable(wire.provider)) << wire.provider;
        }
    }
    void everyForm() const
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<bool>("stream");
        for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
            QTest::addRow("%s, whole", qPrintable(wire.provider)) << wire.provider << false;
            QTest::addRow("%s, streamed", qPrintable(wire.provider)) << wire.provider << true;
        }
    }
    std::unique_ptr<LlmClient> client(const QString& provider)
    {
        LlmSettings settings;
        settings.provider = provider;
        settings.apiVersion = m_apiVersion;
        settings.baseUrl = u"http://127.0.0.1:%1"_s.arg(m_server->port()) + test::fakeProviderWire(provider).path;
        settings.apiKey = [] { return QString::fromLatin1(kKey); };
        settings.deadlines = m_deadlines;
        settings.maxReplyBytes = m_maxReplyBytes;
        return makeLlmClient(settings, *m_http, m_clock).value();
    }
    LlmOutcome call(const QString& provider, const LlmRequest& request)
    {
        const auto made = client(provider);
        return test::await(made->call(request, {}, {}));
    }
    LlmOutcome answer(const QString& provider, bool stream, const test::FakeCompletion& completion)
    {
        m_server->enqueue(test::fakeProviderWire(provider).reply(completion, stream));
        return call(provider, request(stream));
    }
    QJsonObject lastRequest() const { return m_server->requests().last().json(); }

    SystemClock m_clock;
    std::unique_ptr<test::FakeLlmServer> m_server;
    std::unique_ptr<HttpClient> m_http;
    HttpDeadlines m_deadlines;
    qint64 m_maxReplyBytes = HttpRequest().maxBodyBytes;
    QString m_apiVersion;
};

void TestProviderConformance::init()
{
    m_server = std::make_unique<test::FakeLlmServer>();
    m_http = std::make_unique<HttpClient>(m_clock);
    m_deadlines = {};
    m_maxReplyBytes = HttpRequest().maxBodyBytes;
    m_apiVersion.clear();
}

void TestProviderConformance::getsText()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    const LlmOutcome outcome = answer(provider, stream, test::textCompletion(u"Grüße \U0001F600, \"you\""_s));
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(outcome.reply->content, u"Grüße \U0001F600, \"you\""_s);
    QCOMPARE(toName(outcome.reply->stop), toName(StopReason::Final));
    QCOMPARE(outcome.reply->modelBilled, u"mock-1"_s);
    QCOMPARE(outcome.reply->usage.input, 10);
    QCOMPARE(outcome.reply->usage.output, 5);
    QCOMPARE(outcome.reply->usage.source, UsageSource::Reported);
    QVERIFY(!outcome.reply->usage.inconsistent);
    QVERIFY(!outcome.rawReply.isEmpty());
}

void TestProviderConformance::getsParallelCalls()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    const LlmOutcome outcome = answer(provider, stream, twoCalls());
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(toName(outcome.reply->stop), toName(StopReason::ToolCalls));
    QCOMPARE(outcome.reply->content, u"I look it up."_s);
    QCOMPARE(outcome.reply->toolCalls.size(), 2);
    QCOMPARE(outcome.reply->toolCalls.at(0).id, u"call_a"_s);
    QCOMPARE(outcome.reply->toolCalls.at(0).name, u"google_search"_s);
    QCOMPARE(outcome.reply->toolCalls.at(0).parsed, (QJsonObject{{u"q"_s, u"Grüße \U0001F600"_s}}));
    QCOMPARE(outcome.reply->toolCalls.at(1).id, u"call_b"_s);
    QCOMPARE(outcome.reply->toolCalls.at(1).parsed, (QJsonObject{{u"q"_s, u"qml"_s}}));
}

void TestProviderConformance::namesCallsWithoutIds()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    test::FakeCompletion nameless = twoCalls();
    nameless.toolCalls[0].id.clear();
    nameless.toolCalls[1].id.clear();
    const LlmOutcome outcome = answer(provider, stream, nameless);
    QVERIFY(outcome.reply);
    const QList<ToolCallRequest>& calls = outcome.reply->toolCalls;
    QCOMPARE(calls.size(), 2);
    QVERIFY(!calls.at(0).id.isEmpty() && !calls.at(1).id.isEmpty() && calls.at(0).id != calls.at(1).id);
    QVERIFY(client(provider)->decode(outcome.rawReply, stream).reply == outcome.reply);
}

void TestProviderConformance::readsPiecesOfAnySize()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    const FakeReply whole = test::fakeProviderWire(provider).reply(twoCalls(), stream);
    m_server->enqueue(whole);
    m_server->enqueue(whole.dripping(5, 0ms));
    const LlmOutcome expected = call(provider, request(stream));
    const LlmOutcome outcome = call(provider, request(stream));
    QVERIFY(outcome.reply);
    QVERIFY(outcome.reply == expected.reply);
}

void TestProviderConformance::readsLinesThatEndInCrlf()
{
    QFETCH(QString, provider);
    QList<QByteArray> events = test::fakeProviderWire(provider).events(twoCalls(), 3);
    for (QByteArray& event : events) {
        event.replace("\n", "\r\n");
    }
    m_server->enqueue(FakeReply::events(events));
    const LlmOutcome outcome = call(provider, request(true));
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(outcome.reply->toolCalls.size(), 2);
}

void TestProviderConformance::tellsPiecesAsTheyArrive()
{
    QFETCH(QString, provider);
    test::FakeCompletion completion = twoCalls();
    completion.reasoning = u"Let me think."_s;
    m_server->enqueue(test::fakeProviderWire(provider).reply(completion, true));
    QString content;
    QString reasoning;
    QString calls;
    const auto sink = [&](const LlmDelta& delta) {
        (delta.kind == LlmDelta::Kind::Content     ? content
         : delta.kind == LlmDelta::Kind::Reasoning ? reasoning
                                                   : calls) += delta.text;
    };
    const auto made = client(provider);
    const LlmOutcome outcome = test::await(made->call(request(true), sink, {}));
    QVERIFY(outcome.reply);
    QCOMPARE(content, outcome.reply->content);
    QCOMPARE(reasoning, u"Let me think."_s);
    QCOMPARE(outcome.reply->reasoning, reasoning);
    qsizetype told = 0;
    for (const ToolCallRequest& call : outcome.reply->toolCalls) {
        told += call.name.size() + call.arguments.size();
    }
    QCOMPARE(calls.size(), told); // pieces of calls may be interleaved
}

void TestProviderConformance::countsUsageOnce()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    test::FakeCompletion completion = twoCalls();
    QList<QByteArray> events = test::fakeProviderWire(provider).events(completion, 3);
    for (qsizetype i = events.size() - 1; i >= 0 && stream; --i) {
        if (events.at(i).contains("sage\":{") || events.at(i).contains("eval_count") ||
            events.at(i).contains("usageMetadata")) {
            events.insert(i, events.at(i)); // the same count again
            break;
        }
    }
    m_server->enqueue(stream ? FakeReply::events(events) : test::fakeProviderWire(provider).reply(completion, false));
    const LlmOutcome outcome = call(provider, request(stream));
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(outcome.reply->usage.totalInput(), 120);
    QCOMPARE(outcome.reply->usage.totalOutput(), 34);
}

void TestProviderConformance::readsCachedAndReasoningTokens()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    test::FakeCompletion completion = test::textCompletion(u"x"_s);
    const bool countsCache = provider != "ollama"_L1;
    const qint64 written = provider == "gemini"_L1 ? 0 : 16;
    completion.usage = test::FakeUsage{120, 34, 64, written, 8};
    const LlmOutcome outcome = answer(provider, stream, completion);
    const Usage& usage = outcome.reply->usage;
    QCOMPARE(usage.totalInput(), 120);
    QCOMPARE(usage.cacheRead, countsCache ? 64 : 0);
    QCOMPARE(usage.cacheWrite, countsCache ? written : 0);
    QCOMPARE(usage.output, 34);
    QCOMPARE(usage.reasoning, countsCache ? 8 : 0);
    QVERIFY(!usage.inconsistent);
    QVERIFY(!usage.raw.isEmpty());
}

void TestProviderConformance::stopsAtARefusal()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    if (provider == "ollama"_L1) {
        QSKIP("Ollama's wire has no refusal: it is text");
    }
    test::FakeCompletion refused;
    refused.refusal = u"I cannot help with that"_s;
    const LlmOutcome outcome = answer(provider, stream, refused);
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(toName(outcome.reply->stop), toName(StopReason::Filtered));
    QVERIFY2(outcome.reply->refusal.contains(u"I cannot help"_s), qPrintable(outcome.reply->refusal));
    QCOMPARE(outcome.reply->usage.output, 5);
}

void TestProviderConformance::stopsAtTheLength()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    test::FakeCompletion cut = test::textCompletion(u"Once upon"_s);
    cut.finishReason = u"length"_s;
    const LlmOutcome outcome = answer(provider, stream, cut);
    QVERIFY(outcome.reply);
    QCOMPARE(toName(outcome.reply->stop), toName(StopReason::Length));
    QCOMPARE(outcome.reply->content, u"Once upon"_s);
}

void TestProviderConformance::failsOnAnErrorInsideTheReply_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<LlmErrorKind>("kind");
    const auto row = [](const char *provider, const QByteArray& event, LlmErrorKind kind) {
        QTest::addRow("%s, %s", provider, toName(kind).data()) << QString::fromLatin1(provider) << event << kind;
    };
    row("openai", "data: {\"error\":{\"message\":\"m\",\"code\":\"server_is_overloaded\"}}\n\n",
        LlmErrorKind::Overloaded);
    row("openai", "data: {\"error\":{\"message\":\"m\",\"code\":502,\"metadata\":{}}}\n\n", LlmErrorKind::Server);
    row("openai-responses",
        "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"m\"}\n\n",
        LlmErrorKind::RateLimited);
    row("openai-responses",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"server_error\",\"message\":\"m\"}}\n\n",
        LlmErrorKind::Server);
    row("openai-responses",
        "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":"
        "{\"code\":\"insufficient_quota\",\"message\":\"m\"}}}\n\n",
        LlmErrorKind::Quota);
    row("anthropic",
        "event: error\ndata: "
        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
        LlmErrorKind::Overloaded);
    row("anthropic",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"m\"}}\n\n",
        LlmErrorKind::Server);
    row("gemini", "data: {\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}\n\n",
        LlmErrorKind::Overloaded);
    row("gemini", "data: {\"error\":{\"code\":400,\"message\":\"m\",\"status\":\"INVALID_ARGUMENT\"}}\n\n",
        LlmErrorKind::BadRequest);
    row("ollama", "{\"error\":\"the runner crashed\"}\n", LlmErrorKind::Server);
}

void TestProviderConformance::failsOnAnErrorInsideTheReply()
{
    QFETCH(QString, provider);
    QFETCH(QByteArray, event);
    QFETCH(LlmErrorKind, kind);
    QList<QByteArray> events =
        test::fakeProviderWire(provider).events(test::textCompletion(u"a rather long text"_s), 3);
    events.insert(events.size() / 2, event);
    m_server->enqueue(FakeReply::events(events));
    const LlmOutcome outcome = call(provider, request(true));
    QVERIFY(!outcome.reply);
    QCOMPARE(toName(outcome.failure->kind), toName(kind));
    QVERIFY2(outcome.failure->message.contains(u"inside its reply"_s), qPrintable(outcome.failure->message));
    QVERIFY(outcome.failure->requestSent);
    QVERIFY(outcome.failure->usage.output > 0); // what had come may be billed
    QCOMPARE(toName(client(provider)->decode(outcome.rawReply, true).failure->kind), toName(kind));
}

void TestProviderConformance::failsOnCutReplies_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<bool>("stream");
    for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
        const QByteArray name = wire.provider.toUtf8();
        const char *provider = name.constData();
        const FakeReply stream = wire.reply(twoCalls(), true);
        const FakeReply whole = wire.reply(twoCalls(), false);
        QList<QByteArray> events = wire.events(twoCalls(), 3);
        events = events.first(events.size() / 2);
        QTest::addRow("%s, chunks cut off", provider)
            << wire.provider << stream.cutAt(stream.wire().size() / 2).thenClose() << true;
        QTest::addRow("%s, chunks reset", provider)
            << wire.provider << stream.cutAt(stream.wire().size() / 2).thenReset() << true;
        QTest::addRow("%s, ended well before its end", provider) << wire.provider << FakeReply::events(events) << true;
        QTest::addRow("%s, closed where that is the end", provider)
            << wire.provider << FakeReply::eventsUntilClose(events) << true;
        QTest::addRow("%s, short of its length", provider)
            << wire.provider << whole.cutAt(whole.wire().size() - 20).thenClose() << false;
    }
}

void TestProviderConformance::failsOnCutReplies()
{
    QFETCH(QString, provider);
    QFETCH(FakeReply, reply);
    QFETCH(bool, stream);
    m_server->enqueue(reply);
    const LlmOutcome outcome = call(provider, request(stream));
    QVERIFY(!outcome.reply);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TransientError);
    QVERIFY(outcome.failure->requestSent);
    QVERIFY(outcome.failure->usage.totalInput() > 0);
    QCOMPARE(m_server->requestCount(), 1);
}

void TestProviderConformance::failsOnOddBodies_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QByteArray>("body");
    const QByteArray types = R"({"id":5,"model":[],"choices":[{"message":7}],"content":{"a":1},"candidates":"x",)"
                             R"("message":[1],"done":"yes","status":3,"output":{},"usage":"many","usageMetadata":[]})";
    for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
        const QByteArray name = wire.provider.toUtf8();
        const char *provider = name.constData();
        QTest::addRow("%s, invalid JSON", provider) << wire.provider << QByteArray("{\"a\":");
        QTest::addRow("%s, an invalid event", provider) << wire.provider << QByteArray("data: {\"a\":\n\n{\"b\"\n");
        QTest::addRow("%s, a page", provider) << wire.provider << QByteArray("<html>proxy</html>");
        QTest::addRow("%s, a list", provider) << wire.provider << QByteArray("[1]");
        QTest::addRow("%s, empty", provider) << wire.provider << QByteArray();
        QTest::addRow("%s, wrong types", provider) << wire.provider << types;
        QTest::addRow("%s, wrong types in a stream", provider)
            << wire.provider << QByteArray("data: " + types + "\n\n");
        QTest::addRow("%s, not UTF-8", provider) << wire.provider << QByteArray("data: {\"a\":\"\xff\xfe\"}\n\n");
    }
}

void TestProviderConformance::failsOnOddBodies()
{
    QFETCH(QString, provider);
    QFETCH(QByteArray, body);
    for (const bool stream : {false, true}) {
        m_server->enqueue(FakeReply::json(body));
        const LlmOutcome outcome = call(provider, request(stream));
        QVERIFY(!outcome.reply);
        QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));
        QVERIFY(!outcome.failure->message.isEmpty());
        QCOMPARE(outcome.rawReply, body);
    }
}

void TestProviderConformance::classifiesErrors_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<LlmErrorKind>("kind");
    QTest::addColumn<bool>("again");
    QTest::addColumn<qint64>("waitMs");
    const auto row = [](const char *provider, int status, const QByteArray& body, LlmErrorKind kind, bool again,
                        const test::FakeHeaders& headers = {}, qint64 waitMs = -1) {
        QTest::addRow("%s, %d %s %.40s", provider, status, toName(kind).data(), body.constData())
            << QString::fromLatin1(provider) << FakeReply::json(body, status, headers) << kind << again << waitMs;
    };
    const test::FakeHeaders after{{"Retry-After", "2"}};
    for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
        const QByteArray name = wire.provider.toUtf8();
        const char *provider = name.constData();
        const auto body = [&wire](int status) { return wire.error(status, u"no luck"_s, u"some_code"_s); };
        row(provider, 429, body(429), LlmErrorKind::RateLimited, true, after, 2000);
        row(provider, 500, body(500), LlmErrorKind::Server, true);
        row(provider, 529, body(529), LlmErrorKind::Overloaded, true);
        row(provider, 401, body(401), LlmErrorKind::Auth, false);
        row(provider, 404, body(404), LlmErrorKind::ModelMissing, false);
        row(provider, 502, "<html>bad gateway</html>", LlmErrorKind::Server, true);
    }
    const auto anthropic = [](const QByteArray& type, const QByteArray& code) -> QByteArray {
        return R"({"type":"error","error":{"type":")" + type + R"(","message":"m","details":{"error_code":")" + code +
               "\"}}}";
    };
    row("openai", 429, R"({"error":{"message":"m","type":"insufficient_quota","code":null}})", LlmErrorKind::Quota,
        false, after, 2000);
    row("openai", 400, R"({"error":{"message":"m","type":"exceed_context_size_error","code":400,"n_ctx":4096}})",
        LlmErrorKind::ContextOverflow, false);
    row("openai", 402, R"({"error":{"code":402,"message":"no credits","metadata":{}}})", LlmErrorKind::Quota, false);
    row("openai-responses", 429, R"({"error":{"message":"m","type":"x","code":"project_spend_limit_exceeded"}})",
        LlmErrorKind::Quota, false);
    row("anthropic", 429, anthropic("rate_limit_error", "enforced_spend_limit_reached"), LlmErrorKind::Quota, false);
    row("anthropic", 429, anthropic("rate_limit_error", "contract_spend_limit_reached"), LlmErrorKind::Quota, false);
    row("anthropic", 429, anthropic("rate_limit_error", "ramp_limit_exceeded"), LlmErrorKind::RateLimited, true, after,
        2000);
    row("anthropic", 400, anthropic("invalid_request_error", "organization_on_hold"), LlmErrorKind::Quota, false);
    row("anthropic", 400, R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long"}})",
        LlmErrorKind::ContextOverflow, false);
    row("gemini", 429,
        R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[)"
        R"({"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"46s"},)"
        R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinute"}]}]}})",
        LlmErrorKind::RateLimited, true, {}, 46'000);
    row("gemini", 429,
        R"({"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[)"
        R"({"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"RequestsPerDayPerModel"}]}]}})",
        LlmErrorKind::Quota, false);
    row("gemini", 400, R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT"}})",
        LlmErrorKind::Auth, false);
    row("gemini", 400,
        R"({"error":{"code":400,"message":"The input token count exceeds the maximum number of tokens allowed"}})",
        LlmErrorKind::ContextOverflow, false);
    row("ollama", 404, R"({"error":"model 'mock-1' not found"})", LlmErrorKind::ModelMissing, false);
    row("ollama", 400, R"({"error":"the input length exceeds the context length"})", LlmErrorKind::ContextOverflow,
        false);
    row("ollama", 503, R"({"error":"server busy, please try again"})", LlmErrorKind::Overloaded, true);
}

void TestProviderConformance::classifiesErrors()
{
    QFETCH(QString, provider);
    QFETCH(FakeReply, reply);
    QFETCH(LlmErrorKind, kind);
    QFETCH(bool, again);
    QFETCH(qint64, waitMs);
    m_server->enqueue(reply);
    const LlmOutcome outcome = call(provider, request(true));
    QVERIFY(!outcome.reply);
    QCOMPARE(toName(outcome.failure->kind), toName(kind));
    QCOMPARE(outcome.failure->errorClass == ErrorClass::TransientError, again);
    QCOMPARE(static_cast<qint64>(outcome.failure->retryAfter.value_or(-1ms).count()), waitMs);
    QCOMPARE(outcome.failure->usage.source, UsageSource::Missing);
    QCOMPARE(m_server->requestCount(), 1);
}

void TestProviderConformance::sendsEachPartWhereItBelongs()
{
    QFETCH(QString, provider);
    LlmRequest asked = request(false);
    m_server->enqueue(test::fakeProviderWire(provider).reply(twoCalls(), false));
    const LlmOutcome first = call(provider, asked);
    QVERIFY(first.reply);
    answerCalls(asked, *first.reply);
    m_server->enqueue(test::fakeProviderWire(provider).reply(test::textCompletion(u"done"_s), false));
    QVERIFY(call(provider, asked).reply);
    const test::FakeRequest seen = m_server->requests().last();
    QCOMPARE(seen.body, client(provider)->encode(asked).joined());
    QVERIFY(!seen.json().isEmpty());
    QCOMPARE(client(provider)->encode(asked).messages.size(), asked.transcript.messages().size());
    for (const char *part : {"Be brief.", "What is Qt?", "I look it up.", "call_a", "call_b", "result of call_a",
                             "result of call_b", "google_search", "4096"}) {
        QVERIFY2(seen.body.contains(part), part);
    }
    QCOMPARE(seen.header("Idempotency-Key"), QByteArray("call-7"));
}

void TestProviderConformance::sendsResultsOfATurnTogether_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("list");
    QTest::addColumn<int>("entries");
    QTest::addColumn<QString>("failed"); // of the second result, which failed
    QTest::addColumn<QJsonValue>("told");
    QTest::newRow("openai") << u"openai"_s << u"messages"_s << 5 << u"messages/4/tool_call_id"_s
                            << QJsonValue(u"call_b"_s);
    QTest::newRow("openai-responses") << u"openai-responses"_s << u"input"_s << 7 << u"input/6/call_id"_s
                                      << QJsonValue(u"call_b"_s);
    QTest::newRow("anthropic") << u"anthropic"_s << u"messages"_s << 3 << u"messages/2/content/1/is_error"_s
                               << QJsonValue(true);
    QTest::newRow("gemini") << u"gemini"_s << u"contents"_s << 3
                            << u"contents/2/parts/1/functionResponse/response/error"_s
                            << QJsonValue(u"result of call_b"_s);
    QTest::newRow("ollama") << u"ollama"_s << u"messages"_s << 5 << u"messages/4/tool_name"_s
                            << QJsonValue(u"google_search"_s);
}

void TestProviderConformance::sendsResultsOfATurnTogether()
{
    QFETCH(QString, provider);
    QFETCH(QString, list);
    QFETCH(int, entries);
    QFETCH(QString, failed);
    QFETCH(QJsonValue, told);
    LlmRequest asked = request(false);
    LlmReply reply;
    reply.content = u"I look it up."_s;
    reply.toolCalls = {{u"call_a"_s, u"google_search"_s, u"{}"_s, QJsonObject()},
                       {u"call_b"_s, u"google_search"_s, u"{}"_s, QJsonObject()}};
    answerCalls(asked, reply);
    const QJsonObject json = QJsonDocument::fromJson(client(provider)->encode(asked).joined()).object();
    QCOMPARE(json.value(list).toArray().size(), entries);
    QCOMPARE(at(json, failed), told);
}

void TestProviderConformance::sendsParameters_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("apiVersion");
    QTest::addColumn<ModelParameters>("parameters");
    QTest::addColumn<bool>("hasTools");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QJsonValue>("value");
    const QJsonObject schema{{u"type"_s, u"object"_s},
                             {u"properties"_s, QJsonObject{{u"a"_s, QJsonObject{{u"type"_s, u"string"_s}}}}},
                             {u"required"_s, QJsonArray{u"a"_s}},
                             {u"additionalProperties"_s, false}};
    const auto row = [](const QString& provider, const ModelParameters& parameters, const QString& path,
                        const QJsonValue& value, bool hasTools = true, const QString& apiVersion = {}) {
        QTest::addRow("%s %s, %s", qPrintable(provider), qPrintable(apiVersion), qPrintable(path))
            << provider << apiVersion << parameters << hasTools << path << value;
    };
    ModelParameters bound;
    bound.responseSchema = schema;
    row(u"openai"_s, bound, u"response_format/json_schema/schema"_s, schema);
    row(u"openai"_s, bound, u"response_format/json_schema/strict"_s, true);
    row(u"openai-responses"_s, bound, u"text/format/schema"_s, schema);
    row(u"anthropic"_s, bound, u"output_config/format/schema"_s, schema);
    row(u"gemini"_s, bound, u"generationConfig/responseJsonSchema"_s, schema, false);
    row(u"gemini"_s, bound, u"generationConfig/responseMimeType"_s, QJsonValue::Undefined, true);
    row(u"ollama"_s, bound, u"format"_s, schema, false);
    row(u"ollama"_s, bound, u"format/type"_s, QJsonValue::Undefined, true);

    ModelParameters forced;
    forced.toolChoice = ToolChoice::Required;
    row(u"openai"_s, forced, u"tool_choice"_s, u"required"_s);
    row(u"openai-responses"_s, forced, u"tool_choice"_s, u"required"_s);
    row(u"anthropic"_s, forced, u"tool_choice/type"_s, u"any"_s);
    row(u"gemini"_s, forced, u"toolConfig/functionCallingConfig/mode"_s, u"ANY"_s);
    ModelParameters barred;
    barred.toolChoice = ToolChoice::None;
    row(u"openai"_s, barred, u"tool_choice"_s, u"none"_s);
    row(u"anthropic"_s, barred, u"tool_choice/type"_s, u"none"_s);
    row(u"gemini"_s, barred, u"toolConfig/functionCallingConfig/mode"_s, u"NONE"_s);
    row(u"ollama"_s, barred, u"tools/0"_s, QJsonValue::Undefined);

    ModelParameters thinking;
    thinking.reasoning = ReasoningEffort::Medium;
    thinking.temperature = 0.5;
    thinking.maxOutputTokens = 20'000;
    row(u"openai"_s, thinking, u"reasoning_effort"_s, u"medium"_s);
    row(u"openai-responses"_s, thinking, u"reasoning/effort"_s, u"medium"_s);
    row(u"anthropic"_s, thinking, u"thinking/budget_tokens"_s, 4096);
    row(u"anthropic"_s, thinking, u"temperature"_s, QJsonValue::Undefined);
    row(u"anthropic"_s, thinking, u"output_config/effort"_s, u"medium"_s, true, u"2026-10-21"_s);
    row(u"gemini"_s, thinking, u"generationConfig/thinkingConfig/thinkingLevel"_s, u"MEDIUM"_s);
    row(u"ollama"_s, thinking, u"think"_s, true);
    ModelParameters brief = thinking;
    brief.maxOutputTokens = 800; // there is no room to think
    row(u"anthropic"_s, brief, u"thinking/type"_s, QJsonValue::Undefined);
    row(u"anthropic"_s, brief, u"max_tokens"_s, 800);

    ModelParameters exact;
    exact.temperature = 1.5;
    exact.seed = 42;
    row(u"openai"_s, exact, u"seed"_s, 42);
    row(u"openai-responses"_s, exact, u"temperature"_s, 1.5);
    row(u"openai-responses"_s, exact, u"max_output_tokens"_s, 4096);
    row(u"openai-responses"_s, exact, u"store"_s, false);
    row(u"openai-responses"_s, exact, u"include/0"_s, u"reasoning.encrypted_content"_s);
    row(u"anthropic"_s, exact, u"temperature"_s, 1.0);
    row(u"anthropic"_s, exact, u"temperature"_s, QJsonValue::Undefined, true, u"2026-10-21"_s);
    row(u"gemini"_s, exact, u"generationConfig/seed"_s, 42);
    row(u"gemini"_s, exact, u"generationConfig/maxOutputTokens"_s, 4096);
    row(u"ollama"_s, exact, u"options/seed"_s, 42);
    row(u"ollama"_s, exact, u"options/num_predict"_s, 4096);
    row(u"ollama"_s, exact, u"options/num_ctx"_s, 12096);
    row(u"ollama"_s, exact, u"truncate"_s, false);
}

void TestProviderConformance::sendsParameters()
{
    QFETCH(QString, provider);
    QFETCH(QString, apiVersion);
    QFETCH(ModelParameters, parameters);
    QFETCH(bool, hasTools);
    QFETCH(QString, path);
    QFETCH(QJsonValue, value);
    m_apiVersion = apiVersion;
    LlmRequest asked = request(true);
    asked.parameters = parameters;
    if (!hasTools) {
        asked.tools.clear();
    }
    const QJsonObject json = QJsonDocument::fromJson(client(provider)->encode(asked).joined()).object();
    QVERIFY(!json.isEmpty());
    QCOMPARE(at(json, path), value);
}

void TestProviderConformance::sendsImages_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("mediaType");
    QTest::addColumn<QString>("path"); // empty: the provider takes none
    QTest::addColumn<QString>("value");
    const QString bytes = QString::fromLatin1(QByteArray("\x89PNG").toBase64());
    const QString url = u"data:image/png;base64,"_s + bytes;
    const QString png = u"image/png"_s;
    const QString pdf = u"application/pdf"_s;
    QTest::newRow("openai") << u"openai"_s << png << u"messages/1/content/0/image_url/url"_s << url;
    QTest::newRow("openai, a local server and PDF") << u"openai"_s << pdf << QString() << QString();
    QTest::newRow("openai-responses") << u"openai-responses"_s << png << u"input/1/content/0/image_url"_s << url;
    QTest::newRow("openai-responses, PDF") << u"openai-responses"_s << pdf << u"input/1/content/0/file_data"_s
                                           << u"data:application/pdf;base64,"_s + bytes;
    QTest::newRow("anthropic") << u"anthropic"_s << png << u"messages/0/content/0/source/data"_s << bytes;
    QTest::newRow("anthropic, PDF") << u"anthropic"_s << pdf << u"messages/0/content/0/type"_s << u"document"_s;
    QTest::newRow("gemini") << u"gemini"_s << png << u"contents/0/parts/0/inlineData/data"_s << bytes;
    QTest::newRow("gemini, PDF") << u"gemini"_s << pdf << u"contents/0/parts/0/inlineData/mimeType"_s << pdf;
    QTest::newRow("gemini, GIF") << u"gemini"_s << u"image/gif"_s << QString() << QString();
    QTest::newRow("ollama") << u"ollama"_s << png << u"messages/1/images/0"_s << bytes;
    QTest::newRow("ollama, PDF") << u"ollama"_s << pdf << QString() << QString();
    QTest::newRow("anthropic, text") << u"anthropic"_s << u"text/plain"_s << QString() << QString();
}

void TestProviderConformance::sendsImages()
{
    QFETCH(QString, provider);
    QFETCH(QString, mediaType);
    QFETCH(QString, path);
    QFETCH(QString, value);
    const auto made = client(provider);
    QCOMPARE(made->takes(mediaType), !path.isEmpty());
    if (path.isEmpty()) {
        return;
    }
    LlmRequest asked = request(true);
    const QByteArray plain = asked.hash(provider);
    ChatMessage shown = asked.transcript.messages().at(1);
    shown.attachments = {{u"a \"file\""_s, mediaType, "\x89PNG"}};
    asked.transcript.replace(1, shown);
    QVERIFY(asked.hash(provider) != plain);
    const QJsonObject json = QJsonDocument::fromJson(made->encode(asked).joined()).object();
    QCOMPARE(at(json, path).toString(), value);
    m_server->enqueue(FakeReply::json(test::fakeProviderWire(provider).error(400, u"no images here"_s, u"x"_s), 400));
    const LlmOutcome refused = call(provider, asked);
    QVERIFY2(refused.failure->message.contains(u"inPrompt"_s), qPrintable(refused.failure->message));
}

void TestProviderConformance::sendsReasoningBack()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    test::FakeCompletion thoughtful = twoCalls();
    thoughtful.reasoning = u"Let me think."_s;
    const LlmOutcome outcome = answer(provider, stream, thoughtful);
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->reasoning, u"Let me think."_s);
    QCOMPARE(outcome.reply->state.provider, provider);
    QVERIFY(client(provider)->decode(outcome.rawReply, stream).reply->state == outcome.reply->state);

    LlmRequest next = request(stream);
    answerCalls(next, *outcome.reply);
    const QByteArray mark = provider == "ollama"_L1 ? "Let me think." : "sig-1";
    for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
        const QByteArray bytes = client(wire.provider)->encode(next).joined();
        QVERIFY(QJsonDocument::fromJson(bytes).isObject());
        QCOMPARE(bytes.count(mark), wire.provider == provider ? 1 : 0);
        QCOMPARE(bytes.count("I look it up."), 1);
        for (const char *id : {"\"call_a\"", "\"call_b\""}) {
            QCOMPARE(bytes.count(id), 2); // the call and its result
        }
        QCOMPARE(bytes.contains("hidden-1"), wire.provider == provider && provider == "anthropic"_L1);
    }
    LlmReply bare = *outcome.reply;
    bare.state = {};
    LlmRequest without = request(stream);
    answerCalls(without, bare);
    QVERIFY(next.hash(provider) != without.hash(provider));
}

void TestProviderConformance::sendsChangedArgumentsBack()
{
    QFETCH(QString, provider);
    test::FakeCompletion thoughtful = twoCalls();
    thoughtful.reasoning = u"Let me think."_s;
    LlmReply reply = *answer(provider, true, thoughtful).reply;
    reply.toolCalls[1].parsed = QJsonObject{{u"q"_s, u"edited"_s}};
    reply.toolCalls[1].arguments = u"{\"q\":\"edited\"}"_s;
    LlmRequest next = request(true);
    answerCalls(next, reply);
    const QByteArray bytes = client(provider)->encode(next).joined();
    QVERIFY(bytes.contains("edited"));
    QVERIFY(!bytes.contains("qml"));
}

void TestProviderConformance::sendsOnceForEachAttempt_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<FakeReply>("reply");
    for (const test::FakeProviderWire& wire : test::fakeProviderWires()) {
        const QByteArray name = wire.provider.toUtf8();
        const char *provider = name.constData();
        QTest::addRow("%s, closed before the head", provider) << wire.provider << FakeReply::closeBeforeHeaders();
        QTest::addRow("%s, reset before the head", provider) << wire.provider << FakeReply::resetBeforeHeaders();
        QTest::addRow("%s, a status line only", provider) << wire.provider << FakeReply::statusLineThenClose();
        QTest::addRow("%s, cut chunks", provider) << wire.provider << FakeReply::cutChunked();
        QTest::addRow("%s, an error", provider) << wire.provider << FakeReply::error(500, u"oops"_s);
    }
}

void TestProviderConformance::sendsOnceForEachAttempt()
{
    QFETCH(QString, provider);
    QFETCH(FakeReply, reply);
    m_server->enqueue(reply);
    m_server->setDefault(FakeReply::json("{}", 418));
    const LlmOutcome outcome = call(provider, request(true));
    QVERIFY(outcome.failure);
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TransientError);
    QCOMPARE(m_server->requestCount(), 1);
}

void TestProviderConformance::decodesWhatItRecorded()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    const LlmOutcome live = answer(provider, stream, twoCalls());
    QVERIFY(live.reply);
    const LlmOutcome decoded = client(provider)->decode(live.rawReply, stream);
    QVERIFY(decoded.reply == live.reply);
    QCOMPARE(decoded.rawReply, live.rawReply);
}

void TestProviderConformance::hidesAKeyThatTheServerEchoes()
{
    QFETCH(QString, provider);
    QFETCH(bool, stream);
    const QString key = QString::fromLatin1(kKey);
    const LlmOutcome outcome = answer(provider, stream, test::textCompletion(u"Your key is "_s + key));
    QVERIFY(outcome.reply);
    QVERIFY2(!outcome.rawReply.contains("0123456789abcdef"), outcome.rawReply.constData());
    QVERIFY(outcome.reply->content.contains(u"****"_s));
    QVERIFY(!outcome.reply->content.contains(u"0123456789abcdef"_s));
    QCOMPARE(outcome.reply->usage.totalInput(), 10);
    QVERIFY(client(provider)->decode(outcome.rawReply, stream).reply == outcome.reply);

    m_server->enqueue(FakeReply::json(test::fakeProviderWire(provider).error(401, u"bad key "_s + key, key), 401));
    const LlmOutcome refused = call(provider, request(stream));
    QVERIFY(!refused.rawReply.contains("0123456789abcdef"));
    QVERIFY(!refused.failure->message.contains(u"0123456789abcdef"_s));
    QVERIFY(!refused.failure->providerCode.contains(u"0123456789abcdef"_s));
}

void TestProviderConformance::sendsTheKeyInItsHeaderOnly_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("apiVersion");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QByteArray>("value");
    const QByteArray key(kKey);
    const QByteArray bearer = "Bearer " + key;
    QTest::newRow("openai") << u"openai"_s << QString() << QByteArray("/v1/chat/completions")
                            << QByteArray("Authorization") << bearer;
    QTest::newRow("openai-responses") << u"openai-responses"_s << QString() << QByteArray("/v1/responses")
                                      << QByteArray("Authorization") << bearer;
    QTest::newRow("anthropic") << u"anthropic"_s << QString() << QByteArray("/v1/messages") << QByteArray("x-api-key")
                               << key;
    QTest::newRow("anthropic, its version") << u"anthropic"_s << QString() << QByteArray("/v1/messages")
                                            << QByteArray("anthropic-version") << QByteArray("2023-06-01");
    QTest::newRow("anthropic 2026") << u"anthropic"_s << u"2026-10-21"_s << QByteArray("/v1/messages")
                                    << QByteArray("Authorization") << bearer;
    QTest::newRow("anthropic 2026, its version") << u"anthropic"_s << u"2026-10-21"_s << QByteArray("/v1/messages")
                                                 << QByteArray("anthropic-version") << QByteArray("2026-10-21");
    QTest::newRow("gemini") << u"gemini"_s << QString()
                            << QByteArray("/v1beta/models/mock-1:streamGenerateContent?alt=sse")
                            << QByteArray("x-goog-api-key") << key;
    QTest::newRow("ollama") << u"ollama"_s << QString() << QByteArray("/api/chat") << QByteArray("Authorization")
                            << bearer;
}

void TestProviderConformance::sendsTheKeyInItsHeaderOnly()
{
    QFETCH(QString, provider);
    QFETCH(QString, apiVersion);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, header);
    QFETCH(QByteArray, value);
    m_apiVersion = apiVersion;
    QVERIFY(answer(provider, true, test::textCompletion(u"x"_s)).reply);
    const test::FakeRequest seen = m_server->requests().last();
    QCOMPARE(seen.method, QByteArray("POST"));
    QCOMPARE(seen.target, target);
    QCOMPARE(seen.header(header), value);
    QCOMPARE(seen.head.count(kKey), 1);
    QVERIFY(!seen.body.contains(kKey));
    QVERIFY(!client(provider)->encode(request(true)).joined().contains(kKey));
}

void TestProviderConformance::takesALargeReply()
{
    QFETCH(QString, provider);
    constexpr qsizetype kCharacters = 50'000'000;
    const test::FakeCompletion large = test::textCompletion(QString(kCharacters, u'x'));
    QList<QByteArray> events = test::fakeProviderWire(provider).events(large, 100);
    m_server->enqueue(FakeReply::events(events));
    events.clear();
    const LlmOutcome outcome = call(provider, request(true));
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(outcome.reply->content.size(), kCharacters);
}

void TestProviderConformance::endsAnEndlessStream()
{
    QFETCH(QString, provider);
    m_maxReplyBytes = 200'000;
    QList<QByteArray> events = test::fakeProviderWire(provider).events(test::textCompletion(QString(20'000, u'x')), 3);
    const QList<QByteArray> middle = events.mid(events.size() / 2, 1);
    for (int i = 0; i < 100; ++i) {
        events.insert(events.size() / 2, middle.first());
    }
    m_server->enqueue(FakeReply::events(events));
    const LlmOutcome outcome = call(provider, request(true));
    QVERIFY(outcome.failure);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TerminalError); // the same question would bring the same flood
    QVERIFY(outcome.rawReply.size() <= m_maxReplyBytes);
    QVERIFY(outcome.failure->usage.totalInput() > 0);
}

void TestProviderConformance::endsASlowDrip()
{
    QFETCH(QString, provider);
    const FakeReply reply = test::fakeProviderWire(provider).reply(twoCalls(), true);
    m_deadlines.total = 400ms;
    m_server->enqueue(reply.dripping(20, 100ms)); // never silent for long, never done
    LlmOutcome outcome = call(provider, request(true));
    QVERIFY(outcome.failure);
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TransientError);

    m_deadlines = {};
    m_deadlines.stall = 300ms;
    m_server->enqueue(reply.cutAt(reply.wire().size() / 2).thenStall());
    outcome = call(provider, request(true));
    QVERIFY(outcome.failure);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));

    m_deadlines = {};
    m_deadlines.firstByte = 300ms;
    m_server->enqueue(FakeReply::stall());
    outcome = call(provider, request(true));
    QVERIFY(outcome.failure);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::Timeout));
    QCOMPARE(m_server->requestCount(), 3);
}

void TestProviderConformance::listsModels_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<qint64>("window");
    const QByteArray openai = R"({"object":"list","data":[{"id":"m","owned_by":"Em","context_length":9000},{"a":1}]})";
    QTest::newRow("openai") << u"openai"_s << openai << QByteArray("/v1/models") << qint64(9000);
    QTest::newRow("openai-responses") << u"openai-responses"_s << openai << QByteArray("/v1/models") << qint64(9000);
    QTest::newRow("anthropic")
        << u"anthropic"_s
        << QByteArray(R"({"data":[{"type":"model","id":"m","display_name":"Em","max_input_tokens":200000},{"a":1}]})")
        << QByteArray("/v1/models?limit=1000") << qint64(200000);
    QTest::newRow("gemini") << u"gemini"_s
                            << QByteArray(
                                   R"({"models":[{"name":"models/m","displayName":"Em","inputTokenLimit":1048576,)"
                                   R"("supportedGenerationMethods":["generateContent"]},)"
                                   R"({"name":"models/e","supportedGenerationMethods":["embedContent"]}]})")
                            << QByteArray("/v1beta/models?pageSize=1000") << qint64(1048576);
    QTest::newRow("ollama") << u"ollama"_s
                            << QByteArray(R"({"models":[{"name":"m","model":"m","details":{"family":"Em",)"
                                          R"("context_length":131072}},{"a":1}]})")
                            << QByteArray("/api/tags") << qint64(131072);
}

void TestProviderConformance::listsModels()
{
    QFETCH(QString, provider);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, target);
    QFETCH(qint64, window);
    m_server->enqueue(FakeReply::json(body));
    const auto made = client(provider);
    const auto models = test::await(made->models({}));
    QVERIFY2(models, models ? "" : qPrintable(models.error().message));
    QCOMPARE(models->size(), 1);
    QCOMPARE(models->first().id, u"m"_s);
    QCOMPARE(models->first().description, u"Em"_s);
    QCOMPARE(models->first().contextWindow.value_or(0), window);
    QCOMPARE(m_server->requests().last().target, target);
    QCOMPARE(m_server->requests().last().head.count(kKey), 1);

    m_server->enqueue(FakeReply::json("{}"));
    QVERIFY(!test::await(made->models({})));
}

QTEST_GUILESS_MAIN(TestProviderConformance)
#include "tst_providerconformance.moc"
