// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <coroutine>
#include <deque>
#include <mutex>
#include <optional>

namespace lathe {

/// Continues coroutines from the event loop of the thread it was made on.
class Resumer : public QObject
{
public:
    /// Lives as long as the thread.
    [[nodiscard]] static Resumer& ofThisThread();
    /// From any thread. Several that wait at the same time share an event.
    void post(std::coroutine_handle<> coroutine);

protected:
    bool event(QEvent *event) override;

private:
    [[nodiscard]] std::coroutine_handle<> next();

    std::mutex m_mutex;
    std::deque<std::coroutine_handle<>> m_waiting;
    bool m_posted = false;
};

/// A value that one coroutine awaits (`co_await awaited.value()`) and somebody sets once, on any thread; setting again
/// keeps the first. The coroutine goes on on its own thread, from the event loop unless the value was there before. A
/// future does the same at several times the cost: an object with connections and three events.
template <typename T>
class Awaited
{
public:
    void set(T value)
    {
        std::coroutine_handle<> coroutine;
        Resumer *resumer = nullptr;
        {
            const std::lock_guard lock(m_mutex);
            if (m_value) {
                return;
            }
            m_value = std::move(value);
            coroutine = m_coroutine;
            resumer = m_resumer;
        }
        if (coroutine) {
            resumer->post(coroutine);
        }
    }

    class Awaiter
    {
    public:
        explicit Awaiter(Awaited *awaited) : m_awaited(awaited) {}
        [[nodiscard]] bool await_ready() const { return m_awaited->isSet(); }
        [[nodiscard]] bool await_suspend(std::coroutine_handle<> coroutine) const
        {
            return m_awaited->suspend(coroutine);
        }
        [[nodiscard]] T await_resume() const { return std::move(*m_awaited->m_value); }

    private:
        Awaited *m_awaited;
    };
    [[nodiscard]] Awaiter value() { return Awaiter(this); }

private:
    [[nodiscard]] bool isSet()
    {
        const std::lock_guard lock(m_mutex);
        return m_value.has_value();
    }
    /// False: it has come meanwhile.
    [[nodiscard]] bool suspend(std::coroutine_handle<> coroutine)
    {
        const std::lock_guard lock(m_mutex);
        if (m_value) {
            return false;
        }
        m_coroutine = coroutine;
        m_resumer = &Resumer::ofThisThread();
        return true;
    }

    std::mutex m_mutex;
    std::optional<T> m_value;
    std::coroutine_handle<> m_coroutine;
    Resumer *m_resumer = nullptr;
};

} // namespace lathe
