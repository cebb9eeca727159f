// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/mcp.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// Servers of the Model Context Protocol with their states.
class McpServerModel : public ValueTable<McpServerInfo>
{
    Q_OBJECT

public:
    enum Column
    {
        Name,
        State,
        Tools,
        Target,
        ColumnCount
    };

    using ValueTable::ValueTable;

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const McpServerInfo& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Tools; }
};

} // namespace lathe
