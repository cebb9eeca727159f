// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiwire.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/openaiusage.h"
#include "engine/llm/usagedialects.h"

#include <QJsonDocument>
#include <QSet>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype kLongestMessage = 1000;
constexpr qsizetype kLongestPage = 200;

[[nodiscard]] QByteArray jsonText(const QString& text)
{
    return canonicalJson(QJsonValue(text));
}

[[nodiscard]] QString argumentsOnTheWire(const ToolCallRequest& call)
{
    if (call.arguments.trimmed().isEmpty()) {
        return u"{}"_s;
    }
    if (call.parsed || parseJsonObject(call.arguments.toUtf8())) {
        return call.arguments;
    }
    return QString::fromUtf8(compactJson(QJsonObject{{u"invalid_arguments"_s, call.arguments}}));
}

[[nodiscard]] QString shortened(const QString& text, qsizetype limit)
{
    const QString line = text.simplified();
    return line.size() <= limit ? line : QString(line.first(limit) + u"...");
}

[[nodiscard]] QString codeText(const QJsonValue& value)
{
    // A string at OpenAI, a number at vLLM, llama.cpp and OpenRouter.
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

[[nodiscard]] ToolCallRequest toolCallFrom(const QJsonObject& function, const QString& id)
{
    ToolCallRequest call;
    call.id = id;
    call.name = function.value("name"_L1).toString();
    const QJsonValue arguments = function.value("arguments"_L1);
    call.arguments = arguments.isObject() ? QString::fromUtf8(compactJson(arguments.toObject())) : arguments.toString();
    return call;
}

[[nodiscard]] QList<ToolCallRequest> toolCallsOf(const QJsonObject& message)
{
    QList<ToolCallRequest> calls;
    const QJsonArray items = message.value("tool_calls"_L1).toArray();
    for (const QJsonValue& item : items) {
        const QJsonObject object = item.toObject();
        calls.append(toolCallFrom(object.value("function"_L1).toObject(), object.value("id"_L1).toString()));
    }
    const QJsonValue legacy = message.value("function_call"_L1);
    if (calls.isEmpty() && legacy.isObject()) {
        calls.append(toolCallFrom(legacy.toObject(), {}));
    }
    return calls;
}

} // namespace

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
        error.message = shortened(QString::fromUtf8(body), kLongestPage);
    }
    return error;
}

LlmFailure failureFor(const ProviderError& error, const HttpHeaders& headers)
{
    const ErrorVerdict verdict = classify(error, headers);
    LlmFailure failure;
    failure.kind = verdict.kind;
    failure.errorClass = verdict.errorClass;
    failure.httpStatus = error.status;
    failure.providerCode = error.code.isEmpty() ? error.type : error.code;
    failure.requestSent = true;
    const QString message = error.message.isEmpty() ? u"no message"_s : shortened(error.message, kLongestMessage);
    const bool insideReply = error.status >= 200 && error.status < 300;
    const QString where = insideReply ? u"The provider reported an error inside its reply"_s
                                      : u"The provider answered %1"_s.arg(error.status);
    const QString code = failure.providerCode.isEmpty() ? QString() : u" (%1)"_s.arg(failure.providerCode);
    failure.message = where + code + u": " + message;
    return failure;
}

LlmFailure brokenReply(const QString& message)
{
    LlmFailure failure;
    failure.kind = LlmErrorKind::StreamBroken;
    failure.errorClass = defaultClass(failure.kind);
    failure.httpStatus = 200;
    failure.requestSent = true;
    failure.message = message;
    return failure;
}

QString openAiText(const QJsonValue& content)
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

