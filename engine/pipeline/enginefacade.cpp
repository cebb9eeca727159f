// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/enginefacade.h"

#include "engine/core/login.h"
#include "engine/pipeline/engine.h"

#include <QDir>
#include <QMetaMethod>
#include <QMutex>
#include <QStandardPaths>
#include <QThread>
#include <QTimer>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// A view gets changes at most once a frame.
constexpr int kBatchMs = 16;

template <typename T>
QCoro::Task<> fulfil(QCoro::Task<T> task, std::shared_ptr<QPromise<T>> promise)
{
    T result = co_await task;
    promise->addResult(std::move(result));
    promise->finish();
}

} // namespace

class EngineFacade::Private
{
public:
    struct Pending
    {
        QString runId;
        QList<RunEvent> events;
        QList<std::pair<int, QString>> texts;
        std::optional<RunEnd> end;
    };

    explicit Private(EngineFacade *facade) : q(facade) {}

    /// Runs method of the engine on its thread; the future completes with what it gives.
    template <typename T, typename Method, typename... Args>
    QFuture<Result<T>> ask(Method method, Args... args)
    {
        const auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        const QFuture<Result<T>> future = promise->future();
        auto call = [this, method, promise, ... args = std::move(args)]() mutable {
            QCoro::Task<Result<T>> task = (engine->*method)(std::move(args)...);
            engine->tasks().spawn(fulfil<Result<T>>(std::move(task), promise));
        };
        QMetaObject::invokeMethod(engine, std::move(call), Qt::QueuedConnection);
        return future;
    }
    template <typename Function>
    void tell(Function function)
    {
        QMetaObject::invokeMethod(engine, std::move(function), Qt::QueuedConnection);
    }

    // Called on the engine thread; delivered on the facade's.
    Pending& pendingOf(const QString& runId)
    {
        for (Pending& entry : pending) {
            if (entry.runId == runId && !entry.end) {
                return entry;
            }
        }
        pending.append(Pending{.runId = runId, .events = {}, .texts = {}, .end = {}});
        return pending.last();
    }
    void schedule(bool now)
    {
        if (now) {
            QMetaObject::invokeMethod(
                q, [this] { deliver(); }, Qt::QueuedConnection);
        } else if (!scheduled) {
            scheduled = true;
            QMetaObject::invokeMethod(
                q, [this] { QTimer::singleShot(kBatchMs, q, [this] { deliver(); }); }, Qt::QueuedConnection);
        }
    }
    void deliver()
    {
        QList<Pending> batch;
        {
            const QMutexLocker lock(&mutex);
            batch = std::exchange(pending, {});
            scheduled = false;
        }
        for (const Pending& entry : batch) {
            if (!entry.end && !running.contains(entry.runId)) {
                running.append(entry.runId);
            }
            if (!entry.events.isEmpty()) {
                Q_EMIT q->runEvents(entry.runId, entry.events);
            }
            for (const auto& [decision, text] : entry.texts) {
                Q_EMIT q->streamed(entry.runId, decision, text);
            }
            if (entry.end) {
                running.removeAll(entry.runId);
                Q_EMIT q->runFinished(entry.runId, *entry.end);
            }
        }
    }

    EngineFacade *q;
    Engine *engine = nullptr;
    QThread thread;
    QMutex mutex; // of what the engine thread hands over to this one
    QList<Pending> pending;
    bool scheduled = false;
    QStringList running;
};

