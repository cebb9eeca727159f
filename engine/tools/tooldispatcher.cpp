// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/tooldispatcher.h"

#include "engine/core/awaited.h"

#include <QHash>
#include <QStringList>

#include <exception>

namespace lathe {

namespace {

enum class Ending
{
    Finished,
    Abandoned
};

/// What the three coroutines of one call share; it lives as long as the last of them.
struct Call
{
    std::stop_source toolStop; ///< what the tool sees
    std::stop_source wake;     ///< ends the wait for the time-out: the tool finished or the caller stopped
    std::stop_source finished; ///< ends the grace time
    Awaited<Ending> ending;
    ToolResult result;
    bool isFinished = false;
    bool timedOut = false;
};

QCoro::Task<> runTool(std::shared_ptr<Tool> tool, ToolInvocation invocation, std::shared_ptr<Call> call,
                      std::shared_ptr<int> running)
{
    const std::stop_token stop = call->toolStop.get_token();
    ++*running;
    try {
        ToolResult result = co_await tool->run(std::move(invocation), stop);
        call->result = std::move(result);
    } catch (const std::exception& e) {
        call->result =
            toolError(QStringLiteral("INTERNAL"),
                      QStringLiteral("the tool failed with an exception: %1").arg(QString::fromLocal8Bit(e.what())));
    } catch (...) {
        call->result = toolError(QStringLiteral("INTERNAL"), QStringLiteral("the tool failed with an exception"));
    }
    --*running;
    call->isFinished = true;
    call->wake.request_stop();
    call->finished.request_stop();
    call->ending.set(Ending::Finished);
}

QCoro::Task<> watch(std::shared_ptr<Call> call, Clock *clock, std::chrono::milliseconds timeout)
{
    const std::stop_token wake = call->wake.get_token();
    const bool timePassed = co_await clock->sleepFor(timeout, wake);
    if (call->isFinished) {
        co_return;
    }
    call->timedOut = timePassed;
    call->toolStop.request_stop();
    const std::stop_token finished = call->finished.get_token();
    const bool gracePassed = co_await clock->sleepFor(ToolDispatcher::kGrace, finished);
    if (gracePassed) {
        call->ending.set(Ending::Abandoned);
    }
}

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000);
}

/// The result of a tool that did or did not end in time, in terms of what happened to the call.
ToolResult settle(const Call& call, Ending ending, const ToolSpec& spec, bool stopRequested)
{
    ToolResult result = ending == Ending::Finished ? call.result : ToolResult{};
    if (ending == Ending::Finished && (result.ok || (!call.timedOut && !stopRequested))) {
        return result; // Work that was completed counts, even if it was asked to stop at the last moment.
    }
    QString message;
    if (call.timedOut) {
        message = QStringLiteral("%1 did not finish within %2 s").arg(spec.name, seconds(spec.timeout));
    } else {
        message = QStringLiteral("%1 was stopped before it finished").arg(spec.name);
    }
    if (ending == Ending::Abandoned) {
        message += QStringLiteral("; it did not stop when asked to and was abandoned, so what it did is not known");
    } else if (!result.message.isEmpty()) {
        message += QStringLiteral(": ") + result.message;
    }
    const QString code = call.timedOut ? QStringLiteral("TIMEOUT") : QStringLiteral("CANCELLED");
    return toolError(code, message, result.value);
}

} // namespace

/// Whose turn it is, for each run.
class ToolDispatcher::Turns
{
public:
    using Turn = std::shared_ptr<Awaited<bool>>;

    /// Nothing: the call may begin now. Else it begins when what is returned is set to true.
    [[nodiscard]] Turn enter(const QString& runId)
    {
        Queue& queue = m_queues[runId];
        if (queue.going < kMaxParallel) {
            ++queue.going;
            return nullptr;
        }
        queue.waiting.append(std::make_shared<Awaited<bool>>());
        return queue.waiting.last();
    }
    /// A call that was going on has ended.
    void leave(const QString& runId)
    {
        Queue& queue = m_queues[runId];
        if (!queue.waiting.isEmpty()) {
            queue.waiting.takeFirst()->set(true);
        } else if (--queue.going == 0) {
            m_queues.remove(runId);
        }
    }
    /// A call does not wait any more; its turn may have come at the same moment.
    void giveUp(const QString& runId, const Turn& turn)
    {
        if (!m_queues[runId].waiting.removeOne(turn)) {
            leave(runId);
        }
    }

private:
    struct Queue
    {
        int going = 0;
        QList<Turn> waiting;
    };
    QHash<QString, Queue> m_queues;
};

