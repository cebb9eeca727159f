// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/tools/sandbox.h"
#include "tests/support/await.h"

namespace lathe::test {

/// Runs a job to its end on real time.
inline SandboxOutcome runSandboxed(SandboxJob job, std::stop_token stop = {})
{
    static SystemClock clock;
    static SandboxRunner runner(clock);
    return await(runner.run(std::move(job), std::move(stop)), 60'000);
}

inline SandboxJob pythonJob(const QString& code)
{
    SandboxJob job;
    job.argv = QStringList{QStringLiteral("/usr/bin/python3"), QStringLiteral("-c"), code};
    job.environment.insert(QStringLiteral("PYTHONDONTWRITEBYTECODE"), QStringLiteral("1"));
    return job;
}

inline SandboxJob bashJob(const QString& code)
{
    SandboxJob job;
    job.argv = QStringList{QStringLiteral("/usr/bin/bash"), QStringLiteral("-c"), code};
    return job;
}

} // namespace lathe::test

// installer/test says so where the machine forbids sandboxes; nobody else skips these tests.
#define LATHE_NEED_SANDBOX()                                                                                           \
    do {                                                                                                               \
        if (qEnvironmentVariableIsSet("LATHE_NO_SANDBOX")) {                                                           \
            QSKIP("User namespaces are forbidden on this machine.");                                                   \
        }                                                                                                              \
        lathe::SystemClock sandboxClock;                                                                               \
        const lathe::SandboxRunner sandboxRunner(sandboxClock);                                                        \
        const lathe::Result<void> sandboxUsable = sandboxRunner.available();                                           \
        QVERIFY2(sandboxUsable, qPrintable(sandboxUsable ? QString() : sandboxUsable.error().message));                \
    } while (false)
