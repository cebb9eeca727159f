// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/clock.h"

#include "engine/core/async.h"

namespace lathe {

qint64 SystemClock::nowMs() const
{
    return QDateTime::currentMSecsSinceEpoch();
}

qint64 SystemClock::monotonicNs() const
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

QCoro::Task<bool> SystemClock::sleepFor(std::chrono::milliseconds duration, std::stop_token stop)
{
    const bool passed = co_await sleepOnTimer(duration, std::move(stop));
    co_return passed;
}

QString toIsoUtc(qint64 msSinceEpoch)
{
    // Every journal entry and bill line carries such a text, and QDateTime takes ten times as long for it.
    using namespace std::chrono;
    const sys_time<milliseconds> time{milliseconds(msSinceEpoch)};
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const int year = static_cast<int>(date.year());
    if (year < 1 || year > 9999) {
        return QDateTime::fromMSecsSinceEpoch(msSinceEpoch, Qt::UTC).toString(Qt::ISODateWithMs);
    }
    const hh_mm_ss<milliseconds> clock(time - day);
    QString text(24, Qt::Uninitialized);
    QChar *at = text.data();
    const auto put = [&at](qint64 number, int digits, char after) {
        for (int i = digits - 1; i >= 0; --i) {
            at[i] = QChar(static_cast<char16_t>(u'0' + number % 10));
            number /= 10;
        }
        at[digits] = QLatin1Char(after);
        at += digits + 1;
    };
    put(year, 4, '-');
    put(static_cast<unsigned>(date.month()), 2, '-');
    put(static_cast<unsigned>(date.day()), 2, 'T');
    put(clock.hours().count(), 2, ':');
    put(clock.minutes().count(), 2, ':');
    put(clock.seconds().count(), 2, '.');
    put(clock.subseconds().count(), 3, 'Z');
    return text;
}

QString toLocalTime(qint64 msSinceEpoch)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(msSinceEpoch);
    const int minutes = time.offsetFromUtc() / 60;
    const QString offset = QStringLiteral("%1%2:%3")
                               .arg(minutes < 0 ? u'-' : u'+')
                               .arg(qAbs(minutes) / 60, 2, 10, QLatin1Char('0'))
                               .arg(qAbs(minutes) % 60, 2, 10, QLatin1Char('0'));
    return QStringLiteral("%1 (%2, UTC%3)")
        .arg(time.toString(QStringLiteral("HH:mm:ss")), time.toString(QStringLiteral("yyyy-MM-dd")), offset);
}

} // namespace lathe
