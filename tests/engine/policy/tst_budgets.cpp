// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/runbudget.h"
#include "engine/storage/dialect.h"
#include "tests/engine/storage/storagesupport.h"
#include "tests/support/await.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kHour = 3'600'000;
constexpr qint64 kDay = 24 * kHour;
// Monday, 15 June 2026, noon.
constexpr qint64 kNoon = 1'781'524'800'000;

Money usd(const char *text)
{
    return need(Money::fromDecimal(QString::fromLatin1(text)));
}

BudgetLimits perDay(const char *limit)
{
    BudgetLimits limits;
    limits.userDay = usd(limit);
    return limits;
}

/// A run that keeps budgets on a database, and writes what it spends into the journal as a real one does.
class Spender
{
public:
    Spender(Database& database, FakeClock& clock, const QString& runId, const QString& user, const QString& team = {})
        : m_database(database), m_clock(clock), m_shared(database.policyStore(), clock), m_events(runId, clock.nowMs())
    {
        budget.share(m_shared, {runId, user, team});
        need(m_database.append({m_events.created(user)}, Durability::Normal));
        if (!team.isEmpty()) {
            need(m_database.policyStore().noteTeamRun(team, runId));
        }
    }
    BudgetGuard::Reservation reserve(const char *worst) { return await(budget.reserve(usd(worst))); }
    /// 0.000001 USD a token, so that 1,000,000 tokens are a dollar.
    void settle(const BudgetGuard::Reservation& reservation, qint64 tokens)
    {
        const CostLine line = tokenLine(1, Meter::Input, tokens, u"1"_s, m_clock.nowMs());
        need(m_database.append({now(m_events.costLine(line))}, Durability::Normal));
        need(budget.settle(reservation.id, *line.cost));
    }
    bool spend(const char *worst, qint64 tokens)
    {
        const BudgetGuard::Reservation reservation = reserve(worst);
        if (reservation.id != 0) {
            settle(reservation, tokens);
        }
        return reservation.id != 0;
    }
    void finish()
    {
        need(m_database.append({now(m_events.finished())}, Durability::Normal));
        budget.close();
    }
    SharedBudgets& shared() { return m_shared; }

    RunBudget budget;

private:
    RunEvent now(RunEvent event) const
    {
        event.timeMs = m_clock.nowMs();
        return event;
    }
    Database& m_database;
    FakeClock& m_clock;
    SharedBudgets m_shared;
    EventMaker m_events;
};

} // namespace

/// Budgets that runs, processes and days share. The tests that begin with a name of a fault are about what budgets
/// elsewhere are known to get wrong.
class TestBudgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_clock = std::make_unique<FakeClock>(kNoon);
        m_database = open();
    }
    void cleanup() { m_database.reset(); }

    void bypass_parallelRunsNeverReserveMoreThanThereIs();
    void bypass_deletingARunGivesNothingBack();
    void bypass_aLimitSetLaterCountsWhatWasSpentBefore();
    void endpointNotCounted_everythingInTheLedgerCounts();
    void phantomTotal_releasedAndRefusedReservationsLeaveNothing();
    void phantomTotal_aCrashLeavesNothingBeyondItsLease();
    void phantomTotal_anInterruptedCallIsHeldForAWhile();
    void secondCounter_totalsAreTheLedgersOwn();
    void refusalWithoutABudget_noLimitIsNoLimit();
    void refusalWithoutABudget_whatCostsNothingIsNeverRefused();
    void unitTypo_budgetsAreDollarsAndNothingElse_data();
    void unitTypo_budgetsAreDollarsAndNothingElse();

    void daysAndMonthsBeginAtMidnightOfUtcInEveryZone_data();
    void daysAndMonthsBeginAtMidnightOfUtcInEveryZone();
    void daysAndMonthsAreThoseOfUtc();
    void teamsAddUpTheirMembers();
    void keepsClaimsAliveWhileTheProcessLives();
    void warnsOnceAtEightyPercent();
    void countsWhatWasRecordedButNeverRefusesIt();
    void refusesWhenTheBudgetsCannotBeRead();

