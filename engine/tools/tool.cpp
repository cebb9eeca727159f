// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/tool.h"

#include "engine/core/canonicaljson.h"

namespace lathe {

QString ToolResult::textForModel() const
{
    QJsonObject shown = value;
    if (!ok) {
        const QJsonObject error{{QStringLiteral("code"), errorCode}, {QStringLiteral("message"), message}};
        shown.insert(QStringLiteral("error"), error);
    } else if (pending) {
        shown.insert(QStringLiteral("pending"), true);
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