void finishToolCalls(QList<ToolCallRequest> *calls, const QString& replyId)
{
    QSet<QString> taken;
    for (qsizetype i = 0; i < calls->size(); ++i) {
        ToolCallRequest& call = (*calls)[i];
        if (call.id.isEmpty() || taken.contains(call.id)) {
            const QByteArray digest = sha256Hex(replyId.toUtf8()).first(8);
            call.id = u"call_%1_%2"_s.arg(QLatin1StringView(digest)).arg(i);
        }
        taken.insert(call.id);
        if (call.arguments.trimmed().isEmpty()) {
            call.parsed = QJsonObject();
        } else if (const auto parsed = parseJsonObject(call.arguments.toUtf8())) {
            call.parsed = *parsed;
        }
    }
}

StopReason stopReasonFor(QStringView finishReason, const LlmReply& reply)
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

QByteArray encodeOpenAiReply(const LlmReply& reply)
{
    QJsonObject message{{u"role"_s, u"assistant"_s}, {u"content"_s, reply.content}};
    if (!reply.reasoning.isEmpty()) {
        message.insert("reasoning"_L1, reply.reasoning);
    }
    if (!reply.refusal.isEmpty()) {
        message.insert("refusal"_L1, reply.refusal);
    }
    QJsonArray calls;
    for (const ToolCallRequest& call : reply.toolCalls) {
        const QJsonObject function{{u"name"_s, call.name}, {u"arguments"_s, call.arguments}};
        calls.append(QJsonObject{{u"id"_s, call.id}, {u"type"_s, u"function"_s}, {u"function"_s, function}});
    }
    if (!calls.isEmpty()) {
        message.insert("tool_calls"_L1, calls);
    }
    static constexpr QLatin1StringView finishes[] = {"stop"_L1, "tool_calls"_L1, "length"_L1, "content_filter"_L1};
    const QString finish = finishes[static_cast<int>(reply.stop)];
    const QJsonObject choice{{u"index"_s, 0}, {u"message"_s, message}, {u"finish_reason"_s, finish}};
    QJsonObject body{
        {u"object"_s, u"chat.completion"_s}, {u"model"_s, reply.modelBilled}, {u"choices"_s, QJsonArray{choice}}};
    if (!reply.usage.raw.isEmpty()) {
        body.insert("usage"_L1, reply.usage.raw);
    }
    return compactJson(body);
}

LlmOutcome decodeOpenAiReply(const QByteArray& body)
{
    LlmOutcome outcome;
    const auto document = parseJsonObject(body, std::max<qint64>(body.size(), 1));
    if (!document) {
        outcome.failure = brokenReply(u"The reply is not JSON: %1"_s.arg(document.error().message));
        return outcome;
    }
    Usage usage = readOpenAiUsage(document->value("usage"_L1));
    if (document->contains("service_tier"_L1)) {
        usage.serviceTier = normalServiceTier(document->value("service_tier"_L1).toString());
    }
    if (const auto error = openAiErrorIn(200, *document)) {
        outcome.failure = failureFor(*error);
        outcome.failure->usage = usage;
        return outcome;
    }
    const QJsonObject choice = document->value("choices"_L1).toArray().first().toObject();
    const QString finish = choice.value("finish_reason"_L1).toString();
    if (!choice.value("message"_L1).isObject() || finish == "error"_L1) {
        outcome.failure = brokenReply(finish == "error"_L1 ? u"The provider ended the reply with an error"_s
                                                           : u"The reply holds no choice with a message"_s);
        outcome.failure->usage = usage;
        return outcome;
    }
    const QJsonObject message = choice.value("message"_L1).toObject();
    LlmReply reply;
    reply.content = openAiText(message.value("content"_L1));
    reply.reasoning = message.value("reasoning_content"_L1).toString();
    if (reply.reasoning.isEmpty()) {
        reply.reasoning = message.value("reasoning"_L1).toString();
    }
    reply.refusal = message.value("refusal"_L1).toString();
    reply.toolCalls = toolCallsOf(message);
    finishToolCalls(&reply.toolCalls, document->value("id"_L1).toString());
    reply.stop = stopReasonFor(finish, reply);
    reply.usage = usage;
    reply.modelBilled = document->value("model"_L1).toString();
    outcome.reply = reply;
    return outcome;
}

} // namespace lathe
