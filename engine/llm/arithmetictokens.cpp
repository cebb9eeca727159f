// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/arithmetictokens.h"

#include <QHash>
#include <QRegularExpression>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMostTokens = 400;

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

} // namespace

std::optional<QList<ArithmeticToken>> arithmeticTokens(const QString& text, bool commaParts)
{
    QList<ArithmeticToken> tokens;
    qsizetype i = 0;
    while (i < text.size()) {
        const QChar c = text[i];
        const ushort unit = c.unicode();
        if (c.isSpace()) {
            ++i;
            continue;
        }
        ArithmeticToken token{ArithmeticKind::Word, {}, i, i + 1};
        const bool digit = unit >= u'0' && unit <= u'9';
        if (digit ||
            (unit == u'.' && i + 1 < text.size() && text[i + 1].unicode() >= u'0' && text[i + 1].unicode() <= u'9')) {
            qsizetype length = 0;
            token.kind = ArithmeticKind::Number;
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
            token.kind = ArithmeticKind::Percent;
        } else if (const QString sign = signOf(c); !sign.isEmpty()) {
            token.kind = ArithmeticKind::Sign;
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
                token.kind = ArithmeticKind::Sign;
                token.text = *found;
            } else if (token.text == "percent"_L1 || token.text == "prozent"_L1) {
                token.kind = ArithmeticKind::Percent;
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
    tokens.append({ArithmeticKind::End, {}, text.size(), text.size()});
    return tokens;
}

} // namespace lathe::builtin
