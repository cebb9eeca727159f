// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/response.h"
#include "engine/domain/runrecord.h"

namespace lathe {

/// The response of a run as its journal tells it; pure. The run must have finished.
[[nodiscard]] AguiResponse buildResponse(const RunRecord& record);

} // namespace lathe
