// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/tools/jobexecutor.h"
#include "engine/tools/jobfolder.h"

#include <memory>
#include <vector>

namespace lathe {

/// All jobs of all executors: hands each call to the executor whose job it is. One thread with an event loop.
class ParallelJobs
{
public:
    /// The first executor is the one that takes jobs for which none is named.
    ParallelJobs(QString folder, std::vector<std::unique_ptr<JobExecutor>> executors);

    [[nodiscard]] bool hasFolder() const { return !m_folder.path().isEmpty(); }
    [[nodiscard]] QStringList executors() const;
    /// Unavailable with what to install or to set.
    [[nodiscard]] Result<void> available(const QString& executor) const;
    /// executor empty: the first.
    QCoro::Task<Result<ParallelJob>> submit(QString executor, JobRequest request, std::stop_token stop);
    QCoro::Task<Result<ParallelJob>> status(QString id, std::stop_token stop);
    QCoro::Task<Result<QJsonObject>> logs(QString id, int task, std::stop_token stop);
    QCoro::Task<Result<ParallelJob>> cancel(QString id, std::stop_token stop);
    QCoro::Task<> waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop);
    /// A job whose executor does not answer is shown as it was last seen.
    QCoro::Task<Result<JobPage>> list(qsizetype offset, qsizetype limit, std::stop_token stop);

private:
    [[nodiscard]] Result<JobExecutor *> executor(const QString& name) const;
    [[nodiscard]] Result<JobExecutor *> executorOf(const QString& id) const;

    JobFolder m_folder;
    std::vector<std::unique_ptr<JobExecutor>> m_executors;
};

} // namespace lathe
