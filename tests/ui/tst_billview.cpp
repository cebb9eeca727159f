// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/windowfixture.h"
#include "ui/format.h"
#include "ui/models/billmodel.h"
#include "ui/models/reconcilemodel.h"
#include "ui/models/whatifmodel.h"
#include "ui/runcost.h"
#include "ui/views/billfilters.h"
#include "ui/views/billtotals.h"
#include "ui/views/billview.h"
#include "ui/views/composeview.h"
#include "ui/views/costchart.h"
#include "ui/views/debugview.h"
#include "ui/views/exportdialog.h"
#include "ui/views/reconcileview.h"
#include "ui/views/settingsdialog.h"
#include "ui/views/statement.h"
#include "ui/views/whatifview.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QLineEdit>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QTextDocument>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

const QString kQuestion = u"Use retrieve_context to find out what a frame is."_s;

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Money usd(const QString& text)
{
    return Money::fromDecimal(text).value_or(Money::fromAtto(-1));
}

} // namespace

/// The bill as somebody uses it: filters, opened rows, other prices, a provider's export, files.
class TestBillView : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;
    Money m_spent; ///< by all runs of the test

    MainWindow& window() { return m_fixture->window(); }
    BillView *bill() { return window().bill(); }
    const RunRecord& record() { return m_fixture->session().run().record(); }

    [[nodiscard]] bool run(const QString& prompt, const QString& user = u"alice"_s)
    {
        AguiRunJob job;
        job.userId = user;
        job.prompt = prompt;
        m_fixture->session().start(job, {});
        const bool ended =
            QTest::qWaitFor([&] { return record().summary.promptStart == prompt; }, 60'000) && m_fixture->waitForEnd();
        m_spent = m_spent.plus(record().summary.totalCost).value_or(Money());
        return ended;
    }
    [[nodiscard]] bool showBill()
    {
        window().setMode(Mode::Bill);
        return QTest::qWaitFor([this] { return bill()->chart() && bill()->result().total.cost == m_spent; }, 60'000);
    }
    /// A row by what its first key says.
    [[nodiscard]] int rowOf(const QString& key)
    {
        for (int row = 0; row < bill()->model()->rowCount(); ++row) {
            if (bill()->model()->rows().at(row).keys.value(0) == key) {
                return row;
            }
        }
        return -1;
    }

private Q_SLOTS:
    void init()
    {
        m_spent = Money();
        m_fixture = std::make_unique<test::WindowFixture>();
        QVERIFY(m_fixture->isOpen());
    }
    void cleanup() { m_fixture.reset(); }

    void aRowOpensIntoItsDecisionsAndTheDecisionInTheStepper()
    {
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        const Money total = bill()->result().total.cost;
        const int execution = rowOf(u"EXECUTION"_s);
        QVERIFY(execution >= 0);
        bill()->open(execution);
        QTRY_VERIFY(bill()->model()->groups() == QList<BillGroup>{BillGroup::Decision} &&
                    bill()->model()->rowCount() >= 2);
        QCOMPARE(bill()->result().total.cost.toDecimal(), total.toDecimal()); // everything was spent there
        QVERIFY(bill()->pathText().contains(u"Execution"_s));
        bill()->open(0);
        QCOMPARE(window().mode(), Mode::Debug);
        QTRY_COMPARE(window().debug()->currentDecision(), 1);
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &window(), Qt::Key_Escape);
        QCOMPARE(window().mode(), Mode::Bill);
        QVERIFY(!bill()->pathText().isEmpty()); // where it was left
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : &window(), Qt::Key_Escape);
        QCOMPARE(window().mode(), Mode::Bill); // out of the row first
        QTRY_COMPARE(bill()->model()->groups(), QList<BillGroup>{BillGroup::Phase});
        QVERIFY(!bill()->goBack());
        QVERIFY(bill()->pathText().isEmpty());
    }

    void decisionsOfSeveralRunsLeadToTheirOwn()
    {
        QVERIFY(run(kQuestion));
        const QString first = record().summary.runId;
        QVERIFY(run(u"What is a run?"_s, u"bob"_s));
        QVERIFY(showBill());
        bill()->setGrouping(BillGroup::User, std::nullopt);
        QTRY_VERIFY(rowOf(u"alice"_s) >= 0 && rowOf(u"bob"_s) >= 0);
        bill()->setGrouping(BillGroup::Decision, std::nullopt);
        QTRY_VERIFY(rowOf(QString(first + u"#1"_s)) >= 0);
        QSignalSpy wanted(bill(), &BillView::decisionWanted);
        bill()->open(rowOf(QString(first + u"#1"_s)));
        QCOMPARE(wanted.count(), 1);
        QCOMPARE(wanted.first().at(0).toString(), first);
        QCOMPARE(wanted.first().at(1).toInt(), 1);
    }

    void filtersByDaysAndStatus()
    {
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        const Money total = bill()->result().total.cost;
        const QDate today = QDateTime::currentDateTimeUtc().date();
        bill()->filters()->setPeriod(today.addDays(-9), today.addDays(-2));
        QTRY_COMPARE(bill()->result().total.lines, 0);
        QVERIFY(!bill()->filters()->exportButton()->isEnabled());
        bill()->filters()->setPeriod(today.addDays(-1), today.addDays(1));
        QTRY_COMPARE(bill()->result().total.cost, total);
        const BillQuery query = bill()->query();
        QCOMPARE(query.toMs - query.fromMs, 3 * 86'400'000); // both days count
        QVERIFY(bill()->filters()->exportButton()->isEnabled());
    }

    void tellsChargedRecordedAndAvoided()
    {
        QVERIFY(run(kQuestion));
        const Money paid = record().summary.totalCost;
        m_fixture->session().open(QString());
        AguiRunJob again;
        again.userId = u"alice"_s;
        again.prompt = kQuestion;
        m_fixture->session().start(again, {});
        QTRY_VERIFY_WITH_TIMEOUT(record().summary.fromCache && m_fixture->waitForEnd(), 60'000);
        QVERIFY(showBill());
        QTRY_COMPARE(bill()->totals()->avoidedText(), format::money(paid));
        QCOMPARE(bill()->totals()->chargedText(), format::money(paid));
        QCOMPARE(bill()->totals()->recordedText(), format::money(*paid.times(2)));
        QVERIFY(bill()->checkText().endsWith(u"✓"_s));
    }

    void sortsKeysAsPeopleDo()
    {
        const auto sorted = [](BillGroup group, const QStringList& keys) {
            BillResult result;
            for (const QString& key : keys) {
                BillResult::Row row;
                row.keys = {key};
                result.rows << row;
            }
            BillModel model;
            model.setResult(result, {group});
            model.sort(0, Qt::AscendingOrder);
            QStringList order;
            for (const BillResult::Row& row : model.rows()) {
                order << row.keys.first();
            }
            return order;
        };
        QCOMPARE(sorted(BillGroup::Decision, {u"b#2"_s, u"a#10"_s, u"a#9"_s}),
                 (QStringList{u"a#9"_s, u"a#10"_s, u"b#2"_s}));
        QCOMPARE(sorted(BillGroup::Decision, {u"10"_s, u"9"_s}), (QStringList{u"9"_s, u"10"_s}));
        QCOMPARE(sorted(BillGroup::User, {u"carol"_s, u"alice"_s, u"bob"_s}),
                 (QStringList{u"alice"_s, u"bob"_s, u"carol"_s}));
        QCOMPARE(sorted(BillGroup::Day, {u"2026-11-10"_s, u"2026-11-09"_s}),
                 (QStringList{u"2026-11-09"_s, u"2026-11-10"_s}));
    }

    void totalsSayWhatIsUnknown()
    {
        BillTotals totals;
        BillResult result;
        result.total.cost = usd(u"0.412"_s);
        result.total.lines = 12;
        result.total.unknownLines = 1;
        totals.setBill(result);
        QCOMPARE(totals.chargedText(), u"$0.4120+ (11 of 12 priced)"_s);
        result.total.cost = Money();
        result.total.unknownLines = 12;
        totals.setBill(result);
        QCOMPARE(totals.chargedText(), u"unknown (0 of 12 priced)"_s);
        QVERIFY(totals.forecastText().isEmpty());
        Forecast forecast;
        forecast.fullDays = 2;
        totals.setForecast(forecast);
        QVERIFY(totals.forecastText().isEmpty()); // too few days to say anything
        forecast.expected = usd(u"12.5"_s);
        totals.setForecast(forecast);
        QVERIFY(totals.forecastText().contains(u"$12.50"_s));
    }

    void theMeterShowsWhereTheNextStepLeads()
    {
        RunRecord record;
        record.summary.totalCost = usd(u"0.03"_s);
        QCOMPARE(runCostText(record, true), u"$0.0300"_s);
        record.budget = usd(u"0.2"_s);
        record.reserved = usd(u"0.006"_s);
        QCOMPARE(projectedCost(record), usd(u"0.036"_s));
        QCOMPARE(runCostText(record, true),
                 u"$0.0300 of $0.2000 (+$0.006000 reserved), at most $0.0360 after the next step"_s);
        QCOMPARE(runCostText(record, false), u"$0.0300 of $0.2000 (+$0.006000 reserved)"_s);
        record.stop = StopState();
        record.stop->nextCost = usd(u"0.005"_s);
        QCOMPARE(projectedCost(record), usd(u"0.035"_s)); // what stands on the stop card
        record.stop->nextCost.reset();
        QVERIFY(!projectedCost(record));
    }

    void aThousandGroupsAreDrawnAsAFew()
    {
        CostChart chart;
        QList<BillResult::Row> rows;
        for (int day = 0; day < 100; ++day) {
            BillResult::Row row;
            row.keys = {QDate(2026, 1, 1).addDays(2 * day).toString(Qt::ISODate)};
            row.group.cost = usd(u"1"_s);
            rows << row;
        }
        chart.setRows(rows, {BillGroup::Day});
        QCOMPARE(chart.barCount(), 31); // a month up to the last, the days without a line too
        chart.setRows(rows.mid(0, 3), {BillGroup::Day});
        QCOMPARE(chart.barCount(), 5);
        chart.setRows(rows, {BillGroup::Model});
        QCOMPARE(chart.barCount(), 16);
    }

    void otherPricesAreShownByDecisionAndStoredNowhere()
    {
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        const Money total = bill()->result().total.cost;
        bill()->showTab(BillView::WhatIf);
        WhatIfView *whatIf = bill()->whatIf();
        QTRY_COMPARE(whatIf->pane()->state(), StatePane::State::Content);
        whatIf->choose(u"providers"_s, u"openai/gpt-4o"_s);
        QTRY_VERIFY(whatIf->model()->rowCount() >= 2 && whatIf->model()->rows().first().repriced.unknownLines == 0 &&
                    whatIf->model()->rows().first().repriced.cost != whatIf->model()->rows().first().recorded.cost);
        MoneySum recorded;
        for (const WhatIfRow& row : whatIf->model()->rows()) {
            recorded.add(row.recorded.cost);
            QCOMPARE(row.recorded.tokens, row.repriced.tokens);
        }
        QCOMPARE(recorded.total()->toDecimal(), total.toDecimal());
        QVERIFY(whatIf->totalText().contains(format::money(total)));
        QSignalSpy wanted(bill(), &BillView::decisionWanted);
        whatIf->findChild<QTableView *>()->setCurrentIndex(whatIf->model()->index(0, 0));
        Q_EMIT whatIf->findChild<QTableView *>()->activated(whatIf->model()->index(0, 0));
        QCOMPARE(wanted.count(), 1);
        window().setMode(Mode::Bill);
        bill()->showTab(BillView::Bill);
        QTRY_COMPARE(bill()->result().total.cost, total);
    }

    void mergesWhatIfRows()
    {
        const auto billOf = [](const QStringList& keys, const QString& cost) {
            BillResult bill;
            for (const QString& key : keys) {
                BillResult::Row row;
                row.keys = {key};
                row.group.cost = usd(cost);
                bill.rows << row;
            }
            return bill;
        };
        const auto rows = WhatIfModel::merge(billOf({u"r#10"_s, u"r#9"_s}, u"0.02"_s), billOf({u"r#9"_s}, u"0.01"_s),
                                             billOf({u"r#9"_s}, u"0.03"_s));
        QCOMPARE(rows.size(), 2);
        QCOMPARE(rows.first().key, u"r#9"_s); // by number, not by text
        WhatIfModel model;
        model.setRows(rows);
        const auto text = [&model](int column) { return model.index(0, column).data().toString(); };
        QCOMPARE(text(WhatIfModel::Range), u"0.0100 to 0.0300"_s);
        QCOMPARE(text(WhatIfModel::Difference), u"-0.0100"_s);
        QCOMPARE(text(WhatIfModel::Change), u"-50.0%"_s);
    }

    void aProvidersExportIsComparedByDay()
    {
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        bill()->showTab(BillView::Reconcile);
        ReconcileView *reconcile = bill()->reconcile();
        QCOMPARE(reconcile->pane()->state(), StatePane::State::Empty);
        reconcile->load(m_fixture->folder() + u"/none.json"_s);
        QTRY_COMPARE(reconcile->pane()->state(), StatePane::State::Error);
        const QString path = m_fixture->folder() + u"/activity.csv"_s;
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("date,model,usage\n" + QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate).toUtf8() +
                   ",openai/gpt-4.1,0.25\n");
        file.close();
        reconcile->load(path);
        QTRY_COMPARE(reconcile->pane()->state(), StatePane::State::Content);
        QCOMPARE(reconcile->model()->rowCount(), 1);
        QCOMPARE(reconcile->model()->rows().first().reason, ReconcileReason::MissingHere);
        QVERIFY(reconcile->totalText().contains(u"$0.2500"_s));
        for (const auto& [reason, name] : EnumNames<ReconcileReason>::table) {
            QVERIFY2(!ReconcileModel::explanation(reason).isEmpty(), name.data());
        }
    }

    void writesEveryFormat_data()
    {
        QTest::addColumn<ExportDialog::Format>("format");
        QTest::addColumn<QString>("name");
        QTest::newRow("breakdown") << ExportDialog::Format::Breakdown << u"a.csv"_s;
        QTest::newRow("pivot") << ExportDialog::Format::Pivot << u"b.csv"_s;
        QTest::newRow("FOCUS 1.4") << ExportDialog::Format::Focus14 << u"c.csv"_s;
        QTest::newRow("FOCUS 1.2") << ExportDialog::Format::Focus12 << u"d.csv"_s;
        QTest::newRow("JSON") << ExportDialog::Format::Json << u"e.json"_s;
        QTest::newRow("statement") << ExportDialog::Format::Statement << u"f.pdf"_s;
    }
    void writesEveryFormat()
    {
        QFETCH(ExportDialog::Format, format);
        QFETCH(QString, name);
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        const QString path = m_fixture->folder() + u'/' + name;
        ExportDialog *dialog = bill()->exportBill();
        dialog->setFormat(format);
        QVERIFY(dialog->path().endsWith(name.section(u'.', -1))); // the ending follows the format
        dialog->setPath(path);
        QSignalSpy ended(dialog, &ExportDialog::finishedWriting);
        dialog->start();
        QVERIFY(dialog->isWriting());
        QVERIFY(ended.wait(30'000));
        QVERIFY(ended.first().first().toBool());
        QVERIFY(!contentOf(path).isEmpty());
        const QJsonObject summary =
            QJsonDocument::fromJson(contentOf(m_fixture->folder() + u'/' +
                                              name.chopped(name.endsWith(u"json"_s) ? 4 : 3) + u"summary.json"_s))
                .object();
        QCOMPARE(summary.value("total"_L1).toString(), bill()->result().total.cost.toDecimal());
        QCOMPARE(summary.value("file"_L1).toString(), name);
        QVERIFY(bill()->messageBar()->message().contains(name));
        // The next one begins where this one was written.
        ExportDialog *next = bill()->exportBill();
        QCOMPARE(QFileInfo(next->path()).absolutePath(), QFileInfo(path).absolutePath());
        QCOMPARE(next->format(), format);
        next->reject();
    }

    void saysWhenAPlaceCannotBeWritten()
    {
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        ExportDialog *dialog = bill()->exportBill();
        QPushButton *button = nullptr;
        for (QPushButton *one : dialog->findChildren<QPushButton *>()) {
            button = one->text().contains(u"Export"_s) ? one : button;
        }
        QVERIFY(button);
        dialog->setPath(m_fixture->folder() + u"/no/such/folder/bill.csv"_s);
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(u"no/such/folder"_s));
        for (const ExportDialog::Format format : {ExportDialog::Format::Breakdown, ExportDialog::Format::Statement}) {
            dialog->setFormat(format);
            QSignalSpy ended(dialog, &ExportDialog::finishedWriting);
            dialog->start(); // as if the folder had gone meanwhile
            QVERIFY(ended.wait(30'000));
            QVERIFY(!ended.first().first().toBool());
            QVERIFY(dialog->messageBar()->fullText().contains(u"no/such/folder"_s));
        }
        dialog->reject();
    }

    void aCancelledExportLeavesNoFile()
    {
        QVERIFY(run(kQuestion));
        QVERIFY(showBill());
        const QString path = m_fixture->folder() + u"/cancelled.pdf"_s;
        ExportDialog *dialog = bill()->exportBill();
        dialog->setFormat(ExportDialog::Format::Statement);
        dialog->setPath(path);
        QSignalSpy ended(dialog, &ExportDialog::finishedWriting);
        dialog->start();
        dialog->reject(); // cancels what is written, and stays
        QVERIFY(dialog->isVisible());
        QVERIFY(ended.wait(30'000));
        QVERIFY(!ended.first().first().toBool());
        QVERIFY(!QFile::exists(path));
        dialog->reject();
        QVERIFY(!dialog->isVisible());
    }

    void theStatementHoldsTheExactSum()
    {
        CostStatement statement;
        statement.filters = {{u"Period"_s, u"<all> time"_s}};
        BillResult::Row row;
        row.keys = {u"EXECUTION"_s};
        row.group.cost = usd(u"0.012345678901234567"_s);
        row.group.tokens = 1234;
        statement.phases.rows = {row};
        statement.phases.total = row.group;
        statement.phases.total.lines = 3;
        statement.phases.total.unknownLines = 1;
        BillLines::Line line;
        line.line.runId = u"0123456789abcdef"_s;
        line.line.modelRequested = u"m1"_s;
        line.line.quantity = 3;
        line.line.unitPrice = UnitPrice::fromDecimal(u"0.003625", 1'000'000).value_or(UnitPrice());
        line.line.cost = usd(u"0.000000010875"_s);
        statement.lines.lines = QList<BillLines::Line>(300, line);
        statement.lines.left = 7;
        const QString html = statementHtml(statement);
        QTextDocument document;
        document.setHtml(html);
        const QString text = document.toPlainText();
        QVERIFY(text.contains(u"<all> time"_s)); // what comes from outside is text, not markup
        QVERIFY(text.contains(u"0.012345678901234567"_s));
        QVERIFY(text.contains(u"0.000000010875"_s));
        QVERIFY(text.contains(u"7 more line(s)"_s) || text.contains(u"7 more lines"_s));

        const QString path = m_fixture->folder() + u"/statement.pdf"_s;
        const BillProgress progress;
        const auto pages = writePdf(html, u"Statement"_s, u"Page %1 of %2"_s, path, QPageSize::A4, progress);
        QVERIFY2(pages, pages ? "" : qPrintable(pages.error().message));
        QVERIFY(*pages > 3);
        QVERIFY(contentOf(path).startsWith("%PDF-"));
        BillProgress cancelled;
        cancelled.cancelled = true;
        const QString never = m_fixture->folder() + u"/never.pdf"_s;
        QCOMPARE(writePdf(html, u"S"_s, u"%1 %2"_s, never, QPageSize::Letter, cancelled).error().code,
                 ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(never));

        const QString reader = QStandardPaths::findExecutable(u"pdftotext"_s);
        if (reader.isEmpty()) {
            QSKIP("pdftotext (poppler-utils) is not installed, so the text of the PDF is not read back");
        }
        QProcess process;
        process.start(reader, {u"-layout"_s, path, u"-"_s});
        QVERIFY(process.waitForFinished(30'000));
        const QString printed = QString::fromUtf8(process.readAllStandardOutput());
        QVERIFY2(printed.contains(u"0.012345678901234567"_s), qPrintable(printed.left(2000)));
        QCOMPARE(printed.count(u"0.000000010875"_s), 300); // no line is lost where a page ends
        QVERIFY(printed.contains(u"Page 1 of %1"_s.arg(*pages)));
        QVERIFY(printed.contains(u"Page %1 of %1"_s.arg(*pages)));
    }

    void paperFollowsTheCountry()
    {
        QCOMPARE(statementPaper(QLocale(QLocale::English, QLocale::UnitedStates)), QPageSize::Letter);
        QCOMPARE(statementPaper(QLocale(QLocale::French, QLocale::Canada)), QPageSize::Letter);
        QCOMPARE(statementPaper(QLocale(QLocale::German, QLocale::Germany)), QPageSize::A4);
        QCOMPARE(statementPaper(QLocale(QLocale::English, QLocale::UnitedKingdom)), QPageSize::A4);
    }

    void aPriceIsEchoedAsItIsTyped()
    {
        window().showSettings(1);
        auto *settings = window().findChild<SettingsDialog *>();
        QVERIFY(settings);
        auto *price = settings->findChild<QLineEdit *>(u"tokenPrice"_s);
        QVERIFY(price);
        QTRY_COMPARE(price->text(), u"2"_s);
        QCOMPARE(settings->tokenPriceEcho(), u"= $2.00 per million tokens"_s);
        price->setText(u"0.003625"_s);
        QCOMPARE(settings->tokenPriceEcho(), u"= $0.003625 per million tokens"_s);
        price->setText(u"two"_s);
        QVERIFY(settings->tokenPriceEcho().contains(u"two"_s));
        settings->close();
    }
};

QTEST_MAIN(TestBillView)
#include "tst_billview.moc"
