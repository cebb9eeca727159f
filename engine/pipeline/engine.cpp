// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/engine.h"

#include "engine/agent/llmprompts.h"
#include "engine/llm/cassetteplayer.h"
#include "engine/llm/cassetterecorder.h"
#include "engine/llm/llmregistry.h"
#include "engine/pipeline/jobstore.h"
#include "engine/tools/builtintools.h"
#include "engine/tools/jsonschema.h"
#include "engine/tools/paralleljobtool.h"

#include <QCoroFuture>
#include <QDir>
#include <QUuid>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kLongestTimeoutSeconds = 86'400;
constexpr auto kKnowledgeVersion = "builtinKnowledgeVersion"_L1;
constexpr auto kWithoutTools = "modelsWithoutTools"_L1;

QString providerKey(const QString& provider)
{
    return u"provider."_s + provider;
}

/// Where a list of models is from.
QString addressKey(const QString& provider, const QString& baseUrl)
{
    return baseUrl.isEmpty() ? provider : QString(provider + u' ' + baseUrl);
}

/// In the place of a key where nothing is sent.
QString withoutKey()
{
    return u"cassette"_s;
}

} // namespace

Engine::Engine(EngineSettings settings, Hooks hooks) : m_settings(std::move(settings)), m_hooks(std::move(hooks)) {}

Engine::~Engine() = default;

QCoro::Task<> Engine::shutDown()
{
    for (const auto& active : std::as_const(m_runs)) {
        active->run->gate().shutDown();
    }
    m_tasks.requestStop();
    if (m_mcp) {
        co_await m_mcp->close(); // what waits for a server ends
    }
    co_await m_tasks.joined();
    if (m_mcp) {
        co_await m_mcp->close(); // and none was started anew meanwhile
    }
}

QCoro::Task<Result<void>> Engine::open()
{
    DatabaseSettings settings;
    settings.path = m_settings.database;
    settings.paidDurability = m_settings.fullDurability ? Durability::Full : Durability::Normal;
    Result<std::unique_ptr<Database>> opened = Database::open(settings, m_clock);
    if (!opened) {
        co_return fail(opened.error());
    }
    m_database = std::move(*opened);
    m_knowledge = std::make_unique<KnowledgeIndexer>(*m_database);
    m_policies = std::make_unique<PolicyServices>(m_database->policyStore(), m_clock);
    const Result<void> learned = co_await m_policies->tokens.load();
    if (!learned) {
        co_return fail(learned.error());
    }
    m_tasks.spawn(m_policies->budgets.keepAlive(m_tasks.stopToken()), u"keep budget claims alive"_s);
    m_http = std::make_unique<HttpClient>(m_clock);
    m_localServers = std::make_unique<LocalServers>(*m_http, usualProbes(qEnvironmentVariable("OLLAMA_HOST")));
    m_dispatcher = std::make_unique<ToolDispatcher>(m_registry, m_clock);
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    ToolSettings toolSettings;
    const QJsonObject toolJson = stored->value("tools"_L1).toObject();
    toolSettings.searchProvider = toolJson.value("searchProvider"_L1).toString();
    toolSettings.searchUrl = toolJson.value("searchUrl"_L1).toString();
    toolSettings.searchKeyVariable = toolJson.value("searchKeyVariable"_L1).toString();
    toolSettings.searchEngineId = toolJson.value("searchEngineId"_L1).toString();
    toolSettings.safeSearch = toolJson.value("safeSearch"_L1).toBool(true);
    toolSettings.workflowUrl = toolJson.value("workflowUrl"_L1).toString();
    toolSettings.workflowTokenVariable = toolJson.value("workflowTokenVariable"_L1).toString();
    toolSettings.allowPrivateAddresses = toolJson.value("allowPrivateAddresses"_L1).toBool();
    toolSettings.jobFolder =
        toolJson.value("jobFolder"_L1).toString(QFileInfo(m_settings.database).absoluteDir().filePath(u"jobs"_s));
    toolSettings.useSlurm = toolJson.value("useSlurm"_L1).toBool();
    toolSettings.slurmPartition = toolJson.value("slurmPartition"_L1).toString();
    m_jobs = makeParallelJobs(toolSettings, m_clock);
    const Result<void> added = addBuiltinTools(m_registry, toolSettings, *m_database, m_clock, m_jobs);
    if (!added) {
        co_return fail(added.error());
    }
    if (m_settings.extraTools) {
        for (std::unique_ptr<Tool>& tool : m_settings.extraTools()) {
            const Result<void> extra = m_registry.add(std::move(tool));
            if (!extra) {
                co_return fail(extra.error());
            }
        }
    }
    openMcp();
    if (m_settings.installBuiltinKnowledge &&
        stored->value(kKnowledgeVersion).toString() != QStringLiteral(LATHE_VERSION)) {
        m_tasks.spawn(installKnowledge(), u"install built-in knowledge"_s);
    }
    co_return Result<void>();
}

