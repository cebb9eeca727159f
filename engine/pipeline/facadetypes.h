// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"
#include "engine/domain/billlines.h"
#include "engine/domain/billtable.h"
#include "engine/domain/forecast.h"
#include "engine/domain/job.h"
#include "engine/domain/paralleljob.h"
#include "engine/domain/policy.h"
#include "engine/domain/reconciliation.h"
#include "engine/domain/response.h"
#include "engine/domain/runrecord.h"
#include "engine/domain/stepping.h"

#include <QJsonObject>
#include <QMutex>
#include <QString>
#include <QStringList>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

// The values that shells (window, command line, benchmark) exchange with the engine.

namespace lathe {

class Tool;

struct EngineSettings
{
    QString database;           ///< SQLite file
    bool fullDurability = true; ///< false: NORMAL also for paid replies (benchmarks beside peers)
    QString defaultProvider;    ///< empty: builtin
    /// Gives the API key for a provider ("openai") and variable name ("" = the provider's usual one); keychain or
    /// environment. Called on the engine thread each time a request is sent; may return an empty string.
    std::function<QString(const QString& provider, const QString& variable)> apiKey;
    /// Tools beside the built-in ones; called once, on the engine thread.
    std::function<std::vector<std::unique_ptr<Tool>>()> extraTools;
    QString promptsFolder;               ///< files there take the place of the built-in prompts; empty: none
    QString mcpFile;                     ///< servers of the Model Context Protocol (JSON); empty: none
    bool installBuiltinKnowledge = true; ///< put the built-in knowledge base into the database when it is not there
};

/// How a provider is reached, as the user set it; stored in the database without keys.
struct ProviderSettings
{
    QString provider;
    QString baseUrl;
    QString model;
    QString apiKeyVariable;
    QString apiVersion{};    ///< of Anthropic or Azure; empty: the usual one
    bool nativeTools = true; ///< false: its models cannot call tools, so decisions are asked for as JSON

    bool operator==(const ProviderSettings&) const = default;
};

/// How often and how long a run waits for a provider that fails for a while; stored as the setting "retry".
struct RetrySettings
{
    std::optional<int> retries;               ///< of one call, 0 to 3; default 3
    std::optional<qint64> longestWaitSeconds; ///< a provider that asks for more ends the call; to 24 h; default 60 s

