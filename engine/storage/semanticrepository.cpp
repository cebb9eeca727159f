// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/semanticrepository.h"

#include "engine/storage/knowledgeranking.h"

namespace lathe {

namespace {

constexpr Sql kPassages{"SELECT count(*) FROM agent_knowledge_passages"};
constexpr Sql kCurrent{"SELECT id, trained_on, content FROM agent_knowledge_models WHERE ready = 1 "
                       "ORDER BY id DESC LIMIT 1"};
constexpr Sql kVersion{"SELECT id, revision FROM agent_knowledge_models WHERE ready = 1 ORDER BY id DESC LIMIT 1"};
constexpr Sql kAll{"SELECT d.title, p.content FROM agent_knowledge_passages p "
                   "JOIN agent_knowledge_documents d ON d.id = p.document ORDER BY p.id"};
constexpr Sql kWithout{"SELECT p.id, d.title, p.content FROM agent_knowledge_passages p "
                       "JOIN agent_knowledge_documents d ON d.id = p.document WHERE p.id > ("
                       // Passages are read in their order, so that all before the last vector mostly have one.
                       "SELECT coalesce(max(passage), 0) FROM agent_knowledge_vectors WHERE model = ?) "
                       "ORDER BY p.id LIMIT ?"};
constexpr Sql kGaps{"SELECT p.id, d.title, p.content FROM agent_knowledge_passages p "
                    "JOIN agent_knowledge_documents d ON d.id = p.document WHERE NOT EXISTS ("
                    "SELECT 1 FROM agent_knowledge_vectors v WHERE v.model = ? AND v.passage = p.id) "
                    "ORDER BY p.id LIMIT ?"};
constexpr Sql kDropHalfVectors{"DELETE FROM agent_knowledge_vectors WHERE model IN "
                               "(SELECT id FROM agent_knowledge_models WHERE ready = 0)"};
constexpr Sql kDropHalf{"DELETE FROM agent_knowledge_models WHERE ready = 0"};
constexpr Sql kInsertModel{"INSERT INTO agent_knowledge_models (trained_on, ready, revision, content) "
                           "VALUES (?, 0, 0, ?) RETURNING id"};
constexpr Sql kInsertVector{"INSERT INTO agent_knowledge_vectors (model, passage, numbers) VALUES (?, ?, ?) "
                            "ON CONFLICT (model, passage) DO UPDATE SET numbers = excluded.numbers"};
constexpr Sql kDropOldVectors{"DELETE FROM agent_knowledge_vectors WHERE model < ?"};
constexpr Sql kDropOld{"DELETE FROM agent_knowledge_models WHERE id < ?"};
constexpr Sql kSetReady{"UPDATE agent_knowledge_models SET ready = 1 WHERE id = ?"};
constexpr Sql kTouch{"UPDATE agent_knowledge_models SET revision = revision + 1 WHERE id = ?"};
constexpr Sql kContent{"SELECT content FROM agent_knowledge_models WHERE id = ?"};
constexpr Sql kVectors{"SELECT passage, numbers FROM agent_knowledge_vectors WHERE model = ? ORDER BY passage"};

Result<QList<UnreadPassage>> readPassages(Result<Rows> rows)
{
    if (!rows) {
        return fail(rows.error());
    }
    QList<UnreadPassage> passages;
    while (rows->next()) {
        passages << UnreadPassage{.id = rows->integer(0), .text = {.title = rows->text(1), .text = rows->text(2)}};
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return passages;
}

} // namespace

Result<SemanticState> SemanticRepository::state()
{
    SemanticState state;
    const auto passages = m_connection.integer(kPassages);
    if (!passages) {
        return fail(passages.error());
    }
    state.passages = passages->value_or(0);
    auto rows = m_connection.query(kCurrent);
    if (!rows) {
        return fail(rows.error());
    }
    if (rows->next()) {
        state.model = rows->integer(0);
        state.trainedOn = rows->integer(1);
        state.content = rows->bytes(2);
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return state;
}

Result<SemanticVersion> SemanticRepository::version()
{
    auto rows = m_connection.query(kVersion);
    if (!rows) {
        return fail(rows.error());
    }
    SemanticVersion version;
    if (rows->next()) {
        version = {.model = rows->integer(0), .revision = rows->integer(1)};
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return version;
}

Result<QList<SemanticText>> SemanticRepository::sample(qsizetype most)
{
    const auto count = m_connection.integer(kPassages);
    if (!count) {
        return fail(count.error());
    }
    const qint64 total = count->value_or(0);
    const qint64 taken = std::min<qint64>(total, most);
    auto rows = m_connection.query(kAll);
    if (!rows) {
        return fail(rows.error());
    }
    QList<SemanticText> texts;
    qint64 place = 0;
    while (texts.size() < taken && rows->next()) {
        if (place++ == texts.size() * total / taken) {
            texts << SemanticText{.title = rows->text(0), .text = rows->text(1)};
        }
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return texts;
}

Result<QList<UnreadPassage>> SemanticRepository::withoutVector(qint64 model, int most)
{
    auto after = readPassages(m_connection.query(kWithout, {model, qint64(most)}));
    if (!after || !after->isEmpty()) {
        return after;
    }
    return readPassages(m_connection.query(kGaps, {model, qint64(most)}));
}

Result<qint64> SemanticRepository::addModel(const QByteArray& content, qint64 trainedOn)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    for (const Sql sql : {kDropHalfVectors, kDropHalf}) {
        const auto dropped = m_connection.execute(sql);
        if (!dropped) {
            return fail(dropped.error());
        }
    }
    const auto id = m_connection.integer(kInsertModel, {trainedOn, content});
    if (!id) {
        return fail(id.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return id->value_or(0);
}

Result<void> SemanticRepository::addVectors(qint64 model, const QList<StoredVector>& vectors, bool ready)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    for (const StoredVector& vector : vectors) {
        const QByteArray numbers(reinterpret_cast<const char *>(vector.numbers.data()),
                                 static_cast<qsizetype>(vector.numbers.size() * sizeof(qint16)));
        const auto added = m_connection.execute(kInsertVector, {model, vector.passage, numbers});
        if (!added) {
            return fail(added.error());
        }
    }
    if (ready) {
        for (const Sql sql : {kDropOldVectors, kDropOld, kSetReady}) {
            const auto done = m_connection.execute(sql, {model});
            if (!done) {
                return fail(done.error());
            }
        }
    }
    const auto touched = m_connection.execute(kTouch, {model});
    if (!touched) {
        return fail(touched.error());
    }
    return (*transaction)->commit();
}

Result<KnowledgeSemantics> SemanticRepository::load(qint64 model)
{
    KnowledgeSemantics semantics;
    auto content = m_connection.query(kContent, {model});
    if (!content) {
        return fail(content.error());
    }
    if (content->next()) {
        auto read = SemanticModel::fromBytes(content->view(0));
        if (!read) {
            return fail(read.error());
        }
        semantics.model = std::make_shared<const SemanticModel>(std::move(*read));
    }
    const auto found = content->finish();
    if (!found) {
        return fail(found.error());
    }
    if (!semantics.model) {
        return semantics;
    }
    semantics.vectors = KnowledgeVectors(semantics.model->dimensions());
    auto rows = m_connection.query(kVectors, {model});
    if (!rows) {
        return fail(rows.error());
    }
    while (rows->next()) {
        semantics.vectors.append(rows->integer(0), rows->view(1));
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return semantics;
}

} // namespace lathe
