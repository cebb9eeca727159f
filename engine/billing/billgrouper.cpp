// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billgrouper.h"

#include "engine/billing/groupsum.h"
#include "engine/core/clock.h"

#include <QHash>
#include <QVarLengthArray>

#include <algorithm>
#include <chrono>
#include <vector>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Decisions begin with their run until it is known whether there are several.
constexpr QChar kRunMark = u'#';

template <typename Unit>
qint64 countOf(qint64 ms)
{
    return std::chrono::floor<Unit>(std::chrono::milliseconds(ms)).count();
}

const QString& textOf(const BillRow& row, BillGroup dimension)
{
    static const QString kNone;
    const CostLine& line = row.line;
    const bool isTool = line.meter == Meter::ToolCall;
    switch (dimension) {
    case BillGroup::Tool:
        return isTool ? line.tool : kNone;
    case BillGroup::Model:
        return isTool ? kNone : billedModel(line);
    case BillGroup::Provider:
        return isTool ? kNone : line.provider;
    case BillGroup::User:
        return row.userId;
    case BillGroup::Team:
        return row.teamId;
    case BillGroup::Tier:
        return row.userTier;
    case BillGroup::Phase:
    case BillGroup::Decision:
    case BillGroup::Day:
    case BillGroup::Hour:
        break;
    }
    return kNone;
}

/// The keys of one dimension, numbered as they come: numbers are compared for each line, texts are made once.
class Keys
{
public:
    explicit Keys(BillGroup dimension) : m_dimension(dimension) {}

    [[nodiscard]] BillGroup dimension() const { return m_dimension; }
    [[nodiscard]] const QString& key(int number) const { return m_keys.at(number); }

    int numberOf(const BillRow& row, int run)
    {
        switch (m_dimension) {
        case BillGroup::Phase:
            return find(m_numbers, qint64(row.line.phase), row);
        case BillGroup::Decision:
            return find(m_numbers, (qint64{run} << 32) | row.line.decision, row);
        case BillGroup::Day:
            return find(m_numbers, countOf<std::chrono::days>(row.line.lineAtMs), row);
        case BillGroup::Hour:
            return find(m_numbers, countOf<std::chrono::hours>(row.line.lineAtMs), row);
        default:
            return find(m_texts, textOf(row, m_dimension), row);
        }
    }

private:
    template <typename T>
    struct Numbers
    {
        QHash<T, int> all;
        T lastKey{};
        int last = -1;
    };

    template <typename T>
    int find(Numbers<T>& numbers, const T& key, const BillRow& row)
    {
        if (numbers.last >= 0 && numbers.lastKey == key) {
            return numbers.last;
        }
        const auto known = numbers.all.constFind(key);
        if (known == numbers.all.constEnd()) {
            numbers.last = static_cast<int>(m_keys.size());
            numbers.all.insert(key, numbers.last);
            m_keys.append(billKey(row, m_dimension));
        } else {
            numbers.last = *known;
        }
        numbers.lastKey = key;
        return numbers.last;
    }

    BillGroup m_dimension;
    Numbers<qint64> m_numbers;
    Numbers<QString> m_texts;
    QStringList m_keys;
};

} // namespace

QString billKey(const BillRow& row, BillGroup dimension)
{
    switch (dimension) {
    case BillGroup::Phase:
        return toName(row.line.phase);
    case BillGroup::Decision:
        return row.line.runId + kRunMark + QString::number(row.line.decision);
    case BillGroup::Day:
        return toIsoUtc(row.line.lineAtMs).left(10);
    case BillGroup::Hour:
        return toIsoUtc(row.line.lineAtMs).left(13);
    case BillGroup::Tool:
    case BillGroup::Model:
    case BillGroup::Provider:
    case BillGroup::User:
    case BillGroup::Team:
    case BillGroup::Tier:
        break;
    }
    return textOf(row, dimension);
}

class BillGrouper::Private
{
public:
    /// The numbers of a group's keys.
    using Path = QVarLengthArray<int, 4>;

