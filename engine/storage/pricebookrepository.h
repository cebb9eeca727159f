// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/database.h"

namespace lathe {

/// agent_price_books: every book that was imported or used, as it was then. A version never changes.
class PriceBookRepository
{
public:
    explicit PriceBookRepository(Connection& connection) : m_connection(connection) {}
    /// Nothing happens if it is there already; Conflict if that version holds other prices.
    [[nodiscard]] Result<void> save(const StoredPriceBook& book);
    [[nodiscard]] Result<QList<StoredPriceBook>> all(); ///< in the order they came
    [[nodiscard]] Result<std::optional<StoredPriceBook>> find(const QString& version);

private:
    Connection& m_connection;
};

} // namespace lathe
