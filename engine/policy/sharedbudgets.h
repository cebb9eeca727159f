// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/domain/policystore.h"

#include <QCoroTask>
#include <QSet>

namespace lathe {

/// What the runs of this process claim of budgets that they share with others, kept alive as long as the process
/// lives: a crash leaves a claim behind for the rest of its lease at most. One thread (the engine's).
class SharedBudgets
{
public:
    static constexpr qint64 kLeaseMs = 120'000;
    /// A call that was interrupted may still be billed: so long its amount is held after the run has ended.
    static constexpr qint64 kHeldLeaseMs = 3'600'000;

    SharedBudgets(PolicyStore& store, Clock& clock) : m_store(store), m_clock(clock) {}

    QCoro::Task<Result<BudgetAnswer>> claim(BudgetClaim claim, BudgetLimits limits);
    QCoro::Task<Result<QList<BudgetLevel>>> levels(QString userId, QString team, BudgetLimits limits);
    /// Something was settled or released. Not waited for: the next claim says the same amounts again.
    void set(BudgetClaim claim);
    /// The run goes on no longer; what it still reserves is held for a while.
    void leave(BudgetClaim claim);
    /// Renews the leases until stop is requested.
    QCoro::Task<> keepAlive(std::stop_token stop);
    [[nodiscard]] Clock& clock() { return m_clock; }

private:
    PolicyStore& m_store;
    Clock& m_clock;
    QSet<QString> m_alive;
};

} // namespace lathe
