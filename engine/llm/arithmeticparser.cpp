// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/arithmeticparser.h"

#include <QHash>
#include <QStringList>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr int kDeepestNesting = 64;

/// Recursive descent over the tokens; writes Python with every operation in parentheses.
class ArithmeticParser
{
public:
    explicit ArithmeticParser(QList<ArithmeticToken> tokens) : m_tokens(std::move(tokens)) {}

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
        return m_tokens[m_at].kind == ArithmeticKind::End ? result : std::nullopt;
    }
    [[nodiscard]] bool usesPrevious() const { return m_previous; }
    [[nodiscard]] qsizetype end() const { return m_at > 0 ? m_tokens[m_at - 1].end : 0; }

private:
    bool isSign(QLatin1StringView sign) const
    {
        return m_tokens[m_at].kind == ArithmeticKind::Sign && m_tokens[m_at].text == sign;
    }
    bool skipSign(QLatin1StringView sign)
    {
        const bool is = isSign(sign);
        m_at += is ? 1 : 0;
        return is;
    }
    bool skipWord(const QStringList& anyOf)
    {
        const bool is = m_tokens[m_at].kind == ArithmeticKind::Word && anyOf.contains(m_tokens[m_at].text);
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
            !(divide && m_tokens[m_at].kind == ArithmeticKind::Sign && skipSign("/"_L1))) {
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
        if (m_tokens[m_at].kind == ArithmeticKind::Percent) {
            const ArithmeticToken& next = m_tokens[m_at + 1];
            if (next.kind == ArithmeticKind::Number || (next.kind == ArithmeticKind::Sign && next.text == "("_L1)) {
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
            if (m_tokens[m_at].kind == ArithmeticKind::Percent) {
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
            } else if (m_tokens[m_at].kind == ArithmeticKind::Percent) {
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
        const ArithmeticToken& token = m_tokens[m_at];
        if (token.kind == ArithmeticKind::Number) {
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
            return QString(kPreviousFigure);
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
        const auto found =
            m_tokens[m_at].kind == ArithmeticKind::Word ? names.constFind(m_tokens[m_at].text) : names.cend();
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

    QList<ArithmeticToken> m_tokens;
    qsizetype m_at = 0;
    int m_operations = 0;
    bool m_previous = false;
};

} // namespace

std::optional<ParsedArithmetic> parseArithmetic(const QList<ArithmeticToken>& tokens)
{
    ArithmeticParser parser(tokens);
    const std::optional<QString> expression = parser.parse();
    if (!expression) {
        return std::nullopt;
    }
    return ParsedArithmetic{*expression, parser.end(), parser.usesPrevious()};
}

} // namespace lathe::builtin
