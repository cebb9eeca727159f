// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httpheaders.h"

#include <QByteArray>
#include <QCoroTask>
#include <QHostAddress>
#include <QList>
#include <QUrl>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>

#include <tl/expected.hpp>

namespace lathe {

/// Real time, not that of Clock: they guard against a real peer, which no test clock moves.
struct HttpDeadlines
{
    std::chrono::milliseconds connect{10'000};    ///< name look-up, TCP, proxy and TLS
    std::chrono::milliseconds firstByte{120'000}; ///< from the last of the request written to the end of the head
    std::chrono::milliseconds stall{60'000};      ///< between two reads of the body
    std::chrono::milliseconds total{600'000};     ///< the whole exchange
};

struct HttpRequest
{
    QByteArray method = QByteArrayLiteral("POST");
    QUrl url;               ///< http or https
    HttpHeaders headers;    ///< Host, Content-Length, User-Agent, Accept-Encoding, Connection ... are made: never here
    QList<QByteArray> body; ///< sent as one body, written part by part without joining
    HttpDeadlines deadlines;
    qint64 maxBodyBytes = 256 * 1024 * 1024;
    /// If set, asked about the peer of each new direct connection before a byte is written; false ends the request
    /// as InvalidRequest. Name look-ups made beforehand may differ from this one. Not asked about a proxy.
    std::function<bool(const QHostAddress& peer)> acceptPeer;
};

struct HttpResponse
{
    int status = 0;
    HttpHeaders headers;
    QByteArray body;        ///< empty if it went to onBody
    qint64 firstByteMs = 0; ///< from send to the end of the head
    qint64 durationMs = 0;
};

/// Why an exchange failed.
enum class HttpFailureKind
{
    Resolve,              ///< the host name is not known
    Connect,              ///< no connection: refused, unreachable, closed while it was made
    Tls,                  ///< handshake or certificate
    Proxy,                ///< the proxy failed, refused, or wants other credentials
    ConnectTimeout,       ///< HttpDeadlines::connect
    FirstByteTimeout,     ///< HttpDeadlines::firstByte
    StallTimeout,         ///< HttpDeadlines::stall
    TotalTimeout,         ///< HttpDeadlines::total
    ClosedBeforeResponse, ///< connected, then closed or reset before the end of the head
    Truncated,            ///< closed before the end of the body
    Malformed,            ///< not HTTP/1.1, or doubtful where the body ends
    TooLarge,             ///< body over maxBodyBytes, or an endless head
    Cancelled,            ///< the stop token
    InvalidRequest        ///< nothing was tried
};

struct HttpFailure
{
    HttpFailureKind kind = HttpFailureKind::Connect;
    QString message;                     ///< one sentence with the origin; never path, query, user info or headers
    bool requestSent = false;            ///< at least one byte of the request left this process
    std::optional<HttpResponse> partial; ///< status, headers and body received so far
};

using HttpResult = tl::expected<HttpResponse, HttpFailure>;

/// Carries requests to where they are answered: over the network, or from a record of what was said there before.
/// Lives on one thread with an event loop.
class HttpTransport
{
public:
    /// Called on the transport's thread with the status and headers, then with pieces of the body as they arrive
    /// (decoded from chunks). They must not throw and must not run an event loop. After a stop request they are not
    /// called.
    struct Sink
    {
        std::function<void(const HttpResponse& head)> onHead;
        std::function<void(QByteArrayView piece)> onBody; ///< if set, for statuses 2xx the body is not gathered
    };

    virtual ~HttpTransport() = default;
    /// One request, carried at most once. Any complete response is a value, also 4xx and 5xx.
    virtual QCoro::Task<HttpResult> send(HttpRequest request, Sink sink, std::stop_token stop) = 0;
};

} // namespace lathe
