// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/costline.h"

#include "engine/core/clock.h"
#include "engine/domain/jsonvalues.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMax = std::numeric_limits<qint64>::max();

std::optional<UnitPrice> readPrice(JsonReader& reader, qint64 per)
{
    const QString text = reader.string("unitPrice"_L1);
    if (text.isEmpty()) {
        return std::nullopt;
    }
    const auto price = UnitPrice::fromDecimal(text, per);
    if (!price) {
        reader.addIssueAt("unitPrice"_L1, price.error().message);
        return std::nullopt;
    }
    return *price;
}

} // namespace

QJsonObject toJson(const CostLine& line)
{
    QJsonObject json;
    insertText(json, "runId"_L1, line.runId);
    json.insert("lineAt"_L1, toIsoUtc(line.lineAtMs));
    json.insert("phase"_L1, QString(toName(line.phase)));
    insertNumber(json, "decision"_L1, line.decision);
    if (line.decisionKind) {
        json.insert("decisionKind"_L1, QString(toName(*line.decisionKind)));
    }
    insertNumber(json, "attempt"_L1, line.attempt);
    insertText(json, "toolCallId"_L1, line.toolCallId);
    insertText(json, "tool"_L1, line.tool);
    insertText(json, "provider"_L1, line.provider);
    insertText(json, "modelRequested"_L1, line.modelRequested);
    insertText(json, "modelBilled"_L1, line.modelBilled);
    insertText(json, "serviceTier"_L1, line.serviceTier);
    json.insert("meter"_L1, QString(toName(line.meter)));
    json.insert("quantity"_L1, line.quantity);
    insertText(json, "unit"_L1, line.unit);
    if (line.unitPrice) {
        json.insert("unitPrice"_L1, line.unitPrice->toDecimal(line.per));
    }
    json.insert("per"_L1, line.per);
    insertMoney(json, "cost"_L1, line.cost);
    json.insert("state"_L1, QString(toName(line.state)));
    insertText(json, "costSource"_L1, line.costSource);
    insertText(json, "priceBookVersion"_L1, line.priceBookVersion);
    insertText(json, "rateId"_L1, line.rateId);
    insertText(json, "status"_L1, line.status);
    return json;
}

Result<CostLine> costLineFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    CostLine line;
    line.runId = reader.string("runId"_L1);
    line.lineAtMs = readTime(reader, "lineAt"_L1);
    line.phase = readName<Phase>(reader, "phase"_L1).value_or(Phase::Execution);
    line.decision = static_cast<int>(reader.integer("decision"_L1, 0, 0, std::numeric_limits<int>::max()));
    line.decisionKind = readName<AgentActionType>(reader, "decisionKind"_L1);
    line.attempt = static_cast<int>(reader.integer("attempt"_L1, 0, 0, 1000));
    line.toolCallId = reader.string("toolCallId"_L1);
    line.tool = reader.string("tool"_L1);
    line.provider = reader.string("provider"_L1);
    line.modelRequested = reader.string("modelRequested"_L1);
    line.modelBilled = reader.string("modelBilled"_L1);
    line.serviceTier = reader.string("serviceTier"_L1);
    line.meter = readName<Meter>(reader, "meter"_L1).value_or(Meter::Input);
    line.quantity = reader.integer("quantity"_L1, 0, 0, kMax);
    line.unit = reader.string("unit"_L1);
    line.per = reader.integer("per"_L1, 1, 1, 1'000'000);
    line.unitPrice = readPrice(reader, line.per);
    line.cost = readMoney(reader, "cost"_L1);
    line.state = readName<CostState>(reader, "state"_L1).value_or(line.cost ? CostState::Computed : CostState::Unknown);
    line.costSource = reader.string("costSource"_L1);
    line.priceBookVersion = reader.string("priceBookVersion"_L1);
    line.rateId = reader.string("rateId"_L1);
    line.status = reader.string("status"_L1);
    if (line.cost.has_value() == (line.state == CostState::Unknown)) {
        reader.addIssueAt("cost"_L1, line.cost ? u"must be absent when the state is unknown"_s
                                               : u"is missing; only a line of state unknown has none"_s);
    }
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return line;
}

} // namespace lathe
