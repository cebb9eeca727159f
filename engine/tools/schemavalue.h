// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonValue>
#include <QString>

#include <compare>

// JSON values as JSON Schema sees them: 1 and 1.0 are the same number, member order means nothing.

namespace lathe::schema {

/// A JSON number; integers within the range of qint64 are exact, everything else is a double.
struct Number
{
    bool integral = false; ///< integer holds it; else real does
    qint64 integer = 0;
    double real = 0;

    [[nodiscard]] static Number of(const QJsonValue& value);
    [[nodiscard]] bool isWhole() const;
    /// Shortest text that reads back as the same number.
    [[nodiscard]] QString toText() const;
    /// Exact, also between an integer and a double.
    [[nodiscard]] std::strong_ordering compare(const Number& other) const;
    /// Exact for the decimals as written (0.0075 is a multiple of 0.0001); divisor is positive.
    [[nodiscard]] bool isMultipleOf(const Number& divisor) const;
};

/// Bits of the "type" keyword.
enum Type : unsigned
{
    NullType = 1,
    BooleanType = 2,
    IntegerType = 4,
    NumberType = 8,
    StringType = 16,
    ArrayType = 32,
    ObjectType = 64
};
/// The bit of a type name; 0 if there is no such type.
[[nodiscard]] unsigned typeBit(const QString& name);
/// The bits a value fulfils: a whole number is IntegerType | NumberType.
[[nodiscard]] unsigned typesOf(const QJsonValue& value);
/// "an integer or null".
[[nodiscard]] QString typeNames(unsigned types);

/// Bytes that are equal exactly if the values are equal as JSON.
[[nodiscard]] QByteArray equalityKey(const QJsonValue& value);

/// Length in Unicode code points.
[[nodiscard]] qint64 codePoints(QStringView text);

/// value as compact text, cut to about 60 characters, for messages.
[[nodiscard]] QString preview(const QJsonValue& value);

} // namespace lathe::schema
