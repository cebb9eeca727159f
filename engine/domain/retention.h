// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/enums.h"

#include <QList>

namespace lathe {

/// How many days the audit trail of a finished run is kept: free 7, pro 30, enterprise 90.
[[nodiscard]] constexpr int auditDays(UserTier tier)
{
    switch (tier) {
    case UserTier::Free:
        return 7;
    case UserTier::Pro:
        return 30;
    case UserTier::Enterprise:
        return 90;
    }
    return 90;
}

/// What pruning takes away, or would take away: journals with all that hangs on them. The runs stay in the list, and
/// their cost lines in the ledger.
struct PruneReport
{
    struct Tier
    {
        UserTier tier = UserTier::Free;
        qint64 runs = 0;
        qint64 entries = 0;
        qint64 bytes = 0; ///< of the entries' details; bodies come on top

        bool operator==(const Tier&) const = default;
    };
    QList<Tier> tiers; ///< all three
    [[nodiscard]] qint64 runs() const
    {
        qint64 sum = 0;
        for (const Tier& tier : tiers) {
            sum += tier.runs;
        }
        return sum;
    }
};

} // namespace lathe
