// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpclient.h"

#include "engine/core/clock.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"

#include <QElapsedTimer>
#include <QTcpServer>

#include <thread>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

HttpRequest post(const QUrl& url, const QByteArray& body = "{}")
{
    HttpRequest request;
    request.url = url;
    request.headers = {{"Content-Type", "application/json"}};
    request.body = {body};
    // A test that fails must not take minutes to do so.
    request.deadlines.total = 10s;
    return request;
}

HttpResult exchange(HttpClient& client, HttpRequest request)
{
    return await(client.send(std::move(request), {}, {}));
}

/// A result of a started task, to be awaited while others run.
struct Started
{
    explicit Started(QCoro::Task<HttpResult> task) : running(collect(std::move(task), state)) {}
    std::shared_ptr<AwaitState<HttpResult>> state = std::make_shared<AwaitState<HttpResult>>();
    QCoro::Task<> running;
    [[nodiscard]] bool done() const { return state->value.has_value() || state->error; }
    [[nodiscard]] const HttpResult& result() const { return *state->value; }
};

/// A port where nobody listens.
quint16 closedPort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost, 0);
    return server.serverPort();
}

} // namespace

class TestHttpClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsWhatIsGivenAndReturnsTheAnswer();
    void neverSendsUserInfo();
    void statusesAreValues();
    void streamsToTheSink();
    void gathersErrorBodiesBesideASink();
    void readsEverySplit();
    void keepsConnections();
    void opensAsManyAsNeeded();
    void doesNotReuseWhatTheServerCloses();
    void doesNotReuseAfterItsTime();
    void opensAFreshOneIfThePooledOneIsClosed();
    void unaskedBytesEndAnIdleConnection();
    void faultsAreSentOnceAndTold_data();
    void faultsAreSentOnceAndTold();
    void faultsOnAKeptConnectionAreSentOnce_data() { faultsAreSentOnceAndTold_data(); }
    void faultsOnAKeptConnectionAreSentOnce();
    void refusedAndUnknownHosts();
    void deadlines_data();
    void deadlines();
    void aSlowDripEndsAtTheTotalDeadline();
    void aCommentKeepsAStreamAlive();
    void idleConnectionsAreClosedInTime();
    void cancelsInEveryState_data();
    void cancelsInEveryState();
    void cancelsFromAnotherThread();
    void sinkMayCancel();
    void cancelledBeforeItBegins();
    void refusesUnsafeRequests_data();
    void refusesUnsafeRequests();
    void largeBodiesDoNotWaitForAcknowledgements();
    void manyPartsArriveAsOneBody();
    void answerBeforeTheBodyIsWritten();
    void bodyLimit();
    void headRequest();
    void hundredAtOnce();
    void endsWhatRunsWhenTheClientDies();

private:
    SystemClock m_clock;
};

void TestHttpClient::sendsWhatIsGivenAndReturnsTheAnswer()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{\"ok\":true}", 200, {{"X-Request-Id", "r1"}}).after(20ms));
    HttpClient client(m_clock);
    HttpRequest request = post(server.url(u"/v1/chat/completions"_s), "{\"a\":1}");
    request.headers.emplaceBack("Authorization", "Bearer k");
    request.url.setQuery(u"q=a b"_s);
    request.url.setFragment(u"f"_s);
    const HttpResult result = exchange(client, request);
    QVERIFY(result);
    QCOMPARE(result->status, 200);
    QCOMPARE(result->body, QByteArray("{\"ok\":true}"));
    QCOMPARE(headerValue(result->headers, "x-request-id"), QByteArray("r1"));
    QVERIFY(result->firstByteMs >= 19);
    QVERIFY(result->durationMs >= result->firstByteMs);
    QCOMPARE(server.requestCount(), 1);
    const FakeRequest seen = server.requests().constFirst();
    QByteArray head("POST /v1/chat/completions?q=a%20b HTTP/1.1\r\nHost: 127.0.0.1:");
    head += QByteArray::number(server.port());
    head += "\r\nUser-Agent: lathe/" LATHE_VERSION "\r\nAccept-Encoding: identity\r\nContent-Length: 7\r\n"
            "Content-Type: application/json\r\nAuthorization: Bearer k";
    QCOMPARE(seen.head, head);
    QCOMPARE(seen.body, QByteArray("{\"a\":1}"));
}

