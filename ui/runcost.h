// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <optional>

namespace lathe {

/// What a run will have cost after the call that is in flight, or after the step that it waits before, at worst;
/// nothing where no further step is known, or its price is not.
[[nodiscard]] std::optional<Money> projectedCost(const RunRecord& record);
/// The money of a run in one line: "$0.03 of $0.20 (+$0.006 reserved), at most $0.036 after the next call".
[[nodiscard]] QString runCostText(const RunRecord& record, bool live);

} // namespace lathe
