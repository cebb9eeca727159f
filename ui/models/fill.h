// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/budget.h"
#include "ui/theme.h"

#include <QMetaType>

namespace lathe {

/// How full something is, for painting only: shares of the limit, 0 to 1; what was spent and reserved on top of it.
struct Fill
{
    double used = 0;
    double reserved = 0;

    bool operator==(const Fill&) const = default;
};

[[nodiscard]] Fill fillOf(qint64 used, qint64 limit);
/// Nothing to paint without a limit.
[[nodiscard]] Fill fillOf(const BudgetLevel& level);
/// Calm, from 80 % on amber, and red when nothing is left.
[[nodiscard]] Kind kindOf(const Fill& fill);

} // namespace lathe

Q_DECLARE_METATYPE(lathe::Fill)
