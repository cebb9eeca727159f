// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/knowledgeindexer.h"

#include "engine/pipeline/knowledgefiles.h"

#include <QCoroFuture>
#include <QPromise>
#include <QtConcurrent>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// What one transaction takes at most: a tenth of a second's work.
constexpr qsizetype kCharactersAStep = 400'000;
constexpr int kVectorsAStep = 1000;

Error cancelledError()
{
    return {
        ErrorCode::Cancelled, u"stopped; what was indexed by then stays, and the next time goes on from there"_s, {}};
}

QList<StoredVector> vectorsOf(const SemanticModel& model, const QList<UnreadPassage>& passages)
{
    QList<StoredVector> vectors;
    for (const UnreadPassage& passage : passages) {
        vectors << StoredVector{.passage = passage.id, .numbers = model.vectorOf(passage.text)};
    }
    return vectors;
}

/// What is known of a base before its files are gone through.
using Hashes = QHash<QString, QString>;

/// One step through the files: what changed, as much as one transaction takes.
struct Step
{
    QList<KnowledgeDocument> changed;
    QStringList seen; ///< sources that are there, changed or not
    QStringList notes;
    qsizetype files = 0; ///< gone through
    std::optional<Error> error;
};

/// The sources that a file gave the last time, if it has not changed since.
QStringList unchangedSources(const KnowledgeFile& file, const QString& hash, const Hashes& known)
{
    if (known.value(file.source) == hash) {
        return {file.source};
    }
    QStringList entries;
    if (known.contains(file.source)) {
        return entries;
    }
    const QString prefix = file.source + u'#'; // entries of a collection
    for (auto it = known.begin(); it != known.end(); ++it) {
        if (it.value() == hash && it.key().startsWith(prefix)) {
            entries << it.key();
        }
    }
    return entries;
}

Step readStep(const QList<KnowledgeFile>& files, qsizetype from, const Hashes& known, const std::stop_token& stop)
{
    Step step;
    qsizetype characters = 0;
    while (from + step.files < files.size() && characters < kCharactersAStep && !stop.stop_requested()) {
        const KnowledgeFile& file = files.at(from + step.files);
        ++step.files;
        const Result<QByteArray> bytes = readKnowledgeBytes(file);
        const QStringList same = bytes ? unchangedSources(file, knowledgeHash(*bytes), known) : QStringList();
        if (!same.isEmpty()) {
            step.seen << same;
            continue;
        }
        Result<KnowledgeFileText> read =
            bytes ? readKnowledgeFile(file, *bytes) : Result<KnowledgeFileText>(fail(bytes.error()));
        if (!read && file.isNamed) {
            step.error = read.error();
            return step;
        }
        if (!read) {
            step.notes << read.error().message; // one bad file does not spoil a folder
            continue;
        }
        if (!read->note.isEmpty()) {
            step.notes << read->note;
        }
        for (KnowledgeDocument& document : read->documents) {
            characters += document.text.size();
            step.seen << document.source;
            step.changed << std::move(document);
        }
    }
    return step;
}

} // namespace

QCoro::Task<Result<KnowledgeBaseInfo>> KnowledgeIndexer::index(QString name, QStringList roots,
                                                               std::shared_ptr<KnowledgeProgress> progress,
                                                               std::stop_token stop)
{
    if (!progress) {
        progress = std::make_shared<KnowledgeProgress>();
    }
    auto cancel = [progress] { progress->cancel.request_stop(); };
    const std::stop_callback onStop(stop, cancel);
    QPromise<void> turn;
    turn.start();
    const QFuture<void> before = std::exchange(m_last, turn.future());
    if (before.isValid() && !before.isFinished()) {
        co_await before;
    }
    Result<KnowledgeBaseInfo> indexed = co_await indexFiles(std::move(name), std::move(roots), progress);
    if (indexed) {
        const Result<void> learned = co_await learn(progress);
        if (!learned) {
            indexed = fail(learned.error());
        }
    }
    turn.finish();
    co_return indexed;
}

