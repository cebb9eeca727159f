// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/budgetguard.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

BudgetGuard::BudgetGuard(std::optional<Money> limit) : m_limit(limit) {}

const PolicyCheck *BudgetGuard::Reservation::failure() const
{
    if (check.outcome == CheckOutcome::Failed) {
        return &check;
    }
    const auto failed = [](const PolicyCheck& other) { return other.outcome == CheckOutcome::Failed; };
    const auto found = std::find_if(shared.cbegin(), shared.cend(), failed);
    return found == shared.cend() ? nullptr : &*found;
}

BudgetGuard::Reservation BudgetGuard::reserve(Money worstCase, bool anyway)
{
    Reservation reservation;
    PolicyCheck& check = reservation.check;
    check.check = u"budget"_s;
    check.limit = m_limit ? m_limit->toDecimal() : QString();
    check.outcome = CheckOutcome::Failed;
    check.violation = ViolationCode::BudgetExceeded;

    const auto held = m_reserved.plus(worstCase);
    const auto after = held ? m_spent.plus(*held) : held;
    if (worstCase < Money() || !after) {
        check.actual = worstCase.toDecimal();
        check.message = u"A reservation of %1 USD cannot be made"_s.arg(worstCase.toDecimal());
        return reservation;
    }
    check.actual = after->toDecimal();
    if (m_limit && *after > *m_limit && !anyway && !worstCase.isZero()) {
        check.message =
            u"Up to %1 USD for this step would pass the budget of %2 USD: %3 USD are spent and %4 USD reserved"_s.arg(
                worstCase.toDecimal(), m_limit->toDecimal(), m_spent.toDecimal(), m_reserved.toDecimal());
        return reservation;
    }
    check.outcome = CheckOutcome::Passed;
    check.violation.reset();
    reservation.id = m_next++;
    reservation.amount = worstCase;
    m_open.insert(reservation.id, worstCase);
    m_reserved = *held;
    return reservation;
}

Result<void> BudgetGuard::settle(qint64 id, Money actual)
{
    if (!m_open.contains(id)) {
        return fail(ErrorCode::NotFound, u"The budget has no open reservation %1"_s.arg(id));
    }
    const auto added = addSpent(actual);
    if (!added) {
        return added;
    }
    release(id);
    return {};
}

void BudgetGuard::release(qint64 id)
{
    const auto rest = m_reserved.minus(m_open.take(id));
    m_reserved = rest.value_or(m_reserved);
}

Result<void> BudgetGuard::addSpent(Money amount)
{
    if (amount < Money()) {
        return fail(ErrorCode::InvalidInput, u"An amount spent must not be negative: %1"_s.arg(amount.toDecimal()));
    }
    const auto spent = m_spent.plus(amount);
    if (!spent) {
        return fail(spent.error());
    }
    m_spent = *spent;
    return {};
}

std::optional<Money> BudgetGuard::left() const
{
    if (!m_limit) {
        return std::nullopt;
    }
    const auto used = m_spent.plus(m_reserved);
    const auto left = used ? m_limit->minus(*used) : used;
    return left && *left > Money() ? *left : Money();
}

} // namespace lathe
