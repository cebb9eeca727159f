// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/eventdetails.h"

using namespace Qt::StringLiterals;

// The run, its phases, frames and money. Reads what runeventdetails.h describes. A journal may come from another
// version of the program or from a file, so a key that is missing or odd leaves the record as it was, and nothing here
// fails.

namespace lathe {

using namespace projection;

namespace {

constexpr qsizetype kShownPrompt = 200;

std::optional<ResponseError> errorAt(const Fields& details)
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
    if (event.type != EventType::RunImported) { // that is not of the run's own time
        m_record.summary.updatedAtMs = event.timeMs;
    }
    m_record.retry.reset(); // nothing happens while it waits: any entry is the end of it
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
    case EventType::ValidationSuccess:
    case EventType::StoppedAt:
    case EventType::Continued:
    case EventType::CacheLookup:
    case EventType::FinalBillingReport:
    case EventType::RunFinished:
    case EventType::RunImported:
        onRunState(event);
        break;
    case EventType::ValidationFailed:
    case EventType::ContextBuilt:
    case EventType::BudgetWarning:
    case EventType::LlmBlocked:
    case EventType::RetryAnswered:
    case EventType::CacheWritten:
        break; // facts for the audit trail alone
    }
}

void RunProjector::onRunCreated(const RunEvent& event)
{
    const Fields& details = event.details;
    const QJsonObject job = details.value("job"_L1).toObject();
    m_record.job = job;
    RunSummary& summary = m_record.summary;
    summary.runId = event.runId;
    summary.name = textAt(job, "name"_L1);
    summary.userId = textAt(job, "userId"_L1);
    summary.tier = nameAt<UserTier>(details, "tier"_L1).value_or(summary.tier);
    summary.provider = textAt(details, "provider"_L1);
    summary.model = textAt(details, "model"_L1);
    m_record.priceBook = textAt(details, "priceBook"_L1);
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
    record.durationUs += event.details.number("durationUs"_L1);
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
    const auto *made = valueOf<PolicyVerdict>(event);
    const auto verdict = made != nullptr ? *made : policyVerdictFromJson(event.details.value("checks"_L1).toArray());
    if (decision != nullptr) {
        decision->policy.append(verdict);
        return;
    }
    // Phase 3 knows whose policy it is, and the smaller of the budgets.
    m_record.policy = verdict;
    m_record.summary.tier = nameAt<UserTier>(event.details, "tier"_L1).value_or(m_record.summary.tier);
    if (const auto budget = moneyAt(event.details, "budget"_L1)) {
        m_record.budget = budget;
    }
}

void RunProjector::onFrame(const RunEvent& event)
{
    const Fields& details = event.details;
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
    const qint64 id = event.details.number("reservation"_L1);
    if (event.type == EventType::BudgetReserved) {
        const Money amount = moneyAt(event.details, "amount"_L1).value_or(Money());
        if (!m_reservations.contains(id) && add(m_record.reserved, amount)) {
            m_reservations.insert(id, amount);
        }
        return;
    }
    if (event.details.flag("held"_L1)) {
        return; // the call may still be billed, so its amount stays reserved
    }
    const auto rest = m_record.reserved.minus(m_reservations.take(id));
    m_record.reserved = rest.value_or(m_record.reserved);
}

void RunProjector::onRunState(const RunEvent& event)
{
    const Fields& details = event.details;
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
    case EventType::ValidationSuccess:
        summary.jobSignature = textAt(details, "signature"_L1);
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
        summary.fromCache = details.flag("hit"_L1);
        break;
    case EventType::RunImported:
        summary.imported = true;
        if (summary.status == RunStatus::Running || summary.status == RunStatus::Paused) {
            summary.status = RunStatus::Interrupted; // nobody goes on with it
        }
        m_record.stop.reset();
        break;
    case EventType::FinalBillingReport:
        if (const auto *made = valueOf<BillingReport>(event)) {
            m_record.billing = *made;
        } else if (const auto report = billingReportFromJson(details)) {
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
