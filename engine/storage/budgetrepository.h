// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policystore.h"
#include "engine/storage/connection.h"

namespace lathe {

/// Budgets that runs share. What is spent is always read from the ledger, never counted a second time; only the runs
/// that go on are taken from agent_budget_claims instead, with what they have spent so far and what they reserve.
class BudgetRepository
{
public:
    explicit BudgetRepository(Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Result<BudgetAnswer> claim(const BudgetClaim& claim, BudgetLimits limits);
    [[nodiscard]] Result<void> set(const BudgetClaim& claim);
    [[nodiscard]] Result<void> drop(const QString& runId);
    [[nodiscard]] Result<void> renew(const QStringList& runIds, qint64 expiresAtMs);
    [[nodiscard]] Result<void> noteTeamRun(const QString& team, const QString& runId);
    [[nodiscard]] Result<QList<BudgetLevel>> levels(const QString& userId, const QString& team,
                                                    const BudgetLimits& limits, qint64 nowMs);
    [[nodiscard]] Result<SpendHistory> history(const QString& userId, const QString& team);
    /// Inside the transaction that deletes the run.
    [[nodiscard]] Result<void> keepSpendOf(const QString& runId);

private:
    struct Sums
    {
        Money spent;
        Money reserved;
    };
    /// Of everybody but one run.
    [[nodiscard]] Result<Sums> others(BudgetScope scope, const QString& subject, const QString& runId, qint64 nowMs);
    [[nodiscard]] Result<Money> sum(Sql sql, const SqlValues& values);
    [[nodiscard]] Result<void> appendSpend(QList<SpendEntry>& to, Sql sql, const SqlValues& values);

    Connection& m_connection;
};

} // namespace lathe
