// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/geminiprotocol.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/geminireader.h"
#include "engine/llm/wireparts.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

[[nodiscard]] QByteArray encodeTools(const QList<ToolDeclaration>& tools)
{
    QJsonArray list;
    for (const ToolDeclaration& tool : tools) {
        QJsonObject object{{u"name"_s, tool.name}, {u"description"_s, tool.description}};
        if (!tool.parameters.isEmpty()) {
            object.insert("parametersJsonSchema"_L1, tool.parameters);
        }
        list.append(object);
    }
    if (list.isEmpty()) {
        return {};
    }
    return R"(,"tools":[{"functionDeclarations":)" + canonicalJson(QJsonValue(list)) + "}]";
}

[[nodiscard]] QByteArray textPart(const QString& text)
{
    return "{\"text\":" + jsonText(text) + '}';
}

[[nodiscard]] QByteArray filePart(const Attachment& attachment)
{
    return R"({"inlineData":{"mimeType":)" + jsonText(attachment.mediaType.toLower()) + R"(,"data":")" +
           attachment.content.toBase64() + "\"}}";
}

[[nodiscard]] QByteArray callPart(const ToolCallRequest& call, const QString& signature)
{
    const QByteArray part = R"({"functionCall":{"id":)" + jsonText(call.id) + ",\"name\":" + jsonText(call.name) +
                            ",\"args\":" + argumentsOnTheWire(call).toUtf8() + '}';
    const QByteArray end = signature.isEmpty() ? QByteArray() : ",\"thoughtSignature\":" + jsonText(signature);
    return part + end + '}';
}

[[nodiscard]] QByteArray resultPart(const ChatMessage& message)
{
    return R"({"functionResponse":{"id":)" + jsonText(message.toolCallId) + ",\"name\":" + jsonText(message.toolName) +
           (message.toolError ? R"(,"response":{"error":)" : R"(,"response":{"output":)") + jsonText(message.content) +
           "}}}";
}

[[nodiscard]] QByteArray content(QByteArrayView role, const QList<QByteArray>& parts)
{
    return R"({"role":")" + role.toByteArray() + R"(","parts":[)" + parts.join(',') + "]}";
}

/// The parts in the order they came; a call is written as the message has it, for a human may have changed it.
[[nodiscard]] QList<QByteArray> modelParts(const ChatMessage& message)
{
    QList<QByteArray> parts;
    QList<ToolCallRequest> calls = message.toolCalls;
    bool saysText = false;
    const QJsonArray items = message.state.of(kGemini);
    for (const QJsonValue& item : items) {
        const QJsonValue function = item["functionCall"_L1];
        if (!function.isObject()) {
            saysText = saysText || item.toObject().contains("text"_L1);
            parts.append(compactJson(item.toObject()));
            continue;
        }
        const QString id = function["id"_L1].toString();
        const auto call = std::find_if(calls.cbegin(), calls.cend(), [&id](const auto& c) { return c.id == id; });
        if (call != calls.cend()) {
            parts.append(callPart(*call, item["thoughtSignature"_L1].toString()));
            calls.erase(call);
        }
    }
    if (!saysText && !message.content.isEmpty()) {
        parts.append(textPart(message.content));
    }
    for (const ToolCallRequest& call : std::as_const(calls)) {
        parts.append(callPart(call, {}));
    }
    return parts;
}

[[nodiscard]] QByteArray encodeAt(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    QList<QByteArray> parts;
    switch (message.role) {
    case ChatRole::System:
        return {}; // in the head
    case ChatRole::Assistant:
        parts = modelParts(message);
        return parts.isEmpty() ? QByteArray() : content("model", parts);
    case ChatRole::User:
        for (const Attachment& attachment : message.attachments) {
            parts.append(filePart(attachment));
        }
        parts.append(textPart(message.content));
        return content("user", parts);
    case ChatRole::Tool:
        break;
    }
    if (index + 1 < messages.size() && messages.at(index + 1).role == ChatRole::Tool) {
        return {}; // with the last result of the turn
    }
    for (qsizetype i = index; i >= 0 && messages.at(i).role == ChatRole::Tool; --i) {
        parts.prepend(resultPart(messages.at(i)));
    }
    return content("user", parts);
}

[[nodiscard]] QByteArray systemTexts(const QList<ChatMessage>& messages)
{
    QList<QByteArray> parts;
    for (const ChatMessage& message : messages) {
        if (message.role == ChatRole::System && !message.content.isEmpty()) {
            parts.append(textPart(message.content));
        }
    }
    return parts.isEmpty() ? QByteArray() : R"("systemInstruction":{"parts":[)" + parts.join(',') + "]},";
}

