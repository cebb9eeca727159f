// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/retryafter.h"

#include <QDateTime>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace lathe {

namespace {

using std::chrono::milliseconds;

constexpr double kLongestMs = 10.0 * 365 * 24 * 3600 * 1000;

/// A number that is not negative, in units of unitMs.
[[nodiscard]] std::optional<milliseconds> parseSpan(const QByteArray& text, double unitMs)
{
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    bool ok = false;
    const double value = text.toDouble(&ok);
    if (!ok || !plain) {
        return std::nullopt;
    }
    return milliseconds(static_cast<qint64>(std::ceil(std::min(value * unitMs, kLongestMs))));
}

} // namespace

std::optional<qint64> parseHttpDate(QByteArrayView text)
{
    static const QStringList formats{QStringLiteral("dd MMM yyyy HH:mm:ss 'GMT'"),
                                     QStringLiteral("dd-MMM-yy HH:mm:ss 'GMT'"), QStringLiteral("MMM d HH:mm:ss yyyy")};
    // The day of the week says nothing new, and contradicts a year of two digits read as 19xx.
    const QString clean = QString::fromLatin1(text).simplified();
    const QString date = clean.section(QLatin1Char(' '), 1);
    for (const QString& format : formats) {
        QDateTime time = QLocale::c().toDateTime(date, format);
        if (time.isValid()) {
            if (time.date().year() < 1970) {
                time = time.addYears(100);
            }
            return QDateTime(time.date(), time.time(), Qt::UTC).toMSecsSinceEpoch();
        }
    }
    return std::nullopt;
}

std::optional<milliseconds> retryAfter(const HttpHeaders& headers, qint64 nowMs)
{
    if (const auto exact = headerValue(headers, "retry-after-ms")) {
        if (const auto span = parseSpan(exact->trimmed(), 1)) {
            return span;
        }
    }
    const auto header = headerValue(headers, "retry-after");
    if (!header) {
        return std::nullopt;
    }
    if (const auto span = parseSpan(header->trimmed(), 1000)) {
        return span;
    }
    const auto when = parseHttpDate(*header);
    if (!when) {
        return std::nullopt;
    }
    const auto date = headerValue(headers, "date");
    const auto serverNow = date ? parseHttpDate(*date) : std::nullopt;
    const auto span = static_cast<double>(std::max<qint64>(0, *when - serverNow.value_or(nowMs)));
    return milliseconds(static_cast<qint64>(std::min(span, kLongestMs)));
}

} // namespace lathe
