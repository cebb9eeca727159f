// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/costlinemodel.h"

#include "ui/format.h"
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace lathe {

QVariant CostLineModel::cell(const CostLine& row, int column, int role) const
{
    const bool isTool = row.meter == Meter::ToolCall;
    if (column == What && role == IconNameRole) {
        return isTool ? u"tool"_s : u"llm"_s;
    }
    if (column == What && role == KindRole) {
        return static_cast<int>(isTool ? Kind::Tool : Kind::Llm);
    }
    if (column == Cost && (role == Qt::ToolTipRole || role == ExactRole)) {
        return row.cost ? format::exactMoney(*row.cost) : format::unknown();
    }
    if (column == State && role == Qt::ToolTipRole) {
        return tr("Price book %1, rate %2").arg(row.priceBookVersion, row.rateId);
    }
    if (role != Qt::DisplayRole && !(role == Qt::ToolTipRole && column == What)) {
        return {};
    }
    switch (column) {
    case What:
        return isTool ? row.tool : word(row.meter);
    case BilledModel:
        return row.modelBilled.isEmpty() ? format::none() : row.modelBilled;
    case Attempt:
        return row.attempt == 0 ? format::none() : format::count(row.attempt);
    case Quantity:
        return format::count(row.quantity);
    case UnitPriceColumn: {
        if (!row.unitPrice) {
            return format::unknown();
        }
        const qint64 per = perOf(row.meter);
        const auto price = Money::fromDecimal(row.unitPrice->toDecimal(per));
        if (!price) {
            return row.unitPrice->toDecimal(per);
        }
        if (per == 1) {
            return tr("%1 a call").arg(format::amount(*price));
        }
        return isTokenMeter(row.meter) ? tr("%1 per 1M").arg(format::amount(*price))
                                       : tr("%1 per 1,000").arg(format::amount(*price));
    }
    case Cost:
        return row.cost ? format::amount(*row.cost) : format::unknown();
    case State:
        return word(row.state);
    default:
        return {};
    }
}

QVariant CostLineModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case What:
        return tr("What");
    case BilledModel:
        return tr("Model");
    case Attempt:
        return tr("Attempt");
    case Quantity:
        return tr("Quantity");
    case UnitPriceColumn:
        return tr("Price ($)");
    case Cost:
        return tr("Cost ($)");
    case State:
        return tr("Amount is");
    default:
        return {};
    }
}

} // namespace lathe
