// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/usagedialects.h"

#include "engine/llm/openaiusage.h"
#include "engine/llm/usagecounts.h"

#include <QJsonArray>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// The object of the Responses API in the words of chat/completions, which count alike.
QJsonObject asChatUsage(const QJsonObject& usage)
{
    QJsonObject chat = usage;
    static constexpr std::pair<QLatin1StringView, QLatin1StringView> kNames[] = {
        {"input_tokens"_L1, "prompt_tokens"_L1},
        {"output_tokens"_L1, "completion_tokens"_L1},
        {"input_tokens_details"_L1, "prompt_tokens_details"_L1},
        {"output_tokens_details"_L1, "completion_tokens_details"_L1},
    };
    for (const auto& [from, to] : kNames) {
        if (chat.contains(from)) {
            chat.insert(to, chat.take(from));
        }
    }
    return chat;
}

void readAnthropic(UsageCounts& counts, Usage& usage)
{
    const auto input = counts.count("input_tokens"_L1);
    const auto output = counts.count("output_tokens"_L1);
    if (!input && !output) {
        return;
    }
    const qint64 written = counts.countOr0("cache_creation_input_tokens"_L1);
    usage.input = input.value_or(0);
    usage.output = output.value_or(0);
    usage.cacheRead = counts.countOr0("cache_read_input_tokens"_L1);
    UsageCounts kept = counts.child("cache_creation"_L1);
    usage.cacheWrite1h = kept.countOr0("ephemeral_1h_input_tokens"_L1);
    if (counts.has("cache_creation_input_tokens"_L1)) {
        usage.cacheWrite = counts.rest(written - usage.cacheWrite1h);
        const auto brief = kept.count("ephemeral_5m_input_tokens"_L1);
        counts.note(brief && *brief != usage.cacheWrite);
    } else {
        usage.cacheWrite = kept.countOr0("ephemeral_5m_input_tokens"_L1);
    }
    UsageCounts details = counts.child("output_tokens_details"_L1);
    usage.reasoning = details.countOr0("thinking_tokens"_L1);
    counts.note(kept.bad() || details.bad() || !input || !output);
    usage.source = UsageSource::Reported;
}

void readBedrock(UsageCounts& counts, Usage& usage)
{
    const auto input = counts.count("inputTokens"_L1);
    const auto output = counts.count("outputTokens"_L1);
    if (!input && !output) {
        return;
    }
    usage.input = input.value_or(0);
    usage.output = output.value_or(0);
    usage.cacheRead = counts.countOr0("cacheReadInputTokens"_L1);
    const QJsonArray kept = counts.value("cacheDetails"_L1).toArray();
    for (const QJsonValue& value : kept) {
        UsageCounts detail(value.toObject());
        if (detail.value("ttl"_L1).toString() == "1h"_L1) {
            usage.cacheWrite1h += detail.countOr0("inputTokens"_L1);
        }
        counts.note(detail.bad());
    }
    usage.cacheWrite = counts.rest(counts.countOr0("cacheWriteInputTokens"_L1) - usage.cacheWrite1h);
    const auto total = counts.count("totalTokens"_L1);
    counts.note(!input || !output || (total && *total != usage.total()));
    usage.source = UsageSource::Reported;
}

/// Audio tokens in a list of {modality, tokenCount}.
qint64 audioOf(UsageCounts& counts, QLatin1StringView key)
{
    qint64 audio = 0;
    const QJsonArray list = counts.value(key).toArray();
    for (const QJsonValue& value : list) {
        UsageCounts detail(value.toObject());
        if (detail.value("modality"_L1).toString() == "AUDIO"_L1) {
            audio += detail.countOr0("tokenCount"_L1);
        }
        counts.note(detail.bad());
    }
    return audio;
}

