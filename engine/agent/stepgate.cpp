// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/stepgate.h"

using namespace Qt::StringLiterals;

namespace lathe {

void StepGate::setBreakpoints(QList<Breakpoint> breakpoints)
{
    m_breakpoints = std::move(breakpoints);
}

void StepGate::stopAtNext(const QString& reason)
{
    m_mode = Mode::NextStop;
    m_reason = reason;
}

void StepGate::command(StepCommand command)
{
    if (command == StepCommand::Stop) {
        m_stop = true;
    }
    if (command == StepCommand::Interrupt && !m_standing) {
        stopAtNext(u"interrupted"_s);
    }
    if (command == StepCommand::Stop || command == StepCommand::Interrupt) {
        stopCalls();
    }
    if (m_standing) {
        GateMessage message;
        message.command = command;
        say(std::move(message));
    } else if (command == StepCommand::Pause) {
        stopAtNext(u"pause"_s);
    }
}

Result<void> StepGate::canSpeak() const
{
    if (!m_standing) {
        return fail(ErrorCode::Conflict, u"the run does not stand at a stop point"_s);
    }
    return {};
}

void StepGate::say(GateMessage message)
{
    if (m_listener) {
        const auto listener = std::exchange(m_listener, nullptr);
        listener->set(std::move(message));
    } else {
        m_said.append(std::move(message));
    }
}

std::optional<QString> StepGate::reasonToStop(const Place& place)
{
    for (qsizetype i = 0; i < m_breakpoints.size(); ++i) {
        Breakpoint& breakpoint = m_breakpoints[i];
        const bool hit = breakpoint.enabled &&
                         (breakpoint.phase ? place.point == StopPoint::PhaseEntered && place.phase == breakpoint.phase
                                           : place.point != StopPoint::PhaseEntered) &&
                         (!breakpoint.stopPoint || breakpoint.stopPoint == place.point) &&
                         (breakpoint.tool.isEmpty() || breakpoint.tool == place.tool) &&
                         (!breakpoint.onError || place.afterError);
        if (!hit) {
            continue;
        }
        ++breakpoint.hits;
        const QString reason = u"breakpoint: "_s + toExpression(breakpoint);
        if (breakpoint.oneShot) {
            m_breakpoints.removeAt(i);
        }
        return reason;
    }
    if (place.point == StopPoint::PhaseEntered) {
        return std::nullopt; // stepping walks through decisions; phases stop only by breakpoint
    }
    switch (m_mode) {
    case Mode::Run:
        return std::nullopt;
    case Mode::NextStop:
        return m_reason;
    case Mode::Over:
        return place.point == StopPoint::BeforeDecide && place.depth <= m_from.depth ? std::optional(u"step over"_s)
                                                                                     : std::nullopt;
    case Mode::Out:
        return place.depth < m_from.depth ? std::optional(u"step out"_s) : std::nullopt;
    }
    return std::nullopt;
}

void StepGate::stand(const Place& place)
{
    m_from = place;
    m_standing = true;
    m_mode = Mode::Run;
}

QCoro::Task<GateMessage> StepGate::listen()
{
    GateMessage message;
    if (!m_said.isEmpty()) {
        message = m_said.takeFirst();
    } else {
        const auto listener = std::make_shared<OneShot<GateMessage>>();
        m_listener = listener;
        message = co_await listener->future();
    }
    if (message.kind == GateMessage::Kind::Command) {
        leave(message.command);
    }
    co_return message;
}

void StepGate::leave(StepCommand command)
{
    switch (command) {
    case StepCommand::Pause:
    case StepCommand::Interrupt:
        return; // it stands already
    case StepCommand::StepInto:
        stopAtNext();
        break;
    case StepCommand::StepOver:
        m_mode = Mode::Over;
        break;
    case StepCommand::StepOut:
        m_mode = Mode::Out;
        break;
    case StepCommand::Continue:
    case StepCommand::Stop:
        m_mode = Mode::Run;
        break;
    }
    m_standing = false;
    for (const GateMessage& late : std::exchange(m_said, {})) {
        if (late.answer) {
            late.answer->set(fail(ErrorCode::Conflict, u"the run has gone on"_s));
        }
    }
}

std::shared_ptr<std::stop_source> StepGate::beginCall()
{
    m_calls.removeIf([](const std::weak_ptr<std::stop_source>& call) { return call.expired(); });
    const auto call = std::make_shared<std::stop_source>();
    m_calls.append(call);
    if (m_stop || m_shuttingDown) {
        call->request_stop();
    }
    return call;
}

Result<void> StepGate::answerRetry(RetryAnswer answer)
{
    const std::shared_ptr<RetryWait> wait = m_wait.lock();
    if (!wait) {
        return fail(ErrorCode::Conflict, u"the run does not wait before a retry"_s);
    }
    wait->answer(answer);
    return {};
}

bool StepGate::wasInterrupted(const std::stop_source& call) const
{
    return call.stop_requested() && !m_stop && !m_shuttingDown;
}

void StepGate::stopCalls()
{
    const auto calls = m_calls;
    for (const auto& weak : calls) {
        if (const auto call = weak.lock()) {
            call->request_stop();
        }
    }
}

void StepGate::shutDown()
{
    m_shuttingDown = true;
    stopCalls();
    if (m_standing) {
        GateMessage message;
        message.command = StepCommand::Stop;
        say(std::move(message));
    }
}

} // namespace lathe
