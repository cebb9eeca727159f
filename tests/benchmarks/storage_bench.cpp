// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/core/clock.h"
#include "engine/domain/runeventdetails.h"
#include "engine/storage/database.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QTemporaryDir>

#include <cmath>
#include <ctime>

// The journal's speed beside a bare Qt SQL loop that inserts the same bytes, in
// the same run. Absolute figures move with the machine; the ratio is what
// counts. Prints one JSON object.
//   storage_bench [EVENTS]

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

struct Figures
{
    double wallSeconds = 0;
    double cpuSeconds = 0; ///< of all threads
    qint64 events = 0;
    qint64 bytes = 0; ///< of the database file afterwards

    [[nodiscard]] QJsonObject toJson() const
    {
        const auto count = static_cast<double>(events);
        return {{u"events_per_s"_s, qRound64(count / wallSeconds)},
                {u"events_per_cpu_s"_s, qRound64(count / cpuSeconds)},
                {u"cpu_us_per_event"_s, std::round(cpuSeconds / count * 1e8) / 100.0},
                {u"file_bytes_per_event"_s, bytes / std::max<qint64>(events, 1)}};
    }
};

double cpuSeconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

template <typename Work>
Figures measure(qint64 events, Work work)
{
    QElapsedTimer timer;
    const double cpu = cpuSeconds();
    timer.start();
    work();
    return {.wallSeconds = static_cast<double>(timer.nsecsElapsed()) * 1e-9,
            .cpuSeconds = cpuSeconds() - cpu,
            .events = events};
}

/// The events of decisions as a run writes them, about ten a decision.
QList<RunEvent> makeRun(const QString& runId, qint64 events)
{
    QList<RunEvent> run;
    qint64 now = 1'790'000'000'000;
    const auto add = [&run, &now, &runId](EventType type, const QJsonObject& details) {
        RunEvent event;
        event.seq = run.size() + 1;
        event.timeMs = ++now;
        event.runId = runId;
        event.phase = Phase::Execution;
        event.type = type;
        event.details = details;
        run << event;
    };
    const QJsonObject job{{u"userId"_s, u"bench"_s}, {u"prompt"_s, u"steps=50"_s}};
    add(EventType::RunCreated, {{u"job"_s, job}, {u"provider"_s, u"openai"_s}, {u"model"_s, u"mock-1"_s}});
    for (int decision = 1; run.size() < events; ++decision) {
        const QString call = u"call_%1"_s.arg(decision);
        const QJsonObject usage{{u"input"_s, 1200}, {u"output"_s, 30}, {u"source"_s, u"reported"_s}};
        const QJsonObject line{{u"lineAtMs"_s, now},         {u"phase"_s, u"EXECUTION"_s},
                               {u"decision"_s, decision},    {u"attempt"_s, 1},
                               {u"provider"_s, u"openai"_s}, {u"meter"_s, u"input"_s},
                               {u"quantity"_s, 1200},        {u"unit"_s, u"Tokens"_s},
                               {u"unitPrice"_s, u"2"_s},     {u"per"_s, 1'000'000},
                               {u"cost"_s, u"0.0024"_s},     {u"state"_s, u"computed"_s},
                               {u"costSource"_s, u"Flat"_s}, {u"status"_s, u"ok"_s}};
        const QJsonArray calls{QJsonObject{
            {u"callId"_s, call}, {u"tool"_s, u"add_numbers"_s}, {u"arguments"_s, QJsonObject{{u"a"_s, 1}}}}};
        add(EventType::BudgetReserved,
            {{u"reservation"_s, decision}, {u"amount"_s, u"0.01"_s}, {u"decision"_s, decision}});
        add(EventType::LlmRequest,
            {{u"decision"_s, decision}, {u"frame"_s, 1}, {u"attempt"_s, 1}, {u"model"_s, u"mock-1"_s}});
        add(EventType::LlmResponse,
            {{u"decision"_s, decision}, {u"attempt"_s, 1}, {u"outcome"_s, u"ok"_s}, {u"usage"_s, usage}});
        add(EventType::CostLine, line);
        add(EventType::BudgetSettled, {{u"reservation"_s, decision}, {u"actual"_s, u"0.0024"_s}});
        add(EventType::Decision, {{u"decision"_s, decision}, {u"action"_s, u"TOOL_CALL"_s}, {u"calls"_s, calls}});
        add(EventType::ToolRequest, {{u"decision"_s, decision}, {u"callId"_s, call}, {u"tool"_s, u"add_numbers"_s}});
        add(EventType::ToolResult,
            {{u"decision"_s, decision}, {u"callId"_s, call}, {u"ok"_s, true}, {u"text"_s, u"{\"sum\":3}"_s}});
    }
    return run.mid(0, events);
}

