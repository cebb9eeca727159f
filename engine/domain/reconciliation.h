// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/core/money.h"

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

// What a provider's own cost export says beside the ledger.

namespace lathe {

/// Why two amounts of one day and model differ; the first that holds.
enum class ReconcileReason
{
    Match,
    Rounding,     ///< less than one of the last digit that the provider wrote
    MissingHere,  ///< the provider charges for what the ledger does not have: another program on the key
    MissingThere, ///< the ledger has what the provider does not charge: not settled yet, or another key
    UnknownModel, ///< no price for it here, so its cost is unknown
    UnknownUsage, ///< calls here whose usage the provider did not tell
    UsageDiffers, ///< other numbers of tokens
    TierDiffers,  ///< a service tier with prices of its own
    PriceDiffers  ///< the same use at other prices
};
// clang-format off
template <> struct EnumNames<ReconcileReason> {
    static constexpr std::pair<ReconcileReason, QLatin1StringView> table[] = {
    {ReconcileReason::Match, QLatin1StringView("match")}, {ReconcileReason::Rounding, QLatin1StringView("rounding")},
    {ReconcileReason::MissingHere, QLatin1StringView("missing_here")},
    {ReconcileReason::MissingThere, QLatin1StringView("missing_there")},
    {ReconcileReason::UnknownModel, QLatin1StringView("unknown_model")},
    {ReconcileReason::UnknownUsage, QLatin1StringView("unknown_usage")},
    {ReconcileReason::UsageDiffers, QLatin1StringView("usage_differs")},
    {ReconcileReason::TierDiffers, QLatin1StringView("tier_differs")},
    {ReconcileReason::PriceDiffers, QLatin1StringView("price_differs")}}; };
// clang-format on

struct ReconcileRow
{
    QString day;                ///< 2026-11-22, UTC
    QString model;              ///< empty: the export does not tell models apart
    std::optional<Money> here;  ///< sum of the priced lines; absent: no line
    std::optional<Money> there; ///< absent: not charged
    Money difference;           ///< there - here
    qint64 unknownLines = 0;    ///< here, without a price
    ReconcileReason reason = ReconcileReason::Match;

    bool operator==(const ReconcileRow&) const = default;
};

struct Reconciliation
{
    QString format;           ///< openai-costs, anthropic-cost-report or openrouter-activity
    QString provider;         ///< whose lines are compared
    QString fromDay;          ///< first day of the export, UTC
    QString toDay;            ///< last day
    QList<ReconcileRow> rows; ///< by day and model
    Money here;
    Money there;
    Money difference;  ///< there - here
    Money tolerance;   ///< that sums of so many rows may differ by, after FOCUS
    QStringList notes; ///< what of the export was left out

    [[nodiscard]] bool withinTolerance() const
    {
        return difference.atto() <= tolerance.atto() && -difference.atto() <= tolerance.atto();
    }
    bool operator==(const Reconciliation&) const = default;
};

} // namespace lathe
