// SPDX-License-Identifier: GPL-3.0-or-later
// Quality and speed of retrieve_context's search:
//   retrieval_bench FOLDER [--dimensions N]...   nDCG@10 over a collection in SMART format (cran.all.1400, cran.qry,
//                                                cranqrel), of words and meaning together beside BM25 alone
//   retrieval_bench --chunks N                   N made-up passages: indexing, adding a file, and queries beside BM25
//                                                alone and bare dot products
// Relevant are the codes 1 to 4 of the judgements, each alike; -1 is not. Queries are counted by their place.

#include "engine/pipeline/knowledgefiles.h"
#include "engine/storage/connection.h"
#include "engine/storage/database.h"
#include "engine/storage/dialect.h"
#include "engine/storage/knowledgeranking.h"
#include "engine/storage/knowledgerepository.h"
#include "engine/storage/passages.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <sys/resource.h>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

constexpr int kDepth = 10;

template <typename T>
T need(Result<T> result)
{
    if (!result) {
        qFatal("%s", qPrintable(result.error().message));
    }
    if constexpr (!std::is_void_v<T>) {
        return std::move(*result);
    }
}

template <typename T>
T need(QFuture<Result<T>> future)
{
    future.waitForFinished();
    return need(future.result());
}

QString readAll(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("%s cannot be read", qPrintable(path));
    }
    return QString::fromLatin1(file.readAll());
}

double seconds(const QElapsedTimer& clock)
{
    return static_cast<double>(clock.nsecsElapsed()) / 1e9;
}

double memoryMiB()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// A database in a folder of its own, with a second connection for looking at it.
struct Store
{
    Store()
        : database(need(Database::open({.path = folder.filePath(u"bench.db"_s)}, clock))),
          connection(
              need(Connection::open(sqliteDialect(), folder.filePath(u"bench.db"_s), Connection::Mode::Read, 5000)))
    {}
    void fold(qint64 id, const SemanticModel& model, bool isNew)
    {
        for (;;) {
            const auto passages = need(database->passagesWithoutVector(id, 1000));
            QList<StoredVector> vectors;
            for (const UnreadPassage& passage : passages) {
                vectors << StoredVector{.passage = passage.id, .numbers = model.vectorOf(passage.text)};
            }
            const bool isLast = passages.size() < 1000;
            need(database->addSemanticVectors(id, vectors, isLast && isNew));
            if (isLast) {
                return;
            }
        }
    }
    std::shared_ptr<const SemanticModel> learn(int dimensions)
    {
        const auto texts = need(database->semanticSample(SemanticModel::kMostTexts));
        auto model = std::make_shared<const SemanticModel>(need(SemanticModel::train(texts, {}, dimensions)));
        modelId = need(database->addSemanticModel(model->toBytes(), texts.size()));
        fold(modelId, *model, true);
        return model;
    }

    SystemClock clock;
    QTemporaryDir folder;
    std::unique_ptr<Database> database;
    std::unique_ptr<Connection> connection;
    qint64 modelId = 0;
};

/// The entries of a file of queries, in their order.
QStringList queriesOf(const QString& text)
{
    QStringList queries;
    for (const KnowledgeDocument& entry : splitSmartCollection(text, u"q"_s)) {
        queries << entry.text.simplified();
    }
    return queries;
}

double nDcg(const QList<ContextPassage>& found, const QSet<QString>& relevant)
{
    double gain = 0;
    int rank = 0;
    QSet<QString> seen;
    for (const ContextPassage& passage : found) {
        const QString document = passage.source.section(u'#', -1);
        if (seen.contains(document)) {
            continue;
        }
        seen.insert(document);
        if (++rank > kDepth) {
            break;
        }
        if (relevant.contains(document)) {
            gain += 1 / std::log2(rank + 1);
        }
    }
    double best = 0;
    for (int i = 1; i <= std::min<qsizetype>(kDepth, relevant.size()); ++i) {
        best += 1 / std::log2(i + 1);
    }
    return best > 0 ? gain / best : 0;
}

struct Quality
{
    double all = 0;
    double odd = 0; ///< of every other query, so that a lucky half shows
    double even = 0;
};

Quality qualityOf(Store& store, const QStringList& queries, const QHash<int, QSet<QString>>& relevant, bool meaning)
{
    const KnowledgeSemantics semantics =
        meaning ? need(SemanticRepository(*store.connection).load(store.modelId)) : KnowledgeSemantics();
    KnowledgeRepository repository(*store.connection);
    Quality sum;
    int count[2] = {0, 0};
    for (int i = 0; i < queries.size(); ++i) {
        if (relevant.value(i + 1).isEmpty()) {
            continue;
        }
        const double value = nDcg(need(repository.search(queries.at(i), 50, semantics)), relevant.value(i + 1));
        sum.all += value;
        (i % 2 == 0 ? sum.odd : sum.even) += value;
        ++count[i % 2];
    }
    return {sum.all / (count[0] + count[1]), sum.odd / std::max(count[0], 1), sum.even / std::max(count[1], 1)};
}

