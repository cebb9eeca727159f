// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/patience.h"

#include <QCoroTask>
#include <QElapsedTimer>
#include <QFuture>
#include <QTest>

#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>

// Waiting for coroutines and futures in tests, with a deadline; a test slot must never be a coroutine itself.

namespace lathe::test {

template <typename T>
struct AwaitState
{
    std::optional<T> value;
    std::exception_ptr error;
};

template <typename T>
QCoro::Task<> collect(QCoro::Task<T> task, std::shared_ptr<AwaitState<T>> state)
{
    try {
        T value = co_await task;
        state->value.emplace(std::move(value));
    } catch (...) {
        state->error = std::current_exception();
    }
}

/// Runs the event loop until task is done; throws what it throws, or std::runtime_error after timeoutMs.
template <typename T>
T await(QCoro::Task<T> task, int timeoutMs = 60000)
{
    auto state = std::make_shared<AwaitState<T>>();
    auto running = collect(std::move(task), state);
    if (!QTest::qWaitFor([&state] { return state->value.has_value() || state->error; }, timeoutMs)) {
        throw std::runtime_error("await: timed out");
    }
    if (state->error) {
        std::rethrow_exception(state->error);
    }
    return std::move(*state->value);
}

inline QCoro::Task<> collectVoid(QCoro::Task<> task, std::shared_ptr<AwaitState<bool>> state)
{
    try {
        co_await task;
        state->value.emplace(true);
    } catch (...) {
        state->error = std::current_exception();
    }
}

inline void await(QCoro::Task<> task, int timeoutMs = 60000)
{
    auto state = std::make_shared<AwaitState<bool>>();
    auto running = collectVoid(std::move(task), state);
    if (!QTest::qWaitFor([&state] { return state->value.has_value() || state->error; }, timeoutMs)) {
        throw std::runtime_error("await: timed out");
    }
    if (state->error) {
        std::rethrow_exception(state->error);
    }
}

template <typename T>
T await(QFuture<T> future, int timeoutMs = 60000)
{
    if (!QTest::qWaitFor([&future] { return future.isFinished(); }, timeoutMs)) {
        throw std::runtime_error("await: timed out");
    }
    return future.result();
}

} // namespace lathe::test
