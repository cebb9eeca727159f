// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/policychecksmodel.h"

#include "ui/format.h"
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace lathe {

void PolicyChecksModel::setVerdicts(const QList<PolicyVerdict>& verdicts)
{
    QList<PolicyCheck> checks;
    for (const PolicyVerdict& verdict : verdicts) {
        checks += verdict.checks;
    }
    setRows(checks);
}

QVariant PolicyChecksModel::cell(const PolicyCheck& row, int column, int role) const
{
    if (column == Outcome && role == IconNameRole) {
        return look(row.outcome).icon;
    }
    if (column == Outcome && role == KindRole) {
        return static_cast<int>(look(row.outcome).kind);
    }
    if (role == Qt::ToolTipRole) {
        return row.message;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    const auto number = [&row](const QString& text) {
        if (row.check == "budget"_L1) {
            const auto amount = Money::fromDecimal(text);
            return amount ? format::money(*amount) : text.isEmpty() ? format::none() : text;
        }
        bool whole = false;
        const qint64 value = text.toLongLong(&whole);
        return text.isEmpty() ? format::none() : whole ? format::count(value) : text;
    };
    switch (column) {
    case Outcome:
        return look(row.outcome).word;
    case Check:
        return wordOfCheck(row.check);
    case Actual:
        return number(row.actual);
    case Limit:
        return number(row.limit);
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
    case Actual:
        return tr("Actual");
    case Limit:
        return tr("Limit");
    default:
        return {};
    }
}

} // namespace lathe
