// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/database.h"

namespace lathe {

/// agent_result_cache: responses of finished runs by intent signature and user.
class CacheRepository
{
public:
    explicit CacheRepository(Connection& connection) : m_connection(connection) {}

    static constexpr qint64 kHourMs = 3'600'000;
    static constexpr qint64 kDefaultMs = 24 * kHourMs;
    static constexpr qint64 kShortestMs = kHourMs;
    static constexpr qint64 kLongestMs = 168 * kHourMs;

    /// Counts a hit or a miss; what has expired is a miss and goes.
    [[nodiscard]] Result<std::optional<CacheEntry>> get(const QString& signature, const QString& userId, qint64 nowMs);
    /// In place of an older entry. The life of an entry is kept within 1 and 168 hours; expiresAtMs 0 means 24.
    [[nodiscard]] Result<void> put(CacheEntry entry);
    [[nodiscard]] Result<qint64> invalidate(const QString& signature, const QString& userId);
    [[nodiscard]] Result<CacheStatistics> statistics();

private:
    [[nodiscard]] Result<std::optional<CacheEntry>> read(const QString& signature, const QString& userId, qint64 nowMs);
    [[nodiscard]] Result<void> prune(qint64 nowMs);

    Connection& m_connection;
};

} // namespace lathe
