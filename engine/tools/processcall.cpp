// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/processcall.h"

#include "engine/core/async.h"

#include <QProcess>

#include <memory>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// Ends the wait when time is up or stop was requested.
QCoro::Task<> watch(Clock& clock, std::shared_ptr<OneShot<ErrorCode>> ended, std::chrono::milliseconds limit,
                    std::stop_token stop)
{
    const bool passed = co_await clock.sleepFor(limit, stop);
    ended->set(passed ? ErrorCode::TimedOut : ErrorCode::Cancelled);
}

} // namespace

QCoro::Task<Result<ProcessReply>> callProcess(Clock& clock, QString program, QStringList arguments,
                                              QProcessEnvironment environment, std::chrono::milliseconds limit,
                                              std::stop_token stop)
{
    // Internal stands for "it ended by itself".
    const auto ended = std::make_shared<OneShot<ErrorCode>>();
    QProcess process;
    QObject::connect(&process, &QProcess::finished, &process, [ended] { ended->set(ErrorCode::Internal); });
    QObject::connect(&process, &QProcess::errorOccurred, &process, [ended](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            ended->set(ErrorCode::Unavailable);
        }
    });
    process.setProcessEnvironment(environment);
    process.setProgram(program);
    process.setArguments(arguments);
    process.setStandardInputFile(QProcess::nullDevice());
    process.start();
    std::stop_source wake;
    auto onStopRequest = [wake]() mutable { wake.request_stop(); };
    const std::stop_callback onStop(stop, onStopRequest);
    QCoro::Task<> watching = watch(clock, ended, limit, wake.get_token());
    const QFuture<ErrorCode> end = ended->future();
    const ErrorCode how = co_await end;
    wake.request_stop();
    co_await watching;
    if (how == ErrorCode::TimedOut || how == ErrorCode::Cancelled) {
        process.kill();
        process.waitForFinished(1000);
        const QString why = how == ErrorCode::TimedOut
                                ? u"%1 did not answer within %2 s"_s.arg(program).arg(limit.count() / 1000)
                                : u"%1 was stopped"_s.arg(program);
        co_return fail(how, why);
    }
    if (how == ErrorCode::Unavailable || process.exitStatus() != QProcess::NormalExit) {
        co_return fail(ErrorCode::Unavailable, u"%1 failed: %2"_s.arg(program, process.errorString()));
    }
    ProcessReply reply;
    reply.exitCode = process.exitCode();
    reply.standardOutput = QString::fromUtf8(process.readAllStandardOutput());
    reply.standardError = QString::fromUtf8(process.readAllStandardError());
    co_return reply;
}

} // namespace lathe
