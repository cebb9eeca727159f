// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/runrecord.h"

#include "engine/domain/jsonvalues.h"

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMaxInt = std::numeric_limits<int>::max();

QJsonObject attemptToJson(const AttemptRecord& attempt)
{
    QJsonObject json;
    json.insert("attempt"_L1, attempt.attempt);
    json.insert("provider"_L1, attempt.provider);
    json.insert("model"_L1, attempt.model);
    insertText(json, "modelBilled"_L1, attempt.modelBilled);
    json.insert("outcome"_L1, attempt.outcome);
    insertText(json, "errorKind"_L1, attempt.errorKind);
    insertText(json, "errorMessage"_L1, attempt.errorMessage);
    insertNumber(json, "httpStatus"_L1, attempt.httpStatus);
    insertNumber(json, "retryAfterMs"_L1, attempt.retryAfterMs);
    insertNumber(json, "firstByteMs"_L1, attempt.firstByteMs);
    json.insert("usage"_L1, toJson(attempt.usage));
    insertText(json, "replyRef"_L1, attempt.reply);
    insertTrue(json, "reused"_L1, attempt.reused);
    json.insert("startedAt"_L1, timeValue(attempt.startedAtMs));
    json.insert("endedAt"_L1, timeValue(attempt.endedAtMs));
    return json;
}

QJsonObject revisionToJson(const RevisionRecord& revision)
{
    QJsonObject json;
    json.insert("stopPoint"_L1, QString(toName(revision.stopPoint)));
    insertText(json, "callId"_L1, revision.toolCallId);
    json.insert("field"_L1, revision.field);
    json.insert("before"_L1, revision.before);
    json.insert("after"_L1, revision.after);
    insertText(json, "reason"_L1, revision.reason);
    json.insert("author"_L1, QString(toName(revision.author)));
    json.insert("at"_L1, timeValue(revision.atMs));
    return json;
}

template <typename T>
QJsonArray listToJson(const QList<T>& values, QJsonObject (*convert)(const T&))
{
    QJsonArray json;
    for (const T& value : values) {
        json.append(convert(value));
    }
    return json;
}

} // namespace

qint64 DecisionRecord::tokens() const
{
    qint64 sum = 0;
    for (const AttemptRecord& attempt : attempts) {
        sum += attempt.usage.total();
    }
    return sum;
}

Usage DecisionRecord::usage() const
{
    Usage sum;
    sum.source = attempts.isEmpty() ? UsageSource::Missing : UsageSource::Reported;
    for (const AttemptRecord& attempt : attempts) {
        const Usage& usage = attempt.usage;
        sum.input += usage.input;
        sum.cacheRead += usage.cacheRead;
        sum.cacheWrite += usage.cacheWrite;
        sum.cacheWrite1h += usage.cacheWrite1h;
        sum.inputAudio += usage.inputAudio;
        sum.output += usage.output;
        sum.outputAudio += usage.outputAudio;
        sum.reasoning += usage.reasoning;
        sum.inconsistent = sum.inconsistent || usage.inconsistent;
        sum.source = std::max(sum.source, usage.source); // listed from most to least sure
    }
    return sum;
}

QJsonObject toJson(const RunSummary& summary)
{
    QJsonObject json;
    json.insert("run"_L1, summary.runId);
    json.insert("name"_L1, summary.name);
    json.insert("status"_L1, QString(toName(summary.status)));
    json.insert("userId"_L1, summary.userId);
    json.insert("tier"_L1, QString(toName(summary.tier)));
    json.insert("provider"_L1, summary.provider);
    json.insert("model"_L1, summary.model);
    json.insert("decisions"_L1, summary.decisions);
    json.insert("toolCalls"_L1, summary.toolCalls);
    json.insert("tokensUsed"_L1, summary.tokensUsed);
    json.insert("totalCost"_L1, summary.totalCost.toDecimal());
    json.insert("unknownCostLines"_L1, summary.unknownCostLines);
    json.insert("fromCache"_L1, summary.fromCache);
    json.insert("imported"_L1, summary.imported);
    json.insert("jobSignature"_L1, summary.jobSignature);
    json.insert("startedAt"_L1, timeValue(summary.startedAtMs));
    json.insert("updatedAt"_L1, timeValue(summary.updatedAtMs));
    json.insert("completedAt"_L1, timeValue(summary.completedAtMs));
    json.insert("errorCode"_L1, summary.errorCode.isEmpty() ? QJsonValue() : QJsonValue(summary.errorCode));
    json.insert("prompt"_L1, summary.promptStart);
    return json;
}

