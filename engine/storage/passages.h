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

    bool operator==(const Passage&) const = default;
};

/// Cuts a text into passages of about 1,000 characters, at the end of a paragraph, sentence or word if there is one
/// near. Neighbours share about 150 characters, so that no sentence is lost between two. Blank text gives none.
[[nodiscard]] QList<Passage> splitPassages(const QString& text);

/// The words a query is searched by: letters and digits, lower case, each once, without English stop words unless
/// there is nothing else.
[[nodiscard]] QStringList searchTerms(const QString& query);

} // namespace lathe