EngineFacade::EngineFacade(EngineSettings settings, QObject *parent)
    : QObject(parent), d(std::make_unique<Private>(this))
{
    qRegisterMetaType<QList<RunEvent>>();
    qRegisterMetaType<RunEnd>();
    Engine::Hooks hooks;
    hooks.onEvents = [p = d.get()](const QString& runId, const QList<RunEvent>& events) {
        const QMutexLocker lock(&p->mutex);
        p->pendingOf(runId).events.append(events);
        p->schedule(false);
    };
    hooks.onText = [p = d.get()](const QString& runId, int decision, const QString& text) {
        const QMutexLocker lock(&p->mutex);
        auto& texts = p->pendingOf(runId).texts;
        if (!texts.isEmpty() && texts.last().first == decision) {
            texts.last().second += text;
        } else {
            texts.append({decision, text});
        }
        p->schedule(false);
    };
    hooks.onFinished = [p = d.get()](const RunEnd& end) {
        const QMutexLocker lock(&p->mutex);
        p->pendingOf(end.runId).end = end;
        p->schedule(true);
    };
    hooks.onMcpChanged = [this] { QMetaObject::invokeMethod(this, &EngineFacade::mcpChanged, Qt::QueuedConnection); };
    hooks.onElicitation = [this](const McpElicitation& asked) {
        auto deliver = [this, asked] {
            static const QMetaMethod signal = QMetaMethod::fromSignal(&EngineFacade::elicited);
            if (isSignalConnected(signal)) {
                Q_EMIT elicited(asked);
            } else {
                answerElicitation(asked.id, {});
            }
        };
        QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
    };
    hooks.onElicitationEnded = [this](qint64 id) {
        QMetaObject::invokeMethod(
            this, [this, id] { Q_EMIT elicitationEnded(id); }, Qt::QueuedConnection);
    };
    d->engine = new Engine(std::move(settings), std::move(hooks)); // deleted on its own thread
    d->engine->moveToThread(&d->thread);
    d->thread.setObjectName(u"engine"_s);
    d->thread.start();
}

EngineFacade::~EngineFacade()
{
    Engine *engine = d->engine;
    d->tell([engine] {
        QCoro::Task<> down = engine->shutDown();
        std::move(down).then([engine] {
            delete engine;
            QThread::currentThread()->quit();
        });
    });
    d->thread.wait();
}

QFuture<Result<void>> EngineFacade::open()
{
    return d->ask<void>(&Engine::open);
}

QString EngineFacade::defaultUserId()
{
    return loginName();
}

QString EngineFacade::defaultMcpFile()
{
    const QString named = qEnvironmentVariable("LATHE_MCP");
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation));
    return named.isEmpty() ? folder.filePath(u"lathe/mcp.json"_s) : named;
}

QFuture<Result<QString>> EngineFacade::start(AguiRunJob job, RunOptions options)
{
    return d->ask<QString>(&Engine::start, std::move(job), QList<JsonIssue>(), std::move(options));
}

QFuture<Result<QString>> EngineFacade::startJson(QJsonObject job, RunOptions options)
{
    JobReading reading = readJob(job);
    return d->ask<QString>(&Engine::start, std::move(reading.job), std::move(reading.issues), std::move(options));
}

QFuture<Result<QString>> EngineFacade::resume(QString runId, RunOptions options)
{
    return d->ask<QString>(&Engine::resume, std::move(runId), std::move(options));
}

QFuture<Result<RunEnd>> EngineFacade::finished(QString runId)
{
    return d->ask<RunEnd>(&Engine::finished, std::move(runId));
}

void EngineFacade::command(const QString& runId, StepCommand command)
{
    d->tell([engine = d->engine, runId, command] { engine->command(runId, command); });
}

QFuture<Result<void>> EngineFacade::edit(QString runId, StopEdit edit)
{
    return d->ask<void>(&Engine::edit, std::move(runId), std::move(edit));
}

QFuture<Result<void>> EngineFacade::rejectTool(QString runId, QString message)
{
    return d->ask<void>(&Engine::rejectTool, std::move(runId), std::move(message));
}

QFuture<Result<void>> EngineFacade::answerRetry(QString runId, RetryAnswer answer)
{
    return d->ask<void>(&Engine::answerRetry, std::move(runId), answer);
}

void EngineFacade::setBreakpoints(QList<Breakpoint> breakpoints)
{
    d->tell([engine = d->engine, breakpoints] { engine->setBreakpoints(breakpoints); });
}

QFuture<Result<RunEstimate>> EngineFacade::estimate(AguiRunJob job, RunOptions options)
{
    return d->ask<RunEstimate>(&Engine::estimate, std::move(job), std::move(options));
}

