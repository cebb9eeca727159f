// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/policy/budgetguard.h"
#include "engine/policy/sharedbudgets.h"

#include <QSet>

namespace lathe {

/// Every budget one run has to keep: its own, in memory, and those it shares with other runs of its user and team, in
/// the database. A call is paid for only after all of them hold its worst case; child frames draw from what their
/// parents left. As long as no shared budget has a limit the database is not asked. One thread.
class RunBudget
{
public:
    RunBudget() = default;
    /// Not explicit: a run with a budget of its own alone is nothing but that.
    RunBudget(BudgetGuard own) : m_own(std::move(own)) {} // NOLINT(google-explicit-constructor)

    struct Owner
    {
        QString runId;
        QString userId;
        QString team; ///< empty: none
    };
    /// From now on shared budgets count. shared must outlive this.
    void share(SharedBudgets& shared, Owner owner);
    /// From the next reservation on.
    void setLimits(std::optional<Money> own, const BudgetLimits& shared);

    /// A reservation with id 0 was refused; its checks say by which budget. recorded: the call was paid for before this
    /// run was resumed, and is counted but never refused.
    QCoro::Task<BudgetGuard::Reservation> reserve(Money worstCase, bool recorded = false);
    /// How the shared budgets would stand with this much more; nothing is reserved. Empty without a limit.
    QCoro::Task<Result<QList<PolicyCheck>>> look(Money worstCase);
    [[nodiscard]] Result<void> settle(qint64 id, Money actual);
    /// Nothing was spent.
    void release(qint64 id);
    /// The call was cut off and may still be billed: its amount stays reserved.
    void hold(const BudgetGuard::Reservation& reservation);
    /// Adds what was spent earlier without a reservation (resume).
    [[nodiscard]] Result<void> addSpent(Money amount, qint64 atMs);
    /// The run goes on no longer.
    void close();

    /// A budget that has come to 80 % and was not warned of yet.
    [[nodiscard]] std::optional<BudgetLevel> newWarning();
    void markWarned(BudgetScope scope) { m_warned.insert(static_cast<int>(scope)); }

    [[nodiscard]] std::optional<Money> limit() const { return m_own.limit(); }
    [[nodiscard]] bool hasLimit() const { return m_own.limit() || (m_shared != nullptr && m_limits.any()); }
    [[nodiscard]] Money spent() const { return m_own.spent(); }
    [[nodiscard]] Money reserved() const { return m_own.reserved(); }
    [[nodiscard]] std::optional<Money> left() const { return m_own.left(); }
    [[nodiscard]] const Owner& owner() const { return m_owner; }

private:
    [[nodiscard]] BudgetClaim claim(Money reserved) const;
    [[nodiscard]] Result<void> count(Money amount, qint64 atMs);
    void tell();

    BudgetGuard m_own;
    SharedBudgets *m_shared = nullptr;
    Owner m_owner;
    BudgetLimits m_limits;
    bool m_claimed = false;
    qint64 m_day = 0;
    qint64 m_monthMs = 0;
    Money m_spentToday;
    Money m_spentMonth;
    Money m_held;
    QList<BudgetLevel> m_levels; ///< of the last claim
    QSet<int> m_warned;
};

} // namespace lathe