    bool operator==(const RetrySettings&) const = default;
};

struct RunOptions
{
    ProviderSettings provider; ///< empty fields: from the job, then the stored settings
    bool stream = true;
    bool useCache = true;
    bool startPaused = false; ///< stop at the first BEFORE_DECIDE
    bool interactive = false; ///< somebody can answer stops; if not, a stop suspends the run (exit 6)
    ApprovalMode approval = ApprovalMode::All;
    std::chrono::milliseconds approvalTimeout{0}; ///< a call that nobody approves for so long is denied; 0: never
    QList<Breakpoint> breakpoints;
    RetrySettings retry; ///< what is not set: from the stored settings
    /// Of one attempt, from its start to its last byte, and of the wait for its first; 1 s to 24 h. Not set: the stored
    /// setting "callTimeoutSeconds", else 600 s in all and 120 s for the first byte. To connect takes 10 s at most and
    /// a pause in a reply 60 s, whatever is set.
    std::optional<qint64> timeoutSeconds;
    QString recordTo;   ///< a cassette: what goes over the wire to the provider is written to this file
    QString replayFrom; ///< the provider is not asked: this cassette answers. Not both.
};

/// What a finished (or suspended) call of run gives back.
struct RunEnd
{
    QString runId;
    RunStatus status = RunStatus::Error;
    std::optional<AguiResponse> response; ///< absent when it was suspended or interrupted
    QString suspendedAt;                  ///< stop point name when suspended at a breakpoint
};

/// Before a run: what it may use and cost.
struct RunEstimate
{
    qint64 inputTokensContract = 0; ///< chars / 4 rounded up
    qint64 inputTokens = 0;         ///< the better estimate
    qint64 maxOutputTokens = 0;     ///< of one decision
    std::optional<Money> firstStep; ///< worst case of the first decision; absent: price unknown
    std::optional<Money> worstCase; ///< all steps at their limits
    QList<JsonIssue> issues;        ///< the job as it stands is invalid
    PolicyVerdict policy;           ///< as phase 3 would see it, without recording anything
};

struct ToolInfo
{
    QString name;
    QString description;
    QJsonObject inputSchema;
    SideEffect sideEffect = SideEffect::Pure;
    bool available = true;
    QString reason; ///< why not, and what to set
    std::optional<Money> price;
    qint64 timeoutMs = 0;
};

/// How a run is written down for others.
enum class RunFormat
{
    Jsonl,    ///< the journal, one event a line
    Otlp,     ///< OTLP/JSON with the attributes of GenAI and OpenInference
    Agui,     ///< AG-UI 1.0 events as server-sent events
    Response, ///< the response
    Run       ///< the journal with every body: all that is known of the run, to be imported elsewhere
};
// clang-format off
template <> struct EnumNames<RunFormat> { static constexpr std::pair<RunFormat, QLatin1StringView> table[] = {
    {RunFormat::Jsonl, QLatin1StringView("jsonl")}, {RunFormat::Otlp, QLatin1StringView("otlp")},
    {RunFormat::Agui, QLatin1StringView("agui")}, {RunFormat::Response, QLatin1StringView("response")},
    {RunFormat::Run, QLatin1StringView("run")}}; };
// clang-format on

struct RunExport
{
    RunFormat format = RunFormat::Jsonl;
    bool content = false; ///< OTLP: prompts, answers, arguments and results too; the other formats have them anyway
};

/// How far an import has come; shared by the one who waits and the engine. Any thread.
struct ImportProgress
{
    std::atomic<qint64> runs = 0;        ///< stored so far
    std::atomic<qint64> total = 0;       ///< 0: the file is still being read
    std::atomic<bool> cancelled = false; ///< set it, and no further run is stored
};

struct RunImport
{
    QString fileName;                         ///< is noted in the runs
    bool asNew = false;                       ///< also runs that are there already, under new ids
    std::shared_ptr<ImportProgress> progress; ///< may be null
};

struct RunImportResult
{
    QString format;      ///< otlp, agui, jsonl, run
    QStringList runs;    ///< ids of what was stored
    QStringList present; ///< ids of what was there already and is as it was
    QStringList notes;   ///< what was left out or taken to be something
};

/// Where spans are sent: a base address ("http://localhost:4318") or that of the traces (".../v1/traces").
struct OtlpTarget
{
    QString endpoint;
    bool content = false;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< say who sends them; never stored, never in a message
};

struct OtlpDelivery
{
    int attempts = 0;
    qint64 spans = 0;
    qint64 rejectedSpans = 0; ///< as the server counts
    QString message;          ///< what it says of them, or warns of
};

struct BillQuery
{
    QString runId; ///< empty: all runs
    QString userId;
    qint64 fromMs = 0;                         ///< by time of the line; 0: no bound
    qint64 toMs = 0;                           ///< exclusive
    QList<BillGroup> groupBy;                  ///< none: by phase
    std::optional<RunStatus> status;           ///< of the run
    QList<std::pair<BillGroup, QString>> only; ///< lines with these keys; a decision's is "RUN#3"
    // What if: the same tokens at other prices. Nothing that is stored changes.
    QString priceBook;      ///< id or version of the book whose prices to show; empty: those recorded
    QString asModel;        ///< "provider/model": its prices for all; empty: each call its own
    bool imported = false;  ///< runs that were imported too, which else are only in bills of one run
    bool coldCache = false; ///< and as if no token had come from a cache
};

/// A bill's groups with what is said of them all.
struct BillResult : BillTable
{
    QString priceBook;     ///< the version whose prices these are, if not those recorded
    Money avoided;         ///< as EngineFacade::avoided() gives it; bill() does not ask
    Money phases;          ///< sum over phases
    Money decisions;       ///< sum over decisions (model cost)
    Money tools;           ///< sum over tool fees
    bool sumsAgree = true; ///< phases = decisions + tools = total
};

/// How far an export has come; shared by the one who waits and the engine. Any thread.
struct BillProgress
{
    std::atomic<qint64> lines = 0;
    std::atomic<qint64> total = 0;       ///< of the ledger, of which a bill may leave some out; 0: not known yet
    std::atomic<bool> cancelled = false; ///< set it, and the export ends as Cancelled and leaves no file
};

/// How far indexing has come; shared by the one who waits and the engine. Any thread.
struct KnowledgeProgress
{
    enum class Stage
    {
        Reading, ///< done, total: files; total 0: not known yet
        Learning ///< done, total: passages
    };
    std::atomic<Stage> stage = Stage::Reading;
    std::atomic<qint64> done = 0;
    std::atomic<qint64> total = 0;
    std::atomic<qint64> changed = 0; ///< documents that were read anew
    std::stop_source cancel;         ///< what is indexed by then stays, and the next time goes on from there

    /// Files that were left out and why, and what was done to read others: the first hundred, then how many more.
    void note(const QStringList& more);
    [[nodiscard]] QStringList notes() const;

private:
    mutable QMutex m_mutex;
    QStringList m_notes;
    qsizetype m_more = 0;
};

/// A bill as a file. Beside NAME.csv stands NAME.summary.json with its rows, sums and SHA-256.
struct BillFile
{
    enum class Format
    {
        Breakdown, ///< every line of the ledger
        Focus14,
        Focus12,
        Pivot, ///< the groups as shown, with totals
        Json   ///< likewise
    };
    Format format = Format::Breakdown;
    bool spreadsheet = false; ///< text that a spreadsheet would run is guarded
    bool merge = false;       ///< FOCUS: to be put beside the providers' invoices, so nothing is billed here
    QString path;             ///< empty or "-": standard output, without a summary
    std::shared_ptr<BillProgress> progress; ///< may be null
};

} // namespace lathe