QCoro::Task<Result<KnowledgeBaseInfo>> KnowledgeIndexer::indexFiles(QString name, QStringList roots,
                                                                    std::shared_ptr<KnowledgeProgress> progress)
{
    // Reading files is kept off this thread, which also serves runs.
    auto finding = [roots] { return findKnowledgeFiles(roots); };
    QFuture<Result<KnowledgeFileList>> finds = QtConcurrent::run(finding);
    const Result<KnowledgeFileList> list = co_await finds;
    if (!list) {
        co_return fail(list.error());
    }
    progress->note(list->notes);
    progress->total = list->files.size();
    const Result<QList<KnowledgeBaseInfo>> bases = co_await m_database.knowledgeBases();
    if (!bases) {
        co_return fail(bases.error());
    }
    qint64 id = 0; // made when there is something to put into it
    for (const KnowledgeBaseInfo& base : *bases) {
        id = base.name == name ? base.id : id;
    }
    const Result<Hashes> known = co_await m_database.knowledgeHashes(id);
    if (!known) {
        co_return fail(known.error());
    }
    Hashes gone = *known;
    qsizetype sources = 0;
    qsizetype at = 0;
    while (at < list->files.size()) {
        auto reading = [files = list->files, at, known = *known, stop = progress->cancel.get_token()] {
            return readStep(files, at, known, stop);
        };
        QFuture<Step> reads = QtConcurrent::run(reading);
        Step step = co_await reads;
        if (progress->cancel.stop_requested()) {
            co_return fail(cancelledError());
        }
        progress->note(step.notes);
        if (step.error) {
            co_return fail(*step.error);
        }
        for (const QString& source : std::as_const(step.seen)) {
            gone.remove(source);
        }
        sources += step.seen.size();
        if (!step.changed.isEmpty()) {
            if (id == 0) {
                const Result<KnowledgeBaseInfo> made = co_await m_database.openKnowledgeBase(name, roots);
                if (!made) {
                    co_return fail(made.error());
                }
                id = made->id;
            }
            progress->changed += step.changed.size();
            const Result<KnowledgeBaseInfo> put =
                co_await m_database.changeKnowledgeBase(id, std::move(step.changed), QStringList());
            if (!put) {
                co_return fail(put.error());
            }
        }
        at += step.files;
        progress->done = at;
    }
    if (sources == 0) {
        const QStringList notes = progress->notes();
        co_return fail(ErrorCode::InvalidInput, u"there is no text to add in %1"_s.arg(roots.join(u", "_s)),
                       notes.join(u'\n'));
    }
    QStringList removed = gone.keys();
    if (!removed.isEmpty()) {
        const Result<KnowledgeBaseInfo> taken =
            co_await m_database.changeKnowledgeBase(id, QList<KnowledgeDocument>(), std::move(removed));
        if (!taken) {
            co_return fail(taken.error());
        }
    }
    const Result<KnowledgeBaseInfo> whole = co_await m_database.openKnowledgeBase(std::move(name), std::move(roots));
    co_return whole;
}

QCoro::Task<Result<void>> KnowledgeIndexer::learn(std::shared_ptr<KnowledgeProgress> progress)
{
    Result<SemanticState> state = co_await m_database.semanticState();
    if (!state) {
        co_return fail(state.error());
    }
    if (state->passages < SemanticModel::kFewestTexts) {
        co_return Result<void>(); // too few to learn from; words alone serve
    }
    progress->stage = KnowledgeProgress::Stage::Learning;
    progress->done = 0;
    progress->total = 0;
    qint64 id = state->model;
    const bool isOld = id == 0 || state->passages * 2 > state->trainedOn * 3 || state->passages * 2 < state->trainedOn;
    Result<SemanticModel> model = fail(ErrorCode::NotFound, QString());
    if (isOld) {
        model = co_await train(progress);
        if (!model && model.error().code == ErrorCode::InvalidInput) {
            co_return Result<void>(); // no two passages have a word in common
        }
        if (model) {
            QByteArray content = model->toBytes();
            const Result<qint64> added = co_await m_database.addSemanticModel(std::move(content), state->passages);
            if (!added) {
                co_return fail(added.error());
            }
            id = *added;
        }
    } else {
        model = SemanticModel::fromBytes(state->content);
    }
    if (!model) {
        co_return fail(model.error());
    }
    const auto shared = std::make_shared<const SemanticModel>(std::move(*model));
    progress->total = state->passages;
    const Result<void> folded = co_await fold(id, shared, isOld, progress);
    co_return folded;
}

QCoro::Task<Result<SemanticModel>> KnowledgeIndexer::train(std::shared_ptr<KnowledgeProgress> progress)
{
    const Result<QList<SemanticText>> texts = co_await m_database.semanticSample(SemanticModel::kMostTexts);
    if (!texts) {
        co_return fail(texts.error());
    }
    auto training = [texts = *texts, stop = progress->cancel.get_token()] { return SemanticModel::train(texts, stop); };
    QFuture<Result<SemanticModel>> future = QtConcurrent::run(training);
    Result<SemanticModel> model = co_await future;
    if (!model && model.error().code == ErrorCode::Cancelled) {
        co_return fail(cancelledError());
    }
    co_return model;
}

QCoro::Task<Result<void>> KnowledgeIndexer::fold(qint64 id, std::shared_ptr<const SemanticModel> model, bool isNew,
                                                 std::shared_ptr<KnowledgeProgress> progress)
{
    for (;;) {
        if (progress->cancel.stop_requested()) {
            co_return fail(cancelledError());
        }
        const Result<QList<UnreadPassage>> passages = co_await m_database.passagesWithoutVector(id, kVectorsAStep);
        if (!passages) {
            co_return fail(passages.error());
        }
        const bool isLast = passages->size() < kVectorsAStep;
        auto folding = [passages = *passages, model] { return vectorsOf(*model, passages); };
        QFuture<QList<StoredVector>> future = QtConcurrent::run(folding);
        QList<StoredVector> vectors = co_await future;
        if (!vectors.isEmpty() || (isLast && isNew)) {
            const Result<void> added = co_await m_database.addSemanticVectors(id, std::move(vectors), isLast && isNew);
            if (!added) {
                co_return fail(added.error());
            }
        }
        progress->done += passages->size();
        if (isLast) {
            co_return Result<void>();
        }
    }
}

void KnowledgeProgress::note(const QStringList& more)
{
    constexpr qsizetype kKept = 100;
    const QMutexLocker lock(&m_mutex);
    const qsizetype kept = std::min(more.size(), kKept - m_notes.size());
    m_notes << more.first(kept);
    m_more += more.size() - kept;
}

QStringList KnowledgeProgress::notes() const
{
    const QMutexLocker lock(&m_mutex);
    QStringList notes = m_notes;
    if (m_more > 0) {
        notes << u"%1 more"_s.arg(m_more);
    }
    return notes;
}

} // namespace lathe
