// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/domain/enums.h"

#include <QJsonObject>
#include <QString>

#include <optional>

// What a person may say to a run that can be stepped through.

namespace lathe {

/// A place to stop. Empty fields match everything; all set ones must match.
struct Breakpoint
{
    QString id;
    bool enabled = true;
    std::optional<StopPoint> stopPoint;
    QString tool;               ///< tool name
    std::optional<Phase> phase; ///< stop when this phase is entered
    bool onError = false;       ///< stop when an attempt or a tool call failed (at the next stop point)
    bool oneShot = false;
    int hits = 0;

    bool operator==(const Breakpoint&) const = default;
};
/// "BEFORE_TOOL", "tool=code_executor", "phase=POLICY", "error", "BEFORE_TOOL tool=google_search".
[[nodiscard]] Result<Breakpoint> parseBreakpoint(QStringView expression);
[[nodiscard]] QString toExpression(const Breakpoint& breakpoint);

enum class StepCommand
{
    Continue,
    Pause,
    Interrupt,
    StepOver,
    StepInto,
    StepOut,
    Stop
};
enum class ApprovalMode
{
    All,
    None,
    Ask
}; ///< tool calls: approve all, deny all, stop before each

enum class VerdictScope
{
    Once, ///< this call
    Run,  ///< this run: a rule for the rest of it
    Rule  ///< a rule that is kept in the user's policy
};
// clang-format off
template <> struct EnumNames<VerdictScope> { static constexpr std::pair<VerdictScope, QLatin1StringView> table[] = {
    {VerdictScope::Once, QLatin1StringView("once")}, {VerdictScope::Run, QLatin1StringView("run")},
    {VerdictScope::Rule, QLatin1StringView("rule")}}; };
// clang-format on

/// What a person says to a tool call that has not run.
struct ToolVerdict
{
    Verdict verdict = Verdict::Approve;
    VerdictScope scope = VerdictScope::Once;
    QString message; ///< of a rejection: what the model sees; else the reason
    QString rule;    ///< of scope Rule, and of Run if it is not for every call of the tool: see toolrules.h
};

/// A change at the current stop point. Exactly the keys allowed there: see StopState::editable.
struct StopEdit
{
    QJsonObject values;
    QString reason;
};

} // namespace lathe
