// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/aguiexport.h"

#include "engine/core/canonicaljson.h"

#include <map>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// AG-UI has no nulls: what is nothing is absent.
QJsonValue withoutNulls(const QJsonValue& value)
{
    if (value.isArray()) {
        QJsonArray list;
        for (const QJsonValue entry : value.toArray()) {
            if (!entry.isNull()) {
                list.append(withoutNulls(entry));
            }
        }
        return list;
    }
    if (value.isObject()) {
        QJsonObject object;
        const QJsonObject given = value.toObject();
        for (auto at = given.begin(); at != given.end(); ++at) {
            if (!at.value().isNull()) {
                object.insert(at.key(), withoutNulls(at.value()));
            }
        }
        return object;
    }
    return value;
}

class AguiWriter
{
public:
    explicit AguiWriter(const RunTrace& trace)
        : m_trace(trace), m_run(trace.record), m_costs(trace.record), m_runId(m_run.summary.runId)
    {
        const QString conversation = m_run.job.value("correlationId"_L1).toString();
        m_threadId = conversation.isEmpty() ? m_runId : conversation;
    }

    QList<QJsonObject> write()
    {
        for (const RunEvent& event : m_trace.events) {
            m_timeMs = event.timeMs;
            take(event);
        }
        end();
        return std::move(m_events);
    }

private:
    void add(const QString& type, const QJsonObject& members)
    {
        QJsonObject event = withoutNulls(members).toObject();
        event.insert("type"_L1, type);
        event.insert("timestamp"_L1, m_timeMs);
        m_events.append(event);
    }
    void addOf(int frame, const QString& type, QJsonObject members)
    {
        if (frame > 1) {
            members.insert("subagentRunId"_L1, subagent(frame));
        }
        add(type, members);
    }
    void addCustom(int frame, const QString& name, const QJsonObject& value)
    {
        addOf(frame, u"CUSTOM"_s, {{u"name"_s, name}, {u"value"_s, value}});
    }
    [[nodiscard]] QString subagent(int frame) const { return u"%1/%2"_s.arg(m_runId).arg(frame); }
    [[nodiscard]] int frameOf(const QJsonObject& details) const
    {
        return m_frames.value(details.value("decision"_L1).toInt(), 1);
    }

    void take(const RunEvent& event)
    {
        const QJsonObject details = event.details;
        switch (event.type) {
        case EventType::RunCreated:
            begin();
            break;
        case EventType::PhaseEntered:
            openStep(details.value("phase"_L1).toString());
            break;
        case EventType::PhaseLeft:
            closeStep(details.value("phase"_L1).toString());
            break;
        case EventType::FrameEntered:
            enterFrame(details);
            break;
        case EventType::FrameLeft:
            leaveFrame(details);
            break;
        case EventType::LlmRequest:
            m_frames.insert(details.value("decision"_L1).toInt(), details.value("frame"_L1).toInt(1));
            m_requests.insert(attemptOf(details), details);
            break;
        case EventType::LlmResponse:
            addAttempt(details);
            break;
        case EventType::LlmRetry:
            addCustom(frameOf(details), u"retry"_s,
                      {{u"decision"_s, details.value("decision"_L1)},
                       {u"attempt"_s, details.value("attempt"_L1)},
                       {u"errorKind"_s, details.value("errorKind"_L1)},
                       {u"message"_s, details.value("message"_L1)},
                       {u"delayMs"_s, details.value("delayMs"_L1)}});
            break;
        case EventType::Decision:
            addDecision(details);
            break;
        case EventType::ToolRequest:
            addCall(details);
            break;
        case EventType::ToolResult:
            addResult(details);
            break;
        default:
            break; // known to Lathe alone
        }
    }

    [[nodiscard]] static std::pair<int, int> attemptOf(const QJsonObject& details)
    {
        return {details.value("decision"_L1).toInt(), details.value("attempt"_L1).toInt(1)};
    }

