// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openairesponsesprotocol.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/openairesponsesreader.h"
#include "engine/llm/wireparts.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

[[nodiscard]] QByteArray encodeTools(const QList<ToolDeclaration>& tools)
{
    QJsonArray list;
    for (const ToolDeclaration& tool : tools) {
        QJsonObject object{{u"type"_s, u"function"_s}, {u"name"_s, tool.name}};
        if (!tool.description.isEmpty()) {
            object.insert("description"_L1, tool.description);
        }
        const QJsonObject any{{u"type"_s, u"object"_s}};
        object.insert("parameters"_L1, tool.parameters.isEmpty() ? any : tool.parameters);
        object.insert("strict"_L1, false); // strict is the rule here, and would change what the schemas say
        list.append(object);
    }
    return list.isEmpty() ? QByteArray() : ",\"tools\":" + canonicalJson(QJsonValue(list));
}

[[nodiscard]] QByteArray filePart(const Attachment& attachment)
{
    if (isImage(attachment.mediaType)) {
        return R"({"type":"input_image","image_url":")" + dataUrl(attachment) + "\"}";
    }
    return R"({"type":"input_file","filename":)" + jsonText(attachment.name) + R"(,"file_data":")" +
           dataUrl(attachment) + "\"}";
}

[[nodiscard]] QByteArray textMessage(QByteArrayView role, const QString& text)
{
    return R"({"role":")" + role.toByteArray() + R"(","content":)" + jsonText(text) + '}';
}

[[nodiscard]] QByteArray callItem(const ToolCallRequest& call)
{
    return R"({"type":"function_call","call_id":)" + jsonText(call.id) + ",\"name\":" + jsonText(call.name) +
           ",\"arguments\":" + jsonText(argumentsOnTheWire(call)) + '}';
}

/// The items in the order they came; a call is written as the message has it, for a human may have changed it.
[[nodiscard]] QByteArray assistantItems(const ChatMessage& message)
{
    QList<QByteArray> out;
    QList<ToolCallRequest> calls = message.toolCalls;
    bool saysText = false;
    const QJsonArray items = message.state.of(kOpenAiResponses);
    for (const QJsonValue& item : items) {
        const QString type = item["type"_L1].toString();
        const QString id = item["call_id"_L1].toString();
        const auto call = std::find_if(calls.cbegin(), calls.cend(), [&id](const auto& c) { return c.id == id; });
        if (type == "message"_L1) {
            saysText = true;
            out.append(textMessage("assistant", item["text"_L1].toString()));
        } else if (type != "function_call"_L1) {
            out.append(compactJson(item.toObject()));
        } else if (call != calls.cend()) {
            out.append(callItem(*call));
            calls.erase(call);
        }
    }
    if (!saysText && !message.content.isEmpty()) {
        out.append(textMessage("assistant", message.content));
    }
    for (const ToolCallRequest& call : std::as_const(calls)) {
        out.append(callItem(call));
    }
    return out.join(',');
}

[[nodiscard]] QByteArray encodeAt(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    switch (message.role) {
    case ChatRole::System:
        return textMessage("system", message.content);
    case ChatRole::Assistant:
        return assistantItems(message);
    case ChatRole::Tool:
        return R"({"type":"function_call_output","call_id":)" + jsonText(message.toolCallId) +
               ",\"output\":" + jsonText(message.content) + '}';
    case ChatRole::User:
        break;
    }
    if (message.attachments.isEmpty()) {
        return textMessage("user", message.content);
    }
    QByteArray parts;
    for (const Attachment& attachment : message.attachments) {
        parts += filePart(attachment) + ',';
    }
    return R"({"role":"user","content":[)" + parts + R"({"type":"input_text","text":)" + jsonText(message.content) +
           "}]}";
}

/// Models that do not reason refuse to be asked for it.
[[nodiscard]] bool mayReason(const QString& model)
{
    static constexpr QLatin1StringView kPlain[] = {"gpt-3"_L1, "gpt-4"_L1, "chatgpt-"_L1, "ft:gpt-3"_L1, "ft:gpt-4"_L1};
    return std::none_of(std::begin(kPlain), std::end(kPlain), [&model](auto name) { return model.startsWith(name); });
}

} // namespace

OpenAiResponsesProtocol::OpenAiResponsesProtocol(QUrl base, const LlmSettings& settings)
    : OpenAiProtocol(std::move(base), settings), m_tools(&encodeTools)
{}

bool OpenAiResponsesProtocol::takes(QStringView mediaType) const
{
    return isCommonImage(mediaType) || isPdf(mediaType);
}

QUrl OpenAiResponsesProtocol::requestUrl(const LlmRequest& request) const
{
    Q_UNUSED(request)
    return versioned(urlBelow(base(), u"/responses"_s));
}

EncodedRequest OpenAiResponsesProtocol::encode(const LlmRequest& request) const
{
    const ModelParameters& parameters = request.parameters;
    EncodedRequest encoded;
    encoded.head = "{\"model\":" + jsonText(request.model) +
                   (request.stream ? ",\"stream\":true" : ",\"stream\":false") + ",\"store\":false";
    if (mayReason(request.model)) {
        encoded.head += R"(,"include":["reasoning.encrypted_content"])";
    }
    encoded.head += ",\"input\":[";
    encoded.messages = request.transcript.encoded(&encodeAt);
    encoded.tail = "]" + m_tools.of(request.tools);
    if (!request.tools.isEmpty()) {
        encoded.tail += ",\"parallel_tool_calls\":true";
        if (parameters.toolChoice != ToolChoice::Auto) {
            encoded.tail += ",\"tool_choice\":" + jsonText(toName(parameters.toolChoice));
        }
    }
    encoded.tail += ",\"max_output_tokens\":" + QByteArray::number(parameters.maxOutputTokens);
    if (parameters.temperature) {
        encoded.tail += ",\"temperature\":" + canonicalJson(QJsonValue(*parameters.temperature));
    }
    if (parameters.reasoning) {
        encoded.tail +=
            ",\"reasoning\":{\"effort\":" + jsonText(toName(*parameters.reasoning)) + R"(,"summary":"auto"})";
    }
    if (parameters.responseSchema) {
        const QJsonObject format{{u"type"_s, u"json_schema"_s},
                                 {u"name"_s, u"answer"_s},
                                 {u"schema"_s, *parameters.responseSchema},
                                 {u"strict"_s, isStrictSchema(*parameters.responseSchema)}};
        encoded.tail += ",\"text\":" + compactJson(QJsonObject{{u"format"_s, format}});
    }
    encoded.tail += '}';
    return encoded;
}

std::unique_ptr<ReplyReader> OpenAiResponsesProtocol::reader(LlmClient::DeltaSink onDelta) const
{
    return std::make_unique<OpenAiResponsesReader>(std::move(onDelta));
}

} // namespace lathe
