// SPDX-License-Identifier: GPL-3.0-or-later
// The part of Engine that answers questions; starting and driving runs is in engine.cpp.
#include "engine/pipeline/engine.h"

#include "engine/agent/llmprompts.h"
#include "engine/billing/csvexport.h"
#include "engine/billing/ledger.h"
#include "engine/core/canonicaljson.h"
#include "engine/llm/tokencounter.h"
#include "engine/pipeline/billview.h"
#include "engine/pipeline/knowledgefiles.h"
#include "engine/pipeline/recordedrequests.h"
#include "engine/pipeline/responsebuilder.h"

#include <QCoroFuture>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace lathe {

QCoro::Task<Result<RunEstimate>> Engine::estimate(AguiRunJob job, RunOptions options)
{
    QList<JsonIssue> noIssues;
    const Result<RunStart> start = co_await prepare(std::move(job), std::move(noIssues), std::move(options));
    if (!start) {
        co_return fail(start.error());
    }
    RunEstimate estimate;
    estimate.issues = validate(start->job);
    if (!start->client) {
        estimate.issues.append({u"$.provider"_s, start->providerIssue});
    }
    estimate.issues.append(start->issues);
    const Result<PromptSet> prompts = readPrompts(m_settings.promptsFolder);
    if (!prompts) {
        co_return fail(prompts.error());
    }
    const Transcript transcript = rootTranscript(start->job, *prompts);
    for (const ChatMessage& message : transcript.messages()) {
        estimate.inputTokens += estimateTokens(message.content);
    }
    estimate.inputTokens = m_policies->tokens.calibrated(start->job.provider, start->job.model, estimate.inputTokens);
    estimate.inputTokensContract = estimateTokensByLength(transcript.characters());
    estimate.maxOutputTokens = start->job.parameters.maxOutputTokens;
    const qint64 input = qMax(estimate.inputTokens, estimate.inputTokensContract);
    const ModelPrices modelPrices = start->prices.model(start->job.provider, start->job.model);
    const Result<std::optional<Money>> first = worstCase(modelPrices, m_clock.nowMs(), input, estimate.maxOutputTokens);
    if (first && *first) {
        estimate.firstStep = **first;
    }
    const Result<std::optional<UserPolicy>> stored = co_await m_database->policy(start->job.userId);
    if (!stored) {
        co_return fail(stored.error());
    }
    UserPolicy policy = tierDefaults(UserTier::Free);
    if (*stored) {
        policy = **stored;
    }
    // At worst each step sends as much as the context window holds and gets as much as it may, and every tool runs.
    const qint64 window = qMin(start->job.contextWindowLimit, policy.contextWindowLimit);
    const Result<std::optional<Money>> step = worstCase(modelPrices, m_clock.nowMs(), window, estimate.maxOutputTokens);
    if (step && *step) {
        const Result<Money> steps = (*step)->times(start->job.maxSteps);
        const std::optional<ToolRate> toolRate = start->prices.toolRate(QString());
        const Result<Money> tools = toolRate ? toolRate->price.times(policy.maxToolCalls) : Result<Money>(Money());
        if (steps && tools) {
            const Result<Money> all = steps->plus(*tools);
            if (all) {
                estimate.worstCase = *all;
            }
        }
    }
    const std::optional<Money> limits[] = {start->job.budget, policy.budgetPerRun};
    for (const std::optional<Money>& limit : limits) {
        if (limit && estimate.worstCase && *limit < *estimate.worstCase) {
            estimate.worstCase = limit;
        }
    }
    RunPolicyInput checks;
    checks.currentDepth = start->job.currentDepth;
    checks.requestedMaxDepth = start->job.maxDepth;
    checks.promptCharacters = transcript.characters();
    checks.jobContextWindow = start->job.contextWindowLimit;
    checks.requestedTools = start->job.tools.value_or(QStringList());
    checks.requestedTools.removeAll(kLlmCallName);
    checks.registeredTools = m_registry.names();
    checks.budget = start->job.budget ? start->job.budget : policy.budgetPerRun;
    checks.worstCaseFirstStep = estimate.firstStep;
    estimate.policy = PolicyEnforcer(policy).checkRun(checks);
    co_return estimate;
}

QCoro::Task<Result<QList<RunSummary>>> Engine::runs(RunQuery query)
{
    const Result<QList<RunSummary>> found = co_await m_database->runs(std::move(query));
    co_return found;
}

QCoro::Task<Result<QString>> Engine::findRun(QString idOrPrefix)
{
    const Result<QString> found = co_await m_database->findRun(std::move(idOrPrefix));
    co_return found;
}

