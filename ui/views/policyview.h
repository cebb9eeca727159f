// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QTableView;

namespace lathe {

class MessageBar;
class PolicyModel;
class Session;
class StatePane;

/// Users, their tiers and limits, editable in place.
class PolicyView : public QWidget
{
    Q_OBJECT

public:
    explicit PolicyView(Session& session, QWidget *parent = nullptr);
    void reload();
    [[nodiscard]] PolicyModel *model() const { return m_model; }
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }

protected:
    void showEvent(QShowEvent *event) override;

private:
    void change(const QString& userId, const QJsonObject& changes);
    void addUser();

    Session& m_session;
    PolicyModel *m_model;
    StatePane *m_pane;
    QTableView *m_table;
    QLineEdit *m_newUser;
    MessageBar *m_bar;
};

} // namespace lathe
