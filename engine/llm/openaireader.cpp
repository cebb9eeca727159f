// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaireader.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/openaiusage.h"
#include "engine/llm/openaiwire.h"
#include "engine/llm/usagedialects.h"
#include "engine/llm/wireparts.h"

#include <algorithm>
#include <numeric>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

/// `content` is a string or a list of parts.
[[nodiscard]] QString textOf(const QJsonValue& content)
{
    if (!content.isArray()) {
        return content.toString();
    }
    QString text;
    const QJsonArray parts = content.toArray();
    for (const QJsonValue& part : parts) {
        text += part.toObject().value("text"_L1).toString();
    }
    return text;
}

[[nodiscard]] QString argumentsOf(const QJsonObject& function)
{
    const QJsonValue arguments = function.value("arguments"_L1);
    return arguments.isObject() ? QString::fromUtf8(compactJson(arguments.toObject())) : arguments.toString();
}

[[nodiscard]] StopReason stopReasonFor(QStringView finishReason, const LlmReply& reply)
{
    // Cut and filtered replies are told first: the arguments of their calls may be cut as well.
    if (finishReason == "length"_L1 || finishReason == "max_tokens"_L1) {
        return StopReason::Length;
    }
    if (finishReason == "content_filter"_L1 || !reply.refusal.isEmpty()) {
        return StopReason::Filtered;
    }
    // Some servers say "stop" though there are calls: their presence wins.
    return reply.toolCalls.isEmpty() ? StopReason::Final : StopReason::ToolCalls;
}

} // namespace

OpenAiReader::OpenAiReader(LlmClient::DeltaSink onDelta) : ReplyReader(Framing::Events, std::move(onDelta)) {}

void OpenAiReader::takeHead(const QJsonObject& object)
{
    if (object.value("usage"_L1).isObject()) {
        reply().usage = readOpenAiUsage(object.value("usage"_L1)); // the last one says it all; they are not added
    }
    if (object.contains("service_tier"_L1)) {
        m_serviceTier = normalServiceTier(object.value("service_tier"_L1).toString());
    }
    if (m_replyId.isEmpty()) {
        m_replyId = object.value("id"_L1).toString();
    }
    if (reply().modelBilled.isEmpty()) {
        reply().modelBilled = object.value("model"_L1).toString();
    }
}

void OpenAiReader::takeChunk(const QJsonObject& chunk, QByteArrayView event)
{
    if (const auto error = openAiErrorIn(200, chunk)) {
        failWith(failureFor(*error));
        return;
    }
    if (event == "error") {
        failWith(failureFor({200, {}, {}, chunk.value("message"_L1).toString()}));
        return;
    }
    takeHead(chunk);
    const QJsonArray choices = chunk.value("choices"_L1).toArray();
    for (const QJsonValue& choice : choices) {
        takeChoice(choice.toObject());
    }
}

void OpenAiReader::takeChoice(const QJsonObject& choice)
{
    const qint64 index = choice.value("index"_L1).toInteger(0);
    bool& finished = m_finished[index];
    if (index == 0) {
        takeDelta(choice.value("delta"_L1).toObject());
    }
    const QString finish = choice.value("finish_reason"_L1).toString();
    if (finish.isEmpty()) {
        return;
    }
    finished = true;
    if (finish == "error"_L1) {
        failWith(brokenReply(u"The provider ended the reply with an error"_s));
    } else if (index == 0) {
        m_finishReason = finish;
    }
}

void OpenAiReader::takeText(const QJsonObject& message)
{
    addContent(textOf(message.value("content"_L1)));
    const QString reasoning = message.value("reasoning_content"_L1).toString();
    addReasoning(reasoning.isEmpty() ? message.value("reasoning"_L1).toString() : reasoning);
    reply().refusal += message.value("refusal"_L1).toString();
    const QJsonArray details = message.value("reasoning_details"_L1).toArray();
    for (const QJsonValue& detail : details) {
        takeReasoningDetail(detail.toObject());
    }
}

void OpenAiReader::takeReasoningDetail(const QJsonObject& detail)
{
    // In a stream, pieces of one detail follow one another with the same type and index: texts grow, all else is told
    // once.
    QJsonArray& items = reply().state.items;
    QJsonObject last = items.isEmpty() ? QJsonObject() : items.last().toObject();
    const bool goesOn = !last.isEmpty() && detail.contains("index"_L1) &&
                        last.value("index"_L1) == detail.value("index"_L1) &&
                        last.value("type"_L1) == detail.value("type"_L1);
    if (!goesOn) {
        reply().state.provider = u"openai"_s;
        items.append(detail);
        return;
    }
    for (auto it = detail.constBegin(); it != detail.constEnd(); ++it) {
        const bool grows = it.key() == "text"_L1 || it.key() == "summary"_L1 || it.key() == "data"_L1;
        const QString before = last.value(it.key()).toString();
        if (grows && !before.isEmpty()) {
            last.insert(it.key(), QString(before + it->toString()));
        } else if (!it->isNull()) {
            last.insert(it.key(), it.value());
        }
    }
    items.replace(items.size() - 1, last);
}

void OpenAiReader::takeDelta(const QJsonObject& delta)
{
    takeText(delta);
    const QJsonArray calls = delta.value("tool_calls"_L1).toArray();
    for (qsizetype i = 0; i < calls.size(); ++i) {
        takeCall(calls.at(i).toObject(), i);
    }
    const QJsonValue legacy = delta.value("function_call"_L1);
    if (legacy.isObject()) {
        takeCall(QJsonObject{{u"index"_s, 0}, {u"function"_s, legacy}}, 0);
    }
}

