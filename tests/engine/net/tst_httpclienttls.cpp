// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpclient.h"

#include "engine/core/clock.h"
#include "tests/support/await.h"
#include "tests/support/fakehttpproxy.h"
#include "tests/support/fakellmserver.h"
#include "tests/support/testcertificate.h"

#include <QHostInfo>
#include <QSslSocket>
#include <QTcpServer>
#include <QTimer>

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
    request.body = {body};
    request.deadlines.total = 10s;
    return request;
}

HttpResult exchange(HttpClient& client, HttpRequest request)
{
    return await(client.send(std::move(request), {}, {}));
}

/// Accepts connections and never says a word.
class SilentServer : public QTcpServer
{
public:
    SilentServer() { listen(QHostAddress::LocalHost, 0); }
    [[nodiscard]] QUrl url() const { return QUrl(u"https://127.0.0.1:%1/"_s.arg(serverPort())); }
};

} // namespace

/// TLS and proxies: what lies between the socket and the HTTP.
class TestHttpClientTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void untrustedCertificateSendsNothing();
    void trustedCertificateIsUsedAndKept();
    void verificationCannotBeTurnedOff();
    void wrongNameIsRefused();
    void plainServerIsNoTlsServer();
    void faultsAreSentOnce_data();
    void faultsAreSentOnce();
    void handshakeHasADeadlineAndIsCancelled();
    void closedInTheHandshake();
    void stalePooledConnectionIsReplaced();
    void largeBodiesBothWays();
    void tunnelsThroughAProxy();
    void proxyFromTheEnvironment();
    void proxyCredentials();
    void proxyFaults_data();
    void proxyFaults();
    void neverProxiesLoopback();
    void staleTunnelIsReplaced();

private:
    SystemClock m_clock;
    TestCertificate m_local; // 127.0.0.1 and model.test
    TestCertificate m_other; // other.test only
};

void TestHttpClientTls::initTestCase()
{
    QVERIFY(QSslSocket::supportsSsl());
    const auto local = makeCertificate(u"IP:127.0.0.1,DNS:model.test"_s);
    const auto other = makeCertificate(u"DNS:other.test"_s);
    QVERIFY2(local && other, "the openssl command is needed to make test certificates");
    m_local = *local;
    m_other = *other;
}

void TestHttpClientTls::untrustedCertificateSendsNothing()
{
    FakeLlmServer server(m_local.forServer());
    server.setDefault(FakeReply::json("{}"));
    HttpClient client(m_clock);
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, HttpFailureKind::Tls);
    QVERIFY(!result.error().requestSent);
    QVERIFY2(result.error().message.contains(u"certificate is not trusted"_s), qPrintable(result.error().message));
    QTest::qWait(30);
    QCOMPARE(server.requestCount(), 0);
    QCOMPARE(server.connectionCount(), 1);
}

void TestHttpClientTls::trustedCertificateIsUsedAndKept()
{
    FakeLlmServer server(m_local.forServer());
    server.enqueueCompletion(textCompletion(u"hello"_s));
    server.enqueueCompletion(textCompletion(u"hello"_s), 5ms);
    HttpClient client(m_clock);
    client.setSslConfiguration(m_local.forClient());
    const HttpResult plain = exchange(client, post(server.url()));
    QVERIFY2(plain, plain ? "" : qPrintable(plain.error().message));
    QVERIFY(plain->body.contains("hello"));
    const HttpResult stream = exchange(client, post(server.url(), "{\"stream\":true}"));
    QVERIFY(stream);
    QVERIFY(stream->body.endsWith("data: [DONE]\n\n"));
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.requestCount(), 2);
}

void TestHttpClientTls::verificationCannotBeTurnedOff()
{
    FakeLlmServer server(m_local.forServer());
    HttpClient client(m_clock);
    QSslConfiguration careless = QSslConfiguration::defaultConfiguration();
    careless.setPeerVerifyMode(QSslSocket::VerifyNone);
    client.setSslConfiguration(careless);
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, HttpFailureKind::Tls);
    QCOMPARE(server.requestCount(), 0);
}

void TestHttpClientTls::wrongNameIsRefused()
{
    FakeLlmServer server(m_other.forServer());
    HttpClient client(m_clock);
    client.setSslConfiguration(m_other.forClient());
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QCOMPARE(result.error().kind, HttpFailureKind::Tls);
    QCOMPARE(server.requestCount(), 0);
}

void TestHttpClientTls::plainServerIsNoTlsServer()
{
    FakeLlmServer server;
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.url.setScheme(u"https"_s);
    request.deadlines.connect = 2s;
    // The server waits for a request head that never ends; it closes when it sees none.
    QTimer::singleShot(100ms, this, [&server] { server.closeConnections(); });
    const HttpResult result = exchange(client, request);
    QVERIFY(!result);
    QVERIFY(result.error().kind == HttpFailureKind::Tls || result.error().kind == HttpFailureKind::Connect);
    QVERIFY(!result.error().requestSent);
    QCOMPARE(server.requestCount(), 0);
}

