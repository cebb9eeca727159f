// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/llmprompts.h"
#include "engine/agent/recursiveagentrunner.h"
#include "tests/support/await.h"
#include "tests/support/fakeagent.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// Single quotes are written for double ones.
QString json(QString text)
{
    return text.replace(u'\'', u'"');
}

AgentEnd runAll(AgentBench& bench, const QList<RunEvent>& recorded = {})
{
    AgentRun& run = bench.make(recorded);
    RecursiveAgentRunner runner(bench.services(), run);
    const AgentEnd end = await(runner.run(rootTranscript(bench.job)));
    await(run.journal.flush());
    return end;
}

Money spent(const AgentBench& bench)
{
    QList<Money> costs;
    for (const CostLine& line : bench.runJournal->record().lines) {
        costs.append(line.cost.value_or(Money()));
    }
    return *Money::sum(costs);
}

const QList<ChatMessage>& messagesOf(const AgentBench& bench, qsizetype request)
{
    return bench.client.requests.at(request).transcript.messages();
}

/// A dialogue of a model that writes its decisions: two calls at once, one reply that is none, the answer.
void dialogue(AgentBench& bench)
{
    bench.nativeTools = false;
    bench.client.answer(u"<think>Two numbers.</think>```json\n{\"reasoning\":\"both\",\"calls\":[{\"tool\":\"twice\","
                        "\"arguments\":{\"n\":2}},{\"tool\":\"twice\",\"arguments\":{\"n\":5}}]}\n```"_s);
    bench.client.answer(u"The results are 4 and {10"_s);
    bench.client.answer(u"{\"reasoning\":\"sum\",\"action\":\"final_answer\",\"answer\":\"14\"}"_s);
}

} // namespace

