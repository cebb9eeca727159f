// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// The breakpoints of this window: which are on, where they stop, how often they have.
class BreakpointModel : public ValueTable<Breakpoint>
{
    Q_OBJECT

public:
    enum Column
    {
        Where,
        Meaning,
        Hits,
        ColumnCount
    };

    using ValueTable::ValueTable;

    void add(const Breakpoint& breakpoint);
    void removeAt(int row);
    /// Removes one that stops at the same place, else adds it. True if it was added.
    bool toggle(const Breakpoint& breakpoint);
    void countHit(const QString& expression);

    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    /// What stops a run has changed (not the hit counts).
    void changed();

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const Breakpoint& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Hits; }
};

} // namespace lathe
