// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpexport.h"

#include "engine/core/canonicaljson.h"
#include "engine/trace/chatmessages.h"
#include "engine/trace/otlpvalues.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

enum SpanKind
{
    Internal = 1,
    Client = 3
};
constexpr int kStatusError = 2;

/// gen_ai.provider.name has names of its own for some.
QString providerName(const QString& provider)
{
    static const QHash<QString, QString> names{{u"openai-responses"_s, u"openai"_s}, {u"gemini"_s, u"gcp.gemini"_s}};
    return names.value(provider, provider);
}

QString finishReason(const QString& stopReason)
{
    static const QHash<QString, QString> reasons{{u"final"_s, u"stop"_s}, {u"filtered"_s, u"content_filter"_s}};
    return reasons.value(stopReason, stopReason);
}

QJsonObject event(const QString& name, qint64 ms, const OtlpAttributes& attributes)
{
    return {{u"name"_s, name}, {u"timeUnixNano"_s, otlpTime(ms)}, {u"attributes"_s, attributes.json()}};
}

struct Span
{
    QString id;
    QString parent;
    QString name;
    SpanKind kind = Internal;
    qint64 startMs = 0;
    qint64 endMs = 0;
    OtlpAttributes attributes;
    QJsonArray events;
    QString error; ///< empty: none
};

class OtlpWriter
{
public:
    OtlpWriter(const RunTrace& trace, const OtlpOptions& options)
        : m_trace(trace),
          m_run(trace.record),
          m_options(options),
          m_costs(trace.record),
          m_endMs(std::max(m_run.summary.updatedAtMs, m_run.summary.startedAtMs))
    {
        for (const RunEvent& entry : trace.events) {
            if (entry.type == EventType::LlmResponse) {
                m_stopReasons.insert({static_cast<int>(entry.details.number("decision"_L1)),
                                      static_cast<int>(entry.details.number("attempt"_L1))},
                                     entry.details.text("stopReason"_L1));
            } else if (entry.type == EventType::FrameEntered) {
                m_frameCalls.insert(static_cast<int>(entry.details.number("frame"_L1)),
                                    entry.details.text("callId"_L1));
            } else if (entry.type == EventType::LlmRequest) {
                m_stream = m_stream || entry.details.flag("stream"_L1);
            }
        }
    }

    QByteArray write()
    {
        addRun();
        for (const FrameRecord& frame : m_run.frames) {
            if (frame.id > 1) {
                addFrame(frame);
            }
        }
        for (const DecisionRecord& decision : m_run.decisions) {
            addDecision(decision);
            for (qsizetype i = 0; i < decision.toolCalls.size(); ++i) {
                addCall(decision, decision.toolCalls.at(i), i);
            }
        }
        OtlpAttributes resource;
        resource.text(u"service.name"_s, u"lathe"_s);
        resource.text(u"service.version"_s, m_options.programVersion);
        resource.text(u"openinference.project.name"_s, u"lathe"_s);
        const QJsonObject scope{{u"name"_s, u"lathe.engine"_s}, {u"version"_s, m_options.programVersion}};
        const QJsonObject scopeSpans{{u"scope"_s, scope}, {u"spans"_s, m_spans}};
        const QJsonObject resourceSpans{{u"resource"_s, QJsonObject{{u"attributes"_s, resource.json()}}},
                                        {u"scopeSpans"_s, QJsonArray{scopeSpans}}};
        return canonicalJson(QJsonObject{{u"resourceSpans"_s, QJsonArray{resourceSpans}}});
    }

private:
    [[nodiscard]] QString idOf(const QString& part) const { return otlpSpanId(m_run.summary.runId, part); }
    [[nodiscard]] QString idOfFrame(int frame) const
    {
        return frame <= 1 ? idOf(u"run"_s) : idOf(u"frame/%1"_s.arg(frame));
    }

