// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/knowledgerepository.h"

#include "engine/storage/knowledgeranking.h"
#include "engine/storage/passages.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>

namespace lathe {

namespace {

constexpr int kMostResults = 100;

constexpr Sql kFindBase{"SELECT id FROM agent_knowledge_bases WHERE name = ?"};
constexpr Sql kInsertBase{
    "INSERT INTO agent_knowledge_bases (name, builtin, documents, passages, characters, added_at, roots) "
    "VALUES (?, ?, 0, 0, 0, ?, ?) RETURNING id"};
constexpr Sql kSetRoots{"UPDATE agent_knowledge_bases SET roots = ?, added_at = ? WHERE id = ?"};
constexpr Sql kCount{"UPDATE agent_knowledge_bases SET documents = c.documents, passages = c.passages, "
                     "characters = c.characters FROM (SELECT count(*) AS documents, coalesce(sum(passages), 0) AS "
                     "passages, coalesce(sum(characters), 0) AS characters FROM agent_knowledge_documents "
                     "WHERE base = ?) AS c WHERE id = ?"};
constexpr Sql kInsertDocument{"INSERT INTO agent_knowledge_documents (base, source, title, hash, passages, characters) "
                              "VALUES (?, ?, ?, ?, ?, ?) RETURNING id"};
constexpr Sql kInsertPassage{"INSERT INTO agent_knowledge_passages (document, position, content, line, page) "
                             "VALUES (?, ?, ?, ?, ?) RETURNING id"};
constexpr Sql kInsertIndex{"INSERT INTO agent_knowledge_index (rowid, title, content) VALUES (?, ?, ?)"};
constexpr Sql kHashes{"SELECT source, hash FROM agent_knowledge_documents WHERE base = ?"};
constexpr Sql kFindDocuments{"SELECT id FROM agent_knowledge_documents WHERE base = ? AND source = ?"};
constexpr Sql kBases{
    "SELECT id, name, builtin, documents, passages, characters, added_at, roots FROM agent_knowledge_bases "
    "ORDER BY name"};
// An index over content that lies elsewhere has to be told what it forgets.
constexpr Sql kDropIndex{"INSERT INTO agent_knowledge_index (agent_knowledge_index, rowid, title, content) "
                         "SELECT 'delete', p.id, d.title, p.content FROM agent_knowledge_passages p "
                         "JOIN agent_knowledge_documents d ON d.id = p.document WHERE d.id = ?"};
constexpr Sql kDropVectors{"DELETE FROM agent_knowledge_vectors WHERE model IN (SELECT id FROM agent_knowledge_models) "
                           "AND passage IN (SELECT id FROM agent_knowledge_passages WHERE document = ?)"};
constexpr Sql kDropPassages{"DELETE FROM agent_knowledge_passages WHERE document = ?"};
constexpr Sql kDropDocument{"DELETE FROM agent_knowledge_documents WHERE id = ?"};
constexpr Sql kDropBase{"DELETE FROM agent_knowledge_bases WHERE id = ?"};
constexpr Sql kTouchModels{"UPDATE agent_knowledge_models SET revision = revision + 1"};
constexpr Sql kDocuments{"SELECT id FROM agent_knowledge_documents WHERE base = ?"};
constexpr Sql kMatches{"SELECT rowid, bm25(agent_knowledge_index, 2.0, 1.0) AS score FROM agent_knowledge_index "
                       "WHERE agent_knowledge_index MATCH ? ORDER BY score, rowid LIMIT ?"};
constexpr Sql kPassage{"SELECT b.name, d.source, d.title, p.content, p.position, p.line, p.page "
                       "FROM agent_knowledge_passages p JOIN agent_knowledge_documents d ON d.id = p.document "
                       "JOIN agent_knowledge_bases b ON b.id = d.base WHERE p.id = ?"};

QString rootsText(const QStringList& roots)
{
    return QString::fromUtf8(QJsonDocument(QJsonArray::fromStringList(roots)).toJson(QJsonDocument::Compact));
}

} // namespace

Result<KnowledgeBaseInfo> KnowledgeRepository::add(const QString& name, const QList<KnowledgeDocument>& documents,
                                                   bool builtin, qint64 nowMs)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto id = findOrMake(name, {}, builtin, nowMs);
    if (!id) {
        return fail(id.error());
    }
    const auto emptied = removeDocuments(m_connection.query(kDocuments, {*id}));
    if (!emptied) {
        return fail(emptied.error());
    }
    for (const KnowledgeDocument& document : documents) {
        const auto added = addDocument(*id, document);
        if (!added) {
            return fail(added.error());
        }
    }
    return finish(std::move(*transaction), *id);
}

