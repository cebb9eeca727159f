// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/pricebook.h"
#include "engine/domain/costline.h"
#include "engine/domain/usage.h"

#include <QList>

namespace lathe {

/// The lines for one model attempt: one for each meter that was used. What the provider says it charges is taken
/// before any price, and is parted over the meters so that the parts add up to it. Usage missing: a split into input
/// and output is not invented; instead one Unknown line (meter Input, quantity 0) says that something was not counted.
/// template_: run, time, phase, decision, kind, attempt, provider, models, status are taken from it; its time and the
/// usage's tier, region and total input choose the prices.
[[nodiscard]] Result<QList<CostLine>> linesForUsage(const ModelPrices& prices, const Usage& usage, CostLine template_);
/// The line for one tool call.
[[nodiscard]] Result<CostLine> lineForToolCall(const PriceBook& book, CostLine template_);

/// The most that one attempt can cost, if its input is no longer than said; nothing if its price is unknown.
[[nodiscard]] Result<std::optional<Money>> worstCase(const ModelPrices& prices, qint64 atMs, qint64 inputTokens,
                                                     qint64 maxOutputTokens);
/// What usage would cost at these prices, all of it known; nothing if a price is missing.
[[nodiscard]] std::optional<Money> costOf(const ModelPrices& prices, qint64 atMs, const Usage& usage);

} // namespace lathe
