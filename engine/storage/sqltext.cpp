// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/sqltext.h"

#include "engine/core/canonicaljson.h"

namespace lathe {

QString containsPattern(const QString& text)
{
    QString pattern = text;
    pattern.replace(QLatin1Char('\\'), QLatin1String("\\\\"));
    pattern.replace(QLatin1Char('%'), QLatin1String("\\%"));
    pattern.replace(QLatin1Char('_'), QLatin1String("\\_"));
    return QLatin1Char('%') + pattern + QLatin1Char('%');
}

QString insideJson(const QString& text)
{
    const QString quoted = QString::fromUtf8(canonicalJson(QJsonValue(text)));
    return quoted.mid(1, quoted.size() - 2);
}

} // namespace lathe
