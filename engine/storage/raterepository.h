// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/database.h"

namespace lathe {

/// agent_rate_events: when each user's requests of the last hour were made.
class RateRepository
{
public:
    explicit RateRepository(Connection& connection) : m_connection(connection) {}
    /// Looks at both windows and records the request if both have room, in one writing transaction: two processes
    /// on one database never let more through than allowed.
    [[nodiscard]] Result<RateOutcome> checkAndRecord(const QString& userId, qint64 nowMs, int perMinute, int perHour);

private:
    Connection& m_connection;
};

} // namespace lathe