void TestHttpClient::neverSendsUserInfo()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{}"));
    server.enqueue(FakeReply::closeBeforeHeaders());
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.url.setUserInfo(u"anna:secret"_s);
    request.url.setQuery(u"key=topsecret"_s);
    QVERIFY(exchange(client, request));
    QVERIFY(!server.requests().constFirst().head.contains("secret@"));
    QVERIFY(!server.requests().constFirst().head.contains("anna"));
    QVERIFY(!server.requests().constFirst().head.contains("Authorization"));
    const HttpResult failed = exchange(client, request);
    QVERIFY(!failed);
    QVERIFY(failed.error().message.startsWith(u"http://127.0.0.1:"_s));
    QVERIFY(!failed.error().message.contains(u"secret"_s));
    QVERIFY(!failed.error().message.contains(u"anna"_s));
    request.url.setScheme(u"ftp"_s);
    const HttpResult refused = exchange(client, request);
    QVERIFY(!refused);
    QVERIFY(!refused.error().message.contains(u"secret"_s));
}

void TestHttpClient::statusesAreValues()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::rateLimited("7"));
    server.enqueue(FakeReply::error(500, u"boom"_s));
    server.enqueue(FakeReply::json("{}", 302, {{"Location", "http://127.0.0.1:1/"}}));
    server.enqueue(FakeReply::bytes("HTTP/1.1 204 No Content\r\n\r\n"));
    HttpClient client(m_clock);
    const HttpResult limited = exchange(client, post(server.url()));
    QVERIFY(limited);
    QCOMPARE(limited->status, 429);
    QCOMPARE(headerValue(limited->headers, "Retry-After"), QByteArray("7"));
    QVERIFY(limited->body.contains("Rate limit reached"));
    for (const int status : {500, 302, 204}) {
        const HttpResult result = exchange(client, post(server.url()));
        QVERIFY(result);
        QCOMPARE(result->status, status);
    }
    QCOMPARE(server.requestCount(), 4);
    QCOMPARE(server.connectionCount(), 1);
}

void TestHttpClient::streamsToTheSink()
{
    const QList<QByteArray> events = completionEvents(textCompletion(u"grüße aus dem Strom"_s), 7);
    for (const FakeReply& reply : {FakeReply::events(events, 15ms), FakeReply::eventsUntilClose(events, 15ms)}) {
        FakeLlmServer server;
        server.enqueue(reply);
        HttpClient client(m_clock);
        int heads = 0;
        int pieces = 0;
        QByteArray body;
        HttpClient::Sink sink;
        sink.onHead = [&heads](const HttpResponse& head) { heads += head.status; };
        sink.onBody = [&body, &pieces](QByteArrayView piece) {
            body += piece;
            ++pieces;
        };
        const HttpResult result = await(client.send(post(server.url()), sink, {}));
        QVERIFY(result);
        QCOMPARE(heads, 200);
        QCOMPARE(body, events.join());
        QVERIFY2(pieces > 3, "the pieces come as they arrive");
        QVERIFY(result->body.isEmpty());
    }
}

void TestHttpClient::gathersErrorBodiesBesideASink()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::error(400, u"bad"_s));
    HttpClient client(m_clock);
    int pieces = 0;
    HttpClient::Sink sink;
    sink.onBody = [&pieces](QByteArrayView) { ++pieces; };
    const HttpResult result = await(client.send(post(server.url()), sink, {}));
    QVERIFY(result);
    QVERIFY(result->body.contains("bad"));
    QCOMPARE(pieces, 0);
}

