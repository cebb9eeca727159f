// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/chatmessages.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

/// What providers' requests say, whatever their form.
class TestChatMessages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsRequests_data();
    void readsRequests();
    void readsWhatItWrote();
};

namespace {

/// "role:content", with calls and the like behind it.
QString print(const QList<TraceMessage>& messages)
{
    QStringList lines;
    for (const TraceMessage& message : messages) {
        QString line = message.role + u':' + message.content;
        if (!message.reasoning.isEmpty()) {
            line += u" ~"_s + message.reasoning;
        }
        if (!message.toolCallId.isEmpty()) {
            line += u" <"_s + message.toolCallId;
        }
        for (const TraceMessage::Call& call : message.calls) {
            line += u" >%1=%2%3"_s.arg(call.id, call.name, call.arguments);
        }
        lines.append(line);
    }
    return lines.join(u'\n');
}

} // namespace

void TestChatMessages::readsRequests_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QString>("messages");
    QTest::newRow("chat completions")
        << R"({"messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},
           {"type":"image_url","image_url":{}}]},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
           "function":{"name":"f","arguments":"{\"x\":1}"}}]},{"role":"tool","tool_call_id":"c","content":"r"}]})"_ba
        << u"system:s\nuser:a\n[image_url]\nassistant: >c=f{\"x\":1}\ntool:r <c"_s;
    QTest::newRow("messages")
        << R"({"system":[{"type":"text","text":"s"}],"messages":[{"role":"assistant","content":[{"type":"thinking",
           "thinking":"t"},{"type":"text","text":"a"},{"type":"tool_use","id":"c","name":"f","input":{"x":1}}]},
           {"role":"user","content":[{"type":"tool_result","tool_use_id":"c","content":[{"type":"text","text":"r"}]}]}]})"_ba
        << u"system:s\nassistant:a ~t >c=f{\"x\":1}\ntool:r <c"_s;
    QTest::newRow("responses")
        << R"({"instructions":"s","input":[{"role":"user","content":[{"type":"input_text","text":"u"}]},
           {"type":"reasoning","summary":[{"type":"summary_text","text":"t"}]},
           {"type":"function_call","call_id":"c","name":"f","arguments":"{}"},
           {"type":"function_call_output","call_id":"c","output":"r"}]})"_ba
        << u"system:s\nuser:u\nassistant: ~t\nassistant: >c=f{}\ntool:r <c"_s;
    QTest::newRow("gemini")
        << R"({"systemInstruction":{"parts":[{"text":"s"}]},"contents":[{"role":"user","parts":[{"text":"u"}]},
           {"role":"model","parts":[{"text":"t","thought":true},{"functionCall":{"name":"f","args":{"x":1}}}]},
           {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"r":1}}}]}]})"_ba
        << u"system:s\nuser:u\nassistant: ~t >=f{\"x\":1}\ntool:{\"r\":1} <f"_s;
    QTest::newRow("ollama")
        << R"({"messages":[{"role":"assistant","content":"","thinking":"t","tool_calls":[{"function":
           {"name":"f","arguments":{"x":1}}}]}]})"_ba
        << u"assistant: ~t >=f{\"x\":1}"_s;
    QTest::newRow("nothing") << ""_ba << QString();
    QTest::newRow("no object") << "[1,2]"_ba << QString();
    QTest::newRow("odd types") << R"({"system":5,"messages":7,"contents":["x"],"input":"plain"})"_ba << u":"_s;
}

void TestChatMessages::readsRequests()
{
    QFETCH(QByteArray, request);
    QFETCH(QString, messages);
    QCOMPARE(print(messagesOfRequest(request)), messages);
}

void TestChatMessages::readsWhatItWrote()
{
    TraceMessage answer;
    answer.role = u"assistant"_s;
    answer.content = u"words"_s;
    answer.reasoning = u"thoughts"_s;
    answer.calls = {{u"c1"_s, u"f"_s, uR"({"x":1})"_s}, {u"c2"_s, u"g"_s, u"broken {"_s}};
    TraceMessage result;
    result.role = u"tool"_s;
    result.content = u"found"_s;
    result.toolCallId = u"c1"_s;
    const QList<TraceMessage> messages{answer, result};
    QCOMPARE(print(fromGenAiMessages(toGenAiMessages(messages))), print(messages));
    QCOMPARE(
        print(fromGenAiMessages(QJsonArray{1, QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, u"old form"_s}}})),
        u":\nuser:old form"_s);
}

QTEST_APPLESS_MAIN(TestChatMessages)
#include "tst_chatmessages.moc"