QCoro::Task<Result<RunRecord>> Engine::record(QString runId)
{
    const Result<QList<RunEvent>> events = co_await allEvents(runId);
    if (!events) {
        const Result<std::optional<qint64>> pruned = co_await m_database->prunedAt(runId);
        if (pruned && *pruned) {
            co_return fail(ErrorCode::NotFound,
                           u"the journal of run %1 was kept for its time and pruned at %2; its summary and its cost "
                           u"lines are still there"_s.arg(runId, toIsoUtc(**pruned)));
        }
        co_return fail(events.error());
    }
    RunProjector projector;
    for (const RunEvent& event : *events) {
        projector.apply(event);
    }
    RunRecord record = projector.record();
    // Long texts stand in the journal by reference; the readable record holds them whole.
    if (!record.resultRef.isEmpty()) {
        const Result<QByteArray> text = co_await m_database->body(record.resultRef);
        if (text) {
            record.result = QString::fromUtf8(*text);
        } else if (!record.summary.imported) { // what was imported may lack its bodies
            co_return fail(text.error());
        }
    }
    const Result<RunSummary> summary = co_await m_database->run(runId);
    if (summary && record.summary.completedAtMs == 0) {
        record.summary.status = summary->status; // whether its process still lives is not in the journal
    }
    co_return record;
}

QCoro::Task<Result<QList<RunEvent>>> Engine::events(QString runId, EventQuery query)
{
    const Result<QList<RunEvent>> found = co_await m_database->events(std::move(runId), std::move(query));
    co_return found;
}

QCoro::Task<Result<QByteArray>> Engine::body(QString sha256)
{
    const Result<QByteArray> found = co_await m_database->body(std::move(sha256));
    co_return found;
}

QCoro::Task<Result<QByteArray>> Engine::requestBytes(QString runId, int decision, int attempt)
{
    EventQuery query;
    query.types = {EventType::LlmRequest};
    query.limit = 1'000'000;
    const Result<QList<RunEvent>> found = co_await m_database->events(runId, query);
    if (!found) {
        co_return fail(found.error());
    }
    const std::optional<QStringList> parts = RecordedRequests(*found).partsOf(decision, attempt);
    if (!parts) {
        co_return fail(ErrorCode::NotFound,
                       u"run %1 has no attempt %2 of decision %3"_s.arg(runId).arg(attempt).arg(decision));
    }
    const Result<QList<QByteArray>> bodies = co_await m_database->bodies(*parts);
    if (!bodies) {
        co_return fail(bodies.error());
    }
    co_return joinRequest(*bodies);
}

QCoro::Task<Result<AguiResponse>> Engine::response(QString runId)
{
    if (const RunEnd *end = m_finished.object(runId); end && end->response) {
        co_return *end->response;
    }
    const Result<RunRecord> record = co_await this->record(runId);
    if (!record) {
        co_return fail(record.error());
    }
    co_return buildResponse(*record);
}

QCoro::Task<Result<AguiRunJob>> Engine::job(QString runId)
{
    EventQuery query;
    query.limit = 1;
    const Result<QList<RunEvent>> events = co_await m_database->events(runId, query);
    if (!events) {
        co_return fail(events.error());
    }
    if (events->isEmpty()) {
        co_return fail(ErrorCode::NotFound, u"there is no run %1"_s.arg(runId));
    }
    const Result<AguiRunJob> job = co_await storedJob(*events);
    co_return job;
}

QCoro::Task<Result<void>> Engine::deleteRun(QString runId)
{
    if (active(runId)) {
        co_return fail(ErrorCode::Conflict, u"run %1 is running; stop it first"_s.arg(runId));
    }
    const Result<void> deleted = co_await m_database->deleteRun(runId);
    m_finished.remove(runId);
    co_return deleted;
}

QCoro::Task<Result<QList<ToolInfo>>> Engine::tools()
{
    const Result<PriceBook> book = co_await priceBook();
    if (!book) {
        co_return fail(book.error());
    }
    m_tasks.spawn(startMcp(), u"start MCP servers"_s); // their tools come when they come
    QList<ToolInfo> list;
    for (const Tool *tool : m_registry.tools()) {
        const ToolSpec& spec = tool->spec();
        const ToolAvailability availability = tool->availability();
        ToolInfo info;
        info.name = spec.name;
        info.description = spec.description;
        info.inputSchema = spec.inputSchema;
        info.sideEffect = spec.sideEffect;
        info.available = availability.available;
        info.reason = availability.reason;
        info.timeoutMs = spec.timeout.count();
        if (const std::optional<ToolRate> rate = book->toolRate(spec.name)) {
            const Result<Money> price = rate->price.times(1);
            if (price) {
                info.price = *price;
            }
        }
        list.append(info);
    }
    co_return list;
}

