// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/importedjournal.h"

#include "engine/billing/billingreportbuilder.h"
#include "engine/billing/ledger.h"
#include "engine/core/canonicaljson.h"
#include "engine/domain/runeventdetails.h"
#include "engine/domain/runrecord.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr QLatin1StringView kOpensFrame("llm_call");

class JournalWriter
{
public:
    JournalWriter(const RecordedRun& run, const PriceBook& prices) : m_run(run), m_prices(prices)
    {
        for (qsizetype i = 0; i < run.decisions.size(); ++i) {
            m_ofFrame[run.decisions.at(i).frame].append(i);
        }
    }

    Result<QList<RunEvent>> write(const QString& format, const QString& fileName, qint64 nowMs)
    {
        begin();
        m_phase = Phase::Execution;
        add(EventType::PhaseEntered, m_run.startMs, {{"phase"_L1, toName(Phase::Execution)}});
        const Result<void> walked = walk(1, 0, 0, {});
        if (!walked) {
            return fail(walked.error());
        }
        const bool ended = m_run.status == RunStatus::Complete || m_run.status == RunStatus::Error ||
                           m_run.status == RunStatus::PolicyViolation || m_run.status == RunStatus::Stopped;
        if (ended) {
            const Result<void> finished = finish();
            if (!finished) {
                return fail(finished.error());
            }
        }
        m_phase.reset();
        add(EventType::RunImported, nowMs, {{"format"_L1, format}, {"file"_L1, fileName}});
        return std::move(m_events);
    }

private:
    RunEvent make(EventType type, qint64 ms)
    {
        RunEvent event;
        event.runId = m_run.id;
        event.type = type;
        event.phase = m_phase;
        event.timeMs = ms;
        return event;
    }
    void add(RunEvent event)
    {
        event.seq = m_events.size() + 1;
        m_projector.apply(event);
        m_events.append(std::move(event));
    }
    void add(EventType type, qint64 ms, Fields details)
    {
        RunEvent event = make(type, ms);
        event.details = std::move(details);
        add(std::move(event));
    }

    void begin()
    {
        QJsonObject job{
            {u"userId"_s, m_run.userId}, {u"prompt"_s, m_run.prompt},     {u"correlationId"_s, m_run.conversation},
            {u"model"_s, m_run.model},   {u"provider"_s, m_run.provider}, {u"metadata"_s, m_run.metadata}};
        if (!m_run.name.isEmpty()) {
            job.insert("name"_L1, m_run.name);
        }
        add(EventType::RunCreated, m_run.startMs,
            {{"job"_L1, job},
             {"provider"_L1, m_run.provider},
             {"model"_L1, m_run.model},
             {"priceBook"_L1, m_prices.version()}});
    }

    Result<void> walk(int frameId, int depth, int parentDecision, const QString& callId)
    {
        if (depth > kMaxImportedDepth) {
            return fail(
                ErrorCode::InvalidInput,
                u"run %1: agents stand inside one another more than %2 deep"_s.arg(m_run.id).arg(kMaxImportedDepth));
        }
        const RecordedFrame& frame = m_run.frames.at(frameId - 1);
        const int number = ++m_lastFrame; // in the order of the walk
        RunEvent entered = make(EventType::FrameEntered, frame.startMs);
        Fields details{{"frame"_L1, number},
                       {"parentFrame"_L1, m_frames.isEmpty() ? 0 : m_frames.last()},
                       {"depth"_L1, depth},
                       {"parentDecision"_L1, parentDecision},
                       {"callId"_L1, callId}};
        putText(entered, details, "task"_L1, frame.task);
        entered.details = details;
        add(std::move(entered));
        m_frames.append(number);
        qint64 endMs = frame.startMs;
        for (const qsizetype i : m_ofFrame.value(frameId)) {
            const Result<void> taken = takeDecision(m_run.decisions.at(i), number, depth, parentDecision);
            if (!taken) {
                return taken;
            }
            endMs = std::max(endMs, m_events.last().timeMs);
        }
        if (!frame.status.isEmpty()) {
            RunEvent left = make(EventType::FrameLeft, frame.endMs > 0 ? frame.endMs : endMs);
            Fields said{{"frame"_L1, number}, {"status"_L1, frame.status}};
            putText(left, said, "answer"_L1, frame.answer);
            left.details = said;
            add(std::move(left));
        }
        m_frames.removeLast();
        return {};
    }

