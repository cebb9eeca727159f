// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <QObject>
#include <QSet>

namespace lathe {

class EngineFacade;

/// The run that the window shows, live or recorded: fetches its journal by pages, projects it, and goes on with what
/// becomes durable meanwhile.
class OpenRun : public QObject
{
    Q_OBJECT

public:
    explicit OpenRun(EngineFacade& facade, QObject *parent = nullptr);

    /// starting: it has just been started or resumed, so it is live before the first batch of events says so.
    void open(const QString& runId, bool starting = false);
    void close();

    [[nodiscard]] const QString& runId() const { return m_runId; }
    [[nodiscard]] bool isOpen() const { return !m_runId.isEmpty(); }
    [[nodiscard]] bool isLoading() const { return m_loading && m_projector.record().lastSeq == 0; }
    [[nodiscard]] const RunRecord& record() const { return m_projector.record(); }
    /// The engine works on it now, or it waits at a stop.
    [[nodiscard]] bool isLive() const;
    [[nodiscard]] bool isStopped() const { return isLive() && record().stop.has_value(); }
    /// What the model has written so far of the decision it is at.
    [[nodiscard]] const QString& liveText() const { return m_liveText; }
    [[nodiscard]] int liveDecision() const { return m_liveDecision; }

Q_SIGNALS:
    /// Another run, or none: start over.
    void switched();
    /// Some events later; touched: the decisions they name.
    void changed(const QSet<int>& touched);
    void streamed();
    void failed(const lathe::Error& error);

private:
    void fetch();
    void takeWaiting();
    void take(const QList<RunEvent>& events);

    EngineFacade& m_facade;
    QString m_runId;
    RunProjector m_projector;
    QString m_liveText;
    int m_liveDecision = 0;
    bool m_loading = false;
    QList<RunEvent> m_waiting; ///< came while reading
    bool m_starting = false;
    int m_generation = 0; // answers for a run that was open before are dropped
};

} // namespace lathe
