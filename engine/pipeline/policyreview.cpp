// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Engine that holds policy against what was recorded: dry runs of an edited policy, and retention.
#include "engine/pipeline/engine.h"

#include "engine/core/canonicaljson.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;

namespace lathe {

QCoro::Task<Result<void>> Engine::loadArguments(RunRecord *record)
{
    for (DecisionRecord& decision : record->decisions) {
        for (ToolCallRecord& call : decision.toolCalls) {
            if (call.argumentsRef.isEmpty()) {
                continue;
            }
            const Result<QByteArray> bytes = co_await m_database->body(call.argumentsRef);
            if (!bytes) {
                co_return fail(bytes.error());
            }
            const Result<QJsonObject> arguments = parseJsonObject(*bytes);
            if (arguments) {
                call.arguments = *arguments;
            }
        }
    }
    co_return Result<void>();
}

QCoro::Task<Result<TeamPolicy>> Engine::teamFor(UserPolicy user)
{
    if (user.team.isEmpty()) {
        co_return TeamPolicy();
    }
    const Result<TeamPolicy> team = co_await m_database->policyStore().teamPolicy(user.team);
    co_return team;
}

QCoro::Task<Result<PolicySimulation>> Engine::simulatePolicy(QString userId, QJsonObject changes, QString runId,
                                                             std::shared_ptr<SimulationProgress> progress)
{
    const Result<std::optional<UserPolicy>> stored = co_await m_database->policy(userId);
    if (!stored) {
        co_return fail(stored.error());
    }
    UserPolicy present = tierDefaults(UserTier::Free);
    present.userId = userId;
    if (*stored) {
        present = **stored;
    }
    const Result<UserPolicy> edited = changedPolicy(present, changes);
    if (!edited) {
        co_return fail(edited.error());
    }
    const auto team = co_await teamFor(*edited);
    if (!team) {
        co_return fail(team.error());
    }
    SpendHistory history;
    if (edited->budgetPerDay || edited->budgetPerMonth || team->budgetPerDay || team->budgetPerMonth) {
        const Result<SpendHistory> read = co_await m_database->policyStore().spendHistory(userId, edited->team);
        if (!read) {
            co_return fail(read.error());
        }
        history = *read;
    }
    PolicySimulator simulator(*edited, *team, history);
    const Result<void> valid = simulator.valid();
    if (!valid) {
        co_return fail(valid.error());
    }
    RunQuery query;
    query.userId = userId;
    query.limit = 0;
    Result<QList<RunSummary>> runs = co_await m_database->runs(query);
    if (!runs) {
        co_return fail(runs.error());
    }
    runs->removeIf([](const RunSummary& run) { return run.imported; }); // no policy was asked about them here
    std::reverse(runs->begin(), runs->end());                           // they come newest first
    PolicySimulation simulation;
    simulation.policy = *edited;
    bool found = runId.isEmpty();
    if (progress) {
        progress->total = runs->size();
    }
    for (const RunSummary& summary : std::as_const(*runs)) {
        if (progress && progress->cancelled) {
            co_return fail(ErrorCode::Cancelled, u"the dry run was cancelled"_s);
        }
        if (progress) {
            ++progress->runs;
        }
        if (!runId.isEmpty() && summary.runId != runId) {
            simulator.pass(summary);
            continue;
        }
        found = true;
        const Result<std::optional<qint64>> pruned = co_await m_database->prunedAt(summary.runId);
        if (pruned && *pruned) {
            simulator.pass(summary);
            ++simulation.prunedRuns;
            continue;
        }
        Result<RunRecord> record = co_await this->record(summary.runId);
        if (!record) {
            co_return fail(record.error());
        }
        if (!edited->approvalRules.isEmpty()) {
            const Result<void> loaded = co_await loadArguments(&*record);
            if (!loaded) {
                co_return fail(loaded.error());
            }
        }
        simulation.runs.append(simulator.run(*record));
        if (!runId.isEmpty()) {
            break;
        }
    }
    if (!found) {
        co_return fail(ErrorCode::NotFound, u"user %1 has no run %2"_s.arg(userId, runId));
    }
    co_return simulation;
}

QCoro::Task<Result<PruneReport>> Engine::prune(bool write)
{
    const Result<PruneReport> report = co_await m_database->prune(write);
    co_return report;
}

} // namespace lathe
