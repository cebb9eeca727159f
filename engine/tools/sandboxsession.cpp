// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/sandboxsession.h"

#include "engine/tools/sandboxfilter.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lathe {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto releaseInterval = 1ms;
constexpr int maxReleaseTries = 20'000;
constexpr auto watchInterval = 50ms;
constexpr auto killPatience = 2s;
constexpr qint64 maxEntries = 10'000; // a file without content costs the kernel about a kilobyte

QString mebibytes(qint64 bytes)
{
    return u"%1 MiB"_s.arg(bytes / (1024 * 1024));
}

} // namespace

SandboxSession::SandboxSession(QString bubblewrap, const SandboxJob& job)
    : m_bubblewrap(std::move(bubblewrap)), m_job(job)
{
    m_killTimer.setSingleShot(true);
    connect(&m_releaseTimer, &QTimer::timeout, this, &SandboxSession::tryRelease);
    connect(&m_watchTimer, &QTimer::timeout, this, &SandboxSession::watch);
    connect(&m_killTimer, &QTimer::timeout, &m_process, &QProcess::kill);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &SandboxSession::readOutput);
    connect(&m_process, &QProcess::readyReadStandardError, this, &SandboxSession::readOutput);
    connect(&m_process, &QProcess::finished, this, &SandboxSession::onFinished);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            finishWith(SandboxEnd::Unavailable,
                       u"%1 cannot be started: %2."_s.arg(m_bubblewrap, m_process.errorString()));
        }
    });
}

SandboxSession::~SandboxSession() = default;

bool SandboxSession::openChannels(const QByteArray& filter)
{
    m_filter = makeMemoryFile(filter);
    m_status = makePipe();
    m_block = makePipe();
    return m_filter.isOpen() && m_status.read.isOpen() && m_block.read.isOpen() &&
           ::fcntl(m_status.read.get(), F_SETFL, O_NONBLOCK) == 0;
}

void SandboxSession::start()
{
    const Result<QByteArray>& filter = sandboxFilter();
    if (!filter) {
        finishWith(SandboxEnd::Unavailable, filter.error().message);
        return;
    }
    if (!openChannels(*filter)) {
        finishWith(SandboxEnd::Failed,
                   u"The sandbox cannot be started: %1."_s.arg(QString::fromLocal8Bit(::strerror(errno))));
        return;
    }
    const SandboxChannels channels{m_filter.get(), m_status.write.get(), m_block.read.get()};
    prepareSandboxProcess(m_process, m_bubblewrap, sandboxArguments(m_job, channels), channels);
    m_statusNotifier = std::make_unique<QSocketNotifier>(m_status.read.get(), QSocketNotifier::Read);
    connect(m_statusNotifier.get(), &QSocketNotifier::activated, this, &SandboxSession::readStatus);
    m_process.start();
    m_filter.reset();
    m_status.write.reset();
    m_block.read.reset();
    if (m_process.state() != QProcess::NotRunning) {
        m_process.write(m_job.input);
        m_process.closeWriteChannel();
    }
}

bool SandboxSession::readStatus()
{
    char buffer[1024];
    const ssize_t got = ::read(m_status.read.get(), buffer, sizeof buffer);
    if (got <= 0) {
        m_statusNotifier->setEnabled(got < 0);
        return false;
    }
    m_statusText.append(buffer, got);
    qsizetype end = 0;
    while ((end = m_statusText.indexOf('\n')) >= 0) {
        const QJsonObject message = QJsonDocument::fromJson(m_statusText.left(end)).object();
        m_statusText.remove(0, end + 1);
        if (const qint64 pid = message.value("child-pid"_L1).toInteger(); pid > 0 && m_innerPid == 0) {
            m_innerPid = pid;
            m_inner = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, static_cast<pid_t>(pid), 0)));
            if (m_ending) {
                killTree();
            }
            m_releaseTimer.start(releaseInterval);
        }
        if (message.contains("exit-code"_L1)) {
            m_outcome.exitCode = message.value("exit-code"_L1).toInt();
        }
    }
    return true;
}

