// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/modelcaller.h"
#include "engine/agent/stopper.h"
#include "engine/agent/toolcaller.h"

namespace lathe {

/// Policy inside a run: what each model call and each tool call has to pass, with what has been used by then. Every
/// look is journaled with the outcome of every check. What passes has its worst case reserved. What was recorded before
/// the run was resumed has passed already and is not refused any more.
class PolicyGate
{
public:
    PolicyGate(AgentServices services, AgentRun& run, ModelCaller& models, const ToolCaller& tools, Stopper& stopper)
        : m_services(services), m_run(run), m_models(models), m_tools(tools), m_stopper(stopper)
    {}

    struct Admission
    {
        BudgetGuard::Reservation reservation; ///< id 0 if nothing was reserved
        std::optional<PolicyCheck> failure;   ///< the first check that failed: the run is to end
        std::optional<Error> error;           ///< of arithmetic: the run must end
        std::optional<AgentEnd> end;          ///< somebody who was asked ended or left the run
    };
    /// An estimate, or what the model is known to count for it if that is more: a budget is never reserved too small.
    [[nodiscard]] qint64 countedTokens(qint64 estimate, const QString& model) const;
    /// turn.inputTokens is the estimate that is reserved for; characters: of the whole prompt. Stops at 80 % of a
    /// budget if somebody wants that, and at 100 % asks for more if somebody is there.
    QCoro::Task<Admission> modelCall(ModelCaller::Turn turn, qint64 characters, QString model, qint64 maxOutputTokens);
    /// For a call of a registered tool; counts it.
    QCoro::Task<Admission> toolCall(int decision, ToolCallRequest request);
    /// What the policy, the rules and the run's mode say to a call as it stands.
    struct Ruling
    {
        RuleVerdict verdict = RuleVerdict::Allow;
        QString reason; ///< why it is asked or denied; for the model
        QString rule;   ///< the rule that decided; empty: the run's mode did
    };
    [[nodiscard]] Ruling rule(const ToolCallRequest& request) const;
    /// After BEFORE_TOOL: one verdict on each call is in the journal, a person's or an automatic one. Gives what the
    /// model sees if the call is rejected. Nobody there to be asked: it is rejected. Malformed: never approved.
    [[nodiscard]] std::optional<QString> conclude(const ToolCaller::Call& call, const Stopper::Outcome& outcome);
    /// Whether a frame at this depth may be opened; nothing if it may.
    [[nodiscard]] std::optional<PolicyCheck> childFrame(int depth) const;

private:
    struct Look
    {
        PolicyVerdict verdict;
        Admission admission;
    };
    /// Takes over what was changed in the user's policy since the last look; a check that failed if it cannot be read.
    QCoro::Task<std::optional<PolicyCheck>> refresh();
    QCoro::Task<Look> look(ModelCaller::Turn turn, qint64 characters, QString model, qint64 maxOutputTokens);
    QCoro::Task<Stopper::Outcome> stand(StopPoint point, ModelCaller::Turn turn, QString reason);
    void journal(QLatin1StringView where, int decision, const PolicyVerdict& verdict);

    AgentServices m_services;
    AgentRun& m_run;
    ModelCaller& m_models;
    const ToolCaller& m_tools;
    Stopper& m_stopper;
};

} // namespace lathe
