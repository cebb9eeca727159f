// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runevent.h"
#include "engine/storage/connection.h"

#include <QStringList>

namespace lathe {

/// agent_bodies and agent_body_references. Writing needs an open transaction.
class BodyRepository
{
public:
    explicit BodyRepository(Connection& connection) : m_connection(connection) {}

    /// Stores a body if it is not there yet.
    [[nodiscard]] Result<void> store(const Body& body);
    /// Notes that the run (by its number) refers to a body; false if it is not stored or was noted before.
    [[nodiscard]] Result<bool> refer(qint64 run, const QByteArray& sha256);
    [[nodiscard]] Result<QByteArray> load(const QString& sha256);
    /// Drops the references of a run and every body that nobody else refers to.
    [[nodiscard]] Result<void> release(qint64 run);
    /// Bodies whose bytes cannot be read or do not have their hash.
    [[nodiscard]] Result<QStringList> damaged();

private:
    Connection& m_connection;
};

} // namespace lathe
