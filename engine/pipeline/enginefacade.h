// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/contextsource.h"
#include "engine/domain/mcp.h"
#include "engine/domain/policychanges.h"
#include "engine/domain/retention.h"
#include "engine/pipeline/facadequeries.h"
#include "engine/pipeline/facadetypes.h"

#include <QFuture>
#include <QObject>

#include <memory>

namespace lathe {

/// The whole surface that shells use. Lives on the thread that made it (the GUI thread); the work happens on the
/// engine thread and the SQL thread behind it. Every future completes; await or .then() it on the caller's thread.
/// Signals arrive on this object's thread, run events in batches at most once every 16 ms.
class EngineFacade : public QObject
{
    Q_OBJECT

public:
    explicit EngineFacade(EngineSettings settings, QObject *parent = nullptr);
    /// Interrupts what runs (resumable), waits for it and closes the database.
    ~EngineFacade() override;

    /// Opens the database and registers tools. Everything else needs this to have succeeded.
    [[nodiscard]] QFuture<Result<void>> open();

    /// Who a run is for unless somebody else is named: who is logged in.
    [[nodiscard]] static QString defaultUserId();

    /// Where servers of the Model Context Protocol are kept: LATHE_MCP, else mcp.json in the user's configuration
    /// folder.
    [[nodiscard]] static QString defaultMcpFile();

    // Runs ------------------------------------------------------------------------------------------------------
    /// Starts a run; the future completes with its id when its first event is durable. An invalid job is a run too
    /// (status ERROR, code VALIDATION_FAILED), so that nothing is lost.
    [[nodiscard]] QFuture<Result<QString>> start(AguiRunJob job, RunOptions options);
    /// The same from JSON as a user wrote it; issues of reading end in the run's VALIDATION_FAILED.
    [[nodiscard]] QFuture<Result<QString>> startJson(QJsonObject job, RunOptions options);
    /// Goes on with a run whose process died, that was interrupted or suspended; what was paid is not paid again.
    [[nodiscard]] QFuture<Result<QString>> resume(QString runId, RunOptions options);
    /// Completes when the run has ended or is suspended.
    [[nodiscard]] QFuture<Result<RunEnd>> finished(QString runId);
    void command(const QString& runId, StepCommand command);
    /// At a stop: validates, records the revision and applies it; InvalidInput leaves everything as it was.
    [[nodiscard]] QFuture<Result<void>> edit(QString runId, StopEdit edit);
    /// At BEFORE_TOOL: the tool is not run and the model sees message.
    [[nodiscard]] QFuture<Result<void>> rejectTool(QString runId, QString message);
    /// The same with every verdict and scope. A rule of scope Rule is in the user's policy before the call goes on; it
    /// is to allow what is approved, or to deny what is rejected.
    [[nodiscard]] QFuture<Result<void>> decideTool(QString runId, ToolVerdict verdict);
    /// While a run waits before a retry: the next attempt at once, or the last failure is its end. Conflict if it does
    /// not wait.
    [[nodiscard]] QFuture<Result<void>> answerRetry(QString runId, RetryAnswer answer);
    /// For running runs and those started later.
    void setBreakpoints(QList<Breakpoint> breakpoints);
    [[nodiscard]] QStringList runningRuns() const;

    [[nodiscard]] QFuture<Result<RunEstimate>> estimate(AguiRunJob job, RunOptions options);
    [[nodiscard]] QFuture<Result<QList<RunSummary>>> runs(RunQuery query);
    [[nodiscard]] QFuture<Result<QString>> findRun(QString idOrPrefix);
    [[nodiscard]] QFuture<Result<RunRecord>> record(QString runId);
    [[nodiscard]] QFuture<Result<QList<RunEvent>>> events(QString runId, EventQuery query);
    [[nodiscard]] QFuture<Result<QByteArray>> body(QString sha256);
    /// The exact bytes of the request of one attempt.
    [[nodiscard]] QFuture<Result<QByteArray>> requestBytes(QString runId, int decision, int attempt);
    [[nodiscard]] QFuture<Result<AguiResponse>> response(QString runId);
    /// The job of a run with its attachments, to run it again.
    [[nodiscard]] QFuture<Result<AguiRunJob>> job(QString runId);
    [[nodiscard]] QFuture<Result<void>> deleteRun(QString runId);

