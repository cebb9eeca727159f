// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/runeventdetails.h"
#include "engine/domain/runrecord.h"

#include <algorithm>

using namespace Qt::StringLiterals;

// Reads what runeventdetails.h describes. A journal may come from another version of the program or from a file, so a
// key that is missing or odd leaves the record as it was, and nothing here fails.

namespace lathe {

namespace {

constexpr qsizetype kShownResult = 4000;
constexpr qsizetype kShownPrompt = 200;

QString textAt(const QJsonObject& details, QLatin1StringView key)
{
    return details.value(key).toString();
}

int intAt(const QJsonObject& details, QLatin1StringView key, int fallback = 0)
{
    return details.value(key).toInt(fallback);
}

std::optional<Money> moneyAt(const QJsonObject& details, QLatin1StringView key)
{
    const auto money = Money::fromDecimal(details.value(key).toString());
    return money ? std::optional(*money) : std::nullopt;
}

template <typename E>
std::optional<E> nameAt(const QJsonObject& details, QLatin1StringView key)
{
    return fromName<E>(details.value(key).toString());
}

/// False if the sum left the range of money; it then stays as it was.
bool add(Money& sum, Money amount)
{
    const auto result = sum.plus(amount);
    if (result) {
        sum = *result;
    }
    return result.has_value();
}

PhaseRecord& phaseRecord(RunRecord& record, Phase phase)
{
    return record.phases[static_cast<qsizetype>(phase) - 1];
}

/// Values with a growing number in front; almost always the one looked for stands at its own place.
template <typename T>
T *findByNumber(QList<T>& list, int T::*number, int wanted)
{
    const qsizetype guess = wanted - 1;
    if (guess >= 0 && guess < list.size() && list.at(guess).*number == wanted) {
        return &list[guess];
    }
    const auto before = [number](const T& value, int n) { return value.*number < n; };
    const auto at = std::lower_bound(list.cbegin(), list.cend(), wanted, before);
    return at != list.cend() && (*at).*number == wanted ? &list[at - list.cbegin()] : nullptr;
}

template <typename T>
T *insertByNumber(QList<T>& list, int T::*number, T value)
{
    const auto before = [number](const T& other, int n) { return other.*number < n; };
    const auto at = std::lower_bound(list.cbegin(), list.cend(), value.*number, before) - list.cbegin();
    list.insert(at, std::move(value));
    return &list[at];
}

/// The last attempt with that number, else the last of all: the answer to a request comes after it.
AttemptRecord *findAttempt(DecisionRecord& decision, int number)
{
    for (qsizetype i = decision.attempts.size() - 1; i >= 0; --i) {
        if (decision.attempts.at(i).attempt == number) {
            return &decision.attempts[i];
        }
    }
    return nullptr;
}

ToolCallRecord& callRecord(DecisionRecord& decision, const QString& callId)
{
    for (ToolCallRecord& call : decision.toolCalls) {
        if (call.callId == callId) {
            return call;
        }
    }
    ToolCallRecord call;
    call.callId = callId;
    decision.toolCalls.append(call);
    return decision.toolCalls.last();
}

void readArguments(ToolCallRecord& call, const QJsonObject& details)
{
    if (details.contains("arguments"_L1) || details.contains("argumentsRef"_L1)) {
        call.arguments = details.value("arguments"_L1).toObject();
        call.argumentsRef = textAt(details, "argumentsRef"_L1);
    }
}

std::optional<ResponseError> errorAt(const QJsonObject& details)
{
    const QJsonObject json = details.value("error"_L1).toObject();
    if (json.isEmpty()) {
        return std::nullopt;
    }
    const QJsonValue more = json.value("details"_L1);
    return ResponseError{textAt(json, "code"_L1), textAt(json, "message"_L1), more.isUndefined() ? QJsonValue() : more};
}

} // namespace

RunProjector::RunProjector()
{
    for (const auto& entry : EnumNames<Phase>::table) {
        PhaseRecord phase;
        phase.phase = entry.first;
        m_record.phases.append(phase);
    }
}

void RunProjector::apply(const RunEvent& event)
{
    if (event.seq <= m_record.lastSeq) {
        return;
    }
    m_record.lastSeq = event.seq;
    m_record.summary.updatedAtMs = event.timeMs;
    switch (event.type) {
    case EventType::RunCreated:
        onRunCreated(event);
        break;
    case EventType::PhaseEntered:
    case EventType::PhaseLeft:
        onPhase(event);
        break;
    case EventType::PolicyCheck:
    case EventType::PolicyViolation:
        onPolicy(event);
        break;
    case EventType::FrameEntered:
    case EventType::FrameLeft:
        onFrame(event);
        break;
    case EventType::BudgetReserved:
    case EventType::BudgetSettled:
        onBudget(event);
        break;
    case EventType::LlmRequest:
        onLlmRequest(event);
        break;
    case EventType::LlmRetry:
    case EventType::LlmResponse:
        onLlmReply(event);
        break;
    case EventType::CostLine:
        onCostLine(event);
        break;
    case EventType::Decision:
        onDecision(event);
        break;
    case EventType::Verdict:
    case EventType::Edit:
        onHuman(event);
        break;
    case EventType::ToolRequest:
    case EventType::ToolResult:
        onTool(event);
        break;
    case EventType::RunResumed:
    case EventType::StoppedAt:
    case EventType::Continued:
    case EventType::CacheLookup:
    case EventType::FinalBillingReport:
    case EventType::RunFinished:
        onRunState(event);
        break;
    case EventType::ValidationSuccess:
    case EventType::ValidationFailed:
    case EventType::ContextBuilt:
    case EventType::CacheWritten:
        break; // facts for the audit trail alone
    }
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

void RunProjector::onRunCreated(const RunEvent& event)
{
    const QJsonObject& details = event.details;
    const QJsonObject job = details.value("job"_L1).toObject();
    m_record.job = job;
    RunSummary& summary = m_record.summary;
    summary.runId = event.runId;
    summary.name = textAt(job, "name"_L1);
    summary.userId = textAt(job, "userId"_L1);
    summary.tier = nameAt<UserTier>(details, "tier"_L1).value_or(summary.tier);
    summary.provider = textAt(details, "provider"_L1);
    summary.model = textAt(details, "model"_L1);
    summary.jobSignature = textAt(details, "signature"_L1);
    summary.promptStart = textAt(job, "prompt"_L1).left(kShownPrompt);
    summary.startedAtMs = event.timeMs;
    m_record.budget = moneyAt(job, "budget"_L1);
}

void RunProjector::onPhase(const RunEvent& event)
{
    const auto phase = nameAt<Phase>(event.details, "phase"_L1);
    if (!phase && !event.phase) {
        return;
    }
    PhaseRecord& record = phaseRecord(m_record, phase ? *phase : *event.phase);
    if (event.type == EventType::PhaseEntered) {
        // A resumed run enters a phase again; its time adds up.
        record.startedAtMs = record.entered ? record.startedAtMs : event.timeMs;
        record.entered = true;
        record.result.reset();
        return;
    }
    record.result = nameAt<PhaseResult>(event.details, "result"_L1);
    record.durationUs += event.details.value("durationUs"_L1).toInteger();
}

void RunProjector::onPolicy(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (event.type == EventType::PolicyViolation) {
        if (decision != nullptr) {
            decision->status = AgentStatus::Error;
            decision->endedAtMs = event.timeMs;
        }
        return;
    }
    const auto verdict = policyVerdictFromJson(event.details.value("checks"_L1).toArray());
    if (decision != nullptr) {
        decision->policy.append(verdict);
    } else {
        m_record.policy = verdict;
    }
}

void RunProjector::onFrame(const RunEvent& event)
{
    const QJsonObject& details = event.details;
    const int id = intAt(details, "frame"_L1);
    if (id <= 0) {
        return;
    }
    FrameRecord *frame = findFrame(id);
    if (frame == nullptr) {
        FrameRecord fresh;
        fresh.id = id;
        frame = insertByNumber(m_record.frames, &FrameRecord::id, fresh);
    }
    if (event.type == EventType::FrameLeft) {
        frame->status = textAt(details, "status"_L1);
        frame->answer = textAt(details, "answer"_L1);
        frame->answerRef = textAt(details, "answerRef"_L1);
        frame->endedAtMs = event.timeMs;
        m_currentFrame = std::max(frame->parentFrame, 1);
        return;
    }
    frame->parentFrame = intAt(details, "parentFrame"_L1);
    frame->depth = intAt(details, "depth"_L1);
    frame->parentDecision = intAt(details, "parentDecision"_L1);
    frame->task = textAt(details, "task"_L1);
    frame->taskRef = textAt(details, "taskRef"_L1);
    frame->status = u"running"_s;
    frame->startedAtMs = event.timeMs;
    m_currentFrame = id;
    const QString callId = textAt(details, "callId"_L1);
    DecisionRecord *parent = findDecision(frame->parentDecision);
    if (parent != nullptr && !callId.isEmpty()) {
        callRecord(*parent, callId).childFrame = id;
    }
}

void RunProjector::onBudget(const RunEvent& event)
{
    const qint64 id = event.details.value("reservation"_L1).toInteger();
    if (event.type == EventType::BudgetReserved) {
        const Money amount = moneyAt(event.details, "amount"_L1).value_or(Money());
        if (!m_reservations.contains(id) && add(m_record.reserved, amount)) {
            m_reservations.insert(id, amount);
        }
        return;
    }
    if (event.details.value("held"_L1).toBool()) {
        return; // the call may still be billed, so its amount stays reserved
    }
    const auto rest = m_record.reserved.minus(m_reservations.take(id));
    m_record.reserved = rest.value_or(m_record.reserved);
}

void RunProjector::onLlmRequest(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const QJsonObject& details = event.details;
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
    const QJsonObject& details = event.details;
    AttemptRecord *attempt = findAttempt(*decision, intAt(details, "attempt"_L1, 1));
    if (attempt == nullptr) {
        return;
    }
    if (event.type == EventType::LlmRetry) {
        attempt->retryAfterMs = details.value("delayMs"_L1).toInteger();
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
    attempt->firstByteMs = details.value("firstByteMs"_L1).toInteger();
    attempt->reply = textAt(details, "replyRef"_L1);
    attempt->reused = details.value("reused"_L1).toBool();
    attempt->responseSeq = event.seq;
    attempt->endedAtMs = event.timeMs;
    const auto usage = usageFromJson(details.value("usage"_L1).toObject());
    if (usage && !answered) {
        attempt->usage = *usage;
        m_record.summary.tokensUsed += usage->total();
    }
    decision->endedAtMs = event.timeMs;
    if (attempt->outcome != "ok"_L1) {
        decision->status = AgentStatus::Error;
    }
}

void RunProjector::onCostLine(const RunEvent& event)
{
    auto read = costLineFromJson(event.details);
    if (!read) {
        ++m_record.summary.unknownCostLines;
        return;
    }
    CostLine line = *std::move(read);
    line.runId = event.runId;
    PhaseRecord& phase = phaseRecord(m_record, line.phase);
    DecisionRecord *decision = findDecision(line.decision);
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
    const QJsonObject& details = event.details;
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
    const QJsonObject& details = event.details;
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
}

void RunProjector::onTool(const RunEvent& event)
{
    DecisionRecord *decision = decisionOf(event);
    if (decision == nullptr) {
        return;
    }
    const QJsonObject& details = event.details;
    ToolCallRecord& call = callRecord(*decision, textAt(details, "callId"_L1));
    if (details.contains("tool"_L1)) {
        call.tool = textAt(details, "tool"_L1);
    }
    if (event.type == EventType::ToolRequest) {
        if (call.startedAtMs == 0) {
            ++m_record.summary.toolCalls;
        }
        readArguments(call, details);
        call.sideEffect = nameAt<SideEffect>(details, "sideEffect"_L1).value_or(call.sideEffect);
        call.status = u"running"_s;
        call.startedAtMs = event.timeMs;
        return;
    }
    call.status = details.value("ok"_L1).toBool() ? u"ok"_s : u"error"_s;
    call.errorCode = textAt(details, "errorCode"_L1);
    call.resultText = textAt(details, "text"_L1).left(kShownResult);
    call.result = textAt(details, "textRef"_L1);
    call.synthetic = details.value("synthetic"_L1).toBool();
    call.reused = details.value("reused"_L1).toBool();
    call.childFrame = intAt(details, "childFrame"_L1, call.childFrame);
    call.endedAtMs = event.timeMs;
    if (call.startedAtMs == 0) {
        call.startedAtMs = event.timeMs - details.value("durationMs"_L1).toInteger();
    }
    decision->endedAtMs = event.timeMs;
}

void RunProjector::onRunState(const RunEvent& event)
{
    const QJsonObject& details = event.details;
    RunSummary& summary = m_record.summary;
    switch (event.type) {
    case EventType::RunResumed:
        // What was in flight when the process ended is nobody's answer any more.
        if (!m_record.decisions.isEmpty()) {
            for (AttemptRecord& attempt : m_record.decisions.last().attempts) {
                if (attempt.responseSeq == 0) {
                    attempt.outcome = u"interrupted"_s;
                }
            }
        }
        m_record.stop.reset();
        m_record.error.reset();
        summary.errorCode.clear();
        summary.completedAtMs = 0;
        summary.status = RunStatus::Running;
        break;
    case EventType::StoppedAt:
        if (auto stop = stopStateFromJson(details)) {
            stop->atMs = event.timeMs;
            m_record.stop = *stop;
        }
        summary.status = RunStatus::Paused;
        break;
    case EventType::Continued:
        m_record.stop.reset();
        summary.status = RunStatus::Running;
        break;
    case EventType::CacheLookup:
        summary.fromCache = details.value("hit"_L1).toBool();
        break;
    case EventType::FinalBillingReport:
        if (const auto report = billingReportFromJson(details)) {
            m_record.billing = *report;
        }
        break;
    default: // RunFinished
        m_record.stop.reset();
        m_record.result = textAt(details, "result"_L1);
        m_record.resultRef = textAt(details, "resultRef"_L1);
        m_record.error = errorAt(details);
        summary.errorCode = m_record.error ? m_record.error->code : QString();
        summary.status = nameAt<RunStatus>(details, "status"_L1).value_or(RunStatus::Error);
        summary.completedAtMs = event.timeMs;
        break;
    }
}

} // namespace lathe
