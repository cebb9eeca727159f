// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/costline.h"
#include "engine/domain/response.h"

#include <QList>

namespace lathe {

/// Sums the ledger of one run and checks that phases = decisions + tools = total, exactly, and that every line is its
/// price times its quantity. The order of lines does not matter. An Error (Overflow) only if a sum leaves the range.
[[nodiscard]] Result<BillingReport> buildBillingReport(const QString& runId, const QString& priceBook,
                                                       const QList<CostLine>& lines, Money avoided = {});

} // namespace lathe
