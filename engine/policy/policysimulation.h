// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "engine/domain/runrecord.h"
#include "engine/domain/toolrules.h"
#include "engine/policy/spendtimeline.h"

#include <QList>

namespace lathe {

/// One place in a recorded run where another policy would have said something else.
struct SimulatedFinding
{
    enum class Effect
    {
        Stopped, ///< the run would have ended here
        Refused, ///< the tool would not have run; what the model would have done then is not known
        Asked    ///< somebody would have been asked
    };
    Effect effect = Effect::Stopped;
    Phase phase = Phase::Policy;
    int decision = 0; ///< 0: before the first
    QString tool;
    QString check; ///< as in PolicyCheck, or tool_rules
    QString actual;
    QString limit;
    QString rule; ///< of tool_rules: its text

    bool operator==(const SimulatedFinding&) const = default;
};

struct RunSimulation
{
    RunSummary run; ///< as recorded
    QList<SimulatedFinding> findings;
    Money saved; ///< what would not have been spent: of the priced lines after the stop, and the fees of refused tools
    qint64 savedUnknownLines = 0; ///< lines without a price among them
    bool wouldGoOn = false;       ///< it was stopped by a policy then and would not be now; the recording ends there

    [[nodiscard]] bool stopped() const;
    bool operator==(const RunSimulation&) const = default;
};

/// A policy against what runs of one user did, without running anything: the checks that were recorded are made again
/// with their numbers of then and the limits of now. Pure; give it the runs in the order in which they began, those
/// that are not of interest with pass(), since they use up rates and budgets as well.
/// Budgets of days and months, the user's and the team's, are held against the ledger as it stood at the time of each
/// check: runs gone through before with what they spend now, later ones that went on side by side as recorded, other
/// members of the team as recorded. What runs side by side had reserved then does not count: the ledger has it not.
class PolicySimulator
{
public:
    explicit PolicySimulator(UserPolicy policy, TeamPolicy team = {}, SpendHistory history = {});
    /// InvalidInput if the policy's rules cannot be read.
    [[nodiscard]] Result<void> valid() const;
    [[nodiscard]] RunSimulation run(const RunRecord& record);
    /// A run that is taken as it was.
    void pass(const RunSummary& summary);

private:
    class Walk;
    [[nodiscard]] std::optional<SimulatedFinding> checkRate(qint64 atMs) const;
    /// more: what is wanted on top of what was spent by then.
    [[nodiscard]] std::optional<SimulatedFinding> checkShared(Money more, qint64 atMs) const;

    UserPolicy m_policy;
    TeamPolicy m_team;
    SpendTimeline m_own;
    SpendTimeline m_others;
    Result<QList<ToolRule>> m_rules;
    QList<qint64> m_requestsMs; ///< of the last hour
};

[[nodiscard]] QString toName(SimulatedFinding::Effect effect);
[[nodiscard]] QJsonObject toJson(const RunSimulation& simulation);

} // namespace lathe