    void add(const Span& span)
    {
        QJsonObject json{
            {u"traceId"_s, otlpTraceId(m_run.summary.runId)},
            {u"spanId"_s, span.id},
            {u"name"_s, span.name},
            {u"kind"_s, static_cast<int>(span.kind)},
            {u"startTimeUnixNano"_s, otlpTime(span.startMs)},
            {u"endTimeUnixNano"_s, otlpTime(std::max(span.startMs, span.endMs > 0 ? span.endMs : m_endMs))},
            {u"attributes"_s, span.attributes.json()},
            {u"events"_s, span.events},
            {u"status"_s, span.error.isEmpty() ? QJsonObject()
                                               : QJsonObject{{u"code"_s, kStatusError}, {u"message"_s, span.error}}}};
        if (!span.parent.isEmpty()) {
            json.insert("parentSpanId"_L1, span.parent);
        }
        m_spans.append(json);
    }

    void addCommon(Span& span, QLatin1StringView operation, QLatin1StringView kind)
    {
        span.attributes.text(u"gen_ai.operation.name"_s, operation);
        span.attributes.text(u"openinference.span.kind"_s, kind);
        const QString conversation = m_run.job.value("correlationId"_L1).toString();
        span.attributes.text(u"gen_ai.conversation.id"_s, conversation);
        span.attributes.text(u"session.id"_s, conversation);
        span.attributes.text(u"user.id"_s, m_run.summary.userId);
    }

    void addCost(Span& span, const TraceCost& cost)
    {
        if (cost.total) {
            span.attributes.money(u"lathe.cost.usd"_s, *cost.total);
            span.attributes.text(u"lathe.cost.state"_s, toName(cost.state));
        }
        if (cost.unknownLines > 0) {
            span.attributes.integer(u"lathe.cost.unknown_lines"_s, cost.unknownLines);
        }
    }

    void addContent(Span& span, const QString& input, const QString& output)
    {
        if (!m_options.content) {
            return;
        }
        addValue(span, u"input"_s, input);
        addValue(span, u"output"_s, output);
    }

    void addValue(Span& span, const QString& which, const QString& value)
    {
        if (value.isEmpty()) {
            return;
        }
        span.attributes.text(which + u".value"_s, value);
        const bool json = !QJsonDocument::fromJson(value.toUtf8()).isNull();
        span.attributes.text(which + u".mime_type"_s, json ? u"application/json"_s : u"text/plain"_s);
    }

    void addRun()
    {
        const RunSummary& summary = m_run.summary;
        Span span;
        span.id = idOf(u"run"_s);
        const QString name = summary.name.isEmpty() ? u"lathe"_s : summary.name;
        span.name = u"invoke_agent "_s + name;
        span.startMs = summary.startedAtMs;
        span.endMs = summary.completedAtMs;
        addCommon(span, "invoke_agent"_L1, "AGENT"_L1);
        OtlpAttributes& attributes = span.attributes;
        attributes.text(u"gen_ai.provider.name"_s, providerName(summary.provider));
        attributes.text(u"gen_ai.request.model"_s, summary.model);
        attributes.text(u"gen_ai.agent.name"_s, name);
        attributes.text(u"gen_ai.agent.id"_s, summary.runId);
        attributes.text(u"lathe.run.id"_s, summary.runId);
        attributes.text(u"lathe.run.status"_s, toName(summary.status));
        attributes.text(u"lathe.run.phase_result"_s, toName(m_trace.response.phaseResult));
        attributes.flag(u"lathe.run.from_cache"_s, summary.fromCache);
        attributes.integer(u"lathe.run.decisions"_s, summary.decisions);
        attributes.integer(u"lathe.run.tokens"_s, summary.tokensUsed);
        attributes.money(u"lathe.run.cost.usd"_s, summary.totalCost);
        attributes.integer(u"lathe.run.cost.unknown_lines"_s, summary.unknownCostLines);
        attributes.text(u"lathe.price_book"_s, m_run.priceBook);
        const QJsonObject metadata = m_run.job.value("metadata"_L1).toObject();
        if (!metadata.isEmpty()) {
            attributes.text(u"metadata"_s, QString::fromUtf8(canonicalJson(metadata)));
        }
        addCost(span, m_costs.ofRest());
        addContent(span, m_run.job.value("prompt"_L1).toString(), m_trace.wholeText(m_run.result, m_run.resultRef));
        if (m_run.error) {
            attributes.text(u"error.type"_s, m_run.error->code);
            span.error = m_run.error->message.isEmpty() ? m_run.error->code : m_run.error->message;
        }
        for (const PhaseRecord& phase : m_run.phases) {
            if (phase.entered) {
                OtlpAttributes details;
                details.text(u"lathe.phase.name"_s, toName(phase.phase));
                details.text(u"lathe.phase.result"_s, phase.result ? QString(toName(*phase.result)) : QString());
                details.integer(u"lathe.phase.duration_us"_s, phase.durationUs);
                span.events.append(event(u"lathe.phase"_s, phase.startedAtMs, details));
            }
        }
        add(span);
    }

