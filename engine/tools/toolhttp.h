// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httpclient.h"
#include "engine/tools/tool.h"

#include <QUrl>

namespace lathe {

/// A complete answer of a server, whatever its status; or a failed ToolResult:
/// PRIVATE_ADDRESS_REFUSED, INVALID_URL, HOST_NOT_FOUND, CONNECTION_FAILED,
/// TLS_FAILED, PROXY_FAILED, CONNECTION_LOST, INVALID_REPLY, REPLY_TOO_LARGE,
/// REDIRECT_REFUSED, TIMEOUT, CANCELLED.
using ToolHttpReply = tl::expected<HttpResponse, ToolResult>;

/// HTTP for tools: what a model asks for must not reach the inside of the
/// network. Unless allowed, requests to private addresses (privateaddress.h)
/// are refused after the name look-up, for every redirect too, and a connection
/// whose peer turns out to be private is dropped before anything is written.
/// One thread with an event loop.
class ToolHttp
{
public:
    ToolHttp(Clock& clock, bool allowPrivateAddresses);

    /// Sends once. Redirects of a GET are followed (5 at most, never from https
    /// to http) if followRedirects.
    QCoro::Task<ToolHttpReply> send(HttpRequest request, bool followRedirects, std::stop_token stop);

private:
    QCoro::Task<ToolHttpReply> sendOnce(HttpRequest request, std::stop_token stop);

    HttpClient m_client;
    bool m_allowPrivate;
};

/// The JSON object or array in a reply's body, or a failed result INVALID_REPLY
/// that names the place of the error.
[[nodiscard]] tl::expected<QJsonValue, ToolResult> jsonBody(const HttpResponse& reply, const QString& from);

/// What a server said of its error, for messages: "message" or "error" of a
/// JSON body, else its text; at most 300 characters, one line.
[[nodiscard]] QString serverWords(const HttpResponse& reply);

} // namespace lathe
