// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiwire.h"

#include "engine/core/canonicaljson.h"
#include "engine/llm/wireparts.h"

#include <QJsonDocument>

namespace lathe {

using namespace Qt::StringLiterals;

MaxTokensField maxTokensFieldFor(QStringView host)
{
    const auto isHost = [host](QLatin1StringView name) { return host.compare(name, Qt::CaseInsensitive) == 0; };
    const auto endsWith = [host](QLatin1StringView end) { return host.endsWith(end, Qt::CaseInsensitive); };
    const bool wantsNew = isHost("api.openai.com"_L1) || endsWith(".api.openai.com"_L1) ||
                          endsWith(".openai.azure.com"_L1) || endsWith(".ai.azure.com"_L1) ||
                          endsWith(".cognitiveservices.azure.com"_L1);
    return wantsNew ? MaxTokensField::MaxCompletionTokens : MaxTokensField::MaxTokens;
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
    out.append("],\"parallel_tool_calls\":true");
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
    const bool saysNothing = message.content.isEmpty() && !message.toolCalls.isEmpty();
    out.append("\"content\":" + (saysNothing ? QByteArray("null") : jsonText(message.content)));
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

EncodedRequest encodeOpenAiRequest(const LlmRequest& request, const QByteArray& tools, MaxTokensField maxTokens)
{
    EncodedRequest encoded;
    encoded.head = "{\"model\":" + jsonText(request.model);
    encoded.head +=
        request.stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : ",\"stream\":false";
    encoded.head += ",\"messages\":[";
    encoded.messages = request.transcript.encoded(&encodeOpenAiMessage);
    encoded.tail = "]";
    if (!tools.isEmpty()) {
        encoded.tail += ',' + tools;
    }
    encoded.tail += maxTokens == MaxTokensField::MaxTokens ? ",\"max_tokens\":" : ",\"max_completion_tokens\":";
    encoded.tail += QByteArray::number(request.parameters.maxOutputTokens);
    if (request.parameters.temperature) {
        encoded.tail += ",\"temperature\":" + canonicalJson(QJsonValue(*request.parameters.temperature));
    }
    if (request.parameters.seed) {
        encoded.tail += ",\"seed\":" + QByteArray::number(*request.parameters.seed);
    }
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
