// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/async.h"
#include "engine/tools/sandboxfolder.h"
#include "engine/tools/sandboxlaunch.h"

#include <QObject>
#include <QProcess>
#include <QSocketNotifier>
#include <QTimer>

#include <memory>
#include <optional>

namespace lathe {

/// One run: starts bubblewrap, waits until its mounts stand, puts the files in, lets the program go, keeps what it
/// writes, watches its memory, and kills the tree when told to or when a limit is passed.
class SandboxSession : public QObject
{
public:
    SandboxSession(QString bubblewrap, const SandboxJob& job);
    ~SandboxSession() override;

    void start();
    /// Kills everything inside; the first reason given stays. Does nothing after the end.
    void end(SandboxEnd why, const QString& reason);
    /// True when nothing of the run is alive any more; then outcome() is complete but for files and time.
    [[nodiscard]] QFuture<bool> ended() { return m_ended.future(); }
    [[nodiscard]] SandboxOutcome& outcome() { return m_outcome; }
    /// The working folder, if the program ever started.
    [[nodiscard]] std::shared_ptr<const SandboxFolder> folder() const { return m_released ? m_folder : nullptr; }

private:
    bool openChannels(const QByteArray& filter);
    bool readStatus();
    void tryRelease();
    void keep(QByteArray& kept, bool& cut, const QByteArray& bytes);
    void readOutput();
    void watch();
    void onFinished();
    void killTree();
    void finishWith(SandboxEnd why, const QString& reason);

    const QString m_bubblewrap;
    const SandboxJob& m_job;
    QProcess m_process;
    PipeEnds m_status;
    PipeEnds m_block;
    FileDescriptor m_filter;
    FileDescriptor m_inner; ///< a handle on the sandbox's first process: its number could be used again
    qint64 m_innerPid = 0;
    std::unique_ptr<QSocketNotifier> m_statusNotifier;
    QByteArray m_statusText;
    QTimer m_releaseTimer;
    QTimer m_watchTimer;
    QTimer m_killTimer;
    std::shared_ptr<const SandboxFolder> m_folder;
    bool m_released = false;
    bool m_ending = false;
    qint64 m_written = 0;
    int m_releaseTries = 0;
    SandboxOutcome m_outcome;
    OneShot<bool> m_ended;
};

} // namespace lathe