QJsonObject toJson(const ToolCallRecord& call)
{
    QJsonObject json;
    json.insert("callId"_L1, call.callId);
    json.insert("tool"_L1, call.tool);
    if (call.argumentsRef.isEmpty()) {
        json.insert("arguments"_L1, call.arguments);
    } else {
        json.insert("argumentsRef"_L1, call.argumentsRef);
    }
    json.insert("sideEffect"_L1, QString(toName(call.sideEffect)));
    json.insert("status"_L1, call.status);
    insertText(json, "errorCode"_L1, call.errorCode);
    json.insert("result"_L1, call.resultText);
    insertText(json, "resultRef"_L1, call.result);
    json.insert("synthetic"_L1, call.synthetic);
    json.insert("reused"_L1, call.reused);
    json.insert("cost"_L1, call.cost ? QJsonValue(call.cost->toDecimal()) : QJsonValue());
    json.insert("startedAt"_L1, timeValue(call.startedAtMs));
    json.insert("endedAt"_L1, timeValue(call.endedAtMs));
    insertNumber(json, "childFrame"_L1, call.childFrame);
    return json;
}

QJsonObject toJson(const DecisionRecord& decision)
{
    const auto own = decision.modelCost.plus(decision.toolCost);
    QJsonArray verdicts;
    for (const QJsonObject& verdict : decision.verdicts) {
        verdicts.append(verdict);
    }
    QJsonArray policy;
    for (const PolicyVerdict& verdict : decision.policy) {
        policy.append(toJson(verdict));
    }
    QJsonObject json;
    json.insert("number"_L1, decision.number);
    json.insert("frame"_L1, decision.frame);
    json.insert("depth"_L1, decision.depth);
    json.insert("parent"_L1, decision.parentDecision);
    json.insert("action"_L1, decision.action ? QJsonValue(QString(toName(*decision.action))) : QJsonValue());
    json.insert("status"_L1, QString(toName(decision.status)));
    json.insert("reasoning"_L1, decision.reasoning);
    insertText(json, "reasoningRef"_L1, decision.reasoningRef);
    json.insert("nextPrompt"_L1, decision.nextPrompt);
    insertText(json, "nextPromptRef"_L1, decision.nextPromptRef);
    json.insert("toolCalls"_L1, listToJson<ToolCallRecord>(decision.toolCalls, toJson));
    json.insert("finalAnswer"_L1, decision.finalAnswer);
    insertText(json, "finalAnswerRef"_L1, decision.finalAnswerRef);
    insertText(json, "invalid"_L1, decision.invalid);
    json.insert("usage"_L1, toJson(decision.usage()));
    json.insert("tokens"_L1, decision.tokens());
    json.insert("cost"_L1, own ? QJsonValue(own->toDecimal()) : QJsonValue());
    json.insert("modelCost"_L1, decision.modelCost.toDecimal());
    json.insert("toolCost"_L1, decision.toolCost.toDecimal());
    json.insert("costInclusive"_L1, decision.inclusiveCost.toDecimal());
    json.insert("unknownCostLines"_L1, decision.unknownCostLines);
    insertText(json, "requestHash"_L1, decision.requestHash);
    json.insert("startedAt"_L1, timeValue(decision.startedAtMs));
    json.insert("endedAt"_L1, timeValue(decision.endedAtMs));
    json.insert("attempts"_L1, listToJson<AttemptRecord>(decision.attempts, attemptToJson));
    json.insert("revisions"_L1, listToJson<RevisionRecord>(decision.revisions, revisionToJson));
    json.insert("policy"_L1, policy);
    json.insert("verdicts"_L1, verdicts);
    return json;
}

QJsonObject toJson(const StopState& stop)
{
    QJsonObject json;
    json.insert("point"_L1, QString(toName(stop.point)));
    insertNumber(json, "decision"_L1, stop.decision);
    json.insert("frame"_L1, stop.frame);
    json.insert("depth"_L1, stop.depth);
    insertText(json, "toolCallId"_L1, stop.toolCallId);
    insertText(json, "tool"_L1, stop.tool);
    insertText(json, "reason"_L1, stop.reason);
    if (!stop.editable.isEmpty()) {
        json.insert("editable"_L1, stop.editable);
    }
    insertMoney(json, "nextCost"_L1, stop.nextCost);
    return json;
}

Result<StopState> stopStateFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    StopState stop;
    const auto point = readName<StopPoint>(reader, "point"_L1);
    if (!reader.has("point"_L1)) {
        reader.addIssueAt("point"_L1, u"is missing"_s);
    }
    stop.point = point.value_or(StopPoint::BeforeDecide);
    stop.decision = static_cast<int>(reader.integer("decision"_L1, 0, 0, kMaxInt));
    stop.frame = static_cast<int>(reader.integer("frame"_L1, 1, 0, kMaxInt));
    stop.depth = static_cast<int>(reader.integer("depth"_L1, 0, 0, kMaxInt));
    stop.toolCallId = reader.string("toolCallId"_L1);
    stop.tool = reader.string("tool"_L1);
    stop.reason = reader.string("reason"_L1);
    stop.editable = reader.object("editable"_L1);
    stop.nextCost = readMoney(reader, "nextCost"_L1);
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return stop;
}

} // namespace lathe
