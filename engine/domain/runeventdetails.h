// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the details of each journal entry hold. Keys are camelCase; money is a decimal string; a *Ref is the SHA-256 of
// a body; absent means not applicable. Texts over 2,048 characters are stored as bodies and referred to by
// "<key>Ref" with the first 200 characters under "<key>"; long objects leave "<key>" out. putText() and putObject()
// below do that.
//
// RUN_CREATED          job{} (attachments by ref: {name, mediaType, size, contentRef}), provider, model, baseUrl,
// priceBook,
//                      signature, tier, stream, maxSteps, programVersion, promptVersion and promptsRef (texts of the
//                      prompts, see agent/promptset.h)
// RUN_RESUMED          fromSeq
// VALIDATION_SUCCESS   signature, correlationId
// VALIDATION_FAILED    issues[{path, message}]
// CACHE_LOOKUP         signature, hit, enabled, avoided (recorded cost of the hit)
// PHASE_ENTERED        phase;  PHASE_LEFT: phase, result (PhaseResult), durationUs
// CONTEXT_BUILT        characters, estimateContract (chars/4), estimateBetter, parts[{part, characters}]
// POLICY_CHECK         where (run|llm|tool; llm_asked: somebody was asked for more budget), decision, callId,
// checks[PolicyCheck], tier and budget (of run) POLICY_VIOLATION     code, message, details{}, decision FRAME_ENTERED
// frame, parentFrame, depth, parentDecision, callId, task FRAME_LEFT           frame, status (complete|error|stopped),
// answer BUDGET_RESERVED      reservation (id within the run), amount, decision, callId, attempt BUDGET_SETTLED
// reservation, reserved, actual, held (true: kept because the call may still be billed) BUDGET_WARNING       scope
// (run|user_day|user_month|team_day|team_month), spent, limit, decision: 80 % are spent LLM_REQUEST          decision,
// frame, depth, attempt, provider, model, requestHash, idempotencyKey, base (decision
//                      whose messages this one extends; 0 none), keep (messages kept of it), appended[messageRef],
//                      headRef, tailRef (exact bytes = head + messages joined by "," + tail), inputEstimate
// LLM_BLOCKED          decision, attempt (which was not sent), errorKind, message, provider, model, endpoint
// LLM_RETRY            decision, attempt (the failed one), errorKind, message, httpStatus, delayMs, retryAfter (bool),
//                      attempts (made at most)
// RETRY_ANSWERED       decision, attempt (the failed one), answer (try_now|give_up), author
// LLM_RESPONSE         decision, attempt, outcome (ok|error|interrupted), errorKind, message, httpStatus, model,
//                      stopReason, usage{Usage}, replyRef, firstByteMs, durationMs, reused
// COST_LINE            a CostLine
// DECISION             decision, frame, depth, parentDecision, action, status, reasoning, finalAnswer, nextPrompt,
//                      calls[{callId, tool, arguments | argumentsRef}], invalid (reason if a call cannot be parsed)
// VERDICT              decision, callId, verdict, author, reason, rule (text), scope (once|run|rule; of a person),
//                      malformed (true: the arguments did not fit)
// EDIT                 stopPoint, decision, callId, field, before, after, author, reason
// STOPPED_AT           a StopState (its toJson);  CONTINUED: command (continue|step_over|step_into|step_out|stop ...)
// TOOL_REQUEST         decision, callId, tool, arguments | argumentsRef, sideEffect, timeoutMs
// TOOL_RESULT          decision, callId, tool, ok, errorCode, text | textRef, bytes (of the text), durationMs,
//                      synthetic, reused, childFrame, files[{name, mediaType, size, contentRef}]
// CACHE_WRITTEN        signature, expiresAtMs
// FINAL_BILLING_REPORT a BillingReport
// RUN_IMPORTED         format (otlp|agui|jsonl|run), file: the run was taken in from a file; the last entry
// RUN_FINISHED         status (RunStatus), phaseResult, error{code, message, details}, result | resultRef, responseRef

#include "engine/domain/runevent.h"

namespace lathe {

inline constexpr qsizetype kInlineTextLimit = 2048;

/// Puts text under key, or, if it is long, its body under event and the ref under key + "Ref".
void putText(RunEvent& event, Fields& fields, QLatin1StringView key, const QString& text);
/// The same for a JSON object (arguments).
void putObject(RunEvent& event, Fields& fields, QLatin1StringView key, const QJsonObject& value);

} // namespace lathe
