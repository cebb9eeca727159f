// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/policymodel.h"

#include "ui/format.h"
#include "ui/models/fill.h"
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
    case PolicyModel::Team:
        return u"team"_s;
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
    case PolicyModel::TeamDay:
        return u"budgetPerDay"_s;
    case PolicyModel::MonthBudget:
    case PolicyModel::TeamMonth:
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

bool isRate(int column)
{
    return column == PolicyModel::PerMinute || column == PolicyModel::PerHour;
}

} // namespace

void PolicyModel::setRows(QList<UserPolicy> rows)
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        const QString& user = m_rows.at(row).userId;
        const bool stays =
            std::any_of(rows.cbegin(), rows.cend(), [&](const UserPolicy& each) { return each.userId == user; });
        if (!stays) {
            removeRow(row);
        }
    }
    for (int at = 0; at < static_cast<int>(rows.size()); ++at) {
        const UserPolicy& wanted = rows.at(at);
        const int now = rowOf(wanted.userId);
        if (now < 0) {
            insertRow(at, wanted);
        } else if (now == at && m_rows.at(at) != wanted) {
            replaceRow(at, wanted);
        } else if (now != at) {
            removeRow(now);
            insertRow(at, wanted);
        }
    }
}

void PolicyModel::upsert(const UserPolicy& policy)
{
    const int row = rowOf(policy.userId);
    if (row < 0) {
        appendRows({policy});
    } else {
        replaceRow(row, policy);
    }
}

void PolicyModel::setUsage(const QList<PolicyUsage>& usages)
{
    for (const PolicyUsage& usage : usages) {
        PolicyUsage& known = m_usage[usage.userId];
        if (known == usage) {
            continue;
        }
        known = usage;
        if (const int row = rowOf(usage.userId); row >= 0) {
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
}

int PolicyModel::rowOf(const QString& userId) const
{
    const auto at =
        std::find_if(m_rows.cbegin(), m_rows.cend(), [&](const UserPolicy& row) { return row.userId == userId; });
    return at == m_rows.cend() ? -1 : static_cast<int>(at - m_rows.cbegin());
}

const PolicyUsage *PolicyModel::usageOf(const QString& userId) const
{
    const auto at = m_usage.constFind(userId);
    return at == m_usage.cend() ? nullptr : &*at;
}

Qt::ItemFlags PolicyModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = ValueTable::flags(index);
    if (!index.isValid() || index.column() == User) {
        return flags;
    }
    const bool nobodys = isOfTeam(index.column()) && m_rows.at(index.row()).team.isEmpty();
    return nobodys ? flags : flags | Qt::ItemIsEditable;
}

std::optional<QJsonValue> PolicyModel::valueFrom(const QString& text, int column)
{
    if (column == Tier || column == Team) {
        return text;
    }
    if (column == AllowedTools) {
        QJsonArray names;
        const QStringList parts = text.split(u',', Qt::SkipEmptyParts);
        for (const QString& name : parts) {
            names.append(name.trimmed());
        }
        return names;
    }
    if (isMoney(column)) {
        if (text.isEmpty() || text == format::none()) {
            return QJsonValue(QJsonValue::Null);
        }
        const auto amount = format::parseMoney(text);
        if (!amount || *amount < Money()) {
            Q_EMIT refused(
                tr("“%1” is not an amount in dollars. Write it like 0.20, or leave it empty for no budget.").arg(text));
            return std::nullopt;
        }
        return amount->toDecimal();
    }
    bool ok = false;
    const qint64 number = text.toLongLong(&ok);
    if (!ok || number < 0) {
        Q_EMIT refused(tr("“%1” is not a whole number.").arg(text));
        return std::nullopt;
    }
    return number;
}

bool PolicyModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    if (role != Qt::EditRole || !flags(index).testFlag(Qt::ItemIsEditable)) {
        return false;
    }
    const UserPolicy& row = m_rows.at(index.row());
    const QString text = value.toString().trimmed();
    if (text == cell(row, index.column(), Qt::EditRole).toString()) {
        return false;
    }
    const std::optional<QJsonValue> change = valueFrom(text, index.column());
    if (!change) {
        return false;
    }
    const QJsonObject changes{{keyOf(index.column()), *change}};
    if (isOfTeam(index.column())) {
        Q_EMIT teamChangeRequested(row.team, changes);
    } else {
        Q_EMIT changeRequested(row.userId, changes);
    }
    return true;
}

std::optional<Money> PolicyModel::budgetOf(const UserPolicy& row, int column) const
{
    switch (column) {
    case RunBudget:
        return row.budgetPerRun;
    case DayBudget:
        return row.budgetPerDay;
    case MonthBudget:
        return row.budgetPerMonth;
    default:
        break;
    }
    const BudgetLevel *level = levelOf(row, column);
    return level ? level->limit : std::nullopt;
}

