// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/jsonreader.h"

#include <QJsonDocument>
#include <QJsonParseError>

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

constexpr int kMaxNesting = 512;
constexpr int kShownCharacters = 60;

bool isPlainName(QStringView key)
{
    const auto plain = [](QChar c) { return c.unicode() < 128 && (c.isLetterOrNumber() || c == QLatin1Char('_')); };
    return !key.isEmpty() && std::all_of(key.begin(), key.end(), plain);
}

/// "$.a.b", or "$.a[\"odd key\"]" for keys that are no plain names.
QString memberPath(const QString& parent, QStringView key)
{
    if (isPlainName(key)) {
        return parent + QLatin1Char('.') + key.toString();
    }
    const QStringView start = key.left(kShownCharacters);
    return parent + QStringLiteral("[\"") + start.toString() + QStringLiteral("\"]");
}

QString describe(const QJsonValue& value)
{
    switch (value.type()) {
    case QJsonValue::Null:
        return QStringLiteral("null");
    case QJsonValue::Bool:
        return value.toBool() ? QStringLiteral("true") : QStringLiteral("false");
    case QJsonValue::Double:
        return QStringLiteral("the number %1").arg(value.toVariant().toString());
    case QJsonValue::String: {
        const QString text = value.toString();
        return text.size() <= kShownCharacters ? QStringLiteral("the text \"%1\"").arg(text)
                                               : QStringLiteral("the text \"%1...\"").arg(text.left(kShownCharacters));
    }
    case QJsonValue::Array:
        return QStringLiteral("a list");
    case QJsonValue::Object:
        return QStringLiteral("an object");
    case QJsonValue::Undefined:
        break;
    }
    return QStringLiteral("nothing");
}

/// The whole number in value, if it is one that 64 bits hold.
std::optional<qint64> wholeNumber(const QJsonValue& value)
{
    if (!std::isfinite(value.toDouble(std::nan("")))) {
        return std::nullopt;
    }
    const qint64 integer = value.toInteger(0);
    if (integer != 0 || value.toInteger(1) == 0) {
        return integer;
    }
    return std::nullopt;
}

/// Deepest nesting of brackets outside of strings; stops counting beyond the limit.
bool nestedTooDeeply(QByteArrayView text)
{
    int depth = 0;
    bool inString = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\') {
                ++i;
            } else if (c == '"') {
                inString = false;
            }
        } else if (c == '"') {
            inString = true;
        } else if (c == '{' || c == '[') {
            if (++depth > kMaxNesting) {
                return true;
            }
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

QString position(QByteArrayView text, qsizetype offset)
{
    const QByteArrayView before = text.sliced(0, std::clamp<qsizetype>(offset, 0, text.size()));
    const auto lines = std::count(before.begin(), before.end(), '\n');
    const qsizetype lineStart = before.lastIndexOf('\n') + 1;
    const auto column = QString::fromUtf8(before.sliced(lineStart)).size() + 1;
    return QStringLiteral("line %1, column %2").arg(lines + 1).arg(column);
}

QString expectation(QJsonParseError::ParseError error)
{
    switch (error) {
    case QJsonParseError::UnterminatedObject:
        return QStringLiteral("expected \",\" or \"}\"");
    case QJsonParseError::MissingNameSeparator:
        return QStringLiteral("expected \":\" after the name");
    case QJsonParseError::UnterminatedArray:
        return QStringLiteral("expected \",\" or \"]\"");
    case QJsonParseError::MissingValueSeparator:
        return QStringLiteral("expected \",\" between values");
    case QJsonParseError::IllegalValue:
        return QStringLiteral("expected a value");
    case QJsonParseError::TerminationByNumber:
        return QStringLiteral("expected more after the number");
    case QJsonParseError::IllegalNumber:
        return QStringLiteral("expected a number");
    case QJsonParseError::IllegalEscapeSequence:
        return QStringLiteral("expected a valid escape sequence in the text");
    case QJsonParseError::IllegalUTF8String:
        return QStringLiteral("expected valid UTF-8 in the text");
    case QJsonParseError::UnterminatedString:
        return QStringLiteral("expected the closing \"\"\" of a text");
    case QJsonParseError::MissingObject:
        return QStringLiteral("expected a value or a name in quotes");
    case QJsonParseError::DeepNesting:
        return QStringLiteral("expected less nesting");
    case QJsonParseError::DocumentTooLarge:
        return QStringLiteral("expected a smaller document");
    case QJsonParseError::GarbageAtEnd:
        return QStringLiteral("expected the end of the document");
    case QJsonParseError::NoError:
        break;
    }
    return QStringLiteral("expected JSON");
}

} // namespace

