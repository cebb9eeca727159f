// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <utility>

namespace lathe {

/// Owns one file descriptor.
class FileDescriptor
{
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int fd) : m_fd(fd) {}
    FileDescriptor(FileDescriptor&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept
    {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;
    ~FileDescriptor() { reset(); }

    [[nodiscard]] int get() const { return m_fd; }
    [[nodiscard]] bool isOpen() const { return m_fd >= 0; }
    void reset();

private:
    int m_fd = -1;
};

struct PipeEnds
{
    FileDescriptor read;
    FileDescriptor write;
};

/// A close-on-exec pipe; both ends closed if the process is out of descriptors.
[[nodiscard]] PipeEnds makePipe();
/// A close-on-exec descriptor of anonymous memory that holds bytes, at offset 0.
[[nodiscard]] FileDescriptor makeMemoryFile(const QByteArray& bytes);

/// While it lives, this thread touches files as the unprivileged user that sandboxes of a root process run as; does
/// nothing if this process is not root.
class SandboxFileIdentity
{
public:
    SandboxFileIdentity();
    ~SandboxFileIdentity();
    SandboxFileIdentity(const SandboxFileIdentity&) = delete;
    SandboxFileIdentity& operator=(const SandboxFileIdentity&) = delete;

private:
    bool m_changed = false;
};

/// The user and group that a root process drops to before it starts bubblewrap ("nobody").
inline constexpr unsigned sandboxUser = 65534;

} // namespace lathe
