// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/database.h"

#include "engine/storage/bodyrepository.h"
#include "engine/storage/cacherepository.h"
#include "engine/storage/databasethread.h"
#include "engine/storage/dialect.h"
#include "engine/storage/journalrepository.h"
#include "engine/storage/knowledgerepository.h"
#include "engine/storage/migrator.h"
#include "engine/storage/ownerlock.h"
#include "engine/storage/policyrepository.h"
#include "engine/storage/policytables.h"
#include "engine/storage/pricebookrepository.h"
#include "engine/storage/prunerepository.h"
#include "engine/storage/rebuild.h"
#include "engine/storage/runrepository.h"
#include "engine/storage/settingsrepository.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <atomic>
#include <chrono>
#include <mutex>
#include <vector>

namespace lathe {

namespace {

// How long the projections of a run at work may lag behind its journal. What is read here never does.
constexpr std::chrono::milliseconds kProjectionLag{80};

struct WaitingBatch
{
    JournalRepository::Batch batch;
    Journal::Done done;
};

/// A question on its way through both threads. Whoever is the last to hold it answers, so that a thread that closes
/// in between leaves nobody waiting.
template <typename T>
class Question
{
public:
    Question(std::function<Result<T>(Connection&)> work, bool mustBeWhole)
        : m_work(std::move(work)), m_mustBeWhole(mustBeWhole)
    {
        m_promise.start();
    }
    ~Question()
    {
        if (!m_answered) {
            answer(fail(ErrorCode::Cancelled, QStringLiteral("The database is closed")));
        }
    }
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;

    QFuture<Result<T>> future() { return m_promise.future(); }
    [[nodiscard]] bool mustBeWhole() const { return m_mustBeWhole; }
    void answerFrom(Connection& connection) { answer(m_work(connection)); }
    void answer(Result<T> result)
    {
        m_answered = true;
        m_promise.addResult(std::move(result));
        m_promise.finish();
    }

private:
    std::function<Result<T>(Connection&)> m_work;
    bool m_mustBeWhole;
    QPromise<Result<T>> m_promise;
    bool m_answered = false;
};

} // namespace

class Database::Private
{
public:
    ~Private()
    {
        // Each may hand work to the other: the writer does what it has while the reader is there, then the reader while
        // the writer is. The writing connection closes last: a reading one could not bring the log into the file.
        if (writer != nullptr) {
            writer->run<void>([](Connection&) -> Result<void> { return {}; }).waitForFinished();
        }
        for (DatabaseThread *thread : {reader.get(), writer.get()}) {
            if (thread != nullptr) {
                thread->close();
                thread->join();
            }
        }
    }

    QString path;
    Durability paidDurability = Durability::Full;
    Clock *clock = nullptr;
    std::unique_ptr<OwnerLock> owners;
    std::unique_ptr<JournalRepository> journal; ///< used by the writing thread alone
    std::mutex waitingMutex;
    std::vector<WaitingBatch> waiting; ///< batches of events that the next job of the writing thread takes
    std::atomic<bool> behind = false;  ///< some projections lag behind the journal
    std::unique_ptr<DatabaseThread> writer;
    std::unique_ptr<DatabaseThread> reader;
    std::unique_ptr<PolicyTables> policyTables;

    JournalRepository& journalOn(Connection& connection)
    {
        if (!journal) {
            journal = std::make_unique<JournalRepository>(connection, owners->id());
        }
        return *journal;
    }

    std::vector<WaitingBatch> takeWaiting()
    {
        std::vector<WaitingBatch> taken;
        const std::lock_guard lock(waitingMutex);
        taken.swap(waiting);
        return taken;
    }

    void refuseWaiting()
    {
        for (WaitingBatch& entry : takeWaiting()) {
            entry.done(fail(ErrorCode::Cancelled, QStringLiteral("The database is closed")));
        }
    }

    /// Writes what has gathered since this job was queued, and tells whoever waits.
    void writeWaiting(Connection& connection)
    {
        std::vector<WaitingBatch> taken = takeWaiting();
        QList<JournalRepository::Batch> batches;
        batches.reserve(static_cast<qsizetype>(taken.size()));
        for (WaitingBatch& entry : taken) {
            batches << std::move(entry.batch);
        }
        QList<Result<void>> results;
        try {
            results = journalOn(connection).append(batches);
        } catch (const std::exception& exception) {
            // Nobody may be left waiting for a future without a result.
            journalOn(connection).forgetAll();
            const Error error{ErrorCode::Internal, QStringLiteral("The journal failed unexpectedly"),
                              QString::fromUtf8(exception.what())};
            results = QList<Result<void>>(batches.size(), fail(error));
        }
        if (journalOn(connection).isBehind()) {
            behind = true;
            writer->later(kProjectionLag, [this](Connection& own) { (void)catchUp(own, {}); });
        }
        for (size_t i = 0; i < taken.size(); ++i) {
            taken[i].done(std::move(results[static_cast<qsizetype>(i)]));
        }
    }

