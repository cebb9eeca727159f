// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/awaited.h"
#include "engine/core/clock.h"
#include "engine/core/ids.h"
#include "engine/core/taskscope.h"
#include "engine/llm/llmregistry.h"
#include "engine/llm/localservers.h"
#include "engine/net/httpclient.h"
#include "engine/pipeline/billview.h"
#include "engine/pipeline/enginefacade.h"
#include "engine/pipeline/knowledgeindexer.h"
#include "engine/pipeline/run.h"
#include "engine/storage/database.h"
#include "engine/tools/mcpservers.h"
#include "engine/tools/paralleljobs.h"
#include "engine/tools/tooldispatcher.h"
#include "engine/trace/runtrace.h"

#include <QCache>
#include <QHash>
#include <QObject>
#include <QSet>

#include <memory>

namespace lathe {

/// What lives on the engine thread: the database's facade, clients, tools and the runs that go on. Every coroutine
/// runs here and belongs to the task scope. Made and destroyed on that thread.
class Engine : public QObject
{
    Q_OBJECT

public:
    struct Hooks
    {
        std::function<void(const QString& runId, const QList<RunEvent>& events)> onEvents;
        std::function<void(const QString& runId, int decision, const QString& text)> onText;
        std::function<void(const RunEnd& end)> onFinished;
        /// States of MCP servers, or their tools.
        std::function<void()> onMcpChanged;
        /// A server asks the user; answerElicitation() says what. Absent: it is declined.
        std::function<void(const McpElicitation& asked)> onElicitation;
        /// It is answered, or not wanted any more.
        std::function<void(qint64 id)> onElicitationEnded;
    };

    Engine(EngineSettings settings, Hooks hooks);
    ~Engine() override;

    [[nodiscard]] TaskScope& tasks() { return m_tasks; }
    /// Interrupts what runs; completes when nothing runs any more and what was asked is answered.
    QCoro::Task<> shutDown();

    QCoro::Task<Result<void>> open();
    QCoro::Task<Result<QString>> start(AguiRunJob job, QList<JsonIssue> issues, RunOptions options);
    QCoro::Task<Result<QString>> resume(QString runId, RunOptions options);
    QCoro::Task<Result<RunEnd>> finished(QString runId);
    void command(const QString& runId, StepCommand command);
    QCoro::Task<Result<void>> edit(QString runId, StopEdit edit);
    QCoro::Task<Result<void>> rejectTool(QString runId, QString message);
    QCoro::Task<Result<void>> decideTool(QString runId, ToolVerdict verdict);
    QCoro::Task<Result<void>> answerRetry(QString runId, RetryAnswer answer);
    void setBreakpoints(QList<Breakpoint> breakpoints);

    QCoro::Task<Result<RunEstimate>> estimate(AguiRunJob job, RunOptions options);
    QCoro::Task<Result<QList<RunSummary>>> runs(RunQuery query);
    QCoro::Task<Result<QString>> findRun(QString idOrPrefix);
    QCoro::Task<Result<RunRecord>> record(QString runId);
    QCoro::Task<Result<QList<RunEvent>>> events(QString runId, EventQuery query);
    QCoro::Task<Result<QByteArray>> body(QString sha256);
    QCoro::Task<Result<QByteArray>> requestBytes(QString runId, int decision, int attempt);
    QCoro::Task<Result<AguiResponse>> response(QString runId);
    QCoro::Task<Result<AguiRunJob>> job(QString runId);
    QCoro::Task<Result<void>> deleteRun(QString runId);

    QCoro::Task<Result<QByteArray>> exportRun(QString runId, RunExport wanted);
    QCoro::Task<Result<OtlpDelivery>> sendTrace(QString runId, OtlpTarget target);
    QCoro::Task<Result<RunImportResult>> importRuns(QByteArray file, RunImport options);

    QCoro::Task<Result<BillResult>> bill(BillQuery query);
    QCoro::Task<Result<QByteArray>> breakdownCsv(BillQuery query, bool spreadsheet);
    QCoro::Task<Result<QJsonObject>> exportBill(BillQuery query, BillFile file);

    QCoro::Task<Result<BillLines>> billLines(BillQuery query, int limit);
    QCoro::Task<Result<Money>> avoided(BillQuery query);
    QCoro::Task<Result<Forecast>> forecast(QString userId);
    QCoro::Task<Result<Reconciliation>> reconcile(QByteArray file);