void SandboxSession::tryRelease()
{
    std::optional<SandboxFolder> folder = SandboxFolder::open(m_innerPid);
    if (!folder) {
        if (++m_releaseTries >= maxReleaseTries) {
            m_releaseTimer.stop();
            end(SandboxEnd::Unavailable, u"The sandbox's working folder cannot be reached through /proc."_s);
        }
        return;
    }
    m_releaseTimer.stop();
    m_folder = std::make_shared<const SandboxFolder>(std::move(*folder));
    if (m_ending) {
        return;
    }
    if (const Result<void> put = m_folder->put(m_job.files); !put) {
        end(SandboxEnd::Failed, put.error().message);
        return;
    }
    m_released = ::write(m_block.write.get(), "x", 1) == 1;
    m_watchTimer.start(watchInterval);
}

void SandboxSession::keep(QByteArray& kept, bool& cut, const QByteArray& bytes)
{
    m_written += bytes.size();
    const qint64 room = m_job.outputLimit - kept.size();
    kept.append(bytes.left(room));
    cut = cut || bytes.size() > room;
    if (m_written > m_job.floodLimit) {
        end(SandboxEnd::OutputExceeded,
            u"The program was stopped because it wrote more than %1 of output."_s.arg(mebibytes(m_job.floodLimit)));
    }
}

void SandboxSession::readOutput()
{
    const qsizetype outputBefore = m_outcome.standardOutput.size();
    const qsizetype errorBefore = m_outcome.standardError.size();
    keep(m_outcome.standardOutput, m_outcome.outputCut, m_process.readAllStandardOutput());
    keep(m_outcome.standardError, m_outcome.errorCut, m_process.readAllStandardError());
    const QByteArray output = m_outcome.standardOutput.mid(outputBefore);
    const QByteArray error = m_outcome.standardError.mid(errorBefore);
    // Before its release only bubblewrap itself can have said anything.
    if (m_job.onOutput && m_released && (!output.isEmpty() || !error.isEmpty())) {
        m_job.onOutput(output, error);
    }
}

void SandboxSession::watch()
{
    if (m_folder->memoryInUse(m_job.memoryLimit) > m_job.memoryLimit) {
        end(SandboxEnd::MemoryExceeded,
            u"The program was stopped because it held more than %1 of memory."_s.arg(mebibytes(m_job.memoryLimit)));
    } else if (m_folder->entries() > maxEntries) {
        end(SandboxEnd::FilesExceeded,
            u"The program was stopped because it made more than %1 files."_s.arg(maxEntries));
    }
}

void SandboxSession::end(SandboxEnd why, const QString& reason)
{
    if (m_ending || m_ended.isSet()) {
        return;
    }
    m_ending = true;
    m_outcome.end = why;
    m_outcome.reason = reason;
    m_watchTimer.stop();
    killTree();
}

void SandboxSession::killTree()
{
    // Killing the first process inside takes all others along, and bubblewrap outside reports and goes. As long as it
    // is not known it will be, in a moment: bubblewrap outside could die before it has tied the inside to its life.
    m_killTimer.start(killPatience);
    if (m_inner.isOpen()) {
        ::syscall(SYS_pidfd_send_signal, m_inner.get(), SIGKILL, nullptr, 0);
    } else if (m_innerPid > 0) {
        ::kill(static_cast<pid_t>(m_innerPid), SIGKILL);
    }
}

void SandboxSession::onFinished()
{
    readOutput();
    // The last report may still be in the pipe.
    while (readStatus()) {
    }
    if (m_outcome.exitCode > 128) {
        m_outcome.signal = m_outcome.exitCode - 128;
    }
    if (m_ending) {
        finishWith(m_outcome.end, m_outcome.reason);
        return;
    }
    if (m_outcome.exitCode < 0) {
        const Error error = explainSandboxFailure(QString::fromLocal8Bit(m_outcome.standardError).trimmed());
        m_outcome.standardError.clear();
        finishWith(SandboxEnd::Unavailable, error.message);
        return;
    }
    finishWith(SandboxEnd::Exited, {});
}

void SandboxSession::finishWith(SandboxEnd why, const QString& reason)
{
    m_releaseTimer.stop();
    m_watchTimer.stop();
    m_killTimer.stop();
    m_outcome.end = why;
    m_outcome.reason = reason;
    m_ended.set(true);
}

} // namespace lathe