    // Traces ------------------------------------------------------------------------------------------------------
    /// A run as a file for others. Deterministic: the same run gives the same bytes.
    [[nodiscard]] QFuture<Result<QByteArray>> exportRun(QString runId, RunExport wanted);
    /// Takes the runs of a file in: OTLP/JSON, AG-UI events, jsonl or run. They can be looked at like any other, and
    /// are marked: nobody resumes them, no budget or rate counts them, and bills leave them out unless asked. A file
    /// that is wrong anywhere is refused as a whole; InvalidInput says where. Conflict if all its runs are there
    /// already.
    [[nodiscard]] QFuture<Result<RunImportResult>> importRuns(QByteArray file, RunImport options);
    /// Sends a run's spans to an OTLP/HTTP endpoint; what is worth another try is tried again (five times at most).
    [[nodiscard]] QFuture<Result<OtlpDelivery>> sendTrace(QString runId, OtlpTarget target);

    // Bill --------------------------------------------------------------------------------------------------------
    [[nodiscard]] QFuture<Result<BillResult>> bill(BillQuery query);
    /// The breakdown CSV of cli.md as bytes.
    [[nodiscard]] QFuture<Result<QByteArray>> breakdownCsv(BillQuery query, bool spreadsheet);

    /// Writes a bill line by line into a file that is whole or not there; gives what its summary says.
    [[nodiscard]] QFuture<Result<QJsonObject>> exportBill(BillQuery query, BillFile file);

    /// The first lines of a bill, by time.
    [[nodiscard]] QFuture<Result<BillLines>> billLines(BillQuery query, int limit);
    /// What the runs of a bill did not pay thanks to cache and re-use; apart from the bill, never taken off it.
    [[nodiscard]] QFuture<Result<Money>> avoided(BillQuery query);
    /// This month's spending of a user (empty: of all) and where it is going.
    [[nodiscard]] QFuture<Result<Forecast>> forecast(QString userId);
    /// A provider's own cost export (OpenAI costs, Anthropic cost report, OpenRouter activity) beside the ledger.
    [[nodiscard]] QFuture<Result<Reconciliation>> reconcile(QByteArray file);

    // Prices ------------------------------------------------------------------------------------------------------
    [[nodiscard]] QFuture<Result<QList<PriceBookInfo>>> priceBooks();
    /// By id, version or both; empty: the one in use.
    [[nodiscard]] QFuture<Result<PriceBookInfo>> priceBookInfo(QString name);
    /// Reads our own format, genai-prices, LiteLLM and OpenRouter; a version that is there never changes.
    [[nodiscard]] QFuture<Result<PriceImport>> importPriceBook(QString name, QByteArray file, PriceImport::Mode mode);
    /// For the runs that begin from now on; "flat": the flat prices.
    [[nodiscard]] QFuture<Result<PriceBookInfo>> usePriceBook(QString name);

    // Policy, tools, knowledge, settings --------------------------------------------------------------------------
    /// A user without a row gets the default tier's row, written once.
    [[nodiscard]] QFuture<Result<UserPolicy>> policy(QString userId);
    /// Keys as in UserPolicy's JSON; null takes a limit away; "tier" sets the five limits of that tier. Counts from the
    /// next check on, in running runs too. author: for the audit table; empty: the account at this machine.
    [[nodiscard]] QFuture<Result<UserPolicy>> setPolicy(QString userId, QJsonObject changes, QString author = {});
    /// What was changed in a user's policy, newest first.
    [[nodiscard]] QFuture<Result<QList<PolicyChange>>> policyChanges(QString userId);
    [[nodiscard]] QFuture<Result<TeamPolicy>> teamPolicy(QString team);
    [[nodiscard]] QFuture<Result<TeamPolicy>> setTeamPolicy(QString team, QJsonObject changes, QString author = {});
    [[nodiscard]] QFuture<Result<QList<PolicyChange>>> teamPolicyChanges(QString team);
    /// What a policy with these changes would have done to a user's runs (runId empty: all of them); nothing is run and
    /// nothing is stored. progress may be null.
    [[nodiscard]] QFuture<Result<PolicySimulation>> simulatePolicy(QString userId, QJsonObject changes, QString runId,
                                                                   std::shared_ptr<SimulationProgress> progress = {});
    [[nodiscard]] QFuture<Result<QList<UserPolicy>>> policies();
    /// What these users have used up of their limits; nothing is recorded by asking.
    [[nodiscard]] QFuture<Result<QList<PolicyUsage>>> policyUsage(QStringList userIds);

