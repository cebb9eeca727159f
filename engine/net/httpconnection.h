// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/net/httpexchange.h"
#include "engine/net/httpresponseparser.h"

#include <QAbstractSocket>
#include <QNetworkProxy>
#include <QObject>
#include <QSslConfiguration>
#include <QTcpSocket>

namespace lathe {

/// Where a connection goes and how.
struct HttpTarget
{
    QString origin; ///< scheme://host:port
    QString host;
    quint16 port = 0;
    bool tls = false;
    QNetworkProxy proxy{QNetworkProxy::NoProxy};
    std::optional<QSslConfiguration> ssl; ///< with tls; even an empty one would load the TLS library
    int generation = 0;                   ///< of the settings it was made from
};

/// One socket that carries one exchange at a time: connects, writes the request once, reads the response, and is idle
/// or closed after that. It never repeats anything.
class HttpConnection final : public QObject
{
    Q_OBJECT

public:
    using Time = HttpExchange::Time;

    HttpConnection(HttpTarget target, Clock& clock, QObject *parent);

    /// Carries the exchange and ends it, perhaps at once; connects first if needed. Only while idle or new.
    void start(const std::shared_ptr<HttpExchange>& exchange);
    /// Ends the exchange as failed and closes; without one it only closes.
    void fail(HttpFailureKind kind, const QString& text);
    /// Whether another request may be written: idle, open, and nothing unread in the kernel, not even the end.
    [[nodiscard]] bool isReusable() const;
    [[nodiscard]] bool isIdle() const { return m_state == State::Idle; }
    [[nodiscard]] const HttpTarget& target() const { return m_target; }
    /// When checkDeadline() is to be called at the latest; nothing if it is closed.
    [[nodiscard]] std::optional<Time> deadline() const;
    /// Fails the exchange, or closes the idle connection, if its time is over.
    void checkDeadline(Time now);

Q_SIGNALS:
    /// The exchange ended and the connection waits for another.
    void becameIdle();
    /// deadline() is earlier than it was, since another limit holds now.
    void deadlineCameCloser();
    /// It is closed for good; emitted once. Delete it later, not now.
    void closed();

private:
    enum class State
    {
        New,
        Connecting,
        Exchanging,
        Idle,
        Closed
    };

    void open();
    void onReady();
    void onBytesWritten();
    void onReadyRead();
    void onError(QAbstractSocket::SocketError error);
    void failConnecting(QAbstractSocket::SocketError error);
    void onPeerGone(QAbstractSocket::SocketError error);
    void writeRequest();
    void take(QByteArrayView bytes);
    bool takeHead();
    bool takePiece(QByteArrayView piece);
    bool stopped();
    void failParsed();
    void complete(bool clean);
    void setPhase(HttpFailureKind kind, std::chrono::milliseconds length);
    void close();
    [[nodiscard]] qint64 elapsedMs() const;

    HttpTarget m_target;
    Clock& m_clock;
    QTcpSocket *m_socket = nullptr;
    State m_state = State::New;
    std::shared_ptr<HttpExchange> m_exchange;
    HttpResponseParser m_parser;
    bool m_bodyToSink = false;
    HttpFailureKind m_phaseKind = HttpFailureKind::ConnectTimeout;
    Time m_phaseDeadline;
    Time m_idleDeadline;
};

} // namespace lathe
