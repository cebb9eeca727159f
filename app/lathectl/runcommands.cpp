// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/commands.h"
#include "app/lathectl/runtrace.h"

#include "engine/core/canonicaljson.h"

#include <QFileInfo>
#include <QMimeDatabase>

#include <iostream>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

/// The options of run and resume as they were typed.
struct RunArguments
{
    std::string job;
    std::string prompt;
    std::string user;
    std::string provider;
    std::string model;
    std::string baseUrl;
    std::string apiKeyVariable;
    std::vector<std::string> tools;
    bool noTools = false;
    int maxDepth = 0;
    int maxSteps = 0;
    qint64 contextWindow = 0;
    std::string budget;
    std::vector<std::string> attachments;
    bool stream = true;
    bool noCache = false;
    std::string response;
    std::string billing;
    std::string events;
    std::vector<std::string> breakpoints;
    std::string approve = "all";
    bool quiet = false;
    std::string synchronous = "full";
};

void addSharedOptions(CLI::App *app, const std::shared_ptr<RunArguments>& a)
{
    app->add_option("--base-url", a->baseUrl, "Where the provider is reached, ending in its version path (.../v1)");
    app->add_option("--api-key-env", a->apiKeyVariable, "Environment variable that holds the API key");
    app->add_option("--response", a->response, "Write the response as JSON to this file (- for standard output)");
    app->add_option("--billing", a->billing, "Write the cost breakdown as CSV to this file");
    app->add_option("--events", a->events,
                    "Write each journal entry as a JSON line to this file (- for standard output)");
    app->add_option(
        "--break", a->breakpoints,
        "Stop at: BEFORE_DECIDE, AFTER_DECIDE, BEFORE_TOOL, AFTER_TOOL, tool=NAME, phase=NAME, error; words "
        "in one expression must all hold");
    app->add_option("--approve", a->approve, "Tool calls: all, none, or ask before each")
        ->check(CLI::IsMember({"all", "none", "ask"}));
    app->add_flag("--quiet", a->quiet, "Print no trace");
    app->add_option("--synchronous", a->synchronous,
                    "How surely paid replies are on disk before the next step: full (survives a power cut) or normal "
                    "(survives the end of the process)")
        ->check(CLI::IsMember({"full", "normal"}));
}

Result<QByteArray> readAll(const QString& path)
{
    QFile file;
    const bool opened = path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly)
                                       : (file.setFileName(path), file.open(QIODevice::ReadOnly));
    if (!opened) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    return file.readAll();
}

/// The job as JSON, from the file or the prompt and the options that replace its fields.
Result<QJsonObject> jobJson(const RunArguments& a, const Shell& shell)
{
    QJsonObject json;
    if (!a.job.empty()) {
        const Result<QByteArray> bytes = readAll(text(a.job));
        if (!bytes) {
            return fail(bytes.error());
        }
        const Result<QJsonObject> parsed = parseJsonObject(*bytes);
        if (!parsed) {
            return fail(ErrorCode::InvalidInput, u"%1: %2"_s.arg(text(a.job), parsed.error().message),
                        parsed.error().detail);
        }
        json = *parsed;
    } else {
        json.insert("prompt"_L1, text(a.prompt));
    }
    const auto replace = [&json](QLatin1StringView key, const std::string& value) {
        if (!value.empty()) {
            json.insert(key, text(value));
        }
    };
    replace("userId"_L1, a.user);
    if (!json.contains("userId"_L1)) {
        json.insert("userId"_L1, shell.defaultUser());
    }
    replace("budget"_L1, a.budget);
    if (a.noTools) {
        json.insert("tools"_L1, QJsonArray());
    } else if (!a.tools.empty()) {
        QJsonArray names;
        for (const std::string& name : a.tools) {
            names.append(text(name));
        }
        json.insert("tools"_L1, names);
    }
    if (a.maxDepth != 0) {
        json.insert("maxDepth"_L1, a.maxDepth);
    }
    if (a.maxSteps != 0) {
        json.insert("maxSteps"_L1, a.maxSteps);
    }
    if (a.contextWindow != 0) {
        json.insert("contextWindowLimit"_L1, a.contextWindow);
    }
    QJsonArray attachments = json.value("attachments"_L1).toArray();
    for (const std::string& file : a.attachments) {
        const QString path = text(file);
        const Result<QByteArray> content = readAll(path);
        if (!content) {
            return fail(content.error());
        }
        attachments.append(
            QJsonObject{{u"name"_s, QFileInfo(path).fileName()},
                        {u"mediaType"_s, QMimeDatabase().mimeTypeForFileNameAndData(path, *content).name()},
                        {u"base64"_s, QString::fromLatin1(content->toBase64())}});
    }
    if (!attachments.isEmpty()) {
        json.insert("attachments"_L1, attachments);
    }
    return json;
}

