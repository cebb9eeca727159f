// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"
#include "ui/models/runlistmodel.h"
#include "ui/words.h"

#include <QAbstractItemModelTester>
#include <QLocale>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

RunSummary run(const QString& id, qint64 startedMs)
{
    RunSummary summary;
    summary.runId = id;
    summary.startedAtMs = startedMs;
    summary.status = RunStatus::Complete;
    summary.completedAtMs = startedMs + 1240;
    summary.promptStart = u"Add up\nthe table"_s;
    return summary;
}

} // namespace

class TestRunListModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(u"en_US"_s)); }

    void showsNewestFirst()
    {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({run(u"a"_s, 1000), run(u"c"_s, 3000), run(u"b"_s, 2000)});
        QCOMPARE(model.index(0, 0).data(IdRole).toString(), u"c"_s);
        QCOMPARE(model.index(2, 0).data(IdRole).toString(), u"a"_s);
        model.append({run(u"0"_s, 500), run(u"a"_s, 1000)});
        QCOMPARE(model.rowCount(), 4);
    }

    void insertsAndChangesOneRowAtATime()
    {
        RunListModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRows({run(u"a"_s, 1000), run(u"c"_s, 3000)});
        QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.upsert(run(u"b"_s, 2000));
        QCOMPARE(inserted.count(), 1);
        QCOMPARE(model.rowOf(u"b"_s), 1);
        RunSummary same = run(u"b"_s, 2000);
        model.upsert(same);
        QCOMPARE(changed.count(), 0);
        same.decisions = 7;
        model.upsert(same);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(model.index(1, RunListModel::Decisions).data().toString(), u"7"_s);
        model.remove(u"b"_s);
        QCOMPARE(model.rowOf(u"b"_s), -1);
        QCOMPARE(reset.count(), 0);
    }

    void saysWhatItIs()
    {
        RunSummary summary = run(u"r1"_s, 60'000);
        summary.totalCost = *Money::fromDecimal(u"0.017468");
        RunListModel model;
        model.setRows({summary});
        model.setNow(60'000 + 5 * 60'000);
        const auto text = [&model](int column) { return model.index(0, column).data().toString(); };
        QCOMPARE(text(RunListModel::State), look(RunStatus::Complete).word);
        QCOMPARE(text(RunListModel::Started), u"5 min ago"_s);
        QCOMPARE(text(RunListModel::Name), u"Add up the table"_s);
        QCOMPARE(text(RunListModel::Cost), u"0.0175"_s);
        QCOMPARE(model.index(0, RunListModel::Cost).data(ExactRole).toString(), u"0.017468 USD"_s);
        QCOMPARE(text(RunListModel::Time), u"1.24 s"_s);
        QCOMPARE(model.index(0, RunListModel::Cost).data(Qt::TextAlignmentRole).toInt() & Qt::AlignRight,
                 Qt::AlignRight);
        summary.name = u"Report"_s;
        summary.unknownCostLines = 1;
        summary.totalCost = Money();
        model.upsert(summary);
        QCOMPARE(text(RunListModel::Name), u"Report"_s);
        QCOMPARE(text(RunListModel::Cost), format::unknown());
    }

    void titlesLeaveOutPrograms()
    {
        RunSummary run;
        run.runId = u"r1"_s;
        QCOMPARE(RunListModel::title(run), u"r1"_s);
        run.promptStart = u"Add up the\ntable:\n```python\nprint(1)"_s;
        QCOMPARE(RunListModel::title(run), u"Add up the table:"_s);
        run.promptStart = u"```bash\nls\n```"_s;
        QCOMPARE(RunListModel::title(run), u"```bash ls ```"_s);
        run.name = u"Listing"_s;
        QCOMPARE(RunListModel::title(run), u"Listing"_s);
    }

    void timeGoesOnOnlyWhileItRuns()
    {
        RunSummary summary = run(u"r"_s, 1000);
        summary.completedAtMs = 0;
        summary.updatedAtMs = 3000;
        summary.status = RunStatus::Running;
        QCOMPARE(RunListModel::elapsed(summary, 9000), 8000);
        summary.status = RunStatus::Interrupted;
        QCOMPARE(RunListModel::elapsed(summary, 9000), 2000);
    }
};

QTEST_GUILESS_MAIN(TestRunListModel)
#include "tst_runlistmodel.moc"
