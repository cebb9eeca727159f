// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroFuture>
#include <QCoroTask>
#include <QFuture>
#include <QPromise>

#include <chrono>
#include <memory>
#include <stop_token>

namespace lathe {

/// Sleeps on this thread's event loop until duration passed (true) or stop was requested, from any thread (false).
QCoro::Task<bool> sleepOnTimer(std::chrono::milliseconds duration, std::stop_token stop);

/// A value that one side awaits once and the other sets once, on the same thread. Setting twice keeps the first.
/// The awaiting side resumes from the event loop, never inside set().
template <typename T>
class OneShot
{
public:
    OneShot() { m_promise.start(); }
    [[nodiscard]] bool isSet() const { return m_set; }
    void set(T value)
    {
        if (m_set) {
            return;
        }
        m_set = true;
        m_promise.addResult(std::move(value));
        m_promise.finish();
    }
    [[nodiscard]] QFuture<T> future() { return m_promise.future(); }

private:
    QPromise<T> m_promise;
    bool m_set = false;
};

/// A finished future holding value.
template <typename T>
[[nodiscard]] QFuture<T> readyFuture(T value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(std::move(value));
    promise.finish();
    return promise.future();
}

} // namespace lathe
