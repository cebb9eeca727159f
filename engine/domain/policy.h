// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/domain/enums.h"
#include "engine/domain/fields.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>

namespace lathe {

/// What one user may do; a row of agent_user_policies.
struct UserPolicy
{
    QString userId;
    UserTier tier = UserTier::Free;
    int maxRecursionDepth = 5;
    qint64 contextWindowLimit = 8000; ///< tokens
    int maxToolCalls = 10;            ///< in one run
    QStringList allowedTools;         ///< empty: every registered tool
    int requestsPerMinute = 10;
    int requestsPerHour = 100;
    std::optional<Money> budgetPerRun;
    std::optional<Money> budgetPerDay;
    std::optional<Money> budgetPerMonth;
    QString team;             ///< whose budgets count too; empty: none
    QJsonArray approvalRules; ///< texts, see engine/domain/toolrules.h
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;

    bool operator==(const UserPolicy&) const = default;
};

/// The limits of a tier (domain table: free, pro, enterprise).
[[nodiscard]] UserPolicy tierDefaults(UserTier tier);
[[nodiscard]] QJsonObject toJson(const UserPolicy& policy);
[[nodiscard]] Result<UserPolicy> userPolicyFromJson(const QJsonObject& json);

/// What one team may spend together; a row of agent_team_policies. Days and months are UTC's.
struct TeamPolicy
{
    QString team;
    std::optional<Money> budgetPerDay;
    std::optional<Money> budgetPerMonth;

    bool operator==(const TeamPolicy&) const = default;
};
[[nodiscard]] QJsonObject toJson(const TeamPolicy& policy);
[[nodiscard]] Result<TeamPolicy> teamPolicyFromJson(const QJsonObject& json);

/// One rule looked at, with its numbers; every check's outcome is kept, not only the first failure.
struct PolicyCheck
{
    QString check; ///< depth, context, rate_minute, rate_hour, budget, tool_allowlist, tool_calls ...
    CheckOutcome outcome = CheckOutcome::NotReached;
    QString actual; ///< as text with unit-free number: "9", "8,130" is never used: plain digits
    QString limit;
    QString message; ///< why it failed, or was not looked at, in one English sentence; most that passed say nothing
    std::optional<ViolationCode> violation; ///< set if and only if outcome is Failed

    bool operator==(const PolicyCheck&) const = default;
};

struct PolicyVerdict
{
    QList<PolicyCheck> checks;

    [[nodiscard]] bool allowed() const;
    [[nodiscard]] const PolicyCheck *firstFailure() const;
    bool operator==(const PolicyVerdict&) const = default;
};

[[nodiscard]] QList<Fields> toFields(const PolicyVerdict& verdict);
[[nodiscard]] QJsonObject toJson(const PolicyCheck& check);
[[nodiscard]] QJsonArray toJson(const PolicyVerdict& verdict);
[[nodiscard]] PolicyVerdict policyVerdictFromJson(const QJsonArray& json);

} // namespace lathe
