// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session.h"

#include "engine/pipeline/enginefacade.h"
#include "ui/async.h"
#include "ui/keystore.h"

#include <QDateTime>

#include <algorithm>

namespace lathe {

namespace {

constexpr int kPage = 200;
constexpr int kUndoMs = 8000;
constexpr int kToolsMs = 200; // several MCP servers come up at about the same time
constexpr int kRefreshMs = 250;
constexpr int kClockMs = 1000;

} // namespace

Session::Session(EngineFacade& facade, KeyStore& keys, QString database, QObject *parent)
    : QObject(parent), m_facade(facade), m_keys(keys), m_database(std::move(database)), m_run(facade)
{
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(kRefreshMs);
    connect(&m_refresh, &QTimer::timeout, this, &Session::reloadRuns);
    const auto refreshSoon = [this] {
        if (!m_refresh.isActive()) {
            m_refresh.start();
        }
    };
    connect(&facade, &EngineFacade::runEvents, this, refreshSoon);
    connect(&facade, &EngineFacade::runFinished, this, refreshSoon);
    m_toolsRefresh.setSingleShot(true);
    m_toolsRefresh.setInterval(kToolsMs);
    connect(&m_toolsRefresh, &QTimer::timeout, this, &Session::reloadTools);
    connect(&facade, &EngineFacade::mcpChanged, &m_toolsRefresh, qOverload<>(&QTimer::start));
    connect(&m_clock, &QTimer::timeout, this, [this] { m_runs.setNow(QDateTime::currentMSecsSinceEpoch()); });
    m_clock.start(kClockMs);
    m_delete.setSingleShot(true);
    m_delete.setInterval(kUndoMs);
    connect(&m_delete, &QTimer::timeout, this, &Session::commitDelete);
    connect(&m_breakpoints, &BreakpointModel::changed, this, [this] { m_facade.setBreakpoints(m_breakpoints.rows()); });
    connect(&m_run, &OpenRun::failed, this, &Session::failed);
}

Session::~Session()
{
    commitDelete();
}

const ToolInfo *Session::tool(const QString& name) const
{
    const auto at =
        std::find_if(m_tools.begin(), m_tools.end(), [&](const ToolInfo& tool) { return tool.name == name; });
    return at == m_tools.end() ? nullptr : &*at;
}

void Session::start(const AguiRunJob& job, RunOptions options)
{
    options.interactive = true;
    options.breakpoints = m_breakpoints.rows();
    const QString provider = options.provider.provider.isEmpty() ? job.provider : options.provider.provider;
    m_keys.whenLoaded(provider, this, [this, job, options] { follow(m_facade.start(job, options)); });
}

void Session::follow(const QFuture<Result<QString>>& started)
{
    whenDone(started, this, [this](const Result<QString>& runId) {
        if (!runId) {
            Q_EMIT failed(runId.error());
            return;
        }
        open(*runId, true);
        Q_EMIT runStarted(*runId);
    });
}

void Session::open(const QString& runId, bool starting)
{
    m_run.open(runId, starting);
    Q_EMIT runOpened(runId);
}

void Session::resume(const QString& runId)
{
    RunOptions options;
    options.interactive = true;
    options.breakpoints = m_breakpoints.rows();
    const int row = m_runs.rowOf(runId);
    const QString provider = row < 0 ? m_run.record().summary.provider : m_runs.rows().at(row).provider;
    m_keys.whenLoaded(provider, this, [this, runId, options] { follow(m_facade.resume(runId, options)); });
}

void Session::remove(const QString& runId)
{
    commitDelete();
    const int row = m_runs.rowOf(runId);
    if (row < 0) {
        return;
    }
    m_deleting = runId;
    const QString title = RunListModel::title(m_runs.rows().at(row));
    m_runs.remove(runId);
    if (m_run.runId() == runId) {
        open(QString());
    }
    m_delete.start();
    Q_EMIT deletePending(title);
}

void Session::undoDelete()
{
    m_deleting.clear();
    m_delete.stop();
    reloadRuns();
}

void Session::commitDelete()
{
    m_delete.stop();
    if (m_deleting.isEmpty()) {
        return;
    }
    const QString runId = m_deleting;
    whenDone(m_facade.deleteRun(runId), this, [this, runId](const Result<void>& deleted) {
        if (m_deleting == runId) {
            m_deleting.clear();
        }
        if (!deleted) {
            Q_EMIT failed(deleted.error());
            reloadRuns();
        }
    });
}

RunQuery Session::query() const
{
    RunQuery query;
    query.text = m_search;
    query.limit = kPage;
    return query;
}

void Session::searchRuns(const QString& text)
{
    if (text == m_search) {
        return;
    }
    m_search = text;
    ++m_searchGeneration;
    m_allLoaded = false;
    loadPage(true);
}

void Session::reloadRuns()
{
    whenDone(m_facade.runs(query()), this,
             [this, generation = m_searchGeneration](const Result<QList<RunSummary>>& runs) {
                 if (generation != m_searchGeneration) {
                     return;
                 }
                 if (!runs) {
                     Q_EMIT runsFailed(runs.error());
                     return;
                 }
                 QList<RunSummary> shown = *runs;
                 shown.removeIf([this](const RunSummary& run) { return run.runId == m_deleting; });
                 if (m_runs.rowCount() == 0) {
                     m_runs.setRows(shown);
                 }
                 for (const RunSummary& run : std::as_const(shown)) {
                     m_runs.upsert(run);
                 }
                 Q_EMIT runsLoaded();
             });
}

void Session::moreRuns()
{
    if (!m_allLoaded && !m_pageAsked && m_runs.rowCount() > 0) {
        loadPage(false);
    }
}

void Session::loadPage(bool first)
{
    RunQuery page = query();
    if (!first) {
        page.beforeMs = m_runs.rows().last().startedAtMs;
    }
    m_pageAsked = true;
    whenDone(m_facade.runs(page), this,
             [this, first, generation = m_searchGeneration](const Result<QList<RunSummary>>& runs) {
                 if (generation != m_searchGeneration) {
                     return;
                 }
                 m_pageAsked = false;
                 if (!runs) {
                     Q_EMIT runsFailed(runs.error());
                     return;
                 }
                 m_allLoaded = runs->size() < kPage;
                 QList<RunSummary> shown = *runs;
                 shown.removeIf([this](const RunSummary& run) { return run.runId == m_deleting; });
                 if (first) {
                     m_runs.setRows(shown);
                 } else {
                     m_runs.append(shown);
                 }
                 Q_EMIT runsLoaded();
             });
}

void Session::reloadTools()
{
    whenDone(m_facade.tools(), this, [this](const Result<QList<ToolInfo>>& tools) {
        if (!tools) {
            Q_EMIT failed(tools.error());
            return;
        }
        m_tools = *tools;
        Q_EMIT toolsChanged();
    });
}

void Session::reloadPolicies()
{
    whenDone(m_facade.policies(), this, [this](const Result<QList<UserPolicy>>& policies) {
        if (!policies) {
            Q_EMIT failed(policies.error());
            return;
        }
        m_policies = *policies;
        Q_EMIT policiesChanged();
    });
}

} // namespace lathe
