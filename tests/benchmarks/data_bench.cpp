// SPDX-License-Identifier: GPL-3.0-or-later
// Money, bills and their export: data_bench [LINES]. Sums of money a second; lines of the ledger written a second;
// grouping them anew, and writing them as CSV and FOCUS, as the shells do it, each beside the sqlite3 command on the
// same rows (left out if it is not installed), with the memory that an export takes at most. Each is the best of
// several.

#include "engine/billing/billgrouper.h"
#include "engine/core/clock.h"
#include "engine/pipeline/enginefacade.h"
#include "engine/storage/database.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <malloc.h>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

constexpr qsizetype kLinesOfARun = 1000;

template <typename T>
T need(Result<T> result)
{
    if (!result) {
        qFatal("%s", qPrintable(result.error().message));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

CostLine costLine(qsizetype number)
{
    CostLine line;
    line.decision = static_cast<int>(number / 3 % 1000) + 1;
    line.decisionKind = AgentActionType::ToolCall;
    line.provider = u"openai"_s;
    line.modelRequested = u"mock-1"_s;
    line.modelBilled = number % 2 == 0 ? u"mock-1-large"_s : u"mock-1-small"_s;
    line.meter = number % 3 == 2 ? Meter::ToolCall : number % 3 == 1 ? Meter::Output : Meter::Input;
    line.quantity = line.meter == Meter::ToolCall ? 1 : 100 + number % 900;
    line.tool = line.meter == Meter::ToolCall ? u"lookup_fact"_s : QString();
    line.attempt = line.meter == Meter::ToolCall ? 0 : 1;
    line.unitPrice =
        need(UnitPrice::fromDecimal(line.meter == Meter::ToolCall ? u"0.005"_s : u"2.5"_s, perOf(line.meter)));
    line.cost = need(line.unitPrice->times(line.quantity));
    line.state = CostState::Computed;
    line.priceBookVersion = u"flat-1"_s;
    line.rateId = u"token"_s;
    line.status = u"ok"_s;
    return line;
}

void fill(Database& database, qsizetype lines)
{
    QFuture<Result<void>> last;
    for (qsizetype at = 0; at < lines; at += kLinesOfARun) {
        const QString runId = QString::number(at).rightJustified(8, u'0') + u"-0000-4000-8000-000000000000"_s;
        QList<RunEvent> events;
        const auto add = [&events, &runId, at](EventType type, Fields details) {
            RunEvent event;
            event.runId = runId;
            event.seq = events.size() + 1;
            event.timeMs = 1'790'000'000'000 + at * 100 + event.seq;
            event.phase = Phase::Execution;
            event.type = type;
            event.details = std::move(details);
            events.append(std::move(event));
        };
        add(EventType::RunCreated,
            {{"job"_L1, QJsonObject{{u"userId"_s, u"ada"_s}, {u"name"_s, u"bench"_s}, {u"prompt"_s, u"p"_s}}},
             {"provider"_L1, "openai"_L1},
             {"model"_L1, "mock-1"_L1}});
        for (qsizetype i = at; i < qMin(lines, at + kLinesOfARun); ++i) {
            add(EventType::CostLine, toFields(costLine(i)));
        }
        add(EventType::RunFinished, {{"status"_L1, toName(RunStatus::Complete)}});
        last = database.append(events, Durability::Normal);
    }
    last.waitForFinished();
    need(last.result());
}

double seconds(const QElapsedTimer& clock)
{
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

double moneySumsPerSecond()
{
    constexpr int kSums = 20'000'000;
    const Money step = need(Money::fromDecimal(u"0.000002"));
    Money sum;
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < kSums; ++i) {
        sum = need(sum.plus(step));
    }
    const double taken = seconds(clock);
    if (sum.toDecimal() != "40"_L1) {
        qFatal("the sum is wrong");
    }
    return kSums / taken;
}

/// Of wall time, and of all threads together.
struct Taken
{
    double seconds = 0;
    double cpu = 0;
};

double cpuSeconds(int who)
{
    rusage usage{};
    getrusage(who, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

/// The best of several, so that what else the machine does counts less.
template <typename Work>
Taken best(int who, Work work)
{
    Taken least;
    for (int i = 0; i < 5; ++i) {
        QElapsedTimer clock;
        const double cpu = cpuSeconds(who);
        clock.start();
        work();
        const Taken taken{seconds(clock), cpuSeconds(who) - cpu};
        least = i == 0 ? taken : Taken{std::min(least.seconds, taken.seconds), std::min(least.cpu, taken.cpu)};
    }
    return least;
}

/// What the sqlite3 command takes for a query; nothing if it is not there.
Taken sqliteTaken(const QString& path, const QString& sql)
{
    const QString program = QStandardPaths::findExecutable(u"sqlite3"_s);
    if (program.isEmpty()) {
        return {};
    }
    QProcess process;
    process.setStandardOutputFile(path + u".csv"_s);
    return best(RUSAGE_CHILDREN, [&] {
        process.start(program, {u"-csv"_s, u"-header"_s, path, sql});
        process.waitForFinished(-1);
        if (process.exitCode() != 0) {
            qFatal("sqlite3 failed");
        }
    });
}

const QString kRowsSql = // as many columns of the same content as the breakdown
    u"SELECT l.run_id, m.name, m.started_at, l.line_at, l.line_at / 86400000, m.user_id, m.user_tier, '', "
    "4, l.phase, l.decision, l.decision_kind, l.attempt, l.tool, l.provider, l.model_requested, "
    "l.model_billed, l.service_tier, l.meter, l.quantity, l.unit, l.unit_price, l.per, l.cost_micro, "
    "'USD', l.cost_source, l.pricebook_version, l.rate_id, l.status, m.metadata FROM agent_cost_lines l "
    "JOIN agent_execution_metadata m ON m.run_id = l.run_id ORDER BY l.line_at, l.run_id, l.line"_s;
const QString kGroupsSql = u"SELECT l.phase, CASE l.meter WHEN 'tool_call' THEN '' ELSE l.model_billed END AS model, "
                           "SUM(l.cost_micro), SUM(l.cost_rem), SUM(l.quantity), COUNT(*), "
                           "COUNT(DISTINCT l.run_id || l.decision || '/' || l.attempt) "
                           "FROM agent_cost_lines l GROUP BY l.phase, model"_s;

qint64 memoryKib(const char *name)
{
    QFile file(u"/proc/self/status"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    const QByteArray text = file.readAll();
    const qsizetype at = text.indexOf(name);
    return at < 0 ? 0 : text.mid(at + static_cast<qsizetype>(qstrlen(name))).trimmed().split(' ').first().toLongLong();
}

/// From now on the peak is that of what comes.
void resetPeakMemory()
{
    QFile file(u"/proc/self/clear_refs"_s);
    if (file.open(QIODevice::WriteOnly | QIODevice::Unbuffered)) {
        file.write("5");
    }
}

struct Figures
{
    QJsonObject json;
    qint64 lines = 0;

    void add(const QString& name, Taken taken, Taken beside = {})
    {
        const auto perSecond = [this](double time) { return static_cast<double>(lines) / time; };
        std::printf("%-10s %9.0f lines/s (%.1f ms, CPU %.1f ms)", qPrintable(name), perSecond(taken.seconds),
                    taken.seconds * 1000, taken.cpu * 1000);
        if (beside.seconds > 0) {
            std::printf(", sqlite3 %9.0f lines/s, ratio %.2f, of CPU %.2f", perSecond(beside.seconds),
                        beside.seconds / taken.seconds, beside.cpu / taken.cpu);
            json.insert(name + u"_ratio_to_sqlite3"_s, beside.seconds / taken.seconds);
            json.insert(name + u"_cpu_ratio_to_sqlite3"_s, beside.cpu / taken.cpu);
        }
        std::puts("");
        json.insert(name + u"_lines_per_s"_s, perSecond(taken.seconds));
        json.insert(name + u"_ms"_s, taken.seconds * 1000);
        json.insert(name + u"_cpu_ms"_s, taken.cpu * 1000);
    }
};

template <typename T>
T wait(QFuture<Result<T>> future)
{
    future.waitForFinished();
    return need(future.result());
}

void exportBill(EngineFacade& facade, BillFile::Format format, const QString& path)
{
    BillFile file;
    file.format = format;
    file.path = path;
    (void)wait(facade.exportBill({}, file));
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    Figures figures;
    figures.lines = argc > 1 ? QByteArray(argv[1]).toLongLong() : 100'000;
    const double sums = moneySumsPerSecond();
    std::printf("money: %.1f million sums/s\n", sums / 1e6);
    figures.json.insert(u"money_sums_per_s"_s, sums);

    QTemporaryDir folder;
    EngineSettings settings;
    settings.database = folder.filePath(u"data.db"_s);
    settings.installBuiltinKnowledge = false;
    QElapsedTimer timer;
    const double cpu = cpuSeconds(RUSAGE_SELF);
    timer.start();
    QList<BillRow> rows;
    {
        SystemClock clock;
        DatabaseSettings storage;
        storage.path = settings.database;
        const auto database = need(Database::open(storage, clock));
        fill(*database, figures.lines);
        if (wait(database->ledgerSize({})) != figures.lines) {
            qFatal("the ledger is not what was written");
        }
        figures.add(u"write"_s, {seconds(timer), cpuSeconds(RUSAGE_SELF) - cpu});
        LedgerFilter filter;
        filter.limit = 100'000;
        rows = wait(database->ledger(filter));
    }
    const Taken inMemory = best(RUSAGE_SELF, [&rows] {
        (void)need(groupBill(rows, {BillGroup::Model, BillGroup::Phase}));
    });
    std::printf("grouping %lld lines that are in memory: %.1f ms, CPU %.1f ms\n", static_cast<long long>(rows.size()),
                inMemory.seconds * 1000, inMemory.cpu * 1000);
    figures.json.insert(u"group_in_memory_ms"_s, inMemory.seconds * 1000);
    rows = {};
    malloc_trim(0); // or the exports would only take this memory again

    EngineFacade facade(settings);
    wait(facade.open());
    BillQuery query;
    query.groupBy = {BillGroup::Model, BillGroup::Phase};
    bool agree = true;
    const Taken grouping =
        best(RUSAGE_SELF, [&facade, &query, &agree] { agree = wait(facade.bill(query)).sumsAgree && agree; });
    figures.add(u"group"_s, grouping, sqliteTaken(settings.database, kGroupsSql));

    const Taken beside = sqliteTaken(settings.database, kRowsSql);
    for (const auto& [format, name] :
         {std::pair(BillFile::Format::Breakdown, u"csv"_s), std::pair(BillFile::Format::Focus14, u"focus"_s)}) {
        const QString path = folder.filePath(name + u".out"_s);
        resetPeakMemory();
        const qint64 before = memoryKib("VmRSS:");
        exportBill(facade, format, path);
        const qint64 growth = memoryKib("VmHWM:") - before;
        const auto again = [&facade, format = format, path] { exportBill(facade, format, path); };
        figures.add(name, best(RUSAGE_SELF, again), beside);
        std::printf("           at most %.1f MiB more memory\n", static_cast<double>(growth) / 1024);
        figures.json.insert(name + u"_memory_growth_kib"_s, growth);
    }
    figures.json.insert(u"lines"_s, figures.lines);
    std::puts(QJsonDocument(figures.json).toJson(QJsonDocument::Compact).constData());
    return agree ? 0 : 1;
}