void TestHttpClient::readsEverySplit()
{
    const FakeReply whole = FakeReply::events({"data: a\n\n", "data: b\n\n"});
    const qsizetype size = whole.wire().size();
    FakeLlmServer server;
    HttpClient client(m_clock);
    for (qsizetype at = 1; at < size; at += 3) {
        server.enqueue(whole.splitAt({at, at + 1}, 1ms));
        const HttpResult result = exchange(client, post(server.url()));
        QVERIFY(result);
        QCOMPARE(result->body, QByteArray("data: a\n\ndata: b\n\n"));
    }
    QCOMPARE(client.connectionsOpened(), 1);
}

void TestHttpClient::keepsConnections()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    HttpClient client(m_clock);
    for (int i = 0; i < 20; ++i) {
        QVERIFY(exchange(client, post(server.url())));
        QCOMPARE(client.connectionsIdle(), 1);
    }
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.requestCount(), 20);
    QCOMPARE(client.connectionsOpened(), 1);
    // Other settings, other connections.
    client.setSslConfiguration(QSslConfiguration::defaultConfiguration());
    QCOMPARE(client.connectionsIdle(), 0);
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(client.connectionsOpened(), 2);
    client.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(client.connectionsOpened(), 3);
}

void TestHttpClient::opensAsManyAsNeeded()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}").after(20ms));
    HttpClient client(m_clock);
    for (int round = 0; round < 2; ++round) {
        std::vector<Started> started;
        for (int i = 0; i < 12; ++i) {
            started.emplace_back(client.send(post(server.url()), {}, {}));
        }
        QTRY_VERIFY(std::all_of(started.begin(), started.end(), [](const Started& s) { return s.done(); }));
        for (const Started& one : started) {
            QVERIFY(one.result());
        }
        QCOMPARE(client.connectionsOpened(), 12);
        QCOMPARE(client.connectionsIdle(), 12);
    }
    QCOMPARE(server.requestCount(), 24);
}

void TestHttpClient::doesNotReuseWhatTheServerCloses()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{}", 200, {{"Connection", "close"}}), 2);
    server.enqueue(FakeReply::bytes("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}"), 2);
    server.enqueue(FakeReply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{} "), 2);
    HttpClient client(m_clock);
    for (int i = 1; i <= 6; ++i) {
        const HttpResult result = exchange(client, post(server.url()));
        QVERIFY(result);
        QCOMPARE(result->body, QByteArray("{}"));
        QCOMPARE(client.connectionsOpened(), i);
        QCOMPARE(client.connectionsIdle(), 0);
    }
}

void TestHttpClient::doesNotReuseAfterItsTime()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}", 200, {{"Keep-Alive", "max=5, timeout=1"}}));
    HttpClient client(m_clock);
    QVERIFY(exchange(client, post(server.url())));
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(client.connectionsOpened(), 2);
    QCOMPARE(server.requestCount(), 2);
}

void TestHttpClient::opensAFreshOneIfThePooledOneIsClosed()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    HttpClient client(m_clock);
    for (const bool reset : {false, true}) {
        QVERIFY(exchange(client, post(server.url())));
        const int opened = client.connectionsOpened();
        QCOMPARE(client.connectionsIdle(), 1);
        // No event loop runs here between the closing and the next request: only the kernel knows.
        server.closeConnections(reset);
        std::this_thread::sleep_for(20ms);
        QCOMPARE(client.connectionsIdle(), 1);
        QVERIFY(exchange(client, post(server.url())));
        QCOMPARE(client.connectionsOpened(), opened + 1);
    }
    // And here it does run, so that the pool hears of it.
    server.closeConnections();
    QTRY_COMPARE(client.connectionsIdle(), 0);
    QCOMPARE(server.requestCount(), 4);
}

