// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <optional>

namespace lathe {

/// Tokens of output a second, from the first byte to the last; nothing if the usage is not known, or the reply came all
/// at once, which says nothing of its speed.
[[nodiscard]] std::optional<double> outputRate(const AttemptRecord& attempt);
/// How much of what was sent came from the provider's cache, 0 to 1; nothing if it is not known.
[[nodiscard]] std::optional<double> cacheShare(const Usage& usage);

/// How an attempt went in one line: outcome, status, error, times, tokens, speed, cache, wait.
[[nodiscard]] QString attemptText(const AttemptRecord& attempt);

} // namespace lathe
