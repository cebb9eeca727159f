// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/slurmjobs.h"

#include "engine/tools/processcall.h"
#include "engine/tools/slurmrecords.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr std::chrono::seconds kCommandLimit(30); // a controller that is down holds a command for up to 10 s
constexpr std::chrono::seconds kPoll(1);

/// Slurm's programs need to know who and where, and nothing else of ours: sbatch hands its environment to the job.
QProcessEnvironment reduced(const QProcessEnvironment& full)
{
    QProcessEnvironment kept;
    for (const QString& name : full.keys()) {
        if (name == "PATH"_L1 || name == "HOME"_L1 || name == "USER"_L1 || name == "LOGNAME"_L1 ||
            name == "SLURM_CONF"_L1) {
            kept.insert(name, full.value(name));
        }
    }
    kept.insert(u"LANG"_s, u"C.UTF-8"_s);
    return kept;
}

/// What a node runs for each task: makes its folder, runs the script there, writes down how it ended.
QByteArray batchScript(const ParallelJob& job)
{
    const QString program = job.language == "python"_L1 ? u"python3"_s : u"bash"_s;
    const QString call = u"LATHE_TASK=$SLURM_ARRAY_TASK_ID LATHE_TASKS=%1 %2 \"$job/%3\""_s.arg(
        QString::number(job.tasks.size()), program, JobFolder::scriptName(job.language));
    return "#!/bin/bash\n"
           "job=$PWD\n"
           "task=$(printf '%s/task-%03d' \"$job\" \"$SLURM_ARRAY_TASK_ID\")\n"
           "mkdir -p \"$task\" && cd \"$task\" && cp -R \"$job\"/input/. . || exit 126\n" +
           call.toUtf8() +
           "\n"
           "code=$?\n"
           "echo $code > \"$task.end\"\n"
           "exit $code\n";
}

/// Without spaces: a name like "x JobState=FAILED" would be read back as a field of its own.
QString slurmName(const QString& name)
{
    const QString words = name.simplified().replace(u' ', u'_');
    return words.isEmpty() ? u"lathe"_s : words;
}

Error refused(const QString& what, const ProcessReply& reply)
{
    const QString words = reply.standardError.simplified().left(500);
    return {ErrorCode::Unavailable,
            u"Slurm did not %1 the job: %2"_s.arg(what, words.isEmpty() ? u"it gave no reason"_s : words),
            {}};
}

} // namespace

SlurmJobs::SlurmJobs(Clock& clock, QString folder, QString partition, QProcessEnvironment environment)
    : m_clock(clock),
      m_folder(std::move(folder)),
      m_partition(std::move(partition)),
      m_environment(reduced(environment))
{}

QString SlurmJobs::program(const QString& name) const
{
    return QStandardPaths::findExecutable(name, m_environment.value(u"PATH"_s).split(u':', Qt::SkipEmptyParts));
}

Result<void> SlurmJobs::available() const
{
    for (const QString& name : {u"sbatch"_s, u"scontrol"_s, u"scancel"_s}) {
        if (program(name).isEmpty()) {
            return fail(ErrorCode::Unavailable,
                        u"Slurm's program \"%1\" is not on PATH. Install the package \"slurm-client\" and its "
                        "configuration of your cluster (SLURM_CONF names another place)."_s.arg(name));
        }
    }
    return {};
}

