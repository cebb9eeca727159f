// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"

#include <QList>

namespace lathe {

/// One value of a policy that somebody changed; a row of agent_policy_changes.
struct PolicyChange
{
    qint64 atMs = 0;
    QString author; ///< who changed it
    QString key;    ///< as in the policy's JSON; "created" when the row was written
    QString before; ///< plain text; empty: no limit
    QString after;

    bool operator==(const PolicyChange&) const = default;
};
[[nodiscard]] QJsonObject toJson(const PolicyChange& change);

/// The author of a change that a verdict in a run brought: the account, and the run.
[[nodiscard]] QString authorOfVerdict(const QString& account, const QString& runId);

/// Who put a rule into a policy, and when.
struct RuleOrigin
{
    QString rule; ///< its text, as it was put there
    QString author;
    qint64 atMs = 0;
    QString runId; ///< if it came with a verdict

    bool operator==(const RuleOrigin&) const = default;
};
[[nodiscard]] QJsonObject toJson(const RuleOrigin& origin);
/// Of these rules, as far as the changes (newest first) tell.
[[nodiscard]] QList<RuleOrigin> ruleOrigins(const QJsonArray& rules, const QList<PolicyChange>& changes);

/// present with changes applied. Keys as in the policy's JSON; null takes a value away. A new tier sets its five
/// limits, and whatever else is named on top; budgets, team, tools and rules stay. "addApprovalRule" puts one rule
/// after those there are. InvalidInput names every key that is unknown or out of range.
[[nodiscard]] Result<UserPolicy> changedPolicy(const UserPolicy& present, const QJsonObject& changes);
[[nodiscard]] Result<TeamPolicy> changedPolicy(const TeamPolicy& present, const QJsonObject& changes);

/// What differs between two policies, key by key; times are no difference.
[[nodiscard]] QList<PolicyChange> differences(const QJsonObject& before, const QJsonObject& after,
                                              const QString& author, qint64 nowMs);

} // namespace lathe
