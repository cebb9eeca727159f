// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/benchmarks/benchall.h"

#include <QDeadlineTimer>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <vector>

using namespace Qt::StringLiterals;

namespace lathe::bench {

namespace {

struct Case
{
    const char *name;
    int steps;
    int runs;
    int concurrency;
};

constexpr Case kCases[] = {
    {"10 calls, one run at a time", 10, 30, 1},
    {"50 calls, one run at a time", 50, 12, 1},
    {"200 calls, one run at a time", 200, 3, 1},
    {"20 calls, 32 runs at once", 20, 64, 32},
};
constexpr int kRounds = 3;      // of each, the median counts
constexpr int kLongest = 60000; // ms a child may take

QString numbered(const char *name, int value)
{
    return u"--%1=%2"_s.arg(QLatin1StringView(name)).arg(value);
}

std::optional<QJsonObject> child(const QString& program, const QStringList& arguments)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process.start(program, arguments);
    if (!process.waitForFinished(kLongest) || process.exitCode() != 0) {
        return std::nullopt;
    }
    const QList<QByteArray> lines = process.readAllStandardOutput().trimmed().split('\n');
    return QJsonDocument::fromJson(lines.last()).object();
}

struct Figures
{
    double cpuUs = 0;  ///< a decision, user and system, all threads
    double wallUs = 0; ///< a decision
    double rssMb = 0;
    double ownBytes = 0; ///< of the database beside the bodies, a decision
    double bodyBytes = 0;
};

std::optional<Figures> measure(const QString& program, const QString& baseUrl, const Case& load, bool floor)
{
    std::vector<Figures> rounds;
    for (int i = 0; i < kRounds; ++i) {
        QStringList arguments{u"--extras"_s, u"--base-url="_s + baseUrl, numbered("steps", load.steps),
                              numbered("runs", load.runs), numbered("concurrency", load.concurrency)};
        if (floor) {
            arguments << u"--floor"_s;
        }
        const std::optional<QJsonObject> said = child(program, arguments);
        if (!said) {
            return std::nullopt;
        }
        const double decisions = load.runs * (load.steps + 1);
        Figures figures;
        figures.cpuUs = said->value("cpu_ms"_L1).toDouble() * 1000 / decisions;
        figures.wallUs = said->value("wall_ms"_L1).toDouble() * 1000 / decisions;
        figures.rssMb = said->value("peak_rss_mb"_L1).toDouble();
        figures.ownBytes = said->value("own_bytes"_L1).toDouble() / decisions;
        figures.bodyBytes = said->value("body_bytes"_L1).toDouble() / decisions;
        rounds.push_back(figures);
    }
    std::sort(rounds.begin(), rounds.end(), [](const Figures& a, const Figures& b) { return a.cpuUs < b.cpuUs; });
    return rounds.at(rounds.size() / 2);
}

/// From the start of the process to the first byte of its first request here; nothing if none comes.
std::optional<double> firstRequestMs(const QString& program)
{
    std::vector<double> rounds;
    for (int i = 0; i < 2 * kRounds + 1; ++i) {
        QTcpServer server;
        server.listen(QHostAddress::LocalHost);
        const QString url = u"http://127.0.0.1:%1/v1"_s.arg(server.serverPort());
        QProcess process;
        QElapsedTimer clock;
        clock.start();
        process.start(program, {u"--steps=0"_s, u"--base-url="_s + url});
        if (!server.waitForNewConnection(kLongest)) {
            return std::nullopt;
        }
        const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
        if (!socket->waitForReadyRead(kLongest)) {
            return std::nullopt;
        }
        rounds.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
        process.kill(); // it gets no answer
        process.waitForFinished();
    }
    std::sort(rounds.begin(), rounds.end());
    return rounds.at(rounds.size() / 2);
}

QString url(QProcess& server, const QString& program)
{
    server.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    server.start(program, {u"--serve"_s});
    if (!server.waitForReadyRead(kLongest)) {
        return {};
    }
    return u"http://127.0.0.1:%1/v1"_s.arg(QString::fromLatin1(server.readLine()).trimmed());
}

} // namespace

int runAll(const QString& program, QString baseUrl)
{
    QProcess server;
    if (baseUrl.isEmpty()) {
        baseUrl = url(server, program);
    }
    std::printf("%-30s %9s %9s %6s %10s %10s %6s %8s\n", "", "CPU us", "floor", "ratio", "wall us", "floor", "ratio",
                "per s");
    QJsonArray rows;
    Figures last;
    bool complete = !baseUrl.isEmpty();
    for (const Case& load : kCases) {
        const auto engine = complete ? measure(program, baseUrl, load, false) : std::nullopt;
        const auto floor = engine ? measure(program, baseUrl, load, true) : std::nullopt;
        complete = floor.has_value();
        if (!complete) {
            break;
        }
        std::printf("%-30s %9.0f %9.0f %6.2f %10.0f %10.0f %6.2f %8.0f\n", load.name, engine->cpuUs, floor->cpuUs,
                    engine->cpuUs / floor->cpuUs, engine->wallUs, floor->wallUs, engine->wallUs / floor->wallUs,
                    1e6 / engine->wallUs);
        std::fflush(stdout);
        rows.append(QJsonObject{{u"steps"_s, load.steps},
                                {u"concurrency"_s, load.concurrency},
                                {u"cpu_us"_s, engine->cpuUs},
                                {u"cpu_ratio"_s, engine->cpuUs / floor->cpuUs},
                                {u"wall_us"_s, engine->wallUs},
                                {u"wall_ratio"_s, engine->wallUs / floor->wallUs},
                                {u"own_bytes"_s, engine->ownBytes},
                                {u"peak_rss_mb"_s, engine->rssMb}});
        if (load.concurrency == 1) {
            last = *engine; // the longest run: fixed costs weigh least
        }
    }
    const auto first = complete ? firstRequestMs(program) : std::nullopt;
    if (server.state() != QProcess::NotRunning) {
        server.kill();
        server.waitForFinished();
    }
    if (!first) {
        std::fputs("engine_bench: a part of the benchmark failed\n", stderr);
        return 1;
    }
    std::printf("first request %.0f ms after process start; peak memory %.0f MB; database %.0f bytes a decision beside "
                "%.0f of bodies\n",
                *first, last.rssMb, last.ownBytes, last.bodyBytes);
    const QJsonObject result{{u"loads"_s, rows},
                             {u"first_request_ms"_s, *first},
                             {u"peak_rss_mb"_s, last.rssMb},
                             {u"own_bytes_per_decision"_s, last.ownBytes},
                             {u"body_bytes_per_decision"_s, last.bodyBytes}};
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return 0;
}

} // namespace lathe::bench
