// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/enums.h"
#include "engine/llm/llmtypes.h"

#include <QJsonObject>

namespace lathe {

/// What an agent is about to do: the reading of one reply, or a human's edit of it.
struct AgentDecision
{
    AgentActionType action = AgentActionType::FinalAnswer;
    AgentStatus status = AgentStatus::Complete;
    QString reasoning;
    QString nextPrompt; ///< of the first llm_call
    QString finalAnswer;
    QString text; ///< what the model said beside its calls
    QList<ToolCallRequest> calls;
    /// Without native tool calling: why the reply is no decision, which the model is told, once. It is LLM_CALL then.
    QString malformed;
    std::optional<LlmFailure> failure; ///< the reply cannot be acted on (filtered, empty)
    ProviderState state{};             ///< goes back to the provider with the message, also with an edited one

    bool operator==(const AgentDecision&) const = default;
};

[[nodiscard]] AgentDecision parseDecision(const LlmReply& reply);
/// {"action","reasoning","finalAnswer","calls":[{"id","name","arguments"}]} as edited at AFTER_DECIDE; strict.
[[nodiscard]] Result<AgentDecision> decisionFromJson(const QJsonObject& json);
[[nodiscard]] QJsonObject toJson(const AgentDecision& decision);
/// The assistant message the model sees of this decision in later turns.
[[nodiscard]] ChatMessage assistantMessage(const AgentDecision& decision);

} // namespace lathe
