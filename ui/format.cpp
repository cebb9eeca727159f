// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"

#include <QDateTime>

#include <algorithm>
#include <limits>

using namespace Qt::StringLiterals;

namespace lathe::format {

namespace {

// As Int128 in money.h: the marker keeps -Wpedantic quiet.
__extension__ typedef unsigned __int128 UInt128;

constexpr int kDecimals = 18;

UInt128 powerOfTen(int exponent)
{
    UInt128 power = 1;
    for (int i = 0; i < exponent; ++i) {
        power *= 10;
    }
    return power;
}

QString plainDigits(UInt128 number)
{
    QString digits;
    do {
        digits.prepend(QChar(u'0' + static_cast<char16_t>(number % 10)));
        number /= 10;
    } while (number != 0);
    return digits;
}

int decimalsFor(UInt128 atto)
{
    if (atto == 0 || atto >= powerOfTen(18)) {
        return 2;
    }
    if (atto >= powerOfTen(16)) {
        return 4;
    }
    if (atto >= powerOfTen(14)) {
        return 6;
    }
    const auto significant = plainDigits(atto).size();
    return std::min(kDecimals, kDecimals - static_cast<int>(significant) + 3);
}

UInt128 roundHalfEven(UInt128 number, UInt128 unit)
{
    const UInt128 whole = number / unit;
    const UInt128 rest = number % unit;
    const bool up = rest * 2 > unit || (rest * 2 == unit && whole % 2 == 1);
    return whole + (up ? 1 : 0);
}

QString localDigits(const QString& ascii, const QLocale& locale)
{
    const QString zero = locale.zeroDigit();
    if (zero == u"0"_s || zero.size() != 1) {
        return ascii;
    }
    QString out;
    for (const QChar digit : ascii) {
        out += QChar(static_cast<char16_t>(zero.at(0).unicode() + (digit.unicode() - u'0')));
    }
    return out;
}

/// The digits of the amount without sign.
QString magnitude(Money money, const QLocale& locale)
{
    const UInt128 atto =
        money.atto() < 0 ? UInt128(0) - static_cast<UInt128>(money.atto()) : static_cast<UInt128>(money.atto());
    const int decimals = decimalsFor(atto);
    const UInt128 scaled = roundHalfEven(atto, powerOfTen(kDecimals - decimals));
    const UInt128 whole = scaled / powerOfTen(decimals);
    const QString fraction = plainDigits(scaled % powerOfTen(decimals)).rightJustified(decimals, u'0');
    const bool groups = whole <= static_cast<UInt128>(std::numeric_limits<qlonglong>::max());
    const QString integer =
        groups ? locale.toString(static_cast<qlonglong>(whole)) : localDigits(plainDigits(whole), locale);
    return integer + locale.decimalPoint() + localDigits(fraction, locale);
}

/// What a locale writes around the digits of a dollar amount: prefix and suffix.
std::pair<QString, QString> currencyAround(bool negative, const QLocale& locale)
{
    if (locale.language() == QLocale::C) { // which would write "1.00$"
        return {negative ? u"-$"_s : u"$"_s, QString()};
    }
    const QString sample = locale.toCurrencyString(negative ? -1.0 : 1.0, u"$"_s, 2);
    const QString digits = locale.toString(1.0, 'f', 2);
    const auto at = sample.indexOf(digits);
    if (at < 0) {
        return {negative ? locale.negativeSign() + u'$' : u"$"_s, QString()};
    }
    return {sample.left(at), sample.mid(at + digits.size())};
}

} // namespace

QString none()
{
    return u"–"_s;
}

QString unknown()
{
    return Text::tr("unknown");
}

QString amount(Money money, const QLocale& locale)
{
    const QString digits = magnitude(money, locale);
    return money.atto() < 0 ? QString(locale.negativeSign() + digits) : digits;
}

QString money(Money money, const QLocale& locale)
{
    const auto [prefix, suffix] = currencyAround(money.atto() < 0, locale);
    return prefix + magnitude(money, locale) + suffix;
}

QString money(std::optional<Money> amount, const QLocale& locale)
{
    return amount ? money(*amount, locale) : unknown();
}

QString exactMoney(Money money)
{
    return money.toDecimal() + u" USD"_s;
}

QString amountWithUnknown(Money money, qint64 unknownLines, const QLocale& locale)
{
    if (unknownLines == 0) {
        return amount(money, locale);
    }
    return money.isZero() ? unknown() : Text::tr("%1 + unknown").arg(amount(money, locale));
}

QString moneyWithUnknown(Money sum, qint64 unknownLines, const QLocale& locale)
{
    if (unknownLines == 0) {
        return money(sum, locale);
    }
    return sum.isZero() ? unknown() : Text::tr("%1 + unknown").arg(money(sum, locale));
}

QString total(Money sum, qint64 lines, qint64 unknownLines, const QLocale& locale)
{
    if (unknownLines == 0) {
        return money(sum, locale);
    }
    const QString priced = Text::tr("(%1 of %2 priced)").arg(count(lines - unknownLines, locale), count(lines, locale));
    return lines == unknownLines ? QString(unknown() + u' ' + priced) : QString(money(sum, locale) + u"+ "_s + priced);
}

std::optional<Money> parseMoney(const QString& text, const QLocale& locale)
{
    QString plain = text.trimmed();
    plain.remove(u'$');
    plain = plain.trimmed();
    if (plain.endsWith(u"USD"_s, Qt::CaseInsensitive)) {
        plain = plain.chopped(3).trimmed();
    }
    const QString point = locale.decimalPoint();
    const QString group = locale.groupSeparator();
    const bool hasGroup = !group.isEmpty() && plain.contains(group);
    if (hasGroup) {
        // A separator is only taken for one where every group after it has three digits and something follows that
        // tells it from a decimal sign: "1,234" alone could be either, so it is refused.
        const QString integer = plain.section(point, 0, 0);
        const QStringList groups = integer.split(group);
        const bool groupsFit =
            !groups.first().isEmpty() && groups.first().size() <= 3 &&
            std::all_of(groups.begin() + 1, groups.end(), [](const QString& g) { return g.size() == 3; });
        const bool ambiguous = groups.size() == 2 && !plain.contains(point);
        if (!groupsFit || ambiguous) {
            const auto asDecimal = group == u"."_s ? Money::fromDecimal(plain) : Result<Money>(fail(Error{}));
            const bool couldBeGroup = groupsFit && ambiguous;
            return asDecimal && !couldBeGroup ? std::optional(*asDecimal) : std::nullopt;
        }
        plain.replace(integer, groups.join(QString()));
    }
    if (point != u"."_s) {
        plain.replace(point, u"."_s);
    }
    const auto read = Money::fromDecimal(plain);
    return read ? std::optional(*read) : std::nullopt;
}

QString count(qint64 number, const QLocale& locale)
{
    return locale.toString(number);
}

QString duration(qint64 ms, const QLocale& locale)
{
    return durationUs(ms * 1000, locale);
}

QString durationUs(qint64 us, const QLocale& locale)
{
    if (us < 0) {
        return none();
    }
    if (us == 0) {
        return Text::tr("0 ms");
    }
    if (us < 100) {
        return Text::tr("< 0.1 ms");
    }
    if (us < 10'000) {
        return Text::tr("%1 ms").arg(locale.toString(static_cast<double>(us) / 1000.0, 'f', us % 1000 == 0 ? 0 : 1));
    }
    if (us < 1'000'000) {
        return Text::tr("%1 ms").arg(locale.toString(us / 1000));
    }
    if (us < 60'000'000) {
        const qint64 ms = us / 1000; // cut, so that 59.9999 s does not read as a minute
        return Text::tr("%1 s").arg(locale.toString(static_cast<double>(ms) / 1000.0, 'f', us < 10'000'000 ? 2 : 1));
    }
    const qint64 seconds = us / 1'000'000;
    const auto two = [](qint64 n) { return QString::number(n).rightJustified(2, u'0'); };
    if (seconds < 3600) {
        return Text::tr("%1 min %2 s").arg(locale.toString(seconds / 60), two(seconds % 60));
    }
    return Text::tr("%1 h %2 min").arg(locale.toString(seconds / 3600), two(seconds / 60 % 60));
}

QString bytes(qint64 size, const QLocale& locale)
{
    return locale.formattedDataSize(size, 1, QLocale::DataSizeIecFormat);
}

QString relativeTime(qint64 ms, qint64 nowMs, const QLocale& locale)
{
    if (ms == 0) {
        return none();
    }
    const qint64 ago = nowMs - ms;
    const QDateTime then = QDateTime::fromMSecsSinceEpoch(ms);
    const QDateTime now = QDateTime::fromMSecsSinceEpoch(nowMs);
    if (ago > -60'000 && ago < 60'000) { // clocks of lists are a second behind
        return Text::tr("just now");
    }
    if (ago >= 0 && ago < 3'600'000) {
        return Text::tr("%1 min ago").arg(ago / 60'000);
    }
    const QString time = locale.toString(then.time(), QLocale::ShortFormat);
    if (then.date() == now.date()) {
        return time;
    }
    if (then.date().addDays(1) == now.date()) {
        return Text::tr("yesterday %1").arg(time);
    }
    return locale.toString(then.date(), QLocale::ShortFormat);
}

QString fullTime(qint64 ms, const QLocale& locale)
{
    const QDateTime then = QDateTime::fromMSecsSinceEpoch(ms);
    return locale.toString(then.date(), QLocale::LongFormat) + u' ' + then.time().toString(u"HH:mm:ss.zzz"_s) + u' ' +
           then.timeZoneAbbreviation();
}

QString clockTime(qint64 ms, const QLocale&)
{
    return QDateTime::fromMSecsSinceEpoch(ms).time().toString(u"HH:mm:ss.zzz"_s);
}

QString percent(double share, const QLocale& locale)
{
    return locale.toString(share * 100.0, 'f', 1) + locale.percent();
}

} // namespace lathe::format
