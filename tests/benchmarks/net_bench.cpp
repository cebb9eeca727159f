// SPDX-License-Identifier: GPL-3.0-or-later
// What the HTTP client and the event reader cost beside the least that could do the same, in one run. Only the ratios
// mean something on another machine. `net_bench [exchanges]`, 2000 by default.
#include "engine/core/clock.h"
#include "engine/net/httpclient.h"
#include "engine/net/ssereader.h"
#include "tests/support/fakellmserver.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>

#include <cstdio>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// CPU time of this thread in microseconds; the server has a thread of its own.
double cpuMicroseconds()
{
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    const auto us = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
    };
    return us(usage.ru_utime) + us(usage.ru_stime);
}

struct Cost
{
    double wallUs = 0;
    double cpuUs = 0;
};

/// The cost of one of count calls of work.
template <typename F>
Cost measure(int count, F work)
{
    QElapsedTimer timer;
    timer.start();
    const double before = cpuMicroseconds();
    for (int i = 0; i < count; ++i) {
        work();
    }
    Cost cost;
    cost.cpuUs = (cpuMicroseconds() - before) / count;
    cost.wallUs = static_cast<double>(timer.nsecsElapsed()) / 1000.0 / count;
    return cost;
}

/// The floor: blocking system calls on one socket.
class RawSocket
{
public:
    RawSocket(quint16 port, const QByteArray& body)
    {
        m_descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_connected = ::connect(m_descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
        const int on = 1;
        ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        m_request =
            "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ";
        m_request += QByteArray::number(body.size());
        m_request += "\r\n\r\n";
        m_request += body;
    }
    ~RawSocket() { ::close(m_descriptor); }
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;

    [[nodiscard]] bool exchange(qsizetype answerBytes)
    {
        if (!m_connected || ::send(m_descriptor, m_request.constData(), static_cast<size_t>(m_request.size()), 0) < 0) {
            return false;
        }
        char buffer[65536];
        for (qsizetype left = answerBytes; left > 0;) {
            const auto got = ::recv(m_descriptor, buffer, sizeof buffer, 0);
            if (got <= 0) {
                return false;
            }
            left -= got;
        }
        return true;
    }

private:
    int m_descriptor = -1;
    bool m_connected = false;
    QByteArray m_request;
};

QCoro::Task<> sendAll(HttpClient& client, HttpRequest request, int count, int *good, QEventLoop *loop)
{
    for (int i = 0; i < count; ++i) {
        HttpRequest copy = request;
        HttpClient::Sink sink;
        const HttpResult result = co_await client.send(std::move(copy), std::move(sink), std::stop_token());
        *good += result ? 1 : 0;
    }
    loop->quit();
}

/// One exchange after the other; true if all went well. A loop of its own, since the waiting of tests sleeps.
bool sendInTurn(HttpClient& client, const HttpRequest& request, int count)
{
    int good = 0;
    QEventLoop loop;
    const QCoro::Task<> task = sendAll(client, request, count, &good, &loop);
    loop.exec();
    return good == count;
}

bool benchExchanges(int count, qsizetype bodyBytes)
{
    const QByteArray body(bodyBytes, 'x');
    const FakeReply reply = FakeReply::completion(toolCompletion(u"google_search"_s, u"{\"q\":\"qt\"}"_s));
    FakeLlmServer server;
    server.setDefault(reply);
    SystemClock clock;
    HttpClient client(clock);
    HttpRequest request;
    request.url = server.url();
    request.headers = {{"Content-Type", "application/json"}};
    request.body = {body};

    bool good = sendInTurn(client, request, 50);
    RawSocket raw(server.port(), body);
    const Cost floor = measure(count, [&raw, &good, &reply] { good = raw.exchange(reply.wire().size()) && good; });
    const Cost ours =
        measure(1, [&client, &request, &good, count] { good = sendInTurn(client, request, count) && good; });
    const double cpu = ours.cpuUs / count;
    const double wall = ours.wallUs / count;
    std::printf("exchange, %6lld byte request: %.1f us CPU (raw socket %.1f, ratio %.1f); %.0f a second (raw %.0f, "
                "ratio %.2f); %d connection(s)\n",
                static_cast<long long>(bodyBytes), cpu, floor.cpuUs, cpu / floor.cpuUs, 1e6 / wall, 1e6 / floor.wallUs,
                floor.wallUs / wall, client.connectionsOpened());
    return good;
}

bool benchEvents(qsizetype pieceBytes)
{
    QByteArray stream;
    while (stream.size() < 32 * 1024 * 1024) {
        stream +=
            completionEvents(textCompletion(u"The quick brown fox jumps over the lazy dog. "_s.repeated(4)), 16).join();
    }
    const double megabytes = static_cast<double>(stream.size()) / 1e6;
    qsizetype lines = 0;
    const Cost scan = measure(1, [&stream, &lines] {
        const char *at = stream.constData();
        const char *const end = at + stream.size();
        while (const void *hit = std::memchr(at, '\n', static_cast<size_t>(end - at))) {
            at = static_cast<const char *>(hit) + 1;
            ++lines;
        }
    });
    qint64 bytes = 0;
    SseReader reader([&bytes](const SseEvent& event) { bytes += event.data.size(); });
    bool good = true;
    const Cost ours = measure(1, [&stream, &reader, &good, pieceBytes] {
        for (qsizetype at = 0; at < stream.size(); at += pieceBytes) {
            const qsizetype size = std::min(pieceBytes, stream.size() - at);
            good = reader.feed(QByteArrayView(stream).sliced(at, size)).has_value() && good;
        }
    });
    std::printf("events in pieces of %6lld bytes: %.0f MB/s (memchr for LF %.0f, ratio %.2f); %lld events\n",
                static_cast<long long>(pieceBytes), megabytes / (ours.cpuUs / 1e6), megabytes / (scan.cpuUs / 1e6),
                scan.cpuUs / ours.cpuUs, static_cast<long long>(reader.eventCount()));
    return good && bytes > 0 && reader.eventCount() * 2 == lines;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const int count = argc > 1 ? std::max(1, std::atoi(argv[1])) : 2000;
    bool good = true;
    for (const qsizetype bytes : {1'000, 20'000, 200'000}) {
        good = benchExchanges(count, bytes) && good;
    }
    for (const qsizetype bytes : {200, 1'400, 65'536}) {
        good = benchEvents(bytes) && good;
    }
    if (!good) {
        std::fprintf(stderr, "net_bench: an exchange or an event went wrong\n");
    }
    return good ? 0 : 1;
}
