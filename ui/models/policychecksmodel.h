// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// The outcome of every check of one or more verdicts.
class PolicyChecksModel : public ValueTable<PolicyCheck>
{
    Q_OBJECT

public:
    enum Column
    {
        Check,
        Outcome,
        Actual,
        Limit,
        ColumnCount
    };

    using ValueTable::ValueTable;
    void setVerdicts(const QList<PolicyVerdict>& verdicts);

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const PolicyCheck& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column >= Actual; }
};

} // namespace lathe
