// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/knowledgesemantics.h"

namespace lathe {

/// A passage and how near it is.
struct ScoredPassage
{
    qint64 passage = 0;
    double score = 0; ///< larger is better

    bool operator==(const ScoredPassage&) const = default;
};

/// The vectors of all passages in memory, two bytes a number, gone through from end to end: exact, and fast enough for
/// a few hundred thousand.
class KnowledgeVectors
{
public:
    explicit KnowledgeVectors(int dimensions = 0) : m_dimensions(dimensions) {}

    /// In the order of their passages; numbers as SemanticVector's, in the machine's byte order. One of another
    /// size is left out.
    void append(qint64 passage, QByteArrayView numbers);
    [[nodiscard]] qsizetype size() const { return static_cast<qsizetype>(m_passages.size()); }
    /// The cosine of each, the largest first; ties by passage.
    [[nodiscard]] std::vector<ScoredPassage> nearest(const SemanticVector& query, qsizetype most) const;
    /// The cosine of one; 0 if it has no vector.
    [[nodiscard]] double similarity(const SemanticVector& query, qint64 passage) const;

private:
    int m_dimensions;
    std::vector<qint64> m_passages;
    std::vector<qint16> m_numbers;
};

} // namespace lathe
