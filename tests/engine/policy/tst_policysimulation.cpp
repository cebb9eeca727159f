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

    void holdsSharedBudgetsAgainstTheLedger_data()
    {
        QTest::addColumn<std::function<void(UserPolicy&, TeamPolicy&)>>("limits");
        QTest::addColumn<SpendHistory>("history");
        QTest::addColumn<QString>("check");
        QTest::addColumn<QString>("numbers");
        QTest::addColumn<int>("decision");
        using Limits = std::function<void(UserPolicy&, TeamPolicy&)>;
        const auto teamDay = Limits([](UserPolicy&, TeamPolicy& team) { team.budgetPerDay = usd("1"); });
        const auto teamMonth = Limits([](UserPolicy&, TeamPolicy& team) { team.budgetPerMonth = usd("1"); });
        const auto userDay = Limits([](UserPolicy& user, TeamPolicy&) { user.budgetPerDay = usd("1"); });
        const auto userMonth = Limits([](UserPolicy& user, TeamPolicy&) { user.budgetPerMonth = usd("1"); });
        const auto others = [](qint64 atMs, const char *amount) {
            return SpendHistory{{}, {{atMs, usd(amount), u"theirs"_s}}};
        };
        const auto own = [](qint64 atMs, const char *amount, const QString& run) {
            return SpendHistory{{{atMs, usd(amount), run}}, {}};
        };
        constexpr qint64 kHour = 3'600'000;
        constexpr qint64 kMidnight = kNoon - 12 * kHour;
        constexpr qint64 kMonth = kMidnight - 14 * 24 * kHour;
        // 0.045 are spent before the fourth decision, which reserves 0.02.
        QTest::newRow("others, the same day")
            << teamDay << others(kNoon - kHour, "0.95") << u"budget_team_day"_s << u"1.015 > 1"_s << 4;
        QTest::newRow("others, the first millisecond of the day")
            << teamDay << others(kMidnight, "0.95") << u"budget_team_day"_s << u"1.015 > 1"_s << 4;
        QTest::newRow("others, the day before")
            << teamDay << others(kMidnight - 1, "0.95") << QString() << QString() << 0;
        QTest::newRow("others, later") << teamDay << others(kNoon + kHour, "0.95") << QString() << QString() << 0;
        QTest::newRow("others, the same month")
            << teamMonth << others(kMonth, "0.95") << u"budget_team_month"_s << u"1.015 > 1"_s << 4;
        QTest::newRow("others, the month before")
            << teamMonth << others(kMonth - 1, "0.95") << QString() << QString() << 0;
        QTest::newRow("others do not touch the user's")
            << userDay << others(kNoon, "0.95") << QString() << QString() << 0;
        QTest::newRow("others, all of it")
            << teamDay << others(kNoon - 1, "1") << u"budget_team_day"_s << u"1.02 > 1"_s << 0;
        QTest::newRow("own, another run")
            << userDay << own(kNoon - kHour, "0.95", u"run-0"_s) << u"budget_user_day"_s << u"1.015 > 1"_s << 4;
        QTest::newRow("own counts for the team")
            << teamMonth << own(kNoon - kHour, "0.95", u"run-0"_s) << u"budget_team_month"_s << u"1.015 > 1"_s << 4;
        QTest::newRow("own, this very run")
            << userDay << own(kNoon + 1, "0.95", u"run-1"_s) << QString() << QString() << 0;
        QTest::newRow("own, side by side, later")
            << userDay << own(kNoon + kHour, "0.95", u"run-0"_s) << QString() << QString() << 0;
        QTest::newRow("own, deleted since")
            << userMonth << own(kMidnight, "0.95", QString()) << u"budget_user_month"_s << u"1.015 > 1"_s << 4;
        QTest::newRow("none") << userMonth << SpendHistory() << QString() << QString() << 0;
    }
    void holdsSharedBudgetsAgainstTheLedger()
    {
        using Limits = std::function<void(UserPolicy&, TeamPolicy&)>;
        QFETCH(Limits, limits);
        QFETCH(SpendHistory, history);
        QFETCH(QString, check);
        QFETCH(QString, numbers);
        QFETCH(int, decision);
        UserPolicy policy = policyWith([](UserPolicy& p) { p.team = u"red"_s; });
        TeamPolicy team;
        team.team = u"red"_s;
        limits(policy, team);
        const RunSimulation result = PolicySimulator(policy, team, history).run(recorded(5));
        QCOMPARE(result.stopped(), !check.isEmpty());
        if (result.stopped()) {
            const SimulatedFinding& found = result.findings.last();
            QCOMPARE(found.check, check);
            QCOMPARE(QString(found.actual + u" > "_s + found.limit), numbers);
            QCOMPARE(found.decision, decision);
        }
    }

    void aRunOverMidnightCountsForBothDays()
    {
        constexpr qint64 kMidnight = kNoon + 12 * 3'600'000;
        RunRecord record = recorded(5, kMidnight - 2); // one line before midnight, the rest after
        for (DecisionRecord& decision : record.decisions) {
            decision.startedAtMs = kMidnight - 2 + decision.number - 1;
        }
        UserPolicy policy = policyWith([](UserPolicy& p) { p.budgetPerDay = usd("1"); });
        const SpendHistory today{{{kNoon, usd("0.95"), u"run-0"_s}}, {}};
        QVERIFY(!PolicySimulator(policy, {}, today).run(record).stopped()); // the new day begins with nothing spent
        policy.budgetPerDay = usd("0.96");
        const RunSimulation refused = PolicySimulator(policy, {}, today).run(record);
        QVERIFY(refused.stopped());
        QCOMPARE(refused.findings.last().decision, 0); // still of the old day
        policy.budgetPerDay.reset();
        policy.budgetPerMonth = usd("1");
        QCOMPARE(PolicySimulator(policy, {}, today).run(record).findings.last().decision, 4); // the month goes on
    }

    void whatARunWouldHaveSavedIsThereForTheNext()
    {
        // Each run costs 0.025. The first is refused its tool, so 0.005 more are left to the second.
        UserPolicy policy = policyWith([](UserPolicy& p) {
            p.budgetPerDay = usd("0.05");
            p.approvalRules = {u"deny code_executor"_s};
        });
        SpendHistory history;
        for (const auto& [run, start] : {std::pair(u"run-1"_s, kNoon), std::pair(u"run-2"_s, kNoon + 1'000)}) {
            for (const CostLine& line : recorded(2, start, run).lines) {
                history.own.append({line.lineAtMs, *line.cost, run});
            }
        }
        PolicySimulator simulator(policy, {}, history);
        QVERIFY(!simulator.run(recorded(2, kNoon, u"run-1"_s)).stopped());
        QVERIFY(!simulator.run(recorded(2, kNoon + 1'000, u"run-2"_s)).stopped());
        policy.approvalRules = {};
        PolicySimulator dearer(policy, {}, history);
        QVERIFY(!dearer.run(recorded(2, kNoon, u"run-1"_s)).stopped());
        QVERIFY(dearer.run(recorded(2, kNoon + 1'000, u"run-2"_s)).stopped());
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
