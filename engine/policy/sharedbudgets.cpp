// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/sharedbudgets.h"

#include <QCoroFuture>

namespace lathe {

QCoro::Task<Result<BudgetAnswer>> SharedBudgets::claim(BudgetClaim claim, BudgetLimits limits)
{
    m_alive.insert(claim.runId);
    claim.nowMs = m_clock.nowMs();
    claim.expiresAtMs = claim.nowMs + kLeaseMs;
    const Result<BudgetAnswer> answer = co_await m_store.claimBudget(std::move(claim), limits);
    co_return answer;
}

QCoro::Task<Result<QList<BudgetLevel>>> SharedBudgets::levels(QString userId, QString team, BudgetLimits limits)
{
    const Result<QList<BudgetLevel>> found =
        co_await m_store.budgetLevels(std::move(userId), std::move(team), limits, m_clock.nowMs());
    co_return found;
}

void SharedBudgets::set(BudgetClaim claim)
{
    claim.nowMs = m_clock.nowMs();
    claim.expiresAtMs = claim.nowMs + kLeaseMs;
    const QFuture<Result<void>> written = m_store.setBudgetClaim(std::move(claim));
    Q_UNUSED(written)
}

void SharedBudgets::leave(BudgetClaim claim)
{
    m_alive.remove(claim.runId);
    if (claim.reserved.isZero()) {
        const QFuture<Result<void>> dropped = m_store.dropBudgetClaim(claim.runId);
        Q_UNUSED(dropped)
        return;
    }
    claim.nowMs = m_clock.nowMs();
    claim.expiresAtMs = claim.nowMs + kHeldLeaseMs;
    const QFuture<Result<void>> written = m_store.setBudgetClaim(std::move(claim));
    Q_UNUSED(written)
}

QCoro::Task<> SharedBudgets::keepAlive(std::stop_token stop)
{
    while (true) {
        const bool slept = co_await m_clock.sleepFor(std::chrono::milliseconds(kLeaseMs / 4), stop);
        if (!slept) {
            co_return;
        }
        if (!m_alive.isEmpty()) {
            const QStringList runs(m_alive.cbegin(), m_alive.cend());
            // One that fails is followed by another long before the lease is over.
            const Result<void> renewed = co_await m_store.renewBudgetClaims(runs, m_clock.nowMs() + kLeaseMs);
            Q_UNUSED(renewed)
        }
    }
}

} // namespace lathe
