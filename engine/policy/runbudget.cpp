// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/runbudget.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kWarnPercent = 80;

QString words(BudgetScope scope)
{
    switch (scope) {
    case BudgetScope::Run:
        return u"this run"_s;
    case BudgetScope::UserDay:
        return u"the user's day"_s;
    case BudgetScope::UserMonth:
        return u"the user's month"_s;
    case BudgetScope::TeamDay:
        return u"the team's day"_s;
    case BudgetScope::TeamMonth:
        return u"the team's month"_s;
    }
    return {};
}

PolicyCheck checkOf(const BudgetLevel& level, Money worstCase)
{
    PolicyCheck check;
    check.check = u"budget_"_s + toName(level.scope);
    check.limit = level.limit ? level.limit->toDecimal() : QString();
    const auto used = level.spent.plus(level.reserved);
    check.actual = used ? used->toDecimal() : QString();
    const QString numbers = u"%1 USD are spent and %2 USD reserved of %3 USD for %4"_s.arg(
        level.spent.toDecimal(), level.reserved.toDecimal(), check.limit, words(level.scope));
    if (level.fits()) {
        check.outcome = CheckOutcome::Passed;
        check.message = numbers;
    } else {
        check.outcome = CheckOutcome::Failed;
        check.violation = ViolationCode::BudgetExceeded;
        check.message =
            u"Up to %1 USD for this step would pass a budget: with it %2"_s.arg(worstCase.toDecimal(), numbers);
    }
    return check;
}

} // namespace

void RunBudget::share(SharedBudgets& shared, Owner owner)
{
    m_shared = &shared;
    m_owner = std::move(owner);
}

void RunBudget::setLimits(std::optional<Money> own, const BudgetLimits& shared)
{
    m_own.setLimit(own);
    m_limits = shared;
    if (m_owner.team.isEmpty()) {
        m_limits.teamDay.reset();
        m_limits.teamMonth.reset();
    }
}

BudgetClaim RunBudget::claim(Money reserved) const
{
    BudgetClaim claim;
    claim.runId = m_owner.runId;
    claim.userId = m_owner.userId;
    claim.team = m_owner.team;
    claim.day = m_day;
    claim.spentToday = m_spentToday;
    claim.spentMonth = m_spentMonth;
    claim.reserved = reserved;
    return claim;
}

Result<void> RunBudget::count(Money amount, qint64 atMs)
{
    if (utcDay(atMs) > m_day) {
        m_day = utcDay(atMs);
        m_spentToday = {};
        if (startOfUtcMonthMs(atMs) != m_monthMs) {
            m_monthMs = startOfUtcMonthMs(atMs);
            m_spentMonth = {};
        }
    }
    const auto today = m_spentToday.plus(amount);
    const auto month = m_spentMonth.plus(amount);
    if (!today || !month) {
        return fail(today ? month.error() : today.error());
    }
    m_spentToday = *today;
    m_spentMonth = *month;
    return {};
}

QCoro::Task<BudgetGuard::Reservation> RunBudget::reserve(Money worstCase, bool recorded)
{
    BudgetGuard::Reservation reservation = m_own.reserve(worstCase, recorded);
    if (reservation.id == 0 || recorded || m_shared == nullptr || !m_limits.any()) {
        co_return reservation;
    }
    const Result<void> rolled = count(Money(), m_shared->clock().nowMs());
    BudgetClaim wanted = claim(m_own.reserved());
    const Result<BudgetAnswer> answer = co_await m_shared->claim(std::move(wanted), m_limits);
    if (!answer || !rolled) {
        m_own.release(reservation.id);
        reservation.id = 0;
        PolicyCheck unreadable;
        unreadable.check = u"budget_shared"_s;
        unreadable.outcome = CheckOutcome::Failed;
        unreadable.violation = ViolationCode::PolicyUnavailable;
        unreadable.message = u"the shared budgets could not be checked: %1"_s.arg(answer ? rolled.error().message
                                                                                         : answer.error().message);
        reservation.shared.append(unreadable);
        co_return reservation;
    }
    m_levels = answer->levels;
    m_claimed = true;
    // A step that costs nothing is never refused for want of money.
    const bool granted = answer->granted || worstCase.isZero();
    for (BudgetLevel level : std::as_const(m_levels)) {
        PolicyCheck check = checkOf(level, worstCase);
        if (granted && check.outcome == CheckOutcome::Failed) {
            check.outcome = CheckOutcome::Passed;
            check.violation.reset();
        }
        reservation.shared.append(check);
    }
    if (!granted) {
        m_own.release(reservation.id);
        reservation.id = 0;
    }
    co_return reservation;
}

QCoro::Task<Result<QList<PolicyCheck>>> RunBudget::look(Money worstCase)
{
    QList<PolicyCheck> checks;
    if (m_shared == nullptr || !m_limits.any()) {
        co_return checks;
    }
    const Result<QList<BudgetLevel>> levels = co_await m_shared->levels(m_owner.userId, m_owner.team, m_limits);
    if (!levels) {
        co_return fail(levels.error());
    }
    for (BudgetLevel level : *levels) {
        if (level.limit) {
            level.reserved = level.reserved.plus(worstCase).value_or(level.reserved);
            checks.append(checkOf(level, worstCase));
        }
    }
    co_return checks;
}

Result<void> RunBudget::settle(qint64 id, Money actual)
{
    const Result<void> settled = m_own.settle(id, actual);
    if (settled && m_shared != nullptr) {
        const Result<void> counted = count(actual, m_shared->clock().nowMs());
        if (!counted) {
            return counted;
        }
        tell();
    }
    return settled;
}

void RunBudget::release(qint64 id)
{
    m_own.release(id);
    tell();
}

void RunBudget::hold(const BudgetGuard::Reservation& reservation)
{
    m_held = m_held.plus(reservation.amount).value_or(m_held);
}

void RunBudget::tell()
{
    if (m_claimed) {
        m_shared->set(claim(m_own.reserved()));
    }
}

Result<void> RunBudget::addSpent(Money amount, qint64 atMs)
{
    const Result<void> added = m_own.addSpent(amount);
    return added ? count(amount, atMs) : added;
}

void RunBudget::close()
{
    if (m_claimed) {
        m_shared->leave(claim(m_held));
        m_claimed = false;
    }
}

std::optional<BudgetLevel> RunBudget::newWarning()
{
    QList<BudgetLevel> levels = m_levels;
    levels.prepend({BudgetScope::Run, m_own.limit(), m_own.spent(), m_own.reserved()});
    for (const BudgetLevel& level : std::as_const(levels)) {
        if (level.isSpentTo(kWarnPercent) && !m_warned.contains(static_cast<int>(level.scope))) {
            markWarned(level.scope);
            return level;
        }
    }
    return std::nullopt;
}

} // namespace lathe
