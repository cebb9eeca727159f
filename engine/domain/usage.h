// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/core/result.h"
#include "engine/domain/enums.h"
#include "engine/domain/fields.h"

#include <QJsonObject>
#include <QString>

#include <optional>

namespace lathe {

/// What one model attempt used, in disjoint classes: they add up to the totals and are never negative.
/// reasoning is part of output (information only). Source missing: the provider said nothing, all numbers are 0
/// and mean "unknown".
struct Usage
{
    qint64 input = 0;     ///< uncached text input
    qint64 cacheRead = 0; ///< of text
    qint64 cacheReadAudio = 0;
    qint64 cacheWrite = 0; ///< short-lived cache writes
    qint64 cacheWrite1h = 0;
    qint64 inputAudio = 0; ///< uncached
    qint64 output = 0;     ///< includes reasoning, excludes audio
    qint64 outputAudio = 0;
    qint64 reasoning = 0;
    qint64 anyToken = 0;   ///< tokens whose class is not known
    qint64 webSearch = 0;  ///< requests the provider makes for the model and bills by number
    qint64 fileSearch = 0; ///< likewise
    UsageSource source = UsageSource::Missing;
    bool inconsistent = false;           ///< the provider's numbers did not add up and were clamped
    QString serviceTier{};               ///< "batch", "flex" ...; empty: the ordinary one
    QString region{};                    ///< where it ran, if that decides the price
    std::optional<Money> reportedCost{}; ///< what the provider says it charges
    QJsonObject raw{};                   ///< the provider's own usage object

    [[nodiscard]] qint64 totalInput() const
    {
        return input + cacheRead + cacheReadAudio + cacheWrite + cacheWrite1h + inputAudio;
    }
    [[nodiscard]] qint64 totalOutput() const { return output + outputAudio; }
    [[nodiscard]] qint64 total() const { return totalInput() + totalOutput() + anyToken; } ///< tokens

    bool operator==(const Usage&) const = default;
};

[[nodiscard]] Fields toFields(const Usage& usage);
[[nodiscard]] QJsonObject toJson(const Usage& usage);
[[nodiscard]] Result<Usage> usageFromJson(const QJsonObject& json);

} // namespace lathe