    /// On the writing thread; abandoned: runs that a process which is gone left behind.
    Result<void> catchUp(Connection& connection, const QStringList& abandoned)
    {
        const auto done = journalOn(connection).catchUp(abandoned);
        behind = journalOn(connection).isBehind();
        return done;
    }

    /// On the writing thread: the cost lines of everything that is in the journal by now.
    Result<void> makeLedgerWhole(Connection& connection)
    {
        const auto abandoned = RunRepository(connection, *owners).abandoned();
        return abandoned ? catchUp(connection, *abandoned) : Result<void>(fail(abandoned.error()));
    }

    /// Work on the reading thread that sees the projections of everything that is in the journal by now, but for runs
    /// that other living processes write at this moment. If they cannot be written: mustBeWhole gives the Error, else
    /// what there is is read.
    template <typename T>
    QFuture<Result<T>> readCaughtUp(std::function<Result<T>(Connection&)> work, bool mustBeWhole = false)
    {
        const auto question = std::make_shared<Question<T>>(std::move(work), mustBeWhole);
        if (behind) {
            catchUpThenRead<T>(question, {});
        } else {
            read<T>(question, true);
        }
        return question->future();
    }
    template <typename T>
    void catchUpThenRead(const std::shared_ptr<Question<T>>& question, const QStringList& abandoned)
    {
        (void)writer->run<void>([this, question, abandoned](Connection& connection) -> Result<void> {
            const auto done = catchUp(connection, abandoned);
            if (done || !question->mustBeWhole()) {
                read<T>(question, abandoned.isEmpty());
            } else {
                question->answer(fail(done.error()));
            }
            return done;
        });
    }
    template <typename T>
    void read(const std::shared_ptr<Question<T>>& question, bool mayFindAbandoned)
    {
        (void)reader->run<void>([this, question, mayFindAbandoned](Connection& connection) -> Result<void> {
            if (mayFindAbandoned) {
                const auto abandoned = RunRepository(connection, *owners).abandoned();
                if (!abandoned) {
                    question->answer(fail(abandoned.error()));
                    return {};
                }
                if (!abandoned->isEmpty()) {
                    catchUpThenRead<T>(question, *abandoned);
                    return {};
                }
            }
            question->answerFrom(connection);
            return {};
        });
    }
};

namespace {

/// Makes the folder, and an empty file that only its owner may read: prompts and answers are nobody else's business.
Result<void> prepareFile(const QString& path)
{
    const QFileInfo info(path);
    if (path.isEmpty() || info.isDir()) {
        return fail(ErrorCode::File, QStringLiteral("\"%1\" cannot be a database: it is not a file").arg(path));
    }
    const QString folder = info.absolutePath();
    if (!QDir().mkpath(folder)) {
        return fail(ErrorCode::File, QStringLiteral("The folder %1 for the database cannot be made").arg(folder));
    }
    if (info.exists()) {
        return {};
    }
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        if (QFile::exists(path)) {
            return {}; // another process was faster
        }
        return fail(ErrorCode::File, QStringLiteral("The database %1 cannot be made").arg(path), file.errorString());
    }
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return {};
}

/// Whether there is a file that this process may not write, or not beside it, where the log has to go.
bool isReadOnly(const QString& path)
{
    const QFileInfo info(path);
    return info.exists() && !(info.isWritable() && QFileInfo(info.absolutePath()).isWritable());
}

/// Says what is not allowed where SQLite only says that it cannot open.
Error explain(Error error, const QString& path)
{
    if (!isReadOnly(path) || error.code != ErrorCode::File) {
        return error;
    }
    error.code = ErrorCode::Database;
    error.message =
        QFileInfo(path).isReadable()
            ? QStringLiteral("The database %1 cannot be written: the file, its folder or its disk is read-only")
                  .arg(path)
            : QStringLiteral("The database %1 cannot be read: this user may not").arg(path);
    return error;
}

/// How a file is read that may not be written: a log beside it means that it is open elsewhere, or was when its
/// process died, and then has to be read too.
Connection::Mode readingMode(const QString& path)
{
    const bool closed = !QFile::exists(path + QLatin1String("-wal"));
    return closed ? Connection::Mode::Inspect : Connection::Mode::Read;
}

Result<qint64> inspectAs(Connection::Mode mode, const Dialect& dialect, const DatabaseSettings& settings, qint64 newest)
{
    const auto connection = Connection::open(dialect, settings.path, mode, settings.busyTimeoutMs);
    if (!connection) {
        return fail(connection.error());
    }
    return checkVersion(**connection, newest);
}

/// Looks at an existing file without being able to change it.
Result<void> inspect(const Dialect& dialect, const DatabaseSettings& settings, qint64 newest)
{
    if (QFileInfo(settings.path).size() == 0) {
        return {};
    }
    const Connection::Mode mode = readingMode(settings.path);
    auto version = inspectAs(mode, dialect, settings, newest);
    if (!version && mode == Connection::Mode::Inspect && readingMode(settings.path) == Connection::Mode::Read) {
        version = inspectAs(Connection::Mode::Read, dialect, settings, newest); // opened elsewhere just now
    }
    if (!version) {
        return fail(version.error());
    }
    return {};
}

Result<std::unique_ptr<Connection>> openWriter(const Dialect& dialect, const DatabaseSettings& settings,
                                               const QList<MigrationStep>& steps, qint64 nowMs)
{
    auto connection = Connection::open(dialect, settings.path, Connection::Mode::Write, settings.busyTimeoutMs);
    if (!connection) {
        return fail(connection.error());
    }
    const auto ready = dialect.setUpWriting(**connection);
    if (!ready) {
        return fail(ready.error());
    }
    const auto migrated = migrate(**connection, steps, nowMs);
    if (!migrated) {
        return fail(migrated.error());
    }
    return connection;
}

/// In the writer's place where nothing can be written: what is stored can still be looked at, and whoever tries to
/// write is told why not.
Result<std::unique_ptr<Connection>> openReader(const Dialect& dialect, const DatabaseSettings& settings, qint64 newest)
{
    auto connection = Connection::open(dialect, settings.path, readingMode(settings.path), settings.busyTimeoutMs);
    if (!connection) {
        return fail(connection.error());
    }
    const auto version = checkVersion(**connection, newest);
    if (!version) {
        return fail(version.error());
    }
    if (*version != newest) {
        return fail(ErrorCode::Database,
                    QStringLiteral("The database %1 has the older schema %2 and has to be brought to %3 first")
                        .arg(settings.path)
                        .arg(*version)
                        .arg(newest));
    }
    return connection;
}

} // namespace

