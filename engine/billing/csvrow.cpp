// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/csvrow.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

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
    if (!needsQuotes(value)) {
        m_out.append(value.toUtf8());
        return;
    }
    m_out.append('"').append(value.toUtf8().replace('"', "\"\"")).append('"');
}

void CsvRow::cell(QLatin1StringView value)
{
    comma();
    m_out.append(value.data(), value.size());
}

void CsvRow::number(qint64 value)
{
    comma();
    m_out.append(QByteArray::number(value));
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
