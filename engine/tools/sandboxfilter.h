// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QByteArray>

namespace lathe {

/// The system call filter of the sandbox as a BPF program for bubblewrap's --seccomp: allows all but calls that reach
/// outside a process, change the machine, open namespaces or have a history of kernel holes (EPERM), and sockets that
/// are not local (EAFNOSUPPORT). Built once per process; Unavailable if libseccomp cannot.
[[nodiscard]] const Result<QByteArray>& sandboxFilter();

} // namespace lathe
