// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/whatifmodel.h"

#include "ui/format.h"
#include "ui/models/billmodel.h"
#include "ui/theme.h"

#include <QMap>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString amountOf(const CostGroup& group)
{
    return format::amountWithUnknown(group.cost, group.unknownLines);
}

bool isKnown(const WhatIfRow& row)
{
    return row.recorded.unknownLines == 0 && row.repriced.unknownLines == 0;
}

std::optional<Money> differenceOf(const WhatIfRow& row)
{
    const auto difference = row.repriced.cost.minus(row.recorded.cost);
    return difference && isKnown(row) ? std::optional(*difference) : std::nullopt;
}

QString signedAmount(Money amount)
{
    return amount.atto() > 0 ? QString(u'+' + format::amount(amount)) : format::amount(amount);
}

} // namespace

QList<WhatIfRow> WhatIfModel::merge(const BillResult& recorded, const BillResult& repriced, const BillResult& cold)
{
    QMap<std::pair<QString, int>, WhatIfRow> rows;
    const auto take = [&rows](const BillResult& bill, CostGroup WhatIfRow::*into) {
        for (const BillResult::Row& one : bill.rows) {
            const QString key = one.keys.value(0);
            WhatIfRow& row = rows[{key.section(u'#', 0, -2), key.section(u'#', -1).toInt()}];
            row.key = key;
            row.*into = one.group;
        }
    };
    take(recorded, &WhatIfRow::recorded);
    take(repriced, &WhatIfRow::repriced);
    take(cold, &WhatIfRow::cold);
    return rows.values();
}

QString WhatIfModel::name(const WhatIfRow& row) const
{
    const QString number = row.key.section(u'#', -1);
    const QString runId = row.key.contains(u'#') ? row.key.section(u'#', 0, -2) : QString();
    const QString run = runId.isEmpty() || !m_runNames ? QString() : m_runNames(runId);
    return run.isEmpty() ? BillModel::keyText(BillGroup::Decision, row.key) : tr("%1 · %2").arg(run, number);
}

QVariant WhatIfModel::cell(const WhatIfRow& row, int column, int role) const
{
    const std::optional<Money> difference = differenceOf(row);
    if (role == IdRole) {
        return row.key;
    }
    if (role == KindRole && (column == Difference || column == Change) && difference && !difference->isZero()) {
        return static_cast<int>(difference->atto() < 0 ? Kind::Answer : Kind::Policy);
    }
    if (role == Qt::ToolTipRole || role == ExactRole) {
        switch (column) {
        case Decision:
            return role == ExactRole ? row.key : name(row);
        case Recorded:
            return format::exactMoney(row.recorded.cost);
        case Repriced:
            return row.repriced.unknownLines > 0 && row.repriced.cost.isZero() ? format::unknown()
                                                                               : format::exactMoney(row.repriced.cost);
        case Difference:
            return difference ? format::exactMoney(*difference) : format::unknown();
        default:
            return {};
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Decision:
        return name(row);
    case Recorded:
        return amountOf(row.recorded);
    case Repriced:
        return amountOf(row.repriced);
    case Range: {
        if (row.cold.unknownLines > 0 || row.repriced.unknownLines > 0) {
            return format::unknown();
        }
        if (row.cold.cost == row.repriced.cost) {
            return format::none();
        }
        return tr("%1 to %2")
            .arg(format::amount(std::min(row.cold.cost, row.repriced.cost)),
                 format::amount(std::max(row.cold.cost, row.repriced.cost)));
    }
    case Difference:
        return difference ? signedAmount(*difference) : format::unknown();
    case Change:
        if (!difference || row.recorded.cost.isZero()) {
            return format::none();
        }
        return QString(
            (difference->atto() > 0 ? u"+"_s : QString()) +
            format::percent(static_cast<double>(difference->atto()) / static_cast<double>(row.recorded.cost.atto())));
    default:
        return {};
    }
}

QVariant WhatIfModel::header(int column, int role) const
{
    if (role == Qt::ToolTipRole) {
        return column == Range ? QVariant(tr("Between the cache as it was and an empty one: another model begins with "
                                             "empty caches"))
                               : QVariant();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Decision:
        return tr("Decision");
    case Recorded:
        return tr("Recorded ($)");
    case Repriced:
        return tr("These prices ($)");
    case Range:
        return tr("Range ($)");
    case Difference:
        return tr("Difference ($)");
    case Change:
        return tr("Change");
    default:
        return {};
    }
}

} // namespace lathe
