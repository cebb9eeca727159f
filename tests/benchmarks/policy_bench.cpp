// SPDX-License-Identifier: GPL-3.0-or-later
// Rate-limit checks a second: policy_bench [CHECKS]. Those answered from memory beside a bare search in the same times;
// those of one process and of two at once on one database beside processes that do no more than one transaction with
// one INSERT for each, through Qt SQL.

#include "engine/core/clock.h"
#include "engine/policy/ratelimiter.h"
#include "engine/storage/database.h"

#include <QCoreApplication>
#include <QCoroTask>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <vector>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

constexpr int kUsers = 100;
constexpr int kPerMinute = 100'000; // never reached: every check is recorded
constexpr int kLimit = 60;

double secondsOf(const QElapsedTimer& timer)
{
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

std::unique_ptr<Database> openDatabase(const QString& path, Clock& clock)
{
    DatabaseSettings settings;
    settings.path = path;
    auto database = Database::open(settings, clock);
    if (!database) {
        qFatal("%s", qPrintable(database.error().message));
    }
    return std::move(*database);
}

QCoro::Task<> takeMany(RateLimiter& limiter, int checks, int users, int perMinute)
{
    for (int i = 0; i < checks; ++i) {
        QString user = u"user-%1"_s.arg(i % users);
        const Result<RateDecision> decision = co_await limiter.take(std::move(user), perMinute, kPerMinute);
        if (!decision) {
            qFatal("%s", qPrintable(decision.error().message));
        }
    }
}

/// In a process of its own: as the engine checks.
void checkInDatabase(const QString& path, int checks)
{
    SystemClock clock;
    const auto database = openDatabase(path, clock);
    RateLimiter limiter(database->policyStore(), clock);
    QCoro::waitFor(takeMany(limiter, checks, kUsers, kPerMinute));
}

/// In a process of its own: the least that a check which others see can be.
void insertBare(const QString& path, int checks)
{
    QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s);
    database.setDatabaseName(path);
    database.setConnectOptions(u"QSQLITE_BUSY_TIMEOUT=5000"_s);
    database.open();
    QSqlQuery query(database);
    query.exec(u"PRAGMA journal_mode = WAL"_s);
    query.exec(u"PRAGMA synchronous = NORMAL"_s);
    query.exec(u"CREATE TABLE IF NOT EXISTS taken (id INTEGER PRIMARY KEY, user TEXT, time BIGINT)"_s);
    QSqlQuery insert(database);
    if (!insert.prepare(u"INSERT INTO taken (user, time) VALUES (?, ?)"_s)) {
        qFatal("%s", qPrintable(insert.lastError().text()));
    }
    for (int i = 0; i < checks; ++i) {
        query.exec(u"BEGIN IMMEDIATE"_s);
        insert.bindValue(0, u"user-%1"_s.arg(i % kUsers));
        insert.bindValue(1, i);
        if (!insert.exec() || !query.exec(u"COMMIT"_s)) {
            qFatal("%s", qPrintable(insert.lastError().text()));
        }
    }
}

/// Checks a second of so many processes together.
double inProcesses(const QString& mode, int processes, int checks)
{
    QTemporaryDir folder;
    const QString path = folder.filePath(u"rates.db"_s);
    if (mode == "--check"_L1) {
        SystemClock clock;
        (void)openDatabase(path, clock); // the schema is there before they begin
    }
    std::vector<std::unique_ptr<QProcess>> children;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < processes; ++i) {
        children.push_back(std::make_unique<QProcess>());
        children.back()->setProcessChannelMode(QProcess::ForwardedErrorChannel);
        children.back()->start(QCoreApplication::applicationFilePath(), {mode, path, QString::number(checks)});
    }
    for (const auto& child : children) {
        child->waitForFinished(-1);
        if (child->exitCode() != 0) {
            qFatal("a process failed");
        }
    }
    return processes * checks / secondsOf(timer);
}

double fromMemory(int checks)
{
    QTemporaryDir folder;
    SystemClock clock;
    const auto database = openDatabase(folder.filePath(u"rates.db"_s), clock);
    RateLimiter limiter(database->policyStore(), clock);
    QCoro::waitFor(takeMany(limiter, kLimit + 1, 1, kLimit)); // full: what follows is refused from memory
    QElapsedTimer timer;
    timer.start();
    QCoro::waitFor(takeMany(limiter, checks, 1, kLimit));
    if (limiter.answeredFromMemory() < checks * 9 / 10) {
        qFatal("the checks were not answered from memory");
    }
    return checks / secondsOf(timer);
}

double bareSearches(int checks)
{
    std::vector<qint64> times;
    for (qint64 i = 0; i < kLimit; ++i) {
        times.push_back(i * 1000);
    }
    qint64 found = 0;
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < checks; ++i) {
        for (const qint64 window : {60'000, 3'600'000}) {
            found += times.end() - std::upper_bound(times.begin(), times.end(), i % 60'000 - window);
        }
    }
    const double taken = secondsOf(timer);
    return found == 0 ? 0 : checks / taken;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 4) {
        const int checks = arguments.at(3).toInt();
        arguments.at(1) == "--check"_L1 ? checkInDatabase(arguments.at(2), checks)
                                        : insertBare(arguments.at(2), checks);
        return 0;
    }
    const int checks = arguments.size() > 1 ? arguments.at(1).toInt() : 4000;
    QJsonObject json;
    const auto print = [&json](const QString& name, double found, double floor) {
        std::printf("%-14s %10.0f checks/s, bare %10.0f/s, ratio %.2f\n", qPrintable(name), found, floor,
                    found / floor);
        json.insert(name + u"_checks_per_s"_s, found);
        json.insert(name + u"_ratio_to_bare"_s, found / floor);
    };
    print(u"memory"_s, fromMemory(checks * 10), bareSearches(checks * 1000));
    print(u"one_process"_s, inProcesses(u"--check"_s, 1, checks), inProcesses(u"--insert"_s, 1, checks));
    print(u"two_processes"_s, inProcesses(u"--check"_s, 2, checks), inProcesses(u"--insert"_s, 2, checks));
    std::puts(QJsonDocument(json).toJson(QJsonDocument::Compact).constData());
    return 0;
}
