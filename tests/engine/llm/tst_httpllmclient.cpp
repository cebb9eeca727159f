// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/httpllmclient.h"

#include "engine/llm/llmregistry.h"
#include "engine/llm/resilientllmclient.h"
#include "engine/net/httpclient.h"
#include "tests/support/await.h"
#include "tests/support/fakeids.h"
#include "tests/support/fakellmserver.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using test::FakeReply;

namespace {

constexpr auto kKey = "sk-secret/0123456789abcdef";

class SilentObserver final : public AttemptObserver
{
public:
    QCoro::Task<Result<void>> attemptStarting(int, const LlmRequest&) override { co_return Result<void>(); }
    QCoro::Task<Result<void>> attemptBlocked(int, const LlmRequest&, const LlmFailure&) override
    {
        co_return Result<void>();
    }
    QCoro::Task<Result<void>> attemptFinished(int, const LlmOutcome& outcome) override
    {
        outcomes.append(outcome);
        co_return Result<void>();
    }
    QCoro::Task<Result<void>> retryWaiting(std::shared_ptr<RetryWait>) override { co_return Result<void>(); }
    QCoro::Task<Result<void>> retryAnswered(int, RetryAnswer) override { co_return Result<void>(); }
    void delta(const LlmDelta& delta) override { text += delta.text; }

    QList<LlmOutcome> outcomes;
    QString text;
};

LlmRequest request(bool stream)
{
    LlmRequest made;
    made.model = u"mock-1"_s;
    made.stream = stream;
    made.idempotencyKey = u"call-7"_s;
    ChatMessage message;
    message.content = u"What is Qt?"_s;
    made.transcript.append(message);
    made.tools = {{u"google_search"_s, u"Searches"_s, QJsonObject{{u"type"_s, u"object"_s}}}};
    return made;
}

bool stalls(const FakeReply& reply)
{
    return reply.steps.last().kind == FakeReply::Step::Kind::Stall;
}

test::FakeCompletion twoCalls()
{
    test::FakeCompletion completion;
    completion.content = u"I look it up."_s;
    completion.toolCalls = {{u"call_a"_s, u"google_search"_s, u"{\"q\":\"qt\"}"_s},
                            {u"call_b"_s, u"google_search"_s, u"{\"q\":\"qml\"}"_s}};
    completion.usage = test::FakeUsage{120, 34, 64, 0, 8};
    return completion;
}

} // namespace

class TestHttpLlmClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void getsParallelCallsAndUsage_data();
    void getsParallelCallsAndUsage();
    void sendsWhatItEncodes();
    void sendsTheKeyInItsHeaderOnly();
    void sendsNoKeyIfThereIsNone();
    void refusesAKeyThatCannotBeSent();
    void saysThatThereIsNoKey_data();
    void saysThatThereIsNoKey();
    void saysThatNoneWasSentWhereOneIsWanted();
    void tellsPiecesAsTheyArrive();
    void sendsOnceForEachAttempt_data();
    void sendsOnceForEachAttempt();
    void readsRetryAfterOfA429();
    void retriesUntilItWorks();
    void estimatesACutStream();
    void keepsACompleteReplyThoughTheConnectionBroke();
    void understandsAServerThatDoesNotStream();
    void stopsInTheMiddle();
    void nobodyListens();
    void decodeGivesTheSame_data();
    void decodeGivesTheSame();
    void hidesAKeyThatTheServerEchoes_data();
    void hidesAKeyThatTheServerEchoes();
    void dropsACutStreamThatHoldsTheKeyInPieces();
    void leavesPlaceholdersInReplies();
    void pointsAtARedirect();
    void namesTheModelThatIsMissing();
    void listsModels();
    void saysWhyThereAreNoModels_data();
    void saysWhyThereAreNoModels();

private:
    std::unique_ptr<LlmClient> client()
    {
        LlmSettings settings;
        settings.provider = u"openai"_s;
        settings.baseUrl = m_server->baseUrl();
        settings.apiKey = [this] { return m_key; };
        settings.deadlines.firstByte = m_patience;
        settings.deadlines.stall = m_patience;
        return makeLlmClient(settings, *m_http, m_clock).value();
    }
    LlmOutcome call(bool stream)
    {
        const auto made = client();
        return test::await(made->call(request(stream), {}, {}));
    }

    SystemClock m_clock;
    std::unique_ptr<test::FakeLlmServer> m_server;
    std::unique_ptr<HttpClient> m_http;
    QString m_key;
    std::chrono::milliseconds m_patience{20'000};
};

