// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/mcp.h"
#include "engine/net/httpheaders.h"
#include "engine/tools/mcpmessage.h"

#include <QJsonArray>

#include <optional>

// What the messages of the Model Context Protocol mean, for a client that uses tools. Two eras: up to 2025-11-25 a
// session begins with `initialize`; from 2026-07-28 on every request stands for itself and says in `_meta` who asks.
// https://modelcontextprotocol.io/specification. Pure: nothing here sends or waits.

namespace lathe {

enum class McpEra
{
    Legacy, ///< 2024-11-05 to 2025-11-25
    Modern  ///< 2026-07-28
};

inline constexpr QLatin1StringView kMcpModernVersion("2026-07-28");
inline constexpr QLatin1StringView kMcpNewestLegacyVersion("2025-11-25");

[[nodiscard]] bool isKnownMcpVersion(QStringView version);

/// What was agreed on with a server.
struct McpPeer
{
    McpEra era = McpEra::Legacy;
    QString version;
    QString serverName;
    QString serverVersion;
    bool hasTools = false;
    bool tellsListChanged = false;

    bool operator==(const McpPeer&) const = default;
};

[[nodiscard]] QJsonObject initializeParams();
/// Unavailable if the server wants a version that is not known here.
[[nodiscard]] Result<McpPeer> readInitialize(const QJsonObject& result);

/// The `_meta` that every modern request carries.
[[nodiscard]] QJsonObject withModernMeta(QJsonObject params);
[[nodiscard]] QJsonObject withProgressToken(QJsonObject params, qint64 token);
/// Unavailable if there is no version that both sides know.
[[nodiscard]] Result<McpPeer> readDiscover(const QJsonObject& result);

/// What follows from a failed `server/discover`.
enum class McpProbe
{
    TryLegacy, ///< the server is of the legacy era, as far as one can tell
    GiveUp     ///< it cannot be reached, or wants a login
};
[[nodiscard]] McpProbe afterProbe(const McpFailure& failure, bool isProcess);

/// A tool as its server describes it: hostile until it was checked.
struct McpToolInfo
{
    QString name;
    QString title;
    QString description;
    QJsonObject inputSchema;
    std::optional<QJsonObject> outputSchema;
    QJsonObject annotations; ///< hints; see sideEffectOf()
    bool needsTask = false;  ///< execution.taskSupport "required": cannot be called here

    bool operator==(const McpToolInfo&) const = default;
};

struct McpToolPage
{
    QList<McpToolInfo> tools;
    QString nextCursor; ///< empty: that was the last page
    QStringList issues; ///< entries that are no tools, in words
};
[[nodiscard]] Result<McpToolPage> readToolPage(const QJsonObject& result);

/// A finished `tools/call`.
struct McpToolReply
{
    QJsonArray content;
    QJsonValue structured{QJsonValue::Undefined};
    bool isError = false;

    bool operator==(const McpToolReply&) const = default;
};

/// A modern server that needs an answer first: the call is repeated with it.
struct McpInputRequired
{
    QJsonObject requests; ///< key -> {method, params}
    QJsonValue state{QJsonValue::Undefined};

    bool operator==(const McpInputRequired&) const = default;
};
struct McpCallReading
{
    McpToolReply reply;
    std::optional<McpInputRequired> inputRequired;
};
[[nodiscard]] Result<McpCallReading> readToolCall(const QJsonObject& result, McpEra era);
/// The params of the call repeated with answers.
[[nodiscard]] QJsonObject withInputResponses(QJsonObject params, const McpInputRequired& asked,
                                             const QJsonObject& responses);

/// `elicitation/create` in form mode; nothing if it asks for something else (a web page to be opened).
[[nodiscard]] std::optional<McpElicitation> readElicitation(const QJsonObject& params);
/// The answer as the server gets it. What the schema has a default for and the answer lacks is filled in.
[[nodiscard]] QJsonObject elicitationResult(const McpElicitationAnswer& answer, const QJsonObject& schema);

/// What a modern request says of itself in headers: version, method, and the name of the tool.
[[nodiscard]] HttpHeaders modernHeaders(const QString& method, const QJsonObject& params);
/// A modern server over HTTP wants these arguments as headers too ("x-mcp-header" in the schema): name and value.
/// InvalidInput if the schema asks for something that cannot be a header.
[[nodiscard]] Result<HttpHeaders> paramHeaders(const QJsonObject& inputSchema, const QJsonObject& arguments);

} // namespace lathe
