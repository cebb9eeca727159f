// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/policydryrunpage.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/policychangesmodel.h"
#include "ui/models/rulelistmodel.h"
#include "ui/models/simulationmodel.h"
#include "ui/session.h"
#include "ui/views/policyform.h"
#include "ui/widgets/combos.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QStringList texts(const QJsonArray& rules)
{
    QStringList texts;
    for (const QJsonValue& rule : canonicalRules(rules)) {
        texts << rule.toString();
    }
    return texts;
}

constexpr int kRulesShown = 8; // of those that differ
constexpr int kTickMs = 200;

/// What differs between two policies, one a line: rules that come with +, rules that go with −.
QString differenceLines(const UserPolicy& before, const UserPolicy& after)
{
    QStringList lines;
    for (const PolicyChange& change : differences(toJson(before), toJson(after), {}, 0)) {
        if (change.key != "approvalRules"_L1) {
            lines << PolicyDryRunPage::tr("%1: %2 → %3")
                         .arg(wordOfPolicyKey(change.key), policyValueText(change.key, change.before),
                              policyValueText(change.key, change.after));
            continue;
        }
        const QStringList old = texts(before.approvalRules);
        const QStringList fresh = texts(after.approvalRules);
        QStringList rules;
        for (const QString& rule : old) {
            rules << (fresh.contains(rule) ? QString() : QString(u"− "_s + rule));
        }
        for (const QString& rule : fresh) {
            rules << (old.contains(rule) ? QString() : QString(u"+ "_s + rule));
        }
        rules.removeAll(QString());
        lines << wordOfPolicyKey(change.key) + u":"_s;
        if (rules.isEmpty()) {
            lines << PolicyDryRunPage::tr("in another order");
        }
        lines << rules.mid(0, kRulesShown);
        if (rules.size() > kRulesShown) {
            lines << PolicyDryRunPage::tr("and %n more", nullptr, static_cast<int>(rules.size()) - kRulesShown);
        }
    }
    return lines.join(u'\n');
}

/// The changes that take these back. A tier sets limits of its own, so every one of them is named.
QJsonObject undoOf(const UserPolicy& before, const UserPolicy& after)
{
    QJsonObject undo;
    const QJsonObject old = toJson(before);
    for (const PolicyChange& change : differences(old, toJson(after), {}, 0)) {
        undo.insert(change.key, old.value(change.key));
    }
    if (undo.contains("tier"_L1)) {
        for (const QLatin1StringView key : {"maxRecursionDepth"_L1, "contextWindowLimit"_L1, "maxToolCalls"_L1,
                                            "requestsPerMinute"_L1, "requestsPerHour"_L1}) {
            undo.insert(key, old.value(key));
        }
    }
    return undo;
}

} // namespace

