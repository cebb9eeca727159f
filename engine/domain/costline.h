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
/// exact sum of such lines. cost = unitPrice x quantity / per, exactly; cost is absent if and only if state is Unknown.
struct CostLine
{
    QString runId;
    qint64 lineAtMs = 0;
    Phase phase = Phase::Execution;
    int decision = 0; ///< 0: not caused by a decision
    std::optional<AgentActionType> decisionKind;
    int attempt = 0;    ///< 1..4 for model attempts; 0 for tool calls
    QString toolCallId; ///< for tool lines
    QString tool;
    QString provider;
    QString modelRequested;
    QString modelBilled;
    QString serviceTier;
    Meter meter = Meter::Input;
    qint64 quantity = 0;
    QString unit; ///< "Tokens" or "Calls"
    std::optional<UnitPrice> unitPrice;
    qint64 per = 1; ///< the price is quoted for this many units
    std::optional<Money> cost;
    CostState state = CostState::Unknown;
    QString costSource; ///< Flat, PriceBook, Provider, Estimated
    QString priceBookVersion;
    QString rateId;
    QString status; ///< of what was billed: ok, error, interrupted

    bool operator==(const CostLine&) const = default;
};

[[nodiscard]] QJsonObject toJson(const CostLine& line);
/// The same without run and time, which a journal entry has itself.
[[nodiscard]] Fields toFields(const CostLine& line);
[[nodiscard]] Result<CostLine> costLineFromJson(const QJsonObject& json);

} // namespace lathe
