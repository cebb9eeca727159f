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

/// Takes the next documents whose texts make up one step.
QList<KnowledgeDocument> takeStep(QList<KnowledgeDocument>& documents)
{
    QList<KnowledgeDocument> step;
    qsizetype characters = 0;
    while (!documents.isEmpty() && characters < kCharactersAStep) {
        characters += documents.last().text.size();
        step << documents.takeLast();
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
    auto reading = [roots] { return readKnowledgeFiles(roots); };
    QFuture<Result<QList<KnowledgeDocument>>> future = QtConcurrent::run(reading);
    Result<QList<KnowledgeDocument>> documents = co_await future;
    if (!documents) {
        co_return fail(documents.error());
    }
    Result<KnowledgeBaseInfo> base = co_await m_database.openKnowledgeBase(std::move(name), std::move(roots));
    if (!base) {
        co_return fail(base.error());
    }
    const Result<QHash<QString, QString>> known = co_await m_database.knowledgeHashes(base->id);
    if (!known) {
        co_return fail(known.error());
    }
    QHash<QString, QString> gone = *known;
    QList<KnowledgeDocument> changed;
    for (KnowledgeDocument& document : *documents) {
        const QString hash = gone.take(document.source);
        if (hash.isEmpty() || hash != document.hash) {
            changed.prepend(std::move(document));
        }
    }
    documents->clear();
    progress->total = changed.size();
    QStringList removed = gone.keys();
    while (!changed.isEmpty() || !removed.isEmpty()) {
        if (progress->cancel.stop_requested()) {
            co_return fail(cancelledError());
        }
        QList<KnowledgeDocument> step = takeStep(changed);
        QStringList going = std::exchange(removed, {});
        const qsizetype size = step.size();
        base = co_await m_database.changeKnowledgeBase(base->id, std::move(step), std::move(going));
        if (!base) {
            co_return fail(base.error());
        }
        progress->done += size;
    }
    co_return base;
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

} // namespace lathe
