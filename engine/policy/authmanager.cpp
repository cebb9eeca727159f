// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/authmanager.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kFreshNs = 100'000'000;
constexpr qsizetype kMaxUserId = 255;
// Users of one desktop are few; a server of many starts over rather than growing without end.
constexpr qsizetype kMostKnown = 10'000;

Result<void> checkUserId(const QString& userId)
{
    if (userId.isEmpty() || userId.size() > kMaxUserId) {
        return fail(ErrorCode::InvalidInput, u"a user id has 1 to %1 characters"_s.arg(kMaxUserId));
    }
    return {};
}

} // namespace

void AuthManager::remember(const Standing& standing)
{
    if (m_known.size() >= kMostKnown) {
        m_known.clear();
    }
    m_known.insert(standing.user.userId, {standing, m_clock.monotonicNs()});
}

std::optional<Standing> AuthManager::fresh(const QString& userId) const
{
    const auto known = m_known.constFind(userId);
    if (known == m_known.cend() || m_clock.monotonicNs() - known->readAtNs >= kFreshNs) {
        return std::nullopt;
    }
    return known->standing;
}

QCoro::Task<Result<UserPolicy>> AuthManager::policy(QString userId)
{
    const Result<void> valid = checkUserId(userId);
    if (!valid) {
        co_return fail(valid.error());
    }
    const Result<UserPolicy> stored = co_await m_store.userPolicy(userId, m_clock.nowMs());
    co_return stored;
}

QCoro::Task<Result<Standing>> AuthManager::standing(QString userId)
{
    m_known.remove(userId); // what cannot be read is not known
    Standing standing;
    const Result<UserPolicy> user = co_await policy(userId);
    if (!user) {
        co_return fail(user.error());
    }
    standing.user = *user;
    if (!user->team.isEmpty()) {
        const Result<TeamPolicy> team = co_await m_store.teamPolicy(user->team);
        if (!team) {
            co_return fail(team.error());
        }
        standing.team = *team;
    }
    remember(standing);
    co_return standing;
}

QCoro::Task<Result<UserPolicy>> AuthManager::change(QString userId, QJsonObject changes, QString author)
{
    const Result<void> valid = checkUserId(userId);
    if (!valid) {
        co_return fail(valid.error());
    }
    PolicyEdit edit;
    edit.subject = std::move(userId);
    edit.changes = std::move(changes);
    edit.author = std::move(author);
    edit.nowMs = m_clock.nowMs();
    const Result<UserPolicy> changed = co_await m_store.changeUserPolicy(std::move(edit));
    if (changed) {
        m_known.remove(changed->userId); // the next check reads it
    }
    co_return changed;
}

QCoro::Task<Result<TeamPolicy>> AuthManager::changeTeam(QString team, QJsonObject changes, QString author)
{
    PolicyEdit edit;
    edit.subject = std::move(team);
    edit.changes = std::move(changes);
    edit.author = std::move(author);
    edit.nowMs = m_clock.nowMs();
    const Result<TeamPolicy> changed = co_await m_store.changeTeamPolicy(std::move(edit));
    m_known.clear(); // of every member
    co_return changed;
}

} // namespace lathe
