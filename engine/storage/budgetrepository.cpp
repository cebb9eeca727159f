// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/budgetrepository.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr qint64 kDayMs = 86'400'000;

constexpr Sql kSet{
    "INSERT INTO agent_budget_claims (run_id, user_id, team, day, today_micro, today_rem, month_micro, month_rem, "
    "reserved_micro, reserved_rem, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (run_id) DO UPDATE SET user_id = excluded.user_id, team = excluded.team, day = excluded.day, "
    "today_micro = excluded.today_micro, today_rem = excluded.today_rem, month_micro = excluded.month_micro, "
    "month_rem = excluded.month_rem, reserved_micro = excluded.reserved_micro, "
    "reserved_rem = excluded.reserved_rem, expires_at = excluded.expires_at"};
constexpr Sql kDrop{"DELETE FROM agent_budget_claims WHERE run_id = ?"};
constexpr Sql kRenew{"UPDATE agent_budget_claims SET expires_at = ? WHERE run_id = ?"};
// A claim whose lease is over counts for nothing; it is kept for a day, in case its machine was only asleep.
constexpr Sql kPrune{"DELETE FROM agent_budget_claims WHERE expires_at < ?"};
constexpr Sql kTeamRun{"INSERT INTO agent_team_runs (team, run_id) VALUES (?, ?) ON CONFLICT DO NOTHING"};

// Claims of other runs: what they reserve, and what they have spent today or in the month of their day.
constexpr Sql kUserClaims{"SELECT day, today_micro, today_rem, month_micro, month_rem, reserved_micro, reserved_rem "
                          "FROM agent_budget_claims WHERE user_id = ? AND run_id <> ? AND expires_at > ?"};
constexpr Sql kTeamClaims{"SELECT day, today_micro, today_rem, month_micro, month_rem, reserved_micro, reserved_rem "
                          "FROM agent_budget_claims WHERE team = ? AND run_id <> ? AND expires_at > ?"};

// The ledger of the runs without a claim: runs that began in the period by their totals, older ones by their lines.
constexpr Sql kUserRuns{"SELECT sum(m.cost_micro), sum(m.cost_rem) FROM agent_execution_metadata m "
                        "WHERE m.user_id = ? AND m.imported = 0 AND m.started_at >= ? AND m.run_id <> ? AND NOT EXISTS "
                        "(SELECT 1 FROM agent_budget_claims c WHERE c.run_id = m.run_id AND c.expires_at > ?)"};
constexpr Sql kUserOldRuns{
    "SELECT sum(l.cost_micro), sum(l.cost_rem) FROM agent_execution_metadata m "
    "JOIN agent_cost_lines l ON l.run_id = m.run_id "
    "WHERE m.user_id = ? AND m.imported = 0 AND m.started_at < ? AND m.updated_at >= ? AND l.line_at >= ? AND m.run_id "
    "<> ? AND "
    "NOT EXISTS (SELECT 1 FROM agent_budget_claims c WHERE c.run_id = m.run_id AND c.expires_at > ?)"};
constexpr Sql kTeamRuns{"SELECT sum(m.cost_micro), sum(m.cost_rem) FROM agent_team_runs t "
                        "JOIN agent_execution_metadata m ON m.run_id = t.run_id "
                        "WHERE t.team = ? AND m.started_at >= ? AND m.run_id <> ? AND NOT EXISTS "
                        "(SELECT 1 FROM agent_budget_claims c WHERE c.run_id = m.run_id AND c.expires_at > ?)"};
constexpr Sql kTeamOldRuns{
    "SELECT sum(l.cost_micro), sum(l.cost_rem) FROM agent_team_runs t "
    "JOIN agent_execution_metadata m ON m.run_id = t.run_id JOIN agent_cost_lines l ON l.run_id = m.run_id "
    "WHERE t.team = ? AND m.started_at < ? AND m.updated_at >= ? AND l.line_at >= ? AND m.run_id <> ? AND "
    "NOT EXISTS (SELECT 1 FROM agent_budget_claims c WHERE c.run_id = m.run_id AND c.expires_at > ?)"};
constexpr Sql kUserDeleted{"SELECT sum(cost_micro), sum(cost_rem) FROM agent_deleted_spend "
                           "WHERE user_id = ? AND day >= ?"};
constexpr Sql kTeamDeleted{
    "SELECT sum(cost_micro), sum(cost_rem) FROM agent_deleted_spend WHERE team = ? AND day >= ?"};

constexpr Sql kUserHistory{"SELECT l.line_at, l.cost_micro, l.cost_rem, l.run_id FROM agent_execution_metadata m "
                           "JOIN agent_cost_lines l ON l.run_id = m.run_id "
                           "WHERE m.user_id = ? AND m.imported = 0 AND l.cost_micro IS NOT NULL"};
