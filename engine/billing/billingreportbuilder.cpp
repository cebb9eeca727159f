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
        m_counts.meters[static_cast<size_t>(line.meter)] += line.quantity;
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
            m_counts.retries += line.attempt > 1 ? 1 : 0;
        }
    }

    [[nodiscard]] const BillCounts& counts() const { return m_counts; }

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
    BillCounts m_counts;
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

/// Decisions begin with their run until it is known whether there are several.
constexpr QChar kRunMark = u'#';

} // namespace

QString billKey(const BillRow& row, BillDimension dimension)
{
    const CostLine& line = row.line;
    const bool isTool = line.meter == Meter::ToolCall;
    switch (dimension) {
    case BillDimension::Phase:
        return toName(line.phase);
    case BillDimension::Decision:
        return line.runId + kRunMark + QString::number(line.decision);
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
    case BillDimension::Hour:
        return toIsoUtc(line.lineAtMs).left(13);
    case BillDimension::Team:
        return row.teamId;
    case BillDimension::Tier:
        return row.userTier;
    }
    return {};
}

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

class BillGrouper::Private
{
public:
    QList<BillDimension> dimensions;
    GroupSum all;
    QHash<QStringList, GroupSum> sums;
    QString firstRun;
    bool severalRuns = false;
};

BillGrouper::BillGrouper(QList<BillDimension> dimensions) : d(std::make_unique<Private>())
{
    d->dimensions = std::move(dimensions);
}

BillGrouper::~BillGrouper() = default;

void BillGrouper::add(const BillRow& row)
{
    if (d->firstRun.isEmpty()) {
        d->firstRun = row.line.runId;
    }
    d->severalRuns = d->severalRuns || row.line.runId != d->firstRun;
    QStringList keys;
    for (const BillDimension dimension : std::as_const(d->dimensions)) {
        keys.append(billKey(row, dimension));
    }
    d->sums[keys].add(row.line);
    d->all.add(row.line);
}

Result<BillTable> BillGrouper::finish() const
{
    if (d->dimensions.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"A bill is grouped by at least one dimension"_s);
    }
    BillTable table;
    table.dimensions = d->dimensions;
    const auto total = d->all.finish({});
    if (!total) {
        return fail(total.error());
    }
    table.total = *total;
    table.totalCounts = d->all.counts();
    table.onlyRun = d->severalRuns ? QString() : d->firstRun;
    for (auto it = d->sums.cbegin(); it != d->sums.cend(); ++it) {
        QStringList keys = it.key();
        for (qsizetype i = 0; i < keys.size(); ++i) {
            if (d->dimensions.at(i) == BillDimension::Decision && !d->severalRuns) {
                keys[i] = keys.at(i).mid(keys.at(i).lastIndexOf(kRunMark) + 1);
            }
        }
        const auto group = it.value().finish(keys.join(u" / "_s));
        if (!group) {
            return fail(group.error());
        }
        table.rows.append({keys, *group, it.value().counts()});
    }
    const qsizetype time =
        std::max(d->dimensions.indexOf(BillDimension::Day), d->dimensions.indexOf(BillDimension::Hour));
    std::sort(table.rows.begin(), table.rows.end(), [time](const BillTable::Row& a, const BillTable::Row& b) {
        if (time >= 0 && a.keys.at(time) != b.keys.at(time)) {
            return a.keys.at(time) < b.keys.at(time);
        }
        return a.group.cost != b.group.cost ? a.group.cost > b.group.cost : a.keys < b.keys;
    });
    return table;
}

Result<BillTable> groupBill(const QList<BillRow>& rows, const QList<BillDimension>& dimensions)
{
    BillGrouper groups(dimensions);
    for (const BillRow& row : rows) {
        groups.add(row);
    }
    return groups.finish();
}

} // namespace lathe
