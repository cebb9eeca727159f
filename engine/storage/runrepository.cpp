// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/runrepository.h"

#include "engine/storage/bodyrepository.h"
#include "engine/storage/budgetrepository.h"
#include "engine/storage/journalreader.h"
#include "engine/storage/projectionrows.h"
#include "engine/storage/sqltext.h"

namespace lathe {

namespace {

constexpr qsizetype kShortestPrefix = 4;

constexpr Sql kFind{"SELECT run_id FROM agent_execution_metadata WHERE run_id = ? OR "
                    "run_id LIKE ? ESCAPE '\\' ORDER BY run_id LIMIT 6"};
constexpr Sql kOwners{"SELECT DISTINCT owner FROM agent_execution_metadata WHERE status = 'RUNNING'"};
constexpr Sql kBehind{"SELECT run_id, owner FROM agent_execution_metadata m WHERE completed_at = 0 AND EXISTS "
                      "(SELECT 1 FROM agent_audit_logs WHERE id = m.id * 4294967296 + m.last_seq + 1)"};
constexpr Sql kState{"SELECT id, status, owner FROM agent_execution_metadata WHERE run_id = ?"};
constexpr Sql kDropEvents{"DELETE FROM agent_audit_logs WHERE id > ? AND id < ?"};
// Decisions, tool executions and cost lines go with it.
constexpr Sql kDropRun{"DELETE FROM agent_execution_metadata WHERE id = ?"};

QString places(qsizetype count)
{
    return QStringList(count, QStringLiteral("?")).join(QLatin1String(", "));
}

} // namespace

Result<RunSummary> RunRepository::summary(const Rows& rows, int first, qint64 owner) const
{
    auto summary = summaryFromRow(rows, first);
    if (summary && summary->status == RunStatus::Running && !m_owners.isAlive(owner)) {
        summary->status = RunStatus::Interrupted;
    }
    return summary;
}

Result<SqlValues> RunRepository::livingOwners()
{
    auto rows = m_connection.query(kOwners);
    if (!rows) {
        return fail(rows.error());
    }
    SqlValues living;
    while (rows->next()) {
        if (m_owners.isAlive(rows->integer(0))) {
            living << rows->integer(0);
        }
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return living;
}

Result<QStringList> RunRepository::abandoned()
{
    auto rows = m_connection.query(kBehind);
    if (!rows) {
        return fail(rows.error());
    }
    QStringList runIds;
    while (rows->next()) {
        if (!m_owners.isAlive(rows->integer(1))) {
            runIds << rows->text(0);
        }
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return runIds;
}

Result<QList<RunSummary>> RunRepository::list(const RunQuery& filter)
{
    QStringList conditions;
    SqlValues values;
    if (!filter.text.isEmpty()) {
        const QString pattern = containsPattern(filter.text);
        conditions << QStringLiteral("(prompt_start LIKE ? ESCAPE '\\' OR name LIKE ? ESCAPE '\\' OR "
                                     "user_id LIKE ? ESCAPE '\\' OR model LIKE ? ESCAPE '\\' OR "
                                     "run_id LIKE ? ESCAPE '\\')");
        values << pattern << pattern << pattern << pattern << pattern;
    }
    if (!filter.userId.isEmpty()) {
        conditions << QStringLiteral("user_id = ?");
        values << filter.userId;
    }
    if (filter.status == RunStatus::Running || filter.status == RunStatus::Interrupted) {
        const auto living = livingOwners();
        if (!living) {
            return fail(living.error());
        }
        const QString alive = QStringLiteral("owner IN (%1)").arg(places(living->size()));
        conditions << (filter.status == RunStatus::Running
                           ? QStringLiteral("(status = 'RUNNING' AND %1)").arg(alive)
                           : QStringLiteral("(status = 'INTERRUPTED' OR (status = 'RUNNING' AND NOT %1))").arg(alive));
        values << *living;
    } else if (filter.status) {
        conditions << QStringLiteral("status = ?");
        values << QString(toName(*filter.status));
    }
    if (filter.fromMs != 0) {
        conditions << QStringLiteral("started_at >= ?");
        values << filter.fromMs;
    }
    if (filter.toMs != 0) {
        conditions << QStringLiteral("started_at < ?");
        values << filter.toMs;
    }
    if (filter.beforeMs != 0) {
        conditions << QStringLiteral("started_at < ?");
        values << filter.beforeMs;
    }
    QString sql = QStringLiteral("SELECT %1, owner FROM agent_execution_metadata").arg(QLatin1String(summaryColumns()));
    if (!conditions.isEmpty()) {
        sql += QLatin1String(" WHERE ") + conditions.join(QLatin1String(" AND "));
    }
    sql += QLatin1String(" ORDER BY started_at DESC, id DESC LIMIT ?");
    values << qint64(filter.limit > 0 ? filter.limit : kNoLimit);
    auto rows = m_connection.queryText(sql, values);
    if (!rows) {
        return fail(rows.error());
    }
    QList<RunSummary> runs;
    while (rows->next()) {
        auto run = summary(*rows, 0, rows->integer(kSummaryColumnCount));
        if (!run) {
            return fail(run.error());
        }
        runs << std::move(*run);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return runs;
}

Result<RunSummary> RunRepository::get(const QString& runId)
{
    const QString sql = QStringLiteral("SELECT %1, owner FROM agent_execution_metadata WHERE run_id = ?")
                            .arg(QLatin1String(summaryColumns()));
    auto rows = m_connection.queryText(sql, {runId});
    if (!rows) {
        return fail(rows.error());
    }
    if (!rows->next()) {
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        return fail(ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(runId));
    }
    return summary(*rows, 0, rows->integer(kSummaryColumnCount));
}

Result<bool> RunRepository::isHeldElsewhere(const QString& runId)
{
    auto rows = m_connection.query(kState, {runId});
    if (!rows) {
        return fail(rows.error());
    }
    if (!rows->next()) {
        return fail(ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(runId));
    }
    const QString status = rows->text(1);
    const qint64 owner = rows->integer(2);
    const bool open = status == toName(RunStatus::Running) || status == toName(RunStatus::Paused);
    return open && owner != m_owners.id() && m_owners.isAlive(owner);
}

Result<QString> RunRepository::find(const QString& idOrPrefix)
{
    const QString text = idOrPrefix.trimmed().toLower();
    if (text.size() < kShortestPrefix) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("\"%1\" is too short for a run: give at least %2 characters of its id")
                        .arg(idOrPrefix)
                        .arg(kShortestPrefix));
    }
    auto rows = m_connection.query(kFind, {idOrPrefix.trimmed(), containsPattern(text).mid(1)});
    if (!rows) {
        return fail(rows.error());
    }
    QStringList found;
    while (rows->next()) {
        found << rows->text(0);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    if (found.isEmpty()) {
        return fail(ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(idOrPrefix));
    }
    if (found.contains(idOrPrefix.trimmed())) {
        return idOrPrefix.trimmed();
    }
    if (found.size() > 1) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("\"%1\" is the beginning of more than one run: give more of the id").arg(idOrPrefix),
                    found.join(QLatin1Char('\n')));
    }
    return found.first();
}

Result<void> RunRepository::remove(const QString& runId)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    qint64 id = 0;
    {
        auto rows = m_connection.query(kState, {runId});
        if (!rows) {
            return fail(rows.error());
        }
        if (!rows->next()) {
            return fail(ErrorCode::NotFound, QStringLiteral("There is no run %1").arg(runId));
        }
        id = rows->integer(0);
        const QString status = rows->text(1);
        const qint64 owner = rows->integer(2);
        // A run paused in this process is for the caller to end first; of another process we know only that it lives.
        const bool working = status == toName(RunStatus::Running);
        const bool paused = status == toName(RunStatus::Paused) && owner != m_owners.id();
        if ((working || paused) && m_owners.isAlive(owner)) {
            return fail(ErrorCode::Conflict, QStringLiteral("Run %1 is at work and cannot be deleted").arg(runId));
        }
    }
    BodyRepository bodies(m_connection);
    const auto released = bodies.release(id);
    if (!released) {
        return fail(released.error());
    }
    const auto events = m_connection.execute(kDropEvents, {JournalReader::key(id, 0), JournalReader::key(id + 1, 0)});
    if (!events) {
        return fail(events.error());
    }
    const auto kept = BudgetRepository(m_connection).keepSpendOf(runId);
    if (!kept) {
        return fail(kept.error());
    }
    const auto run = m_connection.execute(kDropRun, {id});
    if (!run) {
        return fail(run.error());
    }
    return (*transaction)->commit();
}

} // namespace lathe
