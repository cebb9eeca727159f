// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/schemavalue.h"

#include "engine/core/canonicaljson.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QLocale>
#include <QStringList>
#include <QVariant>

#include <cmath>
#include <iterator>

namespace lathe::schema {

namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr double kTwo63 = 9223372036854775808.0;

struct TypeName
{
    unsigned bit;
    QLatin1StringView name;
    QLatin1StringView withArticle;
};
constexpr TypeName kTypes[] = {
    {NullType, QLatin1StringView("null"), QLatin1StringView("null")},
    {BooleanType, QLatin1StringView("boolean"), QLatin1StringView("a boolean")},
    {IntegerType, QLatin1StringView("integer"), QLatin1StringView("an integer")},
    {NumberType, QLatin1StringView("number"), QLatin1StringView("a number")},
    {StringType, QLatin1StringView("string"), QLatin1StringView("a string")},
    {ArrayType, QLatin1StringView("array"), QLatin1StringView("an array")},
    {ObjectType, QLatin1StringView("object"), QLatin1StringView("an object")},
};

/// |number| = digits x 10^exponent, from its shortest decimal text.
struct Decimal
{
    quint64 digits = 0;
    int exponent = 0;
};

Decimal toDecimal(const Number& number)
{
    if (number.integral) {
        const auto bits = static_cast<quint64>(number.integer);
        return {number.integer < 0 ? ~bits + 1 : bits, 0};
    }
    // "d.ddde+xx": at most 17 digits, which fit 64 bits.
    const QByteArray text = QByteArray::number(std::abs(number.real), 'e', QLocale::FloatingPointShortest);
    const qsizetype split = text.indexOf('e');
    Decimal decimal;
    decimal.exponent = text.mid(split + 1).toInt();
    bool fraction = false;
    for (const char c : text.left(split)) {
        if (c == '.') {
            fraction = true;
            continue;
        }
        decimal.digits = decimal.digits * 10 + static_cast<quint64>(c - '0');
        decimal.exponent -= fraction ? 1 : 0;
    }
    return decimal;
}

quint64 powerOfTenModulo(int exponent, quint64 modulus)
{
    Wide result = 1 % modulus;
    Wide base = 10 % modulus;
    for (int left = exponent; left > 0; left /= 2) {
        if (left % 2 != 0) {
            result = result * base % modulus;
        }
        base = base * base % modulus;
    }
    return static_cast<quint64>(result);
}

void appendKey(QByteArray& key, const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        key.append('n');
        break;
    case QJsonValue::Bool:
        key.append(value.toBool() ? 't' : 'f');
        break;
    case QJsonValue::Double:
        key.append(Number::of(value).toText().toLatin1()).append(';');
        break;
    case QJsonValue::String: {
        // UTF-16 as it is, so that even broken surrogates stay different.
        const QString text = value.toString();
        key.append('"').append(QByteArray::number(text.size())).append(':');
        key.append(reinterpret_cast<const char *>(text.utf16()), text.size() * 2);
        break;
    }
    case QJsonValue::Array: {
        const QJsonArray array = value.toArray();
        key.append('[');
        for (const QJsonValue& element : array) {
            appendKey(key, element);
        }
        key.append(']');
        break;
    }
    case QJsonValue::Object: {
        // QJsonObject keeps its members sorted.
        const QJsonObject object = value.toObject();
        key.append('{');
        for (auto it = object.begin(); it != object.end(); ++it) {
            appendKey(key, it.key());
            appendKey(key, it.value());
        }
        key.append('}');
        break;
    }
    }
}

} // namespace

Number Number::of(const QJsonValue& value)
{
    const QVariant variant = value.toVariant();
    Number number;
    if (variant.metaType().id() == QMetaType::LongLong) {
        number.integral = true;
        number.integer = variant.toLongLong();
        return number;
    }
    number.real = value.toDouble();
    if (number.real >= -kTwo63 && number.real < kTwo63 && std::trunc(number.real) == number.real) {
        number.integral = true;
        number.integer = static_cast<qint64>(number.real);
    }
    return number;
}

