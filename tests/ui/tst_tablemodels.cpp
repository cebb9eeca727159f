// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"
#include "ui/models/billmodel.h"
#include "ui/models/costlinemodel.h"
#include "ui/models/journalmodel.h"
#include "ui/models/journalsummary.h"
#include "ui/models/knowledgemodel.h"
#include "ui/models/policychecksmodel.h"
#include "ui/models/policymodel.h"
#include "ui/models/toollistmodel.h"

#include <QAbstractItemModelTester>
#include <QJsonArray>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

Money usd(QStringView decimal)
{
    return Money::fromDecimal(decimal).value_or(Money());
}

RunEvent entry(qint64 seq, EventType type, const QJsonObject& details = {})
{
    RunEvent e;
    e.seq = seq;
    e.type = type;
    e.details = details;
    return e;
}

BillResult::Row billRow(const QStringList& keys, QStringView cost, qint64 tokens)
{
    BillResult::Row row;
    row.keys = keys;
    row.group.cost = usd(cost);
    row.group.tokens = tokens;
    return row;
}

} // namespace

class TestTableModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(u"en_US"_s)); }

    void journalIsFetchedByPages()
    {
        JournalModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy wants(&model, &JournalModel::wantsMore);
        model.restart();
        QVERIFY(model.canFetchMore({}));
        model.fetchMore({});
        model.fetchMore({});
        QCOMPARE(wants.count(), 1);
        model.addPage({entry(1, EventType::RunCreated), entry(2, EventType::PhaseEntered)}, false);
        QVERIFY(!model.addLive({entry(9, EventType::Decision)})); // a page is still missing before it
        QCOMPARE(model.rowCount(), 2);
        model.addPage({entry(3, EventType::Decision)}, true);
        QVERIFY(model.addLive({entry(3, EventType::Decision), entry(4, EventType::RunFinished)}));
        QVERIFY(!model.addLive({entry(6, EventType::Decision)})); // a gap
        QCOMPARE(model.rowCount(), 4);
        QVERIFY(!model.canFetchMore({}));
        QCOMPARE(model.index(3, JournalModel::Event).data().toString(), u"RUN_FINISHED"_s);
        QCOMPARE(model.index(3, 0).data(IdRole).toLongLong(), 4);
    }

    void everyJournalEntryHasASummaryThatStandsMissingDetails()
    {
        for (const auto& [type, name] : EnumNames<EventType>::table) {
            QVERIFY(!JournalSummary::of(entry(1, type)).contains(u"%1"_s));
        }
        QCOMPARE(JournalSummary::of(entry(1, EventType::CacheLookup, {{u"hit"_s, true}, {u"avoided"_s, u"0.02"_s}})),
                 u"hit, $0.0200 avoided"_s);
        QCOMPARE(JournalSummary::of(entry(1, EventType::Decision,
                                          {{u"decision"_s, 3},
                                           {u"action"_s, u"TOOL_CALL"_s},
                                           {u"calls"_s, QJsonArray{QJsonObject{{u"tool"_s, u"code_executor"_s}}}}})),
                 u"decision 3 · TOOL_CALL · code_executor"_s);
    }

    void billShowsKeysAndSums()
    {
        BillModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        BillResult result;
        result.rows = {billRow({u"EXECUTION"_s, u"10"_s}, u"0.03", 900), billRow({u"CONTEXT"_s, u"9"_s}, u"0.01", 100)};
        result.total.cost = usd(u"0.04");
        model.setResult(result, {BillGroup::Phase, BillGroup::Decision});
        QCOMPARE(model.columnCount(), 2 + BillModel::SumCount);
        QCOMPARE(model.index(0, 0).data().toString(), u"Execution"_s);
        QCOMPARE(model.index(0, 2 + BillModel::Share).data().toString(), u"75.0%"_s);
        QCOMPARE(model.index(0, 0).data(IdRole).toInt(), 10);
        model.sort(2 + BillModel::Cost, Qt::AscendingOrder);
        QCOMPARE(model.index(0, 0).data().toString(), u"Context"_s);
        model.sort(1, Qt::DescendingOrder); // as numbers: 10 before 9
        QCOMPARE(model.index(0, 1).data().toString(), u"10"_s);
    }

    void billWithoutPriceSaysUnknown()
    {
        BillModel model;
        BillResult result;
        result.rows = {billRow({u"m1"_s}, u"0", 100)};
        result.rows[0].group.unknownLines = 2;
        model.setResult(result, {BillGroup::Model});
        QCOMPARE(model.index(0, 1 + BillModel::Cost).data().toString(), format::unknown());
        QCOMPARE(model.index(0, 1 + BillModel::Cost).data(ExactRole).toString(), format::unknown());
        QCOMPARE(model.index(0, 1 + BillModel::Share).data().toString(), format::none());
    }

    void toolsCanBePicked()
    {
        ToolListModel model(true);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        ToolInfo code;
        code.name = u"code_executor"_s;
        code.price = usd(u"0.005");
        ToolInfo search;
        search.name = u"google_search"_s;
        search.available = false;
        search.reason = u"not configured: set GOOGLE_API_KEY"_s;
        model.setRows({code, search});
        QSignalSpy changed(&model, &ToolListModel::checkedChanged);
        QVERIFY(model.allChecked());
        QVERIFY(model.setData(model.index(1, 0), Qt::Unchecked, Qt::CheckStateRole));
        QCOMPARE(model.checked(), QStringList{u"code_executor"_s});
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(0, ToolListModel::Price).data().toString(), u"0.005000"_s);
        QCOMPARE(model.index(1, ToolListModel::Price).data().toString(), format::unknown());
        QCOMPARE(model.index(1, ToolListModel::Availability).data(Qt::ToolTipRole).toString(), search.reason);
        model.checkAll(false);
        QVERIFY(model.checked().isEmpty());
    }

    void policyAsksForChangesAndRefusesNonsense()
    {
        PolicyModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        UserPolicy alice;
        alice.userId = u"alice"_s;
        model.upsert(alice);
        QSignalSpy asked(&model, &PolicyModel::changeRequested);
        QSignalSpy refused(&model, &PolicyModel::refused);
        model.setData(model.index(0, PolicyModel::RunBudget), u"0.20"_s, Qt::EditRole);
        QCOMPARE(asked.last().at(1).toJsonObject(), (QJsonObject{{u"budgetPerRun"_s, u"0.2"_s}}));
        model.setData(model.index(0, PolicyModel::Depth), u"7"_s, Qt::EditRole);
        QCOMPARE(asked.last().at(1).toJsonObject(), (QJsonObject{{u"maxRecursionDepth"_s, 7}}));
        model.setData(model.index(0, PolicyModel::AllowedTools), u"a, b"_s, Qt::EditRole);
        QCOMPARE(asked.last().at(1).toJsonObject(), (QJsonObject{{u"allowedTools"_s, QJsonArray{u"a"_s, u"b"_s}}}));
        QVERIFY(!model.setData(model.index(0, PolicyModel::PerHour), u"many"_s, Qt::EditRole));
        QVERIFY(!model.setData(model.index(0, PolicyModel::DayBudget), u"much"_s, Qt::EditRole));
        QCOMPARE(refused.count(), 2);
        QCOMPARE(asked.count(), 3);
        QCOMPARE(model.index(0, PolicyModel::Depth).data().toString(), u"5"_s); // until it is stored
        alice.maxRecursionDepth = 7;
        model.upsert(alice);
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.index(0, PolicyModel::Depth).data().toString(), u"7"_s);
    }

    void checksShowEveryOutcome()
    {
        PolicyChecksModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        PolicyVerdict verdict;
        verdict.checks = {PolicyCheck{.check = u"context"_s,
                                      .outcome = CheckOutcome::Failed,
                                      .actual = u"8130"_s,
                                      .limit = u"8000"_s,
                                      .message = {},
                                      .violation = {}},
                          PolicyCheck{.check = u"new_rule"_s,
                                      .outcome = CheckOutcome::Passed,
                                      .actual = {},
                                      .limit = {},
                                      .message = {},
                                      .violation = {}}};
        PolicyVerdict run;
        run.checks = {PolicyCheck{.check = u"budget_team_day"_s,
                                  .outcome = CheckOutcome::NotReached,
                                  .actual = u"0.25"_s,
                                  .limit = u"1"_s,
                                  .message = u"an earlier check failed"_s,
                                  .violation = {}}};
        model.setVerdicts({verdict}, run);
        QCOMPARE(model.rowCount(), 5); // two titles
        QVERIFY(model.isTitle(0) && model.isTitle(3));
        QCOMPARE(model.index(0, PolicyChecksModel::Check).data().toString(), u"Model call"_s);
        QCOMPARE(model.index(1, PolicyChecksModel::Numbers).data().toString(), u"8,130 of 8,000"_s);
        QCOMPARE(model.index(1, PolicyChecksModel::Outcome).data().toString(), u"failed"_s);
        QCOMPARE(model.index(2, PolicyChecksModel::Check).data().toString(), u"new_rule"_s);
        QCOMPARE(model.index(2, PolicyChecksModel::Numbers).data().toString(), format::none());
        QCOMPARE(model.index(4, PolicyChecksModel::Numbers).data().toString(), u"$0.2500 of $1.00"_s);
        QCOMPARE(model.reasons(), QStringList{u"Team's budget of the day, not reached: an earlier check failed"_s});
        verdict.checks = {PolicyCheck{.check = u"tool_allowlist"_s,
                                      .outcome = CheckOutcome::Failed,
                                      .actual = u"code_executor"_s,
                                      .limit = u"a"_s,
                                      .message = u"it is not allowed"_s,
                                      .violation = {}}};
        model.setVerdicts({verdict}, run);
        QCOMPARE(model.index(0, PolicyChecksModel::Check).data().toString(), u"Tool call code_executor"_s);
        QCOMPARE(model.reasons().first(), u"Allowed tools, failed: it is not allowed"_s); // failures first
    }

    void costLinesShowUnitPrices()
    {
        CostLineModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        CostLine tokens;
        tokens.meter = Meter::Input;
        tokens.modelBilled = u"m1"_s;
        tokens.attempt = 1;
        tokens.quantity = 1204;
        tokens.unitPrice = *UnitPrice::fromDecimal(u"2", 1'000'000);
        tokens.cost = usd(u"0.002408");
        tokens.state = CostState::Computed;
        CostLine unknown = tokens;
        unknown.unitPrice.reset();
        unknown.cost.reset();
        unknown.state = CostState::Unknown;
        model.setRows({tokens, unknown});
        QCOMPARE(model.index(0, CostLineModel::UnitPriceColumn).data().toString(), u"2.00 per 1M"_s);
        QCOMPARE(model.index(0, CostLineModel::Cost).data().toString(), u"0.002408"_s);
        QCOMPARE(model.index(1, CostLineModel::Cost).data().toString(), format::unknown());
        QCOMPARE(model.index(1, CostLineModel::UnitPriceColumn).data().toString(), format::unknown());
    }

    void knowledgeBasesAreListed()
    {
        KnowledgeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        KnowledgeBaseInfo base;
        base.name = u"About Lathe"_s;
        base.documents = 1400;
        base.builtin = true;
        model.setRows({base});
        QCOMPARE(model.index(0, KnowledgeModel::Name).data().toString(), u"About Lathe (built in)"_s);
        QCOMPARE(model.index(0, KnowledgeModel::Documents).data().toString(), u"1,400"_s);
    }
};

QTEST_GUILESS_MAIN(TestTableModels)
#include "tst_tablemodels.moc"
