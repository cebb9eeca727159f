// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/policytables.h"

#include "engine/storage/budgetrepository.h"
#include "engine/storage/policyrepository.h"
#include "engine/storage/raterepository.h"

#include <QSysInfo>

#include <cmath>

namespace lathe {

namespace {

constexpr double kMillion = 1e6;

constexpr Sql kRatios{"SELECT provider, model, ratio_millionths, samples FROM agent_token_ratios"};
constexpr Sql kSaveRatio{
    "INSERT INTO agent_token_ratios (provider, model, ratio_millionths, samples, updated_at) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (provider, model) DO UPDATE SET ratio_millionths = excluded.ratio_millionths, "
    "samples = excluded.samples, updated_at = excluded.updated_at"};

} // namespace

PolicyTables::PolicyTables(DatabaseThread& writer, MakeLedgerWhole makeLedgerWhole)
    : m_writer(writer),
      m_makeLedgerWhole(std::move(makeLedgerWhole)),
      m_boot(QString::fromLatin1(QSysInfo::bootUniqueId()))
{}

QFuture<Result<RateOutcome>> PolicyTables::takeRate(RateRequest request)
{
    return m_writer.run<RateOutcome>([request = std::move(request), boot = m_boot](Connection& connection) {
        return RateRepository(connection, boot).take(request);
    });
}

QFuture<Result<UserPolicy>> PolicyTables::userPolicy(QString userId, qint64 nowMs)
{
    return m_writer.run<UserPolicy>([userId = std::move(userId), nowMs](Connection& connection) {
        return PolicyRepository(connection).ensure(userId, nowMs);
    });
}

QFuture<Result<UserPolicy>> PolicyTables::changeUserPolicy(PolicyEdit edit)
{
    return m_writer.run<UserPolicy>(
        [edit = std::move(edit)](Connection& connection) { return PolicyRepository(connection).change(edit); });
}

QFuture<Result<TeamPolicy>> PolicyTables::teamPolicy(QString team)
{
    return m_writer.run<TeamPolicy>(
        [team = std::move(team)](Connection& connection) { return PolicyRepository(connection).team(team); });
}

QFuture<Result<TeamPolicy>> PolicyTables::changeTeamPolicy(PolicyEdit edit)
{
    return m_writer.run<TeamPolicy>(
        [edit = std::move(edit)](Connection& connection) { return PolicyRepository(connection).changeTeam(edit); });
}

QFuture<Result<QList<PolicyChange>>> PolicyTables::userPolicyChanges(QString userId)
{
    return m_writer.run<QList<PolicyChange>>([userId = std::move(userId)](Connection& connection) {
        return PolicyRepository(connection).changes(PolicyRepository::Subject::User, userId);
    });
}

QFuture<Result<QList<PolicyChange>>> PolicyTables::teamPolicyChanges(QString team)
{
    return m_writer.run<QList<PolicyChange>>([team = std::move(team)](Connection& connection) {
        return PolicyRepository(connection).changes(PolicyRepository::Subject::Team, team);
    });
}

QFuture<Result<BudgetAnswer>> PolicyTables::claimBudget(BudgetClaim claim, BudgetLimits limits)
{
    return m_writer.run<BudgetAnswer>(
        [claim = std::move(claim), limits, whole = m_makeLedgerWhole](Connection& connection) -> Result<BudgetAnswer> {
            const auto ready = whole(connection);
            if (!ready) {
                return fail(ready.error());
            }
            return BudgetRepository(connection).claim(claim, limits);
        });
}

QFuture<Result<void>> PolicyTables::setBudgetClaim(BudgetClaim claim)
{
    return m_writer.run<void>(
        [claim = std::move(claim)](Connection& connection) { return BudgetRepository(connection).set(claim); });
}

QFuture<Result<void>> PolicyTables::dropBudgetClaim(QString runId)
{
    // The ledger has to hold what the claim stood for before the claim goes.
    return m_writer.run<void>(
        [runId = std::move(runId), whole = m_makeLedgerWhole](Connection& connection) -> Result<void> {
            const auto ready = whole(connection);
            if (!ready) {
                return fail(ready.error());
            }
            return BudgetRepository(connection).drop(runId);
        });
}

QFuture<Result<void>> PolicyTables::renewBudgetClaims(QStringList runIds, qint64 expiresAtMs)
{
    return m_writer.run<void>([runIds = std::move(runIds), expiresAtMs](Connection& connection) {
        return BudgetRepository(connection).renew(runIds, expiresAtMs);
    });
}

QFuture<Result<void>> PolicyTables::noteTeamRun(QString team, QString runId)
{
    return m_writer.run<void>([team = std::move(team), runId = std::move(runId)](Connection& connection) {
        return BudgetRepository(connection).noteTeamRun(team, runId);
    });
}

QFuture<Result<QList<BudgetLevel>>> PolicyTables::budgetLevels(QString userId, QString team, BudgetLimits limits,
                                                               qint64 nowMs)
{
    return m_writer.run<QList<BudgetLevel>>(
        [userId = std::move(userId), team = std::move(team), limits, nowMs,
         whole = m_makeLedgerWhole](Connection& connection) -> Result<QList<BudgetLevel>> {
            const auto ready = whole(connection);
            if (!ready) {
                return fail(ready.error());
            }
            return BudgetRepository(connection).levels(userId, team, limits, nowMs);
        });
}

QFuture<Result<SpendHistory>> PolicyTables::spendHistory(QString userId, QString team)
{
    return m_writer.run<SpendHistory>([userId = std::move(userId), team = std::move(team),
                                       whole = m_makeLedgerWhole](Connection& connection) -> Result<SpendHistory> {
        const auto ready = whole(connection);
        if (!ready) {
            return fail(ready.error());
        }
        return BudgetRepository(connection).history(userId, team);
    });
}

QFuture<Result<QList<TokenRatio>>> PolicyTables::tokenRatios()
{
    return m_writer.run<QList<TokenRatio>>([](Connection& connection) -> Result<QList<TokenRatio>> {
        auto rows = connection.query(kRatios);
        if (!rows) {
            return fail(rows.error());
        }
        QList<TokenRatio> ratios;
        while (rows->next()) {
            const double ratio = static_cast<double>(rows->integer(2)) / kMillion;
            ratios.append({rows->text(0), rows->text(1), ratio, rows->integer(3)});
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        return ratios;
    });
}

QFuture<Result<void>> PolicyTables::saveTokenRatios(QList<TokenRatio> ratios, qint64 nowMs)
{
    return m_writer.run<void>([ratios = std::move(ratios), nowMs](Connection& connection) -> Result<void> {
        for (const TokenRatio& ratio : ratios) {
            const auto millionths = static_cast<qint64>(std::llround(ratio.ratio * kMillion));
            const auto done =
                connection.execute(kSaveRatio, {ratio.provider, ratio.model, millionths, ratio.samples, nowMs});
            if (!done) {
                return fail(done.error());
            }
        }
        return {};
    });
}

} // namespace lathe
