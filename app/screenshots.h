// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QString;

namespace lathe {

/// Runs the sample jobs on the built-in model in a temporary database and saves a picture (1400 x 900) of every view:
/// populated, empty, failed, stopped before a tool, light and dark. Gives back the exit status.
[[nodiscard]] int takeScreenshots(const QString& folder);

} // namespace lathe
