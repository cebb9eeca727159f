// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/response.h"

#include "engine/core/clock.h"
#include "engine/domain/jsonvalues.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMax = std::numeric_limits<qint64>::max();

QJsonObject groupToJson(const CostGroup& group)
{
    QJsonObject json;
    json.insert("key"_L1, group.key);
    json.insert("cost"_L1, group.cost.toDecimal());
    json.insert("lines"_L1, group.lines);
    json.insert("unknownLines"_L1, group.unknownLines);
    json.insert("tokens"_L1, group.tokens);
    json.insert("calls"_L1, group.calls);
    return json;
}

QJsonArray groupsToJson(const QList<CostGroup>& groups)
{
    QJsonArray json;
    for (const CostGroup& group : groups) {
        json.append(groupToJson(group));
    }
    return json;
}

QList<CostGroup> readGroups(JsonReader& report, QLatin1StringView key)
{
    QList<CostGroup> groups;
    auto readers = report.children(key);
    groups.reserve(readers.size());
    for (JsonReader& reader : readers) {
        CostGroup group;
        group.key = reader.string("key"_L1);
        group.cost = readMoney(reader, "cost"_L1).value_or(Money());
        group.lines = reader.integer("lines"_L1, 0, 0, kMax);
        group.unknownLines = reader.integer("unknownLines"_L1, 0, 0, kMax);
        group.tokens = reader.integer("tokens"_L1, 0, 0, kMax);
        group.calls = reader.integer("calls"_L1, 0, 0, kMax);
        groups.append(group);
    }
    return groups;
}

BillingReport readReport(JsonReader& reader)
{
    BillingReport report;
    report.runId = reader.string("runId"_L1);
    report.total = readMoney(reader, "total"_L1).value_or(Money());
    report.complete = reader.boolean("complete"_L1, true);
    report.lines = reader.integer("lines"_L1, 0, 0, kMax);
    report.unknownLines = reader.integer("unknownLines"_L1, 0, 0, kMax);
    report.unknownEstimate = readMoney(reader, "unknownEstimate"_L1).value_or(Money());
    report.avoided = readMoney(reader, "avoided"_L1).value_or(Money());
    report.byPhase = readGroups(reader, "byPhase"_L1);
    report.byDecision = readGroups(reader, "byDecision"_L1);
    report.byTool = readGroups(reader, "byTool"_L1);
    report.byModel = readGroups(reader, "byModel"_L1);
    report.priceBook = reader.string("priceBook"_L1);
    report.sumsAgree = reader.boolean("sumsAgree"_L1, true);
    return report;
}

QJsonValue errorToJson(const std::optional<ResponseError>& error)
{
    if (!error) {
        return {};
    }
    QJsonObject json;
    json.insert("code"_L1, error->code);
    json.insert("message"_L1, error->message);
    json.insert("details"_L1, error->details);
    return json;
}

std::optional<ResponseError> readError(JsonReader& response)
{
    if (!response.has("error"_L1) || response.value("error"_L1).isNull()) {
        return std::nullopt;
    }
    JsonReader reader = response.child("error"_L1);
    ResponseError error;
    error.code = reader.string("code"_L1);
    error.message = reader.string("message"_L1);
    const QJsonValue details = reader.value("details"_L1);
    error.details = details.isUndefined() ? QJsonValue() : details;
    return error;
}

} // namespace

QJsonObject toJson(const BillingReport& report)
{
    QJsonObject json;
    json.insert("runId"_L1, report.runId);
    json.insert("currency"_L1, u"USD"_s);
    json.insert("total"_L1, report.total.toDecimal());
    json.insert("complete"_L1, report.complete);
    json.insert("lines"_L1, report.lines);
    json.insert("unknownLines"_L1, report.unknownLines);
    if (!report.unknownEstimate.isZero()) {
        json.insert("unknownEstimate"_L1, report.unknownEstimate.toDecimal());
    }
    json.insert("avoided"_L1, report.avoided.toDecimal());
    json.insert("byPhase"_L1, groupsToJson(report.byPhase));
    json.insert("byDecision"_L1, groupsToJson(report.byDecision));
    json.insert("byTool"_L1, groupsToJson(report.byTool));
    json.insert("byModel"_L1, groupsToJson(report.byModel));
    json.insert("priceBook"_L1, report.priceBook);
    json.insert("sumsAgree"_L1, report.sumsAgree);
    return json;
}

Result<BillingReport> billingReportFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    BillingReport report = readReport(reader);
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return report;
}

QJsonObject toJson(const AguiResponse& response)
{
    QJsonObject json;
    json.insert("runId"_L1, response.runId);
    json.insert("correlationId"_L1, response.correlationId);
    json.insert("jobSignature"_L1, response.jobSignature);
    json.insert("status"_L1, QString(toName(response.status)));
    json.insert("result"_L1, response.result);
    json.insert("error"_L1, errorToJson(response.error));
    json.insert("phaseResult"_L1, QString(toName(response.phaseResult)));
    json.insert("fromCache"_L1, response.fromCache);
    json.insert("executionTime"_L1, response.executionTimeMs);
    json.insert("tokensUsed"_L1, response.tokensUsed);
    json.insert("totalCost"_L1, response.totalCost.toDecimal());
    json.insert("decisions"_L1, response.decisions.toJson());
    json.insert("toolCalls"_L1, response.toolCalls.toJson());
    json.insert("billing"_L1, toJson(response.billing));
    json.insert("startedAt"_L1, timeValue(response.startedAtMs));
    json.insert("completedAt"_L1, timeValue(response.completedAtMs));
    return json;
}

Result<AguiResponse> aguiResponseFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    AguiResponse response;
    response.runId = reader.string("runId"_L1);
    response.correlationId = reader.string("correlationId"_L1);
    response.jobSignature = reader.string("jobSignature"_L1);
    response.status = readName<AgentStatus>(reader, "status"_L1).value_or(AgentStatus::Error);
    response.result = reader.string("result"_L1);
    response.error = readError(reader);
    response.phaseResult = readName<PhaseResult>(reader, "phaseResult"_L1).value_or(PhaseResult::Continue);
    response.fromCache = reader.boolean("fromCache"_L1, false);
    response.executionTimeMs = reader.integer("executionTime"_L1, 0, 0, kMax);
    response.tokensUsed = reader.integer("tokensUsed"_L1, 0, 0, kMax);
    response.totalCost = readMoney(reader, "totalCost"_L1).value_or(Money());
    response.decisions = reader.array("decisions"_L1);
    response.toolCalls = reader.array("toolCalls"_L1);
    JsonReader billing = reader.child("billing"_L1);
    response.billing = readReport(billing);
    response.startedAtMs = readTime(reader, "startedAt"_L1);
    response.completedAtMs = readTime(reader, "completedAt"_L1);
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return response;
}

} // namespace lathe