ToolDispatcher::ToolDispatcher(const ToolRegistry& registry, Clock& clock)
    : m_registry(registry), m_clock(clock), m_running(std::make_shared<int>(0)), m_turns(std::make_shared<Turns>())
{}

ToolDispatcher::~ToolDispatcher() = default;

Result<void> ToolDispatcher::validate(const QString& tool, const QJsonObject& arguments) const
{
    const JsonSchema *schema = m_registry.schema(tool);
    if (!schema) {
        return fail(ErrorCode::NotFound, QStringLiteral("there is no tool named \"%1\"").arg(tool.left(100)),
                    QStringLiteral("tools: %1").arg(m_registry.names().join(QStringLiteral(", "))));
    }
    const QList<JsonIssue> issues = schema->validate(arguments);
    if (issues.isEmpty()) {
        return {};
    }
    QStringList lines;
    for (const JsonIssue& issue : issues) {
        lines.append(issue.path + QStringLiteral(": ") + issue.message);
    }
    return fail(ErrorCode::InvalidInput, QStringLiteral("invalid arguments for %1: %2").arg(tool, lines.first()),
                lines.join(QLatin1Char('\n')));
}

QCoro::Task<ToolResult> ToolDispatcher::dispatch(QString tool, ToolInvocation invocation, std::stop_token stop)
{
    // Nothing of this object is used after the await: it may be gone by then.
    Clock& clock = m_clock;
    const std::shared_ptr<Turns> turns = m_turns;
    const std::shared_ptr<int> runningTools = m_running;
    const Result<void> valid = validate(tool, invocation.arguments);
    if (!valid) {
        const bool unknown = valid.error().code == ErrorCode::NotFound;
        QString message = valid.error().message;
        const QString& detail = valid.error().detail;
        if (unknown || detail.contains(QLatin1Char('\n'))) {
            message += (unknown ? QStringLiteral("; ") : QStringLiteral("\n")) + detail;
        }
        co_return toolError(unknown ? QStringLiteral("UNKNOWN_TOOL") : QStringLiteral("INVALID_ARGUMENTS"), message);
    }
    const std::shared_ptr<Tool> target = m_registry.share(tool);
    const ToolSpec spec = target->spec();
    const ToolAvailability availability = target->availability();
    if (!availability.available) {
        co_return toolError(availability.errorCode, availability.reason);
    }
    if (stop.stop_requested()) {
        co_return toolError(QStringLiteral("CANCELLED"),
                            QStringLiteral("%1 was stopped before it started").arg(spec.name));
    }

    const QString runId = invocation.runId;
    if (const Turns::Turn turn = turns->enter(runId)) {
        auto giveUp = [turn] { turn->set(false); };
        const std::stop_callback onStop(stop, giveUp);
        const bool mine = co_await turn->value();
        if (!mine) {
            turns->giveUp(runId, turn);
            co_return toolError(QStringLiteral("CANCELLED"),
                                QStringLiteral("%1 was stopped before it started").arg(spec.name));
        }
    }
    const qint64 startNs = clock.monotonicNs();
    const auto call = std::make_shared<Call>();
    const auto running = runTool(target, std::move(invocation), call, runningTools);
    // A tool that is done already needs no watch, and then no timer is made.
    Ending ending = Ending::Finished;
    if (!call->isFinished) {
        const auto watching = watch(call, &clock, spec.timeout);
        auto onStopRequest = [call] {
            call->toolStop.request_stop();
            call->wake.request_stop();
        };
        const std::stop_callback onStop(stop, onStopRequest);
        ending = co_await call->ending.value();
    }
    turns->leave(runId);
    ToolResult result = settle(*call, ending, spec, stop.stop_requested());
    result.durationMs = (clock.monotonicNs() - startNs) / 1'000'000;
    co_return result;
}

} // namespace lathe
