// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/anthropicprotocol.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/anthropicreader.h"
#include "engine/llm/wireparts.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr auto kOldVersion = "2023-06-01"_L1;
constexpr qint64 kLeastThinking = 1024;

[[nodiscard]] QByteArray encodeTools(const QList<ToolDeclaration>& tools)
{
    QJsonArray list;
    for (const ToolDeclaration& tool : tools) {
        QJsonObject object{{u"name"_s, tool.name}};
        if (!tool.description.isEmpty()) {
            object.insert("description"_L1, tool.description);
        }
        const QJsonObject any{{u"type"_s, u"object"_s}}; // input_schema must be there
        object.insert("input_schema"_L1, tool.parameters.isEmpty() ? any : tool.parameters);
        list.append(object);
    }
    return list.isEmpty() ? QByteArray() : ",\"tools\":" + canonicalJson(QJsonValue(list));
}

[[nodiscard]] QByteArray textBlock(const QString& text)
{
    return R"({"type":"text","text":)" + jsonText(text) + '}';
}

[[nodiscard]] QByteArray fileBlock(const Attachment& attachment)
{
    const QByteArray type = isPdf(attachment.mediaType) ? "document" : "image";
    return R"({"type":")" + type + R"(","source":{"type":"base64","media_type":)" +
           jsonText(attachment.mediaType.toLower()) + R"(,"data":")" + attachment.content.toBase64() + "\"}}";
}

[[nodiscard]] QByteArray useBlock(const ToolCallRequest& call)
{
    return R"({"type":"tool_use","id":)" + jsonText(call.id) + ",\"name\":" + jsonText(call.name) +
           ",\"input\":" + argumentsOnTheWire(call).toUtf8() + '}';
}

[[nodiscard]] QByteArray resultBlock(const ChatMessage& message)
{
    return R"({"type":"tool_result","tool_use_id":)" + jsonText(message.toolCallId) +
           ",\"content\":" + jsonText(message.content) + (message.toolError ? ",\"is_error\":true}" : "}");
}

[[nodiscard]] QByteArray userMessage(const QList<QByteArray>& blocks)
{
    return R"({"role":"user","content":[)" + blocks.join(',') + "]}";
}

/// The blocks in the order they came; a call is written as the message has it, for a human may have changed it.
[[nodiscard]] QList<QByteArray> assistantBlocks(const ChatMessage& message)
{
    QList<QByteArray> blocks;
    QList<ToolCallRequest> calls = message.toolCalls;
    bool saysText = false;
    const QJsonArray items = message.state.of(kAnthropic);
    for (const QJsonValue& item : items) {
        const QJsonObject block = item.toObject();
        const QString type = block.value("type"_L1).toString();
        if (type != "tool_use"_L1) {
            saysText = saysText || type == "text"_L1;
            blocks.append(compactJson(block));
            continue;
        }
        const QString id = block.value("id"_L1).toString();
        const auto call = std::find_if(calls.cbegin(), calls.cend(), [&id](const auto& c) { return c.id == id; });
        if (call != calls.cend()) {
            blocks.append(useBlock(*call));
            calls.erase(call);
        }
    }
    if (!saysText && !message.content.trimmed().isEmpty()) { // an empty text is refused
        blocks.append(textBlock(message.content));
    }
    for (const ToolCallRequest& call : std::as_const(calls)) {
        blocks.append(useBlock(call));
    }
    return blocks;
}

[[nodiscard]] QByteArray encodeAt(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    QList<QByteArray> blocks;
    switch (message.role) {
    case ChatRole::System:
        return {}; // in the head
    case ChatRole::Assistant:
        blocks = assistantBlocks(message);
        return blocks.isEmpty() ? QByteArray() : R"({"role":"assistant","content":[)" + blocks.join(',') + "]}";
    case ChatRole::User:
        for (const Attachment& attachment : message.attachments) {
            blocks.append(fileBlock(attachment));
        }
        blocks.append(textBlock(message.content));
        return userMessage(blocks);
    case ChatRole::Tool:
        break;
    }
    if (index + 1 < messages.size() && messages.at(index + 1).role == ChatRole::Tool) {
        return {}; // with the last result of the turn
    }
    for (qsizetype i = index; i >= 0 && messages.at(i).role == ChatRole::Tool; --i) {
        blocks.prepend(resultBlock(messages.at(i)));
    }
    return userMessage(blocks);
}

[[nodiscard]] QByteArray systemTexts(const QList<ChatMessage>& messages)
{
    QList<QByteArray> blocks;
    for (const ChatMessage& message : messages) {
        if (message.role == ChatRole::System && !message.content.trimmed().isEmpty()) {
            blocks.append(textBlock(message.content));
        }
    }
    return blocks.isEmpty() ? QByteArray() : ",\"system\":[" + blocks.join(',') + ']';
}

