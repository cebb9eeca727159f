// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace lathe {

/// A part of a document that is found and shown as one.
struct Passage
{
    qsizetype position = 0; ///< of its first character in the document
    QString text;
    qsizetype line = 1; ///< of its first character, from 1
    qsizetype page = 0; ///< likewise, if form feeds part the document into pages; 0: they do not

    bool operator==(const Passage&) const = default;
};

/// Cuts a text into passages of about 1,000 characters, at the end of a paragraph, sentence or word if there is one
/// near. Neighbours share about 150 characters, so that no sentence is lost between two. A document of up to 2,000 is
/// not cut. Blank text gives none.
[[nodiscard]] QList<Passage> splitPassages(const QString& text);

/// Letters and digits, lower case, in their order.
[[nodiscard]] QStringList wordsOf(const QString& text);
/// The same without English stop words.
[[nodiscard]] QStringList significantWords(const QString& text);

/// The words a query is searched by: letters and digits, lower case, each once, without English stop words unless
/// there is nothing else.
[[nodiscard]] QStringList searchTerms(const QString& query);

} // namespace lathe
