// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/decisiontreemodel.h"
#include "ui/models/nodeid.h"
#include "ui/models/roles.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

DecisionRecord toolDecision(int number, const QStringList& tools, int frame = 1, int parent = 0)
{
    DecisionRecord d;
    d.number = number;
    d.frame = frame;
    d.parentDecision = parent;
    d.action = AgentActionType::ToolCall;
    for (const QString& tool : tools) {
        ToolCallRecord call;
        call.callId = u"c%1"_s.arg(d.toolCalls.size() + 1);
        call.tool = tool;
        call.status = u"ok"_s;
        d.toolCalls << call;
    }
    d.modelCost = *Money::fromDecimal(u"0.0024");
    d.inclusiveCost = d.modelCost;
    return d;
}

QStringList print(const QAbstractItemModel& model, const QModelIndex& parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column : {DecisionTreeModel::Number, DecisionTreeModel::Action, DecisionTreeModel::Detail}) {
            cells << model.index(row, column, parent).data().toString();
        }
        lines << QString(QString(depth * 2, u' ') + cells.join(u'|'));
        lines += print(model, model.index(row, 0, parent), depth + 1);
    }
    return lines;
}

/// 1 llm call opening frame 2, which holds 2 (two tools in parallel) and 3 (answer); then 4 in the root frame.
RunRecord sample()
{
    RunRecord record;
    record.summary.status = RunStatus::Running;
    FrameRecord child;
    child.id = 2;
    child.parentFrame = 1;
    child.depth = 1;
    child.parentDecision = 1;
    child.task = u"sum the table"_s;
    record.frames = {FrameRecord(), child};
    DecisionRecord first;
    first.number = 1;
    first.action = AgentActionType::LlmCall;
    first.nextPrompt = u"sum the table"_s;
    DecisionRecord third;
    third.number = 3;
    third.frame = 2;
    third.parentDecision = 1;
    third.action = AgentActionType::FinalAnswer;
    third.finalAnswer = u"The sum is 42."_s;
    record.decisions = {first, toolDecision(2, {u"retrieve_context"_s, u"code_executor"_s}, 2, 1), third,
                        toolDecision(4, {u"code_executor"_s})};
    return record;
}

} // namespace

class TestDecisionTreeModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(u"en_US"_s)); }

    void idsAreReversible()
    {
        for (const int node : {0, 1, 2, 77, 1'000'000, 2'000'000'000}) {
            QCOMPARE(nodeid::decode(nodeid::encode(node)), node);
        }
    }

    void nestsFramesAndParallelCalls()
    {
        DecisionTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRecord(sample());
        const QStringList expected = {u"1|LLM|sum the table"_s,        u"  2|Tool|retrieve_context, code_executor"_s,
                                      u"    |Tool|retrieve_context"_s, u"    |Tool|code_executor"_s,
                                      u"  3|Answer|The sum is 42."_s,  u"4|Tool|code_executor"_s};
        QCOMPARE(print(model), expected);
        QCOMPARE(model.decisionAt(model.indexOf(3)), 3);
        QCOMPARE(model.callAt(model.indexOf(2, u"c2"_s)), u"c2"_s);
        QVERIFY(!model.indexOf(9).isValid());
    }

    void growsWithoutReset()
    {
        const RunRecord whole = sample();
        RunRecord growing = whole;
        growing.decisions = {whole.decisions.first()};
        DecisionTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRecord(growing);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        for (int i = 1; i < whole.decisions.size(); ++i) {
            growing.decisions << whole.decisions.at(i);
            model.update(growing, {whole.decisions.at(i).number});
        }
        DecisionTreeModel atOnce;
        atOnce.setRecord(whole);
        QCOMPARE(print(model), print(atOnce));
        QCOMPARE(reset.count(), 0);
        QCOMPARE(changed.count(), 0);
        growing.decisions[0].inclusiveCost = *Money::fromDecimal(u"0.0310");
        model.update(growing, {3}); // its ancestors are looked at as well
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(0, DecisionTreeModel::Inclusive).data().toString(), u"0.0310"_s);
    }

    void marksTheStop()
    {
        RunRecord record = sample();
        record.stop = StopState{};
        record.stop->point = StopPoint::BeforeTool;
        record.stop->decision = 2;
        record.stop->toolCallId = u"c2"_s;
        DecisionTreeModel model;
        model.setRecord(record);
        const auto status = [&model](const QModelIndex& at) {
            return at.siblingAtColumn(DecisionTreeModel::Status).data(IconNameRole).toString();
        };
        QCOMPARE(status(model.indexOf(2, u"c2"_s)), u"here"_s);
        QVERIFY(status(model.indexOf(2, u"c1"_s)) != u"here"_s);
        record.stop.reset();
        model.update(record, {});
        QVERIFY(status(model.indexOf(2, u"c2"_s)) != u"here"_s);
    }

    void showsTheDecisionTheRunStandsBefore()
    {
        RunRecord record = sample();
        record.stop = StopState{};
        record.stop->point = StopPoint::BeforeDecide;
        record.stop->decision = 5;
        DecisionTreeModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRecord(record);
        QVERIFY(model.indexOf(5).isValid());
        // It becomes real ...
        RunRecord next = record;
        next.stop.reset();
        next.decisions << toolDecision(5, {u"code_executor"_s});
        model.update(next, {5});
        QCOMPARE(print(model).last(), u"5|Tool|code_executor"_s);
        // ... or never happens.
        model.setRecord(record);
        RunRecord stopped = sample();
        stopped.summary.status = RunStatus::Stopped;
        model.update(stopped, {});
        QVERIFY(!model.indexOf(5).isValid());
        QCOMPARE(print(model).last(), u"4|Tool|code_executor"_s);
    }

    void formatsNumbers()
    {
        RunRecord record = sample();
        record.decisions[3].unknownCostLines = 1;
        DecisionTreeModel model;
        model.setRecord(record);
        const QModelIndex row = model.indexOf(4);
        QCOMPARE(row.siblingAtColumn(DecisionTreeModel::Own).data().toString(), u"0.002400 + unknown"_s);
        QCOMPARE(row.siblingAtColumn(DecisionTreeModel::Own).data(ExactRole).toString(), u"0.0024 USD"_s);
        QCOMPARE(row.siblingAtColumn(DecisionTreeModel::Tokens).data().toString(), u"–"_s);
        for (int column = 0; column < DecisionTreeModel::ColumnCount; ++column) {
            QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString().isEmpty());
        }
    }
};

QTEST_GUILESS_MAIN(TestDecisionTreeModel)
#include "tst_decisiontreemodel.moc"
