// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/localjobs.h"

#include "engine/tools/jobfolder.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLockFile>

#include <algorithm>
#include <map>
#include <vector>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kOutputBytes = 1024 * 1024;
constexpr qint64 kFileBytes = 16 * 1024 * 1024;
void appendTo(const QString& path, const QByteArray& bytes)
{
    QFile file(path);
    if (bytes.isEmpty() || !file.open(QIODevice::Append)) {
        return; // the whole is written once more at the end, and a failure is told then
    }
    file.write(bytes);
}

JobState stateOf(const SandboxOutcome& outcome)
{
    switch (outcome.end) {
    case SandboxEnd::Exited:
        return outcome.exitCode == 0 ? JobState::Succeeded : JobState::Failed;
    case SandboxEnd::TimedOut:
        return JobState::TimedOut;
    case SandboxEnd::Cancelled:
        return JobState::Cancelled;
    case SandboxEnd::MemoryExceeded:
    case SandboxEnd::OutputExceeded:
    case SandboxEnd::FilesExceeded:
    case SandboxEnd::Unavailable:
    case SandboxEnd::Failed:
        break;
    }
    return JobState::Failed;
}

} // namespace

/// Outlives LocalJobs while tasks run.
struct LocalJobs::Core : std::enable_shared_from_this<LocalJobs::Core>
{
    struct Entry
    {
        ParallelJob job;
        JobRequest request;
        std::stop_source stop;
        std::unique_ptr<QLockFile> lock;       ///< tells other programs that the job is being run
        std::vector<std::stop_source> waiting; ///< end the sleep of those who wait for the job
    };

    Core(Clock& clockIn, QString folderIn, Runner runnerIn, int slotsIn)
        : clock(clockIn), folder(JobFolder(std::move(folderIn))), runner(std::move(runnerIn)), freeSlots(slotsIn)
    {}

    [[nodiscard]] Result<ParallelJob> read(const QString& id) const;
    [[nodiscard]] Result<ParallelJob> status(const QString& id) const;
    [[nodiscard]] bool mayStart(Entry& entry);
    void save(Entry& entry) const;
    void startTasks();
    void startTask(Entry& entry, int task);
    void cancelQueued(Entry& entry, const QString& reason);
    void finishTask(const QString& id, int task, const SandboxOutcome& outcome);
    void saveOutcome(const QString& id, int task, const SandboxOutcome& outcome) const;
    static QCoro::Task<> runTask(std::shared_ptr<Core> core, QString id, int task, SandboxJob job,
                                 std::stop_token stop);

    Clock& clock;
    JobFolder folder;
    Runner runner;
    int freeSlots;
    int running = 0;
    bool closing = false;
    std::map<QString, Entry> entries; ///< jobs submitted here
    QStringList order;                ///< ids in order of submission
};

Result<ParallelJob> LocalJobs::Core::status(const QString& id) const
{
    const auto found = entries.find(id);
    if (found != entries.end()) {
        return found->second.job;
    }
    return read(id);
}

Result<ParallelJob> LocalJobs::Core::read(const QString& id) const
{
    auto job = folder.read(id);
    if (!job) {
        return job;
    }
    if (isFinal(job->state())) {
        return job;
    }
    QLockFile lock(folder.pathOf(id) + "/lock"_L1);
    lock.setStaleLockTime(0);
    if (lock.tryLock(0)) {
        for (JobTask& task : job->tasks) {
            if (!isFinal(task.state)) {
                task.state = JobState::Lost;
                task.reason = u"the program that ran it has ended"_s;
            }
        }
    }
    return job;
}

void LocalJobs::Core::save(Entry& entry) const
{
    const auto written = folder.save(entry.job);
    if (!written) {
        qWarning("submit_parallel_job: %s", qPrintable(written.error().message));
    }
}

/// Whether the jobs it waits for have succeeded; it is cancelled if one of them never will.
bool LocalJobs::Core::mayStart(Entry& entry)
{
    for (const QString& id : std::as_const(entry.job.after)) {
        const auto before = status(id);
        const JobState state = before ? before->state() : JobState::Lost;
        if (isFinal(state) && state != JobState::Succeeded) {
            cancelQueued(entry, u"the job %1 that it waits for is %2"_s.arg(id, toName(state)));
            return false;
        }
        if (state != JobState::Succeeded) {
            return false;
        }
    }
    return true;
}

