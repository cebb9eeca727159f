// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/billingreportbuilder.h"
#include "engine/billing/csvrow.h"

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

/// The header line of the FOCUS "Cost and Usage" CSV.
[[nodiscard]] QByteArray focusCsvHeader(FocusVersion version, CsvProfile profile = CsvProfile::Machine);
/// Appends the row of one line whose cost is known; false, and nothing is appended, if it is not: FOCUS has no unknown.
bool appendFocusCsv(QByteArray& out, const BillRow& row, FocusVersion version, FocusAccounting accounting,
                    CsvProfile profile = CsvProfile::Machine);

} // namespace lathe
