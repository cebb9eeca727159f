// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/tool.h"

#include "engine/core/canonicaljson.h"

namespace lathe {

QJsonArray fileList(const QList<Attachment>& files)
{
    QJsonArray list;
    for (const Attachment& file : files) {
        list.append(QJsonObject{{QStringLiteral("name"), file.name},
                                {QStringLiteral("mediaType"), file.mediaType},
                                {QStringLiteral("size"), file.content.size()},
                                {QStringLiteral("sha256"), QString::fromLatin1(sha256Hex(file.content))}});
    }
    return list;
}

QString ToolResult::textForModel() const
{
    QJsonObject shown = value;
    if (!ok) {
        const QJsonObject error{{QStringLiteral("code"), errorCode}, {QStringLiteral("message"), message}};
        shown.insert(QStringLiteral("error"), error);
    } else if (pending) {
        shown.insert(QStringLiteral("pending"), true);
    }
    if (!files.isEmpty()) {
        shown.insert(QStringLiteral("files"), fileList(files));
    }
    return QString::fromUtf8(compactJson(shown));
}

ToolResult toolError(const QString& code, const QString& message, const QJsonObject& value)
{
    ToolResult result;
    result.ok = false;
    result.errorCode = code;
    result.message = message;
    result.value = value;
    return result;
}

} // namespace lathe
