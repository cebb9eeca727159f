// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fakereply.h"

#include <QSslConfiguration>
#include <QThread>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>

namespace lathe::test {

/// A real HTTP server on 127.0.0.1 that answers as scripted and remembers what it was asked. It runs in a thread of its
/// own, so a test that blocks does not stop it. All functions may be called from any thread.
///
///     FakeLlmServer server;
///     server.enqueue(FakeReply::rateLimited("2"));                       // the first request
///     server.enqueueCompletion(toolCompletion(u"google_search"_s, u"{\"q\":\"qt\"}"_s)); // the second
///     server.enqueueCompletion(textCompletion(u"done"_s));               // the third
///     ... a client talks to server.baseUrl() ("http://127.0.0.1:PORT/v1") ...
///     QCOMPARE(server.requestCount(), 3);
///     QCOMPARE(server.requests().at(2).json()["messages"].toArray().size(), 4);
///
/// Each request takes the next reply of the queue, whatever its path. With an empty queue the default answers, and
/// without one a 500 that says so. enqueueCompletion() streams if the request asks for it.
class FakeLlmServer
{
public:
    using Handler = std::function<FakeReply(const FakeRequest&)>;

    FakeLlmServer() : FakeLlmServer(std::nullopt) {}
    /// https with the certificate and key of tls.
    explicit FakeLlmServer(const std::optional<QSslConfiguration>& tls);
    ~FakeLlmServer();
    FakeLlmServer(const FakeLlmServer&) = delete;
    FakeLlmServer& operator=(const FakeLlmServer&) = delete;

    [[nodiscard]] quint16 port() const;
    /// "http://127.0.0.1:PORT/v1"
    [[nodiscard]] QString baseUrl() const;
    [[nodiscard]] QUrl url(const QString& path = QStringLiteral("/v1/chat/completions")) const;

    void enqueue(const FakeReply& reply, int times = 1);
    void enqueueCompletion(const FakeCompletion& completion, std::chrono::milliseconds pause = {});
    /// Makes the reply from the request; runs in the server's thread.
    void enqueueHandler(Handler handler);
    void setDefault(const FakeReply& reply);
    void setDefaultHandler(Handler handler);
    /// Replies that no request has taken yet.
    [[nodiscard]] int queued() const;

    /// Requests received whole (or, for replies before the body, with their head).
    [[nodiscard]] int requestCount() const;
    [[nodiscard]] int connectionCount() const;
    [[nodiscard]] QList<FakeRequest> requests() const;
    /// Connections open at this moment.
    [[nodiscard]] int openConnections() const;
    /// Runs this thread's event loop until that many requests came.
    [[nodiscard]] bool waitForRequests(int count, int timeoutMs = 30000) const;
    /// Closes every connection (FIN, or RST); returns when the kernel was told.
    void closeConnections(bool reset = false);

private:
    class Listener;
    struct Shared;
    QThread m_thread;
    std::shared_ptr<Shared> m_shared;
    Listener *m_listener = nullptr; // lives in m_thread
};

} // namespace lathe::test
