// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace lathe::bench {

/// Runs every load of the decision benchmark and its floor, each in a process of its own (program is this one), against
/// the server at baseUrl or, if that is empty, one started for it; prints a table and one JSON object.
[[nodiscard]] int runAll(const QString& program, QString baseUrl);

} // namespace lathe::bench