QCoro::Task<Result<QJsonObject>> Engine::callTool(QString name, QJsonObject arguments)
{
    if (!m_registry.find(name)) {
        co_await m_mcp->ready();
    }
    const Result<void> valid = m_dispatcher->validate(name, arguments);
    if (!valid) {
        co_return fail(valid.error());
    }
    const ToolAvailability availability = m_registry.find(name)->availability();
    if (!availability.available) {
        co_return fail(ErrorCode::Unavailable, availability.reason);
    }
    ToolInvocation invocation;
    invocation.runId = u"by-hand"_s;
    invocation.callId = m_ids.newUuid();
    invocation.idempotencyKey = invocation.callId;
    invocation.arguments = std::move(arguments);
    const std::stop_token stop = m_tasks.stopToken();
    const ToolResult result = co_await m_dispatcher->dispatch(name, std::move(invocation), stop);
    QJsonObject json{{u"ok"_s, result.ok}, {u"value"_s, result.value}, {u"durationMs"_s, result.durationMs}};
    if (!result.ok) {
        json.insert("errorCode"_L1, result.errorCode);
        json.insert("message"_L1, result.message);
    }
    if (result.pending) {
        json.insert("pending"_L1, true);
    }
    if (!result.files.isEmpty()) {
        QJsonArray files = fileList(result.files);
        for (qsizetype i = 0; i < files.size(); ++i) {
            QJsonObject file = files.at(i).toObject();
            file.insert("base64"_L1, QString::fromLatin1(result.files.at(i).content.toBase64()));
            files.replace(i, file);
        }
        json.insert("files"_L1, files);
    }
    co_return json;
}

QCoro::Task<Result<KnowledgeBaseInfo>> Engine::addKnowledge(QStringList paths,
                                                            std::shared_ptr<KnowledgeProgress> progress)
{
    QString name = knowledgeName(paths);
    for (QString& path : paths) {
        path = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    }
    std::stop_token stop = m_tasks.stopToken();
    const Result<KnowledgeBaseInfo> added =
        co_await m_knowledge->index(std::move(name), std::move(paths), std::move(progress), std::move(stop));
    co_return added;
}

QCoro::Task<> Engine::installKnowledge()
{
    QList<KnowledgeDocument> documents;
    const QDir folder(u":/lathe/knowledge"_s);
    for (const QString& name : folder.entryList(QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly)) {
            const QString text = QString::fromUtf8(file.readAll());
            const QString title = text.section(u'\n', 0, 0).remove(u'#').trimmed();
            documents.append({name, title, text});
        }
    }
    if (documents.isEmpty()) {
        co_return;
    }
    const Result<KnowledgeBaseInfo> added = co_await m_database->addKnowledgeBase(u"Lathe handbook"_s, documents, true);
    if (added) {
        const Result<void> saved =
            co_await m_database->setSetting(u"builtinKnowledgeVersion"_s, QStringLiteral(LATHE_VERSION));
        Q_UNUSED(saved)
    }
}

QCoro::Task<Result<QList<ContextPassage>>> Engine::searchKnowledge(QString query, int topK)
{
    const Result<QList<ContextPassage>> found = co_await m_database->search(std::move(query), topK);
    co_return found;
}

QCoro::Task<Result<QList<KnowledgeBaseInfo>>> Engine::knowledgeBases()
{
    const Result<QList<KnowledgeBaseInfo>> found = co_await m_database->knowledgeBases();
    co_return found;
}

QCoro::Task<Result<void>> Engine::dropKnowledge(qint64 id)
{
    const Result<void> dropped = co_await m_database->dropKnowledgeBase(id);
    co_return dropped;
}

QList<ModelDescription> Engine::described(const QString& provider, const QList<ModelInfo>& models,
                                          const PriceBook& prices) const
{
    QList<ModelDescription> list;
    for (const ModelInfo& model : models) {
        ModelDescription description{model.id, model.description, model.contextWindow, model.tools, {}};
        const ModelPrices known = prices.model(provider, model.id);
        PricedCall call;
        call.atMs = m_clock.nowMs();
        const RateRow *row = known.rowFor(call);
        const auto perMillion = [row](Meter meter) {
            const std::optional<UnitPrice> price = row != nullptr ? row->priceOf(meter) : std::nullopt;
            return price ? price->toDecimal(perOf(Meter::Input)) : QString();
        };
        const QString input = perMillion(Meter::Input);
        const QString output = perMillion(Meter::Output);
        if (!input.isEmpty() && !output.isEmpty()) {
            description.price = input + u" / "_s + output;
        }
        if (!description.contextWindow && known.model() != nullptr) {
            description.contextWindow = known.model()->contextWindow;
        }
        list.append(description);
    }
    return list;
}