void TestHttpClientTls::faultsAreSentOnce_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<HttpFailureKind>("kind");
    using Kind = HttpFailureKind;
    const FakeReply stream = FakeReply::stream(textCompletion(u"some words that are cut"_s));
    QTest::newRow("close before headers") << FakeReply::closeBeforeHeaders() << Kind::ClosedBeforeResponse;
    QTest::newRow("reset before headers") << FakeReply::resetBeforeHeaders() << Kind::ClosedBeforeResponse;
    QTest::newRow("status line then close") << FakeReply::statusLineThenClose() << Kind::ClosedBeforeResponse;
    QTest::newRow("chunk then close") << FakeReply::cutChunked() << Kind::Truncated;
    QTest::newRow("chunk then reset") << stream.cutAt(400).thenWait(20ms).thenReset() << Kind::Truncated;
    QTest::newRow("short content length") << FakeReply::shortContentLength() << Kind::Truncated;
    QTest::newRow("garbage") << FakeReply::garbage() << Kind::Malformed;
}

void TestHttpClientTls::faultsAreSentOnce()
{
    QFETCH(FakeReply, reply);
    QFETCH(HttpFailureKind, kind);
    FakeLlmServer server(m_local.forServer());
    server.enqueue(reply);
    HttpClient client(m_clock);
    client.setSslConfiguration(m_local.forClient());
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QVERIFY2(result.error().kind == kind, qPrintable(result.error().message));
    QVERIFY(result.error().requestSent);
    QTest::qWait(30);
    QCOMPARE(server.requestCount(), 1);
    QCOMPARE(server.connectionCount(), 1);
}

void TestHttpClientTls::handshakeHasADeadlineAndIsCancelled()
{
    const SilentServer server;
    HttpClient client(m_clock);
    HttpRequest request = post(server.url());
    request.deadlines.connect = 80ms;
    const HttpResult late = exchange(client, request);
    QVERIFY(!late);
    QCOMPARE(late.error().kind, HttpFailureKind::ConnectTimeout);
    QVERIFY(!late.error().requestSent);
    QVERIFY(late.error().message.contains(u"80 ms"_s));

    std::stop_source stop;
    QTimer::singleShot(50ms, this, [&stop] { stop.request_stop(); });
    const HttpResult cancelled = await(client.send(post(server.url()), {}, stop.get_token()));
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().kind, HttpFailureKind::Cancelled);
    QVERIFY(!cancelled.error().requestSent);
}

void TestHttpClientTls::closedInTheHandshake()
{
    SilentServer server;
    connect(&server, &QTcpServer::newConnection, this, [&server] {
        QTcpSocket *socket = server.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [socket] { socket->abort(); });
    });
    HttpClient client(m_clock);
    const HttpResult result = exchange(client, post(server.url()));
    QVERIFY(!result);
    QVERIFY2(result.error().kind == HttpFailureKind::Connect, qPrintable(result.error().message));
    QVERIFY(!result.error().requestSent);
}

void TestHttpClientTls::stalePooledConnectionIsReplaced()
{
    FakeLlmServer server(m_local.forServer());
    server.setDefault(FakeReply::json("{}"));
    HttpClient client(m_clock);
    client.setSslConfiguration(m_local.forClient());
    for (const bool reset : {false, true}) {
        QVERIFY(exchange(client, post(server.url())));
        QCOMPARE(client.connectionsIdle(), 1);
        server.closeConnections(reset);
        std::this_thread::sleep_for(30ms);
        QVERIFY(exchange(client, post(server.url())));
    }
    QCOMPARE(server.requestCount(), 4);
}

void TestHttpClientTls::largeBodiesBothWays()
{
    FakeLlmServer server(m_local.forServer());
    server.setDefaultHandler([](const FakeRequest& request) { return FakeReply::json(request.body); });
    HttpClient client(m_clock);
    client.setSslConfiguration(m_local.forClient());
    QByteArray body(3 * 1024 * 1024, Qt::Uninitialized);
    for (qsizetype i = 0; i < body.size(); ++i) {
        body[i] = static_cast<char>('a' + i * 31 % 26);
    }
    HttpRequest request = post(server.url());
    request.body = {body.first(10), body.sliced(10, 70'000), body.sliced(70'010)};
    const HttpResult result = exchange(client, request);
    QVERIFY(result);
    QVERIFY(result->body == body);
}

void TestHttpClientTls::tunnelsThroughAProxy()
{
    for (const bool tls : {false, true}) {
        std::optional<QSslConfiguration> configuration;
        if (tls) {
            configuration = m_local.forServer();
        }
        FakeLlmServer server(configuration);
        server.setDefault(FakeReply::json("{}"));
        FakeHttpProxy proxy(server.port());
        HttpClient client(m_clock);
        client.setProxy(proxy.proxy());
        client.setSslConfiguration(m_local.forClient());
        HttpRequest request = post(QUrl(tls ? u"https://model.test/v1/x"_s : u"http://model.test/v1/x"_s));
        for (int i = 0; i < 3; ++i) {
            const HttpResult result = exchange(client, request);
            QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        }
        QCOMPARE(proxy.asked(), QList<QByteArray>{tls ? "model.test:443" : "model.test:80"});
        QCOMPARE(server.requestCount(), 3);
        QCOMPARE(server.connectionCount(), 1);
        QCOMPARE(server.requests().constFirst().header("Host"), QByteArray("model.test"));
    }
}

