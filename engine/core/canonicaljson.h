// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>

#include <string>

namespace lathe {

/// Canonical JSON: object keys sorted by UTF-16 code units, no blanks, integers without fraction, other numbers in
/// their shortest round-trip form, only the escapes that JSON demands. Equal values give equal bytes on every machine
/// (after RFC 8785). NaN and infinities become null.
[[nodiscard]] QByteArray canonicalJson(const QJsonValue& value);

/// Compact JSON as sent to providers and stored; the same text as canonicalJson for Qt's sorted objects.
[[nodiscard]] inline QByteArray compactJson(const QJsonObject& object)
{
    return canonicalJson(object);
}

/// The same at the end of out; and one text in quotes.
void appendJson(std::string& out, const QJsonValue& value);
void appendJsonText(std::string& out, QStringView text);

/// SHA-256 as 64 lower-case hex digits.
[[nodiscard]] QByteArray sha256Hex(QByteArrayView bytes);

} // namespace lathe
