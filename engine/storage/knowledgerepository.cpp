// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/knowledgerepository.h"

#include "engine/storage/passages.h"

#include <algorithm>

namespace lathe {

namespace {

constexpr int kMostResults = 100;

constexpr Sql kFindBase{"SELECT id FROM agent_knowledge_bases WHERE name = ?"};
constexpr Sql kInsertBase{
    "INSERT INTO agent_knowledge_bases (name, builtin, documents, passages, characters, added_at) "
    "VALUES (?, ?, 0, 0, 0, ?) RETURNING id"};
constexpr Sql kSetCounts{"UPDATE agent_knowledge_bases SET documents = ?, passages = ?, characters = ? WHERE id = ?"};
constexpr Sql kInsertDocument{"INSERT INTO agent_knowledge_documents (base, source, title) VALUES (?, ?, ?) "
                              "RETURNING id"};
constexpr Sql kInsertPassage{"INSERT INTO agent_knowledge_passages (document, position, content) VALUES (?, ?, ?) "
                             "RETURNING id"};
constexpr Sql kInsertIndex{"INSERT INTO agent_knowledge_index (rowid, title, content) VALUES (?, ?, ?)"};
constexpr Sql kBases{"SELECT id, name, builtin, documents, passages, characters, added_at FROM agent_knowledge_bases "
                     "ORDER BY name"};
// An index over content that lies elsewhere has to be told what it forgets.
constexpr Sql kDropIndex{"INSERT INTO agent_knowledge_index (agent_knowledge_index, rowid, title, content) "
                         "SELECT 'delete', p.id, d.title, p.content FROM agent_knowledge_passages p "
                         "JOIN agent_knowledge_documents d ON d.id = p.document WHERE d.base = ?"};
constexpr Sql kDropPassages{"DELETE FROM agent_knowledge_passages WHERE document IN "
                            "(SELECT id FROM agent_knowledge_documents WHERE base = ?)"};
constexpr Sql kDropDocuments{"DELETE FROM agent_knowledge_documents WHERE base = ?"};
constexpr Sql kDropBase{"DELETE FROM agent_knowledge_bases WHERE id = ?"};
constexpr Sql kSearch{"SELECT p.id, b.name, d.source, d.title, p.content, p.position, "
                      "bm25(agent_knowledge_index, 2.0, 1.0) AS score FROM agent_knowledge_index "
                      "JOIN agent_knowledge_passages p ON p.id = agent_knowledge_index.rowid "
                      "JOIN agent_knowledge_documents d ON d.id = p.document "
                      "JOIN agent_knowledge_bases b ON b.id = d.base "
                      "WHERE agent_knowledge_index MATCH ? ORDER BY score, p.id LIMIT ?"};

} // namespace

Result<KnowledgeBaseInfo> KnowledgeRepository::add(const QString& name, const QList<KnowledgeDocument>& documents,
                                                   bool builtin, qint64 nowMs)
{
    if (name.trimmed().isEmpty()) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("A knowledge base needs a name"));
    }
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto old = m_connection.integer(kFindBase, {name});
    if (!old) {
        return fail(old.error());
    }
    if (*old) {
        const auto removed = removeContent(**old);
        if (!removed) {
            return fail(removed.error());
        }
    }
    const auto id = m_connection.integer(kInsertBase, {name, qint64(builtin ? 1 : 0), nowMs});
    if (!id) {
        return fail(id.error());
    }
    KnowledgeBaseInfo base{.id = id->value_or(0), .name = name, .addedAtMs = nowMs, .builtin = builtin};
    for (const KnowledgeDocument& document : documents) {
        const auto added = addDocument(base, document);
        if (!added) {
            return fail(added.error());
        }
    }
    const auto counted = m_connection.execute(kSetCounts, {base.documents, base.passages, base.characters, base.id});
    if (!counted) {
        return fail(counted.error());
    }
    const auto committed = (*transaction)->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return base;
}

Result<void> KnowledgeRepository::addDocument(KnowledgeBaseInfo& base, const KnowledgeDocument& document)
{
    const auto id = m_connection.integer(kInsertDocument, {base.id, document.source, document.title});
    if (!id) {
        return fail(id.error());
    }
    ++base.documents;
    base.characters += document.text.size();
    const QList<Passage> passages = splitPassages(document.text);
    for (const Passage& passage : passages) {
        const auto row =
            m_connection.integer(kInsertPassage, {id->value_or(0), qint64(passage.position), passage.text});
        if (!row) {
            return fail(row.error());
        }
        const auto indexed = m_connection.execute(kInsertIndex, {row->value_or(0), document.title, passage.text});
        if (!indexed) {
            return fail(indexed.error());
        }
        ++base.passages;
    }
    return {};
}

Result<void> KnowledgeRepository::removeContent(qint64 base)
{
    for (const Sql sql : {kDropIndex, kDropPassages, kDropDocuments, kDropBase}) {
        const auto done = m_connection.execute(sql, {base});
        if (!done) {
            return fail(done.error());
        }
    }
    return {};
}

Result<void> KnowledgeRepository::drop(qint64 id)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto known = bases();
    if (!known) {
        return fail(known.error());
    }
    if (std::none_of(known->begin(), known->end(), [id](const KnowledgeBaseInfo& base) { return base.id == id; })) {
        return fail(ErrorCode::NotFound, QStringLiteral("There is no knowledge base %1").arg(id));
    }
    const auto removed = removeContent(id);
    if (!removed) {
        return fail(removed.error());
    }
    return (*transaction)->commit();
}

Result<QList<KnowledgeBaseInfo>> KnowledgeRepository::bases()
{
    auto rows = m_connection.query(kBases);
    if (!rows) {
        return fail(rows.error());
    }
    QList<KnowledgeBaseInfo> bases;
    while (rows->next()) {
        bases << KnowledgeBaseInfo{.id = rows->integer(0),
                                   .name = rows->text(1),
                                   .documents = rows->integer(3),
                                   .passages = rows->integer(4),
                                   .characters = rows->integer(5),
                                   .addedAtMs = rows->integer(6),
                                   .builtin = rows->integer(2) != 0};
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return bases;
}

Result<QList<ContextPassage>> KnowledgeRepository::search(const QString& query, int topK)
{
    QStringList quoted;
    const QStringList terms = searchTerms(query);
    for (const QString& term : terms) {
        // Terms hold letters and digits only: nothing in them can end the quotes.
        quoted << QLatin1Char('"') + term + QLatin1Char('"');
    }
    if (quoted.isEmpty()) {
        return QList<ContextPassage>();
    }
    auto rows =
        m_connection.query(kSearch, {quoted.join(QLatin1String(" OR ")), qint64(std::clamp(topK, 1, kMostResults))});
    if (!rows) {
        return fail(rows.error());
    }
    QList<ContextPassage> passages;
    while (rows->next()) {
        // SQLite gives better matches smaller, negative numbers.
        passages << ContextPassage{.id = rows->integer(0),
                                   .knowledgeBase = rows->text(1),
                                   .source = rows->text(2),
                                   .title = rows->text(3),
                                   .text = rows->text(4),
                                   .offset = rows->integer(5),
                                   .score = -rows->real(6)};
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return passages;
}

} // namespace lathe