void TestHttpClient::unaskedBytesEndAnIdleConnection()
{
    FakeLlmServer server;
    FakeReply reply = FakeReply::json("{}").thenWait(1s);
    reply.steps.append(FakeReply::bytes("HTTP/1.1 408 Timeout\r\nContent-Length: 0\r\n\r\n").steps);
    server.enqueue(reply);
    server.enqueue(FakeReply::json("{\"second\":1}"));
    HttpClient client(m_clock);
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(client.connectionsIdle(), 1);
    QTRY_COMPARE(client.connectionsIdle(), 0);
    const HttpResult second = exchange(client, post(server.url()));
    QVERIFY(second);
    QCOMPARE(second->body, QByteArray("{\"second\":1}"));
}

void TestHttpClient::faultsAreSentOnceAndTold_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<HttpFailureKind>("kind");
    QTest::addColumn<int>("partialStatus"); // 0: none

    using Kind = HttpFailureKind;
    const FakeReply stream = FakeReply::stream(textCompletion(u"some words that are cut"_s));
    const QByteArray wire = stream.wire();
    const qsizetype head = wire.indexOf("\r\n\r\n") + 4;
    QTest::newRow("close before headers") << FakeReply::closeBeforeHeaders() << Kind::ClosedBeforeResponse << 0;
    QTest::newRow("reset before headers") << FakeReply::resetBeforeHeaders() << Kind::ClosedBeforeResponse << 0;
    QTest::newRow("close a moment later")
        << FakeReply::closeBeforeHeaders().after(20ms) << Kind::ClosedBeforeResponse << 0;
    QTest::newRow("status line then close") << FakeReply::statusLineThenClose() << Kind::ClosedBeforeResponse << 0;
    QTest::newRow("status line then reset")
        << FakeReply::bytes("HTTP/1.1 200 OK\r\n").thenWait(200ms).thenReset() << Kind::ClosedBeforeResponse << 0;
    QTest::newRow("interim then close") << FakeReply::bytes("HTTP/1.1 100 Continue\r\n\r\n").thenClose()
                                        << Kind::ClosedBeforeResponse << 0;
    QTest::newRow("headers then close") << stream.cutAt(head).thenClose() << Kind::Truncated << 200;
    QTest::newRow("chunk then close") << FakeReply::cutChunked() << Kind::Truncated << 200;
    QTest::newRow("chunk then reset") << stream.cutAt(head + 100).thenWait(200ms).thenReset() << Kind::Truncated << 200;
    QTest::newRow("all but the last byte") << stream.cutAt(wire.size() - 1).thenClose() << Kind::Truncated << 200;
    QTest::newRow("short content length") << FakeReply::shortContentLength() << Kind::Truncated << 200;
    QTest::newRow("error body cut") << FakeReply::rateLimited().cutAt(150).thenClose() << Kind::Truncated << 429;
    QTest::newRow("no framing, close not announced")
        << FakeReply::bytes("HTTP/1.1 200 OK\r\n\r\n{}").thenClose() << Kind::Truncated << 200;
    QTest::newRow("garbage") << FakeReply::garbage() << Kind::Malformed << 0;
    QTest::newRow("folded header") << FakeReply::bytes("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n") << Kind::Malformed << 0;
    QTest::newRow("bad chunk") << FakeReply::bytes(wire.first(head) + "zz\r\n") << Kind::Malformed << 200;
    QTest::newRow("endless header") << FakeReply::bytes("HTTP/1.1 200 OK\r\nA: " + QByteArray(100'000, 'x')).thenStall()
                                    << Kind::TooLarge << 0;
}

void TestHttpClient::faultsAreSentOnceAndTold()
{
    QFETCH(FakeReply, reply);
    QFETCH(HttpFailureKind, kind);
    QFETCH(int, partialStatus);
    FakeLlmServer server;
    server.enqueue(reply);
    HttpClient client(m_clock);
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, kind);
    QVERIFY(result.error().requestSent);
    QVERIFY2(result.error().message.startsWith(u"http://127.0.0.1:"_s), qPrintable(result.error().message));
    QCOMPARE(result.error().partial.has_value(), partialStatus != 0);
    if (partialStatus != 0) {
        QCOMPARE(result.error().partial->status, partialStatus);
    }
    // Long enough for a second send to show up.
    QTest::qWait(30);
    QCOMPARE(server.requestCount(), 1);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(client.connectionsIdle(), 0);
    QTRY_COMPARE(server.openConnections(), 0);
}