Result<RunOptions> runOptions(const RunArguments& a, const Configuration& configuration)
{
    RunOptions options;
    options.provider.provider = text(a.provider);
    options.provider.model = text(a.model);
    options.provider.baseUrl = text(a.baseUrl);
    options.provider.apiKeyVariable = text(a.apiKeyVariable);
    // The configuration speaks of one provider; naming another on the command line leaves it aside.
    if (options.provider.provider.isEmpty() || options.provider.provider == configuration.provider.provider) {
        const auto fill = [](QString& value, const QString& fallback) {
            if (value.isEmpty()) {
                value = fallback;
            }
        };
        fill(options.provider.provider, configuration.provider.provider);
        fill(options.provider.model, configuration.provider.model);
        fill(options.provider.baseUrl, configuration.provider.baseUrl);
        fill(options.provider.apiKeyVariable, configuration.provider.apiKeyVariable);
    }
    options.stream = a.stream;
    options.useCache = !a.noCache;
    options.approval = a.approve == "ask"    ? ApprovalMode::Ask
                       : a.approve == "none" ? ApprovalMode::None
                                             : ApprovalMode::All;
    for (const std::string& expression : a.breakpoints) {
        const Result<Breakpoint> breakpoint = parseBreakpoint(text(expression));
        if (!breakpoint) {
            return fail(breakpoint.error());
        }
        options.breakpoints.append(*breakpoint);
    }
    const bool mayStop = !options.breakpoints.isEmpty() || options.approval == ApprovalMode::Ask;
    options.interactive = mayStop && a.job != "-" && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDERR_FILENO) != 0;
    return options;
}

/// Asks the person at the terminal what to do at a stop.
class StopDialog
{
public:
    explicit StopDialog(Shell& shell) : m_shell(shell) {}
    void at(const QString& runId, const StopState& stop)
    {
        Shell::say(QString::fromUtf8(QJsonDocument(stop.editable).toJson()).trimmed());
        while (true) {
            Shell::say(u"[c]ontinue  step [i]nto  [n]ext  step [o]ut  [e] KEY=JSON edit  [r] TEXT reject  [s]top"_s);
            std::cerr << "> " << std::flush;
            std::string line;
            if (!std::getline(std::cin, line)) {
                m_shell.interrupt();
                return;
            }
            const QString said = text(line).trimmed();
            const QString rest = said.mid(1).trimmed();
            if (said == "c"_L1 || said.isEmpty()) {
                if (said.isEmpty()) {
                    continue; // Enter alone never approves a tool call
                }
                m_shell.facade().command(runId, StepCommand::Continue);
            } else if (said == "i"_L1) {
                m_shell.facade().command(runId, StepCommand::StepInto);
            } else if (said == "n"_L1) {
                m_shell.facade().command(runId, StepCommand::StepOver);
            } else if (said == "o"_L1) {
                m_shell.facade().command(runId, StepCommand::StepOut);
            } else if (said == "s"_L1) {
                m_shell.facade().command(runId, StepCommand::Stop);
            } else if (said.startsWith(u'r') && !rest.isEmpty()) {
                if (!m_shell.ask(m_shell.facade().rejectTool(runId, rest))) {
                    continue;
                }
            } else if (said.startsWith(u'e') && rest.contains(u'=')) {
                edit(runId, rest);
                continue;
            } else {
                Shell::say(u"not understood: %1"_s.arg(said));
                continue;
            }
            return;
        }
    }

private:
    void edit(const QString& runId, const QString& assignment)
    {
        const QString key = assignment.section(u'=', 0, 0).trimmed();
        const QByteArray value = assignment.section(u'=', 1).trimmed().toUtf8();
        QJsonParseError problem;
        const QJsonDocument wrapped = QJsonDocument::fromJson("{\"v\":" + value + '}', &problem);
        if (problem.error != QJsonParseError::NoError) {
            Shell::say(u"not JSON: %1"_s.arg(problem.errorString()));
            return;
        }
        StopEdit edit;
        edit.values.insert(key, wrapped.object().value("v"_L1));
        if (m_shell.ask(m_shell.facade().edit(runId, edit))) {
            Shell::say(u"changed %1"_s.arg(key));
        }
    }
    Shell& m_shell;
};

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
    Shell::say(u'\n' + tableText({u"phase"_s, u"tokens"_s, u"calls"_s, u"cost"_s}, rows, {1, 2, 3}));
}