    [[nodiscard]] QFuture<Result<QList<ToolInfo>>> tools();
    /// Runs one tool by hand: InvalidInput, Unavailable, or the tool's result as JSON (ok, value, errorCode, message).
    [[nodiscard]] QFuture<Result<QJsonObject>> callTool(QString name, QJsonObject arguments);

    /// Jobs of submit_parallel_job, of all executors, newest first.
    [[nodiscard]] QFuture<Result<JobPage>> parallelJobs(qsizetype offset, qsizetype limit);
    [[nodiscard]] QFuture<Result<ParallelJob>> parallelJob(QString id);
    /// What a task wrote so far: jobId, task, state, stdout, stderr (their ends), folder, files.
    [[nodiscard]] QFuture<Result<QJsonObject>> parallelJobLogs(QString id, int task);
    /// Conflict if the job is run by another program.
    [[nodiscard]] QFuture<Result<ParallelJob>> cancelParallelJob(QString id);

    // Servers of the Model Context Protocol: their tools are among tools() when they are connected --------------------
    /// What is configured. Servers that were not started yet are; settled: and each is ready or has failed by now.
    [[nodiscard]] QFuture<Result<QList<McpServerInfo>>> mcpServers(bool settled = true);
    /// The last lines a server wrote, and what happened to it; oldest first.
    [[nodiscard]] QFuture<Result<QStringList>> mcpLog(QString name);
    /// Adds a server, or puts new settings in place of the old; InvalidInput for what looks like a secret, too.
    [[nodiscard]] QFuture<Result<void>> setMcpServer(QString name, QJsonObject settings);
    [[nodiscard]] QFuture<Result<void>> removeMcpServer(QString name);
    /// From the file of another tool; servers that are there stay. Gives what there is to say and to do.
    [[nodiscard]] QFuture<Result<QStringList>> importMcpServers(QJsonObject foreign);
    [[nodiscard]] QFuture<Result<void>> reconnectMcpServer(QString name);
    /// To elicited(); a second answer is dropped.
    void answerElicitation(qint64 id, const McpElicitationAnswer& answer);

    [[nodiscard]] QFuture<Result<KnowledgeBaseInfo>> addKnowledge(QStringList paths,
                                                                  std::shared_ptr<KnowledgeProgress> progress = {});
    [[nodiscard]] QFuture<Result<QList<ContextPassage>>> searchKnowledge(QString query, int topK);
    [[nodiscard]] QFuture<Result<QList<KnowledgeBaseInfo>>> knowledgeBases();
    [[nodiscard]] QFuture<Result<void>> dropKnowledge(qint64 id);

    [[nodiscard]] QList<ProviderDescription> providers() const;
    [[nodiscard]] QFuture<Result<QList<ModelDescription>>> models(ProviderSettings settings);
    /// Servers of models on this machine; looked for once, and again if told to.
    [[nodiscard]] QFuture<Result<QList<LocalServerInfo>>> localServers(bool again = false);
    [[nodiscard]] QFuture<Result<ProviderSettings>> providerSettings(QString provider);
    [[nodiscard]] QFuture<Result<void>> setProviderSettings(ProviderSettings settings);
    /// The texts that agents work with, and which of them are the user's own.
    [[nodiscard]] QFuture<Result<QList<PromptText>>> prompts();
    /// Holds from the next run on; an empty text brings the built-in one back.
    [[nodiscard]] QFuture<Result<void>> setPrompt(QString name, QString text);
    [[nodiscard]] QFuture<Result<QJsonObject>> settings();
    [[nodiscard]] QFuture<Result<void>> setSetting(QString key, QJsonValue value);

    /// write: projections are replaced by what the journal says.
    [[nodiscard]] QFuture<Result<DoctorReport>> doctor(bool write);
    /// Takes away journals that were kept for their time; write: false tells what would go.
    [[nodiscard]] QFuture<Result<PruneReport>> prune(bool write);

Q_SIGNALS:
    /// Events that are durable, in order, of one run.
    void runEvents(const QString& runId, const QList<lathe::RunEvent>& events);
    /// Text as the model streams it; not durable, replaced by the decision when it comes.
    void streamed(const QString& runId, int decision, const QString& text);
    void runFinished(const QString& runId, const lathe::RunEnd& end);
    /// States of MCP servers, or their tools.
    void mcpChanged();
    /// An MCP server asks the user. If nobody listens to this signal it is declined.
    void elicited(const lathe::McpElicitation& asked);
    /// It is answered, or not wanted any more.
    void elicitationEnded(qint64 id);

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace lathe
