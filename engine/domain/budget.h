// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/core/money.h"

#include <QList>
#include <QString>

#include <optional>

namespace lathe {

/// What a budget is for. Days and months are calendar ones of UTC.
enum class BudgetScope
{
    Run,
    UserDay,
    UserMonth,
    TeamDay,
    TeamMonth
};
// clang-format off
template <> struct EnumNames<BudgetScope> { static constexpr std::pair<BudgetScope, QLatin1StringView> table[] = {
    {BudgetScope::Run, QLatin1StringView("run")}, {BudgetScope::UserDay, QLatin1StringView("user_day")},
    {BudgetScope::UserMonth, QLatin1StringView("user_month")}, {BudgetScope::TeamDay, QLatin1StringView("team_day")},
    {BudgetScope::TeamMonth, QLatin1StringView("team_month")}}; };
// clang-format on

/// The budgets a run shares with others; absent: no limit.
struct BudgetLimits
{
    std::optional<Money> userDay;
    std::optional<Money> userMonth;
    std::optional<Money> teamDay;
    std::optional<Money> teamMonth;

    [[nodiscard]] bool any() const { return userDay || userMonth || teamDay || teamMonth; }
    bool operator==(const BudgetLimits&) const = default;
};

/// What one run that goes on takes of the budgets it shares: absolute amounts, so that saying them twice changes
/// nothing. Held for a lease; once that is over, or the run has ended, the ledger alone speaks for the run.
struct BudgetClaim
{
    QString runId;
    QString userId;
    QString team;     ///< empty: none
    qint64 day = 0;   ///< days since 1970-01-01 UTC, of spentToday
    Money spentToday; ///< settled on that day
    Money spentMonth; ///< settled in the month of that day
    Money reserved;   ///< for calls in flight
    qint64 nowMs = 0;
    qint64 expiresAtMs = 0;
};

/// How one budget stands.
struct BudgetLevel
{
    BudgetScope scope = BudgetScope::Run;
    std::optional<Money> limit;
    Money spent;    ///< by everybody who shares it
    Money reserved; ///< by everybody who shares it, the claim that was asked for included

    [[nodiscard]] bool fits() const;
    /// At least this many percent of the limit are spent; never without a limit.
    [[nodiscard]] bool isSpentTo(int percent) const;
    bool operator==(const BudgetLevel&) const = default;
};

/// One amount of the ledger.
struct SpendEntry
{
    qint64 atMs = 0;
    Money amount;
    QString runId; ///< empty: of runs that were deleted, at the beginning of their day

    bool operator==(const SpendEntry&) const = default;
};

/// What was ever spent of the budgets that a user shares, each list in the order of time.
struct SpendHistory
{
    QList<SpendEntry> own;    ///< by the user
    QList<SpendEntry> others; ///< by the other members of the team

    bool operator==(const SpendHistory&) const = default;
};

/// Days since 1970-01-01 UTC.
[[nodiscard]] qint64 utcDay(qint64 ms);
[[nodiscard]] qint64 startOfUtcDayMs(qint64 ms);
[[nodiscard]] qint64 startOfUtcMonthMs(qint64 ms);

} // namespace lathe
