// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <variant>

namespace lathe {

/// A text that is UTF-8 already.
struct Utf8Text
{
    QByteArray bytes;
    bool operator==(const Utf8Text&) const = default;
};

/// One value of a row: SQL's NULL, a whole number, a text or bytes. A null string or byte array is an empty one; only
/// SqlValue() is NULL.
class SqlValue
{
public:
    SqlValue() = default;
    // NOLINTBEGIN(google-explicit-constructor): rows are written as lists of plain values.
    SqlValue(qint64 number) : m_value(number) {}
    SqlValue(int number) : m_value(qint64(number)) {}
    SqlValue(QString text) : m_value(std::move(text)) {}
    SqlValue(QLatin1StringView name) : m_value(name) {} ///< ASCII that outlives the value: names of enums
    SqlValue(Utf8Text text) : m_value(std::move(text)) {}
    SqlValue(QByteArray bytes) : m_value(std::move(bytes)) {}
    // NOLINTEND(google-explicit-constructor)

    [[nodiscard]] bool isNull() const { return std::holds_alternative<std::monostate>(m_value); }
    /// As people and comparisons read it; empty for NULL.
    [[nodiscard]] QString text() const;

    using Value = std::variant<std::monostate, qint64, QLatin1StringView, QString, Utf8Text, QByteArray>;
    [[nodiscard]] const Value& value() const { return m_value; }
    bool operator==(const SqlValue&) const = default;

private:
    Value m_value;
};

using SqlValues = QList<SqlValue>;

} // namespace lathe
