// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/csvexport.h"

#include "engine/core/clock.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr const char *kColumns[] = {
    "run_id",
    "job_name",
    "started_at_utc",
    "line_at_utc",
    "day_utc",
    "user_id",
    "user_tier",
    "team_id",
    "phase_number",
    "phase",
    "decision_number",
    "decision_kind",
    "attempt",
    "tool",
    "provider",
    "model_requested",
    "model_billed",
    "service_tier",
    "meter",
    "quantity",
    "unit",
    "unit_price",
    "per",
    "cost",
    "currency",
    "cost_source",
    "pricebook_version",
    "rate_id",
    "status",
    "tags",
};

} // namespace

QByteArray breakdownCsvHeader(CsvProfile profile)
{
    QByteArray header = profile == CsvProfile::Spreadsheet ? QByteArray("\xEF\xBB\xBF") : QByteArray();
    CsvRow row(header, CsvProfile::Machine);
    for (const char *column : kColumns) {
        row.cell(QLatin1StringView(column));
    }
    row.end();
    return header;
}

void appendBreakdownCsv(QByteArray& out, const BillRow& bill, CsvProfile profile)
{
    const CostLine& line = bill.line;
    const QString lineAt = toIsoUtc(line.lineAtMs);
    CsvRow row(out, profile);
    row.text(line.runId);
    row.text(bill.jobName);
    row.cell(bill.startedAtMs == 0 ? QString() : toIsoUtc(bill.startedAtMs));
    row.cell(lineAt);
    row.cell(QStringView(lineAt).left(lineAt.indexOf(u'T')));
    row.text(bill.userId);
    row.text(bill.userTier);
    row.text(bill.teamId);
    row.number(static_cast<int>(line.phase));
    row.cell(toName(line.phase));
    row.numberOrEmpty(line.decision);
    row.cell(line.decisionKind ? toName(*line.decisionKind) : QLatin1StringView());
    row.numberOrEmpty(line.attempt);
    row.text(line.tool);
    row.text(line.provider);
    row.text(line.modelRequested);
    row.text(line.modelBilled);
    row.text(line.serviceTier);
    row.cell(toName(line.meter));
    row.number(line.quantity);
    row.cell(unitOf(line.meter));
    row.cell(line.unitPrice ? line.unitPrice->toDecimal(perOf(line.meter)) : QString());
    row.number(perOf(line.meter));
    row.cell(line.cost ? line.cost->toDecimal() : QString());
    row.cell("USD"_L1);
    row.cell(costSourceOf(line));
    row.text(line.priceBookVersion);
    row.text(line.rateId);
    row.text(line.status);
    row.text(bill.tags);
    row.end();
}

} // namespace lathe