void TestHttpClientTls::proxyFromTheEnvironment()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    FakeHttpProxy proxy(server.port());
    const QByteArray address = QByteArray("http://127.0.0.1:") + QByteArray::number(proxy.serverPort());
    qputenv("http_proxy", address);
    HttpClient client(m_clock);
    qunsetenv("http_proxy");
    QVERIFY(exchange(client, post(QUrl(u"http://model.test/"_s))));
    QVERIFY(exchange(client, post(server.url())));
    QCOMPARE(proxy.asked().size(), 1);
    QCOMPARE(server.requestCount(), 2);
    // A choice of one's own beats the environment.
    client.setProxy(QNetworkProxy(QNetworkProxy::NoProxy));
    const HttpResult direct = exchange(client, post(QUrl(u"http://model.invalid/"_s)));
    QVERIFY(!direct);
    QCOMPARE(proxy.asked().size(), 1);
}

void TestHttpClientTls::proxyCredentials()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    FakeHttpProxy proxy(server.port());
    proxy.requireCredentials("anna:secret");
    HttpClient client(m_clock);
    client.setProxy(proxy.proxy(u"anna"_s, u"secret"_s));
    const HttpResult good = exchange(client, post(QUrl(u"http://model.test/"_s)));
    QVERIFY2(good, good ? "" : qPrintable(good.error().message));
    QVERIFY(!server.requests().constFirst().head.contains("Proxy-Authorization"));
    client.setProxy(proxy.proxy(u"anna"_s, u"wrong"_s));
    const HttpResult bad = exchange(client, post(QUrl(u"http://model.test/"_s)));
    QVERIFY(!bad);
    QCOMPARE(bad.error().kind, HttpFailureKind::Proxy);
    QVERIFY(!bad.error().requestSent);
    QVERIFY(!bad.error().message.contains(u"wrong"_s));
    QCOMPARE(server.requestCount(), 1);
}

void TestHttpClientTls::proxyFaults_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<HttpFailureKind>("kind");
    QTest::newRow("forbidden") << QByteArray("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
                               << HttpFailureKind::Proxy;
    QTest::newRow("bad gateway") << QByteArray("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
                                 << HttpFailureKind::Proxy;
    QTest::newRow("no HTTP") << QByteArray("hello\r\n\r\n") << HttpFailureKind::Proxy;
    QTest::newRow("says nothing") << QByteArray() << HttpFailureKind::ConnectTimeout;
}

void TestHttpClientTls::proxyFaults()
{
    QFETCH(QByteArray, answer);
    FakeLlmServer server;
    FakeHttpProxy proxy(server.port());
    if (answer.isEmpty()) {
        proxy.stall();
    }
    proxy.answerAlways(answer);
    HttpClient client(m_clock);
    client.setProxy(proxy.proxy());
    HttpRequest request = post(QUrl(u"https://model.test/"_s));
    request.deadlines.connect = 500ms;
    const HttpResult result = exchange(client, request);
    QVERIFY(!result);
    QFETCH(HttpFailureKind, kind);
    QVERIFY2(result.error().kind == kind, qPrintable(result.error().message));
    QVERIFY(!result.error().requestSent);
    QCOMPARE(server.connectionCount(), 0);

    // And a proxy that is not there.
    const QNetworkProxy gone = proxy.proxy();
    proxy.close();
    client.setProxy(gone);
    const HttpResult none = exchange(client, request);
    QVERIFY(!none);
    QCOMPARE(none.error().kind, HttpFailureKind::Proxy);
}

void TestHttpClientTls::neverProxiesLoopback()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    FakeHttpProxy proxy(server.port());
    HttpClient client(m_clock);
    client.setProxy(proxy.proxy());
    QVERIFY(exchange(client, post(server.url())));
    QVERIFY(proxy.asked().isEmpty());
    if (QHostInfo::fromName(u"localhost"_s).error() != QHostInfo::NoError) {
        QSKIP("this machine does not know localhost by name");
    }
    HttpRequest request = post(server.url());
    request.url.setHost(u"localhost"_s);
    QVERIFY(exchange(client, request));
    QVERIFY(proxy.asked().isEmpty());
}

void TestHttpClientTls::staleTunnelIsReplaced()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    FakeHttpProxy proxy(server.port());
    HttpClient client(m_clock);
    client.setProxy(proxy.proxy());
    QVERIFY(exchange(client, post(QUrl(u"http://model.test/"_s))));
    server.closeConnections();
    QTRY_COMPARE(client.connectionsIdle(), 0);
    QVERIFY(exchange(client, post(QUrl(u"http://model.test/"_s))));
    QCOMPARE(proxy.asked().size(), 2);
}

Q_DECLARE_METATYPE(lathe::test::FakeReply)

QTEST_GUILESS_MAIN(TestHttpClientTls)
#include "tst_httpclienttls.moc"
