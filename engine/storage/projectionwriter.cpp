// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/projectionwriter.h"

#include "engine/storage/projectionrows.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr Sql kInsertRun{
    "INSERT INTO agent_execution_metadata (run_id, last_seq, status, name, user_id, user_tier, provider, model, "
    "job_signature, from_cache, decisions, tool_calls, tokens_used, cost_micro, cost_rem, unknown_cost_lines, "
    "started_at, updated_at, completed_at, error_code, prompt_start, metadata, imported, owner) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"};
// Neither sets run_id, not even to itself: SQLite would then look at every row of the run for foreign keys, and the
// cost of an event would grow with the run.
constexpr Sql kUpdateRun{
    "UPDATE agent_execution_metadata SET last_seq = ?, status = ?, name = ?, user_id = ?, user_tier = ?, "
    "provider = ?, model = ?, job_signature = ?, from_cache = ?, decisions = ?, tool_calls = ?, tokens_used = ?, "
    "cost_micro = ?, cost_rem = ?, unknown_cost_lines = ?, started_at = ?, updated_at = ?, completed_at = ?, "
    "error_code = ?, prompt_start = ?, metadata = ?, imported = ? WHERE id = ?"};
// What goes on changing.
constexpr Sql kUpdateProgress{
    "UPDATE agent_execution_metadata SET last_seq = ?, status = ?, from_cache = ?, decisions = ?, "
    "tool_calls = ?, tokens_used = ?, unknown_cost_lines = ?, updated_at = ?, completed_at = ?, error_code = ?, "
    "cost_micro = ?, cost_rem = ? WHERE id = ?"};
constexpr Sql kReplaceRun{
    "INSERT INTO agent_execution_metadata (run_id, last_seq, status, name, user_id, user_tier, provider, model, "
    "job_signature, from_cache, decisions, tool_calls, tokens_used, cost_micro, cost_rem, unknown_cost_lines, "
    "started_at, updated_at, completed_at, error_code, prompt_start, metadata, imported, owner, id) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) "
    "ON CONFLICT (id) DO UPDATE SET last_seq = excluded.last_seq, "
    "status = excluded.status, name = excluded.name, user_id = excluded.user_id, user_tier = excluded.user_tier, "
    "provider = excluded.provider, model = excluded.model, job_signature = excluded.job_signature, "
    "from_cache = excluded.from_cache, decisions = excluded.decisions, tool_calls = excluded.tool_calls, "
    "tokens_used = excluded.tokens_used, cost_micro = excluded.cost_micro, cost_rem = excluded.cost_rem, "
    "unknown_cost_lines = excluded.unknown_cost_lines, started_at = excluded.started_at, "
    "updated_at = excluded.updated_at, completed_at = excluded.completed_at, error_code = excluded.error_code, "
    "prompt_start = excluded.prompt_start, metadata = excluded.metadata, imported = excluded.imported"};
constexpr Sql kUpsertDecision{
    "INSERT INTO agent_decisions (run_id, decision, frame, depth, parent_decision, action, status, summary, attempts, "
    "tokens, model_cost_micro, model_cost_rem, tool_cost_micro, tool_cost_rem, unknown_cost_lines, revisions, "
    "started_at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (run_id, decision) DO UPDATE SET frame = excluded.frame, depth = excluded.depth, "
    "parent_decision = excluded.parent_decision, action = excluded.action, status = excluded.status, "
    "summary = excluded.summary, attempts = excluded.attempts, tokens = excluded.tokens, "
    "model_cost_micro = excluded.model_cost_micro, model_cost_rem = excluded.model_cost_rem, "
    "tool_cost_micro = excluded.tool_cost_micro, tool_cost_rem = excluded.tool_cost_rem, "
    "unknown_cost_lines = excluded.unknown_cost_lines, revisions = excluded.revisions, "
    "started_at = excluded.started_at, ended_at = excluded.ended_at"};
constexpr Sql kUpsertToolCall{
    "INSERT INTO agent_tool_executions (run_id, decision, position, call_id, tool, side_effect, status, error_code, "
    "synthetic, reused, child_frame, cost_micro, cost_rem, started_at, ended_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (run_id, decision, position) DO UPDATE SET call_id = excluded.call_id, tool = excluded.tool, "
    "side_effect = excluded.side_effect, status = excluded.status, error_code = excluded.error_code, "
    "synthetic = excluded.synthetic, reused = excluded.reused, child_frame = excluded.child_frame, "
    "cost_micro = excluded.cost_micro, cost_rem = excluded.cost_rem, started_at = excluded.started_at, "
    "ended_at = excluded.ended_at"};
