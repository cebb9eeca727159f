// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/mainwindow.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/icons.h"
#include "ui/keystore.h"
#include "ui/session.h"
#include "ui/views/billview.h"
#include "ui/views/breakpointspane.h"
#include "ui/views/composeview.h"
#include "ui/views/debugview.h"
#include "ui/views/elicitationdialog.h"
#include "ui/views/inspector.h"
#include "ui/views/jobform.h"
#include "ui/views/journalpane.h"
#include "ui/views/modebar.h"
#include "ui/views/policyview.h"
#include "ui/views/runfiles.h"
#include "ui/views/runspane.h"
#include "ui/views/settingsdialog.h"
#include "ui/views/statusline.h"
#include "ui/views/stopcard.h"
#include "ui/views/toolsview.h"
#include "ui/widgets/messagebar.h"
#include "ui/widgets/statepane.h"

#include <QCloseEvent>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QTimer>
#include <QToolBar>

using namespace Qt::StringLiterals;

namespace lathe {

MainWindow::MainWindow(QWidget *parent)
    : QMainWindow(parent), m_pane(new StatePane(this)), m_modes(new ModeBar(this)), m_status(new StatusLine(this))
{
    setObjectName(u"mainWindow"_s);
    setWindowTitle(tr("Lathe"));
    setDockOptions(AnimatedDocks | AllowNestedDocks | AllowTabbedDocks);
    setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    setStatusBar(m_status);
    addToolBar(Qt::LeftToolBarArea, m_modes);
    setCentralWidget(m_pane);
    makeMenus();
    m_modes->setEnabled(false);
    connect(m_modes, &ModeBar::modeChanged, this, &MainWindow::onModeChanged);
    const QSize room = screen() ? screen()->availableSize() * 0.9 : QSize(1400, 900);
    resize(room.boundedTo(QSize(1600, 1000)));
    const QByteArray geometry = QSettings().value(u"window/geometry"_s).toByteArray();
    if (!geometry.isEmpty()) {
        restoreGeometry(geometry);
    }
    refreshActions();
}

MainWindow::~MainWindow()
{
    delete m_settings;
    m_settings = nullptr;
    // The views refer to the session; they go first.
    for (QWidget *view : QList<QWidget *>{m_runs, m_inspector, m_journal, m_breakpoints, m_stack}) {
        delete view;
    }
}

void MainWindow::showOpening(const QString& database)
{
    m_pane->showLoading(tr("Opening %1…").arg(database));
}

void MainWindow::showOpenError(const Error& error, std::function<void()> retry)
{
    m_pane->showError(error, std::move(retry));
}

void MainWindow::attach(EngineFacade& facade, KeyStore& keys, const QString& database)
{
    m_session = std::make_unique<Session>(facade, keys, database);
    setWindowTitle(tr("%1 – Lathe").arg(QFileInfo(database).fileName()));
    makeViews();
    makeDocks();
    connectViews();
    m_status->attach(*m_session);
    QSettings settings;
    for (int mode = 0; mode <= static_cast<int>(Mode::Tools); ++mode) {
        m_layouts.insert(mode, settings.value(u"window/layout%1"_s.arg(mode)).toByteArray());
    }
    m_pane->setContent(m_stack);
    m_pane->showContent();
    m_modes->setEnabled(true);
    setMode(Mode::Compose);
    m_session->reloadTools();
    m_session->reloadPolicies();
    m_session->reloadRuns();
    loadBreakpoints();
    refreshActions();
}

void MainWindow::makeViews()
{
    m_stack = new QStackedWidget(this);
    m_compose = new ComposeView(*m_session, m_stack);
    m_debug = new DebugView(*m_session, m_stack);
    m_bill = new BillView(*m_session, m_stack);
    m_policy = new PolicyView(*m_session, m_stack);
    m_tools = new ToolsView(*m_session, m_stack);
    for (QWidget *view : QList<QWidget *>{m_compose, m_debug, m_bill, m_policy, m_tools}) {
        m_stack->addWidget(view);
    }
    m_sampleMenu->clear();
    m_sampleMenu->addActions(m_compose->samplesMenu()->actions());
    m_sampleMenu->setEnabled(!m_sampleMenu->isEmpty());
    for (QAction *sample : m_compose->samplesMenu()->actions()) {
        connect(sample, &QAction::triggered, this, [this] { setMode(Mode::Compose); });
    }
}

QDockWidget *MainWindow::addDock(Qt::DockWidgetArea area, const QString& name, const QString& title, QWidget *content)
{
    auto *dock = new QDockWidget(title, this);
    dock->setObjectName(name);
    dock->setWidget(content);
    addDockWidget(area, dock);
    QAction *toggle = dock->toggleViewAction();
    m_viewMenu->insertAction(m_actions.value(u"resetLayout"_s), toggle);
    m_actions.insert(name, toggle);
    toggle->setToolTip(tr("Show or hide %1").arg(title));
    return dock;
}

void MainWindow::makeDocks()
{
    m_runs = new RunsPane(*m_session, this);
    m_runFiles = new RunFiles(*m_session, *m_runs->messageBar(), *this);
    m_inspector = new Inspector(*m_session, this);
    m_journal = new JournalPane(*m_session, this);
    m_breakpoints = new BreakpointsPane(*m_session, this);
    addDock(Qt::LeftDockWidgetArea, u"runsDock"_s, tr("Runs"), m_runs);
    addDock(Qt::RightDockWidgetArea, u"inspectorDock"_s, tr("Inspector"), m_inspector);
    QDockWidget *journal = addDock(Qt::BottomDockWidgetArea, u"journalDock"_s, tr("Journal"), m_journal);
    QDockWidget *breakpoints =
        addDock(Qt::BottomDockWidgetArea, u"breakpointsDock"_s, tr("Breakpoints"), m_breakpoints);
    tabifyDockWidget(journal, breakpoints);
    journal->raise();
    m_viewMenu->insertSeparator(m_actions.value(u"resetLayout"_s));
}

void MainWindow::askForServer(const McpElicitation& asked)
{
    auto *dialog = new ElicitationDialog(asked, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    EngineFacade& facade = m_session->facade();
    connect(dialog, &ElicitationDialog::answered, this,
            [&facade, id = asked.id](const McpElicitationAnswer& answer) { facade.answerElicitation(id, answer); });
    connect(&facade, &EngineFacade::elicitationEnded, dialog, [dialog](qint64 id) {
        if (id == dialog->asked().id) {
            dialog->withdraw();
        }
    });
    dialog->open();
}

void MainWindow::connectViews()
{
    connect(&m_session->facade(), &EngineFacade::elicited, this, &MainWindow::askForServer);
    OpenRun& run = m_session->run();
    connect(&run, &OpenRun::changed, this, [this](const QSet<int>& touched) {
        m_inspector->refresh(touched);
        refreshActions();
        const RunRecord& record = m_session->run().record();
        if (record.stop && record.stop->reason.startsWith("breakpoint:"_L1) && m_session->run().isStopped()) {
            static qint64 counted = 0; // one stop is seen in several batches
            if (counted != record.stop->atMs) {
                counted = record.stop->atMs;
                m_session->breakpoints().countHit(record.stop->reason.mid(11).trimmed());
            }
        }
    });
    connect(&run, &OpenRun::switched, this, &MainWindow::refreshActions);
    connect(&m_session->facade(), &EngineFacade::runFinished, this, [this] {
        QTimer::singleShot(0, this, [this] {
            refreshActions();
            m_status->refresh();
            m_session->reloadPolicies();
        });
    });
    connect(m_session.get(), &Session::runStarted, this, [this] { setMode(Mode::Debug); });
    connect(m_session.get(), &Session::failed, this, [this](const Error& error) {
        if (mode() == Mode::Debug) {
            m_debug->messageBar()->showError(error);
        } else if (mode() != Mode::Compose) {
            m_status->showMessage(error.message, 10'000);
        }
    });
    connect(&m_session->breakpoints(), &BreakpointModel::changed, this, &MainWindow::saveBreakpoints);
    connect(m_debug, &DebugView::selectionChanged, this, [this](int decision, const QString& callId) {
        m_inspector->select(decision, callId);
        m_journal->selectDecision(decision);
        refreshActions();
    });
    const auto compose = [this] {
        setMode(Mode::Compose);
        m_compose->setFocus(Qt::OtherFocusReason);
    };
    connect(m_debug, &DebugView::composeWanted, this, compose);
    connect(m_bill, &BillView::composeWanted, this, compose);
    connect(m_runs, &RunsPane::composeWanted, this, compose);
    connect(m_runs, &RunsPane::exportWanted, m_runFiles, &RunFiles::chooseExport);
    connect(m_runFiles, &RunFiles::openWanted, this, &MainWindow::openRun);
    connect(m_debug, &DebugView::checksWanted, this, [this] {
        m_actions.value(u"inspectorDock"_s)->setChecked(true);
        findChild<QDockWidget *>(u"inspectorDock"_s)->show();
        m_inspector->setCurrentIndex(Inspector::Policy);
    });
    connect(m_debug, &DebugView::resumeWanted, m_session.get(), &Session::resume);
    connect(m_debug, &DebugView::rerunWanted, this, &MainWindow::rerun);
    connect(m_debug, &DebugView::freshRunWanted, this, [this](const QString& runId) {
        whenDone(m_session->facade().job(runId), this, [this](const Result<AguiRunJob>& job) {
            if (job) {
                RunOptions options;
                options.provider.provider = m_session->run().record().summary.provider;
                options.useCache = false;
                m_session->start(*job, std::move(options));
            } else {
                m_debug->messageBar()->showError(job.error());
            }
        });
    });
    connect(m_runs, &RunsPane::openWanted, this, &MainWindow::openRun);
    connect(m_runs, &RunsPane::rerunWanted, this, &MainWindow::rerun);
    connect(m_runs, &RunsPane::resumeWanted, m_session.get(), &Session::resume);
    connect(m_runs, &RunsPane::deleteWanted, m_session.get(), &Session::remove);
    const auto openAt = [this](const QString& runId, int decision) {
        openRun(runId);
        if (decision > 0) {
            const auto select = [this, decision] { m_debug->selectDecision(decision, {}); };
            select();
            connect(&m_session->run(), &OpenRun::changed, m_debug, select, Qt::SingleShotConnection);
        }
    };
    connect(m_bill, &BillView::decisionWanted, this, openAt);
    connect(m_policy, &PolicyView::decisionWanted, this, openAt);
    connect(m_journal, &JournalPane::decisionWanted, this,
            [this](int decision) { m_debug->selectDecision(decision, {}); });
    connect(m_compose->form(), &JobForm::settingsWanted, this, [this] { showSettings(); });
}

void MainWindow::setMode(Mode mode)
{
    m_modes->setMode(static_cast<int>(mode));
}

Mode MainWindow::mode() const
{
    return static_cast<Mode>(std::max(0, m_modes->mode()));
}

void MainWindow::onModeChanged(int mode)
{
    if (!m_stack) {
        return;
    }
    if (m_shownMode >= 0) {
        m_layouts.insert(m_shownMode, saveState());
        if (!m_goingBack) {
            m_history.append(static_cast<Mode>(m_shownMode));
        }
    }
    m_shownMode = mode;
    setUpdatesEnabled(false);
    // Hidden views must not make the window wide.
    for (int i = 0; i < m_stack->count(); ++i) {
        const auto policy = i == mode ? QSizePolicy::Preferred : QSizePolicy::Ignored;
        m_stack->widget(i)->setSizePolicy(policy, policy);
    }
    m_stack->setCurrentIndex(mode);
    const QByteArray layout = m_layouts.value(mode);
    if (layout.isEmpty() || !restoreState(layout)) {
        applyDefaultDocks(static_cast<Mode>(mode));
    }
    setUpdatesEnabled(true);
    m_stack->currentWidget()->setFocus(Qt::OtherFocusReason);
    refreshActions();
}

void MainWindow::applyDefaultDocks(Mode mode)
{
    const auto dock = [this](const char *name) { return findChild<QDockWidget *>(QString::fromLatin1(name)); };
    QDockWidget *runs = dock("runsDock");
    QDockWidget *inspector = dock("inspectorDock");
    QDockWidget *journal = dock("journalDock");
    QDockWidget *breakpoints = dock("breakpointsDock");
    const bool debugging = mode == Mode::Debug;
    for (QDockWidget *each : {runs, inspector, journal, breakpoints}) {
        each->setFloating(false);
        each->hide(); // else the bar of its tabs stays behind
    }
    addDockWidget(Qt::LeftDockWidgetArea, runs);
    addDockWidget(Qt::RightDockWidgetArea, inspector);
    addDockWidget(Qt::BottomDockWidgetArea, journal);
    addDockWidget(Qt::BottomDockWidgetArea, breakpoints);
    tabifyDockWidget(journal, breakpoints);
    runs->setVisible(mode == Mode::Compose || debugging);
    inspector->setVisible(debugging);
    journal->setVisible(debugging);
    breakpoints->setVisible(debugging);
    m_debugBar->show();
    const int runsWidth = std::clamp(width() / 6, 220, 320); // the decisions in the middle need the room most
    if (debugging) {
        journal->raise();
        resizeDocks({runs, inspector}, {runsWidth, std::clamp(width() / 4, 296, 460)}, Qt::Horizontal);
        resizeDocks({journal}, {std::clamp(height() / 4, 180, 280)}, Qt::Vertical);
    } else {
        resizeDocks({runs}, {runsWidth}, Qt::Horizontal);
    }
}

void MainWindow::resetLayout()
{
    m_layouts.clear();
    QSettings settings;
    settings.remove(u"window"_s);
    applyDefaultDocks(mode());
}

void MainWindow::goBack()
{
    if (mode() == Mode::Debug && m_debug && m_debug->stopCard()->stepBack()) {
        return;
    }
    if (mode() == Mode::Bill && m_bill && m_bill->goBack()) {
        return;
    }
    if (!m_history.isEmpty()) {
        m_goingBack = true;
        setMode(m_history.takeLast());
        m_goingBack = false;
    }
}

void MainWindow::openRun(const QString& runId)
{
    setMode(Mode::Debug);
    if (m_session->run().runId() != runId) {
        m_session->open(runId);
    }
}

void MainWindow::rerun(const QString& runId)
{
    whenDone(m_session->facade().job(runId), this, [this](const Result<AguiRunJob>& job) {
        setMode(Mode::Compose);
        if (job) {
            m_compose->setJob(*job);
            m_compose->setFocus(Qt::OtherFocusReason);
        } else {
            m_compose->messageBar()->showError(job.error());
        }
    });
}

void MainWindow::command(StepCommand command)
{
    m_debug->command(command);
}

void MainWindow::loadBreakpoints()
{
    whenDone(m_session->facade().settings(), this, [this](const Result<QJsonObject>& settings) {
        if (!settings) {
            return;
        }
        m_loadingBreakpoints = true;
        const QJsonArray stored = settings->value("ui.breakpoints"_L1).toArray();
        for (const QJsonValue value : stored) {
            const auto breakpoint = parseBreakpoint(value.toObject().value("where"_L1).toString());
            if (breakpoint) {
                Breakpoint known = *breakpoint;
                known.enabled = value.toObject().value("enabled"_L1).toBool(true);
                m_session->breakpoints().add(known);
            }
        }
        m_loadingBreakpoints = false;
    });
}

void MainWindow::saveBreakpoints()
{
    if (m_loadingBreakpoints) {
        return;
    }
    QJsonArray stored;
    const QList<Breakpoint>& breakpoints = m_session->breakpoints().rows();
    for (const Breakpoint& breakpoint : breakpoints) {
        stored.append(QJsonObject{{u"where"_s, toExpression(breakpoint)}, {u"enabled"_s, breakpoint.enabled}});
    }
    whenDone(m_session->facade().setSetting(u"ui.breakpoints"_s, stored), this, [](const Result<void>&) {});
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    QSettings settings;
    settings.setValue(u"window/geometry"_s, saveGeometry());
    if (m_session) {
        m_layouts.insert(m_shownMode, saveState());
        for (auto it = m_layouts.begin(); it != m_layouts.end(); ++it) {
            settings.setValue(u"window/layout%1"_s.arg(it.key()), it.value());
        }
        m_session->commitDelete();
    }
    event->accept();
}

bool MainWindow::event(QEvent *event)
{
    const bool handled = QMainWindow::event(event);
    if (event->type() == QEvent::Paint && !m_painted) {
        m_painted = true;
        QTimer::singleShot(0, this, &MainWindow::painted);
    }
    return handled;
}

} // namespace lathe
