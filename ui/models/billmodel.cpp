// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/billmodel.h"

#include "ui/format.h"
#include "ui/words.h"

#include <QHash>

#include <algorithm>
#include <numeric>
#include <tuple>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// For the share only: a picture of the amount, never added or shown as one.
double approximately(Money amount)
{
    return static_cast<double>(amount.atto());
}

/// What a column counts; nothing for those that are no counts.
std::optional<qint64> countOf(const BillResult::Row& row, int sum)
{
    const BillCounts& counts = row.counts;
    switch (sum) {
    case BillModel::Tokens:
        return row.group.tokens;
    case BillModel::Input:
        return counts.of(Meter::Input) + counts.of(Meter::InputAudio);
    case BillModel::Cached:
        return counts.cached();
    case BillModel::Written:
        return counts.of(Meter::CacheWrite) + counts.of(Meter::CacheWrite1h);
    case BillModel::Output:
        return counts.of(Meter::Output) + counts.of(Meter::OutputAudio);
    case BillModel::Reasoning:
        return counts.of(Meter::Reasoning);
    case BillModel::Calls:
        return row.group.calls;
    case BillModel::Retries:
        return counts.retries;
    case BillModel::Lines:
        return row.group.lines;
    case BillModel::Unknown:
        return row.group.unknownLines;
    default:
        return std::nullopt;
    }
}

/// A row and where its key stands among the others: numbers by size, decisions of several runs by run and number, text
/// as people sort it.
struct Place
{
    qsizetype row = 0;
    qsizetype rank = 0; ///< of the text
    qint64 number = 0;
};

QList<Place> placesOf(const QList<BillResult::Row>& rows, int column)
{
    QList<Place> places;
    places.reserve(rows.size());
    QHash<QString, qsizetype> ranks; // texts are few: collating them is slow
    QStringList texts;
    for (qsizetype i = 0; i < rows.size(); ++i) {
        const QString key = rows.at(i).keys.value(column);
        const auto mark = key.lastIndexOf(u'#');
        bool isNumber = false;
        const qint64 number = QStringView(key).mid(mark + 1).toLongLong(&isNumber);
        const QString text = isNumber ? key.left(std::max<qsizetype>(mark, 0)) : key;
        auto rank = ranks.constFind(text);
        if (rank == ranks.constEnd()) {
            rank = ranks.insert(text, texts.size());
            texts.append(text);
        }
        places.append({i, *rank, isNumber ? number : 0});
    }
    QList<qsizetype> order(texts.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&texts](qsizetype a, qsizetype b) { return texts.at(a).localeAwareCompare(texts.at(b)) < 0; });
    QList<qsizetype> rankOf(texts.size());
    for (qsizetype i = 0; i < order.size(); ++i) {
        rankOf[order.at(i)] = i;
    }
    for (Place& place : places) {
        place.rank = rankOf.at(place.rank);
    }
    return places;
}

double cacheShare(const BillCounts& counts)
{
    return counts.input() == 0 ? 0.0 : static_cast<double>(counts.cached()) / static_cast<double>(counts.input());
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
        switch (group) {
        case BillGroup::Model:
        case BillGroup::Provider:
            return tr("tool fees");
        case BillGroup::Tool:
            return tr("model calls");
        default:
            return format::none();
        }
    }
    if (group == BillGroup::Phase) {
        const auto phase = fromName<Phase>(key);
        return phase ? word(*phase) : key;
    }
    if (group == BillGroup::Tier) {
        const auto tier = fromName<UserTier>(key);
        return tier ? word(*tier) : key;
    }
    if (group == BillGroup::Hour) {
        return QString(key).replace(u'T', u' ') + u":00"_s;
    }
    if (group == BillGroup::Decision) {
        const QString number = key.section(u'#', -1);
        const QString shown = number == "0"_L1 ? format::none() : number;
        return key.contains(u'#') ? QString(key.left(8) + u" #"_s + shown) : shown;
    }
    return key;
}

QString BillModel::keyOf(const BillResult::Row& row, int column) const
{
    const BillGroup group = m_groups.at(column);
    const QString key = row.keys.value(column);
    if (group == BillGroup::Decision && key.contains(u'#') && m_runNames) {
        const QString number = key.section(u'#', -1);
        const QString name = m_runNames(key.section(u'#', 0, -2));
        return name.isEmpty() ? keyText(group, key) : tr("%1 · %2").arg(name, number == "0"_L1 ? u"–"_s : number);
    }
    return keyText(group, key);
}

