// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/decisionparser.h"
#include "engine/agent/llmprompts.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestDecisionParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void classifiesReplies_data();
    void classifiesReplies();
    void givesEveryCallAnIdOfItsOwn();
    void keepsWhatStandsBesideCalls();
    void keepsTheProvidersState();
    void showsPicturesInTheRootFrameOnly();
    void readsEditsStrictly_data();
    void readsEditsStrictly();
    void writesWhatItReads();
};

namespace {

ToolCallRequest call(const QString& id, const QString& name, const QJsonObject& arguments)
{
    ToolCallRequest request;
    request.id = id;
    request.name = name;
    request.parsed = arguments;
    request.arguments = QString::fromUtf8(QJsonDocument(arguments).toJson(QJsonDocument::Compact));
    return request;
}

} // namespace

void TestDecisionParser::classifiesReplies_data()
{
    QTest::addColumn<LlmReply>("reply");
    QTest::addColumn<int>("action");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("failure");
    LlmReply answer;
    answer.content = u"done"_s;
    QTest::newRow("answer") << answer << int(AgentActionType::FinalAnswer) << int(AgentStatus::Complete) << false;
    LlmReply length = answer;
    length.stop = StopReason::Length;
    QTest::newRow("cut answer is a result")
        << length << int(AgentActionType::FinalAnswer) << int(AgentStatus::Complete) << false;
    LlmReply empty;
    empty.content = u" \n"_s;
    QTest::newRow("nothing said") << empty << int(AgentActionType::FinalAnswer) << int(AgentStatus::Error) << true;
    LlmReply filtered = answer;
    filtered.stop = StopReason::Filtered;
    QTest::newRow("filtered") << filtered << int(AgentActionType::FinalAnswer) << int(AgentStatus::Error) << true;
    LlmReply refused = answer;
    refused.refusal = u"no"_s;
    QTest::newRow("refused") << refused << int(AgentActionType::FinalAnswer) << int(AgentStatus::Error) << true;
    LlmReply tool;
    tool.toolCalls = {call(u"a"_s, u"twice"_s, {})};
    QTest::newRow("tool") << tool << int(AgentActionType::ToolCall) << int(AgentStatus::ToolDispatched) << false;
    LlmReply child = tool;
    child.toolCalls.append(call(u"b"_s, kLlmCallName, {{u"prompt"_s, u"think"_s}}));
    QTest::newRow("child frame") << child << int(AgentActionType::LlmCall) << int(AgentStatus::NextStep) << false;
}

void TestDecisionParser::classifiesReplies()
{
    QFETCH(LlmReply, reply);
    QFETCH(int, action);
    QFETCH(int, status);
    QFETCH(bool, failure);
    const AgentDecision decision = parseDecision(reply);
    QCOMPARE(int(decision.action), action);
    QCOMPARE(int(decision.status), status);
    QCOMPARE(decision.failure.has_value(), failure);
    if (decision.action == AgentActionType::LlmCall) {
        QCOMPARE(decision.nextPrompt, u"think"_s);
    }
}

void TestDecisionParser::givesEveryCallAnIdOfItsOwn()
{
    LlmReply reply;
    reply.toolCalls = {call(u"x"_s, u"a"_s, {}), call(QString(), u"b"_s, {}), call(u"x"_s, u"c"_s, {}),
                       call(u"call_5"_s, u"d"_s, {}), call(QString(), u"e"_s, {})}; // call_5 would be the fifth's
    const AgentDecision decision = parseDecision(reply);
    QSet<QString> ids;
    for (const ToolCallRequest& request : decision.calls) {
        QVERIFY(!request.id.isEmpty());
        ids.insert(request.id);
    }
    QCOMPARE(ids.size(), 5);
}

void TestDecisionParser::keepsWhatStandsBesideCalls()
{
    LlmReply reply;
    reply.content = u"I look it up."_s;
    reply.toolCalls = {call(u"a"_s, u"twice"_s, {})};
    const AgentDecision decision = parseDecision(reply);
    QCOMPARE(decision.reasoning, u"I look it up."_s);
    QVERIFY(decision.finalAnswer.isEmpty());
    const ChatMessage message = assistantMessage(decision);
    QCOMPARE(message.content, u"I look it up."_s);
    QCOMPARE(message.toolCalls.size(), 1);
}

