// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpconnection.h"

#include <QSslError>
#include <QSslSocket>

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/socket.h>

namespace lathe {
namespace {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Parts of a request up to this size are gathered, so that a long history is not a system call for each message.
constexpr qsizetype writeBlock = 64 * 1024;
// What a hostile length may make us reserve ahead.
constexpr qint64 maxReserve = 4 * 1024 * 1024;
constexpr seconds idleLimit{50};

/// How long the server keeps an idle connection ("Keep-Alive: timeout=5"), less a second for the way to it.
seconds idleTime(const HttpHeaders& headers)
{
    const std::optional<QByteArray> value = headerValue(headers, "Keep-Alive");
    if (!value) {
        return idleLimit;
    }
    const QList<QByteArray> parts = value->split(',');
    for (const QByteArray& part : parts) {
        const QByteArray item = part.trimmed().toLower();
        bool isNumber = false;
        const int timeout = item.startsWith("timeout=") ? item.sliced(8).toInt(&isNumber) : 0;
        if (isNumber) {
            return std::clamp(seconds(timeout - 1), seconds(0), idleLimit);
        }
    }
    return idleLimit;
}

QString certificateProblems(const QTcpSocket *socket)
{
    QStringList problems;
    if (const auto *tls = qobject_cast<const QSslSocket *>(socket)) {
        const QList<QSslError> errors = tls->sslHandshakeErrors();
        for (const QSslError& error : errors) {
            problems.append(error.errorString());
        }
    }
    return problems.join(u"; "_s);
}

QString inMs(milliseconds length)
{
    return u"%1 ms"_s.arg(length.count());
}

} // namespace

HttpConnection::HttpConnection(HttpTarget target, Clock& clock, QObject *parent)
    : QObject(parent), m_target(std::move(target)), m_clock(clock)
{}

void HttpConnection::start(const std::shared_ptr<HttpExchange>& exchange)
{
    m_exchange = exchange;
    m_exchange->connection = this;
    HttpResponseParser::Limits limits;
    limits.bodyBytes = exchange->request.maxBodyBytes;
    m_parser = HttpResponseParser(exchange->request.method == "HEAD", limits);
    m_bodyToSink = false;
    if (m_state == State::Idle) {
        writeRequest();
    } else {
        open();
    }
}

void HttpConnection::open()
{
    m_state = State::Connecting;
    setPhase(HttpFailureKind::ConnectTimeout, m_exchange->request.deadlines.connect);
    QSslSocket *tls = nullptr;
    if (m_target.tls) {
        tls = new QSslSocket(this);
        tls->setSslConfiguration(m_target.ssl.value_or(QSslConfiguration()));
        connect(tls, &QSslSocket::encrypted, this, &HttpConnection::onReady);
        m_socket = tls;
    } else {
        m_socket = new QTcpSocket(this);
        connect(m_socket, &QTcpSocket::connected, this, &HttpConnection::onReady);
    }
    m_socket->setProxy(m_target.proxy);
    connect(m_socket, &QTcpSocket::connected, this, [this] {
        // Without it the last part of a body over one segment waits for an acknowledgement, about 40 ms.
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        m_socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
    });
    connect(m_socket, &QTcpSocket::bytesWritten, this, &HttpConnection::onBytesWritten);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::onReadyRead);
    connect(m_socket, &QTcpSocket::errorOccurred, this, &HttpConnection::onError);
    if (tls) {
        tls->connectToHostEncrypted(m_target.host, m_target.port);
    } else {
        m_socket->connectToHost(m_target.host, m_target.port);
    }
}

void HttpConnection::onReady()
{
    if (m_state != State::Connecting) {
        return;
    }
    const auto& acceptPeer = m_exchange->request.acceptPeer;
    if (acceptPeer && m_target.proxy.type() == QNetworkProxy::NoProxy && !acceptPeer(m_socket->peerAddress())) {
        fail(HttpFailureKind::InvalidRequest, QStringLiteral("its address is not allowed"));
        return;
    }
    writeRequest();
}

void HttpConnection::writeRequest()
{
    m_state = State::Exchanging;
    setPhase(HttpFailureKind::FirstByteTimeout, m_exchange->request.deadlines.firstByte);
    QByteArray block = m_exchange->head;
    for (const QByteArray& part : std::as_const(m_exchange->request.body)) {
        if (part.size() >= writeBlock) {
            // Two shared buffers for the socket: nothing is copied.
            m_socket->write(block);
            m_socket->write(part);
            block = QByteArray();
        } else {
            block += part;
            if (block.size() >= writeBlock) {
                m_socket->write(block);
                block = QByteArray();
            }
        }
    }
    if (!block.isEmpty()) {
        m_socket->write(block);
    }
    // Now, not when the event loop comes round; a peer that is gone may end the exchange in here.
    m_socket->flush();
}

void HttpConnection::onBytesWritten()
{
    if (!m_exchange || m_state != State::Exchanging) {
        return;
    }
    m_exchange->requestSent = true;
    if (!m_exchange->hasHead) {
        setPhase(HttpFailureKind::FirstByteTimeout, m_exchange->request.deadlines.firstByte);
    }
}

