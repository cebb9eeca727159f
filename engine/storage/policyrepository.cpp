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
                   "approval_rules, created_at, updated_at FROM agent_user_policies WHERE user_id = ?"};
constexpr Sql kAll{"SELECT user_id, tier, max_recursion_depth, context_window_limit, max_tool_calls, allowed_tools, "
                   "requests_per_minute, requests_per_hour, budget_per_run_micro, budget_per_run_rem, "
                   "budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, budget_per_month_rem, "
                   "approval_rules, created_at, updated_at FROM agent_user_policies ORDER BY user_id"};
constexpr Sql kSave{
    "INSERT INTO agent_user_policies (user_id, tier, max_recursion_depth, context_window_limit, max_tool_calls, "
    "allowed_tools, requests_per_minute, requests_per_hour, approval_rules, created_at, updated_at, "
    "budget_per_run_micro, budget_per_run_rem, budget_per_day_micro, budget_per_day_rem, budget_per_month_micro, "
    "budget_per_month_rem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (user_id) DO UPDATE SET tier = excluded.tier, max_recursion_depth = excluded.max_recursion_depth, "
    "context_window_limit = excluded.context_window_limit, max_tool_calls = excluded.max_tool_calls, "
    "allowed_tools = excluded.allowed_tools, requests_per_minute = excluded.requests_per_minute, "
    "requests_per_hour = excluded.requests_per_hour, approval_rules = excluded.approval_rules, "
    "updated_at = excluded.updated_at, budget_per_run_micro = excluded.budget_per_run_micro, "
    "budget_per_run_rem = excluded.budget_per_run_rem, budget_per_day_micro = excluded.budget_per_day_micro, "
    "budget_per_day_rem = excluded.budget_per_day_rem, budget_per_month_micro = excluded.budget_per_month_micro, "
    "budget_per_month_rem = excluded.budget_per_month_rem"};

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
    return policy;
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

Result<void> PolicyRepository::save(const UserPolicy& policy, qint64 nowMs)
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
                     policy.createdAtMs != 0 ? policy.createdAtMs : nowMs,
                     policy.updatedAtMs != 0 ? policy.updatedAtMs : nowMs};
    for (const auto& budget : {policy.budgetPerRun, policy.budgetPerDay, policy.budgetPerMonth}) {
        const auto added = appendMoney(values, budget);
        if (!added) {
            return fail(added.error());
        }
    }
    const auto done = m_connection.execute(kSave, values);
    if (!done) {
        return fail(done.error());
    }
    return {};
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
