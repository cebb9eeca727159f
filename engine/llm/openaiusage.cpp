// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiusage.h"

#include <QJsonObject>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype kDecimals = 18;
constexpr qint64 kMostTokens = qint64(1) << 53; // beyond it JSON numbers are not exact

/// Reads counts and notes those that make no sense.
class CountReader
{
public:
    explicit CountReader(QJsonObject object) : m_object(std::move(object)) {}

    [[nodiscard]] std::optional<qint64> count(QLatin1StringView key)
    {
        const QJsonValue value = m_object.value(key);
        if (value.isUndefined() || value.isNull()) {
            return std::nullopt;
        }
        const double number = value.toDouble(-1);
        if (number < 0 || number > static_cast<double>(kMostTokens) || std::floor(number) != number) {
            m_bad = true;
            return 0;
        }
        return static_cast<qint64>(number);
    }
    [[nodiscard]] bool bad() const { return m_bad; }

private:
    QJsonObject m_object;
    bool m_bad = false;
};

[[nodiscard]] qint64 clamped(qint64 value, bool *inconsistent)
{
    if (value < 0) {
        *inconsistent = true;
        return 0;
    }
    return value;
}

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

OpenAiUsage readOpenAiUsage(const QJsonValue& value)
{
    OpenAiUsage result;
    const QJsonObject object = value.toObject();
    CountReader counts(object);
    const auto prompt = counts.count("prompt_tokens"_L1);
    const auto completion = counts.count("completion_tokens"_L1);
    result.usage.raw = object;
    result.cost = costOf(object);
    if (!prompt && !completion) {
        return result;
    }
    const auto total = counts.count("total_tokens"_L1);
    CountReader promptDetails(object.value("prompt_tokens_details"_L1).toObject());
    CountReader completionDetails(object.value("completion_tokens_details"_L1).toObject());
    const qint64 cached = promptDetails.count("cached_tokens"_L1).value_or(0);
    const qint64 written = promptDetails.count("cache_write_tokens"_L1).value_or(0);
    const qint64 audioIn = promptDetails.count("audio_tokens"_L1).value_or(0);
    const qint64 reasoning = completionDetails.count("reasoning_tokens"_L1).value_or(0);
    const qint64 audioOut = completionDetails.count("audio_tokens"_L1).value_or(0);

    bool inconsistent = counts.bad() || promptDetails.bad() || completionDetails.bad() || !prompt || !completion;
    const qint64 in = prompt.value_or(0);
    qint64 out = completion.value_or(0);
    if (total && *total != in + out) {
        if (reasoning > 0 && *total == in + out + reasoning) {
            out += reasoning;
        } else {
            inconsistent = true;
        }
    }
    Usage& usage = result.usage;
    usage.input = clamped(in - cached - written - audioIn, &inconsistent);
    usage.cacheRead = cached;
    usage.cacheWrite = written;
    usage.inputAudio = audioIn;
    usage.output = clamped(out - audioOut, &inconsistent);
    usage.outputAudio = audioOut;
    usage.reasoning = std::min(reasoning, usage.output);
    inconsistent = inconsistent || reasoning > usage.output;
    usage.source = UsageSource::Reported;
    usage.inconsistent = inconsistent;
    return result;
}

} // namespace lathe
