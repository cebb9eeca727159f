// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/billmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// For the share only: a picture of the amount, never added or shown as one.
double approximately(Money amount)
{
    return static_cast<double>(amount.atto());
}

} // namespace

void BillModel::setResult(const BillResult& result, QList<BillGroup> groups)
{
    beginResetModel();
    m_rows = result.rows;
    m_groups = std::move(groups);
    m_total = result.total.cost;
    endResetModel();
}

QString BillModel::title(BillGroup group)
{
    switch (group) {
    case BillGroup::Phase:
        return tr("Phase");
    case BillGroup::Decision:
        return tr("Decision");
    case BillGroup::Tool:
        return tr("Tool");
    case BillGroup::Model:
        return tr("Model");
    case BillGroup::Provider:
        return tr("Provider");
    case BillGroup::User:
        return tr("User");
    case BillGroup::Hour:
        return tr("Hour");
    case BillGroup::Team:
        return tr("Team");
    case BillGroup::Tier:
        return tr("Tier");
    case BillGroup::Day:
        return tr("Day (UTC)");
    }
    return {};
}

QString BillModel::keyText(BillGroup group, const QString& key)
{
    if (key.isEmpty()) {
        return format::none();
    }
    if (group == BillGroup::Phase) {
        const auto phase = fromName<Phase>(key);
        return phase ? word(*phase) : key;
    }
    if (group == BillGroup::Decision && key == "0"_L1) {
        return format::none();
    }
    return key;
}

void BillModel::sort(int column, Qt::SortOrder order)
{
    const int keys = keyColumns();
    const auto less = [&](const BillResult::Row& a, const BillResult::Row& b) {
        if (column < keys) {
            const QString left = a.keys.value(column);
            const QString right = b.keys.value(column);
            bool numbers = false;
            const int x = left.toInt(&numbers);
            bool both = false;
            const int y = right.toInt(&both);
            return numbers && both ? x < y : left.localeAwareCompare(right) < 0;
        }
        switch (column - keys) {
        case Tokens:
            return a.group.tokens < b.group.tokens;
        case Calls:
            return a.group.calls < b.group.calls;
        case Lines:
            return a.group.lines < b.group.lines;
        case Unknown:
            return a.group.unknownLines < b.group.unknownLines;
        default:
            return a.group.cost < b.group.cost;
        }
    };
    Q_EMIT layoutAboutToBeChanged();
    // Rows are few (groups, not lines); selections are dropped with the order.
    const auto persistent = persistentIndexList();
    std::stable_sort(m_rows.begin(), m_rows.end(), [&](const BillResult::Row& a, const BillResult::Row& b) {
        return order == Qt::AscendingOrder ? less(a, b) : less(b, a);
    });
    for (const QModelIndex& index : persistent) {
        changePersistentIndex(index, {});
    }
    Q_EMIT layoutChanged();
}

QVariant BillModel::cell(const BillResult::Row& row, int column, int role) const
{
    if (role == IdRole) {
        const auto at = m_groups.indexOf(BillGroup::Decision);
        return at < 0 ? QVariant() : QVariant(row.keys.value(at).toInt());
    }
    const int sum = column - keyColumns();
    if (sum < 0) {
        if (role == Qt::DisplayRole || role == Qt::ToolTipRole) {
            return keyText(m_groups.at(column), row.keys.value(column));
        }
        return role == ExactRole ? QVariant(row.keys.value(column)) : QVariant();
    }
    const CostGroup& group = row.group;
    if (sum == Cost && (role == Qt::ToolTipRole || role == ExactRole)) {
        return group.unknownLines > 0 && group.cost.isZero() ? format::unknown() : format::exactMoney(group.cost);
    }
    if (sum == Unknown && role == KindRole && group.unknownLines > 0) {
        return static_cast<int>(Kind::Policy);
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (sum) {
    case Cost:
        return format::amountWithUnknown(group.cost, group.unknownLines);
    case Share:
        return m_total.isZero() ? format::none() : format::percent(approximately(group.cost) / approximately(m_total));
    case Tokens:
        return group.tokens == 0 ? format::none() : format::count(group.tokens);
    case Calls:
        return format::count(group.calls);
    case Lines:
        return format::count(group.lines);
    case Unknown:
        return group.unknownLines == 0 ? format::none() : format::count(group.unknownLines);
    default:
        return {};
    }
}

QVariant BillModel::header(int column, int role) const
{
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (column < keyColumns()) {
        return title(m_groups.at(column));
    }
    switch (column - keyColumns()) {
    case Cost:
        return tr("Cost ($)");
    case Share:
        return tr("Share");
    case Tokens:
        return tr("Tokens");
    case Calls:
        return tr("Calls");
    case Lines:
        return tr("Lines");
    case Unknown:
        return tr("Without price");
    default:
        return {};
    }
}

} // namespace lathe
