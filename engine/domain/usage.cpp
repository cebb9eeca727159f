// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/usage.h"

#include "engine/domain/jsonvalues.h"

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr std::pair<QLatin1StringView, qint64 Usage::*> kCounts[] = {
    {"input"_L1, &Usage::input},
    {"cacheRead"_L1, &Usage::cacheRead},
    {"cacheReadAudio"_L1, &Usage::cacheReadAudio},
    {"cacheWrite"_L1, &Usage::cacheWrite},
    {"cacheWrite1h"_L1, &Usage::cacheWrite1h},
    {"inputAudio"_L1, &Usage::inputAudio},
    {"output"_L1, &Usage::output},
    {"outputAudio"_L1, &Usage::outputAudio},
    {"reasoning"_L1, &Usage::reasoning},
    {"anyToken"_L1, &Usage::anyToken},
    {"webSearch"_L1, &Usage::webSearch},
    {"fileSearch"_L1, &Usage::fileSearch},
};

// Far above any real count, so that sums over classes and attempts cannot overflow.
constexpr qint64 kMaxTokens = 1'000'000'000'000'000;

} // namespace

Fields toFields(const Usage& usage)
{
    Fields fields;
    for (const auto& [key, member] : kCounts) {
        fields.addNumber(key, usage.*member);
    }
    fields.add("source"_L1, toName(usage.source));
    fields.addTrue("inconsistent"_L1, usage.inconsistent);
    fields.addText("serviceTier"_L1, usage.serviceTier);
    fields.addText("region"_L1, usage.region);
    if (usage.reportedCost) {
        fields.add("reportedCost"_L1, usage.reportedCost->toDecimal());
    }
    if (!usage.raw.isEmpty()) {
        fields.add("raw"_L1, usage.raw);
    }
    return fields;
}

QJsonObject toJson(const Usage& usage)
{
    return toFields(usage).toJson();
}

Result<Usage> usageFromJson(const QJsonObject& json)
{
    JsonReader reader(json);
    Usage usage;
    for (const auto& [key, member] : kCounts) {
        usage.*member = reader.integer(key, 0, 0, kMaxTokens);
    }
    usage.source = readName<UsageSource>(reader, "source"_L1).value_or(UsageSource::Missing);
    usage.inconsistent = reader.boolean("inconsistent"_L1, false);
    usage.serviceTier = reader.string("serviceTier"_L1);
    usage.region = reader.string("region"_L1);
    usage.reportedCost = readMoney(reader, "reportedCost"_L1);
    usage.raw = reader.object("raw"_L1);
    if (const auto read = reader.finish(); !read) {
        return fail(read.error());
    }
    return usage;
}

} // namespace lathe
