// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"

#include "engine/core/sha256.h"

#include <QJsonArray>
#include <QVarLengthArray>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace lathe {

namespace {

void writeValue(std::string& out, const QJsonValue& value);

constexpr char kHex[] = "0123456789abcdef";

/// UTF-16 to escaped UTF-8 through a buffer on the stack. A lone surrogate has no UTF-8 form, so it is escaped.
class StringWriter
{
public:
    explicit StringWriter(std::string& out) : m_out(out) {}
    ~StringWriter() { flush(); }
    StringWriter(const StringWriter&) = delete;
    StringWriter& operator=(const StringWriter&) = delete;

    void put(char c) { m_buffer[m_used++] = c; }
    void put(unsigned c) { put(static_cast<char>(c)); }
    void escape(char16_t unit)
    {
        put('\\');
        put('u');
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(kHex[(unit >> shift) & 0xF]);
        }
    }
    void makeRoom()
    {
        if (m_used > sizeof m_buffer - 8) {
            flush();
        }
    }
    void flush()
    {
        m_out.append(m_buffer, m_used);
        m_used = 0;
    }

private:
    std::string& m_out;
    char m_buffer[2048];
    size_t m_used = 0;
};

void writeControl(StringWriter& writer, char16_t unit)
{
    constexpr std::u16string_view kShortForms = u"\b\t\n\f\r";
    const size_t index = kShortForms.find(unit);
    if (index == std::u16string_view::npos) {
        writer.escape(unit);
        return;
    }
    writer.put('\\');
    writer.put("btnfr"[index]);
}

void writeString(std::string& out, QStringView text)
{
    StringWriter writer(out);
    writer.put('"');
    const char16_t *at = text.utf16();
    const char16_t *const end = at + text.size();
    while (at != end) {
        const char16_t unit = *at++;
        writer.makeRoom();
        if (unit < 0x20) {
            writeControl(writer, unit);
        } else if (unit == u'"' || unit == u'\\') {
            writer.put('\\');
            writer.put(static_cast<unsigned>(unit));
        } else if (unit < 0x80) {
            writer.put(static_cast<unsigned>(unit));
        } else if (unit < 0x800) {
            writer.put(0xC0U | (unit >> 6));
            writer.put(0x80U | (unit & 0x3FU));
        } else if (!QChar::isSurrogate(unit)) {
            writer.put(0xE0U | (unit >> 12));
            writer.put(0x80U | ((unit >> 6) & 0x3FU));
            writer.put(0x80U | (unit & 0x3FU));
        } else if (QChar::isHighSurrogate(unit) && at != end && QChar::isLowSurrogate(*at)) {
            const char32_t code = QChar::surrogateToUcs4(unit, *at++);
            writer.put(0xF0U | (code >> 18));
            writer.put(0x80U | ((code >> 12) & 0x3FU));
            writer.put(0x80U | ((code >> 6) & 0x3FU));
            writer.put(0x80U | (code & 0x3FU));
        } else {
            writer.escape(unit);
        }
    }
    writer.put('"');
}

/// The layout of ECMAScript's Number.prototype.toString, which RFC 8785 asks for.
void writeFraction(std::string& out, double number)
{
    char text[40];
    const auto written = std::to_chars(text, text + sizeof text, std::abs(number), std::chars_format::scientific);
    const std::string_view whole(text, static_cast<size_t>(written.ptr - text));
    const size_t mark = whole.find('e');
    std::string digits(whole.substr(0, mark));
    if (digits.size() > 1) {
        digits.erase(1, 1); // the point
    }
    const int exponent = QByteArray(whole.data() + mark + 1, static_cast<qsizetype>(whole.size() - mark - 1)).toInt();
    const auto count = static_cast<int>(digits.size());
    if (number < 0) {
        out.push_back('-');
    }
    if (exponent >= 21 || exponent < -6) {
        out.push_back(digits.at(0));
        if (count > 1) {
            out.append(".").append(digits, 1);
        }
        out.append(exponent < 0 ? "e-" : "e+").append(std::to_string(std::abs(exponent)));
    } else if (exponent < 0) {
        out.append("0.").append(static_cast<size_t>(-exponent - 1), '0').append(digits);
    } else if (count <= exponent + 1) {
        out.append(digits).append(static_cast<size_t>(exponent + 1 - count), '0');
    } else {
        const auto before = static_cast<size_t>(exponent) + 1;
        out.append(digits, 0, before).append(".").append(digits, before);
    }
}

void writeNumber(std::string& out, const QJsonValue& value)
{
    const double number = value.toDouble();
    if (!std::isfinite(number)) {
        out.append("null");
        return;
    }
    // A value that is no whole 64-bit number gives back the default, whatever that is.
    const qint64 integer = value.toInteger(0);
    if (integer != 0 || value.toInteger(1) == 0) {
        char text[24];
        const auto written = std::to_chars(text, text + sizeof text, integer);
        out.append(text, static_cast<size_t>(written.ptr - text));
        return;
    }
    writeFraction(out, number);
}

void writeObject(std::string& out, const QJsonObject& object)
{
    struct Member
    {
        QString key;
        QJsonValue value;
    };
    QVarLengthArray<Member, 24> members;
    members.reserve(object.size());
    for (auto it = object.constBegin(); it != object.constEnd(); ++it) {
        members.append({it.key(), it.value()});
    }
    const auto byKey = [](const Member& a, const Member& b) { return a.key < b.key; };
    if (!std::is_sorted(members.cbegin(), members.cend(), byKey)) {
        std::sort(members.begin(), members.end(), byKey);
    }
    char separator = '{';
    for (const Member& member : members) {
        out.push_back(separator);
        separator = ',';
        writeString(out, member.key);
        out.push_back(':');
        writeValue(out, member.value);
    }
    out.append(separator == '{' ? "{}" : "}");
}

void writeValue(std::string& out, const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        out.append("null");
        break;
    case QJsonValue::Bool:
        out.append(value.toBool() ? "true" : "false");
        break;
    case QJsonValue::Double:
        writeNumber(out, value);
        break;
    case QJsonValue::String:
        writeString(out, value.toString());
        break;
    case QJsonValue::Array: {
        const QJsonArray array = value.toArray();
        char separator = '[';
        for (const QJsonValue element : array) {
            out.push_back(separator);
            separator = ',';
            writeValue(out, element);
        }
        out.append(separator == '[' ? "[]" : "]");
        break;
    }
    case QJsonValue::Object:
        writeObject(out, value.toObject());
        break;
    }
}

} // namespace

QByteArray canonicalJson(const QJsonValue& value)
{
    thread_local std::string out; // grown once
    out.clear();
    writeValue(out, value);
    return {out.data(), static_cast<qsizetype>(out.size())};
}

void appendJson(std::string& out, const QJsonValue& value)
{
    writeValue(out, value);
}

void appendJsonText(std::string& out, QStringView text)
{
    writeString(out, text);
}

QByteArray sha256Hex(QByteArrayView bytes)
{
    Sha256 hash;
    hash.addData(bytes);
    return hash.result().toHex();
}

} // namespace lathe