QFuture<Result<QList<RunSummary>>> EngineFacade::runs(RunQuery query)
{
    return d->ask<QList<RunSummary>>(&Engine::runs, std::move(query));
}

QFuture<Result<QString>> EngineFacade::findRun(QString idOrPrefix)
{
    return d->ask<QString>(&Engine::findRun, std::move(idOrPrefix));
}

QFuture<Result<RunRecord>> EngineFacade::record(QString runId)
{
    return d->ask<RunRecord>(&Engine::record, std::move(runId));
}

QFuture<Result<QList<RunEvent>>> EngineFacade::events(QString runId, EventQuery query)
{
    return d->ask<QList<RunEvent>>(&Engine::events, std::move(runId), std::move(query));
}

QFuture<Result<QByteArray>> EngineFacade::body(QString sha256)
{
    return d->ask<QByteArray>(&Engine::body, std::move(sha256));
}

QFuture<Result<QByteArray>> EngineFacade::requestBytes(QString runId, int decision, int attempt)
{
    return d->ask<QByteArray>(&Engine::requestBytes, std::move(runId), decision, attempt);
}

QFuture<Result<AguiResponse>> EngineFacade::response(QString runId)
{
    return d->ask<AguiResponse>(&Engine::response, std::move(runId));
}

QFuture<Result<AguiRunJob>> EngineFacade::job(QString runId)
{
    return d->ask<AguiRunJob>(&Engine::job, std::move(runId));
}

QFuture<Result<QByteArray>> EngineFacade::exportRun(QString runId, RunExport wanted)
{
    return d->ask<QByteArray>(&Engine::exportRun, std::move(runId), wanted);
}

QFuture<Result<OtlpDelivery>> EngineFacade::sendTrace(QString runId, OtlpTarget target)
{
    return d->ask<OtlpDelivery>(&Engine::sendTrace, std::move(runId), std::move(target));
}

QFuture<Result<RunImportResult>> EngineFacade::importRuns(QByteArray file, RunImport options)
{
    return d->ask<RunImportResult>(&Engine::importRuns, std::move(file), std::move(options));
}

QFuture<Result<void>> EngineFacade::deleteRun(QString runId)
{
    return d->ask<void>(&Engine::deleteRun, std::move(runId));
}

QFuture<Result<BillResult>> EngineFacade::bill(BillQuery query)
{
    return d->ask<BillResult>(&Engine::bill, std::move(query));
}

QFuture<Result<QByteArray>> EngineFacade::breakdownCsv(BillQuery query, bool spreadsheet)
{
    return d->ask<QByteArray>(&Engine::breakdownCsv, std::move(query), spreadsheet);
}

QFuture<Result<BillLines>> EngineFacade::billLines(BillQuery query, int limit)
{
    return d->ask<BillLines>(&Engine::billLines, std::move(query), limit);
}

QFuture<Result<Money>> EngineFacade::avoided(BillQuery query)
{
    return d->ask<Money>(&Engine::avoided, std::move(query));
}

QFuture<Result<Forecast>> EngineFacade::forecast(QString userId)
{
    return d->ask<Forecast>(&Engine::forecast, std::move(userId));
}

QFuture<Result<Reconciliation>> EngineFacade::reconcile(QByteArray file)
{
    return d->ask<Reconciliation>(&Engine::reconcile, std::move(file));
}

QFuture<Result<QJsonObject>> EngineFacade::exportBill(BillQuery query, BillFile file)
{
    return d->ask<QJsonObject>(&Engine::exportBill, std::move(query), std::move(file));
}

QFuture<Result<QList<PriceBookInfo>>> EngineFacade::priceBooks()
{
    return d->ask<QList<PriceBookInfo>>(&Engine::priceBooks);
}

QFuture<Result<PriceBookInfo>> EngineFacade::priceBookInfo(QString name)
{
    return d->ask<PriceBookInfo>(&Engine::priceBookInfo, std::move(name));
}

