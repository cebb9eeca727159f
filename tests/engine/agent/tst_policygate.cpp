// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/llmprompts.h"
#include "engine/agent/recursiveagentrunner.h"
#include "tests/support/await.h"
#include "tests/support/fakeagent.h"
#include "tests/support/fakepolicystore.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// An agent whose user's policy can be changed while it runs.
struct Bench : AgentBench
{
    explicit Bench(bool interactive = false) : AgentBench(interactive), policies(store, clock)
    {
        UserPolicy own = policy;
        store.policies.insert(own.userId, own);
    }
    /// atStop: said at each stop, with its number from 1 and its details.
    AgentEnd run(const QList<RunEvent>& recorded = {},
                 const std::function<void(int stop, const QJsonObject& at)>& atStop = {})
    {
        AgentRun& made = make(recorded);
        int seen = 0;
        made.journal.setDurableHook([&](const QList<RunEvent>& events) {
            for (const RunEvent& event : events) {
                if (event.type == EventType::StoppedAt && atStop) {
                    atStop(++seen, event.details);
                }
            }
        });
        AgentServices all = services();
        all.policies = &policies;
        RecursiveAgentRunner runner(all, made);
        const AgentEnd end = await(runner.run(rootTranscript(job)));
        made.journal.setDurableHook({});
        await(made.journal.flush());
        return end;
    }
    /// A decision that calls a tool (0.00522 USD with its fee), then the answer (0.00022 USD).
    void oneToolThenAnswer()
    {
        job.parameters.maxOutputTokens = 10;
        client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
        client.answer(u"done"_s);
    }
    void setBudget(const QString& usd) { job.budget = *Money::fromDecimal(usd); }
    void giveMore(const QString& usd)
    {
        GateMessage message;
        message.kind = GateMessage::Kind::Edit;
        message.edit.values = {{u"budget"_s, usd}};
        gate.say(message);
    }
    void change(const QJsonObject& changes) { QVERIFY(await(policies.auth.change(policy.userId, changes, u"root"_s))); }

    FakePolicyStore store;
    PolicyServices policies;
};

} // namespace

