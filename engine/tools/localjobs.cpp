// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/localjobs.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/ids.h"
#include "engine/core/jsonreader.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QLockFile>
#include <QSaveFile>

#include <algorithm>
#include <map>
#include <vector>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kOutputBytes = 1024 * 1024;
constexpr qint64 kFileBytes = 16 * 1024 * 1024;
constexpr qint64 kShownBytes = 16 * 1024;
constexpr int kMaxFiles = 200;

Result<void> writeFile(const QString& path, const QByteArray& content)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size() || !file.commit()) {
        return fail(ErrorCode::File, u"cannot write %1: %2"_s.arg(path, file.errorString()));
    }
    return {};
}

/// The end of a file, where errors and results stand.
QString tail(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    const qint64 skipped = std::max<qint64>(0, file.size() - kShownBytes);
    file.seek(skipped);
    const QString text = QString::fromUtf8(file.readAll());
    return skipped > 0 ? u"[%1 bytes before this]\n"_s.arg(skipped) + text : text;
}

QString taskName(int task)
{
    return u"task-%1"_s.arg(task, 3, 10, QChar(u'0'));
}

QString scriptName(const QString& language)
{
    return language == "python"_L1 ? u"script.py"_s : u"script.sh"_s;
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
        LocalJob job;
        LocalJobRequest request;
        std::stop_source stop;
        std::unique_ptr<QLockFile> lock;       ///< tells other programs that the job is being run
        std::vector<std::stop_source> waiting; ///< end the sleep of those who wait for the job
    };

    Core(Clock& clockIn, QString folderIn, Runner runnerIn, int slotsIn)
        : clock(clockIn), folder(std::move(folderIn)), runner(std::move(runnerIn)), freeSlots(slotsIn)
    {}

    [[nodiscard]] QString pathOf(const QString& id) const { return QDir(folder).filePath(id); }
    [[nodiscard]] Result<LocalJob> read(const QString& id) const;
    void save(Entry& entry) const;
    void startTasks();
    void startTask(Entry& entry, int task);
    void cancelQueued(Entry& entry);
    void finishTask(const QString& id, int task, const SandboxOutcome& outcome);
    void saveOutcome(const QString& id, int task, const SandboxOutcome& outcome) const;
    static QCoro::Task<> runTask(std::shared_ptr<Core> core, QString id, int task, SandboxJob job,
                                 std::stop_token stop);

    Clock& clock;
    QString folder;
    Runner runner;
    int freeSlots;
    int running = 0;
    bool closing = false;
    std::map<QString, Entry> entries; ///< jobs submitted here
    QStringList order;                ///< ids in order of submission
};

