// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/resilientllmclient.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

[[nodiscard]] LlmOutcome cancelledBetweenAttempts()
{
    LlmOutcome outcome;
    outcome.failure.emplace();
    outcome.failure->kind = LlmErrorKind::Cancelled;
    outcome.failure->message = u"Stopped before the next attempt"_s;
    return outcome;
}

} // namespace

ResilientLlmClient::ResilientLlmClient(LlmClient& client, Clock& clock, Jitter& jitter, RetryPolicy policy)
    : m_client(client), m_clock(clock), m_jitter(jitter), m_policy(std::move(policy))
{}

void ResilientLlmClient::refuseLongWait(LlmFailure *failure) const
{
    if (failure->errorClass != ErrorClass::TransientError || !failure->retryAfter ||
        *failure->retryAfter <= m_policy.longestRetryAfter) {
        return;
    }
    failure->errorClass = ErrorClass::TerminalError;
    const QString when = toIsoUtc(m_clock.nowMs() + failure->retryAfter->count());
    failure->message += u"; the provider asks to wait longer than %1 s: retry at %2"_s.arg(
        QString::number(std::chrono::duration_cast<std::chrono::seconds>(m_policy.longestRetryAfter).count()), when);
}

milliseconds ResilientLlmClient::delayAfter(int attempt, const LlmFailure& failure)
{
    if (failure.retryAfter) {
        return std::max(*failure.retryAfter, milliseconds(0));
    }
    const milliseconds full = m_policy.delays.at(attempt - 1);
    const double share = 1 - m_policy.jitter * m_jitter.uniform();
    return milliseconds(static_cast<qint64>(static_cast<double>(full.count()) * share));
}

QCoro::Task<Result<LlmOutcome>> ResilientLlmClient::call(LlmRequest request, AttemptObserver& observer,
                                                         std::stop_token stop, int firstAttempt)
{
    const LlmClient::DeltaSink onDelta = [&observer](const LlmDelta& delta) { observer.delta(delta); };
    for (int attempt = std::max(firstAttempt, 1);; ++attempt) {
        if (stop.stop_requested()) {
            LlmOutcome cancelled = cancelledBetweenAttempts();
            co_return cancelled;
        }
        request.attempt = attempt;
        const Result<void> started = co_await observer.attemptStarting(attempt, request);
        if (!started) {
            co_return fail(started.error());
        }
        LlmOutcome outcome = co_await m_client.call(request, onDelta, stop);
        if (outcome.failure) {
            refuseLongWait(&*outcome.failure);
        }
        const Result<void> finished = co_await observer.attemptFinished(attempt, outcome);
        if (!finished) {
            co_return fail(finished.error());
        }
        const bool again = outcome.failure && outcome.failure->errorClass == ErrorClass::TransientError &&
                           attempt <= m_policy.delays.size();
        if (!again) {
            co_return outcome;
        }
        const LlmFailure failure = *outcome.failure;
        const milliseconds delay = delayAfter(attempt, failure);
        const Result<void> waiting = co_await observer.retryWaiting(attempt, failure, delay);
        if (!waiting) {
            co_return fail(waiting.error());
        }
        const bool slept = co_await m_clock.sleepFor(delay, stop);
        if (!slept) {
            LlmOutcome cancelled = cancelledBetweenAttempts();
            co_return cancelled;
        }
    }
}

} // namespace lathe
