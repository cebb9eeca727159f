// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/spendtimeline.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr auto kByTime = [](const SpendEntry& a, const SpendEntry& b) { return a.atMs < b.atMs; };

/// Sums that do not fit stay where they are; the ledger of one user is far from that.
Money plus(Money sum, Money amount)
{
    return sum.plus(amount).value_or(sum);
}

/// The places of the entries from fromMs to untilMs.
std::pair<qsizetype, qsizetype> range(const QList<SpendEntry>& entries, qint64 fromMs, qint64 untilMs)
{
    const auto first = std::lower_bound(entries.cbegin(), entries.cend(), SpendEntry{fromMs, {}, {}}, kByTime);
    const auto last = std::upper_bound(first, entries.cend(), SpendEntry{untilMs, {}, {}}, kByTime);
    return {first - entries.cbegin(), last - entries.cbegin()};
}

} // namespace

SpendTimeline::SpendTimeline(QList<SpendEntry> recorded) : m_recorded(std::move(recorded))
{
    m_sums.reserve(m_recorded.size() + 1);
    m_sums.append(Money());
    for (qsizetype i = 0; i < m_recorded.size(); ++i) {
        m_sums.append(plus(m_sums.last(), m_recorded.at(i).amount));
        m_ofRun[m_recorded.at(i).runId].append(i);
    }
}

void SpendTimeline::replace(const QString& runId)
{
    const QList<qsizetype> places = m_ofRun.value(runId);
    for (const qsizetype place : places) {
        const SpendEntry& entry = m_recorded.at(place);
        spend(Money().minus(entry.amount).value_or(Money()), entry.atMs);
    }
}

void SpendTimeline::spend(Money amount, qint64 atMs)
{
    const SpendEntry entry{atMs, amount, {}};
    m_again.insert(std::upper_bound(m_again.cbegin(), m_again.cend(), entry, kByTime), entry);
}

Money SpendTimeline::between(qint64 fromMs, qint64 untilMs) const
{
    Money sum;
    if (!m_recorded.isEmpty()) {
        const auto [first, last] = range(m_recorded, fromMs, untilMs);
        sum = m_sums.at(last).minus(m_sums.at(first)).value_or(Money());
    }
    const auto [first, last] = range(m_again, fromMs, untilMs);
    for (qsizetype i = first; i < last; ++i) {
        sum = plus(sum, m_again.at(i).amount);
    }
    return sum;
}

} // namespace lathe
