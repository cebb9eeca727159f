// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/await.h"
#include "tests/ui/taborder.h"
#include "tests/ui/windowfixture.h"
#include "ui/format.h"
#include "ui/models/policychangesmodel.h"
#include "ui/models/policychecksmodel.h"
#include "ui/models/policymodel.h"
#include "ui/models/rulelistmodel.h"
#include "ui/models/simulationmodel.h"
#include "ui/views/debugview.h"
#include "ui/views/inspector.h"
#include "ui/views/policydryrunpage.h"
#include "ui/views/policyform.h"
#include "ui/views/policyrulespage.h"
#include "ui/views/policyuserspage.h"
#include "ui/views/policyview.h"
#include "ui/views/retentionpane.h"
#include "ui/views/ruleform.h"
#include "ui/views/usagepane.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSqlDatabase>
#include <QSqlQuery>
#include <QTableView>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

QPushButton *button(const QWidget *page, const QString& text)
{
    for (QPushButton *each : page->findChildren<QPushButton *>()) {
        QString plain = each->text();
        if (plain.remove(u'&') == text) {
            return each;
        }
    }
    return nullptr;
}

} // namespace

/// Policy in the window: on the real engine, with users and runs of its own.
class TestPolicyView : public QObject
{
    Q_OBJECT

    std::unique_ptr<test::WindowFixture> m_fixture;

    MainWindow& window() { return m_fixture->window(); }
    PolicyView& view() { return *window().policy(); }
    EngineFacade& facade() { return m_fixture->facade(); }
    UserPolicy stored(const QString& user) { return *test::await(facade().policy(user)); }
    void showUsers(const QStringList& users)
    {
        for (const QString& user : users) {
            QVERIFY(test::await(facade().policy(user)));
        }
        window().setMode(Mode::Policy);
        QTRY_COMPARE(view().users()->model()->rowCount(), static_cast<int>(users.size()));
    }
    /// A run with two tool calls, to its end.
    QString recordRun(const QString& user)
    {
        AguiRunJob job;
        job.userId = user;
        job.prompt = u"Use retrieve_context to find out what a frame is."_s;
        RunOptions options;
        options.useCache = false;
        const auto run = test::await(facade().start(job, options));
        const auto end = run ? test::await(facade().finished(*run)) : Result<RunEnd>(fail(run.error()));
        return end && end->status == RunStatus::Complete ? *run : QString();
    }

private Q_SLOTS:
    void init()
    {
        m_fixture = std::make_unique<test::WindowFixture>();
        QVERIFY(m_fixture->isOpen());
    }
    void cleanup() { m_fixture.reset(); }

    void saysWhereUsersComeFrom()
    {
        window().setMode(Mode::Policy);
        for (const auto page : {PolicyView::Users, PolicyView::Rules}) {
            view().showPage(page);
            const QWidget *shown = page == PolicyView::Users ? static_cast<QWidget *>(view().users()) : view().rules();
            QTRY_COMPARE(shown->findChild<StatePane *>()->state(), StatePane::State::Empty);
        }
        view().showPage(PolicyView::DryRun);
        QVERIFY(!button(view().dryRun(), u"Dry run as stored"_s)->isEnabled());
        QVERIFY(!button(view().dryRun(), u"Apply these changes"_s)->isEnabled());
    }

    void metersFollowWhatIsUsed()
    {
        showUsers({u"alice"_s});
        PolicyModel *model = view().users()->model();
        const auto shown = [model](int column) { return model->index(0, column).data().toString(); };
        QTRY_COMPARE(shown(PolicyModel::PerMinute), u"0 of 10"_s);
        QSignalSpy resets(model, &PolicyModel::modelReset);
        QVERIFY(!recordRun(u"alice"_s).isEmpty());
        QTRY_COMPARE(shown(PolicyModel::PerMinute), u"1 of 10"_s); // by itself, while it is looked at
        QCOMPARE(shown(PolicyModel::PerHour), u"1 of 100"_s);
        QVERIFY(view().users()->usage()->wordsOf(u"rate_minute"_s).contains(u"9 left"_s));
        QVERIFY(view().users()->usage()->wordsOf(u"user_day"_s).contains(u"no budget"_s));
        model->setData(model->index(0, PolicyModel::DayBudget), u"1"_s, Qt::EditRole);
        QTRY_VERIFY(shown(PolicyModel::DayBudget).endsWith(u"of 1.00"_s));
        QTRY_VERIFY(view().users()->usage()->wordsOf(u"user_day"_s).contains(u"of $1.00"_s));
        QVERIFY(model->index(0, PolicyModel::DayBudget).data(FillRole).isValid());
        QCOMPARE(resets.count(), 0); // no flicker
    }

