// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpdialects.h"

#include <QJsonDocument>
#include <QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString openInferencePrompt(const OtlpSpan& span)
{
    constexpr int most = 1000;
    for (int i = 0; i < most; ++i) {
        const QString at = u"llm.input_messages.%1.message."_s.arg(i);
        const QString role = span.fields.all().value(at + u"role"_s).toString();
        if (role.isEmpty()) {
            break;
        }
        if (role == "user"_L1) {
            return span.fields.all().value(at + u"content"_s).toString();
        }
    }
    return span.fields.text({"input.value"_L1});
}

/// Input counts cached tokens too, by both conventions.
Usage usageOf(const OtlpFields& fields)
{
    const auto input = fields.count({"gen_ai.usage.input_tokens"_L1, "llm.token_count.prompt"_L1,
                                     "gen_ai.usage.prompt_tokens"_L1, "llm.usage.prompt_tokens"_L1});
    const auto output = fields.count({"gen_ai.usage.output_tokens"_L1, "llm.token_count.completion"_L1,
                                      "gen_ai.usage.completion_tokens"_L1, "llm.usage.completion_tokens"_L1});
    const auto total = fields.count({"llm.token_count.total"_L1, "llm.usage.total_tokens"_L1});
    Usage usage;
    if (!input && !output && !total) {
        return usage; // Missing
    }
    usage.source = UsageSource::Reported;
    usage.cacheRead =
        fields
            .count({"gen_ai.usage.cache_read.input_tokens"_L1, "llm.token_count.prompt_details.cache_read"_L1,
                    "gen_ai.usage.cache_read_input_tokens"_L1})
            .value_or(0);
    usage.cacheWrite =
        fields
            .count({"gen_ai.usage.cache_creation.input_tokens"_L1, "llm.token_count.prompt_details.cache_write"_L1,
                    "gen_ai.usage.cache_write.input_tokens"_L1, "gen_ai.usage.cache_creation_input_tokens"_L1})
            .value_or(0);
    const qint64 cached = usage.cacheRead + usage.cacheWrite;
    // Less input than what was cached: the writer counts cached tokens beside it.
    usage.input = input.value_or(0) >= cached ? input.value_or(0) - cached : input.value_or(0);
    usage.output = output.value_or(0);
    usage.reasoning = std::min(
        usage.output,
        fields.count({"gen_ai.usage.reasoning.output_tokens"_L1, "llm.token_count.completion_details.reasoning"_L1})
            .value_or(0));
    usage.anyToken = !input && !output ? total.value_or(0) : 0;
    return usage;
}

RecordedAttempt attemptOf(const OtlpSpan::Event& event, const RecordedAttempt& whole)
{
    RecordedAttempt attempt = whole;
    attempt.outcome = event.fields.text({"lathe.attempt.outcome"_L1});
    const QString billed = event.fields.text({"lathe.attempt.model"_L1});
    attempt.modelBilled = billed.isEmpty() ? attempt.modelBilled : billed;
    attempt.errorKind = event.fields.text({"error.type"_L1});
    attempt.errorMessage = event.fields.text({"error.message"_L1});
    attempt.httpStatus = static_cast<int>(event.fields.count({"http.response.status_code"_L1}).value_or(0) % 1000);
    attempt.startMs = event.timeMs;
    attempt.endMs = event.timeMs + event.fields.count({"lathe.attempt.duration_ms"_L1}).value_or(0);
    attempt.firstByteMs = event.fields.count({"lathe.attempt.first_byte_ms"_L1}).value_or(0);
    const QString usage = event.fields.text({"lathe.attempt.usage"_L1});
    attempt.usage =
        usage.isEmpty() ? Usage() : usageFromJson(QJsonDocument::fromJson(usage.toUtf8()).object()).value_or(Usage());
    attempt.cost = moneyOf(event.fields.value("lathe.attempt.cost.usd"_L1));
    return attempt;
}

} // namespace

