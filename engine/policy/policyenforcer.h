// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/policy.h"
#include "engine/domain/toolrules.h"

#include <optional>

namespace lathe {

/// What phase 3 looks at.
struct RunPolicyInput
{
    int currentDepth = 0;
    int requestedMaxDepth = 0;   ///< of the job
    qint64 promptCharacters = 0; ///< of everything that would be sent first
    qint64 betterTokens = 0;     ///< the better estimate of it, shown beside the contract's; 0: none
    qint64 jobContextWindow = 0; ///< of the job; the smaller of this and the policy's counts
    QStringList requestedTools;  ///< names the job asks for explicitly
    QStringList registeredTools;
    std::optional<Money> budget; ///< of the job and policy, the smaller
    std::optional<Money> worstCaseFirstStep;
};

/// What each model call inside phase 4 looks at.
struct LlmCallPolicyInput
{
    int depth = 0;
    qint64 promptCharacters = 0;
    qint64 betterTokens = 0; ///< see RunPolicyInput
    qint64 jobContextWindow = 0;
    int jobMaxDepth = 0;
};

/// What each tool call looks at. toolCallsSoFar counts those of the run that already started.
struct ToolCallPolicyInput
{
    QString tool;
    bool registered = false;
    std::optional<QStringList> jobTools;
    int toolCallsSoFar = 0;
};

/// Pure rules over a UserPolicy. Rates and reservations are checked by RateLimiter and BudgetGuard, whose checks the
/// caller appends to the verdict. Of two limits (job and policy) the smaller counts. A depth limit of n allows the
/// frames 0 to n - 1. Checks by name: depth, context, tool_allowlist, tool_calls, budget.
class PolicyEnforcer
{
public:
    explicit PolicyEnforcer(UserPolicy policy);
    [[nodiscard]] const UserPolicy& policy() const { return m_policy; }
    [[nodiscard]] PolicyVerdict checkRun(const RunPolicyInput& input) const;
    [[nodiscard]] PolicyVerdict checkLlmCall(const LlmCallPolicyInput& input) const;
    [[nodiscard]] PolicyVerdict checkToolCall(const ToolCallPolicyInput& input) const;
    /// What the rules on arguments say; nothing if none speaks of the call. With rules that cannot be read every check
    /// fails.
    [[nodiscard]] std::optional<RuleDecision> decideTool(const QString& tool, const QJsonObject& arguments) const;

private:
    void checkRules(PolicyVerdict& verdict) const;

    UserPolicy m_policy;
    Result<QList<ToolRule>> m_rules;
};

} // namespace lathe