QCoro::Task<Result<QList<LocalServerInfo>>> Engine::localServers(bool again)
{
    const Result<PriceBook> prices = co_await priceBook();
    if (!prices) {
        co_return fail(prices.error());
    }
    const std::stop_token stop = m_tasks.stopToken();
    const QList<LocalServer> found = co_await m_localServers->find(again, stop);
    QList<LocalServerInfo> list;
    for (const LocalServer& server : found) {
        ProviderSettings settings;
        settings.provider = u"openai"_s;
        settings.baseUrl = server.baseUrl;
        const Result<void> remembered = co_await rememberToolless(std::move(settings), server.models);
        if (!remembered) {
            co_return fail(remembered.error());
        }
        list.append({server.product, server.baseUrl, server.version, server.note,
                     described(u"openai"_s, server.models, *prices)});
    }
    co_return list;
}

QCoro::Task<Result<QList<ModelDescription>>> Engine::models(ProviderSettings settings)
{
    const Result<ProviderSettings> resolved = co_await resolve(std::move(settings));
    if (!resolved) {
        co_return fail(resolved.error());
    }
    Result<std::unique_ptr<LlmClient>> client = makeLlmClient(llmSettings(*resolved), *m_http, m_clock);
    if (!client) {
        co_return fail(client.error());
    }
    const std::stop_token stop = m_tasks.stopToken();
    const Result<QList<ModelInfo>> found = co_await (*client)->models(stop);
    if (!found) {
        co_return fail(found.error());
    }
    const Result<PriceBook> prices = co_await priceBook();
    if (!prices) {
        co_return fail(prices.error());
    }
    const QList<ModelDescription> list = described(resolved->provider, *found, *prices);
    const Result<void> remembered = co_await rememberToolless(*resolved, *found);
    if (!remembered) {
        co_return fail(remembered.error());
    }
    co_return list;
}

QCoro::Task<Result<QList<PromptText>>> Engine::prompts()
{
    co_return promptTexts(m_settings.promptsFolder);
}

QCoro::Task<Result<void>> Engine::setPrompt(QString name, QString text)
{
    co_return writePrompt(m_settings.promptsFolder, name, text);
}

QCoro::Task<Result<QJsonObject>> Engine::settings()
{
    const Result<QJsonObject> found = co_await m_database->settings();
    co_return found;
}

QCoro::Task<Result<void>> Engine::setSetting(QString key, QJsonValue value)
{
    if (key == "flatPrices"_L1 && value.isObject()) {
        const QJsonObject flat = value.toObject();
        const Result<PriceBook> book =
            PriceBook::flatWith(flat.value("perMillionTokens"_L1).toString(), flat.value("perToolCall"_L1).toString());
        if (!book) {
            co_return fail(book.error());
        }
    }
    if (key == "tools"_L1 && value.isObject()) {
        const Result<void> variable =
            checkKeyVariable(llmSettings({{}, {}, {}, value.toObject().value("workflowTokenVariable"_L1).toString()}));
        if (!variable) {
            co_return fail(variable.error());
        }
    }
    const Result<void> saved = co_await m_database->setSetting(std::move(key), std::move(value));
    co_return saved;
}

QCoro::Task<Result<DoctorReport>> Engine::doctor(bool write)
{
    const Result<RebuildReport> rebuilt = co_await m_database->rebuild(write);
    if (!rebuilt) {
        co_return fail(rebuilt.error());
    }
    DoctorReport report;
    report.runs = rebuilt->runs;
    report.events = rebuilt->events;
    report.database = m_database->path();
    report.differences = rebuilt->differences;
    report.gaps = rebuilt->gaps;
    report.integrity = rebuilt->integrity;
    const Tool *executor = m_registry.find(u"code_executor"_s);
    const ToolAvailability sandbox =
        executor ? executor->availability() : ToolAvailability{false, u"code_executor is not registered"_s};
    report.sandbox = sandbox.available ? u"ok"_s : sandbox.reason;
    co_return report;
}

} // namespace lathe
