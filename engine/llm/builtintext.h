// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

// How the built-in planner reads text: what must not be cut, sentences, words and their stems. Pure functions.

namespace lathe::builtin {

/// A fenced block: position and length cover the fences, code is what lies between them with the indentation of the
/// opening fence taken away. A block that is never closed goes on to the end.
struct Fence
{
    qsizetype start = 0;
    qsizetype length = 0;
    QString language; ///< first word of the info string, lower case; empty if there is none
    QString code;

    bool operator==(const Fence&) const = default;
};
[[nodiscard]] QList<Fence> findFences(const QString& text);
[[nodiscard]] QString withoutFences(const QString& text);

/// One flag for each character: true inside fenced blocks, inline code and quotations, where nothing is split.
[[nodiscard]] QList<bool> protectedMask(const QString& text);

/// Sentences, headings and list items of prose, blanks collapsed. A full stop ends a sentence only before a blank, and
/// not after a usual abbreviation; text without any capitals may go on in lower case.
[[nodiscard]] QStringList sentences(const QString& text);

/// Whether German function words outnumber English ones.
[[nodiscard]] bool looksGerman(const QString& text);
[[nodiscard]] QStringList words(QStringView text);
/// A light stem: plural and verb endings, with German ones when asked for.
[[nodiscard]] QString stem(const QString& word, bool german);
[[nodiscard]] bool isStopWord(const QString& lowerCaseWord);
/// Stems of the words that carry meaning, in order, repeated ones kept.
[[nodiscard]] QStringList contentStems(const QString& text, bool german);

/// At most limit characters, cut at a word with an ellipsis; blanks and line breaks collapsed.
[[nodiscard]] QString shortened(const QString& text, qsizetype limit);

} // namespace lathe::builtin
