// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/scriptedllmclient.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/openaiwire.h"
#include "engine/llm/tokencounter.h"

#include <QRegularExpression>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

[[nodiscard]] QByteArray encodeReply(const LlmReply& reply)
{
    QJsonArray calls;
    for (const ToolCallRequest& call : reply.toolCalls) {
        calls.append(QJsonObject{{u"id"_s, call.id}, {u"name"_s, call.name}, {u"arguments"_s, call.arguments}});
    }
    QJsonObject object{{u"content"_s, reply.content},     {u"reasoning"_s, reply.reasoning},
                       {u"toolCalls"_s, calls},           {u"stop"_s, QString(toName(reply.stop))},
                       {u"usage"_s, toJson(reply.usage)}, {u"model"_s, reply.modelBilled}};
    return compactJson(QJsonObject{{u"reply"_s, object}});
}

[[nodiscard]] QByteArray encodeFailure(const LlmFailure& failure)
{
    QJsonObject object{{u"kind"_s, QString(toName(failure.kind))},
                       {u"class"_s, QString(toName(failure.errorClass))},
                       {u"httpStatus"_s, failure.httpStatus},
                       {u"code"_s, failure.providerCode},
                       {u"message"_s, failure.message},
                       {u"requestSent"_s, failure.requestSent},
                       {u"usage"_s, toJson(failure.usage)}};
    if (failure.retryAfter) {
        object.insert("retryAfterMs"_L1, static_cast<qint64>(failure.retryAfter->count()));
    }
    return compactJson(QJsonObject{{u"failure"_s, object}});
}

[[nodiscard]] LlmReply decodeReply(const QJsonObject& object)
{
    LlmReply reply;
    reply.content = object.value("content"_L1).toString();
    reply.reasoning = object.value("reasoning"_L1).toString();
    const QJsonArray calls = object.value("toolCalls"_L1).toArray();
    for (const QJsonValue& item : calls) {
        ToolCallRequest call;
        call.id = item.toObject().value("id"_L1).toString();
        call.name = item.toObject().value("name"_L1).toString();
        call.arguments = item.toObject().value("arguments"_L1).toString();
        if (const auto parsed = parseJsonObject(call.arguments.toUtf8())) {
            call.parsed = *parsed;
        }
        reply.toolCalls.append(call);
    }
    reply.stop = fromName<StopReason>(object.value("stop"_L1).toString()).value_or(StopReason::Final);
    reply.usage = usageFromJson(object.value("usage"_L1).toObject()).value_or(Usage());
    reply.modelBilled = object.value("model"_L1).toString();
    return reply;
}

[[nodiscard]] LlmFailure decodeFailure(const QJsonObject& object)
{
    LlmFailure failure;
    failure.kind = fromName<LlmErrorKind>(object.value("kind"_L1).toString()).value_or(LlmErrorKind::Server);
    failure.errorClass = fromName<ErrorClass>(object.value("class"_L1).toString()).value_or(ErrorClass::TerminalError);
    failure.httpStatus = object.value("httpStatus"_L1).toInt();
    failure.providerCode = object.value("code"_L1).toString();
    failure.message = object.value("message"_L1).toString();
    failure.requestSent = object.value("requestSent"_L1).toBool();
    failure.usage = usageFromJson(object.value("usage"_L1).toObject()).value_or(Usage());
    if (object.contains("retryAfterMs"_L1)) {
        failure.retryAfter = std::chrono::milliseconds(object.value("retryAfterMs"_L1).toInteger());
    }
    return failure;
}

[[nodiscard]] Usage estimatedUsage(const LlmRequest& request, const LlmReply& reply)
{
    qint64 said = reply.content.size() + reply.reasoning.size();
    for (const ToolCallRequest& call : reply.toolCalls) {
        said += call.name.size() + call.arguments.size();
    }
    Usage usage;
    usage.input = estimateTokensByLength(request.transcript.characters());
    usage.output = estimateTokensByLength(said);
    usage.reasoning = std::min(estimateTokensByLength(reply.reasoning.size()), usage.output);
    usage.source = UsageSource::Estimated;
    return usage;
}

/// A few words at a time, as a model streams.
void streamText(const LlmClient::DeltaSink& onDelta, LlmDelta::Kind kind, const QString& text)
{
    static const QRegularExpression words(u"(\\S+\\s*|\\s+){1,4}"_s);
    auto piece = words.globalMatch(text);
    while (piece.hasNext()) {
        onDelta({kind, piece.next().captured()});
    }
}

