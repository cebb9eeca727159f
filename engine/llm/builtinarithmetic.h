// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringView>

#include <optional>

// Arithmetic in words and signs, turned into a program. Pure functions.

namespace lathe::builtin {

/// A calculation found in a sentence. The program is made of parsed numbers and operators alone; no text of the
/// sentence reaches it.
struct Calculation
{
    QString text;              ///< as it stands in the sentence
    QString expression;        ///< Python over Fractions
    bool usesPrevious = false; ///< "multiply it by 2": the expression holds the marker for an earlier figure

    bool operator==(const Calculation&) const = default;
};

/// The calculation that sentence asks for: "what is 12.5% of 480", "(3+4)*2^10", "sum of 1, 2 and 3", "add 5 to it".
/// Nothing if it asks for something else, or holds more than numbers: units, dates, ranges, words.
[[nodiscard]] std::optional<Calculation> findCalculation(const QString& sentence);

/// The Python program that prints the exact value as one line. previous is put in for the earlier figure; nothing if
/// it is needed and is not a plain decimal number.
[[nodiscard]] std::optional<QString> calculationProgram(const Calculation& calculation, const QString& previous = {});

} // namespace lathe::builtin
