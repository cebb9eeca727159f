// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/jsonvalues.h"

#include "engine/core/clock.h"

using namespace Qt::StringLiterals;

namespace lathe {

std::optional<Money> readMoney(JsonReader& reader, QLatin1StringView key)
{
    if (!reader.has(key)) {
        return std::nullopt;
    }
    const QJsonValue value = reader.value(key);
    if (value.isNull()) {
        return std::nullopt;
    }
    if (value.isDouble()) {
        const QString number = value.toVariant().toString();
        reader.addIssueAt(key, u"must be a decimal text, not a number: write it in quotes, like \"%1\""_s.arg(number));
        return std::nullopt;
    }
    if (!value.isString()) {
        reader.addIssueAt(key, u"must be a decimal text like \"0.20\""_s);
        return std::nullopt;
    }
    const auto money = Money::fromDecimal(value.toString());
    if (!money) {
        reader.addIssueAt(key, money.error().message);
        return std::nullopt;
    }
    return *money;
}

qint64 readTime(JsonReader& reader, QLatin1StringView key)
{
    if (!reader.has(key) || reader.value(key).isNull()) {
        return 0;
    }
    const QString text = reader.string(key);
    const QDateTime time = QDateTime::fromString(text, Qt::ISODateWithMs);
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime) {
        if (!text.isEmpty()) {
            reader.addIssueAt(key, u"must be an ISO 8601 time with its zone, like 2026-01-31T12:00:00.000Z"_s);
        }
        return 0;
    }
    return time.toMSecsSinceEpoch();
}

void readNameIssue(JsonReader& reader, QLatin1StringView key, const QString& found, const QStringList& known)
{
    reader.addIssueAt(key, u"\"%1\" is not known; it is one of %2"_s.arg(found.left(60), known.join(", "_L1)));
}

void insertText(QJsonObject& object, QLatin1StringView key, const QString& text)
{
    if (!text.isEmpty()) {
        object.insert(key, text);
    }
}

void insertNumber(QJsonObject& object, QLatin1StringView key, qint64 number)
{
    if (number != 0) {
        object.insert(key, number);
    }
}

void insertTrue(QJsonObject& object, QLatin1StringView key, bool value)
{
    if (value) {
        object.insert(key, true);
    }
}

void insertMoney(QJsonObject& object, QLatin1StringView key, std::optional<Money> sum)
{
    if (sum) {
        object.insert(key, sum->toDecimal());
    }
}

QJsonValue timeValue(qint64 msSinceEpoch)
{
    return msSinceEpoch == 0 ? QJsonValue() : QJsonValue(toIsoUtc(msSinceEpoch));
}

} // namespace lathe