    void teamsAreNamedAndGivenBudgets()
    {
        showUsers({u"alice"_s, u"bob"_s});
        PolicyModel *model = view().users()->model();
        QVERIFY(!model->flags(model->index(0, PolicyModel::TeamDay)).testFlag(Qt::ItemIsEditable)); // in no team
        for (int row = 0; row < 2; ++row) {
            model->setData(model->index(row, PolicyModel::Team), u"red"_s, Qt::EditRole);
        }
        QTRY_COMPARE(stored(u"bob"_s).team, u"red"_s);
        QTRY_VERIFY(model->flags(model->index(0, PolicyModel::TeamDay)).testFlag(Qt::ItemIsEditable));
        model->setData(model->index(0, PolicyModel::TeamDay), u"0.50"_s, Qt::EditRole);
        QTRY_COMPARE(model->index(1, PolicyModel::TeamDay).data(Qt::EditRole).toString(), u"0.5"_s); // of both
        QCOMPARE(test::await(facade().teamPolicy(u"red"_s))->budgetPerDay, Money::fromDecimal(u"0.5").value());
    }

    void historySaysWhoChangedWhat()
    {
        showUsers({u"alice"_s});
        QVERIFY(test::await(facade().setPolicy(u"alice"_s, {{u"maxToolCalls"_s, 3}}, u"carol"_s)));
        view().reload();
        PolicyChangesModel *changes = view().users()->changes();
        QTRY_VERIFY(changes->rowCount() > 0 && changes->rows().first().key == u"maxToolCalls"_s);
        QCOMPARE(changes->index(0, PolicyChangesModel::Who).data().toString(), u"carol"_s);
        QCOMPARE(changes->index(0, PolicyChangesModel::What).data().toString(), u"Tool calls a run"_s);
        QCOMPARE(changes->index(0, PolicyChangesModel::Before).data().toString(), u"10"_s);
        QCOMPARE(changes->index(0, PolicyChangesModel::After).data().toString(), u"3"_s);
    }

    void rulesAreEditedTriedAndSaved()
    {
        showUsers({u"alice"_s});
        view().showPage(PolicyView::Rules);
        PolicyRulesPage *page = view().rules();
        QPushButton *save = button(page, u"Save rules"_s);
        QVERIFY(!save->isEnabled());
        page->addRule({RuleVerdict::Allow, u"code_executor"_s, {}});
        page->addRule(
            {RuleVerdict::Deny, u"code_executor"_s, {{u"$.language"_s, RuleCondition::Operator::Equal, u"bash"_s}}});
        page->tryCall(u"code_executor"_s, {{u"language"_s, u"bash"_s}});
        QVERIFY2(page->verdictText().startsWith(u"Denied by rule 2"_s), qPrintable(page->verdictText()));
        QCOMPARE(page->model()->index(1, RuleListModel::Trial).data().toString(), u"decides"_s);
        QCOMPARE(page->model()->index(0, RuleListModel::Trial).data().toString(), u"matches, is overruled"_s);
        page->tryCall(u"code_executor"_s, {{u"language"_s, u"python"_s}});
        QVERIFY2(page->verdictText().startsWith(u"Allowed by rule 1"_s), qPrintable(page->verdictText()));
        QCOMPARE(page->model()->index(1, RuleListModel::Trial).data().toString(), u"condition 1 does not hold"_s);
        page->tryCall(u"google_search"_s, {});
        QVERIFY2(page->verdictText().startsWith(u"No rule"_s), qPrintable(page->verdictText()));
        QVERIFY(stored(u"alice"_s).approvalRules.isEmpty()); // not before Save
        QVERIFY(save->isEnabled());
        save->click();
        const QJsonArray both{u"allow code_executor"_s, u"deny code_executor when $.language = \"bash\""_s};
        QTRY_COMPARE(stored(u"alice"_s).approvalRules, both);
        QTRY_VERIFY(!save->isEnabled());
        // What the engine says of the same call is the same.
        QCOMPARE(decide(*parseToolRules(both), u"code_executor"_s, {{u"language"_s, u"bash"_s}})->index, 1);
    }