    struct Group
    {
        Path path;
        GroupSum sum;
    };

    int numberOfRun(const QString& runId)
    {
        if (lastRun != 0 && runId == lastRunId) {
            return lastRun;
        }
        int& number = runs[runId];
        if (number == 0) {
            number = static_cast<int>(runs.size());
        }
        lastRunId = runId;
        lastRun = number;
        return number;
    }

    GroupSum& groupOf(const BillRow& row, int run)
    {
        Path path;
        for (Keys& keys : dimensions) {
            path.append(keys.numberOf(row, run));
        }
        auto known = places.constFind(path);
        if (known == places.constEnd()) {
            known = places.insert(path, groups.size());
            groups.push_back({path, {}});
        }
        return groups[*known].sum;
    }

    [[nodiscard]] QStringList keysOf(const Path& path) const
    {
        QStringList keys;
        for (size_t i = 0; i < dimensions.size(); ++i) {
            const QString& key = dimensions[i].key(path[static_cast<qsizetype>(i)]);
            const bool isPlain = dimensions[i].dimension() != BillGroup::Decision || runs.size() > 1;
            keys.append(isPlain ? key : key.mid(key.lastIndexOf(kRunMark) + 1));
        }
        return keys;
    }

    [[nodiscard]] qsizetype indexOf(BillGroup dimension) const
    {
        const auto found = std::find_if(dimensions.cbegin(), dimensions.cend(),
                                        [dimension](const Keys& keys) { return keys.dimension() == dimension; });
        return found == dimensions.cend() ? -1 : found - dimensions.cbegin();
    }

    std::vector<Keys> dimensions;
    GroupSum all;
    QHash<Path, size_t> places; ///< in groups
    std::vector<Group> groups;
    QHash<QString, int> runs; ///< numbered from 1
    QString lastRunId;
    int lastRun = 0;
};

BillGrouper::BillGrouper(const QList<BillGroup>& dimensions) : d(std::make_unique<Private>())
{
    for (const BillGroup dimension : dimensions) {
        d->dimensions.emplace_back(dimension);
    }
}

BillGrouper::~BillGrouper() = default;

void BillGrouper::add(const BillRow& row)
{
    const int run = d->numberOfRun(row.line.runId);
    d->groupOf(row, run).add(row.line, run);
    d->all.add(row.line, run);
}

Result<BillTable> BillGrouper::finish() const
{
    if (d->dimensions.empty()) {
        return fail(ErrorCode::InvalidInput, u"A bill is grouped by at least one dimension"_s);
    }
    BillTable table;
    for (const Keys& keys : d->dimensions) {
        table.dimensions.append(keys.dimension());
    }
    const auto total = d->all.finish({});
    if (!total) {
        return fail(total.error());
    }
    table.total = *total;
    table.totalCounts = d->all.counts();
    table.onlyRun = d->runs.size() == 1 ? d->lastRunId : QString();
    for (const Private::Group& entry : d->groups) {
        const QStringList keys = d->keysOf(entry.path);
        const auto group = entry.sum.finish(keys.join(u" / "_s));
        if (!group) {
            return fail(group.error());
        }
        table.rows.append({keys, *group, entry.sum.counts()});
    }
    const qsizetype time = std::max(d->indexOf(BillGroup::Day), d->indexOf(BillGroup::Hour));
    std::sort(table.rows.begin(), table.rows.end(), [time](const BillTable::Row& a, const BillTable::Row& b) {
        if (time >= 0 && a.keys.at(time) != b.keys.at(time)) {
            return a.keys.at(time) < b.keys.at(time);
        }
        return a.group.cost != b.group.cost ? a.group.cost > b.group.cost : a.keys < b.keys;
    });
    return table;
}

Result<BillTable> groupBill(const QList<BillRow>& rows, const QList<BillGroup>& dimensions)
{
    BillGrouper groups(dimensions);
    for (const BillRow& row : rows) {
        groups.add(row);
    }
    return groups.finish();
}

} // namespace lathe
