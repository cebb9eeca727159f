// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/policysimulation.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNoon = 1'781'524'800'000; // Monday, 15 June 2026, UTC

Money usd(const char *text)
{
    return *Money::fromDecimal(QString::fromLatin1(text));
}

PolicyCheck check(const QString& name, const QString& actual)
{
    PolicyCheck check;
    check.check = name;
    check.actual = actual;
    check.outcome = CheckOutcome::Passed;
    return check;
}

/// A recorded run of decisions at 0.01 USD each, with a tool call at 0.005 USD in every one but the last. Each decision
/// reserved 0.02 USD on top of what was spent, and its prompt has 100 tokens more than the one before it.
RunRecord recorded(int decisions, qint64 startedAtMs = kNoon, const QString& runId = u"run-1"_s)
{
    RunRecord record;
    record.summary.runId = runId;
    record.summary.userId = u"ada"_s;
    record.summary.startedAtMs = startedAtMs;
    record.summary.status = RunStatus::Complete;
    record.job = {{u"userId"_s, u"ada"_s}, {u"maxDepth"_s, 5}, {u"contextWindowLimit"_s, 8'000}};
    for (int i = 1; i <= 5; ++i) {
        PhaseRecord phase;
        phase.phase = static_cast<Phase>(i);
        phase.entered = true;
        record.phases.append(phase);
    }
    record.policy.checks = {check(u"depth"_s, u"0"_s), check(u"context"_s, u"100"_s), check(u"budget"_s, u"0.02"_s)};
    Money spent;
    for (int number = 1; number <= decisions; ++number) {
        DecisionRecord decision;
        decision.number = number;
        decision.modelCost = usd("0.01");
        PolicyVerdict verdict;
        verdict.checks = {check(u"depth"_s, u"0"_s), check(u"context"_s, QString::number(100 * number)),
                          check(u"budget"_s, spent.plus(usd("0.02"))->toDecimal())};
        decision.policy.append(verdict);
        CostLine line;
        line.decision = number;
        line.lineAtMs = startedAtMs + number;
        line.cost = usd("0.01");
        record.lines.append(line);
        spent = *spent.plus(usd("0.01"));
        if (number < decisions) {
            ToolCallRecord call;
            call.callId = u"c%1"_s.arg(number);
            call.tool = u"code_executor"_s;
            call.arguments = {{u"language"_s, number % 2 == 0 ? u"bash"_s : u"python"_s}};
            call.cost = usd("0.005");
            call.status = u"ok"_s;
            decision.toolCalls.append(call);
            CostLine fee = line;
            fee.toolCallId = call.callId;
            fee.tool = call.tool;
            fee.cost = usd("0.005");
            record.lines.append(fee);
            spent = *spent.plus(usd("0.005"));
        }
        record.decisions.append(decision);
    }
    record.summary.totalCost = spent;
    return record;
}

UserPolicy policyWith(const std::function<void(UserPolicy&)>& change)
{
    UserPolicy policy = tierDefaults(UserTier::Free);
    policy.userId = u"ada"_s;
    change(policy);
    return policy;
}

} // namespace

/// An edited policy against what runs did.
class TestPolicySimulation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysNothingWhenNothingWouldHaveBeenDifferent()
    {
        PolicySimulator simulator(policyWith([](UserPolicy&) {}));
        const RunSimulation result = simulator.run(recorded(5));
        QVERIFY(result.findings.isEmpty());
        QVERIFY(!result.stopped() && !result.wouldGoOn);
        QCOMPARE(result.saved, Money());
    }

    void findsWhereARunWouldHaveBeenStopped_data()
    {
        QTest::addColumn<std::function<void(UserPolicy&)>>("change");
        QTest::addColumn<QString>("check");
        QTest::addColumn<QString>("numbers");
        QTest::addColumn<int>("decision");
        QTest::addColumn<QString>("saved");
        using Change = std::function<void(UserPolicy&)>;
        // Five decisions and four tool calls: 0.07 USD.
        QTest::newRow("tool calls") << Change([](UserPolicy& p) { p.maxToolCalls = 2; }) << u"tool_calls"_s
                                    << u"3 > 2"_s << 3 << u"0.03"_s;
        QTest::newRow("no tool") << Change([](UserPolicy& p) { p.allowedTools = {u"google_search"_s}; })
                                 << u"tool_allowlist"_s << u"code_executor > google_search"_s << 1 << u"0.06"_s;
        QTest::newRow("context") << Change([](UserPolicy& p) { p.contextWindowLimit = 250; }) << u"context"_s
                                 << u"300 > 250"_s << 3 << u"0.04"_s;
        QTest::newRow("context at once") << Change([](UserPolicy& p) { p.contextWindowLimit = 99; }) << u"context"_s
                                         << u"100 > 99"_s << 0 << u"0.07"_s;
        QTest::newRow("depth") << Change([](UserPolicy& p) { p.maxRecursionDepth = 0; }) << u"depth"_s << u"0 > 0"_s
                               << 0 << u"0.07"_s;
        // Before the third decision 0.03 are spent and 0.02 reserved.
        QTest::newRow("budget of the run") << Change([](UserPolicy& p) { p.budgetPerRun = usd("0.049"); })
                                           << u"budget"_s << u"0.05 > 0.049"_s << 3 << u"0.04"_s;
        QTest::newRow("just enough") << Change([](UserPolicy& p) { p.budgetPerRun = usd("0.08"); }) << QString()
                                     << QString() << 0 << u"0"_s;
        QTest::newRow("day") << Change([](UserPolicy& p) { p.budgetPerDay = usd("0.03"); }) << u"budget_user_day"_s
                             << u"0.035 > 0.03"_s << 2 << u"0.055"_s;
        QTest::newRow("month") << Change([](UserPolicy& p) { p.budgetPerMonth = usd("0.01"); })
                               << u"budget_user_month"_s << u"0.02 > 0.01"_s << 0 << u"0.07"_s;
        QTest::newRow("rate") << Change([](UserPolicy& p) { p.requestsPerMinute = 0; }) << u"rate_minute"_s
                              << u"0 > 0"_s << 0 << u"0.07"_s;
    }
    void findsWhereARunWouldHaveBeenStopped()
    {
        QFETCH(std::function<void(UserPolicy&)>, change);
        QFETCH(QString, check);
        QFETCH(QString, numbers);
        QFETCH(int, decision);
        QFETCH(QString, saved);
        PolicySimulator simulator(policyWith(change));
        const RunSimulation result = simulator.run(recorded(5));
        QCOMPARE(result.saved.toDecimal(), saved);
        if (check.isEmpty()) {
            QVERIFY(result.findings.isEmpty());
            return;
        }
        QVERIFY(result.stopped());
        const SimulatedFinding& found = result.findings.last();
        QCOMPARE(found.check, check);
        QCOMPARE(QString(found.actual + u" > "_s + found.limit), numbers);
        QCOMPARE(found.decision, decision);
        QCOMPARE(found.phase, decision == 0 ? Phase::Policy : Phase::Execution);
    }

    void findsToolsThatARuleWouldHaveRefused()
    {
        PolicySimulator simulator(policyWith([](UserPolicy& p) {
            p.approvalRules = {u"deny code_executor when $.language = \"bash\""_s, u"ask code_executor"_s};
        }));
        const RunSimulation result = simulator.run(recorded(5));
        QVERIFY(!result.stopped());
        QCOMPARE(result.findings.size(), 4);
        QCOMPARE(result.findings.at(0).effect, SimulatedFinding::Effect::Asked);
        QCOMPARE(result.findings.at(1).effect, SimulatedFinding::Effect::Refused);
        QCOMPARE(result.findings.at(1).rule, u"deny code_executor when $.language = \"bash\""_s);
        QCOMPARE(result.findings.at(1).decision, 2);
        QCOMPARE(result.saved, usd("0.01")); // two fees
        QVERIFY(!PolicySimulator(policyWith([](UserPolicy& p) { p.approvalRules = {u"nonsense"_s}; })).valid());
    }

    void runsAddUpToADayAndAMonth()
    {
        PolicySimulator simulator(policyWith([](UserPolicy& p) { p.budgetPerDay = usd("0.1"); }));
        QVERIFY(!simulator.run(recorded(5, kNoon)).stopped());
        const RunSimulation second = simulator.run(recorded(5, kNoon + 1'000, u"run-2"_s));
        QVERIFY(second.stopped());
        QCOMPARE(second.findings.last().check, u"budget_user_day"_s);
        QVERIFY(!simulator.run(recorded(5, kNoon + 86'400'000, u"run-3"_s)).stopped()); // the next day
    }

    void whatWouldHaveBeenStoppedUsesUpNothing()
    {
        PolicySimulator simulator(policyWith([](UserPolicy& p) { p.requestsPerMinute = 1; }));
        QVERIFY(!simulator.run(recorded(1, kNoon)).stopped());
        QVERIFY(simulator.run(recorded(1, kNoon + 30'000)).stopped());
        QVERIFY(!simulator.run(recorded(1, kNoon + 60'000)).stopped());
        // A run that is only passed takes its place in the window.
        RunSummary passed;
        passed.startedAtMs = kNoon + 130'000;
        simulator.pass(passed);
        QVERIFY(simulator.run(recorded(1, kNoon + 140'000)).stopped());
    }

    void tellsOfRunsThatWouldHaveGoneOn()
    {
        RunRecord stopped = recorded(3);
        stopped.summary.status = RunStatus::PolicyViolation;
        PolicySimulator larger(policyWith([](UserPolicy&) {}));
        QVERIFY(larger.run(stopped).wouldGoOn);
        // A run that never came to the policy is none of its business.
        RunRecord cached = recorded(0);
        cached.phases[2].entered = false;
        PolicySimulator none(policyWith([](UserPolicy& p) { p.requestsPerMinute = 0; }));
        QVERIFY(none.run(cached).findings.isEmpty());
    }

    void countsWhatHasNoPrice()
    {
        RunRecord record = recorded(3);
        record.lines.last().cost.reset();
        PolicySimulator simulator(policyWith([](UserPolicy& p) { p.maxToolCalls = 0; }));
        const RunSimulation result = simulator.run(record);
        QCOMPARE(result.savedUnknownLines, 1);
        QCOMPARE(toJson(result).value("saved"_L1).toString(), result.saved.toDecimal());
        QCOMPARE(toJson(result).value("findings"_L1).toArray().size(), 1);
    }
};

QTEST_APPLESS_MAIN(TestPolicySimulation)
#include "tst_policysimulation.moc"
