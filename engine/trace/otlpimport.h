// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/trace/recordedrun.h"

namespace lathe {

/// Most spans that are read of one file.
inline constexpr qsizetype kMaxImportedSpans = 200'000;

/// Runs from OTLP/JSON: objects with "resourceSpans", of one document or of the lines of a collector's file. Each trace
/// is a run; spans may come in any order and in several objects. Model calls, tool calls and agents are told by the
/// attributes of the GenAI conventions, of OpenInference or of OpenLLMetry; other spans only pass on whose they are.
/// A model call around another one of the same work is left out, or its tokens would count twice. A span whose parent
/// is missing is one of the run's own. What Lathe wrote itself comes back as it was.
/// InvalidInput names the place of whatever has a wrong type ("line 1: $.resourceSpans[0]...").
[[nodiscard]] Result<TraceFile> readOtlp(const QList<std::pair<QString, QJsonObject>>& documents);

} // namespace lathe
