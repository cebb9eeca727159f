// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/contextsource.h"
#include "engine/domain/queries.h"
#include "engine/storage/connection.h"
#include "engine/storage/database.h"

#include <QHash>

#include <vector>

namespace lathe {

struct KnowledgeSemantics;
struct ScoredPassage;

/// agent_knowledge_bases, _documents, _passages and their full-text index.
class KnowledgeRepository
{
public:
    explicit KnowledgeRepository(Connection& connection) : m_connection(connection) {}

    /// Adds a base in one transaction, in place of what one of the same name held.
    [[nodiscard]] Result<KnowledgeBaseInfo> add(const QString& name, const QList<KnowledgeDocument>& documents,
                                                bool builtin, qint64 nowMs);
    /// The base of that name, made if there is none, with new roots.
    [[nodiscard]] Result<KnowledgeBaseInfo> open(const QString& name, const QStringList& roots, qint64 nowMs);
    /// Puts documents in place of those of the same sources and takes others away, in one transaction.
    [[nodiscard]] Result<KnowledgeBaseInfo> change(qint64 base, const QList<KnowledgeDocument>& put,
                                                   const QStringList& removed);
    /// Of each source, that of its file.
    [[nodiscard]] Result<QHash<QString, QString>> hashes(qint64 base);
    [[nodiscard]] Result<QList<KnowledgeBaseInfo>> bases();
    [[nodiscard]] Result<void> drop(qint64 id);
    /// By BM25 alone, with the title counting twice, best first. Words are letters and digits, as searchTerms() gives.
    [[nodiscard]] Result<std::vector<ScoredPassage>> matches(const QStringList& words, qsizetype most);
    /// The best by words and meaning together (see knowledgeranking.h). Any text is a valid query; one without a word
    /// finds nothing.
    [[nodiscard]] Result<QList<ContextPassage>> search(const QString& query, int topK,
                                                       const KnowledgeSemantics& semantics);

private:
    [[nodiscard]] Result<qint64> findOrMake(const QString& name, const QStringList& roots, bool builtin, qint64 nowMs);
    [[nodiscard]] Result<void> addDocument(qint64 base, const KnowledgeDocument& document);
    [[nodiscard]] Result<void> removeDocuments(Result<Rows> rows);
    /// Counts anew what the base holds, and commits.
    [[nodiscard]] Result<KnowledgeBaseInfo> finish(std::unique_ptr<Transaction> transaction, qint64 base);

    Connection& m_connection;
};

} // namespace lathe
