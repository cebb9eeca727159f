// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/sandbox.h"

#include <QList>
#include <QStringList>

QT_BEGIN_NAMESPACE
class QProcess;
QT_END_NAMESPACE

namespace lathe {

/// Descriptors that bubblewrap inherits; -1 for one that is not wanted.
struct SandboxChannels
{
    int filter = -1; ///< the system call filter, read from offset 0
    int status = -1; ///< bubblewrap reports on it
    int block = -1;  ///< the program starts when a byte comes
};

/// bubblewrap's arguments for a job. No secret may be among them: the program can read them.
[[nodiscard]] QStringList sandboxArguments(const SandboxJob& job, const SandboxChannels& channels);
/// Prepares process to run bubblewrap with nothing of our environment, our descriptors or (if root) our rights.
void prepareSandboxProcess(QProcess& process, const QString& bubblewrap, const QStringList& arguments,
                           const SandboxChannels& channels);
/// Whether bubblewrap is there, new enough, and allowed to do its work here; runs a trial.
[[nodiscard]] Result<void> checkSandbox(const QString& bubblewrapPath);
/// The path to start: the one given, else the one of the system folders, else empty.
[[nodiscard]] QString findBubblewrap(const QString& given);
/// What bubblewrap's complaint means and what to do about it.
[[nodiscard]] Error explainSandboxFailure(const QString& complaint);

} // namespace lathe