constexpr Sql kCutToolCalls{"DELETE FROM agent_tool_executions WHERE run_id = ? AND decision = ? AND position > ?"};
constexpr Sql kInsertCostLine{
    "INSERT INTO agent_cost_lines (run_id, line, line_at, phase, decision, decision_kind, attempt, tool_call_id, tool, "
    "provider, model_requested, model_billed, service_tier, meter, quantity, unit, unit_price, per, cost_micro, "
    "cost_rem, cost_state, cost_source, pricebook_version, rate_id, status) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"};
constexpr Sql kDropMisnamed{"DELETE FROM agent_execution_metadata WHERE id = ? AND run_id <> ?"};
constexpr Sql kDropDecisions{"DELETE FROM agent_decisions WHERE run_id = ?"};
constexpr Sql kDropToolCalls{"DELETE FROM agent_tool_executions WHERE run_id = ?"};
constexpr Sql kDropCostLines{"DELETE FROM agent_cost_lines WHERE run_id = ?"};

} // namespace

const DecisionRecord *findDecision(const RunRecord& record, int number)
{
    const auto& decisions = record.decisions;
    // Decisions are numbered 1, 2, 3 ...; the search is for journals with gaps.
    if (number >= 1 && number <= decisions.size() && decisions.at(number - 1).number == number) {
        return &decisions.at(number - 1);
    }
    const auto found =
        std::lower_bound(decisions.begin(), decisions.end(), number,
                         [](const DecisionRecord& decision, int wanted) { return decision.number < wanted; });
    return found != decisions.end() && found->number == number ? &*found : nullptr;
}

void TouchedRows::note(const RunEvent& event)
{
    const int decision = static_cast<int>(event.details.number("decision"_L1));
    if (decision > 0) {
        bool& anew = m_decisions[decision];
        anew = anew || event.type == EventType::Decision;
    }
    // These fill what otherwise stays as it is: the signature is known after validation, the tier after the policy.
    m_beginning = m_beginning || event.type == EventType::RunCreated || event.type == EventType::ValidationSuccess ||
                  event.type == EventType::RunImported ||
                  (event.type == EventType::PolicyCheck && event.details.text("where"_L1) == "run"_L1);
    // A frame is noted on the call that opened it.
    const int parent = static_cast<int>(event.details.number("parentDecision"_L1));
    if (event.type == EventType::FrameEntered && parent > 0) {
        m_decisions.try_emplace(parent, false);
    }
}

void TouchedRows::noteAll(const RunRecord& record)
{
    for (const DecisionRecord& decision : record.decisions) {
        m_decisions[decision.number] = true;
    }
}

Result<qint64> ProjectionWriter::insertRun(const ProjectedRun& run, qint64 owner)
{
    auto row = summaryRow(run.runId, run.projector.record(), run.lastSeq);
    if (!row) {
        return fail(row.error());
    }
    row->append(owner);
    const auto id = m_connection.integer(kInsertRun, *row);
    if (!id) {
        return fail(id.error());
    }
    return id->value_or(0);
}

Result<void> ProjectionWriter::updateRun(const ProjectedRun& run, const TouchedRows& touched)
{
    const RunSummary& summary = run.projector.record().summary;
    Result<SqlValues> row;
    if (touched.beginning()) {
        row = summaryRow(run.runId, run.projector.record(), run.lastSeq);
        if (!row) {
            return fail(row.error());
        }
        row->removeFirst();
    } else {
        row = SqlValues{run.lastSeq,
                        toName(summary.status),
                        qint64(summary.fromCache ? 1 : 0),
                        qint64(summary.decisions),
                        qint64(summary.toolCalls),
                        summary.tokensUsed,
                        summary.unknownCostLines,
                        summary.updatedAtMs,
                        summary.completedAtMs,
                        summary.errorCode};
        const auto cost = appendMoney(*row, summary.totalCost);
        if (!cost) {
            return fail(cost.error());
        }
    }
    *row << run.id;
    const auto changed = m_connection.execute(touched.beginning() ? kUpdateRun : kUpdateProgress, *row);
    if (!changed) {
        return fail(changed.error());
    }
    return {};
}

Result<void> ProjectionWriter::writeDecision(ProjectedRun& run, const DecisionRecord& decision, bool callsAnew)
{
    auto row = decisionRow(run.runId, decision);
    if (!row) {
        return fail(row.error());
    }
    if (run.decisionWritten != decision.number) {
        run.decisionWritten = decision.number;
        run.decisionRow.clear();
        run.callRows.clear();
    }
    if (run.decisionRow != *row) {
        const auto done = m_connection.execute(kUpsertDecision, *row);
        if (!done) {
            return fail(done.error());
        }
        run.decisionRow = std::move(*row);
    }
    return writeToolCalls(run, decision, callsAnew);
}

