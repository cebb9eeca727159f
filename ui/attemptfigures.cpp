// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/attemptfigures.h"

namespace lathe {

namespace {

// Less is no stream, but one piece that lay ready.
constexpr qint64 kShortestStreamMs = 50;

} // namespace

std::optional<double> outputRate(const AttemptRecord& attempt)
{
    const qint64 streamedMs = attempt.endedAtMs - attempt.startedAtMs - attempt.firstByteMs;
    const qint64 tokens = attempt.usage.totalOutput();
    if (attempt.usage.source == UsageSource::Missing || tokens <= 0 || streamedMs < kShortestStreamMs) {
        return std::nullopt;
    }
    constexpr double msPerSecond = 1000;
    return static_cast<double>(tokens) * msPerSecond / static_cast<double>(streamedMs);
}

std::optional<double> cacheShare(const Usage& usage)
{
    const qint64 sent = usage.totalInput();
    if (usage.source == UsageSource::Missing || sent <= 0) {
        return std::nullopt;
    }
    return static_cast<double>(usage.cacheRead + usage.cacheReadAudio) / static_cast<double>(sent);
}

} // namespace lathe
