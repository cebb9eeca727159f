// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/policy.h"

#include <QHash>

#include <optional>

namespace lathe {

/// The budget of one run: reserve the worst case before a paid call, settle to the actual after it, release on stop.
/// spent + reserved never exceeds the limit. One thread. Without a limit everything is granted, and still added up.
class BudgetGuard
{
public:
    explicit BudgetGuard(std::optional<Money> limit = {});

    /// A check ("budget") that failed means nothing was reserved; id is 0 then.
    struct Reservation
    {
        qint64 id = 0;
        Money amount;
        PolicyCheck check;         ///< of the run's own budget
        QList<PolicyCheck> shared; ///< of budgets shared with other runs, see RunBudget

        /// The check that refused it, or null.
        [[nodiscard]] const PolicyCheck *failure() const;
    };
    /// anyway: it was paid for already; it is counted and not refused. What costs nothing is never refused.
    [[nodiscard]] Reservation reserve(Money worstCase, bool anyway = false);
    /// The amount actually spent; may be more than reserved (a provider that overran), which is counted in full.
    [[nodiscard]] Result<void> settle(qint64 id, Money actual);
    /// Nothing was spent.
    void release(qint64 id);
    /// From the next reservation on.
    void setLimit(std::optional<Money> limit) { m_limit = limit; }
    /// Adds what was spent without a reservation (resume).
    [[nodiscard]] Result<void> addSpent(Money amount);

    [[nodiscard]] Money spent() const { return m_spent; }
    [[nodiscard]] Money reserved() const { return m_reserved; }
    [[nodiscard]] std::optional<Money> limit() const { return m_limit; }
    /// limit - spent - reserved, at least 0; nothing without a limit.
    [[nodiscard]] std::optional<Money> left() const;

private:
    std::optional<Money> m_limit;
    Money m_spent;
    Money m_reserved;
    QHash<qint64, Money> m_open;
    qint64 m_next = 1;
};

} // namespace lathe