Database::Database(std::unique_ptr<Private> data) : d(std::move(data)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::open(const DatabaseSettings& settings, Clock& clock)
{
    const Dialect& dialect = sqliteDialect();
    const auto steps = loadMigrations(dialect.migrations());
    if (!steps) {
        return fail(steps.error());
    }
    const auto prepared = prepareFile(settings.path);
    if (!prepared) {
        return fail(prepared.error());
    }
    const auto inspected = inspect(dialect, settings, steps->size());
    if (!inspected) {
        return fail(explain(inspected.error(), settings.path));
    }
    auto data = std::make_unique<Private>();
    data->path = settings.path;
    data->paidDurability = settings.paidDurability;
    data->clock = &clock;
    const bool readOnly = isReadOnly(settings.path);
    auto owners = readOnly ? OwnerLock::observe(settings.path) : OwnerLock::acquire(settings.path);
    if (!owners) {
        return fail(explain(owners.error(), settings.path));
    }
    data->owners = std::move(*owners);
    const qint64 nowMs = clock.nowMs();
    auto writer = DatabaseThread::start([&dialect, &settings, &steps, nowMs, readOnly] {
        return readOnly ? openReader(dialect, settings, steps->size()) : openWriter(dialect, settings, *steps, nowMs);
    });
    if (!writer) {
        return fail(explain(writer.error(), settings.path));
    }
    data->writer = std::move(*writer);
    data->policyTables = std::make_unique<PolicyTables>(
        *data->writer, [priv = data.get()](Connection& connection) { return priv->makeLedgerWhole(connection); });
    auto reader = DatabaseThread::start([&dialect, &settings, readOnly] {
        return Connection::open(dialect, settings.path, readOnly ? readingMode(settings.path) : Connection::Mode::Read,
                                settings.busyTimeoutMs);
    });
    if (!reader) {
        return fail(explain(reader.error(), settings.path));
    }
    data->reader = std::move(*reader);
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
    WaitingBatch entry{.batch = {.events = std::move(events), .durability = durability}, .done = std::move(done)};
    bool first = false;
    {
        const std::lock_guard lock(d->waitingMutex);
        first = d->waiting.empty();
        d->waiting.push_back(std::move(entry));
    }
    if (first) {
        const bool taken = d->writer->post([this](Connection& connection) { d->writeWaiting(connection); });
        if (!taken) {
            d->refuseWaiting();
        }
    }
}

QFuture<Result<QList<RunEvent>>> Database::events(QString runId, EventQuery filter)
{
    return d->reader->run<QList<RunEvent>>(
        [runId, filter](Connection& connection) { return JournalRepository(connection, 0).events(runId, filter); });
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

QFuture<Result<QList<Database::LedgerRow>>> Database::ledger(LedgerFilter filter)
{
    return d->readCaughtUp<QList<LedgerRow>>(
        [this, filter](Connection& connection) { return RunRepository(connection, *d->owners).ledger(filter); }, true);
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
    const qint64 nowMs = d->clock->nowMs();
    return d->writer->run<KnowledgeBaseInfo>([name, documents, builtin, nowMs](Connection& connection) {
        return KnowledgeRepository(connection).add(name, documents, builtin, nowMs);
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
        [query, topK](Connection& connection) { return KnowledgeRepository(connection).search(query, topK); });
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
    const qint64 nowMs = d->clock->nowMs();
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
