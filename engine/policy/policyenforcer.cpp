// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/policyenforcer.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

PolicyCheck makeCheck(const QString& name, const QString& actual, const QString& limit)
{
    PolicyCheck check;
    check.check = name;
    check.actual = actual;
    check.limit = limit;
    return check;
}

/// Its numbers say it all.
PolicyCheck passed(PolicyCheck check)
{
    check.outcome = CheckOutcome::Passed;
    return check;
}

PolicyCheck failed(PolicyCheck check, ViolationCode violation, const QString& message)
{
    check.outcome = CheckOutcome::Failed;
    check.violation = violation;
    check.message = message;
    return check;
}

PolicyCheck checkDepth(int depth, int jobLimit, int policyLimit)
{
    const int limit = std::min(jobLimit, policyLimit);
    const PolicyCheck check = makeCheck(u"depth"_s, QString::number(depth), QString::number(limit));
    return depth < limit ? passed(check)
                         : failed(check, ViolationCode::RecursionDepthExceeded,
                                  u"Depth %1 reaches the limit of %2"_s.arg(depth).arg(limit));
}

PolicyCheck checkContext(qint64 characters, qint64 betterTokens, qint64 jobLimit, qint64 policyLimit)
{
    const qint64 tokens = characters / 4 + (characters % 4 == 0 ? 0 : 1);
    const qint64 limit = std::min(jobLimit, policyLimit);
    const PolicyCheck check = makeCheck(u"context"_s, QString::number(tokens), QString::number(limit));
    const QString beside = betterTokens > 0 ? u"about %1 by the better estimate"_s.arg(betterTokens) : QString();
    if (tokens <= limit) {
        PolicyCheck fits = passed(check);
        fits.message = beside;
        return fits;
    }
    const QString tooMuch = u"About %1 tokens do not fit the context window of %2"_s.arg(tokens).arg(limit);
    return failed(check, ViolationCode::ContextWindowExceeded,
                  beside.isEmpty() ? tooMuch : u"%1 (%2)"_s.arg(tooMuch, beside));
}

/// Empty, or why the tool may not be used.
QString toolProblem(const QString& tool, bool registered, const UserPolicy& policy)
{
    if (!registered) {
        return u"there is no tool \"%1\""_s.arg(tool);
    }
    if (!policy.allowedTools.isEmpty() && !policy.allowedTools.contains(tool)) {
        return u"the policy of user \"%1\" does not allow \"%2\""_s.arg(policy.userId, tool);
    }
    return {};
}

PolicyCheck checkRequestedTools(const RunPolicyInput& input, const UserPolicy& policy)
{
    QStringList refused;
    QStringList problems;
    for (const QString& tool : input.requestedTools) {
        const QString problem = toolProblem(tool, input.registeredTools.contains(tool), policy);
        if (!problem.isEmpty()) {
            refused.append(tool);
            problems.append(problem);
        }
    }
    const QString limit = policy.allowedTools.join(u", "_s);
    if (refused.isEmpty()) {
        return passed(makeCheck(u"tool_allowlist"_s, input.requestedTools.join(u", "_s), limit));
    }
    return failed(makeCheck(u"tool_allowlist"_s, refused.join(u", "_s), limit), ViolationCode::ToolNotAllowed,
                  u"Tools are refused: %1"_s.arg(problems.join(u"; "_s)));
}

PolicyCheck checkBudget(const RunPolicyInput& input)
{
    if (!input.budget) {
        return passed(makeCheck(u"budget"_s, {}, {}));
    }
    const QString limit = input.budget->toDecimal();
    if (!input.worstCaseFirstStep) {
        return failed(makeCheck(u"budget"_s, {}, limit), ViolationCode::BudgetExceeded,
                      u"The price of the model is not known, so the budget of %1 USD cannot be kept"_s.arg(limit));
    }
    const QString first = input.worstCaseFirstStep->toDecimal();
    const PolicyCheck check = makeCheck(u"budget"_s, first, limit);
    return *input.worstCaseFirstStep <= *input.budget
               ? passed(check)
               : failed(check, ViolationCode::BudgetExceeded,
                        u"Up to %1 USD for the first step would pass the budget of %2 USD"_s.arg(first, limit));
}

} // namespace

PolicyEnforcer::PolicyEnforcer(UserPolicy policy)
    : m_policy(std::move(policy)), m_rules(parseToolRules(m_policy.approvalRules))
{}

void PolicyEnforcer::checkRules(PolicyVerdict& verdict) const
{
    if (!m_rules) {
        verdict.checks.append(failed(
            makeCheck(u"tool_rules"_s, {}, {}), ViolationCode::PolicyUnavailable,
            u"The tool rules of user \"%1\" cannot be read: %2"_s.arg(m_policy.userId, m_rules.error().message)));
    }
}

std::optional<RuleDecision> PolicyEnforcer::decideTool(const QString& tool, const QJsonObject& arguments) const
{
    return m_rules ? decide(*m_rules, tool, arguments) : std::optional(RuleDecision{RuleVerdict::Deny, {}});
}

PolicyVerdict PolicyEnforcer::checkRun(const RunPolicyInput& input) const
{
    PolicyVerdict verdict;
    verdict.checks.append(checkDepth(input.currentDepth, input.requestedMaxDepth, m_policy.maxRecursionDepth));
    verdict.checks.append(
        checkContext(input.promptCharacters, input.betterTokens, input.jobContextWindow, m_policy.contextWindowLimit));
    verdict.checks.append(checkRequestedTools(input, m_policy));
    verdict.checks.append(checkBudget(input));
    checkRules(verdict);
    return verdict;
}

PolicyVerdict PolicyEnforcer::checkLlmCall(const LlmCallPolicyInput& input) const
{
    PolicyVerdict verdict;
    verdict.checks.append(checkDepth(input.depth, input.jobMaxDepth, m_policy.maxRecursionDepth));
    verdict.checks.append(
        checkContext(input.promptCharacters, input.betterTokens, input.jobContextWindow, m_policy.contextWindowLimit));
    return verdict;
}

PolicyVerdict PolicyEnforcer::checkToolCall(const ToolCallPolicyInput& input) const
{
    QString problem = toolProblem(input.tool, input.registered, m_policy);
    if (problem.isEmpty() && input.jobTools && !input.jobTools->contains(input.tool)) {
        problem = u"the job does not list \"%1\" among its tools"_s.arg(input.tool);
    }
    const PolicyCheck allowlist = makeCheck(u"tool_allowlist"_s, input.tool, m_policy.allowedTools.join(u", "_s));
    const int number = input.toolCallsSoFar + 1;
    const int limit = m_policy.maxToolCalls;
    const PolicyCheck calls = makeCheck(u"tool_calls"_s, QString::number(number), QString::number(limit));

    PolicyVerdict verdict;
    checkRules(verdict);
    verdict.checks.append(problem.isEmpty()
                              ? passed(allowlist)
                              : failed(allowlist, ViolationCode::ToolNotAllowed, u"Tool refused: %1"_s.arg(problem)));
    verdict.checks.append(
        number <= limit ? passed(calls)
                        : failed(calls, ViolationCode::ToolCallsExceeded,
                                 u"Tool call %1 is more than the %2 allowed in one run"_s.arg(number).arg(limit)));
    return verdict;
}

} // namespace lathe