void TestHttpClient::faultsOnAKeptConnectionAreSentOnce()
{
    QFETCH(FakeReply, reply);
    QFETCH(HttpFailureKind, kind);
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{}"));
    server.enqueue(reply);
    HttpClient client(m_clock);
    QVERIFY(exchange(client, post(server.url())));
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, kind);
    QVERIFY(result.error().requestSent);
    QTest::qWait(30);
    QCOMPARE(server.requestCount(), 2);
    QCOMPARE(server.connectionCount(), 1);
}

void TestHttpClient::refusedAndUnknownHosts()
{
    HttpClient client(m_clock);
    client.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    HttpRequest request = post(QUrl(u"http://127.0.0.1:%1/"_s.arg(closedPort())));
    const HttpResult refused = exchange(client, request);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, HttpFailureKind::Connect);
    QVERIFY(!refused.error().requestSent);
    QVERIFY(!refused.error().partial);
    request.url = QUrl(u"http://no-such-host.invalid/"_s);
    const HttpResult unknown = exchange(client, request);
    QVERIFY(!unknown);
    QCOMPARE(unknown.error().kind, HttpFailureKind::Resolve);
    QVERIFY(unknown.error().message.startsWith(u"http://no-such-host.invalid: "_s));
}

void TestHttpClient::deadlines_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<HttpDeadlines>("limits");
    QTest::addColumn<HttpFailureKind>("kind");

    const FakeReply stream = FakeReply::stream(textCompletion(u"words"_s));
    HttpDeadlines limits;
    limits.firstByte = 60ms;
    QTest::newRow("first byte") << FakeReply::stall() << limits << HttpFailureKind::FirstByteTimeout;
    QTest::newRow("half a head") << stream.cutAt(30).thenStall() << limits << HttpFailureKind::FirstByteTimeout;
    limits = {};
    limits.stall = 60ms;
    QTest::newRow("stall") << stream.cutAt(300).thenStall() << limits << HttpFailureKind::StallTimeout;
    QTest::newRow("stall after the head")
        << FakeReply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n").thenStall() << limits
        << HttpFailureKind::StallTimeout;
    limits = {};
    limits.total = 60ms;
    QTest::newRow("total, no answer") << FakeReply::stall() << limits << HttpFailureKind::TotalTimeout;
    QTest::newRow("total, in the body") << stream.cutAt(300).thenStall() << limits << HttpFailureKind::TotalTimeout;
}

void TestHttpClient::deadlines()
{
    QFETCH(FakeReply, reply);
    QFETCH(HttpDeadlines, limits);
    QFETCH(HttpFailureKind, kind);
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{}"));
    server.enqueue(reply);
    HttpClient client(m_clock);
    // The first exchange sets the watch to its own, later time.
    QVERIFY(exchange(client, post(server.url())));
    HttpRequest request = post(server.url());
    request.deadlines = limits;
    QElapsedTimer timer;
    timer.start();
    const HttpResult result = exchange(client, request);
    const qint64 took = timer.elapsed();
    QVERIFY(!result);
    QCOMPARE(result.error().kind, kind);
    QVERIFY(result.error().requestSent);
    QVERIFY2(result.error().message.contains(u"60 ms"_s), qPrintable(result.error().message));
    QVERIFY2(took >= 59, qPrintable(QString::number(took)));
    QCOMPARE(server.requestCount(), 2);
}

void TestHttpClient::aSlowDripEndsAtTheTotalDeadline()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::stream(textCompletion(u"drip"_s)).dripping(4, 10ms));
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.deadlines.total = 1500ms;
    request.deadlines.stall = 1s; // never as long between two bytes, however busy the machine is
    request.deadlines.firstByte = 10s;
    const HttpResult result = exchange(client, request);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, HttpFailureKind::TotalTimeout);
}

