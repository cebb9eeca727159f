// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/costline.h"

#include <QList>

namespace lathe {

/// Lines of the ledger with what a reader of them wants to know of their runs.
struct BillLines
{
    struct Line
    {
        CostLine line;
        QString jobName;
        QString userId;
    };
    QList<Line> lines; ///< by time
    qint64 left = 0;   ///< how many more there are
};

} // namespace lathe
