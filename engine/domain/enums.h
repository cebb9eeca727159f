// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"

// Every closed set of names that reaches JSON, SQL or CSV. The names are fixed by the product's contracts.

namespace lathe {

enum class Phase
{
    Ingestion = 1,
    Context,
    Policy,
    Execution,
    Serialization
};
enum class PhaseResult
{
    Continue,
    CacheHit,
    PolicyViolation,
    Error
};
enum class AgentActionType
{
    LlmCall,
    ToolCall,
    FinalAnswer
};
enum class AgentStatus
{
    Complete,
    Error,
    NextStep,
    ToolDispatched,
    ParallelPending,
    Stopped
};

/// How a run as a whole stands; the last four are ends. Interrupted: the process died or was interrupted, resumable.
enum class RunStatus
{
    Running,
    Paused,
    Interrupted,
    Complete,
    Error,
    PolicyViolation,
    Stopped
};

enum class StopPoint
{
    BeforeDecide,
    AfterDecide,
    BeforeTool,
    AfterTool,
    PhaseEntered, ///< a phase breakpoint; nothing can be edited there
    Budget80,     ///< a budget has just come to 80 %
    Budget100     ///< the next step does not fit into a budget; more can be given
};
enum class SideEffect
{
    Pure,
    Reads,
    Writes,
    Irreversible
};
enum class UserTier
{
    Free,
    Pro,
    Enterprise
};
enum class UsageSource
{
    Reported,
    Estimated,
    Missing
};

/// How sure an amount is. Unknown is never shown or added as zero.
enum class CostState
{
    Reported,
    Computed,
    Estimated,
    Unknown
};

/// Disjoint classes of what is counted and priced on a cost line.
enum class Meter
{
    Input,
    CacheRead,
    CacheReadAudio,
    CacheWrite, ///< short-lived
    CacheWrite1h,
    InputAudio,
    Output,
    Reasoning, ///< only where it has a price of its own; else it is part of Output
    OutputAudio,
    AnyToken, ///< tokens whose class was not told
    WebSearch,
    FileSearch,
    Request, ///< a fee for the request itself
    ToolCall
};
inline constexpr int kMeterCount = 14;

enum class ViolationCode
{
    RecursionDepthExceeded,
    ContextWindowExceeded,
    RateLimitExceeded,
    ToolNotAllowed,
    ToolCallsExceeded,
    BudgetExceeded,
    ApprovalDenied,
    PolicyUnavailable
};
enum class CheckOutcome
{
    Passed,
    Failed,
    NotReached
};
enum class Verdict
{
    Approve,
    ApproveEdited,
    Reject,
    Escalate,
    EndRun
};
/// What somebody says to a run that waits before it asks a provider again.
enum class RetryAnswer
{
    TryNow,
    GiveUp
};
enum class Author
{
    Human,
    Automatic
};

/// What a journal entry says happened.
enum class EventType
{
    RunCreated,
    RunResumed,
    ValidationSuccess,
    ValidationFailed,
    CacheLookup,
    PhaseEntered,
    PhaseLeft,
    ContextBuilt,
    PolicyCheck,
    PolicyViolation,
    FrameEntered,
    FrameLeft,
    BudgetReserved,
    BudgetSettled,
    BudgetWarning,
    LlmBlocked,
    LlmRequest,
    LlmRetry,
    RetryAnswered,
    LlmResponse,
    CostLine,
    Decision,
    Verdict,
    Edit,
    StoppedAt,
    Continued,
    ToolRequest,
    ToolResult,
    CacheWritten,
    FinalBillingReport,
    RunFinished,
    RunImported
};

// clang-format off
template <> struct EnumNames<Phase> { static constexpr std::pair<Phase, QLatin1StringView> table[] = {
    {Phase::Ingestion, QLatin1StringView("INGESTION")}, {Phase::Context, QLatin1StringView("CONTEXT")},
    {Phase::Policy, QLatin1StringView("POLICY")}, {Phase::Execution, QLatin1StringView("EXECUTION")},
    {Phase::Serialization, QLatin1StringView("SERIALIZATION")}}; };
template <> struct EnumNames<RetryAnswer> { static constexpr std::pair<RetryAnswer, QLatin1StringView> table[] = {
    {RetryAnswer::TryNow, QLatin1StringView("try_now")}, {RetryAnswer::GiveUp, QLatin1StringView("give_up")}}; };
template <> struct EnumNames<PhaseResult> { static constexpr std::pair<PhaseResult, QLatin1StringView> table[] = {
    {PhaseResult::Continue, QLatin1StringView("CONTINUE")}, {PhaseResult::CacheHit, QLatin1StringView("CACHE_HIT")},
    {PhaseResult::PolicyViolation, QLatin1StringView("POLICY_VIOLATION")},
    {PhaseResult::Error, QLatin1StringView("ERROR")}}; };
template <> struct EnumNames<AgentActionType> { static constexpr std::pair<AgentActionType, QLatin1StringView> table[] = {
    {AgentActionType::LlmCall, QLatin1StringView("LLM_CALL")},
    {AgentActionType::ToolCall, QLatin1StringView("TOOL_CALL")},
    {AgentActionType::FinalAnswer, QLatin1StringView("FINAL_ANSWER")}}; };
template <> struct EnumNames<AgentStatus> { static constexpr std::pair<AgentStatus, QLatin1StringView> table[] = {
    {AgentStatus::Complete, QLatin1StringView("COMPLETE")}, {AgentStatus::Error, QLatin1StringView("ERROR")},
    {AgentStatus::NextStep, QLatin1StringView("NEXT_STEP")},
    {AgentStatus::ToolDispatched, QLatin1StringView("TOOL_DISPATCHED")},
    {AgentStatus::ParallelPending, QLatin1StringView("PARALLEL_PENDING")},
    {AgentStatus::Stopped, QLatin1StringView("STOPPED")}}; };
template <> struct EnumNames<RunStatus> { static constexpr std::pair<RunStatus, QLatin1StringView> table[] = {
    {RunStatus::Running, QLatin1StringView("RUNNING")}, {RunStatus::Paused, QLatin1StringView("PAUSED")},
    {RunStatus::Interrupted, QLatin1StringView("INTERRUPTED")}, {RunStatus::Complete, QLatin1StringView("COMPLETE")},
    {RunStatus::Error, QLatin1StringView("ERROR")},
    {RunStatus::PolicyViolation, QLatin1StringView("POLICY_VIOLATION")},
    {RunStatus::Stopped, QLatin1StringView("STOPPED")}}; };
template <> struct EnumNames<StopPoint> { static constexpr std::pair<StopPoint, QLatin1StringView> table[] = {
    {StopPoint::BeforeDecide, QLatin1StringView("BEFORE_DECIDE")},
    {StopPoint::AfterDecide, QLatin1StringView("AFTER_DECIDE")},
    {StopPoint::BeforeTool, QLatin1StringView("BEFORE_TOOL")},
    {StopPoint::AfterTool, QLatin1StringView("AFTER_TOOL")},
    {StopPoint::PhaseEntered, QLatin1StringView("PHASE_ENTERED")},
    {StopPoint::Budget80, QLatin1StringView("BUDGET_80")}, {StopPoint::Budget100, QLatin1StringView("BUDGET_100")}}; };
template <> struct EnumNames<SideEffect> { static constexpr std::pair<SideEffect, QLatin1StringView> table[] = {
    {SideEffect::Pure, QLatin1StringView("pure")}, {SideEffect::Reads, QLatin1StringView("reads")},
    {SideEffect::Writes, QLatin1StringView("writes")},
    {SideEffect::Irreversible, QLatin1StringView("irreversible")}}; };
template <> struct EnumNames<UserTier> { static constexpr std::pair<UserTier, QLatin1StringView> table[] = {
    {UserTier::Free, QLatin1StringView("free")}, {UserTier::Pro, QLatin1StringView("pro")},
    {UserTier::Enterprise, QLatin1StringView("enterprise")}}; };
template <> struct EnumNames<UsageSource> { static constexpr std::pair<UsageSource, QLatin1StringView> table[] = {
    {UsageSource::Reported, QLatin1StringView("reported")}, {UsageSource::Estimated, QLatin1StringView("estimated")},
    {UsageSource::Missing, QLatin1StringView("missing")}}; };
template <> struct EnumNames<CostState> { static constexpr std::pair<CostState, QLatin1StringView> table[] = {
    {CostState::Reported, QLatin1StringView("reported")}, {CostState::Computed, QLatin1StringView("computed")},
    {CostState::Estimated, QLatin1StringView("estimated")}, {CostState::Unknown, QLatin1StringView("unknown")}}; };
template <> struct EnumNames<Meter> { static constexpr std::pair<Meter, QLatin1StringView> table[] = {
    {Meter::Input, QLatin1StringView("input")}, {Meter::CacheRead, QLatin1StringView("cache_read")},
    {Meter::CacheReadAudio, QLatin1StringView("cache_read_audio")},
    {Meter::CacheWrite, QLatin1StringView("cache_write")}, {Meter::CacheWrite1h, QLatin1StringView("cache_write_1h")},
    {Meter::InputAudio, QLatin1StringView("input_audio")}, {Meter::Output, QLatin1StringView("output")},
    {Meter::Reasoning, QLatin1StringView("reasoning")}, {Meter::OutputAudio, QLatin1StringView("output_audio")},
    {Meter::AnyToken, QLatin1StringView("any_token")}, {Meter::WebSearch, QLatin1StringView("web_search")},
    {Meter::FileSearch, QLatin1StringView("file_search")}, {Meter::Request, QLatin1StringView("request")},
    {Meter::ToolCall, QLatin1StringView("tool_call")}}; };
template <> struct EnumNames<ViolationCode> { static constexpr std::pair<ViolationCode, QLatin1StringView> table[] = {
    {ViolationCode::RecursionDepthExceeded, QLatin1StringView("RECURSION_DEPTH_EXCEEDED")},
    {ViolationCode::ContextWindowExceeded, QLatin1StringView("CONTEXT_WINDOW_EXCEEDED")},
    {ViolationCode::RateLimitExceeded, QLatin1StringView("RATE_LIMIT_EXCEEDED")},
    {ViolationCode::ToolNotAllowed, QLatin1StringView("TOOL_NOT_ALLOWED")},
    {ViolationCode::ToolCallsExceeded, QLatin1StringView("TOOL_CALLS_EXCEEDED")},
    {ViolationCode::BudgetExceeded, QLatin1StringView("BUDGET_EXCEEDED")},
    {ViolationCode::ApprovalDenied, QLatin1StringView("APPROVAL_DENIED")},
    {ViolationCode::PolicyUnavailable, QLatin1StringView("POLICY_UNAVAILABLE")}}; };
template <> struct EnumNames<CheckOutcome> { static constexpr std::pair<CheckOutcome, QLatin1StringView> table[] = {
    {CheckOutcome::Passed, QLatin1StringView("passed")}, {CheckOutcome::Failed, QLatin1StringView("failed")},
    {CheckOutcome::NotReached, QLatin1StringView("not_reached")}}; };
template <> struct EnumNames<Verdict> { static constexpr std::pair<Verdict, QLatin1StringView> table[] = {
    {Verdict::Approve, QLatin1StringView("approve")}, {Verdict::ApproveEdited, QLatin1StringView("approve_edited")},
    {Verdict::Reject, QLatin1StringView("reject")}, {Verdict::Escalate, QLatin1StringView("escalate")},
    {Verdict::EndRun, QLatin1StringView("end_run")}}; };
template <> struct EnumNames<Author> { static constexpr std::pair<Author, QLatin1StringView> table[] = {
    {Author::Human, QLatin1StringView("HUMAN")}, {Author::Automatic, QLatin1StringView("AUTOMATIC")}}; };
template <> struct EnumNames<EventType> { static constexpr std::pair<EventType, QLatin1StringView> table[] = {
    {EventType::RunCreated, QLatin1StringView("RUN_CREATED")}, {EventType::RunResumed, QLatin1StringView("RUN_RESUMED")},
    {EventType::ValidationSuccess, QLatin1StringView("VALIDATION_SUCCESS")},
    {EventType::ValidationFailed, QLatin1StringView("VALIDATION_FAILED")},
    {EventType::CacheLookup, QLatin1StringView("CACHE_LOOKUP")},
    {EventType::PhaseEntered, QLatin1StringView("PHASE_ENTERED")},
    {EventType::PhaseLeft, QLatin1StringView("PHASE_LEFT")},
    {EventType::ContextBuilt, QLatin1StringView("CONTEXT_BUILT")},
    {EventType::PolicyCheck, QLatin1StringView("POLICY_CHECK")},
    {EventType::PolicyViolation, QLatin1StringView("POLICY_VIOLATION")},
    {EventType::FrameEntered, QLatin1StringView("FRAME_ENTERED")},
    {EventType::FrameLeft, QLatin1StringView("FRAME_LEFT")},
    {EventType::BudgetReserved, QLatin1StringView("BUDGET_RESERVED")},
    {EventType::BudgetSettled, QLatin1StringView("BUDGET_SETTLED")},
    {EventType::BudgetWarning, QLatin1StringView("BUDGET_WARNING")},
    {EventType::LlmBlocked, QLatin1StringView("LLM_BLOCKED")},
    {EventType::LlmRequest, QLatin1StringView("LLM_REQUEST")}, {EventType::LlmRetry, QLatin1StringView("LLM_RETRY")},
    {EventType::RetryAnswered, QLatin1StringView("RETRY_ANSWERED")},
    {EventType::LlmResponse, QLatin1StringView("LLM_RESPONSE")}, {EventType::CostLine, QLatin1StringView("COST_LINE")},
    {EventType::Decision, QLatin1StringView("DECISION")}, {EventType::Verdict, QLatin1StringView("VERDICT")},
    {EventType::Edit, QLatin1StringView("EDIT")}, {EventType::StoppedAt, QLatin1StringView("STOPPED_AT")},
    {EventType::Continued, QLatin1StringView("CONTINUED")},
    {EventType::ToolRequest, QLatin1StringView("TOOL_REQUEST")},
    {EventType::ToolResult, QLatin1StringView("TOOL_RESULT")},
    {EventType::CacheWritten, QLatin1StringView("CACHE_WRITTEN")},
    {EventType::FinalBillingReport, QLatin1StringView("FINAL_BILLING_REPORT")},
    {EventType::RunFinished, QLatin1StringView("RUN_FINISHED")},
    {EventType::RunImported, QLatin1StringView("RUN_IMPORTED")}}; };
// clang-format on

} // namespace lathe