private:
    std::unique_ptr<Database> open() { return openDatabase(m_folder->filePath(u"lathe.db"_s), *m_clock); }
    QList<BudgetLevel> levels(const QString& user, const QString& team = {})
    {
        return need(m_database->policyStore().budgetLevels(user, team, {}, m_clock->nowMs()));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FakeClock> m_clock;
    std::unique_ptr<Database> m_database;
};

void TestBudgets::bypass_parallelRunsNeverReserveMoreThanThereIs()
{
    // Two processes on one file, several runs each, all of one user, all at once.
    const auto other = open();
    std::vector<std::unique_ptr<Spender>> runs;
    for (int i = 0; i < 6; ++i) {
        runs.push_back(
            std::make_unique<Spender>(i % 2 == 0 ? *m_database : *other, *m_clock, runName(i + 1), u"ada"_s));
        runs.back()->budget.setLimits(std::nullopt, perDay("1"));
    }
    std::vector<QCoro::Task<BudgetGuard::Reservation>> asked;
    for (int round = 0; round < 4; ++round) {
        for (const auto& run : runs) {
            asked.push_back(run->budget.reserve(usd("0.1")));
        }
    }
    int granted = 0;
    for (auto& task : asked) {
        granted += await(std::move(task)).id != 0 ? 1 : 0;
    }
    QCOMPARE(granted, 10);
    QCOMPARE(levels(u"ada"_s).first().reserved, usd("1"));
}

