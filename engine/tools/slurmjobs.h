// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/tools/jobexecutor.h"
#include "engine/tools/jobfolder.h"

#include <QProcessEnvironment>

namespace lathe {

/// Jobs on a Slurm cluster, by its own programs sbatch, scontrol and scancel. A job is one array; its folder has to
/// lie where the nodes see it too. The tasks run as the user, not in a sandbox, with a clean environment. Slurm keeps
/// the jobs while Lathe is not running; what Slurm forgets some minutes after the end (MinJobAge) each task has
/// written down itself.
class SlurmJobs final : public JobExecutor
{
public:
    /// partition empty: the cluster's default. environment: what the programs see; its PATH finds them.
    SlurmJobs(Clock& clock, QString folder, QString partition,
              QProcessEnvironment environment = QProcessEnvironment::systemEnvironment());

    [[nodiscard]] QString name() const override { return QStringLiteral("slurm"); }
    [[nodiscard]] Result<void> available() const override;
    QCoro::Task<Result<ParallelJob>> submit(JobRequest request, std::stop_token stop) override;
    QCoro::Task<Result<ParallelJob>> status(QString id, std::stop_token stop) override;
    QCoro::Task<Result<ParallelJob>> cancel(QString id, std::stop_token stop) override;
    QCoro::Task<> waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop) override;

private:
    [[nodiscard]] QString program(const QString& name) const;
    [[nodiscard]] Result<QStringList> arguments(const ParallelJob& job) const;
    /// The exit status that a task wrote down before it ended, over what is known of it.
    void readEnd(const ParallelJob& job, int task, JobTask& known) const;

    Clock& m_clock;
    JobFolder m_folder;
    QString m_partition;
    QProcessEnvironment m_environment;
};

} // namespace lathe
