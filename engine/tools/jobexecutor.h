// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/job.h"
#include "engine/domain/paralleljob.h"

#include <QCoroTask>
#include <QJsonObject>

#include <chrono>
#include <stop_token>

namespace lathe {

/// What a new job consists of.
struct JobRequest
{
    QString name;
    QString language; ///< bash or python
    QString script;
    int tasks = 1;
    int parallel = 1;
    qint64 timeoutMs = 0;          ///< of each task
    QStringList after;             ///< ids of jobs of the same executor that have to succeed first
    QList<Attachment> attachments; ///< lie in the working folder of every task
    QString idempotencyKey;        ///< the same key again gives the job that is there already
};

/// Somewhere that jobs run. Each job has a folder of its own (JobFolder) with its script, job.json and what its tasks
/// wrote, so that all of it can be read after a restart. No call blocks; one thread with an event loop.
class JobExecutor
{
public:
    virtual ~JobExecutor() = default;
    /// As it stands in job.json: local, slurm.
    [[nodiscard]] virtual QString name() const = 0;
    /// Nothing, or Unavailable with what to install or to set. May look for programs, asks no network.
    [[nodiscard]] virtual Result<void> available() const = 0;
    /// Returns when the job is queued. File if its folder cannot be written, NotFound for an unknown job in after,
    /// Unavailable if the scheduler does not take it.
    virtual QCoro::Task<Result<ParallelJob>> submit(JobRequest request, std::stop_token stop) = 0;
    /// Of a job of this executor. NotFound if there is no such job.
    virtual QCoro::Task<Result<ParallelJob>> status(QString id, std::stop_token stop) = 0;
    /// Asks all tasks to stop; final tasks stay as they are. Conflict if another program runs the job.
    virtual QCoro::Task<Result<ParallelJob>> cancel(QString id, std::stop_token stop) = 0;
    /// Waits until a job has ended, at most time; returns early on a stop request.
    virtual QCoro::Task<> waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop) = 0;
};

} // namespace lathe