Result<QStringList> SlurmJobs::arguments(const ParallelJob& job) const
{
    const qint64 minutes = std::max<qint64>(1, (job.timeoutMs + 59'999) / 60'000);
    QStringList list{u"--parsable"_s,
                     u"--export=ALL"_s,
                     u"--job-name=%1"_s.arg(slurmName(job.name)),
                     u"--comment=lathe %1"_s.arg(job.id),
                     u"--array=0-%1%%2"_s.arg(job.tasks.size() - 1).arg(job.parallel),
                     u"--time=%1"_s.arg(minutes),
                     u"--chdir=%1"_s.arg(m_folder.pathOf(job.id)),
                     u"--output=task-%3a.out"_s,
                     u"--error=task-%3a.err"_s};
    if (!m_partition.isEmpty()) {
        list << u"--partition=%1"_s.arg(m_partition);
    }
    QStringList remote;
    for (const QString& id : job.after) {
        const auto before = m_folder.read(id);
        if (!before) {
            return fail(before.error());
        }
        if (before->executor != name() || before->remoteId.isEmpty()) {
            return fail(ErrorCode::InvalidInput,
                        u"the job %1 is not a job of Slurm, so nothing can wait for it there"_s.arg(id));
        }
        remote << before->remoteId;
    }
    if (!remote.isEmpty()) {
        list << u"--dependency=afterok:%1"_s.arg(remote.join(u':')) << u"--kill-on-invalid-dep=yes"_s;
    }
    list << m_folder.pathOf(job.id) + "/batch.sh"_L1;
    return list;
}

QCoro::Task<Result<ParallelJob>> SlurmJobs::submit(JobRequest request, std::stop_token stop)
{
    ParallelJob job;
    job.id = JobFolder::idFor(request.idempotencyKey);
    if (m_folder.has(job.id)) {
        Result<ParallelJob> present = co_await status(job.id, stop);
        co_return present;
    }
    job.executor = name();
    job.name = request.name;
    job.language = request.language;
    job.parallel = request.parallel;
    job.timeoutMs = request.timeoutMs;
    job.after = request.after;
    job.submittedMs = m_clock.nowMs();
    job.tasks.resize(request.tasks);
    const auto sbatchArguments = arguments(job);
    if (!sbatchArguments) {
        co_return fail(sbatchArguments.error());
    }
    auto written = m_folder.make(job.id, job.language, request.script);
    const QDir input(m_folder.pathOf(job.id) + "/input"_L1);
    if (written && !QDir().mkpath(input.path())) {
        written = fail(ErrorCode::File, u"cannot make the folder %1"_s.arg(input.path()));
    }
    for (const Attachment& attachment : request.attachments) {
        if (written) {
            written = JobFolder::writeFile(input.filePath(attachment.name), attachment.content);
        }
    }
    if (written) {
        written = JobFolder::writeFile(m_folder.pathOf(job.id) + "/batch.sh"_L1, batchScript(job));
    }
    if (!written) {
        co_return fail(written.error());
    }
    const Result<ProcessReply> reply =
        co_await callProcess(m_clock, program(u"sbatch"_s), *sbatchArguments, m_environment, kCommandLimit, stop);
    if (!reply) {
        co_return fail(reply.error());
    }
    if (reply->exitCode != 0) {
        co_return fail(refused(u"take"_s, *reply));
    }
    job.remoteId = reply->standardOutput.trimmed().section(u';', 0, 0); // "ID;CLUSTER" with several clusters
    const auto saved = m_folder.save(job);
    if (!saved) {
        co_return fail(saved.error());
    }
    co_return job;
}

void SlurmJobs::readEnd(const ParallelJob& job, int task, JobTask& known) const
{
    QFile file(m_folder.taskBase(job.id, task) + ".end"_L1);
    if (!file.open(QIODevice::ReadOnly)) {
        return;
    }
    bool isNumber = false;
    const int code = file.readLine().trimmed().toInt(&isNumber);
    if (isNumber) {
        known.state = code == 0 ? JobState::Succeeded : JobState::Failed;
        known.exitCode = code;
        known.reason.clear();
    }
}

QCoro::Task<Result<ParallelJob>> SlurmJobs::status(QString id, std::stop_token stop)
{
    Result<ParallelJob> job = m_folder.read(id);
    if (!job || isFinal(job->state())) {
        co_return job;
    }
    const QStringList show{u"show"_s, u"job"_s, job->remoteId, u"--oneliner"_s};
    const Result<ProcessReply> reply =
        co_await callProcess(m_clock, program(u"scontrol"_s), show, m_environment, kCommandLimit, stop);
    if (!reply) {
        co_return fail(reply.error());
    }
    const bool forgotten = reply->standardError.contains("Invalid job id"_L1);
    if (reply->exitCode != 0 && !forgotten) {
        co_return fail(ErrorCode::Unavailable, u"Slurm does not say how the job %1 stands: %2"_s.arg(
                                                   id, reply->standardError.simplified().left(500)));
    }
    const QHash<int, JobTask> records = readSlurmRecords(reply->standardOutput);
    for (int i = 0; i < job->tasks.size(); ++i) {
        JobTask& task = job->tasks[i];
        if (isFinal(task.state)) {
            continue;
        }
        if (records.contains(i)) {
            task = records.value(i);
            continue;
        }
        readEnd(*job, i, task);
        if (!isFinal(task.state)) {
            task.state = JobState::Lost;
            task.reason = u"Slurm no longer knows it, and it left no exit status"_s;
        }
    }
    if (isFinal(job->state())) {
        job->finishedMs = m_clock.nowMs();
    }
    const auto saved = m_folder.save(*job);
    if (!saved) {
        co_return fail(saved.error());
    }
    co_return job;
}

QCoro::Task<Result<ParallelJob>> SlurmJobs::cancel(QString id, std::stop_token stop)
{
    Result<ParallelJob> job = co_await status(id, stop);
    if (!job || isFinal(job->state())) {
        co_return job;
    }
    const QStringList remote{job->remoteId};
    const Result<ProcessReply> reply =
        co_await callProcess(m_clock, program(u"scancel"_s), remote, m_environment, kCommandLimit, stop);
    if (!reply) {
        co_return fail(reply.error());
    }
    if (reply->exitCode != 0) {
        co_return fail(refused(u"cancel"_s, *reply));
    }
    Result<ParallelJob> after = co_await status(id, stop);
    co_return after;
}

QCoro::Task<> SlurmJobs::waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop)
{
    const qint64 endMs = m_clock.nowMs() + time.count();
    for (;;) {
        const Result<ParallelJob> job = co_await status(id, stop);
        const std::chrono::milliseconds left(endMs - m_clock.nowMs());
        if (!job || isFinal(job->state()) || left.count() <= 0 || stop.stop_requested()) {
            co_return;
        }
        const std::chrono::milliseconds pause = std::min<std::chrono::milliseconds>(left, kPoll);
        const bool passed = co_await m_clock.sleepFor(pause, stop);
        Q_UNUSED(passed)
    }
}

} // namespace lathe