bool Number::isWhole() const
{
    return integral || std::trunc(real) == real;
}

QString Number::toText() const
{
    return integral ? QString::number(integer) : QString::number(real, 'g', QLocale::FloatingPointShortest);
}

std::strong_ordering Number::compare(const Number& other) const
{
    if (integral && other.integral) {
        return integer <=> other.integer;
    }
    if (!integral && !other.integral) {
        return real < other.real   ? std::strong_ordering::less
               : real > other.real ? std::strong_ordering::greater
                                   : std::strong_ordering::equal;
    }
    if (!integral) {
        return 0 <=> other.compare(*this);
    }
    // other.real is not a whole number within the range of qint64: it is beyond it or has a fraction.
    if (other.real >= kTwo63) {
        return std::strong_ordering::less;
    }
    if (other.real < -kTwo63) {
        return std::strong_ordering::greater;
    }
    const auto below = static_cast<qint64>(std::floor(other.real));
    return integer <= below ? std::strong_ordering::less : std::strong_ordering::greater;
}

bool Number::isMultipleOf(const Number& divisor) const
{
    const Decimal value = toDecimal(*this);
    const Decimal unit = toDecimal(divisor);
    if (value.digits == 0) {
        return true;
    }
    const int shift = value.exponent - unit.exponent;
    if (shift >= 0) {
        const Wide remainder = Wide(value.digits % unit.digits) * powerOfTenModulo(shift, unit.digits) % unit.digits;
        return remainder == 0;
    }
    Wide scaled = unit.digits;
    for (int i = 0; i > shift; --i) {
        scaled *= 10;
        if (scaled > value.digits) {
            return false; // the divisor is larger than the value
        }
    }
    return value.digits % scaled == 0;
}

unsigned typeBit(const QString& name)
{
    for (const TypeName& type : kTypes) {
        if (name == type.name) {
            return type.bit;
        }
    }
    return 0;
}

unsigned typesOf(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return BooleanType;
    case QJsonValue::Double:
        return Number::of(value).isWhole() ? IntegerType | NumberType : unsigned(NumberType);
    case QJsonValue::String:
        return StringType;
    case QJsonValue::Array:
        return ArrayType;
    case QJsonValue::Object:
        return ObjectType;
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        break;
    }
    return NullType;
}

QString typeNames(unsigned types)
{
    // Whole numbers are numbers: naming both says nothing more.
    const unsigned shown = (types & NumberType) != 0 ? types & ~unsigned(IntegerType) : types;
    QStringList names;
    for (const TypeName& type : kTypes) {
        if ((shown & type.bit) != 0) {
            names.append(QString(type.withArticle));
        }
    }
    if (names.size() < 2) {
        return names.join(QString());
    }
    const QString last = names.takeLast();
    return names.join(QStringLiteral(", ")) + QStringLiteral(" or ") + last;
}

QByteArray equalityKey(const QJsonValue& value)
{
    QByteArray key;
    appendKey(key, value);
    return key;
}

qint64 codePoints(QStringView text)
{
    qint64 count = text.size();
    for (qsizetype i = 1; i < text.size(); ++i) {
        if (text[i].isLowSurrogate() && text[i - 1].isHighSurrogate()) {
            --count;
        }
    }
    return count;
}

QString preview(const QJsonValue& value)
{
    constexpr qsizetype kShown = 60;
    QString text;
    if (value.isString()) {
        const QString full = value.toString();
        QString cut = full.left(kShown);
        if (cut.size() < full.size()) {
            cut += QChar(0x2026);
        }
        text = QString::fromUtf8(canonicalJson(cut));
    } else {
        text = QString::fromUtf8(canonicalJson(value));
        if (text.size() > kShown) {
            text = text.left(kShown) + QChar(0x2026);
        }
    }
    return text;
}

} // namespace lathe::schema
