// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QWidget>

class QLabel;
class QLineEdit;
class QTableView;
class QTimer;

namespace lathe {

class MessageBar;
class PolicyChangesModel;
class PolicyModel;
class Session;
class StatePane;
class UsagePane;

/// Users with tier, team and limits, edited in place; how much of them is used up, kept fresh while it is looked at;
/// and who changed what.
class PolicyUsersPage : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyUsersPage(Session& session, QWidget *parent = nullptr);
    void showLoading();
    void selectUser(const QString& userId);
    [[nodiscard]] QString currentUser() const;
    [[nodiscard]] PolicyModel *model() const { return m_model; }
    [[nodiscard]] PolicyChangesModel *changes() const { return m_changes; }
    [[nodiscard]] UsagePane *usage() const { return m_usage; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }

Q_SIGNALS:
    void userSelected(const QString& userId);

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *makeDetails();
    void onPolicies();
    void onSelected();
    void showUsage();
    void refreshUsage();
    void reloadChanges();
    void growColumns();
    [[nodiscard]] QStringList usersInSight() const;
    void change(const QString& userId, const QJsonObject& changes);
    void changeTeam(const QString& team, const QJsonObject& changes);
    void addUser();

    Session& m_session;
    PolicyModel *m_model;
    StatePane *m_pane;
    QTableView *m_table;
    QLabel *m_usageTitle;
    UsagePane *m_usage;
    QLabel *m_changesTitle;
    QTableView *m_changesTable;
    PolicyChangesModel *m_changes;
    QLineEdit *m_newUser;
    MessageBar *m_bar;
    QTimer *m_timer;
    QString m_selected;
    QString m_wanted;      ///< to be selected once it is there
    bool m_asked = false;  ///< for the usage, and not answered yet
    bool m_fitted = false; ///< columns only grow from then on: nothing jumps
    bool m_grow = false;
};

} // namespace lathe
