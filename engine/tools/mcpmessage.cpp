// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpmessage.h"

#include "engine/core/canonicaljson.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

bool isId(const QJsonValue& id)
{
    return id.isDouble() || id.isString();
}

Result<McpMessage> readOne(const QJsonValue& value)
{
    if (!value.isObject()) {
        return fail(ErrorCode::InvalidInput, u"a message is not a JSON object"_s);
    }
    const QJsonObject json = value.toObject();
    if (json.value("jsonrpc"_L1).toString() != "2.0"_L1) {
        return fail(ErrorCode::InvalidInput, u"a message is not of JSON-RPC 2.0"_s);
    }
    McpMessage message;
    message.id = json.value("id"_L1);
    const QJsonValue method = json.value("method"_L1);
    if (method.isString()) {
        message.method = method.toString();
        message.params = json.value("params"_L1).toObject();
        message.kind = isId(message.id) ? McpMessage::Kind::Request : McpMessage::Kind::Notification;
        return message;
    }
    if (json.value("error"_L1).isObject()) {
        const QJsonObject error = json.value("error"_L1).toObject();
        message.kind = McpMessage::Kind::Error;
        message.error.code = error.value("code"_L1).toInteger();
        message.error.message = error.value("message"_L1).toString();
        message.error.data = error.value("data"_L1);
        return message;
    }
    if (!json.value("result"_L1).isObject()) {
        return fail(ErrorCode::InvalidInput, u"a message has neither method nor result nor error"_s);
    }
    if (!isId(message.id)) {
        return fail(ErrorCode::InvalidInput, u"a result has no id"_s);
    }
    message.kind = McpMessage::Kind::Result;
    message.result = json.value("result"_L1).toObject();
    return message;
}

} // namespace

McpMessage McpMessage::request(const QJsonValue& id, const QString& method, const QJsonObject& params)
{
    McpMessage message;
    message.kind = Kind::Request;
    message.id = id;
    message.method = method;
    message.params = params;
    return message;
}

McpMessage McpMessage::notification(const QString& method, const QJsonObject& params)
{
    McpMessage message;
    message.kind = Kind::Notification;
    message.method = method;
    message.params = params;
    return message;
}

McpMessage McpMessage::answer(const QJsonValue& id, const QJsonObject& result)
{
    McpMessage message;
    message.kind = Kind::Result;
    message.id = id;
    message.result = result;
    return message;
}

McpMessage McpMessage::refusal(const QJsonValue& id, qint64 code, const QString& text)
{
    McpMessage message;
    message.kind = Kind::Error;
    message.id = id;
    message.error.code = code;
    message.error.message = text;
    return message;
}

QByteArray toJsonLine(const McpMessage& message)
{
    QJsonObject json{{u"jsonrpc"_s, u"2.0"_s}};
    if (!message.id.isUndefined()) {
        json.insert("id"_L1, message.id);
    }
    switch (message.kind) {
    case McpMessage::Kind::Request:
    case McpMessage::Kind::Notification:
        json.insert("method"_L1, message.method);
        if (!message.params.isEmpty()) {
            json.insert("params"_L1, message.params);
        }
        break;
    case McpMessage::Kind::Result:
        json.insert("result"_L1, message.result);
        break;
    case McpMessage::Kind::Error: {
        QJsonObject error{{u"code"_s, message.error.code}, {u"message"_s, message.error.message}};
        if (!message.error.data.isUndefined()) {
            error.insert("data"_L1, message.error.data);
        }
        json.insert("error"_L1, error);
        break;
    }
    }
    return compactJson(json);
}

Result<QList<McpMessage>> readMcpMessages(const QByteArray& text)
{
    QJsonParseError parse;
    const QJsonDocument document = QJsonDocument::fromJson(text, &parse);
    if (parse.error != QJsonParseError::NoError) {
        return fail(ErrorCode::InvalidInput,
                    u"not JSON: %1 at byte %2 of %3, which begins \"%4\""_s.arg(parse.errorString())
                        .arg(parse.offset)
                        .arg(text.size())
                        .arg(QString::fromUtf8(text.left(80)).simplified()));
    }
    const QJsonArray values = document.isArray() ? document.array() : QJsonArray{QJsonValue(document.object())};
    QList<McpMessage> messages;
    for (const QJsonValue value : values) {
        Result<McpMessage> message = readOne(value);
        if (!message) {
            return fail(message.error());
        }
        messages.append(std::move(*message));
    }
    return messages;
}

Error toError(const McpFailure& failure)
{
    ErrorCode code = ErrorCode::Network;
    switch (failure.kind) {
    case McpFailure::Kind::TimedOut:
        code = ErrorCode::TimedOut;
        break;
    case McpFailure::Kind::Cancelled:
        code = ErrorCode::Cancelled;
        break;
    case McpFailure::Kind::Lost:
        code = ErrorCode::Unavailable;
        break;
    case McpFailure::Kind::Rpc:
    case McpFailure::Kind::Http:
    case McpFailure::Kind::Invalid:
        break;
    }
    return Error{code, failure.message, {}};
}

} // namespace lathe
