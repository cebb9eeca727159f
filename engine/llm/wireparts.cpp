// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/wireparts.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"

#include <QSet>

#include <algorithm>
#include <iterator>

namespace lathe {

using namespace Qt::StringLiterals;

QByteArray jsonText(const QString& text)
{
    return canonicalJson(QJsonValue(text));
}

QString argumentsOnTheWire(const ToolCallRequest& call)
{
    if (call.arguments.trimmed().isEmpty()) {
        return u"{}"_s;
    }
    if (call.parsed || parseJsonObject(call.arguments.toUtf8())) {
        return call.arguments;
    }
    return QString::fromUtf8(compactJson(QJsonObject{{u"invalid_arguments"_s, call.arguments}}));
}

bool isImage(QStringView mediaType)
{
    return mediaType.startsWith("image/"_L1, Qt::CaseInsensitive);
}

bool isPdf(QStringView mediaType)
{
    return mediaType.compare("application/pdf"_L1, Qt::CaseInsensitive) == 0;
}

bool isCommonImage(QStringView mediaType)
{
    static constexpr QLatin1StringView kTypes[] = {"image/png"_L1, "image/jpeg"_L1, "image/gif"_L1, "image/webp"_L1};
    return std::any_of(std::begin(kTypes), std::end(kTypes), [mediaType](QLatin1StringView type) {
        return mediaType.compare(type, Qt::CaseInsensitive) == 0;
    });
}

QByteArray dataUrl(const Attachment& attachment)
{
    return "data:" + attachment.mediaType.toLower().toLatin1() + ";base64," + attachment.content.toBase64();
}

// A recursion over a schema that was parsed, and so is not deeper than a JSON document may be.
// NOLINTNEXTLINE(misc-no-recursion)
bool isStrictSchema(const QJsonObject& schema)
{
    const QJsonObject properties = schema.value("properties"_L1).toObject();
    const QJsonArray required = schema.value("required"_L1).toArray();
    const bool isObject = schema.value("type"_L1).toString() == "object"_L1 || !properties.isEmpty();
    if (isObject && schema.value("additionalProperties"_L1) != QJsonValue(false)) {
        return false;
    }
    for (auto it = properties.constBegin(); it != properties.constEnd(); ++it) {
        if (!required.contains(QJsonValue(it.key())) || !isStrictSchema(it->toObject())) {
            return false;
        }
    }
    const QJsonValue items = schema.value("items"_L1);
    return !items.isObject() || isStrictSchema(items.toObject());
}

QString codeText(const QJsonValue& value)
{
    return value.isDouble() ? QString::number(value.toInteger()) : value.toString();
}

QString pageText(const QByteArray& body)
{
    constexpr qsizetype kLongestPage = 200;
    const QString line = QString::fromUtf8(body.first(std::min<qsizetype>(body.size(), 4 * kLongestPage))).simplified();
    return line.size() <= kLongestPage ? line : QString(line.first(kLongestPage) + u"...");
}

void finishToolCalls(QList<ToolCallRequest> *calls, const QString& replyId)
{
    QSet<QString> taken;
    for (qsizetype i = 0; i < calls->size(); ++i) {
        ToolCallRequest& call = (*calls)[i];
        if (call.id.isEmpty() || taken.contains(call.id)) {
            const QByteArray digest = sha256Hex(replyId.toUtf8()).first(8);
            call.id = u"call_%1_%2"_s.arg(QLatin1StringView(digest)).arg(i);
        }
        taken.insert(call.id);
        if (call.arguments.trimmed().isEmpty()) {
            call.parsed = QJsonObject();
        } else if (const auto parsed = parseJsonObject(call.arguments.toUtf8())) {
            call.parsed = *parsed;
        }
    }
}

} // namespace lathe
