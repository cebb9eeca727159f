// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/reconciliation.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// Days and models of a reconciliation.
class ReconcileModel : public ValueTable<ReconcileRow>
{
    Q_OBJECT

public:
    enum Column
    {
        Day,
        Model,
        Here,
        There,
        Difference,
        Reason,
        ColumnCount
    };

    using ValueTable::ValueTable;

    /// What the reason means and what to look at.
    [[nodiscard]] static QString explanation(ReconcileReason reason);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const ReconcileRow& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= Here && column <= Difference; }
};

} // namespace lathe
