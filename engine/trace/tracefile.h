// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/trace/recordedrun.h"

#include <QByteArray>

namespace lathe {

/// Largest file that is read.
inline constexpr qint64 kMaxTraceFile = 512LL * 1024 * 1024;

/// The runs of a file, whatever its format: OTLP/JSON (one document, or one a line as collectors write them), AG-UI
/// events (a text/event-stream, JSON lines or a JSON array), Lathe's own journal (jsonl) and whole runs (run). Pure;
/// any thread. InvalidInput says what is wrong and where ("line 7: ...").
[[nodiscard]] Result<TraceFile> readTraceFile(QByteArrayView bytes, qint64 nowMs);

} // namespace lathe