void TestDecisionParser::keepsTheProvidersState()
{
    LlmReply reply;
    reply.toolCalls = {call(u"c1"_s, u"search"_s, {})};
    reply.state = {u"anthropic"_s, QJsonArray{u"thought"_s}};
    const AgentDecision decision = parseDecision(reply);
    QVERIFY(assistantMessage(decision).state == reply.state);
}

void TestDecisionParser::showsPicturesInTheRootFrameOnly()
{
    AguiRunJob job;
    job.prompt = u"What is this?"_s;
    job.attachments = {{u"a.png"_s, u"image/png"_s, "\x89PNG"},
                       {u"b.png"_s, u"image/png"_s, "\x89PNG", false},
                       {u"c.txt"_s, u"text/plain"_s, "words"}};
    const Transcript root = rootTranscript(job);
    QCOMPARE(root.messages().last().attachments.size(), 1);
    QCOMPARE(root.messages().last().attachments.first().name, u"a.png"_s);
    QVERIFY(root.messages().first().content.contains(u"4 bytes): shown with the task"_s));
    QVERIFY(root.messages().first().content.contains(u"4 bytes): not text"_s));
    QVERIFY(root.messages().first().content.contains(u"words"_s));
    const Transcript child = childTranscript(job, builtinPrompts(), u"a part"_s);
    QVERIFY(child.messages().last().attachments.isEmpty());
    QVERIFY(!child.messages().first().content.contains(u"shown"_s));
    job.parameters.responseSchema = QJsonObject{{u"type"_s, u"object"_s}};
    QVERIFY(rootTranscript(job).messages().first().content.contains(uR"({"type":"object"})"_s));
    QVERIFY(!childTranscript(job, builtinPrompts(), u"a part"_s).messages().first().content.contains(u"JSON Schema"_s));
}

void TestDecisionParser::readsEditsStrictly_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("issue");
    QTest::newRow("answer") << QByteArray(R"({"finalAnswer":"42"})") << QString();
    QTest::newRow("calls") << QByteArray(R"({"action":"TOOL_CALL","calls":[{"id":"a","name":"t","arguments":{}}]})")
                           << QString();
    QTest::newRow("nothing") << QByteArray(R"({})") << u"finalAnswer"_s;
    QTest::newRow("both") << QByteArray(R"({"finalAnswer":"x","calls":[{"id":"a","name":"t","arguments":{}}]})")
                          << u"must be empty"_s;
    QTest::newRow("other action") << QByteArray(R"({"action":"TOOL_CALL","finalAnswer":"x"})") << u"TOOL_CALL"_s;
    QTest::newRow("unknown key") << QByteArray(R"({"finalAnswer":"x","mood":1})") << u"mood"_s;
    QTest::newRow("nameless call") << QByteArray(R"({"calls":[{"id":"a","arguments":{}}]})") << u"name"_s;
    QTest::newRow("arguments as text") << QByteArray(R"({"calls":[{"id":"a","name":"t","arguments":"{}"}]})")
                                       << u"arguments"_s;
}

void TestDecisionParser::readsEditsStrictly()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, issue);
    const auto decision = decisionFromJson(QJsonDocument::fromJson(json).object());
    if (issue.isEmpty()) {
        QVERIFY2(decision, decision ? "" : qPrintable(decision.error().detail));
        return;
    }
    QVERIFY(!decision);
    QCOMPARE(decision.error().code, ErrorCode::InvalidInput);
    QVERIFY2(QString(decision.error().message + decision.error().detail).contains(issue),
             qPrintable(decision.error().message));
}

void TestDecisionParser::writesWhatItReads()
{
    LlmReply reply;
    reply.reasoning = u"why"_s;
    reply.toolCalls = {call(u"a"_s, u"twice"_s, {{u"n"_s, 2}})};
    const AgentDecision decision = parseDecision(reply);
    const auto again = decisionFromJson(toJson(decision));
    QVERIFY(again);
    QCOMPARE(again->calls.first().parsed, decision.calls.first().parsed);
    QCOMPARE(again->reasoning, decision.reasoning);
    QCOMPARE(again->action, decision.action);
}

QTEST_GUILESS_MAIN(TestDecisionParser)
#include "tst_decisionparser.moc"
