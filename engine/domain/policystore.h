// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/budget.h"
#include "engine/domain/policychanges.h"

#include <QFuture>
#include <QList>
#include <QString>

namespace lathe {

/// One question to the rate limit of a user, with what the asking process's clocks say.
struct RateRequest
{
    QString userId;
    qint64 wallMs = 0;   ///< since 1970-01-01 UTC; may be wrong or jump
    qint64 steadyMs = 0; ///< of the machine's clock that never goes back
    int perMinute = 0;
    int perHour = 0;
    bool record = true;    ///< false: only look
    bool pruneAll = false; ///< drop what left the windows for every user, not for this one alone
};

struct RateOutcome
{
    bool allowed = false;
    qint64 nowMs = 0;      ///< the database's own time of this request: never before the newest it has recorded
    QList<qint64> timesMs; ///< of this user's requests in the hour up to nowMs, before this one, none later than nowMs
};

/// A change of a user's or a team's policy. Keys as in its JSON; null takes a value away.
struct PolicyEdit
{
    QString subject; ///< user id or team
    QJsonObject changes;
    QString author;
    qint64 nowMs = 0;
};

struct BudgetAnswer
{
    bool granted = false;
    QList<BudgetLevel> levels; ///< of the budgets that have a limit, with the claim in them
};

/// Real tokens / estimated ones of a model, as learned from its replies.
struct TokenRatio
{
    QString provider;
    QString model;
    double ratio = 1;
    qint64 samples = 0;

    bool operator==(const TokenRatio&) const = default;
};

/// What policy keeps where all processes on one database share it. One interface that storage fulfils and the policy
/// classes use. Any thread; futures complete when the work is committed.
class PolicyStore
{
public:
    virtual ~PolicyStore() = default;
    /// Looks at both windows and records the request if both have room, in one writing transaction: all processes on
    /// one database together never let more through than allowed.
    [[nodiscard]] virtual QFuture<Result<RateOutcome>> takeRate(RateRequest request) = 0;

    /// The policy of a user; a user without one gets the default tier's, written once.
    [[nodiscard]] virtual QFuture<Result<UserPolicy>> userPolicy(QString userId, qint64 nowMs) = 0;
    /// Reads, changes and writes in one transaction, together with one row of the audit table for each value changed.
    [[nodiscard]] virtual QFuture<Result<UserPolicy>> changeUserPolicy(PolicyEdit edit) = 0;
    /// Of a team nobody has written to: one without budgets.
    [[nodiscard]] virtual QFuture<Result<TeamPolicy>> teamPolicy(QString team) = 0;
    [[nodiscard]] virtual QFuture<Result<TeamPolicy>> changeTeamPolicy(PolicyEdit edit) = 0;
    /// Newest first.
    [[nodiscard]] virtual QFuture<Result<QList<PolicyChange>>> userPolicyChanges(QString userId) = 0;
    [[nodiscard]] virtual QFuture<Result<QList<PolicyChange>>> teamPolicyChanges(QString team) = 0;

    /// Writes the claim if every budget holds it together with what the ledger and the claims of other runs say, and
    /// leaves the run's earlier claim alone if not: one transaction, so that all processes on one database together
    /// never reserve more than there is.
    [[nodiscard]] virtual QFuture<Result<BudgetAnswer>> claimBudget(BudgetClaim claim, BudgetLimits limits) = 0;
    /// Writes the claim as it is: something was settled or released.
    [[nodiscard]] virtual QFuture<Result<void>> setBudgetClaim(BudgetClaim claim) = 0;
    /// The run has ended or stands still: from now on its ledger speaks for it.
    [[nodiscard]] virtual QFuture<Result<void>> dropBudgetClaim(QString runId) = 0;
    [[nodiscard]] virtual QFuture<Result<void>> renewBudgetClaims(QStringList runIds, qint64 expiresAtMs) = 0;
    /// Notes that a run spends a team's money.
    [[nodiscard]] virtual QFuture<Result<void>> noteTeamRun(QString team, QString runId) = 0;
    /// How the budgets of a user and of a team (empty: none) stand; all four, with a limit or without.
    [[nodiscard]] virtual QFuture<Result<QList<BudgetLevel>>> budgetLevels(QString userId, QString team,
                                                                           BudgetLimits limits, qint64 nowMs) = 0;
    /// team empty: none. As the ledger stands, of runs that go on as well.
    [[nodiscard]] virtual QFuture<Result<SpendHistory>> spendHistory(QString userId, QString team) = 0;

    [[nodiscard]] virtual QFuture<Result<QList<TokenRatio>>> tokenRatios() = 0;
    [[nodiscard]] virtual QFuture<Result<void>> saveTokenRatios(QList<TokenRatio> ratios, qint64 nowMs) = 0;
};

} // namespace lathe
