// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpclient.h"
#include "engine/tools/mcphttp.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"

#include <QJsonDocument>
#include <QMutex>
#include <QTest>
#include <QTimer>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

using CallReply = tl::expected<McpToolReply, McpFailure>;

QByteArray compact(const QJsonObject& object)
{
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QJsonObject answer(const QJsonValue& id, const QJsonObject& result)
{
    return {{u"jsonrpc"_s, u"2.0"_s}, {u"id"_s, id}, {u"result"_s, result}};
}

QByteArray sse(const QJsonObject& message, const QByteArray& id = {})
{
    return (id.isEmpty() ? QByteArray() : QByteArray("id: " + id + '\n')) + "data: " + compact(message) + "\n\n";
}

QJsonObject textResult(const QString& text)
{
    const QJsonObject part{{u"type"_s, u"text"_s}, {u"text"_s, text}};
    return {{u"content"_s, QJsonArray{part}}};
}

/// A scripted server of either era. What it does with a call is up to the test.
class Peer
{
public:
    using Call = std::function<FakeReply(const QJsonObject& message)>;

    explicit Peer(bool modern = false) : m_modern(modern)
    {
        server.setDefaultHandler([this](const FakeRequest& request) { return reply(request); });
    }
    FakeReply reply(const FakeRequest& request)
    {
        const QMutexLocker lock(&mutex);
        if (request.method == "GET") {
            return request.header("last-event-id").isEmpty() ? FakeReply::json("{}", 405) : resumed(request);
        }
        if (request.method == "DELETE") {
            return FakeReply::json({}, 200);
        }
        const QJsonObject message = request.json();
        const QString method = message["method"_L1].toString();
        const QJsonValue id = message["id"_L1];
        if (!answersAsIf.isEmpty() && request.header("mcp-session-id") == answersAsIf) {
            return FakeReply::json("{}", 404);
        }
        if (method == "server/discover"_L1) {
            return m_modern ? FakeReply::json(compact(answer(id, discovered())))
                            : FakeReply::json("{}", discoverStatus);
        }
        if (method == "initialize"_L1) {
            const QJsonObject result{{u"protocolVersion"_s, u"2025-11-25"_s},
                                     {u"capabilities"_s, QJsonObject{{u"tools"_s, QJsonObject()}}}};
            ++sessions;
            return FakeReply::json(compact(answer(id, result)), 200,
                                   {{"Mcp-Session-Id", "s-" + QByteArray::number(sessions)}});
        }
        if (method == "tools/list"_L1) {
            QJsonObject result{{u"tools"_s, QJsonArray()}};
            if (m_modern) {
                result.insert("resultType"_L1, u"complete"_s);
            }
            return FakeReply::json(compact(answer(id, result)));
        }
        if (method == "tools/call"_L1) {
            return call(message);
        }
        return FakeReply::bytes("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n");
    }
    QList<FakeRequest> of(const QString& method) const
    {
        QList<FakeRequest> list = server.requests();
        list.removeIf(
            [&method](const FakeRequest& request) { return request.json()["method"_L1].toString() != method; });
        return list;
    }

    FakeLlmServer server;
    QMutex mutex;
    Call call;
    std::function<FakeReply(const FakeRequest&)> resumed;
    int discoverStatus = 400;
    int sessions = 0;
    QByteArray answersAsIf; ///< a session that is forgotten

private:
    QJsonObject discovered() const
    {
        return {{u"resultType"_s, u"complete"_s},
                {u"supportedVersions"_s, QJsonArray{u"2026-07-28"_s}},
                {u"capabilities"_s, QJsonObject{{u"tools"_s, QJsonObject()}}}};
    }

    bool m_modern;
};

struct Bench
{
    explicit Bench(const FakeLlmServer& server)
    {
        address.url = server.url(u"/mcp"_s);
        address.headers = {{"Authorization", "Bearer secret-token"}};
        secrets.add(u"secret-token"_s);
        settings.name = u"peer"_s;
        hooks.makeTransport = [this](McpEvents events) {
            return std::make_unique<McpHttp>(address, secrets, clock, std::move(events));
        };
        hooks.onLog = [this](const QString& line) { log.append(line); };
    }
    ~Bench()
    {
        if (m_client) {
            await(m_client->close());
        }
    }
    McpClient& client()
    {
        if (!m_client) {
            m_client = std::make_unique<McpClient>(settings, hooks, clock);
        }
        return *m_client;
    }
    Result<void> connect() { return await(client().connect()); }
    CallReply call(const QJsonObject& arguments = {}, const QJsonObject& schema = {}, std::stop_token stop = {})
    {
        McpToolInfo tool;
        tool.name = u"a"_s;
        tool.inputSchema = schema;
        return await(client().callTool(tool, arguments, {}, stop));
    }
    QString text()
    {
        const CallReply reply = call();
        return reply ? reply->content.first().toObject()["text"_L1].toString()
                     : QString(u"failed: "_s + reply.error().message);
    }

    SystemClock clock;
    McpAddress address;
    McpSecrets secrets;
    McpClientSettings settings;
    McpClientHooks hooks;
    QStringList log;

private:
    std::unique_ptr<McpClient> m_client;
};

} // namespace

class TestMcpHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsSession();
    void speaksModern();
    void readsAnswers_data();
    void readsAnswers();
    void takesBrokenStreamsUpAgain();
    void givesUpOnStreamsThatStayBroken();
    void neverSendsModernCallsAgain();
    void tellsTrouble_data();
    void tellsTrouble();
    void doesNotReachNobody();
    void beginsNewSession();
    void cancels();
    void masksSecrets();
};

void TestMcpHttp::keepsSession()
{
    Peer peer;
    peer.call = [](const QJsonObject& m) { return FakeReply::json(compact(answer(m["id"_L1], textResult(u"hi"_s)))); };
    {
        Bench bench(peer.server);
        const Result<void> connected = bench.connect();
        QVERIFY2(connected, connected ? "" : qPrintable(connected.error().message));
        QCOMPARE(bench.text(), u"hi"_s);
    }
    const FakeRequest first = peer.of(u"initialize"_s).first();
    QVERIFY(first.header("mcp-session-id").isEmpty());
    QVERIFY(first.header("mcp-protocol-version").isEmpty());
    QCOMPARE(first.header("accept"), QByteArray("application/json, text/event-stream"));
    QCOMPARE(first.header("authorization"), QByteArray("Bearer secret-token"));
    for (const char *method : {"notifications/initialized", "tools/list", "tools/call"}) {
        const FakeRequest later = peer.of(QString::fromLatin1(method)).first();
        QCOMPARE(later.header("mcp-session-id"), QByteArray("s-1"));
        QCOMPARE(later.header("mcp-protocol-version"), QByteArray("2025-11-25"));
    }
    QCOMPARE(peer.server.requests().last().method, QByteArray("DELETE"));
    QCOMPARE(peer.server.requests().last().header("mcp-session-id"), QByteArray("s-1"));
}

void TestMcpHttp::speaksModern()
{
    Peer peer(true);
    peer.call = [](const QJsonObject& m) {
        QJsonObject result = textResult(u"hi"_s);
        result.insert("resultType"_L1, u"complete"_s);
        return FakeReply::json(compact(answer(m["id"_L1], result)));
    };
    {
        Bench bench(peer.server);
        QVERIFY(bench.connect());
        const QJsonObject property{{u"type"_s, u"string"_s}, {u"x-mcp-header"_s, u"Region"_s}};
        const QJsonObject schema{{u"properties"_s, QJsonObject{{u"region"_s, property}}}};
        QVERIFY(bench.call({{u"region"_s, u"eu"_s}}, schema));
    }
    QVERIFY(peer.of(u"initialize"_s).isEmpty());
    const FakeRequest call = peer.of(u"tools/call"_s).first();
    QCOMPARE(call.header("mcp-protocol-version"), QByteArray("2026-07-28"));
    QCOMPARE(call.header("mcp-method"), QByteArray("tools/call"));
    QCOMPARE(call.header("mcp-name"), QByteArray("a"));
    QCOMPARE(call.header("mcp-param-region"), QByteArray("eu"));
    const QJsonObject meta = call.json()["params"_L1].toObject()["_meta"_L1].toObject();
    QCOMPARE(meta["io.modelcontextprotocol/protocolVersion"_L1].toString(), u"2026-07-28"_s);
    for (const FakeRequest& request : peer.server.requests()) {
        QCOMPARE(request.method, QByteArray("POST")); // neither GET nor DELETE in this era
    }
}