Result<KnowledgeBaseInfo> KnowledgeRepository::open(const QString& name, const QStringList& roots, qint64 nowMs)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    const auto id = findOrMake(name, roots, false, nowMs);
    if (!id) {
        return fail(id.error());
    }
    return finish(std::move(*transaction), *id);
}

Result<KnowledgeBaseInfo> KnowledgeRepository::change(qint64 base, const QList<KnowledgeDocument>& put,
                                                      const QStringList& removed)
{
    auto transaction = Transaction::begin(m_connection);
    if (!transaction) {
        return fail(transaction.error());
    }
    QStringList going = removed;
    for (const KnowledgeDocument& document : put) {
        going << document.source;
    }
    for (const QString& source : std::as_const(going)) {
        const auto gone = removeDocuments(m_connection.query(kFindDocuments, {base, source}));
        if (!gone) {
            return fail(gone.error());
        }
    }
    for (const KnowledgeDocument& document : put) {
        const auto added = addDocument(base, document);
        if (!added) {
            return fail(added.error());
        }
    }
    return finish(std::move(*transaction), base);
}

Result<QHash<QString, QString>> KnowledgeRepository::hashes(qint64 base)
{
    auto rows = m_connection.query(kHashes, {base});
    if (!rows) {
        return fail(rows.error());
    }
    QHash<QString, QString> hashes;
    while (rows->next()) {
        hashes.insert(rows->text(0), rows->text(1));
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return hashes;
}

Result<qint64> KnowledgeRepository::findOrMake(const QString& name, const QStringList& roots, bool builtin,
                                               qint64 nowMs)
{
    if (name.trimmed().isEmpty()) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("A knowledge base needs a name"));
    }
    const auto old = m_connection.integer(kFindBase, {name});
    if (!old) {
        return fail(old.error());
    }
    if (*old) {
        const auto kept = m_connection.execute(kSetRoots, {rootsText(roots), nowMs, **old});
        if (!kept) {
            return fail(kept.error());
        }
        return **old;
    }
    const auto id = m_connection.integer(kInsertBase, {name, qint64(builtin ? 1 : 0), nowMs, rootsText(roots)});
    if (!id) {
        return fail(id.error());
    }
    return id->value_or(0);
}

Result<KnowledgeBaseInfo> KnowledgeRepository::finish(std::unique_ptr<Transaction> transaction, qint64 base)
{
    const auto counted = m_connection.execute(kCount, {base, base});
    if (!counted) {
        return fail(counted.error());
    }
    const auto known = bases();
    if (!known) {
        return fail(known.error());
    }
    const auto found =
        std::find_if(known->begin(), known->end(), [base](const KnowledgeBaseInfo& info) { return info.id == base; });
    if (found == known->end()) {
        return fail(ErrorCode::NotFound, QStringLiteral("There is no knowledge base %1 any more").arg(base));
    }
    const auto committed = transaction->commit();
    if (!committed) {
        return fail(committed.error());
    }
    return *found;
}

Result<void> KnowledgeRepository::addDocument(qint64 base, const KnowledgeDocument& document)
{
    const QList<Passage> passages = splitPassages(document.text);
    const auto id = m_connection.integer(kInsertDocument, {base, document.source, document.title, document.hash,
                                                           qint64(passages.size()), qint64(document.text.size())});
    if (!id) {
        return fail(id.error());
    }
    for (const Passage& passage : passages) {
        const auto row = m_connection.integer(kInsertPassage, {id->value_or(0), qint64(passage.position), passage.text,
                                                               qint64(passage.line), qint64(passage.page)});
        if (!row) {
            return fail(row.error());
        }
        const auto indexed = m_connection.execute(kInsertIndex, {row->value_or(0), document.title, passage.text});
        if (!indexed) {
            return fail(indexed.error());
        }
    }
    return {};
}

