// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/fill.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr double kWarnAt = 0.8;

/// Pixels need no more than a double has.
double pixels(const Money& amount)
{
    return static_cast<double>(amount.atto());
}

} // namespace

Fill fillOf(qint64 used, qint64 limit)
{
    if (limit <= 0) {
        return {1, 0};
    }
    return {std::min(1.0, static_cast<double>(used) / static_cast<double>(limit)), 0};
}

Fill fillOf(const BudgetLevel& level)
{
    if (!level.limit) {
        return {};
    }
    const double limit = pixels(*level.limit);
    if (limit <= 0) {
        return {1, 0};
    }
    const double used = std::clamp(pixels(level.spent) / limit, 0.0, 1.0);
    return {used, std::clamp(pixels(level.reserved) / limit, 0.0, 1.0 - used)};
}

Kind kindOf(const Fill& fill)
{
    const double full = fill.used + fill.reserved;
    return full >= 1 ? Kind::Error : full >= kWarnAt ? Kind::Policy : Kind::Llm;
}

} // namespace lathe