/// Policy inside a run, checked again at each call.
class TestPolicyGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aChangedLimitCountsFromTheNextCheck_data()
    {
        QTest::addColumn<QJsonObject>("change");
        QTest::addColumn<QString>("code");
        QTest::newRow("tool calls") << QJsonObject{{u"maxToolCalls"_s, 1}} << u"TOOL_CALLS_EXCEEDED"_s;
        QTest::newRow("tools") << QJsonObject{{u"allowedTools"_s, QJsonArray{u"other"_s}}} << u"TOOL_NOT_ALLOWED"_s;
        QTest::newRow("context") << QJsonObject{{u"contextWindowLimit"_s, 1}} << u"CONTEXT_WINDOW_EXCEEDED"_s;
        QTest::newRow("depth") << QJsonObject{{u"maxRecursionDepth"_s, 0}} << u"RECURSION_DEPTH_EXCEEDED"_s;
        QTest::newRow("budget") << QJsonObject{{u"budgetPerRun"_s, u"0.0001"_s}} << u"BUDGET_EXCEEDED"_s;
    }
    void aChangedLimitCountsFromTheNextCheck()
    {
        QFETCH(QJsonObject, change);
        QFETCH(QString, code);
        Bench bench;
        bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
        bench.client.calls({{u"twice"_s, {{u"n"_s, 2}}}});
        bench.client.answer(u"done"_s);
        // As the second reply comes the first tool call has been made.
        bench.client.onCall = [&](int call) {
            if (call == 2) {
                bench.change(change);
            }
        };
        const AgentEnd end = bench.run();
        QCOMPARE(end.kind, AgentEnd::Kind::Violation);
        QCOMPARE(end.error.code, code);
        QCOMPARE(bench.toolRuns, code.startsWith(u"TOOL"_s) || code.startsWith(u"BUDGET"_s) ? 1 : 2);
    }

    void anotherProcessIsHeardOfInATenthOfASecond()
    {
        Bench bench;
        bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
        bench.client.calls({{u"twice"_s, {{u"n"_s, 2}}}});
        bench.client.answer(u"done"_s);
        bench.client.onCall = [&](int call) {
            if (call == 2) {
                bench.store.policies[u"alice"_s].maxToolCalls = 1; // behind our back
                bench.clock.advance(std::chrono::milliseconds(100));
            }
        };
        QCOMPARE(bench.run().error.code, u"TOOL_CALLS_EXCEEDED"_s);
    }

    void asksTheStoreNoOftenerThanThat()
    {
        Bench bench;
        bench.policy.maxToolCalls = 1'000;
        bench.store.policies[u"alice"_s].maxToolCalls = 1'000;
        for (int i = 0; i < 60; ++i) {
            bench.client.calls({{u"twice"_s, {{u"n"_s, i}}}});
        }
        bench.client.answer(u"done"_s);
        bench.job.maxSteps = 100;
        QCOMPARE(bench.run().answer, u"done"_s);
        QCOMPARE(bench.toolRuns, 60);
        QCOMPARE(bench.store.policyQuestions, 1); // no time has passed
    }

    void refusesWhenThePolicyCannotBeRead()
    {
        Bench bench;
        bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
        bench.client.answer(u"done"_s);
        bench.client.onCall = [&](int) {
            bench.store.broken = true;
            bench.clock.advance(std::chrono::milliseconds(100));
        };
        const AgentEnd end = bench.run();
        QCOMPARE(end.kind, AgentEnd::Kind::Violation);
        QCOMPARE(end.error.code, u"POLICY_UNAVAILABLE"_s);
        QCOMPARE(bench.toolRuns, 0);
    }

    void warnsAtEightyPercentOnce()
    {
        Bench bench;
        bench.oneToolThenAnswer();
        bench.setBudget(u"0.0065"_s); // 80 % are 0.0052
        QCOMPARE(bench.run().answer, u"done"_s);
        QCOMPARE(bench.journal.count(EventType::BudgetWarning), 1);
        const QJsonObject warning = bench.journal.last(EventType::BudgetWarning);
        QCOMPARE(warning.value("scope"_L1).toString(), u"run"_s);
        QCOMPARE(warning.value("spent"_L1).toString(), u"0.00522"_s);
        QCOMPARE(warning.value("limit"_L1).toString(), u"0.0065"_s);
        QCOMPARE(warning.value("decision"_L1).toInt(), 2);
        QCOMPARE(bench.journal.count(EventType::StoppedAt), 0); // nobody wanted to stop there
    }

    void stopsAtEightyPercentIfSomebodyWants()
    {
        Bench bench(true);
        bench.oneToolThenAnswer();
        bench.setBudget(u"0.0065"_s);
        bench.gate.setBreakpoints({*parseBreakpoint(u"BUDGET_80")});
        QString point;
        QCOMPARE(bench
                     .run({},
                          [&](int, const QJsonObject& at) {
                              point = at.value("point"_L1).toString();
                              bench.gate.command(StepCommand::Continue);
                          })
                     .answer,
                 u"done"_s);
        QCOMPARE(point, u"BUDGET_80"_s);
    }

    void asksForMoreAtHundredPercent()
    {
        Bench bench(true);
        bench.oneToolThenAnswer();
        bench.setBudget(u"0.0054"_s);
        QString point;
        int stops = 0;
        const AgentEnd end = bench.run({}, [&](int stop, const QJsonObject& at) {
            stops = stop;
            point = at.value("point"_L1).toString();
            bench.giveMore(u"1"_s);
            bench.gate.command(StepCommand::Continue);
        });
        QCOMPARE(point, u"BUDGET_100"_s);
        QCOMPARE(stops, 1);
        QCOMPARE(end.answer, u"done"_s);
        QCOMPARE(bench.runJournal->record().decisions.last().revisions.size(), 1);
        // Walked through again, nothing of it is owed and nobody is asked.
        Bench again(true);
        again.oneToolThenAnswer();
        again.setBudget(u"0.0054"_s);
        again.journal.bodies = bench.journal.bodies;
        again.client.requests = {};
        const AgentEnd second = again.run(bench.journal.stored, [&](int, const QJsonObject&) { QFAIL("asked again"); });
        QCOMPARE(second.answer, u"done"_s);
        QCOMPARE(again.client.requests.size(), 0);
        QVERIFY2(!again.runJournal->isCatchingUp(), qPrintable(again.runJournal->notYetWalked().join(u'\n')));
    }

    void endsWhenNoMoreIsGiven()
    {
        for (const bool interactive : {false, true}) {
            Bench bench(interactive);
            bench.oneToolThenAnswer();
            bench.setBudget(u"0.0054"_s);
            const AgentEnd end =
                bench.run({}, [&](int, const QJsonObject&) { bench.gate.command(StepCommand::Continue); });
            QCOMPARE(end.kind, AgentEnd::Kind::Violation);
            QCOMPARE(end.error.code, u"BUDGET_EXCEEDED"_s);
            QCOMPARE(bench.journal.count(EventType::StoppedAt), interactive ? 1 : 0);
            QCOMPARE(bench.client.requests.size(), 1);
            QVERIFY(bench.runJournal->record().summary.totalCost <= *bench.job.budget);
        }
    }

    void childFramesDrawFromWhatTheirParentsLeft()
    {
        const auto prepare = [](Bench& bench) {
            bench.job.parameters.maxOutputTokens = 10;
            bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
            bench.client.calls({{kLlmCallName, {{u"prompt"_s, u"inner"_s}}}});
            bench.client.calls({{u"twice"_s, {{u"n"_s, 2}}}}); // the child's
            bench.client.answer(u"inner answer"_s);
            bench.client.answer(u"done"_s);
        };
        Bench enough;
        prepare(enough);
        enough.setBudget(u"0.02"_s);
        QCOMPARE(enough.run().answer, u"done"_s);
        Bench tooLittle;
        prepare(tooLittle);
        tooLittle.setBudget(u"0.0095"_s); // would do for the child alone
        const AgentEnd end = tooLittle.run();
        QCOMPARE(end.error.code, u"BUDGET_EXCEEDED"_s);
        QCOMPARE(tooLittle.toolRuns, 1);
        QVERIFY(tooLittle.runJournal->record().summary.totalCost <= *tooLittle.job.budget);
    }

    void asksTheDatabaseForSharedBudgetsAlone()
    {
        Bench without;
        without.oneToolThenAnswer();
        QCOMPARE(without.run().answer, u"done"_s);
        QCOMPARE(without.store.budgetQuestions, 0);
        Bench with;
        with.oneToolThenAnswer();
        with.store.policies[u"alice"_s].budgetPerDay = *Money::fromDecimal(u"1");
        AgentRun& run = with.make();
        run.budget.share(with.policies.budgets, {u"run-1"_s, u"alice"_s, {}});
        AgentServices services = with.services();
        services.policies = &with.policies;
        RecursiveAgentRunner runner(services, run);
        QCOMPARE(await(runner.run(rootTranscript(with.job))).answer, u"done"_s);
        QCOMPARE(with.store.budgetQuestions, 3); // two model calls and a tool call
        QCOMPARE(with.store.claims.value(u"run-1"_s).spentToday, run.budget.spent());
        QCOMPARE(with.store.claims.value(u"run-1"_s).reserved, Money());
    }

    void learnsHowTheModelCounts()
    {
        Bench bench;
        bench.job.prompt = QString(4'000, u'x');
        bench.oneToolThenAnswer();
        QCOMPARE(bench.run().answer, u"done"_s);
        QCOMPARE(bench.policies.tokens.samples(u"list"_s, u"list-1"_s), 2);
        // Replies that were recorded teach nothing a second time.
        const QList<RunEvent> recorded = bench.journal.stored;
        QCOMPARE(bench.run(recorded).answer, u"done"_s);
        QCOMPARE(bench.policies.tokens.samples(u"list"_s, u"list-1"_s), 2);
    }
};

QTEST_GUILESS_MAIN(TestPolicyGate)
#include "tst_policygate.moc"
