// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/policyrepository.h"

#include "engine/core/canonicaljson.h"
#include "engine/storage/projectionrows.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace lathe {

namespace {

constexpr Sql kGet{"SELECT user_id, tier, max_recursion_depth, context_window_limit, max_tool_calls, allowed_tools, "
                   "requests_per_minute, requests_per_hour, budget_per_run_micro, budget_per_run_rem, "
                   "budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, budget_per_month_rem, "
                   "approval_rules, created_at, updated_at, team FROM agent_user_policies WHERE user_id = ?"};
constexpr Sql kAll{"SELECT user_id, tier, max_recursion_depth, context_window_limit, max_tool_calls, allowed_tools, "
                   "requests_per_minute, requests_per_hour, budget_per_run_micro, budget_per_run_rem, "
                   "budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, budget_per_month_rem, "
                   "approval_rules, created_at, updated_at, team FROM agent_user_policies ORDER BY user_id"};
constexpr Sql kSave{
    "INSERT INTO agent_user_policies (user_id, tier, max_recursion_depth, context_window_limit, max_tool_calls, "
    "allowed_tools, requests_per_minute, requests_per_hour, approval_rules, created_at, updated_at, "
    "budget_per_run_micro, budget_per_run_rem, budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, "
    "budget_per_month_rem, team) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (user_id) DO UPDATE SET tier = excluded.tier, max_recursion_depth = excluded.max_recursion_depth, "
    "context_window_limit = excluded.context_window_limit, max_tool_calls = excluded.max_tool_calls, "
    "allowed_tools = excluded.allowed_tools, requests_per_minute = excluded.requests_per_minute, "
    "requests_per_hour = excluded.requests_per_hour, approval_rules = excluded.approval_rules, "
    "updated_at = excluded.updated_at, budget_per_run_micro = excluded.budget_per_run_micro, "
    "budget_per_run_rem = excluded.budget_per_run_rem, budget_per_day_micro = excluded.budget_per_day_micro, "
    "budget_per_day_rem = excluded.budget_per_day_rem, budget_per_month_micro = excluded.budget_per_month_micro, "
    "budget_per_month_rem = excluded.budget_per_month_rem, team = excluded.team"};
constexpr Sql kTeam{
    "SELECT team, budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, budget_per_month_rem "
    "FROM agent_team_policies WHERE team = ?"};
constexpr Sql kSaveTeam{
    "INSERT INTO agent_team_policies (team, budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, "
    "budget_per_month_rem) VALUES (?, ?, ?, ?, ?) ON CONFLICT (team) DO UPDATE SET "
    "budget_per_day_micro = excluded.budget_per_day_micro, budget_per_day_rem = excluded.budget_per_day_rem, "
    "budget_per_month_micro = excluded.budget_per_month_micro, budget_per_month_rem = excluded.budget_per_month_rem"};
constexpr Sql kNote{
    "INSERT INTO agent_policy_changes (subject_kind, subject, time, author, name, old_value, new_value) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"};
constexpr Sql kChanges{"SELECT time, author, name, old_value, new_value FROM agent_policy_changes "
                       "WHERE subject_kind = ? AND subject = ? ORDER BY id DESC"};

Result<UserPolicy> fromRow(const Rows& rows)
{
    UserPolicy policy;
    policy.userId = rows.text(0);
    const auto tier = enumFrom<UserTier>(rows.text(1), "user tier");
    const auto perRun = rows.money(8);
    const auto perDay = rows.money(10);
    const auto perMonth = rows.money(12);
    if (!tier) {
        return fail(tier.error());
    }
    for (const auto *money : {&perRun, &perDay, &perMonth}) {
        if (!*money) {
            return fail(money->error());
        }
    }
    policy.tier = *tier;
    policy.maxRecursionDepth = rows.number(2);
    policy.contextWindowLimit = rows.integer(3);
    policy.maxToolCalls = rows.number(4);
    const QJsonArray tools = QJsonDocument::fromJson(rows.text(5).toUtf8()).array();
    for (const QJsonValue& tool : tools) {
        policy.allowedTools << tool.toString();
    }
    policy.requestsPerMinute = rows.number(6);
    policy.requestsPerHour = rows.number(7);
    policy.budgetPerRun = *perRun;
    policy.budgetPerDay = *perDay;
    policy.budgetPerMonth = *perMonth;
    policy.approvalRules = QJsonDocument::fromJson(rows.text(14).toUtf8()).array();
    policy.createdAtMs = rows.integer(15);
    policy.updatedAtMs = rows.integer(16);
    policy.team = rows.text(17);
    return policy;
}

QString kindOf(PolicyRepository::Subject subject)
{
    return subject == PolicyRepository::Subject::User ? QStringLiteral("user") : QStringLiteral("team");
}

QString jsonText(const QJsonArray& array)
{
    return QString::fromUtf8(canonicalJson(array));
}

} // namespace