QFuture<Result<PriceImport>> EngineFacade::importPriceBook(QString name, QByteArray file, PriceImport::Mode mode)
{
    return d->ask<PriceImport>(&Engine::importPriceBook, std::move(name), std::move(file), mode);
}

QFuture<Result<PriceBookInfo>> EngineFacade::usePriceBook(QString name)
{
    return d->ask<PriceBookInfo>(&Engine::usePriceBook, std::move(name));
}

QFuture<Result<void>> EngineFacade::decideTool(QString runId, ToolVerdict verdict)
{
    return d->ask<void>(&Engine::decideTool, std::move(runId), std::move(verdict));
}

QFuture<Result<UserPolicy>> EngineFacade::policy(QString userId)
{
    return d->ask<UserPolicy>(&Engine::policy, std::move(userId));
}

QFuture<Result<UserPolicy>> EngineFacade::setPolicy(QString userId, QJsonObject changes, QString author)
{
    return d->ask<UserPolicy>(&Engine::setPolicy, std::move(userId), std::move(changes), std::move(author));
}

QFuture<Result<QList<PolicyChange>>> EngineFacade::policyChanges(QString userId)
{
    return d->ask<QList<PolicyChange>>(&Engine::policyChanges, std::move(userId));
}

QFuture<Result<TeamPolicy>> EngineFacade::teamPolicy(QString team)
{
    return d->ask<TeamPolicy>(&Engine::teamPolicy, std::move(team));
}

QFuture<Result<TeamPolicy>> EngineFacade::setTeamPolicy(QString team, QJsonObject changes, QString author)
{
    return d->ask<TeamPolicy>(&Engine::setTeamPolicy, std::move(team), std::move(changes), std::move(author));
}

QFuture<Result<QList<PolicyChange>>> EngineFacade::teamPolicyChanges(QString team)
{
    return d->ask<QList<PolicyChange>>(&Engine::teamPolicyChanges, std::move(team));
}

QFuture<Result<QList<PolicyUsage>>> EngineFacade::policyUsage(QStringList userIds)
{
    return d->ask<QList<PolicyUsage>>(&Engine::policyUsage, std::move(userIds));
}

QFuture<Result<QList<UserPolicy>>> EngineFacade::policies()
{
    return d->ask<QList<UserPolicy>>(&Engine::policies);
}

QFuture<Result<QList<ToolInfo>>> EngineFacade::tools()
{
    return d->ask<QList<ToolInfo>>(&Engine::tools);
}

QFuture<Result<QJsonObject>> EngineFacade::callTool(QString name, QJsonObject arguments)
{
    return d->ask<QJsonObject>(&Engine::callTool, std::move(name), std::move(arguments));
}

QFuture<Result<JobPage>> EngineFacade::parallelJobs(qsizetype offset, qsizetype limit)
{
    return d->ask<JobPage>(&Engine::parallelJobs, offset, limit);
}

QFuture<Result<ParallelJob>> EngineFacade::parallelJob(QString id)
{
    return d->ask<ParallelJob>(&Engine::parallelJob, std::move(id));
}

QFuture<Result<QJsonObject>> EngineFacade::parallelJobLogs(QString id, int task)
{
    return d->ask<QJsonObject>(&Engine::parallelJobLogs, std::move(id), task);
}

QFuture<Result<ParallelJob>> EngineFacade::cancelParallelJob(QString id)
{
    return d->ask<ParallelJob>(&Engine::cancelParallelJob, std::move(id));
}

QFuture<Result<KnowledgeBaseInfo>> EngineFacade::addKnowledge(QStringList paths,
                                                              std::shared_ptr<KnowledgeProgress> progress)
{
    return d->ask<KnowledgeBaseInfo>(&Engine::addKnowledge, std::move(paths), std::move(progress));
}

QFuture<Result<QList<ContextPassage>>> EngineFacade::searchKnowledge(QString query, int topK)
{
    return d->ask<QList<ContextPassage>>(&Engine::searchKnowledge, std::move(query), topK);
}

