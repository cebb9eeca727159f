// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/policystore.h"

#include <QCoroTask>
#include <QHash>
#include <QList>

namespace lathe {

/// What the rate limit says to one request.
struct RateDecision
{
    bool allowed = false;
    int usedMinute = 0;      ///< before this request
    int usedHour = 0;        ///< before this request
    int remainingMinute = 0; ///< after this request, if it is allowed
    int remainingHour = 0;   ///< after this request, if it is allowed
    qint64 freesUpAtMs =
        0; ///< when not allowed: the first time at which one more fits, rounded up to a second; 0: never (a limit of 0)
    qint64 recordedAtMs = 0; ///< the database's time of it; 0 from checkRate()
    PolicyCheck minute;
    PolicyCheck hour;
};

/// True sliding windows over the last 60 s and 3,600 s, as pure arithmetic over the times of past requests: a request
/// at time t counts in the window (now - length, now].
/// times: of past requests within the last hour, any order; entries later than now count as now. aheadMs: how far now
/// is ahead of the clock people read, by which freesUpAtMs is put back.
[[nodiscard]] RateDecision checkRate(const QList<qint64>& times, qint64 nowMs, int perMinute, int perHour,
                                     qint64 aheadMs = 0);

/// Rate limits of users over all processes on one database. Check and record are one atomic step there, and a restart
/// forgets nothing. A refusal is remembered in memory: for up to a second, and as long as it cannot have changed,
/// further requests are refused without asking the database. One thread.
class RateLimiter
{
public:
    RateLimiter(PolicyStore& store, const Clock& clock) : m_store(store), m_clock(clock) {}

    /// Records the request if both windows have room. An Error means that the limits could not be read, and that the
    /// request must be refused.
    QCoro::Task<Result<RateDecision>> take(QString userId, int perMinute, int perHour);
    /// The same without recording anything.
    QCoro::Task<Result<RateDecision>> look(QString userId, int perMinute, int perHour);
    /// Requests answered from memory alone so far.
    [[nodiscard]] qint64 answeredFromMemory() const { return m_answeredFromMemory; }

private:
    struct Refusal
    {
        QList<qint64> timesMs;
        qint64 nowMs = 0;
        qint64 steadyMs = 0;
        int perMinute = 0;
        int perHour = 0;
    };
    QCoro::Task<Result<RateDecision>> ask(RateRequest request);
    [[nodiscard]] std::optional<RateDecision> remembered(const RateRequest& request);

    PolicyStore& m_store;
    const Clock& m_clock;
    QHash<QString, Refusal> m_refusals;
    std::optional<qint64> m_prunedAtMs;
    qint64 m_answeredFromMemory = 0;
};

} // namespace lathe
