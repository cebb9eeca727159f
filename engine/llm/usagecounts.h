// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <optional>

namespace lathe {

/// Reads the counts of a provider's usage object and notes those that make no sense.
class UsageCounts
{
public:
    explicit UsageCounts(QJsonObject object) : m_object(std::move(object)) {}

    /// Nothing if it is absent or null; 0, and bad(), if it is negative or no whole number.
    [[nodiscard]] std::optional<qint64> count(QLatin1StringView key)
    {
        constexpr qint64 kMostTokens = qint64(1) << 53; // beyond it JSON numbers are not exact
        const QJsonValue value = m_object.value(key);
        if (value.isUndefined() || value.isNull()) {
            return std::nullopt;
        }
        const double number = value.toDouble(-1);
        if (number < 0 || number > static_cast<double>(kMostTokens) || std::floor(number) != number) {
            m_bad = true;
            return 0;
        }
        return static_cast<qint64>(number);
    }
    [[nodiscard]] qint64 countOr0(QLatin1StringView key) { return count(key).value_or(0); }
    /// The counts of the object at key; give their bad() back with note().
    [[nodiscard]] UsageCounts child(QLatin1StringView key) const { return UsageCounts(m_object.value(key).toObject()); }
    [[nodiscard]] bool has(QLatin1StringView key) const { return m_object.contains(key); }
    [[nodiscard]] QJsonValue value(QLatin1StringView key) const { return m_object.value(key); }

    /// What is left after parts were taken out of their whole: never negative.
    [[nodiscard]] qint64 rest(qint64 count)
    {
        m_bad = m_bad || count < 0;
        return std::max<qint64>(count, 0);
    }
    void note(bool bad) { m_bad = m_bad || bad; }
    [[nodiscard]] bool bad() const { return m_bad; }

private:
    QJsonObject m_object;
    bool m_bad = false;
};

} // namespace lathe