void HttpConnection::onReadyRead()
{
    std::array<char, 64 * 1024> buffer;
    while (m_state == State::Exchanging) {
        const qint64 size = m_socket->read(buffer.data(), static_cast<qint64>(buffer.size()));
        if (size <= 0) {
            return;
        }
        take(QByteArrayView(buffer.data(), size));
    }
    if (m_state == State::Idle && m_socket->bytesAvailable() > 0) {
        // Nobody asked: whatever it is, it must not be taken for the answer to the next request.
        close();
    }
}

void HttpConnection::take(QByteArrayView bytes)
{
    const std::shared_ptr<HttpExchange> exchange = m_exchange;
    for (;;) {
        switch (m_parser.next(bytes)) {
        case HttpResponseParser::Event::NeedMore:
            if (exchange->hasHead) {
                setPhase(HttpFailureKind::StallTimeout, exchange->request.deadlines.stall);
            }
            return;
        case HttpResponseParser::Event::Head:
            if (!takeHead()) {
                return;
            }
            break;
        case HttpResponseParser::Event::Body:
            if (!takePiece(m_parser.piece())) {
                return;
            }
            break;
        case HttpResponseParser::Event::End:
            complete(bytes.isEmpty());
            return;
        case HttpResponseParser::Event::Error:
            failParsed();
            return;
        }
    }
}

bool HttpConnection::takeHead()
{
    HttpResponse& response = m_exchange->response;
    response.status = m_parser.status();
    response.headers = m_parser.headers();
    response.firstByteMs = elapsedMs();
    m_exchange->hasHead = true;
    m_bodyToSink = m_exchange->sink.onBody && response.status >= 200 && response.status < 300;
    if (!m_bodyToSink && m_parser.contentLength() > 0) {
        response.body.reserve(std::min(m_parser.contentLength(), maxReserve));
    }
    if (stopped()) {
        return false;
    }
    if (m_exchange->sink.onHead) {
        m_exchange->sink.onHead(response);
    }
    return true;
}

bool HttpConnection::takePiece(QByteArrayView piece)
{
    if (!m_bodyToSink) {
        m_exchange->response.body.append(piece);
        return true;
    }
    if (stopped()) {
        return false;
    }
    m_exchange->sink.onBody(piece);
    return true;
}

bool HttpConnection::stopped()
{
    if (!m_exchange->stop.stop_requested()) {
        return false;
    }
    fail(HttpFailureKind::Cancelled, u"the request was cancelled"_s);
    return true;
}

void HttpConnection::failParsed()
{
    HttpFailureKind kind = HttpFailureKind::Malformed;
    switch (m_parser.errorKind()) {
    case HttpResponseParser::ErrorKind::Malformed:
        break;
    case HttpResponseParser::ErrorKind::TooLarge:
        kind = HttpFailureKind::TooLarge;
        break;
    case HttpResponseParser::ErrorKind::ClosedBeforeHead:
        kind = HttpFailureKind::ClosedBeforeResponse;
        break;
    case HttpResponseParser::ErrorKind::Truncated:
        kind = HttpFailureKind::Truncated;
        break;
    }
    fail(kind, m_parser.errorText());
}

void HttpConnection::onError(QAbstractSocket::SocketError error)
{
    switch (m_state) {
    case State::Connecting:
        failConnecting(error);
        break;
    case State::Exchanging:
        onReadyRead();
        if (m_state == State::Exchanging) {
            onPeerGone(error);
        }
        break;
    case State::Idle:
        close();
        break;
    case State::New:
    case State::Closed:
        break;
    }
}

void HttpConnection::failConnecting(QAbstractSocket::SocketError error)
{
    const QString reason = m_socket->errorString();
    switch (error) {
    case QAbstractSocket::HostNotFoundError:
        fail(HttpFailureKind::Resolve, u"the host name cannot be resolved (%1)"_s.arg(reason));
        break;
    case QAbstractSocket::SslHandshakeFailedError:
    case QAbstractSocket::SslInternalError:
    case QAbstractSocket::SslInvalidUserDataError: {
        const QString problems = certificateProblems(m_socket);
        if (problems.isEmpty()) {
            fail(HttpFailureKind::Tls, u"the TLS handshake failed (%1)"_s.arg(reason));
        } else {
            fail(HttpFailureKind::Tls, u"the certificate is not trusted (%1)"_s.arg(problems));
        }
        break;
    }
    case QAbstractSocket::SocketAccessError: // how Qt tells the 403 of a proxy
    case QAbstractSocket::ProxyAuthenticationRequiredError:
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyNotFoundError:
    case QAbstractSocket::ProxyProtocolError:
        if (m_target.proxy.type() != QNetworkProxy::NoProxy) {
            fail(HttpFailureKind::Proxy, u"the proxy %1:%2 made no connection (%3)"_s.arg(m_target.proxy.hostName())
                                             .arg(m_target.proxy.port())
                                             .arg(reason));
            break;
        }
        [[fallthrough]];
    default:
        fail(HttpFailureKind::Connect, u"no connection (%1)"_s.arg(reason));
        break;
    }
}