void LocalJobs::Core::startTasks()
{
    for (const QString& id : std::as_const(order)) {
        Entry& entry = entries.at(id);
        if (entry.job.count(JobState::Queued) == 0 || !mayStart(entry)) {
            continue;
        }
        for (int i = 0; i < entry.job.tasks.size(); ++i) {
            const bool full = entry.job.count(JobState::Running) >= entry.job.parallel;
            if (freeSlots == 0 || full || closing) {
                break;
            }
            if (entry.job.tasks.at(i).state == JobState::Queued) {
                startTask(entry, i);
            }
        }
    }
}

void LocalJobs::Core::startTask(Entry& entry, int task)
{
    SandboxJob job;
    const QString script = JobFolder::scriptName(entry.job.language);
    const QString program = entry.job.language == "python"_L1 ? u"python3"_s : u"bash"_s;
    job.argv = {program, script};
    for (const Attachment& attachment : entry.request.attachments) {
        job.files.insert(attachment.name, attachment.content);
    }
    job.files.insert(script, entry.request.script.toUtf8());
    job.scratchFiles = {script};
    job.environment.insert(u"LATHE_TASK"_s, QString::number(task));
    job.environment.insert(u"LATHE_TASKS"_s, QString::number(entry.job.tasks.size()));
    job.wallLimit = std::chrono::milliseconds(entry.job.timeoutMs);
    job.outputLimit = kOutputBytes;
    job.contentLimit = kFileBytes;
    const QString base = folder.taskBase(entry.job.id, task);
    job.onOutput = [base](const QByteArray& output, const QByteArray& error) {
        appendTo(base + ".out"_L1, output);
        appendTo(base + ".err"_L1, error);
    };
    entry.job.tasks[task].state = JobState::Running;
    --freeSlots;
    ++running;
    save(entry);
    runTask(shared_from_this(), entry.job.id, task, std::move(job), entry.stop.get_token());
}

QCoro::Task<> LocalJobs::Core::runTask(std::shared_ptr<Core> core, QString id, int task, SandboxJob job,
                                       std::stop_token stop)
{
    const SandboxOutcome outcome = co_await core->runner(std::move(job), stop);
    core->finishTask(id, task, outcome);
}

void LocalJobs::Core::saveOutcome(const QString& id, int task, const SandboxOutcome& outcome) const
{
    const QString base = folder.taskBase(id, task);
    auto written = JobFolder::writeFile(base + ".out"_L1, outcome.standardOutput);
    if (written) {
        written = JobFolder::writeFile(base + ".err"_L1, outcome.standardError);
    }
    for (const SandboxFile& file : outcome.files) {
        const QString target = QDir::cleanPath(base + u'/' + file.name);
        // Names come from a stranger's program.
        if (!written || !file.hasContent || !target.startsWith(base + u'/')) {
            continue;
        }
        QDir().mkpath(QFileInfo(target).absolutePath());
        written = JobFolder::writeFile(target, file.content);
    }
    if (!written) {
        qWarning("submit_parallel_job: %s", qPrintable(written.error().message));
    }
}

void LocalJobs::Core::finishTask(const QString& id, int task, const SandboxOutcome& outcome)
{
    Entry& entry = entries.at(id);
    JobTask& done = entry.job.tasks[task];
    done.state = stateOf(outcome);
    done.exitCode = outcome.exitCode;
    done.durationMs = outcome.durationMs;
    done.reason = outcome.reason;
    ++freeSlots;
    --running;
    saveOutcome(id, task, outcome);
    if (isFinal(entry.job.state())) {
        entry.job.finishedMs = clock.nowMs();
    }
    save(entry);
    if (isFinal(entry.job.state())) {
        entry.lock.reset();
        for (std::stop_source& waiting : entry.waiting) {
            waiting.request_stop();
        }
        entry.waiting.clear();
    }
    startTasks();
}

void LocalJobs::Core::cancelQueued(Entry& entry, const QString& reason)
{
    for (JobTask& task : entry.job.tasks) {
        if (task.state == JobState::Queued) {
            task.state = JobState::Cancelled;
            task.reason = reason;
        }
    }
    if (isFinal(entry.job.state()) && entry.job.finishedMs == 0) {
        entry.job.finishedMs = clock.nowMs();
        entry.lock.reset();
        for (std::stop_source& waiting : entry.waiting) {
            waiting.request_stop();
        }
        entry.waiting.clear();
    }
    save(entry);
}

