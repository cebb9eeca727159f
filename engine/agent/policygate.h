// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/modelcaller.h"
#include "engine/agent/toolcaller.h"

namespace lathe {

/// Policy inside a run: what each model call and each tool call has to pass, with what has been used by then. Every
/// look is journaled with the outcome of every check. What passes has its worst case reserved.
class PolicyGate
{
public:
    PolicyGate(AgentServices services, AgentRun& run, ModelCaller& models, const ToolCaller& tools)
        : m_services(services), m_run(run), m_models(models), m_tools(tools)
    {}

    struct Admission
    {
        BudgetGuard::Reservation reservation; ///< id 0 if nothing was reserved
        std::optional<PolicyCheck> failure;   ///< the first check that failed: the run is to end
        std::optional<Error> error;           ///< of arithmetic: the run must end
    };
    /// turn.inputTokens is the estimate that is reserved for; characters: of the whole prompt.
    QCoro::Task<Admission> modelCall(ModelCaller::Turn turn, qint64 characters, QString model, qint64 maxOutputTokens);
    /// For a call of a registered tool; counts it.
    QCoro::Task<Admission> toolCall(int decision, ToolCallRequest request);
    /// Whether a frame at this depth may be opened; nothing if it may.
    [[nodiscard]] std::optional<PolicyCheck> childFrame(int depth) const;

private:
    /// Takes over what was changed in the user's policy since the last look; a check that failed if it cannot be read.
    QCoro::Task<std::optional<PolicyCheck>> refresh();

    AgentServices m_services;
    AgentRun& m_run;
    ModelCaller& m_models;
    const ToolCaller& m_tools;
};

} // namespace lathe
