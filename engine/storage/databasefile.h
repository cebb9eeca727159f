// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/database.h"
#include "engine/storage/dialect.h"
#include "engine/storage/migrator.h"

namespace lathe {

/// The file of a database on its way to being open: made if it is not there, looked at before it is touched, and
/// opened for reading where it may not be written. Values only: usable on any thread.
class DatabaseFile
{
public:
    DatabaseFile(const Dialect& dialect, DatabaseSettings settings);

    /// Makes the folder, and an empty file that only its owner may read: prompts and answers are nobody else's
    /// business.
    [[nodiscard]] Result<void> prepare() const;
    /// Looks at an existing file without being able to change it: DatabaseNewer, or Database if it is no database.
    [[nodiscard]] Result<void> inspect(qint64 newestSchema) const;
    /// Whether this process may not write it, or not beside it, where the log has to go.
    [[nodiscard]] bool isReadOnly() const;
    /// Migrates first. What is read-only is opened for reading instead: whoever tries to write is told why not.
    [[nodiscard]] Result<std::unique_ptr<Connection>> openForWriter(const QList<MigrationStep>& steps,
                                                                    qint64 nowMs) const;
    [[nodiscard]] Result<std::unique_ptr<Connection>> openForReader() const;
    /// Says what is not allowed where SQLite only says that it cannot open.
    [[nodiscard]] Error explain(Error error) const;

private:
    [[nodiscard]] Result<std::unique_ptr<Connection>> open(Connection::Mode mode) const;
    [[nodiscard]] Result<qint64> versionAs(Connection::Mode mode, qint64 newestSchema) const;
    [[nodiscard]] Result<std::unique_ptr<Connection>> openReadOnly(qint64 newestSchema) const;

    const Dialect& m_dialect;
    DatabaseSettings m_settings;
};

} // namespace lathe
