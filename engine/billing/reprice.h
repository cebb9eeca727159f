// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/pricebook.h"
#include "engine/domain/billrow.h"

namespace lathe {

/// "Same tokens, other prices": the lines of recorded calls at the prices of another book, and of another model if one
/// is named. What was recorded is not changed. Feed rows in the order of the ledger: the lines of one attempt stand
/// together there, and its whole input decides the price of each.
class Repricer
{
public:
    /// model: "provider/model", whose prices all calls get; empty: each its own. coldCache: what came from a cache or
    /// went into one counts as ordinary input, for the caches of another model are empty.
    Repricer(PriceBook book, QString model, bool coldCache = false)
        : m_book(std::move(book)), m_model(std::move(model)), m_coldCache(coldCache)
    {}

    /// Gives the rows of the attempt that this row ended; none while its lines still come.
    [[nodiscard]] Result<QList<BillRow>> add(const BillRow& row);
    /// The last attempt's.
    [[nodiscard]] Result<QList<BillRow>> finish();

private:
    [[nodiscard]] bool belongs(const BillRow& row) const;
    [[nodiscard]] ModelPrices pricesOf(const CostLine& line) const;

    PriceBook m_book;
    QString m_model;
    bool m_coldCache;
    QList<BillRow> m_pending; ///< lines of one attempt
};

} // namespace lathe