SpanRole roleOf(const OtlpSpan& span)
{
    const QString operation = span.fields.text({"gen_ai.operation.name"_L1});
    const QString kind = span.fields.text({"openinference.span.kind"_L1, "traceloop.span.kind"_L1}).toUpper();
    const QString request = span.fields.text({"llm.request.type"_L1});
    static const QSet<QString> modelOperations{u"chat"_s, u"text_completion"_s, u"generate_content"_s};
    if (modelOperations.contains(operation) || kind == "LLM"_L1 || request == "chat"_L1 || request == "completion"_L1) {
        return SpanRole::Model;
    }
    if (operation == "execute_tool"_L1 || operation == "retrieval"_L1 || kind == "TOOL"_L1 || kind == "RETRIEVER"_L1) {
        return SpanRole::Tool;
    }
    if (operation == "invoke_agent"_L1 || operation == "invoke_workflow"_L1 || kind == "AGENT"_L1) {
        return SpanRole::Agent;
    }
    return SpanRole::Other;
}

QString providerOf(const OtlpFields& fields)
{
    const QString name =
        fields.text({"gen_ai.provider.name"_L1, "gen_ai.system"_L1, "llm.provider"_L1, "llm.system"_L1});
    static const QHash<QString, QString> names{
        {u"gcp.gemini"_s, u"gemini"_s}, {u"google"_s, u"gemini"_s}, {u"azure.ai.openai"_s, u"openai"_s}};
    return names.value(name, name);
}

QList<TraceMessage> outputOf(const OtlpSpan& span)
{
    const QString genAi = span.fields.text({"gen_ai.output.messages"_L1});
    if (!genAi.isEmpty()) {
        return fromGenAiMessages(QJsonDocument::fromJson(genAi.toUtf8()).array());
    }
    TraceMessage message;
    const QString at = u"llm.output_messages.0.message."_s;
    const QHash<QString, QJsonValue>& fields = span.fields.all();
    message.content = fields.value(at + u"content"_s).toString();
    for (int i = 0; fields.contains(u"%1tool_calls.%2.tool_call.function.name"_s.arg(at).arg(i)); ++i) {
        const QString call = u"%1tool_calls.%2.tool_call."_s.arg(at).arg(i);
        message.calls.append({fields.value(call + u"id"_s).toString(),
                              fields.value(call + u"function.name"_s).toString(),
                              fields.value(call + u"function.arguments"_s).toString()});
    }
    if (message.content.isEmpty() && message.calls.isEmpty()) {
        message.content = span.fields.text({"output.value"_L1, "gen_ai.completion.0.content"_L1});
    }
    return {message};
}

QString promptOf(const OtlpSpan& span)
{
    const QString input = span.fields.text({"gen_ai.input.messages"_L1, "input.value"_L1});
    for (const TraceMessage& message : fromGenAiMessages(QJsonDocument::fromJson(input.toUtf8()).array())) {
        if (message.role == "user"_L1) {
            return message.content;
        }
    }
    return openInferencePrompt(span);
}

QList<RecordedAttempt> attemptsOf(const OtlpSpan& span)
{
    QList<RecordedAttempt> attempts;
    RecordedAttempt whole;
    whole.provider = providerOf(span.fields);
    whole.model = span.fields.text({"gen_ai.request.model"_L1, "llm.model_name"_L1, "gen_ai.response.model"_L1});
    whole.modelBilled = span.fields.text({"gen_ai.response.model"_L1, "llm.model_name"_L1});
    whole.startMs = span.startMs;
    whole.endMs = span.endMs;
    for (const OtlpSpan::Event& event : span.events) {
        if (event.name == "lathe.attempt"_L1) {
            attempts.append(attemptOf(event, whole));
        } else if (event.name == "retry"_L1 && !attempts.isEmpty()) {
            attempts.last().retryAfterMs = event.fields.count({"lathe.retry.delay_ms"_L1}).value_or(0);
        }
    }
    if (!attempts.isEmpty()) {
        return attempts;
    }
    whole.outcome = span.failed ? u"error"_s : u"ok"_s;
    if (span.failed) {
        whole.errorKind = span.fields.text({"error.type"_L1});
        whole.errorMessage = span.message;
    }
    const QJsonValue seconds = span.fields.value("gen_ai.response.time_to_first_chunk"_L1);
    whole.firstByteMs = seconds.isDouble() ? qRound64(qBound(0.0, seconds.toDouble(), 1e6) * 1000) : 0;
    whole.usage = usageOf(span.fields);
    for (const QLatin1StringView key : {"lathe.cost.usd"_L1, "llm.cost.total"_L1, "gen_ai.usage.cost"_L1}) {
        if (!whole.cost) {
            whole.cost = moneyOf(span.fields.value(key));
        }
    }
    attempts.append(whole);
    return attempts;
}

} // namespace lathe
