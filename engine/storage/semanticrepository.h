// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"
#include "engine/storage/knowledgesemantics.h"

namespace lathe {

struct KnowledgeSemantics;

struct SemanticState
{
    qint64 passages = 0;  ///< there are now
    qint64 model = 0;     ///< that searches use; 0: none
    qint64 trainedOn = 0; ///< as many passages there were then
    QByteArray content;   ///< of the model

    bool operator==(const SemanticState&) const = default;
};

/// Which model with which vectors.
struct SemanticVersion
{
    qint64 model = 0;
    qint64 revision = 0;

    bool operator==(const SemanticVersion&) const = default;
};

struct UnreadPassage
{
    qint64 id = 0;
    SemanticText text;
};

struct StoredVector
{
    qint64 passage = 0;
    SemanticVector numbers; ///< may be empty: there is no word in it that the model knows
};

/// agent_knowledge_models and _vectors. A model that is being made lies beside the one in use until it is whole.
class SemanticRepository
{
public:
    explicit SemanticRepository(Connection& connection) : m_connection(connection) {}

    [[nodiscard]] Result<SemanticState> state();
    [[nodiscard]] Result<SemanticVersion> version();
    /// At most so many passages, evenly spread over all of them.
    [[nodiscard]] Result<QList<SemanticText>> sample(qsizetype most);
    /// At most so many passages that have no vector of this model yet.
    [[nodiscard]] Result<QList<UnreadPassage>> withoutVector(qint64 model, int most);
    /// Not in use yet; one that was left half made is thrown away.
    [[nodiscard]] Result<qint64> addModel(const QByteArray& content, qint64 trainedOn);
    /// ready: the model is whole, and takes the place of the one before.
    [[nodiscard]] Result<void> addVectors(qint64 model, const QList<StoredVector>& vectors, bool ready);
    [[nodiscard]] Result<KnowledgeSemantics> load(qint64 model);

private:
    Connection& m_connection;
};

} // namespace lathe
