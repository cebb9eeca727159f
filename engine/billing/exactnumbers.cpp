// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/exactnumbers.h"

#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace lathe {

QByteArray numbersAsText(const QByteArray& json)
{
    QByteArray text;
    text.reserve(json.size() + json.size() / 8);
    bool inString = false;
    for (qsizetype i = 0; i < json.size();) {
        const char c = json.at(i);
        if (inString || !((c >= '0' && c <= '9') || c == '-')) {
            if (inString && c == '\\' && i + 1 < json.size()) {
                text.append(c).append(json.at(i + 1));
                i += 2;
                continue;
            }
            inString = inString != (c == '"');
            text.append(c);
            ++i;
            continue;
        }
        const qsizetype start = i;
        while (i < json.size() && QByteArrayView("+-.0123456789Ee").contains(json.at(i))) {
            ++i;
        }
        text.append('"').append(json.constData() + start, i - start).append('"');
    }
    return text;
}

std::optional<QString> scaledDecimal(QStringView number, int shift)
{
    static const QRegularExpression form(u"^(\\d{1,40})(?:\\.(\\d{1,60}))?(?:[eE]([+-]?\\d{1,3}))?$"_s);
    const auto match = form.match(number);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    QString digits = match.captured(1) + match.captured(2);
    qsizetype point = match.captured(1).size() + match.captured(3).toInt() + shift;
    while (digits.endsWith(u'0')) {
        digits.chop(1);
    }
    if (digits.isEmpty()) {
        return u"0"_s;
    }
    if (point > digits.size()) {
        digits.append(QString(std::min<qsizetype>(point - digits.size(), 60), u'0'));
    }
    if (point < 0) {
        digits.prepend(QString(std::min<qsizetype>(-point, 60), u'0'));
        point = 0;
    }
    QString whole = digits.left(point);
    while (whole.size() > 1 && whole.startsWith(u'0')) {
        whole.remove(0, 1);
    }
    const QString decimals = digits.mid(point);
    if (decimals.size() > 12 || whole.size() > 18) {
        return std::nullopt;
    }
    const QString text = whole.isEmpty() ? u"0"_s : whole;
    return decimals.isEmpty() ? text : QString(text + u'.' + decimals);
}

} // namespace lathe
