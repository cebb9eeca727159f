// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/resilientllmclient.h"

#include "engine/llm/errorclassifier.h"

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

/// A refused request says nothing of the service's health, whatever its status.
[[nodiscard]] CircuitBreaker::End countedAs(const LlmOutcome& outcome)
{
    if (!outcome.failure) {
        return CircuitBreaker::End::Success;
    }
    const bool ill =
        outcome.failure->errorClass == ErrorClass::TransientError && countsForBreaker(outcome.failure->kind);
    return ill ? CircuitBreaker::End::Failure : CircuitBreaker::End::NotCounted;
}

[[nodiscard]] QString sayWhen(const CircuitBreaker::Refusal& refusal)
{
    return refusal.untilMs == 0 ? u"after the one call that tries it now"_s : u"at "_s + toLocalTime(refusal.untilMs);
}

} // namespace

ResilientLlmClient::ResilientLlmClient(LlmClient& client, Clock& clock, Jitter& jitter, CircuitBreakers *breakers,
                                       RetryPolicy policy)
    : m_client(client), m_clock(clock), m_jitter(jitter), m_breakers(breakers), m_policy(std::move(policy))
{}

LlmFailure ResilientLlmClient::blocked(const CircuitBreaker::Refusal& refusal, const QString& model) const
{
    LlmFailure failure;
    failure.kind = LlmErrorKind::CircuitOpen;
    failure.message = u"Not sent: %1 of the last %2 calls of %3 at %4 failed; the next one can be made %5"_s.arg(
        QString::number(refusal.failures), QString::number(refusal.calls), model, m_client.endpoint(),
        sayWhen(refusal));
    return failure;
}

void ResilientLlmClient::refuseLongWait(LlmFailure *failure) const
{
    if (failure->errorClass != ErrorClass::TransientError || !failure->retryAfter ||
        *failure->retryAfter <= m_policy.longestRetryAfter) {
        return;
    }
    failure->errorClass = ErrorClass::TerminalError;
    failure->message += u"; the provider asks to wait longer than %1 s: try again at %2"_s.arg(
        QString::number(std::chrono::duration_cast<std::chrono::seconds>(m_policy.longestRetryAfter).count()),
        toLocalTime(m_clock.nowMs() + failure->retryAfter->count()));
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
    const bool guarded = m_breakers != nullptr && !m_client.endpoint().isEmpty();
    CircuitBreaker *const breaker = guarded ? &m_breakers->of(m_client.endpoint(), request.model) : nullptr;
    for (int attempt = std::max(firstAttempt, 1);; ++attempt) {
        if (stop.stop_requested()) {
            LlmOutcome cancelled = cancelledBetweenAttempts();
            co_return cancelled;
        }
        request.attempt = attempt;
        if (const auto refusal = breaker != nullptr ? breaker->refusal() : std::nullopt) {
            LlmOutcome outcome;
            outcome.failure = blocked(*refusal, request.model);
            const Result<void> told = co_await observer.attemptBlocked(attempt, request, *outcome.failure);
            if (!told) {
                co_return fail(told.error());
            }
            co_return outcome;
        }
        CircuitBreaker::Call counted(breaker);
        const Result<void> started = co_await observer.attemptStarting(attempt, request);
        if (!started) {
            co_return fail(started.error());
        }
        LlmOutcome outcome = co_await m_client.call(request, onDelta, stop);
        counted.end(countedAs(outcome));
        if (outcome.failure) {
            refuseLongWait(&*outcome.failure);
            const auto refusal = breaker != nullptr ? breaker->refusal() : std::nullopt;
            if (refusal && outcome.failure->errorClass == ErrorClass::TransientError) {
                outcome.failure->errorClass = ErrorClass::TerminalError;
                outcome.failure->message += u"; %1 of the last %2 calls failed: the next one can be made %3"_s.arg(
                    QString::number(refusal->failures), QString::number(refusal->calls), sayWhen(*refusal));
            }
        }
        const Result<void> finished = co_await observer.attemptFinished(attempt, outcome);
        if (!finished) {
            co_return fail(finished.error());
        }
        const bool again =
            outcome.failure && outcome.failure->errorClass == ErrorClass::TransientError && attempt <= m_policy.retries;
        if (!again) {
            co_return outcome;
        }
        const auto wait = std::make_shared<RetryWait>(
            RetryWait::Notice{attempt, m_policy.retries + 1, *outcome.failure, delayAfter(attempt, *outcome.failure)});
        const Result<void> waiting = co_await observer.retryWaiting(wait);
        if (!waiting) {
            co_return fail(waiting.error());
        }
        const auto cancel = [&wait] { wait->cancel(); };
        const std::stop_callback onStop(stop, cancel);
        const bool slept = co_await m_clock.sleepFor(wait->notice().delay, wait->token());
        const std::optional<RetryAnswer> answer = wait->answer();
        if (answer) {
            const Result<void> told = co_await observer.retryAnswered(attempt, *answer);
            if (!told) {
                co_return fail(told.error());
            }
        } else if (!slept) {
            LlmOutcome cancelled = cancelledBetweenAttempts();
            co_return cancelled;
        }
        if (answer == RetryAnswer::GiveUp) {
            co_return outcome;
        }
    }
}

} // namespace lathe
