// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/attemptfigures.h"

#include "ui/format.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// Less is no stream, but one piece that lay ready.
constexpr qint64 kShortestStreamMs = 50;

class AttemptText
{
    Q_DECLARE_TR_FUNCTIONS(lathe::AttemptText)
};

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

QString attemptText(const AttemptRecord& attempt)
{
    if (attempt.outcome.isEmpty()) {
        return AttemptText::tr("The model has not answered yet.");
    }
    QStringList parts = {attempt.outcome};
    if (attempt.httpStatus > 0) {
        parts << AttemptText::tr("HTTP %1").arg(attempt.httpStatus);
    }
    if (!attempt.errorMessage.isEmpty()) {
        parts << attempt.errorMessage;
    }
    parts << AttemptText::tr("first byte after %1, whole after %2")
                 .arg(format::duration(attempt.firstByteMs), format::duration(attempt.endedAtMs - attempt.startedAtMs));
    if (attempt.usage.source != UsageSource::Missing) {
        parts << AttemptText::tr("%1 tokens in, %2 out")
                     .arg(format::count(attempt.usage.totalInput()), format::count(attempt.usage.totalOutput()));
    } else {
        parts << AttemptText::tr("usage unknown");
    }
    if (const std::optional<double> rate = outputRate(attempt)) {
        parts << AttemptText::tr("%1 tokens/s").arg(QLocale().toString(*rate, 'f', 1));
    }
    if (const std::optional<double> share = cacheShare(attempt.usage); share && *share > 0) {
        parts << AttemptText::tr("%1 of the input from the cache").arg(format::percent(*share));
    }
    if (attempt.retryAfterMs > 0) {
        parts << AttemptText::tr("tried again after %1").arg(format::duration(attempt.retryAfterMs));
    }
    return parts.join(u" · "_s);
}

} // namespace lathe
