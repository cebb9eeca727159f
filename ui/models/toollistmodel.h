// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "ui/models/valuetable.h"

#include <QSet>

namespace lathe {

/// The registered tools with price, class and availability; with check boxes where a job's tools are picked.
class ToolListModel : public ValueTable<ToolInfo>
{
    Q_OBJECT

public:
    enum Column
    {
        Name,
        Price,
        Class,
        Availability,
        ColumnCount
    };

    explicit ToolListModel(bool checkable, QObject *parent = nullptr);

    /// Names that are ticked, in the order of the list.
    [[nodiscard]] QStringList checked() const;
    void setChecked(const QStringList& names);
    void checkAll(bool on);
    [[nodiscard]] bool allChecked() const;

    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void checkedChanged();

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const ToolInfo& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Price; }

private:
    bool m_checkable;
    QSet<QString> m_unchecked;
};

} // namespace lathe