LocalJobs::LocalJobs(Clock& clock, QString folder, Runner runner, std::function<Result<void>()> usable, int slots)
    : m_usable(std::move(usable)), m_core(std::make_shared<Core>(clock, std::move(folder), std::move(runner), slots))
{}

LocalJobs::~LocalJobs()
{
    m_core->closing = true;
    for (auto& [id, entry] : m_core->entries) {
        if (!isFinal(entry.job.state())) {
            m_core->cancelQueued(entry, u"cancelled before it started"_s);
            entry.stop.request_stop();
        }
    }
}

QCoro::Task<Result<ParallelJob>> LocalJobs::submit(JobRequest request, std::stop_token stop)
{
    Q_UNUSED(stop)
    const QString id = JobFolder::idFor(request.idempotencyKey);
    if (m_core->folder.has(id)) {
        co_return m_core->status(id);
    }
    for (const QString& before : std::as_const(request.after)) {
        const auto job = m_core->status(before);
        if (!job) {
            co_return fail(job.error());
        }
        if (job->executor != name() || (!isFinal(job->state()) && !m_core->entries.contains(before))) {
            co_return fail(ErrorCode::InvalidInput,
                           u"the job %1 is not run by this program, so nothing can wait for it here"_s.arg(before));
        }
    }
    const auto made = m_core->folder.make(id, request.language, request.script);
    if (!made) {
        co_return fail(made.error());
    }
    Core::Entry entry;
    entry.lock = std::make_unique<QLockFile>(m_core->folder.pathOf(id) + "/lock"_L1);
    entry.lock->setStaleLockTime(0);
    if (!entry.lock->tryLock(0)) {
        co_return fail(ErrorCode::Conflict, u"another program is submitting the job %1"_s.arg(id));
    }
    entry.job.id = id;
    entry.job.executor = name();
    entry.job.name = request.name;
    entry.job.language = request.language;
    entry.job.parallel = request.parallel;
    entry.job.timeoutMs = request.timeoutMs;
    entry.job.after = request.after;
    entry.job.submittedMs = m_core->clock.nowMs();
    entry.job.tasks.resize(request.tasks);
    entry.request = std::move(request);
    const auto saved = m_core->folder.save(entry.job);
    if (!saved) {
        co_return fail(saved.error());
    }
    m_core->entries.emplace(id, std::move(entry));
    m_core->order.append(id);
    m_core->startTasks();
    const ParallelJob job = m_core->entries.at(id).job; // what is returned is moved, so not the entry's own
    co_return job;
}

QCoro::Task<Result<ParallelJob>> LocalJobs::status(QString id, std::stop_token stop)
{
    Q_UNUSED(stop)
    co_return m_core->status(id);
}

QCoro::Task<Result<ParallelJob>> LocalJobs::cancel(QString id, std::stop_token stop)
{
    Q_UNUSED(stop)
    const auto found = m_core->entries.find(id);
    if (found == m_core->entries.end()) {
        auto job = m_core->read(id);
        if (job && !isFinal(job->state())) {
            job = fail(ErrorCode::Conflict, u"the job %1 is run by another program; cancel it there"_s.arg(id));
        }
        co_return job;
    }
    m_core->cancelQueued(found->second, u"cancelled before it started"_s);
    found->second.stop.request_stop();
    m_core->startTasks(); // those that waited for it end too
    const ParallelJob job = found->second.job;
    co_return job;
}

QCoro::Task<> LocalJobs::waitFor(QString id, std::chrono::milliseconds time, std::stop_token stop)
{
    const auto core = m_core;
    const auto found = core->entries.find(id);
    if (found == core->entries.end() || isFinal(found->second.job.state())) {
        co_return;
    }
    // The end of the job, or the stop request, ends the sleep.
    std::stop_source wake;
    found->second.waiting.push_back(wake);
    auto onStopRequest = [wake]() mutable { wake.request_stop(); };
    const std::stop_callback onStop(stop, onStopRequest);
    const bool passed = co_await core->clock.sleepFor(time, wake.get_token());
    Q_UNUSED(passed)
}

int LocalJobs::running() const
{
    return m_core->running;
}

} // namespace lathe
