// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/replyrecord.h"

#include "engine/llm/openaireader.h"

#include <QTest>

using namespace lathe;

class TestReplyRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTheSame_data();
    void readsTheSame();
    void leavesOtherBytesAlone_data();
    void leavesOtherBytesAlone();
};

void TestReplyRecord::readsTheSame_data()
{
    QTest::addColumn<QByteArray>("choice");
    QTest::newRow("text") << QByteArray(R"({"message":{"content":"a","reasoning":"r"},"finish_reason":"stop"})");
    QTest::newRow("calls") << QByteArray(R"({"message":{"content":null,"tool_calls":[{"id":"x","function":
        {"name":"f","arguments":"{}"}},{"id":"y","function":{"name":"g","arguments":"{cut"}}]}})");
    QTest::newRow("cut") << QByteArray(R"({"message":{"content":"a"},"finish_reason":"length"})");
    QTest::newRow("refused") << QByteArray(R"({"message":{"content":"","refusal":"no"},"finish_reason":"stop"})");
}

void TestReplyRecord::readsTheSame()
{
    QFETCH(QByteArray, choice);
    const LlmOutcome first = decodeOpenAiBody(
        R"({"id":"x","model":"m","usage":{"prompt_tokens":3,"completion_tokens":4,"cost":0.1},"choices":[)" + choice +
        "]}");
    QVERIFY(first.reply);
    const std::optional<LlmReply> second = decodeReplyRecord(encodeReplyRecord(*first.reply));
    QVERIFY(second == first.reply);
}

void TestReplyRecord::leavesOtherBytesAlone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("a provider's reply") << QByteArray(R"({"choices":[]})");
    QTest::newRow("cut") << encodeReplyRecord({}).chopped(1);
    QTest::newRow("no reply in it") << QByteArray(R"({"latheReply":{}})");
}

void TestReplyRecord::leavesOtherBytesAlone()
{
    QFETCH(QByteArray, bytes);
    QVERIFY(!decodeReplyRecord(bytes));
}

QTEST_GUILESS_MAIN(TestReplyRecord)
#include "tst_replyrecord.moc"
