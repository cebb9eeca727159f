// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "ui/models/valuetable.h"

namespace lathe {

/// One check, or the title over those that were made together.
struct PolicyCheckRow
{
    QString title; ///< of a title: what was checked
    PolicyCheck check;

    bool operator==(const PolicyCheckRow&) const = default;
};

/// The outcome of every check of one or more verdicts: passed, failed and not reached, with its numbers.
class PolicyChecksModel : public ValueTable<PolicyCheckRow>
{
    Q_OBJECT

public:
    enum Column
    {
        Check,
        Outcome,
        Numbers,
        ColumnCount
    };

    using ValueTable::ValueTable;
    /// Each under a title that says what was checked; run: what was checked before the first step, shown last.
    void setVerdicts(const QList<PolicyVerdict>& verdicts, const PolicyVerdict& run = {});
    [[nodiscard]] bool isTitle(int row) const { return !m_rows.at(row).title.isEmpty(); }
    /// Why: one sentence for each check that failed, then for those that were not reached.
    [[nodiscard]] QStringList reasons() const;

protected:
    [[nodiscard]] int columns() const override { return ColumnCount; }
    [[nodiscard]] QVariant cell(const PolicyCheckRow& row, int column, int role) const override;
    [[nodiscard]] QVariant header(int column, int role) const override;
    [[nodiscard]] bool isNumber(int column) const override { return column == Numbers; }
};

} // namespace lathe