void streamReply(const LlmClient::DeltaSink& onDelta, const LlmReply& reply)
{
    streamText(onDelta, LlmDelta::Kind::Reasoning, reply.reasoning);
    streamText(onDelta, LlmDelta::Kind::Content, reply.content);
    for (const ToolCallRequest& call : reply.toolCalls) {
        onDelta({LlmDelta::Kind::ToolCall, call.name});
        onDelta({LlmDelta::Kind::ToolCall, call.arguments});
    }
}

[[nodiscard]] LlmOutcome failed(LlmErrorKind kind, const QString& message)
{
    LlmOutcome outcome;
    outcome.failure.emplace();
    outcome.failure->kind = kind;
    outcome.failure->message = message;
    outcome.rawReply = encodeFailure(*outcome.failure);
    return outcome;
}

} // namespace

ScriptedLlmClient::ScriptedLlmClient(LlmScript script, QString path, Clock& clock)
    : m_script(std::move(script)), m_path(std::move(path)), m_clock(clock)
{}

EncodedRequest ScriptedLlmClient::encode(const LlmRequest& request) const
{
    return encodeOpenAiRequest(request, encodeOpenAiTools(request.tools), OpenAiDialect());
}

LlmOutcome ScriptedLlmClient::answer(const ScriptStep& step, const LlmRequest& request) const
{
    LlmOutcome outcome;
    if (step.failure) {
        outcome.failure = step.failure;
        outcome.rawReply = encodeFailure(*outcome.failure);
        return outcome;
    }
    LlmReply reply = step.reply;
    reply.modelBilled = m_script.model;
    const qint64 turn = turnOf(request.transcript);
    for (qsizetype i = 0; i < reply.toolCalls.size(); ++i) {
        if (reply.toolCalls.at(i).id.isEmpty()) {
            reply.toolCalls[i].id = u"call_%1_%2"_s.arg(turn).arg(i);
        }
    }
    reply.stop = step.stop.value_or(reply.toolCalls.isEmpty() ? StopReason::Final : StopReason::ToolCalls);
    if (step.estimateUsage) {
        const std::optional<Money> charged = reply.usage.reportedCost;
        reply.usage = estimatedUsage(request, reply);
        reply.usage.reportedCost = charged;
    }
    outcome.rawReply = encodeReply(reply);
    outcome.reply = std::move(reply);
    return outcome;
}

QCoro::Task<LlmOutcome> ScriptedLlmClient::call(LlmRequest request, DeltaSink onDelta, std::stop_token stop)
{
    const qint64 startedNs = m_clock.monotonicNs();
    const Result<ScriptStep> step = stepFor(m_script, request.transcript, request.attempt);
    if (!step) {
        LlmOutcome missing = failed(LlmErrorKind::BadRequest, u"script %1: %2"_s.arg(m_path, step.error().message));
        co_return missing;
    }
    bool passed = !stop.stop_requested();
    if (passed && step->delay.count() > 0) {
        passed = co_await m_clock.sleepFor(step->delay, stop);
    }
    if (!passed) {
        LlmOutcome cancelled = failed(LlmErrorKind::Cancelled, u"Stopped while the scripted model was thinking"_s);
        co_return cancelled;
    }
    LlmOutcome outcome = answer(*step, request);
    if (outcome.reply && request.stream && onDelta) {
        streamReply(onDelta, *outcome.reply);
    }
    outcome.durationMs = (m_clock.monotonicNs() - startedNs) / 1'000'000;
    outcome.firstByteMs = outcome.durationMs;
    co_return outcome;
}

LlmOutcome ScriptedLlmClient::decode(const QByteArray& rawReply, bool streamed) const
{
    Q_UNUSED(streamed)
    LlmOutcome outcome;
    outcome.rawReply = rawReply;
    const Result<QJsonObject> object = parseJsonObject(rawReply);
    if (object && object->contains("reply"_L1)) {
        outcome.reply = decodeReply(object->value("reply"_L1).toObject());
    } else if (object && object->contains("failure"_L1)) {
        outcome.failure = decodeFailure(object->value("failure"_L1).toObject());
    } else {
        outcome.failure = brokenReply(u"The recorded bytes are no reply of a scripted model"_s);
    }
    return outcome;
}

QCoro::Task<Result<QList<ModelInfo>>> ScriptedLlmClient::models(std::stop_token stop)
{
    Q_UNUSED(stop)
    QList<ModelInfo> models{{m_path, u"script of %1 steps"_s.arg(m_script.steps.size()), std::nullopt, std::nullopt}};
    co_return models;
}

} // namespace lathe