    void rulesWithErrorsAreNotSaved()
    {
        showUsers({u"alice"_s});
        view().showPage(PolicyView::Rules);
        PolicyRulesPage *page = view().rules();
        QTRY_VERIFY(!m_fixture->session().tools().isEmpty());
        page->addRule({RuleVerdict::Deny,
                       u"code_exekutor"_s,
                       {{u"language"_s, RuleCondition::Operator::Equal, u"bash"_s},
                        {u"$.code"_s, RuleCondition::Operator::Matches, u"rm (-r"_s}}});
        const QStringList texts = page->form()->problemTexts();
        QCOMPARE(texts.size(), 3);
        QVERIFY(texts.at(0).contains(u"No tool of this name"_s)); // said, but no error: it may come
        QVERIFY(texts.at(1).contains(u"no path"_s));
        QVERIFY(texts.at(2).contains(u"wrong at its character"_s));
        QVERIFY(!button(page, u"Save rules"_s)->isEnabled());
        QVERIFY(button(page, u"Save rules"_s)->toolTip().contains(u"marked"_s));
        page->save(); // by the back door
        const QList<QLineEdit *> path = page->form()->findChildren<QLineEdit *>();
        QVERIFY(path.size() > 2);
        for (QLineEdit *line : path) {
            if (line->text() == u"language"_s) {
                line->setText(u"$.language"_s);
            } else if (line->text() == u"rm (-r"_s) {
                line->setText(u"rm -r"_s);
            }
        }
        QVERIFY(button(page, u"Save rules"_s)->isEnabled());
        QVERIFY(stored(u"alice"_s).approvalRules.isEmpty());
        button(page, u"Discard changes"_s)->click();
        QCOMPARE(page->model()->rowCount(), 0);
    }

    void rulesAreOrderedByKeyboard()
    {
        QVERIFY(test::await(facade().setPolicy(
            u"alice"_s, {{u"approvalRules"_s, QJsonArray{u"ask *"_s, u"allow a"_s, u"allow b"_s}}})));
        showUsers({u"alice"_s});
        view().showPage(PolicyView::Rules);
        RuleListModel *model = view().rules()->model();
        QTRY_COMPARE(model->rowCount(), 3);
        const auto origin = [model](int role) { return model->index(0, RuleListModel::Origin).data(role).toString(); };
        QTRY_VERIFY(origin(Qt::ToolTipRole).startsWith(u"Put there by "_s));
        QVERIFY(!origin(Qt::DisplayRole).isEmpty() && origin(Qt::DisplayRole) != format::none());
        QTableView *table = view().rules()->table();
        table->setFocus();
        table->selectRow(2);
        QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(model->texts(), (QJsonArray{u"ask *"_s, u"allow b"_s, u"allow a"_s}));
        QCOMPARE(table->currentIndex().row(), 1);
        QTest::keyClick(table, Qt::Key_Delete);
        QCOMPARE(model->texts(), (QJsonArray{u"ask *"_s, u"allow a"_s}));
    }

    void aRuleThatComesWithAVerdictIsNotLost()
    {
        showUsers({u"alice"_s});
        view().showPage(PolicyView::Rules);
        PolicyRulesPage *page = view().rules();
        page->addRule({RuleVerdict::Ask, u"*"_s, {}});
        QVERIFY(test::await(facade().setPolicy(u"alice"_s, {{u"addApprovalRule"_s, u"allow t"_s}})));
        page->save(); // what is stored is not what was read
        QTRY_VERIFY(page->messageBar()->message().contains(u"meanwhile"_s));
        QCOMPARE(stored(u"alice"_s).approvalRules, QJsonArray{u"allow t"_s});
        button(page->messageBar(), u"Load the stored rules"_s)->click();
        QCOMPARE(page->model()->texts(), QJsonArray{u"allow t"_s});
    }

    void unsavedRulesStayWithTheirUser()
    {
        showUsers({u"alice"_s, u"bob"_s});
        view().showPage(PolicyView::Rules);
        view().selectUser(u"alice"_s);
        view().rules()->addRule({RuleVerdict::Ask, u"*"_s, {}});
        view().selectUser(u"bob"_s);
        QCOMPARE(view().rules()->model()->rowCount(), 0);
        QCOMPARE(view().users()->currentUser(), u"bob"_s);
        view().selectUser(u"alice"_s);
        QCOMPARE(view().rules()->model()->texts(), QJsonArray{u"ask *"_s});
        QVERIFY(view().rules()->isChanged());
    }

