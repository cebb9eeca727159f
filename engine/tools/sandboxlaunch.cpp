// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/sandboxlaunch.h"

#include "engine/tools/sandboxfd.h"
#include "engine/tools/sandboxfilter.h"

#include <QFileInfo>
#include <QProcess>
#include <QProcessEnvironment>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QVersionNumber>

#include <cerrno>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

constexpr int trialLimitMs = 10'000;
const QVersionNumber oldestBubblewrap(0, 8, 0); // the first with --disable-userns

/// Runs in the child between fork and exec: raw system calls only.
void dropEverything(const SandboxChannels& channels)
{
    ::setsid();
    // What another part of the program opened without close-on-exec must not reach a stranger.
    if (::syscall(SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) != 0) {
        for (int fd = 3; fd < 4096; ++fd) {
            ::fcntl(fd, F_SETFD, FD_CLOEXEC);
        }
    }
    for (const int fd : {channels.filter, channels.status, channels.block}) {
        if (fd >= 0) {
            ::fcntl(fd, F_SETFD, 0);
        }
    }
    if (::geteuid() == 0) {
        // Limits on the number of processes do not hold for root.
        if (::syscall(SYS_setgroups, 0, nullptr) != 0 ||
            ::syscall(SYS_setresgid, sandboxUser, sandboxUser, sandboxUser) != 0 ||
            ::syscall(SYS_setresuid, sandboxUser, sandboxUser, sandboxUser) != 0 ||
            ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
            constexpr char complaint[] = "cannot drop from root to an unprivileged user\n";
            [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, complaint, sizeof complaint - 1);
            ::_exit(126);
        }
    }
}

QStringList limitArguments(const SandboxJob& job)
{
    const qint64 cpu = job.cpuLimit.count() > 0 ? job.cpuLimit.count() : (job.wallLimit.count() + 999) / 1000 + 1;
    return {u"/usr/bin/prlimit"_s,
            u"--cpu=%1:%2"_s.arg(cpu).arg(cpu + 1),
            u"--data=%1"_s.arg(job.memoryLimit),
            u"--fsize=%1"_s.arg(sandboxFileBytes),
            u"--nproc=32"_s,
            u"--nofile=64"_s,
            u"--core=0"_s,
            u"--"_s};
}

Result<void> checkVersion(const QString& bubblewrap)
{
    QProcess process;
    prepareSandboxProcess(process, bubblewrap, {u"--version"_s}, {});
    process.start();
    if (!process.waitForFinished(trialLimitMs) || process.exitStatus() != QProcess::NormalExit) {
        return fail(ErrorCode::Unavailable,
                    u"The sandbox program %1 cannot be run: %2."_s.arg(bubblewrap, process.errorString()));
    }
    const QString text = QString::fromLocal8Bit(process.readAllStandardOutput());
    static const QRegularExpression pattern(u"\\d+\\.\\d+(\\.\\d+)?"_s);
    const QVersionNumber version = QVersionNumber::fromString(pattern.match(text).captured());
    if (version < oldestBubblewrap) {
        return fail(
            ErrorCode::Unavailable,
            u"bubblewrap at %1 is too old: %2 is needed, found \"%3\". Install a newer package \"bubblewrap\"."_s.arg(
                bubblewrap, oldestBubblewrap.toString(), text.trimmed()));
    }
    return {};
}

Result<void> tryRun(const QString& bubblewrap)
{
    const Result<QByteArray>& filter = sandboxFilter();
    if (!filter) {
        return fail(filter.error());
    }
    const FileDescriptor filterFile = makeMemoryFile(*filter);
    SandboxChannels channels;
    channels.filter = filterFile.get();
    SandboxJob job;
    job.argv = {u"/usr/bin/true"_s};
    QProcess process;
    prepareSandboxProcess(process, bubblewrap, sandboxArguments(job, channels), channels);
    process.start();
    const bool finished = process.waitForFinished(trialLimitMs);
    if (finished && process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0) {
        return {};
    }
    const QString complaint = QString::fromLocal8Bit(process.readAllStandardError()).trimmed();
    process.kill();
    process.waitForFinished(trialLimitMs);
    return fail(explainSandboxFailure(finished ? complaint : u"the trial run did not end"_s));
}

} // namespace

