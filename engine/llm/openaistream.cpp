// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaistream.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/openaiusage.h"
#include "engine/llm/openaiwire.h"
#include "engine/llm/tokencounter.h"
#include "engine/llm/usagedialects.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

/// Whether a body is one JSON document and no event stream.
[[nodiscard]] bool isDocument(const QByteArray& body)
{
    const auto isBlank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    const auto first = std::find_if_not(body.begin(), body.end(), isBlank);
    return first != body.end() && (*first == '{' || *first == '[');
}

} // namespace

OpenAiStream::OpenAiStream(LlmClient::DeltaSink onDelta)
    : m_onDelta(std::move(onDelta)), m_reader([this](const SseEvent& event) { takeEvent(event); })
{}

void OpenAiStream::feed(QByteArrayView bytes)
{
    m_raw.append(bytes);
    const Result<void> fed = m_reader.feed(bytes);
    if (!fed && !m_failure && !isDocument(m_raw)) {
        m_failure = brokenReply(fed.error().message);
    }
}

void OpenAiStream::tell(LlmDelta::Kind kind, const QString& text) const
{
    if (m_onDelta && !text.isEmpty()) {
        m_onDelta({kind, text});
    }
}

void OpenAiStream::takeEvent(const SseEvent& event)
{
    if (m_done || m_failure) {
        return;
    }
    const QByteArray data = event.data.toByteArray().trimmed();
    if (data == "[DONE]") {
        m_done = true;
        return;
    }
    if (data.isEmpty()) {
        return;
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(data, &problem);
    if (!document.isObject()) {
        const QString reason = problem.error == QJsonParseError::NoError ? u"no object"_s : problem.errorString();
        m_failure = brokenReply(
            u"Event %1 of the streamed reply is not JSON: %2"_s.arg(QString::number(m_reader.eventCount()), reason));
        return;
    }
    const QJsonObject chunk = document.object();
    if (auto error = openAiErrorIn(200, chunk)) {
        m_failure = failureFor(*error);
        return;
    }
    if (event.event == "error") {
        m_failure = failureFor({200, {}, {}, chunk.value("message"_L1).toString()});
        return;
    }
    if (chunk.value("usage"_L1).isObject()) {
        m_reply.usage = readOpenAiUsage(chunk.value("usage"_L1)); // the last one says it all; they are not added
    }
    if (chunk.contains("service_tier"_L1)) {
        m_serviceTier = normalServiceTier(chunk.value("service_tier"_L1).toString());
    }
    if (m_replyId.isEmpty()) {
        m_replyId = chunk.value("id"_L1).toString();
    }
    if (m_reply.modelBilled.isEmpty()) {
        m_reply.modelBilled = chunk.value("model"_L1).toString();
    }
    const QJsonArray choices = chunk.value("choices"_L1).toArray();
    for (const QJsonValue& choice : choices) {
        takeChoice(choice.toObject());
    }
}

void OpenAiStream::takeChoice(const QJsonObject& choice)
{
    const qint64 index = choice.value("index"_L1).toInteger(0);
    Choice& state = m_choices[index];
    if (index == 0) {
        takeDelta(choice.value("delta"_L1).toObject());
    }
    const QString finish = choice.value("finish_reason"_L1).toString();
    if (finish.isEmpty()) {
        return;
    }
    state.finished = true;
    if (finish == "error"_L1) {
        m_failure = brokenReply(u"The provider ended the reply with an error"_s);
    } else if (index == 0) {
        m_finishReason = finish;
    }
}

void OpenAiStream::takeDelta(const QJsonObject& delta)
{
    const QString content = openAiText(delta.value("content"_L1));
    m_reply.content += content;
    tell(LlmDelta::Kind::Content, content);
    QString reasoning = delta.value("reasoning_content"_L1).toString();
    if (reasoning.isEmpty()) {
        reasoning = delta.value("reasoning"_L1).toString();
    }
    m_reply.reasoning += reasoning;
    tell(LlmDelta::Kind::Reasoning, reasoning);
    m_reply.refusal += delta.value("refusal"_L1).toString();
    const QJsonArray calls = delta.value("tool_calls"_L1).toArray();
    for (qsizetype i = 0; i < calls.size(); ++i) {
        takeCall(calls.at(i).toObject(), i);
    }
    const QJsonValue legacy = delta.value("function_call"_L1);
    if (legacy.isObject()) {
        takeCall(QJsonObject{{u"index"_s, 0}, {u"function"_s, legacy}}, 0);
    }
}

OpenAiStream::Call& OpenAiStream::callFor(std::optional<qint64> index, const QString& id, bool named, qsizetype place)
{
    if (index) {
        // The last one: where a server gives all calls the same index, what follows belongs to the newest.
        for (auto call = m_calls.rbegin(); call != m_calls.rend(); ++call) {
            const bool sameId = id.isEmpty() || call->request.id.isEmpty() || call->request.id == id;
            if (call->index == index && sameId) {
                return *call;
            }
        }
        return m_calls.emplaceBack(Call{index, {}});
    }
    const auto hasId = [&id](const Call& call) { return call.request.id == id; };
    if (!id.isEmpty()) {
        const auto known = std::find_if(m_calls.begin(), m_calls.end(), hasId);
        return known != m_calls.end() ? *known : m_calls.emplaceBack(Call{std::nullopt, {}});
    }
    if (named || m_calls.isEmpty()) {
        return m_calls.emplaceBack(Call{std::nullopt, {}});
    }
    return m_calls[std::min(place, m_calls.size() - 1)];
}

void OpenAiStream::takeCall(const QJsonObject& item, qsizetype place)
{
    const QJsonValue indexValue = item.value("index"_L1);
    const std::optional<qint64> index =
        indexValue.isDouble() ? std::optional<qint64>(indexValue.toInteger()) : std::nullopt;
    const QString id = item.value("id"_L1).toString();
    const QJsonObject function = item.value("function"_L1).toObject();
    const QString name = function.value("name"_L1).toString();
    ToolCallRequest& call = callFor(index, id, !name.isEmpty(), place).request;
    if (!id.isEmpty()) {
        call.id = id;
    }
    if (!name.isEmpty() && name != call.name) {
        call.name = name;
        tell(LlmDelta::Kind::ToolCall, name);
    }
    const QJsonValue arguments = function.value("arguments"_L1);
    const QString piece =
        arguments.isObject() ? QString::fromUtf8(compactJson(arguments.toObject())) : arguments.toString();
    call.arguments += piece;
    tell(LlmDelta::Kind::ToolCall, piece);
}

bool OpenAiStream::says(const QString& text) const
{
    const auto inCall = [&text](const Call& call) {
        return call.request.arguments.contains(text) || call.request.name.contains(text);
    };
    return m_reply.content.contains(text) || m_reply.reasoning.contains(text) || m_reply.refusal.contains(text) ||
           std::any_of(m_calls.cbegin(), m_calls.cend(), inCall);
}

bool OpenAiStream::complete() const
{
    const auto finished = [](const Choice& choice) { return choice.finished; };
    return m_choices.contains(0) && std::all_of(m_choices.cbegin(), m_choices.cend(), finished);
}

Usage OpenAiStream::usageOfBroken() const
{
    Usage usage = m_reply.usage;
    if (usage.source == UsageSource::Missing) {
        qint64 characters = m_reply.content.size() + m_reply.reasoning.size() + m_reply.refusal.size();
        for (const Call& call : m_calls) {
            characters += call.request.name.size() + call.request.arguments.size();
        }
        if (characters == 0) {
            return usage;
        }
        usage.output = estimateTokensByLength(characters);
    }
    usage.source = UsageSource::Estimated;
    return usage;
}

LlmOutcome OpenAiStream::finish()
{
    if (isDocument(m_raw)) {
        LlmOutcome outcome = decodeOpenAiReply(m_raw);
        outcome.rawReply = m_raw;
        return outcome;
    }
    if (!m_serviceTier.isEmpty()) {
        m_reply.usage.serviceTier = m_serviceTier;
    }
    const Result<void> ended = m_reader.finish();
    if (!ended && !m_failure) {
        m_failure = brokenReply(ended.error().message);
    }
    LlmOutcome outcome;
    outcome.rawReply = m_raw;
    if (!m_failure && !complete()) {
        m_failure = brokenReply(m_choices.isEmpty() ? u"The streamed reply ended before it began (no choice came)"_s
                                                    : u"The streamed reply was cut off (finish_reason is missing)"_s);
    }
    if (m_failure) {
        m_failure->usage = usageOfBroken();
        outcome.failure = m_failure;
        return outcome;
    }
    const auto before = [](const Call& a, const Call& b) { return a.index && b.index && *a.index < *b.index; };
    const bool allIndexed = std::all_of(m_calls.cbegin(), m_calls.cend(), [](const Call& c) { return c.index; });
    if (allIndexed) {
        std::stable_sort(m_calls.begin(), m_calls.end(), before);
    }
    for (const Call& call : std::as_const(m_calls)) {
        m_reply.toolCalls.append(call.request);
    }
    finishToolCalls(&m_reply.toolCalls, m_replyId);
    m_reply.stop = stopReasonFor(m_finishReason, m_reply);
    outcome.reply = m_reply;
    return outcome;
}

LlmOutcome decodeOpenAiBody(const QByteArray& body)
{
    OpenAiStream stream({});
    stream.feed(body);
    return stream.finish();
}

} // namespace lathe
