// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/knowledgevectors.h"

#include <memory>

namespace lathe {

/// What is known of the meaning of passages: the model and a vector for each. Without a model, words alone count.
struct KnowledgeSemantics
{
    std::shared_ptr<const SemanticModel> model;
    KnowledgeVectors vectors;
};

/// As many passages are looked at by each of the two ways of ranking.
constexpr qsizetype kCandidates = 200;

/// Of the words of a query those that BM25 looks for: the rarest, until they would be found in so many passages that
/// scoring each would take long. Common words say little, and their meaning counts all the same.
[[nodiscard]] QStringList tellingWords(const QString& query, const KnowledgeSemantics& semantics);

/// Ranks by words (BM25) and by meaning (cosine) together, best first: each score as a share of its best, the mean of
/// the two. Shares keep the distances that ranks lose (Bruch, Gai, Ingber 2023), and equal weight favours neither on a
/// collection nobody has seen. Scores lie in 0 to 1.
[[nodiscard]] std::vector<ScoredPassage> fuse(const std::vector<ScoredPassage>& words, const QString& query,
                                              const KnowledgeSemantics& semantics);

} // namespace lathe