QFuture<Result<QList<KnowledgeBaseInfo>>> EngineFacade::knowledgeBases()
{
    return d->ask<QList<KnowledgeBaseInfo>>(&Engine::knowledgeBases);
}

QFuture<Result<void>> EngineFacade::dropKnowledge(qint64 id)
{
    return d->ask<void>(&Engine::dropKnowledge, id);
}

QFuture<Result<QList<ModelDescription>>> EngineFacade::models(ProviderSettings settings)
{
    return d->ask<QList<ModelDescription>>(&Engine::models, std::move(settings));
}

QFuture<Result<QList<LocalServerInfo>>> EngineFacade::localServers(bool again)
{
    return d->ask<QList<LocalServerInfo>>(&Engine::localServers, again);
}

QFuture<Result<ProviderSettings>> EngineFacade::providerSettings(QString provider)
{
    return d->ask<ProviderSettings>(&Engine::providerSettings, std::move(provider));
}

QFuture<Result<void>> EngineFacade::setProviderSettings(ProviderSettings settings)
{
    return d->ask<void>(&Engine::setProviderSettings, std::move(settings));
}

QFuture<Result<QList<PromptText>>> EngineFacade::prompts()
{
    return d->ask<QList<PromptText>>(&Engine::prompts);
}

QFuture<Result<void>> EngineFacade::setPrompt(QString name, QString text)
{
    return d->ask<void>(&Engine::setPrompt, std::move(name), std::move(text));
}

QFuture<Result<QJsonObject>> EngineFacade::settings()
{
    return d->ask<QJsonObject>(&Engine::settings);
}

QFuture<Result<void>> EngineFacade::setSetting(QString key, QJsonValue value)
{
    return d->ask<void>(&Engine::setSetting, std::move(key), std::move(value));
}

QFuture<Result<PolicySimulation>> EngineFacade::simulatePolicy(QString userId, QJsonObject changes, QString runId,
                                                               std::shared_ptr<SimulationProgress> progress)
{
    return d->ask<PolicySimulation>(&Engine::simulatePolicy, std::move(userId), std::move(changes), std::move(runId),
                                    std::move(progress));
}

QFuture<Result<PruneReport>> EngineFacade::prune(bool write)
{
    return d->ask<PruneReport>(&Engine::prune, write);
}

QFuture<Result<DoctorReport>> EngineFacade::doctor(bool write)
{
    return d->ask<DoctorReport>(&Engine::doctor, write);
}

QFuture<Result<QList<McpServerInfo>>> EngineFacade::mcpServers(bool settled)
{
    return d->ask<QList<McpServerInfo>>(&Engine::mcpServers, settled);
}

QFuture<Result<QStringList>> EngineFacade::mcpLog(QString name)
{
    return d->ask<QStringList>(&Engine::mcpLog, std::move(name));
}

QFuture<Result<void>> EngineFacade::setMcpServer(QString name, QJsonObject settings)
{
    return d->ask<void>(&Engine::setMcpServer, std::move(name), std::move(settings));
}

QFuture<Result<void>> EngineFacade::removeMcpServer(QString name)
{
    return d->ask<void>(&Engine::removeMcpServer, std::move(name));
}

QFuture<Result<QStringList>> EngineFacade::importMcpServers(QJsonObject foreign)
{
    return d->ask<QStringList>(&Engine::importMcpServers, std::move(foreign));
}

QFuture<Result<void>> EngineFacade::reconnectMcpServer(QString name)
{
    return d->ask<void>(&Engine::reconnectMcpServer, std::move(name));
}

void EngineFacade::answerElicitation(qint64 id, const McpElicitationAnswer& answer)
{
    d->tell([engine = d->engine, id, answer] { engine->answerElicitation(id, answer); });
}

QStringList EngineFacade::runningRuns() const
{
    return d->running;
}

QList<ProviderDescription> EngineFacade::providers() const
{
    QList<ProviderDescription> list;
    for (const ProviderInfo& info : llmProviders()) {
        list.append({info.name, info.description, info.needsBaseUrl, info.defaultBaseUrl, info.keyVariable});
    }
    return list;
}

} // namespace lathe
