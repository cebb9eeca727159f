// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"

#include <QList>
#include <QString>

#include <chrono>
#include <map>
#include <optional>
#include <utility>

namespace lathe {

/// Those of a desktop program, which makes few calls (llm-wire section 6.3).
struct BreakerLimits
{
    int window = 10;    ///< so many of the last counted calls are looked at
    int leastCalls = 5; ///< below it nothing is concluded
    int percent = 50;   ///< of failures that open it
    std::chrono::milliseconds openFor{30'000};
};

/// Keeps calls away from a service that is ill: too many failures among the last calls, and none is sent for a while;
/// then one probe tells whether it is well again. Time from Clock; one thread (the engine's).
class CircuitBreaker
{
public:
    enum class End
    {
        Success,
        Failure,
        NotCounted ///< says nothing of the service's health: refused for its content, rate limited, cancelled
    };
    /// Why nothing may be sent.
    struct Refusal
    {
        int failures = 0; ///< of the calls looked at when it opened
        int calls = 0;
        qint64 untilMs = 0; ///< when the next call may be made, ms since 1970; 0: when the probe in flight has ended
    };

    explicit CircuitBreaker(const Clock& clock, BreakerLimits limits = {});

    /// Nothing if a call may be made now.
    [[nodiscard]] std::optional<Refusal> refusal() const;

    /// One call that is made although, or because, there was no refusal. Say how it ended; else it does not count.
    class Call
    {
    public:
        /// breaker may be null, and outlives the call.
        explicit Call(CircuitBreaker *breaker);
        ~Call() { end(End::NotCounted); }
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        void end(End end);

    private:
        CircuitBreaker *m_breaker;
        quint64 m_period = 0;
    };

private:
    enum class State
    {
        Closed,
        Open,
        Probing
    };
    [[nodiscard]] quint64 begin();
    void end(quint64 period, End end);
    void enter(State state);
    void open();

    const Clock& m_clock;
    BreakerLimits m_limits;
    State m_state = State::Closed;
    quint64 m_period = 0; ///< grows with each change of state: calls of an earlier one have no say any more
    QList<bool> m_failed; ///< of the last counted calls, oldest first
    Refusal m_reason;
    qint64 m_openedNs = 0;
};

/// One breaker for each endpoint and model, for all runs.
class CircuitBreakers
{
public:
    explicit CircuitBreakers(const Clock& clock, BreakerLimits limits = {}) : m_clock(clock), m_limits(limits) {}
    /// Stays where it is as long as this lives.
    [[nodiscard]] CircuitBreaker& of(const QString& endpoint, const QString& model);

private:
    const Clock& m_clock;
    BreakerLimits m_limits;
    std::map<std::pair<QString, QString>, CircuitBreaker> m_breakers;
};

} // namespace lathe
