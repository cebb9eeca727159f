// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/projectionrows.h"

#include "engine/core/canonicaljson.h"

namespace lathe {

namespace {

constexpr qsizetype kSummaryText = 200;

/// What a list of decisions can show of one in a line.
QString shortText(const DecisionRecord& decision)
{
    QString text = decision.finalAnswer;
    if (text.isEmpty()) {
        text = decision.nextPrompt;
    }
    if (text.isEmpty()) {
        QStringList tools;
        for (const ToolCallRecord& call : decision.toolCalls) {
            tools << call.tool;
        }
        text = tools.join(QLatin1String(", "));
    }
    return text.left(kSummaryText);
}

} // namespace

Result<SqlValues> summaryRow(const QString& runId, const RunRecord& record, qint64 lastSeq)
{
    const RunSummary& summary = record.summary;
    SqlValues row{runId,
                  lastSeq,
                  toName(summary.status),
                  summary.name,
                  summary.userId,
                  toName(summary.tier),
                  summary.provider,
                  summary.model,
                  summary.jobSignature,
                  qint64(summary.fromCache ? 1 : 0),
                  qint64(summary.decisions),
                  qint64(summary.toolCalls),
                  summary.tokensUsed};
    const auto money = appendMoney(row, summary.totalCost);
    if (!money) {
        return fail(money.error());
    }
    const QJsonObject metadata = record.job.value(QLatin1String("metadata")).toObject();
    row << summary.unknownCostLines << summary.startedAtMs << summary.updatedAtMs << summary.completedAtMs
        << summary.errorCode << summary.promptStart << QString::fromUtf8(compactJson(metadata))
        << qint64(summary.imported ? 1 : 0);
    return row;
}

Result<RunSummary> summaryFromRow(const Rows& rows, int first)
{
    RunSummary summary;
    summary.runId = rows.text(first);
    const auto status = enumFrom<RunStatus>(rows.text(first + 2), "run status");
    const auto tier = enumFrom<UserTier>(rows.text(first + 5), "user tier");
    const auto cost = rows.money(first + 13);
    if (!status) {
        return fail(status.error());
    }
    if (!tier) {
        return fail(tier.error());
    }
    if (!cost) {
        return fail(cost.error());
    }
    summary.status = *status;
    summary.name = rows.text(first + 3);
    summary.userId = rows.text(first + 4);
    summary.tier = *tier;
    summary.provider = rows.text(first + 6);
    summary.model = rows.text(first + 7);
    summary.jobSignature = rows.text(first + 8);
    summary.fromCache = rows.integer(first + 9) != 0;
    summary.decisions = rows.number(first + 10);
    summary.toolCalls = rows.number(first + 11);
    summary.tokensUsed = rows.integer(first + 12);
    summary.totalCost = cost->value_or(Money());
    summary.unknownCostLines = rows.integer(first + 15);
    summary.startedAtMs = rows.integer(first + 16);
    summary.updatedAtMs = rows.integer(first + 17);
    summary.completedAtMs = rows.integer(first + 18);
    summary.errorCode = rows.text(first + 19);
    summary.promptStart = rows.text(first + 20);
    summary.imported = rows.integer(first + 22) != 0;
    return summary;
}

Result<SqlValues> decisionRow(const QString& runId, const DecisionRecord& decision)
{
    SqlValues row{runId,
                  qint64(decision.number),
                  qint64(decision.frame),
                  qint64(decision.depth),
                  qint64(decision.parentDecision),
                  nameOrNull(decision.action),
                  toName(decision.status),
                  shortText(decision),
                  qint64(decision.attempts.size()),
                  decision.tokens()};
    const auto model = appendMoney(row, decision.modelCost);
    if (!model) {
        return fail(model.error());
    }
    const auto tool = appendMoney(row, decision.toolCost);
    if (!tool) {
        return fail(tool.error());
    }
    row << decision.unknownCostLines << qint64(decision.revisions.size()) << decision.startedAtMs << decision.endedAtMs;
    return row;
}

Result<SqlValues> toolCallRow(const QString& runId, int decision, int position, const ToolCallRecord& call)
{
    SqlValues row{runId,
                  qint64(decision),
                  qint64(position),
                  call.callId,
                  call.tool,
                  toName(call.sideEffect),
                  call.status,
                  call.errorCode,
                  qint64(call.synthetic ? 1 : 0),
                  qint64(call.reused ? 1 : 0),
                  qint64(call.childFrame)};
    const auto cost = appendMoney(row, call.cost);
    if (!cost) {
        return fail(cost.error());
    }
    row << call.startedAtMs << call.endedAtMs;
    return row;
}

Result<SqlValues> costLineRow(const QString& runId, qint64 number, const CostLine& line)
{
    SqlValues row{runId,
                  number,
                  line.lineAtMs,
                  toName(line.phase),
                  qint64(line.decision),
                  nameOrNull(line.decisionKind),
                  qint64(line.attempt),
                  line.toolCallId,
                  line.tool,
                  line.provider,
                  line.modelRequested,
                  line.modelBilled,
                  line.serviceTier,
                  toName(line.meter),
                  line.quantity,
                  unitOf(line.meter),
                  line.unitPrice ? SqlValue(line.unitPrice->toDecimal(perOf(line.meter))) : SqlValue(),
                  perOf(line.meter)};
    const auto cost = appendMoney(row, line.cost);
    if (!cost) {
        return fail(cost.error());
    }
    row << toName(line.state) << costSourceOf(line) << line.priceBookVersion << line.rateId << line.status;
    return row;
}

} // namespace lathe
