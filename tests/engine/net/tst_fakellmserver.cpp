// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakellmserver.h"
#include "tests/support/patience.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTcpSocket>
#include <QTest>

using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

/// Talks to the server by plain blocking socket calls, so that nothing of the product is needed to test the helper.
class RawClient
{
public:
    explicit RawClient(const FakeLlmServer& server)
    {
        m_socket.connectToHost(u"127.0.0.1"_s, server.port());
        m_connected = m_socket.waitForConnected(5000);
    }
    void send(const QByteArray& body)
    {
        QByteArray request("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: ");
        request += QByteArray::number(body.size());
        request += "\r\n\r\n";
        request += body;
        m_socket.write(request);
        m_socket.flush();
    }
    QByteArray readUntil(const QByteArray& end)
    {
        QByteArray all;
        while (!all.endsWith(end) && m_socket.waitForReadyRead(3000)) {
            all += m_socket.readAll();
        }
        return all;
    }
    QByteArray readAll()
    {
        QByteArray all;
        while (m_socket.waitForReadyRead(3000)) {
            all += m_socket.readAll();
        }
        return all;
    }
    [[nodiscard]] bool connected() const { return m_connected; }
    [[nodiscard]] bool closedByPeer() const { return m_socket.state() == QAbstractSocket::UnconnectedState; }

private:
    QTcpSocket m_socket;
    bool m_connected = false;
};

} // namespace

class TestFakeLlmServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersInOrderAndRemembers();
    void streamsIfAsked();
    void saysWhenNothingIsScripted();
    void cutsSplitsAndDrips();
    void closesAndResets();
    void answersBeforeTheBody();
    void closesIdleConnections();
    void eventsHoldToolCallsAndUsage();
};

void TestFakeLlmServer::answersInOrderAndRemembers()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::rateLimited("7"));
    server.enqueueCompletion(textCompletion(u"hello"_s));
    RawClient client(server);
    QVERIFY(client.connected());
    client.send("{\"a\":1}");
    const QByteArray first = client.readUntil("}}");
    QVERIFY(first.startsWith("HTTP/1.1 429 Too Many Requests\r\n"));
    QVERIFY(first.contains("Retry-After: 7\r\n"));
    client.send("{\"a\":2}");
    const QByteArray second = client.readUntil("}}");
    QVERIFY(second.contains("\"content\":\"hello\""));
    QCOMPARE(server.requestCount(), 2);
    QCOMPARE(server.connectionCount(), 1);
    QCOMPARE(server.queued(), 0);
    QCOMPARE(server.requests().at(1).json().value("a"_L1).toInt(), 2);
    QCOMPARE(server.requests().at(0).target, "/v1/chat/completions");
    QCOMPARE(server.requests().at(0).header("HOST"), "x");
}

void TestFakeLlmServer::streamsIfAsked()
{
    FakeLlmServer server;
    server.enqueueCompletion(textCompletion(u"hello"_s));
    RawClient client(server);
    client.send("{\"stream\":true}");
    const QByteArray all = client.readUntil("0\r\n\r\n");
    QVERIFY(all.contains("text/event-stream"));
    QVERIFY(all.contains("data: [DONE]\n\n\r\n0\r\n\r\n"));
}

void TestFakeLlmServer::saysWhenNothingIsScripted()
{
    FakeLlmServer server;
    RawClient client(server);
    client.send("{}");
    QVERIFY(client.readUntil("}}").contains("no reply scripted"));
    server.setDefault(FakeReply::json("{\"x\":1}"));
    client.send("{}");
    QVERIFY(client.readUntil("1}").endsWith("{\"x\":1}"));
}