constexpr Sql kOthersHistory{"SELECT l.line_at, l.cost_micro, l.cost_rem, l.run_id FROM agent_team_runs t "
                             "JOIN agent_execution_metadata m ON m.run_id = t.run_id "
                             "JOIN agent_cost_lines l ON l.run_id = m.run_id "
                             "WHERE t.team = ? AND m.user_id <> ? AND l.cost_micro IS NOT NULL"};
constexpr Sql kUserDeletedHistory{"SELECT day * 86400000, cost_micro, cost_rem, '' FROM agent_deleted_spend "
                                  "WHERE user_id = ?"};
constexpr Sql kOthersDeletedHistory{"SELECT day * 86400000, cost_micro, cost_rem, '' FROM agent_deleted_spend "
                                    "WHERE team = ? AND user_id <> ?"};

constexpr Sql kKeepSpend{
    "INSERT INTO agent_deleted_spend (user_id, team, day, cost_micro, cost_rem) "
    "SELECT m.user_id, coalesce((SELECT min(t.team) FROM agent_team_runs t WHERE t.run_id = m.run_id), ''), "
    "l.line_at / 86400000, sum(l.cost_micro) + sum(l.cost_rem) / 1000000000000, sum(l.cost_rem) % 1000000000000 "
    "FROM agent_execution_metadata m JOIN agent_cost_lines l ON l.run_id = m.run_id "
    "WHERE m.run_id = ? AND m.imported = 0 AND l.cost_micro IS NOT NULL GROUP BY m.user_id, l.line_at / 86400000"};
constexpr Sql kDropTeamRun{"DELETE FROM agent_team_runs WHERE run_id = ?"};

bool isOfDay(BudgetScope scope)
{
    return scope == BudgetScope::UserDay || scope == BudgetScope::TeamDay;
}

bool isOfTeam(BudgetScope scope)
{
    return scope == BudgetScope::TeamDay || scope == BudgetScope::TeamMonth;
}

Result<void> add(Money& sum, const Money& amount)
{
    const auto more = sum.plus(amount);
    if (!more) {
        return fail(more.error());
    }
    sum = *more;
    return {};
}

} // namespace

