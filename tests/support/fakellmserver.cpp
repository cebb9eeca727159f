// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakellmserver.h"

#include <QMutex>
#include <QPointer>
#include <QSslSocket>
#include <QTcpServer>
#include <QTest>
#include <QTimer>

#include <deque>

#include <sys/socket.h>

namespace lathe::test {

struct FakeLlmServer::Shared
{
    mutable QMutex mutex;
    std::deque<Handler> queue;
    Handler fallback;
    QList<FakeRequest> requests;
    int connections = 0;
    int open = 0;
    quint16 port = 0;
    bool tls = false;

    FakeReply replyTo(const FakeRequest& request)
    {
        Handler handler;
        {
            const QMutexLocker lock(&mutex);
            requests.append(request);
            if (!queue.empty()) {
                handler = std::move(queue.front());
                queue.pop_front();
            } else {
                handler = fallback;
            }
        }
        return handler ? handler(request) : FakeReply::error(500, QStringLiteral("no reply scripted for this request"));
    }
    [[nodiscard]] bool nextIsBeforeBody() const
    {
        const QMutexLocker lock(&mutex);
        // Only replies that are values can be asked without a request; a handler waits for the body.
        return !queue.empty() && queue.front().target_type() == typeid(FakeReplyValue) &&
               queue.front().target<FakeReplyValue>()->reply.beforeBody;
    }

    struct FakeReplyValue
    {
        FakeReply reply;
        FakeReply operator()(const FakeRequest&) const { return reply; }
    };
};

namespace {

/// One connection: reads requests and plays the steps of their replies.
class FakeConnection final : public QObject
{
public:
    using Reply = std::function<FakeReply(const FakeRequest&)>;

    FakeConnection(QTcpSocket *socket, int number, Reply reply, std::function<bool()> beforeBody, QObject *parent)
        : QObject(parent),
          m_socket(socket),
          m_number(number),
          m_reply(std::move(reply)),
          m_beforeBody(std::move(beforeBody))
    {
        m_socket->setParent(this);
        connect(m_socket, &QTcpSocket::readyRead, this, [this] { read(); });
        connect(m_socket, &QTcpSocket::disconnected, this, [this] { deleteLater(); });
        if (auto *tls = qobject_cast<QSslSocket *>(m_socket)) {
            // A client that does not trust us goes away in the handshake.
            connect(tls, &QAbstractSocket::errorOccurred, this, [this] { deleteLater(); });
        }
    }

    void close(bool reset)
    {
        m_steps.clear();
        if (reset) {
            const linger now{1, 0};
            ::setsockopt(static_cast<int>(m_socket->socketDescriptor()), SOL_SOCKET, SO_LINGER, &now, sizeof now);
            m_socket->abort();
        } else {
            m_socket->disconnectFromHost();
        }
    }

private:
    void read()
    {
        m_in += m_socket->readAll();
        takeRequest();
    }

    void takeRequest()
    {
        if (m_busy) {
            return;
        }
        const qsizetype headEnd = m_in.indexOf("\r\n\r\n");
        if (headEnd < 0) {
            return;
        }
        FakeRequest request;
        request.head = m_in.first(headEnd);
        const qsizetype length = request.header("content-length").toLongLong();
        const qsizetype bodyAt = headEnd + 4;
        const bool whole = m_in.size() >= bodyAt + length;
        if (!whole && !m_beforeBody()) {
            return;
        }
        request.body = m_in.mid(bodyAt, length);
        m_in = whole ? m_in.sliced(bodyAt + length) : QByteArray();
        const QList<QByteArray> line = request.head.left(request.head.indexOf("\r\n")).split(' ');
        request.method = line.value(0);
        request.target = line.value(1);
        request.connection = m_number;
        m_busy = true;
        m_steps = m_reply(request).steps;
        play();
    }

    void play()
    {
        while (!m_steps.isEmpty()) {
            const FakeReply::Step step = m_steps.takeFirst();
            switch (step.kind) {
            case FakeReply::Step::Kind::Send:
                m_socket->write(step.bytes);
                m_socket->flush();
                break;
            case FakeReply::Step::Kind::Wait:
                if (step.wait.count() > 0) {
                    QTimer::singleShot(step.wait, Qt::PreciseTimer, this, [this] { play(); });
                    return;
                }
                break;
            case FakeReply::Step::Kind::Close:
                close(false);
                return;
            case FakeReply::Step::Kind::Reset:
                close(true);
                return;
            case FakeReply::Step::Kind::Stall:
                return;
            }
        }
        m_busy = false;
        takeRequest();
    }

    QTcpSocket *m_socket;
    int m_number;
    Reply m_reply;
    std::function<bool()> m_beforeBody;
    QByteArray m_in;
    QList<FakeReply::Step> m_steps;
    bool m_busy = false;
};

} // namespace

class FakeLlmServer::Listener final : public QTcpServer
{
public:
    Listener(std::shared_ptr<Shared> shared, std::optional<QSslConfiguration> tls)
        : m_shared(std::move(shared)), m_tls(std::move(tls))
    {
        setListenBacklogSize(512);
    }

