// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/sandbox.h"
#include "engine/tools/sandboxfd.h"

#include <optional>

namespace lathe {

/// The files that a sandboxed program left behind.
struct SandboxHarvest
{
    QList<SandboxFile> files;
    bool cut = false;
};

/// The host's view of the inside of a running sandbox: its working folder, a file system in memory of limited size,
/// and its process list. Both stay readable after the processes are dead. What lies there is hostile: only regular
/// files are opened, links are never followed.
class SandboxFolder
{
public:
    /// Reaches the folder through /proc while the sandbox waits to start its program; nothing as long as its mounts
    /// are not complete.
    [[nodiscard]] static std::optional<SandboxFolder> open(qint64 innerPid);

    /// Puts files into the empty folder; the error says which does not fit.
    [[nodiscard]] Result<void> put(const QMap<QString, QByteArray>& files) const;
    /// All regular files but those of scratch and those equal to given.
    [[nodiscard]] SandboxHarvest harvest(const QMap<QString, QByteArray>& given, const QStringList& scratch,
                                         qint64 contentLimit) const;
    /// Bytes of memory the sandbox's processes hold: their shares of pages if the plain sum is over limit.
    [[nodiscard]] qint64 memoryInUse(qint64 limit) const;
    /// Files, folders and links in the working folder.
    [[nodiscard]] qint64 entries() const;

private:
    SandboxFolder(FileDescriptor work, FileDescriptor processes);

    FileDescriptor m_work;
    FileDescriptor m_processes;
};

} // namespace lathe
