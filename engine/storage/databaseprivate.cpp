// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/databaseprivate.h"

#include <chrono>

namespace lathe {

namespace {

// How long the projections of a run at work may lag behind its journal. What is read here never does.
constexpr std::chrono::milliseconds kProjectionLag{80};

} // namespace

Database::Private::Private(const DatabaseSettings& settings, const Clock& clock_)
    : path(settings.path), paidDurability(settings.paidDurability), clock(clock_)
{}

Database::Private::~Private()
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

Result<void> Database::Private::start(DatabaseThread::Opener openWriter, DatabaseThread::Opener openReader)
{
    auto writing = DatabaseThread::start(std::move(openWriter));
    if (!writing) {
        return fail(writing.error());
    }
    writer = std::move(*writing);
    policyTables =
        std::make_unique<PolicyTables>(*writer, [this](Connection& connection) { return makeLedgerWhole(connection); });
    auto reading = DatabaseThread::start(std::move(openReader));
    if (!reading) {
        return fail(reading.error());
    }
    reader = std::move(*reading);
    return {};
}

void Database::Private::append(WaitingBatch entry)
{
    bool first = false;
    {
        const std::lock_guard lock(m_waitingMutex);
        first = m_waiting.empty();
        m_waiting.push_back(std::move(entry));
    }
    if (first && !writer->post([this](Connection& connection) { writeWaiting(connection); })) {
        for (WaitingBatch& refused : takeWaiting()) {
            refused.done(fail(ErrorCode::Cancelled, QStringLiteral("The database is closed")));
        }
    }
}

JournalRepository& Database::Private::journalOn(Connection& connection)
{
    if (!m_journal) {
        m_journal = std::make_unique<JournalRepository>(connection, *owners);
    }
    return *m_journal;
}

Result<void> Database::Private::catchUp(Connection& connection, const QStringList& abandoned)
{
    const auto done = journalOn(connection).catchUp(abandoned);
    m_behind = journalOn(connection).isBehind();
    return done;
}

Result<void> Database::Private::makeLedgerWhole(Connection& connection)
{
    const auto abandoned = RunRepository(connection, *owners).abandoned();
    return abandoned ? catchUp(connection, *abandoned) : Result<void>(fail(abandoned.error()));
}

std::vector<Database::Private::WaitingBatch> Database::Private::takeWaiting()
{
    std::vector<WaitingBatch> taken;
    const std::lock_guard lock(m_waitingMutex);
    taken.swap(m_waiting);
    return taken;
}

void Database::Private::writeWaiting(Connection& connection)
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
        m_behind = true;
        writer->later(kProjectionLag, [this](Connection& own) { (void)catchUp(own, {}); });
    }
    for (size_t i = 0; i < taken.size(); ++i) {
        taken[i].done(std::move(results[static_cast<qsizetype>(i)]));
    }
}

Result<const KnowledgeSemantics *> Database::Private::semanticsOn(Connection& connection)
{
    SemanticRepository repository(connection);
    const auto version = repository.version();
    if (!version) {
        return fail(version.error());
    }
    if (*version != m_semanticVersion) {
        auto read = repository.load(version->model);
        if (!read) {
            return fail(read.error());
        }
        m_semantics = std::move(*read);
        m_semanticVersion = *version;
    }
    return &m_semantics;
}

} // namespace lathe
