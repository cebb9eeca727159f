// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <stop_token>

namespace lathe {

/// The folder a sandboxed program works in, and the room it has there. Files lie in memory and go with the sandbox.
inline constexpr qint64 sandboxFolderBytes = 64 * 1024 * 1024;
inline constexpr qint64 sandboxFileBytes = 32 * 1024 * 1024; ///< largest single file a program may write

/// What to run, with what, and how far it may go.
struct SandboxJob
{
    QStringList argv;                            ///< the program (a path under /usr, or a name on its PATH), arguments
    QMap<QString, QByteArray> files;             ///< plain name to content; lie in the working folder
    QStringList scratchFiles;                    ///< names in the working folder that are not reported as files out
    QByteArray input;                            ///< standard input; empty: end of file at once
    std::chrono::milliseconds wallLimit{10'000}; ///< then the whole tree is killed
    std::chrono::seconds cpuLimit{0};            ///< per process; 0: the wall limit, rounded up, and one second
    qint64 memoryLimit = 512LL * 1024 * 1024;    ///< data bytes per process, and proportional set of the whole tree
    qint64 outputLimit = 64 * 1024;              ///< bytes kept of each of standard output and standard error
    qint64 floodLimit = 8LL * 1024 * 1024;       ///< bytes of both together at which the program is killed
    qint64 contentLimit = 1024 * 1024;           ///< bytes of content returned of all files out together
    QMap<QString, QString> environment;          ///< beside PATH, HOME, TMPDIR and LANG; visible to the program
    /// Told what is kept of standard output and standard error as it comes; on the thread of the run. May be empty.
    std::function<void(const QByteArray& output, const QByteArray& error)> onOutput;
};

/// A regular file that the program made or changed.
struct SandboxFile
{
    QString name; ///< relative to the working folder, with / between folders
    qint64 size = 0;
    QByteArray sha256;       ///< 64 hex digits; empty if the files are too large to read all
    QByteArray content;      ///< all of it, or nothing
    bool hasContent = false; ///< false: over the job's contentLimit

    bool operator==(const SandboxFile&) const = default;
};

/// Why a sandboxed program is no longer running.
enum class SandboxEnd
{
    Exited,         ///< by itself, or by a signal of its own making
    TimedOut,       ///< wall limit
    Cancelled,      ///< stop was requested
    MemoryExceeded, ///< the tree held more than the memory limit
    OutputExceeded, ///< wrote more than the flood limit
    FilesExceeded,  ///< made more files than the working folder may have
    Unavailable,    ///< no working sandbox on this machine: nothing was run
    Failed,         ///< the sandbox could not be set up or input files do not fit: the program did not run
};

struct SandboxOutcome
{
    SandboxEnd end = SandboxEnd::Failed;
    int exitCode = -1; ///< 128 + signal if killed; -1 if it never ran
    int signal = 0;    ///< 0 if it exited
    QByteArray standardOutput;
    QByteArray standardError;
    bool outputCut = false; ///< more was written than kept
    bool errorCut = false;
    qint64 durationMs = 0;
    QList<SandboxFile> files; ///< made or changed, by name; also after a limit was hit
    bool filesCut = false;    ///< there are more than are listed
    QString reason;           ///< one sentence if end is not Exited

    [[nodiscard]] bool timedOut() const { return end == SandboxEnd::TimedOut; }
    [[nodiscard]] bool cancelled() const { return end == SandboxEnd::Cancelled; }
};

/// Runs programs of strangers under bubblewrap: own user, process, network and mount namespaces, a seccomp filter, no
/// environment, no home, no network, nothing writable but a folder in memory. Started by root it drops to an
/// unprivileged user first. One thread with an event loop; outlives its runs; any number of runs at once.
class SandboxRunner
{
public:
    /// bubblewrapPath empty: bwrap is looked up on the usual system folders.
    explicit SandboxRunner(Clock& clock, QString bubblewrapPath = {});

    /// Nothing, or Unavailable with what is missing and what to do. The first call runs a trial (about 20 ms) and
    /// success is remembered.
    [[nodiscard]] Result<void> available() const;
    /// Never fails with an exception; every ending is an outcome.
    QCoro::Task<SandboxOutcome> run(SandboxJob job, std::stop_token stop);

private:
    Clock& m_clock;
    QString m_bubblewrapPath;
    mutable bool m_known = false;
};

/// The host's path of an interpreter that is visible inside the sandbox (below /usr), or an empty string.
[[nodiscard]] QString sandboxProgram(const QString& name);

} // namespace lathe
