// SPDX-License-Identifier: GPL-3.0-or-later
// Every provider's protocol beside the least that could do the same, in one run; only the ratios mean something on
// another machine. `provider_bench [turns]`, 200 by default:
//   - a turn (encode, send, read the streamed reply) beside a bare socket that sends the same bytes and reads the reply
//   - reading a streamed reply, in MB/s, beside a scan of its bytes with memchr
//   - memory at most for a reply of 50 MB, in a process of its own (`provider_bench --memory PROVIDER`)
#include "engine/llm/llmregistry.h"
#include "engine/net/httpclient.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"
#include "tests/support/fakeproviderwire.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QTcpSocket>

#include <cstdio>
#include <cstring>

#include <sys/resource.h>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLargeReply = 50'000'000;

struct Bench
{
    SystemClock clock;
    HttpClient http{clock};

    std::unique_ptr<LlmClient> client(const QString& provider, quint16 port)
    {
        LlmSettings settings;
        settings.provider = provider;
        settings.baseUrl = u"http://127.0.0.1:%1"_s.arg(port) + fakeProviderWire(provider).path;
        return makeLlmClient(settings, http, clock).value();
    }
};

ChatMessage message(ChatRole role, const QString& content)
{
    ChatMessage made;
    made.role = role;
    made.content = content;
    return made;
}

LlmRequest firstRequest()
{
    LlmRequest request;
    request.model = u"mock-1"_s;
    request.transcript.append(message(ChatRole::System, u"You are a careful assistant."_s));
    request.transcript.append(message(ChatRole::User, u"steps=N"_s));
    request.tools = {{u"lookup_fact"_s, u"Looks up"_s, QJsonObject{{u"type"_s, u"object"_s}}}};
    return request;
}

void answer(LlmRequest& request, const LlmReply& reply)
{
    ChatMessage said = message(ChatRole::Assistant, reply.content);
    said.toolCalls = reply.toolCalls;
    said.state = reply.state;
    request.transcript.append(said);
    for (const ToolCallRequest& call : reply.toolCalls) {
        ChatMessage result = message(ChatRole::Tool, QString(160, u'x'));
        result.toolCallId = call.id;
        result.toolName = call.name;
        request.transcript.append(result);
    }
}

/// Sends what was sent before, and reads as much as came.
double bareMicroseconds(const QList<FakeRequest>& requests, quint16 port, qsizetype replyBytes)
{
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, port);
    if (!socket.waitForConnected(10'000)) {
        return 0;
    }
    socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    QElapsedTimer timer;
    timer.start();
    for (const FakeRequest& request : requests) {
        socket.write(request.head.trimmed() + "\r\n\r\n" + request.body);
        qsizetype left = replyBytes;
        while (left > 0) {
            if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(10'000)) {
                return 0;
            }
            left -= socket.readAll().size();
        }
    }
    return static_cast<double>(timer.nsecsElapsed()) / 1000.0 / static_cast<double>(requests.size());
}

/// Whether each turn went well.
bool measureTurns(Bench& bench, const FakeProviderWire& wire, int turns)
{
    FakeLlmServer server;
    const FakeReply reply = wire.reply(toolCompletion(u"lookup_fact"_s, u"{\"key\":\"k\",\"lang\":\"en\"}"_s), true);
    server.setDefault(reply);
    const std::unique_ptr<LlmClient> client = bench.client(wire.provider, server.port());
    LlmRequest request = firstRequest();
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < turns; ++i) {
        const LlmOutcome outcome = await(client->call(request, {}, {}));
        if (!outcome.reply) {
            std::printf("%s failed: %s\n", qPrintable(wire.provider), qPrintable(outcome.failure->message));
            return false;
        }
        answer(request, *outcome.reply);
    }
    const double turn = static_cast<double>(timer.nsecsElapsed()) / 1000.0 / turns;
    const double bare = bareMicroseconds(server.requests(), server.port(), reply.wire().size());
    std::printf("  a turn of %d: %.0f us, bare socket %.0f us, x%.2f, %.0f us more\n", turns, turn, bare, turn / bare,
                turn - bare);
    return bare > 0;
}

void measureReading(Bench& bench, const FakeProviderWire& wire)
{
    // Pieces of about twenty characters, as models stream them.
    const QByteArray body = wire.events(textCompletion(QString(400'000, u'x')), 20'000).join();
    const std::unique_ptr<LlmClient> client = bench.client(wire.provider, 1);
    QElapsedTimer timer;
    timer.start();
    const LlmOutcome outcome = client->decode(body, true);
    const double read = static_cast<double>(timer.nsecsElapsed());
    timer.restart();
    qsizetype lines = 0;
    const char *at = body.constData();
    const char *const end = at + body.size();
    while (at < end) {
        const auto *const found = static_cast<const char *>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
        lines += 1;
        at = found == nullptr ? end : found + 1;
    }
    const double scan = static_cast<double>(timer.nsecsElapsed());
    const double bytes = static_cast<double>(body.size()) * 1000.0;
    std::printf("  reading %.1f MB of %lld lines: %.0f MB/s, memchr %.0f MB/s, x%.0f%s\n",
                static_cast<double>(body.size()) / 1e6, static_cast<long long>(lines), bytes / read, bytes / scan,
                read / scan, outcome.reply ? "" : ", FAILED");
}

long peakKib()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/// What reading takes beside the bytes, which are recorded anyway.
int printMemory(const QString& provider)
{
    Bench bench;
    const FakeProviderWire& wire = fakeProviderWire(provider);
    const QByteArray events = wire.events(textCompletion(QString(kLargeReply / 100, u'x')), 100).join();
    // One text of a hundred pieces, its middle repeated.
    const qsizetype half = events.indexOf("xxx");
    const qsizetype begin = events.lastIndexOf('\n', half) + 1;
    const qsizetype start = wire.provider == "ollama"_L1 ? begin : events.lastIndexOf("\n\n", half) + 2;
    const qsizetype stop = events.indexOf('\n', half) + (wire.provider == "ollama"_L1 ? 1 : 2);
    const QByteArray piece = events.mid(start, stop - start);
    const long before = peakKib();
    const std::unique_ptr<LlmClient> client = bench.client(provider, 1);
    QByteArray body = events.first(start);
    while (body.size() < kLargeReply) {
        body += piece;
    }
    body += events.sliced(stop);
    const long held = peakKib();
    const LlmOutcome outcome = client->decode(body, true);
    std::printf("  memory for a reply of %.0f MB: %ld MiB beside the %ld MiB of its bytes%s\n",
                static_cast<double>(body.size()) / 1e6, (peakKib() - held) / 1024, (held - before) / 1024,
                outcome.reply ? "" : ", FAILED");
    return outcome.reply ? 0 : 1;
}

} // namespace

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments.at(1) == "--memory"_L1) {
        return printMemory(arguments.at(2));
    }
    const int turns = arguments.size() > 1 ? qMax(1, arguments.at(1).toInt()) : 200;
    bool good = true;
    for (const FakeProviderWire& wire : fakeProviderWires()) {
        std::printf("%s\n", qPrintable(wire.provider));
        Bench bench;
        good = measureTurns(bench, wire, turns) && good;
        measureReading(bench, wire);
        std::fflush(stdout);
        good = QProcess::execute(QCoreApplication::applicationFilePath(), {u"--memory"_s, wire.provider}) == 0 && good;
    }
    return good ? 0 : 1;
}