void TestHttpLlmClient::init()
{
    m_server = std::make_unique<test::FakeLlmServer>();
    m_http = std::make_unique<HttpClient>(m_clock);
    m_key = QString::fromLatin1(kKey);
    m_patience = 20s;
}

void TestHttpLlmClient::getsParallelCallsAndUsage_data()
{
    QTest::addColumn<bool>("stream");
    QTest::newRow("whole") << false;
    QTest::newRow("streamed") << true;
}

void TestHttpLlmClient::getsParallelCallsAndUsage()
{
    QFETCH(bool, stream);
    m_server->enqueueCompletion(twoCalls());
    const LlmOutcome outcome = call(stream);
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    const LlmReply& reply = *outcome.reply;
    QCOMPARE(reply.content, u"I look it up."_s);
    QCOMPARE(reply.toolCalls.size(), 2);
    QCOMPARE(reply.toolCalls.at(1).id, u"call_b"_s);
    QCOMPARE(*reply.toolCalls.at(1).parsed, (QJsonObject{{u"q"_s, u"qml"_s}}));
    QCOMPARE(reply.stop, StopReason::ToolCalls);
    QCOMPARE(reply.usage.input, 56);
    QCOMPARE(reply.usage.cacheRead, 64);
    QCOMPARE(reply.usage.output, 34);
    QCOMPARE(reply.usage.reasoning, 8);
    QVERIFY(outcome.durationMs >= outcome.firstByteMs);
    QCOMPARE(m_server->requestCount(), 1);
    QCOMPARE(m_server->requests().first().wantsStream(), stream);
}

void TestHttpLlmClient::sendsWhatItEncodes()
{
    m_server->enqueueCompletion(test::textCompletion(u"x"_s));
    const auto made = client();
    const LlmRequest asked = request(true);
    const LlmOutcome outcome = test::await(made->call(asked, {}, {}));
    QVERIFY(outcome.reply);
    const test::FakeRequest seen = m_server->requests().first();
    QCOMPARE(seen.body, made->encode(asked).joined());
    QCOMPARE(seen.target, QByteArray("/v1/chat/completions"));
    QCOMPARE(seen.header("Content-Type"), QByteArray("application/json"));
    QCOMPARE(seen.header("Idempotency-Key"), QByteArray("call-7"));
    QVERIFY(seen.json().contains("max_tokens"_L1));
    QCOMPARE(seen.json().value("parallel_tool_calls"_L1).toBool(), true);
}

void TestHttpLlmClient::sendsTheKeyInItsHeaderOnly()
{
    m_key = u" "_s + QString::fromLatin1(kKey) + u"\n"_s; // as it comes out of a file
    m_server->enqueueCompletion(test::textCompletion(u"x"_s));
    const auto made = client();
    const LlmOutcome outcome = test::await(made->call(request(true), {}, {}));
    QVERIFY(outcome.reply);
    const test::FakeRequest seen = m_server->requests().first();
    QCOMPARE(seen.header("Authorization"), QByteArray("Bearer ") + kKey);
    QVERIFY(!seen.body.contains("sk-secret"));
    QVERIFY(!made->encode(request(true)).joined().contains("sk-secret"));
}

void TestHttpLlmClient::sendsNoKeyIfThereIsNone()
{
    m_key.clear();
    m_server->enqueueCompletion(test::textCompletion(u"x"_s));
    QVERIFY(call(true).reply);
    QVERIFY(!m_server->requests().first().head.toLower().contains("authorization"));
}

void TestHttpLlmClient::refusesAKeyThatCannotBeSent()
{
    m_key = u"sk-one\r\nX-Evil: 1"_s;
    const LlmOutcome outcome = call(true);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::Auth));
    QVERIFY(!outcome.failure->requestSent);
    QVERIFY(!outcome.failure->message.contains(u"sk-one"_s));
    const auto made = client();
    const auto models = test::await(made->models({}));
    QVERIFY(!models);
    QCOMPARE(m_server->requestCount(), 0);
}

void TestHttpLlmClient::saysThatThereIsNoKey_data()
{
    QTest::addColumn<QString>("baseUrl");
    QTest::newRow("OpenAI") << u"https://api.openai.com/v1"_s;
    QTest::newRow("a region") << u"https://eu.api.openai.com/v1"_s;
    QTest::newRow("OpenRouter") << u"https://openrouter.ai/api/v1"_s;
    QTest::newRow("Azure") << u"https://mine.openai.azure.com/openai/v1"_s;
}