    [[nodiscard]] static AgentActionType actionOf(const RecordedDecision& decision, bool last)
    {
        if (decision.action) {
            return *decision.action;
        }
        const auto opens = [](const RecordedCall& call) { return call.childFrame > 0 && call.tool == kOpensFrame; };
        if (!decision.calls.isEmpty()) {
            return std::all_of(decision.calls.cbegin(), decision.calls.cend(), opens) ? AgentActionType::LlmCall
                                                                                      : AgentActionType::ToolCall;
        }
        return last ? AgentActionType::FinalAnswer : AgentActionType::LlmCall; // it reasoned further
    }

    Result<void> takeDecision(const RecordedDecision& decision, int frame, int depth, int parentDecision)
    {
        const int number = ++m_lastDecision;
        const bool last = &m_run.decisions.at(m_ofFrame.value(decision.frame).last()) == &decision;
        const AgentActionType action = actionOf(decision, last);
        qint64 endMs = decision.startMs;
        int attempts = 0;
        for (const RecordedAttempt& attempt : decision.attempts) {
            const Result<void> taken = takeAttempt(decision, attempt, {number, ++attempts, frame, depth, action});
            if (!taken) {
                return taken;
            }
            endMs = std::max(endMs, attempt.endMs);
        }
        const bool failed = !decision.attempts.isEmpty() && decision.attempts.last().outcome != "ok"_L1;
        if (failed && !decision.action && decision.calls.isEmpty()) {
            return {}; // nothing was decided
        }
        RunEvent event = make(EventType::Decision, endMs);
        AgentStatus status = AgentStatus::Complete;
        if (action == AgentActionType::ToolCall) {
            status = decision.calls.size() > 1 ? AgentStatus::ParallelPending : AgentStatus::ToolDispatched;
        } else if (action == AgentActionType::LlmCall) {
            status = AgentStatus::NextStep;
        }
        Fields details{{"decision"_L1, number},       {"frame"_L1, frame},
                       {"depth"_L1, depth},           {"parentDecision"_L1, parentDecision},
                       {"action"_L1, toName(action)}, {"status"_L1, toName(decision.status.value_or(status))}};
        putText(event, details, "reasoning"_L1, decision.reasoning);
        if (action == AgentActionType::FinalAnswer) {
            putText(event, details, "finalAnswer"_L1, decision.answer);
        } else if (!decision.answer.isEmpty()) {
            putText(event, details, "nextPrompt"_L1, decision.answer);
        }
        QList<Fields> calls;
        for (const RecordedCall& call : decision.calls) {
            Fields said{{"callId"_L1, call.id}, {"tool"_L1, call.tool}};
            putObject(event, said, "arguments"_L1, call.arguments);
            calls.append(said);
        }
        if (!calls.isEmpty()) {
            details.add("calls"_L1, calls);
        }
        event.details = details;
        add(std::move(event));
        for (const RecordedCall& call : decision.calls) {
            const Result<void> taken = takeCall(call, number, depth, action);
            if (!taken) {
                return taken;
            }
        }
        return {};
    }

    struct Place
    {
        int decision = 0;
        int attempt = 0;
        int frame = 1;
        int depth = 0;
        AgentActionType action = AgentActionType::FinalAnswer;
    };

