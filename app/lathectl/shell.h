// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/enginefacade.h"

#include <QEventLoop>
#include <QFutureWatcher>

#include <memory>

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

/// Options that every subcommand takes.
struct CommonOptions
{
    QString database;
    QString config;
};

/// What the user's configuration file says; command line options win over it.
struct Configuration
{
    QString database;
    QString user;
    ProviderSettings provider;
};

/// The command line's side of the engine: opens it, waits for answers, prints. Machine-readable output goes to
/// standard output, messages go to standard error.
class Shell
{
public:
    explicit Shell(CommonOptions options);
    ~Shell();

    /// Reads the configuration and opens the database; prints what went wrong and gives the exit status.
    [[nodiscard]] int open(bool fullDurability = true);
    [[nodiscard]] EngineFacade& facade() { return *m_facade; }
    [[nodiscard]] const Configuration& configuration() const { return m_configuration; }
    [[nodiscard]] QString defaultUser() const;

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
        m_loop = &loop;
        if (!future.isFinished() && !m_interrupted) {
            loop.exec();
        }
        m_loop = nullptr;
        return !m_interrupted && future.isFinished();
    }
    /// The answer, or nothing after printing the error (status() says what to exit with).
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

    /// Prints the error; gives the exit status for its code.
    int report(const Error& error) const;
    static int usage(const QString& message);
    static void say(const QString& message); ///< to standard error
    static void print(const QString& text);  ///< to standard output
    /// Writes to a file, or to standard output for "-" and "". False after printing why not.
    [[nodiscard]] static bool write(const QString& path, const QByteArray& bytes);
    [[nodiscard]] bool wasInterrupted() const { return m_interrupted; }
    void interrupt();
    /// Lets go of the engine: what runs is interrupted and stays resumable.
    void close() { m_facade.reset(); }

private:
    [[nodiscard]] Result<Configuration> readConfiguration() const;

    CommonOptions m_options;
    Configuration m_configuration;
    std::unique_ptr<EngineFacade> m_facade;
    QEventLoop *m_loop = nullptr;
    bool m_interrupted = false;
    int m_status = ExitComplete;
};

/// Text in columns: the widest cell decides, numbers to the right (columns named in right).
[[nodiscard]] QString tableText(const QStringList& header, const QList<QStringList>& rows, const QList<int>& right);
/// "$0.017468": all digits, as scripts and people both can trust.
[[nodiscard]] QString moneyText(Money amount);
[[nodiscard]] QString moneyText(const CostGroup& group);

} // namespace lathe::ctl
