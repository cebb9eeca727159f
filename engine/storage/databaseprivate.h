// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/database.h"
#include "engine/storage/databasethread.h"
#include "engine/storage/journalrepository.h"
#include "engine/storage/knowledgeranking.h"
#include "engine/storage/ownerlock.h"
#include "engine/storage/policytables.h"
#include "engine/storage/runrepository.h"

#include <atomic>
#include <mutex>
#include <vector>

namespace lathe {

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

/// The two threads of a database and what passes between them: events gathered into batches, and readers that see the
/// projections of all that is in the journal.
class Database::Private
{
public:
    Private(const DatabaseSettings& settings, const Clock& clock_);
    ~Private();
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    QString path;
    Durability paidDurability;
    const Clock& clock;
    std::unique_ptr<OwnerLock> owners;
    std::unique_ptr<DatabaseThread> writer;
    std::unique_ptr<DatabaseThread> reader;
    std::unique_ptr<PolicyTables> policyTables;

    [[nodiscard]] Result<void> start(DatabaseThread::Opener openWriter, DatabaseThread::Opener openReader);

    struct WaitingBatch
    {
        JournalRepository::Batch batch;
        Journal::Done done;
    };
    /// From any thread. What waits when the writing thread comes to it is written together.
    void append(WaitingBatch entry);

    // On the writing thread:
    JournalRepository& journalOn(Connection& connection);
    /// abandoned: runs that a process which is gone left behind.
    Result<void> catchUp(Connection& connection, const QStringList& abandoned);
    /// The cost lines of everything that is in the journal by now.
    Result<void> makeLedgerWhole(Connection& connection);

    /// Work on the reading thread that sees the projections of everything that is in the journal by now, but for runs
    /// that other living processes write at this moment. If they cannot be written: mustBeWhole gives the Error, else
    /// what there is is read.
    template <typename T>
    QFuture<Result<T>> readCaughtUp(std::function<Result<T>(Connection&)> work, bool mustBeWhole = false)
    {
        const auto question = std::make_shared<Question<T>>(std::move(work), mustBeWhole);
        if (m_behind) {
            catchUpThenRead<T>(question, {});
        } else {
            read<T>(question, true);
        }
        return question->future();
    }

    /// On the reading thread: what passages mean, read again when it has changed.
    Result<const KnowledgeSemantics *> semanticsOn(Connection& connection);

private:
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
    std::vector<WaitingBatch> takeWaiting();
    /// Writes what has gathered since this job was queued, and tells whoever waits.
    void writeWaiting(Connection& connection);

    KnowledgeSemantics m_semantics; ///< used by the reading thread alone
    SemanticVersion m_semanticVersion;
    std::unique_ptr<JournalRepository> m_journal; ///< used by the writing thread alone
    std::mutex m_waitingMutex;
    std::vector<WaitingBatch> m_waiting; ///< batches of events that the next job of the writing thread takes
    std::atomic<bool> m_behind = false;  ///< some projections lag behind the journal
};

} // namespace lathe