    void dryRunTellsWhatWouldHaveBeenDifferent()
    {
        const QString run = recordRun(u"alice"_s);
        QVERIFY(!run.isEmpty());
        showUsers({u"alice"_s});
        view().showPage(PolicyView::DryRun);
        PolicyDryRunPage *page = view().dryRun();
        QTRY_COMPARE(page->form()->stored().userId, u"alice"_s);
        QSignalSpy done(page, &PolicyDryRunPage::simulated);
        page->run();
        QTRY_COMPARE(done.count(), 1);
        QCOMPARE(page->pane()->state(), StatePane::State::Empty); // the policy as it stands would have done the same
        page->form()->toolCalls()->setValue(0);
        QCOMPARE(page->differenceText(), u"Tool calls a run: 10 → 0"_s);
        QCOMPARE(page->runButton()->text(), u"&Dry run"_s);
        page->run();
        QCOMPARE(page->pane()->state(), StatePane::State::Loading);
        QCOMPARE(page->runButton()->text(), u"&Cancel"_s);
        page->runButton()->click();
        QCOMPARE(done.count(), 2);
        QCOMPARE(page->pane()->state(), StatePane::State::Empty);
        QCOMPARE(page->runButton()->text(), u"&Dry run"_s);
        page->run();
        QTRY_COMPARE(done.count(), 3);
        QCOMPARE(page->model()->rowCount(), 1);
        const auto cell = [page](int column) { return page->model()->index(0, column).data().toString(); };
        QCOMPARE(cell(SimulationModel::Then), u"stopped"_s);
        QVERIFY2(cell(SimulationModel::Where).startsWith(u"step 1"_s), qPrintable(cell(SimulationModel::Where)));
        QCOMPARE(cell(SimulationModel::Why), u"Tool calls: 1, at most 0"_s);
        QVERIFY(page->totalsText().contains(u"would not have been spent"_s));
        QCOMPARE(stored(u"alice"_s).maxToolCalls, 10); // nothing is stored
        QSignalSpy selected(window().debug(), &DebugView::selectionChanged);
        Q_EMIT page->table()->activated(page->model()->index(0, 0));
        QCOMPARE(window().mode(), Mode::Debug);
        QCOMPARE(m_fixture->session().run().runId(), run);
        QTRY_VERIFY(!selected.isEmpty() && selected.last().first().toInt() == 1);
    }

    void dryRunAppliesWhatDiffersAndTakesItBack()
    {
        QVERIFY(test::await(facade().setPolicy(u"alice"_s, {{u"maxToolCalls"_s, 7}})));
        showUsers({u"alice"_s});
        view().showPage(PolicyView::DryRun);
        PolicyDryRunPage *page = view().dryRun();
        QTRY_COMPARE(page->form()->stored().userId, u"alice"_s);
        const UserPolicy before = stored(u"alice"_s);
        QPushButton *apply = button(page, u"Apply these changes"_s);
        QVERIFY(!apply->isEnabled());
        page->form()->runBudget()->setText(u"much"_s);
        QVERIFY(!apply->isEnabled());
        QCOMPARE(page->form()->problemTexts().size(), 1);
        page->form()->runBudget()->setText(u"0.25"_s);
        page->form()->rules()->setPlainText(u"deny\n"_s);
        QCOMPARE(page->form()->problemTexts().size(), 1);
        page->form()->rules()->setPlainText(u"# no more of this\ndeny code_executor\n"_s);
        page->form()->tier()->setCurrentIndex(1);
        Q_EMIT page->form()->tier()->activated(1);
        QCOMPARE(page->form()->toolCalls()->value(), 25); // the tier's own
        page->form()->toolCalls()->setValue(26);
        QVERIFY(apply->isEnabled());
        apply->click();
        QTRY_COMPARE(stored(u"alice"_s).tier, UserTier::Pro);
        QCOMPARE(stored(u"alice"_s).maxToolCalls, 26);
        QCOMPARE(stored(u"alice"_s).budgetPerRun, Money::fromDecimal(u"0.25").value());
        QCOMPARE(stored(u"alice"_s).approvalRules, QJsonArray{u"deny code_executor"_s});
        QTRY_VERIFY(!apply->isEnabled());
        button(page->messageBar(), u"Undo"_s)->click();
        QTRY_COMPARE(stored(u"alice"_s).tier, UserTier::Free);
        UserPolicy after = stored(u"alice"_s);
        after.updatedAtMs = before.updatedAtMs;
        QCOMPARE(after, before);
    }

