// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStatusBar>

class QLabel;

namespace lathe {

class Session;

/// The foot of the window: database, model, user, money of the open run, how much runs.
class StatusLine : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget *parent = nullptr);
    void attach(Session& session);
    void refresh();

protected:
    void changeEvent(QEvent *event) override;

private:
    Session *m_session = nullptr;
    QLabel *m_database;
    QLabel *m_model;
    QLabel *m_user;
    QLabel *m_money;
    QLabel *m_running;
};

} // namespace lathe
