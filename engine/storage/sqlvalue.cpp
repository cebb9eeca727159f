// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/sqlvalue.h"

namespace lathe {

namespace {

struct ToText
{
    QString operator()(std::monostate) const { return {}; }
    QString operator()(qint64 number) const { return QString::number(number); }
    QString operator()(QLatin1StringView name) const { return QString(name); }
    QString operator()(const QString& text) const { return text; }
    QString operator()(const Utf8Text& text) const { return QString::fromUtf8(text.bytes); }
    QString operator()(const QByteArray& bytes) const { return QString::fromUtf8(bytes); }
};

} // namespace

QString SqlValue::text() const
{
    return std::visit(ToText(), m_value);
}

} // namespace lathe
