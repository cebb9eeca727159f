// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"

#include <QDate>
#include <QMap>

#include <optional>

namespace lathe {

/// Where a month's spending is going, if the days to come are like those gone by. An estimate, and to be called one.
struct Forecast
{
    Money spent;                    ///< this month so far, today included
    int fullDays = 0;               ///< how many days the rest goes by: the last seven, or fewer
    int daysLeft = 0;               ///< of the month, after today
    std::optional<Money> expected;  ///< at the end of the month; absent with fewer than three full days
    Money low;                      ///< if every day to come were like the cheapest of them
    Money high;                     ///< like the dearest
    std::optional<QDate> budgetEnd; ///< when a monthly budget is used up, if that is within the month

    bool operator==(const Forecast&) const = default;
};

/// costs: what was charged on each UTC day, at least of this month and of the seven days before today; days without
/// lines may be missing. Days before the first that is there are not counted as days without cost. Today is in the sum
/// but in no mean, for it is not over. Fails if a sum leaves the range of Money.
[[nodiscard]] Result<Forecast> forecastMonth(const QMap<QDate, Money>& costs, QDate today,
                                             std::optional<Money> monthlyBudget = {});

} // namespace lathe
