// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"
#include "engine/policy/policyservices.h"

#include <QCoroTask>

namespace lathe {

/// What policy says of a run before its first decision (phase 3), and the run's part in the budgets and the rate that
/// it shares with others. Lives no longer than what it is given. One thread (the engine's); one run.
class RunAdmission
{
public:
    /// recorded: the journal of a run that is resumed; what it was counted and granted before is not asked again.
    RunAdmission(PolicyServices& policies, const AgentServices& services, AgentRun& run,
                 const QList<RunEvent>& recorded);

    /// Every check with its outcome. A policy that cannot be read refuses the run; an Error means that the run could
    /// not be entered in its budgets.
    QCoro::Task<Result<PolicyVerdict>> check(Transcript transcript);
    /// What the user may do; nothing if it could not be read, or before check().
    [[nodiscard]] const std::optional<Standing>& standing() const { return m_standing; }

private:
    /// In the budgets of the user and the team, with what the run has spent already.
    QCoro::Task<Result<void>> takePart();
    [[nodiscard]] RunPolicyInput input(const Transcript& transcript) const;
    /// The checks that need the database: budgets that are shared, and the rate, which a pass uses up.
    QCoro::Task<void> checkShared(PolicyVerdict *verdict, std::optional<Money> worstCase);
    QCoro::Task<void> checkRate(PolicyVerdict *verdict);

    PolicyServices& m_policies;
    const AgentServices& m_services;
    AgentRun& m_run;
    const QList<RunEvent>& m_recorded;
    std::optional<Standing> m_standing;
};

} // namespace lathe
