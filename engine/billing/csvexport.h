// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/csvrow.h"
#include "engine/domain/billrow.h"

#include <QByteArray>

namespace lathe {

/// The header line of the breakdown CSV: fixed columns and order, English, RFC 4180, CRLF. For spreadsheets it begins
/// with the UTF-8 byte order mark, without which they take the file for Latin-1.
[[nodiscard]] QByteArray breakdownCsvHeader(CsvProfile profile = CsvProfile::Machine);
/// Appends one line per row to out; cost is empty for unknown.
void appendBreakdownCsv(QByteArray& out, const BillRow& row, CsvProfile profile);

} // namespace lathe
