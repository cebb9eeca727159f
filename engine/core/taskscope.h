// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>
#include <QString>

#include <memory>
#include <stop_token>

namespace lathe {

/// Owns the coroutines that an object started: counts them, asks them to stop, waits for them, and logs an exception
/// that escapes one. One thread. The owner awaits joined() before it dies; the destructor requests stop and, in debug
/// builds, asserts that nothing still runs.
class TaskScope
{
public:
    TaskScope();
    ~TaskScope();
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;

    /// Takes a task that already runs (QCoro tasks are eager) under this scope.
    void spawn(QCoro::Task<> task, const QString& name = {});
    [[nodiscard]] std::stop_token stopToken() const;
    void requestStop();
    [[nodiscard]] int running() const;
    /// Completes when no task of this scope runs any more.
    QCoro::Task<> joined();

private:
    struct State;
    static QCoro::Task<> supervise(std::shared_ptr<State> state, QCoro::Task<> task, QString name);
    std::shared_ptr<State> m_state;
};

} // namespace lathe
