// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/storage/databasethread.h"

#include <future>

namespace lathe {

Result<std::unique_ptr<DatabaseThread>> DatabaseThread::start(Opener opener)
{
    std::unique_ptr<DatabaseThread> thread(new DatabaseThread);
    std::promise<Result<void>> opened;
    auto outcome = opened.get_future();
    thread->m_thread = std::thread([self = thread.get(), open = std::move(opener), &opened] {
        auto connection = open();
        if (!connection) {
            opened.set_value(fail(connection.error()));
            return;
        }
        opened.set_value({});
        self->loop(**connection);
    });
    const Result<void> result = outcome.get();
    if (!result) {
        return fail(result.error());
    }
    return thread;
}

DatabaseThread::~DatabaseThread()
{
    close();
    join();
}

void DatabaseThread::join()
{
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void DatabaseThread::close()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_one();
}

bool DatabaseThread::enqueue(std::unique_ptr<Job> job)
{
    std::unique_lock lock(m_mutex);
    if (m_closing) {
        lock.unlock();
        job->refuse();
        return false;
    }
    m_queue.push_back(std::move(job));
    lock.unlock();
    m_wake.notify_one();
    return true;
}

bool DatabaseThread::post(std::function<void(Connection&)> work)
{
    return enqueue(std::make_unique<PlainJob>(std::move(work)));
}

void DatabaseThread::later(std::chrono::milliseconds delay, std::function<void(Connection&)> work)
{
    if (!m_later) {
        m_later = std::move(work);
        m_laterAt = std::chrono::steady_clock::now() + delay;
    }
}

void DatabaseThread::loop(Connection& connection)
{
    for (;;) {
        std::unique_ptr<Job> job;
        if (!m_later || std::chrono::steady_clock::now() < m_laterAt) {
            std::unique_lock lock(m_mutex);
            const auto mayGoOn = [this] { return m_closing || !m_queue.empty(); };
            if (m_later) {
                m_wake.wait_until(lock, m_laterAt, mayGoOn);
            } else {
                m_wake.wait(lock, mayGoOn);
            }
            if (!m_queue.empty()) {
                job = std::move(m_queue.front());
                m_queue.pop_front();
            } else if (m_closing && !m_later) {
                return;
            }
        }
        if (job) {
            job->run(connection);
        } else if (const auto work = std::exchange(m_later, nullptr)) {
            work(connection);
        }
    }
}

Error DatabaseThread::closedError()
{
    return {ErrorCode::Cancelled, QStringLiteral("The database is closed"), {}};
}

Error DatabaseThread::escapedError(const char *what)
{
    return {ErrorCode::Internal, QStringLiteral("Work on the database failed unexpectedly"), QString::fromUtf8(what)};
}

} // namespace lathe
