// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/enginefacade.h"
#include "tests/support/await.h"

#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Policy as shells meet it: the whole engine, on a database of its own.
class TestPolicyFacade : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void budgetsOfADayHoldOverRunsAndRestarts();
    void teamsShareTheirBudget();
    void tellsEveryCheckOfARefusedRun();
    void whatIsRefusedTakesNoPlaceInTheWindow();
    void notesWhoChangedWhat();
    void keepsARuleThatCameWithAVerdict();
    void refusesRulesThatContradictTheirVerdict();
    void simulatesAnEditedPolicy();
    void simulatesTheBudgetsOfATeam();
    void tellsWhatIsUsedUp();
    void tellsWhatRunsThatGoOnSpend();
    void showsBeforeItPrunes();

private:
    [[nodiscard]] static AguiRunJob job(const QString& prompt, const QString& user = u"alice"_s)
    {
        AguiRunJob job;
        job.userId = user;
        job.prompt = prompt;
        return job;
    }
    [[nodiscard]] RunEnd runToEnd(const AguiRunJob& job, const RunOptions& options = {});
    [[nodiscard]] QStringList failedChecks(const QString& runId);
    void open();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<EngineFacade> m_facade;
};

void TestPolicyFacade::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    open();
}

void TestPolicyFacade::open()
{
    m_facade.reset();
    EngineSettings settings;
    settings.database = m_folder->filePath(u"lathe.db"_s);
    settings.fullDurability = false;
    m_facade = std::make_unique<EngineFacade>(settings);
    const auto opened = await(m_facade->open());
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
}

void TestPolicyFacade::cleanup()
{
    m_facade.reset();
    m_folder.reset();
}

RunEnd TestPolicyFacade::runToEnd(const AguiRunJob& job, const RunOptions& options)
{
    const auto run = await(m_facade->start(job, options));
    if (!run) {
        return {};
    }
    const auto end = await(m_facade->finished(*run));
    return end.value_or(RunEnd());
}

QStringList TestPolicyFacade::failedChecks(const QString& runId)
{
    const auto record = await(m_facade->record(runId));
    QStringList failed;
    for (const PolicyCheck& check : record->policy.checks) {
        if (check.outcome == CheckOutcome::Failed) {
            failed.append(check.check);
        }
    }
    return failed;
}

void TestPolicyFacade::budgetsOfADayHoldOverRunsAndRestarts()
{
    const RunEnd first = runToEnd(job(u"What is a frame?"_s));
    QCOMPARE(first.status, RunStatus::Complete);
    // Nothing is left of the day.
    const QString spent = first.response->totalCost.toDecimal();
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"budgetPerDay"_s, spent}})));
    for (const bool restarted : {false, true}) {
        if (restarted) {
            open();
        }
        const RunEnd refused = runToEnd(job(u"What is a budget?"_s));
        QCOMPARE(refused.status, RunStatus::PolicyViolation);
        QCOMPARE(refused.response->error->code, u"BUDGET_EXCEEDED"_s);
        QCOMPARE(failedChecks(refused.runId), QStringList{u"budget_user_day"_s});
        QCOMPARE(refused.response->totalCost, Money());
    }
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"budgetPerDay"_s, u"100"_s}})));
    QCOMPARE(runToEnd(job(u"What is a budget?"_s)).status, RunStatus::Complete);
    QCOMPARE(runToEnd(job(u"What is a budget?"_s, u"bob"_s)).status, RunStatus::Complete); // nobody else's business
}

void TestPolicyFacade::teamsShareTheirBudget()
{
    for (const QString& user : {u"alice"_s, u"bob"_s}) {
        QVERIFY(await(m_facade->setPolicy(user, {{u"team"_s, u"red"_s}})));
    }
    const RunEnd first = runToEnd(job(u"What is a frame?"_s));
    QCOMPARE(first.status, RunStatus::Complete);
    QVERIFY(await(
        m_facade->setTeamPolicy(u"red"_s, {{u"budgetPerMonth"_s, first.response->totalCost.toDecimal()}}, u"root"_s)));
    const RunEnd refused = runToEnd(job(u"What is a frame?"_s, u"bob"_s));
    QCOMPARE(refused.response->error->code, u"BUDGET_EXCEEDED"_s);
    QCOMPARE(failedChecks(refused.runId), QStringList{u"budget_team_month"_s});
    QCOMPARE(await(m_facade->teamPolicyChanges(u"red"_s))->first().author, u"root"_s);
    QCOMPARE(runToEnd(job(u"What is a frame?"_s, u"eve"_s)).status, RunStatus::Complete);
}

