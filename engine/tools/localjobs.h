// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"
#include "engine/domain/job.h"
#include "engine/tools/jobexecutor.h"
#include "engine/tools/sandbox.h"

#include <QCoroTask>

#include <functional>
#include <memory>
#include <stop_token>

namespace lathe {

/// Jobs of many tasks on this machine: each task runs one script in the sandbox, with LATHE_TASK (from 0) and
/// LATHE_TASKS set, a few at a time. Each job has a folder with its script, job.json, and what its tasks wrote; other
/// programs may read it. A task's output is there while it runs. Jobs end with this object or its program; what they
/// were is still there then, as lost. One thread with an event loop.
class LocalJobs final : public JobExecutor
{
public:
    using Runner = std::function<QCoro::Task<SandboxOutcome>(SandboxJob job, std::stop_token stop)>;

    /// slots: tasks at once, of all jobs together. usable: nothing if the runner works here.
    LocalJobs(Clock& clock, QString folder, Runner runner, std::function<Result<void>()> usable, int slots);
    ~LocalJobs() override;
    LocalJobs(const LocalJobs&) = delete;
    LocalJobs& operator=(const LocalJobs&) = delete;

    [[nodiscard]] QString name() const override { return QStringLiteral("local"); }
    [[nodiscard]] Result<void> available() const override { return m_usable(); }
    QCoro::Task<Result<ParallelJob>> submit(JobRequest request, std::stop_token stop) override;
    QCoro::Task<Result<ParallelJob>> status(QString id, std::stop_token stop) override;
    QCoro::Task<Result<ParallelJob>> cancel(QString id, std::stop_token stop) override;
    QCoro::Task<> waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop) override;
    /// Tasks that run now.
    [[nodiscard]] int running() const;

private:
    struct Core;
    std::function<Result<void>()> m_usable;
    std::shared_ptr<Core> m_core; // shared with the tasks that run
};

} // namespace lathe
