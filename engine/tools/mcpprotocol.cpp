// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpprotocol.h"

#include <QSet>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr std::array kLegacyVersions{"2025-11-25"_L1, "2025-06-18"_L1, "2025-03-26"_L1, "2024-11-05"_L1};
constexpr auto kMeta = "_meta"_L1;
constexpr auto kServerInfo = "io.modelcontextprotocol/serverInfo"_L1;

QJsonObject clientInfo()
{
    return {{u"name"_s, u"lathe"_s}, {u"title"_s, u"Lathe"_s}, {u"version"_s, QStringLiteral(LATHE_VERSION)}};
}

/// Questions to the user as a form; that there may be nobody to answer them is said by declining.
QJsonObject clientCapabilities()
{
    return {{u"elicitation"_s, QJsonObject{{u"form"_s, QJsonObject{{u"applyDefaults"_s, true}}}}}};
}

void readServer(McpPeer& peer, const QJsonObject& info, const QJsonObject& capabilities)
{
    peer.serverName = info.value("name"_L1).toString().left(200);
    peer.serverVersion = info.value("version"_L1).toString().left(100);
    peer.hasTools = capabilities.value("tools"_L1).isObject();
    peer.tellsListChanged = capabilities.value("tools"_L1).toObject().value("listChanged"_L1).toBool();
}

QString listed(const QJsonArray& versions)
{
    QStringList words;
    for (const QJsonValue version : versions) {
        words.append(version.toString().left(40));
    }
    return words.join(u", "_s);
}

} // namespace

bool isKnownMcpVersion(QStringView version)
{
    return version == kMcpModernVersion || std::any_of(kLegacyVersions.begin(), kLegacyVersions.end(),
                                                       [version](auto known) { return known == version; });
}

QJsonObject initializeParams()
{
    return {{u"protocolVersion"_s, QString(kMcpNewestLegacyVersion)},
            {u"capabilities"_s, clientCapabilities()},
            {u"clientInfo"_s, clientInfo()}};
}

Result<McpPeer> readInitialize(const QJsonObject& result)
{
    McpPeer peer;
    peer.era = McpEra::Legacy;
    peer.version = result.value("protocolVersion"_L1).toString();
    if (!isKnownMcpVersion(peer.version) || peer.version == kMcpModernVersion) {
        return fail(
            ErrorCode::Unavailable,
            u"the server speaks protocol version \"%1\", which Lathe does not know"_s.arg(peer.version.left(40)));
    }
    readServer(peer, result.value("serverInfo"_L1).toObject(), result.value("capabilities"_L1).toObject());
    return peer;
}

QJsonObject withModernMeta(QJsonObject params)
{
    QJsonObject meta = params.value(kMeta).toObject();
    meta.insert("io.modelcontextprotocol/protocolVersion"_L1, QString(kMcpModernVersion));
    meta.insert("io.modelcontextprotocol/clientInfo"_L1, clientInfo());
    meta.insert("io.modelcontextprotocol/clientCapabilities"_L1, clientCapabilities());
    params.insert(kMeta, meta);
    return params;
}

QJsonObject withProgressToken(QJsonObject params, qint64 token)
{
    QJsonObject meta = params.value(kMeta).toObject();
    meta.insert("progressToken"_L1, token);
    params.insert(kMeta, meta);
    return params;
}

Result<McpPeer> readDiscover(const QJsonObject& result)
{
    const QJsonArray versions = result.value("supportedVersions"_L1).toArray();
    if (!versions.contains(QString(kMcpModernVersion))) {
        return fail(ErrorCode::Unavailable,
                    u"the server speaks protocol versions %1, none of which Lathe knows"_s.arg(listed(versions)));
    }
    McpPeer peer;
    peer.era = McpEra::Modern;
    peer.version = kMcpModernVersion;
    readServer(peer, result.value(kMeta).toObject().value(kServerInfo).toObject(),
               result.value("capabilities"_L1).toObject());
    return peer;
}