void TestMcpHttp::readsAnswers_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("JSON") << u"json"_s;
    QTest::newRow("events") << u"events"_s;
    QTest::newRow("events until close") << u"close"_s;
    QTest::newRow("in small pieces") << u"drip"_s;
}

void TestMcpHttp::readsAnswers()
{
    QFETCH(QString, how);
    Peer peer;
    peer.call = [how](const QJsonObject& m) {
        const QJsonObject result = answer(m["id"_L1], textResult(u"schön"_s));
        // An event with an id and no data comes first; then what nobody asked for.
        const QList<QByteArray> events{
            "id: 1\ndata:\n\n", sse({{u"jsonrpc"_s, u"2.0"_s}, {u"method"_s, u"notifications/x"_s}}), sse(result, "2")};
        return how == "json"_L1     ? FakeReply::json(compact(result))
               : how == "events"_L1 ? FakeReply::events(events)
               : how == "close"_L1  ? FakeReply::eventsUntilClose(events)
                                    : FakeReply::events(events).dripping(7, std::chrono::milliseconds(1));
    };
    Bench bench(peer.server);
    QCOMPARE(bench.text(), u"schön"_s);
}

void TestMcpHttp::takesBrokenStreamsUpAgain()
{
    Peer peer;
    QJsonValue id;
    peer.call = [&id](const QJsonObject& m) {
        id = m["id"_L1];
        return FakeReply::events({"id: e-1\nretry: 50\ndata:\n\n"});
    };
    int resumes = 0;
    peer.resumed = [&](const FakeRequest&) {
        ++resumes; // the first time it breaks off once more
        return resumes == 1 ? FakeReply::events({"id: e-2\ndata:\n\n"})
                            : FakeReply::events({sse(answer(id, textResult(u"late"_s)), "e-3")});
    };
    Bench bench(peer.server);
    QCOMPARE(bench.text(), u"late"_s);
    QCOMPARE(resumes, 2);
    QList<QByteArray> ids;
    for (const FakeRequest& request : peer.server.requests()) {
        if (!request.header("last-event-id").isEmpty()) {
            ids.append(request.header("last-event-id"));
        }
    }
    QCOMPARE(ids, (QList<QByteArray>{"e-1", "e-2"}));
    QCOMPARE(peer.of(u"tools/call"_s).size(), 1);
}

void TestMcpHttp::givesUpOnStreamsThatStayBroken()
{
    Peer peer;
    peer.call = [](const QJsonObject&) { return FakeReply::events({"id: e-1\nretry: 10\ndata:\n\n"}); };
    peer.resumed = [](const FakeRequest&) { return FakeReply::events({}); };
    Bench bench(peer.server);
    const CallReply reply = bench.call();
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, McpFailure::Kind::Lost);
    QCOMPARE(reply.error().message, u"it ended its answer without a result"_s);
}

void TestMcpHttp::neverSendsModernCallsAgain()
{
    Peer peer(true);
    peer.call = [](const QJsonObject&) { return FakeReply::events({"id: e-1\ndata:\n\n"}); };
    Bench bench(peer.server);
    const CallReply reply = bench.call();
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, McpFailure::Kind::Lost);
    QCOMPARE(peer.of(u"tools/call"_s).size(), 1);
}

