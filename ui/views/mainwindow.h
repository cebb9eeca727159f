// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/mcp.h"
#include "engine/domain/stepping.h"

#include <QHash>
#include <QMainWindow>

#include <functional>
#include <memory>

class QAction;
class QDockWidget;
class QMenu;
class QStackedWidget;

namespace lathe {

class BillView;
class BreakpointsPane;
class ComposeView;
class DebugView;
class EngineFacade;
class Inspector;
class JournalPane;
class KeyStore;
class ModeBar;
class PolicyView;
class RunFiles;
class RunsPane;
class Session;
class SettingsDialog;
class StatePane;
class StatusLine;
class ToolsView;

enum class Mode
{
    Compose,
    Debug,
    Bill,
    Policy,
    Tools
};

/// The window. Built in two steps so that it is seen quickly: the frame at once, the views when the database is open.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(QWidget *parent = nullptr);
    ~MainWindow() override;

    /// The database is being opened: says so if it takes a while.
    void showOpening(const QString& database);
    /// It could not be opened.
    void showOpenError(const Error& error, std::function<void()> retry);
    /// Makes the views; once.
    void attach(EngineFacade& facade, KeyStore& keys, const QString& database);

    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const;
    void resetLayout();
    void goBack();
    void openRun(const QString& runId);
    void showSettings(int page = 0);

    [[nodiscard]] Session *session() const { return m_session.get(); }
    [[nodiscard]] ComposeView *compose() const { return m_compose; }
    [[nodiscard]] DebugView *debug() const { return m_debug; }
    [[nodiscard]] BillView *bill() const { return m_bill; }
    [[nodiscard]] PolicyView *policy() const { return m_policy; }
    [[nodiscard]] ToolsView *tools() const { return m_tools; }
    [[nodiscard]] RunsPane *runs() const { return m_runs; }
    [[nodiscard]] RunFiles *runFiles() const { return m_runFiles; }
    [[nodiscard]] Inspector *inspector() const { return m_inspector; }
    [[nodiscard]] JournalPane *journal() const { return m_journal; }
    [[nodiscard]] StatePane *statePane() const { return m_pane; }
    [[nodiscard]] QAction *action(const QString& name) const { return m_actions.value(name); }
    [[nodiscard]] QList<QAction *> allActions() const;

Q_SIGNALS:
    /// The first paint has been done.
    void painted();
    void openDatabaseWanted();

protected:
    void closeEvent(QCloseEvent *event) override;
    bool event(QEvent *event) override;

private:
    QAction *addAction(const QString& name, QMenu *menu, const QString& iconName, const QString& text,
                       const QKeySequence& key, const QString& tip, std::function<void()> run);
    void makeMenus();
    void makeDebugActions();
    void makeRunActions();
    void makeViews();
    void makeDocks();
    void askForServer(const McpElicitation& asked);
    void connectViews();
    QDockWidget *addDock(Qt::DockWidgetArea area, const QString& name, const QString& title, QWidget *content);
    void applyDefaultDocks(Mode mode);
    void onModeChanged(int mode);
    void refreshActions();
    void toggleBreakpoint();
    void nextPane(int step);
    void filterFocused();
    void showPalette();
    void showCheatSheet();
    void showAbout();
    void rerun(const QString& runId);
    void command(StepCommand command);
    void loadBreakpoints();
    void saveBreakpoints();

    std::unique_ptr<Session> m_session;
    StatePane *m_pane;
    QStackedWidget *m_stack = nullptr;
    ModeBar *m_modes;
    StatusLine *m_status;
    QToolBar *m_debugBar = nullptr;
    ComposeView *m_compose = nullptr;
    DebugView *m_debug = nullptr;
    BillView *m_bill = nullptr;
    PolicyView *m_policy = nullptr;
    ToolsView *m_tools = nullptr;
    RunsPane *m_runs = nullptr;
    RunFiles *m_runFiles = nullptr;
    Inspector *m_inspector = nullptr;
    JournalPane *m_journal = nullptr;
    BreakpointsPane *m_breakpoints = nullptr;
    SettingsDialog *m_settings = nullptr;
    QMenu *m_viewMenu = nullptr;
    QMenu *m_sampleMenu = nullptr;
    QHash<QString, QAction *> m_actions;
    QList<std::pair<QString, QList<QAction *>>> m_groups; ///< by menu, for the cheat sheet
    QHash<int, QByteArray> m_layouts;                     ///< places of docks by mode
    QList<Mode> m_history;
    int m_shownMode = -1;
    bool m_painted = false;
    bool m_goingBack = false;
    bool m_loadingBreakpoints = false;
};

} // namespace lathe
