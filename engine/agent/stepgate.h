// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/async.h"
#include "engine/domain/runrecord.h"
#include "engine/domain/stepping.h"
#include "engine/llm/retrywait.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <stop_token>

namespace lathe {

/// What somebody said to a run that stands at a stop point.
struct GateMessage
{
    enum class Kind
    {
        Command,
        Edit,
        Reject,
        Verdict
    };
    Kind kind = Kind::Command;
    StepCommand command = StepCommand::Continue;
    StopEdit edit;
    QString rejection; ///< the message the model sees instead of a result
    ToolVerdict verdict;
    Author author = Author::Human;                 ///< of the verdict
    std::shared_ptr<OneShot<Result<void>>> answer; ///< for all but commands: told whether it was taken
};

/// Decides where a run stops and hears what is said to it there. Knows nothing of what the run does.
/// One thread (the engine's).
class StepGate
{
public:
    explicit StepGate(bool interactive) : m_interactive(interactive) {}

    void setBreakpoints(QList<Breakpoint> breakpoints);
    [[nodiscard]] const QList<Breakpoint>& breakpoints() const { return m_breakpoints; }
    /// Stop at the next stop point, as a run that was started paused.
    void stopAtNext(const QString& reason = QStringLiteral("step"));
    [[nodiscard]] bool isInteractive() const { return m_interactive; }

    /// From outside. Stop and Interrupt also end the call in flight.
    void command(StepCommand command);
    [[nodiscard]] Result<void> canSpeak() const;
    void say(GateMessage message);

    struct Place
    {
        StopPoint point = StopPoint::BeforeDecide;
        std::optional<Phase> phase;
        int frame = 1;
        int depth = 0;
        QString tool;
        bool afterError = false; ///< an attempt or a tool call failed since the last stop point
    };
    /// Why the run stops here, or nothing. Counts hits and uses up one-shot breakpoints.
    [[nodiscard]] std::optional<QString> reasonToStop(const Place& place);
    /// Remembers where stepping starts from; the run now waits.
    void stand(const Place& place);
    /// Leaves the stop point as this command does.
    void goOn(StepCommand command) { leave(command); }
    /// The next thing said while the run stands.
    QCoro::Task<GateMessage> listen();

    /// For one call in flight: requested to stop on Interrupt, on Stop and when the program goes away. The call is
    /// in flight as long as the caller keeps the source.
    [[nodiscard]] std::shared_ptr<std::stop_source> beginCall();
    /// The run waits before it asks again as long as the caller keeps wait.
    void beginWait(const std::shared_ptr<RetryWait>& wait) { m_wait = wait; }
    /// From outside. Conflict if the run does not wait for a retry.
    [[nodiscard]] Result<void> answerRetry(RetryAnswer answer);
    /// Whether this call was ended by an Interrupt alone.
    [[nodiscard]] bool wasInterrupted(const std::stop_source& call) const;
    [[nodiscard]] bool stopRequested() const { return m_stop; }
    /// The program goes away: the run ends where it is, resumable.
    void shutDown();
    [[nodiscard]] bool isShuttingDown() const { return m_shuttingDown; }

private:
    enum class Mode
    {
        Run,
        NextStop,
        Over,
        Out
    };
    void leave(StepCommand command);
    void stopCalls();

    bool m_interactive;
    bool m_standing = false;
    bool m_stop = false;
    bool m_shuttingDown = false;
    Mode m_mode = Mode::Run;
    QString m_reason;
    Place m_from;
    QList<Breakpoint> m_breakpoints;
    QList<std::weak_ptr<std::stop_source>> m_calls;
    std::weak_ptr<RetryWait> m_wait;
    std::shared_ptr<OneShot<GateMessage>> m_listener;
    QList<GateMessage> m_said;
};

} // namespace lathe
