// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/agentrun.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// What an entry says: the attempt or call tells when, by whom and of what, the run at which prices.
CostLine withoutContext(CostLine line)
{
    line.tool.clear();
    line.provider.clear();
    line.modelRequested.clear();
    line.modelBilled.clear();
    line.serviceTier.clear();
    line.priceBookVersion.clear();
    if (line.status == "ok"_L1) {
        line.status.clear();
    }
    return line;
}

} // namespace

void journalVerdict(RunJournal& journal, Fields details, const PolicyVerdict& verdict)
{
    details.add("checks"_L1, toFields(verdict));
    RunEvent event = journal.make(EventType::PolicyCheck, std::move(details));
    event.value = std::make_shared<const EventValue>(verdict);
    journal.add(std::move(event));
}

void AgentRun::setStanding(const Standing& changed)
{
    standing = changed;
    policy = PolicyEnforcer(changed.user);
    applyBudgets();
}

void AgentRun::applyBudgets()
{
    const std::optional<Money>& perRun = policy.policy().budgetPerRun;
    const std::optional<Money> own = !job.budget ? perRun : !perRun ? job.budget : qMin(*job.budget, *perRun);
    budget.setLimits(own, standing.sharedLimits());
}

Result<Money> journalCostLines(RunJournal& journal, const QList<CostLine>& lines)
{
    Money spent;
    for (const CostLine& line : lines) {
        RunEvent event = journal.make(EventType::CostLine, toFields(withoutContext(line)));
        event.value = std::make_shared<const EventValue>(line);
        const bool isNew = journal.add(std::move(event));
        if (isNew && line.cost) {
            const Result<Money> sum = spent.plus(*line.cost);
            if (!sum) {
                return fail(sum.error());
            }
            spent = *sum;
        }
    }
    return spent;
}

} // namespace lathe
