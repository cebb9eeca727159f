// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/taskscope.h"

#include "engine/core/async.h"

#include <QLoggingCategory>

#include <exception>
#include <vector>

namespace lathe {

namespace {
Q_LOGGING_CATEGORY(lcTasks, "lathe.tasks")
}

struct TaskScope::State
{
    std::stop_source stop;
    int running = 0;
    std::vector<std::shared_ptr<OneShot<bool>>> waiting;

    void finished()
    {
        if (--running > 0) {
            return;
        }
        const auto toWake = std::exchange(waiting, {});
        for (const auto& waiter : toWake) {
            waiter->set(true);
        }
    }
};

TaskScope::TaskScope() : m_state(std::make_shared<State>()) {}

TaskScope::~TaskScope()
{
    m_state->stop.request_stop();
    Q_ASSERT_X(m_state->running == 0, "TaskScope", "a task still runs: await joined() before the owner dies");
}

void TaskScope::spawn(QCoro::Task<> task, const QString& name)
{
    ++m_state->running;
    supervise(m_state, std::move(task), name);
}

QCoro::Task<> TaskScope::supervise(std::shared_ptr<State> state, QCoro::Task<> task, QString name)
{
    try {
        co_await task;
    } catch (const std::exception& exception) {
        qCCritical(lcTasks) << "task" << name << "ended with an exception:" << exception.what();
    } catch (...) {
        qCCritical(lcTasks) << "task" << name << "ended with an exception of unknown type";
    }
    state->finished();
}

std::stop_token TaskScope::stopToken() const
{
    return m_state->stop.get_token();
}

void TaskScope::requestStop()
{
    m_state->stop.request_stop();
}

int TaskScope::running() const
{
    return m_state->running;
}

QCoro::Task<> TaskScope::joined()
{
    const auto state = m_state;
    // A task may start another one while it ends, so look again after each wake-up.
    while (state->running > 0) {
        const auto idle = std::make_shared<OneShot<bool>>();
        state->waiting.push_back(idle);
        co_await idle->future();
    }
}

} // namespace lathe
