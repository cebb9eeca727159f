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

} // namespace

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
