// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/runrecord.h"

#include <algorithm>

namespace lathe {

/// The decision with this number, or nothing. Numbers are 1, 2, 3 ..., so the place is known unless some are missing.
[[nodiscard]] inline const DecisionRecord *findDecision(const RunRecord& record, int number)
{
    const auto& all = record.decisions;
    if (number >= 1 && number <= all.size() && all.at(number - 1).number == number) {
        return &all.at(number - 1);
    }
    const auto at = std::lower_bound(all.begin(), all.end(), number,
                                     [](const DecisionRecord& d, int wanted) { return d.number < wanted; });
    return at != all.end() && at->number == number ? &*at : nullptr;
}

[[nodiscard]] inline const FrameRecord *findFrame(const RunRecord& record, int id)
{
    const auto at = std::lower_bound(record.frames.begin(), record.frames.end(), id,
                                     [](const FrameRecord& f, int wanted) { return f.id < wanted; });
    return at != record.frames.end() && at->id == id ? &*at : nullptr;
}

[[nodiscard]] inline const ToolCallRecord *findCall(const DecisionRecord& decision, const QString& callId)
{
    const auto at = std::find_if(decision.toolCalls.begin(), decision.toolCalls.end(),
                                 [&](const ToolCallRecord& call) { return call.callId == callId; });
    return at != decision.toolCalls.end() ? &*at : nullptr;
}

/// "rejected" where a person or the policy refused the call, else its status.
[[nodiscard]] inline QString statusOf(const ToolCallRecord& call)
{
    return call.errorCode == QLatin1StringView("APPROVAL_DENIED") ? QStringLiteral("rejected") : call.status;
}

} // namespace lathe
