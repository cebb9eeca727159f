// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/mcp.h"

#include <QWidget>

class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QTableView;

namespace lathe {

class ElidedLabel;
class McpServerModel;
class MessageBar;
class NoteLabel;
class Session;
class StatePane;

/// Servers of the Model Context Protocol: what they are, how they are, what they said; add, edit, import, reconnect.
class McpView : public QWidget
{
    Q_OBJECT

public:
    explicit McpView(Session& session, QWidget *parent = nullptr);
    void reload();
    void select(const QString& name);
    void importFrom(const QString& path);
    /// The dialog for a new server, or for the settings of one that is there.
    void edit(const McpServerInfo& server);
    [[nodiscard]] McpServerModel *model() const { return m_model; }

Q_SIGNALS:
    /// A tool was chosen to be tried.
    void toolWanted(const QString& name);

protected:
    void showEvent(QShowEvent *event) override;

private:
    QWidget *makeDetails();
    [[nodiscard]] McpServerInfo current() const;
    void show(const McpServerInfo& server);
    void showLog(const QString& name);
    void reconnect();
    void removeCurrent();
    void chooseImport();
    void refreshButtons();

    Session& m_session;
    McpServerModel *m_model;
    QTableView *m_table;
    StatePane *m_pane;
    MessageBar *m_bar;
    QPushButton *m_edit;
    QPushButton *m_remove;
    QPushButton *m_reconnect;
    ElidedLabel *m_title;
    NoteLabel *m_state;
    NoteLabel *m_issues;
    QListWidget *m_tools;
    QPlainTextEdit *m_log;
    QString m_shown; ///< server in the details
};

} // namespace lathe
