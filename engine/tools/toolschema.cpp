// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/toolschema.h"

#include <QJsonDocument>

namespace lathe {

QJsonObject schemaFromText(QStringView text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text.toUtf8(), &error);
    if (!document.isObject()) {
        qFatal("a built-in schema is not a JSON object: %s at %d", qPrintable(error.errorString()), error.offset);
    }
    return document.object();
}

} // namespace lathe
