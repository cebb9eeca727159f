// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/billcounts.h"
#include "engine/domain/billrow.h"
#include "engine/domain/response.h"

#include <QList>
#include <QStringList>

#include <memory>

namespace lathe {

enum class BillDimension
{
    Phase,
    Decision,
    Tool,
    Model,
    Provider,
    User,
    Day,
    Hour,
    Team,
    Tier ///< of the user
};

/// Keys are wire names, numbers, names, days (2026-01-31, UTC) or hours (2026-01-31T14). Lines that a dimension does
/// not concern have an empty key there: tool fees have no model, model costs no tool. Decisions of several runs are
/// told apart as "RUN#3".
struct BillTable
{
    QList<BillDimension> dimensions;
    struct Row
    {
        QStringList keys;
        CostGroup group;
        BillCounts counts;
    };
    QList<Row> rows; ///< by cost, largest first; days in order
    CostGroup total;
    BillCounts totalCounts;
    QString onlyRun; ///< if all lines are of one
};
/// The key of one row; a decision's always begins with its run: "RUN#3".
[[nodiscard]] QString billKey(const BillRow& row, BillDimension dimension);
/// Groups lines as they come; keeps the groups, and of their lines only which attempts they belong to.
class BillGrouper
{
public:
    explicit BillGrouper(const QList<BillDimension>& dimensions);
    ~BillGrouper();
    BillGrouper(const BillGrouper&) = delete;
    BillGrouper& operator=(const BillGrouper&) = delete;

    void add(const BillRow& row);
    [[nodiscard]] Result<BillTable> finish() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};
[[nodiscard]] Result<BillTable> groupBill(const QList<BillRow>& rows, const QList<BillDimension>& dimensions);

} // namespace lathe
