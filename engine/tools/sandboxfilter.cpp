// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/sandboxfilter.h"

#include "engine/tools/sandboxfd.h"

#include <seccomp.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lathe {

using namespace Qt::StringLiterals;

namespace {

// Names, not numbers: a call that this architecture or libseccomp does not know is skipped.
constexpr const char *deniedCalls[] = {
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    // namespaces and mounts
    "unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount", "fspick",
    "open_tree", "move_mount", "mount_setattr", "name_to_handle_at", "open_by_handle_at", "fanotify_init",
    // large kernel interfaces
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl",
    "add_key", "request_key", "modify_ldt", "vm86", "vm86old", "lookup_dcookie",
    // the machine
    "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module", "swapon", "swapoff",
    "acct", "quotactl", "quotactl_fd", "syslog", "iopl", "ioperm", "sethostname", "setdomainname", "settimeofday",
    "clock_settime", "clock_adjtime", "adjtimex", "stime", "vhangup", "nfsservctl", "uselib", "ustat", "sysfs",
    "_sysctl", "mbind", "set_mempolicy", "migrate_pages", "move_pages"};

constexpr unsigned long namespaceFlags[] = {CLONE_NEWNS,  CLONE_NEWUTS,    CLONE_NEWIPC, CLONE_NEWUSER,
                                            CLONE_NEWPID, CLONE_NEWCGROUP, CLONE_NEWNET};

int addFilterRules(scmp_filter_ctx context)
{
    for (const char *name : deniedCalls) {
        const int call = seccomp_syscall_resolve_name(name);
        if (call == __NR_SCMP_ERROR || call < 0) {
            continue;
        }
        if (const int rc = seccomp_rule_add(context, SCMP_ACT_ERRNO(EPERM), call, 0); rc != 0) {
            return rc;
        }
    }
    for (const unsigned long flag : namespaceFlags) {
        const scmp_arg_cmp has = SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag);
        if (const int rc = seccomp_rule_add_array(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1, &has); rc != 0) {
            return rc;
        }
    }
    // Its flags lie in memory where a filter cannot look; the C library falls back to clone.
    if (const int rc = seccomp_rule_add(context, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0); rc != 0) {
        return rc;
    }
    const scmp_arg_cmp notLocal = SCMP_A0(SCMP_CMP_NE, AF_UNIX);
    if (const int rc = seccomp_rule_add_array(context, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1, &notLocal);
        rc != 0) {
        return rc;
    }
    for (const unsigned long request : {static_cast<unsigned long>(TIOCSTI), static_cast<unsigned long>(TIOCLINUX)}) {
        const scmp_arg_cmp is = SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffffUL, request);
        if (const int rc = seccomp_rule_add_array(context, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1, &is); rc != 0) {
            return rc;
        }
    }
    return 0;
}

Result<QByteArray> buildFilter()
{
    const std::unique_ptr<void, decltype(&seccomp_release)> context(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
    if (!context) {
        return fail(ErrorCode::Unavailable, u"The sandbox's system call filter cannot be made: out of memory."_s);
    }
    int rc = addFilterRules(context.get());
    const FileDescriptor file(::memfd_create("lathe-filter", MFD_CLOEXEC));
    if (rc == 0) {
        rc = file.isOpen() ? seccomp_export_bpf(context.get(), file.get()) : -errno;
    }
    if (rc != 0) {
        return fail(ErrorCode::Unavailable,
                    u"The sandbox's system call filter cannot be made: libseccomp says %1."_s.arg(
                        QString::fromLocal8Bit(strerror(-rc))));
    }
    QByteArray program(static_cast<qsizetype>(::lseek(file.get(), 0, SEEK_END)), '\0');
    if (::pread(file.get(), program.data(), static_cast<size_t>(program.size()), 0) != program.size()) {
        return fail(ErrorCode::Unavailable, u"The sandbox's system call filter cannot be read back."_s);
    }
    return program;
}

} // namespace

const Result<QByteArray>& sandboxFilter()
{
    static const Result<QByteArray> filter = buildFilter();
    return filter;
}

} // namespace lathe
