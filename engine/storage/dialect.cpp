// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/dialect.h"

#include <sqlite3.h>

namespace lathe {

namespace {

// "Lath" in ASCII: what `file` and we recognise our databases by.
constexpr qint64 kApplicationId = 0x4C617468;

Result<QString> pragma(Connection& connection, const QString& text)
{
    auto rows = connection.queryText(text);
    if (!rows) {
        return fail(rows.error());
    }
    QString value;
    if (rows->next()) {
        value = rows->text(0);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return value;
}

class SqliteDialect final : public Dialect
{
public:
    QString migrations() const override { return QStringLiteral(":/lathe/storage/migrations/sqlite"); }
    Sql beginWriting() const override { return Sql{"BEGIN IMMEDIATE"}; }

    Result<void> setUp(Connection& connection, Connection::Mode mode) const override
    {
        if (mode != Connection::Mode::Write) {
            return {};
        }
        const auto keys = pragma(connection, QStringLiteral("PRAGMA foreign_keys = ON"));
        if (!keys) {
            return fail(keys.error());
        }
        return {};
    }

    Result<void> setUpWriting(Connection& connection) const override
    {
        const auto mode = pragma(connection, QStringLiteral("PRAGMA journal_mode = WAL"));
        if (!mode) {
            return fail(mode.error());
        }
        if (*mode != QLatin1String("wal")) {
            return fail(ErrorCode::Database,
                        QStringLiteral("The database %1 cannot use a write-ahead log, which Lathe needs: is it on a "
                                       "network file system?")
                            .arg(connection.path()),
                        QStringLiteral("journal_mode is %1").arg(*mode));
        }
        // A checkpoint syncs twice: fewer, larger ones. 2,000 pages are 8 MiB.
        const auto checkpoint = pragma(connection, QStringLiteral("PRAGMA wal_autocheckpoint = 2000"));
        if (!checkpoint) {
            return fail(checkpoint.error());
        }
        return setDurability(connection, Durability::Normal);
    }

    Result<void> setDurability(Connection& connection, Durability durability) const override
    {
        // This pragma acts while it is prepared: run again from a kept statement it would do nothing.
        const auto done =
            connection.executeText(durability == Durability::Full ? QStringLiteral("PRAGMA synchronous = FULL")
                                                                  : QStringLiteral("PRAGMA synchronous = NORMAL"));
        if (!done) {
            return fail(done.error());
        }
        return {};
    }

    Result<qint64> schemaVersion(Connection& connection) const override
    {
        const auto text = pragma(connection, QStringLiteral("PRAGMA user_version"));
        if (!text) {
            return fail(text.error());
        }
        return text->toLongLong();
    }

    Result<void> setSchemaVersion(Connection& connection, qint64 version) const override
    {
        const auto id = connection.executeText(QStringLiteral("PRAGMA application_id = %1").arg(kApplicationId));
        if (!id) {
            return fail(id.error());
        }
        const auto done = connection.executeText(QStringLiteral("PRAGMA user_version = %1").arg(version));
        if (!done) {
            return fail(done.error());
        }
        return {};
    }

    Result<bool> isOurs(Connection& connection) const override
    {
        // Counted first: whoever fills an empty file at this moment marks it in the same transaction, so that the mark,
        // read after, is there whenever anything was counted.
        const auto objects = pragma(connection, QStringLiteral("SELECT count(*) FROM sqlite_master"));
        if (!objects) {
            return fail(objects.error());
        }
        const auto id = pragma(connection, QStringLiteral("PRAGMA application_id"));
        if (!id) {
            return fail(id.error());
        }
        if (id->toLongLong() == kApplicationId) {
            return true;
        }
        return id->toLongLong() == 0 && objects->toLongLong() == 0;
    }

    Result<void> backUp(Connection& connection, const QString& target) const override
    {
        const auto done = connection.executeText(QStringLiteral("VACUUM INTO ?"), {target});
        if (!done) {
            return fail(done.error());
        }
        return {};
    }

    Result<QStringList> integrity(Connection& connection) const override
    {
        QStringList findings;
        auto rows = connection.queryText(QStringLiteral("PRAGMA integrity_check(100)"));
        if (!rows) {
            return fail(rows.error());
        }
        while (rows->next()) {
            if (rows->text(0) != QLatin1String("ok")) {
                findings << rows->text(0);
            }
        }
        const auto read = rows->finish();
        if (!read) {
            return fail(read.error());
        }
        auto keys = connection.queryText(QStringLiteral("PRAGMA foreign_key_check"));
        if (!keys) {
            return fail(keys.error());
        }
        while (keys->next()) {
            findings << QStringLiteral("%1: row %2 refers to a missing row of %3")
                            .arg(keys->text(0), keys->text(1), keys->text(2));
        }
        const auto checked = keys->finish();
        if (!checked) {
            return fail(checked.error());
        }
        return findings;
    }

    Error error(int code, const QString& text, const QString& path, const QString& statement) const override
    {
        const QString detail = QStringLiteral("%1 [%2] in: %3").arg(text).arg(code).arg(statement.left(500));
        // Extended codes keep the primary one in their low byte.
        switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Database,
                    QStringLiteral("The database %1 is in use by another program and stayed locked").arg(path), detail};
        case SQLITE_READONLY:
            return {ErrorCode::Database,
                    QStringLiteral("The database %1 cannot be written: the file, its folder or its disk is read-only")
                        .arg(path),
                    detail};
        case SQLITE_IOERR:
            return {ErrorCode::Database, QStringLiteral("Reading or writing the database %1 failed").arg(path), detail};
        case SQLITE_CORRUPT:
            return {ErrorCode::Database,
                    QStringLiteral("The database %1 is damaged; put a backup in its place or move it away").arg(path),
                    detail};
        case SQLITE_FULL:
            return {ErrorCode::Database,
                    QStringLiteral("The disk is full: the database %1 could not be written; what was stored before is "
                                   "safe")
                        .arg(path),
                    detail};
        case SQLITE_CANTOPEN:
            return {ErrorCode::File,
                    QStringLiteral("The database %1 cannot be opened: it or its folder is missing or not accessible")
                        .arg(path),
                    detail};
        case SQLITE_NOTADB:
            return {ErrorCode::Database, QStringLiteral("The file %1 is not a database").arg(path), detail};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::Internal, QStringLiteral("The database %1 refused inconsistent data").arg(path), detail};
        default:
            return {ErrorCode::Database, QStringLiteral("The database %1 failed: %2").arg(path, text), detail};
        }
    }
};

} // namespace

const Dialect& sqliteDialect()
{
    static const SqliteDialect dialect;
    return dialect;
}

} // namespace lathe
