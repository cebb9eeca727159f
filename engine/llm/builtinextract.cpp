// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinextract.h"

#include "engine/llm/builtintext.h"

#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSet>

#include <algorithm>
#include <cmath>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr double kLeastCoverage = 0.34;
constexpr double kGoOnShare = 0.3;   ///< what a further sentence adds must be worth this share of the first
constexpr double kAlikeShare = 0.55; ///< and by itself it must be worth this share
constexpr double kSeenWeight = 0.5;  ///< of a term that an earlier sentence has
constexpr double kTitleWeight = 0.3;
constexpr double kSameShare = 0.7; ///< word overlap above which two sentences say the same
constexpr qsizetype kComfortableWords = 30;
constexpr qsizetype kMostSentences = 5000;
constexpr qsizetype kCutPassage = 800; ///< shorter passages are whole documents or end where these do

struct Candidate
{
    qsizetype passage = 0;
    qsizetype place = 0; ///< number of the sentence in its passage
    QString sentence;
    QStringList stems;
    QSet<QString> terms;
    bool defines = false; ///< says what the thing asked about is
};

QSet<QString> toSet(const QStringList& list)
{
    return QSet<QString>(list.begin(), list.end());
}

/// Without the stumps that cutting a document into passages leaves at their ends.
QStringList wholeSentences(const Passage& passage)
{
    QStringList all = sentences(passage.text);
    if (passage.startsInside && all.size() > 1 && !all.first().front().isUpper()) {
        all.removeFirst();
    }
    const bool longPassage = passage.text.size() >= kCutPassage;
    if (longPassage && all.size() > 1 && !QStringView(u".!?:`)|\u201D").contains(all.last().back())) {
        all.removeLast();
    }
    return all;
}

QList<Candidate> candidates(const QList<Passage>& passages, bool german)
{
    QList<Candidate> all;
    for (qsizetype p = 0; p < passages.size(); ++p) {
        qsizetype place = 0;
        for (const QString& sentence : wholeSentences(passages[p])) {
            Candidate candidate{p, place++, sentence, contentStems(sentence, german), {}, false};
            candidate.terms = toSet(candidate.stems);
            if (candidate.stems.size() >= 2) {
                all.append(candidate);
            }
            if (all.size() >= kMostSentences) {
                return all;
            }
        }
    }
    return all;
}

bool saysTheSame(const Candidate& a, const Candidate& b)
{
    const QSet<QString> common = QSet<QString>(a.terms).intersect(b.terms);
    const auto smaller = std::min(a.terms.size(), b.terms.size());
    return smaller > 0 && static_cast<double>(common.size()) / static_cast<double>(smaller) > kSameShare;
}

/// Inverse frequency over the sentences at hand; a term that none of them holds weighs as much as the rarest.
QHash<QString, double> weigh(const QStringList& terms, const QList<Candidate>& all)
{
    QHash<QString, double> weights;
    for (const QString& term : terms) {
        double holding = 0;
        for (const Candidate& candidate : all) {
            holding += candidate.terms.contains(term) ? 1 : 0;
        }
        const double rare = std::max(holding, 1.0) + 0.5;
        weights[term] = std::log(1.0 + (static_cast<double>(all.size()) + 1.0) / rare);
    }
    return weights;
}

class Ranker
{
public:
    Ranker(const QString& question, const QList<Passage>& passages)
        : m_german(looksGerman(question)),
          m_passages(passages),
          m_ordered(contentStems(question, m_german)),
          m_all(candidates(passages, m_german))
    {
        static const QRegularExpression definition(
            u"^\\W*(?:what\\s+(?:is|are|does)|explain|define|describe|was\\s+(?:ist|sind|bedeutet)|erkläre?)\\b"_s,
            QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption);
        m_wantsDefinition = definition.match(question).hasMatch();
        m_terms = m_ordered;
        m_terms.removeDuplicates();
        for (Candidate& candidate : m_all) {
            candidate.defines = m_wantsDefinition && defines(candidate);
        }
        m_weights = weigh(m_terms, m_all);
        for (const QString& term : m_terms) {
            m_total += m_weights.value(term);
        }
        for (const Passage& passage : passages) {
            m_titles.append(toSet(contentStems(passage.title, m_german)));
        }
    }

    [[nodiscard]] Extract run(qsizetype most)
    {
        Extract result;
        double best = 0;
        double bestAlone = 0;
        QList<const Candidate *> chosen;
        while (chosen.size() < most) {
            const Candidate *pick = nullptr;
            double pickScore = 0;
            for (const Candidate& candidate : m_all) {
                const double value = score(candidate, m_covered);
                const auto same = [&candidate](const Candidate *other) { return saysTheSame(candidate, *other); };
                if (value > pickScore && score(candidate, {}) >= kAlikeShare * bestAlone &&
                    std::none_of(chosen.begin(), chosen.end(), same)) {
                    pick = &candidate;
                    pickScore = value;
                }
            }
            if (!pick || (!chosen.isEmpty() && pickScore < kGoOnShare * best)) {
                break;
            }
            if (chosen.isEmpty()) {
                best = pickScore;
                bestAlone = pickScore;
            }
            chosen.append(pick);
            cover(*pick);
        }
        for (const Candidate *candidate : chosen) {
            result.quotes.append({candidate->passage, candidate->sentence});
        }
        judge(result);
        return result;
    }

private:
    /// "A frame is …" says what a frame is: the sentence begins with what the question is about.
    [[nodiscard]] bool defines(const Candidate& candidate) const
    {
        static const QRegularExpression verb(u"\\b(?:is|are|means?|ist|sind|bedeutet|heißt)\\b"_s);
        const auto found = verb.match(candidate.sentence);
        if (!found.hasMatch()) {
            return false;
        }
        const QStringList subject = contentStems(candidate.sentence.first(found.capturedStart()), m_german);
        return !subject.isEmpty() && subject.size() <= m_terms.size() &&
               std::all_of(subject.begin(), subject.end(),
                           [this](const QString& term) { return m_terms.contains(term); });
    }

