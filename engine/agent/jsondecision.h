// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/decisionparser.h"
#include "engine/agent/promptset.h"

namespace lathe {

// For models without native tool calling: the decision is asked for, and read, as JSON in the text of the reply.

/// AgentDecision::malformed of a reply that is plain text.
inline constexpr QLatin1StringView kNoJson("there is no JSON object in it");

/// What is added to the system prompt of a frame: how to decide, the tools, and examples.
[[nodiscard]] QString toolSection(const PromptSet& prompts, const QList<ToolDeclaration>& tools);
/// The decision in a reply. Text around it, code fences and thinking tags are no harm, nor are a comma too many and
/// the names that models are used to ("name", "args", "parameters", "final_answer"). A reply in which there is none is
/// AgentDecision::malformed, which says what is wrong with it.
[[nodiscard]] AgentDecision parseJsonDecision(const LlmReply& reply);
/// A decision as the model is shown it in later turns: in the form it was asked for.
[[nodiscard]] ChatMessage jsonDecisionMessage(const AgentDecision& decision);
[[nodiscard]] ChatMessage toolResultMessage(const PromptSet& prompts, const ToolCallRequest& call, const QString& text);
[[nodiscard]] ChatMessage repairMessage(const PromptSet& prompts, const QString& problem);

} // namespace lathe
