// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openairesponsesreader.h"

#include "engine/llm/openaiwire.h"
#include "engine/llm/usagedialects.h"
#include "engine/llm/wireparts.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

// The last event holds the whole reply once more.
constexpr qsizetype kLongestEvent = 256 * 1024 * 1024;

[[nodiscard]] QString typeOf(const QJsonObject& object)
{
    return object.value("type"_L1).toString();
}

/// The texts of a list of parts, joined; kind is their type.
[[nodiscard]] QString textsOf(const QJsonValue& parts, QLatin1StringView kind, QLatin1StringView key,
                              const QString& between = {})
{
    QStringList texts;
    const QJsonArray list = parts.toArray();
    for (const QJsonValue& part : list) {
        if (part["type"_L1].toString() == kind) {
            texts.append(part[key].toString());
        }
    }
    return texts.join(between);
}

[[nodiscard]] QString reasoningOf(const QJsonObject& item)
{
    const QString summary = textsOf(item.value("summary"_L1), "summary_text"_L1, "text"_L1, u"\n\n"_s);
    return summary.isEmpty() ? textsOf(item.value("content"_L1), "reasoning_text"_L1, "text"_L1) : summary;
}

[[nodiscard]] LlmFailure failureOf(const QJsonValue& error)
{
    return failureFor({200, codeText(error["code"_L1]), error["type"_L1].toString(), error["message"_L1].toString()});
}

} // namespace

OpenAiResponsesReader::OpenAiResponsesReader(LlmClient::DeltaSink onDelta)
    : ReplyReader(Framing::Events, std::move(onDelta), kLongestEvent)
{}

OpenAiResponsesReader::Item& OpenAiResponsesReader::itemAt(qint64 index)
{
    const auto known =
        std::find_if(m_items.begin(), m_items.end(), [index](const Item& item) { return item.index == index; });
    return known != m_items.end() ? *known : m_items.emplaceBack(Item{index, {}, {}, -1});
}

void OpenAiResponsesReader::takeItem(qint64 index, const QJsonObject& json, bool isDone)
{
    Item& item = itemAt(index);
    item.json = json;
    const QString type = typeOf(json);
    if (type == "function_call"_L1) {
        if (item.call < 0) {
            item.call = reply().toolCalls.size();
            reply().toolCalls.emplaceBack();
            tell(LlmDelta::Kind::ToolCall, json.value("name"_L1).toString());
        }
        ToolCallRequest& call = reply().toolCalls[item.call];
        call.id = json.value("call_id"_L1).toString();
        call.name = json.value("name"_L1).toString();
        const QString arguments = json.value("arguments"_L1).toString();
        if (isDone && call.arguments.isEmpty()) {
            tell(LlmDelta::Kind::ToolCall, arguments);
        }
        call.arguments = isDone ? arguments : call.arguments;
    } else if (type == "message"_L1 && isDone) {
        if (item.text.isEmpty()) {
            takeDelta(u"response.output_text.delta"_s, item,
                      textsOf(json.value("content"_L1), "output_text"_L1, "text"_L1));
        }
        if (reply().refusal.isEmpty()) {
            reply().refusal = textsOf(json.value("content"_L1), "refusal"_L1, "refusal"_L1);
        }
    } else if (type == "reasoning"_L1 && isDone && item.text.isEmpty()) {
        takeDelta(u"response.reasoning_text.delta"_s, item, reasoningOf(json));
    }
}

void OpenAiResponsesReader::takeDelta(const QString& type, Item& item, const QString& delta)
{
    if (type == "response.output_text.delta"_L1) {
        item.text += delta;
        addContent(delta);
    } else if (type == "response.refusal.delta"_L1) {
        reply().refusal += delta;
    } else if (type == "response.function_call_arguments.delta"_L1 && item.call >= 0) {
        reply().toolCalls[item.call].arguments += delta;
        tell(LlmDelta::Kind::ToolCall, delta);
    } else if (type == "response.reasoning_summary_text.delta"_L1 || type == "response.reasoning_text.delta"_L1) {
        item.text += delta;
        addReasoning(delta);
    }
}

