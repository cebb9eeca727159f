// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"

#include <QList>

namespace lathe {

/// True sliding windows over the last 60 s and 3,600 s, as pure arithmetic over the times of past requests.
/// A request at time t counts in the window (now - length, now]. Storage does check and record in one transaction.
struct RateDecision
{
    bool allowed = false;
    int usedMinute = 0;
    int usedHour = 0;
    qint64 freesUpAtMs =
        0; ///< when not allowed: the first time at which one more fits, rounded up to a second; 0: never (a limit of 0)
    PolicyCheck minute;
    PolicyCheck hour;
};

/// times: of past requests within the last hour, any order; entries later than now (clock set back) count as now.
[[nodiscard]] RateDecision checkRate(const QList<qint64>& times, qint64 nowMs, int perMinute, int perHour);

} // namespace lathe