LlmSettings Engine::llmSettings(const ProviderSettings& settings) const
{
    LlmSettings llm;
    llm.provider = settings.provider;
    llm.model = settings.model;
    llm.baseUrl = settings.baseUrl;
    llm.apiVersion = settings.apiVersion;
    llm.apiKeyVariable = settings.apiKeyVariable;
    llm.apiKey = [this, provider = settings.provider, variable = settings.apiKeyVariable] {
        return m_settings.apiKey ? m_settings.apiKey(provider, variable) : QString();
    };
    return llm;
}

QCoro::Task<Result<ProviderSettings>> Engine::providerSettings(QString provider)
{
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    ProviderSettings settings;
    settings.provider = provider;
    const QJsonObject json = stored->value(providerKey(provider)).toObject();
    settings.baseUrl = json.value("baseUrl"_L1).toString();
    settings.model = json.value("model"_L1).toString();
    settings.apiVersion = json.value("apiVersion"_L1).toString();
    settings.apiKeyVariable = json.value("apiKeyVariable"_L1).toString();
    settings.nativeTools = json.value("nativeTools"_L1).toBool(true);
    co_return settings;
}

QCoro::Task<Result<void>> Engine::setProviderSettings(ProviderSettings settings)
{
    const Result<QUrl> address = settings.baseUrl.isEmpty() ? Result<QUrl>() : checkBaseUrl(settings.baseUrl);
    if (!address) {
        co_return fail(address.error()); // a key in it would be kept in the database
    }
    const Result<void> variable = checkKeyVariable(llmSettings(settings));
    if (!variable) {
        co_return fail(variable.error());
    }
    const Result<void> version = checkApiVersion(settings.apiVersion);
    if (!version) {
        co_return fail(version.error());
    }
    const QJsonObject json{{u"baseUrl"_s, settings.baseUrl},
                           {u"model"_s, settings.model},
                           {u"apiVersion"_s, settings.apiVersion},
                           {u"apiKeyVariable"_s, settings.apiKeyVariable},
                           {u"nativeTools"_s, settings.nativeTools}};
    const Result<void> saved = co_await m_database->setSetting(providerKey(settings.provider), json);
    co_return saved;
}

QCoro::Task<Result<ProviderSettings>> Engine::resolve(ProviderSettings wanted)
{
    if (wanted.provider.isEmpty()) {
        wanted.provider = m_settings.defaultProvider;
    }
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    if (wanted.provider.isEmpty()) {
        wanted.provider = stored->value("defaultProvider"_L1).toString(u"builtin"_s);
    }
    const QJsonObject json = stored->value(providerKey(wanted.provider)).toObject();
    if (wanted.baseUrl.isEmpty()) {
        wanted.baseUrl = json.value("baseUrl"_L1).toString();
    }
    if (wanted.model.isEmpty()) {
        wanted.model = json.value("model"_L1).toString();
    }
    if (wanted.apiVersion.isEmpty()) {
        wanted.apiVersion = json.value("apiVersion"_L1).toString();
    }
    if (wanted.apiKeyVariable.isEmpty()) {
        wanted.apiKeyVariable = json.value("apiKeyVariable"_L1).toString();
    }
    const QJsonArray toolless =
        stored->value(kWithoutTools).toObject().value(addressKey(wanted.provider, wanted.baseUrl)).toArray();
    wanted.nativeTools =
        wanted.nativeTools && json.value("nativeTools"_L1).toBool(true) && !toolless.contains(QJsonValue(wanted.model));
    co_return wanted;
}