const BudgetLevel *PolicyModel::levelOf(const UserPolicy& row, int column) const
{
    const PolicyUsage *usage = usageOf(row.userId);
    if (!usage) {
        return nullptr;
    }
    switch (column) {
    case DayBudget:
        return usage->level(BudgetScope::UserDay);
    case MonthBudget:
        return usage->level(BudgetScope::UserMonth);
    case TeamDay:
        return usage->level(BudgetScope::TeamDay);
    case TeamMonth:
        return usage->level(BudgetScope::TeamMonth);
    default:
        return nullptr;
    }
}

QVariant PolicyModel::moneyCell(const UserPolicy& row, int column, int role) const
{
    const std::optional<Money> limit = budgetOf(row, column);
    const BudgetLevel *level = levelOf(row, column);
    switch (role) {
    case Qt::EditRole:
        return limit ? limit->toDecimal() : QString();
    case FillRole:
        return level && limit ? QVariant::fromValue(fillOf(*level)) : QVariant();
    case ExactRole:
        return limit ? limit->toDecimal() : format::none();
    case Qt::ToolTipRole:
        if (isOfTeam(column) && row.team.isEmpty()) {
            return tr("%1 is in no team").arg(row.userId);
        }
        if (!level) {
            return limit ? format::exactMoney(*limit) : tr("no budget");
        }
        return limit ? tr("%1 spent and %2 reserved of %3")
                           .arg(format::exactMoney(level->spent), format::exactMoney(level->reserved),
                                format::exactMoney(*limit))
                     : tr("%1 spent and %2 reserved; no budget")
                           .arg(format::exactMoney(level->spent), format::exactMoney(level->reserved));
    default:
        break;
    }
    if (!limit) {
        return format::none();
    }
    return level ? tr("%1 of %2").arg(format::amount(level->spent), format::amount(*limit)) : format::amount(*limit);
}

QVariant PolicyModel::rateCell(const UserPolicy& row, int column, int role) const
{
    const qint64 limit = numberOf(row, column);
    const PolicyUsage *usage = usageOf(row.userId);
    if (role == Qt::EditRole || role == ExactRole) {
        return QString::number(limit);
    }
    if (!usage) {
        return role == FillRole ? QVariant() : format::count(limit);
    }
    const int used = column == PerMinute ? usage->requestsInMinute : usage->requestsInHour;
    if (role == FillRole) {
        return QVariant::fromValue(fillOf(used, limit));
    }
    if (role == Qt::ToolTipRole) {
        const qint64 left = std::max<qint64>(0, limit - used);
        return column == PerMinute ? tr("%1 of %2 runs in the last 60 seconds; %3 left")
                                         .arg(format::count(used), format::count(limit), format::count(left))
                                   : tr("%1 of %2 runs in the last hour; %3 left")
                                         .arg(format::count(used), format::count(limit), format::count(left));
    }
    return tr("%1 of %2").arg(format::count(used), format::count(limit));
}

QVariant PolicyModel::cell(const UserPolicy& row, int column, int role) const
{
    if (role == IdRole) {
        return row.userId;
    }
    const bool edit = role == Qt::EditRole;
    const bool words = role == Qt::DisplayRole || edit || role == Qt::ToolTipRole || role == ExactRole;
    if (!words && role != FillRole) {
        return {};
    }
    if (isMoney(column)) {
        return moneyCell(row, column, role);
    }
    if (isRate(column)) {
        return rateCell(row, column, role);
    }
    if (role == FillRole) {
        return {};
    }
    switch (column) {
    case User:
        return row.userId;
    case Tier:
        return edit ? QString(toName(row.tier)) : word(row.tier);
    case Team:
        return row.team.isEmpty() && !edit ? format::none() : row.team;
    case AllowedTools:
        return row.allowedTools.isEmpty() ? (edit ? QString() : tr("every tool")) : row.allowedTools.join(u", "_s);
    default:
        break;
    }
    const qint64 number = numberOf(row, column);
    return edit || role == ExactRole ? QString::number(number) : format::count(number);
}

QVariant PolicyModel::header(int column, int role) const
{
    if (role == Qt::ToolTipRole) {
        switch (column) {
        case Tier:
            return tr("Changing the tier resets the limits to the tier's own");
        case PerMinute:
            return tr("Runs in the last 60 seconds, of those allowed");
        case PerHour:
            return tr("Runs in the last hour, of those allowed");
        case DayBudget:
        case MonthBudget:
            return tr("Spent by the user, of the budget; days and months are those of UTC");
        case TeamDay:
        case TeamMonth:
            return tr("Spent by the whole team, of its budget; changing it changes it for every member");
        default:
            return {};
        }
    }
    switch (column) {
    case User:
        return tr("User");
    case Tier:
        return tr("Tier");
    case Team:
        return tr("Team");
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
    case TeamDay:
        return tr("Team day ($)");
    case TeamMonth:
        return tr("Team month ($)");
    case AllowedTools:
        return tr("Allowed tools");
    default:
        return {};
    }
}

} // namespace lathe
