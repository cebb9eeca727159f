// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/journalrepository.h"

#include "engine/core/canonicaljson.h"
#include "engine/storage/bodyrepository.h"
#include "engine/storage/dialect.h"
#include "engine/storage/projectionrows.h"
#include "engine/storage/sqltext.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

// Enough for every run at work; each costs memory in proportion to its length.
constexpr qsizetype kLiveRuns = 64;

constexpr Sql kInsertEvent{"INSERT INTO agent_audit_logs (id, run, seq, time, phase, event, details) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?)"};
constexpr Sql kRunRow{"SELECT id, last_seq FROM agent_execution_metadata WHERE run_id = ?"};
constexpr Sql kAllOfRun{"SELECT run, seq, time, phase, event, details FROM agent_audit_logs "
                        "WHERE id > ? AND id < ? ORDER BY id"};

/// Whether events are the next ones of one run.
Result<void> follows(const QList<RunEvent>& events, qint64 lastSeq)
{
    const QString runId = events.first().runId;
    qint64 expected = lastSeq;
    for (const RunEvent& event : events) {
        ++expected;
        if (runId.isEmpty() || event.runId != runId || event.seq != expected ||
            event.seq >= JournalRepository::kSeqRange) {
            return fail(ErrorCode::Internal,
                        QStringLiteral("The journal of run %1 cannot go on with event %2 of run %3: event %4 is next")
                            .arg(runId)
                            .arg(event.seq)
                            .arg(event.runId)
                            .arg(expected));
        }
    }
    return {};
}

bool isEnd(RunStatus status)
{
    return status == RunStatus::Complete || status == RunStatus::Error || status == RunStatus::PolicyViolation ||
           status == RunStatus::Stopped;
}

} // namespace

Result<RunEvent> eventFromRow(const Rows& rows)
{
    RunEvent event;
    event.runId = rows.text(0);
    event.seq = rows.integer(1);
    event.timeMs = rows.integer(2);
    if (!rows.isNull(3)) {
        const auto phase = enumFrom<Phase>(rows.text(3), "phase");
        if (!phase) {
            return fail(phase.error());
        }
        event.phase = *phase;
    }
    const auto type = enumFrom<EventType>(rows.text(4), "event");
    if (!type) {
        return fail(type.error());
    }
    event.type = *type;
    QJsonParseError problem;
    const QJsonDocument details = QJsonDocument::fromJson(rows.text(5).toUtf8(), &problem);
    if (problem.error != QJsonParseError::NoError) {
        return fail(ErrorCode::Database,
                    QStringLiteral("Event %1 of run %2 is damaged").arg(event.seq).arg(event.runId),
                    problem.errorString());
    }
    event.details = details.object();
    return event;
}

Result<qint64> JournalRepository::idOf(const QString& runId)
{
    const auto id = m_connection.integer(kRunRow, {runId});
    if (!id) {
        return fail(id.error());
    }
    if (!id->has_value()) {
        return fail(ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(runId));
    }
    return **id;
}

Result<void> JournalRepository::forEach(qint64 id, const std::function<void(const RunEvent&)>& visit)
{
    auto rows = m_connection.query(kAllOfRun, {key(id, 0), key(id + 1, 0)});
    if (!rows) {
        return fail(rows.error());
    }
    while (rows->next()) {
        const auto event = eventFromRow(*rows);
        if (!event) {
            return fail(event.error());
        }
        visit(*event);
    }
    return rows->finish();
}

