// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/policymodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <QJsonArray>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

QString keyOf(int column)
{
    switch (column) {
    case PolicyModel::Tier:
        return u"tier"_s;
    case PolicyModel::Depth:
        return u"maxRecursionDepth"_s;
    case PolicyModel::Context:
        return u"contextWindowLimit"_s;
    case PolicyModel::ToolCalls:
        return u"maxToolCalls"_s;
    case PolicyModel::PerMinute:
        return u"requestsPerMinute"_s;
    case PolicyModel::PerHour:
        return u"requestsPerHour"_s;
    case PolicyModel::RunBudget:
        return u"budgetPerRun"_s;
    case PolicyModel::DayBudget:
        return u"budgetPerDay"_s;
    case PolicyModel::MonthBudget:
        return u"budgetPerMonth"_s;
    case PolicyModel::AllowedTools:
        return u"allowedTools"_s;
    default:
        return {};
    }
}

qint64 numberOf(const UserPolicy& row, int column)
{
    switch (column) {
    case PolicyModel::Depth:
        return row.maxRecursionDepth;
    case PolicyModel::Context:
        return row.contextWindowLimit;
    case PolicyModel::ToolCalls:
        return row.maxToolCalls;
    case PolicyModel::PerMinute:
        return row.requestsPerMinute;
    default:
        return row.requestsPerHour;
    }
}

std::optional<Money> budgetOf(const UserPolicy& row, int column)
{
    return column == PolicyModel::RunBudget   ? row.budgetPerRun
           : column == PolicyModel::DayBudget ? row.budgetPerDay
                                              : row.budgetPerMonth;
}

} // namespace

void PolicyModel::upsert(const UserPolicy& policy)
{
    const auto at =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const UserPolicy& row) { return row.userId == policy.userId; });
    if (at == m_rows.end()) {
        appendRows({policy});
    } else {
        replaceRow(static_cast<int>(at - m_rows.begin()), policy);
    }
}

Qt::ItemFlags PolicyModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = ValueTable::flags(index);
    return index.isValid() && index.column() != User ? flags | Qt::ItemIsEditable : flags;
}

bool PolicyModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !index.isValid() || index.column() == User) {
        return false;
    }
    const UserPolicy& row = m_rows.at(index.row());
    const QString text = value.toString().trimmed();
    if (text == cell(row, index.column(), Qt::EditRole).toString()) {
        return false;
    }
    QJsonValue change;
    if (index.column() == Tier) {
        change = text;
    } else if (index.column() == AllowedTools) {
        QJsonArray names;
        const QStringList parts = text.split(u',', Qt::SkipEmptyParts);
        for (const QString& name : parts) {
            names.append(name.trimmed());
        }
        change = names;
    } else if (isMoney(index.column())) {
        if (!text.isEmpty() && text != format::none()) {
            const auto amount = format::parseMoney(text);
            if (!amount || amount->atto() < 0) {
                Q_EMIT refused(
                    tr("“%1” is not an amount in dollars. Write it like 0.20, or leave it empty for no budget.")
                        .arg(text));
                return false;
            }
            change = amount->toDecimal();
        } else {
            change = QJsonValue::Null;
        }
    } else {
        bool ok = false;
        const qint64 number = text.toLongLong(&ok);
        if (!ok || number < 0) {
            Q_EMIT refused(tr("“%1” is not a whole number.").arg(text));
            return false;
        }
        change = number;
    }
    Q_EMIT changeRequested(row.userId, QJsonObject{{keyOf(index.column()), change}});
    return true;
}

QVariant PolicyModel::cell(const UserPolicy& row, int column, int role) const
{
    if (role == IdRole) {
        return row.userId;
    }
    const bool edit = role == Qt::EditRole;
    if (role != Qt::DisplayRole && !edit && role != Qt::ToolTipRole) {
        return {};
    }
    if (column == User) {
        return row.userId;
    }
    if (column == Tier) {
        return edit ? QString(toName(row.tier)) : word(row.tier);
    }
    if (column == AllowedTools) {
        return row.allowedTools.isEmpty() ? (edit ? QString() : tr("every tool")) : row.allowedTools.join(u", "_s);
    }
    if (isMoney(column)) {
        const auto budget = budgetOf(row, column);
        if (!budget) {
            return edit ? QString() : format::none();
        }
        return edit                      ? budget->toDecimal()
               : role == Qt::ToolTipRole ? format::exactMoney(*budget)
                                         : format::amount(*budget);
    }
    const qint64 number = numberOf(row, column);
    return edit ? QString::number(number) : format::count(number);
}

QVariant PolicyModel::header(int column, int role) const
{
    if (role == Qt::ToolTipRole) {
        return column == Tier ? QVariant(tr("Changing the tier resets the limits to the tier's own")) : QVariant();
    }
    switch (column) {
    case User:
        return tr("User");
    case Tier:
        return tr("Tier");
    case Depth:
        return tr("Depth");
    case Context:
        return tr("Context (tokens)");
    case ToolCalls:
        return tr("Tool calls a run");
    case PerMinute:
        return tr("Runs a minute");
    case PerHour:
        return tr("Runs an hour");
    case RunBudget:
        return tr("Run ($)");
    case DayBudget:
        return tr("Day ($)");
    case MonthBudget:
        return tr("Month ($)");
    case AllowedTools:
        return tr("Allowed tools");
    default:
        return {};
    }
}

} // namespace lathe
