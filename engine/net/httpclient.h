// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/net/httptransport.h"

#include <QNetworkProxy>
#include <QSslConfiguration>

#include <memory>

namespace lathe {

class HttpConnectionPool;

/// HTTP/1.1 for model traffic: every request is on the wire at most once, whatever happens. TCP_NODELAY, keep-alive
/// pool, any number of connections, Content-Length and chunked bodies, verified TLS, proxies by QNetworkProxy. A body
/// that does not end as its framing says is Truncated, never a success; a body without framing ends with the
/// connection if the head said so (Connection: close, HTTP/1.0). Redirects are not followed: 3xx is an answer.
/// A pooled connection is used again only if it is idle and open; if the peer closed it before a byte of the request
/// was written, a fresh one is opened.
/// Lives on one thread with an event loop. Await the tasks of send() before the client dies; those that still run are
/// ended as Cancelled then.
class HttpClient final : public HttpTransport
{
public:
    explicit HttpClient(Clock& clock);
    ~HttpClient() override;
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    /// For all hosts but loopback. Until it is called, or with DefaultProxy, the environment decides (http_proxy,
    /// https_proxy, all_proxy, no_proxy). http too goes through an HTTP proxy by CONNECT.
    void setProxy(const QNetworkProxy& proxy);
    /// Certificates to trust and to show; the peer is verified whatever it says.
    void setSslConfiguration(const QSslConfiguration& configuration);

    QCoro::Task<HttpResult> send(HttpRequest request, Sink sink, std::stop_token stop) override;

    /// Connections opened so far, for tests and diagnosis.
    [[nodiscard]] int connectionsOpened() const;
    /// Connections that wait for another request.
    [[nodiscard]] int connectionsIdle() const;

private:
    std::shared_ptr<HttpConnectionPool> m_pool; // shared with running tasks
};

} // namespace lathe
