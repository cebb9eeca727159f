// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/bodyrepository.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/compression.h"

#include <QJsonArray>

#include <algorithm>

namespace lathe {

namespace {

constexpr Sql kStore{"INSERT INTO agent_bodies (sha256, size, encoding, content) VALUES (?, ?, ?, ?) "
                     "ON CONFLICT (sha256) DO NOTHING"};
constexpr Sql kHas{"SELECT id FROM agent_bodies WHERE sha256 = ?"};
constexpr Sql kRefer{"INSERT INTO agent_body_references (run, body) "
                     "SELECT CAST(? AS BIGINT), id FROM agent_bodies WHERE sha256 = ? "
                     "ON CONFLICT (run, body) DO NOTHING"};
constexpr Sql kLoad{"SELECT encoding, size, content FROM agent_bodies WHERE sha256 = ?"};
constexpr Sql kBodiesOfRun{"SELECT body FROM agent_body_references WHERE run = ?"};
constexpr Sql kDropReferences{"DELETE FROM agent_body_references WHERE run = ?"};
constexpr Sql kDropUnreferenced{"DELETE FROM agent_bodies WHERE id = ? AND NOT EXISTS "
                                "(SELECT 1 FROM agent_body_references WHERE body = agent_bodies.id)"};
constexpr Sql kAll{"SELECT sha256, encoding, size, content FROM agent_bodies ORDER BY id"};

} // namespace

Result<void> BodyRepository::store(const Body& body)
{
    const QByteArray key = QByteArray::fromHex(body.sha256);
    if (key.size() != 32) {
        return fail(ErrorCode::Internal, QStringLiteral("A body has no valid SHA-256"), QString::fromUtf8(body.sha256));
    }
    // Looking first saves compressing what is there already: histories repeat themselves.
    const auto there = m_connection.integer(kHas, {key});
    if (!there) {
        return fail(there.error());
    }
    if (there->has_value()) {
        return {};
    }
    const StoredBytes stored = compress(body.bytes);
    const auto done = m_connection.execute(kStore, {key, stored.size, stored.encoding, stored.content});
    if (!done) {
        return fail(done.error());
    }
    return {};
}

Result<bool> BodyRepository::refer(qint64 run, const QByteArray& sha256)
{
    const auto done = m_connection.execute(kRefer, {run, QByteArray::fromHex(sha256)});
    if (!done) {
        return fail(done.error());
    }
    return *done == 1;
}

Result<QByteArray> BodyRepository::load(const QString& sha256)
{
    auto rows = m_connection.query(kLoad, {QByteArray::fromHex(sha256.toLatin1())});
    if (!rows) {
        return fail(rows.error());
    }
    if (!rows->next()) {
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
        return fail(ErrorCode::NotFound, QStringLiteral("There is no stored text %1").arg(sha256));
    }
    const auto bytes = decompress(rows->text(0), rows->integer(1), rows->bytes(2));
    if (!bytes) {
        return fail(bytes.error().code, QStringLiteral("The stored text %1 is damaged").arg(sha256),
                    bytes.error().detail);
    }
    return *bytes;
}

Result<void> BodyRepository::release(qint64 run)
{
    auto rows = m_connection.query(kBodiesOfRun, {run});
    if (!rows) {
        return fail(rows.error());
    }
    QList<qint64> bodies;
    while (rows->next()) {
        bodies << rows->integer(0);
    }
    const auto read = rows->finish();
    if (!read) {
        return fail(read.error());
    }
    const auto dropped = m_connection.execute(kDropReferences, {run});
    if (!dropped) {
        return fail(dropped.error());
    }
    for (const qint64 body : bodies) {
        const auto done = m_connection.execute(kDropUnreferenced, {body});
        if (!done) {
            return fail(done.error());
        }
    }
    return {};
}

Result<QStringList> BodyRepository::damaged()
{
    auto rows = m_connection.query(kAll);
    if (!rows) {
        return fail(rows.error());
    }
    QStringList findings;
    while (rows->next()) {
        const QString name = QString::fromLatin1(rows->bytes(0).toHex());
        const auto bytes = decompress(rows->text(1), rows->integer(2), rows->bytes(3));
        if (!bytes) {
            findings << QStringLiteral("body %1: %2").arg(name, bytes.error().detail);
        } else if (sha256Hex(*bytes) != name.toLatin1()) {
            findings << QStringLiteral("body %1: its bytes do not have this hash").arg(name);
        }
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return findings;
}

} // namespace lathe
