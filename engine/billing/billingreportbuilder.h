// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/costline.h"
#include "engine/domain/response.h"

#include <QList>

namespace lathe {

/// Sums the ledger of one run and checks that phases = decisions + tools = total, exactly, and that every line is its
/// price times its quantity. The order of lines does not matter. An Error (Overflow) only if a sum leaves the range.
[[nodiscard]] Result<BillingReport> buildBillingReport(const QString& runId, const QString& priceBook,
                                                       const QList<CostLine>& lines, Money avoided = {});

enum class BillDimension
{
    Phase,
    Decision,
    Tool,
    Model,
    Provider,
    User,
    Day
};

/// What the rows of a bill need beside the line itself.
struct BillRow
{
    CostLine line;
    QString jobName;
    qint64 startedAtMs = 0;
    QString userId;
    QString userTier;
    QString teamId;
    QString tags; ///< one JSON object or empty
};

/// Keys are wire names, numbers, names or dates (2026-01-31, UTC). Lines that a dimension does not concern have an
/// empty key there: tool fees have no model, model costs no tool. Decisions of several runs are told apart as "RUN#3".
struct BillTable
{
    QList<BillDimension> dimensions; ///< one or two
    struct Row
    {
        QStringList keys;
        CostGroup group;
    };
    QList<Row> rows; ///< by cost, largest first; days in order
    CostGroup total;
};
[[nodiscard]] Result<BillTable> groupBill(const QList<BillRow>& rows, const QList<BillDimension>& dimensions);

} // namespace lathe
