// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QTableView;

namespace lathe {

class MessageBar;
class Session;

/// Where runs of this window stop.
class BreakpointsPane : public QWidget
{
    Q_OBJECT

public:
    explicit BreakpointsPane(Session& session, QWidget *parent = nullptr);
    void add(const QString& expression);

private:
    Session& m_session;
    QLineEdit *m_input;
    QTableView *m_table;
    MessageBar *m_bar;
};

} // namespace lathe
