// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/trace/runtrace.h"

#include <QByteArray>
#include <QJsonObject>

namespace lathe {

/// A run as the events of AG-UI 1.0 (ag-ui-protocol, sdks/typescript/packages/core/src/events.ts), a sequence that its
/// clients take as valid:
///   RUN_STARTED, with the prompt as input
///   STEP_STARTED/FINISHED        each phase
///   SUBAGENT_STARTED/FINISHED/ERROR   each frame below the first; events of it carry its subagentRunId
///   CUSTOM "attempt"             the end of each send to the model: provider, model, outcome, usage, cost
///   CUSTOM "retry"               each wait before the next send
///   CUSTOM "decision"            what was decided; REASONING_* what the model thought
///   TOOL_CALL_START/ARGS/END, TOOL_CALL_RESULT   each call that was begun
///   TEXT_MESSAGE_*               the answer of each frame
///   RUN_FINISHED                 with the response as result and usage by model: success; cancelled if the user
///   stopped
///                                it; interrupt while it stands at a stop point
///   RUN_ERROR                    code POLICY_VIOLATION, INTERRUPTED (it can be resumed) or that of the error
/// A run that goes on simply ends after what has happened so far. Money is a decimal string.
[[nodiscard]] QList<QJsonObject> toAguiEvents(const RunTrace& trace);

/// The same as the body of a text/event-stream, which is how AG-UI is transported: "data: {...}\n\n" each, LF only.
[[nodiscard]] QByteArray toAguiStream(const RunTrace& trace);

} // namespace lathe
