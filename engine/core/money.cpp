// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/money.h"

#include <algorithm>
#include <limits>

namespace lathe {

namespace {

constexpr int kDecimals = 18;
constexpr qint64 kAttoPerMicro = 1'000'000'000'000;

/// What people see of a text that may be long or hostile.
QString shown(QStringView text)
{
    return text.size() <= 60 ? text.toString() : QString(text.left(57).toString() + QStringLiteral("..."));
}

tl::unexpected<Error> notAnAmount(QStringView text, const QString& why)
{
    return fail(ErrorCode::InvalidInput, QStringLiteral("\"%1\" is not an amount of money: %2").arg(shown(text), why));
}

tl::unexpected<Error> overflow(const QString& what)
{
    return fail(ErrorCode::Overflow, QStringLiteral("%1 does not fit the range of money").arg(what));
}

bool isDigit(QChar c)
{
    return c >= QLatin1Char('0') && c <= QLatin1Char('9');
}

bool allDigits(QStringView text)
{
    return std::all_of(text.begin(), text.end(), isDigit);
}

/// Grows downwards, so that the least value of the type can be read as well.
bool pushDigit(Int128& negative, int digit)
{
    return !__builtin_mul_overflow(negative, Int128{10}, &negative) &&
           !__builtin_sub_overflow(negative, Int128{digit}, &negative);
}

/// value x 10^-decimals, shortest exact form.
QString toDecimalText(Int128 value, int decimals)
{
    constexpr quint64 kChunk = 1'000'000'000'000'000'000; // 128-bit divisions are slow: one for each 18 digits
    constexpr int kChunkDigits = 18;
    char text[64];
    char *const end = text + sizeof text;
    UInt128 rest = value < 0 ? UInt128{0} - static_cast<UInt128>(value) : static_cast<UInt128>(value);
    char *at = end;
    while (rest != 0) {
        auto chunk = static_cast<quint64>(rest % kChunk);
        rest /= kChunk;
        for (int i = 0; i < kChunkDigits && (rest != 0 || chunk != 0); ++i) {
            *--at = static_cast<char>('0' + static_cast<int>(chunk % 10));
            chunk /= 10;
        }
    }
    while (end - at <= decimals) {
        *--at = '0';
    }
    // Digits up to here; the last `decimals` of them stand behind the point, without trailing zeros.
    const char *const point = end - decimals;
    const char *last = end;
    while (last > point && last[-1] == '0') {
        --last;
    }
    QString result;
    result.reserve(end - at + 2);
    if (value < 0) {
        result.append(u'-');
    }
    result.append(QLatin1StringView(at, point - at));
    if (last > point) {
        result.append(u'.');
        result.append(QLatin1StringView(point, last - point));
    }
    return result;
}

/// The decimals that a price for 10^n units has, or -1 if per is no such unit.
int decimalsForPer(qint64 per)
{
    switch (per) {
    case 1:
        return kDecimals;
    case 1000:
        return kDecimals - 3;
    case 1'000'000:
        return kDecimals - 6;
    default:
        return -1;
    }
}

Int128 floorMicro(Int128 atto)
{
    const Int128 quotient = atto / kAttoPerMicro;
    return atto % kAttoPerMicro < 0 ? quotient - 1 : quotient;
}

} // namespace

Result<Money> Money::fromDecimal(QStringView text)
{
    const bool negative = text.startsWith(QLatin1Char('-'));
    const QStringView number = negative ? text.mid(1) : text;
    const qsizetype point = number.indexOf(QLatin1Char('.'));
    const QStringView whole = point < 0 ? number : number.left(point);
    const QStringView decimals = point < 0 ? QStringView() : number.mid(point + 1);
    if (whole.isEmpty() || !allDigits(whole) || !allDigits(decimals) || (point >= 0 && decimals.isEmpty())) {
        return notAnAmount(text, QStringLiteral("it must be plain digits with at most one \".\", like 0.25"));
    }
    if (decimals.size() > kDecimals) {
        return notAnAmount(text, QStringLiteral("it has more than 18 decimals"));
    }
    Int128 value = 0;
    bool fits = true;
    for (const QChar c : whole) {
        fits = fits && pushDigit(value, c.unicode() - u'0');
    }
    for (qsizetype i = 0; i < kDecimals; ++i) {
        fits = fits && pushDigit(value, i < decimals.size() ? decimals.at(i).unicode() - u'0' : 0);
    }
    if (!negative) {
        fits = fits && !__builtin_sub_overflow(Int128{0}, value, &value);
    }
    if (!fits) {
        return overflow(QStringLiteral("\"%1\"").arg(shown(text)));
    }
    return Money(value);
}

Result<Money> Money::fromColumns(qint64 micro, qint64 remainder)
{
    if (remainder < 0 || remainder >= kAttoPerMicro) {
        return fail(
            ErrorCode::InvalidInput,
            QStringLiteral("%1 is not a remainder of micro-dollars: it must be from 0 to 999999999999").arg(remainder));
    }
    return Money(static_cast<Int128>(micro) * kAttoPerMicro + remainder);
}

qint64 Money::micro() const
{
    Q_ASSERT(fitsColumns());
    return static_cast<qint64>(floorMicro(m_atto));
}

qint64 Money::remainder() const
{
    return static_cast<qint64>(m_atto - floorMicro(m_atto) * kAttoPerMicro);
}

bool Money::fitsColumns() const
{
    const Int128 micro = floorMicro(m_atto);
    return micro >= std::numeric_limits<qint64>::min() && micro <= std::numeric_limits<qint64>::max();
}

QString Money::toDecimal() const
{
    return toDecimalText(m_atto, kDecimals);
}

Result<Money> Money::plus(Money other) const
{
    Int128 value = 0;
    if (__builtin_add_overflow(m_atto, other.m_atto, &value)) {
        return overflow(QStringLiteral("%1 + %2").arg(toDecimal(), other.toDecimal()));
    }
    return Money(value);
}

Result<Money> Money::minus(Money other) const
{
    Int128 value = 0;
    if (__builtin_sub_overflow(m_atto, other.m_atto, &value)) {
        return overflow(QStringLiteral("%1 - %2").arg(toDecimal(), other.toDecimal()));
    }
    return Money(value);
}

Result<Money> Money::times(qint64 factor) const
{
    Int128 value = 0;
    if (__builtin_mul_overflow(m_atto, Int128{factor}, &value)) {
        return overflow(QStringLiteral("%1 x %2").arg(toDecimal()).arg(factor));
    }
    return Money(value);
}

Result<Money> Money::sum(const QList<Money>& amounts)
{
    MoneySum sum;
    for (const Money amount : amounts) {
        sum.add(amount);
    }
    return sum.total();
}

Result<Money> MoneySum::total() const
{
    const Int128 high = m_high + static_cast<Int128>(m_low >> 64);
    if (high < std::numeric_limits<qint64>::min() || high > std::numeric_limits<qint64>::max()) {
        return overflow(QStringLiteral("the sum"));
    }
    const UInt128 bits = (static_cast<UInt128>(high) << 64) | static_cast<quint64>(m_low);
    return Money::fromAtto(static_cast<Int128>(bits));
}

Result<UnitPrice> UnitPrice::fromDecimal(QStringView price, qint64 per)
{
    if (decimalsForPer(per) < 0) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("a price cannot be quoted for %1 units: it must be 1, 1000 or 1000000").arg(per));
    }
    const auto amount = Money::fromDecimal(price);
    if (!amount) {
        return fail(amount.error());
    }
    if (amount->atto() < 0) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("a price must not be negative: \"%1\"").arg(shown(price)));
    }
    if (amount->atto() % per != 0) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("\"%1\" for %2 units has too many decimals to be exact for one unit")
                        .arg(shown(price))
                        .arg(per));
    }
    return UnitPrice(amount->atto() / per);
}

