// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/journalrepository.h"

#include "engine/storage/bodyrepository.h"
#include "engine/storage/dialect.h"
#include "engine/storage/journalrules.h"
#include "engine/storage/projectionrows.h"

#include <algorithm>
#include <tuple>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// Enough for every run at work; each costs memory in proportion to its length.
constexpr qsizetype kLiveRuns = 64;

constexpr Sql kInsertEvent{"INSERT INTO agent_audit_logs (id, run, seq, time, phase, event, details) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"};
constexpr Sql kRunRow{"SELECT id, last_seq FROM agent_execution_metadata WHERE run_id = ?"};
constexpr Sql kProjectedSeq{"SELECT last_seq FROM agent_execution_metadata WHERE id = ?"};
constexpr Sql kHolder{"SELECT owner, status FROM agent_execution_metadata WHERE id = ?"};
constexpr Sql kClaim{"UPDATE agent_execution_metadata SET owner = ? WHERE id = ?"};

} // namespace

Result<JournalRepository::LiveRunPtr> JournalRepository::load(const QString& runId)
{
    auto run = std::make_shared<LiveRun>();
    run->runId = runId;
    qint64 projectedSeq = 0;
    {
        auto rows = m_connection.query(kRunRow, {runId});
        if (!rows) {
            return fail(rows.error());
        }
        if (rows->next()) {
            run->id = rows->integer(0);
            projectedSeq = rows->integer(1);
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
    }
    if (run->id == 0) {
        return run;
    }
    const auto replayed = JournalReader(m_connection).forEach(run->id, [&run](const RunEvent& event) {
        run->projector.apply(event);
        run->lastSeq = event.seq;
    });
    if (!replayed) {
        return fail(replayed.error());
    }
    if (run->lastSeq < projectedSeq) {
        return fail(ErrorCode::Database,
                    QStringLiteral("The list of runs and the journal disagree about run %1: rebuild the projections")
                        .arg(runId),
                    QStringLiteral("last_seq %1, journal %2").arg(projectedSeq).arg(run->lastSeq));
    }
    run->behind = run->lastSeq > projectedSeq;
    run->journalSeq = run->lastSeq;
    run->linesWritten = run->projector.record().lines.size();
    return run;
}

Result<JournalRepository::LiveRunPtr> JournalRepository::live(const QString& runId)
{
    const auto found = m_live.constFind(runId);
    if (found != m_live.constEnd()) {
        (*found)->lastUsed = ++m_uses;
        return *found;
    }
    auto run = load(runId);
    if (!run) {
        return fail(run.error());
    }
    makeRoom();
    if ((*run)->behind) {
        m_behind.insert(runId);
    }
    (*run)->lastUsed = ++m_uses;
    m_live.insert(runId, *run);
    return *run;
}

void JournalRepository::makeRoom()
{
    if (m_live.size() < kLiveRuns) {
        return;
    }
    const auto older = [](const LiveRunPtr& a, const LiveRunPtr& b) {
        // A run that is behind would have to be read again to catch up.
        return std::tuple(!a->appended.isEmpty(), a->lastUsed) < std::tuple(!b->appended.isEmpty(), b->lastUsed);
    };
    m_live.erase(std::min_element(m_live.begin(), m_live.end(), older));
}

void JournalRepository::drop(const QString& runId)
{
    m_live.remove(runId);
    m_behind.remove(runId);
}

QList<Result<void>> JournalRepository::append(const QList<Batch>& batches)
{
    if (batches.size() > 1 && appendTogether(batches)) {
        return QList<Result<void>>(batches.size());
    }
    QList<Result<void>> results;
    for (const Batch& batch : batches) {
        results << appendAlone(batch);
    }
    return results;
}

bool JournalRepository::appendTogether(const QList<Batch>& batches)
{
    const bool full = std::any_of(batches.begin(), batches.end(),
                                  [](const Batch& batch) { return batch.durability == Durability::Full; });
    const auto set = setDurability(full ? Durability::Full : Durability::Normal);
    const auto transaction = Transaction::begin(m_connection);
    bool written = set && transaction;
    for (qsizetype i = 0; written && i < batches.size(); ++i) {
        written = appendTo(batches.at(i).events).has_value();
    }
    if (written && (*transaction)->commit()) {
        return true;
    }
    for (const Batch& batch : batches) {
        unsure(batch);
    }
    return false;
}

Result<void> JournalRepository::appendAlone(const Batch& batch)
{
    if (batch.events.isEmpty()) {
        return {};
    }
    const auto set = setDurability(batch.durability);
    if (!set) {
        return fail(set.error());
    }
    const auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    Result<void> written = appendTo(batch.events);
    if (written) {
        written = (*transaction)->commit();
    }
    if (!written) {
        unsure(batch);
    }
    return written;
}

void JournalRepository::unsure(const Batch& batch)
{
    if (!batch.events.isEmpty()) {
        const QString runId = batch.events.first().runId;
        forget(runId);
        m_behind.insert(runId);
    }
}

Result<void> JournalRepository::setDurability(Durability durability)
{
    if (durability == m_durability) {
        return {};
    }
    const auto set = m_connection.dialect().setDurability(m_connection, durability);
    if (set) {
        m_durability = durability;
    }
    return set;
}

Result<void> JournalRepository::appendTo(const QList<RunEvent>& events)
{
    if (events.isEmpty()) {
        return {};
    }
    const QString runId = events.first().runId;
    for (const RunEvent& event : events) {
        const auto fits = checkAmount(event);
        if (!fits) {
            return fail(fits.error());
        }
    }
    // A run that is kept in memory may have been carried on by another process: then it is read anew, once.
    for (int attempt = m_live.contains(runId) ? 0 : 1; attempt < 2; ++attempt) {
        const auto run = live(runId);
        if (!run) {
            return fail(run.error());
        }
        const auto following = follows(events, (*run)->journalSeq);
        if (!following) {
            forget(runId);
            if (attempt == 0) {
                continue;
            }
            return fail(following.error());
        }
        const auto written = write(**run, events);
        if (!written || !*written || (*run)->projector.record().summary.completedAtMs != 0) {
            // Failed: what is in memory has gone ahead of the database. Ended: not needed any more.
            forget(runId);
        }
        if (!written) {
            return fail(written.error());
        }
        if (*written) {
            return {};
        }
    }
    return fail(ErrorCode::Conflict, QStringLiteral("Another process writes run %1").arg(runId));
}

Result<bool> JournalRepository::write(LiveRun& run, const QList<RunEvent>& events)
{
    run.appended += events;
    run.journalSeq = events.last().seq;
    m_behind.insert(run.runId);
    const bool isNew = run.id == 0;
    if (isNew) {
        const auto projected = project(run); // gives it its number
        if (!projected) {
            return fail(projected.error());
        }
    }
    for (const RunEvent& event : events) {
        const auto inserted = insert(run, event);
        if (!inserted || !*inserted) {
            return inserted;
        }
    }
    if (!run.claimed) {
        const auto claimed = claim(run);
        if (!claimed) {
            return fail(claimed.error());
        }
    }
    if (!isNew && std::any_of(events.begin(), events.end(), isMilestone)) {
        const auto projected = project(run);
        if (!projected) {
            return fail(projected.error());
        }
    }
    return true;
}

Result<void> JournalRepository::claim(LiveRun& run)
{
    auto rows = m_connection.query(kHolder, {run.id});
    if (!rows) {
        return fail(rows.error());
    }
    if (rows->next()) {
        const qint64 owner = rows->integer(0);
        const QString status = rows->text(1);
        const bool open = status == toName(RunStatus::Running) || status == toName(RunStatus::Paused);
        if (open && owner != m_owners.id() && m_owners.isAlive(owner)) {
            return fail(ErrorCode::Conflict, QStringLiteral("Run %1 is at work in another process").arg(run.runId));
        }
    }
    const auto read = rows->finish();
    if (!read) {
        return fail(read.error());
    }
    const auto claimed = m_connection.execute(kClaim, {m_owners.id(), run.id});
    if (!claimed) {
        return fail(claimed.error());
    }
    run.claimed = true;
    return {};
}

Result<void> JournalRepository::project(LiveRun& run)
{
    if (run.id != 0) {
        const auto written = m_connection.integer(kProjectedSeq, {run.id});
        if (!written) {
            return fail(written.error());
        }
        if (written->value_or(0) > run.journalSeq) {
            // Another process has carried the run on: what is known here is older than what the tables hold.
            drop(run.runId);
            return {};
        }
        // Another process has caught up with this run meanwhile: its rows are there, and to be written anew.
        run.behind = run.behind || written->value_or(0) != run.lastSeq;
    }
    ProjectionWriter projections(m_connection);
    if (run.behind) {
        const auto replaced = projections.replace(run);
        if (!replaced) {
            return fail(replaced.error());
        }
        run.behind = false;
    }
    TouchedRows touched;
    for (const RunEvent& event : std::as_const(run.appended)) {
        run.projector.apply(event);
        touched.note(event);
    }
    run.appended.clear();
    run.lastSeq = run.journalSeq;
    if (run.id == 0) {
        const auto id = projections.insertRun(run, m_owners.id());
        if (!id) {
            return fail(id.error());
        }
        run.id = *id;
        run.claimed = true;
    } else {
        const auto updated = projections.updateRun(run, touched);
        if (!updated) {
            return fail(updated.error());
        }
    }
    const auto written = projections.writeTouched(run, touched);
    if (!written) {
        return fail(written.error());
    }
    m_behind.remove(run.runId);
    return {};
}

Result<void> JournalRepository::projectAll(const QStringList& runIds)
{
    const auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    Result<void> done;
    for (const QString& runId : runIds) {
        const auto run = live(runId);
        if (!run) {
            done = fail(run.error());
        } else if ((*run)->id == 0) {
            drop(runId); // its first events could not be written
        } else {
            done = project(**run);
        }
        if (!done) {
            break;
        }
    }
    if (done) {
        done = (*transaction)->commit();
    }
    if (!done) {
        // What is kept in memory has gone ahead of the database; they are read again the next time.
        for (const QString& runId : runIds) {
            forget(runId);
            m_behind.insert(runId);
        }
    }
    return done;
}

Result<void> JournalRepository::catchUp()
{
    const QStringList runIds = m_behind.values();
    if (runIds.isEmpty()) {
        return {};
    }
    const auto set = setDurability(Durability::Normal); // what they are made from is safe already
    if (!set) {
        return fail(set.error());
    }
    Result<void> done = projectAll(runIds);
    if (done || runIds.size() == 1) {
        return done;
    }
    done = {};
    for (const QString& runId : runIds) {
        const auto projected = projectAll({runId});
        if (!projected && done) {
            done = projected;
        }
    }
    return done;
}

Result<void> JournalRepository::catchUp(const QStringList& runIds)
{
    for (const QString& runId : runIds) {
        m_behind.insert(runId);
    }
    return catchUp();
}

Result<bool> JournalRepository::insert(LiveRun& run, const RunEvent& event)
{
    BodyRepository bodies(m_connection);
    for (const Body& body : event.bodies) {
        const auto stored = bodies.store(body);
        if (!stored) {
            return fail(stored.error());
        }
    }
    const BodyNames references = event.details.bodies();
    for (const QByteArray& reference : references) {
        if (run.referred.contains(reference)) {
            continue;
        }
        const auto noted = bodies.refer(run.id, reference);
        if (!noted) {
            return fail(noted.error());
        }
        if (*noted) {
            run.referred.insert(reference);
        }
    }
    const auto added = m_connection.execute(kInsertEvent, {JournalReader::key(run.id, event.seq), event.runId,
                                                           event.seq, event.timeMs, nameOrNull(event.phase),
                                                           toName(event.type), Utf8Text{event.details.compact()}});
    if (!added) {
        return fail(added.error());
    }
    return *added == 1;
}

} // namespace lathe
