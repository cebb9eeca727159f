// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QList>
#include <QString>

#include <compare>

namespace lathe {

// ISO C++ has no 128-bit integer; g++ and clang do, and the marker keeps -Wpedantic quiet.
__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// An exact amount of US dollars: a signed count of 10^-18 USD in 128 bits (range about +-1.7e20 USD).
/// Never floating point; every operation that can leave the range returns an Error (Overflow) instead of wrapping.
/// In SQL it is two BIGINT columns: micro-dollars (floor) and the remainder in 10^-18 USD, 0 <= remainder < 10^12.
class Money
{
public:
    constexpr Money() = default;
    [[nodiscard]] static constexpr Money fromAtto(Int128 atto) { return Money(atto); }
    /// Reads "-12.000000003625": optional minus, digits, at most 18 decimals. No exponent, sign "+" or separators.
    [[nodiscard]] static Result<Money> fromDecimal(QStringView text);
    /// From the two SQL columns; an Error if remainder is out of its range.
    [[nodiscard]] static Result<Money> fromColumns(qint64 micro, qint64 remainder);

    [[nodiscard]] constexpr Int128 atto() const { return m_atto; }
    [[nodiscard]] constexpr bool isZero() const { return m_atto == 0; }
    /// Floor of the amount in micro-dollars; the amount must be within +-9.2e12 USD (fitsColumns()).
    [[nodiscard]] qint64 micro() const;
    [[nodiscard]] qint64 remainder() const;
    [[nodiscard]] bool fitsColumns() const;
    /// Shortest exact decimal with ".": "0.017468", "-1", "0".
    [[nodiscard]] QString toDecimal() const;

    [[nodiscard]] Result<Money> plus(Money other) const;
    [[nodiscard]] Result<Money> minus(Money other) const;
    [[nodiscard]] Result<Money> times(qint64 factor) const;
    [[nodiscard]] static Result<Money> sum(const QList<Money>& amounts);

    friend constexpr bool operator==(Money, Money) = default;
    friend constexpr auto operator<=>(Money, Money) = default;

private:
    friend class MoneySum;
    constexpr explicit Money(Int128 atto) : m_atto(atto) {}
    Int128 m_atto = 0;
};

/// Adds up any number of amounts. Only the end has to fit the range, so the order of the amounts does not matter.
class MoneySum
{
public:
    void add(Money amount)
    {
        m_high += amount.m_atto >> 64;
        m_low += static_cast<quint64>(amount.m_atto);
    }
    [[nodiscard]] Result<Money> total() const;

private:
    // Two halves that cannot overflow.
    Int128 m_high = 0;
    UInt128 m_low = 0;
};

/// An exact price of one unit (a token, a call), kept as 10^-18 USD a unit: twelve decimals per million tokens.
class UnitPrice
{
public:
    constexpr UnitPrice() = default;
    [[nodiscard]] static constexpr UnitPrice fromAttoPerUnit(Int128 atto) { return UnitPrice(atto); }
    /// price USD for per units ("2", 1000000); per is 1, 1000 or 1000000. An Error if it is negative or not exact.
    [[nodiscard]] static Result<UnitPrice> fromDecimal(QStringView price, qint64 per);

    [[nodiscard]] constexpr Int128 attoPerUnit() const { return m_atto; }
    /// The exact decimal price of per units (1, 1000 or 1000000).
    [[nodiscard]] QString toDecimal(qint64 per) const;
    /// price x quantity, exactly; quantity >= 0.
    [[nodiscard]] Result<Money> times(qint64 quantity) const;
    /// price x factor for a factor of at most four decimals ("0.5"), exactly; an Error if it is not exact.
    [[nodiscard]] Result<UnitPrice> scaled(QStringView factor) const;

    friend constexpr bool operator==(UnitPrice, UnitPrice) = default;
    friend constexpr auto operator<=>(UnitPrice, UnitPrice) = default;

private:
    constexpr explicit UnitPrice(Int128 atto) : m_atto(atto) {}
    Int128 m_atto = 0;
};

} // namespace lathe
