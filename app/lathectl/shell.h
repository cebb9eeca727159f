// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/lathectl/configuration.h"
#include "app/lathectl/output.h"
#include "engine/pipeline/enginefacade.h"

#include <QEventLoop>
#include <QFutureWatcher>

#include <memory>
#include <utility>

namespace lathe::ctl {

/// Exit statuses of lathectl; scripts rely on them.
enum ExitStatus
{
    ExitComplete = 0,
    ExitInternal = 1,
    ExitUsage = 2,
    ExitViolation = 3,
    ExitRunError = 4,
    ExitDatabase = 5,
    ExitSuspended = 6,
    ExitInterrupted = 130
};

/// Says the error; gives the exit status for its code.
int report(const Error& error);
/// Says what is wrong with how the program was called.
int usage(const QString& message);

/// Options that every subcommand takes.
struct CommonOptions
{
    QString database;
    QString config;
    bool fullDurability = true;
};

/// The command line's side of the engine: opens it, waits for answers, says what went wrong. Main thread.
class Shell
{
public:
    explicit Shell(CommonOptions options);
    ~Shell();

    /// Reads the configuration and opens the database; says what went wrong and gives the exit status.
    [[nodiscard]] int open();
    /// Where files of the user's take the place of built-in prompts.
    [[nodiscard]] static QString promptsFolder();
    /// Lets go of the engine: what runs is interrupted and stays resumable.
    void close() { m_facade.reset(); }
    /// Opens again after an interruption, to look at what is there now.
    [[nodiscard]] int reopen();
    [[nodiscard]] EngineFacade& facade() { return *m_facade; }
    [[nodiscard]] const Configuration& configuration() const { return m_configuration; }

    /// Runs the event loop until future is finished or the user interrupts; false when interrupted.
    template <typename T>
    [[nodiscard]] bool wait(const QFuture<T>& future)
    {
        if (future.isFinished()) {
            return !m_interrupted;
        }
        QEventLoop loop;
        QFutureWatcher<T> watcher;
        QObject::connect(&watcher, &QFutureWatcher<T>::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        QEventLoop *outer = std::exchange(m_loop, &loop);
        if (!future.isFinished() && !m_interrupted) {
            loop.exec();
        }
        m_loop = outer;
        if (m_interrupted && outer) {
            outer->quit(); // whoever waits outside is interrupted too
        }
        return !m_interrupted && future.isFinished();
    }
    /// The answer, or nothing after saying the error (status() says what to exit with).
    template <typename T>
    [[nodiscard]] std::optional<T> ask(QFuture<Result<T>> future)
    {
        if (!wait(future)) {
            m_status = ExitInterrupted;
            return std::nullopt;
        }
        Result<T> result = future.result();
        if (!result) {
            m_status = report(result.error());
            return std::nullopt;
        }
        return std::optional<T>(std::move(*result));
    }
    [[nodiscard]] bool ask(QFuture<Result<void>> future);
    [[nodiscard]] int status() const { return m_status; }

    [[nodiscard]] bool wasInterrupted() const { return m_interrupted; }
    void interrupt();

private:
    CommonOptions m_options;
    Configuration m_configuration;
    std::unique_ptr<EngineFacade> m_facade;
    QEventLoop *m_loop = nullptr;
    bool m_interrupted = false;
    int m_status = ExitComplete;
};

} // namespace lathe::ctl
