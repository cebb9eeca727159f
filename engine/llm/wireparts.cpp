// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/wireparts.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/jsonreader.h"

#include <QSet>

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
