// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/budget.h"

#include <chrono>

namespace lathe {

namespace {

std::chrono::sys_days dayOf(qint64 ms)
{
    return std::chrono::floor<std::chrono::days>(
        std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(ms)));
}

qint64 toMs(std::chrono::sys_days day)
{
    return std::chrono::duration_cast<std::chrono::milliseconds>(day.time_since_epoch()).count();
}

} // namespace

bool BudgetLevel::fits() const
{
    if (!limit) {
        return true;
    }
    const auto used = spent.plus(reserved);
    return used && *used <= *limit;
}

bool BudgetLevel::isSpentTo(int percent) const
{
    if (!limit) {
        return false;
    }
    const auto hundredfold = spent.times(100);
    const auto mark = limit->times(percent);
    return hundredfold && mark && !spent.isZero() && *hundredfold >= *mark;
}

qint64 utcDay(qint64 ms)
{
    return dayOf(ms).time_since_epoch().count();
}

qint64 startOfUtcDayMs(qint64 ms)
{
    return toMs(dayOf(ms));
}

qint64 startOfUtcMonthMs(qint64 ms)
{
    const std::chrono::year_month_day date(dayOf(ms));
    return toMs(std::chrono::sys_days(date.year() / date.month() / 1));
}

} // namespace lathe
