// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "ui/models/valuetable.h"

#include <functional>

namespace lathe {

/// The rows of a bill: one or two columns of keys, then the sums. IdRole: the decision's number if one is a key.
class BillModel : public ValueTable<BillResult::Row>
{
    Q_OBJECT

public:
    /// Columns after the keys.
    enum Sum
    {
        Cost,
        Share,
        Tokens,
        Input, ///< neither from a cache nor into one
        Cached,
        Written, ///< into a cache
        Output,
        Reasoning, ///< only where it has a price of its own; else it is part of the output
        Calls,
        Retries,
        CacheShare, ///< of the input
        Lines,
        Unknown,
        SumCount
    };

    using ValueTable::ValueTable;

    void setResult(const BillResult& result, QList<BillGroup> groups);
    [[nodiscard]] const QList<BillGroup>& groups() const { return m_groups; }
    [[nodiscard]] int keyColumns() const { return static_cast<int>(m_groups.size()); }
    void sort(int column, Qt::SortOrder order) override;
    /// No row has anything in that column, so it need not be shown.
    [[nodiscard]] bool isBlank(Sum column) const;
    /// What runs are called, for the decisions of several of them.
    void setRunNames(std::function<QString(const QString& runId)> names) { m_runNames = std::move(names); }

    [[nodiscard]] static QString title(BillGroup group);
    /// A key as people read it: "Execution" for "EXECUTION", "1b2c3d4e #3" for a decision of a run.
    [[nodiscard]] static QString keyText(BillGroup group, const QString& key);

protected:
    [[nodiscard]] int columns() const override { return keyColumns() + SumCount; }
    [[nodiscard]] QVariant cell(const BillResult::Row& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= keyColumns(); }

private:
    [[nodiscard]] QString keyOf(const BillResult::Row& row, int column) const;

    QList<BillGroup> m_groups;
    Money m_total;
    std::function<QString(const QString&)> m_runNames;
};

} // namespace lathe
