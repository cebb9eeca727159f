// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/policygate.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

PolicyCheck unpriced(const QString& kind, const QString& name)
{
    PolicyCheck check;
    check.check = u"budget"_s;
    check.outcome = CheckOutcome::Failed;
    check.violation = ViolationCode::BudgetExceeded;
    check.message = u"the price of %1 %2 is not known, so the budget cannot be kept"_s.arg(kind, name);
    return check;
}

} // namespace

QCoro::Task<std::optional<PolicyCheck>> PolicyGate::refresh()
{
    if (m_services.policies == nullptr) {
        co_return std::nullopt;
    }
    AuthManager& auth = m_services.policies->auth;
    std::optional<UserPolicy> policy = auth.fresh(m_run.job.userId);
    if (!policy) {
        const Result<UserPolicy> read = co_await auth.policy(m_run.job.userId);
        if (!read) {
            PolicyCheck unavailable;
            unavailable.check = u"policy"_s;
            unavailable.outcome = CheckOutcome::Failed;
            unavailable.violation = ViolationCode::PolicyUnavailable;
            unavailable.message =
                u"the policy of %1 could not be read: %2"_s.arg(m_run.job.userId, read.error().message);
            co_return unavailable;
        }
        policy = *read;
    }
    if (*policy != m_run.policy.policy()) {
        m_run.setPolicy(*policy);
    }
    co_return std::nullopt;
}

QCoro::Task<PolicyGate::Admission> PolicyGate::modelCall(ModelCaller::Turn turn, qint64 characters, QString model,
                                                         qint64 maxOutputTokens)
{
    Admission admission;
    const std::optional<PolicyCheck> unavailable = co_await refresh();
    LlmCallPolicyInput input;
    input.depth = turn.depth;
    input.promptCharacters = characters;
    input.jobContextWindow = m_run.job.contextWindowLimit;
    input.jobMaxDepth = m_run.job.maxDepth;
    PolicyVerdict verdict = m_run.policy.checkLlmCall(input);
    if (unavailable) {
        verdict.checks.prepend(*unavailable);
    }

    PolicyCheck budget;
    budget.check = u"budget"_s;
    if (verdict.allowed()) {
        const Result<std::optional<Money>> worst = m_models.worstCaseOf(model, turn.inputTokens, maxOutputTokens);
        if (!worst) {
            admission.error = worst.error();
            co_return admission;
        }
        if (!*worst && m_run.budget.limit()) {
            budget = unpriced(u"model"_s, model);
        } else {
            admission.reservation = m_models.reserve(turn, worst->value_or(Money()), 1);
            budget = admission.reservation.check;
        }
    }
    verdict.checks.append(budget);
    journalVerdict(m_run.journal, {{"where"_L1, "llm"_L1}, {"decision"_L1, turn.decision}}, verdict);
    if (const PolicyCheck *failure = verdict.firstFailure()) {
        admission.failure = *failure;
    }
    co_return admission;
}

QCoro::Task<PolicyGate::Admission> PolicyGate::toolCall(int decision, ToolCallRequest request)
{
    Admission admission;
    const std::optional<PolicyCheck> unavailable = co_await refresh();
    ToolCallPolicyInput input;
    input.tool = request.name;
    input.registered = m_services.registry.find(request.name) != nullptr;
    input.jobTools = m_run.job.tools;
    input.toolCallsSoFar = m_run.toolCalls;
    PolicyVerdict verdict = m_run.policy.checkToolCall(input);
    if (unavailable) {
        verdict.checks.prepend(*unavailable);
    }
    if (verdict.allowed()) {
        const std::optional<Money> fee = m_tools.fee(request.name);
        if (!fee && m_run.budget.limit()) {
            verdict.checks.append(unpriced(u"tool"_s, request.name));
        } else {
            admission.reservation = m_run.budget.reserve(fee.value_or(Money()));
            verdict.checks.append(admission.reservation.check);
        }
    }
    journalVerdict(m_run.journal, {{"where"_L1, "tool"_L1}, {"decision"_L1, decision}, {"callId"_L1, request.id}},
                   verdict);
    if (const PolicyCheck *failure = verdict.firstFailure()) {
        admission.failure = *failure;
    } else {
        ++m_run.toolCalls;
    }
    co_return admission;
}

std::optional<PolicyCheck> PolicyGate::childFrame(int depth) const
{
    if (depth < m_run.maxDepth()) {
        return std::nullopt;
    }
    PolicyCheck check;
    check.check = u"depth"_s;
    check.outcome = CheckOutcome::Failed;
    check.actual = QString::number(depth);
    check.limit = QString::number(m_run.maxDepth());
    check.message = u"a frame at depth %1 is not allowed, the limit is %2 levels"_s.arg(depth).arg(m_run.maxDepth());
    check.violation = ViolationCode::RecursionDepthExceeded;
    return check;
}

} // namespace lathe
