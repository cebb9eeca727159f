// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/llm/llmtypes.h"

namespace lathe {

// The script of a scripted model: a JSON file (UTF-8, at most 16 MiB).
//
//   {"model": "demo-1",                          what the replies name as the model; default "scripted"
//    "repeatLast": false,                        when the steps of a sequence are used up: give its last one again
//    "steps": [
//      {"match": {"task": "capital", "turn": 0, "last": "error", "tool": "google_search"},
//       "reasoning": "...", "content": "...",
//       "toolCalls": [{"name": "google_search", "arguments": {"query": "x"}, "id": "call_1"}],
//       "usage": {"input": 120, "cacheRead": 64, "output": 34, "reasoning": 8} or null,
//       "cost": "0.0021",                         USD, as a provider that reports its price
//       "delayMs": 50, "stop": "final"},          or tool_calls, length, filtered
//      {"error": {"kind": "RATE_LIMITED", "httpStatus": 429, "code": "slow_down", "retryAfterMs": 2000,
//                 "message": "...", "usage": {...}}, "delayMs": 10}]}
//
// Every field is optional; a step has "error" or something of a reply (an empty reply is {"content": ""}). arguments
// may be a text, sent as it stands, to play a model that writes broken JSON. Without usage the numbers are estimated
// from the length of the texts; "usage": null plays a provider that reports none. Error kinds are the names of
// LlmErrorKind; a kind alone decides whether it is transient.
//
// Which step answers depends on the transcript and the number of the attempt alone, so that a resumed or replayed run
// gets the same answers:
// - The task of a frame is its last user message, its turn the number of assistant messages after that.
// - Steps without match are one sequence; steps whose match holds only "task" are a sequence for frames whose task
//   contains that text (one sequence for each text, the first in the file that fits goes ahead of the one without).
// - In a sequence each reply answers one turn: the first turn 0, the next turn 1. Errors standing before a reply
//   belong to its turn: attempt 1 gets the first of them, attempt 2 the next, and after them comes the reply.
// - Steps whose match holds "turn", "last" or "tool" are rules and go ahead of the sequences: they answer whenever all
//   they name fits ("last": text contained in the last message, "tool": the last message is this tool's result),
//   and do not use up a turn of a sequence. Of several that fit, errors again come one an attempt, up to the first
//   reply.
// - If no step is left the call fails with BAD_REQUEST, unless repeatLast is set.
struct ScriptStep
{
    struct Match
    {
        QString task;
        std::optional<qint64> turn;
        QString last;
        QString tool;
        [[nodiscard]] bool isRule() const { return turn || !last.isEmpty() || !tool.isEmpty(); }
        bool operator==(const Match&) const = default;
    };
    Match match;
    std::optional<LlmFailure> failure; ///< else reply counts
    LlmReply reply;
    bool estimateUsage = true;
    std::optional<StopReason> stop; ///< absent: follows from the reply
    std::chrono::milliseconds delay{0};
};

struct LlmScript
{
    QString model = QStringLiteral("scripted");
    bool repeatLast = false;
    QList<ScriptStep> steps;
};

/// Reads and checks a script; the error names the first wrong place, its detail all of them. origin is named in it.
[[nodiscard]] Result<LlmScript> readScript(QByteArrayView json, const QString& origin);
[[nodiscard]] Result<LlmScript> loadScript(const QString& path);
/// The step that answers this request, or why there is none.
[[nodiscard]] Result<ScriptStep> stepFor(const LlmScript& script, const Transcript& transcript, int attempt);
/// The turn of a transcript, as above.
[[nodiscard]] qint64 turnOf(const Transcript& transcript);

} // namespace lathe
