// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/billview.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QList<BillDimension> dimensionsOf(const QList<BillGroup>& groups)
{
    QList<BillDimension> dimensions;
    for (const BillGroup group : groups) {
        dimensions.append(dimensionOf(group));
    }
    return dimensions.isEmpty() ? QList<BillDimension>{BillDimension::Phase} : dimensions;
}

} // namespace

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
    case BillGroup::Hour:
        return BillDimension::Hour;
    case BillGroup::Team:
        return BillDimension::Team;
    case BillGroup::Tier:
        return BillDimension::Tier;
    }
    return BillDimension::Phase;
}

BillRow BillRows::rowOf(const Database::LedgerRow& entry)
{
    if (entry.metadata != m_metadata) {
        m_metadata = entry.metadata;
        m_team = QJsonDocument::fromJson(m_metadata.toUtf8()).object().value("team"_L1).toString();
    }
    BillRow row;
    row.line = entry.line;
    row.jobName = entry.run.name;
    row.startedAtMs = entry.run.startedAtMs;
    row.userId = entry.run.userId;
    row.userTier = toName(entry.run.tier);
    row.teamId = m_team;
    row.tags = entry.metadata;
    return row;
}

Result<void> visitAll(const Result<QList<BillRow>>& rows, const BillVisitor& visit)
{
    if (!rows) {
        return fail(rows.error());
    }
    for (const BillRow& row : *rows) {
        const auto visited = visit(row);
        if (!visited) {
            return visited;
        }
    }
    return {};
}

BillSums::BillSums(const QList<BillGroup>& groupBy) : m_groups(dimensionsOf(groupBy)) {}

void BillSums::add(const BillRow& row)
{
    m_groups.add(row);
    if (row.line.cost) {
        m_phases[static_cast<size_t>(row.line.phase) - 1].add(*row.line.cost);
        (row.line.meter == Meter::ToolCall ? m_tools : m_decisions).add(*row.line.cost);
    }
}

Result<BillResult> BillSums::finish() const
{
    const Result<BillTable> table = m_groups.finish();
    if (!table) {
        return fail(table.error());
    }
    BillResult result;
    result.total = table->total;
    for (const BillTable::Row& row : table->rows) {
        result.rows.append({row.keys, row.group});
    }
    for (const MoneySum& phase : m_phases) {
        const Result<Money> sum = phase.total();
        const Result<Money> all = sum ? result.phases.plus(*sum) : sum;
        if (!all) {
            return fail(all.error());
        }
        result.phases = *all;
    }
    const Result<Money> decisions = m_decisions.total();
    const Result<Money> tools = m_tools.total();
    if (!decisions || !tools) {
        return fail(decisions ? tools.error() : decisions.error());
    }
    result.decisions = *decisions;
    result.tools = *tools;
    const Result<Money> both = decisions->plus(*tools);
    result.sumsAgree = both && *both == result.phases && result.phases == result.total.cost;
    return result;
}

} // namespace lathe