McpProbe afterProbe(const McpFailure& failure, bool isProcess)
{
    switch (failure.kind) {
    case McpFailure::Kind::Rpc:
    case McpFailure::Kind::Invalid:
        return McpProbe::TryLegacy;
    case McpFailure::Kind::Http:
        return failure.code >= 400 && failure.code < 500 && failure.code != 401 && failure.code != 403
                   ? McpProbe::TryLegacy
                   : McpProbe::GiveUp;
    case McpFailure::Kind::Lost:
    case McpFailure::Kind::TimedOut:
        // Old servers ignore, or die of, a request before `initialize`.
        return isProcess ? McpProbe::TryLegacy : McpProbe::GiveUp;
    case McpFailure::Kind::Cancelled:
        return McpProbe::GiveUp;
    }
    return McpProbe::GiveUp;
}

Result<McpToolPage> readToolPage(const QJsonObject& result)
{
    if (!result.value("tools"_L1).isArray()) {
        return fail(ErrorCode::InvalidInput, u"the list of tools has no \"tools\""_s);
    }
    McpToolPage page;
    const QJsonArray entries = result.value("tools"_L1).toArray();
    for (qsizetype i = 0; i < entries.size(); ++i) {
        const QJsonObject entry = entries.at(i).toObject();
        McpToolInfo tool;
        tool.name = entry.value("name"_L1).toString();
        if (tool.name.isEmpty()) {
            page.issues.append(u"tool %1 of the list has no name"_s.arg(i + 1));
            continue;
        }
        if (!entry.value("inputSchema"_L1).isObject()) {
            page.issues.append(u"%1 has no schema of its arguments"_s.arg(tool.name.left(100)));
            continue;
        }
        tool.title = entry.value("title"_L1).toString();
        tool.description = entry.value("description"_L1).toString();
        tool.inputSchema = entry.value("inputSchema"_L1).toObject();
        if (entry.value("outputSchema"_L1).isObject()) {
            tool.outputSchema = entry.value("outputSchema"_L1).toObject();
        }
        tool.annotations = entry.value("annotations"_L1).toObject();
        const QJsonObject execution = entry.value("execution"_L1).toObject();
        tool.needsTask = execution.value("taskSupport"_L1).toString() == "required"_L1;
        page.tools.append(tool);
    }
    page.nextCursor = result.value("nextCursor"_L1).toString();
    return page;
}

Result<McpCallReading> readToolCall(const QJsonObject& result, McpEra era)
{
    McpCallReading reading;
    const QString type = result.value("resultType"_L1).toString();
    if (era == McpEra::Modern && type == "input_required"_L1) {
        McpInputRequired asked;
        asked.requests = result.value("inputRequests"_L1).toObject();
        asked.state = result.value("requestState"_L1);
        reading.inputRequired = asked;
        return reading;
    }
    if (era == McpEra::Modern && type != "complete"_L1) {
        return fail(ErrorCode::InvalidInput, u"the result is of type \"%1\", which is not known"_s.arg(type.left(40)));
    }
    reading.reply.content = result.value("content"_L1).toArray();
    reading.reply.structured = result.value("structuredContent"_L1);
    reading.reply.isError = result.value("isError"_L1).toBool();
    if (!result.value("content"_L1).isArray() && reading.reply.structured.isUndefined()) {
        return fail(ErrorCode::InvalidInput, u"the result has no content"_s);
    }
    return reading;
}

QJsonObject withInputResponses(QJsonObject params, const McpInputRequired& asked, const QJsonObject& responses)
{
    params.insert("inputResponses"_L1, responses);
    if (asked.state.isUndefined()) {
        params.remove("requestState"_L1);
    } else {
        params.insert("requestState"_L1, asked.state);
    }
    return params;
}

