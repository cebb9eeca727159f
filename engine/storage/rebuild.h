// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/database.h"
#include "engine/storage/ownerlock.h"

namespace lathe {

/// Checks a database and compares every projection with what the journal says, run by run; write replaces those
/// that differ, each run in its own transaction. Reads one run at a time. A run whose projections lag
/// is compared as far as its row says that they go.
[[nodiscard]] Result<RebuildReport> rebuildProjections(Connection& connection, const OwnerLock& owners, bool write);

} // namespace lathe
