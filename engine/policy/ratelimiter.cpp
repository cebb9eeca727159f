// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/ratelimiter.h"

#include "engine/core/clock.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

struct Window
{
    qint64 lengthMs;
    int limit;
    const char *check;
    const char *name;
};

struct Outcome
{
    int used = 0;
    qint64 freesUpAtMs = 0;
    PolicyCheck check;
};

qint64 roundUpToSecond(qint64 ms)
{
    const qint64 rest = ((ms % 1000) + 1000) % 1000;
    return rest == 0 ? ms : ms - rest + 1000;
}

/// times: sorted, none later than now.
Outcome look(const QList<qint64>& times, qint64 nowMs, const Window& window)
{
    const auto first = std::upper_bound(times.cbegin(), times.cend(), nowMs - window.lengthMs);
    Outcome outcome;
    outcome.used = static_cast<int>(times.cend() - first);
    PolicyCheck& check = outcome.check;
    check.check = QString::fromLatin1(window.check);
    check.actual = QString::number(outcome.used);
    check.limit = QString::number(window.limit);
    const QString counted = u"%1 of %2 requests were made in the last %3"_s.arg(check.actual, check.limit,
                                                                                QString::fromLatin1(window.name));
    if (outcome.used < window.limit) {
        check.outcome = CheckOutcome::Passed;
        check.message = counted;
        return outcome;
    }
    check.outcome = CheckOutcome::Failed;
    check.violation = ViolationCode::RateLimitExceeded;
    if (window.limit <= 0) {
        check.message = counted + u"; none is allowed"_s;
        return outcome;
    }
    // One more fits when as many have left the window as there are over the limit, and one.
    const qint64 leaving = *(first + (outcome.used - window.limit));
    outcome.freesUpAtMs = roundUpToSecond(leaving + window.lengthMs);
    check.message = counted + u"; the next is allowed at %1"_s.arg(toIsoUtc(outcome.freesUpAtMs));
    return outcome;
}

} // namespace

RateDecision checkRate(const QList<qint64>& times, qint64 nowMs, int perMinute, int perHour)
{
    QList<qint64> sorted = times;
    for (qint64& time : sorted) {
        time = std::min(time, nowMs);
    }
    std::sort(sorted.begin(), sorted.end());
    const Outcome minute = look(sorted, nowMs, {60'000, perMinute, "rate_minute", "60 s"});
    const Outcome hour = look(sorted, nowMs, {3'600'000, perHour, "rate_hour", "3600 s"});

    RateDecision decision;
    decision.usedMinute = minute.used;
    decision.usedHour = hour.used;
    decision.minute = minute.check;
    decision.hour = hour.check;
    decision.allowed = minute.check.outcome == CheckOutcome::Passed && hour.check.outcome == CheckOutcome::Passed;
    const bool never = perMinute <= 0 || perHour <= 0;
    decision.freesUpAtMs = never ? 0 : std::max(minute.freesUpAtMs, hour.freesUpAtMs);
    return decision;
}

} // namespace lathe
