// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billingreportbuilder.h"

#include "engine/billing/groupsum.h"

#include <QMap>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

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
            models[billedModel(line)].add(line);
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

} // namespace lathe
