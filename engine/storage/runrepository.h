// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/queries.h"
#include "engine/storage/connection.h"
#include "engine/storage/database.h"
#include "engine/storage/ownerlock.h"

namespace lathe {

/// agent_execution_metadata and agent_cost_lines as lists. A run that says RUNNING but whose process is gone is
/// given as INTERRUPTED; its row is left alone, since the journal does not say so.
class RunRepository
{
public:
    RunRepository(Connection& connection, const OwnerLock& owners) : m_connection(connection), m_owners(owners) {}

    [[nodiscard]] Result<QList<RunSummary>> list(const RunQuery& filter);
    [[nodiscard]] Result<RunSummary> get(const QString& runId);
    /// Whether another living process runs it or stands at one of its stop points.
    [[nodiscard]] Result<bool> isHeldElsewhere(const QString& runId);
    [[nodiscard]] Result<QString> find(const QString& idOrPrefix);
    /// Runs whose process died before it had written the projections of all their events.
    [[nodiscard]] Result<QStringList> abandoned();
    /// Everything of a run in one transaction. Conflict while a living process works on it.
    [[nodiscard]] Result<void> remove(const QString& runId);

private:
    [[nodiscard]] Result<RunSummary> summary(const Rows& rows, int first, qint64 owner) const;
    [[nodiscard]] Result<SqlValues> livingOwners();

    Connection& m_connection;
    const OwnerLock& m_owners;
};

} // namespace lathe
