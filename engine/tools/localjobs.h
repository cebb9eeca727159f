// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"
#include "engine/domain/job.h"
#include "engine/tools/localjob.h"
#include "engine/tools/sandbox.h"

#include <QCoroTask>
#include <QJsonObject>

#include <functional>
#include <memory>
#include <stop_token>

namespace lathe {

/// What a new job consists of.
struct LocalJobRequest
{
    QString name;
    QString language; ///< bash or python
    QString script;
    int tasks = 1;
    int parallel = 1;
    qint64 timeoutMs = 0;
    QList<Attachment> attachments; ///< lie in the working folder of every task
    QString idempotencyKey;        ///< the same key again gives the job that is there already
};

/// Jobs of many tasks on this machine: each task runs one script in the sandbox, with LATHE_TASK (from 0) and
/// LATHE_TASKS set, a few at a time. Each job has a folder with its script, job.json, and what its tasks wrote; other
/// programs may read it. Jobs end with this object or its program; what they were is still there then, as lost.
/// One thread with an event loop.
class LocalJobs
{
public:
    using Runner = std::function<QCoro::Task<SandboxOutcome>(SandboxJob job, std::stop_token stop)>;

    /// slots: tasks at once, of all jobs together.
    LocalJobs(Clock& clock, QString folder, Runner runner, int slots);
    ~LocalJobs();
    LocalJobs(const LocalJobs&) = delete;
    LocalJobs& operator=(const LocalJobs&) = delete;

    /// File if its folder cannot be written.
    [[nodiscard]] Result<LocalJob> submit(LocalJobRequest request);
    /// NotFound if there is no such job.
    [[nodiscard]] Result<LocalJob> status(const QString& id) const;
    /// {"jobId","task","state","stdout","stderr","files":[{"name","size"}]} of one task, so far.
    [[nodiscard]] Result<QJsonObject> logs(const QString& id, int task) const;
    /// Asks all tasks to stop; final tasks stay as they are. Conflict if another program runs the job.
    [[nodiscard]] Result<LocalJob> cancel(const QString& id);
    /// All jobs in the folder, newest first.
    [[nodiscard]] QList<LocalJob> list(int limit) const;
    /// Waits until a job has ended, at most time; returns early on a stop request.
    QCoro::Task<> waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop);
    /// Tasks that run now.
    [[nodiscard]] int running() const;

private:
    struct Core;
    std::shared_ptr<Core> m_core; // shared with the tasks that run
};

} // namespace lathe
