// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policystore.h"
#include "engine/storage/connection.h"

namespace lathe {

/// agent_user_policies, agent_team_policies and agent_policy_changes, which tells who changed what.
class PolicyRepository
{
public:
    explicit PolicyRepository(Connection& connection) : m_connection(connection) {}
    [[nodiscard]] Result<std::optional<UserPolicy>> get(const QString& userId);
    /// The policy of the user; if there is none, the default tier's, written once.
    [[nodiscard]] Result<UserPolicy> ensure(const QString& userId, qint64 nowMs);
    [[nodiscard]] Result<UserPolicy> change(const PolicyEdit& edit);
    [[nodiscard]] Result<QList<UserPolicy>> all();

    [[nodiscard]] Result<TeamPolicy> team(const QString& team);
    [[nodiscard]] Result<TeamPolicy> changeTeam(const PolicyEdit& edit);

    enum class Subject
    {
        User,
        Team
    };
    [[nodiscard]] Result<QList<PolicyChange>> changes(Subject subject, const QString& name);

private:
    [[nodiscard]] Result<void> save(const UserPolicy& policy);
    [[nodiscard]] Result<void> note(Subject subject, const QString& name, const QList<PolicyChange>& changes);

    Connection& m_connection;
};

} // namespace lathe
