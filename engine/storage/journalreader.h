// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/queries.h"
#include "engine/domain/runevent.h"
#include "engine/storage/connection.h"

#include <QList>
#include <QString>

#include <functional>

namespace lathe {

/// agent_audit_logs as it is read. Lives on the thread of its connection.
class JournalReader
{
public:
    explicit JournalReader(Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Result<QList<RunEvent>> events(const QString& runId, const EventQuery& filter);
    /// Every event of a run in order. Error NotFound if there is no such run.
    [[nodiscard]] Result<void> forEach(qint64 id, const std::function<void(const RunEvent&)>& visit);
    /// agent_execution_metadata.id; NotFound if there is no such run.
    [[nodiscard]] Result<qint64> idOf(const QString& runId);

    /// The ids of a run's rows lie in (firstKey, lastKey].
    [[nodiscard]] static constexpr qint64 key(qint64 id, qint64 seq) { return id * kSeqRange + seq; }
    static constexpr qint64 kSeqRange = qint64(1) << 32;

private:
    Connection& m_connection;
};

/// The event in the current row; columns run, seq, time, phase, event, details.
[[nodiscard]] Result<RunEvent> eventFromRow(const Rows& rows);

} // namespace lathe
