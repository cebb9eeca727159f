// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policychanges.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// What was changed in a policy, when and by whom, newest first. Also a list of differences that nobody made yet:
/// without time and author.
class PolicyChangesModel : public ValueTable<PolicyChange>
{
    Q_OBJECT

public:
    enum Column
    {
        When,
        Who,
        What,
        Before,
        After,
        ColumnCount
    };

    using ValueTable::ValueTable;

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const PolicyChange& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
};

/// A value of a policy as the audit keeps it, for people: "no limit", "every tool", rules one a line.
[[nodiscard]] QString policyValueText(const QString& key, const QString& stored);

} // namespace lathe
