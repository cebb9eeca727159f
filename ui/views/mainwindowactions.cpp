// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/async.h"
#include "ui/icons.h"
#include "ui/session.h"
#include "ui/views/billview.h"
#include "ui/views/cheatsheet.h"
#include "ui/views/composeview.h"
#include "ui/views/debugview.h"
#include "ui/views/inspector.h"
#include "ui/views/journalpane.h"
#include "ui/views/knowledgeview.h"
#include "ui/views/mainwindow.h"
#include "ui/views/modebar.h"
#include "ui/views/runfiles.h"
#include "ui/views/runspane.h"
#include "ui/views/settingsdialog.h"
#include "ui/views/toolsview.h"
#include "ui/widgets/commandpalette.h"
#include "ui/widgets/statepane.h"
#include "ui/words.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/models/recordlookup.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenuBar>
#include <QMessageBox>
#include <QToolBar>

using namespace Qt::StringLiterals;

namespace lathe {

QAction *MainWindow::addAction(const QString& name, QMenu *menu, const QString& iconName, const QString& text,
                               const QKeySequence& key, const QString& tip, std::function<void()> run)
{
    auto *action = new QAction(text, this);
    if (!iconName.isEmpty()) {
        action->setIcon(icon(iconName));
    }
    action->setShortcut(key);
    const QString shown = key.toString(QKeySequence::NativeText);
    action->setToolTip(shown.isEmpty() ? tip : u"%1 (%2)"_s.arg(tip, shown));
    action->setData(action->toolTip());
    action->setObjectName(name);
    connect(action, &QAction::triggered, this, std::move(run));
    menu->addAction(action);
    QWidget::addAction(action);
    m_actions.insert(name, action);
    m_groups.last().second.append(action);
    return action;
}

QList<QAction *> MainWindow::allActions() const
{
    QList<QAction *> all;
    for (const auto& group : m_groups) {
        all += group.second;
    }
    return all;
}

void MainWindow::makeMenus()
{
    const auto menu = [this](const QString& title) {
        QString plain = title;
        m_groups.append({plain.remove(u'&'), {}});
        return menuBar()->addMenu(title);
    };
    QMenu *file = menu(tr("&File"));
    addAction(u"newTask"_s, file, u"compose"_s, tr("&New task"), QKeySequence::New, tr("Start with an empty task"),
              [this] {
                  setMode(Mode::Compose);
                  m_compose->clear();
              });
    m_sampleMenu = file->addMenu(icon(u"sample"_s), tr("Sample &tasks"));
    m_sampleMenu->setEnabled(false);
    addAction(u"openDatabase"_s, file, u"open"_s, tr("&Open database…"), QKeySequence::Open,
              tr("Open another database in a window of its own"), [this] { Q_EMIT openDatabaseWanted(); });
    addAction(u"exportCsv"_s, file, u"export"_s, tr("&Export bill…"), QKeySequence(u"Ctrl+E"_s),
              tr("CSV, FOCUS, JSON, or a statement to print"), [this] {
                  setMode(Mode::Bill);
                  m_bill->exportBill();
              });
    addAction(u"importRuns"_s, file, u"open"_s, tr("&Import runs…"), QKeySequence(u"Ctrl+I"_s),
              tr("Take in traces and runs of others, to look at: OTLP, AG-UI, or exported by Lathe"), [this] {
                  findChild<QDockWidget *>(u"runsDock"_s)->show(); // it says how it went
                  m_runFiles->chooseImport();
              });
    file->addSeparator();
    addAction(u"settings"_s, file, u"settings"_s, tr("&Settings…"), QKeySequence(u"Ctrl+,"_s),
              tr("Providers, prices, storage, appearance, language"), [this] { showSettings(); });
    file->addSeparator();
    addAction(u"quit"_s, file, {}, tr("&Quit"), QKeySequence(u"Ctrl+Q"_s),
              tr("Close the window; what runs can be resumed"), [this] { close(); });

    QMenu *edit = menu(tr("&Edit"));
    addAction(u"filter"_s, edit, u"search"_s, tr("&Filter the view"), QKeySequence::Find,
              tr("Filter or search the view in focus"), [this] { filterFocused(); });
    addAction(u"palette"_s, edit, u"search"_s, tr("Find &action or run…"), QKeySequence(u"Ctrl+K"_s),
              tr("All actions and runs by name"), [this] { showPalette(); });

    m_viewMenu = menu(tr("&View"));
    const struct
    {
        const char *icon;
        QString text;
        QString tip;
    } modes[] = {{"compose", tr("&Compose"), tr("Compose a task")},
                 {"debug", tr("&Debug"), tr("Step through a run")},
                 {"bill", tr("&Bill"), tr("See what it cost")},
                 {"policy", tr("&Policy"), tr("Users, tiers and limits")},
                 {"tools", tr("&Tools"), tr("Tools and knowledge bases")}};
    int number = 0;
    for (const auto& mode : modes) {
        const QString name = QString::fromLatin1(mode.icon);
        QAction *action = m_modes->addMode(name, mode.text, QKeySequence(u"Ctrl+%1"_s.arg(++number)), mode.tip);
        m_viewMenu->addAction(action);
        m_actions.insert(name, action);
        m_groups.last().second.append(action);
    }
    m_viewMenu->addSeparator();
    addAction(u"resetLayout"_s, m_viewMenu, u"refresh"_s, tr("&Reset layout"), {},
              tr("Put all panes back in their places"), [this] { resetLayout(); });
    addAction(u"nextPane"_s, m_viewMenu, {}, tr("&Next pane"), QKeySequence(u"F6"_s), tr("Move to the next pane"),
              [this] { nextPane(1); });
    addAction(u"previousPane"_s, m_viewMenu, {}, tr("&Previous pane"), QKeySequence(u"Shift+F6"_s),
              tr("Move to the previous pane"), [this] { nextPane(-1); });
    addAction(u"back"_s, m_viewMenu, {}, tr("Go &back"), QKeySequence(Qt::Key_Escape), tr("Back to where you were"),
              [this] { goBack(); });

    m_groups.append({tr("Run"), {}});
    makeRunActions();
    m_groups.append({tr("Debug"), {}});
    makeDebugActions();

    QMenu *toolsMenu = menu(tr("&Tools"));
    addAction(u"checkTools"_s, toolsMenu, u"refresh"_s, tr("&Check tools again"), {},
              tr("See again which tools work here"), [this] { m_session->reloadTools(); });
    addAction(u"knowledge"_s, toolsMenu, u"book"_s, tr("&Knowledge bases"), {}, tr("What retrieve_context searches"),
              [this] {
                  setMode(Mode::Tools);
                  m_tools->showKnowledge(true);
              });
    addAction(u"mcpServers"_s, toolsMenu, u"open"_s, tr("&MCP servers"), {},
              tr("Programs and addresses that offer more tools"), [this] {
                  setMode(Mode::Tools);
                  m_tools->showMcp();
              });

    QMenu *help = menu(tr("&Help"));
    addAction(u"keys"_s, help, {}, tr("&Keys"), QKeySequence(u"F1"_s), tr("All keys at a glance"),
              [this] { showCheatSheet(); });
    addAction(u"about"_s, help, u"info"_s, tr("&About Lathe"), {}, tr("Version and licence"), [this] { showAbout(); });
}

void MainWindow::makeRunActions()
{
    QMenu *menu = menuBar()->addMenu(tr("&Run"));
    QAction *run = addAction(u"run"_s, menu, u"continue"_s, tr("&Run the task"), QKeySequence(u"Ctrl+Return"_s),
                             tr("Run what is composed"), [this] { m_compose->run(false); });
    run->setShortcuts({QKeySequence(u"Ctrl+Return"_s), QKeySequence(u"Ctrl+Enter"_s)});
    QAction *stopped = addAction(u"runStopped"_s, menu, u"step-into"_s, tr("Run, stop at the &first decision"),
                                 QKeySequence(u"Ctrl+Shift+Return"_s), tr("Run and stop before anything is sent"),
                                 [this] { m_compose->run(true); });
    stopped->setShortcuts({QKeySequence(u"Ctrl+Shift+Return"_s), QKeySequence(u"Ctrl+Shift+Enter"_s)});
    menu->addSeparator();
    addAction(u"rerun"_s, menu, u"refresh"_s, tr("Run a&gain…"), {}, tr("Compose the task of the selected run again"),
              [this] { rerun(m_runs->currentRun()); });
    addAction(u"resume"_s, menu, u"continue"_s, tr("Re&sume"), {},
              tr("Go on with an interrupted run; nothing is paid twice"),
              [this] { m_session->resume(m_runs->currentRun()); });
    addAction(u"showBill"_s, menu, u"bill"_s, tr("Show its &bill"), QKeySequence(u"Ctrl+B"_s),
              tr("What the open run cost"), [this] {
                  setMode(Mode::Bill);
                  m_bill->showRun(m_session->run().runId());
              });
    addAction(u"exportRun"_s, menu, u"export"_s, tr("&Export run…"), QKeySequence(u"Ctrl+Shift+E"_s),
              tr("Write the selected run for others: OTLP, AG-UI, journal, or all there is of it"), [this] {
                  findChild<QDockWidget *>(u"runsDock"_s)->show();
                  m_runFiles->chooseExport(m_runs->currentRun());
              });
    menu->addSeparator();
    addAction(u"deleteRun"_s, menu, u"trash"_s, tr("&Delete run"), {},
              tr("Delete the selected run and its bill; can be undone at once"),
              [this] { m_session->remove(m_runs->currentRun()); });
}

void MainWindow::makeDebugActions()
{
    QMenu *menu = menuBar()->addMenu(tr("&Debug"));
    m_debugBar = new QToolBar(tr("Debugger"), this);
    m_debugBar->setObjectName(u"debugBar"_s);
    m_debugBar->setIconSize(QSize(18, 18));
    m_debugBar->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    addToolBar(Qt::TopToolBarArea, m_debugBar);
    const auto add = [&](const QString& name, const QString& iconName, const QString& text, const QString& shortText,
                         const QKeySequence& key, const QString& tip, StepCommand step, Kind kind) {
        QAction *action = addAction(name, menu, iconName, text, key, tip, [this, step] { command(step); });
        action->setIcon(icon(iconName, kind));
        action->setIconText(shortText);
        m_debugBar->addAction(action);
        return action;
    };
    QAction *go = add(u"continue"_s, u"continue"_s, tr("&Continue"), tr("Continue"), QKeySequence(u"F5"_s),
                      tr("Start, or go on to the next breakpoint or the end"), StepCommand::Continue, Kind::Answer);
    disconnect(go, &QAction::triggered, this, nullptr);
    connect(go, &QAction::triggered, this, [this] {
        if (m_session->run().isLive()) {
            command(StepCommand::Continue);
        } else {
            m_compose->run(false);
        }
    });
    add(u"pause"_s, u"pause"_s, tr("&Pause"), tr("Pause"), QKeySequence(Qt::Key_Pause),
        tr("Stop at the next stop point; a call in flight finishes"), StepCommand::Pause, Kind::Policy);
    add(u"interrupt"_s, u"interrupt"_s, tr("&Interrupt now"), tr("Interrupt"), QKeySequence(u"Shift+Pause"_s),
        tr("Abort the call in flight; it may still be billed"), StepCommand::Interrupt, Kind::Policy);
    m_debugBar->addSeparator();
    menu->addSeparator();
    add(u"stepOver"_s, u"step-over"_s, tr("Step &over"), tr("Over"), QKeySequence(u"F10"_s),
        tr("One whole decision in this frame"), StepCommand::StepOver, Kind::Llm);
    add(u"stepInto"_s, u"step-into"_s, tr("Step in&to"), tr("Into"), QKeySequence(u"F11"_s),
        tr("The next stop point, entering a child frame"), StepCommand::StepInto, Kind::Llm);
    add(u"stepOut"_s, u"step-out"_s, tr("Step o&ut"), tr("Out"), QKeySequence(u"Shift+F11"_s),
        tr("Until this frame returns"), StepCommand::StepOut, Kind::Llm);
    m_debugBar->addSeparator();
    menu->addSeparator();
    add(u"stop"_s, u"stop"_s, tr("&Stop"), tr("Stop"), QKeySequence(u"Shift+F5"_s),
        tr("End the run; what was spent is billed"), StepCommand::Stop, Kind::Error);
    m_debugBar->addSeparator();
    menu->addSeparator();
    QAction *breakpoint = addAction(
        u"breakpoint"_s, menu, u"breakpoint"_s, tr("Toggle &breakpoint"), QKeySequence(u"F9"_s),
        tr("Stop whenever something like the selected row is about to happen"), [this] { toggleBreakpoint(); });
    breakpoint->setIcon(icon(u"breakpoint"_s, Kind::Error));
    breakpoint->setIconText(tr("Breakpoint"));
    m_debugBar->addAction(breakpoint);
    menu->addSeparator();
    addAction(u"exchange"_s, menu, u"llm"_s, tr("Re&quest and reply…"), QKeySequence(u"Ctrl+D"_s),
              tr("What was sent to the model and what came back, side by side, for every attempt"),
              [this] { m_inspector->showExchange(); });
}

void MainWindow::refreshActions()
{
    const bool ready = m_session != nullptr;
    const bool live = ready && m_session->run().isLive();
    const bool stopped = live && m_session->run().isStopped();
    const auto set = [this](const char *name, bool enabled, const QString& reason) {
        QAction *action = m_actions.value(QString::fromLatin1(name));
        action->setEnabled(enabled);
        const QString tip = action->data().toString();
        action->setToolTip(enabled ? tip : u"%1\n%2"_s.arg(tip, reason));
    };
    const QString noRun = tr("No run of this window is going on.");
    const QString notStopped = live ? tr("The run is not stopped.") : noRun;
    const bool composing = ready && mode() == Mode::Compose;
    const bool starts = composing && !live;
    set("continue", stopped || starts, notStopped);
    m_actions.value(u"continue"_s)->setIconText(starts ? tr("Start") : tr("Continue"));
    set("pause", live && !stopped, live ? tr("The run is stopped already.") : noRun);
    set("interrupt", live && !stopped, live ? tr("Nothing is in flight.") : noRun);
    set("stepOver", stopped, notStopped);
    set("stepInto", stopped, notStopped);
    set("stepOut", stopped, notStopped);
    set("stop", live, noRun);
    set("breakpoint", ready && mode() == Mode::Debug && m_debug->currentDecision() > 0, tr("Select a decision first."));
    const DecisionRecord *shown = ready ? findDecision(m_session->run().record(), m_debug->currentDecision()) : nullptr;
    set("exchange", shown && !shown->attempts.isEmpty(), tr("Select a decision that was sent to a model."));
    set("run", composing, tr("Compose a task first (Ctrl+1)."));
    set("runStopped", composing, tr("Compose a task first (Ctrl+1)."));
    const QString opening = tr("The database is not open.");
    const bool filters = ready && mode() != Mode::Policy;
    for (const char *name : {"newTask", "exportCsv", "importRuns", "settings", "palette", "checkTools", "knowledge",
                             "mcpServers", "resetLayout"}) {
        set(name, ready, opening);
    }
    set("filter", filters, ready ? tr("There is nothing to filter in this view.") : opening);
    const bool anyRun = ready && !m_runs->currentRun().isEmpty();
    const QString select = tr("Select a run first.");
    set("rerun", anyRun, select);
    set("exportRun", anyRun, select);
    set("deleteRun", anyRun && !(live && m_runs->currentRun() == m_session->run().runId()),
        anyRun ? tr("Stop the run first.") : select);
    set("showBill", ready && m_session->run().isOpen(), select);
    bool resumable = false;
    if (anyRun) {
        const int row = m_session->runs().rowOf(m_runs->currentRun());
        const RunStatus status = row >= 0 ? m_session->runs().rows().at(row).status : RunStatus::Complete;
        const bool imported = row >= 0 && m_session->runs().rows().at(row).imported;
        const bool working = m_session->facade().runningRuns().contains(m_runs->currentRun());
        resumable = !working && !imported &&
                    (status == RunStatus::Interrupted || status == RunStatus::Running || status == RunStatus::Paused);
    }
    set("resume", resumable, tr("Only an interrupted run can be resumed."));
}

void MainWindow::toggleBreakpoint()
{
    const DecisionRecord *decision = findDecision(m_session->run().record(), m_debug->currentDecision());
    Breakpoint breakpoint;
    breakpoint.stopPoint = StopPoint::BeforeDecide;
    if (decision && decision->action == AgentActionType::ToolCall && !decision->toolCalls.isEmpty()) {
        const QString callId = m_debug->currentCall();
        const ToolCallRecord *call = callId.isEmpty() ? &decision->toolCalls.first() : findCall(*decision, callId);
        breakpoint.stopPoint = StopPoint::BeforeTool;
        breakpoint.tool = call ? call->tool : QString();
    } else if (decision && decision->action == AgentActionType::FinalAnswer) {
        breakpoint.stopPoint = StopPoint::AfterDecide;
    }
    m_session->breakpoints().toggle(breakpoint);
    if (auto *dock = findChild<QDockWidget *>(u"breakpointsDock"_s)) {
        dock->show();
        dock->raise();
    }
}

void MainWindow::nextPane(int step)
{
    QList<QWidget *> panes;
    if (m_stack) {
        panes << m_stack->currentWidget();
        for (QWidget *content :
             QList<QWidget *>{m_inspector, m_journal, findChild<QWidget *>(u"breakpointsDock"_s), m_runs}) {
            if (content && content->isVisible() && !content->visibleRegion().isEmpty()) {
                panes << content;
            }
        }
    }
    if (panes.isEmpty()) {
        return;
    }
    int at = 0;
    for (int i = 0; i < panes.size(); ++i) {
        if (QApplication::focusWidget() && panes.at(i)->isAncestorOf(QApplication::focusWidget())) {
            at = i;
        }
    }
    const int count = static_cast<int>(panes.size());
    QWidget *target = panes.at((at + step + count) % count);
    QWidget *proxy = target->focusProxy();
    (proxy ? proxy : target)->setFocus(Qt::TabFocusReason);
    if (!target->isAncestorOf(QApplication::focusWidget())) {
        const QList<QWidget *> inner = target->findChildren<QWidget *>();
        for (QWidget *widget : inner) {
            if (widget->focusPolicy() & Qt::TabFocus && widget->isVisible()) {
                widget->setFocus(Qt::TabFocusReason);
                break;
            }
        }
    }
}

void MainWindow::filterFocused()
{
    const QWidget *focus = QApplication::focusWidget();
    const auto has = [focus](const QWidget *pane) { return focus && pane->isVisible() && pane->isAncestorOf(focus); };
    const bool inRuns = has(m_runs);
    if (has(m_inspector)) {
        m_inspector->startSearch();
    } else if (has(m_journal) || (mode() == Mode::Debug && !inRuns)) {
        m_journal->startSearch();
    } else if (inRuns || mode() == Mode::Compose) {
        if (!m_runs->isVisible()) {
            m_actions.value(u"runsDock"_s)->trigger();
        }
        m_runs->startSearch();
    } else if (mode() == Mode::Bill) {
        m_bill->startFilter();
    } else if (mode() == Mode::Tools) {
        m_tools->startSearch();
    }
}

void MainWindow::showPalette()
{
    QList<CommandPalette::Entry> entries;
    for (QAction *action : allActions()) {
        QString text = action->text();
        const QString reason = action->toolTip().section(u'\n', 1, 1); // why it cannot be done now
        entries << CommandPalette::Entry{
            text.remove(u'&'),
            action->isEnabled() || reason.isEmpty() ? action->shortcut().toString(QKeySequence::NativeText) : reason,
            action->icon(), [action] { action->trigger(); }, action->isEnabled()};
    }
    const QList<RunSummary>& runs = m_session->runs().rows();
    for (const RunSummary& run : runs) {
        const Look state = look(run.status);
        entries << CommandPalette::Entry{tr("Run: %1").arg(RunListModel::title(run).left(80)), state.word,
                                         icon(state.icon, state.kind), [this, id = run.runId] { openRun(id); }, true};
    }
    auto *palette = new CommandPalette(entries, this);
    palette->setAttribute(Qt::WA_DeleteOnClose);
    palette->open();
}

void MainWindow::showCheatSheet()
{
    auto *sheet = new CheatSheet(m_groups, this);
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->open();
}

void MainWindow::showAbout()
{
    auto *box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About Lathe"));
    box->setText(tr("Lathe %1").arg(QStringLiteral(LATHE_VERSION)));
    box->setInformativeText(
        tr("A workbench for LLM agents: run them, step through every decision, see what each one cost.\n\n"
           "Free software under the GNU General Public License, version 3 or later. No warranty."));
    box->setIconPixmap(QIcon(u":/lathe/icons/io.github.lathe_workbench.Lathe.svg"_s).pixmap(64));
    box->open();
}

void MainWindow::showSettings(int page)
{
    if (!m_settings) {
        m_settings = new SettingsDialog(*m_session, this);
        connect(m_settings, &SettingsDialog::openDatabaseWanted, this, &MainWindow::openDatabaseWanted);
    }
    m_settings->showPage(page);
    m_settings->show();
    m_settings->raise();
    m_settings->activateWindow();
}

} // namespace lathe
