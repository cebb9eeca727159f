// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"
#include "app/lathectl/runarguments.h"
#include "app/lathectl/runtrace.h"
#include "app/lathectl/stopdialog.h"

#include <QCoreApplication>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

int exitStatus(const RunEnd& end)
{
    switch (end.status) {
    case RunStatus::Complete:
    case RunStatus::Stopped:
        return ExitComplete;
    case RunStatus::PolicyViolation:
        return ExitViolation;
    case RunStatus::Paused:
        return ExitSuspended;
    case RunStatus::Interrupted:
    case RunStatus::Running:
        return ExitInterrupted;
    case RunStatus::Error:
        break;
    }
    const QString code = end.response && end.response->error ? end.response->error->code : QString();
    if (code == "VALIDATION_FAILED"_L1) {
        return ExitUsage;
    }
    if (code == "JOURNAL_FAILED"_L1) {
        return ExitDatabase;
    }
    return code == "INTERNAL_ERROR"_L1 || code == "BILLING_FAILED"_L1 ? ExitInternal : ExitRunError;
}

void printBill(const BillingReport& report)
{
    QList<QStringList> rows;
    for (const CostGroup& phase : report.byPhase) {
        rows.append({phase.key, QString::number(phase.tokens), QString::number(phase.calls), moneyText(phase)});
    }
    CostGroup total;
    total.cost = report.total;
    total.lines = report.lines;
    total.unknownLines = report.unknownLines;
    rows.append({u"total"_s, QString(), QString(), moneyText(total)});
    say(u'\n' + tableText({u"phase"_s, u"tokens"_s, u"calls"_s, u"cost"_s}, rows, {1, 2, 3}));
}

bool writeBilling(Shell& shell, const RunArguments& a, const QString& runId)
{
    if (a.billing.empty()) {
        return true;
    }
    BillQuery query;
    query.runId = runId;
    const std::optional<QByteArray> csv = shell.ask(shell.facade().breakdownCsv(query, false));
    return csv && write(text(a.billing), *csv);
}

void sayProblem(const RunEnd& end)
{
    const ResponseError& error = *end.response->error;
    say(u"lathectl: %1: %2"_s.arg(error.code, error.message));
    const QJsonArray issues = error.details.toArray();
    for (const QJsonValue& issue : issues) {
        if (issues.size() > 1) { // the only one is in the message
            say(u"  %1 %2"_s.arg(issue.toObject().value("path"_L1).toString(),
                                 issue.toObject().value("message"_L1).toString()));
        }
    }
    if (error.code == "JOURNAL_FAILED"_L1) {
        say(u"when the database can be written again, go on with: lathectl resume %1"_s.arg(end.runId));
    }
}

/// The run was interrupted: what it cost up to here is written all the same.
int afterInterruption(Shell& shell, const RunArguments& a, const QString& runId, RunTrace& trace)
{
    const int reopened = shell.reopen(); // closing makes the run durable as it stands
    say(u"interrupted; go on with: lathectl resume %1"_s.arg(runId));
    if (reopened != ExitComplete) {
        return ExitInterrupted;
    }
    EventQuery rest;
    rest.afterSeq = trace.record().lastSeq;
    rest.limit = 0;
    if (const std::optional<QList<RunEvent>> events = shell.ask(shell.facade().events(runId, rest))) {
        trace.add(*events);
    }
    (void)trace.finish();
    (void)writeBilling(shell, a, runId);
    return ExitInterrupted;
}

/// Waits for the run's end and writes what was asked for.
int follow(Shell& shell, const RunArguments& a, const QString& runId, RunTrace& trace)
{
    const std::optional<RunEnd> end = shell.ask(shell.facade().finished(runId));
    if (!end) {
        return shell.wasInterrupted() ? afterInterruption(shell, a, runId, trace) : shell.status();
    }
    QCoreApplication::processEvents(); // entries that were handed over with the end
    bool written = trace.finish();
    if (!end->suspendedAt.isEmpty()) {
        say(u"stopped at %1 with nobody to ask; go on with: lathectl resume %2"_s.arg(end->suspendedAt, runId));
    }
    written = writeBilling(shell, a, runId) && written;
    if (end->response) {
        const AguiResponse& response = *end->response;
        if (!a.response.empty()) {
            written =
                write(text(a.response), QJsonDocument(toJson(response)).toJson(QJsonDocument::Indented)) && written;
        }
        if (response.error) {
            sayProblem(*end);
        }
        if (!a.quiet) {
            printBill(response.billing);
        }
        if (!a.ownsOutput() && !response.result.isEmpty()) {
            print(response.result);
        }
    }
    if (!written || outputWasLost()) {
        say(u"the run is kept as %1; see: lathectl export %1 --format response"_s.arg(runId));
    }
    const int status = exitStatus(*end);
    return status == ExitComplete && !written ? static_cast<int>(ExitDatabase) : status;
}

template <typename Start>
int drive(Shell& shell, const RunArguments& a, Start start)
{
    RunTrace trace(a.quiet, text(a.events));
    if (!trace.open()) {
        return ExitDatabase;
    }
    StopDialog dialog(shell);
    const bool interactive = ::isatty(STDIN_FILENO) != 0;
    QObject::connect(&shell.facade(), &EngineFacade::runEvents, &shell.facade(),
                     [&](const QString&, const QList<RunEvent>& events) {
                         trace.add(events);
                         const std::optional<StopState>& stop = trace.record().stop;
                         if (interactive && stop && events.last().type == EventType::StoppedAt) {
                             dialog.at(events.last().runId, *stop);
                         }
                     });
    const std::optional<QString> runId = shell.ask(start());
    const int status = runId ? follow(shell, a, *runId, trace) : shell.status();
    shell.close(); // what it still says would reach a trace that is gone
    return status;
}

int runJob(Shell& shell, const RunArguments& a)
{
    const Result<QJsonObject> job = jobJson(a, shell.configuration());
    if (!job) {
        return report(job.error());
    }
    const Result<RunOptions> options = runOptions(a, shell.configuration());
    if (!options) {
        return report(options.error());
    }
    return drive(shell, a, [&] { return shell.facade().startJson(*job, *options); });
}

int resumeRun(Shell& shell, const RunArguments& a)
{
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(a.job)));
    if (!runId) {
        return shell.status();
    }
    const Result<RunOptions> options = runOptions(a, shell.configuration());
    if (!options) {
        return report(options.error());
    }
    return drive(shell, a, [&] { return shell.facade().resume(*runId, *options); });
}

} // namespace

void addRunCommands(CLI::App& app, QList<Command>& commands)
{
    const auto a = std::make_shared<RunArguments>();
    CLI::App *run = app.add_subcommand("run", "Run a job and wait for its answer");
    addRunOptions(run, a);
    commands.append({.app = run,
                     .run = [a](Shell& shell) { return runJob(shell, *a); },
                     .check = [a]() -> Result<void> {
                         const QString problem = contradiction(*a);
                         if (!problem.isEmpty()) {
                             return fail(ErrorCode::InvalidInput, problem);
                         }
                         return checkTargets(*a);
                     },
                     .fullDurability = [a] { return a->synchronous == "full"; }});

    const auto r = std::make_shared<RunArguments>();
    CLI::App *resume = app.add_subcommand("resume", "Go on with an interrupted run or one stopped at a breakpoint");
    addResumeOptions(resume, r);
    commands.append({.app = resume,
                     .run = [r](Shell& shell) { return resumeRun(shell, *r); },
                     .check = [r] { return checkTargets(*r); },
                     .fullDurability = [r] { return r->synchronous == "full"; }});
}

} // namespace lathe::ctl
