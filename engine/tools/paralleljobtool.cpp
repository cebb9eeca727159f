// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/paralleljobtool.h"

#include "engine/tools/slurmjobs.h"
#include "engine/tools/toolschema.h"

#include <QJsonArray>
#include <QThread>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kDefaultTaskTimeoutMs = 600'000;
constexpr int kListed = 50;
constexpr int kMostTasks = 64;               // as the schema says
constexpr std::chrono::seconds kTimeout(90); // above the longest waitMs

int slotsOfMachine()
{
    return std::clamp(QThread::idealThreadCount(), 1, 8);
}

QString codeOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return u"JOB_NOT_FOUND"_s;
    case ErrorCode::Conflict:
        return u"JOB_ELSEWHERE"_s;
    case ErrorCode::InvalidInput:
        return u"INVALID_ARGUMENTS"_s;
    case ErrorCode::Unavailable:
        return u"EXECUTOR_UNAVAILABLE"_s;
    case ErrorCode::TimedOut:
        return u"TIMEOUT"_s;
    case ErrorCode::Cancelled:
        return u"CANCELLED"_s;
    default:
        return u"JOB_FOLDER_FAILED"_s;
    }
}

ToolResult failed(const Error& error)
{
    return toolError(codeOf(error.code), error.message);
}

ToolResult resultOf(const ParallelJob& job)
{
    ToolResult result;
    result.value = toJson(job);
    result.pending = !isFinal(job.state());
    return result;
}

/// The runner keeps the sandbox as long as it is needed itself.
LocalJobs::Runner runnerOf(const std::shared_ptr<SandboxRunner>& sandbox)
{
    return [sandbox](SandboxJob job, std::stop_token stop) { return sandbox->run(std::move(job), std::move(stop)); };
}

} // namespace

std::shared_ptr<ParallelJobs> makeParallelJobs(const ToolSettings& settings, Clock& clock)
{
    const auto sandbox = std::make_shared<SandboxRunner>(clock, settings.bubblewrapPath);
    return makeParallelJobs(settings, clock, runnerOf(sandbox), [sandbox] { return sandbox->available(); });
}

std::shared_ptr<ParallelJobs> makeParallelJobs(const ToolSettings& settings, Clock& clock, LocalJobs::Runner runner,
                                               std::function<Result<void>()> usable)
{
    std::vector<std::unique_ptr<JobExecutor>> executors;
    executors.push_back(
        std::make_unique<LocalJobs>(clock, settings.jobFolder, std::move(runner), std::move(usable), slotsOfMachine()));
    if (settings.useSlurm) {
        executors.push_back(std::make_unique<SlurmJobs>(clock, settings.jobFolder, settings.slurmPartition));
    }
    return std::make_shared<ParallelJobs>(settings.jobFolder, std::move(executors));
}

ParallelJobTool::ParallelJobTool(std::shared_ptr<ParallelJobs> jobs) : m_jobs(std::move(jobs))
{
    m_spec.name = u"submit_parallel_job"_s;
    m_spec.description = QStringLiteral(
        "Runs one bash or Python script many times in parallel, on this machine in a sandbox without network or on a "
        "Slurm cluster, and returns a job id at once while the work goes on. Each task sees its number in LATHE_TASK "
        "(from 0) and the "
        "number of tasks in LATHE_TASKS, and the run's attachments in its working folder. Use it for long or many "
        "like pieces of work; for one short computation use code_executor. Ask for \"status\" (with waitMs to wait) "
        "until the job is no longer pending, then for \"logs\" of a task. Jobs on this machine end when the program "
        "that runs the agent ends; those of a cluster go on.");
    m_spec.inputSchema = schemaFromText(uR"({
        "type": "object",
        "properties": {
            "action": {
                "enum": ["submit", "status", "logs", "cancel", "list"],
                "description": "submit starts a job; status, logs and cancel take its jobId; list shows the latest jobs."
            },
            "name": { "type": "string", "maxLength": 100, "description": "A name to tell the job by. For submit." },
            "language": { "enum": ["bash", "python"], "default": "bash", "description": "Of the script. For submit." },
            "script": {
                "type": "string", "minLength": 1, "maxLength": 100000,
                "description": "The program text that every task runs. What it prints is kept, and the files it makes in its working folder. For submit."
            },
            "tasks": { "type": "integer", "minimum": 1, "maximum": 64, "default": 1, "description": "How many times the script runs. For submit." },
            "parallel": { "type": "integer", "minimum": 1, "maximum": 64, "default": 8, "description": "How many tasks of this job run at once at most; the machine may allow fewer. For submit." },
            "timeoutMs": { "type": "integer", "minimum": 100, "maximum": 3600000, "default": 600000, "description": "After how many milliseconds a task is ended. For submit." },
            "executor": { "type": "string", "maxLength": 20, "description": "Where it runs: local, or slurm if the user has set it up; local if absent. For submit." },
            "after": { "type": "array", "maxItems": 20, "items": { "type": "string", "pattern": "^[0-9a-f]{16}$" }, "description": "Ids of jobs of the same executor that have to succeed first. For submit." },
            "jobId": { "type": "string", "pattern": "^[0-9a-f]{16}$", "description": "The id that submit returned." },
            "task": { "type": "integer", "minimum": 0, "maximum": 63, "default": 0, "description": "Which task's output to show. For logs." },
            "waitMs": { "type": "integer", "minimum": 0, "maximum": 60000, "default": 0, "description": "Wait for the end of the job, at most so many milliseconds. For status." }
        },
        "required": ["action"],
        "additionalProperties": false,
        "allOf": [
            { "if": { "properties": { "action": { "const": "submit" } } }, "then": { "required": ["script"] } },
            { "if": { "properties": { "action": { "enum": ["status", "logs", "cancel"] } } }, "then": { "required": ["jobId"] } }
        ]
    })");
    m_spec.sideEffect = SideEffect::Writes;
    m_spec.timeout = kTimeout;
}