void HttpConnection::onPeerGone(QAbstractSocket::SocketError error)
{
    if (error == QAbstractSocket::RemoteHostClosedError) {
        if (m_parser.endOfInput() == HttpResponseParser::Event::End) {
            complete(false);
        } else {
            failParsed();
        }
        return;
    }
    const QString reason = m_socket->errorString();
    if (m_exchange->hasHead) {
        fail(HttpFailureKind::Truncated, u"the connection broke within the body (%1)"_s.arg(reason));
    } else {
        fail(HttpFailureKind::ClosedBeforeResponse, u"the connection broke before a response (%1)"_s.arg(reason));
    }
}

void HttpConnection::complete(bool clean)
{
    const std::shared_ptr<HttpExchange> exchange = std::move(m_exchange);
    m_exchange.reset();
    exchange->connection = nullptr;
    exchange->response.durationMs = (m_clock.monotonicNs() - exchange->startedNs) / 1'000'000;
    const bool reusable = clean && m_parser.keepAlive() && m_socket->state() == QAbstractSocket::ConnectedState &&
                          m_socket->bytesAvailable() == 0 && m_socket->bytesToWrite() == 0;
    if (reusable) {
        m_state = State::Idle;
        m_idleDeadline = std::chrono::steady_clock::now() + idleTime(exchange->response.headers);
        Q_EMIT becameIdle();
    } else {
        close();
    }
    exchange->ended->set(true);
}

void HttpConnection::fail(HttpFailureKind kind, const QString& text)
{
    const std::shared_ptr<HttpExchange> exchange = std::move(m_exchange);
    m_exchange.reset();
    if (exchange) {
        HttpFailure failure;
        failure.kind = kind;
        failure.message = exchange->origin + ": "_L1 + text;
        failure.requestSent = exchange->requestSent;
        exchange->response.durationMs = (m_clock.monotonicNs() - exchange->startedNs) / 1'000'000;
        if (exchange->hasHead) {
            failure.partial = std::move(exchange->response);
        }
        exchange->failure = std::move(failure);
        exchange->connection = nullptr;
    }
    close();
    if (exchange) {
        exchange->ended->set(true);
    }
}

void HttpConnection::close()
{
    if (m_state == State::Closed) {
        return;
    }
    m_state = State::Closed;
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->abort();
    }
    Q_EMIT closed();
}

bool HttpConnection::isReusable() const
{
    if (m_state != State::Idle || m_socket->state() != QAbstractSocket::ConnectedState ||
        m_socket->bytesAvailable() > 0 || std::chrono::steady_clock::now() >= m_idleDeadline) {
        return false;
    }
    // The kernel may know of the end before the event loop told us.
    const auto descriptor = static_cast<int>(m_socket->socketDescriptor());
    if (descriptor < 0) {
        return true;
    }
    char byte = 0;
    const auto got = ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::optional<HttpConnection::Time> HttpConnection::deadline() const
{
    if (m_state == State::Idle) {
        return m_idleDeadline;
    }
    if (!m_exchange) {
        return std::nullopt;
    }
    return std::min(m_phaseDeadline, m_exchange->totalDeadline);
}

void HttpConnection::checkDeadline(Time now)
{
    if (m_state == State::Idle && now >= m_idleDeadline) {
        close();
        return;
    }
    if (!m_exchange) {
        return;
    }
    const HttpDeadlines& limits = m_exchange->request.deadlines;
    if (now >= m_exchange->totalDeadline) {
        fail(HttpFailureKind::TotalTimeout, u"the exchange took longer than %1"_s.arg(inMs(limits.total)));
    } else if (now < m_phaseDeadline) {
        return;
    } else if (m_phaseKind == HttpFailureKind::ConnectTimeout) {
        fail(m_phaseKind, u"no connection within %1"_s.arg(inMs(limits.connect)));
    } else if (m_phaseKind == HttpFailureKind::FirstByteTimeout) {
        fail(m_phaseKind, u"no response within %1 of the request"_s.arg(inMs(limits.firstByte)));
    } else {
        fail(m_phaseKind, u"the response stalled for %1"_s.arg(inMs(limits.stall)));
    }
}

void HttpConnection::setPhase(HttpFailureKind kind, milliseconds length)
{
    m_phaseKind = kind;
    const Time deadline = std::chrono::steady_clock::now() + length;
    const bool closer = deadline < m_phaseDeadline;
    m_phaseDeadline = deadline;
    if (closer) {
        Q_EMIT deadlineCameCloser();
    }
}

qint64 HttpConnection::elapsedMs() const
{
    return (m_clock.monotonicNs() - m_exchange->startedNs) / 1'000'000;
}

} // namespace lathe

#include "moc_httpconnection.cpp"
