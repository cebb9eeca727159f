// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/tools/toolregistry.h"

namespace lathe {

/// Validates arguments, runs a tool with its time-out and cancellation, and records the time. Policy and price are
/// the caller's.
class ToolDispatcher
{
public:
    ToolDispatcher(const ToolRegistry& registry, Clock& clock);
    /// InvalidInput (each issue with its path in detail) or NotFound; nothing is run.
    [[nodiscard]] Result<void> validate(const QString& tool, const QJsonObject& arguments) const;
    QCoro::Task<ToolResult> dispatch(QString tool, ToolInvocation invocation, std::stop_token stop);

private:
    const ToolRegistry& m_registry;
    Clock& m_clock;
};

} // namespace lathe
