// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/journal.h"
#include "engine/storage/connection.h"
#include "engine/storage/journalreader.h"
#include "engine/storage/ownerlock.h"
#include "engine/storage/projectionwriter.h"

#include <QHash>
#include <QSet>

#include <memory>

namespace lathe {

/// agent_audit_logs: appends events together with their bodies. What follows from them (the projection
/// tables) is written behind: at once when a run begins, stops, goes on or ends, else by catchUp(). Lives on the thread
/// of its connection and keeps the projected state of the runs it writes, so that a batch costs the same however long
/// the run is.
class JournalRepository
{
public:
    /// owner: written into the rows of runs that are appended to, see OwnerLock.
    JournalRepository(Connection& connection, const OwnerLock& owners) : m_connection(connection), m_owners(owners) {}

    /// Events of one run that are to be written together.
    struct Batch
    {
        QList<RunEvent> events;
        Durability durability = Durability::Normal;
    };
    /// Each batch wholly or not at all. Internal if its events are not the next ones of one run. Batches that wait
    /// at the same time share a commit, which costs as much as several of them; if that fails, each has its own.
    [[nodiscard]] QList<Result<void>> append(const QList<Batch>& batches);
    /// Whether events were appended whose projections are not written yet.
    [[nodiscard]] bool isBehind() const { return !m_behind.isEmpty(); }
    /// Writes the projections of every run that is behind; the first Error if some cannot be written, the others are.
    [[nodiscard]] Result<void> catchUp();
    /// These runs, which somebody else left behind, too.
    [[nodiscard]] Result<void> catchUp(const QStringList& runIds);

    /// Drops what is kept of a run in memory.
    void forget(const QString& runId) { m_live.remove(runId); }
    /// The same for a run that is no more.
    void drop(const QString& runId);
    /// After a rebuild.
    void forgetAll()
    {
        m_live.clear();
        m_behind.clear();
    }

private:
    struct LiveRun : ProjectedRun
    {
        QList<RunEvent> appended;  ///< after lastSeq: in the journal, not in the projections
        qint64 journalSeq = 0;     ///< of the last event in the journal
        bool claimed = false;      ///< its row names this owner
        bool behind = false;       ///< its tables hold less than lastSeq: all of them are to be written anew
        QSet<QByteArray> referred; ///< bodies known to be noted for this run
        qint64 lastUsed = 0;
    };
    using LiveRunPtr = std::shared_ptr<LiveRun>;

    [[nodiscard]] bool appendTogether(const QList<Batch>& batches);
    [[nodiscard]] Result<void> appendAlone(const Batch& batch);
    /// Its transaction failed: what is kept of its run in memory has gone ahead of the database.
    void unsure(const Batch& batch);
    /// Inside a transaction.
    [[nodiscard]] Result<void> appendTo(const QList<RunEvent>& events);
    [[nodiscard]] Result<void> setDurability(Durability durability);
    [[nodiscard]] Result<LiveRunPtr> live(const QString& runId);
    [[nodiscard]] Result<LiveRunPtr> load(const QString& runId);
    /// False: another process appended to this run meanwhile.
    [[nodiscard]] Result<bool> write(LiveRun& run, const QList<RunEvent>& events);
    /// Makes the run this owner's, inside the transaction that writes its next events. Conflict if it is at work in
    /// another process: who asked before reading the journal may have read what that process wrote in between.
    [[nodiscard]] Result<void> claim(LiveRun& run);
    [[nodiscard]] Result<bool> insert(LiveRun& run, const RunEvent& event);
    /// Inside a transaction.
    [[nodiscard]] Result<void> project(LiveRun& run);
    [[nodiscard]] Result<void> projectAll(const QStringList& runIds);
    void makeRoom();

    Connection& m_connection;
    const OwnerLock& m_owners;
    Durability m_durability = Durability::Normal;
    QHash<QString, LiveRunPtr> m_live;
    QSet<QString> m_behind; ///< runs with events that are not projected, in memory or not
    qint64 m_uses = 0;
};

} // namespace lathe
