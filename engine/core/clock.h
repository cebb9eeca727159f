// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>
#include <QDateTime>

#include <chrono>
#include <stop_token>

namespace lathe {

/// Where time comes from. Nothing in the engine reads the wall clock or sleeps by other means.
class Clock
{
public:
    virtual ~Clock() = default;
    /// Milliseconds since 1970-01-01T00:00:00Z.
    [[nodiscard]] virtual qint64 nowMs() const = 0;
    /// Nanoseconds of a clock that never goes back; only differences mean something.
    [[nodiscard]] virtual qint64 monotonicNs() const = 0;
    /// Sleeps on the calling thread's event loop; true if the time passed, false if stop was requested first.
    virtual QCoro::Task<bool> sleepFor(std::chrono::milliseconds duration, std::stop_token stop) = 0;

    [[nodiscard]] QDateTime nowUtc() const { return QDateTime::fromMSecsSinceEpoch(nowMs(), Qt::UTC); }
};

class SystemClock final : public Clock
{
public:
    [[nodiscard]] qint64 nowMs() const override;
    [[nodiscard]] qint64 monotonicNs() const override;
    QCoro::Task<bool> sleepFor(std::chrono::milliseconds duration, std::stop_token stop) override;
};

/// ISO 8601, UTC, milliseconds: "2026-11-22T10:10:21.042Z".
[[nodiscard]] QString toIsoUtc(qint64 msSinceEpoch);

/// For people: the time of day here with its offset and date, "14:05:30 (2026-11-22, UTC+01:00)".
[[nodiscard]] QString toLocalTime(qint64 msSinceEpoch);

} // namespace lathe
