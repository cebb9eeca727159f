// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/promptset.h"
#include "engine/agent/recording.h"
#include "engine/agent/runjournal.h"
#include "engine/agent/stepgate.h"
#include "engine/billing/pricebook.h"
#include "engine/core/clock.h"
#include "engine/core/ids.h"
#include "engine/domain/job.h"
#include "engine/llm/circuitbreaker.h"
#include "engine/llm/llmclient.h"
#include "engine/llm/resilientllmclient.h"
#include "engine/policy/policyenforcer.h"
#include "engine/policy/policyservices.h"
#include "engine/policy/runbudget.h"
#include "engine/tools/tooldispatcher.h"

#include <chrono>
#include <functional>

namespace lathe {

/// What an agent works with; outlives every run.
struct AgentServices
{
    const ToolRegistry& registry;
    ToolDispatcher& dispatcher;
    Clock& clock;
    IdGenerator& ids;
    Jitter& jitter;
    PolicyServices *policies = nullptr;  ///< null: the policy a run starts with never changes
    CircuitBreakers *breakers = nullptr; ///< null: every call is sent
};

/// What one run works with and on. One thread (the engine's).
struct AgentRun
{
    AguiRunJob job;
    LlmClient& client;
    QString model;
    bool stream = true;
    ApprovalMode approval = ApprovalMode::All;
    std::chrono::milliseconds approvalTimeout{0}; ///< a call that nobody approves for so long is denied; 0: never
    PolicyEnforcer policy;
    PriceBook prices;
    RunBudget budget;
    RunJournal& journal;
    StepGate& gate;
    const Recording& recording;
    PromptSet prompts;
    bool nativeTools = true; ///< false: decisions are asked for, and read, as JSON in the text of replies
    std::function<void(int decision, const LlmDelta&)> onDelta;
    RetryPolicy retry = {};

    int decisions = 0;          ///< begun so far
    int frames = 0;             ///< entered so far
    int toolCalls = 0;          ///< started so far
    QList<ToolRule> rules = {}; ///< said for this run, on top of the policy's
    Standing standing = {};     ///< what the user may do, as policy was last looked at
    bool afterError = false;    ///< an attempt or a tool call failed since the last stop point

    /// Takes over what the user may do now, and with it the smaller of the job's and the policy's budget.
    void setStanding(const Standing& changed);
    /// After the job's budget was changed.
    void applyBudgets();
    /// The smaller of the job's and the policy's depth and context limits.
    [[nodiscard]] int maxDepth() const { return qMin(job.maxDepth, policy.policy().maxRecursionDepth); }
    [[nodiscard]] qint64 contextWindow() const
    {
        return qMin(job.contextWindowLimit, policy.policy().contextWindowLimit);
    }
};

/// How the work of an agent, or of one frame, ended.
struct AgentEnd
{
    enum class Kind
    {
        Answer,
        Violation,
        Error,
        Stopped,
        Suspended,    ///< at a stop point with nobody to ask, or because the program goes away; resumable
        JournalFailed ///< nothing can be made durable any more
    };
    Kind kind = Kind::Answer;
    QString answer;
    ResponseError error;
    QString suspendedAt;
};

/// A verdict into the journal; details say what it is about.
void journalVerdict(RunJournal& journal, Fields details, const PolicyVerdict& verdict);
/// Lines of the ledger into the journal, without what other entries say already; what was not recorded earlier counts
/// as spent now.
[[nodiscard]] Result<Money> journalCostLines(RunJournal& journal, const QList<CostLine>& lines);

} // namespace lathe
