// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpconnectionpool.h"

#include "engine/net/httprequesthead.h"
#include "engine/net/proxyenvironment.h"

namespace lathe {
namespace {

using namespace Qt::StringLiterals;

/// The caller's certificates, our rules: the peer is verified, and it is HTTP/1.1 that is spoken.
QSslConfiguration strict(QSslConfiguration configuration)
{
    configuration.setPeerVerifyMode(QSslSocket::VerifyPeer);
    configuration.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
    return configuration;
}

} // namespace

HttpConnectionPool::HttpConnectionPool(Clock& clock)
    : m_clock(clock), m_environment(QProcessEnvironment::systemEnvironment())
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &HttpConnectionPool::checkDeadlines);
}

HttpConnectionPool::~HttpConnectionPool()
{
    shutDown();
}

void HttpConnectionPool::setProxy(const QNetworkProxy& proxy)
{
    m_proxy = proxy;
    closeIdle();
}

void HttpConnectionPool::setSslConfiguration(const QSslConfiguration& configuration)
{
    m_ssl = strict(configuration);
    closeIdle();
}

bool HttpConnectionPool::start(const std::shared_ptr<HttpExchange>& exchange, bool mayReuse)
{
    HttpConnection *connection = mayReuse ? takeIdle(exchange->origin) : nullptr;
    const bool reused = connection != nullptr;
    if (!reused) {
        connection = open(exchange->request.url);
    }
    connection->start(exchange);
    watch(connection);
    return reused;
}

void HttpConnectionPool::cancel(const std::shared_ptr<HttpExchange>& exchange)
{
    auto now = [exchange] {
        if (exchange->connection) {
            exchange->connection->fail(HttpFailureKind::Cancelled, u"the request was cancelled"_s);
        }
    };
    QMetaObject::invokeMethod(this, now, Qt::QueuedConnection);
}

void HttpConnectionPool::shutDown()
{
    m_timer.stop();
    const QList<HttpConnection *> all = m_connections;
    for (HttpConnection *connection : all) {
        connection->fail(HttpFailureKind::Cancelled, u"the program ends"_s);
    }
}

int HttpConnectionPool::idle() const
{
    qsizetype count = 0;
    for (const auto& list : m_idle) {
        count += list.size();
    }
    return static_cast<int>(count);
}

HttpTarget HttpConnectionPool::targetOf(const QUrl& url)
{
    HttpTarget target;
    target.origin = originOf(url);
    target.host = url.host(QUrl::FullyEncoded);
    target.port = portOf(url);
    target.tls = url.scheme() == "https"_L1;
    if (target.tls) {
        if (!m_ssl) {
            m_ssl = strict(QSslConfiguration::defaultConfiguration());
        }
        target.ssl = *m_ssl;
    }
    target.generation = m_generation;
    if (m_proxy.type() == QNetworkProxy::DefaultProxy) {
        target.proxy = proxyFromEnvironment(url, m_environment);
    } else if (!isLoopbackHost(url.host())) {
        target.proxy = m_proxy;
    }
    return target;
}

HttpConnection *HttpConnectionPool::takeIdle(const QString& origin)
{
    const auto found = m_idle.find(origin);
    if (found == m_idle.end()) {
        return nullptr;
    }
    QList<HttpConnection *>& list = found.value();
    while (!list.isEmpty()) {
        HttpConnection *connection = list.takeLast();
        if (connection->isReusable()) {
            return connection;
        }
        connection->fail(HttpFailureKind::Cancelled, QString());
    }
    return nullptr;
}

HttpConnection *HttpConnectionPool::open(const QUrl& url)
{
    auto *connection = new HttpConnection(targetOf(url), m_clock, this);
    connect(connection, &HttpConnection::becameIdle, this, [this, connection] { onIdle(connection); });
    connect(connection, &HttpConnection::deadlineCameCloser, this, [this, connection] { watch(connection); });
    connect(connection, &HttpConnection::closed, this, [this, connection] { onClosed(connection); });
    m_connections.append(connection);
    ++m_opened;
    return connection;
}

void HttpConnectionPool::onIdle(HttpConnection *connection)
{
    if (connection->target().generation != m_generation) {
        connection->fail(HttpFailureKind::Cancelled, QString());
        return;
    }
    m_idle[connection->target().origin].append(connection);
    watch(connection);
}

void HttpConnectionPool::onClosed(HttpConnection *connection)
{
    m_connections.removeOne(connection);
    const auto found = m_idle.find(connection->target().origin);
    if (found != m_idle.end()) {
        // An empty list stays: takeIdle() may be walking it, and there are few origins.
        found.value().removeOne(connection);
    }
    // We are inside a call of its socket.
    connection->deleteLater();
}

void HttpConnectionPool::closeIdle()
{
    ++m_generation;
    const QList<HttpConnection *> all = m_connections;
    for (HttpConnection *connection : all) {
        if (connection->isIdle()) {
            connection->fail(HttpFailureKind::Cancelled, QString());
        }
    }
}

void HttpConnectionPool::watch(HttpConnection *connection)
{
    const std::optional<Time> deadline = connection->deadline();
    if (!deadline || *deadline >= m_timerAt) {
        // A deadline only moves away while an exchange goes on; the timer looks again when it fires.
        return;
    }
    m_timerAt = *deadline;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
    m_timer.start(std::max(left, std::chrono::milliseconds(0)));
}

void HttpConnectionPool::checkDeadlines()
{
    m_timerAt = Time::max();
    const Time now = std::chrono::steady_clock::now();
    const QList<HttpConnection *> all = m_connections;
    for (HttpConnection *connection : all) {
        connection->checkDeadline(now);
        watch(connection);
    }
}

} // namespace lathe

#include "moc_httpconnectionpool.cpp"
