// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/ids.h"
#include "engine/llm/circuitbreaker.h"
#include "engine/llm/llmclient.h"
#include "engine/llm/retrywait.h"

#include <memory>

namespace lathe {

/// Told of every attempt of a logical call. Each hook completes when what it records is durable; an error ends the
/// call without (another) send.
class AttemptObserver
{
public:
    virtual ~AttemptObserver() = default;
    virtual QCoro::Task<Result<void>> attemptStarting(int attempt, const LlmRequest& request) = 0;
    /// The attempt is not sent because the endpoint failed too often of late; it is the end of the call.
    virtual QCoro::Task<Result<void>> attemptBlocked(int attempt, const LlmRequest& request,
                                                     const LlmFailure& failure) = 0;
    virtual QCoro::Task<Result<void>> attemptFinished(int attempt, const LlmOutcome& outcome) = 0;
    /// Before the wait, which lasts as long as somebody else does not answer it; to be kept no longer than it lasts.
    virtual QCoro::Task<Result<void>> retryWaiting(std::shared_ptr<RetryWait> wait) = 0;
    /// The wait was ended by an answer; attempt is the failed one.
    virtual QCoro::Task<Result<void>> retryAnswered(int attempt, RetryAnswer answer) = 0;
    virtual void delta(const LlmDelta& delta) = 0;
};

struct RetryPolicy
{
    static constexpr int kMostRetries = 3;
    static constexpr std::chrono::hours kLongestWait{24};

    int retries = kMostRetries; ///< 0 to kMostRetries
    QList<std::chrono::milliseconds> delays{std::chrono::seconds(1), std::chrono::seconds(2), std::chrono::seconds(4)};
    std::chrono::milliseconds longestRetryAfter{60'000}; ///< a server that asks for more makes the error terminal
    double jitter = 0.25; ///< a delay is shortened by up to this share; never a Retry-After
};

/// First try at once, then after 1 s, 2 s, 4 s: transient errors only, Retry-After honoured. A stream that broke is
/// tried again like any transient error: until the call returns nobody has acted on what came.
/// While the breaker of its endpoint is open the call ends as CircuitOpen without a send, and so it is not waited for a
/// retry that would: the failure that opened it is the call's last.
/// A wait can be answered: the next attempt at once, or no more of them, which leaves the last failure.
/// A stop ends the call as a Cancelled failure; one between two attempts has requestSent false.
class ResilientLlmClient
{
public:
    /// breakers may be null; it and the others outlive this.
    ResilientLlmClient(LlmClient& client, Clock& clock, Jitter& jitter, CircuitBreakers *breakers = nullptr,
                       RetryPolicy policy = {});
    /// firstAttempt > 1 continues a call whose earlier attempts are recorded already: that attempt is sent at once, and
    /// only what is left of the retries follows it. observer outlives the call.
    QCoro::Task<Result<LlmOutcome>> call(LlmRequest request, AttemptObserver& observer, std::stop_token stop,
                                         int firstAttempt = 1);

private:
    [[nodiscard]] LlmFailure blocked(const CircuitBreaker::Refusal& refusal, const QString& model) const;
    void refuseLongWait(LlmFailure *failure) const;
    [[nodiscard]] std::chrono::milliseconds delayAfter(int attempt, const LlmFailure& failure);

    LlmClient& m_client;
    Clock& m_clock;
    Jitter& m_jitter;
    CircuitBreakers *m_breakers;
    RetryPolicy m_policy;
};

} // namespace lathe