    QCoro::Task<Result<QList<PriceBookInfo>>> priceBooks();
    QCoro::Task<Result<PriceBookInfo>> priceBookInfo(QString name);
    QCoro::Task<Result<PriceImport>> importPriceBook(QString name, QByteArray file, PriceImport::Mode mode);
    QCoro::Task<Result<PriceBookInfo>> usePriceBook(QString name);

    QCoro::Task<Result<UserPolicy>> policy(QString userId);
    QCoro::Task<Result<UserPolicy>> setPolicy(QString userId, QJsonObject changes, QString author);
    QCoro::Task<Result<QList<UserPolicy>>> policies();
    QCoro::Task<Result<QList<PolicyUsage>>> policyUsage(QStringList userIds);
    QCoro::Task<Result<QList<PolicyChange>>> policyChanges(QString userId);
    QCoro::Task<Result<TeamPolicy>> teamPolicy(QString team);
    QCoro::Task<Result<TeamPolicy>> setTeamPolicy(QString team, QJsonObject changes, QString author);
    QCoro::Task<Result<QList<PolicyChange>>> teamPolicyChanges(QString team);
    QCoro::Task<Result<PolicySimulation>> simulatePolicy(QString userId, QJsonObject changes, QString runId,
                                                         std::shared_ptr<SimulationProgress> progress);
    QCoro::Task<Result<PruneReport>> prune(bool write);

    QCoro::Task<Result<QList<ToolInfo>>> tools();
    QCoro::Task<Result<QJsonObject>> callTool(QString name, QJsonObject arguments);
    QCoro::Task<Result<QList<McpServerInfo>>> mcpServers(bool settled);
    QCoro::Task<Result<QStringList>> mcpLog(QString name);
    QCoro::Task<Result<void>> setMcpServer(QString name, QJsonObject settings);
    QCoro::Task<Result<void>> removeMcpServer(QString name);
    QCoro::Task<Result<QStringList>> importMcpServers(QJsonObject foreign);
    QCoro::Task<Result<void>> reconnectMcpServer(QString name);
    void answerElicitation(qint64 id, const McpElicitationAnswer& answer);
    QCoro::Task<Result<KnowledgeBaseInfo>> addKnowledge(QStringList paths, std::shared_ptr<KnowledgeProgress> progress);
    QCoro::Task<Result<JobPage>> parallelJobs(qsizetype offset, qsizetype limit);
    QCoro::Task<Result<ParallelJob>> parallelJob(QString id);
    QCoro::Task<Result<QJsonObject>> parallelJobLogs(QString id, int task);
    QCoro::Task<Result<ParallelJob>> cancelParallelJob(QString id);
    QCoro::Task<Result<QList<ContextPassage>>> searchKnowledge(QString query, int topK);
    QCoro::Task<Result<QList<KnowledgeBaseInfo>>> knowledgeBases();
    QCoro::Task<Result<void>> dropKnowledge(qint64 id);
    QCoro::Task<Result<QList<ModelDescription>>> models(ProviderSettings settings);
    QCoro::Task<Result<ProviderSettings>> providerSettings(QString provider);
    QCoro::Task<Result<void>> setProviderSettings(ProviderSettings settings);
    QCoro::Task<Result<QList<LocalServerInfo>>> localServers(bool again);
    QCoro::Task<Result<QList<PromptText>>> prompts();
    QCoro::Task<Result<void>> setPrompt(QString name, QString text);
    QCoro::Task<Result<QJsonObject>> settings();
    QCoro::Task<Result<void>> setSetting(QString key, QJsonValue value);
    QCoro::Task<Result<DoctorReport>> doctor(bool write);

private:
    struct ActiveRun
    {
        std::unique_ptr<Run> run;
        std::shared_ptr<OneShot<bool>> ended;
        std::optional<RunEnd> end;
    };
    QCoro::Task<> drive(std::shared_ptr<ActiveRun> active);
    QCoro::Task<Result<QString>> launch(RunStart start);
    /// Null without one.
    Result<std::shared_ptr<HttpTransport>> openCassette(const RunOptions& options);
    QCoro::Task<Result<RunStart>> prepare(AguiRunJob job, QList<JsonIssue> issues, RunOptions options);
    QCoro::Task<Result<ProviderSettings>> resolve(ProviderSettings wanted);
    /// What is not wanted otherwise as the user set it; InvalidInput out of its range.
    QCoro::Task<Result<RetryPolicy>> retryPolicy(RetrySettings wanted);
    /// Likewise of the time of one attempt.
    QCoro::Task<Result<HttpDeadlines>> deadlines(std::optional<qint64> wantedSeconds);
    QCoro::Task<> installKnowledge();
    void openMcp();
    QCoro::Task<> startMcp();
    QCoro::Task<McpElicitationAnswer> elicit(McpElicitation asked, std::stop_token stop);
    QCoro::Task<Result<PolicyUsage>> usageOf(QString userId);
    QCoro::Task<Result<QList<RunEvent>>> allEvents(QString runId);
    QCoro::Task<Result<AguiRunJob>> storedJob(QList<RunEvent> events);
    /// Those a run began with.
    QCoro::Task<Result<PromptSet>> promptsOf(QString reference);
    [[nodiscard]] QList<ModelDescription> described(const QString& provider, const QList<ModelInfo>& models,
                                                    const PriceBook& prices) const;
    /// Which models of a list cannot call tools, so that runs ask them for decisions as JSON.
    QCoro::Task<Result<void>> rememberToolless(ProviderSettings settings, QList<ModelInfo> models);
    /// The one that runs begin with now.
    QCoro::Task<Result<PriceBook>> priceBook();
    QCoro::Task<Result<PriceBook>> priceBookOfVersion(QString version);
    QCoro::Task<Result<PriceBook>> findPriceBook(QString name);
    QCoro::Task<Result<QList<PriceBook>>> allPriceBooks();
    /// Into the database, once; what is there never changes.
    QCoro::Task<Result<void>> keepPriceBook(PriceBook book);
    QCoro::Task<Result<PriceBook>> otherPrices(QString name);
    /// Every row of a bill. Gives the version of the prices if they are not those recorded.
    QCoro::Task<Result<QString>> readBill(BillQuery query, BillReading reading);
    QCoro::Task<Result<QString>> visitBill(BillQuery query, BillVisitor visit);
    /// Of what a run that was answered from the cache avoided: the part that a bill's keys let through.
    QCoro::Task<Result<Money>> avoidedPart(BillQuery query, RunSummary run, QString source);
    QCoro::Task<Result<QJsonObject>> exportJson(BillQuery query, BillFile file);
    /// Without a name and budgets if the user is in no team.
    QCoro::Task<Result<TeamPolicy>> teamFor(UserPolicy user);
    /// A run that came from elsewhere may lack some, and what looks like the name of a body may be none.
    QCoro::Task<Result<QHash<QString, QByteArray>>> bodiesThatAreThere(QStringList refs);
    QCoro::Task<Result<RunTrace>> trace(QString runId, bool content);
    /// Fetches arguments that are stored apart because they are long.
    QCoro::Task<Result<void>> loadArguments(RunRecord *record);
    [[nodiscard]] LlmSettings llmSettings(const ProviderSettings& settings) const;
    [[nodiscard]] std::shared_ptr<ActiveRun> active(const QString& runId) const { return m_runs.value(runId); }