void TestHttpLlmClient::saysThatThereIsNoKey()
{
    QFETCH(QString, baseUrl);
    LlmSettings settings;
    settings.provider = u"openai"_s;
    settings.baseUrl = baseUrl;
    const auto made = makeLlmClient(settings, *m_http, m_clock).value();
    const LlmOutcome outcome = test::await(made->call(request(true), {}, {}));
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::Auth));
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TerminalError);
    QVERIFY(!outcome.failure->requestSent);
    QVERIFY2(outcome.failure->message.contains(u"OPENAI_API_KEY"_s), qPrintable(outcome.failure->message));
    QVERIFY(outcome.failure->message.contains(QUrl(baseUrl).host()));
    QCOMPARE(m_http->connectionsOpened(), 0);
}

void TestHttpLlmClient::saysThatNoneWasSentWhereOneIsWanted()
{
    m_key.clear();
    m_server->enqueue(FakeReply::error(401, u"who are you?"_s));
    const LlmOutcome outcome = call(true);
    QVERIFY2(outcome.failure->message.contains(u"none was sent"_s), qPrintable(outcome.failure->message));
}

void TestHttpLlmClient::tellsPiecesAsTheyArrive()
{
    m_server->enqueueCompletion(twoCalls());
    QStringList content;
    QString calls;
    const auto made = client();
    const LlmClient::DeltaSink sink = [&](const LlmDelta& delta) {
        if (delta.kind == LlmDelta::Kind::Content) {
            content.append(delta.text);
        } else {
            calls += delta.text;
        }
    };
    const LlmOutcome outcome = test::await(made->call(request(true), sink, {}));
    QVERIFY(outcome.reply);
    QVERIFY(content.size() > 1);
    QCOMPARE(content.join(QString()), u"I look it up."_s);
    QVERIFY(calls.contains(u"google_search"_s));
}

void TestHttpLlmClient::sendsOnceForEachAttempt_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<LlmErrorKind>("kind");
    QTest::addColumn<int>("status");
    const FakeReply stream = FakeReply::stream(twoCalls());
    QTest::newRow("500") << FakeReply::error(500, u"oops"_s) << LlmErrorKind::Server << 500;
    QTest::newRow("503") << FakeReply::error(503, u"loading"_s, u"unavailable_error"_s) << LlmErrorKind::Overloaded
                         << 503;
    QTest::newRow("429") << FakeReply::rateLimited("1") << LlmErrorKind::RateLimited << 429;
    QTest::newRow("closed before headers") << FakeReply::closeBeforeHeaders() << LlmErrorKind::Network << 0;
    QTest::newRow("reset before headers") << FakeReply::resetBeforeHeaders() << LlmErrorKind::Network << 0;
    QTest::newRow("no HTTP") << FakeReply::garbage() << LlmErrorKind::Network << 0;
    QTest::newRow("no answer") << FakeReply::stall() << LlmErrorKind::Timeout << 0;
    QTest::newRow("cut stream") << stream.cutAt(stream.wire().size() / 2).thenClose() << LlmErrorKind::StreamBroken
                                << 200;
    QTest::newRow("cut stream, reset") << stream.cutAt(stream.wire().size() / 2).thenReset()
                                       << LlmErrorKind::StreamBroken << 200;
    QTest::newRow("stalled stream") << stream.cutAt(stream.wire().size() / 2).thenStall() << LlmErrorKind::StreamBroken
                                    << 200;
    QTest::newRow("short Content-Length") << FakeReply::shortContentLength() << LlmErrorKind::StreamBroken << 200;
    QTest::newRow("well-formed stream without finish_reason")
        << FakeReply::events(test::completionEvents(twoCalls()).first(2)) << LlmErrorKind::StreamBroken << 200;
    QTest::newRow("stream that just closes") << FakeReply::eventsUntilClose(test::completionEvents(twoCalls()).first(2))
                                             << LlmErrorKind::StreamBroken << 200;
}

