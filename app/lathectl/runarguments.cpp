// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lathectl/runarguments.h"

#include "app/lathectl/commands.h"
#include "app/lathectl/output.h"
#include "engine/core/canonicaljson.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QMimeDatabase>

#include <unistd.h>

using namespace Qt::StringLiterals;

namespace lathe::ctl {

namespace {

void addSharedOptions(CLI::App *app, const std::shared_ptr<RunArguments>& a)
{
    app->add_option("--base-url", a->baseUrl, "Where the provider is reached, ending in its version path (.../v1)");
    app->add_option(
        "--api-version", a->apiVersion,
        "Version of the provider's interface: anthropic 2023-06-01 (usual) or 2026-10-21, Azure 2024-10-21 ...");
    app->add_option("--api-key-env", a->apiKeyVariable, "Environment variable that holds the API key");
    app->add_option("--response", a->response, "Write the response as JSON to this file (- for standard output)");
    app->add_option("--billing", a->billing, "Write the cost breakdown as CSV to this file");
    app->add_option("--events", a->events,
                    "Write each journal entry as a JSON line to this file (- for standard output)");
    app->add_option("--break", a->breakpoints,
                    "Stop at: BEFORE_DECIDE, AFTER_DECIDE, BEFORE_TOOL, AFTER_TOOL, BUDGET_80, BUDGET_100, tool=NAME, "
                    "phase=NAME, error; words in one expression must all hold");
    app->add_option("--approve", a->approve, "Tool calls: all, none, or ask before each")
        ->check(CLI::IsMember({"all", "none", "ask"}));
    app->add_option("--approve-timeout", a->approveTimeout,
                    "Deny a tool call that nobody approves within so many seconds (0: wait)")
        ->check(CLI::Range(0, 604800));
    app->add_option("--max-retries", a->maxRetries, "How often a call that failed for a while is made again (3)")
        ->check(CLI::Range(0, 3));
    app->add_option("--max-retry-wait", a->maxRetryWait,
                    "Seconds to wait at most when a provider asks to be left alone (60); if it asks for more, the run "
                    "ends and tells when to try again")
        ->check(CLI::Range(0, 86'400));
    app->add_option("--timeout", a->timeout,
                    "Seconds that one attempt of a model call may take (600, of which 120 for its first byte)")
        ->check(CLI::Range(1, 86'400));
    app->add_option("--record", a->record,
                    "Write what goes over the wire to the provider to this cassette, without keys");
    app->add_option("--replay", a->replay, "Let this cassette answer in place of the provider, without any network");
    app->add_flag("--quiet", a->quiet, "Print no trace");
    app->add_option("--synchronous", a->synchronous,
                    "How surely paid replies are on disk before the next step: full (survives a power cut) or normal "
                    "(survives the end of the process)")
        ->check(CLI::IsMember({"full", "normal"}));
}

QString inputName(const QString& path)
{
    return path == "-"_L1 ? u"standard input"_s : path;
}

} // namespace

Result<QByteArray> readAll(const QString& path)
{
    if (QFileInfo(path).isDir()) {
        return fail(ErrorCode::File, u"%1 cannot be read: it is a folder"_s.arg(path));
    }
    QFile file;
    const bool opened = path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly)
                                       : (file.setFileName(path), file.open(QIODevice::ReadOnly));
    QByteArray bytes = opened ? file.readAll() : QByteArray();
    if (!opened || file.error() != QFileDevice::NoError) {
        return fail(ErrorCode::File, u"%1 cannot be read: %2"_s.arg(inputName(path), file.errorString()));
    }
    return bytes;
}

void addRunOptions(CLI::App *app, const std::shared_ptr<RunArguments>& a)
{
    app->add_option("job", a->job, "Job as a JSON file, or - for standard input");
    app->add_option_function<std::string>(
        "--prompt",
        [a](const std::string& prompt) {
            a->prompt = prompt;
            a->hasPrompt = true;
        },
        "The task, instead of a job file");
    app->add_option("--user", a->user, "Who runs it and whose limits apply");
    app->add_option("--provider", a->provider,
                    "builtin, openai, openai-responses, anthropic, gemini, ollama or scripted");
    app->add_option("--model", a->model, "Model name (for scripted: the script file)");
    app->add_option("--tools", a->tools, "Only these tools")->delimiter(',');
    app->add_flag("--no-tools", a->noTools, "No tools at all");
    app->add_flag_callback(
        "--native-tools", [a] { a->nativeTools = true; }, "The model calls tools itself (default where it can)");
    app->add_flag_callback(
        "--no-native-tools", [a] { a->nativeTools = false; },
        "For models that cannot call tools: ask for each decision as JSON");
    app->add_option("--max-depth", a->maxDepth, "Levels of frames")->check(CLI::Range(1, 100));
    app->add_option("--max-steps", a->maxSteps, "Decisions in the whole run")->check(CLI::Range(1, 10000));
    app->add_option("--context-window", a->contextWindow, "Tokens")->check(CLI::PositiveNumber);
    app->add_option("--budget", a->budget, "USD for the whole run, as a decimal");
    app->add_option("--attach", a->attachments, "A file to give to the run");
    app->add_flag("--stream,!--no-stream", a->stream, "Ask the provider to stream its replies (default)");
    app->add_flag("--no-cache", a->noCache, "Neither read nor write the result cache");
    addSharedOptions(app, a);
}

void addResumeOptions(CLI::App *app, const std::shared_ptr<RunArguments>& a)
{
    app->add_option("run", a->job, "Its id or the beginning of it")->required();
    addSharedOptions(app, a);
}

QString contradiction(const RunArguments& a)
{
    if (a.job.empty() != a.hasPrompt) {
        return a.hasPrompt ? u"run takes a job file or --prompt, not both"_s
                           : u"run needs a task: a job file, - for a job on standard input, or --prompt TEXT"_s;
    }
    if (a.noTools && !a.tools.empty()) {
        return u"--tools and --no-tools contradict each other"_s;
    }
    return {};
}

Result<void> checkTargets(const RunArguments& a)
{
    QStringList taken;
    for (const std::string& target : {a.response, a.billing, a.events}) {
        const QString path = text(target);
        if (path.isEmpty()) {
            continue;
        }
        if (taken.contains(path)) {
            return fail(ErrorCode::InvalidInput,
                        u"only one of --response, --billing and --events can go to %1"_s.arg(placeName(path)));
        }
        taken.append(path);
        const QString problem = whyNotWritable(path);
        if (!problem.isEmpty()) {
            return fail(ErrorCode::File, problem);
        }
    }
    return {};
}

Result<QJsonObject> jobJson(const RunArguments& a, const Configuration& configuration)
{
    QJsonObject json;
    if (!a.job.empty()) {
        const Result<QByteArray> bytes = readAll(text(a.job));
        if (!bytes) {
            return fail(bytes.error());
        }
        const Result<QJsonObject> parsed = parseJsonObject(*bytes);
        if (!parsed) {
            return fail(ErrorCode::InvalidInput, u"%1: %2"_s.arg(inputName(text(a.job)), parsed.error().message),
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
        json.insert("userId"_L1, configuration.userOrLogin());
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
    if (a.nativeTools) {
        QJsonObject parameters = json.value("parameters"_L1).toObject();
        parameters.insert("nativeTools"_L1, *a.nativeTools);
        json.insert("parameters"_L1, parameters);
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
    options.provider.apiVersion = text(a.apiVersion);
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
        fill(options.provider.apiVersion, configuration.provider.apiVersion);
        fill(options.provider.apiKeyVariable, configuration.provider.apiKeyVariable);
    }
    if (!a.record.empty() && !a.replay.empty()) {
        return fail(ErrorCode::InvalidInput, u"--record and --replay contradict each other"_s);
    }
    options.recordTo = text(a.record);
    options.replayFrom = text(a.replay);
    options.stream = a.stream;
    options.useCache = !a.noCache;
    options.timeoutSeconds = a.timeout;
    options.retry.retries = a.maxRetries;
    options.retry.longestWaitSeconds = a.maxRetryWait;
    options.approval = a.approve == "ask"    ? ApprovalMode::Ask
                       : a.approve == "none" ? ApprovalMode::None
                                             : ApprovalMode::All;
    options.approvalTimeout = std::chrono::seconds(a.approveTimeout);
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

} // namespace lathe::ctl
