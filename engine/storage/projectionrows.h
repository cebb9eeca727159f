// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"
#include "engine/storage/connection.h"

namespace lathe {

// Domain values as the rows of the projection tables and back. The order of values is the order of columns.

[[nodiscard]] inline constexpr const char *summaryColumns()
{
    return "run_id, last_seq, status, name, user_id, user_tier, provider, model, job_signature, from_cache, decisions, "
           "tool_calls, tokens_used, cost_micro, cost_rem, unknown_cost_lines, started_at, updated_at, completed_at, "
           "error_code, prompt_start, metadata, imported";
}
[[nodiscard]] Result<SqlValues> summaryRow(const QString& runId, const RunRecord& record, qint64 lastSeq);
/// From columns that begin at first and lie in the order of summaryColumns().
[[nodiscard]] Result<RunSummary> summaryFromRow(const Rows& rows, int first);
inline constexpr int kSummaryColumnCount = 23;

[[nodiscard]] inline constexpr const char *decisionColumns()
{
    return "run_id, decision, frame, depth, parent_decision, action, status, summary, attempts, tokens, "
           "model_cost_micro, model_cost_rem, tool_cost_micro, tool_cost_rem, unknown_cost_lines, revisions, "
           "started_at, ended_at";
}
[[nodiscard]] Result<SqlValues> decisionRow(const QString& runId, const DecisionRecord& decision);

[[nodiscard]] inline constexpr const char *toolCallColumns()
{
    return "run_id, decision, position, call_id, tool, side_effect, status, error_code, synthetic, reused, "
           "child_frame, cost_micro, cost_rem, started_at, ended_at";
}
[[nodiscard]] Result<SqlValues> toolCallRow(const QString& runId, int decision, int position,
                                            const ToolCallRecord& call);

[[nodiscard]] inline constexpr const char *costLineColumns()
{
    return "run_id, line, line_at, phase, decision, decision_kind, attempt, tool_call_id, tool, provider, "
           "model_requested, model_billed, service_tier, meter, quantity, unit, unit_price, per, cost_micro, cost_rem, "
           "cost_state, cost_source, pricebook_version, rate_id, status";
}
[[nodiscard]] Result<SqlValues> costLineRow(const QString& runId, qint64 number, const CostLine& line);

/// The name of an enum value as text, null if it is absent.
template <typename E>
[[nodiscard]] SqlValue nameOrNull(const std::optional<E>& value)
{
    return value ? SqlValue(toName(*value)) : SqlValue();
}

/// An enum from its name; an Error (Database) that names the column if it is none.
template <typename E>
[[nodiscard]] Result<E> enumFrom(const QString& text, const char *column)
{
    const auto value = fromName<E>(text);
    if (!value) {
        return fail(ErrorCode::Database,
                    QStringLiteral("The database holds an unknown %1: %2").arg(QLatin1String(column), text));
    }
    return *value;
}

} // namespace lathe
