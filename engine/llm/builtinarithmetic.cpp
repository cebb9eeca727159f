// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtinarithmetic.h"

#include <QHash>
#include <QList>
#include <QRegularExpression>
#include <QStringList>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestSentence = 4000;
constexpr qsizetype kMostTokens = 400;
constexpr int kDeepestNesting = 64;
constexpr QLatin1StringView kPrevious("PREVIOUS");

enum class Kind
{
    Number,
    Sign, ///< + - * / ^ ( ) , ; =
    Percent,
    Word,
    End
};

struct Token
{
    Kind kind = Kind::End;
    QString text; ///< a number in plain form, a sign, a word in lower case
    qsizetype start = 0;
    qsizetype end = 0;
};

/// Words and signs that stand for an operator.
const QHash<QString, QString>& operatorWords()
{
    static const QHash<QString, QString> map{
        {u"plus"_s, u"+"_s}, {u"minus"_s, u"-"_s}, {u"times"_s, u"*"_s}, {u"mal"_s, u"*"_s},   {u"x"_s, u"*"_s},
        {u"over"_s, u"/"_s}, {u"durch"_s, u"/"_s}, {u"hoch"_s, u"^"_s},  {u"mod"_s, u"mod"_s}, {u"modulo"_s, u"mod"_s}};
    return map;
}

QString signOf(QChar c)
{
    switch (c.unicode()) {
    case u'+':
    case u'-':
    case u'*':
    case u'/':
    case u'^':
    case u'(':
    case u')':
    case u',':
    case u';':
    case u'=':
        return c;
    case 0x2212: // minus
    case 0x2013: // en dash
        return u"-"_s;
    case 0x00D7: // multiplication sign
    case 0x22C5:
    case 0x00B7:
        return u"*"_s;
    case 0x00F7: // division sign
        return u"/"_s;
    default:
        return {};
    }
}

/// The number at position at, in plain form, and its length in the text. Thousands and decimal commas are understood
/// outside lists; in lists a comma parts numbers.
QString readNumber(const QString& text, bool commaParts, qsizetype *length)
{
    static const QRegularExpression thousands(u"^\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?(?![\\d,])"_s);
    static const QRegularExpression decimalComma(u"^\\d+,\\d+(?![\\d,.])"_s);
    static const QRegularExpression plain(u"^(?:\\d+(?:\\.\\d+)?|\\.\\d+)"_s);
    if (!commaParts) {
        if (const auto match = thousands.match(text); match.hasMatch()) {
            *length = match.capturedLength();
            return match.captured().remove(u',');
        }
        if (const auto match = decimalComma.match(text); match.hasMatch()) {
            *length = match.capturedLength();
            return match.captured().replace(u',', u'.');
        }
    }
    const auto match = plain.match(text);
    *length = match.capturedLength();
    const QString digits = match.captured();
    return digits.startsWith(u'.') ? QString(u'0' + digits) : digits;
}

/// Nothing if the sentence holds something that no calculation holds, or too much.
std::optional<QList<Token>> tokenize(const QString& text, bool commaParts)
{
    QList<Token> tokens;
    qsizetype i = 0;
    while (i < text.size()) {
        const QChar c = text[i];
        const ushort unit = c.unicode();
        if (c.isSpace()) {
            ++i;
            continue;
        }
        Token token{Kind::Word, {}, i, i + 1};
        const bool digit = unit >= u'0' && unit <= u'9';
        if (digit ||
            (unit == u'.' && i + 1 < text.size() && text[i + 1].unicode() >= u'0' && text[i + 1].unicode() <= u'9')) {
            qsizetype length = 0;
            token.kind = Kind::Number;
            token.text = readNumber(text.sliced(i), commaParts, &length);
            token.end = i + length;
            // 1.2.3 is a version and 3rd is no number; 2x3 is one with a sign.
            if (token.end < text.size()) {
                const QChar next = text[token.end];
                const bool version = next == u'.' && token.end + 1 < text.size() && text[token.end + 1].isDigit();
                const bool glued = next.isLetter() && next != u'x' && next != u'X';
                if (version || glued || next == u':') {
                    return std::nullopt;
                }
            }
        } else if (c == u'%') {
            token.kind = Kind::Percent;
        } else if (const QString sign = signOf(c); !sign.isEmpty()) {
            token.kind = Kind::Sign;
            token.text = sign;
            if (sign == "*"_L1 && i + 1 < text.size() && text[i + 1] == u'*') {
                token.text = u"^"_s;
                token.end = i + 2;
            }
        } else if (c.isLetter()) {
            qsizetype end = i;
            while (end < text.size() && text[end].isLetter() &&
                   !(end == i + 1 && (c == u'x' || c == u'X') && text[end].isDigit())) {
                ++end;
            }
            token.end = end;
            token.text = QStringView(text).sliced(i, end - i).toString().toLower();
            if (const auto found = operatorWords().constFind(token.text); found != operatorWords().cend()) {
                token.kind = Kind::Sign;
                token.text = *found;
            } else if (token.text == "percent"_L1 || token.text == "prozent"_L1) {
                token.kind = Kind::Percent;
            }
        } else {
            return std::nullopt;
        }
        i = token.end;
        tokens.append(token);
        if (tokens.size() > kMostTokens) {
            return std::nullopt;
        }
    }
    tokens.append({Kind::End, {}, text.size(), text.size()});
    return tokens;
}

