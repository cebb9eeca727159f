// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/costline.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// Lines of the ledger, as the inspector shows those of one decision.
class CostLineModel : public ValueTable<CostLine>
{
    Q_OBJECT

public:
    enum Column
    {
        What,
        Cost,
        Quantity,
        UnitPriceColumn,
        State,
        Attempt,
        BilledModel,
        ColumnCount
    };

    using ValueTable::ValueTable;

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const CostLine& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override
    {
        return (column > What && column <= UnitPriceColumn) || column == Attempt;
    }
};

} // namespace lathe
