// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/costline.h"

namespace lathe {

/// A line of the ledger with what a bill says of its run.
struct BillRow
{
    CostLine line;
    QString jobName;
    qint64 startedAtMs = 0;
    QString userId;
    QString userTier;
    QString teamId;
    QString tags; ///< one JSON object or empty
    RunStatus runStatus = RunStatus::Running;
    qint64 number = 0; ///< of the line in its run
};

} // namespace lathe