Result<LocalJob> LocalJobs::Core::read(const QString& id) const
{
    static const auto isId = [](const QString& text) {
        return text.size() == 16 && std::all_of(text.begin(), text.end(), [](QChar c) {
                   return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
               });
    };
    QFile file(pathOf(id) + "/job.json"_L1);
    if (!isId(id) || !file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::NotFound, u"there is no job \"%1\""_s.arg(id.left(100)));
    }
    const auto json = parseJsonObject(file.readAll());
    if (!json) {
        return fail(ErrorCode::File, u"%1 is damaged: %2"_s.arg(file.fileName(), json.error().message));
    }
    auto job = localJobFromJson(*json);
    if (!job) {
        return fail(ErrorCode::File, u"%1 is damaged: %2"_s.arg(file.fileName(), job.error().message));
    }
    if (isFinal(job->state())) {
        return job;
    }
    QLockFile lock(pathOf(id) + "/lock"_L1);
    lock.setStaleLockTime(0);
    if (lock.tryLock(0)) {
        for (LocalTask& task : job->tasks) {
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
    const auto written = writeFile(pathOf(entry.job.id) + "/job.json"_L1, compactJson(toJson(entry.job)));
    if (!written) {
        qWarning("submit_parallel_job: %s", qPrintable(written.error().message));
    }
}

void LocalJobs::Core::startTasks()
{
    for (const QString& id : std::as_const(order)) {
        Entry& entry = entries.at(id);
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
    const QString script = scriptName(entry.job.language);
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
    const QDir job(pathOf(id));
    const QString base = job.filePath(taskName(task));
    auto written = writeFile(base + ".out"_L1, outcome.standardOutput);
    if (written) {
        written = writeFile(base + ".err"_L1, outcome.standardError);
    }
    for (const SandboxFile& file : outcome.files) {
        const QString target = QDir::cleanPath(base + u'/' + file.name);
        // Names come from a stranger's program.
        if (!written || !file.hasContent || !target.startsWith(base + u'/')) {
            continue;
        }
        QDir().mkpath(QFileInfo(target).absolutePath());
        written = writeFile(target, file.content);
    }
    if (!written) {
        qWarning("submit_parallel_job: %s", qPrintable(written.error().message));
    }
}

void LocalJobs::Core::finishTask(const QString& id, int task, const SandboxOutcome& outcome)
{
    Entry& entry = entries.at(id);
    LocalTask& done = entry.job.tasks[task];
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

void LocalJobs::Core::cancelQueued(Entry& entry)
{
    for (LocalTask& task : entry.job.tasks) {
        if (task.state == JobState::Queued) {
            task.state = JobState::Cancelled;
            task.reason = u"cancelled before it started"_s;
        }
    }
    if (isFinal(entry.job.state()) && entry.job.finishedMs == 0) {
        entry.job.finishedMs = clock.nowMs();
        entry.lock.reset();
    }
    save(entry);
}

LocalJobs::LocalJobs(Clock& clock, QString folder, Runner runner, int slots)
    : m_core(std::make_shared<Core>(clock, std::move(folder), std::move(runner), slots))
{}

LocalJobs::~LocalJobs()
{
    m_core->closing = true;
    for (auto& [id, entry] : m_core->entries) {
        if (!isFinal(entry.job.state())) {
            m_core->cancelQueued(entry);
            entry.stop.request_stop();
        }
    }
}

Result<LocalJob> LocalJobs::submit(LocalJobRequest request)
{
    const QByteArray key =
        request.idempotencyKey.isEmpty() ? RandomIdGenerator().newUuid().toUtf8() : request.idempotencyKey.toUtf8();
    const QString id = QString::fromLatin1(sha256Hex(key).left(16));
    if (QFileInfo::exists(m_core->pathOf(id) + "/job.json"_L1)) {
        return status(id);
    }
    const QString path = m_core->pathOf(id);
    if (!QDir().mkpath(path)) {
        return fail(ErrorCode::File, u"cannot make the folder %1"_s.arg(path));
    }
    const auto script = writeFile(path + u'/' + scriptName(request.language), request.script.toUtf8());
    if (!script) {
        return fail(script.error());
    }
    Core::Entry entry;
    entry.lock = std::make_unique<QLockFile>(path + "/lock"_L1);
    entry.lock->setStaleLockTime(0);
    if (!entry.lock->tryLock(0)) {
        return fail(ErrorCode::Conflict, u"another program is submitting the job %1"_s.arg(id));
    }
    entry.job.id = id;
    entry.job.name = request.name;
    entry.job.language = request.language;
    entry.job.parallel = request.parallel;
    entry.job.timeoutMs = request.timeoutMs;
    entry.job.submittedMs = m_core->clock.nowMs();
    entry.job.tasks.resize(request.tasks);
    entry.request = std::move(request);
    const auto saved = writeFile(path + "/job.json"_L1, compactJson(toJson(entry.job)));
    if (!saved) {
        return fail(saved.error());
    }
    m_core->entries.emplace(id, std::move(entry));
    m_core->order.append(id);
    m_core->startTasks();
    return m_core->entries.at(id).job;
}

Result<LocalJob> LocalJobs::status(const QString& id) const
{
    const auto found = m_core->entries.find(id);
    if (found != m_core->entries.end()) {
        return found->second.job;
    }
    return m_core->read(id);
}

Result<QJsonObject> LocalJobs::logs(const QString& id, int task) const
{
    const auto job = status(id);
    if (!job) {
        return fail(job.error());
    }
    if (task < 0 || task >= job->tasks.size()) {
        return fail(ErrorCode::NotFound,
                    u"the job %1 has no task %2: its tasks are 0 to %3"_s.arg(id).arg(task).arg(job->tasks.size() - 1));
    }
    const QString base = QDir(m_core->pathOf(id)).filePath(taskName(task));
    QJsonArray files;
    QDirIterator made(base, QDir::Files, QDirIterator::Subdirectories);
    while (made.hasNext() && files.size() < kMaxFiles) {
        made.next();
        const QString name = QDir(base).relativeFilePath(made.filePath());
        files.append(QJsonObject{{u"name"_s, name}, {u"size"_s, made.fileInfo().size()}});
    }
    return QJsonObject{{u"jobId"_s, id},
                       {u"task"_s, task},
                       {u"state"_s, toName(job->tasks.at(task).state)},
                       {u"stdout"_s, tail(base + ".out"_L1)},
                       {u"stderr"_s, tail(base + ".err"_L1)},
                       {u"folder"_s, base},
                       {u"files"_s, files}};
}

Result<LocalJob> LocalJobs::cancel(const QString& id)
{
    const auto found = m_core->entries.find(id);
    if (found == m_core->entries.end()) {
        const auto job = m_core->read(id);
        if (job && !isFinal(job->state())) {
            return fail(ErrorCode::Conflict, u"the job %1 is run by another program; cancel it there"_s.arg(id));
        }
        return job;
    }
    m_core->cancelQueued(found->second);
    found->second.stop.request_stop();
    return found->second.job;
}

QList<LocalJob> LocalJobs::list(int limit) const
{
    QList<LocalJob> jobs;
    const QStringList folders = QDir(m_core->folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString& id : folders) {
        const auto job = status(id);
        if (job) {
            jobs.append(*job);
        }
    }
    std::sort(jobs.begin(), jobs.end(),
              [](const LocalJob& a, const LocalJob& b) { return a.submittedMs > b.submittedMs; });
    return jobs.mid(0, limit);
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
