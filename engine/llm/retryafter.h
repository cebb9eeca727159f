// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httptransport.h"

#include <chrono>
#include <optional>

namespace lathe {

/// How long the server asks to wait: `retry-after-ms`, else `retry-after` in seconds (also with decimals) or as one of
/// the three HTTP dates. A date counts from the response's own Date header if it has one, so a wrong clock here does no
/// harm, else from nowMs. A date that passed is 0; what cannot be read is nothing; at most ten years.
[[nodiscard]] std::optional<std::chrono::milliseconds> retryAfter(const HttpHeaders& headers, qint64 nowMs);
/// Milliseconds since 1970 of "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT" or
/// "Sun Nov  6 08:49:37 1994".
[[nodiscard]] std::optional<qint64> parseHttpDate(QByteArrayView text);

} // namespace lathe