    Result<void> takeAttempt(const RecordedDecision& decision, const RecordedAttempt& attempt, const Place& at)
    {
        const QString provider = attempt.provider.isEmpty() ? m_run.provider : attempt.provider;
        const QString model = attempt.model.isEmpty() ? m_run.model : attempt.model;
        RunEvent request = make(EventType::LlmRequest, attempt.startMs);
        Fields asked{
            {"decision"_L1, at.decision}, {"frame"_L1, at.frame}, {"depth"_L1, at.depth}, {"attempt"_L1, at.attempt},
            {"provider"_L1, provider},    {"model"_L1, model},    {"base"_L1, 0},         {"keep"_L1, 0}};
        // The bytes as they were sent are the head; there are no messages beside it.
        const Body sent = makeBody(decision.request);
        const Body nothing = makeBody({});
        asked.add("headRef"_L1, FieldValue::body(sent.sha256));
        asked.add("tailRef"_L1, FieldValue::body(nothing.sha256));
        request.bodies = {sent, nothing};
        request.details = asked;
        add(std::move(request));
        if (attempt.outcome.isEmpty()) {
            return {}; // in flight when the log ends
        }
        RunEvent response = make(EventType::LlmResponse, std::max(attempt.startMs, attempt.endMs));
        Fields said{{"decision"_L1, at.decision},
                    {"attempt"_L1, at.attempt},
                    {"outcome"_L1, attempt.outcome},
                    {"usage"_L1, toFields(attempt.usage)},
                    {"firstByteMs"_L1, attempt.firstByteMs},
                    {"durationMs"_L1, std::max<qint64>(0, attempt.endMs - attempt.startMs)},
                    {"model"_L1, attempt.modelBilled}};
        said.addText("errorKind"_L1, attempt.errorKind);
        said.addText("message"_L1, attempt.errorMessage);
        said.addNumber("httpStatus"_L1, attempt.httpStatus);
        const bool ok = attempt.outcome == "ok"_L1;
        if (ok && !decision.reply.isEmpty()) {
            Body reply = makeBody(decision.reply);
            said.add("replyRef"_L1, FieldValue::body(reply.sha256));
            response.bodies.append(std::move(reply));
        }
        response.details = said;
        add(std::move(response));
        if (attempt.retryAfterMs > 0) {
            add(EventType::LlmRetry, std::max(attempt.startMs, attempt.endMs),
                {{"decision"_L1, at.decision},
                 {"attempt"_L1, at.attempt},
                 {"errorKind"_L1, attempt.errorKind},
                 {"message"_L1, attempt.errorMessage},
                 {"delayMs"_L1, attempt.retryAfterMs}});
        }
        return bill(attempt, provider, model, at);
    }

    Result<void> bill(const RecordedAttempt& attempt, const QString& provider, const QString& model, const Place& at)
    {
        const bool ok = attempt.outcome == "ok"_L1;
        if (!ok && attempt.usage.source == UsageSource::Missing && !attempt.cost) {
            return {}; // a failed request without usage costs nothing
        }
        CostLine line;
        line.runId = m_run.id;
        line.lineAtMs = attempt.startMs;
        line.decision = at.decision;
        line.decisionKind = at.action;
        line.attempt = at.attempt;
        line.provider = provider;
        line.modelRequested = model;
        line.modelBilled = attempt.modelBilled.isEmpty() ? model : attempt.modelBilled;
        line.status = attempt.outcome;
        Usage usage = attempt.usage;
        usage.reportedCost = attempt.cost;
        Result<QList<CostLine>> lines =
            linesForUsage(m_prices.model(provider, model, attempt.modelBilled), usage, line);
        if (!lines) {
            return fail(lines.error());
        }
        for (CostLine& made : *lines) {
            // What was charged elsewhere is not known here: these prices may be others.
            made.state = made.state == CostState::Computed ? CostState::Estimated : made.state;
            addLine(made);
        }
        return {};
    }

    void addLine(const CostLine& line)
    {
        RunEvent event = make(EventType::CostLine, line.lineAtMs);
        event.details = toFields(line);
        event.value = std::make_shared<const EventValue>(line);
        add(std::move(event));
    }

