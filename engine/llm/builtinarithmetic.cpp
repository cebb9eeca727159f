// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinarithmetic.h"

#include "engine/llm/arithmeticparser.h"

#include <QRegularExpression>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestSentence = 4000;

/// Drops what leads to the calculation; says whether it clearly asks for one.
QString withoutLead(const QString& sentence, bool *asked)
{
    static const QRegularExpression politeness(
        u"^(?:(?:please|bitte|and|also|now|so|und|jetzt|can you|could you|would you|tell me|give me|i need|"
        "sag mir|kannst du)\\s*,?\\s+)+"_s,
        QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression cue(
        u"^(?:what\\s+is|what['\\x{2019}]?s|what\\s+are|how\\s+much\\s+(?:is|are)|calculate|compute|evaluate|work\\s+"
        u"out|"
        "solve|determine|find|get|berechne|rechne|was\\s+ist|was\\s+sind|was\\s+ergibt|wie\\s*viel\\s+(?:ist|sind|"
        "ergibt))"
        "(?=\\W)\\s*:?\\s*(?:(?:the\\s+|das\\s+|den\\s+)?(?:value|result|wert|ergebnis)\\s+(?:of|von)\\s+)?"_s,
        QRegularExpression::CaseInsensitiveOption);
    QString rest = sentence;
    if (const auto match = politeness.match(rest); match.hasMatch()) {
        rest = rest.sliced(match.capturedEnd());
    }
    const auto match = cue.match(rest);
    *asked = match.hasMatch();
    return match.hasMatch() ? rest.sliced(match.capturedEnd()) : rest;
}

/// A bare "3-5", "24/7" or "555-1234" without blanks is a range or a name, not a calculation.
bool looksLikeName(const QString& text)
{
    static const QRegularExpression name(u"^\\s*\\d+(?:[-/]\\d+)+\\s*$"_s);
    return name.match(text).hasMatch();
}

} // namespace

std::optional<Calculation> findCalculation(const QString& sentence)
{
    static const QRegularExpression date(u"\\b\\d{4}-\\d{1,2}-\\d{1,2}\\b|\\b\\d{1,2}/\\d{1,2}/\\d{2,4}\\b"_s);
    static const QRegularExpression ending(u"[\\s.?!:`=]+$"_s);
    if (sentence.size() > kLongestSentence || date.match(sentence).hasMatch()) {
        return std::nullopt;
    }
    QString whole = sentence.simplified();
    whole.remove(u'`');
    whole.remove(ending);
    bool asked = false;
    const QString text = withoutLead(whole, &asked);
    if (text.isEmpty() || (!asked && looksLikeName(text))) {
        return std::nullopt;
    }
    for (const bool commaParts : {false, true}) {
        const std::optional<QList<ArithmeticToken>> tokens = arithmeticTokens(text, commaParts);
        if (!tokens) {
            continue;
        }
        if (const std::optional<ParsedArithmetic> parsed = parseArithmetic(*tokens)) {
            return Calculation{text.first(parsed->end).trimmed(), parsed->expression, parsed->usesPrevious};
        }
    }
    return std::nullopt;
}

std::optional<QString> calculationProgram(const Calculation& calculation, const QString& previous)
{
    QString expression = calculation.expression;
    if (calculation.usesPrevious) {
        static const QRegularExpression decimal(u"^-?\\d{1,1000}(?:\\.\\d{1,1000})?$"_s);
        if (!decimal.match(previous).hasMatch()) {
            return std::nullopt;
        }
        expression.replace(kPreviousFigure, u"F(\""_s % previous % u"\")"_s);
    }
    // Fractions keep decimals exact (0.1 + 0.2 is 0.3); powers are bounded before they are taken.
    static const QString program = uR"(from fractions import Fraction as F
from math import isqrt, prod

def power(a, b):
    if isinstance(b, F) and b.denominator == 1 and isinstance(a, F):
        bits = max(a.numerator.bit_length(), a.denominator.bit_length())
        if bits * abs(b.numerator) > 13000:
            raise SystemExit("the result has too many digits to print")
        return a ** b.numerator
    value = float(a) ** float(b)
    if isinstance(value, complex):
        raise SystemExit("the result is not a real number")
    return value

def root(a):
    if a < 0:
        raise SystemExit("the result is not a real number")
    if isinstance(a, F):
        n, d = isqrt(a.numerator), isqrt(a.denominator)
        if F(n, d) ** 2 == a:
            return F(n, d)
    return float(a) ** 0.5

def mean(values):
    return sum(values) / len(values)

def product(values):
    return prod(values)

def difference(values):
    return values[0] - values[1]

def show(value):
    if isinstance(value, float):
        return "about " + format(value, ".12g")
    n, d, digits = value.numerator, value.denominator, 0
    while d % 10 == 0 or d % 5 == 0 or d % 2 == 0:
        step = 10 if d % 10 == 0 else (5 if d % 5 == 0 else 2)
        d //= step
        digits += 1
        n *= 10 // step
    if d != 1 or digits > 40:
        return "about " + format(float(value), ".12g")
    if digits == 0:
        return str(n)
    text = str(abs(n)).rjust(digits + 1, "0")
    return ("-" if n < 0 else "") + text[:-digits] + "." + text[-digits:]

try:
    value = %EXPRESSION%
except ZeroDivisionError:
    raise SystemExit("division by zero")
except OverflowError:
    raise SystemExit("the result is too large")
print(show(value))
)"_s;
    return QString(program).replace("%EXPRESSION%"_L1, expression);
}

} // namespace lathe::builtin
