// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe {

/// For LIMIT where there is none: PostgreSQL takes no -1.
inline constexpr int kNoLimit = 2'000'000'000;

/// A pattern for LIKE ... ESCAPE '\' that finds text anywhere.
[[nodiscard]] QString containsPattern(const QString& text);
/// text as it looks inside a JSON string.
[[nodiscard]] QString insideJson(const QString& text);

} // namespace lathe
