// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/clock.h"

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

struct JobArguments
{
    std::string id;
    int task = 0;
    int limit = 50;
    int offset = 0;
    bool json = false;
};

int listJobs(Shell& shell, const JobArguments& arguments)
{
    const std::optional<JobPage> page = shell.ask(shell.facade().parallelJobs(arguments.offset, arguments.limit));
    if (!page) {
        return shell.status();
    }
    if (arguments.json) {
        QJsonArray list;
        for (const ParallelJob& job : page->jobs) {
            list.append(toJson(job));
        }
        print(indented(list));
        return ExitComplete;
    }
    if (page->jobs.isEmpty()) {
        say(u"no jobs; agents start them with submit_parallel_job"_s);
        return ExitComplete;
    }
    QList<QStringList> rows;
    for (const ParallelJob& job : page->jobs) {
        rows.append({job.id, job.executor, toName(job.state()),
                     u"%1/%2"_s.arg(job.count(JobState::Succeeded)).arg(job.tasks.size()), toIsoUtc(job.submittedMs),
                     job.name});
    }
    print(tableText({u"job"_s, u"executor"_s, u"state"_s, u"done"_s, u"submitted"_s, u"name"_s}, rows, {3}));
    if (page->jobs.size() < page->total) {
        say(u"%1 of %2 jobs"_s.arg(page->jobs.size()).arg(page->total));
    }
    return ExitComplete;
}

int showJob(Shell& shell, const std::optional<ParallelJob>& job)
{
    if (!job) {
        return shell.status();
    }
    print(indented(toJson(*job)));
    return ExitComplete;
}

int showLogs(Shell& shell, const JobArguments& arguments)
{
    const std::optional<QJsonObject> logs =
        shell.ask(shell.facade().parallelJobLogs(text(arguments.id), arguments.task));
    if (!logs) {
        return shell.status();
    }
    print(arguments.json ? indented(*logs) : logs->value("stdout"_L1).toString());
    const QString errors = logs->value("stderr"_L1).toString();
    if (!arguments.json && !errors.isEmpty()) {
        say(errors);
    }
    return ExitComplete;
}

} // namespace

void addJobCommands(CLI::App& app, QList<Command>& commands)
{
    CLI::App *jobs = app.add_subcommand("jobs", "Jobs of submit_parallel_job, on this machine and elsewhere");
    const auto arguments = std::make_shared<JobArguments>();
    const auto byId = [&](const char *name, const char *description) {
        CLI::App *command = jobs->add_subcommand(name, description);
        command->add_option("job", arguments->id, "The job's id")->required();
        return command;
    };
    CLI::App *list = jobs->add_subcommand("list", "All jobs, newest first");
    list->add_option("--limit", arguments->limit, "How many")->check(CLI::Range(1, 1000));
    list->add_option("--offset", arguments->offset, "How many to leave out")->check(CLI::NonNegativeNumber);
    list->add_flag("--json", arguments->json, "Print a JSON array");
    commands.append({list, [arguments](Shell& shell) { return listJobs(shell, *arguments); }});
    commands.append({byId("show", "One job with its tasks, as JSON"), [arguments](Shell& shell) {
                         return showJob(shell, shell.ask(shell.facade().parallelJob(text(arguments->id))));
                     }});
    CLI::App *logs = byId("logs", "What a task wrote so far: its standard output and error");
    logs->add_option("--task", arguments->task, "Number of the task, from 0")->check(CLI::NonNegativeNumber);
    logs->add_flag("--json", arguments->json, "Print it as JSON, with the files it made");
    commands.append({logs, [arguments](Shell& shell) { return showLogs(shell, *arguments); }});
    commands.append({byId("cancel", "Stop what has not ended"), [arguments](Shell& shell) {
                         return showJob(shell, shell.ask(shell.facade().cancelParallelJob(text(arguments->id))));
                     }});
}

} // namespace lathe::ctl
