// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/knowledgeranking.h"

#include "engine/storage/passages.h"

#include <algorithm>

namespace lathe {

namespace {

/// Below this a cosine says nothing: a passage without a word of the query is no answer for it.
constexpr double kLeastCosine = 0.2;

/// About ten milliseconds' worth of BM25.
constexpr double kMostMatches = 15'000;

} // namespace

QStringList tellingWords(const QString& query, const KnowledgeSemantics& semantics)
{
    const QStringList words = searchTerms(query);
    if (!semantics.model) {
        return words;
    }
    std::vector<std::pair<double, QString>> byShare;
    for (const QString& word : words) {
        byShare.emplace_back(semantics.model->shareOf(word), word);
    }
    std::stable_sort(byShare.begin(), byShare.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    QStringList telling;
    double matches = 0;
    for (const auto& [share, word] : byShare) {
        matches += share * static_cast<double>(semantics.vectors.size());
        if (matches > kMostMatches && !telling.isEmpty()) {
            break;
        }
        telling << word;
    }
    return telling;
}

std::vector<ScoredPassage> fuse(const std::vector<ScoredPassage>& words, const QString& query,
                                const KnowledgeSemantics& semantics)
{
    std::vector<ScoredPassage> ranked = words;
    const double bestWords = words.empty() || words.front().score <= 0 ? 1 : words.front().score;
    for (ScoredPassage& entry : ranked) {
        entry.score /= bestWords;
    }
    const SemanticVector vector =
        semantics.model ? semantics.model->vectorOf({.title = {}, .text = query}) : SemanticVector();
    const std::vector<ScoredPassage> near = semantics.vectors.nearest(vector, kCandidates);
    if (near.empty() || near.front().score <= kLeastCosine) {
        return ranked;
    }
    QHash<qint64, double> scores;
    const double bestNear = near.front().score;
    for (const ScoredPassage& entry : near) {
        if (entry.score >= kLeastCosine) {
            scores.insert(entry.passage, entry.score / bestNear / 2);
        }
    }
    for (const ScoredPassage& entry : ranked) {
        const double cosine = std::max(semantics.vectors.similarity(vector, entry.passage), 0.0);
        scores.insert(entry.passage, entry.score / 2 + cosine / bestNear / 2);
    }
    ranked.clear();
    for (auto it = scores.begin(); it != scores.end(); ++it) {
        ranked.push_back({.passage = it.key(), .score = it.value()});
    }
    std::sort(ranked.begin(), ranked.end(), [](const ScoredPassage& a, const ScoredPassage& b) {
        return a.score != b.score ? a.score > b.score : a.passage < b.passage;
    });
    return ranked;
}

} // namespace lathe
