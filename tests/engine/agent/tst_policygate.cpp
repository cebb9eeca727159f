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
    Bench() : policies(store, clock)
    {
        UserPolicy own = policy;
        store.policies.insert(own.userId, own);
    }
    AgentEnd run(const QList<RunEvent>& recorded = {})
    {
        AgentRun& made = make(recorded);
        AgentServices all = services();
        all.policies = &policies;
        RecursiveAgentRunner runner(all, made);
        const AgentEnd end = await(runner.run(rootTranscript(job)));
        await(made.journal.flush());
        return end;
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
};

QTEST_GUILESS_MAIN(TestPolicyGate)
#include "tst_policygate.moc"
