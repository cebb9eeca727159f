// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/circuitbreaker.h"

#include <algorithm>

namespace lathe {

CircuitBreaker::CircuitBreaker(const Clock& clock, BreakerLimits limits) : m_clock(clock), m_limits(limits) {}

std::optional<CircuitBreaker::Refusal> CircuitBreaker::refusal() const
{
    if (m_state == State::Closed) {
        return std::nullopt;
    }
    Refusal refusal = m_reason;
    if (m_state == State::Open) {
        const qint64 leftMs = m_limits.openFor.count() - (m_clock.monotonicNs() - m_openedNs) / 1'000'000;
        if (leftMs <= 0) {
            return std::nullopt;
        }
        refusal.untilMs = m_clock.nowMs() + leftMs;
    }
    return refusal;
}

quint64 CircuitBreaker::begin()
{
    if (m_state == State::Open) {
        enter(State::Probing);
    }
    return m_period;
}

void CircuitBreaker::end(quint64 period, End end)
{
    if (period != m_period) {
        return;
    }
    if (m_state == State::Probing) {
        switch (end) {
        case End::Success:
            m_failed.clear();
            enter(State::Closed);
            break;
        case End::Failure:
            open();
            break;
        case End::NotCounted:
            enter(State::Open); // its time has passed: the next call is the probe
            break;
        }
        return;
    }
    if (end == End::NotCounted) {
        return;
    }
    m_failed.append(end == End::Failure);
    if (m_failed.size() > m_limits.window) {
        m_failed.removeFirst();
    }
    const auto calls = static_cast<int>(m_failed.size());
    const auto failures = static_cast<int>(std::count(m_failed.cbegin(), m_failed.cend(), true));
    if (calls >= m_limits.leastCalls && failures * 100 >= m_limits.percent * calls) {
        m_reason = {failures, calls, 0};
        open();
    }
}

void CircuitBreaker::enter(State state)
{
    m_state = state;
    ++m_period;
}

void CircuitBreaker::open()
{
    m_openedNs = m_clock.monotonicNs();
    enter(State::Open);
}

CircuitBreaker::Call::Call(CircuitBreaker *breaker) : m_breaker(breaker)
{
    if (m_breaker != nullptr) {
        m_period = m_breaker->begin();
    }
}

void CircuitBreaker::Call::end(End end)
{
    if (CircuitBreaker *breaker = std::exchange(m_breaker, nullptr)) {
        breaker->end(m_period, end);
    }
}

CircuitBreaker& CircuitBreakers::of(const QString& endpoint, const QString& model)
{
    return m_breakers.try_emplace({endpoint, model}, m_clock, m_limits).first->second;
}

} // namespace lathe