void TestFakeLlmServer::cutsSplitsAndDrips()
{
    const FakeReply whole = FakeReply::events({"data: a\n\n", "data: b\n\n"});
    const QByteArray wire = whole.wire();
    QCOMPARE(whole.cutAt(20).wire(), wire.first(20));
    QCOMPARE(whole.splitAt({1, 50}).wire(), wire);
    QCOMPARE(whole.dripping(3, 0ms).wire(), wire);
    QCOMPARE(whole.cutAt(20).thenReset().steps.last().kind, FakeReply::Step::Kind::Reset);

    FakeLlmServer server;
    server.enqueue(FakeReply::json("{}").dripping(7, 1ms).thenClose());
    RawClient client(server);
    client.send("{}");
    QCOMPARE(client.readAll(), FakeReply::json("{}").wire());
    QVERIFY(client.closedByPeer());
}

void TestFakeLlmServer::closesAndResets()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::closeBeforeHeaders());
    server.enqueue(FakeReply::resetBeforeHeaders());
    server.enqueue(FakeReply::shortContentLength());
    for (const QByteArray& expected : {QByteArray(), QByteArray(), FakeReply::shortContentLength().wire()}) {
        RawClient client(server);
        client.send("{}");
        QCOMPARE(client.readAll(), expected);
        QVERIFY(client.closedByPeer());
    }
    QTRY_COMPARE(server.openConnections(), 0);
}

void TestFakeLlmServer::answersBeforeTheBody()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::error(413, u"too large"_s).withoutWaitingForTheBody());
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, server.port());
    QVERIFY(socket.waitForConnected(5000));
    socket.write("POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n{");
    QVERIFY(socket.waitForReadyRead(5000));
    QVERIFY(socket.readAll().startsWith("HTTP/1.1 413 "));
}

void TestFakeLlmServer::closesIdleConnections()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{}"));
    RawClient client(server);
    client.send("{}");
    QVERIFY(client.readUntil("{}").endsWith("{}"));
    server.closeConnections();
    QVERIFY(client.readAll().isEmpty());
    QVERIFY(client.closedByPeer());
}

void TestFakeLlmServer::eventsHoldToolCallsAndUsage()
{
    FakeCompletion completion = toolCompletion(u"google_search"_s, u"{\"q\":\"qt\"}"_s);
    completion.toolCalls.append({u"call_2"_s, u"code_executor"_s, u"{\"src\":\"1+1\"}"_s});
    completion.usage = FakeUsage{120, 34, 64, 0, 8};
    QStringList arguments(2);
    QJsonObject usage;
    QString finish;
    const QList<QByteArray> events = completionEvents(completion, 4);
    for (const QByteArray& event : events) {
        QVERIFY(event.startsWith("data: "));
        QVERIFY(event.endsWith("\n\n"));
        const QJsonObject chunk = QJsonDocument::fromJson(event.mid(6)).object();
        const QJsonObject choice = chunk.value("choices"_L1).toArray().at(0).toObject();
        const QJsonArray calls = choice.value("delta"_L1).toObject().value("tool_calls"_L1).toArray();
        for (const QJsonValue& call : calls) {
            arguments[call["index"_L1].toInt()] += call["function"_L1]["arguments"_L1].toString();
        }
        finish += choice.value("finish_reason"_L1).toString();
        if (chunk.value("usage"_L1).isObject()) {
            usage = chunk.value("usage"_L1).toObject();
        }
    }
    QCOMPARE(arguments, (QStringList{u"{\"q\":\"qt\"}"_s, u"{\"src\":\"1+1\"}"_s}));
    QCOMPARE(finish, u"tool_calls"_s);
    QCOMPARE(usage.value("total_tokens"_L1).toInt(), 154);
    QCOMPARE(usage.value("prompt_tokens_details"_L1)["cached_tokens"_L1].toInt(), 64);
    QCOMPARE(usage.value("completion_tokens_details"_L1)["reasoning_tokens"_L1].toInt(), 8);
    QCOMPARE(events.last(), "data: [DONE]\n\n");
}

QTEST_GUILESS_MAIN(TestFakeLlmServer)
#include "tst_fakellmserver.moc"