QCoro::Task<Result<RetryPolicy>> Engine::retryPolicy(RetrySettings wanted)
{
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    const QJsonObject json = stored->value("retry"_L1).toObject();
    RetryPolicy policy;
    const qint64 most = std::chrono::seconds(RetryPolicy::kLongestWait).count();
    const int storedRetries = json.value("retries"_L1).toInt(policy.retries);
    const qint64 storedSeconds = json.value("longestWaitSeconds"_L1).toInteger(policy.longestRetryAfter.count() / 1000);
    const int retries = wanted.retries.value_or(qBound(0, storedRetries, RetryPolicy::kMostRetries));
    const qint64 seconds = wanted.longestWaitSeconds.value_or(qBound<qint64>(0, storedSeconds, most));
    if (retries < 0 || retries > RetryPolicy::kMostRetries) {
        co_return fail(ErrorCode::InvalidInput,
                       u"%1 retries are not possible: 0 to %2 are"_s.arg(retries).arg(RetryPolicy::kMostRetries));
    }
    if (seconds < 0 || seconds > most) {
        co_return fail(ErrorCode::InvalidInput,
                       u"a wait of %1 s before a retry is not possible: 0 to %2 are"_s.arg(seconds).arg(most));
    }
    policy.retries = retries;
    policy.longestRetryAfter = std::chrono::seconds(seconds);
    co_return policy;
}

QCoro::Task<Result<HttpDeadlines>> Engine::deadlines(std::optional<qint64> wantedSeconds)
{
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    HttpDeadlines deadlines;
    const qint64 storedSeconds = stored->value("callTimeoutSeconds"_L1).toInteger();
    if (!wantedSeconds && storedSeconds <= 0) {
        co_return deadlines;
    }
    const qint64 seconds = wantedSeconds.value_or(qMin(storedSeconds, kLongestTimeoutSeconds));
    if (seconds < 1 || seconds > kLongestTimeoutSeconds) {
        co_return fail(ErrorCode::InvalidInput,
                       u"a call cannot be given %1 s: 1 to %2 are possible"_s.arg(seconds).arg(kLongestTimeoutSeconds));
    }
    // A reply that is not streamed has no first byte before it is whole, so that has as long.
    deadlines.total = std::chrono::seconds(seconds);
    deadlines.firstByte = deadlines.total;
    co_return deadlines;
}

Result<std::shared_ptr<HttpTransport>> Engine::openCassette(const RunOptions& options)
{
    if (!options.recordTo.isEmpty() && !options.replayFrom.isEmpty()) {
        return fail(ErrorCode::InvalidInput, u"A run either records a cassette or is answered from one, not both"_s);
    }
    if (!options.recordTo.isEmpty()) {
        return CassetteRecorder::open(options.recordTo, *m_http, m_clock);
    }
    if (!options.replayFrom.isEmpty()) {
        return CassettePlayer::open(options.replayFrom);
    }
    return nullptr;
}

QCoro::Task<Result<RunStart>> Engine::prepare(AguiRunJob job, QList<JsonIssue> issues, RunOptions options)
{
    ProviderSettings wanted = options.provider;
    if (wanted.provider.isEmpty()) {
        wanted.provider = job.provider;
    }
    if (wanted.model.isEmpty()) {
        wanted.model = job.model;
    }
    const Result<ProviderSettings> resolved = co_await resolve(wanted);
    if (!resolved) {
        co_return fail(resolved.error());
    }
    const Result<PriceBook> prices = co_await priceBook();
    if (!prices) {
        co_return fail(prices.error());
    }
    RunStart start;
    start.prices = *prices;
    start.options = std::move(options);
    start.options.provider = *resolved;
    if (start.options.breakpoints.isEmpty()) {
        start.options.breakpoints = m_breakpoints;
    }
    start.issues = std::move(issues);
    const Result<RetryPolicy> retry = co_await retryPolicy(start.options.retry);
    if (!retry) {
        co_return fail(retry.error());
    }
    start.retry = *retry;
    const Result<HttpDeadlines> limits = co_await deadlines(start.options.timeoutSeconds);
    if (!limits) {
        co_return fail(limits.error());
    }
    const Result<std::shared_ptr<HttpTransport>> cassette = openCassette(start.options);
    if (!cassette) {
        co_return fail(cassette.error());
    }
    start.cassette = *cassette;
    LlmSettings llm = llmSettings(*resolved);
    llm.deadlines = *limits;
    if (!start.options.replayFrom.isEmpty()) {
        llm.apiKey = withoutKey; // nobody is sent one, so none is needed
    }
    HttpTransport& http = start.cassette ? *start.cassette : *m_http;
    Result<std::unique_ptr<LlmClient>> client = makeLlmClient(llm, http, m_clock);
    if (client) {
        start.client = std::move(*client);
    } else {
        start.providerIssue = client.error().message;
    }
    job.provider = resolved->provider;
    job.model = !resolved->model.isEmpty() ? resolved->model : start.client ? start.client->defaultModel() : QString();
    if (start.client && job.model.isEmpty()) {
        start.issues.append({u"$.model"_s, u"provider %1 needs a model: name one with --model or in the settings"_s.arg(
                                               resolved->provider)});
    }
    if (job.correlationId.isEmpty()) {
        job.correlationId = m_ids.newUuid();
    }
    for (Attachment& attachment : job.attachments) {
        attachment.inPrompt = attachment.inPrompt && start.client && start.client->takes(attachment.mediaType);
    }
    if (job.parameters.responseSchema) {
        const Result<JsonSchema> schema = JsonSchema::compile(*job.parameters.responseSchema);
        if (!schema) {
            start.issues.append({u"$.parameters.responseSchema"_s, schema.error().message});
        }
    }
    start.job = std::move(job);
    co_return start;
}