PolicyDryRunPage::PolicyDryRunPage(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_user(new QComboBox(this)),
      m_scope(new QComboBox(this)),
      m_form(new PolicyForm(this)),
      m_difference(new NoteLabel(this)),
      m_run(new QPushButton(icon(u"continue"_s), tr("&Dry run"), this)),
      m_reset(new QPushButton(tr("&Reset"), this)),
      m_apply(new QPushButton(tr("&Apply these changes"), this)),
      m_totals(new NoteLabel(this)),
      m_unchanged(new QCheckBox(tr("Show runs that would be the &same"), this)),
      m_model(new SimulationModel(this)),
      m_table(new QTableView(this)),
      m_pane(new StatePane(this)),
      m_bar(new MessageBar(this)),
      m_ticks(new QTimer(this))
{
    m_ticks->setInterval(kTickMs);
    auto *splitter = new QSplitter(this);
    splitter->addWidget(makeForm());
    splitter->addWidget(makeResults());
    splitter->setChildrenCollapsible(false);
    splitter->setHandleWidth(12);
    splitter->setStretchFactor(0, 0);
    splitter->setStretchFactor(1, 1);
    splitter->setSizes({380, 900});
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(m_bar);
    column->addWidget(splitter, 1);
    setFocusProxy(m_run);
    connect(m_user, &QComboBox::activated, this, [this] {
        selectUser(m_user->currentText());
        Q_EMIT userSelected(m_user->currentText());
    });
    connect(m_form, &PolicyForm::edited, this, &PolicyDryRunPage::onEdited);
    connect(m_run, &QPushButton::clicked, this, [this] { m_progress ? cancel() : run(); });
    connect(m_ticks, &QTimer::timeout, this, &PolicyDryRunPage::showProgress);
    connect(m_reset, &QPushButton::clicked, m_form, &PolicyForm::reset);
    connect(m_apply, &QPushButton::clicked, this, &PolicyDryRunPage::apply);
    connect(m_unchanged, &QCheckBox::toggled, this, &PolicyDryRunPage::showRows);
    connect(m_table, &QTableView::activated, this, [this](const QModelIndex& at) {
        const SimulationRow& row = m_model->rows().at(at.row());
        Q_EMIT decisionWanted(row.run.runId, row.finding ? row.finding->decision : 0);
    });
    connect(&session, &Session::policiesChanged, this, &PolicyDryRunPage::onPolicies);
    onEdited();
}

QWidget *PolicyDryRunPage::makeForm()
{
    m_user->setAccessibleName(tr("User"));
    m_scope->setAccessibleName(tr("Runs"));
    m_scope->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_scope->setMinimumContentsLength(16);
    m_run->setToolTip(tr("Holds the edited policy against what was recorded; nothing is run and nothing is stored"));
    m_reset->setToolTip(tr("Goes back to the policy as it is stored"));
    auto *head = new QFormLayout;
    head->setHorizontalSpacing(12);
    head->setVerticalSpacing(6);
    head->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    head->addRow(tr("User"), m_user);
    head->addRow(tr("Runs"), m_scope);
    auto *box = new QScrollArea(this);
    auto *inside = new QWidget(box);
    auto *insideColumn = new QVBoxLayout(inside);
    insideColumn->setContentsMargins(0, 0, 0, 0);
    insideColumn->setSpacing(6);
    insideColumn->addLayout(head);
    insideColumn->addWidget(m_form, 1);
    box->setWidget(inside);
    box->setWidgetResizable(true);
    box->setFrameShape(QFrame::NoFrame);
    box->setFocusPolicy(Qt::NoFocus);
    box->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    box->viewport()->setAutoFillBackground(false);
    inside->setAutoFillBackground(false);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_run);
    buttons->addWidget(m_reset);
    buttons->addStretch();
    buttons->addWidget(m_apply);
    m_difference->setAccessibleName(tr("What differs from the stored policy"));
    auto *page = new QWidget(this);
    page->setMinimumWidth(340);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(box, 1);
    column->addWidget(m_difference);
    column->addLayout(buttons);
    return page;
}

QWidget *PolicyDryRunPage::makeResults()
{
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setAccessibleName(tr("What would have been different"));
    m_table->setToolTip(tr("Double-click a row to see the run at that step"));
    m_pane->setContent(m_table);
    m_pane->showEmpty(u"policy"_s, tr("Change limits, tier or rules at the left, then see what that would have done to "
                                      "recorded runs. Nothing is run, and nothing is stored."));
    auto *top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_totals, 1);
    top->addWidget(m_unchanged, 0, Qt::AlignTop);
    auto *page = new QWidget(this);
    auto *column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addLayout(top);
    column->addWidget(m_pane, 1);
    m_unchanged->hide();
    return page;
}

void PolicyDryRunPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    onPolicies();
    fillScope();
}

void PolicyDryRunPage::onPolicies()
{
    const QList<UserPolicy>& policies = m_session.policies();
    QStringList users;
    for (const UserPolicy& policy : policies) {
        users << policy.userId;
    }
    setItems(m_user, users);
    const QString user = m_form->stored().userId;
    m_user->setEnabled(!users.isEmpty());
    m_form->setEnabled(!users.isEmpty());
    if (!users.isEmpty()) {
        selectUser(users.contains(user) ? user : users.first());
    }
    onEdited();
}

