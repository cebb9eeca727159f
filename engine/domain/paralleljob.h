// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/core/result.h"

#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

namespace lathe {

/// How a job or one of its tasks stands. Lost: the program that ran it ended first.
enum class JobState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Cancelled,
    Lost
};
// clang-format off
template <> struct EnumNames<JobState> { static constexpr std::pair<JobState, QLatin1StringView> table[] = {
    {JobState::Queued, QLatin1StringView("queued")}, {JobState::Running, QLatin1StringView("running")},
    {JobState::Succeeded, QLatin1StringView("succeeded")}, {JobState::Failed, QLatin1StringView("failed")},
    {JobState::TimedOut, QLatin1StringView("timed_out")}, {JobState::Cancelled, QLatin1StringView("cancelled")},
    {JobState::Lost, QLatin1StringView("lost")}}; };
// clang-format on

[[nodiscard]] constexpr bool isFinal(JobState state)
{
    return state != JobState::Queued && state != JobState::Running;
}

/// One of the runs of a job's script.
struct JobTask
{
    JobState state = JobState::Queued;
    int exitCode = -1;
    qint64 durationMs = 0;
    QString reason; ///< one sentence if it did not end by itself

    bool operator==(const JobTask&) const = default;
};

/// A job as it lies in its folder's job.json.
struct ParallelJob
{
    QString id;                                 ///< 16 hex digits; the name of its folder
    QString executor = QStringLiteral("local"); ///< name of the JobExecutor that has it
    QString remoteId;                           ///< what the executor's own scheduler calls it; empty: has none
    QStringList after;                          ///< ids of the jobs that have to succeed before it starts
    QString name;
    QString language;       ///< bash or python
    int parallel = 1;       ///< tasks at once, at most
    qint64 timeoutMs = 0;   ///< of each task
    qint64 submittedMs = 0; ///< since 1970, UTC
    qint64 finishedMs = 0;  ///< 0: not yet
    QList<JobTask> tasks;

    /// Of all tasks together: failed if any failed, running if any is yet to end.
    [[nodiscard]] JobState state() const;
    [[nodiscard]] int count(JobState state) const;

    bool operator==(const ParallelJob&) const = default;
};

/// A page of the list of jobs.
struct JobPage
{
    QList<ParallelJob> jobs; ///< newest first
    qsizetype total = 0;     ///< of all pages
};

/// What the model sees and what job.json holds.
[[nodiscard]] QJsonObject toJson(const ParallelJob& job);
[[nodiscard]] Result<ParallelJob> parallelJobFromJson(const QJsonObject& json);

} // namespace lathe
