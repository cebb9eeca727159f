// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/words.h"

using namespace Qt::StringLiterals;

namespace lathe {

Look look(RunStatus status)
{
    switch (status) {
    case RunStatus::Running:
        return {Kind::Llm, u"running"_s, Words::tr("running")};
    case RunStatus::Paused:
        return {Kind::Policy, u"paused"_s, Words::tr("paused")};
    case RunStatus::Interrupted:
        return {Kind::Policy, u"interrupted"_s, Words::tr("interrupted")};
    case RunStatus::Complete:
        return {Kind::Answer, u"complete"_s, Words::tr("complete")};
    case RunStatus::Error:
        return {Kind::Error, u"error"_s, Words::tr("error")};
    case RunStatus::PolicyViolation:
        return {Kind::Policy, u"violation"_s, Words::tr("policy violation")};
    case RunStatus::Stopped:
        return {Kind::Reused, u"stopped"_s, Words::tr("stopped")};
    }
    return {};
}

Look look(AgentActionType action)
{
    switch (action) {
    case AgentActionType::LlmCall:
        return {Kind::Llm, u"llm"_s, Words::tr("LLM")};
    case AgentActionType::ToolCall:
        return {Kind::Tool, u"tool"_s, Words::tr("Tool")};
    case AgentActionType::FinalAnswer:
        return {Kind::Answer, u"answer"_s, Words::tr("Answer")};
    }
    return {};
}

Look look(AgentStatus status)
{
    switch (status) {
    case AgentStatus::Complete:
        return {Kind::Answer, u"complete"_s, Words::tr("complete")};
    case AgentStatus::Error:
        return {Kind::Error, u"error"_s, Words::tr("error")};
    case AgentStatus::NextStep:
        return {Kind::Neutral, u"pending"_s, Words::tr("next step")};
    case AgentStatus::ToolDispatched:
        return {Kind::Tool, u"tool"_s, Words::tr("tool dispatched")};
    case AgentStatus::ParallelPending:
        return {Kind::Tool, u"tool"_s, Words::tr("several pending")};
    case AgentStatus::Stopped:
        return {Kind::Reused, u"stopped"_s, Words::tr("stopped")};
    }
    return {};
}

Look lookOfToolStatus(const QString& status)
{
    if (status == "running"_L1) {
        return {Kind::Tool, u"running"_s, Words::tr("running")};
    }
    if (status == "ok"_L1) {
        return {Kind::Answer, u"complete"_s, Words::tr("ok")};
    }
    if (status == "error"_L1) {
        return {Kind::Error, u"error"_s, Words::tr("error")};
    }
    if (status == "rejected"_L1) {
        return {Kind::Policy, u"violation"_s, Words::tr("rejected")};
    }
    return {Kind::Neutral, u"pending"_s, status.isEmpty() ? Words::tr("not started") : status};
}

Look look(CheckOutcome outcome)
{
    switch (outcome) {
    case CheckOutcome::Passed:
        return {Kind::Answer, u"complete"_s, Words::tr("passed")};
    case CheckOutcome::Failed:
        return {Kind::Error, u"error"_s, Words::tr("failed")};
    case CheckOutcome::NotReached:
        return {Kind::Reused, u"pending"_s, Words::tr("not reached")};
    }
    return {};
}

Look look(McpServerState state)
{
    switch (state) {
    case McpServerState::Disabled:
        return {Kind::Reused, u"pause"_s, Words::tr("disabled")};
    case McpServerState::Refused:
        return {Kind::Error, u"warning"_s, Words::tr("settings cannot be used")};
    case McpServerState::Idle:
        return {Kind::Neutral, u"pending"_s, Words::tr("not started")};
    case McpServerState::Connecting:
        return {Kind::Neutral, u"running"_s, Words::tr("connecting")};
    case McpServerState::Ready:
        return {Kind::Answer, u"complete"_s, Words::tr("connected")};
    case McpServerState::Failed:
        return {Kind::Error, u"error"_s, Words::tr("not connected")};
    }
    return {};
}

QString word(Phase phase)
{
    switch (phase) {
    case Phase::Ingestion:
        return Words::tr("Ingestion");
    case Phase::Context:
        return Words::tr("Context");
    case Phase::Policy:
        return Words::tr("Policy");
    case Phase::Execution:
        return Words::tr("Execution");
    case Phase::Serialization:
        return Words::tr("Serialization");
    }
    return {};
}

QString word(PhaseResult result)
{
    switch (result) {
    case PhaseResult::Continue:
        return Words::tr("continued");
    case PhaseResult::CacheHit:
        return Words::tr("cache hit");
    case PhaseResult::PolicyViolation:
        return Words::tr("policy violation");
    case PhaseResult::Error:
        return Words::tr("error");
    }
    return {};
}

QString word(UserTier tier)
{
    switch (tier) {
    case UserTier::Free:
        return Words::tr("free");
    case UserTier::Pro:
        return Words::tr("pro");
    case UserTier::Enterprise:
        return Words::tr("enterprise");
    }
    return {};
}

QString word(SideEffect effect)
{
    switch (effect) {
    case SideEffect::Pure:
        return Words::tr("pure");
    case SideEffect::Reads:
        return Words::tr("reads");
    case SideEffect::Writes:
        return Words::tr("writes");
    case SideEffect::Irreversible:
        return Words::tr("irreversible");
    }
    return {};
}

QString word(Meter meter)
{
    switch (meter) {
    case Meter::Input:
        return Words::tr("input");
    case Meter::CacheRead:
        return Words::tr("cached input");
    case Meter::CacheReadAudio:
        return Words::tr("cached audio input");
    case Meter::CacheWrite:
        return Words::tr("cache write");
    case Meter::CacheWrite1h:
        return Words::tr("cache write, 1 h");
    case Meter::Output:
        return Words::tr("output");
    case Meter::Reasoning:
        return Words::tr("reasoning");
    case Meter::InputAudio:
        return Words::tr("audio input");
    case Meter::OutputAudio:
        return Words::tr("audio output");
    case Meter::AnyToken:
        return Words::tr("tokens");
    case Meter::WebSearch:
        return Words::tr("web search");
    case Meter::FileSearch:
        return Words::tr("file search");
    case Meter::Request:
        return Words::tr("request");
    case Meter::ToolCall:
        return Words::tr("tool call");
    }
    return {};
}

QString word(CostState state)
{
    switch (state) {
    case CostState::Reported:
        return Words::tr("reported");
    case CostState::Computed:
        return Words::tr("computed");
    case CostState::Estimated:
        return Words::tr("estimated");
    case CostState::Unknown:
        return Words::tr("unknown");
    }
    return {};
}

QString word(ReconcileReason reason)
{
    switch (reason) {
    case ReconcileReason::Match:
        return Words::tr("the same");
    case ReconcileReason::Rounding:
        return Words::tr("rounding");
    case ReconcileReason::MissingHere:
        return Words::tr("missing here");
    case ReconcileReason::MissingThere:
        return Words::tr("missing there");
    case ReconcileReason::UnknownModel:
        return Words::tr("unknown model");
    case ReconcileReason::UnknownUsage:
        return Words::tr("unknown usage");
    case ReconcileReason::UsageDiffers:
        return Words::tr("usage differs");
    case ReconcileReason::TierDiffers:
        return Words::tr("service tier");
    case ReconcileReason::PriceDiffers:
        return Words::tr("price differs");
    }
    return {};
}

QString word(StopPoint point)
{
    switch (point) {
    case StopPoint::BeforeDecide:
        return Words::tr("Before the decision");
    case StopPoint::AfterDecide:
        return Words::tr("After the decision");
    case StopPoint::BeforeTool:
        return Words::tr("Before the tool");
    case StopPoint::AfterTool:
        return Words::tr("After the tool");
    case StopPoint::PhaseEntered:
        return Words::tr("At the start of a phase");
    case StopPoint::Budget80:
        return Words::tr("At 80 % of a budget");
    case StopPoint::Budget100:
        return Words::tr("At the end of a budget");
    }
    return {};
}

QString stoppedWord(StopPoint point)
{
    switch (point) {
    case StopPoint::BeforeDecide:
        return Words::tr("stopped before the decision");
    case StopPoint::AfterDecide:
        return Words::tr("stopped after the decision");
    case StopPoint::BeforeTool:
        return Words::tr("stopped before the tool");
    case StopPoint::AfterTool:
        return Words::tr("stopped after the tool");
    case StopPoint::PhaseEntered:
        return Words::tr("stopped at the start of a phase");
    case StopPoint::Budget80:
        return Words::tr("stopped at 80 % of a budget");
    case StopPoint::Budget100:
        return Words::tr("stopped at the end of a budget");
    }
    return {};
}

QString sentence(StopPoint point)
{
    switch (point) {
    case StopPoint::BeforeDecide:
        return Words::tr("The prompt is built and the budget reserved; nothing has been sent.");
    case StopPoint::AfterDecide:
        return Words::tr("The reply is parsed; nothing has been acted on.");
    case StopPoint::BeforeTool:
        return Words::tr("The arguments are valid and the price is known; the tool has not run.");
    case StopPoint::AfterTool:
        return Words::tr("The result is in hand; the model has not seen it.");
    case StopPoint::PhaseEntered:
        return Words::tr("The phase has been entered; nothing has happened in it.");
    case StopPoint::Budget80:
        return Words::tr("Most of a budget is spent; the next call has not been sent.");
    case StopPoint::Budget100:
        return Words::tr("The next call does not fit into the budget; it has not been sent.");
    }
    return {};
}

QString wordOfCheck(const QString& check)
{
    static const struct
    {
        QLatin1StringView name;
        const char *text;
    } table[] = {
        {"depth"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Frame depth")},
        {"context"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Context (tokens)")},
        {"rate_minute"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Runs in a minute")},
        {"rate_hour"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Runs in an hour")},
        {"budget"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Budget")},
        {"budget_user_day"_L1, QT_TRANSLATE_NOOP("lathe::Words", "User's budget of the day")},
        {"budget_user_month"_L1, QT_TRANSLATE_NOOP("lathe::Words", "User's budget of the month")},
        {"budget_team_day"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Team's budget of the day")},
        {"budget_team_month"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Team's budget of the month")},
        {"tool_rules"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Rules for tools")},
        {"policy"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Policy")},
        {"tool_allowlist"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Allowed tools")},
        {"tool_calls"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Tool calls")},
    };
    for (const auto& entry : table) {
        if (check == entry.name) {
            return Words::tr(entry.text);
        }
    }
    return check;
}

QString wordOfBudget(BudgetScope scope)
{
    return scope == BudgetScope::Run ? Words::tr("Budget of the run") : wordOfCheck(u"budget_"_s + toName(scope));
}

QString wordOfPolicyKey(const QString& key)
{
    static const struct
    {
        QLatin1StringView name;
        const char *text;
    } table[] = {
        {"created"_L1, QT_TRANSLATE_NOOP("lathe::Words", "User added")},
        {"tier"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Tier")},
        {"team"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Team")},
        {"maxRecursionDepth"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Depth")},
        {"contextWindowLimit"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Context (tokens)")},
        {"maxToolCalls"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Tool calls a run")},
        {"requestsPerMinute"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Runs a minute")},
        {"requestsPerHour"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Runs an hour")},
        {"budgetPerRun"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Budget of a run")},
        {"budgetPerDay"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Budget of a day")},
        {"budgetPerMonth"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Budget of a month")},
        {"allowedTools"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Allowed tools")},
        {"approvalRules"_L1, QT_TRANSLATE_NOOP("lathe::Words", "Rules for tools")},
    };
    for (const auto& entry : table) {
        if (key == entry.name) {
            return Words::tr(entry.text);
        }
    }
    return key;
}

Look look(RuleVerdict verdict)
{
    switch (verdict) {
    case RuleVerdict::Allow:
        return {Kind::Answer, u"complete"_s, Words::tr("allow")};
    case RuleVerdict::Ask:
        return {Kind::Policy, u"paused"_s, Words::tr("ask")};
    case RuleVerdict::Deny:
        return {Kind::Error, u"violation"_s, Words::tr("deny")};
    }
    return {};
}

Look look(SimulatedFinding::Effect effect)
{
    switch (effect) {
    case SimulatedFinding::Effect::Stopped:
        return {Kind::Error, u"violation"_s, Words::tr("stopped")};
    case SimulatedFinding::Effect::Refused:
        return {Kind::Policy, u"remove"_s, Words::tr("tool refused")};
    case SimulatedFinding::Effect::Asked:
        return {Kind::Policy, u"paused"_s, Words::tr("asked")};
    }
    return {};
}

QString descriptionOf(const QString& provider, const QString& description)
{
    if (provider == "builtin"_L1) {
        return Words::tr("built-in planner, not a language model");
    }
    if (provider == "openai"_L1) {
        return Words::tr("any server that speaks OpenAI's chat/completions");
    }
    if (provider == "openai-responses"_L1) {
        return Words::tr("OpenAI's Responses API, without anything kept at the provider");
    }
    if (provider == "anthropic"_L1) {
        return Words::tr("Anthropic's Messages API");
    }
    if (provider == "gemini"_L1) {
        return Words::tr("Google's Gemini API");
    }
    if (provider == "ollama"_L1) {
        return Words::tr("Ollama's own API, for models on this computer");
    }
    return description;
}

QString title(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Internal:
        return Words::tr("Something went wrong inside Lathe");
    case ErrorCode::InvalidInput:
        return Words::tr("This cannot be used as it is");
    case ErrorCode::NotFound:
        return Words::tr("Not found");
    case ErrorCode::Conflict:
        return Words::tr("Not possible now");
    case ErrorCode::Cancelled:
        return Words::tr("Cancelled");
    case ErrorCode::TimedOut:
        return Words::tr("No answer in time");
    case ErrorCode::Unavailable:
        return Words::tr("Not available");
    case ErrorCode::Database:
        return Words::tr("The database failed");
    case ErrorCode::DatabaseNewer:
        return Words::tr("This database is newer than the program");
    case ErrorCode::File:
        return Words::tr("A file could not be read or written");
    case ErrorCode::Network:
        return Words::tr("The network failed");
    case ErrorCode::Tls:
        return Words::tr("The secure connection failed");
    case ErrorCode::Overflow:
        return Words::tr("An amount is too large");
    }
    return {};
}

QString advice(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Database:
        return Words::tr("Check that the disk is not full and the file can be written, then try again.");
    case ErrorCode::DatabaseNewer:
        return Words::tr("It was not touched. Install a newer Lathe or open another database.");
    case ErrorCode::File:
        return Words::tr("Check the path and its permissions, then try again.");
    case ErrorCode::Network:
        return Words::tr("Check the base URL in the settings and the connection, then try again.");
    case ErrorCode::Tls:
        return Words::tr("Check the address and the certificates of this computer.");
    case ErrorCode::TimedOut:
        return Words::tr("Try again, or look at the provider in the settings.");
    case ErrorCode::Internal:
        return Words::tr("Nothing that was recorded is lost. The details help to report it.");
    case ErrorCode::InvalidInput:
    case ErrorCode::NotFound:
    case ErrorCode::Conflict:
    case ErrorCode::Cancelled:
    case ErrorCode::Unavailable:
    case ErrorCode::Overflow:
        return {};
    }
    return {};
}

Kind kindOf(EventType type)
{
    switch (type) {
    case EventType::LlmRequest:
    case EventType::LlmResponse:
    case EventType::FrameEntered:
    case EventType::FrameLeft:
    case EventType::Decision:
        return Kind::Llm;
    case EventType::ToolRequest:
    case EventType::ToolResult:
        return Kind::Tool;
    case EventType::PolicyCheck:
    case EventType::Verdict:
    case EventType::Edit:
    case EventType::StoppedAt:
    case EventType::RetryAnswered:
    case EventType::BudgetReserved:
    case EventType::BudgetSettled:
    case EventType::BudgetWarning:
        return Kind::Policy;
    case EventType::ValidationFailed:
    case EventType::PolicyViolation:
    case EventType::LlmBlocked:
    case EventType::LlmRetry:
        return Kind::Error;
    case EventType::RunFinished:
    case EventType::FinalBillingReport:
        return Kind::Answer;
    case EventType::CacheLookup:
    case EventType::CacheWritten:
    case EventType::RunResumed:
    case EventType::RunImported:
        return Kind::Reused;
    case EventType::RunCreated:
    case EventType::ValidationSuccess:
    case EventType::PhaseEntered:
    case EventType::PhaseLeft:
    case EventType::ContextBuilt:
    case EventType::CostLine:
    case EventType::Continued:
        return Kind::Neutral;
    }
    return Kind::Neutral;
}

} // namespace lathe