bool BillModel::isBlank(Sum column) const
{
    return std::all_of(m_rows.cbegin(), m_rows.cend(),
                       [column](const BillResult::Row& row) { return countOf(row, column).value_or(1) == 0; });
}

void BillModel::sort(int column, Qt::SortOrder order)
{
    const int keys = keyColumns();
    const bool byKey = column < keys;
    QList<Place> places = placesOf(m_rows, byKey ? column : 0);
    const auto less = [&](const Place& left, const Place& right) {
        if (byKey) {
            return std::tie(left.rank, left.number) < std::tie(right.rank, right.number);
        }
        const BillResult::Row& a = m_rows.at(left.row);
        const BillResult::Row& b = m_rows.at(right.row);
        if (column - keys == CacheShare) {
            return cacheShare(a.counts) < cacheShare(b.counts);
        }
        const auto count = countOf(a, column - keys);
        return count ? *count < *countOf(b, column - keys) : a.group.cost < b.group.cost;
    };
    Q_EMIT layoutAboutToBeChanged();
    // Selections are dropped with the order.
    const auto persistent = persistentIndexList();
    std::stable_sort(places.begin(), places.end(), [&](const Place& a, const Place& b) {
        return order == Qt::AscendingOrder ? less(a, b) : less(b, a);
    });
    QList<BillResult::Row> rows;
    rows.reserve(m_rows.size());
    for (const Place& place : std::as_const(places)) {
        rows.append(m_rows.at(place.row));
    }
    m_rows = rows;
    for (const QModelIndex& index : persistent) {
        changePersistentIndex(index, {});
    }
    Q_EMIT layoutChanged();
}

QVariant BillModel::cell(const BillResult::Row& row, int column, int role) const
{
    if (role == IdRole) {
        const auto at = m_groups.indexOf(BillGroup::Decision);
        return at < 0 ? QVariant() : QVariant(row.keys.value(at).section(u'#', -1).toInt());
    }
    const int sum = column - keyColumns();
    if (sum < 0) {
        if (role == Qt::DisplayRole) {
            return keyOf(row, column);
        }
        if (role == Qt::ToolTipRole) {
            const QString shown = keyOf(row, column);
            return shown == row.keys.value(column) ? shown : QString(shown + u'\n' + row.keys.value(column));
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
    case CacheShare:
        return row.counts.input() == 0 ? format::none() : format::percent(cacheShare(row.counts));
    default: {
        const qint64 count = countOf(row, sum).value_or(0);
        return count == 0 && sum != Calls && sum != Lines ? format::none() : format::count(count);
    }
    }
}

QVariant BillModel::header(int column, int role) const
{
    const int sum = column - keyColumns();
    if (role == Qt::ToolTipRole) {
        switch (sum) {
        case Cost:
            return tr("Exact in the tooltip of each cell, and when it is copied");
        case Share:
            return tr("Of the sum that the filters let through");
        case Input:
            return tr("Tokens that neither came from a cache nor went into one");
        case Reasoning:
            return tr("Where reasoning has a price of its own; else it is part of the output");
        case Retries:
            return tr("Attempts after the first of their decision");
        case CacheShare:
            return tr("How much of the input came from a cache");
        case Unknown:
            return tr("Lines whose cost nobody knows; they are not in the sum");
        default:
            return {};
        }
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (sum < 0) {
        return title(m_groups.at(column));
    }
    switch (sum) {
    case Cost:
        return tr("Cost ($)");
    case Share:
        return tr("Share");
    case Tokens:
        return tr("Tokens");
    case Input:
        return tr("Input");
    case Cached:
        return tr("Cached");
    case Written:
        return tr("Cache write");
    case Output:
        return tr("Output");
    case Reasoning:
        return tr("Reasoning");
    case Calls:
        return tr("Calls");
    case Retries:
        return tr("Retries");
    case CacheShare:
        return tr("Cache share");
    case Lines:
        return tr("Lines");
    case Unknown:
        return tr("Without price");
    default:
        return {};
    }
}

} // namespace lathe
