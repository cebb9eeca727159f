// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

// The small forms of OTLP/JSON (opentelemetry-proto trace/v1 by its JSON mapping): ids are lower-case hex, 64-bit
// numbers are strings, an attribute is {"key", "value": {"stringValue" | "intValue" | "boolValue" | "doubleValue"
// ...}}.

namespace lathe {

/// A list of attributes in the order they are added. What is empty is left out.
class OtlpAttributes
{
public:
    void text(const QString& key, const QString& value);
    void integer(const QString& key, qint64 value);
    void number(const QString& key, double value);
    void flag(const QString& key, bool value);
    void list(const QString& key, const QStringList& values);
    /// As an exact decimal string.
    void money(const QString& key, Money value) { text(key, value.toDecimal()); }

    [[nodiscard]] const QJsonArray& json() const { return m_list; }

private:
    void add(const QString& key, const QJsonObject& value);
    QJsonArray m_list;
};

/// Nanoseconds since 1970 as a string.
[[nodiscard]] QString otlpTime(qint64 ms);
/// 32 hex digits for a run: its id if that is a UUID, so both name the same thing.
[[nodiscard]] QString otlpTraceId(const QString& runId);
/// 16 hex digits, the same for the same part ("decision/3") of the same run; never all zero.
[[nodiscard]] QString otlpSpanId(const QString& runId, const QString& part);
/// For what is only to be shown: the nearest double.
[[nodiscard]] double nearestDouble(Money amount);

} // namespace lathe
