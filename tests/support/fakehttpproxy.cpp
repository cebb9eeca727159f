// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakehttpproxy.h"

namespace lathe::test {

FakeHttpProxy::FakeHttpProxy(quint16 targetPort) : m_targetPort(targetPort)
{
    const bool listening = listen(QHostAddress::LocalHost, 0);
    Q_ASSERT_X(listening, "FakeHttpProxy", "cannot listen on 127.0.0.1");
    Q_UNUSED(listening)
    connect(this, &QTcpServer::newConnection, this, [this] {
        QTcpSocket *client = nextPendingConnection();
        m_heads.insert(client, {});
        connect(client, &QTcpSocket::readyRead, this, [this, client] { take(client); });
        connect(client, &QTcpSocket::disconnected, this, [this, client] {
            m_heads.remove(client);
            client->deleteLater();
        });
    });
}

QNetworkProxy FakeHttpProxy::proxy(const QString& user, const QString& password) const
{
    return QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), serverPort(), user, password);
}

void FakeHttpProxy::take(QTcpSocket *client)
{
    if (!m_heads.contains(client)) {
        return;
    }
    QByteArray& head = m_heads[client];
    head += client->readAll();
    if (!head.contains("\r\n\r\n")) {
        return;
    }
    const QByteArray request = std::exchange(head, {});
    m_asked.append(request.split(' ').value(1));
    if (m_stalls) {
        return;
    }
    if (!m_answer.isEmpty()) {
        client->write(m_answer);
        client->disconnectFromHost();
        return;
    }
    QByteArray wanted("Proxy-Authorization: Basic ");
    wanted += m_credentials.toBase64();
    const bool allowed = m_credentials.isEmpty() || request.contains(wanted);
    if (!request.startsWith("CONNECT ") || !allowed) {
        client->write("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"lathe\"\r\n"
                      "Content-Length: 0\r\n\r\n");
        return;
    }
    m_heads.remove(client);
    tunnel(client);
}

void FakeHttpProxy::tunnel(QTcpSocket *client)
{
    auto *target = new QTcpSocket(client);
    connect(target, &QTcpSocket::connected, client, [client, target] {
        target->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        client->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        client->write("HTTP/1.1 200 Connection established\r\n\r\n");
    });
    connect(client, &QTcpSocket::readyRead, target, [client, target] { target->write(client->readAll()); });
    connect(target, &QTcpSocket::readyRead, client, [client, target] { client->write(target->readAll()); });
    connect(target, &QTcpSocket::disconnected, client, [client] { client->disconnectFromHost(); });
    target->connectToHost(QStringLiteral("127.0.0.1"), m_targetPort);
}

} // namespace lathe::test
