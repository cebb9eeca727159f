// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// A model of a server on this machine, or a server that lists none.
struct LocalModelRow
{
    QString product;
    QString baseUrl;
    QString note;           ///< of the server
    ModelDescription model; ///< without an id: the server lists none
};

/// What servers on this machine offer.
class LocalModelsModel : public ValueTable<LocalModelRow>
{
    Q_OBJECT

public:
    enum Column
    {
        Server,
        Model,
        Window,
        Tools,
        Price,
        ColumnCount
    };

    using ValueTable::ValueTable;
    void setServers(const QList<LocalServerInfo>& servers);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const LocalModelRow& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Window || column == Price; }
};

} // namespace lathe
