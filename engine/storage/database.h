// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/result.h"
#include "engine/domain/billrow.h"
#include "engine/domain/contextsource.h"
#include "engine/domain/journal.h"
#include "engine/domain/policy.h"
#include "engine/domain/policystore.h"
#include "engine/domain/queries.h"
#include "engine/domain/response.h"
#include "engine/domain/retention.h"
#include "engine/domain/runrecord.h"
#include "engine/storage/semanticrepository.h"

#include <QFuture>
#include <QString>

#include <functional>
#include <memory>
#include <optional>

namespace lathe {

struct DatabaseSettings
{
    QString path;                                 ///< a SQLite file; made with its folder if absent
    Durability paidDurability = Durability::Full; ///< for batches that ask for Full: Normal turns that off
    int busyTimeoutMs = 5000;                     ///< how long to wait for another process that writes
};

struct CacheEntry
{
    QString signature;
    QString userId;
    AguiResponse response;
    qint64 createdAtMs = 0;
    qint64 expiresAtMs = 0;
    qint64 hits = 0;
};
struct CacheStatistics
{
    qint64 entries = 0;
    qint64 hits = 0;
    qint64 misses = 0;
    qint64 bytes = 0;
};

struct KnowledgeDocument
{
    QString source;
    QString title;
    QString text;
    QString hash{}; ///< of the file it came from; empty: not kept
};

struct RebuildReport
{
    qint64 runs = 0;
    qint64 events = 0;
    QStringList differences; ///< "run X: agent_decisions row 3: cost ...", empty if all agree
    QStringList gaps;        ///< journal sequences that are not 1, 2, 3 ...
    QStringList integrity;   ///< of the database itself
};

/// Where a reading of the ledger stopped: its last line.
struct LedgerPlace
{
    qint64 timeMs = 0; ///< of the line, or when its run began: what the lines come by
    qint64 runKey = 0;
    QString runId;
    qint64 line = 0;
};
/// Which cost lines: those of runs, of users and of a period, by the time of the line. Those of one run come in its
/// order, others by time.
struct LedgerFilter
{
    QString runId;
    QString userId;
    qint64 fromMs = 0;     ///< 0: no bound
    qint64 toMs = 0;       ///< exclusive
    bool imported = false; ///< those of imported runs too, which else are given only if asked for by runId
    bool sumsOnly = false; ///< leaves kind, call, tier, price, state, rate and status out, and the order to chance
    qint64 limit = 0;      ///< lines of a page; 0: all of them
    std::optional<LedgerPlace> after;
};
struct LedgerPage
{
    qint64 lines = 0;
    std::optional<LedgerPlace> next; ///< absent: there are no more
};
/// The row is good until the visitor returns; an Error ends the reading.
using LedgerVisitor = std::function<Result<void>(const BillRow& row)>;

/// A price book as it was when it was imported or first used.
struct StoredPriceBook
{
    QString id;
    QString version; ///< as runs and lines name it
    qint64 importedAtMs = 0;
    QJsonObject document;
};

/// The database of Lathe: SQLite in WAL mode, one thread that owns the writing connection and one that reads, values
/// across. Every method may be called from any thread; futures complete when the work is committed, and see what was
/// committed before the call: await a write before you read what it wrote. The destructor finishes what is queued.
///
/// Only the journal is written while a run waits for it; the tables that follow from it are written soon after, and
/// before anything is read from them. A process that died in between is caught up with by the next reader.
///
/// A run whose row says RUNNING while the process that wrote it is gone is given as INTERRUPTED (see ownerlock.h).
class Database final : public Journal, public ContextSource
{
public:
    /// Opens, migrates (after a backup beside the file) and checks. DatabaseNewer if the schema is from the future:
    /// the file is not touched then. A file that may not be written is opened for reading: everything that writes
    /// then fails with Database, saying why.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const DatabaseSettings& settings, Clock& clock);
    ~Database() override;

    // Journal: also writes the projections (runs, decisions, tool executions, cost lines) in the same transaction.
    void append(QList<RunEvent> events, Durability durability, Done done) override;
    /// The same with a future.
    [[nodiscard]] QFuture<Result<void>> append(QList<RunEvent> events, Durability durability);
    [[nodiscard]] QFuture<Result<QList<RunEvent>>> events(QString runId, EventQuery filter);
    [[nodiscard]] QFuture<Result<QByteArray>> body(QString sha256);
    [[nodiscard]] QFuture<Result<QList<QByteArray>>> bodies(QStringList sha256);