/// Waits for the run's end and writes what was asked for.
int follow(Shell& shell, const RunArguments& a, const QString& runId, RunTrace& trace)
{
    const std::optional<RunEnd> end = shell.ask(shell.facade().finished(runId));
    if (!end) {
        if (shell.status() != ExitInterrupted) {
            return shell.status();
        }
        shell.close(); // the run is made durable as it stands
        Shell::say(u"interrupted; go on with: lathectl resume %1"_s.arg(runId));
        return ExitInterrupted;
    }
    QCoreApplication::processEvents(); // entries that were handed over with the end
    int status = exitStatus(*end);
    if (!trace.finish()) {
        status = ExitDatabase;
    }
    if (!end->suspendedAt.isEmpty()) {
        Shell::say(u"stopped at %1 with nobody to ask; go on with: lathectl resume %2"_s.arg(end->suspendedAt, runId));
    }
    if (!a.billing.empty()) {
        BillQuery query;
        query.runId = runId;
        const std::optional<QByteArray> csv = shell.ask(shell.facade().breakdownCsv(query, false));
        if (!csv) {
            return shell.status();
        }
        if (!Shell::write(text(a.billing), *csv)) {
            return ExitDatabase;
        }
    }
    if (!end->response) {
        return status;
    }
    const AguiResponse& response = *end->response;
    if (!a.response.empty() &&
        !Shell::write(text(a.response), QJsonDocument(toJson(response)).toJson(QJsonDocument::Indented))) {
        return ExitDatabase;
    }
    if (response.error) {
        QString message = u"%1: %2"_s.arg(response.error->code, response.error->message);
        for (const QJsonValue& issue : response.error->details.toArray()) {
            message += u"\n  %1 %2"_s.arg(issue.toObject().value("path"_L1).toString(),
                                          issue.toObject().value("message"_L1).toString());
        }
        Shell::say(u"lathectl: "_s + message);
    }
    if (!a.quiet) {
        printBill(response.billing);
    }
    if (a.response != "-" && a.events != "-" && !response.result.isEmpty()) {
        Shell::print(response.result);
    }
    return status;
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
    const auto connection =
        QObject::connect(&shell.facade(), &EngineFacade::runEvents, &shell.facade(),
                         [&](const QString& runId, const QList<RunEvent>& events) {
                             trace.add(events);
                             const std::optional<StopState>& stop = trace.record().stop;
                             if (interactive && stop && events.last().type == EventType::StoppedAt) {
                                 dialog.at(runId, *stop);
                             }
                         });
    const std::optional<QString> runId = shell.ask(start());
    if (!runId) {
        QObject::disconnect(connection);
        return shell.status();
    }
    const int status = follow(shell, a, *runId, trace);
    if (!shell.wasInterrupted()) {
        QObject::disconnect(connection);
    }
    return status;
}

int runJob(Shell& shell, const RunArguments& a)
{
    if (a.job.empty() == a.prompt.empty() && !(a.job.empty() && a.prompt.empty())) {
        return Shell::usage(u"run takes a job file or --prompt, not both"_s);
    }
    const int opened = shell.open(a.synchronous == "full");
    if (opened != ExitComplete) {
        return opened;
    }
    const Result<QJsonObject> job = jobJson(a, shell);
    if (!job) {
        return shell.report(job.error());
    }
    const Result<RunOptions> options = runOptions(a, shell.configuration());
    if (!options) {
        return shell.report(options.error());
    }
    return drive(shell, a, [&] { return shell.facade().startJson(*job, *options); });
}

int resumeRun(Shell& shell, const RunArguments& a)
{
    const int opened = shell.open(a.synchronous == "full");
    if (opened != ExitComplete) {
        return opened;
    }
    const std::optional<QString> runId = shell.ask(shell.facade().findRun(text(a.job)));
    if (!runId) {
        return shell.status();
    }
    const Result<RunOptions> options = runOptions(a, shell.configuration());
    if (!options) {
        return shell.report(options.error());
    }
    return drive(shell, a, [&] { return shell.facade().resume(*runId, *options); });
}

} // namespace

void addRunCommands(CLI::App& app, QList<Command>& commands)
{
    const auto a = std::make_shared<RunArguments>();
    CLI::App *run = app.add_subcommand("run", "Run a job and wait for its answer");
    run->add_option("job", a->job, "Job as a JSON file, or - for standard input");
    run->add_option("--prompt", a->prompt, "The task, instead of a job file");
    run->add_option("--user", a->user, "Who runs it and whose limits apply");
    run->add_option("--provider", a->provider, "builtin, openai or scripted");
    run->add_option("--model", a->model, "Model name (for scripted: the script file)");
    run->add_option("--tools", a->tools, "Only these tools")->delimiter(',');
    run->add_flag("--no-tools", a->noTools, "No tools at all");
    run->add_option("--max-depth", a->maxDepth, "Levels of frames")->check(CLI::Range(1, 100));
    run->add_option("--max-steps", a->maxSteps, "Decisions in the whole run")->check(CLI::Range(1, 10000));
    run->add_option("--context-window", a->contextWindow, "Tokens")->check(CLI::PositiveNumber);
    run->add_option("--budget", a->budget, "USD for the whole run, as a decimal");
    run->add_option("--attach", a->attachments, "A file to give to the run")->check(CLI::ExistingFile);
    run->add_flag("--stream,!--no-stream", a->stream, "Ask the provider to stream its replies (default)");
    run->add_flag("--no-cache", a->noCache, "Neither read nor write the result cache");
    addSharedOptions(run, a);
    commands.append({run, [a](Shell& shell) { return runJob(shell, *a); }});

    const auto r = std::make_shared<RunArguments>();
    CLI::App *resume = app.add_subcommand("resume", "Go on with an interrupted run or one stopped at a breakpoint");
    resume->add_option("run", r->job, "Its id or the beginning of it")->required();
    addSharedOptions(resume, r);
    commands.append({resume, [r](Shell& shell) { return resumeRun(shell, *r); }});
}

} // namespace lathe::ctl