void check(bool ok, const QString& what)
{
    if (!ok) {
        qFatal("%s", qPrintable(what));
    }
}

/// awaited: the next batch goes out when the last one is durable, as an agent
/// does; else all are queued at once.
Figures journal(const QString& path, const QList<RunEvent>& events, qsizetype batch, bool awaited,
                Durability durability)
{
    SystemClock clock;
    DatabaseSettings settings;
    settings.path = path;
    auto database = Database::open(settings, clock);
    check(database.has_value(), u"open"_s);
    Figures figures = measure(events.size(), [&] {
        QFuture<Result<void>> last;
        for (qsizetype at = 0; at < events.size(); at += batch) {
            last = (*database)->append(events.mid(at, batch), durability);
            if (awaited) {
                last.waitForFinished();
                check(last.result().has_value(), u"append"_s);
            }
        }
        last.waitForFinished();
        check(last.result().has_value(), u"append"_s);
    });
    database->reset();
    figures.bytes = QFileInfo(path).size();
    return figures;
}

/// The floor: one prepared INSERT of the same bytes with QSqlQuery, a commit
/// every batch.
Figures bare(const QString& path, const QList<RunEvent>& events, qsizetype batch, const QString& synchronous)
{
    Figures figures;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, u"bare"_s);
        database.setDatabaseName(path);
        check(database.open(), database.lastError().text());
        for (const QString& sql : {u"PRAGMA journal_mode = WAL"_s, QString(u"PRAGMA synchronous = "_s + synchronous),
                                   u"CREATE TABLE log (run TEXT, seq BIGINT, time BIGINT, phase TEXT, "
                                   u"event TEXT, "
                                   "details TEXT, PRIMARY KEY (run, seq))"_s}) {
            QSqlQuery query(database);
            check(query.exec(sql), query.lastError().text());
        }
        QSqlQuery insert(database);
        check(insert.prepare(u"INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)"_s), insert.lastError().text());
        figures = measure(events.size(), [&] {
            for (qsizetype at = 0; at < events.size(); at += batch) {
                database.transaction();
                for (const RunEvent& event : events.mid(at, batch)) {
                    insert.bindValue(0, event.runId);
                    insert.bindValue(1, event.seq);
                    insert.bindValue(2, event.timeMs);
                    insert.bindValue(3, QString(toName(*event.phase)));
                    insert.bindValue(4, QString(toName(event.type)));
                    insert.bindValue(5, QString::fromUtf8(compactJson(event.details)));
                    check(insert.exec(), insert.lastError().text());
                }
                check(database.commit(), u"commit"_s);
            }
        });
    }
    QSqlDatabase::removeDatabase(u"bare"_s);
    figures.bytes = QFileInfo(path).size();
    return figures;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const qint64 count = argc > 1 ? QByteArray(argv[1]).toLongLong() : 40'000;
    QTemporaryDir folder;
    const QList<RunEvent> events = makeRun(u"6f1f2a52-7c1b-4a6e-9d55-8f5b6d3c9a01"_s, count);
    const QList<RunEvent> few = events.mid(0, std::min<qint64>(count, 500));
    int number = 0;
    const auto fresh = [&folder, &number] { return folder.filePath(u"db%1"_s.arg(++number)); };

    QJsonObject result{{u"events"_s, count}};
    const Figures bareOne = bare(fresh(), events, 1, u"NORMAL"_s);
    const Figures one = journal(fresh(), events, 1, true, Durability::Normal);
    const Figures bareFive = bare(fresh(), events, 5, u"NORMAL"_s);
    const Figures five = journal(fresh(), events, 5, true, Durability::Normal);
    const Figures queued = journal(fresh(), events, 5, false, Durability::Normal);
    const Figures bareFull = bare(fresh(), few, 1, u"FULL"_s);
    const Figures full = journal(fresh(), few, 1, true, Durability::Full);
    result[u"one_a_commit"_s] = one.toJson();
    result[u"one_a_commit_bare"_s] = bareOne.toJson();
    result[u"one_a_commit_wall_ratio"_s] = one.wallSeconds / bareOne.wallSeconds;
    result[u"five_a_commit"_s] = five.toJson();
    result[u"five_a_commit_bare"_s] = bareFive.toJson();
    result[u"five_a_commit_wall_ratio"_s] = five.wallSeconds / bareFive.wallSeconds;
    result[u"five_a_commit_queued"_s] = queued.toJson();
    result[u"full"_s] = full.toJson();
    result[u"full_bare"_s] = bareFull.toJson();
    result[u"full_wall_ratio"_s] = full.wallSeconds / bareFull.wallSeconds;
    puts(QJsonDocument(result).toJson(QJsonDocument::Indented).constData());
    return 0;
}