void TestHttpLlmClient::sendsOnceForEachAttempt()
{
    QFETCH(FakeReply, reply);
    QFETCH(LlmErrorKind, kind);
    QFETCH(int, status);
    m_patience = stalls(reply) ? 300ms : 20s;
    m_server->setDefault(reply);
    const LlmOutcome outcome = call(true);
    QVERIFY(outcome.failure);
    QCOMPARE(toName(outcome.failure->kind), toName(kind));
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TransientError);
    QCOMPARE(outcome.failure->httpStatus, status);
    QVERIFY(outcome.failure->requestSent);
    QVERIFY(!outcome.failure->message.isEmpty());
    QTest::qWait(100); // long enough for a second request on loopback
    QCOMPARE(m_server->requestCount(), 1);
}

void TestHttpLlmClient::readsRetryAfterOfA429()
{
    m_server->enqueue(FakeReply::error(429, u"slow down"_s, u"requests"_s, u"rate_limit_exceeded"_s,
                                       {{"retry-after-ms", "1500"}, {"Retry-After", "2"}}));
    const LlmOutcome outcome = call(true);
    QCOMPARE(outcome.failure->retryAfter.value_or(0ms), 1500ms);
    QCOMPARE(outcome.failure->providerCode, u"rate_limit_exceeded"_s);
    QVERIFY(outcome.rawReply.contains("slow down"));
    m_server->enqueue(FakeReply::error(429, u"pay"_s, u"insufficient_quota"_s, u"insufficient_quota"_s));
    QCOMPARE(toName(call(true).failure->kind), toName(LlmErrorKind::Quota));
}

void TestHttpLlmClient::retriesUntilItWorks()
{
    const FakeReply stream = FakeReply::stream(twoCalls());
    m_server->enqueue(FakeReply::rateLimited("0"));
    m_server->enqueue(stream.cutAt(stream.wire().size() / 2).thenClose());
    m_server->enqueue(FakeReply::closeBeforeHeaders());
    m_server->enqueueCompletion(twoCalls());
    const auto made = client();
    test::FixedJitter jitter;
    RetryPolicy policy;
    policy.delays = {1ms, 2ms, 4ms};
    ResilientLlmClient resilient(*made, m_clock, jitter, nullptr, policy);
    SilentObserver observer;
    const auto outcome = test::await(resilient.call(request(true), observer, {}));
    QVERIFY(outcome && outcome->reply);
    QCOMPARE(m_server->requestCount(), 4);
    QCOMPARE(observer.outcomes.size(), 4);
    const QList<test::FakeRequest> requests = m_server->requests();
    for (const test::FakeRequest& seen : requests) {
        QCOMPARE(seen.header("Idempotency-Key"), QByteArray("call-7"));
        QCOMPARE(seen.body, requests.first().body);
    }
}

void TestHttpLlmClient::estimatesACutStream()
{
    const FakeReply stream = FakeReply::stream(twoCalls());
    m_server->enqueue(stream.cutAt(stream.wire().size() / 2).thenClose());
    const LlmOutcome outcome = call(true);
    QCOMPARE(outcome.failure->usage.source, UsageSource::Estimated);
    QVERIFY(outcome.failure->usage.output > 0);
    QVERIFY(outcome.failure->usage.input > 0);
    QVERIFY(!outcome.rawReply.isEmpty());

    m_server->enqueue(FakeReply::closeBeforeHeaders());
    QCOMPARE(call(true).failure->usage.source, UsageSource::Missing);
}

void TestHttpLlmClient::keepsACompleteReplyThoughTheConnectionBroke()
{
    QList<QByteArray> events = test::completionEvents(twoCalls());
    while (!events.last().contains("finish_reason\":\"tool_calls")) {
        events.removeLast();
    }
    const FakeReply whole = FakeReply::events(events);
    m_server->enqueue(whole.cutAt(whole.wire().size() - 5).thenClose()); // the last chunk is missing
    const LlmOutcome outcome = call(true);
    QVERIFY2(outcome.reply, outcome.failure ? qPrintable(outcome.failure->message) : "");
    QCOMPARE(outcome.reply->toolCalls.size(), 2);
    QCOMPARE(outcome.reply->usage.source, UsageSource::Missing);
}

void TestHttpLlmClient::understandsAServerThatDoesNotStream()
{
    m_server->enqueue(FakeReply::json(test::completionJson(twoCalls())));
    const LlmOutcome outcome = call(true);
    QVERIFY(outcome.reply);
    QCOMPARE(outcome.reply->toolCalls.size(), 2);
}