void TestHttpClient::aCommentKeepsAStreamAlive()
{
    QList<QByteArray> events(8, QByteArray(": ping\n\n"));
    events.append("data: x\n\n");
    FakeLlmServer server;
    server.enqueue(FakeReply::events(events, 200ms));
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.deadlines.stall = 1500ms; // less than all of it, far more than one pause
    QVERIFY(exchange(client, request));
}

void TestHttpClient::idleConnectionsAreClosedInTime()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}", 200, {{"Keep-Alive", "timeout=2"}}));
    HttpClient client(m_clock);
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(client.connectionsIdle(), 1);
    QTRY_COMPARE(client.connectionsIdle(), 0);
    QTRY_COMPARE(server.openConnections(), 0);
}

void TestHttpClient::cancelsInEveryState_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<int>("whenRequests"); // cancel when that many requests came
    QTest::addColumn<bool>("partial");

    QTest::newRow("connecting") << FakeReply::stall() << 0 << false;
    QTest::newRow("waiting for the answer") << FakeReply::stall() << 1 << false;
    QTest::newRow("within the head") << FakeReply::bytes("HTTP/1.1 200 OK\r\nA: b").thenStall() << 1 << false;
    QTest::newRow("within the body") << FakeReply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc").thenStall()
                                     << 1 << true;
}

void TestHttpClient::cancelsInEveryState()
{
    QFETCH(FakeReply, reply);
    QFETCH(int, whenRequests);
    QFETCH(bool, partial);
    FakeLlmServer server;
    server.enqueue(reply);
    HttpClient client(m_clock);
    std::stop_source stop;
    bool head = false;
    HttpClient::Sink sink;
    sink.onHead = [&head](const HttpResponse&) { head = true; };
    Started started(client.send(post(server.url()), sink, stop.get_token()));
    if (whenRequests > 0) {
        QVERIFY(server.waitForRequests(whenRequests));
        QTest::qWait(20);
    }
    QCOMPARE(head, partial);
    QVERIFY(!started.done());
    stop.request_stop();
    QTRY_VERIFY(started.done());
    QVERIFY(!started.result());
    const HttpFailure& failure = started.result().error();
    QCOMPARE(failure.kind, HttpFailureKind::Cancelled);
    QCOMPARE(failure.requestSent, whenRequests > 0);
    QCOMPARE(failure.partial.has_value(), partial);
    if (partial) {
        QCOMPARE(failure.partial->body, QByteArray("abc"));
    }
    QTRY_COMPARE(server.openConnections(), 0);
    QCOMPARE(server.requestCount(), whenRequests);
}

void TestHttpClient::cancelsFromAnotherThread()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::stall());
    HttpClient client(m_clock);
    for (int i = 0; i < 20; ++i) {
        std::stop_source stop;
        Started started(client.send(post(server.url()), {}, stop.get_token()));
        std::thread other([stop, i]() mutable {
            std::this_thread::sleep_for(std::chrono::microseconds(i * 100));
            stop.request_stop();
        });
        QTRY_VERIFY(started.done());
        other.join();
        QVERIFY(!started.result());
        QCOMPARE(started.result().error().kind, HttpFailureKind::Cancelled);
    }
}

void TestHttpClient::sinkMayCancel()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::events({"data: a\n\n", "data: b\n\n"}));
    server.enqueue(FakeReply::events({"data: a\n\n", "data: b\n\n"}));
    HttpClient client(m_clock);
    std::stop_source inBody;
    int pieces = 0;
    HttpClient::Sink sink;
    sink.onBody = [&pieces, &inBody](QByteArrayView) {
        ++pieces;
        inBody.request_stop();
    };
    const HttpResult first = await(client.send(post(server.url()), sink, inBody.get_token()));
    QVERIFY(!first);
    QCOMPARE(first.error().kind, HttpFailureKind::Cancelled);
    QCOMPARE(pieces, 1);

    std::stop_source inHead;
    pieces = 0;
    sink.onHead = [&inHead](const HttpResponse&) { inHead.request_stop(); };
    sink.onBody = [&pieces](QByteArrayView) { ++pieces; };
    const HttpResult second = await(client.send(post(server.url()), sink, inHead.get_token()));
    QVERIFY(!second);
    QCOMPARE(second.error().kind, HttpFailureKind::Cancelled);
    QCOMPARE(second.error().partial->status, 200);
    QCOMPARE(pieces, 0);
}

