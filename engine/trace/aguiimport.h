// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/trace/recordedrun.h"

namespace lathe {

/// Runs from events of AG-UI 1.0, each with the place where it stands ("line 7"). Every RUN_STARTED begins a run; what
/// a model wrote and asked for between two results is a decision, subagents are frames. A run without an end is
/// interrupted, as is one that waits for somebody. Usage is told for a run as a whole and stands on its last decision,
/// unless Lathe wrote the log, which tells it of every attempt. nowMs: when what has no timestamp happened.
/// InvalidInput names the place of whatever is missing or has a wrong type.
[[nodiscard]] Result<TraceFile> readAgui(const QList<std::pair<QString, QJsonObject>>& events, qint64 nowMs);

} // namespace lathe