/// Recursive descent over the tokens; writes Python with every operation in parentheses.
class Parser
{
public:
    explicit Parser(QList<Token> tokens) : m_tokens(std::move(tokens)) {}

    [[nodiscard]] std::optional<QString> parse()
    {
        std::optional<QString> result = command();
        if (!result) {
            m_at = 0;
            m_operations = 0;
            m_previous = false;
            result = sum(0);
        }
        if (!result || m_operations == 0) {
            return std::nullopt;
        }
        skipSign("="_L1);
        while (skipWord({u"please"_s, u"bitte"_s, u"exactly"_s, u"genau"_s})) {
        }
        return m_tokens[m_at].kind == Kind::End ? result : std::nullopt;
    }
    [[nodiscard]] bool usesPrevious() const { return m_previous; }
    [[nodiscard]] qsizetype end() const { return m_at > 0 ? m_tokens[m_at - 1].end : 0; }

private:
    bool isSign(QLatin1StringView sign) const
    {
        return m_tokens[m_at].kind == Kind::Sign && m_tokens[m_at].text == sign;
    }
    bool skipSign(QLatin1StringView sign)
    {
        const bool is = isSign(sign);
        m_at += is ? 1 : 0;
        return is;
    }
    bool skipWord(const QStringList& anyOf)
    {
        const bool is = m_tokens[m_at].kind == Kind::Word && anyOf.contains(m_tokens[m_at].text);
        m_at += is ? 1 : 0;
        return is;
    }
    bool skipPhrase(const QStringList& phrase)
    {
        const qsizetype start = m_at;
        for (const QString& word : phrase) {
            if (!skipWord({word})) {
                m_at = start;
                return false;
            }
        }
        return true;
    }
    QString binary(const QString& left, QLatin1StringView op, const QString& right)
    {
        ++m_operations;
        return op == "^"_L1 ? QString(u"power("_s % left % u", "_s % right % u')')
                            : QString(u'(' % left % u' ' % op % u' ' % right % u')');
    }

    /// "add 5 to 7", "subtract 3 from it", "multiply 6 by 7", "divide it by 4", "add 1, 2 and 3".
    std::optional<QString> command()
    {
        const bool add = skipWord({u"add"_s, u"addiere"_s});
        const bool subtract = !add && skipWord({u"subtract"_s, u"subtrahiere"_s});
        const bool multiply = !add && !subtract && skipWord({u"multiply"_s, u"multipliziere"_s});
        const bool divide = !add && !subtract && !multiply && skipWord({u"divide"_s, u"dividiere"_s});
        if (!add && !subtract && !multiply && !divide) {
            return std::nullopt;
        }
        QList<QString> operands;
        do {
            const std::optional<QString> operand = sum(0);
            if (!operand) {
                return std::nullopt;
            }
            operands.append(*operand);
        } while (add && skipSeparator());
        if (add && operands.size() > 1) {
            QString total = operands.takeFirst();
            for (const QString& operand : operands) {
                total = binary(total, "+"_L1, operand);
            }
            return total;
        }
        if (!skipWord({u"to"_s, u"from"_s, u"by"_s, u"with"_s, u"zu"_s, u"von"_s, u"mit"_s}) &&
            !(divide && m_tokens[m_at].kind == Kind::Sign && skipSign("/"_L1))) {
            return std::nullopt;
        }
        const std::optional<QString> other = sum(0);
        if (!other) {
            return std::nullopt;
        }
        if (subtract) {
            return binary(*other, "-"_L1, operands.first());
        }
        return binary(operands.first(), add ? "+"_L1 : multiply ? "*"_L1 : "/"_L1, *other);
    }

