// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/paralleljob.h"

#include "engine/core/clock.h"
#include "engine/core/jsonreader.h"

#include <QJsonArray>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kMax = std::numeric_limits<qint64>::max();

JobState readState(const QString& name)
{
    return fromName<JobState>(name).value_or(JobState::Lost);
}

} // namespace

int ParallelJob::count(JobState wanted) const
{
    return static_cast<int>(
        std::count_if(tasks.begin(), tasks.end(), [wanted](const JobTask& task) { return task.state == wanted; }));
}

JobState ParallelJob::state() const
{
    const int queued = count(JobState::Queued);
    if (queued == tasks.size()) {
        return JobState::Queued;
    }
    if (queued > 0 || count(JobState::Running) > 0) {
        return JobState::Running;
    }
    for (const JobState bad : {JobState::Lost, JobState::Cancelled, JobState::TimedOut, JobState::Failed}) {
        if (count(bad) > 0) {
            return bad;
        }
    }
    return JobState::Succeeded;
}

QJsonObject toJson(const ParallelJob& job)
{
    QJsonArray tasks;
    for (const JobTask& task : job.tasks) {
        QJsonObject json{{u"state"_s, toName(task.state)}};
        if (isFinal(task.state)) {
            json.insert("exitCode"_L1, task.exitCode);
            json.insert("durationMs"_L1, task.durationMs);
        }
        if (!task.reason.isEmpty()) {
            json.insert("reason"_L1, task.reason);
        }
        tasks.append(json);
    }
    QJsonObject json;
    json.insert("jobId"_L1, job.id);
    json.insert("name"_L1, job.name);
    json.insert("executor"_L1, job.executor);
    if (!job.remoteId.isEmpty()) {
        json.insert("remoteId"_L1, job.remoteId);
    }
    if (!job.after.isEmpty()) {
        json.insert("after"_L1, QJsonArray::fromStringList(job.after));
    }
    json.insert("state"_L1, toName(job.state()));
    json.insert("language"_L1, job.language);
    json.insert("parallel"_L1, job.parallel);
    json.insert("timeoutMs"_L1, job.timeoutMs);
    json.insert("submittedAt"_L1, toIsoUtc(job.submittedMs));
    if (job.finishedMs > 0) {
        json.insert("finishedAt"_L1, toIsoUtc(job.finishedMs));
    }
    json.insert("succeeded"_L1, job.count(JobState::Succeeded));
    json.insert("tasks"_L1, tasks);
    return json;
}

Result<ParallelJob> parallelJobFromJson(const QJsonObject& json)
{
    const auto time = [](const QString& text) {
        const QDateTime read = QDateTime::fromString(text, Qt::ISODateWithMs);
        return read.isValid() ? read.toMSecsSinceEpoch() : 0;
    };
    JsonReader reader(json);
    ParallelJob job;
    job.id = reader.requiredString("jobId"_L1);
    job.name = reader.string("name"_L1);
    job.executor = reader.string("executor"_L1, job.executor);
    job.remoteId = reader.string("remoteId"_L1);
    job.after = reader.stringList("after"_L1);
    job.language = reader.requiredString("language"_L1);
    job.parallel = static_cast<int>(reader.integer("parallel"_L1, 1, 1, 1'000));
    job.timeoutMs = reader.integer("timeoutMs"_L1, 0, 0, kMax);
    job.submittedMs = time(reader.requiredString("submittedAt"_L1));
    job.finishedMs = time(reader.string("finishedAt"_L1));
    for (JsonReader& child : reader.children("tasks"_L1)) {
        JobTask task;
        task.state = readState(child.requiredString("state"_L1));
        task.exitCode = static_cast<int>(child.integer("exitCode"_L1, -1, -1, 1'000));
        task.durationMs = child.integer("durationMs"_L1, 0, 0, kMax);
        task.reason = child.string("reason"_L1);
        job.tasks.append(task);
    }
    const auto read = reader.finish();
    if (!read) {
        return fail(read.error());
    }
    return job;
}

} // namespace lathe