    void addFrame(const FrameRecord& frame)
    {
        Span span;
        span.id = idOfFrame(frame.id);
        span.parent = idOfFrame(frame.parentFrame);
        span.name = u"invoke_agent sub-agent"_s;
        span.startMs = frame.startedAtMs;
        span.endMs = frame.endedAtMs;
        addCommon(span, "invoke_agent"_L1, "AGENT"_L1);
        span.attributes.text(u"gen_ai.provider.name"_s, providerName(m_run.summary.provider));
        span.attributes.text(u"gen_ai.agent.name"_s, u"sub-agent"_s);
        span.attributes.text(u"gen_ai.agent.id"_s, u"%1/%2"_s.arg(m_run.summary.runId).arg(frame.id));
        span.attributes.text(u"gen_ai.tool.call.id"_s, m_frameCalls.value(frame.id));
        span.attributes.integer(u"lathe.frame"_s, frame.id);
        span.attributes.integer(u"lathe.depth"_s, frame.depth);
        span.attributes.integer(u"lathe.parent_decision"_s, frame.parentDecision);
        span.attributes.text(u"lathe.frame.status"_s, frame.status);
        addContent(span, m_trace.wholeText(frame.task, frame.taskRef),
                   m_trace.wholeText(frame.answer, frame.answerRef));
        if (frame.status == "error"_L1) {
            span.attributes.text(u"error.type"_s, u"_OTHER"_s);
            span.error = u"the sub-agent gave no answer"_s;
        }
        add(span);
    }

    void addDecision(const DecisionRecord& decision)
    {
        if (decision.attempts.isEmpty() && !decision.action) {
            return; // nothing came of it
        }
        Span span;
        span.id = idOf(u"decision/%1"_s.arg(decision.number));
        span.parent = idOfFrame(decision.frame);
        OtlpAttributes& attributes = span.attributes;
        if (decision.attempts.isEmpty()) {
            span.name = u"decide"_s;
            span.startMs = decision.startedAtMs;
            span.endMs = decision.startedAtMs;
            attributes.text(u"openinference.span.kind"_s, u"CHAIN"_s);
        } else {
            addModelCall(span, decision);
        }
        attributes.integer(u"lathe.decision"_s, decision.number);
        attributes.integer(u"lathe.frame"_s, decision.frame);
        attributes.integer(u"lathe.depth"_s, decision.depth);
        attributes.text(u"lathe.status"_s, toName(decision.status));
        if (decision.action) {
            attributes.text(u"lathe.action"_s, toName(*decision.action));
        }
        addMessages(span, decision);
        add(span);
    }