QStringList sandboxArguments(const SandboxJob& job, const SandboxChannels& channels)
{
    QStringList arguments{u"--unshare-all"_s, u"--unshare-user"_s,   u"--die-with-parent"_s,
                          u"--new-session"_s, u"--disable-userns"_s, u"--clearenv"_s};
    QMap<QString, QString> environment = job.environment;
    environment.insert(u"PATH"_s, u"/usr/local/bin:/usr/bin:/bin"_s);
    environment.insert(u"HOME"_s, u"/work"_s);
    environment.insert(u"TMPDIR"_s, u"/work"_s);
    environment.insert(u"LANG"_s, u"C.UTF-8"_s);
    for (auto variable = environment.cbegin(); variable != environment.cend(); ++variable) {
        arguments << u"--setenv"_s << variable.key() << *variable;
    }
    arguments << u"--ro-bind"_s << u"/usr"_s << u"/usr"_s;
    for (const QString& name : {u"bin"_s, u"sbin"_s, u"lib"_s, u"lib64"_s}) {
        const QString target = u"usr/"_s + name;
        const QString link = u"/"_s + name;
        arguments << u"--symlink"_s << target << link;
    }
    for (const QString& path : {u"/etc/alternatives"_s, u"/etc/ld.so.cache"_s}) {
        arguments << u"--ro-bind-try"_s << path << path;
    }
    const QString mebibyte = QString::number(1024 * 1024);
    arguments << u"--proc"_s << u"/proc"_s << u"--dev"_s
              << u"/dev"_s
              // bubblewrap's own /dev is half of the machine's memory for whoever fills it
              << u"--size"_s << mebibyte << u"--tmpfs"_s << u"/dev/shm"_s << u"--remount-ro"_s << u"/dev"_s
              << u"--size"_s << QString::number(sandboxFolderBytes) << u"--tmpfs"_s << u"/work"_s << u"--size"_s
              << mebibyte << u"--perms"_s << u"1777"_s << u"--tmpfs"_s << u"/tmp"_s << u"--remount-ro"_s << u"/"_s
              << u"--chdir"_s << u"/work"_s << u"--hostname"_s << u"sandbox"_s << u"--uid"_s
              << QString::number(sandboxUser) << u"--gid"_s << QString::number(sandboxUser) << u"--cap-drop"_s
              << u"ALL"_s << u"--seccomp"_s << QString::number(channels.filter);
    if (channels.status >= 0) {
        arguments << u"--json-status-fd"_s << QString::number(channels.status);
    }
    if (channels.block >= 0) {
        arguments << u"--block-fd"_s << QString::number(channels.block);
    }
    return arguments << u"--"_s << limitArguments(job) << job.argv;
}

void prepareSandboxProcess(QProcess& process, const QString& bubblewrap, const QStringList& arguments,
                           const SandboxChannels& channels)
{
    process.setProgram(bubblewrap);
    process.setArguments(arguments);
    process.setWorkingDirectory(u"/"_s);
    // --clearenv leaves bubblewrap's own environment readable inside as that of process 1.
    QProcessEnvironment environment;
    environment.insert(u"PATH"_s, u"/usr/bin:/bin"_s);
    process.setProcessEnvironment(environment);
    process.setChildProcessModifier([channels] { dropEverything(channels); });
}

QString findBubblewrap(const QString& given)
{
    if (!given.isEmpty()) {
        return QFileInfo(given).isExecutable() ? given : QString();
    }
    return QStandardPaths::findExecutable(u"bwrap"_s, {u"/usr/local/bin"_s, u"/usr/bin"_s, u"/bin"_s});
}

Result<void> checkSandbox(const QString& bubblewrapPath)
{
    const QString bubblewrap = findBubblewrap(bubblewrapPath);
    if (bubblewrap.isEmpty()) {
        if (bubblewrapPath.isEmpty()) {
            return fail(ErrorCode::Unavailable, u"bubblewrap is not installed. Install the package \"bubblewrap\"."_s);
        }
        return fail(ErrorCode::Unavailable,
                    u"There is no bubblewrap program at the configured path %1."_s.arg(bubblewrapPath));
    }
    if (const Result<void> version = checkVersion(bubblewrap); !version) {
        return version;
    }
    return tryRun(bubblewrap);
}

Error explainSandboxFailure(const QString& complaint)
{
    const auto says = [&complaint](QLatin1StringView part) { return complaint.contains(part, Qt::CaseInsensitive); };
    if (says("seccomp"_L1)) {
        return {ErrorCode::Unavailable, u"The kernel refused the sandbox's system call filter."_s, complaint};
    }
    if (says("unknown option"_L1)) {
        return {ErrorCode::Unavailable, u"bubblewrap is too old: %1 is needed."_s.arg(oldestBubblewrap.toString()),
                complaint};
    }
    if (says("namespace"_L1) || says("uid map"_L1) || says("gid map"_L1) || says("userns"_L1)) {
        return {ErrorCode::Unavailable,
                u"User namespaces are forbidden on this machine. Allow them for bubblewrap: "
                "sysctl kernel.unprivileged_userns_clone=1, user.max_user_namespaces above 0, and on Ubuntu the "
                "AppArmor profile \"bwrap-userns-restrict\" or kernel.apparmor_restrict_unprivileged_userns=0."_s,
                complaint};
    }
    return {
        ErrorCode::Unavailable,
        u"The sandbox cannot be set up: %1."_s.arg(complaint.isEmpty() ? u"bubblewrap gave no reason"_s : complaint),
        complaint};
}

QString sandboxProgram(const QString& name)
{
    const QString found = QStandardPaths::findExecutable(name, {u"/usr/local/bin"_s, u"/usr/bin"_s, u"/bin"_s});
    // A link out of /usr leads nowhere inside.
    return QFileInfo(found).canonicalFilePath().startsWith("/usr/"_L1) ? found : QString();
}

} // namespace lathe
