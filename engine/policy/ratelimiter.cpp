// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/ratelimiter.h"

#include <QCoroFuture>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kHourMs = 3'600'000;
/// A refusal is asked for anew after this long: another process may have moved the database's time on.
constexpr qint64 kTrustRefusalMs = 1'000;

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
Outcome lookInto(const QList<qint64>& times, qint64 nowMs, qint64 aheadMs, const Window& window)
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
    outcome.freesUpAtMs = roundUpToSecond(leaving + window.lengthMs - aheadMs);
    check.message = counted + u"; the next is allowed at %1"_s.arg(toIsoUtc(outcome.freesUpAtMs));
    return outcome;
}

} // namespace

RateDecision checkRate(const QList<qint64>& times, qint64 nowMs, int perMinute, int perHour, qint64 aheadMs)
{
    QList<qint64> sorted = times;
    for (qint64& time : sorted) {
        time = std::min(time, nowMs);
    }
    std::sort(sorted.begin(), sorted.end());
    const Outcome minute = lookInto(sorted, nowMs, aheadMs, {60'000, perMinute, "rate_minute", "60 s"});
    const Outcome hour = lookInto(sorted, nowMs, aheadMs, {kHourMs, perHour, "rate_hour", "3600 s"});

    RateDecision decision;
    decision.usedMinute = minute.used;
    decision.usedHour = hour.used;
    decision.minute = minute.check;
    decision.hour = hour.check;
    decision.allowed = minute.check.outcome == CheckOutcome::Passed && hour.check.outcome == CheckOutcome::Passed;
    const int own = decision.allowed ? 1 : 0;
    decision.remainingMinute = std::max(0, perMinute - minute.used - own);
    decision.remainingHour = std::max(0, perHour - hour.used - own);
    const bool never = perMinute <= 0 || perHour <= 0;
    decision.freesUpAtMs = never ? 0 : std::max(minute.freesUpAtMs, hour.freesUpAtMs);
    return decision;
}

QCoro::Task<Result<RateDecision>> RateLimiter::take(QString userId, int perMinute, int perHour)
{
    RateRequest request;
    request.userId = std::move(userId);
    request.perMinute = perMinute;
    request.perHour = perHour;
    Result<RateDecision> decision = co_await ask(std::move(request));
    co_return decision;
}

QCoro::Task<Result<RateDecision>> RateLimiter::look(QString userId, int perMinute, int perHour)
{
    RateRequest request;
    request.userId = std::move(userId);
    request.perMinute = perMinute;
    request.perHour = perHour;
    request.record = false;
    Result<RateDecision> decision = co_await ask(std::move(request));
    co_return decision;
}

std::optional<RateDecision> RateLimiter::remembered(const RateRequest& request)
{
    const auto refusal = m_refusals.constFind(request.userId);
    if (!request.record || refusal == m_refusals.cend() || refusal->perMinute != request.perMinute ||
        refusal->perHour != request.perHour) {
        return std::nullopt;
    }
    const qint64 passed = request.steadyMs - refusal->steadyMs;
    if (passed < 0 || passed >= kTrustRefusalMs) {
        return std::nullopt;
    }
    const qint64 now = std::max(request.wallMs, refusal->nowMs + passed);
    RateDecision decision = checkRate(refusal->timesMs, now, request.perMinute, request.perHour, now - request.wallMs);
    return decision.allowed ? std::nullopt : std::optional(std::move(decision));
}

QCoro::Task<Result<RateDecision>> RateLimiter::ask(RateRequest request)
{
    request.wallMs = m_clock.nowMs();
    request.steadyMs = m_clock.monotonicNs() / 1'000'000;
    if (std::optional<RateDecision> known = remembered(request)) {
        ++m_answeredFromMemory;
        co_return std::move(*known);
    }
    request.pruneAll = request.record && (!m_prunedAtMs || request.steadyMs - *m_prunedAtMs >= kHourMs);
    if (request.pruneAll) {
        m_prunedAtMs = request.steadyMs;
    }
    const Result<RateOutcome> outcome = co_await m_store.takeRate(request);
    if (!outcome) {
        co_return fail(outcome.error());
    }
    RateDecision decision = checkRate(outcome->timesMs, outcome->nowMs, request.perMinute, request.perHour,
                                      outcome->nowMs - request.wallMs);
    decision.recordedAtMs = outcome->nowMs;
    if (request.record && !decision.allowed) {
        Refusal refusal;
        refusal.timesMs = outcome->timesMs;
        refusal.nowMs = outcome->nowMs;
        refusal.steadyMs = request.steadyMs;
        refusal.perMinute = request.perMinute;
        refusal.perHour = request.perHour;
        m_refusals.insert(request.userId, refusal);
    } else {
        m_refusals.remove(request.userId);
    }
    co_return decision;
}

} // namespace lathe