Result<JournalRepository::LiveRunPtr> JournalRepository::load(const QString& runId)
{
    auto run = std::make_shared<LiveRun>();
    run->runId = runId;
    qint64 lastSeq = 0;
    {
        auto rows = m_connection.query(kRunRow, {runId});
        if (!rows) {
            return fail(rows.error());
        }
        if (rows->next()) {
            run->id = rows->integer(0);
            lastSeq = rows->integer(1);
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
    }
    if (run->id == 0) {
        return run;
    }
    const auto replayed = forEach(run->id, [&run](const RunEvent& event) {
        run->projector.apply(event);
        run->lastSeq = event.seq;
    });
    if (!replayed) {
        return fail(replayed.error());
    }
    if (run->lastSeq != lastSeq) {
        return fail(ErrorCode::Database,
                    QStringLiteral("The list of runs and the journal disagree about run %1: rebuild the projections")
                        .arg(runId),
                    QStringLiteral("last_seq %1, journal %2").arg(lastSeq).arg(run->lastSeq));
    }
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
    (*run)->lastUsed = ++m_uses;
    m_live.insert(runId, *run);
    return *run;
}

void JournalRepository::makeRoom()
{
    if (m_live.size() < kLiveRuns) {
        return;
    }
    const auto oldest = std::min_element(m_live.begin(), m_live.end(), [](const LiveRunPtr& a, const LiveRunPtr& b) {
        return a->lastUsed < b->lastUsed;
    });
    m_live.erase(oldest);
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
    // What is kept in memory has gone ahead of the database.
    forgetAll();
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
    const auto written = appendTo(batch.events);
    if (!written) {
        forget(batch.events.first().runId);
        return fail(written.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        forget(batch.events.first().runId);
        return fail(committed.error());
    }
    return {};
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
    // A run that is kept in memory may have been carried on by another process: then it is read anew, once.
    for (int attempt = m_live.contains(runId) ? 0 : 1; attempt < 2; ++attempt) {
        const auto run = live(runId);
        if (!run) {
            return fail(run.error());
        }
        const auto following = follows(events, (*run)->lastSeq);
        if (!following) {
            forget(runId);
            if (attempt == 0) {
                continue;
            }
            return fail(following.error());
        }
        const auto written = write(**run, events);
        if (!written || !*written || isEnd((*run)->projector.record().summary.status)) {
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
    const qint64 before = run.lastSeq;
    ProjectionWriter projections(m_connection);
    TouchedRows touched;
    for (const RunEvent& event : events) {
        run.projector.apply(event);
        touched.note(event);
    }
    run.lastSeq = events.last().seq;
    if (run.id == 0) {
        const auto id = projections.insertRun(run, m_owner);
        if (!id) {
            return fail(id.error());
        }
        run.id = *id;
    } else {
        // First, since nothing may be written if the row is not where it is believed to be.
        const auto updated = projections.updateRun(run, touched, before, m_owner);
        if (!updated) {
            return fail(updated.error());
        }
        if (!*updated) {
            return false;
        }
    }
    for (const RunEvent& event : events) {
        const auto inserted = insert(run, event);
        if (!inserted) {
            return fail(inserted.error());
        }
    }
    const auto projected = projections.writeTouched(run, touched);
    if (!projected) {
        return fail(projected.error());
    }
    return true;
}

Result<void> JournalRepository::insert(LiveRun& run, const RunEvent& event)
{
    BodyRepository bodies(m_connection);
    QSet<QByteArray> references = bodyReferences(event.details);
    for (const Body& body : event.bodies) {
        const auto stored = bodies.store(body);
        if (!stored) {
            return fail(stored.error());
        }
        references.insert(body.sha256);
    }
    for (const QByteArray& reference : std::as_const(references)) {
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
    const auto done = m_connection.execute(kInsertEvent, {key(run.id, event.seq), event.runId, event.seq, event.timeMs,
                                                          nameOrNull(event.phase), QString(toName(event.type)),
                                                          QString::fromUtf8(compactJson(event.details))});
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<QList<RunEvent>> JournalRepository::events(const QString& runId, const EventQuery& filter)
{
    const auto id = idOf(runId);
    if (!id) {
        return fail(id.error());
    }
    QString sql = QStringLiteral("SELECT run, seq, time, phase, event, details FROM agent_audit_logs "
                                 "WHERE id > ? AND id < ?");
    QVariantList values{key(*id, std::max<qint64>(filter.afterSeq, 0)), key(*id + 1, 0)};
    if (!filter.types.isEmpty()) {
        QStringList places;
        for (const EventType type : filter.types) {
            places << QStringLiteral("?");
            values << QString(toName(type));
        }
        sql += QStringLiteral(" AND event IN (%1)").arg(places.join(QLatin1String(", ")));
    }
    if (!filter.text.isEmpty()) {
        sql += QLatin1String(" AND details LIKE ? ESCAPE '\\'");
        values << containsPattern(insideJson(filter.text));
    }
    sql += QLatin1String(" ORDER BY id LIMIT ?");
    values << qint64(filter.limit > 0 ? filter.limit : kNoLimit);
    auto rows = m_connection.queryText(sql, values);
    if (!rows) {
        return fail(rows.error());
    }
    QList<RunEvent> events;
    while (rows->next()) {
        auto event = eventFromRow(*rows);
        if (!event) {
            return fail(event.error());
        }
        events << std::move(*event);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return events;
}

} // namespace lathe
