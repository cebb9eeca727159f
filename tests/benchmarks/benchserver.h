// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QTcpServer>

class QTcpSocket;

namespace lathe::bench {

/// The deterministic chat/completions server of the benchmarks: the prompt holds "steps=N"; answer k of N calls a tool
/// (lookup_fact and add_numbers in turn), the one after them is text. It keeps no state and parses nothing: the turn is
/// read from the last "call_dddddd" of the request. Only as much of HTTP as its clients speak.
class BenchServer : public QTcpServer
{
public:
    /// delayMs: what each answer waits, as for a model that thinks.
    explicit BenchServer(int delayMs) : m_delayMs(delayMs) {}

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    void read(QTcpSocket *socket);
    void answer(QTcpSocket *socket, const QByteArray& body);

    int m_delayMs;
    QHash<QTcpSocket *, QByteArray> m_received;
};

} // namespace lathe::bench
