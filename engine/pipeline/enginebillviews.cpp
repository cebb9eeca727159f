// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/reconcile.h"
#include "engine/pipeline/billview.h"
#include "engine/pipeline/engine.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;

// What stands beside a bill: its lines, what was avoided, where the month is going, and what a provider says of it.

namespace lathe {

namespace {

constexpr int kRuns = 500; // a page

qint64 startOf(QDate day)
{
    return QDateTime(day, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
}

} // namespace

QCoro::Task<Result<BillLines>> Engine::billLines(BillQuery query, int limit)
{
    const auto lines = std::make_shared<BillLines>();
    BillVisitor add = [lines, limit](const BillRow& row) {
        if (lines->lines.size() < limit) {
            lines->lines.append({row.line, row.jobName, row.userId});
        } else {
            ++lines->left;
        }
        return Result<void>();
    };
    const Result<QString> version = co_await visitBill(std::move(query), std::move(add));
    if (!version) {
        co_return fail(version.error());
    }
    co_return std::move(*lines);
}

QCoro::Task<Result<Money>> Engine::avoidedPart(BillQuery query, RunSummary run, QString source)
{
    // What the lines of the run that was not repeated would be as lines of the one that was answered from the cache.
    const auto sum = std::make_shared<MoneySum>();
    BillVisitor add = [sum, query, run](const BillRow& row) {
        BillRow moved = row;
        moved.line.runId = run.runId;
        moved.line.lineAtMs = run.startedAtMs;
        if (moved.line.cost && passes(query, moved)) {
            sum->add(*moved.line.cost);
        }
        return Result<void>();
    };
    BillQuery lines;
    lines.runId = std::move(source);
    const Result<QString> visited = co_await visitBill(std::move(lines), std::move(add));
    if (!visited) {
        co_return fail(visited.error());
    }
    co_return sum->total();
}

QCoro::Task<Result<Money>> Engine::avoided(BillQuery query)
{
    MoneySum sum;
    RunQuery page;
    page.userId = query.userId;
    page.status = query.status;
    page.fromMs = query.fromMs;
    page.toMs = query.toMs;
    page.limit = kRuns;
    EventQuery reports;
    reports.types = {EventType::CacheLookup, EventType::FinalBillingReport};
    const bool oneRun = !query.runId.isEmpty();
    while (true) {
        QList<RunSummary> runs;
        if (oneRun) {
            const Result<RunSummary> run = co_await m_database->run(query.runId);
            if (!run) {
                co_return fail(run.error());
            }
            runs.append(*run);
        } else {
            const Result<QList<RunSummary>> found = co_await m_database->runs(page);
            if (!found) {
                co_return fail(found.error());
            }
            runs = *found;
        }
        for (const RunSummary& run : std::as_const(runs)) {
            if (!run.fromCache || (run.imported && !query.imported)) {
                continue;
            }
            const Result<QList<RunEvent>> events = co_await m_database->events(run.runId, reports);
            if (!events) {
                co_return fail(events.error());
            }
            if (events->isEmpty()) {
                continue; // not finished, or its journal was kept for its time
            }
            const RunEvent& last = events->last();
            if (last.type != EventType::FinalBillingReport) {
                continue;
            }
            const Result<BillingReport> report = billingReportFromJson(last.details);
            if (report && query.only.isEmpty()) {
                sum.add(report->avoided);
            } else if (report) {
                const QString source = events->first().details.value("run"_L1).toString();
                const Result<Money> part = co_await avoidedPart(query, run, source);
                if (!part) {
                    co_return fail(part.error());
                }
                sum.add(*part);
            }
        }
        if (oneRun || runs.size() < kRuns) {
            break;
        }
        page.beforeMs = runs.last().startedAtMs;
    }
    co_return sum.total();
}

QCoro::Task<Result<Forecast>> Engine::forecast(QString userId)
{
    const QDate today = m_clock.nowUtc().date();
    BillQuery query;
    query.userId = userId;
    query.groupBy = {BillGroup::Day};
    query.fromMs = startOf(std::min(QDate(today.year(), today.month(), 1), today.addDays(-8)));
    const Result<BillResult> days = co_await bill(std::move(query));
    if (!days) {
        co_return fail(days.error());
    }
    std::optional<Money> budget;
    if (!userId.isEmpty()) {
        const Result<std::optional<UserPolicy>> policy = co_await m_database->policy(userId);
        if (policy && *policy) {
            budget = (*policy)->budgetPerMonth;
        }
    }
    QMap<QDate, Money> costs;
    for (const BillResult::Row& row : days->rows) {
        costs.insert(QDate::fromString(row.keys.value(0), Qt::ISODate), row.group.cost);
    }
    co_return forecastMonth(costs, today, budget);
}

QCoro::Task<Result<Reconciliation>> Engine::reconcile(QByteArray file)
{
    const Result<ProviderExport> provided = readProviderExport(file);
    if (!provided) {
        co_return fail(provided.error());
    }
    BillQuery query;
    query.fromMs = startOf(provided->first);
    query.toMs = startOf(provided->last.addDays(1));
    const auto reconciler = std::make_shared<Reconciler>(*provided);
    BillVisitor add = [reconciler](const BillRow& row) {
        reconciler->add(row);
        return Result<void>();
    };
    const Result<QString> visited = co_await visitBill(std::move(query), std::move(add));
    if (!visited) {
        co_return fail(visited.error());
    }
    co_return reconciler->finish();
}

} // namespace lathe