QCoro::Task<Result<QString>> Engine::start(AguiRunJob job, QList<JsonIssue> issues, RunOptions options)
{
    Result<RunStart> start = co_await prepare(std::move(job), std::move(issues), std::move(options));
    if (!start) {
        co_return fail(start.error());
    }
    const Result<PromptSet> prompts = readPrompts(m_settings.promptsFolder);
    if (!prompts) {
        co_return fail(prompts.error());
    }
    start->prompts = *prompts;
    if (!start->job.parameters.nativeTools && !start->options.provider.nativeTools) {
        start->job.parameters.nativeTools = false; // kept in the job, so that a run goes on as it began
    }
    const Result<void> kept = co_await keepPriceBook(start->prices);
    if (!kept) {
        co_return fail(kept.error());
    }
    start->runId = m_ids.newUuid();
    const Result<QString> launched = co_await launch(std::move(*start));
    co_return launched;
}

QCoro::Task<Result<QString>> Engine::launch(RunStart start)
{
    const std::optional<QStringList> tools = start.job.tools;
    if (!tools || !tools->filter(u"__"_s).isEmpty()) {
        co_await m_mcp->ready(); // their tools have to be known before the model is asked
    }
    const QString runId = start.runId;
    const auto active = std::make_shared<ActiveRun>();
    active->ended = std::make_shared<OneShot<bool>>();
    Run::Hooks hooks;
    hooks.onDurable = [this, runId](const QList<RunEvent>& events) { m_hooks.onEvents(runId, events); };
    hooks.onDelta = [this, runId](int decision, const LlmDelta& delta) {
        if (delta.kind == LlmDelta::Kind::Content) {
            m_hooks.onText(runId, decision, delta.text);
        }
    };
    const AgentServices services{m_registry, *m_dispatcher, m_clock, m_ids, m_jitter, m_policies.get(), &m_breakers};
    active->run = std::make_unique<Run>(*m_database, *m_policies, services, std::move(start), std::move(hooks));
    const Result<void> created = co_await active->run->create();
    if (!created) {
        co_return fail(created.error());
    }
    m_runs.insert(runId, active);
    m_tasks.spawn(drive(active), u"run "_s + runId);
    co_return runId;
}

QCoro::Task<> Engine::drive(std::shared_ptr<ActiveRun> active)
{
    RunEnd end = co_await active->run->execute();
    active->end = end;
    m_runs.remove(end.runId);
    m_hooks.onFinished(end);
    m_finished.insert(end.runId, new RunEnd(end));
    active->ended->set(true);
}

QCoro::Task<Result<RunEnd>> Engine::finished(QString runId)
{
    const std::shared_ptr<ActiveRun> running = active(runId);
    if (running) {
        co_await running->ended->future();
        const RunEnd end = *running->end; // others may wait for it too
        co_return end;
    }
    if (const RunEnd *end = m_finished.object(runId)) {
        co_return *end;
    }
    const Result<RunSummary> summary = co_await m_database->run(runId);
    if (!summary) {
        co_return fail(summary.error());
    }
    RunEnd end;
    end.runId = runId;
    end.status = summary->status;
    if (summary->completedAtMs > 0) {
        const Result<AguiResponse> response = co_await this->response(runId);
        if (!response) {
            co_return fail(response.error());
        }
        end.response = *response;
    }
    co_return end;
}