    EngineSettings m_settings;
    Hooks m_hooks;
    SystemClock m_clock;
    RandomIdGenerator m_ids;
    RandomJitter m_jitter;
    CircuitBreakers m_breakers{m_clock};
    std::unique_ptr<Database> m_database;
    std::unique_ptr<KnowledgeIndexer> m_knowledge;
    std::unique_ptr<PolicyServices> m_policies;
    std::unique_ptr<HttpClient> m_http;
    std::unique_ptr<LocalServers> m_localServers;
    std::shared_ptr<ParallelJobs> m_jobs;
    ToolRegistry m_registry;
    std::unique_ptr<ToolDispatcher> m_dispatcher;
    std::unique_ptr<McpServers> m_mcp;
    QHash<qint64, std::shared_ptr<Awaited<McpElicitationAnswer>>> m_elicitations; ///< open with the user
    qint64 m_lastElicitation = 0;
    std::optional<Error> m_mcpError; ///< of their file: no reason not to open the window
    QHash<QString, std::shared_ptr<ActiveRun>> m_runs;
    QCache<QString, RunEnd> m_finished{64}; ///< ends of late, with responses as they were returned
    QList<Breakpoint> m_breakpoints;
    QHash<QString, PriceBook> m_books; ///< read already, by version
    QSet<QString> m_keptBooks;         ///< in the database for sure
    TaskScope m_tasks;
};

} // namespace lathe