void TestHttpLlmClient::stopsInTheMiddle()
{
    m_server->enqueueCompletion(twoCalls(), 100ms);
    const auto made = client();
    std::stop_source source;
    const LlmClient::DeltaSink sink = [&source](const LlmDelta&) { source.request_stop(); };
    const LlmOutcome outcome = test::await(made->call(request(true), sink, source.get_token()));
    QVERIFY(outcome.failure);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::Cancelled));
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TerminalError);
    QVERIFY(outcome.failure->requestSent);
    QVERIFY(outcome.failure->usage.input > 0);
    QCOMPARE(m_server->requestCount(), 1);
}

void TestHttpLlmClient::nobodyListens()
{
    const auto made = client();
    m_server.reset();
    const LlmOutcome outcome = test::await(made->call(request(true), {}, {}));
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::Network));
    QVERIFY(!outcome.failure->requestSent);
    QCOMPARE(outcome.failure->usage.source, UsageSource::Missing);
}

void TestHttpLlmClient::decodeGivesTheSame_data()
{
    QTest::addColumn<bool>("stream");
    QTest::addColumn<FakeReply>("reply");
    test::FakeCompletion refused;
    refused.refusal = u"I cannot"_s;
    test::FakeCompletion nameless = twoCalls();
    nameless.toolCalls[0].id.clear();
    nameless.usage.reset();
    for (const bool stream : {false, true}) {
        const char *how = stream ? "streamed" : "whole";
        const auto reply = [stream](const test::FakeCompletion& completion) {
            return stream ? FakeReply::stream(completion) : FakeReply::completion(completion);
        };
        QTest::addRow("calls, %s", how) << stream << reply(twoCalls());
        QTest::addRow("refusal, %s", how) << stream << reply(refused);
        QTest::addRow("no id, no usage, %s", how) << stream << reply(nameless);
    }
}

void TestHttpLlmClient::decodeGivesTheSame()
{
    QFETCH(bool, stream);
    QFETCH(FakeReply, reply);
    m_server->enqueue(reply);
    const LlmOutcome live = call(stream);
    QVERIFY(live.reply);
    const LlmOutcome decoded = client()->decode(live.rawReply, stream);
    QVERIFY(decoded.reply == live.reply);
    QCOMPARE(decoded.rawReply, live.rawReply);
}

void TestHttpLlmClient::hidesAKeyThatTheServerEchoes_data()
{
    QTest::addColumn<FakeReply>("reply");
    const QString key = QString::fromLatin1(kKey);
    QTest::newRow("401") << FakeReply::error(401, u"Incorrect API key provided: %1."_s.arg(key), {}, key);
    QTest::newRow("401, slash escaped") << FakeReply::json(
        R"({"error":{"message":"bad key sk-secret\/0123456789abcdef"}})", 401);
    QTest::newRow("error inside the stream")
        << FakeReply::events({"data: {\"error\":{\"message\":\"key " + QByteArray(kKey) + "\"}}\n\n"});
    QTest::newRow("a page") << FakeReply::json("<html>" + QByteArray(kKey), 502, {{"Content-Type", "text/html"}});
    QTest::newRow("a good reply, whole") << FakeReply::completion(test::textCompletion(u"Your key is "_s + key));
    QTest::newRow("a good reply, in pieces") << FakeReply::stream(test::textCompletion(u"Your key is "_s + key));
}

void TestHttpLlmClient::hidesAKeyThatTheServerEchoes()
{
    QFETCH(FakeReply, reply);
    m_server->enqueue(reply);
    const LlmOutcome outcome = call(true);
    QVERIFY(!outcome.rawReply.isEmpty());
    QVERIFY2(!outcome.rawReply.contains("0123456789abcdef"), outcome.rawReply.constData());
    if (outcome.failure) {
        QVERIFY2(!outcome.failure->message.contains(u"0123456789abcdef"_s), qPrintable(outcome.failure->message));
        QVERIFY(!outcome.failure->providerCode.contains(u"0123456789abcdef"_s));
        QVERIFY(outcome.failure->message.contains(u"****"_s));
    } else {
        QVERIFY2(!outcome.reply->content.contains(u"0123456789abcdef"_s), qPrintable(outcome.reply->content));
        QVERIFY(outcome.reply->content.contains(u"****"_s));
        QCOMPARE(outcome.reply->usage.input, 10);
        QVERIFY(client()->decode(outcome.rawReply, true).reply == outcome.reply);
    }
}

