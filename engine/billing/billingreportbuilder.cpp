// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billingreportbuilder.h"

#include "engine/core/clock.h"

#include <QHash>
#include <QMap>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Adds up lines that belong together. Sums are made at the end, so that their order cannot matter.
class GroupSum
{
public:
    void add(const CostLine& line)
    {
        ++m_group.lines;
        if (line.cost) {
            m_sum.add(*line.cost);
        } else {
            ++m_group.unknownLines;
        }
        if (line.meter == Meter::ToolCall) {
            m_group.calls += line.quantity;
            return;
        }
        if (isTokenMeter(line.meter)) {
            m_group.tokens += line.quantity;
        }
        // The lines of one attempt are one call.
        const auto attempt = qMakePair(line.runId, qMakePair(line.decision, line.attempt));
        if (!m_attempts.contains(attempt)) {
            m_attempts.insert(attempt);
            ++m_group.calls;
        }
    }

    [[nodiscard]] Result<CostGroup> finish(const QString& key) const
    {
        const auto sum = m_sum.total();
        if (!sum) {
            return fail(sum.error());
        }
        CostGroup group = m_group;
        group.key = key;
        group.cost = *sum;
        return group;
    }

private:
    CostGroup m_group;
    MoneySum m_sum;
    QSet<QPair<QString, QPair<int, int>>> m_attempts;
};

Result<Money> sumOf(const QList<CostGroup>& groups)
{
    QList<Money> costs;
    costs.reserve(groups.size());
    for (const CostGroup& group : groups) {
        costs.append(group.cost);
    }
    return Money::sum(costs);
}

template <typename Key, typename Name>
Result<QList<CostGroup>> finishAll(const QMap<Key, GroupSum>& sums, Name name)
{
    QList<CostGroup> groups;
    groups.reserve(sums.size());
    for (auto it = sums.cbegin(); it != sums.cend(); ++it) {
        const auto group = it.value().finish(name(it.key()));
        if (!group) {
            return fail(group.error());
        }
        groups.append(*group);
    }
    return groups;
}

QString modelOf(const CostLine& line)
{
    return line.modelBilled.isEmpty() ? line.modelRequested : line.modelBilled;
}

/// What the lines without a cost may come to, as far as that can be said.
Money estimatedOf(const QList<CostLine>& lines)
{
    MoneySum sum;
    for (const CostLine& line : lines) {
        sum.add(line.estimate.value_or(Money()));
    }
    return sum.total().value_or(Money());
}

/// A line's cost is there exactly if it is known, and is its price times its quantity.
bool isConsistent(const CostLine& line)
{
    if (line.cost.has_value() == (line.state == CostState::Unknown)) {
        return false;
    }
    if (!line.cost || line.state == CostState::Reported) {
        return true;
    }
    if (!line.unitPrice) {
        return false;
    }
    const auto product = line.unitPrice->times(line.quantity);
    return product && *product == *line.cost;
}

QString dayOf(qint64 ms)
{
    return toIsoUtc(ms).left(10);
}

QString keyOf(const BillRow& row, BillDimension dimension, bool severalRuns)
{
    const CostLine& line = row.line;
    const bool isTool = line.meter == Meter::ToolCall;
    switch (dimension) {
    case BillDimension::Phase:
        return toName(line.phase);
    case BillDimension::Decision:
        return severalRuns ? u"%1#%2"_s.arg(line.runId).arg(line.decision) : QString::number(line.decision);
    case BillDimension::Tool:
        return isTool ? line.tool : QString();
    case BillDimension::Model:
        return isTool ? QString() : modelOf(line);
    case BillDimension::Provider:
        return isTool ? QString() : line.provider;
    case BillDimension::User:
        return row.userId;
    case BillDimension::Day:
        return dayOf(line.lineAtMs);
    }
    return {};
}

} // namespace

