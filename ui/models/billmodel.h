// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "ui/models/valuetable.h"

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
        Calls,
        Lines,
        Unknown,
        SumCount
    };

    using ValueTable::ValueTable;

    void setResult(const BillResult& result, QList<BillGroup> groups);
    [[nodiscard]] const QList<BillGroup>& groups() const { return m_groups; }
    [[nodiscard]] int keyColumns() const { return static_cast<int>(m_groups.size()); }
    void sort(int column, Qt::SortOrder order) override;

    [[nodiscard]] static QString title(BillGroup group);
    /// A key as people read it: "Execution" for "EXECUTION".
    [[nodiscard]] static QString keyText(BillGroup group, const QString& key);

protected:
    [[nodiscard]] int columns() const override { return keyColumns() + SumCount; }
    [[nodiscard]] QVariant cell(const BillResult::Row& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= keyColumns(); }

private:
    QList<BillGroup> m_groups;
    Money m_total;
};

} // namespace lathe