void TestHttpLlmClient::dropsACutStreamThatHoldsTheKeyInPieces()
{
    QList<QByteArray> events = test::completionEvents(test::textCompletion(QString::fromLatin1(kKey)));
    while (!events.last().contains("\"content\"")) {
        events.removeLast();
    }
    m_server->enqueue(FakeReply::events(events));
    const LlmOutcome outcome = call(true);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::StreamBroken));
    QVERIFY2(outcome.rawReply.isEmpty(), outcome.rawReply.constData());
    QVERIFY(outcome.failure->usage.output > 0);
}

void TestHttpLlmClient::leavesPlaceholdersInReplies()
{
    m_key = u"ollama"_s;
    m_server->enqueueCompletion(test::textCompletion(u"Use ollama."_s));
    QCOMPARE(call(true).reply->content, u"Use ollama."_s);
}

void TestHttpLlmClient::pointsAtARedirect()
{
    m_server->enqueue(FakeReply::json("", 301, {{"Location", "https://me:pw@example.org/api/v1?x=1"}}));
    const LlmOutcome outcome = call(true);
    QCOMPARE(outcome.failure->errorClass, ErrorClass::TerminalError);
    QVERIFY2(outcome.failure->message.contains(u"https://example.org/api/v1,"_s), qPrintable(outcome.failure->message));
}

void TestHttpLlmClient::namesTheModelThatIsMissing()
{
    m_server->enqueue(FakeReply::error(404, u"no such model"_s, {}, u"model_not_found"_s));
    const LlmOutcome outcome = call(true);
    QCOMPARE(toName(outcome.failure->kind), toName(LlmErrorKind::ModelMissing));
    QVERIFY(outcome.failure->message.contains(u"mock-1"_s));
    QVERIFY(outcome.failure->message.contains(m_server->baseUrl()));
}

void TestHttpLlmClient::listsModels()
{
    m_server->enqueue(FakeReply::json(R"({"object":"list","data":[{"id":"a","owned_by":"me"},
        {"id":"b","name":"Bee","context_length":128000},{"id":"c","max_model_len":4096},
        {"id":"d","meta":{"n_ctx_train":8192}},{"owned_by":"nobody"}]})"));
    const auto made = client();
    const auto models = test::await(made->models({}));
    QVERIFY(models);
    QCOMPARE(models->size(), 4);
    QCOMPARE(models->at(0).description, u"me"_s);
    QVERIFY(!models->at(0).contextWindow);
    QCOMPARE(models->at(1).description, u"Bee"_s);
    QCOMPARE(models->at(1).contextWindow.value_or(0), 128000);
    QCOMPARE(models->at(2).contextWindow.value_or(0), 4096);
    QCOMPARE(models->at(3).contextWindow.value_or(0), 8192);
    QCOMPARE(m_server->requests().first().method, QByteArray("GET"));
    QCOMPARE(m_server->requests().first().target, QByteArray("/v1/models"));
    QCOMPARE(m_server->requests().first().header("Authorization"), QByteArray("Bearer ") + kKey);
}

void TestHttpLlmClient::saysWhyThereAreNoModels_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("no key") << FakeReply::error(401, u"key sk-secret/0123456789abcdef?"_s) << ErrorCode::Unavailable;
    QTest::newRow("not there") << FakeReply::json("", 404) << ErrorCode::NotFound;
    QTest::newRow("ill") << FakeReply::error(500, u"oops"_s) << ErrorCode::Network;
    QTest::newRow("slow") << FakeReply::stall() << ErrorCode::TimedOut;
    QTest::newRow("a page") << FakeReply::json("<html>") << ErrorCode::Network;
    QTest::newRow("no list") << FakeReply::json("{}") << ErrorCode::Network;
    QTest::newRow("closed") << FakeReply::closeBeforeHeaders() << ErrorCode::Network;
}

void TestHttpLlmClient::saysWhyThereAreNoModels()
{
    QFETCH(FakeReply, reply);
    QFETCH(ErrorCode, code);
    m_patience = stalls(reply) ? 300ms : 20s;
    m_server->enqueue(reply);
    const auto made = client();
    const auto models = test::await(made->models({}));
    QVERIFY(!models);
    QCOMPARE(models.error().code, code);
    QVERIFY2(models.error().message.contains(m_server->baseUrl()), qPrintable(models.error().message));
    QVERIFY(!models.error().message.contains(u"0123456789abcdef"_s));
}

QTEST_GUILESS_MAIN(TestHttpLlmClient)
#include "tst_httpllmclient.moc"
