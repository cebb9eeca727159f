// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "ui/models/valuetable.h"

#include <functional>

namespace lathe {

/// One decision, or the fees of a tool, at the prices it was recorded at and at others.
struct WhatIfRow
{
    QString key; ///< "3", or "RUN#3"
    CostGroup recorded;
    CostGroup repriced;
    CostGroup cold; ///< as if no token had come from a cache

    bool operator==(const WhatIfRow&) const = default;
};

class WhatIfModel : public ValueTable<WhatIfRow>
{
    Q_OBJECT

public:
    enum Column
    {
        Decision,
        Recorded,
        Repriced,
        Range,
        Difference,
        Change,
        ColumnCount
    };

    using ValueTable::ValueTable;

    void setRunNames(std::function<QString(const QString& runId)> names) { m_runNames = std::move(names); }
    /// The rows of three bills by decision, in the order of the runs and their decisions.
    [[nodiscard]] static QList<WhatIfRow> merge(const BillResult& recorded, const BillResult& repriced,
                                                const BillResult& cold);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const WhatIfRow& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column != Decision; }

private:
    [[nodiscard]] QString name(const WhatIfRow& row) const;

    std::function<QString(const QString&)> m_runNames;
};

} // namespace lathe
