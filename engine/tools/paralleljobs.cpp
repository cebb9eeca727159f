// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/paralleljobs.h"

using namespace Qt::StringLiterals;

namespace lathe {

ParallelJobs::ParallelJobs(QString folder, std::vector<std::unique_ptr<JobExecutor>> executors)
    : m_folder(std::move(folder)), m_executors(std::move(executors))
{}

QStringList ParallelJobs::executors() const
{
    QStringList names;
    for (const auto& each : m_executors) {
        names << each->name();
    }
    return names;
}

Result<JobExecutor *> ParallelJobs::executor(const QString& name) const
{
    for (const auto& each : m_executors) {
        if (name.isEmpty() || each->name() == name) {
            return each.get();
        }
    }
    return fail(ErrorCode::InvalidInput,
                u"there is no executor \"%1\": %2"_s.arg(name.left(100), executors().join(u", "_s)));
}

Result<JobExecutor *> ParallelJobs::executorOf(const QString& id) const
{
    const auto job = m_folder.read(id);
    if (!job) {
        return fail(job.error());
    }
    return executor(job->executor);
}

Result<void> ParallelJobs::available(const QString& name) const
{
    const auto found = executor(name);
    return found ? (*found)->available() : Result<void>(fail(found.error()));
}

QCoro::Task<Result<ParallelJob>> ParallelJobs::submit(QString name, JobRequest request, std::stop_token stop)
{
    const auto found = executor(name);
    if (!found) {
        co_return fail(found.error());
    }
    const Result<void> usable = (*found)->available();
    if (!usable) {
        co_return fail(usable.error());
    }
    Result<ParallelJob> job = co_await (*found)->submit(std::move(request), stop);
    co_return job;
}

QCoro::Task<Result<ParallelJob>> ParallelJobs::status(QString id, std::stop_token stop)
{
    const auto found = executorOf(id);
    if (!found) {
        co_return fail(found.error());
    }
    Result<ParallelJob> job = co_await (*found)->status(id, stop);
    co_return job;
}

QCoro::Task<Result<QJsonObject>> ParallelJobs::logs(QString id, int task, std::stop_token stop)
{
    const Result<ParallelJob> job = co_await status(id, stop);
    if (!job) {
        co_return fail(job.error());
    }
    co_return m_folder.logs(*job, task);
}

QCoro::Task<Result<ParallelJob>> ParallelJobs::cancel(QString id, std::stop_token stop)
{
    const auto found = executorOf(id);
    if (!found) {
        co_return fail(found.error());
    }
    Result<ParallelJob> job = co_await (*found)->cancel(id, stop);
    co_return job;
}

QCoro::Task<> ParallelJobs::waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop)
{
    const auto found = executorOf(id);
    if (found) {
        co_await (*found)->waitFor(id, time, stop);
    }
}

QCoro::Task<Result<JobPage>> ParallelJobs::list(qsizetype offset, qsizetype limit, std::stop_token stop)
{
    JobPage page;
    const QList<ParallelJob> all = m_folder.list();
    page.total = all.size();
    for (const ParallelJob& seen : all.mid(offset, limit)) {
        const bool final = isFinal(seen.state());
        if (final) {
            page.jobs.append(seen);
            continue;
        }
        const Result<ParallelJob> now = co_await status(seen.id, stop);
        page.jobs.append(now ? *now : seen);
    }
    co_return page;
}

} // namespace lathe
