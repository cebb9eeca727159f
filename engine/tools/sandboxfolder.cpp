// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/sandboxfolder.h"

#include "engine/core/canonicaljson.h"

#include <QFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <memory>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

constexpr int maxListedFiles = 1000;
constexpr int maxFolderDepth = 16;
constexpr qint64 maxHashedBytes = 2 * sandboxFolderBytes; // sparse files can pretend to be far larger than the folder

struct CloseFolder
{
    void operator()(DIR *folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

Folder openFolderAt(int parent, const char *name)
{
    const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *const folder = fd < 0 ? nullptr : ::fdopendir(fd);
    if (!folder && fd >= 0) {
        ::close(fd);
    }
    return Folder(folder);
}

bool isDotName(const char *name)
{
    return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

std::optional<QByteArray> readAll(int fd, qint64 size)
{
    QByteArray bytes(size, Qt::Uninitialized);
    qint64 done = 0;
    while (done < size) {
        const ssize_t got = ::pread(fd, bytes.data() + done, static_cast<size_t>(size - done), done);
        if (got <= 0) {
            return std::nullopt;
        }
        done += got;
    }
    return bytes;
}

/// A short file of the process list.
QByteArray readSmall(int parent, const QByteArray& path)
{
    const FileDescriptor file(::openat(parent, path.constData(), O_RDONLY | O_CLOEXEC));
    QByteArray text(4096, '\0');
    const ssize_t got = file.isOpen() ? ::read(file.get(), text.data(), static_cast<size_t>(text.size())) : 0;
    text.truncate(std::max<qsizetype>(got, 0));
    return text;
}

qint64 residentBytes(int processes, const QByteArray& pid)
{
    const QList<QByteArray> fields = readSmall(processes, pid + "/statm").split(' ');
    return fields.size() > 1 ? fields.at(1).toLongLong() * ::sysconf(_SC_PAGESIZE) : 0;
}

/// Its own pages and its part of shared ones; its resident pages if the kernel does not tell.
qint64 proportionalBytes(int processes, const QByteArray& pid)
{
    const QByteArray rollup = readSmall(processes, pid + "/smaps_rollup");
    const qsizetype at = rollup.indexOf("\nPss:");
    if (at < 0) {
        return residentBytes(processes, pid);
    }
    const QByteArray rest = rollup.mid(at + 5, 40).trimmed();
    return rest.left(rest.indexOf(' ')).toLongLong() * 1024;
}

class Harvester
{
public:
    Harvester(const QMap<QString, QByteArray>& given, const QStringList& scratch, qint64 contentLimit)
        : m_given(given), m_scratch(scratch), m_contentLeft(contentLimit)
    {}

    void walk(int parent, const char *name, const QString& prefix, int depth)
    {
        const Folder folder = openFolderAt(parent, name);
        while (const dirent *const entry = folder ? ::readdir(folder.get()) : nullptr) {
            if (isDotName(entry->d_name)) {
                continue;
            }
            if (m_harvest.files.size() >= maxListedFiles) {
                m_harvest.cut = true;
                return;
            }
            take(::dirfd(folder.get()), entry->d_name, prefix, depth);
        }
    }

    SandboxHarvest finish()
    {
        std::ranges::sort(m_harvest.files, {}, &SandboxFile::name);
        return std::move(m_harvest);
    }

private:
    void take(int folder, const char *name, const QString& prefix, int depth)
    {
        struct stat info
        {};
        if (::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
            return;
        }
        const QString path = prefix + QString::fromUtf8(name);
        if (S_ISDIR(info.st_mode)) {
            if (depth >= maxFolderDepth) {
                m_harvest.cut = true;
                return;
            }
            walk(folder, name, path + u'/', depth + 1);
        } else if (S_ISREG(info.st_mode) && !m_scratch.contains(path)) {
            takeFile(folder, name, path, info.st_size);
        }
    }

    void takeFile(int folder, const char *name, const QString& path, qint64 size)
    {
        SandboxFile file;
        file.name = path;
        file.size = size;
        if (size <= m_hashLeft) {
            m_hashLeft -= size;
            const FileDescriptor fd(::openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
            std::optional<QByteArray> content = fd.isOpen() ? readAll(fd.get(), size) : std::nullopt;
            if (content) {
                const auto given = m_given.constFind(path);
                if (given != m_given.constEnd() && *given == *content) {
                    return;
                }
                file.sha256 = sha256Hex(*content);
                if (size <= m_contentLeft) {
                    m_contentLeft -= size;
                    file.content = std::move(*content);
                    file.hasContent = true;
                }
            }
        }
        m_harvest.files.append(std::move(file));
    }

    const QMap<QString, QByteArray>& m_given;
    const QStringList& m_scratch;
    qint64 m_contentLeft;
    qint64 m_hashLeft = maxHashedBytes;
    SandboxHarvest m_harvest;
};

} // namespace

SandboxFolder::SandboxFolder(FileDescriptor work, FileDescriptor processes)
    : m_work(std::move(work)), m_processes(std::move(processes))
{}

std::optional<SandboxFolder> SandboxFolder::open(qint64 innerPid)
{
    const SandboxFileIdentity identity;
    const QByteArray root = "/proc/" + QByteArray::number(innerPid) + "/root";
    const QByteArray workPath = root + "/work";
    const QByteArray processesPath = root + "/proc";
    FileDescriptor work(::open(workPath.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct statfs system
    {};
    struct stat info
    {};
    struct stat hostInfo
    {};
    if (!work.isOpen() || ::fstatfs(work.get(), &system) != 0 || ::fstat(work.get(), &info) != 0) {
        return std::nullopt;
    }
    // Until its mounts are complete the sandbox still sees the host's root, which may have a /work of its own.
    const bool hostHasOne = ::stat("/work", &hostInfo) == 0;
    const auto blockSize = static_cast<qint64>(system.f_bsize);
    if (system.f_type != TMPFS_MAGIC || static_cast<qint64>(system.f_blocks) * blockSize != sandboxFolderBytes ||
        (hostHasOne && hostInfo.st_dev == info.st_dev)) {
        return std::nullopt;
    }
    FileDescriptor processes(::open(processesPath.constData(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!processes.isOpen()) {
        return std::nullopt;
    }
    return SandboxFolder(std::move(work), std::move(processes));
}

Result<void> SandboxFolder::put(const QMap<QString, QByteArray>& files) const
{
    const SandboxFileIdentity identity;
    for (auto file = files.cbegin(); file != files.cend(); ++file) {
        const FileDescriptor fd(::openat(m_work.get(), QFile::encodeName(file.key()).constData(),
                                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
        qint64 done = 0;
        while (fd.isOpen() && done < file->size()) {
            const ssize_t put = ::write(fd.get(), file->constData() + done, static_cast<size_t>(file->size() - done));
            if (put <= 0) {
                break;
            }
            done += put;
        }
        if (!fd.isOpen() || done < file->size()) {
            return fail(ErrorCode::File,
                        u"The file \"%1\" (%2 bytes) cannot be put into the sandbox: %3."_s.arg(
                            file.key(), QString::number(file->size()), QString::fromLocal8Bit(::strerror(errno))));
        }
    }
    return {};
}

SandboxHarvest SandboxFolder::harvest(const QMap<QString, QByteArray>& given, const QStringList& scratch,
                                      qint64 contentLimit) const
{
    const SandboxFileIdentity identity;
    Harvester harvester(given, scratch, contentLimit);
    harvester.walk(m_work.get(), ".", {}, 0);
    return harvester.finish();
}

qint64 SandboxFolder::memoryInUse(qint64 limit) const
{
    const SandboxFileIdentity identity;
    QList<QByteArray> pids;
    const Folder list = openFolderAt(m_processes.get(), ".");
    while (const dirent *const entry = list ? ::readdir(list.get()) : nullptr) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
            pids.append(QByteArray(entry->d_name));
        }
    }
    qint64 resident = 0;
    for (const QByteArray& pid : pids) {
        resident += residentBytes(m_processes.get(), pid);
    }
    if (resident <= limit) {
        return resident;
    }
    qint64 proportional = 0;
    for (const QByteArray& pid : pids) {
        proportional += proportionalBytes(m_processes.get(), pid);
    }
    return proportional;
}

qint64 SandboxFolder::entries() const
{
    struct statfs system
    {};
    if (::fstatfs(m_work.get(), &system) != 0) {
        return 0;
    }
    return static_cast<qint64>(system.f_files) - static_cast<qint64>(system.f_ffree);
}

} // namespace lathe
