// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/runadmission.h"

#include "engine/agent/llmprompts.h"
#include "engine/billing/ledger.h"
#include "engine/llm/tokencounter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

PolicyCheck unavailable(const QString& check, const QString& message)
{
    PolicyCheck failed;
    failed.check = check;
    failed.outcome = CheckOutcome::Failed;
    failed.violation = ViolationCode::PolicyUnavailable;
    failed.message = message;
    return failed;
}

} // namespace

RunAdmission::RunAdmission(PolicyServices& policies, const AgentServices& services, AgentRun& run,
                           const QList<RunEvent>& recorded)
    : m_policies(policies), m_services(services), m_run(run), m_recorded(recorded)
{}

QCoro::Task<Result<PolicyVerdict>> RunAdmission::check(Transcript transcript)
{
    PolicyVerdict verdict;
    const QString userId = m_run.job.userId;
    const Result<Standing> standing = co_await m_policies.auth.standing(userId);
    if (!standing) {
        verdict.checks.append(unavailable(
            u"policy"_s, u"the policy of %1 could not be read: %2"_s.arg(userId, standing.error().message)));
        co_return verdict;
    }
    m_standing = *standing;
    const Result<void> taken = co_await takePart();
    if (!taken) {
        co_return fail(taken.error());
    }
    const RunPolicyInput checked = input(transcript);
    verdict = m_run.policy.checkRun(checked);
    co_await checkShared(&verdict, checked.worstCaseFirstStep);
    co_return verdict;
}

RunPolicyInput RunAdmission::input(const Transcript& transcript) const
{
    const AguiRunJob& job = m_run.job;
    RunPolicyInput input;
    input.currentDepth = job.currentDepth;
    input.requestedMaxDepth = job.maxDepth;
    input.promptCharacters = transcript.characters();
    for (const ChatMessage& message : transcript.messages()) {
        input.betterTokens += estimateTokens(message.content);
    }
    input.betterTokens = m_policies.tokens.calibrated(job.provider, job.model, input.betterTokens);
    input.jobContextWindow = job.contextWindowLimit;
    input.requestedTools = job.tools.value_or(QStringList());
    input.requestedTools.removeAll(kLlmCallName);
    input.registeredTools = m_services.registry.names();
    input.budget = m_run.budget.limit();
    const Result<std::optional<Money>> worst =
        worstCase(m_run.prices.model(job.provider, job.model), m_services.clock.nowMs(),
                  estimateTokensByLength(transcript.characters()), job.parameters.maxOutputTokens);
    if (worst) {
        input.worstCaseFirstStep = *worst;
    }
    return input;
}

QCoro::Task<Result<void>> RunAdmission::takePart()
{
    const QString runId = m_run.journal.runId();
    const QString team = m_standing->user.team;
    if (!team.isEmpty()) {
        const Result<void> noted = co_await m_policies.store.noteTeamRun(team, runId);
        if (!noted) {
            co_return fail(noted.error());
        }
    }
    RunBudget& budget = m_run.budget;
    budget.share(m_policies.budgets, {runId, m_run.job.userId, team});
    // What was said about budgets and tools before the run was resumed still holds.
    for (const RunEvent& event : m_recorded) {
        const Fields& details = event.details;
        if (event.type == EventType::Edit && details.value("stopPoint"_L1) == toName(StopPoint::Budget100)) {
            const Result<Money> given = Money::fromDecimal(details.value("after"_L1).toString());
            m_run.job.budget = given ? std::optional(*given) : m_run.job.budget;
        } else if (event.type == EventType::Verdict && details.value("scope"_L1) == toName(VerdictScope::Run)) {
            const Result<ToolRule> rule = parseToolRule(details.value("rule"_L1).toString());
            if (rule) {
                m_run.rules.append(*rule);
            }
        } else if (event.type == EventType::BudgetWarning) {
            budget.markWarned(fromName<BudgetScope>(details.value("scope"_L1).toString()).value_or(BudgetScope::Run));
        }
    }
    m_run.setStanding(*m_standing);
    for (const CostLine& line : m_run.journal.record().lines) {
        const Result<void> counted = budget.addSpent(line.cost.value_or(Money()), line.lineAtMs);
        if (!counted) {
            co_return fail(counted.error());
        }
    }
    co_return Result<void>();
}

QCoro::Task<void> RunAdmission::checkShared(PolicyVerdict *verdict, std::optional<Money> worstCase)
{
    const Result<QList<PolicyCheck>> budgets = co_await m_run.budget.look(worstCase.value_or(Money()));
    if (budgets) {
        verdict->checks.append(*budgets);
    } else {
        verdict->checks.append(unavailable(
            u"budget_shared"_s, u"the shared budgets could not be checked: %1"_s.arg(budgets.error().message)));
    }
    const auto passedPhase = [](const RunEvent& event) {
        return event.type == EventType::PolicyCheck && event.details.value("where"_L1) == "run"_L1;
    };
    if (std::none_of(m_recorded.cbegin(), m_recorded.cend(), passedPhase)) {
        // A resumed run was counted when it came through here first.
        co_await checkRate(verdict);
    }
}

QCoro::Task<void> RunAdmission::checkRate(PolicyVerdict *verdict)
{
    const UserPolicy policy = m_run.policy.policy();
    // Last, because it is used up by asking: what another check refuses takes no place in the window.
    const bool mayTake = verdict->allowed();
    Result<RateDecision> rate{RateDecision()};
    if (mayTake) {
        rate = co_await m_policies.rates.take(policy.userId, policy.requestsPerMinute, policy.requestsPerHour);
    } else {
        rate = co_await m_policies.rates.look(policy.userId, policy.requestsPerMinute, policy.requestsPerHour);
    }
    if (!rate) {
        verdict->checks.append(
            unavailable(u"rate"_s, u"the rate limit could not be checked: %1"_s.arg(rate.error().message)));
        co_return;
    }
    for (PolicyCheck check : {rate->minute, rate->hour}) {
        if (!mayTake) {
            check.outcome = CheckOutcome::NotReached;
            check.violation.reset();
            check.message = u"not checked: another check failed first; "_s + check.message;
        }
        verdict->checks.append(check);
    }
}

} // namespace lathe
