// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/databasefile.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace lathe {

namespace {

/// How a file is read that may not be written: a log beside it means that it is open elsewhere, or was when its
/// process died, and then has to be read too.
Connection::Mode readingMode(const QString& path)
{
    const bool closed = !QFile::exists(path + QLatin1String("-wal"));
    return closed ? Connection::Mode::Inspect : Connection::Mode::Read;
}

} // namespace

DatabaseFile::DatabaseFile(const Dialect& dialect, DatabaseSettings settings)
    : m_dialect(dialect), m_settings(std::move(settings))
{}

Result<void> DatabaseFile::prepare() const
{
    const QString& path = m_settings.path;
    const QFileInfo info(path);
    if (path.isEmpty() || info.isDir()) {
        return fail(ErrorCode::File, QStringLiteral("\"%1\" cannot be a database: it is not a file").arg(path));
    }
    const QString folder = info.absolutePath();
    if (!QDir().mkpath(folder)) {
        return fail(ErrorCode::File, QStringLiteral("The folder %1 for the database cannot be made").arg(folder));
    }
    if (info.exists()) {
        return {};
    }
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        if (QFile::exists(path)) {
            return {}; // another process was faster
        }
        return fail(ErrorCode::File, QStringLiteral("The database %1 cannot be made").arg(path), file.errorString());
    }
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

Result<void> DatabaseFile::inspect(qint64 newestSchema) const
{
    if (QFileInfo(m_settings.path).size() == 0) {
        return {};
    }
    const Connection::Mode mode = readingMode(m_settings.path);
    auto version = versionAs(mode, newestSchema);
    if (!version && mode == Connection::Mode::Inspect && readingMode(m_settings.path) == Connection::Mode::Read) {
        version = versionAs(Connection::Mode::Read, newestSchema); // opened elsewhere just now
    }
    if (!version) {
        return fail(version.error());
    }
    return {};
}

bool DatabaseFile::isReadOnly() const
{
    const QFileInfo info(m_settings.path);
    return info.exists() && !(info.isWritable() && QFileInfo(info.absolutePath()).isWritable());
}

Error DatabaseFile::explain(Error error) const
{
    const QString& path = m_settings.path;
    if (error.code != ErrorCode::File || !isReadOnly()) {
        return error;
    }
    error.code = ErrorCode::Database;
    error.message =
        QFileInfo(path).isReadable()
            ? QStringLiteral("The database %1 cannot be written: the file, its folder or its disk is read-only")
                  .arg(path)
            : QStringLiteral("The database %1 cannot be read: this user may not").arg(path);
    return error;
}

Result<std::unique_ptr<Connection>> DatabaseFile::openForWriter(const QList<MigrationStep>& steps, qint64 nowMs) const
{
    if (isReadOnly()) {
        return openReadOnly(steps.size());
    }
    auto connection = open(Connection::Mode::Write);
    if (!connection) {
        return fail(connection.error());
    }
    const auto ready = m_dialect.setUpWriting(**connection);
    if (!ready) {
        return fail(ready.error());
    }
    const auto migrated = migrate(**connection, steps, nowMs);
    if (!migrated) {
        return fail(migrated.error());
    }
    return connection;
}

Result<std::unique_ptr<Connection>> DatabaseFile::openForReader() const
{
    return open(isReadOnly() ? readingMode(m_settings.path) : Connection::Mode::Read);
}

Result<std::unique_ptr<Connection>> DatabaseFile::openReadOnly(qint64 newestSchema) const
{
    auto connection = open(readingMode(m_settings.path));
    if (!connection) {
        return fail(connection.error());
    }
    const auto version = checkVersion(**connection, newestSchema);
    if (!version) {
        return fail(version.error());
    }
    if (*version != newestSchema) {
        return fail(ErrorCode::Database,
                    QStringLiteral("The database %1 has the older schema %2 and has to be brought to %3 first")
                        .arg(m_settings.path)
                        .arg(*version)
                        .arg(newestSchema));
    }
    return connection;
}

Result<std::unique_ptr<Connection>> DatabaseFile::open(Connection::Mode mode) const
{
    return Connection::open(m_dialect, m_settings.path, mode, m_settings.busyTimeoutMs);
}

Result<qint64> DatabaseFile::versionAs(Connection::Mode mode, qint64 newestSchema) const
{
    const auto connection = open(mode);
    if (!connection) {
        return fail(connection.error());
    }
    return checkVersion(**connection, newestSchema);
}

} // namespace lathe