void TestHttpClient::cancelledBeforeItBegins()
{
    FakeLlmServer server;
    HttpClient client(m_clock);
    std::stop_source stop;
    stop.request_stop();
    const HttpResult result = await(client.send(post(server.url()), {}, stop.get_token()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, HttpFailureKind::Cancelled);
    QVERIFY(!result.error().requestSent);
    QCOMPARE(client.connectionsOpened(), 0);
}

void TestHttpClient::refusesUnsafeRequests_data()
{
    QTest::addColumn<HttpRequest>("request");
    QTest::addColumn<QString>("says");

    const QUrl url(u"http://127.0.0.1:1/"_s);
    HttpRequest request = post(url);
    request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
    QTest::newRow("CR LF in a value") << request << u"X-A"_s;
    request.headers = {{"X-A", "b\nX-Evil: 1"}};
    QTest::newRow("LF in a value") << request << u"X-A"_s;
    request.headers = {{"X-A", QByteArray("b\0", 2)}};
    QTest::newRow("NUL in a value") << request << u"X-A"_s;
    request.headers = {{"X-A: b\r\nX-Evil", "1"}};
    QTest::newRow("CR LF in a name") << request << u"header name"_s;
    request.headers = {{"", "1"}};
    QTest::newRow("no name") << request << u"header name"_s;
    for (const char *name :
         {"host", "Content-Length", "User-Agent", "Accept-Encoding", "Transfer-Encoding", "connection", "Expect"}) {
        request.headers = {{name, "1"}};
        QTest::addRow("made: %s", name) << request << QString::fromLatin1(name);
    }
    request = post(url);
    request.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET";
    QTest::newRow("method") << request << u"method"_s;
    request = post(url);
    request.method.clear();
    QTest::newRow("no method") << request << u"method"_s;
    QTest::newRow("file") << post(QUrl(u"file:///etc/passwd"_s)) << u"http or https"_s;
    QTest::newRow("empty") << post(QUrl()) << u"http or https"_s;
    QTest::newRow("no host") << post(QUrl(u"http:///x"_s)) << u"http"_s;
    QTest::newRow("port 0") << post(QUrl(u"http://127.0.0.1:0/"_s)) << u"port"_s;
}

void TestHttpClient::refusesUnsafeRequests()
{
    QFETCH(HttpRequest, request);
    QFETCH(QString, says);
    HttpClient client(m_clock);
    const HttpResult result = exchange(client, request);
    QVERIFY(!result);
    QCOMPARE(result.error().kind, HttpFailureKind::InvalidRequest);
    QVERIFY2(result.error().message.contains(says), qPrintable(result.error().message));
    QVERIFY(!result.error().message.contains(u"Evil: 1"_s));
    QVERIFY(!result.error().requestSent);
    QCOMPARE(client.connectionsOpened(), 0);
}

void TestHttpClient::largeBodiesDoNotWaitForAcknowledgements()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    HttpClient client(m_clock);
    QVERIFY(exchange(client, post(server.url())));
    QList<qint64> times;
    for (int i = 0; i < 9; ++i) {
        QElapsedTimer timer;
        timer.start();
        QVERIFY(exchange(client, post(server.url(), QByteArray(16 * 1024 + 1 + i * 1000, 'x'))));
        times.append(timer.elapsed());
    }
    std::sort(times.begin(), times.end());
    // Without TCP_NODELAY every one of them waits for 40 ms; a busy machine may delay some, but not all.
    QVERIFY2(times.first() < 35, qPrintable(QString::number(times.first())));
}

