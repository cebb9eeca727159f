// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/policygate.h"
#include "engine/agent/stopper.h"
#include "engine/agent/toolcaller.h"

// The four stop points of an agent's step: what may be changed at each, and what a change has to be. Engine thread.

namespace lathe {

/// Where in a run a step is.
struct StepPlace
{
    int decision = 0;
    int frame = 0;
    int depth = 0;
};

/// prompt, model and parameters can be edited; nextCost: the most that the call can cost.
[[nodiscard]] Stopper::Site beforeDecideSite(StepPlace step, const QString& prompt, const QString& model,
                                             const ModelParameters& parameters, std::optional<Money> nextCost);
/// The parameters of a job with those that were edited.
[[nodiscard]] ModelParameters withEdits(ModelParameters parameters, const QJsonObject& edited);

/// The decision can be edited.
[[nodiscard]] Stopper::Site afterDecideSite(StepPlace step, const AgentDecision& decision);

/// The arguments can be edited, or a result written instead; edited arguments have to fit the schema and the rules.
/// tools and policy have to outlive the site.
[[nodiscard]] Stopper::Site beforeToolSite(StepPlace step, const ToolCaller::Call& call, const ToolCaller& tools,
                                           const PolicyGate& policy);

/// The result can be edited.
[[nodiscard]] Stopper::Site afterToolSite(StepPlace step, const ToolCallRequest& call, const QString& result);

/// A result as a model sees it: a text as it is, anything else as JSON.
[[nodiscard]] QString resultText(const QJsonValue& result);

} // namespace lathe
