// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/journalreader.h"

#include "engine/storage/dialect.h"
#include "engine/storage/projectionrows.h"
#include "engine/storage/sqltext.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

constexpr Sql kRunId{"SELECT id FROM agent_execution_metadata WHERE run_id = ?"};
constexpr Sql kAllOfRun{"SELECT run, seq, time, phase, event, details FROM agent_audit_logs "
                        "WHERE id > ? AND id < ? ORDER BY id"};

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
    const QJsonDocument details = QJsonDocument::fromJson(rows.bytes(5), &problem);
    if (problem.error != QJsonParseError::NoError) {
        return fail(ErrorCode::Database,
                    QStringLiteral("Event %1 of run %2 is damaged").arg(event.seq).arg(event.runId),
                    problem.errorString());
    }
    event.details = details.object();
    return event;
}

Result<qint64> JournalReader::idOf(const QString& runId)
{
    const auto id = m_connection.integer(kRunId, {runId});
    if (!id) {
        return fail(id.error());
    }
    if (!id->has_value()) {
        return fail(ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(runId));
    }
    return **id;
}

Result<void> JournalReader::forEach(qint64 id, const std::function<void(const RunEvent&)>& visit)
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

Result<QList<RunEvent>> JournalReader::events(const QString& runId, const EventQuery& filter)
{
    const auto id = idOf(runId);
    if (!id) {
        return fail(id.error());
    }
    QString sql = QStringLiteral("SELECT run, seq, time, phase, event, details FROM agent_audit_logs "
                                 "WHERE id > ? AND id < ?");
    SqlValues values{key(*id, std::max<qint64>(filter.afterSeq, 0)), key(*id + 1, 0)};
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
