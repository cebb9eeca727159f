// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/responsebuilder.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

AgentStatus statusOf(RunStatus status)
{
    switch (status) {
    case RunStatus::Complete:
        return AgentStatus::Complete;
    case RunStatus::Stopped:
    case RunStatus::Interrupted:
    case RunStatus::Paused:
        return AgentStatus::Stopped;
    case RunStatus::Running:
        return AgentStatus::NextStep;
    case RunStatus::Error:
    case RunStatus::PolicyViolation:
        return AgentStatus::Error;
    }
    return AgentStatus::Error;
}

QJsonArray toJson(const QList<DecisionRecord>& decisions)
{
    QJsonArray list;
    for (const DecisionRecord& decision : decisions) {
        list.append(lathe::toJson(decision));
    }
    return list;
}

QJsonArray toolCallsOf(const QList<DecisionRecord>& decisions)
{
    QJsonArray list;
    for (const DecisionRecord& decision : decisions) {
        for (const ToolCallRecord& call : decision.toolCalls) {
            QJsonObject json = lathe::toJson(call);
            json.insert("decision"_L1, decision.number);
            list.append(json);
        }
    }
    return list;
}

} // namespace

AguiResponse buildResponse(const RunRecord& record)
{
    const RunSummary& summary = record.summary;
    AguiResponse response;
    response.runId = summary.runId;
    response.correlationId = record.job.value("correlationId"_L1).toString();
    response.jobSignature = summary.jobSignature;
    response.status = statusOf(summary.status);
    response.result = record.result;
    response.error = record.error;
    response.fromCache = summary.fromCache;
    for (const PhaseRecord& phase : record.phases) {
        // The outcome of the run is that of the phase that turned it.
        if (phase.result && *phase.result != PhaseResult::Continue) {
            response.phaseResult = *phase.result;
            break;
        }
    }
    const qint64 end = summary.completedAtMs > 0 ? summary.completedAtMs : summary.updatedAtMs;
    response.executionTimeMs = qMax<qint64>(0, end - summary.startedAtMs);
    response.tokensUsed = summary.tokensUsed;
    response.totalCost = summary.totalCost;
    qsizetype calls = 0;
    for (const DecisionRecord& decision : record.decisions) {
        calls += decision.toolCalls.size();
    }
    response.decisions =
        JsonList(record.decisions.size(), [decisions = record.decisions] { return toJson(decisions); });
    response.toolCalls = JsonList(calls, [decisions = record.decisions] { return toolCallsOf(decisions); });
    if (record.billing) {
        response.billing = *record.billing;
    }
    response.startedAtMs = summary.startedAtMs;
    response.completedAtMs = end;
    return response;
}

} // namespace lathe
