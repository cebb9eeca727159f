// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/cacherepository.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/compression.h"

#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

constexpr Sql kGet{"SELECT created_at, expires_at, hits, encoding, size, response FROM agent_result_cache "
                   "WHERE signature = ? AND user_id = ? AND expires_at > ?"};
constexpr Sql kHit{"UPDATE agent_result_cache SET hits = hits + 1 WHERE signature = ? AND user_id = ?"};
constexpr Sql kPut{"INSERT INTO agent_result_cache (signature, user_id, created_at, expires_at, hits, size, encoding, "
                   "response) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (signature, user_id) DO UPDATE SET "
                   "created_at = excluded.created_at, expires_at = excluded.expires_at, hits = excluded.hits, "
                   "size = excluded.size, encoding = excluded.encoding, response = excluded.response"};
constexpr Sql kPrune{"DELETE FROM agent_result_cache WHERE expires_at <= ?"};
constexpr Sql kInvalidate{"DELETE FROM agent_result_cache WHERE (signature = ? OR ? = '') AND (user_id = ? OR ? = '')"};
constexpr Sql kCount{"INSERT INTO agent_counters (name, value) VALUES (?, 1) "
                     "ON CONFLICT (name) DO UPDATE SET value = agent_counters.value + 1"};
constexpr Sql kCounter{"SELECT value FROM agent_counters WHERE name = ?"};
constexpr Sql kEntries{"SELECT count(*), coalesce(sum(length(response)), 0) FROM agent_result_cache"};

QString hitsName()
{
    return QStringLiteral("cache_hits");
}
QString missesName()
{
    return QStringLiteral("cache_misses");
}

} // namespace

Result<std::optional<CacheEntry>> CacheRepository::read(const QString& signature, const QString& userId, qint64 nowMs)
{
    auto rows = m_connection.query(kGet, {signature, userId, nowMs});
    if (!rows) {
        return fail(rows.error());
    }
    if (!rows->next()) {
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        return std::optional<CacheEntry>();
    }
    CacheEntry entry{.signature = signature,
                     .userId = userId,
                     .response = {},
                     .createdAtMs = rows->integer(0),
                     .expiresAtMs = rows->integer(1),
                     .hits = rows->integer(2)};
    // A cache is allowed to forget: what cannot be read, or was written in another form, is a miss.
    const auto bytes = decompress(rows->text(3), rows->integer(4), rows->bytes(5));
    if (!bytes) {
        return std::optional<CacheEntry>();
    }
    auto response = aguiResponseFromJson(QJsonDocument::fromJson(*bytes).object());
    if (!response) {
        return std::optional<CacheEntry>();
    }
    entry.response = std::move(*response);
    return std::optional<CacheEntry>(std::move(entry));
}

Result<std::optional<CacheEntry>> CacheRepository::get(const QString& signature, const QString& userId, qint64 nowMs)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    auto entry = read(signature, userId, nowMs);
    if (!entry) {
        return fail(entry.error());
    }
    if (*entry) {
        const auto hit = m_connection.execute(kHit, {signature, userId});
        if (!hit) {
            return fail(hit.error());
        }
        ++(*entry)->hits;
    }
    const auto counted = m_connection.execute(kCount, {*entry ? hitsName() : missesName()});
    if (!counted) {
        return fail(counted.error());
    }
    const auto pruned = prune(nowMs);
    if (!pruned) {
        return fail(pruned.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return entry;
}

Result<void> CacheRepository::put(CacheEntry entry)
{
    const qint64 life = entry.expiresAtMs == 0 ? kDefaultMs : entry.expiresAtMs - entry.createdAtMs;
    entry.expiresAtMs = entry.createdAtMs + std::clamp(life, kShortestMs, kLongestMs);
    const StoredBytes stored = compress(compactJson(toJson(entry.response)));
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto pruned = prune(entry.createdAtMs);
    if (!pruned) {
        return fail(pruned.error());
    }
    const auto done = m_connection.execute(kPut, {entry.signature, entry.userId, entry.createdAtMs, entry.expiresAtMs,
                                                  entry.hits, stored.size, stored.encoding, stored.content});
    if (!done) {
        return fail(done.error());
    }
    return (*transaction)->commit();
}

Result<void> CacheRepository::prune(qint64 nowMs)
{
    const auto done = m_connection.execute(kPrune, {nowMs});
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<qint64> CacheRepository::invalidate(const QString& signature, const QString& userId)
{
    return m_connection.execute(kInvalidate, {signature, signature, userId, userId});
}

Result<CacheStatistics> CacheRepository::statistics()
{
    CacheStatistics statistics;
    auto rows = m_connection.query(kEntries);
    if (!rows) {
        return fail(rows.error());
    }
    if (rows->next()) {
        statistics.entries = rows->integer(0);
        statistics.bytes = rows->integer(1);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    const auto hits = m_connection.integer(kCounter, {hitsName()});
    if (!hits) {
        return fail(hits.error());
    }
    const auto misses = m_connection.integer(kCounter, {missesName()});
    if (!misses) {
        return fail(misses.error());
    }
    statistics.hits = hits->value_or(0);
    statistics.misses = misses->value_or(0);
    return statistics;
}

} // namespace lathe
