// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/arithmetictokens.h"

namespace lathe::builtin {

/// Stands in an expression for an earlier figure ("multiply it by 2").
inline constexpr QLatin1StringView kPreviousFigure("PREVIOUS");

struct ParsedArithmetic
{
    QString expression; ///< Python over Fractions, every operation in parentheses
    qsizetype end = 0;  ///< in the text the tokens are of: behind the last one
    bool usesPrevious = false;
};

/// The calculation that all of these tokens are; nothing if they are none. Pure.
[[nodiscard]] std::optional<ParsedArithmetic> parseArithmetic(const QList<ArithmeticToken>& tokens);

} // namespace lathe::builtin
