// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/usage.h"

#include <QJsonValue>

namespace lathe {

/// In whose words a usage object is written.
enum class UsageDialect
{
    OpenAi,          ///< chat/completions, and all that speak it
    OpenAiResponses, ///< input_tokens with details
    Anthropic,
    Bedrock,
    Gemini,
    Ollama
};

/// Reads a provider's usage object into disjoint classes. What is a part of a total there is taken out of it, and no
/// token is counted twice:
///  - OpenAI: the prompt includes cached, written and audio tokens, the completion includes reasoning and audio.
///  - Anthropic, Bedrock: the input excludes cache reads and writes; the writes include those kept for an hour.
///  - Gemini: the prompt includes cached tokens but not those of tools; thoughts stand beside the candidates, unless
///  the
///    total proves that they are inside.
/// Counts that are negative or contradict one another are clamped to 0 and flagged (Usage::inconsistent), and the
/// provider's own object is kept (Usage::raw). Nothing that can be counted is UsageSource::Missing.
[[nodiscard]] Usage readUsage(UsageDialect dialect, const QJsonValue& value);

/// A stream reports its usage more than once: what comes later replaces what was there, nothing is added, and the
/// output, which only grows, is the largest seen.
void keepLastUsage(QJsonObject& seen, const QJsonObject& next);

/// Empty for the names providers give the ordinary tier (default, standard, auto, on_demand).
[[nodiscard]] QString normalServiceTier(const QString& name);

} // namespace lathe
