// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/runlistmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

bool newerFirst(const RunSummary& a, const RunSummary& b)
{
    return a.startedAtMs != b.startedAtMs ? a.startedAtMs > b.startedAtMs : a.runId > b.runId;
}

} // namespace

RunListModel::RunListModel(QObject *parent) : ValueTable(parent), m_nowMs(QDateTime::currentMSecsSinceEpoch()) {}

void RunListModel::setRows(QList<RunSummary> rows)
{
    std::stable_sort(rows.begin(), rows.end(), newerFirst);
    ValueTable::setRows(std::move(rows));
}

void RunListModel::append(const QList<RunSummary>& older)
{
    QList<RunSummary> fresh;
    std::copy_if(older.begin(), older.end(), std::back_inserter(fresh),
                 [this](const RunSummary& run) { return rowOf(run.runId) < 0; });
    appendRows(fresh);
}

void RunListModel::upsert(const RunSummary& summary)
{
    const int row = rowOf(summary.runId);
    if (row >= 0) {
        if (m_rows.at(row) != summary) {
            replaceRow(row, summary);
        }
        return;
    }
    const auto at = std::lower_bound(m_rows.begin(), m_rows.end(), summary, newerFirst);
    insertRow(static_cast<int>(at - m_rows.begin()), summary);
}

void RunListModel::remove(const QString& runId)
{
    if (const int row = rowOf(runId); row >= 0) {
        removeRow(row);
    }
}

int RunListModel::rowOf(const QString& runId) const
{
    const auto at =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const RunSummary& run) { return run.runId == runId; });
    return at == m_rows.end() ? -1 : static_cast<int>(at - m_rows.begin());
}

void RunListModel::setNow(qint64 nowMs)
{
    m_nowMs = nowMs;
    if (!m_rows.isEmpty()) {
        Q_EMIT dataChanged(index(0, Started), index(rowCount() - 1, Time), {Qt::DisplayRole});
    }
}

QString RunListModel::title(const RunSummary& summary)
{
    if (!summary.name.isEmpty()) {
        return summary.name;
    }
    // A program in the prompt says little about what is wanted.
    const QString prose = summary.promptStart.section(u"```"_s, 0, 0).simplified();
    const QString start = prose.isEmpty() ? summary.promptStart.simplified() : prose;
    return start.isEmpty() ? summary.runId : start;
}

qint64 RunListModel::elapsed(const RunSummary& summary, qint64 nowMs)
{
    if (summary.startedAtMs == 0) {
        return -1;
    }
    if (summary.completedAtMs > 0) {
        return summary.completedAtMs - summary.startedAtMs;
    }
    const bool live = summary.status == RunStatus::Running || summary.status == RunStatus::Paused;
    return std::max<qint64>(0, (live ? nowMs : summary.updatedAtMs) - summary.startedAtMs);
}

QVariant RunListModel::cell(const RunSummary& row, int column, int role) const
{
    if (role == IdRole) {
        return row.runId;
    }
    if (role == ValueRole) {
        return QVariant::fromValue(row);
    }
    if (role == Qt::AccessibleTextRole) {
        return tr("%1, %2, %3, %4")
            .arg(title(row), look(row.status).word, format::relativeTime(row.startedAtMs, m_nowMs),
                 format::moneyWithUnknown(row.totalCost, row.unknownCostLines));
    }
    const bool display = role == Qt::DisplayRole;
    switch (column) {
    case State:
        if (role == Qt::ToolTipRole) { // the list shows a whole run in this column
            return tr("%1\n%2, %3\n%4, %5\n%6\n%7")
                .arg(title(row), look(row.status).word, format::fullTime(row.startedAtMs), row.userId,
                     row.model.isEmpty() ? format::none() : row.model, format::exactMoney(row.totalCost), row.runId);
        }
        if (role == IconNameRole) {
            return look(row.status).icon;
        }
        if (role == KindRole) {
            return static_cast<int>(look(row.status).kind);
        }
        return display ? look(row.status).word : QVariant();
    case Started:
        if (role == Qt::ToolTipRole || role == ExactRole) {
            return format::fullTime(row.startedAtMs);
        }
        return display ? format::relativeTime(row.startedAtMs, m_nowMs) : QVariant();
    case Name:
        if (role == Qt::ToolTipRole) {
            return QString(title(row) + u"\n"_s + row.runId);
        }
        return display ? title(row) : QVariant();
    case User:
        return display ? row.userId : QVariant();
    case Model:
        return display ? row.model : QVariant();
    case Decisions:
        return display ? format::count(row.decisions) : QVariant();
    case Tokens:
        return display ? format::count(row.tokensUsed) : QVariant();
    case Cost:
        if (role == Qt::ToolTipRole || role == ExactRole) {
            return format::exactMoney(row.totalCost);
        }
        return display ? format::amountWithUnknown(row.totalCost, row.unknownCostLines) : QVariant();
    case Time:
        return display ? format::duration(elapsed(row, m_nowMs)) : QVariant();
    default:
        return {};
    }
}

QVariant RunListModel::header(int column, int) const
{
    switch (column) {
    case State:
        return tr("State");
    case Started:
        return tr("Started");
    case Name:
        return tr("Name");
    case User:
        return tr("User");
    case Model:
        return tr("Model");
    case Decisions:
        return tr("Decisions");
    case Tokens:
        return tr("Tokens");
    case Cost:
        return tr("Cost ($)");
    case Time:
        return tr("Time");
    default:
        return {};
    }
}

} // namespace lathe
