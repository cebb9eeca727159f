// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/simulationmodel.h"

#include "ui/format.h"
#include "ui/models/runlistmodel.h"
#include "ui/words.h"

#include <QDateTime>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString numberText(const QString& check, const QString& number)
{
    if (check.startsWith(u"budget"_s)) {
        const auto amount = Money::fromDecimal(number);
        return amount ? format::money(*amount) : number;
    }
    bool whole = false;
    const qint64 value = number.toLongLong(&whole);
    return whole ? format::count(value) : number;
}

} // namespace

QString reasonText(const SimulatedFinding& finding)
{
    if (!finding.rule.isEmpty()) {
        return finding.rule;
    }
    const QString check = wordOfCheck(finding.check);
    if (finding.check == "tool_allowlist"_L1) {
        return SimulationModel::tr("%1: %2 is not among %3").arg(check, finding.actual, finding.limit);
    }
    return SimulationModel::tr("%1: %2, at most %3")
        .arg(check, numberText(finding.check, finding.actual), numberText(finding.check, finding.limit));
}

SimulationTotals totalsOf(const PolicySimulation& simulation)
{
    SimulationTotals totals;
    for (const RunSimulation& run : simulation.runs) {
        ++totals.runs;
        totals.wouldGoOn += run.wouldGoOn ? 1 : 0;
        for (const SimulatedFinding& finding : run.findings) {
            totals.stopped += finding.effect == SimulatedFinding::Effect::Stopped ? 1 : 0;
            totals.refusedTools += finding.effect == SimulatedFinding::Effect::Refused ? 1 : 0;
            totals.asked += finding.effect == SimulatedFinding::Effect::Asked ? 1 : 0;
        }
        totals.saved = totals.saved.plus(run.saved).value_or(totals.saved);
        totals.savedUnknownLines += run.savedUnknownLines;
    }
    return totals;
}

void SimulationModel::setSimulation(const PolicySimulation& simulation, bool unchanged)
{
    QList<SimulationRow> rows;
    for (const RunSimulation& run : simulation.runs) {
        if (run.findings.isEmpty() && (unchanged || run.wouldGoOn)) {
            rows.append({run.run, std::nullopt, run.wouldGoOn, std::nullopt, 0});
        }
        for (qsizetype i = 0; i < run.findings.size(); ++i) {
            const bool last = i + 1 == run.findings.size();
            rows.append({run.run, run.findings.at(i), false, last ? std::optional(run.saved) : std::nullopt,
                         last ? run.savedUnknownLines : 0});
        }
    }
    setRows(rows);
}

QVariant SimulationModel::cell(const SimulationRow& row, int column, int role) const
{
    if (role == IdRole) {
        return row.run.runId;
    }
    const Look recorded = look(row.run.status);
    const Look then = row.finding     ? look(row.finding->effect)
                      : row.wouldGoOn ? Look{Kind::Answer, u"continue"_s, tr("would go on")}
                                      : Look{Kind::Reused, u"complete"_s, tr("the same")};
    if ((role == IconNameRole || role == KindRole) && (column == Recorded || column == Then)) {
        const Look& looks = column == Recorded ? recorded : then;
        return role == IconNameRole ? QVariant(looks.icon) : QVariant(static_cast<int>(looks.kind));
    }
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case Started:
            return format::fullTime(row.run.startedAtMs);
        case Then:
            return row.wouldGoOn ? tr("A policy stopped it then and would not now; the recording ends there")
                                 : QString();
        case Saved:
            return row.saved ? format::exactMoney(*row.saved) : QString();
        default:
            break;
        }
        role = Qt::DisplayRole;
    }
    if (role == ExactRole && column == Saved) {
        return row.saved ? row.saved->toDecimal() : QString();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Run:
        return RunListModel::title(row.run);
    case Started:
        return format::relativeTime(row.run.startedAtMs, QDateTime::currentMSecsSinceEpoch());
    case Recorded:
        return recorded.word;
    case Then:
        return then.word;
    case Where:
        if (!row.finding) {
            return format::none();
        }
        if (row.finding->decision == 0) {
            return tr("phase %1").arg(word(row.finding->phase));
        }
        return row.finding->tool.isEmpty()
                   ? tr("step %1").arg(row.finding->decision)
                   : tr("step %1, %2").arg(QString::number(row.finding->decision), row.finding->tool);
    case Why:
        return row.finding ? reasonText(*row.finding) : format::none();
    case Saved:
        return row.saved ? format::amountWithUnknown(*row.saved, row.savedUnknownLines) : format::none();
    default:
        return {};
    }
}

QVariant SimulationModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Run:
        return tr("Run");
    case Started:
        return tr("Started");
    case Recorded:
        return tr("Recorded");
    case Then:
        return tr("Then");
    case Where:
        return tr("Where");
    case Why:
        return tr("Why");
    case Saved:
        return tr("Saved ($)");
    default:
        return {};
    }
}

} // namespace lathe