Result<std::optional<UserPolicy>> PolicyRepository::get(const QString& userId)
{
    auto rows = m_connection.query(kGet, {userId});
    if (!rows) {
        return fail(rows.error());
    }
    std::optional<UserPolicy> policy;
    if (rows->next()) {
        auto read = fromRow(*rows);
        if (!read) {
            return fail(read.error());
        }
        policy = std::move(*read);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return policy;
}

Result<void> PolicyRepository::save(const UserPolicy& policy)
{
    SqlValues values{policy.userId,
                     QString(toName(policy.tier)),
                     qint64(policy.maxRecursionDepth),
                     policy.contextWindowLimit,
                     qint64(policy.maxToolCalls),
                     jsonText(QJsonArray::fromStringList(policy.allowedTools)),
                     qint64(policy.requestsPerMinute),
                     qint64(policy.requestsPerHour),
                     jsonText(policy.approvalRules),
                     policy.createdAtMs,
                     policy.updatedAtMs};
    for (const auto& budget : {policy.budgetPerRun, policy.budgetPerDay, policy.budgetPerMonth}) {
        const auto added = appendMoney(values, budget);
        if (!added) {
            return fail(added.error());
        }
    }
    values << policy.team;
    const auto done = m_connection.execute(kSave, values);
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<void> PolicyRepository::note(Subject subject, const QString& name, const QList<PolicyChange>& changes)
{
    for (const PolicyChange& change : changes) {
        const auto noted = m_connection.execute(
            kNote, {kindOf(subject), name, change.atMs, change.author, change.key, change.before, change.after});
        if (!noted) {
            return fail(noted.error());
        }
    }
    return {};
}

Result<UserPolicy> PolicyRepository::ensure(const QString& userId, qint64 nowMs)
{
    auto present = get(userId);
    if (!present) {
        return fail(present.error());
    }
    if (*present) {
        return **present;
    }
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    present = get(userId); // another process may have been faster
    if (!present) {
        return fail(present.error());
    }
    if (*present) {
        return **present;
    }
    UserPolicy policy = tierDefaults(UserTier::Free);
    policy.userId = userId;
    policy.createdAtMs = nowMs;
    policy.updatedAtMs = nowMs;
    const auto saved = save(policy);
    if (!saved) {
        return fail(saved.error());
    }
    const auto noted = note(Subject::User, userId,
                            {PolicyChange{.atMs = nowMs,
                                          .author = QStringLiteral("lathe"),
                                          .key = QStringLiteral("created"),
                                          .before = QString(),
                                          .after = QString(toName(policy.tier))}});
    if (!noted) {
        return fail(noted.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return policy;
}

Result<UserPolicy> PolicyRepository::change(const PolicyEdit& edit)
{
    const auto ensured = ensure(edit.subject, edit.nowMs);
    if (!ensured) {
        return fail(ensured.error());
    }
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto present = get(edit.subject);
    if (!present) {
        return fail(present.error());
    }
    const UserPolicy before = present->value_or(*ensured);
    auto changed = changedPolicy(before, edit.changes);
    if (!changed) {
        return fail(changed.error());
    }
    const auto changes = differences(toJson(before), toJson(*changed), edit.author, edit.nowMs);
    if (changes.isEmpty()) {
        return before;
    }
    changed->updatedAtMs = edit.nowMs;
    const auto saved = save(*changed);
    if (!saved) {
        return fail(saved.error());
    }
    const auto noted = note(Subject::User, edit.subject, changes);
    if (!noted) {
        return fail(noted.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return *changed;
}

Result<TeamPolicy> PolicyRepository::team(const QString& team)
{
    auto rows = m_connection.query(kTeam, {team});
    if (!rows) {
        return fail(rows.error());
    }
    TeamPolicy policy;
    policy.team = team;
    if (rows->next()) {
        const auto perDay = rows->money(1);
        const auto perMonth = rows->money(3);
        if (!perDay || !perMonth) {
            return fail(perDay ? perMonth.error() : perDay.error());
        }
        policy.budgetPerDay = *perDay;
        policy.budgetPerMonth = *perMonth;
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return policy;
}

Result<TeamPolicy> PolicyRepository::changeTeam(const PolicyEdit& edit)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto before = team(edit.subject);
    if (!before) {
        return fail(before.error());
    }
    const auto changed = changedPolicy(*before, edit.changes);
    if (!changed) {
        return fail(changed.error());
    }
    SqlValues values{changed->team};
    for (const auto& budget : {changed->budgetPerDay, changed->budgetPerMonth}) {
        const auto added = appendMoney(values, budget);
        if (!added) {
            return fail(added.error());
        }
    }
    const auto saved = m_connection.execute(kSaveTeam, values);
    if (!saved) {
        return fail(saved.error());
    }
    const auto noted =
        note(Subject::Team, edit.subject, differences(toJson(*before), toJson(*changed), edit.author, edit.nowMs));
    if (!noted) {
        return fail(noted.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return *changed;
}

Result<QList<PolicyChange>> PolicyRepository::changes(Subject subject, const QString& name)
{
    auto rows = m_connection.query(kChanges, {kindOf(subject), name});
    if (!rows) {
        return fail(rows.error());
    }
    QList<PolicyChange> changes;
    while (rows->next()) {
        changes.append({rows->integer(0), rows->text(1), rows->text(2), rows->text(3), rows->text(4)});
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return changes;
}

Result<QList<UserPolicy>> PolicyRepository::all()
{
    auto rows = m_connection.query(kAll);
    if (!rows) {
        return fail(rows.error());
    }
    QList<UserPolicy> policies;
    while (rows->next()) {
        auto policy = fromRow(*rows);
        if (!policy) {
            return fail(policy.error());
        }
        policies << std::move(*policy);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return policies;
}

} // namespace lathe
