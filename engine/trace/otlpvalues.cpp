// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpvalues.h"

#include "engine/core/canonicaljson.h"

#include <QUuid>

using namespace Qt::StringLiterals;

namespace lathe {

void OtlpAttributes::add(const QString& key, const QJsonObject& value)
{
    m_list.append(QJsonObject{{u"key"_s, key}, {u"value"_s, value}});
}

void OtlpAttributes::text(const QString& key, const QString& value)
{
    if (!value.isEmpty()) {
        add(key, {{u"stringValue"_s, value}});
    }
}

void OtlpAttributes::integer(const QString& key, qint64 value)
{
    add(key, {{u"intValue"_s, QString::number(value)}});
}

void OtlpAttributes::number(const QString& key, double value)
{
    add(key, {{u"doubleValue"_s, value}});
}

void OtlpAttributes::flag(const QString& key, bool value)
{
    add(key, {{u"boolValue"_s, value}});
}

void OtlpAttributes::list(const QString& key, const QStringList& values)
{
    QJsonArray texts;
    for (const QString& value : values) {
        texts.append(QJsonObject{{u"stringValue"_s, value}});
    }
    if (!texts.isEmpty()) {
        add(key, {{u"arrayValue"_s, QJsonObject{{u"values"_s, texts}}}});
    }
}

QString otlpTime(qint64 ms)
{
    return ms <= 0 ? u"0"_s : QString::number(ms) + u"000000"_s;
}

QString otlpTraceId(const QString& runId)
{
    const QUuid uuid = QUuid::fromString(runId);
    return uuid.isNull() ? QString::fromLatin1(sha256Hex(QByteArray("lathe run " + runId.toUtf8())).left(32))
                         : uuid.toString(QUuid::Id128);
}

QString otlpSpanId(const QString& runId, const QString& part)
{
    const QString id = QString::fromLatin1(sha256Hex((runId + u'/' + part).toUtf8()).left(16));
    return id == "0000000000000000"_L1 ? u"0000000000000001"_s : id;
}

double nearestDouble(Money amount)
{
    return amount.toDecimal().toDouble();
}

} // namespace lathe
