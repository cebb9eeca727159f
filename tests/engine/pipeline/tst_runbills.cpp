// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/enginefacade.h"
#include "engine/storage/connection.h"
#include "engine/storage/dialect.h"
#include "tests/engine/billing/billingfixtures.h"
#include "tests/support/await.h"

#include <QTemporaryDir>

#include <array>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr int kRuns = 60;

struct Told
{
    QString runId;
    RunStatus status;
    AguiResponse response;
};

Money costColumn(const QByteArray& csv)
{
    const auto rows = parseCsv(csv);
    const qsizetype at = rows.value(0).indexOf(u"cost"_s);
    MoneySum sum;
    for (qsizetype i = 1; i < rows.size(); ++i) {
        const QString cell = rows.at(i).value(at);
        sum.add(cell.isEmpty() ? Money() : Money::fromDecimal(cell).value_or(Money::fromAtto(-1)));
    }
    return sum.total().value_or(Money::fromAtto(-1));
}

} // namespace

/// What must hold for the bill of every run, from its response to the files: random jobs, some of them answered from
/// the cache, some refused by policy. The seed is fixed.
class TestRunBills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        reopen();
        const std::array prompts{u"What is a frame?"_s,      u"What is a run?"_s,           u"What is 12 * 34 + 5?"_s,
                                 u"What is a breakpoint?"_s, u"How does the cache work?"_s, u"Say hello"_s};
        for (int user = 0; user < 3; ++user) { // as often as they like
            QVERIFY(await(m_facade->setPolicy(u"user%1"_s.arg(user), {{u"tier"_s, u"enterprise"_s}})));
        }
        std::mt19937 random(7);
        for (int i = 0; i < kRuns; ++i) {
            AguiRunJob job;
            job.userId = u"user%1"_s.arg(random() % 3);
            job.prompt = prompts.at(random() % prompts.size());
            if (random() % 5 == 0) {
                job.budget = *Money::fromDecimal(u"0.00000001");
            }
            const auto run = await(m_facade->start(job, {}));
            QVERIFY2(run, run ? "" : qPrintable(run.error().message));
            const auto end = await(m_facade->finished(*run));
            QVERIFY(end && end->response);
            m_runs.append({*run, end->status, *end->response});
        }
    }
    void cleanupTestCase() { m_facade.reset(); }

    void costNothingWhereNothingRan()
    {
        std::array<int, 3> kinds{};
        for (const Told& told : std::as_const(m_runs)) {
            const auto record = await(m_facade->record(told.runId));
            QVERIFY(record && record->billing); // a report in any case
            QVERIFY(record->billing->sumsAgree);
            const bool refused = told.status == RunStatus::PolicyViolation;
            if (refused || told.response.fromCache) {
                QCOMPARE(told.response.totalCost, Money());
                QCOMPARE(record->billing->lines, 0);
                // What the cache saved is told apart and in no sum.
                QCOMPARE(record->billing->avoided == Money(), refused);
            } else {
                QCOMPARE(told.status, RunStatus::Complete);
                QVERIFY(told.response.totalCost > Money());
                for (const CostLine& line : record->lines) {
                    QCOMPARE(line.phase, Phase::Execution); // models and tools run nowhere else
                }
            }
            for (const PhaseRecord& phase : record->phases) {
                QVERIFY(phase.phase == Phase::Execution || phase.cost == Money());
            }
            ++kinds.at(refused ? 0 : told.response.fromCache ? 1 : 2);
        }
        QVERIFY(kinds.at(0) > 3 && kinds.at(1) > 3 && kinds.at(2) > 3);
    }

    void agreeWhereverTheyAreRead()
    {
        const auto connection = Connection::open(sqliteDialect(), path(), Connection::Mode::Read, 5000);
        QVERIFY(connection);
        MoneySum sum;
        for (const Told& told : std::as_const(m_runs)) {
            const Money total = told.response.totalCost;
            QCOMPARE(told.response.billing.total, total);
            const auto record = await(m_facade->record(told.runId));
            QCOMPARE(record->summary.totalCost, total);
            QCOMPARE(record->billing->total, total);
            QCOMPARE(costSum(record->lines), total);
            BillQuery query;
            query.runId = told.runId;
            QCOMPARE(await(m_facade->bill(query))->total.cost, total);
            QCOMPARE(costColumn(*await(m_facade->breakdownCsv(query, false))), total);
            QCOMPARE(costColumn(await(m_facade->breakdownCsv(query, true))->mid(3)), total);
            auto rows = (*connection)
                            ->queryText(u"SELECT COALESCE(SUM(cost_micro), 0), COALESCE(SUM(cost_rem), 0) "
                                        "FROM agent_cost_lines WHERE run_id = ?"_s,
                                        {told.runId});
            QVERIFY(rows && rows->next());
            QCOMPARE(Money::fromAtto(Int128{rows->integer(0)} * 1'000'000'000'000 + rows->integer(1)), total);
            sum.add(total);
        }
        QCOMPARE(await(m_facade->bill({}))->total.cost, *sum.total());
        QVERIFY(await(m_facade->doctor(false))->healthy());
    }

    void nothingThatIsDoneLaterChangesThem()
    {
        const auto costs = [this] {
            QList<QByteArray> all;
            for (const Told& told : std::as_const(m_runs)) {
                BillQuery query;
                query.runId = told.runId;
                all.append(*await(m_facade->breakdownCsv(query, false)));
                all.append(await(m_facade->response(told.runId))->totalCost.toDecimal().toLatin1());
            }
            return all;
        };
        const QList<QByteArray> before = costs();
        for (const auto& [name, zone] : {std::pair("de_DE", "America/St_Johns"), std::pair("ar_EG", "Asia/Tokyo")}) {
            QLocale::setDefault(QLocale(QString::fromLatin1(name)));
            qputenv("TZ", zone);
            reopen();
            QCOMPARE(costs(), before);
        }
        qputenv("TZ", "UTC");
        QLocale::setDefault(QLocale::c());
        reopen();
        BillQuery whatIf;
        whatIf.priceBook = u"providers"_s;
        whatIf.asModel = u"openai/gpt-4o"_s;
        QVERIFY(await(m_facade->bill(whatIf)));
        QVERIFY(await(m_facade->usePriceBook(u"providers"_s)));
        QCOMPARE(costs(), before);
        QVERIFY(await(m_facade->usePriceBook(u"flat"_s)));
        QVERIFY(await(m_facade->doctor(true))); // made anew from the journal
        QCOMPARE(costs(), before);
    }

private:
    [[nodiscard]] QString path() const { return m_folder.filePath(u"lathe.db"_s); }
    void reopen()
    {
        m_facade.reset();
        EngineSettings settings;
        settings.database = path();
        m_facade = std::make_unique<EngineFacade>(settings);
        QVERIFY(await(m_facade->open()));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<EngineFacade> m_facade;
    QList<Told> m_runs;
};

QTEST_GUILESS_MAIN(TestRunBills)
#include "tst_runbills.moc"