    /// What the conventions say of a model call.
    void addModelCall(Span& span, const DecisionRecord& decision)
    {
        const AttemptRecord& first = decision.attempts.first();
        const AttemptRecord& last = decision.attempts.last();
        const QString billed = last.modelBilled.isEmpty() ? last.model : last.modelBilled;
        span.name = u"chat "_s + first.model;
        span.kind = Client;
        span.startMs = first.startedAtMs;
        span.endMs = last.endedAtMs;
        addCommon(span, "chat"_L1, "LLM"_L1);
        OtlpAttributes& attributes = span.attributes;
        attributes.text(u"gen_ai.provider.name"_s, providerName(first.provider));
        attributes.text(u"gen_ai.request.model"_s, first.model);
        attributes.text(u"llm.provider"_s, providerName(first.provider));
        attributes.text(u"llm.system"_s, providerName(first.provider));
        attributes.text(u"llm.model_name"_s, billed);
        attributes.flag(u"gen_ai.request.stream"_s, m_stream);
        addParameters(attributes);
        if (last.outcome == "ok"_L1) {
            attributes.text(u"gen_ai.response.model"_s, billed);
            const QString reason = finishReason(m_stopReasons.value({decision.number, last.attempt}));
            attributes.list(u"gen_ai.response.finish_reasons"_s,
                            reason.isEmpty() ? QStringList() : QStringList{reason});
            attributes.text(u"llm.finish_reason"_s, reason);
            if (last.firstByteMs > 0) {
                attributes.number(u"gen_ai.response.time_to_first_chunk"_s,
                                  static_cast<double>(last.firstByteMs) / 1000);
            }
        } else if (!last.outcome.isEmpty()) {
            const QString kind = last.errorKind.isEmpty() ? last.outcome : last.errorKind;
            attributes.text(u"error.type"_s, kind);
            span.error = last.errorMessage.isEmpty() ? kind : last.errorMessage;
        }
        addUsage(attributes, decision.usage());
        const TraceCost cost = m_costs.ofModel(decision.number);
        addCost(span, cost);
        if (cost.total) {
            attributes.number(u"llm.cost.prompt"_s, nearestDouble(cost.input));
            attributes.number(u"llm.cost.completion"_s, nearestDouble(cost.output));
            attributes.number(u"llm.cost.total"_s, nearestDouble(*cost.total));
        }
        for (const AttemptRecord& attempt : decision.attempts) {
            addAttempt(span, decision, attempt);
        }
    }

    void addParameters(OtlpAttributes& attributes) const
    {
        const QJsonObject parameters = m_run.job.value("parameters"_L1).toObject();
        if (parameters.isEmpty()) {
            return;
        }
        attributes.text(u"llm.invocation_parameters"_s, QString::fromUtf8(canonicalJson(parameters)));
        if (parameters.value("maxOutputTokens"_L1).isDouble()) {
            attributes.integer(u"gen_ai.request.max_tokens"_s, parameters.value("maxOutputTokens"_L1).toInteger());
        }
        if (parameters.value("temperature"_L1).isDouble()) {
            attributes.number(u"gen_ai.request.temperature"_s, parameters.value("temperature"_L1).toDouble());
        }
        if (parameters.value("topP"_L1).isDouble()) {
            attributes.number(u"gen_ai.request.top_p"_s, parameters.value("topP"_L1).toDouble());
        }
    }

    static void addUsage(OtlpAttributes& attributes, const Usage& usage)
    {
        if (usage.source == UsageSource::Missing && usage.total() == 0) {
            return; // unknown is not zero
        }
        attributes.integer(u"gen_ai.usage.input_tokens"_s, usage.totalInput());
        attributes.integer(u"gen_ai.usage.output_tokens"_s, usage.totalOutput());
        attributes.integer(u"llm.token_count.prompt"_s, usage.totalInput());
        attributes.integer(u"llm.token_count.completion"_s, usage.totalOutput());
        attributes.integer(u"llm.token_count.total"_s, usage.total());
        const qint64 cached = usage.cacheRead + usage.cacheReadAudio;
        const qint64 written = usage.cacheWrite + usage.cacheWrite1h;
        if (cached > 0) {
            attributes.integer(u"gen_ai.usage.cache_read.input_tokens"_s, cached);
            attributes.integer(u"llm.token_count.prompt_details.cache_read"_s, cached);
        }
        if (written > 0) {
            attributes.integer(u"gen_ai.usage.cache_creation.input_tokens"_s, written);
            attributes.integer(u"llm.token_count.prompt_details.cache_write"_s, written);
        }
        if (usage.reasoning > 0) {
            attributes.integer(u"gen_ai.usage.reasoning.output_tokens"_s, usage.reasoning);
            attributes.integer(u"llm.token_count.completion_details.reasoning"_s, usage.reasoning);
        }
        attributes.text(u"lathe.usage.source"_s, toName(usage.source));
    }

