// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/money.h"

#include <QCoreApplication>
#include <QLocale>
#include <QString>

#include <optional>

/// How numbers read on screen; the one place. Columns carry their unit in the header, so amount() has no sign.
namespace lathe::format {

class Text
{
    Q_DECLARE_TR_FUNCTIONS(lathe::format::Text)
};

/// "–": the value does not apply here.
[[nodiscard]] QString none();
/// The value applies but nobody knows it; never the same as zero.
[[nodiscard]] QString unknown();

/// Digits by size: from $1 two, from $0.01 four, from $0.0001 six, below three significant; half-even. Never
/// shows a non-zero amount as zero. amount() is the bare number, money() has the currency as the locale writes it.
[[nodiscard]] QString amount(Money money, const QLocale& locale = QLocale());
[[nodiscard]] QString money(Money money, const QLocale& locale = QLocale());
[[nodiscard]] QString money(std::optional<Money> money, const QLocale& locale = QLocale());
/// All digits, for tooltips and copies: "0.017468 USD".
[[nodiscard]] QString exactMoney(Money money);
/// A sum with lines that have no known price: "unknown", or "0.0312 + unknown".
[[nodiscard]] QString amountWithUnknown(Money money, qint64 unknownLines, const QLocale& locale = QLocale());
[[nodiscard]] QString moneyWithUnknown(Money money, qint64 unknownLines, const QLocale& locale = QLocale());

/// A total: "$0.412", or "$0.412+ (11 of 12 priced)" if some of its lines have no known price.
[[nodiscard]] QString total(Money sum, qint64 lines, qint64 unknownLines, const QLocale& locale = QLocale());

/// Reads what a person types as an amount, in the locale's form or with "."; nothing if it is ambiguous or not money.
[[nodiscard]] std::optional<Money> parseMoney(const QString& text, const QLocale& locale = QLocale());

[[nodiscard]] QString count(qint64 number, const QLocale& locale = QLocale());
/// "12 ms", "1.24 s", "2 min 03 s", "1 h 05 min".
[[nodiscard]] QString duration(qint64 ms, const QLocale& locale = QLocale());
[[nodiscard]] QString durationUs(qint64 us, const QLocale& locale = QLocale());
/// "820 B", "12.4 KiB".
[[nodiscard]] QString bytes(qint64 size, const QLocale& locale = QLocale());
/// "just now", "5 min ago", "14:02" on the same day, "yesterday 14:02", else the date.
[[nodiscard]] QString relativeTime(qint64 ms, qint64 nowMs, const QLocale& locale = QLocale());
/// Date, time to the millisecond and zone.
[[nodiscard]] QString fullTime(qint64 ms, const QLocale& locale = QLocale());
[[nodiscard]] QString clockTime(qint64 ms, const QLocale& locale = QLocale());
[[nodiscard]] QString percent(double share, const QLocale& locale = QLocale());

} // namespace lathe::format