    void aRefusedRunShowsEveryCheck()
    {
        QVERIFY(test::await(facade().setPolicy(u"alice"_s, {{u"budgetPerRun"_s, u"0.000001"_s}})));
        AguiRunJob job;
        job.userId = u"alice"_s;
        job.prompt = u"What is a frame?"_s;
        const auto run = test::await(facade().start(job, RunOptions()));
        QVERIFY(run && test::await(facade().finished(*run)));
        window().openRun(*run);
        QPushButton *why = nullptr;
        const auto shown = [&] {
            why = button(window().debug()->messageBar(), u"Show the checks"_s);
            return why && why->isVisible();
        };
        QTRY_VERIFY(shown());
        why->click();
        QCOMPARE(window().inspector()->currentIndex(), static_cast<int>(Inspector::Policy));
        const auto *checks = window().inspector()->findChild<PolicyChecksModel *>();
        QTRY_VERIFY(checks->rowCount() > 5); // depth, context, tools, budget, rates under their title
        QVERIFY(checks->isTitle(0));
        QSet<QString> outcomes;
        for (int row = 1; row < checks->rowCount(); ++row) {
            outcomes << checks->index(row, PolicyChecksModel::Outcome).data().toString();
        }
        QCOMPARE(outcomes, (QSet<QString>{u"passed"_s, u"failed"_s, u"not reached"_s}));
        QVERIFY(checks->reasons().first().startsWith(u"Budget, failed: "_s));
    }

    void aBudgetAtEightyPercentIsSaidInTheBar()
    {
        const QString run = recordRun(u"alice"_s);
        window().openRun(run);
        QTRY_VERIFY(m_fixture->session().run().record().lastSeq > 0);
        RunEvent warning;
        warning.type = EventType::BudgetWarning;
        warning.details =
            Fields{{"scope"_L1, toName(BudgetScope::UserDay)}, {"spent"_L1, u"0.85"_s}, {"limit"_L1, u"1"_s}};
        Q_EMIT facade().runEvents(u"another"_s, {warning});
        QVERIFY(!window().debug()->messageBar()->isVisible());
        Q_EMIT facade().runEvents(run, {warning});
        const QString said = window().debug()->messageBar()->message();
        QVERIFY2(said.startsWith(u"User's budget of the day: $0.8500 of $1.00"_s), qPrintable(said));
        QVERIFY(window().debug()->messageBar()->isVisible());
    }

    void oldJournalsAreShownBeforeTheyGo()
    {
        const QString run = recordRun(u"alice"_s);
        const auto age = [this] {
            QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"other"_s);
            database.setDatabaseName(m_fixture->path());
            if (!database.open()) {
                return false;
            }
            QSqlQuery query(database);
            // Eight days.
            return query.exec(u"UPDATE agent_execution_metadata SET completed_at = completed_at - 691200000 "
                              "WHERE completed_at > 0"_s) &&
                   query.numRowsAffected() == 1;
        };
        QTRY_VERIFY(age());
        QSqlDatabase::removeDatabase(u"other"_s);
        window().showSettings(5);
        auto *pane = window().findChild<RetentionPane *>();
        QVERIFY(pane);
        QTRY_COMPARE(pane->due().runs(), 1);
        QTRY_VERIFY(pane->askButton()->isEnabled());
        pane->askButton()->click();
        QVERIFY(pane->confirmButton()->isVisible());
        QVERIFY2(pane->lossText().contains(u"every line of the bill"_s), qPrintable(pane->lossText()));
        QVERIFY(!test::await(facade().events(run, {}))->isEmpty()); // still there
        pane->confirmButton()->click();
        QTRY_VERIFY(pane->messageBar()->isVisible());
        QVERIFY(test::await(facade().events(run, {}))->isEmpty());
        RunQuery all;
        QCOMPARE(test::await(facade().runs(all))->size(), 1);
        QVERIFY(test::await(facade().runs(all))->first().totalCost > Money());
        QTRY_COMPARE(pane->due().runs(), 0);
        QVERIFY(!pane->askButton()->isEnabled());
    }

    void tabFollowsReadingOrder()
    {
        showUsers({u"alice"_s});
        for (const auto page : {PolicyView::Users, PolicyView::Rules, PolicyView::DryRun}) {
            view().showPage(page);
            if (page == PolicyView::Rules) {
                view().rules()->addRule(
                    {RuleVerdict::Ask, u"*"_s, {{u"$.a"_s, RuleCondition::Operator::Equal, u"1"_s}}});
            }
            QTRY_COMPARE(test::outOfReadingOrder(&view()), QString());
        }
    }
};

QTEST_MAIN(TestPolicyView)
#include "tst_policyview.moc"
