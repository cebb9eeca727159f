// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"
#include "engine/pipeline/facadetypes.h"
#include "ui/models/breakpointmodel.h"
#include "ui/models/runlistmodel.h"
#include "ui/openrun.h"

#include <QFuture>
#include <QObject>
#include <QTimer>

namespace lathe {

class EngineFacade;
class KeyStore;

/// What the views of one window share: the engine, the open run, the list of runs, breakpoints, tools and users.
class Session : public QObject
{
    Q_OBJECT

public:
    Session(EngineFacade& facade, KeyStore& keys, QString database, QObject *parent = nullptr);
    ~Session() override;

    [[nodiscard]] EngineFacade& facade() { return m_facade; }
    [[nodiscard]] KeyStore& keys() { return m_keys; }
    [[nodiscard]] const QString& database() const { return m_database; }
    [[nodiscard]] OpenRun& run() { return m_run; }
    [[nodiscard]] RunListModel& runs() { return m_runs; }
    [[nodiscard]] BreakpointModel& breakpoints() { return m_breakpoints; }
    [[nodiscard]] const QList<ToolInfo>& tools() const { return m_tools; }
    [[nodiscard]] const QList<UserPolicy>& policies() const { return m_policies; }
    [[nodiscard]] const ToolInfo *tool(const QString& name) const;

    /// Starts a job and opens its run.
    void start(const AguiRunJob& job, RunOptions options);
    void open(const QString& runId, bool starting = false);
    void resume(const QString& runId);
    /// Takes the run out of the list at once and deletes it after a while, unless undoDelete() comes before.
    void remove(const QString& runId);
    void undoDelete();
    void commitDelete();
    void reloadRuns();
    void searchRuns(const QString& text);
    [[nodiscard]] const QString& searchText() const { return m_search; }
    void moreRuns();
    void reloadTools();
    void reloadPolicies();

Q_SIGNALS:
    void runStarted(const QString& runId);
    void runOpened(const QString& runId);
    void runsLoaded();
    void runsFailed(const lathe::Error& error);
    void toolsChanged();
    void policiesChanged();
    void deletePending(const QString& title);
    void failed(const lathe::Error& error);
    /// Something is wanted that another view does.
    void showDecision(int decision, const QString& callId);
    void composeWanted(const lathe::AguiRunJob& job);
    void modelsChanged();

private:
    [[nodiscard]] RunQuery query() const;
    void loadPage(bool first);
    void follow(const QFuture<Result<QString>>& started);

    EngineFacade& m_facade;
    KeyStore& m_keys;
    QString m_database;
    OpenRun m_run;
    RunListModel m_runs;
    BreakpointModel m_breakpoints;
    QList<ToolInfo> m_tools;
    QList<UserPolicy> m_policies;
    QString m_search;
    int m_searchGeneration = 0;
    bool m_allLoaded = false;
    bool m_pageAsked = false;
    QTimer m_refresh;
    QTimer m_toolsRefresh;
    QTimer m_clock;
    QTimer m_delete;
    QString m_deleting;
};

} // namespace lathe