void quality(const QString& folder, QList<int> dimensions)
{
    const QStringList queries = queriesOf(readAll(folder + u"/cran.qry"_s));
    QHash<int, QSet<QString>> relevant;
    static const QRegularExpression kBlanks(u"\\s+"_s);
    const QStringList lines = readAll(folder + u"/cranqrel"_s).split(u'\n', Qt::SkipEmptyParts);
    for (const QString& line : lines) {
        const QStringList fields = line.trimmed().split(kBlanks);
        if (fields.size() == 3 && fields.at(2).toInt() > 0) {
            relevant[fields.at(0).toInt()].insert(fields.at(1));
        }
    }
    Store store;
    const auto documents = splitSmartCollection(readAll(folder + u"/cran.all.1400"_s), u"cran"_s);
    const auto base = need(store.database->addKnowledgeBase(u"collection"_s, documents, false));
    std::printf("%lld documents, %lld passages, %lld queries\n", static_cast<long long>(base.documents),
                static_cast<long long>(base.passages), static_cast<long long>(queries.size()));
    const Quality floor = qualityOf(store, queries, relevant, false);
    std::printf("%-22s nDCG@10 %.4f  (odd queries %.4f, even %.4f)\n", "BM25 alone", floor.all, floor.odd, floor.even);
    for (const int wanted : dimensions) {
        QElapsedTimer clock;
        clock.start();
        store.learn(wanted);
        const double taken = seconds(clock);
        const Quality both = qualityOf(store, queries, relevant, true);
        std::printf(
            "with %3d dimensions    nDCG@10 %.4f  (odd queries %.4f, even %.4f)  %.3f of BM25  learnt in %.2f s\n",
            wanted, both.all, both.odd, both.even, both.all / floor.all, taken);
    }
}

/// Words by Zipf's law out of topics, so that there is something to find.
class Writer
{
public:
    QString passage()
    {
        const int topic = static_cast<int>(m_random() % 500);
        QString text;
        for (int i = 0; i < 120; ++i) {
            const int rank = static_cast<int>(std::pow(2.0, uniform() * 15));
            const int word = uniform() < 0.3 ? 40'000 + topic * 20 + static_cast<int>(m_random() % 20) : rank;
            text += u"w%1 "_s.arg(word);
        }
        return text;
    }
    QString query()
    {
        QString text;
        const int topic = static_cast<int>(m_random() % 500);
        for (int i = 0; i < 8; ++i) {
            const int word = i % 2 == 0 ? 40'000 + topic * 20 + i : static_cast<int>(std::pow(2.0, 3 + uniform() * 12));
            text += u"w%1 "_s.arg(word);
        }
        return text;
    }

private:
    double uniform() { return static_cast<double>(m_random() >> 11) / 9007199254740992.0; }
    std::mt19937_64 m_random{42};
};

template <typename Work>
double median(int times, Work work)
{
    QList<double> taken;
    for (int i = 0; i < times; ++i) {
        QElapsedTimer clock;
        clock.start();
        work();
        taken << seconds(clock);
    }
    std::sort(taken.begin(), taken.end());
    return taken.at(taken.size() / 2) * 1000;
}

void speed(int chunks)
{
    Store store;
    Writer writer;
    const auto base = need(store.database->openKnowledgeBase(u"made up"_s, {}));
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < chunks; i += 500) {
        QList<KnowledgeDocument> documents;
        for (int j = i; j < std::min(chunks, i + 500); ++j) {
            documents << KnowledgeDocument{u"d%1"_s.arg(j), {}, writer.passage(), u"h"_s};
        }
        need(store.database->changeKnowledgeBase(base.id, documents, {}));
    }
    std::printf("%d passages indexed in %.1f s\n", chunks, seconds(clock));
    clock.start();
    const auto model = store.learn(SemanticModel::kDimensions);
    std::printf("learnt, and a vector for each, in %.1f s; most memory so far %.0f MiB\n", seconds(clock), memoryMiB());
    clock.start();
    need(store.database->changeKnowledgeBase(base.id, {{u"new"_s, {}, writer.passage(), u"h"_s}}, {}));
    store.fold(store.modelId, *model, false);
    std::printf("one file more in %.0f ms\n", seconds(clock) * 1000);
    clock.start();
    need(store.database->search(u"w40001"_s, 5));
    std::printf("first query, which reads the vectors, %.0f ms\n", seconds(clock) * 1000);
    const double both = median(101, [&] { need(store.database->search(writer.query(), 5)); });
    KnowledgeRepository repository(*store.connection);
    const double words = median(101, [&] { need(repository.matches(searchTerms(writer.query()), kCandidates)); });
    const auto semantics = need(SemanticRepository(*store.connection).load(store.modelId));
    const auto vector = semantics.model->vectorOf({.title = {}, .text = writer.query()});
    const double dots = median(101, [&] { (void)semantics.vectors.nearest(vector, kCandidates); });
    std::printf("query %.2f ms (median of 101)\n  BM25 alone %.2f ms: ratio %.2f\n  dot products alone %.2f ms: ratio "
                "%.2f\n  both added: ratio %.2f\n",
                both, words, both / words, dots, both / dots, both / (words + dots));
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments().mid(1);
    if (arguments.size() == 2 && arguments.first() == "--chunks"_L1 && arguments.last().toInt() > 0) {
        speed(arguments.last().toInt());
        return 0;
    }
    QList<int> dimensions;
    for (qsizetype i = 1; i + 1 < arguments.size(); i += 2) {
        dimensions << arguments.at(i + 1).toInt();
    }
    if (arguments.isEmpty() || dimensions.contains(0)) {
        std::fputs("usage: retrieval_bench FOLDER [--dimensions N]... | --chunks N\n", stderr);
        return 2;
    }
    quality(arguments.first(), dimensions.isEmpty() ? QList<int>{SemanticModel::kDimensions} : dimensions);
    return 0;
}