std::optional<McpElicitation> readElicitation(const QJsonObject& params)
{
    if (params.value("mode"_L1).toString(u"form"_s) != "form"_L1 || !params.value("requestedSchema"_L1).isObject()) {
        return std::nullopt;
    }
    McpElicitation asked;
    asked.message = params.value("message"_L1).toString().left(4000);
    asked.schema = params.value("requestedSchema"_L1).toObject();
    return asked;
}

QJsonObject elicitationResult(const McpElicitationAnswer& answer, const QJsonObject& schema)
{
    switch (answer.action) {
    case McpElicitationAnswer::Action::Decline:
        return {{u"action"_s, u"decline"_s}};
    case McpElicitationAnswer::Action::Cancel:
        return {{u"action"_s, u"cancel"_s}};
    case McpElicitationAnswer::Action::Accept:
        break;
    }
    QJsonObject content = answer.content;
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto it = properties.begin(); it != properties.end(); ++it) {
        const QJsonValue fallback = it->toObject().value("default"_L1);
        if (!content.contains(it.key()) && !fallback.isUndefined()) {
            content.insert(it.key(), fallback);
        }
    }
    return {{u"action"_s, u"accept"_s}, {u"content"_s, content}};
}

namespace {

/// Text that a header can carry as it is; else in base64, as version 2026-07-28 says.
QByteArray headerText(const QString& text)
{
    const QByteArray bytes = text.toUtf8();
    const bool plain = std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= 0x20 && c < 0x7f; }) &&
                       bytes == bytes.trimmed() && !bytes.startsWith("=?base64?");
    return plain ? bytes : QByteArray("=?base64?" + bytes.toBase64() + "?=");
}

Result<void> addParamHeaders(const QJsonObject& schema, const QJsonObject& arguments, QSet<QByteArray>& seen,
                             HttpHeaders& headers, int depth)
{
    constexpr int kMaxDepth = 16;
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    for (auto it = properties.begin(); it != properties.end() && depth < kMaxDepth; ++it) {
        const QJsonObject property = it->toObject();
        const QJsonValue value = arguments.value(it.key());
        const QJsonValue wanted = property.value("x-mcp-header"_L1);
        if (wanted.isUndefined()) {
            const Result<void> below = addParamHeaders(property, value.toObject(), seen, headers, depth + 1);
            if (!below) {
                return below;
            }
            continue;
        }
        const QByteArray name = wanted.toString().toUtf8();
        const QString type = property.value("type"_L1).toString();
        const bool simple = type == "string"_L1 || type == "integer"_L1 || type == "boolean"_L1;
        if (!isHttpToken(name) || !simple || seen.contains(name.toLower())) {
            return fail(ErrorCode::InvalidInput, u"the argument %1 cannot be the header Mcp-Param-%2"_s.arg(
                                                     it.key(), wanted.toString().left(100)));
        }
        seen.insert(name.toLower());
        if (value.isString()) {
            headers.append({"Mcp-Param-" + name, headerText(value.toString())});
        } else if (value.isBool()) {
            headers.append({"Mcp-Param-" + name, value.toBool() ? "true" : "false"});
        } else if (value.isDouble()) {
            headers.append({"Mcp-Param-" + name, QByteArray::number(value.toInteger())});
        }
    }
    return {};
}

} // namespace

HttpHeaders modernHeaders(const QString& method, const QJsonObject& params)
{
    HttpHeaders headers{{"Mcp-Protocol-Version", QByteArray(kMcpModernVersion.data(), kMcpModernVersion.size())},
                        {"Mcp-Method", headerText(method)}};
    if (method == "tools/call"_L1) {
        headers.append({"Mcp-Name", headerText(params.value("name"_L1).toString())});
    }
    return headers;
}

Result<HttpHeaders> paramHeaders(const QJsonObject& inputSchema, const QJsonObject& arguments)
{
    QSet<QByteArray> seen;
    HttpHeaders headers;
    const Result<void> added = addParamHeaders(inputSchema, arguments, seen, headers, 0);
    if (!added) {
        return fail(added.error());
    }
    return headers;
}

} // namespace lathe
