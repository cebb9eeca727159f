// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/domain/enums.h"
#include "engine/domain/fields.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace lathe {

/// One line of the ledger: one meter of one attempt of one decision (or one tool call). Every total anywhere is the
/// exact sum of such lines. cost = unitPrice x quantity, exactly, unless the provider reported it (then there is no
/// unit price); cost is absent if and only if state is Unknown.
struct CostLine
{
    QString runId;
    qint64 lineAtMs = 0; ///< when the call began: the moment whose prices hold
    Phase phase = Phase::Execution;
    int decision = 0; ///< 0: not caused by a decision
    std::optional<AgentActionType> decisionKind;
    int attempt = 0;    ///< 1..4 for model attempts; 0 for tool calls
    QString toolCallId; ///< for tool lines
    QString tool;
    QString provider;
    QString modelRequested;
    QString modelBilled;
    QString serviceTier; ///< empty: the ordinary one
    Meter meter = Meter::Input;
    qint64 quantity = 0; ///< in unitOf(meter)
    std::optional<UnitPrice> unitPrice;
    std::optional<Money> cost;
    CostState state = CostState::Unknown;
    std::optional<Money> estimate; ///< of an unknown cost, where one can be made; shown apart, in no sum
    QString priceBookVersion;      ///< PriceBook::version()
    QString rateId;                ///< the row of the price book
    QString status;                ///< of what was billed: ok, error, interrupted; inconsistent: ok, but the
                                   ///< provider's counts contradict one another

    bool operator==(const CostLine&) const = default;
};

/// "Tokens", "Requests" or "Calls".
[[nodiscard]] QLatin1StringView unitOf(Meter meter);
/// How many units a price of that meter is quoted for: 1000000, 1000 or 1.
[[nodiscard]] qint64 perOf(Meter meter);
[[nodiscard]] bool isTokenMeter(Meter meter);
/// Where the amount comes from: Flat, PriceBook, Provider, Estimated; empty if it is unknown.
[[nodiscard]] QLatin1StringView costSourceOf(const CostLine& line);

/// What is empty, or said by the other fields, is left out.
[[nodiscard]] QJsonObject toJson(const CostLine& line);
/// The same without run and time, which the journal says elsewhere.
[[nodiscard]] Fields toFields(const CostLine& line);
[[nodiscard]] Result<CostLine> costLineFromJson(const QJsonObject& json);

} // namespace lathe