    Result<void> takeCall(const RecordedCall& call, int decision, int depth, AgentActionType action)
    {
        if (call.startMs == 0 && call.childFrame == 0) {
            return {}; // asked for, never begun
        }
        const qint64 startMs = call.startMs <= 1 ? m_run.startMs : call.startMs;
        RunEvent request = make(EventType::ToolRequest, startMs);
        Fields asked{{"decision"_L1, decision},
                     {"callId"_L1, call.id},
                     {"tool"_L1, call.tool},
                     {"sideEffect"_L1, toName(call.sideEffect)}};
        putObject(request, asked, "arguments"_L1, call.arguments);
        request.details = asked;
        add(std::move(request));
        int child = 0;
        if (call.childFrame > 0) {
            child = m_lastFrame + 1;
            const Result<void> walked = walk(call.childFrame, depth + 1, decision, call.id);
            if (!walked) {
                return walked;
            }
        }
        if (!call.finished) {
            return {};
        }
        RunEvent result = make(EventType::ToolResult, std::max(startMs, call.endMs));
        Fields said{{"decision"_L1, decision},
                    {"callId"_L1, call.id},
                    {"tool"_L1, call.tool},
                    {"ok"_L1, call.errorCode.isEmpty()},
                    {"durationMs"_L1, std::max<qint64>(0, call.endMs - startMs)}};
        said.addText("errorCode"_L1, call.errorCode);
        said.addNumber("childFrame"_L1, child);
        putText(result, said, "text"_L1, call.result);
        result.details = said;
        add(std::move(result));
        if (call.cost) {
            CostLine line;
            line.runId = m_run.id;
            line.lineAtMs = startMs;
            line.decision = decision;
            line.decisionKind = action;
            line.toolCallId = call.id;
            line.tool = call.tool;
            line.meter = Meter::ToolCall;
            line.quantity = 1;
            line.cost = call.cost;
            line.state = CostState::Reported;
            line.priceBookVersion = m_prices.version();
            line.status = call.errorCode.isEmpty() ? u"ok"_s : u"error"_s;
            addLine(line);
        }
        return {};
    }

    Result<void> finish()
    {
        const bool refused = m_run.status == RunStatus::PolicyViolation;
        const PhaseResult result = m_run.status == RunStatus::Error ? PhaseResult::Error
                                   : refused                        ? PhaseResult::PolicyViolation
                                                                    : PhaseResult::Continue;
        add(EventType::PhaseLeft, m_run.endMs,
            {{"phase"_L1, toName(Phase::Execution)},
             {"result"_L1, toName(result)},
             {"durationUs"_L1, std::max<qint64>(0, m_run.endMs - m_run.startMs) * 1000}});
        const Result<BillingReport> report =
            buildBillingReport(m_run.id, m_prices.version(), m_projector.record().lines);
        if (!report) {
            return fail(report.error());
        }
        m_phase = Phase::Serialization;
        RunEvent billed = make(EventType::FinalBillingReport, m_run.endMs);
        billed.details = toJson(*report);
        add(std::move(billed));
        m_phase.reset();
        RunEvent finished = make(EventType::RunFinished, m_run.endMs);
        Fields details{{"status"_L1, toName(m_run.status)}, {"phaseResult"_L1, toName(result)}};
        if (m_run.error) {
            details.add("error"_L1, QJsonObject{{u"code"_s, m_run.error->code},
                                                {u"message"_s, m_run.error->message},
                                                {u"details"_s, m_run.error->details}});
        }
        putText(finished, details, "result"_L1, m_run.result);
        finished.details = details;
        add(std::move(finished));
        return {};
    }

    const RecordedRun& m_run;
    const PriceBook& m_prices;
    QHash<int, QList<qsizetype>> m_ofFrame;
    std::optional<Phase> m_phase;
    RunProjector m_projector;
    QList<RunEvent> m_events;
    QList<int> m_frames; ///< open ones, by their new numbers
    int m_lastFrame = 0;
    int m_lastDecision = 0;
};

} // namespace

Result<QList<RunEvent>> journalOf(const RecordedRun& run, const PriceBook& prices, const QString& format,
                                  const QString& fileName, qint64 nowMs)
{
    return JournalWriter(run, prices).write(format, fileName, nowMs);
}

QList<RunEvent> journalOf(TraceFile::Journal journal, const QString& format, const QString& fileName, qint64 nowMs)
{
    QList<RunEvent>& events = journal.events;
    if (events.last().type == EventType::RunImported) {
        events.removeLast(); // it says where it came from last
    }
    RunEvent imported;
    imported.seq = events.last().seq + 1;
    imported.timeMs = nowMs;
    imported.runId = events.last().runId;
    imported.type = EventType::RunImported;
    imported.details = Fields{{"format"_L1, format}, {"file"_L1, fileName}};
    events.append(imported);
    events.first().bodies = journal.bodies;
    return std::move(events);
}

} // namespace lathe
