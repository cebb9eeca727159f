// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/prunerepository.h"

#include "engine/storage/bodyrepository.h"
#include "engine/storage/journalreader.h"
#include "engine/storage/projectionrows.h"

namespace lathe {

namespace {

constexpr qint64 kDayMs = 86'400'000;

constexpr Sql kDue{"SELECT m.id, m.run_id, coalesce(p.tier, m.user_tier), m.completed_at "
                   "FROM agent_execution_metadata m LEFT JOIN agent_user_policies p ON p.user_id = m.user_id "
                   "WHERE m.completed_at > 0 AND m.completed_at <= ? AND NOT EXISTS "
                   "(SELECT 1 FROM agent_pruned_runs x WHERE x.run_id = m.run_id) ORDER BY m.id"};
constexpr Sql kMeasure{"SELECT count(*), coalesce(sum(length(details)), 0) FROM agent_audit_logs "
                       "WHERE id > ? AND id < ?"};
constexpr Sql kStillDone{"SELECT count(*) FROM agent_execution_metadata WHERE id = ? AND completed_at > 0"};
constexpr Sql kDropEvents{"DELETE FROM agent_audit_logs WHERE id > ? AND id < ?"};
constexpr Sql kDropDecisions{"DELETE FROM agent_decisions WHERE run_id = ?"};
constexpr Sql kDropTools{"DELETE FROM agent_tool_executions WHERE run_id = ?"};
constexpr Sql kNote{"INSERT INTO agent_pruned_runs (run_id, pruned_at) VALUES (?, ?)"};
constexpr Sql kPrunedAt{"SELECT pruned_at FROM agent_pruned_runs WHERE run_id = ?"};

} // namespace

Result<QList<PruneRepository::Due>> PruneRepository::due(qint64 nowMs)
{
    auto rows = m_connection.query(kDue, {nowMs - auditDays(UserTier::Free) * kDayMs});
    if (!rows) {
        return fail(rows.error());
    }
    QList<Due> due;
    while (rows->next()) {
        const auto tier = enumFrom<UserTier>(rows->text(2), "user tier");
        if (!tier) {
            return fail(tier.error());
        }
        if (rows->integer(3) <= nowMs - auditDays(*tier) * kDayMs) {
            due.append({rows->integer(0), rows->text(1), *tier});
        }
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return due;
}

Result<void> PruneRepository::measure(const Due& run, PruneReport::Tier& into)
{
    auto rows = m_connection.query(kMeasure, {JournalReader::key(run.id, 0), JournalReader::key(run.id + 1, 0)});
    if (!rows) {
        return fail(rows.error());
    }
    if (rows->next()) {
        ++into.runs;
        into.entries += rows->integer(0);
        into.bytes += rows->integer(1);
    }
    return rows->finish();
}

Result<void> PruneRepository::remove(const Due& run, qint64 nowMs)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto stillDone = m_connection.integer(kStillDone, {run.id});
    if (!stillDone) {
        return fail(stillDone.error());
    }
    if (stillDone->value_or(0) == 0) {
        return {}; // deleted meanwhile
    }
    BodyRepository bodies(m_connection);
    const auto released = bodies.release(run.id);
    if (!released) {
        return fail(released.error());
    }
    const std::pair<Sql, SqlValues> steps[] = {
        {kDropEvents, {JournalReader::key(run.id, 0), JournalReader::key(run.id + 1, 0)}},
        {kDropDecisions, {run.runId}},
        {kDropTools, {run.runId}},
        {kNote, {run.runId, nowMs}}};
    for (const auto& [sql, values] : steps) {
        const auto done = m_connection.execute(sql, values);
        if (!done) {
            return fail(done.error());
        }
    }
    return (*transaction)->commit();
}

Result<PruneReport> PruneRepository::prune(qint64 nowMs, bool write, QStringList *pruned)
{
    const auto due = this->due(nowMs);
    if (!due) {
        return fail(due.error());
    }
    PruneReport report;
    for (const UserTier tier : {UserTier::Free, UserTier::Pro, UserTier::Enterprise}) {
        report.tiers.append({tier, 0, 0, 0});
    }
    for (const Due& run : *due) {
        const auto measured = measure(run, report.tiers[static_cast<qsizetype>(run.tier)]);
        if (!measured) {
            return fail(measured.error());
        }
        if (!write) {
            continue;
        }
        const auto removed = remove(run, nowMs);
        if (!removed) {
            return fail(removed.error());
        }
        if (pruned) {
            pruned->append(run.runId);
        }
    }
    return report;
}

Result<std::optional<qint64>> PruneRepository::prunedAt(const QString& runId)
{
    return m_connection.integer(kPrunedAt, {runId});
}

} // namespace lathe
