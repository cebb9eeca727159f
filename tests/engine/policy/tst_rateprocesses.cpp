// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/ratelimiter.h"
#include "engine/storage/database.h"
#include "tests/support/await.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <random>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

// Several processes ask one database for leave at random times, each with a wall clock of its own that is wrong and
// jumps. The steady clock is a number that they share and that every try moves on, so that the load is the same on
// every machine. LATHE_RATE_TRIES (2,000), LATHE_RATE_PROCESSES (4) and LATHE_RATE_PAUSE_US (2,000) make it longer.

namespace {

constexpr int kPerMinute = 30;
constexpr int kPerHour = 500;
constexpr qint64 kBase = 1'790'000'000'000;
constexpr qint64 kSimulatedMs = 9'000'000; // two and a half hours
const QString kUser = QStringLiteral("ada");

int setting(const char *name, int fallback)
{
    bool ok = false;
    const int value = qEnvironmentVariableIntValue(name, &ok);
    return ok ? value : fallback;
}

class SharedClock final : public Clock
{
public:
    explicit SharedClock(const QString& path) : m_file(path)
    {
        if (m_file.open(QIODevice::ReadWrite)) {
            m_steadyMs = reinterpret_cast<qint64 *>(m_file.map(0, sizeof(qint64)));
        }
        if (m_steadyMs == nullptr) {
            qFatal("the shared clock cannot be mapped");
        }
    }
    void moveOn(qint64 ms) { std::atomic_ref(*m_steadyMs).fetch_add(ms); }
    [[nodiscard]] qint64 nowMs() const override { return kBase + steadyMs() + offsetMs; }
    [[nodiscard]] qint64 monotonicNs() const override { return steadyMs() * 1'000'000; }
    QCoro::Task<bool> sleepFor(std::chrono::milliseconds, std::stop_token) override { co_return true; }
    qint64 offsetMs = 0;

private:
    [[nodiscard]] qint64 steadyMs() const { return std::atomic_ref(*m_steadyMs).load(); }
    QFile m_file;
    qint64 *m_steadyMs = nullptr;
};

/// Unlike await() without pauses in between.
template <typename T>
T outcomeOf(QCoro::Task<T> task)
{
    auto state = std::make_shared<AwaitState<T>>();
    const auto running = collect(std::move(task), state);
    while (!state->value && !state->error) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    return std::move(*state->value);
}

int work(const QStringList& arguments)
{
    const int number = arguments.at(3).toInt();
    const int tries = arguments.at(4).toInt();
    const auto stepMs = static_cast<quint64>(arguments.at(5).toLongLong());
    const auto pauseUs = static_cast<quint64>(setting("LATHE_RATE_PAUSE_US", 2'000));
    SharedClock clock(arguments.at(2));
    std::mt19937_64 random(static_cast<quint64>(number));
    static constexpr qint64 kOffsets[] = {0, 20'000, -40'000, 90'000, -3'600'000, 3'600'000, 700, -700};
    clock.offsetMs = kOffsets[number % 4];
    DatabaseSettings settings;
    settings.path = arguments.at(1);
    settings.busyTimeoutMs = 60'000;
    const auto database = Database::open(settings, clock);
    if (!database) {
        std::fprintf(stderr, "%s\n", qPrintable(database.error().message));
        return 1;
    }
    RateLimiter limiter((*database)->policyStore(), clock);
    for (int i = 0; i < tries; ++i) {
        if (random() % 50 == 0) {
            clock.offsetMs = kOffsets[random() % std::size(kOffsets)]; // set back, set on, summer time
        }
        clock.moveOn(static_cast<qint64>(random() % (2 * stepMs)));
        const auto decision = outcomeOf(limiter.take(kUser, kPerMinute, kPerHour));
        if (!decision) {
            std::fprintf(stderr, "%s\n", qPrintable(decision.error().message));
            return 1;
        }
        if (decision->allowed) {
            std::printf("%lld\n", static_cast<long long>(decision->recordedAtMs));
        }
        QThread::usleep(static_cast<unsigned long>(random() % (2 * pauseUs)));
    }
    return 0;
}

/// The largest number of times in any window (t - length, t].
int fullest(const QList<qint64>& times, qint64 length)
{
    int most = 0;
    qsizetype first = 0;
    for (qsizetype i = 0; i < times.size(); ++i) {
        while (times.at(first) <= times.at(i) - length) {
            ++first;
        }
        most = std::max(most, static_cast<int>(i - first + 1));
    }
    return most;
}

} // namespace

class TestRateProcesses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neverLetMoreThroughInAnyWindow()
    {
        const QTemporaryDir folder;
        const int processes = setting("LATHE_RATE_PROCESSES", 4);
        const int tries = setting("LATHE_RATE_TRIES", 2'000);
        const QString step = QString::number(kSimulatedMs / (processes * tries));
        QFile clock(folder.filePath(u"clock"_s));
        QVERIFY(clock.open(QIODevice::WriteOnly));
        QVERIFY(clock.resize(sizeof(qint64)));
        clock.close();
        std::vector<std::unique_ptr<QProcess>> workers;
        for (int i = 0; i < processes; ++i) {
            auto worker = std::make_unique<QProcess>();
            worker->start(QCoreApplication::applicationFilePath(),
                          {u"work"_s, folder.filePath(u"lathe.db"_s), clock.fileName(), QString::number(i),
                           QString::number(tries), step});
            workers.push_back(std::move(worker));
        }
        QList<qint64> times;
        for (const auto& worker : workers) {
            QVERIFY(worker->waitForFinished(300'000));
            QVERIFY2(worker->exitCode() == 0, worker->readAllStandardError().constData());
            const QList<QByteArray> lines = worker->readAllStandardOutput().split('\n');
            QVERIFY(lines.size() > 1); // each of them had its turn
            for (const QByteArray& line : lines) {
                if (!line.isEmpty()) {
                    times.append(line.toLongLong());
                }
            }
        }
        std::sort(times.begin(), times.end());
        QVERIFY2(fullest(times, 60'000) <= kPerMinute, qPrintable(QString::number(fullest(times, 60'000))));
        QVERIFY2(fullest(times, 3'600'000) <= kPerHour, qPrintable(QString::number(fullest(times, 3'600'000))));
        // Both limits were reached, so that they were tried at all, and nobody was locked out for good.
        QCOMPARE(fullest(times, 60'000), kPerMinute);
        QCOMPARE(fullest(times, 3'600'000), kPerHour);
        QVERIFY2(times.size() >= 2 * kPerHour - kPerMinute, qPrintable(QString::number(times.size())));
    }
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.value(0) == "work"_L1) {
        return work(arguments);
    }
    TestRateProcesses test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_rateprocesses.moc"
