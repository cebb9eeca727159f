// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"

#include <QByteArray>
#include <QCoroTask>
#include <QProcessEnvironment>
#include <QStringList>

#include <chrono>
#include <stop_token>

namespace lathe {

/// What a program that was called said.
struct ProcessReply
{
    int exitCode = 0;
    QString standardOutput;
    QString standardError;
};

/// Runs a program of this machine to its end without blocking the thread, which needs an event loop. Unavailable if it
/// cannot be started or crashes, TimedOut or Cancelled if it was killed for that; a status other than 0 is a reply.
[[nodiscard]] QCoro::Task<Result<ProcessReply>> callProcess(Clock& clock, QString program, QStringList arguments,
                                                            QProcessEnvironment environment,
                                                            std::chrono::milliseconds limit, std::stop_token stop);

} // namespace lathe
