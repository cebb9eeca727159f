// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/raterepository.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr qint64 kMinuteMs = 60'000;
constexpr qint64 kHourMs = 3'600'000;

constexpr Sql kTimes{"SELECT time FROM agent_rate_events WHERE user_id = ? AND time > ? ORDER BY time"};
constexpr Sql kRecord{"INSERT INTO agent_rate_events (user_id, time) VALUES (?, ?)"};
constexpr Sql kPrune{"DELETE FROM agent_rate_events WHERE user_id = ? AND time <= ?"};

} // namespace

Result<RateOutcome> RateRepository::checkAndRecord(const QString& userId, qint64 nowMs, int perMinute, int perHour)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    RateOutcome outcome;
    {
        auto rows = m_connection.query(kTimes, {userId, nowMs - kHourMs});
        if (!rows) {
            return fail(rows.error());
        }
        while (rows->next()) {
            // A clock that was set back must not open the window: what lies ahead counts as now.
            outcome.timesMs << std::min(rows->integer(0), nowMs);
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
    }
    const auto inMinute = std::count_if(outcome.timesMs.begin(), outcome.timesMs.end(),
                                        [nowMs](qint64 time) { return time > nowMs - kMinuteMs; });
    outcome.allowed = inMinute < perMinute && outcome.timesMs.size() < perHour;
    if (outcome.allowed) {
        const auto recorded = m_connection.execute(kRecord, {userId, nowMs});
        if (!recorded) {
            return fail(recorded.error());
        }
    }
    const auto pruned = m_connection.execute(kPrune, {userId, nowMs - kHourMs});
    if (!pruned) {
        return fail(pruned.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return outcome;
}

} // namespace lathe