void OpenAiResponsesReader::takeEnd(const QJsonObject& response)
{
    m_replyId = response.value("id"_L1).toString();
    m_status = response.value("status"_L1).toString();
    m_incomplete = response.value("incomplete_details"_L1)["reason"_L1].toString();
    reply().modelBilled = response.value("model"_L1).toString();
    if (response.value("usage"_L1).isObject()) {
        reply().usage = readUsage(UsageDialect::OpenAiResponses, response.value("usage"_L1));
    }
    if (response.contains("service_tier"_L1)) {
        reply().usage.serviceTier = normalServiceTier(response.value("service_tier"_L1).toString());
    }
    const QJsonArray output = response.value("output"_L1).toArray();
    for (qsizetype i = 0; i < output.size(); ++i) {
        takeItem(i, output.at(i).toObject(), true);
    }
    if (response.value("error"_L1).isObject()) {
        failWith(failureOf(response.value("error"_L1)));
    } else if (m_status == "failed"_L1) {
        failWith(brokenReply(u"The provider says that the reply failed, and not why"_s));
    }
}

void OpenAiResponsesReader::takeChunk(const QJsonObject& chunk, QByteArrayView event)
{
    const QString type = chunk.contains("type"_L1) ? typeOf(chunk) : QString::fromUtf8(event);
    const qint64 index = chunk.value("output_index"_L1).toInteger();
    if (type == "error"_L1) {
        failWith(failureOf(chunk.value("error"_L1).isObject() ? chunk.value("error"_L1) : QJsonValue(chunk)));
    } else if (const auto error = openAiErrorIn(200, chunk)) {
        failWith(failureFor(*error));
    } else if (type == "response.output_item.added"_L1 || type == "response.output_item.done"_L1) {
        takeItem(index, chunk.value("item"_L1).toObject(), type.endsWith("done"_L1));
    } else if (type == "response.reasoning_summary_part.added"_L1) {
        if (!itemAt(index).text.isEmpty()) {
            takeDelta(u"response.reasoning_summary_text.delta"_s, itemAt(index), u"\n\n"_s);
        }
    } else if (type.endsWith(".delta"_L1)) {
        takeDelta(type, itemAt(index), chunk.value("delta"_L1).toString());
    } else if (type == "response.completed"_L1 || type == "response.incomplete"_L1 || type == "response.failed"_L1) {
        takeEnd(chunk.value("response"_L1).toObject());
    }
}

void OpenAiResponsesReader::takeDocument(const QJsonObject& document)
{
    if (document.value("status"_L1).isString()) {
        takeEnd(document);
    } else if (const auto error = openAiErrorIn(200, document)) {
        failWith(failureFor(*error));
    } else {
        failWith(brokenReply(u"The reply holds no response with a status"_s));
    }
}

QJsonArray OpenAiResponsesReader::stateItems() const
{
    QJsonArray items;
    for (const Item& item : m_items) {
        const QString type = typeOf(item.json);
        if (item.call >= 0) {
            items.append(QJsonObject{{u"type"_s, type}, {u"call_id"_s, reply().toolCalls.at(item.call).id}});
        } else if (type == "message"_L1) {
            items.append(QJsonObject{{u"type"_s, type}, {u"text"_s, item.text}});
        } else if (type == "reasoning"_L1 && item.json.contains("encrypted_content"_L1)) {
            items.append(item.json);
        }
    }
    return items;
}

void OpenAiResponsesReader::complete()
{
    if (m_status.isEmpty()) {
        failWith(brokenReply(m_items.isEmpty() ? u"The streamed reply ended before it began (no item came)"_s
                                               : u"The streamed reply was cut off (response.completed is missing)"_s));
        return;
    }
    std::stable_sort(m_items.begin(), m_items.end(), [](const Item& a, const Item& b) { return a.index < b.index; });
    finishToolCalls(&reply().toolCalls, m_replyId);
    const auto isSecret = [](const Item& item) { return item.json.contains("encrypted_content"_L1); };
    if (std::any_of(m_items.cbegin(), m_items.cend(), isSecret)) {
        reply().state = {QString(kOpenAiResponses), stateItems()};
    }
    if (m_incomplete == "content_filter"_L1 || !reply().refusal.isEmpty()) {
        reply().stop = StopReason::Filtered;
    } else if (m_incomplete == "max_output_tokens"_L1) {
        reply().stop = StopReason::Length;
    } else if (m_status != "completed"_L1) {
        failWith(brokenReply(u"The reply ended as \"%1\" (%2)"_s.arg(m_status, m_incomplete)));
    } else if (!reply().toolCalls.isEmpty()) {
        reply().stop = StopReason::ToolCalls;
    }
}

} // namespace lathe
