// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/domain/eventdetails.h"

using namespace Qt::StringLiterals;

// The half of RunProjector that is about decisions: attempts, costs, calls, edits.

namespace lathe {

using namespace projection;

namespace {

constexpr qsizetype kShownResult = 4000;

/// The last attempt with that number, else the last of all: the answer to a request comes after it.
qsizetype attemptIndex(const DecisionRecord& decision, int number)
{
    qsizetype i = decision.attempts.size() - 1;
    while (i >= 0 && decision.attempts.at(i).attempt != number) {
        --i;
    }
    return i;
}

AttemptRecord *findAttempt(DecisionRecord& decision, int number)
{
    const qsizetype i = attemptIndex(decision, number);
    return i < 0 ? nullptr : &decision.attempts[i];
}

void fill(QString& text, const QString& from)
{
    if (text.isEmpty()) {
        text = from;
    }
}

/// A line of the ledger says only what is not said elsewhere.
void completeLine(CostLine& line, const RunRecord& record, const DecisionRecord *decision, const RunEvent& event)
{
    line.runId = event.runId;
    fill(line.priceBookVersion, record.priceBook);
    fill(line.status, u"ok"_s);
    qint64 startedMs = event.timeMs;
    if (decision != nullptr && line.meter == Meter::ToolCall) {
        for (const ToolCallRecord& call : decision->toolCalls) {
            if (call.callId == line.toolCallId) {
                fill(line.tool, call.tool);
                startedMs = call.startedAtMs;
            }
        }
    } else if (decision != nullptr) {
        const qsizetype i = attemptIndex(*decision, line.attempt);
        if (i >= 0) {
            const AttemptRecord& attempt = decision->attempts.at(i);
            fill(line.provider, attempt.provider);
            fill(line.modelRequested, attempt.model);
            fill(line.modelBilled, attempt.modelBilled.isEmpty() ? attempt.model : attempt.modelBilled);
            fill(line.serviceTier, attempt.usage.serviceTier);
            startedMs = attempt.startedAtMs;
        }
    }
    line.lineAtMs = line.lineAtMs == 0 ? startedMs : line.lineAtMs;
}

template <typename Details>
void readArguments(ToolCallRecord& call, const Details& details)
{
    if (details.contains("arguments"_L1) || details.contains("argumentsRef"_L1)) {
        call.arguments = details.value("arguments"_L1).toObject();
        call.argumentsRef = textAt(details, "argumentsRef"_L1);
    }
}

} // namespace

std::optional<qint64> attemptStartMs(const RunRecord& record, int decision, int attempt)
{
    for (qsizetype i = record.decisions.size() - 1; i >= 0; --i) { // it is the last one, or nearly so
        if (record.decisions.at(i).number == decision) {
            const qsizetype at = attemptIndex(record.decisions.at(i), attempt);
            return at < 0 ? std::nullopt : std::optional(record.decisions.at(i).attempts.at(at).startedAtMs);
        }
    }
    return std::nullopt;
}

FrameRecord *RunProjector::findFrame(int id)
{
    return findByNumber(m_record.frames, &FrameRecord::id, id);
}

DecisionRecord *RunProjector::findDecision(int number)
{
    return findByNumber(m_record.decisions, &DecisionRecord::number, number);
}

/// The decision that an event is about, made if this is the first to name it; null if it names none.
DecisionRecord *RunProjector::decisionOf(const RunEvent& event)
{
    const int number = intAt(event.details, "decision"_L1);
    if (number <= 0) {
        return nullptr;
    }
    DecisionRecord *decision = findDecision(number);
    if (decision == nullptr) {
        DecisionRecord fresh;
        fresh.number = number;
        fresh.frame = m_currentFrame;
        fresh.startedAtMs = event.timeMs;
        decision = insertByNumber(m_record.decisions, &DecisionRecord::number, fresh);
    }
    decision->frame = intAt(event.details, "frame"_L1, decision->frame);
    if (const FrameRecord *frame = findFrame(decision->frame)) {
        decision->depth = frame->depth;
        decision->parentDecision = frame->parentDecision;
    }
    return decision;
}

void RunProjector::onLlmRequest(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const Fields& details = event.details;
    if (decision->attempts.isEmpty()) {
        ++m_record.summary.decisions;
    }
    decision->depth = intAt(details, "depth"_L1, decision->depth);
    decision->requestHash = textAt(details, "requestHash"_L1);
    AttemptRecord attempt;
    attempt.attempt = intAt(details, "attempt"_L1, 1);
    attempt.provider = textAt(details, "provider"_L1);
    attempt.model = textAt(details, "model"_L1);
    attempt.requestSeq = event.seq;
    attempt.startedAtMs = event.timeMs;
    decision->attempts.append(attempt);
}

void RunProjector::onLlmReply(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const Fields& details = event.details;
    AttemptRecord *attempt = findAttempt(*decision, intAt(details, "attempt"_L1, 1));
    if (attempt == nullptr) {
        return;
    }
    if (event.type == EventType::LlmRetry) {
        attempt->retryAfterMs = details.number("delayMs"_L1);
        m_record.retry = RetryRecord{.decision = decision->number,
                                     .attempt = attempt->attempt,
                                     .attempts = intAt(details, "attempts"_L1),
                                     .errorKind = textAt(details, "errorKind"_L1),
                                     .message = textAt(details, "message"_L1),
                                     .untilMs = event.timeMs + attempt->retryAfterMs};
        if (attempt->errorKind.isEmpty()) {
            attempt->errorKind = textAt(details, "errorKind"_L1);
            attempt->errorMessage = textAt(details, "message"_L1);
            attempt->httpStatus = intAt(details, "httpStatus"_L1);
        }
        return;
    }
    const bool answered = attempt->responseSeq != 0;
    attempt->outcome = textAt(details, "outcome"_L1);
    attempt->errorKind = textAt(details, "errorKind"_L1);
    attempt->errorMessage = textAt(details, "message"_L1);
    attempt->httpStatus = intAt(details, "httpStatus"_L1);
    attempt->modelBilled = textAt(details, "model"_L1);
    attempt->firstByteMs = details.number("firstByteMs"_L1);
    attempt->reply = textAt(details, "replyRef"_L1);
    attempt->reused = details.flag("reused"_L1);
    attempt->responseSeq = event.seq;
    attempt->endedAtMs = event.timeMs;
    if (!answered) {
        const auto *made = valueOf<Usage>(event);
        const auto usage = made != nullptr ? Result<Usage>(*made) : usageFromJson(details.value("usage"_L1).toObject());
        attempt->usage = usage.value_or(Usage());
        m_record.summary.tokensUsed += attempt->usage.total();
    }
    decision->endedAtMs = event.timeMs;
    if (attempt->outcome != "ok"_L1) {
        decision->status = AgentStatus::Error;
    }
}

void RunProjector::onCostLine(const RunEvent& event)
{
    const auto *made = valueOf<CostLine>(event);
    auto read = made != nullptr ? Result<CostLine>(*made) : costLineFromJson(event.details);
    if (!read) {
        ++m_record.summary.unknownCostLines;
        return;
    }
    CostLine line = *std::move(read);
    PhaseRecord& phase = phaseRecord(m_record, line.phase);
    DecisionRecord *decision = findDecision(line.decision);
    completeLine(line, m_record, decision, event);
    if (!line.cost || !add(m_record.summary.totalCost, *line.cost)) {
        ++m_record.summary.unknownCostLines;
        ++phase.unknownCostLines;
        if (decision != nullptr) {
            ++decision->unknownCostLines;
        }
        m_record.lines.append(line);
        return;
    }
    // Every other sum has no more lines than the total, so none of them leaves the range if all costs are positive.
    add(phase.cost, *line.cost);
    if (decision != nullptr && line.meter == Meter::ToolCall) {
        add(decision->toolCost, *line.cost);
        ToolCallRecord& call = callRecord(*decision, line.toolCallId);
        Money fee = call.cost.value_or(Money());
        add(fee, *line.cost);
        call.cost = fee;
    } else if (decision != nullptr) {
        add(decision->modelCost, *line.cost);
    }
    while (decision != nullptr) {
        add(decision->inclusiveCost, *line.cost);
        // Parents come before their children; anything else is a broken journal and must not loop.
        const int parent = decision->parentDecision;
        decision = parent < decision->number ? findDecision(parent) : nullptr;
    }
    m_record.lines.append(line);
}

void RunProjector::onDecision(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const Fields& details = event.details;
    if (decision->attempts.isEmpty() && !decision->action) {
        ++m_record.summary.decisions; // decided without asking a model
    }
    decision->depth = intAt(details, "depth"_L1, decision->depth);
    decision->parentDecision = intAt(details, "parentDecision"_L1, decision->parentDecision);
    decision->action = nameAt<AgentActionType>(details, "action"_L1);
    decision->status = nameAt<AgentStatus>(details, "status"_L1).value_or(AgentStatus::NextStep);
    decision->reasoning = textAt(details, "reasoning"_L1);
    decision->reasoningRef = textAt(details, "reasoningRef"_L1);
    decision->nextPrompt = textAt(details, "nextPrompt"_L1);
    decision->nextPromptRef = textAt(details, "nextPromptRef"_L1);
    decision->finalAnswer = textAt(details, "finalAnswer"_L1);
    decision->finalAnswerRef = textAt(details, "finalAnswerRef"_L1);
    decision->invalid = textAt(details, "invalid"_L1);
    decision->endedAtMs = event.timeMs;
    // An edited decision is written again: calls it no longer has go, the others keep what happened to them.
    QList<ToolCallRecord> calls;
    const QJsonArray named = details.value("calls"_L1).toArray();
    for (const QJsonValue value : named) {
        const QJsonObject json = value.toObject();
        ToolCallRecord call = callRecord(*decision, textAt(json, "callId"_L1));
        call.tool = textAt(json, "tool"_L1);
        readArguments(call, json);
        calls.append(call);
    }
    decision->toolCalls = calls;
}

void RunProjector::onHuman(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const Fields& details = event.details;
    const QString callId = textAt(details, "callId"_L1);
    if (event.type == EventType::Verdict) {
        decision->verdicts.append(details);
        if (nameAt<Verdict>(details, "verdict"_L1) == Verdict::Reject && !callId.isEmpty()) {
            callRecord(*decision, callId).status = u"rejected"_s;
        }
        return;
    }
    RevisionRecord revision;
    revision.stopPoint = nameAt<StopPoint>(details, "stopPoint"_L1).value_or(revision.stopPoint);
    revision.toolCallId = callId;
    revision.field = textAt(details, "field"_L1);
    revision.before = details.value("before"_L1);
    revision.after = details.value("after"_L1);
    revision.reason = textAt(details, "reason"_L1);
    revision.author = nameAt<Author>(details, "author"_L1).value_or(Author::Human);
    revision.atMs = event.timeMs;
    decision->revisions.append(revision);
    if (revision.stopPoint == StopPoint::AfterTool && revision.field == "result"_L1 && !callId.isEmpty()) {
        // The model is shown this instead; what the tool said stays in the revision.
        ToolCallRecord& call = callRecord(*decision, callId);
        const QJsonValue& after = revision.after;
        const QString text = after.isString() ? after.toString() : QString::fromUtf8(canonicalJson(after));
        call.resultText = text.left(kShownResult);
        call.result.clear();
    }
}

void RunProjector::onTool(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const Fields& details = event.details;
    ToolCallRecord& call = callRecord(*decision, textAt(details, "callId"_L1));
    if (details.contains("tool"_L1)) {
        call.tool = textAt(details, "tool"_L1);
    }
    if (event.type == EventType::ToolRequest) {
        // A call that opens a frame is journalled like one of a tool, but no tool is called.
        if (call.startedAtMs == 0 && call.tool != "llm_call"_L1) {
            ++m_record.summary.toolCalls;
        }
        readArguments(call, details);
        call.sideEffect = nameAt<SideEffect>(details, "sideEffect"_L1).value_or(call.sideEffect);
        call.status = call.status == "rejected"_L1 ? call.status : u"running"_s;
        call.startedAtMs = event.timeMs;
        return;
    }
    call.errorCode = textAt(details, "errorCode"_L1);
    const bool denied = call.errorCode == toName(ViolationCode::ApprovalDenied);
    call.status = details.flag("ok"_L1) ? u"ok"_s : denied ? u"rejected"_s : u"error"_s;
    call.resultText = textAt(details, "text"_L1).left(kShownResult);
    call.result = textAt(details, "textRef"_L1);
    call.synthetic = details.flag("synthetic"_L1);
    call.reused = details.flag("reused"_L1);
    call.childFrame = intAt(details, "childFrame"_L1, call.childFrame);
    call.endedAtMs = event.timeMs;
    if (call.startedAtMs == 0) {
        call.startedAtMs = event.timeMs - details.number("durationMs"_L1);
    }
    decision->endedAtMs = event.timeMs;
}

} // namespace lathe
