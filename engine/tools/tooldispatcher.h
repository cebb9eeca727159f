// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/tools/toolregistry.h"

namespace lathe {

/// Validates arguments, runs a tool with its time-out and cancellation, and records the time. Policy and price are
/// the caller's. One thread with an event loop; a stop request may come from any thread.
class ToolDispatcher
{
public:
    /// How long a tool that was asked to stop may take to do so.
    static constexpr std::chrono::milliseconds kGrace{2'000};

    /// Calls of one run that go on at the same time; those beyond wait for their turn, first come, first served. The
    /// wait is not part of a call's time.
    static constexpr int kMaxParallel = 8;

    ToolDispatcher(const ToolRegistry& registry, Clock& clock);
    ~ToolDispatcher();
    /// InvalidInput (each issue with its path in detail) or NotFound; nothing is run.
    [[nodiscard]] Result<void> validate(const QString& tool, const QJsonObject& arguments) const;
    /// Never fails otherwise than by a result that is not ok: UNKNOWN_TOOL, INVALID_ARGUMENTS, the code of
    /// ToolAvailability, TIMEOUT (its time-out passed), CANCELLED (stop was requested) or the tool's own code.
    /// A tool that does not stop within the grace time is abandoned: the result is given at once, the tool itself
    /// stays alive until it returns, and what it returns is dropped.
    QCoro::Task<ToolResult> dispatch(QString tool, ToolInvocation invocation, std::stop_token stop);
    /// Tools that run now, abandoned ones included. Their clock and context must outlive them.
    [[nodiscard]] int running() const { return *m_running; }

private:
    class Turns;

    const ToolRegistry& m_registry;
    Clock& m_clock;
    std::shared_ptr<int> m_running;
    std::shared_ptr<Turns> m_turns;
};

} // namespace lathe