    bool skipSeparator()
    {
        bool any = skipSign(","_L1) || skipSign(";"_L1);
        any = skipWord({u"and"_s, u"und"_s}) || any;
        return any;
    }

    std::optional<QString> sum(int depth)
    {
        std::optional<QString> left = product(depth);
        while (left && (isSign("+"_L1) || isSign("-"_L1))) {
            const bool plus = skipSign("+"_L1);
            if (!plus) {
                ++m_at;
            }
            const std::optional<QString> right = product(depth);
            if (!right) {
                return std::nullopt;
            }
            left = binary(*left, plus ? "+"_L1 : "-"_L1, *right);
        }
        return left;
    }

    /// The operator of a product at this place: * / % (modulo) or nothing; "multiplied by" and its like included.
    std::optional<QLatin1StringView> productOperator()
    {
        const qsizetype start = m_at;
        if (skipSign("*"_L1) || skipPhrase({u"multiplied"_s, u"by"_s}) || skipPhrase({u"multipliziert"_s, u"mit"_s})) {
            return "*"_L1;
        }
        if (skipSign("/"_L1) || skipPhrase({u"divided"_s, u"by"_s})) {
            return "/"_L1;
        }
        if (skipWord({u"geteilt"_s, u"dividiert"_s}) && skipSign("/"_L1)) {
            return "/"_L1;
        }
        m_at = start;
        if (skipSign("mod"_L1)) {
            return "%"_L1;
        }
        if (m_tokens[m_at].kind == Kind::Percent) {
            const Token& next = m_tokens[m_at + 1];
            if (next.kind == Kind::Number || (next.kind == Kind::Sign && next.text == "("_L1)) {
                ++m_at;
                return "%"_L1;
            }
        }
        return std::nullopt;
    }

    std::optional<QString> product(int depth)
    {
        std::optional<QString> left = factor(depth);
        while (left) {
            const qsizetype start = m_at;
            if (m_tokens[m_at].kind == Kind::Percent) {
                ++m_at;
                if (skipWord({u"of"_s, u"von"_s})) {
                    const std::optional<QString> whole = factor(depth);
                    if (!whole) {
                        return std::nullopt;
                    }
                    left = binary(binary(*left, "/"_L1, u"F(100)"_s), "*"_L1, *whole);
                    continue;
                }
                m_at = start;
            }
            const std::optional<QLatin1StringView> op = productOperator();
            if (op) {
                const std::optional<QString> right = factor(depth);
                if (!right) {
                    return std::nullopt;
                }
                left = binary(*left, *op, *right);
            } else if (m_tokens[m_at].kind == Kind::Percent) {
                ++m_at;
                left = binary(*left, "/"_L1, u"F(100)"_s);
            } else {
                break;
            }
        }
        return left;
    }

    std::optional<QString> factor(int depth)
    {
        if (depth > kDeepestNesting) {
            return std::nullopt;
        }
        if (skipSign("-"_L1)) {
            const std::optional<QString> operand = factor(depth + 1);
            return operand ? std::optional(QString(u"(-"_s % *operand % u')')) : std::nullopt;
        }
        if (skipSign("+"_L1)) {
            return factor(depth + 1);
        }
        return power(depth);
    }

    std::optional<QString> power(int depth)
    {
        std::optional<QString> base = primary(depth);
        if (!base) {
            return std::nullopt;
        }
        if (skipWord({u"squared"_s, u"quadriert"_s})) {
            return binary(*base, "^"_L1, u"F(2)"_s);
        }
        if (skipWord({u"cubed"_s})) {
            return binary(*base, "^"_L1, u"F(3)"_s);
        }
        const bool raised = skipSign("^"_L1) || skipPhrase({u"to"_s, u"the"_s, u"power"_s, u"of"_s}) ||
                            skipPhrase({u"raised"_s, u"to"_s, u"the"_s, u"power"_s, u"of"_s});
        if (!raised) {
            return base;
        }
        const std::optional<QString> exponent = factor(depth + 1);
        return exponent ? std::optional(binary(*base, "^"_L1, *exponent)) : std::nullopt;
    }