void PolicyDryRunPage::selectUser(const QString& userId)
{
    for (const UserPolicy& policy : m_session.policies()) {
        if (policy.userId != userId) {
            continue;
        }
        m_user->setCurrentText(userId);
        const bool other = m_form->stored().userId != userId;
        const bool untouched = m_form->changes() == QJsonObject();
        if (other || (untouched && m_form->stored() != policy)) {
            m_form->setPolicy(policy);
        }
        if (other) {
            fillScope();
            ++m_generation; // what is asked for is another user's
            end();
            m_simulation = {};
            m_totals->clear();
            m_unchanged->hide();
            m_pane->showEmpty(u"policy"_s, tr("Change limits, tier or rules at the left, then see what that would have "
                                              "done to recorded runs. Nothing is run, and nothing is stored."));
        }
    }
}

void PolicyDryRunPage::fillScope()
{
    const QString user = m_form->stored().userId;
    const QString chosen = m_scope->currentData().toString();
    m_scope->clear();
    m_scope->addItem(tr("All runs of %1").arg(user), QString());
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    for (const RunSummary& run : m_session.runs().rows()) {
        if (run.userId == user) {
            m_scope->addItem(
                u"%1 · %2"_s.arg(RunListModel::title(run).left(40), format::relativeTime(run.startedAtMs, now)),
                run.runId);
        }
    }
    m_scope->setCurrentIndex(std::max(0, m_scope->findData(chosen)));
}

void PolicyDryRunPage::onEdited()
{
    const UserPolicy& stored = m_form->stored();
    const std::optional<QJsonObject> changes = m_form->changes();
    const bool any = changes && !changes->isEmpty();
    m_run->setEnabled(m_progress || (changes && !stored.userId.isEmpty()));
    m_run->setText(m_progress ? tr("&Cancel") : any || !changes ? tr("&Dry run") : tr("&Dry run as stored"));
    m_reset->setEnabled(!changes || any);
    m_apply->setEnabled(any);
    m_apply->setToolTip(!changes ? tr("Correct the fields that are marked first")
                        : any    ? tr("Stores what differs; it holds from the next check on, in running runs too")
                                 : tr("Nothing differs from the stored policy"));
    QString text;
    if (!changes) {
        text = tr("A field cannot be read.");
    } else if (any) {
        const Result<UserPolicy> edited = changedPolicy(stored, *changes);
        text = edited ? differenceLines(stored, *edited) : edited.error().message;
    } else if (!stored.userId.isEmpty()) {
        text = tr("As stored.");
    }
    m_difference->setKind(!changes ? Kind::Error : any ? Kind::Policy : Kind::Reused);
    m_difference->setText(text);
}

void PolicyDryRunPage::run()
{
    const std::optional<QJsonObject> changes = m_form->changes();
    if (!changes) {
        return;
    }
    m_bar->clear();
    m_totals->clear();
    m_unchanged->hide();
    end();
    m_progress = std::make_shared<SimulationProgress>();
    m_ticks->start();
    showProgress();
    onEdited();
    const QString user = m_form->stored().userId;
    const QString runId = m_scope->currentData().toString();
    whenDone(m_session.facade().simulatePolicy(user, *changes, runId, m_progress), this,
             [this, generation = ++m_generation](const Result<PolicySimulation>& simulation) {
                 if (generation != m_generation) {
                     return;
                 }
                 end();
                 onEdited();
                 if (simulation) {
                     show(*simulation);
                 } else {
                     m_pane->showError(simulation.error(), [this] { run(); });
                 }
                 Q_EMIT simulated();
             });
}

void PolicyDryRunPage::showProgress()
{
    const qint64 total = m_progress ? m_progress->total.load() : 0;
    m_pane->showLoading(total == 0 ? tr("Going through the recorded runs…")
                                   : tr("Going through the recorded runs: %1 of %2")
                                         .arg(format::count(m_progress->runs), format::count(total)));
}

void PolicyDryRunPage::end()
{
    if (m_progress) {
        m_progress->cancelled = true; // one that is over does not mind
    }
    m_progress.reset();
    m_ticks->stop();
}

