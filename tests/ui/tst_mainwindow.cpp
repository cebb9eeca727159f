// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/taborder.h"
#include "tests/ui/windowfixture.h"
#include "ui/models/billmodel.h"
#include "ui/models/decisiontreemodel.h"
#include "ui/models/journalmodel.h"
#include "ui/models/policymodel.h"
#include "ui/views/billfilters.h"
#include "ui/views/billview.h"
#include "ui/views/composeview.h"
#include "ui/views/costchart.h"
#include "ui/views/debugview.h"
#include "ui/views/exportdialog.h"
#include "ui/views/inspector.h"
#include "ui/views/jobform.h"
#include "ui/views/journalpane.h"
#include "ui/views/modebar.h"
#include "ui/views/policyuserspage.h"
#include "ui/views/policyview.h"
#include "ui/views/runspane.h"
#include "ui/views/settingsdialog.h"
#include "ui/views/stopcard.h"
#include "ui/views/toolsview.h"
#include "ui/widgets/commandpalette.h"
#include "ui/widgets/headerview.h"
#include "ui/widgets/jsoneditor.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QAccessible>
#include <QAction>
#include <QDockWidget>
#include <QFile>
#include <QJsonDocument>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTest>
#include <QTreeView>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

/// Asks the knowledge base by a tool call, then answers.
const QString kQuestion = u"Use retrieve_context to find out what a frame is."_s;

QList<StopPoint> stopsOf(const RunRecord& record)
{
    return record.stop ? QList<StopPoint>{record.stop->point} : QList<StopPoint>();
}

void key(QWidget& window, Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    QWidget *focus = QApplication::focusWidget();
    QTest::keyClick(focus ? focus : &window, key, modifiers);
}

} // namespace