QCoro::Task<Result<QList<RunEvent>>> Engine::allEvents(QString runId)
{
    QList<RunEvent> all;
    EventQuery query;
    query.limit = 10'000;
    while (true) {
        const Result<QList<RunEvent>> page = co_await m_database->events(runId, query);
        if (!page) {
            co_return fail(page.error());
        }
        all.append(*page);
        if (page->size() < query.limit) {
            break;
        }
        query.afterSeq = page->last().seq;
    }
    if (all.isEmpty()) {
        co_return fail(ErrorCode::NotFound, u"there is no run %1"_s.arg(runId));
    }
    co_return all;
}

QCoro::Task<Result<AguiRunJob>> Engine::storedJob(QList<RunEvent> events)
{
    const QJsonObject stored = events.first().details.value("job"_L1).toObject();
    const QStringList names = bodiesOfStoredJob(stored);
    const Result<QList<QByteArray>> loaded = co_await m_database->bodies(names);
    if (!loaded) {
        co_return fail(loaded.error());
    }
    QHash<QString, QByteArray> bodies;
    for (qsizetype i = 0; i < names.size(); ++i) {
        bodies.insert(names.at(i), loaded->at(i));
    }
    const Result<AguiRunJob> job = restoreJob(stored, bodies);
    co_return job;
}

QCoro::Task<Result<PromptSet>> Engine::promptsOf(QString reference)
{
    if (reference.isEmpty()) {
        co_return builtinPrompts(); // begun before prompts were files
    }
    const Result<QByteArray> bytes = co_await m_database->body(std::move(reference));
    if (!bytes) {
        co_return fail(bytes.error());
    }
    co_return promptsFromBytes(*bytes);
}

QCoro::Task<Result<void>> Engine::rememberToolless(ProviderSettings settings, QList<ModelInfo> models)
{
    const Result<QJsonObject> stored = co_await m_database->settings();
    if (!stored) {
        co_return fail(stored.error());
    }
    QJsonArray toolless;
    for (const ModelInfo& model : std::as_const(models)) {
        if (model.tools == false) {
            toolless.append(model.id);
        }
    }
    QJsonObject all = stored->value(kWithoutTools).toObject();
    const QString key = addressKey(settings.provider, settings.baseUrl);
    if (all.value(key).toArray() == toolless) {
        co_return Result<void>();
    }
    all.insert(key, toolless);
    const Result<void> saved = co_await m_database->setSetting(kWithoutTools, all);
    co_return saved;
}