    void begin()
    {
        const QJsonObject message{{u"id"_s, QString(m_runId + u"/prompt"_s)},
                                  {u"role"_s, u"user"_s},
                                  {u"content"_s, m_run.job.value("prompt"_L1).toString()}};
        const QJsonObject input{{u"threadId"_s, m_threadId},          {u"runId"_s, m_runId},
                                {u"protocolVersion"_s, u"1.0"_s},     {u"state"_s, QJsonObject()},
                                {u"messages"_s, QJsonArray{message}}, {u"tools"_s, QJsonArray()},
                                {u"context"_s, QJsonArray()},         {u"forwardedProps"_s, QJsonObject()}};
        add(u"RUN_STARTED"_s, {{u"threadId"_s, m_threadId},
                               {u"runId"_s, m_runId},
                               {u"protocolVersion"_s, u"1.0"_s},
                               {u"input"_s, input},
                               {u"metadata"_s, QJsonObject{{u"userId"_s, m_run.summary.userId},
                                                           {u"name"_s, m_run.summary.name},
                                                           {u"provider"_s, m_run.summary.provider},
                                                           {u"model"_s, m_run.summary.model}}}});
        m_begun = true;
    }

    // A run that was resumed enters its phase again.
    void openStep(const QString& name)
    {
        if (!m_steps.contains(name)) {
            m_steps.append(name);
            add(u"STEP_STARTED"_s, {{u"stepName"_s, name}});
        }
    }
    void closeStep(const QString& name)
    {
        if (m_steps.removeOne(name)) {
            add(u"STEP_FINISHED"_s, {{u"stepName"_s, name}});
        }
    }

    void enterFrame(const QJsonObject& details)
    {
        const int frame = details.value("frame"_L1).toInt();
        if (frame <= 1 || m_open.contains(frame)) {
            return;
        }
        m_open.append(frame);
        const int parent = details.value("parentFrame"_L1).toInt();
        QJsonObject members{{u"subagentRunId"_s, subagent(frame)},
                            {u"name"_s, u"sub-agent"_s},
                            {u"description"_s, m_trace.wholeText(details, "task"_L1)},
                            {u"metadata"_s, QJsonObject{{u"parentDecision"_s, details.value("parentDecision"_L1)}}}};
        if (parent > 1) {
            members.insert("parentSubagentRunId"_L1, subagent(parent));
        }
        if (!details.value("callId"_L1).toString().isEmpty()) {
            members.insert("parentToolCallId"_L1, details.value("callId"_L1));
        }
        add(u"SUBAGENT_STARTED"_s, members);
    }

    void leaveFrame(const QJsonObject& details)
    {
        const int frame = details.value("frame"_L1).toInt();
        const QString answer = m_trace.wholeText(details, "answer"_L1);
        if (!answer.isEmpty()) {
            const QString id = u"%1/answer/%2"_s.arg(m_runId).arg(frame);
            addOf(frame, u"TEXT_MESSAGE_START"_s, {{u"messageId"_s, id}, {u"role"_s, u"assistant"_s}});
            addOf(frame, u"TEXT_MESSAGE_CONTENT"_s, {{u"messageId"_s, id}, {u"delta"_s, answer}});
            addOf(frame, u"TEXT_MESSAGE_END"_s, {{u"messageId"_s, id}});
        }
        if (!m_open.removeOne(frame)) {
            return;
        }
        const QString status = details.value("status"_L1).toString();
        if (status == "complete"_L1) {
            add(u"SUBAGENT_FINISHED"_s,
                {{u"subagentRunId"_s, subagent(frame)}, {u"outcome"_s, QJsonObject{{u"type"_s, u"success"_s}}}});
        } else {
            failFrame(frame, status,
                      status == "stopped"_L1 ? u"the run was stopped"_s : u"the sub-agent gave no answer"_s);
        }
    }
    void failFrame(int frame, const QString& status, const QString& message)
    {
        add(u"SUBAGENT_ERROR"_s, {{u"subagentRunId"_s, subagent(frame)},
                                  {u"message"_s, message},
                                  {u"metadata"_s, QJsonObject{{u"status"_s, status}}}});
    }

