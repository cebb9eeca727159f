// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/enums.h"

#include <array>

namespace lathe {

/// What a group of a bill counts beside its cost.
struct BillCounts
{
    std::array<qint64, kMeterCount> meters{}; ///< quantities, in unitOf() of each meter
    qint64 retries = 0;                       ///< attempts after the first of their decision

    [[nodiscard]] qint64 of(Meter meter) const { return meters[static_cast<size_t>(meter)]; }
    [[nodiscard]] qint64 cached() const { return of(Meter::CacheRead) + of(Meter::CacheReadAudio); }
    [[nodiscard]] qint64 input() const ///< all of it, cached too
    {
        return cached() + of(Meter::Input) + of(Meter::InputAudio) + of(Meter::CacheWrite) + of(Meter::CacheWrite1h);
    }
    [[nodiscard]] qint64 output() const { return of(Meter::Output) + of(Meter::Reasoning) + of(Meter::OutputAudio); }

    bool operator==(const BillCounts&) const = default;
};

} // namespace lathe
