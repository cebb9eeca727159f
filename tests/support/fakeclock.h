// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/async.h"
#include "engine/core/clock.h"

#include <memory>
#include <vector>

namespace lathe::test {

/// Time that stands still until a test moves it; advance() wakes whoever sleeps to then. One thread.
class FakeClock final : public Clock
{
public:
    explicit FakeClock(qint64 startMs = 1'790'000'000'000) : m_nowMs(startMs) {}
    [[nodiscard]] qint64 nowMs() const override { return m_nowMs; }
    [[nodiscard]] qint64 monotonicNs() const override { return m_monotonicMs * 1'000'000; }
    QCoro::Task<bool> sleepFor(std::chrono::milliseconds duration, std::stop_token stop) override;

    /// Moves both clocks on and wakes sleepers in order of their time.
    void advance(std::chrono::milliseconds by);
    /// Sets the wall clock alone, as a user or daylight saving does.
    void setWallMs(qint64 nowMs) { m_nowMs = nowMs; }
    /// With automatic time every sleep ends at once and moves the clock by its length.
    void setAutomatic(bool automatic) { m_automatic = automatic; }
    [[nodiscard]] const std::vector<qint64>& sleeps() const { return m_sleeps; }
    [[nodiscard]] int sleepers() const { return static_cast<int>(m_waiting.size()); }

private:
    struct Sleeper
    {
        qint64 dueMs = 0;
        std::shared_ptr<OneShot<bool>> done;
    };
    qint64 m_nowMs;
    qint64 m_monotonicMs = 0;
    bool m_automatic = false;
    std::vector<Sleeper> m_waiting;
    std::vector<qint64> m_sleeps;
};

} // namespace lathe::test