    void addAttempt(const QJsonObject& details)
    {
        const std::pair<int, int> attempt = attemptOf(details);
        const QJsonObject request = m_requests.value(attempt);
        const Usage usage = usageFromJson(details.value("usage"_L1).toObject()).value_or(Usage());
        const TraceCost cost = m_costs.ofAttempt(attempt.first, attempt.second);
        QJsonObject value{{u"decision"_s, attempt.first},
                          {u"attempt"_s, attempt.second},
                          {u"provider"_s, request.value("provider"_L1)},
                          {u"model"_s, request.value("model"_L1)},
                          {u"outcome"_s, details.value("outcome"_L1)},
                          {u"durationMs"_s, details.value("durationMs"_L1)},
                          {u"firstByteMs"_s, details.value("firstByteMs"_L1)}};
        const QString billed = details.value("model"_L1).toString();
        if (!billed.isEmpty()) {
            value.insert("modelBilled"_L1, billed);
        }
        for (const QLatin1StringView key : {"errorKind"_L1, "message"_L1, "httpStatus"_L1}) {
            if (details.contains(key)) {
                value.insert(key, details.value(key));
            }
        }
        if (usage.source != UsageSource::Missing) {
            value.insert("usage"_L1, toJson(usage));
        }
        if (cost.total) {
            value.insert("costUsd"_L1, cost.total->toDecimal());
        }
        if (cost.unknownLines > 0) {
            value.insert("unknownCostLines"_L1, cost.unknownLines);
        }
        addCustom(frameOf(details), u"attempt"_s, value);
        addUsage(request.value("provider"_L1).toString(),
                 billed.isEmpty() ? request.value("model"_L1).toString() : billed, usage);
    }

    void addUsage(const QString& provider, const QString& model, const Usage& usage)
    {
        if (usage.source == UsageSource::Missing) {
            return;
        }
        Usage& sum = m_usage[{provider, model}];
        sum.input += usage.totalInput();
        sum.output += usage.totalOutput();
        sum.anyToken += usage.anyToken;
        sum.reasoning += usage.reasoning;
        sum.cacheRead += usage.cacheRead + usage.cacheReadAudio;
        sum.cacheWrite += usage.cacheWrite + usage.cacheWrite1h;
    }

    /// Here input and output are totals, as AG-UI counts.
    [[nodiscard]] QJsonArray usageByModel() const
    {
        QJsonArray list;
        for (const auto& [model, usage] : m_usage) {
            list.append(QJsonObject{{u"provider"_s, model.first},
                                    {u"model"_s, model.second},
                                    {u"inputTokens"_s, usage.input},
                                    {u"outputTokens"_s, usage.output},
                                    {u"totalTokens"_s, usage.input + usage.output + usage.anyToken},
                                    {u"reasoningTokens"_s, usage.reasoning},
                                    {u"cachedInputTokens"_s, usage.cacheRead},
                                    {u"cacheWriteInputTokens"_s, usage.cacheWrite}});
        }
        return list;
    }

    void addDecision(const QJsonObject& details)
    {
        const int number = details.value("decision"_L1).toInt();
        const int frame = details.value("frame"_L1).toInt(1);
        m_frames.insert(number, frame);
        const QString reasoning = m_trace.wholeText(details, "reasoning"_L1);
        if (!reasoning.isEmpty()) {
            const QString id = u"%1/reasoning/%2"_s.arg(m_runId).arg(number);
            addOf(frame, u"REASONING_START"_s, {{u"messageId"_s, id}});
            addOf(frame, u"REASONING_MESSAGE_START"_s, {{u"messageId"_s, id}, {u"role"_s, u"reasoning"_s}});
            addOf(frame, u"REASONING_MESSAGE_CONTENT"_s, {{u"messageId"_s, id}, {u"delta"_s, reasoning}});
            addOf(frame, u"REASONING_MESSAGE_END"_s, {{u"messageId"_s, id}});
            addOf(frame, u"REASONING_END"_s, {{u"messageId"_s, id}});
        }
        QJsonObject value{{u"index"_s, number},
                          {u"kind"_s, details.value("action"_L1)},
                          {u"status"_s, details.value("status"_L1)},
                          {u"frame"_s, frame},
                          {u"depth"_s, details.value("depth"_L1).toInt()},
                          {u"parentDecision"_s, details.value("parentDecision"_L1).toInt()}};
        QJsonArray tools;
        QJsonArray calls;
        for (const QJsonValue call : details.value("calls"_L1).toArray()) {
            QJsonObject asked = call.toObject();
            asked.insert("decision"_L1, number);
            m_asked.insert({number, asked.value("callId"_L1).toString()}, asked);
            tools.append(call.toObject().value("tool"_L1));
            calls.append(QJsonObject{{u"toolCallId"_s, call.toObject().value("callId"_L1)},
                                     {u"tool"_s, call.toObject().value("tool"_L1)}});
        }
        if (!calls.isEmpty()) {
            value.insert("tool"_L1, tools.first());
            value.insert("calls"_L1, calls);
        }
        const QString answer = m_trace.wholeText(details, "finalAnswer"_L1);
        if (!answer.isEmpty()) {
            value.insert("answer"_L1, answer);
        }
        addCustom(frame, u"decision"_s, value);
    }

