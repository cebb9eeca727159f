// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/csvexport.h"

#include "engine/core/clock.h"

#include <algorithm>

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

bool needsQuotes(QStringView text)
{
    if (text.isEmpty()) {
        return false;
    }
    const auto special = [](QChar c) {
        return c == QLatin1Char(',') || c == QLatin1Char('"') || c == QLatin1Char('\r') || c == QLatin1Char('\n');
    };
    return text.front() == QLatin1Char(' ') || text.back() == QLatin1Char(' ') ||
           std::any_of(text.begin(), text.end(), special);
}

/// What a spreadsheet would run as a formula becomes text, and control characters, which hide such a start, go.
QString guarded(const QString& text)
{
    QString clean;
    clean.reserve(text.size() + 1);
    for (const QChar c : text) {
        if (c.unicode() >= 0x20 || c == QLatin1Char('\n') || c == QLatin1Char('\t')) {
            clean.append(c);
        }
    }
    constexpr QStringView kFormulaStarts = u"=+-@\t\n\uFF1D\uFF0B\uFF0D\uFF20"; // and their full-width forms
    if (!clean.isEmpty() && kFormulaStarts.contains(clean.front())) {
        clean.prepend(u'\'');
    }
    return clean;
}

class RowWriter
{
public:
    RowWriter(QByteArray& out, CsvProfile profile) : m_out(out), m_profile(profile) {}

    /// Text from outside.
    void text(const QString& value)
    {
        if (m_profile == CsvProfile::Spreadsheet) {
            cell(guarded(value));
        } else {
            cell(value);
        }
    }
    /// Numbers, times and names of ours: never guarded.
    void cell(QStringView value)
    {
        comma();
        if (!needsQuotes(value)) {
            m_out.append(value.toUtf8());
            return;
        }
        m_out.append('"').append(value.toUtf8().replace('"', "\"\"")).append('"');
    }
    void cell(QLatin1StringView value)
    {
        comma();
        m_out.append(value.data(), value.size());
    }
    void number(qint64 value)
    {
        comma();
        m_out.append(QByteArray::number(value));
    }
    /// Empty for 0, which stands for "not applicable".
    void numberOrEmpty(qint64 value)
    {
        if (value == 0) {
            comma();
        } else {
            number(value);
        }
    }
    void end() { m_out.append("\r\n"); }

private:
    void comma()
    {
        if (!m_first) {
            m_out.append(',');
        }
        m_first = false;
    }

    QByteArray& m_out;
    CsvProfile m_profile;
    bool m_first = true;
};

} // namespace

QByteArray breakdownCsvHeader(CsvProfile profile)
{
    QByteArray header = profile == CsvProfile::Spreadsheet ? QByteArray("\xEF\xBB\xBF") : QByteArray();
    RowWriter row(header, CsvProfile::Machine);
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
    RowWriter row(out, profile);
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
