// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/raterepository.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr qint64 kMinuteMs = 60'000;
constexpr qint64 kHourMs = 3'600'000;

constexpr Sql kClock{"SELECT time, boot, steady FROM agent_rate_clock WHERE id = 1"};
constexpr Sql kSetClock{"INSERT INTO agent_rate_clock (id, time, boot, steady) VALUES (1, ?, ?, ?) "
                        "ON CONFLICT (id) DO UPDATE SET time = excluded.time, boot = excluded.boot, "
                        "steady = excluded.steady"};
constexpr Sql kTimes{"SELECT time FROM agent_rate_events WHERE user_id = ? AND time > ? ORDER BY time"};
constexpr Sql kRecord{"INSERT INTO agent_rate_events (user_id, time) VALUES (?, ?)"};
constexpr Sql kPrune{"DELETE FROM agent_rate_events WHERE user_id = ? AND time <= ?"};
constexpr Sql kPruneAll{"DELETE FROM agent_rate_events WHERE time <= ?"};

} // namespace

Result<qint64> RateRepository::databaseTime(const RateRequest& request)
{
    auto rows = m_connection.query(kClock);
    if (!rows) {
        return fail(rows.error());
    }
    qint64 now = request.wallMs;
    if (rows->next()) {
        const qint64 steady = rows->integer(2);
        const qint64 passed = rows->text(1) == m_boot ? std::max<qint64>(0, request.steadyMs - steady) : 0;
        now = std::max(now, rows->integer(0) + passed);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return now;
}

Result<RateOutcome> RateRepository::take(const RateRequest& request)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto now = databaseTime(request);
    if (!now) {
        return fail(now.error());
    }
    RateOutcome outcome;
    outcome.nowMs = *now;
    {
        auto rows = m_connection.query(kTimes, {request.userId, *now - kHourMs});
        if (!rows) {
            return fail(rows.error());
        }
        while (rows->next()) {
            outcome.timesMs << rows->integer(0);
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
    }
    const auto inMinute = std::count_if(outcome.timesMs.begin(), outcome.timesMs.end(),
                                        [&now](qint64 time) { return time > *now - kMinuteMs; });
    outcome.allowed = inMinute < request.perMinute && outcome.timesMs.size() < request.perHour;
    if (!request.record) {
        return outcome;
    }
    if (outcome.allowed) {
        const auto recorded = m_connection.execute(kRecord, {request.userId, *now});
        if (!recorded) {
            return fail(recorded.error());
        }
    }
    const auto set = m_connection.execute(kSetClock, {*now, m_boot, request.steadyMs});
    if (!set) {
        return fail(set.error());
    }
    const auto pruned = request.pruneAll ? m_connection.execute(kPruneAll, {*now - kHourMs})
                                         : m_connection.execute(kPrune, {request.userId, *now - kHourMs});
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
