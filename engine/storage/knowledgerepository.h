// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/contextsource.h"
#include "engine/domain/queries.h"
#include "engine/storage/connection.h"
#include "engine/storage/database.h"

namespace lathe {

/// agent_knowledge_bases, _documents, _passages and their full-text index.
class KnowledgeRepository
{
public:
    explicit KnowledgeRepository(Connection& connection) : m_connection(connection) {}

    /// Adds a base in one transaction, in place of one of the same name.
    [[nodiscard]] Result<KnowledgeBaseInfo> add(const QString& name, const QList<KnowledgeDocument>& documents,
                                                bool builtin, qint64 nowMs);
    [[nodiscard]] Result<QList<KnowledgeBaseInfo>> bases();
    [[nodiscard]] Result<void> drop(qint64 id);
    /// Best first by BM25 with the title counting twice. Any text is a valid query; one without a word finds nothing.
    [[nodiscard]] Result<QList<ContextPassage>> search(const QString& query, int topK);

private:
    [[nodiscard]] Result<void> addDocument(KnowledgeBaseInfo& base, const KnowledgeDocument& document);
    [[nodiscard]] Result<void> removeContent(qint64 base);

    Connection& m_connection;
};

} // namespace lathe
