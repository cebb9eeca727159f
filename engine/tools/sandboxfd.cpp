// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/sandboxfd.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace lathe {

void FileDescriptor::reset()
{
    if (m_fd >= 0) {
        ::close(m_fd);
        m_fd = -1;
    }
}

PipeEnds makePipe()
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return {};
    }
    return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

FileDescriptor makeMemoryFile(const QByteArray& bytes)
{
    FileDescriptor file(::memfd_create("lathe-filter", MFD_CLOEXEC));
    if (!file.isOpen() || ::write(file.get(), bytes.constData(), static_cast<size_t>(bytes.size())) != bytes.size() ||
        ::lseek(file.get(), 0, SEEK_SET) != 0) {
        return {};
    }
    return file;
}

// The raw calls change this thread alone.
SandboxFileIdentity::SandboxFileIdentity() : m_changed(::geteuid() == 0)
{
    if (m_changed) {
        ::syscall(SYS_setfsgid, sandboxUser);
        ::syscall(SYS_setfsuid, sandboxUser);
    }
}

SandboxFileIdentity::~SandboxFileIdentity()
{
    if (m_changed) {
        ::syscall(SYS_setfsuid, ::geteuid());
        ::syscall(SYS_setfsgid, ::getegid());
    }
}

} // namespace lathe
