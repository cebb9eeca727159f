// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QTabWidget;

namespace lathe {

class PolicyDryRunPage;
class PolicyRulesPage;
class PolicyUsersPage;
class Session;

/// Who may do what: users with their limits and meters, rules for tool calls, and what another policy would have done.
/// The three pages speak of the same user.
class PolicyView : public QWidget
{
    Q_OBJECT

public:
    enum Page
    {
        Users,
        Rules,
        DryRun
    };

    explicit PolicyView(Session& session, QWidget *parent = nullptr);
    void reload();
    void showPage(Page page);
    void selectUser(const QString& userId);
    [[nodiscard]] PolicyUsersPage *users() const { return m_users; }
    [[nodiscard]] PolicyRulesPage *rules() const { return m_rules; }
    [[nodiscard]] PolicyDryRunPage *dryRun() const { return m_dryRun; }

Q_SIGNALS:
    /// decision 0: the run as a whole.
    void decisionWanted(const QString& runId, int decision);

protected:
    void showEvent(QShowEvent *event) override;

private:
    Session& m_session;
    QTabWidget *m_tabs;
    PolicyUsersPage *m_users;
    PolicyRulesPage *m_rules;
    PolicyDryRunPage *m_dryRun;
};

} // namespace lathe