void TestPolicyFacade::tellsEveryCheckOfARefusedRun()
{
    QVERIFY(await(m_facade->setPolicy(
        u"alice"_s, {{u"contextWindowLimit"_s, 1}, {u"maxRecursionDepth"_s, 0}, {u"budgetPerDay"_s, u"0"_s}})));
    const RunEnd refused = runToEnd(job(u"What is a frame?"_s));
    QCOMPARE(failedChecks(refused.runId), (QStringList{u"depth"_s, u"context"_s, u"budget_user_day"_s}));
    const auto record = await(m_facade->record(refused.runId));
    QHash<QString, PolicyCheck> checks;
    for (const PolicyCheck& check : record->policy.checks) {
        checks.insert(check.check, check);
        QVERIFY2(!check.message.isEmpty() || check.outcome == CheckOutcome::Passed, qPrintable(check.check));
    }
    QCOMPARE(checks.value(u"tool_allowlist"_s).outcome, CheckOutcome::Passed);
    QCOMPARE(checks.value(u"rate_minute"_s).outcome, CheckOutcome::NotReached);
    QCOMPARE(checks.value(u"rate_minute"_s).actual, u"0"_s);
    QCOMPARE(checks.value(u"rate_minute"_s).limit, u"10"_s);
    QVERIFY(checks.value(u"context"_s).message.contains(u"by the better estimate"_s));
}

void TestPolicyFacade::whatIsRefusedTakesNoPlaceInTheWindow()
{
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"requestsPerMinute"_s, 1}, {u"contextWindowLimit"_s, 1}})));
    QCOMPARE(runToEnd(job(u"What is a frame?"_s)).response->error->code, u"CONTEXT_WINDOW_EXCEEDED"_s);
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"contextWindowLimit"_s, 8'000}})));
    QCOMPARE(runToEnd(job(u"What is a frame?"_s)).status, RunStatus::Complete);
    const RunEnd second = runToEnd(job(u"What is a budget?"_s));
    QCOMPARE(second.response->error->code, u"RATE_LIMIT_EXCEEDED"_s);
    QVERIFY(second.response->error->message.contains(u"the next is allowed at"_s));
}

void TestPolicyFacade::notesWhoChangedWhat()
{
    QVERIFY(await(m_facade->setPolicy(u"bob"_s, {{u"maxToolCalls"_s, 7}}, u"carol"_s)));
    QVERIFY(await(m_facade->setPolicy(u"bob"_s, {{u"maxToolCalls"_s, 8}})));
    const auto changes = await(m_facade->policyChanges(u"bob"_s));
    QCOMPARE(changes->size(), 3);
    QVERIFY(!changes->first().author.isEmpty()); // the account at this machine
    QCOMPARE(changes->at(0).before, u"7"_s);
    QCOMPARE(changes->at(1).author, u"carol"_s);
    QCOMPARE(changes->at(1).after, u"7"_s);
}

