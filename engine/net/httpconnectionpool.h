// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httpconnection.h"

#include <QHash>
#include <QObject>
#include <QProcessEnvironment>
#include <QTimer>

#include <optional>

namespace lathe {

/// All connections of one client: gives each exchange an idle one or a new one, and watches over their deadlines with
/// one timer, so that an exchange costs none. Lives on the client's thread; cancel() may be called from any.
class HttpConnectionPool final : public QObject
{
    Q_OBJECT

public:
    explicit HttpConnectionPool(Clock& clock);
    ~HttpConnectionPool() override;

    void setProxy(const QNetworkProxy& proxy);
    void setSslConfiguration(const QSslConfiguration& configuration);

    /// Carries the exchange on a connection; true if that one carried others before.
    bool start(const std::shared_ptr<HttpExchange>& exchange, bool mayReuse);
    /// Ends the exchange as Cancelled, soon, from the event loop.
    void cancel(const std::shared_ptr<HttpExchange>& exchange);
    /// Ends all exchanges as Cancelled and closes all connections, now.
    void shutDown();

    [[nodiscard]] Clock& clock() const { return m_clock; }
    [[nodiscard]] int opened() const { return m_opened; }
    [[nodiscard]] int idle() const;

private:
    using Time = HttpExchange::Time;

    [[nodiscard]] HttpTarget targetOf(const QUrl& url);
    HttpConnection *takeIdle(const QString& origin);
    HttpConnection *open(const QUrl& url);
    void onIdle(HttpConnection *connection);
    void onClosed(HttpConnection *connection);
    void closeIdle();
    void watch(HttpConnection *connection);
    void checkDeadlines();

    Clock& m_clock;
    QNetworkProxy m_proxy{QNetworkProxy::DefaultProxy};
    std::optional<QSslConfiguration> m_ssl; // made for the first https address: TLS takes 4 MiB to load
    QProcessEnvironment m_environment;
    int m_generation = 0; // of the proxy and TLS settings
    int m_opened = 0;
    QList<HttpConnection *> m_connections;
    QHash<QString, QList<HttpConnection *>> m_idle; // by origin, the one used last at the end
    QTimer m_timer;
    Time m_timerAt = Time::max();
};

} // namespace lathe
