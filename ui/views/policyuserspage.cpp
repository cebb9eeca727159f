// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/policyuserspage.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/delegates/filldelegate.h"
#include "ui/icons.h"
#include "ui/models/policychangesmodel.h"
#include "ui/models/policymodel.h"
#include "ui/session.h"
#include "ui/views/usagepane.h"
#include "ui/widgets/emptyhint.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QTableView>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kRefreshMs = 1000;

/// Tiers are chosen, not typed.
class TierDelegate : public CellDelegate
{
public:
    using CellDelegate::CellDelegate;
    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        auto *box = new QComboBox(parent);
        for (const auto& [tier, name] : EnumNames<UserTier>::table) {
            box->addItem(word(tier), QString(name));
        }
        return box;
    }
    void setEditorData(QWidget *editor, const QModelIndex& index) const override
    {
        auto *box = qobject_cast<QComboBox *>(editor);
        box->setCurrentIndex(box->findData(index.data(Qt::EditRole)));
    }
    void setModelData(QWidget *editor, QAbstractItemModel *model, const QModelIndex& index) const override
    {
        model->setData(index, qobject_cast<QComboBox *>(editor)->currentData(), Qt::EditRole);
    }
};

QLabel *makeTitle(QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    QFont font = label->font();
    font.setWeight(QFont::DemiBold);
    label->setFont(font);
    return label;
}

} // namespace

PolicyUsersPage::PolicyUsersPage(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new PolicyModel(this)),
      m_pane(new StatePane(this)),
      m_table(new QTableView(this)),
      m_usageTitle(makeTitle(this)),
      m_usage(new UsagePane(this)),
      m_changesTitle(makeTitle(this)),
      m_changesTable(new QTableView(this)),
      m_changes(new PolicyChangesModel(this)),
      m_newUser(new QLineEdit(this)),
      m_bar(new MessageBar(this)),
      m_timer(new QTimer(this))
{
    auto *intro = new NoteLabel(tr("What each user may do, and how much of it is used up. A user without a row gets "
                                   "the tier free at the first run. Double-click a cell to change it; it holds from "
                                   "the next check on."),
                                this);
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setItemDelegate(new FillDelegate(m_table));
    m_table->setItemDelegateForColumn(PolicyModel::Tier, new TierDelegate(m_table));
    m_table->setAccessibleName(tr("Users and limits"));
    auto *splitter = new QSplitter(Qt::Vertical, this);
    splitter->addWidget(m_table);
    splitter->addWidget(makeDetails());
    splitter->setChildrenCollapsible(false);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    m_pane->setContent(splitter);
    m_newUser->setPlaceholderText(tr("name of a new user"));
    m_newUser->setAccessibleName(tr("New user"));
    m_newUser->setMaximumWidth(280);
    auto *addButton = new QPushButton(icon(u"add"_s), tr("&Add user"), this);
    addButton->setToolTip(tr("Adds a user with the limits of the tier free"));
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_newUser, 1);
    row->addWidget(addButton);
    row->addStretch(1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    column->addWidget(intro);
    column->addWidget(m_bar);
    column->addWidget(m_pane, 1);
    column->addLayout(row);
    setFocusProxy(m_table);
    m_timer->setInterval(kRefreshMs);
    connect(m_timer, &QTimer::timeout, this, &PolicyUsersPage::refreshUsage);
    connect(m_model, &PolicyModel::changeRequested, this, &PolicyUsersPage::change);
    connect(m_model, &PolicyModel::teamChangeRequested, this, &PolicyUsersPage::changeTeam);
    connect(m_model, &PolicyModel::refused, this,
            [this](const QString& message) { m_bar->showMessage(Kind::Error, message); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &PolicyUsersPage::onSelected);
    connect(addButton, &QPushButton::clicked, this, &PolicyUsersPage::addUser);
    connect(m_newUser, &QLineEdit::returnPressed, this, &PolicyUsersPage::addUser);
    connect(&session, &Session::policiesChanged, this, &PolicyUsersPage::onPolicies);
}

QWidget *PolicyUsersPage::makeDetails()
{
    m_changesTable->setModel(m_changes);
    ItemViews::setUp(m_changesTable);
    m_changesTable->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_changesTable->setAccessibleName(tr("Changes of the policy"));
    m_changesTable->setMinimumHeight(96);
    new EmptyHint(m_changesTable, tr("Nothing was changed yet."));
    auto *meters = new QScrollArea(this);
    meters->setWidget(m_usage);
    meters->setWidgetResizable(true);
    meters->setFrameShape(QFrame::NoFrame);
    meters->setFocusPolicy(Qt::NoFocus);
    meters->viewport()->setAutoFillBackground(false);
    m_usage->setAutoFillBackground(false);
    m_usage->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto *details = new QSplitter(this);
    for (const auto& [title, content] :
         {std::pair<QLabel *, QWidget *>(m_usageTitle, meters), {m_changesTitle, m_changesTable}}) {
        auto *side = new QWidget(details);
        auto *column = new QVBoxLayout(side);
        column->setContentsMargins(0, 8, 0, 0);
        column->setSpacing(8);
        column->addWidget(title);
        column->addWidget(content, 1);
        details->addWidget(side);
    }
    details->setChildrenCollapsible(false);
    details->setHandleWidth(12);
    details->setStretchFactor(0, 1);
    details->setStretchFactor(1, 1);
    details->setSizes({600, 600});
    return details;
}

void PolicyUsersPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    m_timer->start();
    refreshUsage();
}

void PolicyUsersPage::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    m_timer->stop();
}