    void addAttempt(Span& span, const DecisionRecord& decision, const AttemptRecord& attempt)
    {
        OtlpAttributes details;
        details.integer(u"lathe.attempt.number"_s, attempt.attempt);
        details.text(u"lathe.attempt.outcome"_s, attempt.outcome);
        details.text(u"lathe.attempt.model"_s, attempt.modelBilled.isEmpty() ? attempt.model : attempt.modelBilled);
        details.text(u"error.type"_s, attempt.errorKind);
        details.text(u"error.message"_s, attempt.errorMessage);
        if (attempt.httpStatus > 0) {
            details.integer(u"http.response.status_code"_s, attempt.httpStatus);
        }
        if (attempt.endedAtMs > 0) {
            details.integer(u"lathe.attempt.duration_ms"_s, attempt.endedAtMs - attempt.startedAtMs);
        }
        if (attempt.firstByteMs > 0) {
            details.integer(u"lathe.attempt.first_byte_ms"_s, attempt.firstByteMs);
        }
        if (attempt.usage.source != UsageSource::Missing) {
            Usage usage = attempt.usage;
            usage.raw = {};
            details.text(u"lathe.attempt.usage"_s, QString::fromUtf8(canonicalJson(toJson(usage))));
        }
        if (const TraceCost cost = m_costs.ofAttempt(decision.number, attempt.attempt); cost.total) {
            details.money(u"lathe.attempt.cost.usd"_s, *cost.total);
        }
        span.events.append(event(u"lathe.attempt"_s, attempt.startedAtMs, details));
        if (attempt.retryAfterMs > 0) {
            OtlpAttributes wait;
            wait.text(u"error.type"_s, attempt.errorKind);
            wait.integer(u"lathe.retry.delay_ms"_s, attempt.retryAfterMs);
            span.events.append(event(u"retry"_s, attempt.endedAtMs, wait));
        }
    }

    void addMessages(Span& span, const DecisionRecord& decision)
    {
        if (!m_options.content) {
            return;
        }
        QList<TraceMessage> output{answerOf(decision)};
        addContent(span, {}, QString::fromUtf8(canonicalJson(toGenAiMessages(output))));
        if (decision.attempts.isEmpty()) {
            return;
        }
        const QByteArray request = m_trace.requests.value({decision.number, decision.attempts.last().attempt});
        const QList<TraceMessage> input = messagesOfRequest(request);
        addContent(span, QString::fromUtf8(request), {});
        OtlpAttributes& attributes = span.attributes;
        if (!input.isEmpty()) {
            attributes.text(u"gen_ai.input.messages"_s, QString::fromUtf8(canonicalJson(toGenAiMessages(input))));
        }
        attributes.text(u"gen_ai.output.messages"_s, QString::fromUtf8(canonicalJson(toGenAiMessages(output))));
        addOpenInferenceMessages(attributes, u"llm.input_messages"_s, input);
        addOpenInferenceMessages(attributes, u"llm.output_messages"_s, output);
    }

    [[nodiscard]] TraceMessage answerOf(const DecisionRecord& decision) const
    {
        TraceMessage message;
        message.role = u"assistant"_s;
        message.content = m_trace.wholeText(decision.finalAnswer, decision.finalAnswerRef);
        message.reasoning = m_trace.wholeText(decision.reasoning, decision.reasoningRef);
        for (const ToolCallRecord& call : decision.toolCalls) {
            message.calls.append({call.callId, call.tool, argumentsOf(call)});
        }
        return message;
    }

