// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QString>

#include <memory>

namespace lathe {

/// Tells runs of living processes from those of dead ones. Each open database holds one byte of the file
/// "<database>-owners" locked, at an offset drawn at random, and writes that offset into the rows of its runs. The
/// kernel lets go of the lock when the process dies, however it dies, so nobody has to clean up or to trust
/// process ids, and several processes (or several databases in one process) never take each other for dead.
class OwnerLock
{
public:
    [[nodiscard]] static Result<std::unique_ptr<OwnerLock>> acquire(const QString& databasePath);
    /// Only asks after others, for a database that cannot be written; its own id is 0, which nobody has.
    [[nodiscard]] static Result<std::unique_ptr<OwnerLock>> observe(const QString& databasePath);
    ~OwnerLock();
    OwnerLock(const OwnerLock&) = delete;
    OwnerLock& operator=(const OwnerLock&) = delete;

    [[nodiscard]] qint64 id() const { return m_id; }
    /// Whether whoever wrote this id is still there. Any thread.
    [[nodiscard]] bool isAlive(qint64 id) const;

private:
    OwnerLock(int file, qint64 id) : m_file(file), m_id(id) {}
    int m_file;
    qint64 m_id;
};

} // namespace lathe
