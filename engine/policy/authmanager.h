// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/policystore.h"

#include <QCoroTask>
#include <QHash>

namespace lathe {

/// Who a user is to policy: the tier and the limits, from agent_user_policies. A change made in this process counts
/// from the next check on, one made by another process a tenth of a second later at the latest; checks in between cost
/// nothing but a look into memory. One thread.
class AuthManager
{
public:
    AuthManager(PolicyStore& store, const Clock& clock) : m_store(store), m_clock(clock) {}

    /// As it stands in the database now. A new user gets the default tier's policy.
    QCoro::Task<Result<UserPolicy>> policy(QString userId);
    /// For one more check: what is known, if that is fresh enough, else as policy().
    [[nodiscard]] std::optional<UserPolicy> fresh(const QString& userId) const;
    /// See changedPolicy(); the change is in the audit table with its author.
    QCoro::Task<Result<UserPolicy>> change(QString userId, QJsonObject changes, QString author);

    QCoro::Task<Result<TeamPolicy>> changeTeam(QString team, QJsonObject changes, QString author);

private:
    struct Known
    {
        UserPolicy policy;
        qint64 readAtNs = 0;
    };
    void remember(const UserPolicy& policy);

    PolicyStore& m_store;
    const Clock& m_clock;
    QHash<QString, Known> m_known;
};

} // namespace lathe