QCoro::Task<Result<QString>> Engine::resume(QString runId, RunOptions options)
{
    if (active(runId)) {
        co_return fail(ErrorCode::Conflict, u"run %1 is running"_s.arg(runId));
    }
    const Result<RunSummary> summary = co_await m_database->run(runId);
    if (!summary) {
        co_return fail(summary.error());
    }
    if (summary->imported) {
        co_return fail(ErrorCode::Conflict,
                       u"run %1 was imported: it ran elsewhere and cannot be resumed here"_s.arg(runId));
    }
    if (summary->completedAtMs > 0) {
        co_return fail(ErrorCode::Conflict, u"run %1 has ended (%2); only an interrupted or stopped-at-breakpoint run "
                                            u"can be resumed"_s.arg(runId, toName(summary->status)));
    }
    const Result<bool> held = co_await m_database->isHeldElsewhere(runId);
    if (!held) {
        co_return fail(held.error());
    }
    if (*held) {
        co_return fail(ErrorCode::Conflict, u"run %1 is at work in another process"_s.arg(runId));
    }
    const Result<QList<RunEvent>> events = co_await allEvents(runId);
    if (!events) {
        co_return fail(events.error());
    }
    if (events->last().type == EventType::RunFinished) {
        co_return fail(ErrorCode::Conflict, u"run %1 has ended meanwhile"_s.arg(runId));
    }
    const Result<AguiRunJob> job = co_await storedJob(*events);
    if (!job) {
        co_return fail(job.error());
    }
    // Provider, model and stream are the run's own: with others the recorded requests would not be the same.
    const QJsonObject& created = events->first().details;
    options.provider.provider = created.value("provider"_L1).toString();
    options.provider.model = created.value("model"_L1).toString();
    if (options.provider.baseUrl.isEmpty()) {
        options.provider.baseUrl = created.value("baseUrl"_L1).toString();
    }
    if (options.provider.apiVersion.isEmpty()) {
        options.provider.apiVersion = created.value("apiVersion"_L1).toString();
    }
    if (options.provider.apiKeyVariable.isEmpty()) {
        options.provider.apiKeyVariable = created.value("apiKeyVariable"_L1).toString();
    }
    options.stream = created.value("stream"_L1).toBool(true);
    options.useCache = created.value("useCache"_L1).toBool(true);
    QList<JsonIssue> noIssues;
    Result<RunStart> start = co_await prepare(*job, std::move(noIssues), std::move(options));
    if (!start) {
        co_return fail(start.error());
    }
    if (!start->client) {
        // Not a reason to end the run: it stays as it is until its provider can be used again.
        co_return fail(ErrorCode::InvalidInput, u"run %1 cannot go on: %2"_s.arg(runId, start->providerIssue));
    }
    // What it costs was settled when it began, whatever the settings say today.
    const QString version = created.value("priceBook"_L1).toString();
    const Result<PriceBook> prices = co_await priceBookOfVersion(version);
    if (!prices) {
        co_return fail(prices.error());
    }
    start->prices = *prices;
    const Result<PromptSet> prompts = co_await promptsOf(created.value("promptsRef"_L1).toString());
    if (!prompts) {
        co_return fail(prompts.error());
    }
    start->prompts = *prompts;
    start->runId = runId;
    start->recorded = *events;
    m_finished.remove(runId);
    const Result<QString> launched = co_await launch(std::move(*start));
    if (!launched && launched.error().code == ErrorCode::Conflict) {
        co_return fail(ErrorCode::Conflict, u"run %1 was resumed by another process"_s.arg(runId),
                       launched.error().detail);
    }
    co_return launched;
}

void Engine::command(const QString& runId, StepCommand command)
{
    if (const auto running = active(runId)) {
        running->run->gate().command(command);
    }
}

QCoro::Task<Result<void>> Engine::edit(QString runId, StopEdit edit)
{
    const auto running = active(runId);
    if (!running) {
        co_return fail(ErrorCode::NotFound, u"run %1 is not running"_s.arg(runId));
    }
    const Result<void> canSpeak = running->run->gate().canSpeak();
    if (!canSpeak) {
        co_return fail(canSpeak.error());
    }
    GateMessage message;
    message.kind = GateMessage::Kind::Edit;
    message.edit = std::move(edit);
    message.answer = std::make_shared<OneShot<Result<void>>>();
    QFuture<Result<void>> answered = message.answer->future();
    running->run->gate().say(message);
    const Result<void> answer = co_await answered;
    co_return answer;
}

QCoro::Task<Result<void>> Engine::answerRetry(QString runId, RetryAnswer answer)
{
    const auto running = active(runId);
    if (!running) {
        co_return fail(ErrorCode::NotFound, u"run %1 is not running"_s.arg(runId));
    }
    const Result<void> answered = running->run->gate().answerRetry(answer);
    co_return answered;
}

QCoro::Task<Result<void>> Engine::rejectTool(QString runId, QString text)
{
    const auto running = active(runId);
    if (!running) {
        co_return fail(ErrorCode::NotFound, u"run %1 is not running"_s.arg(runId));
    }
    const Result<void> canSpeak = running->run->gate().canSpeak();
    if (!canSpeak) {
        co_return fail(canSpeak.error());
    }
    GateMessage message;
    message.kind = GateMessage::Kind::Reject;
    message.rejection = std::move(text);
    message.answer = std::make_shared<OneShot<Result<void>>>();
    QFuture<Result<void>> answered = message.answer->future();
    running->run->gate().say(message);
    const Result<void> answer = co_await answered;
    co_return answer;
}

void Engine::setBreakpoints(QList<Breakpoint> breakpoints)
{
    m_breakpoints = breakpoints;
    for (const auto& active : std::as_const(m_runs)) {
        active->run->gate().setBreakpoints(breakpoints);
    }
}

} // namespace lathe
