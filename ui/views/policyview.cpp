// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/policyview.h"

#include "ui/icons.h"
#include "ui/session.h"
#include "ui/views/policydryrunpage.h"
#include "ui/views/policyrulespage.h"
#include "ui/views/policyuserspage.h"

#include <QBoxLayout>
#include <QTabWidget>

using namespace Qt::StringLiterals;

namespace lathe {

PolicyView::PolicyView(Session& session, QWidget *parent)
    : QWidget(parent),
      m_session(session),
      m_tabs(new QTabWidget(this)),
      m_users(new PolicyUsersPage(session, this)),
      m_rules(new PolicyRulesPage(session, this)),
      m_dryRun(new PolicyDryRunPage(session, this))
{
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_users, icon(u"policy"_s), tr("Users and tiers"));
    m_tabs->addTab(m_rules, icon(u"tool"_s), tr("Rules"));
    m_tabs->addTab(m_dryRun, icon(u"continue"_s), tr("Dry run"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->addWidget(m_tabs);
    setFocusProxy(m_tabs);
    connect(m_users, &PolicyUsersPage::userSelected, this, &PolicyView::selectUser);
    connect(m_rules, &PolicyRulesPage::userSelected, this, &PolicyView::selectUser);
    connect(m_dryRun, &PolicyDryRunPage::userSelected, this, &PolicyView::selectUser);
    connect(m_dryRun, &PolicyDryRunPage::decisionWanted, this, &PolicyView::decisionWanted);
}

void PolicyView::showPage(Page page)
{
    m_tabs->setCurrentIndex(page);
}

void PolicyView::selectUser(const QString& userId)
{
    m_users->selectUser(userId);
    m_rules->selectUser(userId);
    m_dryRun->selectUser(userId);
}

void PolicyView::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    reload();
}

void PolicyView::reload()
{
    m_users->showLoading();
    m_session.reloadPolicies();
}

} // namespace lathe