/// Models without native tool calling: the decision is asked for and read as JSON.
class TestJsonTools : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDecisionIsAskedForAndReadAsJson()
    {
        AgentBench bench;
        dialogue(bench);
        const AgentEnd end = runAll(bench);
        QCOMPARE(end.kind, AgentEnd::Kind::Answer);
        QCOMPARE(end.answer, u"14"_s);
        QCOMPARE(bench.toolRuns, 2);
        QCOMPARE(bench.client.requests.size(), 3);
        for (const LlmRequest& request : std::as_const(bench.client.requests)) {
            QVERIFY(request.tools.isEmpty());
            const QString system = request.transcript.messages().first().content;
            QVERIFY(system.contains(u"- twice: twice\n"_s) && system.contains(u"- llm_call: "_s));
            QCOMPARE(system.count(u"Tools:"_s), 1);
            for (const ChatMessage& message : request.transcript.messages()) {
                QVERIFY(message.role != ChatRole::Tool && message.toolCalls.isEmpty());
            }
        }
        // The model sees what it decided in the form it was asked for, and the results as messages.
        QCOMPARE(messagesOf(bench, 1).size(), 5);
        QVERIFY(messagesOf(bench, 1).at(2).content.startsWith(u"{\"action\":\"tool_call\""_s));
        QVERIFY(messagesOf(bench, 1).at(3).content.contains(u"Result of twice:\n"_s));
        QVERIFY(messagesOf(bench, 1).at(4).content.contains(u"10"_s));
    }

    void aRepairIsADecisionOfItsOwnAndBilled()
    {
        AgentBench bench;
        dialogue(bench);
        runAll(bench);
        const RunRecord& record = bench.runJournal->record();
        QCOMPARE(record.decisions.size(), 3);
        QCOMPARE(record.decisions.at(0).reasoning, u"Two numbers.\n\nboth"_s);
        const DecisionRecord& repair = record.decisions.at(1);
        QCOMPARE(repair.action, AgentActionType::LlmCall);
        QCOMPARE(repair.status, AgentStatus::NextStep);
        QVERIFY2(repair.nextPrompt.contains(u"its JSON cannot be read"_s), qPrintable(repair.nextPrompt));
        QCOMPARE(messagesOf(bench, 2).last().content, repair.nextPrompt);
        QCOMPARE(messagesOf(bench, 2).at(5).content, u"The results are 4 and {10"_s);
        QHash<int, Money> costs;
        for (const CostLine& line : record.lines) {
            if (line.meter != Meter::ToolCall) {
                costs[line.decision] = *costs[line.decision].plus(*line.cost);
            }
        }
        for (int decision = 1; decision <= 3; ++decision) {
            QCOMPARE(costs.value(decision), *Money::fromDecimal(u"0.00022"_s));
        }
    }

    void thereIsOneRepairInARow_data()
    {
        QTest::addColumn<QString>("again");
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("error");
        QTest::newRow("plain text twice is the answer") << u"It is 14."_s << u"It is 14."_s << QString();
        QTest::newRow("broken twice is an error") << u"{\"answer\":"_s << QString() << u"BAD_REQUEST"_s;
    }
    void thereIsOneRepairInARow()
    {
        QFETCH(QString, again);
        QFETCH(QString, answer);
        QFETCH(QString, error);
        AgentBench bench;
        bench.nativeTools = false;
        bench.client.answer(u"I think it is 14."_s);
        bench.client.answer(again);
        const AgentEnd end = runAll(bench);
        QCOMPARE(bench.client.requests.size(), 2);
        QCOMPARE(end.answer, answer);
        QCOMPARE(end.error.code, error);
        QCOMPARE(end.kind, error.isEmpty() ? AgentEnd::Kind::Answer : AgentEnd::Kind::Error);
        QVERIFY(error.isEmpty() || end.error.message.contains(u"also after it was told so"_s));
    }

    void aGoodDecisionEarnsAnotherRepair()
    {
        AgentBench bench;
        bench.nativeTools = false;
        bench.client.answer(u"hm"_s);
        bench.client.answer(json(u"{'tool':'twice','arguments':{'n':1}}"_s));
        bench.client.answer(u"hm"_s);
        bench.client.answer(json(u"{'answer':'2'}"_s));
        QCOMPARE(runAll(bench).answer, u"2"_s);
        QCOMPARE(bench.client.requests.size(), 4);
    }

    void aChildFrameIsToldOfItsToolsToo()
    {
        AgentBench bench;
        bench.nativeTools = false;
        bench.job.maxDepth = 2;
        bench.client.answer(json(u"{'tool':'llm_call','arguments':{'prompt':'a part'}}"_s));
        bench.client.answer(json(u"{'answer':'half'}"_s));
        bench.client.answer(json(u"{'answer':'whole'}"_s));
        QCOMPARE(runAll(bench).answer, u"whole"_s);
        const QString child = messagesOf(bench, 1).first().content;
        QVERIFY(child.contains(u"- twice: "_s));
        QVERIFY(!child.contains(u"- llm_call: "_s)); // too deep
        QVERIFY(messagesOf(bench, 2).last().content.contains(u"half"_s));
    }

    void unknownToolsAndWrongArgumentsComeBackAsResults()
    {
        AgentBench bench;
        bench.nativeTools = false;
        bench.client.answer(json(u"{'calls':[{'tool':'nothing'},{'tool':'twice','arguments':{'n':'x'}}]}"_s));
        bench.client.answer(json(u"{'answer':'sorry'}"_s));
        QCOMPARE(runAll(bench).answer, u"sorry"_s);
        QCOMPARE(bench.toolRuns, 0);
        QVERIFY(messagesOf(bench, 1).at(3).content.contains(u"UNKNOWN_TOOL"_s));
        QVERIFY(messagesOf(bench, 1).at(4).content.contains(u"INVALID_ARGUMENTS"_s));
    }

    /// Cut after each batch and gone on with: the same answer and bill, and nothing is asked or run twice.
    void goesOnFromAnyPlace()
    {
        AgentBench whole;
        dialogue(whole);
        QCOMPARE(runAll(whole).answer, u"14"_s);
        for (int cut = 0; cut < whole.journal.batches; ++cut) {
            AgentBench bench;
            dialogue(bench);
            bench.journal.failAfter = cut;
            runAll(bench);
            bench.journal.failAfter = -1;
            const int answered = bench.journal.count(EventType::LlmResponse);
            bench.client.next = answered; // a reply that was not kept is given again
            bench.client.requests.clear();
            const AgentEnd end = runAll(bench, bench.journal.stored);
            QVERIFY2(end.answer == "14"_L1, qPrintable(u"cut %1: %2"_s.arg(cut).arg(end.error.message)));
            QCOMPARE(bench.client.requests.size(), 3 - answered);
            QCOMPARE(spent(bench), spent(whole));
            QVERIFY(!bench.runJournal->isCatchingUp());
        }
    }

    void aPersonMayMendWhatTheModelWrote()
    {
        AgentBench bench(true);
        bench.nativeTools = false;
        bench.client.answer(u"hm"_s);
        AgentRun& run = bench.make();
        bench.gate.setBreakpoints({*parseBreakpoint(u"AFTER_DECIDE")});
        run.journal.setDurableHook([&](const QList<RunEvent>& events) {
            for (const RunEvent& event : events) {
                if (event.type != EventType::StoppedAt) {
                    continue;
                }
                GateMessage edit;
                edit.kind = GateMessage::Kind::Edit;
                edit.edit.values = {{u"decision"_s, QJsonObject{{u"finalAnswer"_s, u"mended"_s}}}};
                bench.gate.say(edit);
                bench.gate.command(StepCommand::Continue);
            }
        });
        RecursiveAgentRunner runner(bench.services(), run);
        const AgentEnd end = await(runner.run(rootTranscript(bench.job)));
        run.journal.setDurableHook({});
        QCOMPARE(end.answer, u"mended"_s);
        QCOMPARE(bench.client.requests.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestJsonTools)
#include "tst_jsontools.moc"