void PolicyDryRunPage::cancel()
{
    if (!m_progress) {
        return;
    }
    ++m_generation;
    end();
    onEdited();
    m_pane->showEmpty(u"stopped"_s, tr("The dry run was cancelled."));
    Q_EMIT simulated();
}

void PolicyDryRunPage::show(const PolicySimulation& simulation)
{
    m_simulation = simulation;
    const SimulationTotals totals = totalsOf(simulation);
    QStringList parts;
    parts << tr("%n runs looked at.", nullptr, static_cast<int>(totals.runs));
    if (totals.stopped > 0) {
        parts << tr("%n would have been stopped.", nullptr, static_cast<int>(totals.stopped));
    }
    if (totals.refusedTools > 0) {
        parts << tr("%n tool calls would have been refused.", nullptr, static_cast<int>(totals.refusedTools));
    }
    if (totals.asked > 0) {
        parts << tr("%n tool calls would have been asked about.", nullptr, static_cast<int>(totals.asked));
    }
    if (totals.wouldGoOn > 0) {
        parts << tr("%n were stopped then and would go on.", nullptr, static_cast<int>(totals.wouldGoOn));
    }
    if (!totals.saved.isZero() || totals.savedUnknownLines > 0) {
        parts << tr("%1 would not have been spent.")
                     .arg(format::moneyWithUnknown(totals.saved, totals.savedUnknownLines));
    }
    if (simulation.prunedRuns > 0) {
        parts << tr("%n older runs have no journal any more and were taken as they were.", nullptr,
                    static_cast<int>(simulation.prunedRuns));
    }
    m_totals->setText(parts.join(u' '));
    m_unchanged->setVisible(totals.runs > 0);
    showRows();
}

void PolicyDryRunPage::showRows()
{
    m_model->setSimulation(m_simulation, m_unchanged->isChecked());
    if (m_model->rowCount() > 0) {
        ItemViews::fitColumns(m_table, 190);
        m_table->setColumnWidth(SimulationModel::Run, std::min(150, m_table->columnWidth(SimulationModel::Run)));
        m_table->horizontalHeader()->setSectionResizeMode(SimulationModel::Why, QHeaderView::Stretch);
        m_pane->showContent();
    } else if (m_simulation.runs.isEmpty()) {
        m_pane->showEmpty(u"runs"_s, tr("%1 has no recorded run to look at.").arg(m_form->stored().userId));
    } else {
        m_pane->showEmpty(u"complete"_s, tr("Nothing would have been different."));
    }
}

void PolicyDryRunPage::apply()
{
    const std::optional<QJsonObject> changes = m_form->changes();
    if (!changes || changes->isEmpty()) {
        return;
    }
    const UserPolicy& stored = m_form->stored();
    const Result<UserPolicy> edited = changedPolicy(stored, *changes);
    if (!edited) {
        m_bar->showError(edited.error());
        return;
    }
    store(stored.userId, *changes, undoOf(stored, *edited));
}

void PolicyDryRunPage::store(const QString& userId, const QJsonObject& changes, const QJsonObject& undo)
{
    whenDone(
        m_session.facade().setPolicy(userId, changes), this, [this, userId, undo](const Result<UserPolicy>& stored) {
            if (!stored) {
                m_bar->showError(stored.error());
                return;
            }
            if (m_form->stored().userId == userId) {
                m_form->setPolicy(*stored);
            }
            if (undo.isEmpty()) {
                m_bar->showMessage(Kind::Answer, tr("The policy of %1 is as it was before.").arg(userId));
            } else {
                m_bar->showMessage(Kind::Answer,
                                   tr("The changes are stored for %1. They hold from the next check on.").arg(userId));
                m_bar->setAction(tr("Undo"), [this, userId, undo] { store(userId, undo, {}); });
            }
            m_session.reloadPolicies();
        });
}

QString PolicyDryRunPage::differenceText() const
{
    return m_difference->text();
}

QString PolicyDryRunPage::totalsText() const
{
    return m_totals->text();
}

} // namespace lathe
