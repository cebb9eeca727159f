// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadequeries.h"
#include "ui/models/valuetable.h"

#include <QHash>
#include <QJsonObject>

namespace lathe {

/// Users with their limits, and how much of each is used up. Editing a cell asks for the change by changeRequested()
/// or teamChangeRequested(); the row changes when what was stored comes back.
class PolicyModel : public ValueTable<UserPolicy>
{
    Q_OBJECT

public:
    enum Column
    {
        User,
        Tier,
        Team,
        Depth,
        Context,
        ToolCalls,
        PerMinute,
        PerHour,
        RunBudget,
        DayBudget,
        MonthBudget,
        TeamDay,
        TeamMonth,
        AllowedTools,
        ColumnCount
    };

    using ValueTable::ValueTable;

    /// Rows come, go and change one by one, so that selection and scrolling stay.
    void setRows(QList<UserPolicy> rows) override;
    void upsert(const UserPolicy& policy);
    void setUsage(const QList<PolicyUsage>& usages);
    [[nodiscard]] int rowOf(const QString& userId) const;
    /// Null until it is known.
    [[nodiscard]] const PolicyUsage *usageOf(const QString& userId) const;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] static bool isMoney(int column) { return column >= RunBudget && column <= TeamMonth; }
    [[nodiscard]] static bool isOfTeam(int column) { return column == TeamDay || column == TeamMonth; }

Q_SIGNALS:
    /// changes has the keys of UserPolicy's JSON.
    void changeRequested(const QString& userId, const QJsonObject& changes);
    void teamChangeRequested(const QString& team, const QJsonObject& changes);
    void refused(const QString& message);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const UserPolicy& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= Depth && column <= TeamMonth; }

private:
    [[nodiscard]] std::optional<Money> budgetOf(const UserPolicy& row, int column) const;
    [[nodiscard]] const BudgetLevel *levelOf(const UserPolicy& row, int column) const;
    [[nodiscard]] QVariant moneyCell(const UserPolicy& row, int column, int role) const;
    [[nodiscard]] QVariant rateCell(const UserPolicy& row, int column, int role) const;
    /// Asks for a change of the cell, or says why not.
    [[nodiscard]] std::optional<QJsonValue> valueFrom(const QString& text, int column);

    QHash<QString, PolicyUsage> m_usage;
};

} // namespace lathe
