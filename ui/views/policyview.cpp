// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/policyview.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/format.h"
#include "ui/icons.h"
#include "ui/models/policymodel.h"
#include "ui/session.h"
#include "ui/widgets/itemviews.h"
#include "ui/widgets/kindlabel.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QTableView>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Tiers are chosen, not typed.
class TierDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
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

} // namespace

PolicyView::PolicyView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_model(new PolicyModel(this)),
      m_pane(new StatePane(this)),
      m_table(new QTableView(this)),
      m_newUser(new QLineEdit(this)),
      m_bar(new MessageBar(this))
{
    auto *intro = new NoteLabel(tr("What each user may do. A user without a row gets the tier free at the first run. "
                                   "Double-click a cell to change it; it holds from the next check on."),
                                this);
    m_table->setModel(m_model);
    ItemViews::setUp(m_table);
    m_table->setItemDelegateForColumn(PolicyModel::Tier, new TierDelegate(m_table));
    m_table->setAccessibleName(tr("Users and limits"));
    m_pane->setContent(m_table);
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
    connect(m_model, &PolicyModel::changeRequested, this, &PolicyView::change);
    connect(m_model, &PolicyModel::refused, this,
            [this](const QString& message) { m_bar->showMessage(Kind::Error, message); });
    connect(addButton, &QPushButton::clicked, this, &PolicyView::addUser);
    connect(m_newUser, &QLineEdit::returnPressed, this, &PolicyView::addUser);
    connect(&session, &Session::policiesChanged, this, [this] {
        m_model->setRows(m_session.policies());
        ItemViews::fitColumns(m_table, 220);
        if (m_model->rowCount() == 0) {
            m_pane->showEmpty(u"policy"_s, tr("No user has run anything yet. Add one below, or run a task."));
        } else {
            m_pane->showContent();
        }
    });
}

void PolicyView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    reload();
}

void PolicyView::reload()
{
    m_pane->showLoading(tr("Loading the users…"));
    m_session.reloadPolicies();
}

void PolicyView::change(const QString& userId, const QJsonObject& changes)
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

void PolicyView::addUser()
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
        m_session.reloadPolicies();
    });
}

} // namespace lathe
