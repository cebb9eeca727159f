// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/policychecksmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <QFont>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString titleOf(const PolicyVerdict& verdict)
{
    for (const PolicyCheck& check : verdict.checks) {
        if (check.check == "tool_allowlist"_L1) {
            return PolicyChecksModel::tr("Tool call %1").arg(check.actual);
        }
    }
    return PolicyChecksModel::tr("Model call");
}

QString numberText(const PolicyCheck& row, const QString& text)
{
    if (text.isEmpty()) {
        return format::none();
    }
    if (row.check.startsWith("budget"_L1)) {
        const auto amount = Money::fromDecimal(text);
        return amount ? format::money(*amount) : text;
    }
    bool whole = false;
    const qint64 value = text.toLongLong(&whole);
    return whole ? format::count(value) : text;
}

/// "76 of 8,000": the inspector is narrow.
QString numbersText(const PolicyCheck& row)
{
    const QString actual = numberText(row, row.actual);
    const bool list = row.check == "tool_allowlist"_L1; // is said by the reason
    return row.limit.isEmpty() || list ? actual
                                       : PolicyChecksModel::tr("%1 of %2").arg(actual, numberText(row, row.limit));
}

} // namespace

void PolicyChecksModel::setVerdicts(const QList<PolicyVerdict>& verdicts, const PolicyVerdict& run)
{
    QList<PolicyCheckRow> rows;
    const auto append = [&rows](const QString& title, const PolicyVerdict& verdict) {
        if (verdict.checks.isEmpty()) {
            return;
        }
        rows.append({title, {}});
        for (const PolicyCheck& check : verdict.checks) {
            rows.append({{}, check});
        }
    };
    for (const PolicyVerdict& verdict : verdicts) {
        append(titleOf(verdict), verdict);
    }
    append(tr("Run, before its first step"), run);
    setRows(rows);
}

QStringList PolicyChecksModel::reasons() const
{
    QStringList reasons;
    for (const CheckOutcome outcome : {CheckOutcome::Failed, CheckOutcome::NotReached}) {
        for (const PolicyCheckRow& row : m_rows) {
            if (row.title.isEmpty() && row.check.outcome == outcome && !row.check.message.isEmpty()) {
                reasons << tr("%1, %2: %3").arg(wordOfCheck(row.check.check), look(outcome).word, row.check.message);
            }
        }
    }
    return reasons;
}

QVariant PolicyChecksModel::cell(const PolicyCheckRow& row, int column, int role) const
{
    if (!row.title.isEmpty()) {
        if (role == Qt::FontRole) {
            QFont font;
            font.setWeight(QFont::DemiBold);
            return font;
        }
        return column == Check && (role == Qt::DisplayRole || role == Qt::ToolTipRole) ? QVariant(row.title)
                                                                                       : QVariant();
    }
    if (column == Outcome && role == IconNameRole) {
        return look(row.check.outcome).icon;
    }
    if (column == Outcome && role == KindRole) {
        return static_cast<int>(look(row.check.outcome).kind);
    }
    if (role == Qt::ToolTipRole) {
        return row.check.message;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Outcome:
        return look(row.check.outcome).word;
    case Check:
        return wordOfCheck(row.check.check);
    case Numbers:
        return numbersText(row.check);
    default:
        return {};
    }
}

QVariant PolicyChecksModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case Outcome:
        return tr("Outcome");
    case Check:
        return tr("Check");
    case Numbers:
        return tr("Of its limit");
    default:
        return {};
    }
}

} // namespace lathe