Result<BillingReport> buildBillingReport(const QString& runId, const QString& priceBook, const QList<CostLine>& lines,
                                         Money avoided)
{
    GroupSum all;
    QMap<int, GroupSum> phases;
    for (const auto& entry : EnumNames<Phase>::table) {
        phases.insert(static_cast<int>(entry.first), GroupSum());
    }
    QMap<int, GroupSum> decisions;
    QMap<QString, GroupSum> tools;
    QMap<QString, GroupSum> models;
    bool consistent = true;
    for (const CostLine& line : lines) {
        consistent = consistent && isConsistent(line);
        all.add(line);
        phases[static_cast<int>(line.phase)].add(line);
        if (line.meter == Meter::ToolCall) {
            tools[line.tool].add(line);
        } else {
            decisions[line.decision].add(line);
            models[modelOf(line)].add(line);
        }
    }
    const auto total = all.finish({});
    const auto byPhase = finishAll(phases, [](int phase) { return QString(toName(static_cast<Phase>(phase))); });
    const auto byDecision = finishAll(decisions, [](int number) { return QString::number(number); });
    const auto byTool = finishAll(tools, [](const QString& name) { return name; });
    const auto byModel = finishAll(models, [](const QString& name) { return name; });
    for (const auto *groups : {&byPhase, &byDecision, &byTool, &byModel}) {
        if (!total || !*groups) {
            return fail(total ? groups->error() : total.error());
        }
    }

    BillingReport report;
    report.runId = runId;
    report.priceBook = priceBook;
    report.total = total->cost;
    report.lines = total->lines;
    report.unknownLines = total->unknownLines;
    report.complete = total->unknownLines == 0;
    report.avoided = avoided;
    report.unknownEstimate = estimatedOf(lines);
    report.byPhase = *byPhase;
    report.byDecision = *byDecision;
    report.byTool = *byTool;
    report.byModel = *byModel;
    const auto phaseSum = sumOf(report.byPhase);
    const auto modelSum = sumOf(report.byModel);
    const auto decisionsAndTools = sumOf(report.byDecision + report.byTool);
    const auto modelsAndTools = sumOf(report.byModel + report.byTool);
    report.sumsAgree = consistent && phaseSum && modelSum && decisionsAndTools && modelsAndTools &&
                       *phaseSum == report.total && *decisionsAndTools == report.total &&
                       *modelsAndTools == report.total;
    return report;
}

Result<BillTable> groupBill(const QList<BillRow>& rows, const QList<BillDimension>& dimensions)
{
    if (dimensions.isEmpty() || dimensions.size() > 2) {
        return fail(ErrorCode::InvalidInput,
                    u"A bill is grouped by one or two dimensions, not by %1"_s.arg(dimensions.size()));
    }
    const auto otherRun = [&rows](const BillRow& row) { return row.line.runId != rows.constFirst().line.runId; };
    const bool severalRuns = std::any_of(rows.cbegin(), rows.cend(), otherRun);
    GroupSum all;
    QHash<QStringList, GroupSum> sums;
    for (const BillRow& row : rows) {
        QStringList keys;
        for (const BillDimension dimension : dimensions) {
            keys.append(keyOf(row, dimension, severalRuns));
        }
        sums[keys].add(row.line);
        all.add(row.line);
    }
    BillTable table;
    table.dimensions = dimensions;
    const auto total = all.finish({});
    if (!total) {
        return fail(total.error());
    }
    table.total = *total;
    for (auto it = sums.cbegin(); it != sums.cend(); ++it) {
        const auto group = it.value().finish(it.key().join(u" / "_s));
        if (!group) {
            return fail(group.error());
        }
        table.rows.append({it.key(), *group});
    }
    const qsizetype day = dimensions.indexOf(BillDimension::Day);
    std::sort(table.rows.begin(), table.rows.end(), [day](const BillTable::Row& a, const BillTable::Row& b) {
        if (day >= 0 && a.keys.at(day) != b.keys.at(day)) {
            return a.keys.at(day) < b.keys.at(day);
        }
        return a.group.cost != b.group.cost ? a.group.cost > b.group.cost : a.keys < b.keys;
    });
    return table;
}

} // namespace lathe
