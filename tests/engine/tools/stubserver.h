// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QList>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QUrlQuery>

#include <functional>
#include <utility>

namespace lathe::test {

/// What a client sent.
struct StubRequest
{
    QByteArray method;
    QByteArray target;                     ///< path and query as sent
    QHash<QByteArray, QByteArray> headers; ///< names in lower case
    QByteArray body;

    [[nodiscard]] QString path() const { return QUrl::fromEncoded(target).path(); }
    [[nodiscard]] QString query(const QString& name) const
    {
        return QUrlQuery(QUrl::fromEncoded(target)).queryItemValue(name, QUrl::FullyDecoded);
    }
};

/// What it gets: an answer, nothing for ever, or the end of the connection.
struct StubReply
{
    int status = 200;
    QByteArray body = {};
    QByteArray type = "application/json";
    QList<QByteArray> headers = {}; ///< "Name: value"
    bool silent = false;
    bool closes = false;
};

/// An HTTP server on 127.0.0.1 that answers every request by a function and keeps what it was sent.
class StubServer final : public QTcpServer
{
public:
    explicit StubServer(std::function<StubReply(const StubRequest&)> answer) : m_answer(std::move(answer))
    {
        connect(this, &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *socket = nextPendingConnection()) {
                connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
                connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            }
        });
        if (!listen(QHostAddress::LocalHost, 0)) {
            qFatal("no port on loopback");
        }
    }
    [[nodiscard]] QString url(const QString& path = {}) const
    {
        return QStringLiteral("http://127.0.0.1:%1%2").arg(QString::number(serverPort()), path);
    }
    QList<StubRequest> requests;

private:
    void read(QTcpSocket *socket)
    {
        QByteArray& bytes = m_bytes[socket];
        bytes += socket->readAll();
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        if (end < 0) {
            return;
        }
        const QList<QByteArray> lines = bytes.left(end).split('\n');
        StubRequest request;
        request.method = lines.first().split(' ').value(0);
        request.target = lines.first().split(' ').value(1);
        for (const QByteArray& line : lines.mid(1)) {
            const qsizetype colon = line.indexOf(':');
            request.headers.insert(line.left(colon).toLower(), line.mid(colon + 1).trimmed());
        }
        const qsizetype length = request.headers.value("content-length").toLongLong();
        if (bytes.size() < end + 4 + length) {
            return;
        }
        request.body = bytes.mid(end + 4, length);
        bytes.clear();
        requests.append(request);
        const StubReply reply = m_answer(request);
        if (reply.closes) {
            socket->abort();
            return;
        }
        if (reply.silent) {
            return;
        }
        QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) +
                          " Status\r\nContent-Length: " + QByteArray::number(reply.body.size()) + "\r\n";
        if (!reply.type.isEmpty()) {
            head += "Content-Type: " + reply.type + "\r\n";
        }
        for (const QByteArray& header : reply.headers) {
            head += header + "\r\n";
        }
        socket->write(head + "\r\n" + reply.body);
    }

    std::function<StubReply(const StubRequest&)> m_answer;
    QHash<QTcpSocket *, QByteArray> m_bytes;
};

} // namespace lathe::test
