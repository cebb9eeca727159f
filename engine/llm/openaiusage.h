// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/domain/usage.h"

#include <QJsonValue>

#include <optional>

namespace lathe {

/// Reads the usage object of a chat/completions reply into disjoint classes: input is prompt without cached, cache
/// writes and audio; output is completion without audio. Numbers that contradict one another are clamped to 0 and
/// flagged. Reasoning is part of the completion, unless the total proves that this server counts it beside it (xAI,
/// Gemini): then it is added. No usable object is UsageSource::Missing.
[[nodiscard]] Usage readOpenAiUsage(const QJsonValue& value);

/// The decimal that a JSON number stands for (its shortest form that reads back the same), to 18 decimals, half-even;
/// also from a string. Nothing if it is negative, no number or out of range.
[[nodiscard]] std::optional<Money> exactMoney(const QJsonValue& value);

} // namespace lathe
