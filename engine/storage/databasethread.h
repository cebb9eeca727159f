// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/storage/connection.h"

#include <QFuture>
#include <QPromise>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace lathe {

/// A thread that owns one connection and works through a queue in order. Work goes in and values come out; the
/// connection and what hangs on it never leave the thread.
class DatabaseThread
{
public:
    /// Makes the connection; called on the new thread before anything else.
    using Opener = std::function<Result<std::unique_ptr<Connection>>()>;

    /// Starts the thread and waits until its connection is open.
    [[nodiscard]] static Result<std::unique_ptr<DatabaseThread>> start(Opener opener);
    /// Finishes what is queued, then closes the connection.
    ~DatabaseThread();
    DatabaseThread(const DatabaseThread&) = delete;
    DatabaseThread& operator=(const DatabaseThread&) = delete;

    /// Queues work from any thread. The future always completes: with what work returned, or with an Error
    /// (Cancelled) if the thread is already closing. An exception from work becomes an Error (Internal).
    template <typename T>
    [[nodiscard]] QFuture<Result<T>> run(std::function<Result<T>(Connection&)> work)
    {
        auto job = std::make_unique<TypedJob<T>>(std::move(work));
        QFuture<Result<T>> future = job->future();
        enqueue(std::move(job));
        return future;
    }

    /// The same for work that tells its outcome itself; false if the thread is already closing.
    [[nodiscard]] bool post(std::function<void(Connection&)> work);

    /// From work on this thread: runs more work there when so much time has passed, or before the thread ends. What is
    /// waiting already stays.
    void later(std::chrono::milliseconds delay, std::function<void(Connection&)> work);

    /// From now on work is refused; what is queued is finished.
    void close();
    /// Waits until it is.
    void join();

private:
    struct Job
    {
        virtual ~Job() = default;
        virtual void run(Connection& connection) = 0;
        virtual void refuse() = 0;
    };

    struct PlainJob final : Job
    {
        explicit PlainJob(std::function<void(Connection&)> function) : work(std::move(function)) {}
        void run(Connection& connection) override { work(connection); }
        void refuse() override {}

        std::function<void(Connection&)> work;
    };

    template <typename T>
    struct TypedJob final : Job
    {
        explicit TypedJob(std::function<Result<T>(Connection&)> function) : work(std::move(function))
        {
            promise.start();
        }
        QFuture<Result<T>> future() { return promise.future(); }
        void run(Connection& connection) override
        {
            Result<T> result = guarded(connection);
            // What the work holds on to goes before anybody hears that it is done.
            work = nullptr;
            finish(std::move(result));
        }
        void refuse() override { finish(fail(closedError())); }

        std::function<Result<T>(Connection&)> work;
        QPromise<Result<T>> promise;

    private:
        Result<T> guarded(Connection& connection)
        {
            try {
                return work(connection);
            } catch (const std::exception& exception) {
                return fail(escapedError(exception.what()));
            }
        }
        void finish(Result<T> result)
        {
            promise.addResult(std::move(result));
            promise.finish();
        }
    };

    DatabaseThread() = default;
    bool enqueue(std::unique_ptr<Job> job);
    void loop(Connection& connection);
    [[nodiscard]] static Error closedError();
    [[nodiscard]] static Error escapedError(const char *what);

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::unique_ptr<Job>> m_queue;
    bool m_closing = false;
    std::function<void(Connection&)> m_later; ///< used by the thread alone
    std::chrono::steady_clock::time_point m_laterAt;
    std::thread m_thread;
};

} // namespace lathe
