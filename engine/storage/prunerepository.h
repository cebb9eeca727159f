// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/retention.h"
#include "engine/storage/connection.h"

#include <QStringList>

namespace lathe {

/// Takes journals away whose time is over, by the tier that their user has now. Only finished runs are pruned; their
/// rows in the list of runs and their cost lines stay, and agent_pruned_runs tells what is missing.
class PruneRepository
{
public:
    explicit PruneRepository(Connection& connection) : m_connection(connection) {}

    /// write: false only tells what would go. pruned: takes the ids of the runs that lost their journal.
    [[nodiscard]] Result<PruneReport> prune(qint64 nowMs, bool write, QStringList *pruned = nullptr);
    /// When the journal of a run was pruned; nothing if it was not.
    [[nodiscard]] Result<std::optional<qint64>> prunedAt(const QString& runId);

private:
    struct Due
    {
        qint64 id = 0;
        QString runId;
        UserTier tier = UserTier::Free;
    };
    [[nodiscard]] Result<QList<Due>> due(qint64 nowMs);
    [[nodiscard]] Result<void> measure(const Due& run, PruneReport::Tier& into);
    [[nodiscard]] Result<void> remove(const Due& run, qint64 nowMs);

    Connection& m_connection;
};

} // namespace lathe
