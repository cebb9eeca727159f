// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/journal.h"
#include "engine/domain/queries.h"
#include "engine/storage/connection.h"
#include "engine/storage/projectionwriter.h"

#include <QHash>
#include <QSet>

#include <functional>
#include <memory>

namespace lathe {

/// agent_audit_logs: reads events, and appends them together with bodies and projections. Lives on the thread of
/// its connection and keeps the projected state of the runs it writes, so that a batch costs the same however long
/// the run is.
class JournalRepository
{
public:
    /// owner: written into the rows of runs that are appended to, see OwnerLock.
    JournalRepository(Connection& connection, qint64 owner) : m_connection(connection), m_owner(owner) {}

    /// Events of one run that are to be written together.
    struct Batch
    {
        QList<RunEvent> events;
        Durability durability = Durability::Normal;
    };
    /// Each batch wholly or not at all. Internal if its events are not the next ones of one run. Batches that wait
    /// at the same time share a commit, which costs as much as several of them; if that fails, each has its own.
    [[nodiscard]] QList<Result<void>> append(const QList<Batch>& batches);
    [[nodiscard]] Result<QList<RunEvent>> events(const QString& runId, const EventQuery& filter);
    /// Every event of a run in order. Error NotFound if there is no such run.
    [[nodiscard]] Result<void> forEach(qint64 id, const std::function<void(const RunEvent&)>& visit);
    /// agent_execution_metadata.id; NotFound if there is no such run.
    [[nodiscard]] Result<qint64> idOf(const QString& runId);
    /// Drops what is kept of a run in memory.
    void forget(const QString& runId) { m_live.remove(runId); }
    void forgetAll() { m_live.clear(); }

    /// The ids of a run's rows lie in (firstKey, lastKey].
    [[nodiscard]] static constexpr qint64 key(qint64 id, qint64 seq) { return id * kSeqRange + seq; }
    static constexpr qint64 kSeqRange = qint64(1) << 32;

private:
    struct LiveRun : ProjectedRun
    {
        QSet<QByteArray> referred; ///< bodies known to be noted for this run
        qint64 lastUsed = 0;
    };
    using LiveRunPtr = std::shared_ptr<LiveRun>;

    [[nodiscard]] bool appendTogether(const QList<Batch>& batches);
    [[nodiscard]] Result<void> appendAlone(const Batch& batch);
    /// Inside a transaction.
    [[nodiscard]] Result<void> appendTo(const QList<RunEvent>& events);
    [[nodiscard]] Result<void> setDurability(Durability durability);
    [[nodiscard]] Result<LiveRunPtr> live(const QString& runId);
    [[nodiscard]] Result<LiveRunPtr> load(const QString& runId);
    /// False: another process appended to this run meanwhile.
    [[nodiscard]] Result<bool> write(LiveRun& run, const QList<RunEvent>& events);
    [[nodiscard]] Result<void> insert(LiveRun& run, const RunEvent& event);
    void makeRoom();

    Connection& m_connection;
    qint64 m_owner;
    Durability m_durability = Durability::Normal;
    QHash<QString, LiveRunPtr> m_live;
    qint64 m_uses = 0;
};

/// The event in the current row; columns run, seq, time, phase, event, details.
[[nodiscard]] Result<RunEvent> eventFromRow(const Rows& rows);

} // namespace lathe
