// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/core/jsonreader.h"
#include "engine/core/money.h"

#include <QJsonObject>

#include <optional>

// How the domain's values read and write money, times and names in JSON.

namespace lathe {

/// A decimal string; a JSON number is refused, because binary fractions are not exact.
std::optional<Money> readMoney(JsonReader& reader, QLatin1StringView key);
/// Milliseconds since 1970 of an ISO 8601 text with time zone; 0 if absent or null.
qint64 readTime(JsonReader& reader, QLatin1StringView key);

void readNameIssue(JsonReader& reader, QLatin1StringView key, const QString& found, const QStringList& known);

/// The value of a wire name; absent: nothing. A name that is not known is an issue that lists the known ones.
template <typename E>
std::optional<E> readName(JsonReader& reader, QLatin1StringView key)
{
    const QString text = reader.string(key);
    if (text.isEmpty()) {
        return std::nullopt;
    }
    const auto value = fromName<E>(text);
    if (!value) {
        QStringList known;
        for (const auto& entry : EnumNames<E>::table) {
            known.append(QString(entry.second));
        }
        readNameIssue(reader, key, text, known);
    }
    return value;
}

void insertText(QJsonObject& object, QLatin1StringView key, const QString& text);       ///< unless empty
void insertNumber(QJsonObject& object, QLatin1StringView key, qint64 number);           ///< unless 0
void insertTrue(QJsonObject& object, QLatin1StringView key, bool value);                ///< unless false
void insertMoney(QJsonObject& object, QLatin1StringView key, std::optional<Money> sum); ///< unless absent
/// An ISO 8601 text, or null for 0.
[[nodiscard]] QJsonValue timeValue(qint64 msSinceEpoch);

} // namespace lathe