void TestHttpClient::manyPartsArriveAsOneBody()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.body.clear();
    QByteArray expected;
    for (int i = 0; i < 400; ++i) {
        const QByteArray part(i % 7 == 0 ? 0 : (i % 50 == 3 ? 100'000 : i * 13), static_cast<char>('a' + i % 26));
        request.body.append(part);
        expected += part;
    }
    QVERIFY(exchange(client, request));
    QCOMPARE(server.requests().constFirst().body, expected);
}

void TestHttpClient::answerBeforeTheBodyIsWritten()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::error(413, u"too large"_s).withoutWaitingForTheBody().thenStall());
    server.enqueue(FakeReply::json("{}"));
    HttpClient client(m_clock);
    const HttpResult result = exchange(client, post(server.url(), QByteArray(32 * 1024 * 1024, 'x')));
    QVERIFY(result);
    QCOMPARE(result->status, 413);
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(client.connectionsOpened(), 2);
}

void TestHttpClient::bodyLimit()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::huge(1024 * 1024));
    server.enqueue(FakeReply::huge(1024 * 1024 + 1));
    server.enqueue(FakeReply::events(QList<QByteArray>(20, QByteArray(100'000, 'x'))));
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.maxBodyBytes = 1024 * 1024;
    const HttpResult fits = exchange(client, request);
    QVERIFY(fits);
    QCOMPARE(fits->body.size(), 1024 * 1024);
    for (int i = 0; i < 2; ++i) {
        const HttpResult result = exchange(client, request);
        QVERIFY(!result);
        QCOMPARE(result.error().kind, HttpFailureKind::TooLarge);
        QCOMPARE(result.error().partial->status, 200);
        QVERIFY(result.error().partial->body.size() <= 1024 * 1024);
    }
}

void TestHttpClient::headRequest()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::bytes("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"));
    server.enqueue(FakeReply::json("[]"));
    HttpClient client(m_clock);
    HttpRequest request = post(server.url(u"/v1/models"_s));
    request.method = "HEAD";
    request.body.clear();
    const HttpResult head = exchange(client, request);
    QVERIFY(head);
    QCOMPARE(headerValue(head->headers, "Content-Length"), QByteArray("10"));
    request.method = "GET";
    QVERIFY(exchange(client, request));
    QVERIFY(!server.requests().at(1).head.contains("Content-Length"));
    QCOMPARE(client.connectionsOpened(), 1);
}

void TestHttpClient::hundredAtOnce()
{
    FakeLlmServer server;
    server.setDefaultHandler([](const FakeRequest& request) { return FakeReply::json(request.body); });
    HttpClient client(m_clock);
    std::vector<Started> started;
    for (int i = 0; i < 100; ++i) {
        started.emplace_back(client.send(post(server.url(), QByteArray::number(i).repeated(i * 100)), {}, {}));
    }
    QTRY_VERIFY_WITH_TIMEOUT(std::all_of(started.begin(), started.end(), [](const Started& s) { return s.done(); }),
                             20000);
    for (int i = 0; i < 100; ++i) {
        const HttpResult& result = started.at(static_cast<size_t>(i)).result();
        QVERIFY(result);
        QCOMPARE(result->body, QByteArray::number(i).repeated(i * 100));
    }
    QCOMPARE(server.requestCount(), 100);
}

void TestHttpClient::endsWhatRunsWhenTheClientDies()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::stall());
    auto client = std::make_unique<HttpClient>(m_clock);
    Started started(client->send(post(server.url()), {}, {}));
    QVERIFY(server.waitForRequests(1));
    client.reset();
    QTRY_VERIFY(started.done());
    QVERIFY(!started.result());
    QCOMPARE(started.result().error().kind, HttpFailureKind::Cancelled);
}

Q_DECLARE_METATYPE(lathe::HttpRequest)
Q_DECLARE_METATYPE(lathe::HttpDeadlines)
Q_DECLARE_METATYPE(lathe::test::FakeReply)

QTEST_GUILESS_MAIN(TestHttpClient)
#include "tst_httpclient.moc"