    [[nodiscard]] double score(const Candidate& candidate, const QSet<QString>& seen) const
    {
        double value = 0;
        const QSet<QString>& title = m_titles[candidate.passage];
        for (const QString& term : m_terms) {
            const double weight = m_weights.value(term) * (seen.contains(term) ? kSeenWeight : 1.0);
            value += candidate.terms.contains(term) ? weight : 0.0;
            value += title.contains(term) ? kTitleWeight * weight : 0.0;
        }
        if (!std::any_of(m_terms.begin(), m_terms.end(),
                         [&candidate](const QString& term) { return candidate.terms.contains(term); })) {
            return 0;
        }
        for (qsizetype i = 0; i + 1 < m_ordered.size(); ++i) {
            const qsizetype at = candidate.stems.indexOf(m_ordered[i]);
            if (at >= 0 && at + 1 < candidate.stems.size() && candidate.stems[at + 1] == m_ordered[i + 1]) {
                value += 0.15 * (m_weights.value(m_ordered[i]) + m_weights.value(m_ordered[i + 1]));
            }
        }
        if (candidate.defines) {
            value *= 1.6;
        }
        // A heading or the title again says little beside the source line that names it anyway.
        if (candidate.stems.size() < 4 || candidate.terms == title) {
            value *= 0.5;
        }
        const double length = static_cast<double>(std::max<qsizetype>(0, candidate.stems.size() - kComfortableWords));
        value /= 1.0 + 0.03 * length;
        const double rank = static_cast<double>(candidate.passage) / static_cast<double>(m_passages.size());
        const double early = candidate.place < 2 ? 1.05 : 1.0;
        return value * (1.15 - 0.15 * rank) * early;
    }

    void cover(const Candidate& candidate)
    {
        for (const QString& term : m_terms) {
            if (candidate.terms.contains(term) || m_titles[candidate.passage].contains(term)) {
                m_covered.insert(term);
            }
        }
    }

    /// Takes the quotes away if what they cover is too little to be an answer.
    void judge(Extract& result) const
    {
        double covered = 0;
        for (const QString& term : m_covered) {
            covered += m_weights.value(term);
        }
        result.coverage = m_total > 0 ? covered / m_total : 0;
        const qsizetype needed = m_terms.size() >= 3 ? 2 : 1;
        if (result.coverage < kLeastCoverage || m_covered.size() < needed) {
            result.quotes.clear();
        }
    }

    bool m_german;
    bool m_wantsDefinition = false;
    const QList<Passage>& m_passages;
    QStringList m_ordered;
    QStringList m_terms;
    QList<Candidate> m_all;
    QHash<QString, double> m_weights;
    double m_total = 0;
    QList<QSet<QString>> m_titles;
    QSet<QString> m_covered;
};

} // namespace

QList<Passage> readPassages(const QJsonObject& result)
{
    QJsonArray list = result.value("passages"_L1).toArray();
    if (list.isEmpty()) {
        list = result.value("results"_L1).toArray();
    }
    QList<Passage> passages;
    for (const QJsonValue& entry : std::as_const(list)) {
        Passage passage;
        passage.source = entry["source"_L1].toString();
        passage.title = entry["title"_L1].toString();
        passage.text = entry["text"_L1].toString();
        passage.startsInside = entry["offset"_L1].toInteger() > 0;
        if (!passage.text.isEmpty()) {
            passages.append(passage);
        }
    }
    return passages;
}

Extract extract(const QString& question, const QList<Passage>& passages, qsizetype most)
{
    Ranker ranker(question, passages);
    return ranker.run(most);
}

Extract summarise(const QList<Passage>& passages, qsizetype most)
{
    QString sample;
    for (const Passage& passage : passages) {
        sample += passage.text.first(std::min<qsizetype>(passage.text.size(), 2000)) + u'\n';
    }
    QList<Candidate> all = candidates(passages, looksGerman(sample));
    QHash<QString, double> frequency;
    for (const Candidate& candidate : std::as_const(all)) {
        for (const QString& term : candidate.terms) {
            frequency[term] += 1;
        }
    }
    QList<std::pair<double, qsizetype>> ranked;
    for (qsizetype i = 0; i < all.size(); ++i) {
        double value = 0;
        for (const QString& term : std::as_const(all[i].terms)) {
            value += std::log(1.0 + frequency.value(term));
        }
        const auto size = static_cast<double>(all[i].terms.size());
        value = value / std::pow(size + 3.0, 0.7) * (all[i].place == 0 ? 1.3 : 1.0);
        ranked.append({value, i});
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    QList<qsizetype> chosen;
    for (const auto& [value, index] : std::as_const(ranked)) {
        const auto same = [&all, index = index](qsizetype other) { return saysTheSame(all[index], all[other]); };
        if (chosen.size() < most && std::none_of(chosen.begin(), chosen.end(), same)) {
            chosen.append(index);
        }
    }
    std::sort(chosen.begin(), chosen.end());
    Extract result;
    for (const qsizetype index : std::as_const(chosen)) {
        result.quotes.append({all[index].passage, all[index].sentence});
    }
    result.coverage = result.quotes.isEmpty() ? 0 : 1;
    return result;
}

} // namespace lathe::builtin