[[nodiscard]] QJsonObject thinkingConfig(const QString& model, ReasoningEffort effort)
{
    static constexpr qint64 kBudgets[] = {1024, 8192, 24576};
    QJsonObject config{{u"includeThoughts"_s, true}};
    if (model.contains("gemini-2"_L1)) {
        config.insert("thinkingBudget"_L1, kBudgets[static_cast<int>(effort)]);
    } else {
        config.insert("thinkingLevel"_L1, QString(toName(effort)).toUpper());
    }
    return config;
}

} // namespace

GeminiProtocol::GeminiProtocol(QUrl base, const LlmSettings& settings)
    : m_base(std::move(base)), m_model(settings.model), m_tools(&encodeTools)
{}

bool GeminiProtocol::needsKey() const
{
    return m_base.host().endsWith(".googleapis.com"_L1, Qt::CaseInsensitive);
}

bool GeminiProtocol::takes(QStringView mediaType) const
{
    const bool isGif = mediaType.compare("image/gif"_L1, Qt::CaseInsensitive) == 0;
    return (isCommonImage(mediaType) && !isGif) || isPdf(mediaType);
}

HttpHeaders GeminiProtocol::headers(const QByteArray& key) const
{
    return key.isEmpty() ? HttpHeaders() : HttpHeaders{{"x-goog-api-key", key}};
}

QUrl GeminiProtocol::requestUrl(const LlmRequest& request) const
{
    QString model = request.model;
    if (model.startsWith("models/"_L1)) {
        model.remove(0, 7);
    }
    const QString path = u"/models/"_s + pathSegment(model);
    QUrl url = urlBelow(m_base, path + (request.stream ? u":streamGenerateContent"_s : u":generateContent"_s));
    if (request.stream) {
        url.setQuery(u"alt=sse"_s);
    }
    return url;
}

EncodedRequest GeminiProtocol::encode(const LlmRequest& request) const
{
    const ModelParameters& parameters = request.parameters;
    const bool hasTools = !request.tools.isEmpty();
    EncodedRequest encoded;
    encoded.head = '{' + systemTexts(request.transcript.messages()) + "\"contents\":[";
    encoded.messages = request.transcript.encoded(&encodeAt);
    encoded.tail = "]" + m_tools.of(request.tools);
    if (hasTools && parameters.toolChoice != ToolChoice::Auto) {
        const QByteArray mode = parameters.toolChoice == ToolChoice::None ? "NONE" : "ANY";
        encoded.tail += R"(,"toolConfig":{"functionCallingConfig":{"mode":")" + mode + "\"}}";
    }
    QJsonObject generation{{u"maxOutputTokens"_s, parameters.maxOutputTokens}};
    if (parameters.temperature) {
        generation.insert("temperature"_L1, *parameters.temperature);
    }
    if (parameters.seed) {
        generation.insert("seed"_L1, *parameters.seed);
    }
    if (parameters.reasoning) {
        generation.insert("thinkingConfig"_L1, thinkingConfig(request.model, *parameters.reasoning));
    }
    if (parameters.responseSchema && !hasTools) {
        generation.insert("responseMimeType"_L1, u"application/json"_s);
        generation.insert("responseJsonSchema"_L1, *parameters.responseSchema);
    }
    encoded.tail += ",\"generationConfig\":" + canonicalJson(generation) + '}';
    return encoded;
}

std::unique_ptr<ReplyReader> GeminiProtocol::reader(LlmClient::DeltaSink onDelta) const
{
    return std::make_unique<GeminiReader>(std::move(onDelta));
}

ProviderError GeminiProtocol::readError(int status, const QByteArray& body) const
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    const QJsonObject object = document.isArray() ? document.array().first().toObject() : document.object();
    if (const auto error = geminiErrorIn(status, object)) {
        return *error;
    }
    ProviderError error;
    error.status = status;
    error.message = pageText(body);
    return error;
}

QUrl GeminiProtocol::modelsUrl() const
{
    QUrl url = urlBelow(m_base, u"/models"_s);
    url.setQuery(u"pageSize=1000"_s);
    return url;
}

std::optional<QList<ModelInfo>> GeminiProtocol::readModels(const QJsonObject& document) const
{
    if (!document.value("models"_L1).isArray()) {
        return std::nullopt;
    }
    QList<ModelInfo> models;
    const QJsonArray items = document.value("models"_L1).toArray();
    for (const QJsonValue& item : items) {
        const QJsonArray methods = item["supportedGenerationMethods"_L1].toArray();
        ModelInfo model;
        model.id = item["name"_L1].toString();
        if (model.id.startsWith("models/"_L1)) {
            model.id.remove(0, 7);
        }
        model.description = item["displayName"_L1].toString();
        if (const qint64 window = item["inputTokenLimit"_L1].toInteger(); window > 0) {
            model.contextWindow = window;
        }
        if (!model.id.isEmpty() && (methods.isEmpty() || methods.contains(u"generateContent"_s))) {
            models.append(model);
        }
    }
    return models;
}

} // namespace lathe