qsizetype OpenAiReader::newCall(std::optional<qint64> index)
{
    reply().toolCalls.emplaceBack();
    m_indexes.append(index);
    return m_indexes.size() - 1;
}

qsizetype OpenAiReader::callFor(std::optional<qint64> index, const QString& id, bool named, qsizetype place)
{
    const QList<ToolCallRequest>& calls = reply().toolCalls;
    if (index) {
        // The last one: where a server gives all calls the same index, what follows belongs to the newest.
        for (qsizetype i = calls.size() - 1; i >= 0; --i) {
            const bool sameId = id.isEmpty() || calls.at(i).id.isEmpty() || calls.at(i).id == id;
            if (m_indexes.at(i) == index && sameId) {
                return i;
            }
        }
        return newCall(index);
    }
    if (!id.isEmpty()) {
        const auto hasId = [&id](const ToolCallRequest& call) { return call.id == id; };
        const auto known = std::find_if(calls.cbegin(), calls.cend(), hasId);
        return known != calls.cend() ? static_cast<qsizetype>(known - calls.cbegin()) : newCall(std::nullopt);
    }
    return named || calls.isEmpty() ? newCall(std::nullopt) : std::min(place, calls.size() - 1);
}

void OpenAiReader::takeCall(const QJsonObject& item, qsizetype place)
{
    const QJsonValue indexValue = item.value("index"_L1);
    const std::optional<qint64> index =
        indexValue.isDouble() ? std::optional<qint64>(indexValue.toInteger()) : std::nullopt;
    const QString id = item.value("id"_L1).toString();
    const QJsonObject function = item.value("function"_L1).toObject();
    const QString name = function.value("name"_L1).toString();
    ToolCallRequest& call = reply().toolCalls[callFor(index, id, !name.isEmpty(), place)];
    if (!id.isEmpty()) {
        call.id = id;
    }
    if (!name.isEmpty() && name != call.name) {
        call.name = name;
        tell(LlmDelta::Kind::ToolCall, name);
    }
    const QString piece = argumentsOf(function);
    call.arguments += piece;
    tell(LlmDelta::Kind::ToolCall, piece);
}

void OpenAiReader::addCall(const QJsonObject& function, const QString& id)
{
    ToolCallRequest& call = reply().toolCalls[newCall(std::nullopt)];
    call.id = id;
    call.name = function.value("name"_L1).toString();
    call.arguments = argumentsOf(function);
}

void OpenAiReader::takeDocument(const QJsonObject& document)
{
    takeHead(document);
    if (const auto error = openAiErrorIn(200, document)) {
        failWith(failureFor(*error));
        return;
    }
    const QJsonObject choice = document.value("choices"_L1).toArray().first().toObject();
    m_finishReason = choice.value("finish_reason"_L1).toString();
    m_finished.insert(0, true);
    if (!choice.value("message"_L1).isObject() || m_finishReason == "error"_L1) {
        failWith(brokenReply(m_finishReason == "error"_L1 ? u"The provider ended the reply with an error"_s
                                                          : u"The reply holds no choice with a message"_s));
        return;
    }
    const QJsonObject message = choice.value("message"_L1).toObject();
    takeText(message);
    const QJsonArray calls = message.value("tool_calls"_L1).toArray();
    for (const QJsonValue& item : calls) {
        const QJsonObject object = item.toObject();
        addCall(object.value("function"_L1).toObject(), object.value("id"_L1).toString());
    }
    const QJsonValue legacy = message.value("function_call"_L1);
    if (calls.isEmpty() && legacy.isObject()) {
        addCall(legacy.toObject(), {});
    }
}

void OpenAiReader::orderCalls()
{
    const auto isIndexed = [](std::optional<qint64> index) { return index.has_value(); };
    if (!std::all_of(m_indexes.cbegin(), m_indexes.cend(), isIndexed)) {
        return;
    }
    QList<qsizetype> order(m_indexes.size());
    std::iota(order.begin(), order.end(), 0);
    const auto before = [this](qsizetype a, qsizetype b) { return *m_indexes.at(a) < *m_indexes.at(b); };
    std::stable_sort(order.begin(), order.end(), before);
    QList<ToolCallRequest> sorted;
    for (const qsizetype i : std::as_const(order)) {
        sorted.append(reply().toolCalls.at(i));
    }
    reply().toolCalls = sorted;
}

void OpenAiReader::complete()
{
    if (!m_serviceTier.isEmpty()) {
        reply().usage.serviceTier = m_serviceTier;
    }
    const bool finished = m_finished.contains(0) && std::all_of(m_finished.cbegin(), m_finished.cend(),
                                                                [](bool isFinished) { return isFinished; });
    if (!finished) {
        failWith(brokenReply(m_finished.isEmpty() ? u"The streamed reply ended before it began (no choice came)"_s
                                                  : u"The streamed reply was cut off (finish_reason is missing)"_s));
        return;
    }
    orderCalls();
    finishToolCalls(&reply().toolCalls, m_replyId);
    reply().stop = stopReasonFor(m_finishReason, reply());
}

LlmOutcome decodeOpenAiBody(const QByteArray& body)
{
    OpenAiReader reader({});
    reader.feed(body);
    return reader.finish();
}

} // namespace lathe