Result<void> ProjectionWriter::writeToolCalls(ProjectedRun& run, const DecisionRecord& decision, bool callsAnew)
{
    QList<SqlValues> rows;
    for (const ToolCallRecord& call : decision.toolCalls) {
        auto row = toolCallRow(run.runId, decision.number, static_cast<int>(rows.size()) + 1, call);
        if (!row) {
            return fail(row.error());
        }
        rows << std::move(*row);
    }
    for (qsizetype i = 0; i < rows.size(); ++i) {
        if (i < run.callRows.size() && run.callRows.at(i) == rows.at(i)) {
            continue;
        }
        const auto done = m_connection.execute(kUpsertToolCall, rows.at(i));
        if (!done) {
            return fail(done.error());
        }
    }
    if (callsAnew) {
        const auto cut = m_connection.execute(kCutToolCalls, {run.runId, qint64(decision.number), qint64(rows.size())});
        if (!cut) {
            return fail(cut.error());
        }
    }
    run.callRows = std::move(rows);
    return {};
}

Result<void> ProjectionWriter::writeTouched(ProjectedRun& run, const TouchedRows& touched)
{
    const RunRecord& record = run.projector.record();
    for (const auto& [number, callsAnew] : touched.decisions()) {
        const DecisionRecord *decision = findDecision(record, number);
        if (decision == nullptr) {
            continue;
        }
        const auto written = writeDecision(run, *decision, callsAnew);
        if (!written) {
            return fail(written.error());
        }
    }
    for (; run.linesWritten < record.lines.size(); ++run.linesWritten) {
        const auto row = costLineRow(run.runId, run.linesWritten + 1, record.lines.at(run.linesWritten));
        if (!row) {
            return fail(row.error());
        }
        const auto done = m_connection.execute(kInsertCostLine, *row);
        if (!done) {
            return fail(done.error());
        }
    }
    return {};
}

Result<void> ProjectionWriter::replace(ProjectedRun& run)
{
    const RunRecord& record = run.projector.record();
    auto row = summaryRow(run.runId, record, run.lastSeq);
    if (!row) {
        return fail(row.error());
    }
    row->append(run.id);
    const auto misnamed = m_connection.execute(kDropMisnamed, {run.id, run.runId});
    if (!misnamed) {
        return fail(misnamed.error());
    }
    const auto replaced = m_connection.execute(kReplaceRun, *row);
    if (!replaced) {
        return fail(replaced.error());
    }
    for (const Sql sql : {kDropDecisions, kDropToolCalls, kDropCostLines}) {
        const auto dropped = m_connection.execute(sql, {run.runId});
        if (!dropped) {
            return fail(dropped.error());
        }
    }
    TouchedRows all;
    all.noteAll(record);
    run.linesWritten = 0;
    run.decisionWritten = 0;
    return writeTouched(run, all);
}

const QList<ProjectionTable>& projectionTables()
{
    static const QList<ProjectionTable> tables{
        {"agent_execution_metadata", summaryColumns(), "run_id"},
        {"agent_decisions", decisionColumns(), "decision"},
        {"agent_tool_executions", toolCallColumns(), "decision, position"},
        {"agent_cost_lines", costLineColumns(), "line"},
    };
    return tables;
}

Result<QList<SqlValues>> expectedRows(const ProjectionTable& table, const ProjectedRun& run)
{
    const RunRecord& record = run.projector.record();
    const QString& runId = run.runId;
    const QLatin1String name(table.name);
    QList<SqlValues> rows;
    const auto add = [&rows](Result<SqlValues> row) -> Result<void> {
        if (!row) {
            return fail(row.error());
        }
        rows << *row;
        return {};
    };
    Result<void> done;
    if (name == QLatin1String("agent_execution_metadata")) {
        done = add(summaryRow(runId, record, run.lastSeq));
    } else if (name == QLatin1String("agent_cost_lines")) {
        for (qsizetype i = 0; done && i < record.lines.size(); ++i) {
            done = add(costLineRow(runId, i + 1, record.lines.at(i)));
        }
    } else {
        const bool calls = name == QLatin1String("agent_tool_executions");
        for (const DecisionRecord& decision : record.decisions) {
            if (!calls && done) {
                done = add(decisionRow(runId, decision));
            }
            int position = 0;
            for (const ToolCallRecord& call : decision.toolCalls) {
                if (calls && done) {
                    done = add(toolCallRow(runId, decision.number, ++position, call));
                }
            }
        }
    }
    if (!done) {
        return fail(done.error());
    }
    return rows;
}

} // namespace lathe
