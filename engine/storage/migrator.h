// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/storage/connection.h"

#include <QList>
#include <QStringList>

namespace lathe {

/// One step forward of the schema: from version - 1 to version.
struct MigrationStep
{
    qint64 version = 0;
    QStringList statements;
};

/// The steps in a resource folder: 0001_initial.sql, 0002_..., statements parted by lines holding only "--;;".
[[nodiscard]] Result<QList<MigrationStep>> loadMigrations(const QString& folder);

struct MigrationOutcome
{
    enum class Kind
    {
        Current,  ///< nothing to do
        Created,  ///< the database was empty
        Migrated, ///< steps were taken, after a backup
    };
    Kind kind = Kind::Current;
    qint64 from = 0;
    qint64 to = 0;
    QString backup; ///< the copy that was made before migrating

    bool operator==(const MigrationOutcome&) const = default;
};

/// What may be said of a database before anything writes to it.
/// Errors: DatabaseNewer, or Database if it has content that is not ours.
[[nodiscard]] Result<qint64> checkVersion(Connection& connection, qint64 newest);

/// Takes the steps that are missing in one transaction, together with the version. Two processes may do so at once:
/// the second finds nothing left to do. nowMs names the backup.
[[nodiscard]] Result<MigrationOutcome> migrate(Connection& connection, const QList<MigrationStep>& steps, qint64 nowMs);

} // namespace lathe
