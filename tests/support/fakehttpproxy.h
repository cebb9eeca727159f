// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QList>
#include <QNetworkProxy>
#include <QTcpServer>
#include <QTcpSocket>

namespace lathe::test {

/// A small HTTP proxy on 127.0.0.1 that knows CONNECT and sends every host to one port of this machine. Lives on the
/// test's own thread and event loop.
class FakeHttpProxy final : public QTcpServer
{
public:
    explicit FakeHttpProxy(quint16 targetPort);

    /// For a client that uses it.
    [[nodiscard]] QNetworkProxy proxy(const QString& user = {}, const QString& password = {}) const;
    /// From now on only requests with these credentials pass; others get 407.
    void requireCredentials(const QByteArray& userColonPassword) { m_credentials = userColonPassword; }
    /// Answered instead of a tunnel, then closed: "HTTP/1.1 403 Forbidden\r\n\r\n".
    void answerAlways(const QByteArray& answer) { m_answer = answer; }
    /// From now on nothing is answered.
    void stall() { m_stalls = true; }
    /// The hosts that were asked for, "model.test:443"; also those that were refused.
    [[nodiscard]] const QList<QByteArray>& asked() const { return m_asked; }

private:
    void take(QTcpSocket *client);
    void tunnel(QTcpSocket *client);

    quint16 m_targetPort;
    QByteArray m_credentials;
    QByteArray m_answer;
    bool m_stalls = false;
    QList<QByteArray> m_asked;
    QHash<QTcpSocket *, QByteArray> m_heads; // of clients without a tunnel
};

} // namespace lathe::test
