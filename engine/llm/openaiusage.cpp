// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiusage.h"

#include "engine/llm/usagecounts.h"
#include "engine/llm/usagedialects.h"

#include <QJsonObject>

#include <algorithm>
#include <array>
#include <charconv>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype kDecimals = 18;

/// Drops decimals beyond the eighteenth, rounding half to even.
[[nodiscard]] QString rounded(const QString& decimal)
{
    const qsizetype point = decimal.indexOf(u'.');
    const qsizetype keep = point + 1 + kDecimals;
    if (point < 0 || decimal.size() <= keep) {
        return decimal;
    }
    QString kept = decimal.first(keep);
    const QString rest = decimal.sliced(keep);
    const QString half = u"5"_s + QString(rest.size() - 1, u'0');
    const bool isOdd = (kept.back().unicode() - u'0') % 2 == 1;
    if (rest < half || (rest == half && !isOdd)) {
        return kept;
    }
    for (qsizetype i = kept.size() - 1; i >= 0; --i) {
        if (kept.at(i) == u'.') {
            continue;
        }
        if (kept.at(i) != u'9') {
            kept[i] = QChar(static_cast<char16_t>(kept.at(i).unicode() + 1));
            return kept;
        }
        kept[i] = u'0';
    }
    kept.prepend(u'1');
    return kept;
}

[[nodiscard]] QString shortestDecimal(double number)
{
    std::array<char, 400> text; // the longest fixed form of a double has 309 digits before the point
    const auto written = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    return written.ec == std::errc() ? QString::fromLatin1(text.data(), written.ptr - text.data()) : QString();
}

[[nodiscard]] std::optional<Money> costOf(const QJsonObject& usage)
{
    const std::optional<Money> cost = exactMoney(usage.value("cost"_L1));
    if (!cost || !usage.value("is_byok"_L1).toBool()) {
        return cost;
    }
    // With the user's own key the upstream provider bills apart; without its figure the whole is not known.
    const auto upstream = exactMoney(usage.value("cost_details"_L1).toObject().value("upstream_inference_cost"_L1));
    if (!upstream) {
        return std::nullopt;
    }
    const Result<Money> sum = cost->plus(*upstream);
    return sum ? std::optional<Money>(*sum) : std::nullopt;
}

} // namespace

std::optional<Money> exactMoney(const QJsonValue& value)
{
    QString text;
    if (value.isString()) {
        text = value.toString();
    } else if (value.isDouble()) {
        text = shortestDecimal(value.toDouble());
    }
    if (text.isEmpty() || text.startsWith(u'-')) {
        return std::nullopt;
    }
    const Result<Money> money = Money::fromDecimal(rounded(text));
    return money ? std::optional<Money>(*money) : std::nullopt;
}

Usage readOpenAiUsage(const QJsonValue& value)
{
    Usage usage;
    const QJsonObject object = value.toObject();
    UsageCounts counts(object);
    const auto prompt = counts.count("prompt_tokens"_L1);
    const auto completion = counts.count("completion_tokens"_L1);
    usage.raw = object;
    usage.reportedCost = costOf(object);
    usage.serviceTier = normalServiceTier(object.value("service_tier"_L1).toString());
    if (!prompt && !completion) {
        return usage;
    }
    const auto total = counts.count("total_tokens"_L1);
    UsageCounts promptDetails = counts.child("prompt_tokens_details"_L1);
    UsageCounts cachedDetails = promptDetails.child("cached_tokens_details"_L1);
    UsageCounts completionDetails = counts.child("completion_tokens_details"_L1);
    UsageCounts ofTools = counts.child("server_tool_use"_L1);
    const qint64 cached = promptDetails.countOr0("cached_tokens"_L1);
    const qint64 written = promptDetails.countOr0("cache_write_tokens"_L1);
    const qint64 audioIn = promptDetails.countOr0("audio_tokens"_L1);
    const qint64 reasoning = completionDetails.countOr0("reasoning_tokens"_L1);
    const qint64 audioOut = completionDetails.countOr0("audio_tokens"_L1);
    const qint64 in = prompt.value_or(0);
    qint64 out = completion.value_or(0);
    if (total && *total != in + out) {
        if (reasoning > 0 && *total == in + out + reasoning) {
            out += reasoning;
        } else {
            counts.note(true);
        }
    }
    usage.cacheReadAudio = cachedDetails.countOr0("audio_tokens"_L1);
    usage.cacheRead = counts.rest(cached - usage.cacheReadAudio);
    usage.cacheWrite = written;
    usage.inputAudio = counts.rest(audioIn - usage.cacheReadAudio);
    usage.input = counts.rest(in - cached - written - usage.inputAudio);
    usage.output = counts.rest(out - audioOut);
    usage.outputAudio = audioOut;
    usage.webSearch = ofTools.countOr0("web_search_requests"_L1);
    usage.reasoning = std::min(reasoning, usage.output);
    usage.source = UsageSource::Reported;
    usage.inconsistent = counts.bad() || promptDetails.bad() || cachedDetails.bad() || completionDetails.bad() ||
                         ofTools.bad() || !prompt || !completion || reasoning > usage.output;
    return usage;
}

} // namespace lathe
