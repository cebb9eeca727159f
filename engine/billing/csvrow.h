// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

namespace lathe {

/// machine: cells as they are. spreadsheet: text cells that a spreadsheet would take for a formula are guarded by a
/// leading apostrophe.
enum class CsvProfile
{
    Machine,
    Spreadsheet
};

/// Appends one row of CSV (RFC 4180, CRLF, UTF-8) to a buffer. Nothing of it depends on a locale.
class CsvRow
{
public:
    CsvRow(QByteArray& out, CsvProfile profile) : m_out(out), m_profile(profile) {}

    /// Text from outside.
    void text(QStringView value);
    /// Numbers, times and names of ours: never guarded.
    void cell(QStringView value);
    void cell(QLatin1StringView value);
    void number(qint64 value);
    void numberOrEmpty(qint64 value); ///< empty for 0, which stands for "not applicable"
    /// A cell of text that many rows have, as it stands in them.
    [[nodiscard]] static QByteArray encoded(QStringView text, CsvProfile profile);
    void cell(const QByteArray& encoded);
    void empty() { comma(); }
    void end() { m_out.append("\r\n"); }

private:
    void comma();

    QByteArray& m_out;
    CsvProfile m_profile;
    bool m_first = true;
};

} // namespace lathe
