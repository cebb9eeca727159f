// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/queries.h"
#include "ui/models/valuetable.h"

namespace lathe {

class KnowledgeModel : public ValueTable<KnowledgeBaseInfo>
{
    Q_OBJECT

public:
    enum Column
    {
        Name,
        Documents,
        Passages,
        Characters,
        Added,
        ColumnCount
    };

    using ValueTable::ValueTable;

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const KnowledgeBaseInfo& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= Documents && column <= Characters; }
};

} // namespace lathe