    void addCall(const QJsonObject& details)
    {
        const QString id = details.value("callId"_L1).toString();
        const int frame = frameOf(details);
        m_asked.remove({details.value("decision"_L1).toInt(), id});
        addOf(frame, u"TOOL_CALL_START"_s,
              {{u"toolCallId"_s, id},
               {u"toolCallName"_s, details.value("tool"_L1)},
               {u"metadata"_s, QJsonObject{{u"decision"_s, details.value("decision"_L1)}}}});
        addOf(frame, u"TOOL_CALL_ARGS"_s,
              {{u"toolCallId"_s, id}, {u"delta"_s, QString::fromUtf8(canonicalJson(m_trace.arguments(details)))}});
        addOf(frame, u"TOOL_CALL_END"_s, {{u"toolCallId"_s, id}});
    }

    void addResult(const QJsonObject& details)
    {
        const QString id = details.value("callId"_L1).toString();
        const int decision = details.value("decision"_L1).toInt();
        if (const QJsonObject asked = m_asked.value({decision, id}); !asked.isEmpty()) {
            addCall(asked); // it was answered without being begun: its arguments did not fit, or it was rejected
        }
        QJsonObject metadata{{u"decision"_s, decision}, {u"ok"_s, details.value("ok"_L1).toBool()}};
        if (const QString code = details.value("errorCode"_L1).toString(); !code.isEmpty()) {
            metadata.insert("errorCode"_L1, code);
        }
        if (const TraceCost cost = m_costs.ofCall(decision, id); cost.total) {
            metadata.insert("costUsd"_L1, cost.total->toDecimal());
        }
        addOf(frameOf(details), u"TOOL_CALL_RESULT"_s,
              {{u"messageId"_s, u"%1/result/%2/%3"_s.arg(m_runId).arg(decision).arg(id)},
               {u"toolCallId"_s, id},
               {u"content"_s, m_trace.wholeText(details, "text"_L1)},
               {u"role"_s, u"tool"_s},
               {u"metadata"_s, metadata}});
    }

    void closeAll()
    {
        while (!m_steps.isEmpty()) {
            closeStep(m_steps.last());
        }
    }

    void end()
    {
        if (!m_begun) {
            return;
        }
        const RunSummary& summary = m_run.summary;
        switch (summary.status) {
        case RunStatus::Running:
            break;
        case RunStatus::Complete:
            finish(QJsonObject{{u"type"_s, u"success"_s}}, u"the run ended"_s);
            break;
        case RunStatus::Stopped:
            finish(QJsonObject{{u"type"_s, u"cancelled"_s}}, u"the run was stopped"_s);
            break;
        case RunStatus::Paused:
            pause();
            break;
        case RunStatus::PolicyViolation:
            failRun(u"POLICY_VIOLATION"_s, m_run.error ? u"%1: %2"_s.arg(m_run.error->code, m_run.error->message)
                                                       : u"the run was refused by policy"_s);
            break;
        case RunStatus::Interrupted:
            failRun(u"INTERRUPTED"_s, u"the run was interrupted; it can be resumed"_s);
            break;
        case RunStatus::Error:
            failRun(m_run.error ? m_run.error->code : u"ERROR"_s,
                    m_run.error ? m_run.error->message : u"the run failed"_s);
            break;
        }
    }

