// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billgrouper.h"
#include "engine/billing/billingreportbuilder.h"
#include "tests/engine/billing/billingfixtures.h"

#include <QSet>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

Money sumGroups(const QList<CostGroup>& groups)
{
    QList<Money> costs;
    for (const CostGroup& group : groups) {
        costs.append(group.cost);
    }
    return *Money::sum(costs);
}

qint64 sumUnknown(const QList<CostGroup>& groups)
{
    qint64 sum = 0;
    for (const CostGroup& group : groups) {
        sum += group.unknownLines;
    }
    return sum;
}

CostLine modelLine(int decision, int attempt, qint64 tokens, Meter meter = Meter::Input)
{
    Usage usage;
    (meter == Meter::Input ? usage.input : usage.output) = tokens;
    usage.source = UsageSource::Reported;
    CostLine line;
    line.runId = u"r"_s;
    line.decision = decision;
    line.attempt = attempt;
    line.modelRequested = u"m"_s;
    return linesForUsage(PriceBook::flat().model({}, {}), usage, line)->constFirst();
}

CostLine toolLine(int decision, const QString& tool)
{
    CostLine line;
    line.runId = u"r"_s;
    line.decision = decision;
    line.tool = tool;
    return *lineForToolCall(PriceBook::flat(), line);
}

CostLine unknownLine(int decision)
{
    CostLine line;
    line.runId = u"r"_s;
    line.decision = decision;
    line.attempt = 1;
    return linesForUsage(PriceBook::flat().model({}, {}), Usage(), line)->constFirst();
}

QList<BillRow> rowsOf(const QList<CostLine>& lines)
{
    QList<BillRow> rows;
    for (const CostLine& line : lines) {
        BillRow row;
        row.line = line;
        row.userId = line.runId == "r1"_L1 ? u"ann"_s : u"bob"_s;
        rows.append(row);
    }
    return rows;
}

} // namespace

class TestBillingReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void threeDecisionsWithTools()
    {
        // 1,234 tokens and three tool calls at the flat prices.
        const QList<CostLine> lines = {modelLine(1, 1, 400),
                                       modelLine(1, 1, 100, Meter::Output),
                                       toolLine(1, u"retrieve_context"_s),
                                       toolLine(1, u"code_executor"_s),
                                       modelLine(2, 1, 500),
                                       toolLine(2, u"code_executor"_s),
                                       modelLine(3, 2, 234)};
        const auto report = buildBillingReport(u"r"_s, u"flat/1"_s, lines, *Money::fromDecimal(u"0.5"));
        QVERIFY(report);
        QCOMPARE(report->total.toDecimal(), u"0.017468"_s);
        QVERIFY(report->complete);
        QVERIFY(report->sumsAgree);
        QCOMPARE(report->lines, 7);
        QCOMPARE(report->avoided.toDecimal(), u"0.5"_s); // beside the total, never in it
        QCOMPARE(report->priceBook, u"flat/1"_s);
        QCOMPARE(report->byPhase.size(), 5);
        QCOMPARE(report->byPhase.at(3).key, u"EXECUTION"_s);
        QCOMPARE(report->byPhase.at(3).cost, report->total);
        QCOMPARE(report->byPhase.at(0).cost, Money());
        QCOMPARE(report->byDecision.size(), 3);
        QCOMPARE(report->byDecision.at(0).key, u"1"_s);
        QCOMPARE(report->byDecision.at(0).cost.toDecimal(), u"0.001"_s);
        QCOMPARE(report->byDecision.at(0).tokens, 500);
        QCOMPARE(report->byDecision.at(0).calls, 1); // two meters of one attempt
        QCOMPARE(report->byTool.size(), 2);
        QCOMPARE(report->byTool.at(0).key, u"code_executor"_s);
        QCOMPARE(report->byTool.at(0).cost.toDecimal(), u"0.01"_s);
        QCOMPARE(report->byTool.at(0).calls, 2);
        QCOMPARE(report->byModel.size(), 1);
        QCOMPARE(report->byModel.at(0).tokens, 1234);
        QCOMPARE(report->byModel.at(0).calls, 3);
    }

    void aRunThatCostNothingHasAReport()
    {
        const auto report = buildBillingReport(u"r"_s, u"flat/1"_s, {});
        QVERIFY(report);
        QCOMPARE(report->total, Money());
        QVERIFY(report->complete && report->sumsAgree);
        QCOMPARE(report->byPhase.size(), 5);
        QVERIFY(report->byTool.isEmpty());
    }

    void unknownLinesAreCountedNotAdded()
    {
        const auto report = buildBillingReport(u"r"_s, {}, {modelLine(1, 1, 1000), unknownLine(2)});
        QVERIFY(!report->complete);
        QVERIFY(report->sumsAgree);
        QCOMPARE(report->unknownLines, 1);
        QCOMPARE(report->total.toDecimal(), u"0.002"_s);
        QCOMPARE(report->byDecision.at(1).unknownLines, 1);
        QCOMPARE(report->byDecision.at(1).calls, 1);
    }

    void aWrongLineIsNoticed_data()
    {
        using Spoil = void (*)(CostLine&);
        QTest::addColumn<Spoil>("spoil");
        QTest::newRow("cost is not price x quantity") << Spoil([](CostLine& line) { line.quantity += 1; });
        QTest::newRow("cost of an unknown line") << Spoil([](CostLine& line) { line.state = CostState::Unknown; });
        QTest::newRow("known line without cost") << Spoil([](CostLine& line) { line.cost.reset(); });
    }
    void aWrongLineIsNoticed()
    {
        using Spoil = void (*)(CostLine&);
        QFETCH(Spoil, spoil);
        QList<CostLine> lines = {modelLine(1, 1, 1000), toolLine(1, u"t"_s)};
        QVERIFY(buildBillingReport(u"r"_s, {}, lines)->sumsAgree);
        spoil(lines.first());
        QVERIFY(!buildBillingReport(u"r"_s, {}, lines)->sumsAgree);
    }

    void aCostReportedByTheProviderNeedsNoPrice()
    {
        CostLine line = modelLine(1, 1, 10);
        line.unitPrice.reset();
        line.cost = *Money::fromDecimal(u"0.00014");
        line.state = CostState::Reported;
        const auto report = buildBillingReport(u"r"_s, {}, {line});
        QVERIFY(report->sumsAgree);
        QCOMPARE(report->total.toDecimal(), u"0.00014"_s);
    }

    void overflowIsAnError()
    {
        CostLine line = modelLine(1, 1, 10);
        line.cost = Money::fromAtto(std::numeric_limits<Int128>::max());
        const auto report = buildBillingReport(u"r"_s, {}, {line, line});
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Overflow);
        QCOMPARE(groupBill(rowsOf({line, line}), {BillGroup::Phase}).error().code, ErrorCode::Overflow);
    }

    void sumsAgreeForAnyLedger()
    {
        std::mt19937_64 random(17);
        for (int round = 0; round < 60; ++round) {
            QList<CostLine> lines = randomLedger(random, 1 + static_cast<int>(random() % 80), u"r1"_s);
            const auto report = buildBillingReport(u"r1"_s, {}, lines);
            QVERIFY(report);
            const Money total = costSum(lines);
            QVERIFY(report->sumsAgree);
            QCOMPARE(report->total, total);
            QCOMPARE(sumGroups(report->byPhase), total);
            QCOMPARE(*sumGroups(report->byDecision).plus(sumGroups(report->byTool)), total);
            QCOMPARE(*sumGroups(report->byModel).plus(sumGroups(report->byTool)), total);
            const auto unknown = std::count_if(lines.cbegin(), lines.cend(), [](const CostLine& l) { return !l.cost; });
            QCOMPARE(report->unknownLines, unknown);
            QCOMPARE(report->complete, unknown == 0);
            QCOMPARE(sumUnknown(report->byPhase), unknown);
            for (const CostLine& line : std::as_const(lines)) {
                QVERIFY(line.quantity >= 0);
                QVERIFY(!line.cost || *line.cost == *line.unitPrice->times(line.quantity));
            }
            // The same lines in another order give the same report.
            std::shuffle(lines.begin(), lines.end(), random);
            QCOMPARE(*buildBillingReport(u"r1"_s, {}, lines), *report);
            // A retry adds, it never lowers.
            lines.append(randomLedger(random, 1, u"r1"_s));
            QVERIFY(buildBillingReport(u"r1"_s, {}, lines)->total >= total);
        }
    }

    void everyGroupingSumsToTheTotal()
    {
        std::mt19937_64 random(23);
        const QList<CostLine> lines = randomLedger(random, 200, u"r1"_s) + randomLedger(random, 200, u"r2"_s);
        const Money total = costSum(lines);
        const QList<BillGroup> all = {BillGroup::Phase,    BillGroup::Decision, BillGroup::Tool, BillGroup::Model,
                                      BillGroup::Provider, BillGroup::User,     BillGroup::Day};
        QList<QList<BillGroup>> groupings;
        for (const BillGroup first : all) {
            groupings.append(QList{first});
            for (const BillGroup second : all) {
                groupings.append(QList{first, second});
            }
        }
        for (const auto& dimensions : std::as_const(groupings)) {
            const auto table = groupBill(rowsOf(lines), dimensions);
            QVERIFY(table);
            QCOMPARE(table->total.cost, total);
            QCOMPARE(table->total.lines, lines.size());
            QList<Money> costs;
            qint64 counted = 0;
            qint64 tokens = 0;
            QSet<QStringList> keys;
            for (const BillTable::Row& row : table->rows) {
                QCOMPARE(row.keys.size(), dimensions.size());
                costs.append(row.group.cost);
                counted += row.group.lines;
                tokens += row.group.tokens;
                keys.insert(row.keys);
            }
            QCOMPARE(*Money::sum(costs), total);
            QCOMPARE(counted, lines.size());
            QCOMPARE(tokens, table->total.tokens);
            QCOMPARE(keys.size(), table->rows.size());
        }
    }

    void rowsAreOrderedByCostAndDaysByDate()
    {
        std::mt19937_64 random(29);
        const auto rows = rowsOf(randomLedger(random, 300, u"r1"_s));
        const auto byModel = groupBill(rows, {BillGroup::Model});
        QVERIFY(byModel->rows.size() > 2);
        QVERIFY(std::is_sorted(byModel->rows.cbegin(), byModel->rows.cend(),
                               [](const auto& a, const auto& b) { return a.group.cost > b.group.cost; }));
        const auto byDay = groupBill(rows, {BillGroup::Tool, BillGroup::Day});
        QVERIFY(std::is_sorted(byDay->rows.cbegin(), byDay->rows.cend(),
                               [](const auto& a, const auto& b) { return a.keys.at(1) < b.keys.at(1); }));
        QCOMPARE(byDay->rows.constFirst().keys.at(1).size(), 10);
    }

    void keysAreWireNames()
    {
        QList<BillRow> rows = rowsOf({modelLine(3, 1, 10), toolLine(3, u"code_executor"_s)});
        rows[0].line.lineAtMs = 1'790'035'199'999; // 2026-09-21T23:59:59.999Z
        rows[1].line.lineAtMs = 1'790'035'200'000;
        const auto keys = [&rows](BillGroup dimension) {
            QStringList list;
            const auto table = groupBill(rows, {dimension});
            for (const BillTable::Row& row : table->rows) {
                list.append(row.keys.constFirst());
            }
            return list;
        };
        QCOMPARE(keys(BillGroup::Phase), QStringList({u"EXECUTION"_s}));
        QCOMPARE(keys(BillGroup::Decision), QStringList({u"3"_s}));
        QCOMPARE(keys(BillGroup::Tool), QStringList({u"code_executor"_s, u""_s}));
        QCOMPARE(keys(BillGroup::Model), QStringList({u""_s, u"m"_s}));
        QCOMPARE(keys(BillGroup::User), QStringList({u"bob"_s}));
        QCOMPARE(keys(BillGroup::Day), QStringList({u"2026-09-21"_s, u"2026-09-22"_s}));
        rows[1].line.runId = u"q"_s;
        QCOMPARE(keys(BillGroup::Decision), QStringList({u"q#3"_s, u"r#3"_s}));
    }

    void wantsDimensions()
    {
        QCOMPARE(groupBill({}, {}).error().code, ErrorCode::InvalidInput);
        QVERIFY(groupBill({}, {BillGroup::Day, BillGroup::User, BillGroup::Tool}));
        const auto empty = groupBill({}, {BillGroup::Day});
        QVERIFY(empty && empty->rows.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestBillingReport)
#include "tst_billingreport.moc"