JsonReader::JsonReader(QJsonObject object, QString path)
    : JsonReader(std::move(object), std::move(path), std::make_shared<QList<JsonIssue>>())
{}

JsonReader::JsonReader(QJsonObject object, QString path, std::shared_ptr<QList<JsonIssue>> issues)
    : m_object(std::move(object)), m_path(std::move(path)), m_issues(std::move(issues))
{}

bool JsonReader::has(QLatin1StringView key) const
{
    return m_object.contains(key);
}

QJsonValue JsonReader::take(QLatin1StringView key)
{
    m_asked.append(key);
    return m_object.value(key);
}

void JsonReader::addIssue(const QString& path, const QString& message)
{
    m_issues->append({path, message});
}

void JsonReader::addIssueAt(QLatin1StringView key, const QString& message)
{
    m_asked.append(key);
    addIssue(memberPath(m_path, QString(key)), message);
}

void JsonReader::wrongType(QLatin1StringView key, const QJsonValue& found, const QString& wanted)
{
    addIssue(memberPath(m_path, QString(key)), QStringLiteral("must be %1, not %2").arg(wanted, describe(found)));
}

QString JsonReader::requiredString(QLatin1StringView key)
{
    if (!has(key)) {
        m_asked.append(key);
        addIssue(memberPath(m_path, QString(key)), QStringLiteral("is missing"));
        return {};
    }
    return string(key);
}

QString JsonReader::string(QLatin1StringView key, const QString& fallback)
{
    const QJsonValue value = take(key);
    if (value.isString()) {
        return value.toString();
    }
    if (!value.isUndefined()) {
        wrongType(key, value, QStringLiteral("a text"));
    }
    return fallback;
}

qint64 JsonReader::integer(QLatin1StringView key, qint64 fallback, qint64 min, qint64 max)
{
    return optionalInteger(key, min, max).value_or(fallback);
}

std::optional<qint64> JsonReader::optionalInteger(QLatin1StringView key, qint64 min, qint64 max)
{
    const QJsonValue value = take(key);
    if (value.isUndefined()) {
        return std::nullopt;
    }
    const auto integer = wholeNumber(value);
    if (!integer) {
        wrongType(key, value, QStringLiteral("a whole number"));
        return std::nullopt;
    }
    if (*integer < min || *integer > max) {
        addIssue(memberPath(m_path, QString(key)),
                 QStringLiteral("must be from %1 to %2, not %3").arg(min).arg(max).arg(*integer));
        return std::nullopt;
    }
    return integer;
}

double JsonReader::number(QLatin1StringView key, double fallback, double min, double max)
{
    const QJsonValue value = take(key);
    if (value.isUndefined()) {
        return fallback;
    }
    if (!value.isDouble()) {
        wrongType(key, value, QStringLiteral("a number"));
        return fallback;
    }
    const double number = value.toDouble();
    if (!(number >= min && number <= max)) {
        addIssue(memberPath(m_path, QString(key)),
                 QStringLiteral("must be from %1 to %2, not %3").arg(min).arg(max).arg(number));
        return fallback;
    }
    return number;
}

bool JsonReader::boolean(QLatin1StringView key, bool fallback)
{
    const QJsonValue value = take(key);
    if (value.isBool()) {
        return value.toBool();
    }
    if (!value.isUndefined()) {
        wrongType(key, value, QStringLiteral("true or false"));
    }
    return fallback;
}