void TestPolicyFacade::keepsARuleThatCameWithAVerdict()
{
    RunOptions options;
    options.interactive = true;
    options.approval = ApprovalMode::Ask;
    const auto run = await(m_facade->start(job(u"What is a frame?"_s), options));
    QVERIFY(run);
    const auto stands = [&] {
        const auto record = await(m_facade->record(*run));
        return record && record->stop && record->stop->point == StopPoint::BeforeTool;
    };
    QVERIFY(QTest::qWaitFor(stands, 20'000));
    const QString tool = await(m_facade->record(*run))->stop->tool;
    ToolVerdict verdict{Verdict::Approve, VerdictScope::Rule, {}, u"allow "_s + tool};
    QVERIFY(await(m_facade->decideTool(*run, verdict)));
    QCOMPARE(await(m_facade->finished(*run))->status, RunStatus::Complete);
    QCOMPARE(await(m_facade->policy(u"alice"_s))->approvalRules, QJsonArray{verdict.rule});
    const auto change = await(m_facade->policyChanges(u"alice"_s))->first();
    QCOMPARE(change.key, u"approvalRules"_s);
    const auto origins = ruleOrigins({verdict.rule}, {change});
    QCOMPARE(origins.size(), 1);
    QCOMPARE(origins.first().runId, *run);
    QVERIFY(!origins.first().author.isEmpty() && !origins.first().author.contains(u"verdict"_s));
    // The next run is not asked.
    options.useCache = false;
    QCOMPARE(runToEnd(job(u"What is a frame?"_s), options).status, RunStatus::Complete);
}

void TestPolicyFacade::refusesRulesThatContradictTheirVerdict()
{
    RunOptions options;
    options.interactive = true;
    options.approval = ApprovalMode::Ask;
    const auto run = await(m_facade->start(job(u"What is a frame?"_s), options));
    const auto stands = [&] {
        const auto record = await(m_facade->record(*run));
        return record && record->stop && record->stop->point == StopPoint::BeforeTool;
    };
    QVERIFY(QTest::qWaitFor(stands, 20'000));
    const ToolVerdict wrong[] = {{Verdict::Approve, VerdictScope::Rule, {}, u"deny *"_s},
                                 {Verdict::Reject, VerdictScope::Rule, {}, u"allow *"_s},
                                 {Verdict::Approve, VerdictScope::Rule, {}, u"permit *"_s},
                                 {Verdict::Approve, VerdictScope::Rule, {}, {}},
                                 {Verdict::Escalate, VerdictScope::Run, {}, u"allow *"_s}};
    for (const ToolVerdict& verdict : wrong) {
        QVERIFY(!await(m_facade->decideTool(*run, verdict)));
    }
    QVERIFY(await(m_facade->policy(u"alice"_s))->approvalRules.isEmpty());
    QVERIFY(await(m_facade->decideTool(*run, {Verdict::EndRun, VerdictScope::Once, u"enough"_s, {}})));
    const auto end = await(m_facade->finished(*run));
    QCOMPARE(end->status, RunStatus::PolicyViolation);
    QCOMPARE(end->response->error->code, u"APPROVAL_DENIED"_s);
    QVERIFY(!await(m_facade->decideTool(*run, {})));
}

void TestPolicyFacade::simulatesAnEditedPolicy()
{
    QList<RunEnd> ends;
    for (int i = 0; i < 3; ++i) {
        ends.append(runToEnd(job(u"What is a frame? %1"_s.arg(i))));
        QCOMPARE(ends.last().status, RunStatus::Complete);
    }
    const auto same = await(m_facade->simulatePolicy(u"alice"_s, {}, {}));
    QVERIFY(same);
    QCOMPARE(same->runs.size(), 3);
    for (const RunSimulation& run : same->runs) {
        QVERIFY2(run.findings.isEmpty(), qPrintable(run.findings.isEmpty() ? QString() : run.findings.first().check));
    }
    const auto none = await(m_facade->simulatePolicy(u"alice"_s, {{u"maxToolCalls"_s, 0}}, {}));
    const auto two = await(m_facade->simulatePolicy(u"alice"_s, {{u"requestsPerMinute"_s, 2}}, {}));
    QCOMPARE(none->runs.first().run.runId, ends.first().runId); // in the order in which they began
    for (const RunSimulation& run : none->runs) {
        QVERIFY(run.stopped());
        QCOMPARE(run.findings.last().check, u"tool_calls"_s);
        QVERIFY(run.saved > Money() && run.saved < run.run.totalCost);
    }
    QVERIFY(!two->runs.at(1).stopped());
    QVERIFY(two->runs.at(2).stopped());
    QCOMPARE(two->runs.at(2).saved, two->runs.at(2).run.totalCost);
    // One run alone sees what was before it.
    const auto last = await(m_facade->simulatePolicy(u"alice"_s, {{u"requestsPerMinute"_s, 2}}, ends.last().runId));
    QCOMPARE(last->runs.size(), 1);
    QCOMPARE(last->runs.first(), two->runs.at(2));
    QVERIFY(!await(m_facade->simulatePolicy(u"alice"_s, {{u"colour"_s, 1}}, {})));
    QVERIFY(!await(m_facade->simulatePolicy(u"bob"_s, {}, ends.last().runId)));
    const auto progress = std::make_shared<SimulationProgress>();
    QVERIFY(await(m_facade->simulatePolicy(u"alice"_s, {}, {}, progress)));
    QVERIFY(progress->total > 0);
    QCOMPARE(progress->runs, progress->total);
    progress->cancelled = true;
    const auto cancelled = await(m_facade->simulatePolicy(u"alice"_s, {}, {}, progress));
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().code, ErrorCode::Cancelled);
    QCOMPARE(await(m_facade->policy(u"alice"_s))->maxToolCalls, 10); // nothing was changed
}

void TestPolicyFacade::simulatesTheBudgetsOfATeam()
{
    for (const QString& user : {u"alice"_s, u"bob"_s}) {
        QVERIFY(await(m_facade->setPolicy(user, {{u"team"_s, u"red"_s}})));
    }
    const RunEnd theirs = runToEnd(job(u"What is a frame?"_s, u"bob"_s));
    const RunEnd own = runToEnd(job(u"What is a frame?"_s));
    QCOMPARE(own.status, RunStatus::Complete);
    const auto simulate = [this] { return await(m_facade->simulatePolicy(u"alice"_s, {}, {})); };
    QVERIFY(simulate()->runs.first().findings.isEmpty()); // the team has no budget
    for (const QString& period : {u"Day"_s, u"Month"_s}) {
        QVERIFY(await(m_facade->setTeamPolicy(
            u"red"_s, {{u"budgetPerDay"_s, QJsonValue::Null},
                       {u"budgetPerMonth"_s, QJsonValue::Null},
                       {QString(u"budgetPer"_s + period), theirs.response->totalCost.toDecimal()}})));
        const auto refused = simulate();
        QVERIFY(refused->runs.first().stopped());
        QCOMPARE(refused->runs.first().findings.last().check, QString(u"budget_team_"_s + period.toLower()));
        QCOMPARE(refused->runs.first().saved, own.response->totalCost);
    }
    // In no team, nobody else's money counts; in another, that team's.
    QVERIFY(!await(m_facade->simulatePolicy(u"alice"_s, {{u"team"_s, u""_s}}, {}))->runs.first().stopped());
    QVERIFY(!await(m_facade->simulatePolicy(u"alice"_s, {{u"team"_s, u"blue"_s}}, {}))->runs.first().stopped());
    // What was spent stays spent when its run is deleted.
    QVERIFY(await(m_facade->deleteRun(theirs.runId)));
    QVERIFY(simulate()->runs.first().stopped());
}

void TestPolicyFacade::tellsWhatIsUsedUp()
{
    for (const QString& user : {u"alice"_s, u"bob"_s}) {
        QVERIFY(await(m_facade->setPolicy(user, {{u"team"_s, u"red"_s}})));
    }
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"budgetPerDay"_s, u"1"_s}})));
    QVERIFY(await(m_facade->setTeamPolicy(u"red"_s, {{u"budgetPerMonth"_s, u"5"_s}})));
    const RunEnd first = runToEnd(job(u"What is a frame?"_s));
    const RunEnd second = runToEnd(job(u"What is a budget?"_s, u"bob"_s));
    const Money both = *first.response->totalCost.plus(second.response->totalCost);
    const auto usages = await(m_facade->policyUsage({u"alice"_s, u"bob"_s, u"eve"_s}));
    QVERIFY2(usages, usages ? "" : qPrintable(usages.error().message));
    QCOMPARE(usages->size(), 3);
    const PolicyUsage& alice = usages->at(0);
    QCOMPARE(alice.userId, u"alice"_s);
    QCOMPARE(alice.requestsInMinute, 1);
    QCOMPARE(alice.requestsInHour, 1);
    QCOMPARE(alice.team.team, u"red"_s);
    QCOMPARE(alice.shared.size(), 4);
    QCOMPARE(alice.level(BudgetScope::UserDay)->limit, Money::fromDecimal(u"1").value());
    QCOMPARE(alice.level(BudgetScope::UserDay)->spent, first.response->totalCost);
    QCOMPARE(alice.level(BudgetScope::UserMonth)->limit, std::optional<Money>());
    QCOMPARE(alice.level(BudgetScope::TeamMonth)->spent, both);
    QCOMPARE(alice.level(BudgetScope::TeamMonth)->limit, Money::fromDecimal(u"5").value());
    QCOMPARE(usages->at(1).level(BudgetScope::UserDay)->spent, second.response->totalCost);
    // Nobody's team, and nothing used.
    QCOMPARE(usages->at(2).requestsInHour, 0);
    QCOMPARE(usages->at(2).shared.size(), 2);
    QVERIFY(usages->at(2).runs.isEmpty() && usages->at(2).team.team.isEmpty());
    // Asking takes no place in the window.
    QCOMPARE(await(m_facade->policyUsage({u"alice"_s}))->first(), alice);
}

