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

/// The state of a line that names none.
CostState stateOf(const CostLine& line)
{
    return line.cost || line.unitPrice ? CostState::Computed : CostState::Unknown;
}

} // namespace

QLatin1StringView unitOf(Meter meter)
{
    switch (meter) {
    case Meter::ToolCall:
        return "Calls"_L1;
    case Meter::WebSearch:
    case Meter::FileSearch:
    case Meter::Request:
        return "Requests"_L1;
    default:
        return "Tokens"_L1;
    }
}

qint64 perOf(Meter meter)
{
    switch (meter) {
    case Meter::ToolCall:
        return 1;
    case Meter::WebSearch:
    case Meter::FileSearch:
    case Meter::Request:
        return 1000;
    default:
        return 1'000'000;
    }
}

bool isTokenMeter(Meter meter)
{
    return perOf(meter) == 1'000'000;
}

QLatin1StringView costSourceOf(const CostLine& line)
{
    switch (line.state) {
    case CostState::Reported:
        return "Provider"_L1;
    case CostState::Estimated:
        return "Estimated"_L1;
    case CostState::Computed:
        return line.priceBookVersion.startsWith("flat/"_L1) ? "Flat"_L1 : "PriceBook"_L1;
    case CostState::Unknown:
        break;
    }
    return {};
}

Fields toFields(const CostLine& line)
{
    Fields fields;
    fields.reserve(18);
    if (line.phase != Phase::Execution) {
        fields.add("phase"_L1, toName(line.phase));
    }
    fields.addNumber("decision"_L1, line.decision);
    if (line.decisionKind) {
        fields.add("decisionKind"_L1, toName(*line.decisionKind));
    }
    fields.addNumber("attempt"_L1, line.attempt);
    fields.addText("toolCallId"_L1, line.toolCallId);
    fields.addText("tool"_L1, line.tool);
    fields.addText("provider"_L1, line.provider);
    fields.addText("modelRequested"_L1, line.modelRequested);
    fields.addText("modelBilled"_L1, line.modelBilled);
    fields.addText("serviceTier"_L1, line.serviceTier);
    fields.add("meter"_L1, toName(line.meter));
    fields.add("quantity"_L1, line.quantity);
    if (line.unitPrice) {
        fields.add("unitPrice"_L1, line.unitPrice->toDecimal(perOf(line.meter)));
    }
    if (line.cost) {
        fields.add("cost"_L1, line.cost->toDecimal());
    }
    if (line.state != stateOf(line)) {
        fields.add("state"_L1, toName(line.state));
    }
    if (line.estimate) {
        fields.add("estimate"_L1, line.estimate->toDecimal());
    }
    fields.addText("priceBookVersion"_L1, line.priceBookVersion);
    fields.addText("rateId"_L1, line.rateId);
    fields.addText("status"_L1, line.status);
    return fields;
}

QJsonObject toJson(const CostLine& line)
{
    QJsonObject json = toFields(line).toJson();
    insertText(json, "runId"_L1, line.runId);
    json.insert("lineAt"_L1, toIsoUtc(line.lineAtMs));
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
    line.unitPrice = readPrice(reader, perOf(line.meter));
    line.cost = readMoney(reader, "cost"_L1);
    line.state = readName<CostState>(reader, "state"_L1).value_or(stateOf(line));
    line.estimate = readMoney(reader, "estimate"_L1);
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
