// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/async.h"

#include <QTimer>

namespace lathe {

QCoro::Task<bool> sleepOnTimer(std::chrono::milliseconds duration, std::stop_token stop)
{
    if (stop.stop_requested()) {
        co_return false;
    }
    QTimer timer;
    timer.setSingleShot(true);
    timer.setTimerType(Qt::PreciseTimer);
    OneShot<bool> done;
    QObject::connect(&timer, &QTimer::timeout, &timer, [&done, &stop] { done.set(!stop.stop_requested()); });
    timer.start(duration);
    // A stop request may come from another thread, so the timer is restarted on its own.
    auto wake = [&timer] {
        QMetaObject::invokeMethod(
            &timer, [&timer] { timer.start(0); }, Qt::QueuedConnection);
    };
    std::stop_callback onStop(stop, wake);
    const bool passed = co_await done.future();
    co_return passed;
}

} // namespace lathe
