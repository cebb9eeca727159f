// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpclient.h"

#include "engine/net/httpconnectionpool.h"
#include "engine/net/httprequesthead.h"

namespace lathe {
namespace {

HttpFailure refused(HttpFailureKind kind, const QString& message)
{
    HttpFailure failure;
    failure.kind = kind;
    failure.message = message;
    return failure;
}

} // namespace

HttpClient::HttpClient(Clock& clock) : m_pool(std::make_shared<HttpConnectionPool>(clock)) {}

HttpClient::~HttpClient()
{
    m_pool->shutDown();
}

void HttpClient::setProxy(const QNetworkProxy& proxy)
{
    m_pool->setProxy(proxy);
}

void HttpClient::setSslConfiguration(const QSslConfiguration& configuration)
{
    m_pool->setSslConfiguration(configuration);
}

QCoro::Task<HttpResult> HttpClient::send(HttpRequest request, Sink sink, std::stop_token stop)
{
    // Held here, so that a task which outlives the client still finds its pool.
    const std::shared_ptr<HttpConnectionPool> pool = m_pool;
    Result<QByteArray> head = httpRequestHead(request);
    if (!head) {
        co_return tl::unexpected(refused(HttpFailureKind::InvalidRequest, head.error().message));
    }
    const auto exchange = std::make_shared<HttpExchange>();
    exchange->origin = originOf(request.url);
    if (stop.stop_requested()) {
        const QString message = exchange->origin + QStringLiteral(": the request was cancelled");
        co_return tl::unexpected(refused(HttpFailureKind::Cancelled, message));
    }
    exchange->head = std::move(*head);
    exchange->request = std::move(request);
    exchange->sink = std::move(sink);
    exchange->stop = stop;
    exchange->startedNs = pool->clock().monotonicNs();
    exchange->totalDeadline = std::chrono::steady_clock::now() + exchange->request.deadlines.total;
    auto cancel = [pool, exchange] { pool->cancel(exchange); };
    const std::stop_callback onStop(stop, cancel);

    bool mayReuse = true;
    for (;;) {
        exchange->ended.emplace();
        const bool reused = pool->start(exchange, mayReuse);
        const bool done = co_await exchange->ended->value();
        Q_UNUSED(done)
        const bool wasStale = reused && !stop.stop_requested() && exchange->failure &&
                              exchange->failure->kind == HttpFailureKind::ClosedBeforeResponse &&
                              !exchange->requestSent;
        if (!wasStale) {
            break;
        }
        // The server closed the idle connection and nothing was written: this is no second send.
        exchange->failure.reset();
        mayReuse = false;
    }
    if (exchange->failure) {
        co_return tl::unexpected(std::move(*exchange->failure));
    }
    co_return std::move(exchange->response);
}

int HttpClient::connectionsOpened() const
{
    return m_pool->opened();
}

int HttpClient::connectionsIdle() const
{
    return m_pool->idle();
}

} // namespace lathe
