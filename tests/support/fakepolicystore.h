// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/async.h"
#include "engine/domain/policystore.h"

#include <QHash>

#include <algorithm>

namespace lathe::test {

/// Policy's tables in memory, for one process. Remembers what it was asked; broken: every answer is an Error.
class FakePolicyStore : public PolicyStore
{
public:
    [[nodiscard]] QFuture<Result<RateOutcome>> takeRate(RateRequest request) override
    {
        ++rateQuestions;
        if (broken) {
            return refuse<RateOutcome>();
        }
        RateOutcome outcome;
        outcome.nowMs = request.wallMs + aheadMs;
        outcome.timesMs = times;
        const auto in = [&](qint64 length) {
            return std::count_if(times.cbegin(), times.cend(),
                                 [&](qint64 time) { return time > outcome.nowMs - length; });
        };
        outcome.allowed = in(60'000) < request.perMinute && in(3'600'000) < request.perHour;
        if (outcome.allowed && request.record) {
            times.append(outcome.nowMs);
        }
        return readyFuture<Result<RateOutcome>>(outcome);
    }
    [[nodiscard]] QFuture<Result<UserPolicy>> userPolicy(QString userId, qint64 nowMs) override
    {
        ++policyQuestions;
        if (broken) {
            return refuse<UserPolicy>();
        }
        if (!policies.contains(userId)) {
            UserPolicy policy = tierDefaults(UserTier::Free);
            policy.userId = userId;
            policy.createdAtMs = nowMs;
            policies.insert(userId, policy);
        }
        return readyFuture<Result<UserPolicy>>(policies.value(userId));
    }
    [[nodiscard]] QFuture<Result<UserPolicy>> changeUserPolicy(PolicyEdit edit) override
    {
        if (broken) {
            return refuse<UserPolicy>();
        }
        const Result<UserPolicy> changed = changedPolicy(policies.value(edit.subject), edit.changes);
        if (changed) {
            policies.insert(edit.subject, *changed);
        }
        return readyFuture<Result<UserPolicy>>(changed);
    }
    [[nodiscard]] QFuture<Result<TeamPolicy>> teamPolicy(QString team) override
    {
        return readyFuture<Result<TeamPolicy>>(teams.value(team));
    }
    [[nodiscard]] QFuture<Result<TeamPolicy>> changeTeamPolicy(PolicyEdit edit) override
    {
        TeamPolicy present = teams.value(edit.subject);
        present.team = edit.subject;
        const Result<TeamPolicy> changed = changedPolicy(present, edit.changes);
        if (changed) {
            teams.insert(edit.subject, *changed);
        }
        return readyFuture<Result<TeamPolicy>>(changed);
    }
    [[nodiscard]] QFuture<Result<QList<PolicyChange>>> userPolicyChanges(QString) override
    {
        return readyFuture<Result<QList<PolicyChange>>>({});
    }
    [[nodiscard]] QFuture<Result<QList<PolicyChange>>> teamPolicyChanges(QString) override
    {
        return readyFuture<Result<QList<PolicyChange>>>({});
    }

    /// Grants as long as spentByOthers, the claim and the reservations of other claims fit the smallest limit.
    [[nodiscard]] QFuture<Result<BudgetAnswer>> claimBudget(BudgetClaim claim, BudgetLimits limits) override
    {
        ++budgetQuestions;
        if (broken) {
            return refuse<BudgetAnswer>();
        }
        BudgetAnswer answer;
        answer.granted = true;
        const std::pair<BudgetScope, std::optional<Money>> wanted[] = {{BudgetScope::UserDay, limits.userDay},
                                                                       {BudgetScope::UserMonth, limits.userMonth},
                                                                       {BudgetScope::TeamDay, limits.teamDay},
                                                                       {BudgetScope::TeamMonth, limits.teamMonth}};
        for (const auto& [scope, limit] : wanted) {
            if (limit) {
                const BudgetLevel level{scope, limit, *spentByOthers.plus(claim.spentToday), claim.reserved};
                answer.granted = answer.granted && level.fits();
                answer.levels.append(level);
            }
        }
        if (answer.granted) {
            claims.insert(claim.runId, claim);
        }
        return readyFuture<Result<BudgetAnswer>>(answer);
    }
    [[nodiscard]] QFuture<Result<void>> setBudgetClaim(BudgetClaim claim) override
    {
        claims.insert(claim.runId, claim);
        return readyFuture<Result<void>>({});
    }
    [[nodiscard]] QFuture<Result<void>> dropBudgetClaim(QString runId) override
    {
        claims.remove(runId);
        return readyFuture<Result<void>>({});
    }
    [[nodiscard]] QFuture<Result<void>> renewBudgetClaims(QStringList runIds, qint64 expiresAtMs) override
    {
        for (const QString& runId : runIds) {
            if (claims.contains(runId)) {
                claims[runId].expiresAtMs = expiresAtMs;
            }
        }
        return readyFuture<Result<void>>({});
    }
    [[nodiscard]] QFuture<Result<void>> noteTeamRun(QString team, QString runId) override
    {
        teamRuns.insert(runId, team);
        return readyFuture<Result<void>>({});
    }
    [[nodiscard]] QFuture<Result<QList<BudgetLevel>>> budgetLevels(QString, QString, BudgetLimits, qint64) override
    {
        return readyFuture<Result<QList<BudgetLevel>>>({});
    }

    [[nodiscard]] QFuture<Result<SpendHistory>> spendHistory(QString, QString) override
    {
        return readyFuture<Result<SpendHistory>>(SpendHistory());
    }
    [[nodiscard]] QFuture<Result<QList<TokenRatio>>> tokenRatios() override
    {
        return broken ? refuse<QList<TokenRatio>>() : readyFuture<Result<QList<TokenRatio>>>(ratios);
    }
    [[nodiscard]] QFuture<Result<void>> saveTokenRatios(QList<TokenRatio> learned, qint64) override
    {
        ++ratioSaves;
        ratios = learned;
        return readyFuture<Result<void>>({});
    }

    QList<TokenRatio> ratios;
    int ratioSaves = 0;
    bool broken = false;
    Money spentByOthers;
    QHash<QString, BudgetClaim> claims;
    QHash<QString, QString> teamRuns;
    int budgetQuestions = 0;
    QList<qint64> times;
    qint64 aheadMs = 0; ///< of the database's time before the wall clock
    int rateQuestions = 0;
    QHash<QString, UserPolicy> policies;
    QHash<QString, TeamPolicy> teams;
    int policyQuestions = 0;

protected:
    template <typename T>
    QFuture<Result<T>> refuse()
    {
        return readyFuture<Result<T>>(fail(ErrorCode::Database, QStringLiteral("no database")));
    }
};

} // namespace lathe::test
