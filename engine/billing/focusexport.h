// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/csvrow.h"
#include "engine/domain/billrow.h"

#include <memory>

namespace lathe {

/// A file cannot serve both: a column that a version does not know must begin with x_.
enum class FocusVersion
{
    V1_4,
    V1_2
};

/// Who bills. Chargeback: Lathe issues the charge, BilledCost is the cost. Merge: the file is to be put beside the
/// providers' own invoices, so nothing may be billed twice: BilledCost is 0 and the cost stands in the other columns.
enum class FocusAccounting
{
    Chargeback,
    Merge
};

/// Makes the rows of a FOCUS "Cost and Usage" CSV. Much of a row is the same in others: what is said of a price and of
/// a run is kept and made once.
class FocusRows
{
public:
    FocusRows(FocusVersion version, FocusAccounting accounting, CsvProfile profile);
    ~FocusRows();
    FocusRows(const FocusRows&) = delete;
    FocusRows& operator=(const FocusRows&) = delete;

    /// The line with the names of the columns.
    [[nodiscard]] QByteArray header() const;
    /// Appends the row of one line whose cost is known; false, and nothing is appended, if it is not: FOCUS has no
    /// unknown.
    bool append(QByteArray& out, const BillRow& row);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace lathe