    [[nodiscard]] QString argumentsOf(const ToolCallRecord& call) const
    {
        return call.argumentsRef.isEmpty() ? QString::fromUtf8(canonicalJson(call.arguments))
                                           : m_trace.wholeText({}, call.argumentsRef);
    }

    static void addOpenInferenceMessages(OtlpAttributes& attributes, const QString& prefix,
                                         const QList<TraceMessage>& messages)
    {
        for (qsizetype i = 0; i < messages.size(); ++i) {
            const TraceMessage& message = messages.at(i);
            const QString at = u"%1.%2.message."_s.arg(prefix).arg(i);
            attributes.text(at + u"role"_s, message.role);
            attributes.text(at + u"content"_s, message.content);
            attributes.text(at + u"tool_call_id"_s, message.toolCallId);
            for (qsizetype j = 0; j < message.calls.size(); ++j) {
                const QString call = u"%1tool_calls.%2.tool_call."_s.arg(at).arg(j);
                attributes.text(call + u"id"_s, message.calls.at(j).id);
                attributes.text(call + u"function.name"_s, message.calls.at(j).name);
                attributes.text(call + u"function.arguments"_s, message.calls.at(j).arguments);
            }
        }
    }

    void addCall(const DecisionRecord& decision, const ToolCallRecord& call, qsizetype position)
    {
        if (call.childFrame > 0 || call.status.isEmpty()) {
            return; // its frame has a span; or it was never begun
        }
        Span span;
        span.id = idOf(u"decision/%1/call/%2"_s.arg(decision.number).arg(position));
        span.parent = idOfFrame(decision.frame);
        span.name = u"execute_tool "_s + call.tool;
        span.startMs = call.startedAtMs > 0 ? call.startedAtMs : decision.endedAtMs;
        span.endMs = call.endedAtMs > 0 ? call.endedAtMs : 0;
        addCommon(span, "execute_tool"_L1, "TOOL"_L1);
        OtlpAttributes& attributes = span.attributes;
        attributes.text(u"gen_ai.tool.name"_s, call.tool);
        attributes.text(u"gen_ai.tool.type"_s, u"function"_s);
        attributes.text(u"gen_ai.tool.call.id"_s, call.callId);
        attributes.text(u"tool.name"_s, call.tool);
        attributes.text(u"tool.id"_s, call.callId);
        attributes.integer(u"lathe.decision"_s, decision.number);
        attributes.integer(u"lathe.frame"_s, decision.frame);
        attributes.integer(u"lathe.tool.index"_s, position);
        attributes.text(u"lathe.tool.status"_s, call.status);
        attributes.text(u"lathe.tool.side_effect"_s, toName(call.sideEffect));
        attributes.flag(u"lathe.tool.synthetic"_s, call.synthetic);
        addCost(span, m_costs.ofCall(decision.number, call.callId));
        if (call.status == "error"_L1 || call.status == "rejected"_L1) {
            const QString code = call.errorCode.isEmpty() ? call.status : call.errorCode;
            attributes.text(u"error.type"_s, code);
            span.error = code;
        }
        if (m_options.content) {
            const QString arguments = argumentsOf(call);
            const QString result = m_trace.wholeText(call.resultText, call.result);
            attributes.text(u"gen_ai.tool.call.arguments"_s, arguments);
            attributes.text(u"gen_ai.tool.call.result"_s, result);
            attributes.text(u"tool.parameters"_s, arguments);
            addContent(span, arguments, result);
        }
        add(span);
    }

    const RunTrace& m_trace;
    const RunRecord& m_run;
    const OtlpOptions& m_options;
    TraceCosts m_costs;
    qint64 m_endMs; ///< of what had not ended
    bool m_stream = false;
    QHash<std::pair<int, int>, QString> m_stopReasons;
    QHash<int, QString> m_frameCalls;
    QJsonArray m_spans;
};

} // namespace

QByteArray toOtlpJson(const RunTrace& trace, const OtlpOptions& options)
{
    return OtlpWriter(trace, options).write();
}

} // namespace lathe
