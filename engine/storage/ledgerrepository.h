// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/database.h"
#include "engine/storage/ownerlock.h"

namespace lathe {

/// Reads agent_cost_lines, the ledger.
class LedgerRepository
{
public:
    LedgerRepository(Connection& connection, const OwnerLock& owners) : m_connection(connection), m_owners(owners) {}

    [[nodiscard]] Result<LedgerPage> visit(const LedgerFilter& filter, const LedgerVisitor& visit);
    [[nodiscard]] Result<qint64> count(const LedgerFilter& filter);

private:
    Connection& m_connection;
    const OwnerLock& m_owners;
};

} // namespace lathe
