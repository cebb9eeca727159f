// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/forecast.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr int kDays = 7;       // that the mean is of
constexpr int kFewestDays = 3; // fewer say nothing

/// Days after today until spending at this rate has used up what is left; nothing if that is not within limit days.
std::optional<int> daysUntil(Money left, Money perDays, int days, int limit)
{
    for (int day = 1; day <= limit && !perDays.isZero(); ++day) {
        const auto spent = perDays.times(day);
        const auto scaled = left.times(days);
        if (!spent || !scaled || *spent >= *scaled) {
            return day;
        }
    }
    return std::nullopt;
}

} // namespace

Result<Forecast> forecastMonth(const QMap<QDate, Money>& costs, QDate today, std::optional<Money> monthlyBudget)
{
    Forecast forecast;
    forecast.daysLeft = today.daysInMonth() - today.day();
    MoneySum spent;
    for (QDate day(today.year(), today.month(), 1); day <= today; day = day.addDays(1)) {
        spent.add(costs.value(day));
    }
    const auto soFar = spent.total();
    if (!soFar) {
        return fail(soFar.error());
    }
    forecast.spent = *soFar;
    QDate first = today;
    for (int ago = kDays; ago >= 1; --ago) {
        if (costs.contains(today.addDays(-ago))) {
            first = today.addDays(-ago);
            break;
        }
    }
    // Who was at work before these seven days had days without cost among them.
    if (!costs.isEmpty() && costs.firstKey() < today.addDays(-kDays)) {
        first = today.addDays(-kDays);
    }
    forecast.fullDays = static_cast<int>(first.daysTo(today));
    if (forecast.fullDays < kFewestDays) {
        return forecast;
    }
    MoneySum sum;
    Money cheapest = costs.value(first);
    Money dearest = cheapest;
    for (QDate day = first; day < today; day = day.addDays(1)) {
        const Money cost = costs.value(day);
        sum.add(cost);
        cheapest = std::min(cheapest, cost);
        dearest = std::max(dearest, cost);
    }
    const auto ofDays = sum.total();
    const auto rest = ofDays ? ofDays->times(forecast.daysLeft) : ofDays;
    const auto lowRest = cheapest.times(forecast.daysLeft);
    const auto highRest = dearest.times(forecast.daysLeft);
    for (const auto *result : {&ofDays, &rest, &lowRest, &highRest}) {
        if (!*result) {
            return fail(result->error());
        }
    }
    const auto expected = forecast.spent.plus(Money::fromAtto(rest->atto() / forecast.fullDays));
    const auto low = forecast.spent.plus(*lowRest);
    const auto high = forecast.spent.plus(*highRest);
    for (const auto *result : {&expected, &low, &high}) {
        if (!*result) {
            return fail(result->error());
        }
    }
    forecast.expected = *expected;
    forecast.low = *low;
    forecast.high = *high;
    if (monthlyBudget) {
        const Money left = Money::fromAtto(std::max<Int128>(0, monthlyBudget->atto() - forecast.spent.atto()));
        if (left.isZero()) {
            forecast.budgetEnd = today;
        } else if (const auto days = daysUntil(left, *ofDays, forecast.fullDays, forecast.daysLeft)) {
            forecast.budgetEnd = today.addDays(*days);
        }
    }
    return forecast;
}

} // namespace lathe
