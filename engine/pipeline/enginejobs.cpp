// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/engine.h"

namespace lathe {

QCoro::Task<Result<JobPage>> Engine::parallelJobs(qsizetype offset, qsizetype limit)
{
    const std::stop_token stop = m_tasks.stopToken();
    Result<JobPage> page = co_await m_jobs->list(offset, limit, stop);
    co_return page;
}

QCoro::Task<Result<ParallelJob>> Engine::parallelJob(QString id)
{
    const std::stop_token stop = m_tasks.stopToken();
    Result<ParallelJob> job = co_await m_jobs->status(id, stop);
    co_return job;
}

QCoro::Task<Result<QJsonObject>> Engine::parallelJobLogs(QString id, int task)
{
    const std::stop_token stop = m_tasks.stopToken();
    Result<QJsonObject> logs = co_await m_jobs->logs(id, task, stop);
    co_return logs;
}

QCoro::Task<Result<ParallelJob>> Engine::cancelParallelJob(QString id)
{
    const std::stop_token stop = m_tasks.stopToken();
    Result<ParallelJob> job = co_await m_jobs->cancel(id, stop);
    co_return job;
}

} // namespace lathe
