// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/billing/pricebook.h"
#include "engine/domain/costline.h"
#include "engine/domain/usage.h"

#include <QList>

namespace lathe {

/// The lines for one model attempt: one for each meter that was used. Usage missing: one line each for input and
/// output is not invented; instead one Unknown line (meter Input, quantity 0) says that something was not counted.
/// template_: run, time, phase, decision, kind, attempt, provider, models, status are taken from it.
[[nodiscard]] Result<QList<CostLine>> linesForUsage(const PriceBook& book, const Usage& usage, CostLine template_);
/// The line for one tool call.
[[nodiscard]] Result<CostLine> lineForToolCall(const PriceBook& book, CostLine template_);
/// inputTokens x input price + maxOutputTokens x output price; nothing if a price is unknown.
[[nodiscard]] Result<std::optional<Money>> worstCase(const PriceBook& book, const QString& provider,
                                                     const QString& model, qint64 inputTokens, qint64 maxOutputTokens);

} // namespace lathe
