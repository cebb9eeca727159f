// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/policystore.h"

#include <QCoroTask>
#include <QHash>

namespace lathe {

/// A user's policy and, for somebody in a team, the team's.
struct Standing
{
    UserPolicy user;
    TeamPolicy team;

    [[nodiscard]] BudgetLimits sharedLimits() const
    {
        return {user.budgetPerDay, user.budgetPerMonth, team.budgetPerDay, team.budgetPerMonth};
    }
    bool operator==(const Standing&) const = default;
};

/// Who a user is to policy: the tier and the limits, from agent_user_policies. A change made in this process counts
/// from the next check on, one made by another process a tenth of a second later at the latest; checks in between cost
/// nothing but a look into memory. One thread.
class AuthManager
{
public:
    AuthManager(PolicyStore& store, const Clock& clock) : m_store(store), m_clock(clock) {}

    /// As it stands in the database now. A new user gets the default tier's policy.
    QCoro::Task<Result<UserPolicy>> policy(QString userId);
    /// The same with the team's.
    QCoro::Task<Result<Standing>> standing(QString userId);
    /// For one more check: what is known, if that is fresh enough; nothing if standing() has to be asked.
    [[nodiscard]] std::optional<Standing> fresh(const QString& userId) const;
    /// See changedPolicy(); the change is in the audit table with its author.
    QCoro::Task<Result<UserPolicy>> change(QString userId, QJsonObject changes, QString author);

    QCoro::Task<Result<TeamPolicy>> changeTeam(QString team, QJsonObject changes, QString author);

private:
    struct Known
    {
        Standing standing;
        qint64 readAtNs = 0;
    };
    void remember(const Standing& standing);

    PolicyStore& m_store;
    const Clock& m_clock;
    QHash<QString, Known> m_known;
};

} // namespace lathe