class TestMainWindow : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;

    MainWindow& window() { return m_fixture->window(); }
    const RunRecord& record() { return m_fixture->session().run().record(); }

    /// Types the prompt and starts it with the keyboard only.
    void compose(const QString& prompt)
    {
        window().setMode(Mode::Compose);
        window().compose()->promptEdit()->setFocus();
        window().compose()->promptEdit()->selectAll();
        QTest::keyClicks(window().compose()->promptEdit(), prompt);
    }

    /// Steps with F11 until the run stops at this point; false if it ends before.
    bool stepInto(StopPoint wanted)
    {
        for (int i = 0; i < 40; ++i) {
            OpenRun& run = m_fixture->session().run();
            if (!QTest::qWaitFor([&run] { return run.isStopped() || !run.isLive(); }, 20'000) || !run.isLive()) {
                return false;
            }
            if (record().stop->point == wanted) {
                return true;
            }
            const qint64 seq = record().lastSeq;
            key(window(), Qt::Key_F11);
            if (!QTest::qWaitFor([this, seq] { return record().lastSeq > seq; }, 20'000)) {
                return false;
            }
        }
        return false;
    }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<test::WindowFixture>();
        QVERIFY(m_fixture->isOpen());
    }
    void cleanup() { m_fixture.reset(); }

    void startsWithNothingToShow()
    {
        QCOMPARE(window().mode(), Mode::Compose);
        auto *pane = window().runs()->findChild<StatePane *>();
        QTRY_COMPARE(pane->state(), StatePane::State::Empty);
        key(window(), Qt::Key_2, Qt::ControlModifier);
        QCOMPARE(window().mode(), Mode::Debug);
        QCOMPARE(window().debug()->findChild<StatePane *>()->state(), StatePane::State::Empty);
        key(window(), Qt::Key_3, Qt::ControlModifier);
        QTRY_COMPARE(window().bill()->findChild<StatePane *>()->state(), StatePane::State::Empty);
        QVERIFY(!window().action(u"stepOver"_s)->isEnabled());
        QVERIFY(window().action(u"stepOver"_s)->toolTip().contains(u'\n')); // with the reason
    }

    void runsATaskByKeyboardOnly()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        QCOMPARE(window().mode(), Mode::Debug);
        QCOMPARE(record().summary.status, RunStatus::Complete);
        QVERIFY(!record().decisions.isEmpty());
        const auto *model = window().debug()->tree()->model();
        QTRY_VERIFY(model->rowCount() > 0);
        QTRY_COMPARE(m_fixture->session().runs().rowCount(), 1);
        QCOMPARE(m_fixture->session().runs().rows().first().runId, record().summary.runId);
    }

    void aRunThatStopsFirstIsNotAnsweredFromTheCache()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        const QString first = record().summary.runId;
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QTRY_VERIFY(record().summary.runId != first);
        QVERIFY(m_fixture->waitForEnd());
        QVERIFY(record().summary.fromCache);
        QTRY_VERIFY(window().debug()->messageBar()->isVisible()); // and how to run it all the same
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QCOMPARE(record().stop->point, StopPoint::BeforeDecide);
        QVERIFY(!record().summary.fromCache);
        key(window(), Qt::Key_F5);
        QVERIFY(m_fixture->waitForEnd());
    }

    void titlesOfColumnsAreNeverCut()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        key(window(), Qt::Key_B, Qt::ControlModifier);
        QTRY_VERIFY(window().bill()->chart());
        for (const Mode mode : {Mode::Debug, Mode::Compose, Mode::Bill, Mode::Policy, Mode::Tools}) {
            window().setMode(mode);
            const auto cut = [this] {
                QStringList titles;
                for (const HeaderView *header : window().findChildren<HeaderView *>()) {
                    for (int i = 0; header->isVisible() && i < header->count(); ++i) {
                        if (!header->isSectionHidden(i) && header->sectionSize(i) < header->titleWidth(i)) {
                            titles << header->model()->headerData(i, Qt::Horizontal).toString();
                        }
                    }
                }
                return titles.join(u", "_s);
            };
            QTRY_COMPARE(cut(), QString());
            QCOMPARE(window().size(), QSize(1400, 900)); // nothing in it makes the window grow
        }
    }

    void modesStayInTheirPlaces()
    {
        QSet<int> tops;
        for (const Mode mode : {Mode::Compose, Mode::Debug, Mode::Bill, Mode::Policy, Mode::Tools}) {
            window().setMode(mode);
            QCoreApplication::processEvents();
            tops.insert(window().findChild<ModeBar *>()->mapTo(&window(), QPoint()).y());
        }
        QCOMPARE(tops.size(), 1);
    }

    void whatCannotBeDoneSaysWhy()
    {
        key(window(), Qt::Key_3, Qt::ControlModifier);
        QPushButton *exporting = nullptr;
        for (QPushButton *button : window().bill()->findChildren<QPushButton *>()) {
            exporting = button->text().contains(u"Export"_s) ? button : exporting;
        }
        QVERIFY(exporting);
        QTRY_VERIFY(!exporting->isEnabled());
        QVERIFY(!exporting->toolTip().isEmpty());
        QVERIFY(!window().bill()->chart()); // nothing to draw
        window().showSettings();
        auto *settings = window().findChild<SettingsDialog *>();
        QVERIFY(settings);
        for (QPushButton *button : settings->findChildren<QPushButton *>()) {
            QVERIFY2(button->isEnabled() || !button->toolTip().isEmpty(), qPrintable(button->text()));
        }
        settings->close();
    }

    void stepsIntoEachStopAndOverADecision()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QCOMPARE(stopsOf(record()), QList{StopPoint::BeforeDecide});
        QCOMPARE(record().decisions.isEmpty() || record().decisions.first().attempts.isEmpty(),
                 true); // nothing was sent
        QVERIFY(window().action(u"stepOver"_s)->isEnabled());
        QVERIFY(!window().action(u"pause"_s)->isEnabled());
        QVERIFY(stepInto(StopPoint::AfterDecide));
        QVERIFY(stepInto(StopPoint::BeforeTool));
        QCOMPARE(record().stop->tool, u"retrieve_context"_s);
        QVERIFY(record().stop->nextCost.has_value());
        QVERIFY(stepInto(StopPoint::AfterTool));
        const int before = record().stop->decision;
        const qint64 seq = record().lastSeq;
        key(window(), Qt::Key_F10);
        QVERIFY(QTest::qWaitFor(
            [this, seq] { return record().lastSeq > seq && m_fixture->session().run().isStopped(); }, 20'000));
        QCOMPARE(record().stop->decision, before + 1);
        key(window(), Qt::Key_F5);
        QVERIFY(m_fixture->waitForEnd());
        QCOMPARE(record().summary.status, RunStatus::Complete);
    }

    void enterAloneApprovesNothing()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QVERIFY(stepInto(StopPoint::BeforeTool));
        const qint64 seq = record().lastSeq;
        key(window(), Qt::Key_Return);
        window().debug()->stopCard()->focusEditor();
        key(window(), Qt::Key_Return);
        for (QPushButton *button : window().debug()->stopCard()->findChildren<QPushButton *>()) {
            QVERIFY(!button->isDefault() && !button->autoDefault());
        }
        QTest::qWait(100);
        QCOMPARE(record().lastSeq, seq);
        QVERIFY(m_fixture->session().run().isStopped());
        key(window(), Qt::Key_F5, Qt::ShiftModifier); // Stop
        QVERIFY(m_fixture->waitForEnd());
        QCOMPARE(record().summary.status, RunStatus::Stopped);
        QVERIFY(record().billing.has_value());
    }

    void editsArgumentsBeforeTheTool()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QVERIFY(stepInto(StopPoint::BeforeTool));
        StopCard *card = window().debug()->stopCard();
        QVERIFY(!card->isEdited());
        card->showJson(true);
        const QJsonObject original = *card->jsonEditor()->object();

        // Not JSON: nothing is sent.
        card->jsonEditor()->editor()->setPlainText(u"{ \"query\": "_s);
        QVERIFY(card->isEdited());
        const qint64 seq = record().lastSeq;
        window().debug()->command(StepCommand::Continue);
        QTest::qWait(50);
        QCOMPARE(record().lastSeq, seq);

        // Wrong by the schema: refused with words, everything stays.
        QJsonObject wrong = original;
        wrong.insert(u"query"_s, 7);
        card->jsonEditor()->editor()->setPlainText(QString::fromUtf8(QJsonDocument(wrong).toJson()));
        window().debug()->command(StepCommand::StepInto);
        auto *bar = card->findChild<MessageBar *>();
        QTRY_VERIFY2(bar->isVisible() && bar->fullText().contains(u"query"_s),
                     qPrintable(bar->message() + u" / "_s + toName(record().stop->point)));
        QVERIFY(m_fixture->session().run().isStopped());

        // Right: recorded as a revision and executed as edited.
        QJsonObject edited = original;
        edited.insert(u"query"_s, u"what does a budget do"_s);
        card->jsonEditor()->editor()->setPlainText(QString::fromUtf8(QJsonDocument(edited).toJson()));
        window().debug()->command(StepCommand::Continue);
        QVERIFY(m_fixture->waitForEnd());
        const DecisionRecord decision = record().decisions.first();
        QCOMPARE(decision.revisions.size(), 1);
        QCOMPARE(decision.revisions.first().field, u"arguments"_s);
        QCOMPARE(decision.toolCalls.first().arguments.value("query"_L1).toString(), u"what does a budget do"_s);
    }

    void rejectsATool()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QVERIFY(stepInto(StopPoint::BeforeTool));
        Q_EMIT window().debug()->stopCard()->rejectWanted(u"Not today."_s);
        QTRY_VERIFY(!record().decisions.first().verdicts.isEmpty());
        QVERIFY(m_fixture->waitForStop());
        window().debug()->command(StepCommand::Continue);
        QVERIFY(m_fixture->waitForEnd());
        QCOMPARE(record().decisions.first().toolCost, Money());
        QCOMPARE(record().decisions.first().toolCalls.first().errorCode, u"APPROVAL_DENIED"_s);
        const QModelIndex row = window().debug()->tree()->model()->index(0, DecisionTreeModel::Status);
        QCOMPARE(row.data().toString(), u"rejected"_s);
    }

    void aResultWrittenByHandCostsNothing()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QVERIFY(stepInto(StopPoint::BeforeTool));
        StopCard *card = window().debug()->stopCard();
        card->writeResult();
        card->resultEditor()->setPlainText(u"A frame is a level of recursion."_s);
        window().debug()->command(StepCommand::Continue);
        QVERIFY(m_fixture->waitForEnd());
        const DecisionRecord decision = record().decisions.first();
        QVERIFY(decision.toolCalls.first().synthetic);
        QCOMPARE(decision.toolCost, Money());
        QCOMPARE(decision.toolCalls.first().resultText, u"A frame is a level of recursion."_s);
    }

    void escapeGoesBackOneStep()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForStop());
        QVERIFY(stepInto(StopPoint::BeforeTool));
        StopCard *card = window().debug()->stopCard();
        card->writeResult();
        key(window(), Qt::Key_Escape);
        QVERIFY(!card->writesResult());
        QCOMPARE(window().mode(), Mode::Debug);
        key(window(), Qt::Key_Escape);
        QCOMPARE(window().mode(), Mode::Compose);
        window().setMode(Mode::Debug);
        key(window(), Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(m_fixture->waitForEnd());
        // What the model wrote last is no result.
        QTRY_VERIFY(window().debug()->messageBar()->isVisible());
        QVERIFY(record().result.isEmpty());
        QTRY_COMPARE(window().debug()->shownText(), QString());
    }

    void tabFollowsReadingOrderInForms()
    {
        QTRY_VERIFY(!m_fixture->session().tools().isEmpty());
        QTRY_COMPARE(test::outOfReadingOrder(window().compose()->form()), QString());
        window().setMode(Mode::Policy);
        QTRY_COMPARE(test::outOfReadingOrder(window().policy()), QString());
        window().setMode(Mode::Bill);
        QTRY_COMPARE(test::outOfReadingOrder(window().bill()->filters()), QString()); // a column of its own
        QTRY_COMPARE(test::outOfReadingOrder(window().bill()->findChild<QTabWidget *>()), QString());
        window().showSettings();
        auto *settings = window().findChild<SettingsDialog *>();
        QVERIFY(QTest::qWaitForWindowExposed(settings));
        QTRY_COMPARE(test::outOfReadingOrder(settings), QString());
        settings->close();
    }

    void everyControlHasAName()
    {
        QTRY_VERIFY(!m_fixture->session().tools().isEmpty());
        const auto nameless = [](const QWidget& root) {
            QStringList found;
            for (const QWidget *widget : root.findChildren<QWidget *>()) {
                if ((widget->focusPolicy() & Qt::TabFocus) == 0 || !widget->isVisible() || widget->focusProxy() ||
                    widget->inherits("QTabBar") || widget->inherits("QScrollArea") || widget->inherits("QDockWidget")) {
                    continue;
                }
                QAccessibleInterface *face = QAccessible::queryAccessibleInterface(const_cast<QWidget *>(widget));
                if (face && face->text(QAccessible::Name).isEmpty()) {
                    found << QString(QString::fromLatin1(widget->metaObject()->className()) + u" in "_s +
                                     QString::fromLatin1(widget->parentWidget()->metaObject()->className()));
                }
            }
            return found.join(u", "_s);
        };
        for (const Mode mode : {Mode::Compose, Mode::Debug, Mode::Bill, Mode::Policy, Mode::Tools}) {
            window().setMode(mode);
            QCOMPARE(nameless(window()), QString());
        }
        window().showSettings();
        auto *settings = window().findChild<SettingsDialog *>();
        QVERIFY(QTest::qWaitForWindowExposed(settings));
        QCOMPARE(nameless(*settings), QString());
        settings->close();
    }

    void stopsAtABreakpointToggledFromARow()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        window().debug()->selectDecision(1, {});
        QTRY_COMPARE(window().debug()->currentDecision(), 1);
        key(window(), Qt::Key_F9);
        QCOMPARE(m_fixture->session().breakpoints().rowCount(), 1);
        QCOMPARE(m_fixture->session().breakpoints().rows().first().tool, u"retrieve_context"_s);
        compose(kQuestion + u" Please."_s);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForStop());
        QCOMPARE(record().stop->point, StopPoint::BeforeTool);
        QVERIFY(record().stop->reason.startsWith(u"breakpoint"_s));
        QTRY_COMPARE(m_fixture->session().breakpoints().rows().first().hits, 1);
        key(window(), Qt::Key_F5);
        QVERIFY(m_fixture->waitForEnd());
    }

    void billAddsUpAndExportsTheSameSum()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        const Money total = record().summary.totalCost;
        QVERIFY(!total.isZero());
        key(window(), Qt::Key_B, Qt::ControlModifier);
        QCOMPARE(window().mode(), Mode::Bill);
        BillView *bill = window().bill();
        QTRY_COMPARE(bill->result().total.cost, total);
        QVERIFY(bill->result().sumsAgree);
        QVERIFY(bill->checkText().endsWith(u"✓"_s));
        QCOMPARE(bill->model()->rowCount(), 5); // all phases, those that cost nothing as well
        QCOMPARE(bill->chart()->barCount(), 5);

        const QString path = m_fixture->folder() + u"/bill.csv"_s;
        ExportDialog *dialog = bill->exportBill();
        dialog->setFormat(ExportDialog::Format::Breakdown);
        dialog->setPath(path);
        QSignalSpy exported(dialog, &ExportDialog::finishedWriting);
        dialog->start();
        QVERIFY(exported.wait(10'000));
        QCOMPARE(exported.first().first().toBool(), true);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        const auto column = lines.first().trimmed().split(',').indexOf("cost");
        QVERIFY(column > 0);
        Money sum;
        int rows = 0;
        for (qsizetype i = 1; i < lines.size() && !lines.at(i).trimmed().isEmpty(); ++i, ++rows) {
            const auto cost = Money::fromDecimal(QString::fromUtf8(lines.at(i).split(',').at(column)));
            QVERIFY(cost.has_value());
            sum = sum.plus(*cost).value_or(Money());
        }
        QCOMPARE(sum, total);
        QCOMPARE(rows, int(bill->result().total.lines));
    }

    void billLeadsToTheDecision()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        key(window(), Qt::Key_B, Qt::ControlModifier);
        BillView *bill = window().bill();
        bill->setGrouping(BillGroup::Decision, std::nullopt);
        QTRY_VERIFY(bill->model()->keyColumns() == 1 && bill->model()->groups().first() == BillGroup::Decision);
        QTRY_VERIFY(bill->model()->rowCount() > 0);
        Q_EMIT bill->decisionWanted(record().summary.runId, 1);
        QCOMPARE(window().mode(), Mode::Debug);
        QTRY_COMPARE(window().debug()->currentDecision(), 1);
        key(window(), Qt::Key_Escape);
        QCOMPARE(window().mode(), Mode::Bill);
    }

    void saysWhatIsWrongBesideTheField()
    {
        compose(QString());
        window().compose()->run(false);
        QVERIFY(!window().compose()->issues().isEmpty());
        QVERIFY(m_fixture->session().runs().rowCount() == 0);
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"Hello"_s;
        window().compose()->setJob(job);
        QVERIFY(window().compose()->issues().isEmpty());
        job.budget = Money::fromAtto(-1);
        window().compose()->setJob(job);
        QVERIFY(!window().compose()->issues().isEmpty());
        QCOMPARE(window().compose()->issues().first().path, u"$.budget"_s);
    }

    void jobGoesToJsonAndBack()
    {
        AguiRunJob job;
        job.userId = u"bob"_s;
        job.prompt = u"Add 2 and 2."_s;
        job.name = u"Sum"_s;
        job.maxSteps = 7;
        job.parameters.seed = 42; // has no field in the form
        job.attachments = {Attachment{u"a.txt"_s, u"text/plain"_s, "hello"}};
        ComposeView *compose = window().compose();
        QTRY_VERIFY(!m_fixture->session().tools().isEmpty());
        job.tools = QStringList{u"retrieve_context"_s, u"no_such_tool"_s, u"llm_call"_s};
        compose->setJob(job);
        QCOMPARE(compose->job().tools, job.tools);
        job.tools = QStringList{u"retrieve_context"_s};
        compose->setJob(job);
        QCOMPARE(compose->job().tools, job.tools);
        job.tools.reset();
        compose->setJob(job);
        QCOMPARE(compose->job().tools, job.tools);
        compose->showJson(true);
        QVERIFY(compose->jsonEditor()->isValid());
        QJsonObject json = *compose->jsonEditor()->object();
        QCOMPARE(json.value("maxSteps"_L1).toInt(), 7);
        json.insert(u"maxSteps"_s, 9);
        compose->jsonEditor()->editor()->setPlainText(QString::fromUtf8(QJsonDocument(json).toJson()));
        compose->showJson(false);
        QCOMPARE(compose->job().maxSteps, 9);
        QCOMPARE(compose->job().parameters.seed, std::optional<qint64>(42));
        QCOMPARE(compose->job().attachments, job.attachments);
        compose->showJson(true);
        compose->jsonEditor()->editor()->setPlainText(u"{\n  \"userId\": 5,\n  \"prompt\": \"x\"\n}"_s);
        QVERIFY(compose->jsonEditor()->editor()->marks().contains(2));
        compose->jsonEditor()->editor()->setPlainText(u"{\n  \"userId\": \n"_s);
        QVERIFY(!compose->jsonEditor()->editor()->marks().isEmpty());
        QVERIFY(!compose->issues().isEmpty());
    }

    void showsARunThatFailed()
    {
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"What is 6 * 7?"_s;
        job.provider = u"builtin"_s;
        job.budget = *Money::fromDecimal(u"0.000001");
        window().compose()->setJob(job);
        window().compose()->run(false);
        QVERIFY(m_fixture->waitForEnd());
        QCOMPARE(record().summary.status, RunStatus::PolicyViolation);
        QTRY_VERIFY(window().debug()->messageBar()->isVisible());
        QVERIFY(window().debug()->messageBar()->message().contains(u"BUDGET_EXCEEDED"_s));
    }

    void journalShowsEveryEventAndFilters()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        JournalModel *model = window().journal()->model();
        QTRY_COMPARE(qint64(model->rowCount()), record().lastSeq);
        window().journal()->setFilter(u"retrieve_context"_s);
        QTRY_VERIFY(model->rowCount() > 0 && model->rowCount() < record().lastSeq);
        window().journal()->setFilter(u"no such text anywhere"_s);
        QTRY_COMPARE(model->rowCount(), 0);
    }

    void deletingCanBeUndone()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        Session& session = m_fixture->session();
        QTRY_COMPARE(session.runs().rowCount(), 1);
        const QString runId = record().summary.runId;
        session.remove(runId);
        QCOMPARE(session.runs().rowCount(), 0);
        session.undoDelete();
        QTRY_COMPARE(session.runs().rowCount(), 1);
        session.remove(runId);
        session.commitDelete();
        const auto gone = [this, runId] {
            const QFuture<Result<QList<RunSummary>>> runs = m_fixture->facade().runs({});
            return QTest::qWaitFor([&runs] { return runs.isFinished(); }, 5000) && runs.result() &&
                   runs.result()->isEmpty();
        };
        QTRY_VERIFY(gone());
    }

    void editsAPolicy()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        key(window(), Qt::Key_4, Qt::ControlModifier);
        PolicyModel *model = window().policy()->users()->model();
        QTRY_COMPARE(model->rowCount(), 1);
        model->setData(model->index(0, PolicyModel::ToolCalls), u"3"_s, Qt::EditRole);
        QTRY_COMPARE(model->rows().first().maxToolCalls, 3);
        model->setData(model->index(0, PolicyModel::Tier), u"pro"_s, Qt::EditRole);
        QTRY_COMPARE(model->rows().first().tier, UserTier::Pro);
        QCOMPARE(model->rows().first().maxToolCalls, 25);
    }

    void everyActionHasAKeyOrAPathAndSaysWhatItDoes()
    {
        const QList<QAction *> actions = window().allActions();
        QVERIFY(actions.size() > 30);
        QSet<QString> keys;
        for (const QAction *action : actions) {
            QVERIFY2(action->text().contains(u'&'), qPrintable(action->text()));
            QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->text()));
            const QString shortcut = action->shortcut().toString();
            if (!shortcut.isEmpty()) {
                QVERIFY2(!keys.contains(shortcut), qPrintable(shortcut));
                keys.insert(shortcut);
            }
        }
        for (const char *wanted :
             {"F5", "Pause", "Shift+Pause", "F10", "F11", "Shift+F11", "Shift+F5", "F9", "F6", "Ctrl+K"}) {
            QVERIFY2(keys.contains(QString::fromLatin1(wanted)), wanted);
        }
    }

    void paletteFindsActionsAndRuns()
    {
        compose(kQuestion);
        key(window(), Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(m_fixture->waitForEnd());
        QTRY_COMPARE(m_fixture->session().runs().rowCount(), 1);
        key(window(), Qt::Key_K, Qt::ControlModifier);
        auto *palette = window().findChild<CommandPalette *>();
        QVERIFY(palette);
        auto *input = palette->findChild<QLineEdit *>();
        const int all = palette->shownCount();
        input->setText(u"over step"_s);
        QCOMPARE(palette->shownCount(), 1);
        input->setText(u"run: retrieve_context"_s);
        QCOMPARE(palette->shownCount(), 1);
        QVERIFY(all > 30);
        input->setText(u"policy"_s);
        QTest::keyClick(input, Qt::Key_Return);
        QTRY_COMPARE(window().mode(), Mode::Policy);
    }

    void ctrlFFiltersTheViewInFocus()
    {
        const auto focusIn = [](const QWidget *pane) {
            return pane->isAncestorOf(QApplication::focusWidget()) ? QApplication::focusWidget() : nullptr;
        };
        key(window(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(qobject_cast<QLineEdit *>(focusIn(window().runs())));
        window().setMode(Mode::Debug);
        key(window(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(qobject_cast<QLineEdit *>(focusIn(window().journal())));
        window().setMode(Mode::Bill);
        key(window(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(focusIn(window().bill()));
        window().setMode(Mode::Policy);
        QVERIFY(!window().action(u"filter"_s)->isEnabled());
        window().setMode(Mode::Tools);
        window().tools()->showKnowledge(true);
        key(window(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(qobject_cast<QLineEdit *>(focusIn(window().tools())));
    }

    void layoutIsRememberedBetweenStarts()
    {
        const auto inspector = [](MainWindow& in) { return in.findChild<QDockWidget *>(u"inspectorDock"_s); };
        window().setMode(Mode::Debug);
        QVERIFY(inspector(window())->isVisible());
        inspector(window())->hide();
        window().close();
        KeyStore keys(false);
        MainWindow again;
        again.attach(m_fixture->facade(), keys, m_fixture->path());
        again.show();
        again.setMode(Mode::Debug);
        QVERIFY(!inspector(again)->isVisible());
        again.resetLayout();
        QVERIFY(inspector(again)->isVisible());
    }

    void panesAreReachedByF6AndLayoutComesBack()
    {
        window().setMode(Mode::Debug);
        const auto dock = [this](const char *name) {
            return window().findChild<QDockWidget *>(QString::fromLatin1(name));
        };
        QVERIFY(dock("inspectorDock")->isVisible());
        dock("inspectorDock")->hide();
        window().setMode(Mode::Bill);
        window().setMode(Mode::Debug);
        QVERIFY(!dock("inspectorDock")->isVisible());
        window().resetLayout();
        QVERIFY(dock("inspectorDock")->isVisible());
        QSet<QWidget *> visited;
        for (int i = 0; i < 5; ++i) {
            key(window(), Qt::Key_F6);
            visited.insert(QApplication::focusWidget());
        }
        QVERIFY(visited.size() >= 3);
    }
};

QTEST_MAIN(TestMainWindow)
#include "tst_mainwindow.moc"
