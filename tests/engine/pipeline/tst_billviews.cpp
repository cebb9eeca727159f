// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/enginefacade.h"
#include "tests/support/await.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

Money sumOf(const BillResult& bill)
{
    MoneySum sum;
    for (const BillResult::Row& row : bill.rows) {
        sum.add(row.group.cost);
    }
    return sum.total().value_or(Money());
}

} // namespace

/// What the bill view asks of the engine beside the groups themselves.
class TestBillViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        EngineSettings settings;
        settings.database = m_folder.filePath(u"lathe.db"_s);
        m_facade = std::make_unique<EngineFacade>(settings);
        QVERIFY(await(m_facade->open()));
        m_alice = run(u"alice"_s, u"What is a frame?"_s);
        m_bob = run(u"bob"_s, u"What is a run?"_s);
        m_cached = run(u"alice"_s, u"What is a frame?"_s); // answered from the cache
        QVERIFY(m_alice.status == RunStatus::Complete && m_bob.status == RunStatus::Complete);
        QVERIFY(m_cached.response->fromCache);
        AguiRunJob poor;
        poor.userId = u"poor"_s;
        poor.prompt = u"What is a frame?"_s;
        poor.budget = *Money::fromDecimal(u"0.00000001");
        const auto refused = await(m_facade->start(poor, {}));
        QVERIFY(refused && await(m_facade->finished(*refused)));
    }
    void cleanupTestCase() { m_facade.reset(); }

    void everyGroupOpensIntoItsParts_data()
    {
        QTest::addColumn<BillGroup>("group");
        for (const auto& [group, name] : EnumNames<BillGroup>::table) {
            QTest::newRow(name.data()) << group;
        }
    }
    void everyGroupOpensIntoItsParts()
    {
        QFETCH(BillGroup, group);
        BillQuery query;
        query.groupBy = {group};
        const auto all = await(m_facade->bill(query));
        QVERIFY(all && !all->rows.isEmpty() && all->onlyRun.isEmpty());
        Money parts;
        for (const BillResult::Row& row : all->rows) {
            BillQuery inside;
            inside.only = {{group, row.keys.first()}};
            inside.groupBy = {BillGroup::Decision, BillGroup::Tool};
            const auto part = await(m_facade->bill(inside));
            QVERIFY(part);
            CostGroup whole = part->total;
            whole.key = row.group.key;
            QCOMPARE(whole, row.group);
            QCOMPARE(part->totalCounts, row.counts);
            QCOMPARE(sumOf(*part), row.group.cost);
            QVERIFY(part->sumsAgree);
            parts = *parts.plus(part->total.cost);
        }
        QCOMPARE(parts, all->total.cost);
    }

    void filtersByTheStatusOfTheRun()
    {
        BillQuery query;
        query.status = RunStatus::Complete;
        const auto complete = await(m_facade->bill(query));
        QCOMPARE(complete->total.cost, *m_alice.response->totalCost.plus(m_bob.response->totalCost));
        query.status = RunStatus::PolicyViolation;
        QCOMPARE(await(m_facade->bill(query))->total.lines, 0);
    }

    void countsMetersAndNamesTheOnlyRun()
    {
        BillQuery query;
        query.userId = u"bob"_s;
        query.groupBy = {BillGroup::Decision};
        const auto bill = await(m_facade->bill(query));
        QCOMPARE(bill->onlyRun, m_bob.runId);
        QCOMPARE(bill->totalCounts.input() + bill->totalCounts.output() + bill->totalCounts.of(Meter::AnyToken),
                 bill->total.tokens);
        QVERIFY(bill->totalCounts.of(Meter::ToolCall) > 0);
        QCOMPARE(bill->totalCounts.retries, 0);
    }

    void tellsWhatWasAvoided()
    {
        BillQuery query;
        const Money expected = m_alice.response->totalCost;
        QVERIFY(!expected.isZero());
        QCOMPARE(*await(m_facade->avoided(query)), expected);
        query.userId = u"bob"_s;
        QCOMPARE(*await(m_facade->avoided(query)), Money());
        query.userId = u"alice"_s;
        QCOMPARE(*await(m_facade->avoided(query)), expected);
        query.runId = m_cached.runId;
        QCOMPARE(*await(m_facade->avoided(query)), expected);
        query.runId = m_alice.runId;
        QCOMPARE(*await(m_facade->avoided(query)), Money());
    }

    void whatWasAvoidedKeepsTheFiltersOfTheBill()
    {
        BillQuery own;
        own.runId = m_alice.runId;
        for (const BillGroup group : {BillGroup::Phase, BillGroup::Model, BillGroup::Tool, BillGroup::Provider,
                                      BillGroup::User, BillGroup::Tier}) {
            own.groupBy = {group};
            const auto charged = await(m_facade->bill(own));
            QVERIFY(charged && !charged->rows.isEmpty());
            for (const BillResult::Row& row : charged->rows) {
                BillQuery query;
                query.only = {{group, row.keys.first()}};
                QCOMPARE(*await(m_facade->avoided(query)), row.group.cost);
                query.runId = m_cached.runId;
                QCOMPARE(*await(m_facade->avoided(query)), row.group.cost);
            }
        }
        BillQuery nothing;
        nothing.only = {{BillGroup::Model, u"no such model"_s}};
        QCOMPARE(*await(m_facade->avoided(nothing)), Money());
        // It was avoided when the cache answered, and by that run.
        BillQuery decision;
        decision.only = {{BillGroup::Decision, m_cached.runId + u"#1"_s}};
        QVERIFY(!await(m_facade->avoided(decision))->isZero());
        decision.only = {{BillGroup::Decision, m_alice.runId + u"#1"_s}};
        QCOMPARE(*await(m_facade->avoided(decision)), Money());
    }

    void givesTheFirstLines()
    {
        const auto all = await(m_facade->billLines({}, 1000));
        QVERIFY(all && all->left == 0 && all->lines.size() > 3);
        MoneySum sum;
        for (const BillLines::Line& line : all->lines) {
            sum.add(line.line.cost.value_or(Money()));
        }
        QCOMPARE(*sum.total(), await(m_facade->bill({}))->total.cost);
        const auto two = await(m_facade->billLines({}, 2));
        QCOMPARE(two->lines.size(), 2);
        QCOMPARE(two->left, all->lines.size() - 2);
        QCOMPARE(two->lines.first().line, all->lines.first().line);
    }

    void forecastsFromTheLedger()
    {
        const auto all = await(m_facade->forecast({}));
        QVERIFY(all && !all->expected); // everything was charged today
        QCOMPARE(all->spent, await(m_facade->bill({}))->total.cost);
        QCOMPARE(await(m_facade->forecast(u"bob"_s))->spent, m_bob.response->totalCost);
    }

    void aColdCacheIsNeverCheaperThanFreeReads()
    {
        BillQuery query;
        query.priceBook = u"flat"_s;
        const auto warm = await(m_facade->bill(query));
        query.coldCache = true;
        const auto cold = await(m_facade->bill(query));
        QVERIFY(warm && cold);
        QCOMPARE(cold->total.tokens, warm->total.tokens);
        QCOMPARE(cold->total.cost, warm->total.cost); // one price for every class of token
        QCOMPARE(cold->totalCounts.cached(), 0);
    }

    void reconcilesByProvider()
    {
        QVERIFY(!await(m_facade->reconcile("nonsense")));
        const QByteArray day = QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate).toUtf8();
        const auto found = await(m_facade->reconcile("date,usage,model\n" + day + ",0.5,openai/gpt-4.1\n"));
        QVERIFY2(found, found ? "" : qPrintable(found.error().message));
        QCOMPARE(found->rows.size(), 1);
        QCOMPARE(found->rows.first().reason, ReconcileReason::MissingHere);
    }

    void writesJsonWithASummary()
    {
        BillQuery query;
        query.groupBy = {BillGroup::User, BillGroup::Tool};
        BillFile file;
        file.format = BillFile::Format::Json;
        file.path = m_folder.filePath(u"bill.json"_s);
        const auto summary = await(m_facade->exportBill(query, file));
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
        QFile written(file.path);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QJsonObject json = QJsonDocument::fromJson(written.readAll()).object();
        const auto bill = await(m_facade->bill(query));
        QCOMPARE(json.value("total"_L1).toObject().value("cost"_L1).toString(), bill->total.cost.toDecimal());
        QCOMPARE(json.value("rows"_L1).toArray().size(), bill->rows.size());
        QVERIFY(json.value("rows"_L1).toArray().first().toObject().contains("user"_L1));
        QCOMPARE(summary->value("total"_L1).toString(), bill->total.cost.toDecimal());
        QVERIFY(QFile::exists(m_folder.filePath(u"bill.summary.json"_s)));
        file.path = m_folder.filePath(u"no/folder/bill.json"_s);
        QCOMPARE(await(m_facade->exportBill(query, file)).error().code, ErrorCode::File);
    }

    void aCancelledExportLeavesNothing_data()
    {
        QTest::addColumn<BillFile::Format>("format");
        QTest::newRow("lines") << BillFile::Format::Breakdown;
        QTest::newRow("whole") << BillFile::Format::Json;
    }
    void aCancelledExportLeavesNothing()
    {
        QFETCH(BillFile::Format, format);
        BillFile file;
        file.format = format;
        file.path = m_folder.filePath(u"cancelled.csv"_s);
        file.progress = std::make_shared<BillProgress>();
        file.progress->cancelled = true;
        QCOMPARE(await(m_facade->exportBill({}, file)).error().code, ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(file.path));
        file.progress->cancelled = false;
        QVERIFY(await(m_facade->exportBill({}, file)));
        QVERIFY(QFile::exists(file.path));
        QVERIFY(QFile::remove(file.path));
        if (format == BillFile::Format::Breakdown) {
            QCOMPARE(file.progress->lines.load(), await(m_facade->bill({}))->total.lines);
        }
    }

private:
    [[nodiscard]] RunEnd run(const QString& user, const QString& prompt)
    {
        AguiRunJob job;
        job.userId = user;
        job.prompt = prompt;
        const auto started = await(m_facade->start(job, {}));
        return started ? await(m_facade->finished(*started)).value_or(RunEnd()) : RunEnd();
    }

    QTemporaryDir m_folder;
    std::unique_ptr<EngineFacade> m_facade;
    RunEnd m_alice;
    RunEnd m_bob;
    RunEnd m_cached;
};

QTEST_GUILESS_MAIN(TestBillViews)
#include "tst_billviews.moc"