Result<void> KnowledgeRepository::removeDocuments(Result<Rows> rows)
{
    if (!rows) {
        return fail(rows.error());
    }
    QList<qint64> documents;
    while (rows->next()) {
        documents << rows->integer(0);
    }
    const auto read = rows->finish();
    if (!read) {
        return fail(read.error());
    }
    for (const qint64 document : std::as_const(documents)) {
        for (const Sql sql : {kDropIndex, kDropVectors, kDropPassages, kDropDocument}) {
            const auto done = m_connection.execute(sql, {document});
            if (!done) {
                return fail(done.error());
            }
        }
    }
    if (!documents.isEmpty()) {
        const auto touched = m_connection.execute(kTouchModels);
        if (!touched) {
            return fail(touched.error());
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
    const auto removed = removeDocuments(m_connection.query(kDocuments, {id}));
    if (!removed) {
        return fail(removed.error());
    }
    const auto dropped = m_connection.execute(kDropBase, {id});
    if (!dropped) {
        return fail(dropped.error());
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
        QStringList roots;
        const QJsonArray stored = QJsonDocument::fromJson(rows->bytes(7)).array();
        for (const QJsonValue& root : stored) {
            roots << root.toString();
        }
        bases << KnowledgeBaseInfo{.id = rows->integer(0),
                                   .name = rows->text(1),
                                   .documents = rows->integer(3),
                                   .passages = rows->integer(4),
                                   .characters = rows->integer(5),
                                   .addedAtMs = rows->integer(6),
                                   .builtin = rows->integer(2) != 0,
                                   .roots = roots};
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return bases;
}

Result<std::vector<ScoredPassage>> KnowledgeRepository::matches(const QStringList& words, qsizetype most)
{
    QStringList quoted;
    for (const QString& term : words) {
        // Terms hold letters and digits only: nothing in them can end the quotes.
        quoted << QLatin1Char('"') + term + QLatin1Char('"');
    }
    std::vector<ScoredPassage> matches;
    if (quoted.isEmpty()) {
        return matches;
    }
    auto rows = m_connection.query(kMatches, {quoted.join(QLatin1String(" OR ")), qint64(most)});
    if (!rows) {
        return fail(rows.error());
    }
    while (rows->next()) {
        // SQLite gives better matches smaller, negative numbers.
        matches.push_back({.passage = rows->integer(0), .score = -rows->real(1)});
    }
    const auto done = rows->finish();
    if (!done) {
        return fail(done.error());
    }
    return matches;
}

Result<QList<ContextPassage>> KnowledgeRepository::search(const QString& query, int topK,
                                                          const KnowledgeSemantics& semantics)
{
    const auto words = matches(tellingWords(query, semantics), kCandidates);
    if (!words) {
        return fail(words.error());
    }
    const std::vector<ScoredPassage> ranked = fuse(*words, query, semantics);
    QList<ContextPassage> passages;
    for (const ScoredPassage& scored : ranked) {
        if (passages.size() == std::clamp(topK, 1, kMostResults)) {
            break;
        }
        auto rows = m_connection.query(kPassage, {scored.passage});
        if (!rows) {
            return fail(rows.error());
        }
        if (rows->next()) { // not if it was dropped a moment ago
            passages << ContextPassage{.id = scored.passage,
                                       .knowledgeBase = rows->text(0),
                                       .source = rows->text(1),
                                       .title = rows->text(2),
                                       .text = rows->text(3),
                                       .offset = rows->integer(4),
                                       .line = rows->integer(5),
                                       .page = rows->integer(6),
                                       .score = scored.score};
        }
        const auto done = rows->finish();
        if (!done) {
            return fail(done.error());
        }
    }
    return passages;
}

} // namespace lathe
