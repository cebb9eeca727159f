// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/knowledgevectors.h"

#include <algorithm>
#include <cstring>

namespace lathe {

namespace {

/// Whole numbers, so that the compiler may add eight at a time.
qint32 product(const qint16 *a, const qint16 *b, int size)
{
    qint32 sum = 0;
    for (int i = 0; i < size; ++i) {
        sum += qint32(a[i]) * qint32(b[i]);
    }
    return sum;
}

double cosine(qint32 sum)
{
    return sum / (SemanticModel::kUnit * SemanticModel::kUnit);
}

} // namespace

void KnowledgeVectors::append(qint64 passage, QByteArrayView numbers)
{
    if (m_dimensions <= 0 || numbers.size() != m_dimensions * qsizetype(sizeof(qint16))) {
        return;
    }
    m_passages.push_back(passage);
    const size_t begin = m_numbers.size();
    m_numbers.resize(begin + static_cast<size_t>(m_dimensions));
    std::memcpy(m_numbers.data() + begin, numbers.data(), static_cast<size_t>(numbers.size()));
}

std::vector<ScoredPassage> KnowledgeVectors::nearest(const SemanticVector& query, qsizetype most) const
{
    if (query.size() != static_cast<size_t>(m_dimensions) || query.empty()) {
        return {};
    }
    std::vector<std::pair<qint32, size_t>> sums(m_passages.size());
    for (size_t i = 0; i < m_passages.size(); ++i) {
        // Negative, so that the smallest is the nearest and ties go by place.
        sums[i] = {-product(query.data(), m_numbers.data() + i * query.size(), m_dimensions), i};
    }
    const size_t taken = std::min(sums.size(), static_cast<size_t>(std::max<qsizetype>(most, 0)));
    const auto end = sums.begin() + static_cast<std::ptrdiff_t>(taken);
    std::nth_element(sums.begin(), end, sums.end());
    std::sort(sums.begin(), end);
    std::vector<ScoredPassage> nearest;
    nearest.reserve(taken);
    for (auto it = sums.begin(); it != end; ++it) {
        nearest.push_back({.passage = m_passages[it->second], .score = cosine(-it->first)});
    }
    return nearest;
}

double KnowledgeVectors::similarity(const SemanticVector& query, qint64 passage) const
{
    const auto found = std::lower_bound(m_passages.begin(), m_passages.end(), passage);
    if (found == m_passages.end() || *found != passage || query.size() != static_cast<size_t>(m_dimensions)) {
        return 0;
    }
    const auto at = static_cast<size_t>(found - m_passages.begin());
    return cosine(product(query.data(), m_numbers.data() + at * query.size(), m_dimensions));
}

} // namespace lathe
