// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/chatmessages.h"

#include "engine/core/canonicaljson.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString asText(const QJsonValue& value)
{
    return value.isString()                        ? value.toString()
           : value.isUndefined() || value.isNull() ? QString()
                                                   : QString::fromUtf8(canonicalJson(value));
}

void append(QString& text, const QString& more)
{
    if (!more.isEmpty()) {
        text += (text.isEmpty() ? QString() : u"\n"_s) + more;
    }
}

void takePart(TraceMessage& message, const QJsonObject& part)
{
    const QString type = part.value("type"_L1).toString();
    if (const QJsonObject call = part.value("functionCall"_L1).toObject(); !call.isEmpty()) { // Gemini
        message.calls.append(
            {call.value("id"_L1).toString(), call.value("name"_L1).toString(), asText(call.value("args"_L1))});
    } else if (const QJsonObject answer = part.value("functionResponse"_L1).toObject(); !answer.isEmpty()) {
        message.role = u"tool"_s;
        message.toolCallId = answer.value("id"_L1).toString(answer.value("name"_L1).toString());
        append(message.content, asText(answer.value("response"_L1)));
    } else if (type == "tool_use"_L1) { // Messages
        message.calls.append(
            {part.value("id"_L1).toString(), part.value("name"_L1).toString(), asText(part.value("input"_L1))});
    } else if (type == "tool_result"_L1) {
        message.role = u"tool"_s;
        message.toolCallId = part.value("tool_use_id"_L1).toString();
        for (const QJsonValue inner : part.value("content"_L1).toArray()) {
            append(message.content, inner.toObject().value("text"_L1).toString());
        }
        append(message.content, part.value("content"_L1).toString());
    } else if (part.value("text"_L1).isString()) {
        append(part.value("thought"_L1).toBool() ? message.reasoning : message.content,
               part.value("text"_L1).toString());
    } else if (part.value("thinking"_L1).isString()) {
        append(message.reasoning, part.value("thinking"_L1).toString());
    } else if (!type.isEmpty()) {
        append(message.content, u'[' + type + u']');
    }
}

TraceMessage messageOf(const QJsonObject& json)
{
    TraceMessage message;
    message.role = json.value("role"_L1).toString();
    if (message.role == "model"_L1) {
        message.role = u"assistant"_s;
    }
    message.toolCallId = json.value("tool_call_id"_L1).toString();
    const QJsonValue content = json.contains("parts"_L1) ? json.value("parts"_L1) : json.value("content"_L1);
    if (content.isArray()) {
        for (const QJsonValue part : content.toArray()) {
            takePart(message, part.toObject());
        }
    } else {
        message.content = content.toString();
    }
    message.reasoning += json.value("reasoning_content"_L1).toString(json.value("thinking"_L1).toString());
    for (const QJsonValue value : json.value("tool_calls"_L1).toArray()) {
        const QJsonObject function = value.toObject().value("function"_L1).toObject();
        message.calls.append({value.toObject().value("id"_L1).toString(), function.value("name"_L1).toString(),
                              asText(function.value("arguments"_L1))});
    }
    return message;
}

/// An item of "input" of Responses, which parts calls and their results from messages.
TraceMessage itemOf(const QJsonObject& json)
{
    const QString type = json.value("type"_L1).toString();
    TraceMessage message;
    if (type == "function_call"_L1) {
        message.role = u"assistant"_s;
        message.calls.append({json.value("call_id"_L1).toString(), json.value("name"_L1).toString(),
                              asText(json.value("arguments"_L1))});
    } else if (type == "function_call_output"_L1) {
        message.role = u"tool"_s;
        message.toolCallId = json.value("call_id"_L1).toString();
        message.content = asText(json.value("output"_L1));
    } else if (type == "reasoning"_L1) {
        message.role = u"assistant"_s;
        for (const QJsonValue part : json.value("summary"_L1).toArray()) {
            append(message.reasoning, part.toObject().value("text"_L1).toString());
        }
    } else {
        message = messageOf(json);
    }
    return message;
}

TraceMessage systemMessage(const QJsonValue& value)
{
    TraceMessage message;
    message.role = u"system"_s;
    const QJsonArray parts = value.isArray() ? value.toArray() : value.toObject().value("parts"_L1).toArray();
    for (const QJsonValue part : parts) {
        takePart(message, part.toObject());
    }
    append(message.content, value.toString());
    return message;
}

} // namespace

QList<TraceMessage> messagesOfRequest(QByteArrayView request)
{
    const QJsonObject json = QJsonDocument::fromJson(request.toByteArray()).object();
    QList<TraceMessage> messages;
    for (const QLatin1StringView key : {"system"_L1, "instructions"_L1, "systemInstruction"_L1}) {
        if (const TraceMessage message = systemMessage(json.value(key)); !message.content.isEmpty()) {
            messages.append(message);
        }
    }
    for (const QLatin1StringView key : {"messages"_L1, "contents"_L1}) {
        for (const QJsonValue value : json.value(key).toArray()) {
            messages.append(messageOf(value.toObject()));
        }
    }
    for (const QJsonValue value : json.value("input"_L1).toArray()) {
        messages.append(itemOf(value.toObject()));
    }
    return messages;
}

QJsonArray toGenAiMessages(const QList<TraceMessage>& messages)
{
    QJsonArray list;
    for (const TraceMessage& message : messages) {
        QJsonArray parts;
        if (!message.reasoning.isEmpty()) {
            parts.append(QJsonObject{{u"type"_s, u"reasoning"_s}, {u"content"_s, message.reasoning}});
        }
        if (!message.toolCallId.isEmpty()) {
            parts.append(QJsonObject{
                {u"type"_s, u"tool_call_response"_s}, {u"id"_s, message.toolCallId}, {u"response"_s, message.content}});
        } else if (!message.content.isEmpty()) {
            parts.append(QJsonObject{{u"type"_s, u"text"_s}, {u"content"_s, message.content}});
        }
        for (const TraceMessage::Call& call : message.calls) {
            const QJsonDocument arguments = QJsonDocument::fromJson(call.arguments.toUtf8());
            parts.append(QJsonObject{
                {u"type"_s, u"tool_call"_s},
                {u"id"_s, call.id},
                {u"name"_s, call.name},
                {u"arguments"_s, arguments.isObject() ? QJsonValue(arguments.object()) : QJsonValue(call.arguments)}});
        }
        list.append(QJsonObject{{u"role"_s, message.role}, {u"parts"_s, parts}});
    }
    return list;
}

QList<TraceMessage> fromGenAiMessages(const QJsonArray& messages)
{
    QList<TraceMessage> list;
    for (const QJsonValue value : messages) {
        TraceMessage message;
        message.role = value.toObject().value("role"_L1).toString();
        append(message.content, value.toObject().value("content"_L1).toString());
        for (const QJsonValue entry : value.toObject().value("parts"_L1).toArray()) {
            const QJsonObject part = entry.toObject();
            const QString type = part.value("type"_L1).toString();
            if (type == "tool_call"_L1) {
                message.calls.append({part.value("id"_L1).toString(), part.value("name"_L1).toString(),
                                      asText(part.value("arguments"_L1))});
            } else if (type == "tool_call_response"_L1) {
                message.toolCallId = part.value("id"_L1).toString();
                append(message.content, asText(part.value("response"_L1)));
            } else if (type == "reasoning"_L1) {
                append(message.reasoning, part.value("content"_L1).toString());
            } else {
                append(message.content, part.value("content"_L1).toString());
            }
        }
        list.append(message);
    }
    return list;
}

} // namespace lathe
