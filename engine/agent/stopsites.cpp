// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/stopsites.h"

#include "engine/agent/llmprompts.h"
#include "engine/core/canonicaljson.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

Stopper::Site siteAt(StopPoint point, const StepPlace& step, const QString& tool = {})
{
    Stopper::Site site;
    site.place = {point, Phase::Execution, step.frame, step.depth, tool, false};
    site.decision = step.decision;
    return site;
}

Result<QJsonObject> checkRequest(const QJsonObject& values)
{
    JsonReader reader(values);
    if (values.contains("prompt"_L1) && reader.requiredString("prompt"_L1).trimmed().isEmpty()) {
        reader.addIssue(u"$.prompt"_s, u"must not be blank"_s);
    }
    if (values.contains("model"_L1) && reader.requiredString("model"_L1).trimmed().isEmpty()) {
        reader.addIssue(u"$.model"_s, u"must not be blank"_s);
    }
    JsonReader parameters = reader.child("parameters"_L1);
    parameters.integer("maxOutputTokens"_L1, 1, 1, 1'000'000);
    parameters.number("temperature"_L1, 0, 0, 2);
    parameters.optionalInteger("seed"_L1, 0, 9'007'199'254'740'991);
    parameters.refuseUnknown();
    reader.refuseUnknown();
    const Result<void> finished = reader.finish();
    if (!finished) {
        return fail(finished.error());
    }
    return values;
}

Result<QJsonObject> checkDecision(const QJsonObject& values)
{
    if (values.size() != 1 || !values.contains("decision"_L1)) {
        return fail(ErrorCode::InvalidInput, u"only $.decision can be edited at AFTER_DECIDE"_s);
    }
    const Result<AgentDecision> edited = decisionFromJson(values.value("decision"_L1).toObject());
    if (!edited) {
        return fail(edited.error());
    }
    return QJsonObject{{"decision"_L1, toJson(*edited)}};
}

Result<QJsonObject> checkCall(const QJsonObject& values, ToolCallRequest call, const ToolCaller& tools,
                              const PolicyGate& policy)
{
    if (values.size() != 1 || !(values.contains("arguments"_L1) || values.contains("result"_L1))) {
        return fail(ErrorCode::InvalidInput,
                    u"only $.arguments or $.result can be edited at BEFORE_TOOL, one at a time"_s);
    }
    if (values.contains("result"_L1)) {
        return values;
    }
    if (!values.value("arguments"_L1).isObject()) {
        return fail(ErrorCode::InvalidInput, u"$.arguments must be an object"_s);
    }
    call.parsed = values.value("arguments"_L1).toObject();
    if (const std::optional<QString> issues = tools.argumentIssues(call)) {
        return fail(ErrorCode::InvalidInput, u"the arguments do not fit the schema of %1"_s.arg(call.name), *issues);
    }
    if (const PolicyGate::Ruling said = policy.rule(call);
        said.verdict == RuleVerdict::Deny && call.name != kLlmCallName) {
        return fail(ErrorCode::InvalidInput, said.reason);
    }
    return values;
}

Result<QJsonObject> checkResult(const QJsonObject& values)
{
    if (values.size() != 1 || !values.contains("result"_L1)) {
        return fail(ErrorCode::InvalidInput, u"only $.result can be edited at AFTER_TOOL"_s);
    }
    return values;
}

} // namespace

Stopper::Site beforeDecideSite(StepPlace step, const QString& prompt, const QString& model,
                               const ModelParameters& parameters, std::optional<Money> nextCost)
{
    QJsonObject editable{{"maxOutputTokens"_L1, parameters.maxOutputTokens}};
    if (parameters.temperature) {
        editable.insert("temperature"_L1, *parameters.temperature);
    }
    if (parameters.seed) {
        editable.insert("seed"_L1, *parameters.seed);
    }
    Stopper::Site site = siteAt(StopPoint::BeforeDecide, step);
    site.editable = QJsonObject{{"prompt"_L1, prompt}, {"model"_L1, model}, {"parameters"_L1, editable}};
    site.nextCost = nextCost;
    site.validate = checkRequest;
    return site;
}

ModelParameters withEdits(ModelParameters parameters, const QJsonObject& edited)
{
    parameters.maxOutputTokens = edited.value("maxOutputTokens"_L1).toInteger(parameters.maxOutputTokens);
    parameters.temperature =
        edited.contains("temperature"_L1) ? std::optional(edited.value("temperature"_L1).toDouble()) : std::nullopt;
    parameters.seed = edited.contains("seed"_L1) ? std::optional(edited.value("seed"_L1).toInteger()) : std::nullopt;
    return parameters;
}

Stopper::Site afterDecideSite(StepPlace step, const AgentDecision& decision)
{
    Stopper::Site site =
        siteAt(StopPoint::AfterDecide, step, decision.calls.isEmpty() ? QString() : decision.calls.first().name);
    site.editable = QJsonObject{{"decision"_L1, toJson(decision)}};
    site.validate = checkDecision;
    return site;
}

Stopper::Site beforeToolSite(StepPlace step, const ToolCaller::Call& call, const ToolCaller& tools,
                             const PolicyGate& policy)
{
    const ToolCallRequest& request = call.request;
    Stopper::Site site = siteAt(StopPoint::BeforeTool, step, request.name);
    site.callId = request.id;
    site.mayReject = true;
    site.malformed = call.argumentError.has_value();
    site.editable =
        QJsonObject{{"arguments"_L1, request.parsed ? QJsonValue(*request.parsed) : QJsonValue(request.arguments)}};
    site.nextCost = request.name == kLlmCallName ? std::nullopt : std::optional(call.reservation.amount);
    site.validate = [&tools, &policy, request](const QJsonObject& values) {
        return checkCall(values, request, tools, policy);
    };
    return site;
}

Stopper::Site afterToolSite(StepPlace step, const ToolCallRequest& call, const QString& result)
{
    Stopper::Site site = siteAt(StopPoint::AfterTool, step, call.name);
    site.callId = call.id;
    site.editable = QJsonObject{{"result"_L1, result}};
    site.validate = checkResult;
    return site;
}

QString resultText(const QJsonValue& result)
{
    return result.isString() ? result.toString() : QString::fromUtf8(canonicalJson(result));
}

} // namespace lathe
