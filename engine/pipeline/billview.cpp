// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/billview.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

bool passes(const BillQuery& query, const BillRow& row)
{
    return std::all_of(query.only.cbegin(), query.only.cend(),
                       [&row](const auto& entry) { return billKey(row, entry.first) == entry.second; });
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

QJsonObject toJson(const BillResult& bill, const QList<BillGroup>& groupBy)
{
    const auto groupJson = [](const CostGroup& group, const BillCounts& counts) {
        QJsonObject meters;
        for (const auto& [meter, name] : EnumNames<Meter>::table) {
            if (counts.of(meter) != 0) {
                meters.insert(name, counts.of(meter));
            }
        }
        return QJsonObject{{u"cost"_s, group.cost.toDecimal()},
                           {u"tokens"_s, group.tokens},
                           {u"calls"_s, group.calls},
                           {u"retries"_s, counts.retries},
                           {u"lines"_s, group.lines},
                           {u"unknownLines"_s, group.unknownLines},
                           {u"meters"_s, meters}};
    };
    QJsonArray rows;
    for (const BillResult::Row& row : bill.rows) {
        QJsonObject object = groupJson(row.group, row.counts);
        for (qsizetype i = 0; i < row.keys.size(); ++i) {
            object.insert(toName(groupBy.value(i, BillGroup::Phase)), row.keys.at(i));
        }
        rows.append(object);
    }
    QJsonObject json{{u"currency"_s, u"USD"_s},
                     {u"rows"_s, rows},
                     {u"total"_s, groupJson(bill.total, bill.totalCounts)},
                     {u"avoided"_s, bill.avoided.toDecimal()},
                     {u"sums"_s, QJsonObject{{u"phases"_s, bill.phases.toDecimal()},
                                             {u"decisions"_s, bill.decisions.toDecimal()},
                                             {u"tools"_s, bill.tools.toDecimal()},
                                             {u"agree"_s, bill.sumsAgree}}}};
    if (!bill.priceBook.isEmpty()) {
        json.insert("sameTokensAtPricesOf"_L1, bill.priceBook);
    }
    return json;
}

BillSums::BillSums(const QList<BillGroup>& groupBy)
    : m_groups(groupBy.isEmpty() ? QList<BillGroup>{BillGroup::Phase} : groupBy)
{}

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
    Result<BillTable> table = m_groups.finish();
    if (!table) {
        return fail(table.error());
    }
    BillResult result;
    static_cast<BillTable&>(result) = std::move(*table);
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
