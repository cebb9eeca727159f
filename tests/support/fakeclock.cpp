// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakeclock.h"

#include <algorithm>

namespace lathe::test {

QCoro::Task<bool> FakeClock::sleepFor(std::chrono::milliseconds duration, std::stop_token stop)
{
    m_sleeps.push_back(duration.count());
    if (stop.stop_requested()) {
        co_return false;
    }
    if (m_automatic) {
        advance(duration);
        co_return true;
    }
    const auto done = std::make_shared<OneShot<bool>>();
    m_waiting.push_back({m_monotonicMs + duration.count(), done});
    auto onStopRequest = [done] { done->set(false); };
    std::stop_callback onStop(stop, onStopRequest);
    const bool passed = co_await done->future();
    std::erase_if(m_waiting, [&done](const Sleeper& sleeper) { return sleeper.done == done; });
    co_return passed;
}

void FakeClock::advance(std::chrono::milliseconds by)
{
    const qint64 target = m_monotonicMs + by.count();
    auto due = m_waiting;
    std::sort(due.begin(), due.end(), [](const Sleeper& a, const Sleeper& b) { return a.dueMs < b.dueMs; });
    m_nowMs += by.count();
    m_monotonicMs = target;
    for (const auto& sleeper : due) {
        if (sleeper.dueMs <= target) {
            sleeper.done->set(true);
        }
    }
}

} // namespace lathe::test