ToolAvailability ParallelJobTool::availability() const
{
    if (!m_jobs->hasFolder()) {
        return {false, u"not configured: set the job folder to a folder where jobs may keep their files"_s};
    }
    QString reason;
    for (const QString& executor : m_jobs->executors()) {
        const Result<void> usable = m_jobs->available(executor);
        if (usable) {
            return {};
        }
        reason += reason.isEmpty() ? usable.error().message : QString(u' ' + usable.error().message);
    }
    return {false, reason, u"SANDBOX_UNAVAILABLE"_s};
}

QCoro::Task<ToolResult> ParallelJobTool::submit(ToolInvocation invocation, std::stop_token stop)
{
    const QJsonObject& arguments = invocation.arguments;
    JobRequest request;
    request.name = arguments.value("name"_L1).toString();
    request.language = arguments.value("language"_L1).toString(u"bash"_s);
    request.script = arguments.value("script"_L1).toString();
    request.tasks = arguments.value("tasks"_L1).toInt(1);
    request.timeoutMs = arguments.value("timeoutMs"_L1).toInt(kDefaultTaskTimeoutMs);
    for (const QJsonValue& id : arguments.value("after"_L1).toArray()) {
        request.after << id.toString();
    }
    request.attachments = invocation.attachments;
    request.idempotencyKey = invocation.idempotencyKey;
    const QString executor = arguments.value("executor"_L1).toString();
    const bool here = executor.isEmpty() || executor == "local"_L1;
    const int most = here ? slotsOfMachine() : kMostTasks;
    request.parallel = std::min(arguments.value("parallel"_L1).toInt(slotsOfMachine()), most);
    const auto job = co_await m_jobs->submit(executor, std::move(request), stop);
    co_return job ? resultOf(*job) : failed(job.error());
}

QCoro::Task<ToolResult> ParallelJobTool::list(std::stop_token stop)
{
    const auto page = co_await m_jobs->list(0, kListed, stop);
    if (!page) {
        co_return failed(page.error());
    }
    QJsonArray jobs;
    for (const ParallelJob& job : page->jobs) {
        QJsonObject json = toJson(job);
        json.insert("tasks"_L1, job.tasks.size());
        jobs.append(json);
    }
    ToolResult result;
    result.value.insert("jobs"_L1, jobs);
    co_return result;
}

QCoro::Task<ToolResult> ParallelJobTool::run(ToolInvocation invocation, std::stop_token stop)
{
    const auto jobs = m_jobs; // outlives the tool while a call goes on
    const QString action = invocation.arguments.value("action"_L1).toString();
    const QString id = invocation.arguments.value("jobId"_L1).toString();
    if (action == "submit"_L1) {
        ToolResult submitted = co_await submit(std::move(invocation), stop);
        co_return submitted;
    }
    if (action == "list"_L1) {
        ToolResult listed = co_await list(stop);
        co_return listed;
    }
    if (action == "cancel"_L1) {
        const auto job = co_await jobs->cancel(id, stop);
        co_return job ? resultOf(*job) : failed(job.error());
    }
    if (action == "logs"_L1) {
        const int task = invocation.arguments.value("task"_L1).toInt();
        const auto logs = co_await jobs->logs(id, task, stop);
        if (!logs) {
            co_return failed(logs.error());
        }
        ToolResult result;
        result.value = *logs;
        co_return result;
    }
    const std::chrono::milliseconds wait(invocation.arguments.value("waitMs"_L1).toInt());
    if (wait.count() > 0) {
        co_await jobs->waitFor(id, wait, stop);
    }
    const auto job = co_await jobs->status(id, stop);
    co_return job ? resultOf(*job) : failed(job.error());
}

} // namespace lathe