void readGemini(UsageCounts& counts, Usage& usage)
{
    const auto prompt = counts.count("promptTokenCount"_L1);
    const auto candidates = counts.count("candidatesTokenCount"_L1);
    const auto thoughts = counts.count("thoughtsTokenCount"_L1);
    if (!prompt && !candidates && !thoughts) {
        return;
    }
    const qint64 cached = counts.countOr0("cachedContentTokenCount"_L1);
    const qint64 ofTools = counts.countOr0("toolUsePromptTokenCount"_L1);
    const qint64 in = prompt.value_or(0);
    const qint64 said = candidates.value_or(0);
    qint64 out = said + thoughts.value_or(0);
    if (const auto total = counts.count("totalTokenCount"_L1)) {
        const bool inside = *total == in + said || *total == in + ofTools + said;
        out = inside ? said : out;
        counts.note(!inside && *total != in + ofTools + out && *total != in + out);
    }
    usage.cacheReadAudio = audioOf(counts, "cacheTokensDetails"_L1);
    usage.cacheRead = counts.rest(cached - usage.cacheReadAudio);
    usage.inputAudio = counts.rest(audioOf(counts, "promptTokensDetails"_L1) - usage.cacheReadAudio);
    usage.input = counts.rest(in - cached - usage.inputAudio) + ofTools;
    usage.outputAudio = audioOf(counts, "candidatesTokensDetails"_L1);
    usage.output = counts.rest(out - usage.outputAudio);
    usage.reasoning = thoughts.value_or(0);
    counts.note(!prompt);
    usage.source = UsageSource::Reported;
}

void readOllama(UsageCounts& counts, Usage& usage)
{
    const auto prompt = counts.count("prompt_eval_count"_L1); // left out when the prompt was in its cache
    const auto output = counts.count("eval_count"_L1);
    if (!prompt && !output) {
        return;
    }
    usage.input = prompt.value_or(0);
    usage.output = output.value_or(0);
    usage.source = UsageSource::Reported;
}

} // namespace

Usage readUsage(UsageDialect dialect, const QJsonValue& value)
{
    const QJsonObject object = value.toObject();
    if (dialect == UsageDialect::OpenAi) {
        return readOpenAiUsage(value);
    }
    if (dialect == UsageDialect::OpenAiResponses) {
        Usage usage = readOpenAiUsage(asChatUsage(object));
        usage.raw = object;
        return usage;
    }
    Usage usage;
    UsageCounts counts(object);
    switch (dialect) {
    case UsageDialect::Anthropic:
        readAnthropic(counts, usage);
        break;
    case UsageDialect::Bedrock:
        readBedrock(counts, usage);
        break;
    case UsageDialect::Gemini:
        readGemini(counts, usage);
        break;
    case UsageDialect::Ollama:
        readOllama(counts, usage);
        break;
    case UsageDialect::OpenAi:
    case UsageDialect::OpenAiResponses:
        break;
    }
    UsageCounts ofTools = counts.child("server_tool_use"_L1);
    usage.webSearch = ofTools.countOr0("web_search_requests"_L1);
    counts.note(usage.reasoning > usage.output || ofTools.bad());
    usage.reasoning = std::min(usage.reasoning, usage.output);
    usage.serviceTier = normalServiceTier(object.value("service_tier"_L1).toString());
    usage.inconsistent = usage.source == UsageSource::Reported && counts.bad();
    usage.raw = object;
    return usage;
}

void keepLastUsage(QJsonObject& seen, const QJsonObject& next)
{
    constexpr auto kOutput = "output_tokens"_L1;
    for (auto it = next.constBegin(); it != next.constEnd(); ++it) {
        if (it.value().isNull() || (it.key() == kOutput && it->toInteger() < seen.value(kOutput).toInteger())) {
            continue;
        }
        seen.insert(it.key(), it.value());
    }
}

QString normalServiceTier(const QString& name)
{
    const QString tier = name.toLower();
    const bool ordinary = tier == "default"_L1 || tier == "standard"_L1 || tier == "auto"_L1 || tier == "on_demand"_L1;
    return ordinary ? QString() : tier;
}

} // namespace lathe
