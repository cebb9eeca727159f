// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>
#include <QList>
#include <QString>

// Extractive answers: which sentences of given passages say most about a question. Pure functions.

namespace lathe::builtin {

struct Passage
{
    QString source; ///< file name or document id
    QString title;
    QString text;
    bool attachment = false;
    bool startsInside = false; ///< text begins in the middle of its document, perhaps of a sentence

    bool operator==(const Passage&) const = default;
};

struct Quote
{
    qsizetype passage = 0; ///< index into the passages given
    QString sentence;

    bool operator==(const Quote&) const = default;
};

struct Extract
{
    QList<Quote> quotes; ///< best first; empty if nothing is relevant
    double coverage = 0; ///< 0 to 1: share of the question's weight that the quotes cover

    [[nodiscard]] bool relevant() const { return !quotes.isEmpty(); }
};

/// The passages in the result of retrieve_context; unknown shapes give none.
[[nodiscard]] QList<Passage> readPassages(const QJsonObject& result);

/// Up to most sentences that together cover the question best. Rare terms weigh more, later passages and overlong
/// sentences a little less, a sentence that says the same again is left out.
[[nodiscard]] Extract extract(const QString& question, const QList<Passage>& passages, qsizetype most = 4);

/// Up to most sentences that stand for the whole, in their order: those whose words are frequent in it.
[[nodiscard]] Extract summarise(const QList<Passage>& passages, qsizetype most = 5);

} // namespace lathe::builtin
