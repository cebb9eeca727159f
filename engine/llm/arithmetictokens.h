// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QList>
#include <QString>

#include <optional>

// The words and signs of arithmetic in a sentence. Pure functions.

namespace lathe::builtin {

enum class ArithmeticKind
{
    Number,
    Sign, ///< + - * / ^ ( ) , ; =
    Percent,
    Word,
    End
};

struct ArithmeticToken
{
    ArithmeticKind kind = ArithmeticKind::End;
    QString text; ///< a number in plain form, a sign, a word in lower case
    qsizetype start = 0;
    qsizetype end = 0;
};

/// The tokens of a text, an End last. commaParts: in lists a comma parts numbers; else it may be one of thousands or of
/// decimals. Nothing if the text holds something that no calculation holds, or too much.
[[nodiscard]] std::optional<QList<ArithmeticToken>> arithmeticTokens(const QString& text, bool commaParts);

} // namespace lathe::builtin