void TestPolicyFacade::tellsWhatRunsThatGoOnSpend()
{
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"budgetPerRun"_s, u"0.5"_s}})));
    RunOptions options;
    options.interactive = true;
    options.startPaused = true;
    const auto run = await(m_facade->start(job(u"What is a frame?"_s), options));
    QVERIFY(run);
    const auto stopped = [&] {
        const auto record = await(m_facade->record(*run));
        return record && record->stop.has_value();
    };
    QTRY_VERIFY(stopped());
    const auto usage = await(m_facade->policyUsage({u"alice"_s}));
    QCOMPARE(usage->first().runs.size(), 1);
    QCOMPARE(usage->first().runs.first().runId, *run);
    const BudgetLevel& level = usage->first().runs.first().level;
    QCOMPARE(level.limit, Money::fromDecimal(u"0.5").value());
    QVERIFY(level.reserved > Money()); // before the decision its worst case is held
    m_facade->command(*run, StepCommand::Stop);
    QVERIFY(await(m_facade->finished(*run)));
    QTRY_VERIFY(await(m_facade->policyUsage({u"alice"_s}))->first().runs.isEmpty());
}

void TestPolicyFacade::showsBeforeItPrunes()
{
    QCOMPARE(runToEnd(job(u"What is a frame?"_s)).status, RunStatus::Complete);
    for (const bool write : {false, true}) {
        const auto report = await(m_facade->prune(write));
        QVERIFY(report);
        QCOMPARE(report->tiers.size(), 3);
        QCOMPARE(report->runs(), 0); // of today
    }
}

QTEST_GUILESS_MAIN(TestPolicyFacade)
#include "tst_policyfacade.moc"
