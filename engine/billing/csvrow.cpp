// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/csvrow.h"

#include <algorithm>
#include <charconv>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

/// What may stand in a cell as it is. Spaces may too, but not at an end.
bool isPlain(char16_t c)
{
    return c > u' ' && c < 0x80 && c != u',' && c != u'"';
}

bool needsQuotes(QStringView text)
{
    if (text.isEmpty()) {
        return false;
    }
    const auto special = [](QChar c) {
        return c == QLatin1Char(',') || c == QLatin1Char('"') || c == QLatin1Char('\r') || c == QLatin1Char('\n');
    };
    return text.front() == QLatin1Char(' ') || text.back() == QLatin1Char(' ') ||
           std::any_of(text.begin(), text.end(), special);
}

/// What a spreadsheet would run as a formula becomes text, and control characters, which hide such a start, go.
QString guarded(QStringView text)
{
    QString clean;
    clean.reserve(text.size() + 1);
    for (const QChar c : text) {
        if (c.unicode() >= 0x20 || c == QLatin1Char('\n') || c == QLatin1Char('\t')) {
            clean.append(c);
        }
    }
    constexpr QStringView kFormulaStarts = u"=+-@\t\n\uFF1D\uFF0B\uFF0D\uFF20"; // and their full-width forms
    if (!clean.isEmpty() && kFormulaStarts.contains(clean.front())) {
        clean.prepend(u'\'');
    }
    return clean;
}

} // namespace

void CsvRow::text(QStringView value)
{
    if (m_profile == CsvProfile::Spreadsheet) {
        cell(guarded(value));
    } else {
        cell(value);
    }
}

void CsvRow::cell(QStringView value)
{
    comma();
    // Nearly every cell is plain, and then its characters are its bytes.
    const qsizetype before = m_out.size();
    m_out.resize(before + value.size());
    char *to = m_out.data() + before;
    qsizetype plain = 0;
    while (plain < value.size() && isPlain(value.utf16()[plain])) {
        to[plain] = static_cast<char>(value.utf16()[plain]);
        ++plain;
    }
    if (plain == value.size()) {
        return;
    }
    m_out.resize(before);
    if (!needsQuotes(value)) {
        m_out.append(value.toUtf8());
        return;
    }
    m_out.append('"');
    const QByteArray utf8 = value.toUtf8();
    qsizetype from = 0;
    for (qsizetype quote = utf8.indexOf('"'); quote >= 0; quote = utf8.indexOf('"', from)) {
        m_out.append(utf8.constData() + from, quote + 1 - from).append('"');
        from = quote + 1;
    }
    m_out.append(utf8.constData() + from, utf8.size() - from).append('"');
}

void CsvRow::cell(QLatin1StringView value)
{
    comma();
    m_out.append(value.data(), value.size());
}

QByteArray CsvRow::encoded(QStringView text, CsvProfile profile)
{
    QByteArray cell;
    CsvRow(cell, profile).text(text);
    return cell;
}

void CsvRow::cell(const QByteArray& encoded)
{
    comma();
    m_out.append(encoded);
}

void CsvRow::number(qint64 value)
{
    comma();
    char digits[24];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), value).ptr;
    m_out.append(digits, end - digits);
}

void CsvRow::numberOrEmpty(qint64 value)
{
    if (value == 0) {
        comma();
    } else {
        number(value);
    }
}

void CsvRow::comma()
{
    if (!m_first) {
        m_out.append(',');
    }
    m_first = false;
}

} // namespace lathe
