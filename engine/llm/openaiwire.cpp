// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiwire.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/wireparts.h"

#include <QJsonDocument>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

[[nodiscard]] QByteArray partOf(const Attachment& attachment)
{
    const QByteArray url = dataUrl(attachment);
    if (isImage(attachment.mediaType)) {
        return R"({"type":"image_url","image_url":{"url":")" + url + "\"}}";
    }
    return R"({"type":"file","file":{"filename":)" + jsonText(attachment.name) + R"(,"file_data":")" + url + "\"}}";
}

[[nodiscard]] QByteArray contentOf(const ChatMessage& message)
{
    if (message.attachments.isEmpty()) {
        const bool saysNothing = message.content.isEmpty() && !message.toolCalls.isEmpty();
        return saysNothing ? QByteArray("null") : jsonText(message.content);
    }
    QByteArray parts("[");
    for (const Attachment& attachment : message.attachments) {
        parts.append(partOf(attachment) + ',');
    }
    return parts + R"({"type":"text","text":)" + jsonText(message.content) + "}]";
}

[[nodiscard]] QByteArray encodeAt(const QList<ChatMessage>& messages, qsizetype index)
{
    return encodeOpenAiMessage(messages.at(index));
}

/// Temperature and what else is set, each with a comma before it.
[[nodiscard]] QByteArray parametersOf(const LlmRequest& request, bool hasTools, const OpenAiDialect& dialect)
{
    const ModelParameters& parameters = request.parameters;
    QByteArray out;
    if (hasTools && dialect.toolChoice) {
        out += ",\"parallel_tool_calls\":true";
        if (parameters.toolChoice != ToolChoice::Auto) {
            out += ",\"tool_choice\":" + jsonText(toName(parameters.toolChoice));
        }
    }
    out += dialect.maxCompletionTokens ? ",\"max_completion_tokens\":" : ",\"max_tokens\":";
    out += QByteArray::number(parameters.maxOutputTokens);
    if (parameters.temperature) {
        out += ",\"temperature\":" + canonicalJson(QJsonValue(*parameters.temperature));
    }
    if (parameters.seed) {
        out += ",\"seed\":" + QByteArray::number(*parameters.seed);
    }
    if (parameters.reasoning) {
        out += ",\"reasoning_effort\":" + jsonText(toName(*parameters.reasoning));
    }
    if (parameters.responseSchema) {
        const QJsonObject schema{{u"name"_s, u"answer"_s},
                                 {u"schema"_s, *parameters.responseSchema},
                                 {u"strict"_s, isStrictSchema(*parameters.responseSchema)}};
        const QJsonObject format{{u"type"_s, u"json_schema"_s}, {u"json_schema"_s, schema}};
        out += ",\"response_format\":" + compactJson(format);
    }
    return out;
}

} // namespace

OpenAiDialect openAiDialectFor(const QUrl& base)
{
    const QString host = base.host().toLower();
    const bool isOpenAi = host == "api.openai.com"_L1 || host.endsWith(".api.openai.com"_L1);
    const bool isAzure = host.endsWith(".openai.azure.com"_L1) || host.endsWith(".ai.azure.com"_L1) ||
                         host.endsWith(".cognitiveservices.azure.com"_L1);
    constexpr int kOllamaPort = 11434;
    OpenAiDialect dialect;
    dialect.maxCompletionTokens = isOpenAi || isAzure;
    dialect.toolChoice = base.port() != kOllamaPort;
    dialect.documents = isOpenAi || isAzure || host == "openrouter.ai"_L1;
    return dialect;
}

QByteArray encodeOpenAiTools(const QList<ToolDeclaration>& tools)
{
    if (tools.isEmpty()) {
        return {};
    }
    QByteArray out("\"tools\":[");
    for (const ToolDeclaration& tool : tools) {
        QJsonObject function{{u"name"_s, tool.name}};
        if (!tool.description.isEmpty()) {
            function.insert("description"_L1, tool.description);
        }
        if (!tool.parameters.isEmpty()) {
            function.insert("parameters"_L1, tool.parameters);
        }
        out.append(out.endsWith('[') ? "" : ",");
        out.append(compactJson(QJsonObject{{u"type"_s, u"function"_s}, {u"function"_s, function}}));
    }
    out.append(']');
    return out;
}

QByteArray encodeOpenAiMessage(const ChatMessage& message)
{
    QByteArray out("{\"role\":\"");
    out.append(toName(message.role).data(), toName(message.role).size());
    out.append("\",");
    if (message.role == ChatRole::Tool) {
        out.append("\"tool_call_id\":" + jsonText(message.toolCallId) + ",");
    }
    out.append("\"content\":" + contentOf(message));
    if (const QJsonArray details = message.state.of("openai"_L1); !details.isEmpty()) {
        out.append(",\"reasoning_details\":" + canonicalJson(QJsonValue(details)));
    }
    if (!message.toolCalls.isEmpty()) {
        out.append(",\"tool_calls\":[");
        for (const ToolCallRequest& call : message.toolCalls) {
            out.append(out.endsWith('[') ? "" : ",");
            out.append("{\"id\":" + jsonText(call.id) + ",\"type\":\"function\",\"function\":{\"name\":" +
                       jsonText(call.name) + ",\"arguments\":" + jsonText(argumentsOnTheWire(call)) + "}}");
        }
        out.append(']');
    }
    out.append('}');
    return out;
}

EncodedRequest encodeOpenAiRequest(const LlmRequest& request, const QByteArray& tools, const OpenAiDialect& dialect)
{
    EncodedRequest encoded;
    encoded.head = "{\"model\":" + jsonText(request.model);
    encoded.head +=
        request.stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : ",\"stream\":false";
    encoded.head += ",\"messages\":[";
    encoded.messages = request.transcript.encoded(&encodeAt);
    encoded.tail = "]";
    if (!tools.isEmpty()) {
        encoded.tail += ',' + tools;
    }
    encoded.tail += parametersOf(request, !tools.isEmpty(), dialect);
    encoded.tail += '}';
    return encoded;
}

std::optional<ProviderError> openAiErrorIn(int status, const QJsonObject& object)
{
    const QJsonValue value = object.value("error"_L1);
    if (value.isUndefined() || value.isNull() || (value.isBool() && !value.toBool())) {
        return std::nullopt;
    }
    ProviderError error;
    error.status = status;
    if (!value.isObject()) {
        // Ollama's native form: {"error":"text"}; also {"error":true,"message":"text"}.
        error.message = value.isString() ? value.toString() : object.value("message"_L1).toString();
        return error;
    }
    const QJsonObject inner = value.toObject();
    error.code = codeText(inner.value("code"_L1));
    error.type = inner.value("type"_L1).toString();
    if (error.type.isEmpty()) {
        error.type = inner.value("metadata"_L1).toObject().value("error_type"_L1).toString();
    }
    error.message = inner.value("message"_L1).toString();
    return error;
}

ProviderError readOpenAiError(int status, const QByteArray& body)
{
    QJsonObject object;
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (document.isObject()) {
        object = document.object();
    } else if (document.isArray() && !document.array().isEmpty()) {
        object = document.array().first().toObject(); // Gemini's compatible endpoint wraps its error in a list
    }
    if (const auto error = openAiErrorIn(status, object)) {
        return *error;
    }
    ProviderError error;
    error.status = status;
    for (const auto& key : {"message"_L1, "detail"_L1}) {
        if (error.message.isEmpty()) {
            error.message = object.value(key).toString();
        }
    }
    if (error.message.isEmpty()) {
        error.message = pageText(body);
    }
    return error;
}

} // namespace lathe