QJsonObject JsonReader::object(QLatin1StringView key)
{
    const QJsonValue value = take(key);
    if (!value.isUndefined() && !value.isObject()) {
        wrongType(key, value, QStringLiteral("an object"));
    }
    return value.toObject();
}

QJsonArray JsonReader::array(QLatin1StringView key)
{
    const QJsonValue value = take(key);
    if (!value.isUndefined() && !value.isArray()) {
        wrongType(key, value, QStringLiteral("a list"));
    }
    return value.toArray();
}

QStringList JsonReader::stringList(QLatin1StringView key)
{
    const QJsonArray values = array(key);
    QStringList list;
    list.reserve(values.size());
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QJsonValue value = values.at(i);
        if (value.isString()) {
            list.append(value.toString());
        } else {
            addIssue(QStringLiteral("%1[%2]").arg(memberPath(m_path, QString(key))).arg(i),
                     QStringLiteral("must be a text, not %1").arg(describe(value)));
        }
    }
    return list;
}

QJsonValue JsonReader::value(QLatin1StringView key)
{
    return take(key);
}

JsonReader JsonReader::child(QLatin1StringView key)
{
    const QJsonObject value = object(key);
    return JsonReader(value, memberPath(m_path, QString(key)), m_issues);
}

QList<JsonReader> JsonReader::children(QLatin1StringView key)
{
    const QJsonArray values = array(key);
    const QString path = memberPath(m_path, QString(key));
    QList<JsonReader> readers;
    readers.reserve(values.size());
    for (qsizetype i = 0; i < values.size(); ++i) {
        const QString elementPath = QStringLiteral("%1[%2]").arg(path).arg(i);
        const QJsonValue value = values.at(i);
        if (value.isObject()) {
            readers.append(JsonReader(value.toObject(), elementPath, m_issues));
        } else {
            addIssue(elementPath, QStringLiteral("must be an object, not %1").arg(describe(value)));
        }
    }
    return readers;
}

void JsonReader::refuseUnknown()
{
    for (auto it = m_object.constBegin(); it != m_object.constEnd(); ++it) {
        const QString key = it.key();
        const auto isKey = [&key](QLatin1StringView asked) { return asked == key; };
        if (std::none_of(m_asked.cbegin(), m_asked.cend(), isKey)) {
            addIssue(memberPath(m_path, key), QStringLiteral("is not a known field"));
        }
    }
}

Result<void> JsonReader::finish() const
{
    if (m_issues->isEmpty()) {
        return {};
    }
    QStringList lines;
    lines.reserve(m_issues->size());
    for (const JsonIssue& issue : std::as_const(*m_issues)) {
        lines.append(issue.path + QLatin1Char(' ') + issue.message);
    }
    return fail(ErrorCode::InvalidInput, lines.constFirst(), lines.join(QLatin1Char('\n')));
}

Result<QJsonObject> parseJsonObject(QByteArrayView text, qint64 maxBytes)
{
    if (text.size() > maxBytes) {
        return fail(
            ErrorCode::InvalidInput,
            QStringLiteral("The JSON document has %1 bytes; at most %2 are taken").arg(text.size()).arg(maxBytes));
    }
    if (std::all_of(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; })) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("The JSON document is empty; expected an object"));
    }
    if (nestedTooDeeply(text)) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("The JSON document is nested more than %1 levels deep").arg(kMaxNesting));
    }
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(QByteArray::fromRawData(text.data(), text.size()), &error);
    if (error.error != QJsonParseError::NoError) {
        // At the end Qt names whatever it was reading last; what is wrong is that there is no more.
        const bool atEnd = error.offset >= text.size() && error.error != QJsonParseError::MissingObject;
        const QString reason =
            atEnd ? QStringLiteral("the document ends before all its texts, lists and objects are closed")
                  : expectation(error.error);
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("Not valid JSON at %1: %2").arg(position(text, error.offset), reason),
                    error.errorString());
    }
    if (!document.isObject()) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("The JSON document must be an object, not a list"));
    }
    return document.object();
}

} // namespace lathe