void TestBudgets::bypass_deletingARunGivesNothingBack()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s, u"red"_s);
    run.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(run.spend("0.9", 900'000));
    run.finish();
    need(m_database->deleteRun(runName(1)));
    Spender next(*m_database, *m_clock, runName(2), u"ada"_s);
    next.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(!next.spend("0.2", 200'000));
    QVERIFY(next.spend("0.1", 100'000));
    QCOMPARE(levels(u"ada"_s, u"red"_s).last().spent, usd("0.9")); // the team's month
}

void TestBudgets::bypass_aLimitSetLaterCountsWhatWasSpentBefore()
{
    Spender before(*m_database, *m_clock, runName(1), u"ada"_s);
    QVERIFY(before.spend("5", 700'000)); // no limit, no claim
    Spender after(*m_database, *m_clock, runName(2), u"ada"_s);
    after.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(!after.spend("0.4", 400'000)); // though the first one still goes on
    QVERIFY(after.spend("0.3", 300'000));
}

void TestBudgets::endpointNotCounted_everythingInTheLedgerCounts()
{
    // Lines of any kind (model, tool, a failed attempt), whatever way they came into the ledger.
    EventMaker events(runName(1), kNoon);
    CostLine tool = tokenLine(1, Meter::Input, 300'000, u"1"_s, kNoon);
    tool.meter = Meter::ToolCall;
    tool.tool = u"google_search"_s;
    CostLine failed = tokenLine(1, Meter::Output, 200'000, u"1"_s, kNoon);
    failed.status = u"error"_s;
    need(m_database->append({events.created(u"ada"_s), events.costLine(tool), events.costLine(failed)},
                            Durability::Normal));
    Spender run(*m_database, *m_clock, runName(2), u"ada"_s);
    run.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(!run.reserve("0.6").id);
    QVERIFY(run.reserve("0.5").id);
}

void TestBudgets::phantomTotal_releasedAndRefusedReservationsLeaveNothing()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(std::nullopt, perDay("1"));
    for (int i = 0; i < 50; ++i) {
        const auto held = run.reserve("0.9");
        QVERIFY(held.id);
        QVERIFY(!run.reserve("0.2").id);
        run.budget.release(held.id);
    }
    QCOMPARE(levels(u"ada"_s).first().reserved, Money());
    QCOMPARE(levels(u"ada"_s).first().spent, Money());
    // What was settled for less than it was reserved for gives the rest back at once.
    QVERIFY(run.spend("0.9", 1'000));
    QCOMPARE(levels(u"ada"_s).first().reserved, Money());
    QCOMPARE(levels(u"ada"_s).first().spent, usd("0.001"));
    run.finish();
    QCOMPARE(levels(u"ada"_s).first().spent, usd("0.001"));
}

void TestBudgets::phantomTotal_aCrashLeavesNothingBeyondItsLease()
{
    {
        auto crashing = open();
        Spender run(*crashing, *m_clock, runName(1), u"ada"_s);
        run.budget.setLimits(std::nullopt, perDay("1"));
        QVERIFY(run.spend("0.3", 300'000));
        QVERIFY(run.reserve("0.6").id); // in flight when the process dies
    }
    Spender next(*m_database, *m_clock, runName(2), u"ada"_s);
    next.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(!next.reserve("0.2").id);
    m_clock->advance(std::chrono::milliseconds(SharedBudgets::kLeaseMs - 1));
    QVERIFY(!next.reserve("0.2").id);
    m_clock->advance(std::chrono::milliseconds(1));
    QVERIFY(!next.reserve("0.8").id); // what it spent is in the ledger and stays
    QVERIFY(next.reserve("0.7").id);
}

void TestBudgets::phantomTotal_anInterruptedCallIsHeldForAWhile()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(std::nullopt, perDay("1"));
    const auto cutOff = run.reserve("0.6");
    run.budget.hold(cutOff);
    QVERIFY(run.reserve("0.1").id); // another one, which nobody settled before the run ended
    run.finish();
    QCOMPARE(levels(u"ada"_s).first().reserved, usd("0.6"));
    m_clock->advance(std::chrono::milliseconds(SharedBudgets::kHeldLeaseMs));
    QCOMPARE(levels(u"ada"_s).first().reserved, Money());
}

void TestBudgets::secondCounter_totalsAreTheLedgersOwn()
{
    // Whatever runs do, in whatever order, what the budgets say is what the ledger sums up to.
    QRandomGenerator random(7);
    std::vector<std::unique_ptr<Spender>> runs;
    for (int i = 0; i < 8; ++i) {
        runs.push_back(std::make_unique<Spender>(*m_database, *m_clock, runName(i + 1), u"ada"_s));
        runs.back()->budget.setLimits(std::nullopt, perDay("100"));
    }
    for (int step = 0; step < 120; ++step) {
        Spender& run = *runs[random.bounded(8)];
        const auto reservation = run.reserve("0.01");
        QVERIFY(reservation.id);
        if (random.bounded(3) == 0) {
            run.budget.release(reservation.id);
        } else {
            run.settle(reservation, random.bounded(20'000)); // now and then more than was reserved
        }
    }
    for (int i = 0; i < 4; ++i) {
        runs[static_cast<size_t>(i)]->finish();
    }
    Money ledger;
    for (const BillRow& row : need(m_database->ledger({}))) {
        ledger = need(ledger.plus(*row.line.cost));
    }
    QCOMPARE(levels(u"ada"_s).first().spent, ledger);
    QCOMPARE(levels(u"ada"_s).at(1).spent, ledger);
    QCOMPARE(levels(u"ada"_s).first().reserved, Money());
    need(m_database->rebuild(true));
    QCOMPARE(levels(u"ada"_s).first().spent, ledger);
}

void TestBudgets::refusalWithoutABudget_noLimitIsNoLimit()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    QVERIFY(run.spend("1000000000", 5'000'000'000));
    QVERIFY(run.reserve("1000000000").id);
    QVERIFY(run.reserve("1").shared.isEmpty());
    QVERIFY(!run.budget.hasLimit());
    // A limit on the month says nothing of the day.
    BudgetLimits limits;
    limits.userMonth = usd("9999999999");
    run.budget.setLimits(std::nullopt, limits);
    const auto granted = run.reserve("1");
    QVERIFY(granted.id);
    QCOMPARE(granted.shared.size(), 1);
    QCOMPARE(granted.shared.first().check, u"budget_user_month"_s);
    // Nor does the limit of a team that the user is not in.
    BudgetLimits team;
    team.teamDay = Money();
    run.budget.setLimits(std::nullopt, team);
    QVERIFY(run.reserve("1").id);
}

void TestBudgets::refusalWithoutABudget_whatCostsNothingIsNeverRefused()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(usd("1"), perDay("1"));
    QVERIFY(run.spend("1", 1'500'000)); // the provider overran
    QVERIFY(!run.reserve("0.000000000000000001").id);
    const auto free = run.reserve("0");
    QVERIFY(free.id);
    QCOMPARE(free.failure(), nullptr);
}

void TestBudgets::unitTypo_budgetsAreDollarsAndNothingElse_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<bool>("taken");
    QTest::newRow("decimal text") << QJsonValue(u"5"_s) << true;
    QTest::newRow("to the last digit") << QJsonValue(u"0.000000000000000001"_s) << true;
    QTest::newRow("zero") << QJsonValue(u"0"_s) << true;
    for (const char *wrong : {"5 USD", "$5", "5,00", "5k", "5e3", "1d", "1mo", "-1", "", "five", "0x5", "5.", "+5"}) {
        QTest::newRow(wrong) << QJsonValue(QString::fromLatin1(wrong)) << false;
    }
    QTest::newRow("number") << QJsonValue(5) << false;
    QTest::newRow("list") << QJsonValue(QJsonArray{u"5"_s}) << false;
}

void TestBudgets::unitTypo_budgetsAreDollarsAndNothingElse()
{
    QFETCH(QJsonValue, value);
    QFETCH(bool, taken);
    for (const char *key : {"budgetPerRun", "budgetPerDay", "budgetPerMonth"}) {
        PolicyEdit edit;
        edit.subject = u"ada"_s;
        edit.changes.insert(QString::fromLatin1(key), value);
        QCOMPARE(settled(m_database->policyStore().changeUserPolicy(edit)).has_value(), taken);
    }
    PolicyEdit edit;
    edit.subject = u"ada"_s;
    edit.changes.insert(u"budgetPerDays"_s, u"5"_s); // a slip in the key is no budget that nobody keeps
    QVERIFY(!settled(m_database->policyStore().changeUserPolicy(edit)));
}

void TestBudgets::daysAndMonthsBeginAtMidnightOfUtcInEveryZone_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::addColumn<QString>("at");
    QTest::addColumn<QString>("day");
    QTest::addColumn<QString>("month");
    const auto row = [](const char *name, const char *zone, const char *at, const char *day, const char *month) {
        QTest::newRow(name) << QByteArray(zone) << QString::fromLatin1(at) << QString::fromLatin1(day)
                            << QString::fromLatin1(month);
    };
    row("summer time begins", "Europe/Berlin", "2026-03-29T00:59:59.999Z", "2026-03-29", "2026-03-01");
    row("in the hour that is missing", "Europe/Berlin", "2026-03-29T01:30:00.000Z", "2026-03-29", "2026-03-01");
    row("in the hour that comes twice", "Europe/Berlin", "2026-10-25T00:30:00.000Z", "2026-10-25", "2026-10-01");
    row("there it is the next day", "Europe/Berlin", "2026-10-24T22:30:00.000Z", "2026-10-24", "2026-10-01");
    row("there it is the next month", "Asia/Tokyo", "2026-01-31T15:00:00.000Z", "2026-01-31", "2026-01-01");
    row("there it is the month before", "America/New_York", "2026-11-01T03:59:59.999Z", "2026-11-01", "2026-11-01");
    row("a day of 23 hours", "America/New_York", "2026-03-08T12:00:00.000Z", "2026-03-08", "2026-03-01");
    row("a leap day", "Pacific/Apia", "2028-02-29T23:59:59.999Z", "2028-02-29", "2028-02-01");
    row("the last millisecond of a year", "Pacific/Kiritimati", "2026-12-31T23:59:59.999Z", "2026-12-31", "2026-12-01");
    row("the first of a year", "Pacific/Pago_Pago", "2027-01-01T00:00:00.000Z", "2027-01-01", "2027-01-01");
}
void TestBudgets::daysAndMonthsBeginAtMidnightOfUtcInEveryZone()
{
    QFETCH(QByteArray, zone);
    QFETCH(QString, at);
    QFETCH(QString, day);
    QFETCH(QString, month);
    const QByteArray before = qgetenv("TZ");
    qputenv("TZ", zone);
    tzset();
    const auto midnight = [](const QString& date) {
        return QDateTime(QDate::fromString(date, Qt::ISODate), QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    };
    const qint64 ms = QDateTime::fromString(at, Qt::ISODateWithMs).toMSecsSinceEpoch();
    QCOMPARE(startOfUtcDayMs(ms), midnight(day));
    QCOMPARE(startOfUtcMonthMs(ms), midnight(month));
    QCOMPARE(utcDay(ms) * kDay, midnight(day));
    qputenv("TZ", before);
    tzset();
}

void TestBudgets::daysAndMonthsAreThoseOfUtc()
{
    QCOMPARE(startOfUtcDayMs(kNoon), kNoon - 12 * kHour);
    QCOMPARE(startOfUtcMonthMs(kNoon), kNoon - 12 * kHour - 14 * kDay);
    QCOMPARE(startOfUtcDayMs(-1), -kDay);
    QCOMPARE(utcDay(kDay - 1), 0);

    BudgetLimits limits = perDay("1");
    limits.userMonth = usd("2.5");
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(std::nullopt, limits);
    QVERIFY(run.spend("0.9", 900'000));
    QVERIFY(!run.spend("0.2", 200'000));
    m_clock->advance(std::chrono::milliseconds(12 * kHour - 1));
    QVERIFY(!run.spend("0.2", 200'000));
    m_clock->advance(std::chrono::milliseconds(1)); // a new day, the same run
    QVERIFY(run.spend("0.2", 200'000));
    QCOMPARE(levels(u"ada"_s).first().spent, usd("0.2"));
    QCOMPARE(levels(u"ada"_s).at(1).spent, usd("1.1"));
    run.finish(); // now the ledger says the same
    QCOMPARE(levels(u"ada"_s).first().spent, usd("0.2"));
    QCOMPARE(levels(u"ada"_s).at(1).spent, usd("1.1"));
    m_clock->advance(std::chrono::milliseconds(kDay));
    Spender next(*m_database, *m_clock, runName(2), u"ada"_s);
    next.budget.setLimits(std::nullopt, limits);
    QVERIFY(next.spend("1", 1'000'000));
    m_clock->advance(std::chrono::milliseconds(kDay));
    QVERIFY(!next.spend("0.5", 500'000)); // of the month
    m_clock->advance(std::chrono::milliseconds(15 * kDay));
    QVERIFY(next.spend("1", 1'000'000)); // July
    QCOMPARE(levels(u"ada"_s).at(1).spent, usd("1"));
}

void TestBudgets::teamsAddUpTheirMembers()
{
    BudgetLimits limits;
    limits.teamDay = usd("1");
    Spender ada(*m_database, *m_clock, runName(1), u"ada"_s, u"red"_s);
    Spender bob(*m_database, *m_clock, runName(2), u"bob"_s, u"red"_s);
    Spender eve(*m_database, *m_clock, runName(3), u"eve"_s, u"blue"_s);
    for (Spender *run : {&ada, &bob, &eve}) {
        run->budget.setLimits(std::nullopt, limits);
    }
    QVERIFY(ada.spend("0.6", 600'000));
    QVERIFY(eve.spend("1", 1'000'000));
    const auto refused = bob.reserve("0.5");
    QVERIFY(!refused.id);
    QCOMPARE(refused.failure()->check, u"budget_team_day"_s);
    QCOMPARE(refused.failure()->violation, ViolationCode::BudgetExceeded);
    QCOMPARE(refused.failure()->actual, u"1.1"_s);
    QCOMPARE(refused.failure()->limit, u"1"_s);
    ada.finish();
    QVERIFY(!bob.reserve("0.5").id);
    QVERIFY(bob.reserve("0.4").id);
}

void TestBudgets::keepsClaimsAliveWhileTheProcessLives()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(run.reserve("0.9").id);
    std::stop_source stop;
    auto keeper = run.shared().keepAlive(stop.get_token());
    for (size_t i = 1; i <= 20; ++i) {
        QTRY_COMPARE(m_clock->sleeps().size(), i);
        m_clock->advance(std::chrono::milliseconds(SharedBudgets::kLeaseMs / 4));
    }
    QTRY_COMPARE(m_clock->sleeps().size(), size_t{21});
    const Money held = levels(u"ada"_s).first().reserved; // long after the first lease
    stop.request_stop();
    await(std::move(keeper));
    QCOMPARE(held, usd("0.9"));
}

void TestBudgets::warnsOnceAtEightyPercent()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(usd("2"), perDay("1"));
    QVERIFY(run.spend("0.7", 799'999));
    QVERIFY(run.reserve("0.1").id);
    QVERIFY(!run.budget.newWarning());
    Spender other(*m_database, *m_clock, runName(2), u"ada"_s);
    other.budget.setLimits(std::nullopt, perDay("1"));
    QVERIFY(other.spend("0.1", 1));
    QVERIFY(run.reserve("0.01").id); // sees what the other one spent
    const auto warning = run.budget.newWarning();
    QVERIFY(warning);
    QCOMPARE(warning->scope, BudgetScope::UserDay);
    QCOMPARE(warning->spent, usd("0.8"));
    QVERIFY(!run.budget.newWarning());
    RunBudget alone(BudgetGuard(usd("1")));
    need(alone.addSpent(usd("0.8"), kNoon));
    QCOMPARE(alone.newWarning()->scope, BudgetScope::Run);
    RunBudget none;
    need(none.addSpent(usd("1000"), kNoon));
    QVERIFY(!none.newWarning());
}

void TestBudgets::countsWhatWasRecordedButNeverRefusesIt()
{
    Spender run(*m_database, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(usd("0.5"), perDay("0.5"));
    need(run.budget.addSpent(usd("0.5"), kNoon));
    const auto recorded = await(run.budget.reserve(usd("0.3"), true));
    QVERIFY(recorded.id);
    QCOMPARE(run.budget.reserved(), usd("0.3"));
    need(run.budget.settle(recorded.id, Money())); // it was in the ledger
    QVERIFY(!run.reserve("0.1").id);
    QCOMPARE(run.budget.spent(), usd("0.5"));
}

void TestBudgets::refusesWhenTheBudgetsCannotBeRead()
{
    auto gone = open();
    Spender run(*gone, *m_clock, runName(1), u"ada"_s);
    run.budget.setLimits(std::nullopt, perDay("1"));
    {
        const auto breaker =
            need(Connection::open(sqliteDialect(), m_folder->filePath(u"lathe.db"_s), Connection::Mode::Write, 5'000));
        need(breaker->executeText(u"DROP TABLE agent_budget_claims"_s));
    }
    const auto refused = run.reserve("0.1");
    QVERIFY(!refused.id);
    QCOMPARE(refused.failure()->violation, ViolationCode::PolicyUnavailable);
    QCOMPARE(run.budget.reserved(), Money());
}

QTEST_GUILESS_MAIN(TestBudgets)
#include "tst_budgets.moc"
