// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>

namespace lathe {

/// The line (1, 2, 3 ...) where each member and element of a JSON text starts, by its path ("$.tools[1]"). Reads as
/// far as the text is well formed; so half-written text gives what stands before the mistake.
[[nodiscard]] QHash<QString, int> jsonLines(const QString& text);

/// The line of a path, or of the nearest parent that is there; 0 if there is none.
[[nodiscard]] int lineOfPath(const QHash<QString, int>& lines, const QString& path);

} // namespace lathe
