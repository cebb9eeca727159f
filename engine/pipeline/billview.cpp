// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/billview.h"

namespace lathe {

namespace {

BillDimension dimensionOf(BillGroup group)
{
    switch (group) {
    case BillGroup::Phase:
        return BillDimension::Phase;
    case BillGroup::Decision:
        return BillDimension::Decision;
    case BillGroup::Tool:
        return BillDimension::Tool;
    case BillGroup::Model:
        return BillDimension::Model;
    case BillGroup::Provider:
        return BillDimension::Provider;
    case BillGroup::User:
        return BillDimension::User;
    case BillGroup::Day:
        return BillDimension::Day;
    }
    return BillDimension::Phase;
}

} // namespace

QList<BillRow> billRows(const QList<Database::LedgerRow>& ledger)
{
    QList<BillRow> rows;
    rows.reserve(ledger.size());
    for (const Database::LedgerRow& entry : ledger) {
        BillRow row;
        row.line = entry.line;
        row.jobName = entry.run.name;
        row.startedAtMs = entry.run.startedAtMs;
        row.userId = entry.run.userId;
        row.userTier = toName(entry.run.tier);
        row.tags = entry.metadata;
        rows.append(std::move(row));
    }
    return rows;
}

Result<BillResult> billResult(const QList<BillRow>& rows, const QList<BillGroup>& groupBy)
{
    QList<BillDimension> dimensions;
    for (const BillGroup group : groupBy) {
        dimensions.append(dimensionOf(group));
    }
    if (dimensions.isEmpty()) {
        dimensions.append(BillDimension::Phase);
    }
    const Result<BillTable> table = groupBill(rows, dimensions);
    if (!table) {
        return fail(table.error());
    }
    BillResult result;
    result.total = table->total;
    for (const BillTable::Row& row : table->rows) {
        result.rows.append({row.keys, row.group});
    }
    const Result<BillTable> phases = groupBill(rows, {BillDimension::Phase});
    if (!phases) {
        return fail(phases.error());
    }
    QList<Money> phaseSums;
    for (const BillTable::Row& row : phases->rows) {
        phaseSums.append(row.group.cost);
    }
    QList<Money> decisions;
    QList<Money> tools;
    for (const BillRow& row : rows) {
        if (row.line.cost) {
            (row.line.meter == Meter::ToolCall ? tools : decisions).append(*row.line.cost);
        }
    }
    const Result<Money> phaseSum = Money::sum(phaseSums);
    const Result<Money> decisionSum = Money::sum(decisions);
    const Result<Money> toolSum = Money::sum(tools);
    if (!phaseSum || !decisionSum || !toolSum) {
        return fail(ErrorCode::Overflow, QStringLiteral("the sum of this bill does not fit"));
    }
    result.phases = *phaseSum;
    result.decisions = *decisionSum;
    result.tools = *toolSum;
    const Result<Money> both = decisionSum->plus(*toolSum);
    result.sumsAgree = both && *both == result.phases && result.phases == result.total.cost;
    return result;
}

} // namespace lathe
