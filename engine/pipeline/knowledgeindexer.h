// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/facadetypes.h"
#include "engine/storage/database.h"

#include <QCoroTask>

namespace lathe {

/// Brings files into knowledge bases, in steps that leave others their turn at the database, and lets the semantic
/// index learn from them. What is unchanged since the last time stays as it is. Engine thread; the work itself is done
/// on others. One call works at a time, the next waits.
class KnowledgeIndexer
{
public:
    explicit KnowledgeIndexer(Database& database) : m_database(database) {}

    /// The base called name becomes what lies under the roots now. Cancelled in the middle, it holds what was read by
    /// then; the next call goes on from there.
    QCoro::Task<Result<KnowledgeBaseInfo>> index(QString name, QStringList roots,
                                                 std::shared_ptr<KnowledgeProgress> progress, std::stop_token stop);

private:
    /// Vectors for passages that have none. Learns anew from all when they have become half as many again, or half as
    /// many, since it last did.
    QCoro::Task<Result<void>> learn(std::shared_ptr<KnowledgeProgress> progress);
    QCoro::Task<Result<KnowledgeBaseInfo>> indexFiles(QString name, QStringList roots,
                                                      std::shared_ptr<KnowledgeProgress> progress);
    QCoro::Task<Result<SemanticModel>> train(std::shared_ptr<KnowledgeProgress> progress);
    QCoro::Task<Result<void>> fold(qint64 id, std::shared_ptr<const SemanticModel> model, bool isNew,
                                   std::shared_ptr<KnowledgeProgress> progress);

    Database& m_database;
    QFuture<void> m_last; ///< of the call before
};

} // namespace lathe
