// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/journal.h"
#include "engine/storage/connection.h"

namespace lathe {

/// Everything in which one database engine differs from another; the SQL text elsewhere is what both take.
/// Stateless; any thread.
class Dialect
{
public:
    virtual ~Dialect() = default;
    /// Resource folder of its migrations.
    [[nodiscard]] virtual QString migrations() const = 0;
    /// After opening: what must hold for every connection of this mode.
    [[nodiscard]] virtual Result<void> setUp(Connection& connection, Connection::Mode mode) const = 0;
    /// Once for a database whose schema is ours: the way it writes. Checked, not hoped for.
    [[nodiscard]] virtual Result<void> setUpWriting(Connection& connection) const = 0;
    [[nodiscard]] virtual Sql beginWriting() const = 0;
    /// For the transactions that follow.
    [[nodiscard]] virtual Result<void> setDurability(Connection& connection, Durability durability) const = 0;

    [[nodiscard]] virtual Result<qint64> schemaVersion(Connection& connection) const = 0;
    /// Inside the transaction of the migration.
    [[nodiscard]] virtual Result<void> setSchemaVersion(Connection& connection, qint64 version) const = 0;
    /// False if the database has content that Lathe did not make.
    [[nodiscard]] virtual Result<bool> isOurs(Connection& connection) const = 0;
    /// A copy of everything committed in target, which must not exist.
    [[nodiscard]] virtual Result<void> backUp(Connection& connection, const QString& target) const = 0;
    /// What the database says of its own state; empty if all is well.
    [[nodiscard]] virtual Result<QStringList> integrity(Connection& connection) const = 0;

    /// Words for people (what failed and which file), the engine's own text and the statement in detail.
    [[nodiscard]] virtual Error error(int code, const QString& text, const QString& path,
                                      const QString& statement) const = 0;
};

[[nodiscard]] const Dialect& sqliteDialect();

} // namespace lathe
