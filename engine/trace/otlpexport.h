// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/trace/runtrace.h"

#include <QByteArray>

namespace lathe {

struct OtlpOptions
{
    bool content = false;   ///< prompts, answers, arguments and results too, not only names, counts and costs
    QString programVersion; ///< of Lathe, as service.version
};

/// One trace as an OTLP/JSON ExportTraceServiceRequest, in canonical JSON: the same run gives the same bytes.
///
/// Spans, each with the attributes of the OpenTelemetry GenAI conventions and of OpenInference side by side, since
/// readers take the set they know and pass over the other:
///   invoke_agent NAME        the run, and below it each sub-agent (a frame)
///   chat MODEL               a decision: one logical call with all its attempts, which are its events
///   ("lathe.attempt",
///                            and "retry" for each wait); token counts and costs are those of all attempts
///   execute_tool NAME        a tool call
/// Phases are events of the run's span ("lathe.phase").
/// Costs have no attribute in the conventions: lathe.cost.usd is an exact decimal string on the span that caused it, so
/// that the sum over all spans is lathe.run.cost.usd, and llm.cost.* of OpenInference are the nearest doubles.
/// Counts stand only on chat spans, for the same reason. Sources: open-telemetry/semantic-conventions-genai,
/// Arize-ai/openinference spec/semantic_conventions.md, opentelemetry-proto trace/v1.
[[nodiscard]] QByteArray toOtlpJson(const RunTrace& trace, const OtlpOptions& options);

} // namespace lathe