/// Nothing if the model is not to think, or has no room to.
[[nodiscard]] std::optional<qint64> thinkingBudget(const ModelParameters& parameters)
{
    if (!parameters.reasoning) {
        return std::nullopt;
    }
    static constexpr qint64 kBudgets[] = {kLeastThinking, 4096, 16384};
    const qint64 wanted = kBudgets[static_cast<int>(*parameters.reasoning)];
    const qint64 most = parameters.maxOutputTokens - 1; // the answer has to fit as well
    return most < kLeastThinking ? std::nullopt : std::optional(std::min(wanted, most));
}

} // namespace

AnthropicProtocol::AnthropicProtocol(QUrl base, const LlmSettings& settings)
    : m_base(std::move(base)),
      m_model(settings.model),
      m_version(settings.apiVersion.isEmpty() ? QString(kOldVersion) : settings.apiVersion),
      m_tools(&encodeTools)
{}

bool AnthropicProtocol::needsKey() const
{
    return m_base.host().compare("api.anthropic.com"_L1, Qt::CaseInsensitive) == 0;
}

bool AnthropicProtocol::takes(QStringView mediaType) const
{
    return isCommonImage(mediaType) || isPdf(mediaType);
}

HttpHeaders AnthropicProtocol::headers(const QByteArray& key) const
{
    HttpHeaders headers{{"anthropic-version", m_version.toLatin1()}};
    if (!key.isEmpty() && m_version == kOldVersion) {
        headers.emplaceBack("x-api-key", key);
    } else if (!key.isEmpty()) {
        headers.emplaceBack("Authorization", "Bearer " + key);
    }
    return headers;
}

QUrl AnthropicProtocol::requestUrl(const LlmRequest& request) const
{
    Q_UNUSED(request)
    return urlBelow(m_base, u"/messages"_s);
}

EncodedRequest AnthropicProtocol::encode(const LlmRequest& request) const
{
    const ModelParameters& parameters = request.parameters;
    const bool isOld = m_version == kOldVersion;
    EncodedRequest encoded;
    encoded.head = "{\"model\":" + jsonText(request.model) +
                   (request.stream ? ",\"stream\":true" : ",\"stream\":false") +
                   systemTexts(request.transcript.messages()) + ",\"messages\":[";
    encoded.messages = request.transcript.encoded(&encodeAt);
    encoded.tail = "]" + m_tools.of(request.tools);
    if (!request.tools.isEmpty() && parameters.toolChoice != ToolChoice::Auto) {
        encoded.tail += parameters.toolChoice == ToolChoice::None ? R"(,"tool_choice":{"type":"none"})"
                                                                  : R"(,"tool_choice":{"type":"any"})";
    }
    encoded.tail += ",\"max_tokens\":" + QByteArray::number(parameters.maxOutputTokens);
    const std::optional<qint64> budget = thinkingBudget(parameters);
    QJsonObject output;
    if (budget && isOld) {
        encoded.tail += R"(,"thinking":{"type":"enabled","budget_tokens":)" + QByteArray::number(*budget) + '}';
    } else if (budget) {
        encoded.tail += R"(,"thinking":{"type":"adaptive"})";
        output.insert("effort"_L1, QString(toName(*parameters.reasoning)));
    } else if (parameters.temperature && isOld) { // which goes from 0 to 1 here, and not beside thinking
        encoded.tail += ",\"temperature\":" + canonicalJson(QJsonValue(std::min(*parameters.temperature, 1.0)));
    }
    if (parameters.responseSchema) {
        output.insert("format"_L1,
                      QJsonObject{{u"type"_s, u"json_schema"_s}, {u"schema"_s, *parameters.responseSchema}});
    }
    if (!output.isEmpty()) {
        encoded.tail += ",\"output_config\":" + compactJson(output);
    }
    encoded.tail += '}';
    return encoded;
}

std::unique_ptr<ReplyReader> AnthropicProtocol::reader(LlmClient::DeltaSink onDelta) const
{
    return std::make_unique<AnthropicReader>(std::move(onDelta));
}

ProviderError AnthropicProtocol::readError(int status, const QByteArray& body) const
{
    if (const auto error = anthropicErrorIn(status, QJsonDocument::fromJson(body).object())) {
        return *error;
    }
    ProviderError error;
    error.status = status;
    error.message = pageText(body);
    return error;
}

QUrl AnthropicProtocol::modelsUrl() const
{
    QUrl url = urlBelow(m_base, u"/models"_s);
    url.setQuery(u"limit=1000"_s); // else there are twenty
    return url;
}

std::optional<QList<ModelInfo>> AnthropicProtocol::readModels(const QJsonObject& document) const
{
    if (!document.value("data"_L1).isArray()) {
        return std::nullopt;
    }
    QList<ModelInfo> models;
    const QJsonArray items = document.value("data"_L1).toArray();
    for (const QJsonValue& item : items) {
        ModelInfo model;
        model.id = item["id"_L1].toString();
        model.description = item["display_name"_L1].toString();
        if (const qint64 window = item["max_input_tokens"_L1].toInteger(); window > 0) {
            model.contextWindow = window;
        }
        if (!model.id.isEmpty()) {
            models.append(model);
        }
    }
    return models;
}

} // namespace lathe
