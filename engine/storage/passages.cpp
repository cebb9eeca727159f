// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/passages.h"

#include <QSet>

#include <algorithm>

namespace lathe {

namespace {

constexpr qsizetype kLength = 1000;
constexpr qsizetype kOverlap = 150;
/// What says one thing is better found as one: abstracts, notes, short functions.
constexpr qsizetype kShortDocument = 2000;
/// A border is looked for in the last part of a passage, this many characters long.
constexpr qsizetype kSearchBack = 400;
/// Longer queries are cut: the words after these hardly change the ranking.
constexpr qsizetype kMostTerms = 256;

bool isSentenceEnd(const QString& text, qsizetype i)
{
    const QChar c = text.at(i);
    return (c == QLatin1Char('.') || c == QLatin1Char('!') || c == QLatin1Char('?')) && i + 1 < text.size() &&
           text.at(i + 1).isSpace();
}

bool isParagraphEnd(const QString& text, qsizetype i)
{
    return text.at(i) == QLatin1Char('\n') && i > 0 && text.at(i - 1) == QLatin1Char('\n');
}

/// The position after the best border in (from, to]; to if there is none.
qsizetype bestBorder(const QString& text, qsizetype from, qsizetype to)
{
    qsizetype sentence = -1;
    qsizetype word = -1;
    for (qsizetype i = to - 1; i >= from; --i) {
        if (isParagraphEnd(text, i)) {
            return i + 1;
        }
        if (sentence < 0 && isSentenceEnd(text, i)) {
            sentence = i + 1;
        }
        if (word < 0 && text.at(i).isSpace()) {
            word = i + 1;
        }
    }
    if (sentence >= 0) {
        return sentence;
    }
    if (word >= 0) {
        return word;
    }
    return text.at(to - 1).isHighSurrogate() ? to - 1 : to;
}

/// Where the next passage begins: a word about kOverlap characters before end, but after begin.
qsizetype nextBegin(const QString& text, qsizetype begin, qsizetype end)
{
    qsizetype next = std::max(begin + 1, end - kOverlap);
    const qsizetype limit = end;
    while (next < limit && !text.at(next - 1).isSpace()) {
        ++next;
    }
    if (next < text.size() && text.at(next).isLowSurrogate()) {
        ++next;
    }
    return next;
}

const QSet<QString>& stopWords()
{
    static const QSet<QString> words = [] {
        const QStringList list =
            QStringLiteral(
                "a about above after again against all am an and any are as at be because been before being below "
                "between both but by can cannot could did do does doing down during each few for from further had has "
                "have having he her here hers herself him himself his how i if in into is it its itself just me more "
                "most my myself no nor not now of off on once only or other our ours ourselves out over own same she "
                "should so some such than that the their theirs them themselves then there these they this those "
                "through to too under until up very was we were what when where which while who whom why will with "
                "would you your yours yourself yourselves")
                .split(QLatin1Char(' '));
        return QSet<QString>(list.begin(), list.end());
    }();
    return words;
}

} // namespace

QList<Passage> splitPassages(const QString& text)
{
    QList<Passage> passages;
    const bool hasPages = text.contains(QLatin1Char('\f'));
    const qsizetype longest = text.size() <= kShortDocument ? kShortDocument : kLength;
    qsizetype begin = 0;
    qsizetype line = 1;
    qsizetype page = 1;
    qsizetype counted = 0;
    while (begin < text.size()) {
        while (begin < text.size() && text.at(begin).isSpace()) {
            ++begin;
        }
        if (begin == text.size()) {
            break;
        }
        const qsizetype most = begin + longest;
        qsizetype end = text.size();
        if (most < text.size()) {
            end = bestBorder(text, most - kSearchBack, most);
        }
        for (; counted < begin; ++counted) {
            line += text.at(counted) == QLatin1Char('\n') ? 1 : 0;
            page += text.at(counted) == QLatin1Char('\f') ? 1 : 0;
        }
        passages << Passage{
            .position = begin, .text = text.mid(begin, end - begin), .line = line, .page = hasPages ? page : 0};
        if (end >= text.size()) {
            break;
        }
        begin = nextBegin(text, begin, end);
    }
    return passages;
}

QStringList wordsOf(const QString& text)
{
    QStringList words;
    QString word;
    const auto close = [&] {
        if (!word.isEmpty()) {
            words << word;
            word.clear();
        }
    };
    // The same classes of characters as the index's tokenizer takes for parts of words.
    for (qsizetype i = 0; i < text.size(); ++i) {
        char32_t c = text.at(i).unicode();
        if (text.at(i).isHighSurrogate() && i + 1 < text.size() && text.at(i + 1).isLowSurrogate()) {
            c = QChar::surrogateToUcs4(text.at(i), text.at(i + 1));
            ++i;
        }
        if (QChar::isLetterOrNumber(c) || QChar::category(c) == QChar::Other_PrivateUse ||
            (!word.isEmpty() && QChar::isMark(c))) {
            word += QChar::fromUcs4(QChar::toLower(c));
        } else {
            close();
        }
    }
    close();
    return words;
}

QStringList significantWords(const QString& text)
{
    QStringList words = wordsOf(text);
    words.removeIf([](const QString& word) { return stopWords().contains(word); });
    return words;
}

QStringList searchTerms(const QString& query)
{
    QStringList terms;
    QStringList significant;
    QSet<QString> seen;
    const QStringList words = wordsOf(query);
    for (const QString& word : words) {
        if (seen.size() < kMostTerms && !seen.contains(word)) {
            seen.insert(word);
            terms << word;
            if (!stopWords().contains(word)) {
                significant << word;
            }
        }
    }
    return significant.isEmpty() ? terms : significant;
}

} // namespace lathe