    [[nodiscard]] QFuture<Result<QList<RunSummary>>> runs(RunQuery filter);
    [[nodiscard]] QFuture<Result<RunSummary>> run(QString runId);
    /// Whether another living process runs it or stands at one of its stop points.
    [[nodiscard]] QFuture<Result<bool>> isHeldElsewhere(QString runId);
    /// A full id or an unambiguous beginning of one of at least 4 characters.
    [[nodiscard]] QFuture<Result<QString>> findRun(QString idOrPrefix);
    /// Removes the run and every body nobody else refers to. Conflict while a living process works on it.
    [[nodiscard]] QFuture<Result<void>> deleteRun(QString runId);
    /// Goes over one page of the ledger on the reading thread. For more of it, ask again from where it stopped:
    /// whoever else wants to read has his turn in between.
    [[nodiscard]] QFuture<Result<LedgerPage>> visitLedger(LedgerFilter filter, LedgerVisitor visit);
    /// The same lines as values.
    [[nodiscard]] QFuture<Result<QList<BillRow>>> ledger(LedgerFilter filter);
    /// How many there are, without regard to limit and place.
    [[nodiscard]] QFuture<Result<qint64>> ledgerSize(LedgerFilter filter);

    /// As it is stored; a user who has none gets none. PolicyStore is what policy itself asks.
    [[nodiscard]] QFuture<Result<std::optional<UserPolicy>>> policy(QString userId);
    [[nodiscard]] QFuture<Result<QList<UserPolicy>>> policies();
    /// Rate limits, budgets and what else policy shares between processes. Lives as long as the database.
    [[nodiscard]] PolicyStore& policyStore();

    [[nodiscard]] QFuture<Result<std::optional<CacheEntry>>> cached(QString signature, QString userId, qint64 nowMs);
    [[nodiscard]] QFuture<Result<void>> writeCache(CacheEntry entry);
    [[nodiscard]] QFuture<Result<qint64>> invalidateCache(QString signature, QString userId); ///< empty: any
    [[nodiscard]] QFuture<Result<CacheStatistics>> cacheStatistics();

    [[nodiscard]] QFuture<Result<KnowledgeBaseInfo>> addKnowledgeBase(QString name, QList<KnowledgeDocument> documents,
                                                                      bool builtin);
    // The same in steps, so that whoever else writes has his turn in between. See KnowledgeRepository.
    [[nodiscard]] QFuture<Result<KnowledgeBaseInfo>> openKnowledgeBase(QString name, QStringList roots);
    [[nodiscard]] QFuture<Result<KnowledgeBaseInfo>> changeKnowledgeBase(qint64 id, QList<KnowledgeDocument> put,
                                                                         QStringList removed);
    [[nodiscard]] QFuture<Result<QHash<QString, QString>>> knowledgeHashes(qint64 id);
    // What passages mean, learned from all of them. See SemanticRepository.
    [[nodiscard]] QFuture<Result<SemanticState>> semanticState();
    [[nodiscard]] QFuture<Result<QList<SemanticText>>> semanticSample(qsizetype most);
    [[nodiscard]] QFuture<Result<QList<UnreadPassage>>> passagesWithoutVector(qint64 model, int most);
    [[nodiscard]] QFuture<Result<qint64>> addSemanticModel(QByteArray content, qint64 trainedOn);
    [[nodiscard]] QFuture<Result<void>> addSemanticVectors(qint64 model, QList<StoredVector> vectors, bool ready);
    [[nodiscard]] QFuture<Result<QList<KnowledgeBaseInfo>>> knowledgeBases();
    [[nodiscard]] QFuture<Result<void>> dropKnowledgeBase(qint64 id);
    [[nodiscard]] QFuture<Result<QList<ContextPassage>>> search(QString query, int topK) override;

    /// Nothing happens if that version is there; Conflict if it holds other prices.
    [[nodiscard]] QFuture<Result<void>> savePriceBook(StoredPriceBook book);
    [[nodiscard]] QFuture<Result<QList<StoredPriceBook>>> priceBooks();
    [[nodiscard]] QFuture<Result<std::optional<StoredPriceBook>>> priceBook(QString version);

    [[nodiscard]] QFuture<Result<void>> setSetting(QString key, QJsonValue value);
    [[nodiscard]] QFuture<Result<QJsonObject>> settings();

    /// Integrity, sequences, and every projection made anew from the journal and compared; write: replaces them too.
    [[nodiscard]] QFuture<Result<RebuildReport>> rebuild(bool write);
    /// Takes away the journals whose time is over (see retention.h); write: false only tells what would go.
    [[nodiscard]] QFuture<Result<PruneReport>> prune(bool write);
    /// When the journal of a run was pruned; nothing if it was not.
    [[nodiscard]] QFuture<Result<std::optional<qint64>>> prunedAt(QString runId);
    [[nodiscard]] QString path() const;

private:
    class Private;
    explicit Database(std::unique_ptr<Private> data);
    std::unique_ptr<Private> d;
};

} // namespace lathe
