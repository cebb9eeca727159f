// SPDX-License-Identifier: GPL-3.0-or-later
// Money, bills and their export: data_bench [LINES]. Sums of money a second, the breakdown CSV beside the sqlite3
// command on the same rows (left out if it is not installed), and grouping a bill anew.

#include "engine/billing/csvexport.h"
#include "engine/core/clock.h"
#include "engine/pipeline/billview.h"
#include "engine/storage/database.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonDocument>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <cstdio>

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

/// Seconds the sqlite3 command takes for the same rows; 0 if it is not there.
double sqliteSeconds(const QString& path, const QString& target)
{
    const QString program = QStandardPaths::findExecutable(u"sqlite3"_s);
    if (program.isEmpty()) {
        return 0;
    }
    QProcess process;
    process.setStandardOutputFile(target);
    QElapsedTimer clock;
    clock.start();
    process.start(
        program,
        {u"-csv"_s, u"-header"_s, path,
         u"SELECT l.run_id, m.name, m.started_at, l.line_at, l.line_at / 86400000, m.user_id, m.user_tier, '', "
         "4, l.phase, l.decision, l.decision_kind, l.attempt, l.tool, l.provider, l.model_requested, "
         "l.model_billed, l.service_tier, l.meter, l.quantity, l.unit, l.unit_price, l.per, l.cost_micro, "
         "'USD', l.cost_source, l.pricebook_version, l.rate_id, l.status, m.metadata FROM agent_cost_lines l "
         "JOIN agent_execution_metadata m ON m.run_id = l.run_id ORDER BY l.line_at, m.id, l.line"_s});
    process.waitForFinished(-1);
    return process.exitCode() == 0 ? seconds(clock) : 0;
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    const qsizetype lines = argc > 1 ? QByteArray(argv[1]).toLongLong() : 100'000;
    const double sums = moneySumsPerSecond();
    std::printf("money: %.1f million sums/s\n", sums / 1e6);

    QTemporaryDir folder;
    SystemClock clock;
    DatabaseSettings settings;
    settings.path = folder.filePath(u"data.db"_s);
    auto database = need(Database::open(settings, clock));
    QElapsedTimer timer;
    timer.start();
    fill(*database, lines);
    (void)need([&database] {
        auto future = database->runs({});
        future.waitForFinished();
        return future.result();
    }());
    std::printf("ledger: %lld lines written in %.2f s\n", static_cast<long long>(lines), seconds(timer));

    timer.restart();
    auto future = database->ledger({});
    future.waitForFinished();
    QList<BillRow> rows;
    BillRows reader;
    for (const Database::LedgerRow& entry : need(future.result())) {
        rows << reader.rowOf(entry);
    }
    const double reading = seconds(timer);
    QFile file(folder.filePath(u"lathe.csv"_s));
    if (rows.size() != lines || !file.open(QIODevice::WriteOnly)) {
        qFatal("the ledger is not what was written");
    }
    QByteArray csv = breakdownCsvHeader();
    for (const BillRow& row : rows) {
        appendBreakdownCsv(csv, row, CsvProfile::Machine);
        if (csv.size() > 1'000'000) {
            file.write(csv);
            csv.clear();
        }
    }
    file.write(csv);
    const double exporting = seconds(timer);
    const double beside = sqliteSeconds(settings.path, folder.filePath(u"sqlite.csv"_s));
    std::printf("CSV: %.0f rows/s, of it reading %.0f %%\n", static_cast<double>(lines) / exporting,
                100 * reading / exporting);
    if (beside > 0) {
        std::printf("     sqlite3 -csv: %.0f rows/s, ratio %.2f\n", static_cast<double>(lines) / beside,
                    beside / exporting);
    } else {
        std::puts("     sqlite3 is not installed: nothing to compare with");
    }

    timer.restart();
    BillSums billSums({BillGroup::Model, BillGroup::Phase});
    for (const BillRow& row : rows) {
        billSums.add(row);
    }
    const BillResult bill = need(billSums.finish());
    const double grouping = seconds(timer);
    std::printf("grouping by model and phase: %.1f ms for %lld lines, %lld groups\n", grouping * 1000,
                static_cast<long long>(lines), static_cast<long long>(bill.rows.size()));
    const QJsonObject result{{u"money_sums_per_s"_s, sums},
                             {u"csv_rows_per_s"_s, static_cast<double>(lines) / exporting},
                             {u"csv_ratio_to_sqlite3"_s, beside / exporting},
                             {u"group_ms"_s, grouping * 1000},
                             {u"lines"_s, static_cast<qint64>(lines)}};
    std::puts(QJsonDocument(result).toJson(QJsonDocument::Compact).constData());
    return bill.sumsAgree ? 0 : 1;
}