void TestMcpHttp::tellsTrouble_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("message");
    QTest::newRow("login") << 401 << QByteArray(R"({"error":"no token"})") << u"wants a login (status 401)"_s;
    QTest::newRow("server error") << 500 << QByteArray("out of order") << u"status 500: out of order"_s;
    QTest::newRow("redirect") << 302 << QByteArray() << u"redirect (status 302)"_s;
    QTest::newRow("a web page") << 200 << QByteArray("<html>") << u"without a result"_s;
    QTest::newRow("an error of the protocol")
        << 200 << QByteArray(R"({"jsonrpc":"2.0","id":ID,"error":{"code":-32602,"message":"what?"}})")
        << u"error -32602: what?"_s;
}

void TestMcpHttp::tellsTrouble()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, message);
    Peer peer;
    peer.call = [&](const QJsonObject& m) {
        QByteArray filled = body;
        return FakeReply::json(filled.replace("ID", QByteArray::number(m["id"_L1].toInteger())), status);
    };
    Bench bench(peer.server);
    const CallReply reply = bench.call();
    QVERIFY(!reply);
    QVERIFY2(reply.error().message.contains(message), qPrintable(reply.error().message));
}

void TestMcpHttp::doesNotReachNobody()
{
    FakeLlmServer server;
    Bench bench(server);
    bench.address.url.setPort(1);
    const Result<void> connected = bench.connect();
    QVERIFY(!connected);
    QVERIFY2(connected.error().message.contains(u"127.0.0.1:1"_s), qPrintable(connected.error().message));
    Peer broken;
    broken.discoverStatus = 503; // no sign of the legacy era
    Bench other(broken.server);
    const Result<void> refused = other.connect();
    QVERIFY(!refused);
    QVERIFY(refused.error().message.contains(u"503"_s));
    QVERIFY(broken.of(u"initialize"_s).isEmpty());
}

void TestMcpHttp::beginsNewSession()
{
    Peer peer;
    peer.call = [](const QJsonObject& m) { return FakeReply::json(compact(answer(m["id"_L1], textResult(u"hi"_s)))); };
    Bench bench(peer.server);
    QVERIFY(bench.connect());
    {
        const QMutexLocker lock(&peer.mutex);
        peer.answersAsIf = "s-1";
    }
    QCOMPARE(bench.text(), u"hi"_s);
    QCOMPARE(peer.of(u"initialize"_s).size(), 2);
    QCOMPARE(peer.of(u"tools/call"_s).last().header("mcp-session-id"), QByteArray("s-2"));
}

void TestMcpHttp::cancels()
{
    Peer peer;
    peer.call = [](const QJsonObject&) { return FakeReply::stall(); };
    Bench bench(peer.server);
    QVERIFY(bench.connect());
    std::stop_source stop;
    const int before = peer.server.requestCount();
    QTimer timer;
    connect(&timer, &QTimer::timeout, this, [&] {
        if (peer.server.requestCount() > before) {
            stop.request_stop();
        }
    });
    timer.start(10);
    const CallReply reply = bench.call({}, {}, stop.get_token());
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, McpFailure::Kind::Cancelled);
    QTRY_COMPARE_WITH_TIMEOUT(peer.of(u"notifications/cancelled"_s).size(), 1, 30'000);
}

void TestMcpHttp::masksSecrets()
{
    Peer peer;
    peer.call = [](const QJsonObject& m) {
        return FakeReply::json(compact(answer(m["id"_L1], textResult(u"you said secret-token"_s))));
    };
    Bench bench(peer.server);
    QCOMPARE(bench.text(), u"you said [secret]"_s);
    peer.call = [](const QJsonObject&) { return FakeReply::json("no secret-token today", 500); };
    QVERIFY(bench.text().contains(u"no [secret] today"_s));
}

QTEST_GUILESS_MAIN(TestMcpHttp)
#include "tst_mcphttp.moc"
