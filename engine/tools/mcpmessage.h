// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>

namespace lathe {

/// Error codes of JSON-RPC 2.0 and of the Model Context Protocol.
namespace mcpcode {
inline constexpr qint64 kMethodNotFound = -32601;
inline constexpr qint64 kInvalidParams = -32602;
inline constexpr qint64 kServerError = -32000;
inline constexpr qint64 kUnsupportedVersion = -32022; ///< 2026-07-28: data.supported[]
} // namespace mcpcode

struct McpRpcError
{
    qint64 code = 0;
    QString message;
    QJsonValue data{QJsonValue::Undefined};

    bool operator==(const McpRpcError&) const = default;
};

/// One message of JSON-RPC 2.0 (https://www.jsonrpc.org/specification) as the Model Context Protocol uses it: params
/// and results are objects. The ids of requests from either side are independent of one another.
struct McpMessage
{
    enum class Kind
    {
        Request,
        Notification,
        Result,
        Error
    };
    Kind kind = Kind::Notification;
    QJsonValue id{QJsonValue::Undefined}; ///< number or text; undefined in a notification, null if unknown
    QString method;                       ///< of requests and notifications
    QJsonObject params;                   ///< likewise
    QJsonObject result;
    McpRpcError error;

    [[nodiscard]] static McpMessage request(const QJsonValue& id, const QString& method, const QJsonObject& params);
    [[nodiscard]] static McpMessage notification(const QString& method, const QJsonObject& params = {});
    [[nodiscard]] static McpMessage answer(const QJsonValue& id, const QJsonObject& result);
    [[nodiscard]] static McpMessage refusal(const QJsonValue& id, qint64 code, const QString& message);

    bool operator==(const McpMessage&) const = default;
};

/// One line without its end.
[[nodiscard]] QByteArray toJsonLine(const McpMessage& message);
/// One message, or a batch of them (version 2025-03-26). InvalidInput says what is wrong with the text.
[[nodiscard]] Result<QList<McpMessage>> readMcpMessages(const QByteArray& text);

/// Why a request has no result.
struct McpFailure
{
    enum class Kind
    {
        Rpc,       ///< the peer answered with an error; code is its code
        Http,      ///< the peer answered with an HTTP status that is an error; code is the status
        Lost,      ///< the connection or the process ended
        TimedOut,  ///< no answer in time
        Cancelled, ///< asked to stop
        Invalid    ///< the answer breaks the protocol
    };
    Kind kind = Kind::Lost;
    qint64 code = 0;
    QString message; ///< one sentence
    QJsonValue data{QJsonValue::Undefined};

    bool operator==(const McpFailure&) const = default;
};

using McpReply = tl::expected<QJsonObject, McpFailure>;

[[nodiscard]] inline tl::unexpected<McpFailure> mcpFail(McpFailure::Kind kind, const QString& message)
{
    McpFailure failure;
    failure.kind = kind;
    failure.message = message;
    return tl::unexpected(failure);
}

/// In terms of errors that shells know.
[[nodiscard]] Error toError(const McpFailure& failure);

} // namespace lathe
