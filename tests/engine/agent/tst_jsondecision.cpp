// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/jsondecision.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

/// Single quotes are written for double ones.
QString json(QString text)
{
    return text.replace(u'\'', u'"');
}

LlmReply replyOf(const QString& content)
{
    LlmReply reply;
    reply.content = content;
    return reply;
}

/// "answer: TEXT", "NAME{...} NAME{...}" or "malformed: WHY".
QString said(const AgentDecision& decision)
{
    if (!decision.malformed.isEmpty()) {
        return u"malformed: "_s + decision.malformed;
    }
    QStringList calls;
    for (const ToolCallRequest& call : decision.calls) {
        calls << call.name + (call.parsed ? call.arguments : u"?"_s + call.arguments);
    }
    return calls.isEmpty() ? QString(u"answer: "_s + decision.finalAnswer) : calls.join(u' ');
}

} // namespace

class TestJsonDecision : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatModelsWrite_data()
    {
        QTest::addColumn<QString>("content");
        QTest::addColumn<QString>("expected");
        QTest::addColumn<QString>("reasoning");
        const auto add = [](const char *name, const QString& content, const QString& expected,
                            const QString& reasoning = {}) { QTest::newRow(name) << content << expected << reasoning; };
        const QString call =
            json(u"{'reasoning':'r','action':'tool_call','calls':[{'tool':'t','arguments':{'a':1}}]}"_s);
        add("as asked for: a call", call, u"t{\"a\":1}"_s, u"r"_s);
        add("as asked for: an answer", json(u"{'reasoning':'r','action':'final_answer','answer':'42'}"_s),
            u"answer: 42"_s, u"r"_s);
        add("several calls", json(u"{'calls':[{'tool':'a','arguments':{}},{'tool':'b'}]}"_s), u"a{} b{}"_s);
        add("a fence", u"```json\n"_s + call + u"\n```"_s, u"t{\"a\":1}"_s, u"r"_s);
        add("a fence without a language", u"```\n"_s + call + u"\n```"_s, u"t{\"a\":1}"_s, u"r"_s);
        add("text before and after", u"Sure! Here it is: "_s + call + u" I hope {that} helps."_s, u"t{\"a\":1}"_s,
            u"r"_s);
        add("thinking", u"<think>I could {\"tool\":\"x\"} or not</think>\n"_s + call, u"t{\"a\":1}"_s,
            u"I could {\"tool\":\"x\"} or not\n\nr"_s);
        add("two thoughts", u"<Think>a</think><reflection>b</reflection>"_s + call, u"t{\"a\":1}"_s, u"a\n\nb\n\nr"_s);
        add("another tag in a thought", u"<think>a <thought> b</think>"_s + call, u"t{\"a\":1}"_s,
            u"a <thought> b\n\nr"_s);
        add("a loop of openings", u"<think>"_s.repeated(200'000) + call, u"t{\"a\":1}"_s, u"r"_s); // in one pass
        add("thinking without its beginning", u"hm {\"tool\":\"x\"}</think>"_s + call, u"t{\"a\":1}"_s,
            u"hm {\"tool\":\"x\"}\n\nr"_s);
        add("a comma too many", json(u"{'calls':[{'tool':'t','arguments':{'a':[1,2,],},},],}"_s), u"t{\"a\":[1,2]}"_s);
        add("commas and brackets in text stay", u"{\"answer\":\"a,} b,] \\\"c,}\\\"\",}"_s,
            u"answer: a,} b,] \"c,}\""_s);
        add("one call bare", json(u"{'tool':'t','arguments':{'a':'}'}}"_s), u"t{\"a\":\"}\"}"_s);
        add("name and parameters", json(u"{'name':'t','parameters':{'a':1}}"_s), u"t{\"a\":1}"_s);
        add("as servers have them",
            u"{\"tool_calls\":[{\"function\":{\"name\":\"t\",\"arguments\":\"{\\\"a\\\":1}\"}}]}"_s, u"t{\"a\":1}"_s);
        add("tags round each",
            u"<tool_call>{\"name\":\"a\",\"arguments\":{}}</tool_call>\n<tool_call>{\"name\":\"b\","
            "\"arguments\":{}}</tool_call>"_s,
            u"a{} b{}"_s);
        add("arguments that are no object", json(u"{'tool':'t','arguments':[1]}"_s), u"t?[1]"_s);
        add("arguments in text that is no JSON", json(u"{'tool':'t','arguments':'a=1'}"_s), u"t?a=1"_s);
        add("an answer that is an object", json(u"{'answer':{'b':1,'a':2}}"_s), u"answer: {\"a\":2,\"b\":1}"_s);
        add("an object before it", json(u"Given {'x':1}, I decide {'answer':'yes'}"_s), u"answer: yes"_s);
        add("a brace before it", u"{ hm. {\"answer\":\"yes\"}"_s, u"answer: yes"_s);
        add("nothing after the answer counts", json(u"{'answer':'yes'} {'tool':'t'}"_s), u"answer: yes"_s);
        add("plain text", u"It is 42."_s, u"malformed: there is no JSON object in it"_s);
        add("cut in the middle", json(u"{'calls':[{'tool':'t','argum"_s), u"malformed: its JSON cannot be read"_s);
        add("JSON that says nothing", json(u"{'x':1}"_s), u"malformed: its JSON names neither a tool nor an answer"_s);
        add("an empty answer", json(u"{'answer':' '}"_s), u"malformed: its JSON names neither a tool nor an answer"_s);
        add("an unquoted name", u"{answer: yes}"_s, u"malformed: its JSON cannot be read"_s);
    }
    void readsWhatModelsWrite()
    {
        QFETCH(QString, content);
        QFETCH(QString, expected);
        QFETCH(QString, reasoning);
        const AgentDecision decision = parseJsonDecision(replyOf(content));
        QCOMPARE(said(decision), expected);
        if (decision.malformed.isEmpty()) {
            QCOMPARE(decision.reasoning, reasoning);
            QCOMPARE(decision.action,
                     decision.calls.isEmpty() ? AgentActionType::FinalAnswer : AgentActionType::ToolCall);
        } else {
            QCOMPARE(decision.action, AgentActionType::LlmCall);
            QCOMPARE(decision.text, content);
        }
        QStringList ids;
        for (const ToolCallRequest& call : decision.calls) {
            QVERIFY(!call.id.isEmpty() && !ids.contains(call.id));
            ids << call.id;
        }
    }

    void whatTheServerReadIsTakenAsItIs()
    {
        LlmReply reply = replyOf(u"{\"answer\":\"no\"}"_s);
        reply.toolCalls.append({u"c1"_s, u"t"_s, u"{}"_s, QJsonObject()});
        QCOMPARE(said(parseJsonDecision(reply)), u"t{}"_s);
        LlmReply refused = replyOf(u"{\"answer\":\"no\"}"_s);
        refused.refusal = u"I will not"_s;
        QVERIFY(parseJsonDecision(refused).failure);
        QVERIFY(parseJsonDecision(replyOf(u"  "_s)).failure);
        LlmReply cut = replyOf(u"{\"answer\":\"half"_s);
        cut.stop = StopReason::Length;
        QCOMPARE(parseJsonDecision(cut).malformed, u"it was cut off before its end"_s);
    }

    void hostileRepliesEndSoon()
    {
        QVERIFY(!parseJsonDecision(replyOf(QString(200'000, u'{'))).malformed.isEmpty());
        QVERIFY(!parseJsonDecision(replyOf(u"{\"a\":"_s.repeated(50'000))).malformed.isEmpty());
        const AgentDecision many = parseJsonDecision(replyOf(u"{\"tool\":\"t\"}"_s.repeated(10'000)));
        QCOMPARE(many.calls.size(), 64);
    }

    void aDecisionIsShownAsItWasAskedFor()
    {
        const AgentDecision decision =
            parseJsonDecision(replyOf(json(u"Well: {'reasoning':'r','tool':'t','args':{'a':1}}"_s)));
        const ChatMessage message = jsonDecisionMessage(decision);
        QCOMPARE(message.role, ChatRole::Assistant);
        QVERIFY(message.toolCalls.isEmpty());
        const AgentDecision again = parseJsonDecision(replyOf(message.content));
        QCOMPARE(said(again), said(decision));
        QCOMPARE(again.reasoning, u"r"_s);
        QCOMPARE(jsonDecisionMessage(parseJsonDecision(replyOf(u"words"_s))).content, u"words"_s);
    }

    void toolsAndResultsAreFilledInOnce()
    {
        PromptSet prompts = builtinPrompts();
        ToolDeclaration tool{u"calc"_s, u"adds\nnumbers"_s, QJsonObject{{u"type"_s, u"object"_s}}};
        const QString section = toolSection(prompts, {tool});
        QVERIFY2(section.contains(u"- calc: adds numbers\n  arguments: {\"type\":\"object\"}"_s), qPrintable(section));
        QVERIFY(!section.contains(u"{{"_s));
        QVERIFY(section.contains(prompts.examples));
        prompts.examples.clear();
        QVERIFY(toolSection(prompts, {}).contains(u"(none: answer without)"_s));
        ToolCallRequest call{u"c1"_s, u"calc"_s, u"{}"_s, QJsonObject()};
        const ChatMessage result = toolResultMessage(prompts, call, u"5 {{tool}} {{result}}"_s);
        QCOMPARE(result.role, ChatRole::User);
        QCOMPARE(result.content, u"Result of calc:\n5 {{tool}} {{result}}\n\nGo on with one JSON object."_s);
        QVERIFY(repairMessage(prompts, u"it is torn"_s).content.contains(u"it is torn"_s));
    }
};

QTEST_GUILESS_MAIN(TestJsonDecision)
#include "tst_jsondecision.moc"
