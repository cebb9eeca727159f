// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "ui/models/valuetable.h"

#include <QJsonObject>

namespace lathe {

/// Users with their limits. Editing a cell asks for the change by changeRequested(); the row changes when upsert()
/// brings what was stored.
class PolicyModel : public ValueTable<UserPolicy>
{
    Q_OBJECT

public:
    enum Column
    {
        User,
        Tier,
        Depth,
        Context,
        ToolCalls,
        PerMinute,
        PerHour,
        RunBudget,
        DayBudget,
        MonthBudget,
        AllowedTools,
        ColumnCount
    };

    using ValueTable::ValueTable;

    void upsert(const UserPolicy& policy);
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] static bool isMoney(int column) { return column >= RunBudget && column <= MonthBudget; }

Q_SIGNALS:
    /// changes has the keys of UserPolicy's JSON.
    void changeRequested(const QString& userId, const QJsonObject& changes);
    void refused(const QString& message);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const UserPolicy& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= Depth && column <= MonthBudget; }
};

} // namespace lathe