    void finish(const QJsonObject& outcome, const QString& why)
    {
        while (!m_open.isEmpty()) {
            failFrame(m_open.takeLast(), u"stopped"_s, why);
        }
        closeAll();
        add(u"RUN_FINISHED"_s, {{u"threadId"_s, m_threadId},
                                {u"runId"_s, m_runId},
                                {u"outcome"_s, outcome},
                                {u"result"_s, toJson(m_trace.response)},
                                {u"usage"_s, usageByModel()},
                                {u"metadata"_s, totals()}});
    }

    void pause()
    {
        QString reason = u"stop"_s;
        QString message = u"the run stands at a stop point"_s;
        QString call;
        QJsonObject metadata;
        if (m_run.stop) {
            reason = m_run.stop->reason.isEmpty() ? reason : m_run.stop->reason;
            message = u"the run stands at %1 of decision %2"_s.arg(toName(m_run.stop->point)).arg(m_run.stop->decision);
            call = m_run.stop->toolCallId;
            metadata = toJson(*m_run.stop);
        }
        QJsonObject interrupt{{u"id"_s, u"%1/stop/%2"_s.arg(m_runId).arg(m_run.lastSeq)},
                              {u"reason"_s, reason},
                              {u"message"_s, message},
                              {u"metadata"_s, metadata}};
        if (!call.isEmpty() && m_run.stop && m_run.stop->decision > 0) {
            interrupt.insert("toolCallId"_L1, call);
        }
        const QJsonArray ids{interrupt.value("id"_L1)};
        while (!m_open.isEmpty()) {
            add(u"SUBAGENT_FINISHED"_s,
                {{u"subagentRunId"_s, subagent(m_open.takeLast())},
                 {u"outcome"_s, QJsonObject{{u"type"_s, u"suspended"_s}, {u"interruptIds"_s, ids}}}});
        }
        finish(QJsonObject{{u"type"_s, u"interrupt"_s}, {u"interrupts"_s, QJsonArray{interrupt}}}, {});
    }

    void failRun(const QString& code, const QString& message)
    {
        while (!m_open.isEmpty()) {
            failFrame(m_open.takeLast(), u"stopped"_s, message);
        }
        closeAll();
        add(u"RUN_ERROR"_s,
            {{u"message"_s, message}, {u"code"_s, code}, {u"usage"_s, usageByModel()}, {u"metadata"_s, totals()}});
    }

    [[nodiscard]] QJsonObject totals() const
    {
        return {{u"status"_s, toName(m_run.summary.status)},
                {u"costUsd"_s, m_run.summary.totalCost.toDecimal()},
                {u"unknownCostLines"_s, m_run.summary.unknownCostLines},
                {u"tokens"_s, m_run.summary.tokensUsed}};
    }

    const RunTrace& m_trace;
    const RunRecord& m_run;
    TraceCosts m_costs;
    QString m_runId;
    QString m_threadId;
    qint64 m_timeMs = 0;
    bool m_begun = false;
    QStringList m_steps;      ///< open ones
    QList<int> m_open;        ///< frames below the first
    QHash<int, int> m_frames; ///< of decisions
    QHash<std::pair<int, int>, QJsonObject> m_requests;
    QHash<std::pair<int, QString>, QJsonObject> m_asked;  ///< calls that were not begun yet
    std::map<std::pair<QString, QString>, Usage> m_usage; ///< by provider and model, in their order
    QList<QJsonObject> m_events;
};

} // namespace

QList<QJsonObject> toAguiEvents(const RunTrace& trace)
{
    return AguiWriter(trace).write();
}

QByteArray toAguiStream(const RunTrace& trace)
{
    QByteArray stream;
    for (const QJsonObject& event : toAguiEvents(trace)) {
        stream += "data: " + canonicalJson(event) + "\n\n";
    }
    return stream;
}

} // namespace lathe
