// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace lathe::nodeid {

// Qt hashes indexes by internalId; small consecutive ids collide so badly that expanding a large tree takes seconds.
// Multiplying by an odd constant spreads them over 64 bits and can be undone by the constant's inverse mod 2^64.
inline constexpr quint64 kFactor = 0x9E3779B97F4A7C15ULL;

[[nodiscard]] constexpr quint64 inverse(quint64 odd)
{
    quint64 guess = odd; // correct to 3 bits; each Newton step doubles that
    for (int i = 0; i < 5; ++i) {
        guess *= 2 - odd * guess;
    }
    return guess;
}
inline constexpr quint64 kInverse = inverse(kFactor);
static_assert(kFactor * kInverse == 1);

[[nodiscard]] constexpr quint64 encode(int node)
{
    return (static_cast<quint64>(node) + 1) * kFactor;
}
[[nodiscard]] constexpr int decode(quint64 id)
{
    return static_cast<int>(id * kInverse) - 1;
}

} // namespace lathe::nodeid