QString UnitPrice::toDecimal(qint64 per) const
{
    const int decimals = decimalsForPer(per);
    Q_ASSERT(decimals >= 0);
    return toDecimalText(m_atto, decimals < 0 ? kDecimals : decimals);
}

Result<Money> UnitPrice::times(qint64 quantity) const
{
    if (quantity < 0) {
        return fail(ErrorCode::InvalidInput, QStringLiteral("a quantity must not be negative: %1").arg(quantity));
    }
    return Money::fromAtto(m_atto).times(quantity);
}

Result<UnitPrice> UnitPrice::scaled(QStringView factor) const
{
    constexpr Int128 kAttoPerStep = 100'000'000'000'000; // of a factor with four decimals
    const auto exact = Money::fromDecimal(factor);
    if (!exact || exact->atto() < 0 || exact->atto() % kAttoPerStep != 0) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("\"%1\" is not a factor of at most four decimals").arg(shown(factor)));
    }
    constexpr Int128 kSteps = 10'000;
    Int128 product = 0;
    if (__builtin_mul_overflow(m_atto, exact->atto() / kAttoPerStep, &product)) {
        return overflow(QStringLiteral("%1 x %2").arg(toDecimal(1), shown(factor)));
    }
    if (product % kSteps != 0) {
        return fail(ErrorCode::InvalidInput,
                    QStringLiteral("%1 x %2 has too many decimals to be exact").arg(toDecimal(1), shown(factor)));
    }
    return UnitPrice(product / kSteps);
}

} // namespace lathe
