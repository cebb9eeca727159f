// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/billgrouper.h"
#include "engine/pipeline/facadetypes.h"
#include "engine/storage/database.h"

#include <functional>

namespace lathe {

/// The row has the keys that are asked for.
[[nodiscard]] bool passes(const BillQuery& query, const BillRow& row);

using BillVisitor = LedgerVisitor;
/// Two threads go over a bill.
struct BillReading
{
    BillVisitor row;                         ///< on the database's reading thread
    bool sumsOnly = false;                   ///< as in LedgerFilter
    std::function<void()> turnPage;          ///< on the engine's, while nobody reads
    std::function<Result<void>()> writePage; ///< on the engine's, while the next page is read
};
[[nodiscard]] Result<void> visitAll(const Result<QList<BillRow>>& rows, const BillVisitor& visit);

/// {"currency", "rows", "total", "avoided", "sums", ...}: a bill as JSON; money as decimal strings.
[[nodiscard]] QJsonObject toJson(const BillResult& bill, const QList<BillGroup>& groupBy);

/// Groups and totals, with the check that phases = decisions + tools = total.
class BillSums
{
public:
    explicit BillSums(const QList<BillGroup>& groupBy);
    void add(const BillRow& row);
    [[nodiscard]] Result<BillResult> finish() const;

private:
    BillGrouper m_groups;
    std::array<MoneySum, 5> m_phases;
    MoneySum m_decisions;
    MoneySum m_tools;
};

} // namespace lathe
