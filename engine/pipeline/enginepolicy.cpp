// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Engine that answers for users, teams and their limits.
#include "engine/pipeline/engine.h"

#include <QCoroFuture>

#include <pwd.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Who sits at this machine, for the audit table: the account, which the environment cannot change.
QString accountName()
{
    const struct passwd *account = getpwuid(geteuid());
    return account ? QString::fromLocal8Bit(account->pw_name) : u"uid %1"_s.arg(geteuid());
}

/// A rule that comes with a verdict says the same as the verdict.
Result<void> checkRuleOf(const ToolVerdict& verdict)
{
    if (verdict.scope == VerdictScope::Once || (verdict.scope == VerdictScope::Run && verdict.rule.isEmpty())) {
        return {};
    }
    const Result<ToolRule> rule = parseToolRule(verdict.rule);
    if (!rule) {
        return fail(rule.error());
    }
    const bool approves = verdict.verdict == Verdict::Approve || verdict.verdict == Verdict::ApproveEdited;
    const bool agrees = approves ? rule->verdict == RuleVerdict::Allow
                                 : verdict.verdict == Verdict::Reject && rule->verdict == RuleVerdict::Deny;
    if (!agrees) {
        return fail(ErrorCode::InvalidInput,
                    u"a rule that comes with an approval allows, one that comes with a rejection denies"_s);
    }
    return {};
}

} // namespace

QCoro::Task<Result<void>> Engine::decideTool(QString runId, ToolVerdict verdict)
{
    const auto running = active(runId);
    if (!running) {
        co_return fail(ErrorCode::NotFound, u"run %1 is not running"_s.arg(runId));
    }
    const Result<void> canSpeak = running->run->gate().canSpeak();
    if (!canSpeak) {
        co_return fail(canSpeak.error());
    }
    const Result<void> fits = checkRuleOf(verdict);
    if (!fits) {
        co_return fail(fits.error());
    }
    if (verdict.scope == VerdictScope::Rule) {
        const QString userId = running->run->record().summary.userId;
        const QJsonObject added{{u"addApprovalRule"_s, verdict.rule}};
        const Result<UserPolicy> saved =
            co_await m_policies->auth.change(userId, added, authorOfVerdict(accountName(), runId));
        if (!saved) {
            co_return fail(saved.error());
        }
    }
    GateMessage message;
    message.kind = GateMessage::Kind::Verdict;
    message.verdict = std::move(verdict);
    message.answer = std::make_shared<OneShot<Result<void>>>();
    QFuture<Result<void>> answered = message.answer->future();
    running->run->gate().say(message);
    const Result<void> answer = co_await answered;
    co_return answer;
}

QCoro::Task<Result<UserPolicy>> Engine::policy(QString userId)
{
    const Result<UserPolicy> found = co_await m_policies->auth.policy(std::move(userId));
    co_return found;
}

QCoro::Task<Result<UserPolicy>> Engine::setPolicy(QString userId, QJsonObject changes, QString author)
{
    if (author.isEmpty()) {
        author = accountName();
    }
    const Result<UserPolicy> changed =
        co_await m_policies->auth.change(std::move(userId), std::move(changes), std::move(author));
    co_return changed;
}

QCoro::Task<Result<QList<UserPolicy>>> Engine::policies()
{
    const Result<QList<UserPolicy>> found = co_await m_database->policies();
    co_return found;
}

QCoro::Task<Result<PolicyUsage>> Engine::usageOf(QString userId)
{
    const Result<Standing> standing = co_await m_policies->auth.standing(userId);
    if (!standing) {
        co_return fail(standing.error());
    }
    const UserPolicy& policy = standing->user;
    const Result<RateDecision> rate =
        co_await m_policies->rates.look(userId, policy.requestsPerMinute, policy.requestsPerHour);
    if (!rate) {
        co_return fail(rate.error());
    }
    const BudgetLimits limits = standing->sharedLimits();
    const Result<QList<BudgetLevel>> shared = co_await m_policies->budgets.levels(userId, policy.team, limits);
    if (!shared) {
        co_return fail(shared.error());
    }
    PolicyUsage usage;
    usage.userId = userId;
    usage.requestsInMinute = rate->usedMinute;
    usage.requestsInHour = rate->usedHour;
    usage.shared = *shared;
    usage.team = standing->team;
    for (const std::shared_ptr<ActiveRun>& each : std::as_const(m_runs)) {
        const RunRecord& record = each->run->record();
        if (!each->end && record.summary.userId == userId) {
            usage.runs.append({record.summary.runId,
                               record.summary.name,
                               {BudgetScope::Run, record.budget, record.summary.totalCost, record.reserved}});
        }
    }
    std::sort(usage.runs.begin(), usage.runs.end(),
              [](const PolicyUsage::Run& a, const PolicyUsage::Run& b) { return a.runId < b.runId; });
    co_return usage;
}

QCoro::Task<Result<QList<PolicyUsage>>> Engine::policyUsage(QStringList userIds)
{
    QList<PolicyUsage> usages;
    for (const QString& userId : std::as_const(userIds)) {
        const Result<PolicyUsage> usage = co_await usageOf(userId);
        if (!usage) {
            co_return fail(usage.error());
        }
        usages.append(*usage);
    }
    co_return usages;
}

QCoro::Task<Result<QList<PolicyChange>>> Engine::policyChanges(QString userId)
{
    const Result<QList<PolicyChange>> found = co_await m_database->policyStore().userPolicyChanges(std::move(userId));
    co_return found;
}

QCoro::Task<Result<TeamPolicy>> Engine::teamPolicy(QString team)
{
    const Result<TeamPolicy> found = co_await m_database->policyStore().teamPolicy(std::move(team));
    co_return found;
}

QCoro::Task<Result<TeamPolicy>> Engine::setTeamPolicy(QString team, QJsonObject changes, QString author)
{
    if (author.isEmpty()) {
        author = accountName();
    }
    const Result<TeamPolicy> changed =
        co_await m_policies->auth.changeTeam(std::move(team), std::move(changes), std::move(author));
    co_return changed;
}

QCoro::Task<Result<QList<PolicyChange>>> Engine::teamPolicyChanges(QString team)
{
    const Result<QList<PolicyChange>> found = co_await m_database->policyStore().teamPolicyChanges(std::move(team));
    co_return found;
}

} // namespace lathe
