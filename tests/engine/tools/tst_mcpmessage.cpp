// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpmessage.h"

#include <QJsonArray>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestMcpMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesOneLine_data();
    void writesOneLine();
    void readsWhatItWrites_data() { writesOneLine_data(); }
    void readsWhatItWrites();
    void readsBatches();
    void refusesOthers_data();
    void refusesOthers();
    void tellsErrors_data();
    void tellsErrors();
};

void TestMcpMessage::writesOneLine_data()
{
    QTest::addColumn<McpMessage>("message");
    QTest::addColumn<QByteArray>("line");
    QTest::newRow("request") << McpMessage::request(4, u"tools/call"_s, {{u"name"_s, u"a\nb"_s}})
                             << QByteArray(
                                    R"({"id":4,"jsonrpc":"2.0","method":"tools/call","params":{"name":"a\nb"}})");
    QTest::newRow("request with a text as id")
        << McpMessage::request(u"p-1"_s, u"server/discover"_s, {})
        << QByteArray(R"({"id":"p-1","jsonrpc":"2.0","method":"server/discover"})");
    QTest::newRow("notification") << McpMessage::notification(u"notifications/initialized"_s)
                                  << QByteArray(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    QTest::newRow("answer") << McpMessage::answer(0, {}) << QByteArray(R"({"id":0,"jsonrpc":"2.0","result":{}})");
    QTest::newRow("refusal") << McpMessage::refusal(7, mcpcode::kMethodNotFound, u"no"_s)
                             << QByteArray(R"({"error":{"code":-32601,"message":"no"},"id":7,"jsonrpc":"2.0"})");
}

void TestMcpMessage::writesOneLine()
{
    QFETCH(McpMessage, message);
    QFETCH(QByteArray, line);
    QCOMPARE(toJsonLine(message), line);
}

void TestMcpMessage::readsWhatItWrites()
{
    QFETCH(McpMessage, message);
    QFETCH(QByteArray, line);
    const Result<QList<McpMessage>> read = readMcpMessages(line);
    QVERIFY(read);
    QCOMPARE(read->size(), 1);
    QCOMPARE(read->first().kind, message.kind);
    QCOMPARE(read->first(), message);
}

void TestMcpMessage::readsBatches()
{
    const Result<QList<McpMessage>> read = readMcpMessages(
        R"([{"jsonrpc":"2.0","id":1,"result":{"n":1}},{"jsonrpc":"2.0","method":"notifications/message"}])");
    QVERIFY(read);
    QCOMPARE(read->size(), 2);
    QCOMPARE(read->first().result.value("n"_L1).toInt(), 1);
    QCOMPARE(read->last().kind, McpMessage::Kind::Notification);
}

void TestMcpMessage::refusesOthers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("word");
    QTest::newRow("log line") << QByteArray("Server started") << u"not JSON"_s;
    QTest::newRow("cut") << QByteArray(R"({"jsonrpc":"2.0","id":1,"resu)") << u"at byte"_s;
    QTest::newRow("another version") << QByteArray(R"({"jsonrpc":"1.0","id":1,"result":{}})") << u"2.0"_s;
    QTest::newRow("nothing in it") << QByteArray(R"({"jsonrpc":"2.0","id":1})") << u"neither"_s;
    QTest::newRow("result without id") << QByteArray(R"({"jsonrpc":"2.0","result":{}})") << u"no id"_s;
    QTest::newRow("result that is no object") << QByteArray(R"({"jsonrpc":"2.0","id":1,"result":3})") << u"neither"_s;
    QTest::newRow("batch of numbers") << QByteArray("[1]") << u"not a JSON object"_s;
}

void TestMcpMessage::refusesOthers()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, word);
    const Result<QList<McpMessage>> read = readMcpMessages(text);
    QVERIFY(!read);
    QVERIFY2(read.error().message.contains(word), qPrintable(read.error().message));
}

void TestMcpMessage::tellsErrors_data()
{
    QTest::addColumn<McpFailure::Kind>("kind");
    QTest::addColumn<ErrorCode>("code");
    QTest::newRow("time") << McpFailure::Kind::TimedOut << ErrorCode::TimedOut;
    QTest::newRow("stop") << McpFailure::Kind::Cancelled << ErrorCode::Cancelled;
    QTest::newRow("gone") << McpFailure::Kind::Lost << ErrorCode::Unavailable;
    QTest::newRow("status") << McpFailure::Kind::Http << ErrorCode::Network;
}

void TestMcpMessage::tellsErrors()
{
    QFETCH(McpFailure::Kind, kind);
    QFETCH(ErrorCode, code);
    const McpReply failed = mcpFail(kind, u"what happened"_s);
    QCOMPARE(toError(failed.error()).code, code);
    QCOMPARE(toError(failed.error()).message, u"what happened"_s);
}

QTEST_GUILESS_MAIN(TestMcpMessage)
#include "tst_mcpmessage.moc"
