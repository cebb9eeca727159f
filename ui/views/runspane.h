// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLineEdit;
class QListView;
class QTimer;

namespace lathe {

class MessageBar;
class RunDelegate;
class Session;
class StatePane;

/// The runs of the database, newest first: search, open, run again, resume, delete.
class RunsPane : public QWidget
{
    Q_OBJECT

public:
    explicit RunsPane(Session& session, QWidget *parent = nullptr);
    void startSearch();
    /// The run that is selected, else the one that is open.
    [[nodiscard]] QString currentRun() const;
    [[nodiscard]] MessageBar *messageBar() const { return m_bar; }

Q_SIGNALS:
    void openWanted(const QString& runId);
    void rerunWanted(const QString& runId);
    void resumeWanted(const QString& runId);
    void deleteWanted(const QString& runId);
    void exportWanted(const QString& runId);
    void composeWanted();

private:
    void makeActions();
    void updateState();
    void selectOpenRun();

    Session& m_session;
    QLineEdit *m_search;
    QListView *m_list;
    RunDelegate *m_delegate;
    StatePane *m_pane;
    MessageBar *m_bar;
    QTimer *m_searchDelay;
    QString m_unselected; ///< run that was opened before its row was there
};

} // namespace lathe
