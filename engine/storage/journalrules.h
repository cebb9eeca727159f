// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/runevent.h"

#include <QList>

// What is looked at before events are written. Values only, no database.

namespace lathe {

/// Whether events are the next ones of one run. Conflict if another process was faster and has written their numbers.
[[nodiscard]] Result<void> follows(const QList<RunEvent>& events, qint64 lastSeq);
/// Whether others look at the state of a run for this event: then its projections must not lag.
[[nodiscard]] bool isMilestone(const RunEvent& event);
/// An amount that no row could hold is refused before it is in the journal.
[[nodiscard]] Result<void> checkAmount(const RunEvent& event);

} // namespace lathe