    bool start()
    {
        const bool listening = listen(QHostAddress::LocalHost, 0);
        const QMutexLocker lock(&m_shared->mutex);
        m_shared->port = serverPort();
        return listening;
    }

    void closeAll(bool reset)
    {
        const auto all = findChildren<QObject *>(QString(), Qt::FindDirectChildrenOnly);
        for (QObject *child : all) {
            if (auto *connection = dynamic_cast<FakeConnection *>(child)) {
                connection->close(reset);
            }
        }
    }

protected:
    void incomingConnection(qintptr descriptor) override
    {
        int number = 0;
        {
            const QMutexLocker lock(&m_shared->mutex);
            number = ++m_shared->connections;
            ++m_shared->open;
        }
        QTcpSocket *socket = nullptr;
        if (m_tls) {
            auto *secure = new QSslSocket(this);
            secure->setSslConfiguration(*m_tls);
            socket = secure;
        } else {
            socket = new QTcpSocket(this);
        }
        socket->setSocketDescriptor(descriptor);
        socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        auto reply = [shared = m_shared](const FakeRequest& request) { return shared->replyTo(request); };
        auto beforeBody = [shared = m_shared] { return shared->nextIsBeforeBody(); };
        auto *connection = new FakeConnection(socket, number, reply, beforeBody, this);
        connect(connection, &QObject::destroyed, this, [shared = m_shared] {
            const QMutexLocker lock(&shared->mutex);
            --shared->open;
        });
        if (m_tls) {
            static_cast<QSslSocket *>(socket)->startServerEncryption();
        }
    }

private:
    std::shared_ptr<Shared> m_shared;
    std::optional<QSslConfiguration> m_tls;
};

FakeLlmServer::FakeLlmServer(const std::optional<QSslConfiguration>& tls) : m_shared(std::make_shared<Shared>())
{
    m_shared->tls = tls.has_value();
    m_listener = new Listener(m_shared, tls);
    m_listener->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_listener, &QObject::deleteLater);
    m_thread.setObjectName(QStringLiteral("fake-llm"));
    m_thread.start();
    bool listening = false;
    QMetaObject::invokeMethod(
        m_listener, [this, &listening] { listening = m_listener->start(); }, Qt::BlockingQueuedConnection);
    Q_ASSERT_X(listening, "FakeLlmServer", "cannot listen on 127.0.0.1");
}

FakeLlmServer::~FakeLlmServer()
{
    m_thread.quit();
    m_thread.wait();
}

quint16 FakeLlmServer::port() const
{
    const QMutexLocker lock(&m_shared->mutex);
    return m_shared->port;
}

QString FakeLlmServer::baseUrl() const
{
    return url(QStringLiteral("/v1")).toString();
}

QUrl FakeLlmServer::url(const QString& path) const
{
    QUrl url;
    url.setScheme(m_shared->tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(QStringLiteral("127.0.0.1"));
    url.setPort(port());
    url.setPath(path);
    return url;
}

void FakeLlmServer::enqueue(const FakeReply& reply, int times)
{
    const QMutexLocker lock(&m_shared->mutex);
    for (int i = 0; i < times; ++i) {
        m_shared->queue.emplace_back(Shared::FakeReplyValue{reply});
    }
}

void FakeLlmServer::enqueueCompletion(const FakeCompletion& completion, std::chrono::milliseconds pause)
{
    enqueueHandler([completion, pause](const FakeRequest& request) {
        return request.wantsStream() ? FakeReply::stream(completion, pause)
                                     : FakeReply::completion(completion).after(pause);
    });
}

void FakeLlmServer::enqueueHandler(Handler handler)
{
    const QMutexLocker lock(&m_shared->mutex);
    m_shared->queue.push_back(std::move(handler));
}

void FakeLlmServer::setDefault(const FakeReply& reply)
{
    setDefaultHandler(Shared::FakeReplyValue{reply});
}

void FakeLlmServer::setDefaultHandler(Handler handler)
{
    const QMutexLocker lock(&m_shared->mutex);
    m_shared->fallback = std::move(handler);
}

int FakeLlmServer::queued() const
{
    const QMutexLocker lock(&m_shared->mutex);
    return static_cast<int>(m_shared->queue.size());
}

int FakeLlmServer::requestCount() const
{
    const QMutexLocker lock(&m_shared->mutex);
    return static_cast<int>(m_shared->requests.size());
}

int FakeLlmServer::connectionCount() const
{
    const QMutexLocker lock(&m_shared->mutex);
    return m_shared->connections;
}

QList<FakeRequest> FakeLlmServer::requests() const
{
    const QMutexLocker lock(&m_shared->mutex);
    return m_shared->requests;
}

int FakeLlmServer::openConnections() const
{
    const QMutexLocker lock(&m_shared->mutex);
    return m_shared->open;
}

bool FakeLlmServer::waitForRequests(int count, int timeoutMs) const
{
    return QTest::qWaitFor([this, count] { return requestCount() >= count; }, timeoutMs);
}

void FakeLlmServer::closeConnections(bool reset)
{
    QMetaObject::invokeMethod(
        m_listener, [this, reset] { m_listener->closeAll(reset); }, Qt::BlockingQueuedConnection);
}

} // namespace lathe::test