    std::optional<QString> primary(int depth)
    {
        const Token& token = m_tokens[m_at];
        if (token.kind == Kind::Number) {
            ++m_at;
            return QString(u"F(\""_s % token.text % u"\")"_s);
        }
        if (skipSign("("_L1)) {
            const std::optional<QString> inner = sum(depth + 1);
            return inner && skipSign(")"_L1) ? inner : std::nullopt;
        }
        skipWord({u"the"_s, u"die"_s, u"das"_s, u"den"_s, u"der"_s});
        if (skipPhrase({u"square"_s, u"root"_s, u"of"_s}) || skipPhrase({u"wurzel"_s, u"aus"_s}) ||
            skipPhrase({u"quadratwurzel"_s, u"aus"_s}) || skipPhrase({u"quadratwurzel"_s, u"von"_s}) ||
            skipWord({u"sqrt"_s})) {
            const std::optional<QString> operand = factor(depth + 1);
            ++m_operations;
            return operand ? std::optional(QString(u"root("_s % *operand % u')')) : std::nullopt;
        }
        if (skipWord({u"it"_s, u"that"_s, u"this"_s, u"result"_s, u"previous"_s, u"ergebnis"_s, u"es"_s})) {
            skipWord({u"result"_s, u"figure"_s, u"value"_s, u"number"_s});
            m_previous = true;
            return QString(kPrevious);
        }
        return aggregate(depth);
    }

    /// "sum of 1, 2 and 3", "average(4, 5)", "difference between 9 and 4".
    std::optional<QString> aggregate(int depth)
    {
        static const QHash<QString, QString> names{{u"sum"_s, u"sum"_s},
                                                   {u"total"_s, u"sum"_s},
                                                   {u"summe"_s, u"sum"_s},
                                                   {u"product"_s, u"product"_s},
                                                   {u"produkt"_s, u"product"_s},
                                                   {u"average"_s, u"mean"_s},
                                                   {u"mean"_s, u"mean"_s},
                                                   {u"durchschnitt"_s, u"mean"_s},
                                                   {u"mittelwert"_s, u"mean"_s},
                                                   {u"maximum"_s, u"max"_s},
                                                   {u"max"_s, u"max"_s},
                                                   {u"largest"_s, u"max"_s},
                                                   {u"minimum"_s, u"min"_s},
                                                   {u"min"_s, u"min"_s},
                                                   {u"smallest"_s, u"min"_s},
                                                   {u"difference"_s, u"difference"_s},
                                                   {u"differenz"_s, u"difference"_s}};
        const auto found = m_tokens[m_at].kind == Kind::Word ? names.constFind(m_tokens[m_at].text) : names.cend();
        if (found == names.cend()) {
            return std::nullopt;
        }
        ++m_at;
        const bool linked = skipWord({u"of"_s, u"von"_s, u"aus"_s, u"between"_s, u"zwischen"_s});
        const bool bracket = skipSign("("_L1);
        if (!linked && !bracket) {
            return std::nullopt;
        }
        QStringList operands;
        do {
            const std::optional<QString> operand = sum(depth + 1);
            if (!operand) {
                return std::nullopt;
            }
            operands.append(*operand);
        } while (skipSeparator());
        if (operands.size() < 2 || (bracket && !skipSign(")"_L1)) ||
            (*found == "difference"_L1 && operands.size() != 2)) {
            return std::nullopt;
        }
        ++m_operations;
        return QString(*found % u"(["_s % operands.join(u", "_s) % u"])"_s);
    }

    QList<Token> m_tokens;
    qsizetype m_at = 0;
    int m_operations = 0;
    bool m_previous = false;
};

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
        const std::optional<QList<Token>> tokens = tokenize(text, commaParts);
        if (!tokens) {
            continue;
        }
        Parser parser(*tokens);
        if (const std::optional<QString> expression = parser.parse()) {
            return Calculation{text.first(parser.end()).trimmed(), *expression, parser.usesPrevious()};
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
        expression.replace(kPrevious, u"F(\""_s % previous % u"\")"_s);
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
