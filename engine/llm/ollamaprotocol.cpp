// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/ollamaprotocol.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/ollamareader.h"
#include "engine/llm/openaiwire.h"
#include "engine/llm/wireparts.h"

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

[[nodiscard]] QByteArray callsOf(const ChatMessage& message)
{
    QList<QByteArray> calls;
    for (const ToolCallRequest& call : message.toolCalls) {
        calls.append("{\"id\":" + jsonText(call.id) + ",\"function\":{\"name\":" + jsonText(call.name) +
                     ",\"arguments\":" + argumentsOnTheWire(call).toUtf8() + "}}");
    }
    return ",\"tool_calls\":[" + calls.join(',') + ']';
}

[[nodiscard]] QByteArray encodeAt(const QList<ChatMessage>& messages, qsizetype index)
{
    const ChatMessage& message = messages.at(index);
    QByteArray out =
        R"({"role":")" + QByteArray(toName(message.role).data()) + R"(","content":)" + jsonText(message.content);
    QList<QByteArray> images;
    for (const Attachment& attachment : message.attachments) {
        images.append('"' + attachment.content.toBase64() + '"');
    }
    if (!images.isEmpty()) {
        out += ",\"images\":[" + images.join(',') + ']';
    }
    const QString thinking = message.state.of(kOllama).first()["thinking"_L1].toString();
    if (!thinking.isEmpty()) {
        out += ",\"thinking\":" + jsonText(thinking);
    }
    if (!message.toolCalls.isEmpty()) {
        out += callsOf(message);
    }
    if (message.role == ChatRole::Tool) {
        out += ",\"tool_name\":" + jsonText(message.toolName) + ",\"tool_call_id\":" + jsonText(message.toolCallId);
    }
    return out + '}';
}

[[nodiscard]] QJsonObject optionsOf(const LlmRequest& request)
{
    const ModelParameters& parameters = request.parameters;
    QJsonObject options{{u"num_predict"_s, parameters.maxOutputTokens}};
    if (request.contextTokens > 0) {
        options.insert("num_ctx"_L1, request.contextTokens + parameters.maxOutputTokens); // the answer is in it as well
    }
    if (parameters.temperature) {
        options.insert("temperature"_L1, *parameters.temperature);
    }
    if (parameters.seed) {
        options.insert("seed"_L1, *parameters.seed);
    }
    return options;
}

} // namespace

OllamaProtocol::OllamaProtocol(QUrl base, const LlmSettings& settings)
    : m_base(std::move(base)), m_model(settings.model), m_tools(&encodeOpenAiTools)
{}

bool OllamaProtocol::needsKey() const
{
    return m_base.host().compare("ollama.com"_L1, Qt::CaseInsensitive) == 0;
}

bool OllamaProtocol::takes(QStringView mediaType) const
{
    return isCommonImage(mediaType);
}

HttpHeaders OllamaProtocol::headers(const QByteArray& key) const
{
    return key.isEmpty() ? HttpHeaders() : HttpHeaders{{"Authorization", "Bearer " + key}};
}

QUrl OllamaProtocol::requestUrl(const LlmRequest& request) const
{
    Q_UNUSED(request)
    return urlBelow(m_base, u"/chat"_s);
}

QByteArray OllamaProtocol::accepts(bool stream) const
{
    return stream ? QByteArrayLiteral("application/x-ndjson") : QByteArrayLiteral("application/json");
}

EncodedRequest OllamaProtocol::encode(const LlmRequest& request) const
{
    const ModelParameters& parameters = request.parameters;
    const bool hasTools = !request.tools.isEmpty() && parameters.toolChoice != ToolChoice::None;
    EncodedRequest encoded;
    encoded.head = "{\"model\":" + jsonText(request.model) +
                   (request.stream ? ",\"stream\":true" : ",\"stream\":false") + ",\"messages\":[";
    encoded.messages = request.transcript.encoded(&encodeAt);
    encoded.tail = "]";
    if (hasTools) {
        encoded.tail += ',' + m_tools.of(request.tools);
    }
    encoded.tail += ",\"options\":" + canonicalJson(optionsOf(request)) + ",\"truncate\":false,\"shift\":false";
    if (parameters.reasoning) {
        const bool hasLevels = request.model.startsWith("gpt-oss"_L1); // others think or do not
        encoded.tail += ",\"think\":" + (hasLevels ? jsonText(toName(*parameters.reasoning)) : QByteArray("true"));
    }
    if (parameters.responseSchema && !hasTools) {
        encoded.tail += ",\"format\":" + canonicalJson(*parameters.responseSchema);
    }
    encoded.tail += '}';
    return encoded;
}

std::unique_ptr<ReplyReader> OllamaProtocol::reader(LlmClient::DeltaSink onDelta) const
{
    return std::make_unique<OllamaReader>(std::move(onDelta));
}

ProviderError OllamaProtocol::readError(int status, const QByteArray& body) const
{
    return readOpenAiError(status, body); // which knows {"error":"text"} as well
}

QUrl OllamaProtocol::modelsUrl() const
{
    return urlBelow(m_base, u"/tags"_s);
}

std::optional<QList<ModelInfo>> OllamaProtocol::readModels(const QJsonObject& document) const
{
    if (!document.value("models"_L1).isArray()) {
        return std::nullopt;
    }
    QList<ModelInfo> models;
    const QJsonArray items = document.value("models"_L1).toArray();
    for (const QJsonValue& item : items) {
        const QJsonValue details = item["details"_L1];
        ModelInfo model;
        model.id = item["model"_L1].toString(item["name"_L1].toString());
        const QStringList words{details["family"_L1].toString(), details["parameter_size"_L1].toString(),
                                details["quantization_level"_L1].toString()};
        model.description = words.join(u' ').simplified();
        if (const qint64 window = details["context_length"_L1].toInteger(); window > 0) {
            model.contextWindow = window;
        }
        if (!model.id.isEmpty()) {
            models.append(model);
        }
    }
    return models;
}

} // namespace lathe
