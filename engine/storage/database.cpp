// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/database.h"

#include "engine/storage/bodyrepository.h"
#include "engine/storage/cacherepository.h"
#include "engine/storage/databasefile.h"
#include "engine/storage/databaseprivate.h"
#include "engine/storage/dialect.h"
#include "engine/storage/knowledgerepository.h"
#include "engine/storage/ledgerrepository.h"
#include "engine/storage/migrator.h"
#include "engine/storage/policyrepository.h"
#include "engine/storage/pricebookrepository.h"
#include "engine/storage/prunerepository.h"
#include "engine/storage/rebuild.h"
#include "engine/storage/runrepository.h"
#include "engine/storage/settingsrepository.h"

namespace lathe {

Database::Database(std::unique_ptr<Private> data) : d(std::move(data)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const DatabaseSettings& settings, Clock& clock)
{
    const Dialect& dialect = sqliteDialect();
    const auto steps = loadMigrations(dialect.migrations());
    if (!steps) {
        return fail(steps.error());
    }
    const DatabaseFile file(dialect, settings);
    const auto prepared = file.prepare();
    if (!prepared) {
        return fail(prepared.error());
    }
    const auto inspected = file.inspect(steps->size());
    if (!inspected) {
        return fail(file.explain(inspected.error()));
    }
    auto data = std::make_unique<Private>(settings, clock);
    auto owners = file.isReadOnly() ? OwnerLock::observe(settings.path) : OwnerLock::acquire(settings.path);
    if (!owners) {
        return fail(file.explain(owners.error()));
    }
    data->owners = std::move(*owners);
    const qint64 nowMs = clock.nowMs();
    const auto started = data->start([&file, &steps, nowMs] { return file.openForWriter(*steps, nowMs); },
                                     [&file] { return file.openForReader(); });
    if (!started) {
        return fail(file.explain(started.error()));
    }
    return std::unique_ptr<Database>(new Database(std::move(data)));
}

QString Database::path() const
{
    return d->path;
}

QFuture<Result<void>> Database::append(QList<RunEvent> events, Durability durability)
{
    const auto promise = std::make_shared<QPromise<Result<void>>>();
    promise->start();
    append(std::move(events), durability, [promise](Result<void> result) {
        promise->addResult(std::move(result));
        promise->finish();
    });
    return promise->future();
}

void Database::append(QList<RunEvent> events, Durability durability, Done done)
{
    if (durability == Durability::Full) {
        durability = d->paidDurability;
    }
    d->append({.batch = {.events = std::move(events), .durability = durability}, .done = std::move(done)});
}

QFuture<Result<QList<RunEvent>>> Database::events(QString runId, EventQuery filter)
{
    return d->reader->run<QList<RunEvent>>(
        [this, runId, filter](Connection& connection) { return JournalReader(connection).events(runId, filter); });
}

QFuture<Result<QByteArray>> Database::body(QString sha256)
{
    return d->reader->run<QByteArray>(
        [sha256](Connection& connection) { return BodyRepository(connection).load(sha256); });
}

QFuture<Result<QList<QByteArray>>> Database::bodies(QStringList sha256)
{
    return d->reader->run<QList<QByteArray>>([sha256](Connection& connection) -> Result<QList<QByteArray>> {
        QList<QByteArray> bodies;
        BodyRepository repository(connection);
        for (const QString& name : sha256) {
            auto body = repository.load(name);
            if (!body) {
                return fail(body.error());
            }
            bodies << std::move(*body);
        }
        return bodies;
    });
}

QFuture<Result<QList<RunSummary>>> Database::runs(RunQuery filter)
{
    return d->readCaughtUp<QList<RunSummary>>(
        [this, filter](Connection& connection) { return RunRepository(connection, *d->owners).list(filter); });
}

QFuture<Result<RunSummary>> Database::run(QString runId)
{
    return d->readCaughtUp<RunSummary>(
        [this, runId](Connection& connection) { return RunRepository(connection, *d->owners).get(runId); });
}

QFuture<Result<bool>> Database::isHeldElsewhere(QString runId)
{
    return d->reader->run<bool>(
        [this, runId](Connection& connection) { return RunRepository(connection, *d->owners).isHeldElsewhere(runId); });
}

QFuture<Result<QString>> Database::findRun(QString idOrPrefix)
{
    return d->reader->run<QString>(
        [this, idOrPrefix](Connection& connection) { return RunRepository(connection, *d->owners).find(idOrPrefix); });
}

QFuture<Result<void>> Database::deleteRun(QString runId)
{
    return d->writer->run<void>([this, runId](Connection& connection) -> Result<void> {
        const auto whole = d->makeLedgerWhole(connection); // what the run spent is kept
        if (!whole) {
            return whole;
        }
        const auto removed = RunRepository(connection, *d->owners).remove(runId);
        if (removed) {
            d->journalOn(connection).drop(runId);
        }
        return removed;
    });
}

QFuture<Result<LedgerPage>> Database::visitLedger(LedgerFilter filter, LedgerVisitor visit)
{
    return d->readCaughtUp<LedgerPage>(
        [this, filter, visit](Connection& connection) {
            return LedgerRepository(connection, *d->owners).visit(filter, visit);
        },
        true);
}

QFuture<Result<QList<BillRow>>> Database::ledger(LedgerFilter filter)
{
    return d->readCaughtUp<QList<BillRow>>(
        [this, filter](Connection& connection) -> Result<QList<BillRow>> {
            QList<BillRow> ledger;
            const auto page = LedgerRepository(connection, *d->owners).visit(filter, [&ledger](const BillRow& row) {
                ledger << row;
                return Result<void>();
            });
            if (!page) {
                return fail(page.error());
            }
            return ledger;
        },
        true);
}

QFuture<Result<qint64>> Database::ledgerSize(LedgerFilter filter)
{
    return d->readCaughtUp<qint64>(
        [this, filter](Connection& connection) { return LedgerRepository(connection, *d->owners).count(filter); },
        true);
}

QFuture<Result<std::optional<UserPolicy>>> Database::policy(QString userId)
{
    return d->writer->run<std::optional<UserPolicy>>(
        [userId](Connection& connection) { return PolicyRepository(connection).get(userId); });
}

QFuture<Result<QList<UserPolicy>>> Database::policies()
{
    return d->writer->run<QList<UserPolicy>>([](Connection& connection) { return PolicyRepository(connection).all(); });
}

PolicyStore& Database::policyStore()
{
    return *d->policyTables;
}

QFuture<Result<std::optional<CacheEntry>>> Database::cached(QString signature, QString userId, qint64 nowMs)
{
    return d->writer->run<std::optional<CacheEntry>>([signature, userId, nowMs](Connection& connection) {
        return CacheRepository(connection).get(signature, userId, nowMs);
    });
}

QFuture<Result<void>> Database::writeCache(CacheEntry entry)
{
    return d->writer->run<void>([entry](Connection& connection) { return CacheRepository(connection).put(entry); });
}

QFuture<Result<qint64>> Database::invalidateCache(QString signature, QString userId)
{
    return d->writer->run<qint64>([signature, userId](Connection& connection) {
        return CacheRepository(connection).invalidate(signature, userId);
    });
}

QFuture<Result<CacheStatistics>> Database::cacheStatistics()
{
    return d->writer->run<CacheStatistics>(
        [](Connection& connection) { return CacheRepository(connection).statistics(); });
}

QFuture<Result<KnowledgeBaseInfo>> Database::addKnowledgeBase(QString name, QList<KnowledgeDocument> documents,
                                                              bool builtin)
{
    const qint64 nowMs = d->clock.nowMs();
    return d->writer->run<KnowledgeBaseInfo>([name, documents, builtin, nowMs](Connection& connection) {
        return KnowledgeRepository(connection).add(name, documents, builtin, nowMs);
    });
}

QFuture<Result<KnowledgeBaseInfo>> Database::openKnowledgeBase(QString name, QStringList roots)
{
    const qint64 nowMs = d->clock.nowMs();
    return d->writer->run<KnowledgeBaseInfo>([name, roots, nowMs](Connection& connection) {
        return KnowledgeRepository(connection).open(name, roots, nowMs);
    });
}

QFuture<Result<KnowledgeBaseInfo>> Database::changeKnowledgeBase(qint64 id, QList<KnowledgeDocument> put,
                                                                 QStringList removed)
{
    return d->writer->run<KnowledgeBaseInfo>([id, put, removed](Connection& connection) {
        return KnowledgeRepository(connection).change(id, put, removed);
    });
}

QFuture<Result<QHash<QString, QString>>> Database::knowledgeHashes(qint64 id)
{
    return d->reader->run<QHash<QString, QString>>(
        [id](Connection& connection) { return KnowledgeRepository(connection).hashes(id); });
}

QFuture<Result<SemanticState>> Database::semanticState()
{
    return d->reader->run<SemanticState>([](Connection& connection) { return SemanticRepository(connection).state(); });
}

QFuture<Result<QList<SemanticText>>> Database::semanticSample(qsizetype most)
{
    return d->reader->run<QList<SemanticText>>(
        [most](Connection& connection) { return SemanticRepository(connection).sample(most); });
}

QFuture<Result<QList<UnreadPassage>>> Database::passagesWithoutVector(qint64 model, int most)
{
    return d->reader->run<QList<UnreadPassage>>(
        [model, most](Connection& connection) { return SemanticRepository(connection).withoutVector(model, most); });
}

QFuture<Result<qint64>> Database::addSemanticModel(QByteArray content, qint64 trainedOn)
{
    return d->writer->run<qint64>([content, trainedOn](Connection& connection) {
        return SemanticRepository(connection).addModel(content, trainedOn);
    });
}

QFuture<Result<void>> Database::addSemanticVectors(qint64 model, QList<StoredVector> vectors, bool ready)
{
    return d->writer->run<void>([model, vectors, ready](Connection& connection) {
        return SemanticRepository(connection).addVectors(model, vectors, ready);
    });
}

QFuture<Result<QList<KnowledgeBaseInfo>>> Database::knowledgeBases()
{
    return d->reader->run<QList<KnowledgeBaseInfo>>(
        [](Connection& connection) { return KnowledgeRepository(connection).bases(); });
}

QFuture<Result<void>> Database::dropKnowledgeBase(qint64 id)
{
    return d->writer->run<void>([id](Connection& connection) { return KnowledgeRepository(connection).drop(id); });
}

QFuture<Result<QList<ContextPassage>>> Database::search(QString query, int topK)
{
    return d->reader->run<QList<ContextPassage>>(
        [this, query, topK](Connection& connection) -> Result<QList<ContextPassage>> {
            const auto semantics = d->semanticsOn(connection);
            if (!semantics) {
                return fail(semantics.error());
            }
            return KnowledgeRepository(connection).search(query, topK, **semantics);
        });
}

QFuture<Result<void>> Database::savePriceBook(StoredPriceBook book)
{
    return d->writer->run<void>([book](Connection& connection) { return PriceBookRepository(connection).save(book); });
}

QFuture<Result<QList<StoredPriceBook>>> Database::priceBooks()
{
    return d->writer->run<QList<StoredPriceBook>>(
        [](Connection& connection) { return PriceBookRepository(connection).all(); });
}

QFuture<Result<std::optional<StoredPriceBook>>> Database::priceBook(QString version)
{
    return d->writer->run<std::optional<StoredPriceBook>>(
        [version](Connection& connection) { return PriceBookRepository(connection).find(version); });
}

QFuture<Result<void>> Database::setSetting(QString key, QJsonValue value)
{
    return d->writer->run<void>(
        [key, value](Connection& connection) { return SettingsRepository(connection).set(key, value); });
}

QFuture<Result<QJsonObject>> Database::settings()
{
    return d->writer->run<QJsonObject>([](Connection& connection) { return SettingsRepository(connection).all(); });
}

QFuture<Result<RebuildReport>> Database::rebuild(bool write)
{
    if (!write) {
        return d->readCaughtUp<RebuildReport>(
            [this](Connection& connection) { return rebuildProjections(connection, *d->owners, false); });
    }
    return d->writer->run<RebuildReport>([this](Connection& connection) -> Result<RebuildReport> {
        (void)d->catchUp(connection, {}); // a run that this cannot be done for is mended below
        auto report = rebuildProjections(connection, *d->owners, true);
        if (report) {
            d->journalOn(connection).forgetAll();
        }
        return report;
    });
}

QFuture<Result<PruneReport>> Database::prune(bool write)
{
    const qint64 nowMs = d->clock.nowMs();
    return d->writer->run<PruneReport>([this, nowMs, write](Connection& connection) -> Result<PruneReport> {
        const auto whole = d->makeLedgerWhole(connection); // what stays has to hold all that was spent
        if (!whole) {
            return fail(whole.error());
        }
        QStringList pruned;
        auto report = PruneRepository(connection).prune(nowMs, write, &pruned);
        for (const QString& runId : pruned) {
            d->journalOn(connection).forget(runId);
        }
        return report;
    });
}

QFuture<Result<std::optional<qint64>>> Database::prunedAt(QString runId)
{
    return d->reader->run<std::optional<qint64>>(
        [runId](Connection& connection) { return PruneRepository(connection).prunedAt(runId); });
}

} // namespace lathe
