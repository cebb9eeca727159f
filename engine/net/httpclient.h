// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QList>
#include <QNetworkProxy>
#include <QSslConfiguration>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

namespace lathe {

using HttpHeaders = QList<std::pair<QByteArray, QByteArray>>;

/// The first value of a header, compared without case.
[[nodiscard]] std::optional<QByteArray> headerValue(const HttpHeaders& headers, QByteArrayView name);

struct HttpDeadlines
{
    std::chrono::milliseconds connect{10'000};    ///< name look-up, TCP, proxy and TLS
    std::chrono::milliseconds firstByte{120'000}; ///< from the request written to the status line
    std::chrono::milliseconds stall{60'000};      ///< between two reads of the body
    std::chrono::milliseconds total{600'000};     ///< the whole exchange
};

struct HttpRequest
{
    QByteArray method = QByteArrayLiteral("POST");
    QUrl url;               ///< http or https
    HttpHeaders headers;    ///< Host, Content-Length, User-Agent and Accept-Encoding are made
    QList<QByteArray> body; ///< sent as one body, written part by part without joining
    HttpDeadlines deadlines;
    qint64 maxBodyBytes = 256 * 1024 * 1024;
};

struct HttpResponse
{
    int status = 0;
    HttpHeaders headers;
    QByteArray body;        ///< empty if it went to onBody
    qint64 firstByteMs = 0; ///< from send to status line
    qint64 durationMs = 0;
};

/// Why an exchange failed, and whether the request may have reached the server.
enum class HttpFailureKind
{
    Resolve,
    Connect,
    Tls,
    Proxy,
    ConnectTimeout,
    FirstByteTimeout,
    StallTimeout,
    TotalTimeout,
    ClosedBeforeResponse,
    Truncated,
    Malformed,
    TooLarge,
    Cancelled,
    InvalidRequest
};

struct HttpFailure
{
    HttpFailureKind kind = HttpFailureKind::Connect;
    QString message;
    bool requestSent = false;            ///< at least one byte of the request left this process
    std::optional<HttpResponse> partial; ///< status, headers and body received so far
};

using HttpResult = tl::expected<HttpResponse, HttpFailure>;

/// HTTP/1.1 for model traffic: every request is on the wire at most once, whatever happens. TCP_NODELAY, keep-alive
/// pool, any number of connections, Content-Length and chunked bodies, verified TLS, proxies by QNetworkProxy. A body
/// that does not end as its framing says is Truncated, never a success. A pooled connection is used again only if it
/// is idle and open; if the peer closed it before a byte of the request was written, a fresh one is opened.
/// Lives on one thread with an event loop.
class HttpClient
{
public:
    explicit HttpClient(Clock& clock);
    ~HttpClient();

    void setProxy(const QNetworkProxy& proxy);
    void setSslConfiguration(const QSslConfiguration& configuration);

    /// Called with the status and headers, then pieces of the body as they arrive (decoded from chunks).
    struct Sink
    {
        std::function<void(const HttpResponse& head)> onHead;
        std::function<void(QByteArrayView piece)> onBody; ///< if set, for statuses 2xx the body is not gathered
    };
    QCoro::Task<HttpResult> send(HttpRequest request, Sink sink, std::stop_token stop);

    /// Connections opened so far, for tests and diagnosis.
    [[nodiscard]] int connectionsOpened() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace lathe
