// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpspan.h"

#include "engine/core/canonicaljson.h"

#include <QLocale>

#include <limits>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr int kMaxNesting = 16; // of attribute values
constexpr qsizetype kMaxDecimals = 18;
constexpr qint64 kNsPerMs = 1'000'000;

/// A 64-bit number, which JSON has as a string or a number; nothing if it is neither.
std::optional<qint64> integerOf(const QJsonValue& value)
{
    bool fine = false;
    const qint64 number = value.isString() ? value.toString().toLongLong(&fine) : value.toInteger();
    if (value.isDouble()) {
        constexpr double limit = 9.2e18;
        fine = value.toDouble() > -limit && value.toDouble() < limit;
    }
    return fine ? std::optional(number) : std::nullopt;
}

QJsonValue plain(const QJsonObject& value, int depth = 0)
{
    if (value.isEmpty() || depth > kMaxNesting) {
        return QJsonValue::Undefined;
    }
    const QString kind = value.constBegin().key();
    const QJsonValue inner = value.constBegin().value();
    if (kind == "intValue"_L1) {
        const std::optional<qint64> number = integerOf(inner);
        return number ? QJsonValue(*number) : QJsonValue(QJsonValue::Undefined);
    }
    if (kind == "arrayValue"_L1) {
        QJsonArray list;
        for (const QJsonValue entry : inner.toObject().value("values"_L1).toArray()) {
            list.append(plain(entry.toObject(), depth + 1));
        }
        return list;
    }
    if (kind == "kvlistValue"_L1) {
        QJsonObject object;
        for (const QJsonValue entry : inner.toObject().value("values"_L1).toArray()) {
            object.insert(entry.toObject().value("key"_L1).toString(),
                          plain(entry.toObject().value("value"_L1).toObject(), depth + 1));
        }
        return object;
    }
    return inner; // stringValue, boolValue, doubleValue, bytesValue
}

/// Hex as the format has it, or base64, as some writers of protobuf JSON have it.
QString idAt(JsonReader& reader, QLatin1StringView key, qsizetype bytes, bool required)
{
    const QString text = required ? reader.requiredString(key) : reader.string(key);
    if (text.isEmpty()) {
        return {};
    }
    QByteArray id = QByteArray::fromHex(text.toLatin1());
    if (text.size() != 2 * bytes || id.size() != bytes) {
        id = QByteArray::fromBase64(text.toLatin1());
    }
    if (id.size() != bytes) {
        reader.addIssueAt(key, u"is not an id of %1 hex digits"_s.arg(2 * bytes));
        return {};
    }
    return QString::fromLatin1(id.toHex());
}

qint64 timeAt(JsonReader& reader, QLatin1StringView key)
{
    const QJsonValue value = reader.value(key);
    if (value.isUndefined()) {
        return 0;
    }
    const std::optional<qint64> nanoseconds = integerOf(value);
    if (!nanoseconds || *nanoseconds < 0) {
        reader.addIssueAt(key, u"is not a time in nanoseconds since 1970"_s);
        return 0;
    }
    return *nanoseconds / kNsPerMs;
}

} // namespace

void OtlpFields::read(JsonReader& reader)
{
    for (JsonReader& entry : reader.children("attributes"_L1)) {
        const QString key = entry.requiredString("key"_L1);
        const QJsonValue value = plain(entry.object("value"_L1));
        if (!value.isUndefined()) {
            m_values.insert(key, value);
        }
    }
}

QString OtlpFields::text(std::initializer_list<QLatin1StringView> keys) const
{
    for (const QLatin1StringView key : keys) {
        const QJsonValue found = value(key);
        if (found.isString() && !found.toString().isEmpty()) {
            return found.toString();
        }
        if (found.isDouble() || found.isArray() || found.isObject()) {
            return QString::fromUtf8(canonicalJson(found));
        }
    }
    return {};
}

std::optional<qint64> OtlpFields::count(std::initializer_list<QLatin1StringView> keys) const
{
    for (const QLatin1StringView key : keys) {
        const std::optional<qint64> number = integerOf(value(key));
        if (number && *number >= 0) {
            return number;
        }
    }
    return std::nullopt;
}

OtlpSpan readOtlpSpan(JsonReader& reader)
{
    constexpr qsizetype traceBytes = 16;
    constexpr qsizetype spanBytes = 8;
    constexpr int failedCode = 2;
    OtlpSpan span;
    span.path = reader.path();
    span.traceId = idAt(reader, "traceId"_L1, traceBytes, true);
    span.id = idAt(reader, "spanId"_L1, spanBytes, true);
    span.parent = idAt(reader, "parentSpanId"_L1, spanBytes, false);
    span.name = reader.string("name"_L1);
    span.startMs = timeAt(reader, "startTimeUnixNano"_L1);
    span.endMs = std::max(span.startMs, timeAt(reader, "endTimeUnixNano"_L1));
    span.fields.read(reader);
    for (JsonReader& entry : reader.children("events"_L1)) {
        OtlpSpan::Event event;
        event.name = entry.string("name"_L1);
        event.timeMs = timeAt(entry, "timeUnixNano"_L1);
        event.fields.read(entry);
        span.events.append(event);
    }
    JsonReader status = reader.child("status"_L1);
    const QJsonValue code = status.value("code"_L1);
    span.failed = code.toInteger() == failedCode || code == "STATUS_CODE_ERROR"_L1;
    span.message = status.string("message"_L1);
    return span;
}

std::optional<Money> moneyOf(const QJsonValue& value)
{
    QString text = value.toString();
    if (value.isDouble()) {
        text = QString::number(value.toDouble(), 'f', QLocale::FloatingPointShortest);
        const qsizetype point = text.indexOf(u'.');
        if (point >= 0) {
            text = text.left(point + 1 + kMaxDecimals);
        }
    }
    const Result<Money> amount = Money::fromDecimal(text);
    return amount && *amount >= Money() ? std::optional(*amount) : std::nullopt;
}

} // namespace lathe
