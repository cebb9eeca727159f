// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "engine/storage/connection.h"

namespace lathe {

/// agent_user_policies.
class PolicyRepository
{
public:
    explicit PolicyRepository(Connection& connection) : m_connection(connection) {}
    [[nodiscard]] Result<std::optional<UserPolicy>> get(const QString& userId);
    /// Writes the row of the user; created_at of a row that exists stays. Times of 0 become nowMs.
    [[nodiscard]] Result<void> save(const UserPolicy& policy, qint64 nowMs);
    [[nodiscard]] Result<QList<UserPolicy>> all();

private:
    Connection& m_connection;
};

} // namespace lathe
