// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/jsonreader.h"
#include "engine/core/money.h"

#include <QHash>
#include <QJsonValue>
#include <QString>

#include <optional>

namespace lathe {

/// Attributes by key, each as plain JSON whatever OTLP wraps it in.
class OtlpFields
{
public:
    void read(JsonReader& reader);

    [[nodiscard]] bool has(QLatin1StringView key) const { return m_values.contains(key); }
    [[nodiscard]] QJsonValue value(QLatin1StringView key) const { return m_values.value(QString(key)); }
    /// The first of these that is there, as text; numbers too.
    [[nodiscard]] QString text(std::initializer_list<QLatin1StringView> keys) const;
    /// The first of these that is a whole number of at least 0.
    [[nodiscard]] std::optional<qint64> count(std::initializer_list<QLatin1StringView> keys) const;
    [[nodiscard]] const QHash<QString, QJsonValue>& all() const { return m_values; }

private:
    QHash<QString, QJsonValue> m_values;
};

struct OtlpSpan
{
    struct Event
    {
        QString name;
        qint64 timeMs = 0;
        OtlpFields fields;
    };
    QString traceId; ///< 32 hex digits
    QString id;      ///< 16 hex digits
    QString parent;  ///< may be empty, and may be none of the file
    QString name;
    qint64 startMs = 0;
    qint64 endMs = 0;
    OtlpFields fields;
    QList<Event> events;
    bool failed = false;
    QString message; ///< of its status
    QString path;    ///< where it stands in the file
};

/// One span; what is wrong with it is among the issues of reader.
[[nodiscard]] OtlpSpan readOtlpSpan(JsonReader& reader);

/// "0.0123" or a double, exactly as its shortest decimal says; nothing if it is negative or no amount.
[[nodiscard]] std::optional<Money> moneyOf(const QJsonValue& value);

} // namespace lathe
