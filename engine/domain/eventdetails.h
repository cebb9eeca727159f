// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <algorithm>

// What the two halves of RunProjector share: tolerant looks into the details of an event.

namespace lathe::projection {

inline QString textAt(const QJsonObject& json, QLatin1StringView key)
{
    return json.value(key).toString();
}

inline QString textAt(const Fields& details, QLatin1StringView key)
{
    return details.text(key);
}

inline int intAt(const Fields& details, QLatin1StringView key, int fallback = 0)
{
    const qint64 number = details.number(key, fallback);
    return number == static_cast<int>(number) ? static_cast<int>(number) : fallback;
}

template <typename Details>
std::optional<Money> moneyAt(const Details& details, QLatin1StringView key)
{
    const auto money = Money::fromDecimal(textAt(details, key));
    return money ? std::optional(*money) : std::nullopt;
}

template <typename E>
std::optional<E> nameAt(const Fields& details, QLatin1StringView key)
{
    return fromName<E>(details.text(key));
}

/// What the entry was made from, if it was made in this process.
template <typename T>
const T *valueOf(const RunEvent& event)
{
    return event.value ? std::get_if<T>(event.value.get()) : nullptr;
}

/// False if the sum left the range of money; it then stays as it was.
inline bool add(Money& sum, Money amount)
{
    const auto result = sum.plus(amount);
    if (result) {
        sum = *result;
    }
    return result.has_value();
}

inline PhaseRecord& phaseRecord(RunRecord& record, Phase phase)
{
    return record.phases[static_cast<qsizetype>(phase) - 1];
}

/// The call with that id, made if this is the first to name it.
inline ToolCallRecord& callRecord(DecisionRecord& decision, const QString& callId)
{
    for (ToolCallRecord& call : decision.toolCalls) {
        if (call.callId == callId) {
            return call;
        }
    }
    ToolCallRecord call;
    call.callId = callId;
    decision.toolCalls.append(call);
    return decision.toolCalls.last();
}

/// Values with a growing number in front; almost always the one looked for stands at its own place.
template <typename T>
T *findByNumber(QList<T>& list, int T::*number, int wanted)
{
    const qsizetype guess = wanted - 1;
    if (guess >= 0 && guess < list.size() && list.at(guess).*number == wanted) {
        return &list[guess];
    }
    const auto before = [number](const T& value, int n) { return value.*number < n; };
    const auto at = std::lower_bound(list.cbegin(), list.cend(), wanted, before);
    return at != list.cend() && (*at).*number == wanted ? &list[at - list.cbegin()] : nullptr;
}

template <typename T>
T *insertByNumber(QList<T>& list, int T::*number, T value)
{
    const auto before = [number](const T& other, int n) { return other.*number < n; };
    const auto at = std::lower_bound(list.cbegin(), list.cend(), value.*number, before) - list.cbegin();
    list.insert(at, std::move(value));
    return &list[at];
}

} // namespace lathe::projection
