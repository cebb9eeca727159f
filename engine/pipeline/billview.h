// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/billingreportbuilder.h"
#include "engine/pipeline/facadetypes.h"
#include "engine/storage/database.h"

namespace lathe {

/// The rows of a bill from the ledger as storage gives it.
[[nodiscard]] QList<BillRow> billRows(const QList<Database::LedgerRow>& ledger);
/// Groups and totals, with the check that phases = decisions + tools = total.
[[nodiscard]] Result<BillResult> billResult(const QList<BillRow>& rows, const QList<BillGroup>& groupBy);

} // namespace lathe