Result<Money> BudgetRepository::sum(Sql sql, const SqlValues& values)
{
    auto rows = m_connection.query(sql, values);
    if (!rows) {
        return fail(rows.error());
    }
    Money total;
    if (rows->next() && !rows->isNull(0)) {
        // Both sums are of many rows: the second may be more than a micro-dollar.
        const auto rest = Money::fromAtto(Int128(rows->integer(1)));
        const auto whole = Money::fromColumns(rows->integer(0), 0);
        const auto both = whole ? whole->plus(rest) : whole;
        if (!both) {
            return fail(both.error());
        }
        total = *both;
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return total;
}

Result<BudgetRepository::Sums> BudgetRepository::others(BudgetScope scope, const QString& subject, const QString& runId,
                                                        qint64 nowMs)
{
    const bool day = isOfDay(scope);
    const bool team = isOfTeam(scope);
    const qint64 from = day ? startOfUtcDayMs(nowMs) : startOfUtcMonthMs(nowMs);
    Sums sums;
    {
        auto rows = m_connection.query(team ? kTeamClaims : kUserClaims, {subject, runId, nowMs});
        if (!rows) {
            return fail(rows.error());
        }
        while (rows->next()) {
            const qint64 dayMs = rows->integer(0) * kDayMs;
            const auto spent = rows->money(day ? 1 : 3);
            const auto reserved = rows->money(5);
            if (!spent || !reserved) {
                return fail(spent ? reserved.error() : spent.error());
            }
            // Spent before the period began: it does not count, what is reserved does.
            const auto counted = add(sums.spent, dayMs >= from ? spent->value_or(Money()) : Money());
            const auto held = add(sums.reserved, reserved->value_or(Money()));
            if (!counted || !held) {
                return fail(counted ? held.error() : counted.error());
            }
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
    }
    const Result<Money> parts[] = {
        sum(team ? kTeamRuns : kUserRuns, {subject, from, runId, nowMs}),
        sum(team ? kTeamOldRuns : kUserOldRuns, {subject, from, from, from, runId, nowMs}),
        sum(team ? kTeamDeleted : kUserDeleted, {subject, from / kDayMs}),
    };
    for (const Result<Money>& part : parts) {
        const Result<void> added = part ? add(sums.spent, *part) : Result<void>(fail(part.error()));
        if (!added) {
            return fail(added.error());
        }
    }
    return sums;
}

Result<BudgetAnswer> BudgetRepository::claim(const BudgetClaim& claim, BudgetLimits limits)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    BudgetAnswer answer;
    answer.granted = true;
    const std::pair<BudgetScope, std::optional<Money>> wanted[] = {{BudgetScope::UserDay, limits.userDay},
                                                                   {BudgetScope::UserMonth, limits.userMonth},
                                                                   {BudgetScope::TeamDay, limits.teamDay},
                                                                   {BudgetScope::TeamMonth, limits.teamMonth}};
    for (const auto& [scope, limit] : wanted) {
        if (!limit) {
            continue;
        }
        const auto sums = others(scope, isOfTeam(scope) ? claim.team : claim.userId, claim.runId, claim.nowMs);
        if (!sums) {
            return fail(sums.error());
        }
        BudgetLevel level;
        level.scope = scope;
        level.limit = limit;
        const auto spent = sums->spent.plus(isOfDay(scope) ? claim.spentToday : claim.spentMonth);
        const auto reserved = sums->reserved.plus(claim.reserved);
        if (!spent || !reserved) {
            return fail(spent ? reserved.error() : spent.error());
        }
        level.spent = *spent;
        level.reserved = *reserved;
        answer.granted = answer.granted && level.fits();
        answer.levels.append(level);
    }
    if (!answer.granted) {
        return answer;
    }
    const auto pruned = m_connection.execute(kPrune, {claim.nowMs - kDayMs});
    if (!pruned) {
        return fail(pruned.error());
    }
    const auto written = set(claim);
    if (!written) {
        return fail(written.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return answer;
}

Result<void> BudgetRepository::set(const BudgetClaim& claim)
{
    SqlValues values{claim.runId, claim.userId, claim.team, claim.day};
    for (const Money& amount : {claim.spentToday, claim.spentMonth, claim.reserved}) {
        const auto added = appendMoney(values, amount);
        if (!added) {
            return fail(added.error());
        }
    }
    values << claim.expiresAtMs;
    const auto done = m_connection.execute(kSet, values);
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<void> BudgetRepository::drop(const QString& runId)
{
    const auto done = m_connection.execute(kDrop, {runId});
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<void> BudgetRepository::renew(const QStringList& runIds, qint64 expiresAtMs)
{
    for (const QString& runId : runIds) {
        const auto done = m_connection.execute(kRenew, {expiresAtMs, runId});
        if (!done) {
            return fail(done.error());
        }
    }
    return {};
}

Result<void> BudgetRepository::noteTeamRun(const QString& team, const QString& runId)
{
    const auto done = m_connection.execute(kTeamRun, {team, runId});
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<QList<BudgetLevel>> BudgetRepository::levels(const QString& userId, const QString& team,
                                                    const BudgetLimits& limits, qint64 nowMs)
{
    const std::pair<BudgetScope, std::optional<Money>> wanted[] = {{BudgetScope::UserDay, limits.userDay},
                                                                   {BudgetScope::UserMonth, limits.userMonth},
                                                                   {BudgetScope::TeamDay, limits.teamDay},
                                                                   {BudgetScope::TeamMonth, limits.teamMonth}};
    QList<BudgetLevel> levels;
    for (const auto& [scope, limit] : wanted) {
        if (isOfTeam(scope) && team.isEmpty()) {
            continue;
        }
        const auto sums = others(scope, isOfTeam(scope) ? team : userId, QString(), nowMs);
        if (!sums) {
            return fail(sums.error());
        }
        levels.append({scope, limit, sums->spent, sums->reserved});
    }
    return levels;
}

Result<void> BudgetRepository::appendSpend(QList<SpendEntry>& to, Sql sql, const SqlValues& values)
{
    auto rows = m_connection.query(sql, values);
    if (!rows) {
        return fail(rows.error());
    }
    while (rows->next()) {
        const auto amount = rows->money(1);
        if (!amount) {
            return fail(amount.error());
        }
        to.append({rows->integer(0), amount->value_or(Money()), rows->text(3)});
    }
    return rows->finish();
}

Result<SpendHistory> BudgetRepository::history(const QString& userId, const QString& team)
{
    SpendHistory history;
    const auto read = [&]() -> Result<void> {
        for (const Sql& sql : {kUserDeletedHistory, kUserHistory}) {
            const auto own = appendSpend(history.own, sql, {userId});
            if (!own) {
                return own;
            }
        }
        for (const Sql& sql : {kOthersDeletedHistory, kOthersHistory}) {
            const auto others = team.isEmpty() ? Result<void>() : appendSpend(history.others, sql, {team, userId});
            if (!others) {
                return others;
            }
        }
        return {};
    }();
    if (!read) {
        return fail(read.error());
    }
    for (QList<SpendEntry> *entries : {&history.own, &history.others}) {
        std::stable_sort(entries->begin(), entries->end(),
                         [](const SpendEntry& a, const SpendEntry& b) { return a.atMs < b.atMs; });
    }
    return history;
}

Result<void> BudgetRepository::keepSpendOf(const QString& runId)
{
    const auto kept = m_connection.execute(kKeepSpend, {runId});
    if (!kept) {
        return fail(kept.error());
    }
    const auto left = m_connection.execute(kDropTeamRun, {runId});
    if (!left) {
        return fail(left.error());
    }
    return drop(runId);
}

} // namespace lathe
