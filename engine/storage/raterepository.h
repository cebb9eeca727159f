// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policystore.h"
#include "engine/storage/connection.h"

namespace lathe {

/// agent_rate_events: when each user's requests of the last hour were made, in the database's own time, which
/// agent_rate_clock keeps. That time is the wall clock as long as the wall clock behaves. When it is set back, the
/// database's time goes on by the machine's steady clock, so that no window opens early and none stays shut until the
/// wall clock has caught up; after a restart of the machine it waits at the newest time recorded.
class RateRepository
{
public:
    /// boot: names the run of the machine that the steady clock counts in.
    RateRepository(Connection& connection, QString boot) : m_connection(connection), m_boot(std::move(boot)) {}
    [[nodiscard]] Result<RateOutcome> take(const RateRequest& request);

private:
    [[nodiscard]] Result<qint64> databaseTime(const RateRequest& request);

    Connection& m_connection;
    QString m_boot;
};

} // namespace lathe