void PolicyUsersPage::showLoading()
{
    if (m_model->rowCount() == 0) {
        m_pane->showLoading(tr("Loading the users…"));
    }
}

void PolicyUsersPage::growColumns()
{
    QList<int> before;
    for (int column = 0; column < PolicyModel::ColumnCount; ++column) {
        before << m_table->columnWidth(column);
    }
    ItemViews::fitColumns(m_table, 220);
    for (int column = 0; column < PolicyModel::AllowedTools && m_fitted; ++column) { // the last takes the rest
        m_table->setColumnWidth(column, std::max(before.at(column), m_table->columnWidth(column)));
    }
    m_fitted = true;
}

QString PolicyUsersPage::currentUser() const
{
    const QModelIndex at = m_table->currentIndex();
    return at.isValid() ? at.data(IdRole).toString() : QString();
}

void PolicyUsersPage::selectUser(const QString& userId)
{
    const int row = m_model->rowOf(userId);
    if (row >= 0 && userId != currentUser()) {
        m_table->setCurrentIndex(m_model->index(row, std::max(0, m_table->currentIndex().column())));
    }
}

void PolicyUsersPage::onPolicies()
{
    m_model->setRows(m_session.policies());
    if (m_model->rowCount() == 0) {
        m_pane->showEmpty(u"policy"_s, tr("No user has run anything yet. Add one below, or run a task."));
        return;
    }
    m_pane->showContent();
    growColumns();
    m_grow = true; // for what the meters say
    if (m_model->rowOf(m_wanted) >= 0) {
        selectUser(std::exchange(m_wanted, {}));
    } else if (!m_table->currentIndex().isValid()) {
        m_table->setCurrentIndex(m_model->index(0, 0));
    }
    reloadChanges();
    refreshUsage();
}

void PolicyUsersPage::onSelected()
{
    const QString user = currentUser();
    if (user == m_selected || user.isEmpty()) {
        return;
    }
    m_selected = user;
    m_usageTitle->setText(tr("%1 now").arg(user));
    m_changesTitle->setText(tr("Changes of %1's policy").arg(user));
    m_changes->setRows({});
    m_usage->clear();
    showUsage();
    refreshUsage();
    reloadChanges();
    Q_EMIT userSelected(user);
}

QStringList PolicyUsersPage::usersInSight() const
{
    QStringList users;
    const int first = std::max(0, m_table->rowAt(0));
    const int below = m_table->rowAt(m_table->viewport()->height() - 1);
    const int last = below < 0 ? m_model->rowCount() - 1 : below;
    for (int row = first; row <= last; ++row) {
        users << m_model->rows().at(row).userId;
    }
    if (!m_selected.isEmpty() && !users.contains(m_selected)) {
        users << m_selected;
    }
    return users;
}

void PolicyUsersPage::refreshUsage()
{
    const QStringList users = usersInSight();
    if (m_asked || users.isEmpty() || !isVisible()) {
        return;
    }
    m_asked = true;
    whenDone(m_session.facade().policyUsage(users), this, [this](const Result<QList<PolicyUsage>>& usages) {
        m_asked = false;
        if (!usages) {
            m_timer->stop(); // it would fail again in a second; coming back to the page asks anew
            m_bar->showError(usages.error());
            return;
        }
        m_model->setUsage(*usages);
        if (std::exchange(m_grow, false)) {
            growColumns();
        }
        showUsage();
    });
}

void PolicyUsersPage::showUsage()
{
    const int row = m_model->rowOf(m_selected);
    const PolicyUsage *usage = m_model->usageOf(m_selected);
    if (row >= 0 && usage) {
        m_usage->show(m_model->rows().at(row), *usage);
    }
}

void PolicyUsersPage::reloadChanges()
{
    if (m_selected.isEmpty() || !isVisible()) {
        return;
    }
    whenDone(m_session.facade().policyChanges(m_selected), this,
             [this, user = m_selected](const Result<QList<PolicyChange>>& changes) {
                 if (user != m_selected) {
                     return;
                 }
                 if (!changes) {
                     m_bar->showError(changes.error());
                 } else if (m_changes->rows() != *changes) {
                     m_changes->setRows(*changes);
                     ItemViews::fitColumns(m_changesTable, 200);
                 }
             });
}

void PolicyUsersPage::change(const QString& userId, const QJsonObject& changes)
{
    whenDone(m_session.facade().setPolicy(userId, changes), this, [this](const Result<UserPolicy>& stored) {
        if (!stored) {
            m_bar->showError(stored.error());
            return;
        }
        m_bar->clear();
        m_session.reloadPolicies();
    });
}

void PolicyUsersPage::changeTeam(const QString& team, const QJsonObject& changes)
{
    whenDone(m_session.facade().setTeamPolicy(team, changes), this, [this](const Result<TeamPolicy>& stored) {
        if (!stored) {
            m_bar->showError(stored.error());
            return;
        }
        m_bar->clear();
        refreshUsage();
    });
}

void PolicyUsersPage::addUser()
{
    const QString name = m_newUser->text().trimmed();
    if (name.isEmpty()) {
        m_bar->showMessage(Kind::Policy, tr("A user needs a name."));
        m_newUser->setFocus();
        return;
    }
    whenDone(m_session.facade().policy(name), this, [this](const Result<UserPolicy>& policy) {
        if (!policy) {
            m_bar->showError(policy.error());
            return;
        }
        m_newUser->clear();
        m_wanted = policy->userId;
        m_session.reloadPolicies();
    });
}

} // namespace lathe
