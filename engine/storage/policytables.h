// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policystore.h"
#include "engine/storage/databasethread.h"

#include <functional>

namespace lathe {

/// The policy tables of a database behind the interface that policy uses. Everything goes through the writing thread,
/// so that what was decided is what is stored.
class PolicyTables final : public PolicyStore
{
public:
    /// makeLedgerWhole: writes, on the writing thread, what cost lines lag behind the journal.
    using MakeLedgerWhole = std::function<Result<void>(Connection&)>;
    PolicyTables(DatabaseThread& writer, MakeLedgerWhole makeLedgerWhole);
    [[nodiscard]] QFuture<Result<RateOutcome>> takeRate(RateRequest request) override;
    [[nodiscard]] QFuture<Result<UserPolicy>> userPolicy(QString userId, qint64 nowMs) override;
    [[nodiscard]] QFuture<Result<UserPolicy>> changeUserPolicy(PolicyEdit edit) override;
    [[nodiscard]] QFuture<Result<TeamPolicy>> teamPolicy(QString team) override;
    [[nodiscard]] QFuture<Result<TeamPolicy>> changeTeamPolicy(PolicyEdit edit) override;
    [[nodiscard]] QFuture<Result<QList<PolicyChange>>> userPolicyChanges(QString userId) override;
    [[nodiscard]] QFuture<Result<QList<PolicyChange>>> teamPolicyChanges(QString team) override;
    [[nodiscard]] QFuture<Result<BudgetAnswer>> claimBudget(BudgetClaim claim, BudgetLimits limits) override;
    [[nodiscard]] QFuture<Result<void>> setBudgetClaim(BudgetClaim claim) override;
    [[nodiscard]] QFuture<Result<void>> dropBudgetClaim(QString runId) override;
    [[nodiscard]] QFuture<Result<void>> renewBudgetClaims(QStringList runIds, qint64 expiresAtMs) override;
    [[nodiscard]] QFuture<Result<void>> noteTeamRun(QString team, QString runId) override;
    [[nodiscard]] QFuture<Result<QList<BudgetLevel>>> budgetLevels(QString userId, QString team, BudgetLimits limits,
                                                                   qint64 nowMs) override;
    [[nodiscard]] QFuture<Result<SpendHistory>> spendHistory(QString userId, QString team) override;
    [[nodiscard]] QFuture<Result<QList<TokenRatio>>> tokenRatios() override;
    [[nodiscard]] QFuture<Result<void>> saveTokenRatios(QList<TokenRatio> ratios, qint64 nowMs) override;

private:
    DatabaseThread& m_writer;
    MakeLedgerWhole m_makeLedgerWhole;
    QString m_boot;
};

} // namespace lathe
