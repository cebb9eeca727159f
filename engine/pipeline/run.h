// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"
#include "engine/agent/stopper.h"
#include "engine/net/httptransport.h"
#include "engine/pipeline/facadetypes.h"
#include "engine/policy/policyservices.h"
#include "engine/storage/database.h"

#include <QCoroTask>

#include <functional>
#include <memory>

namespace lathe {

/// What a run is started (or resumed) with.
struct RunStart
{
    QString runId;
    AguiRunJob job;          ///< provider, model and correlationId are filled in
    QList<JsonIssue> issues; ///< of reading the job; the values' own are added
    RunOptions options;
    std::shared_ptr<HttpTransport> cassette; ///< that client speaks through; null without one
    std::unique_ptr<LlmClient> client;       ///< null if the provider cannot be used: providerIssue says why
    QString providerIssue;
    PriceBook prices = PriceBook::flat();
    PromptSet prompts;
    RetryPolicy retry;
    QList<RunEvent> recorded; ///< of a run that is resumed
};

/// One run through the five phases. Phase 5 runs however the run ends; a run that is suspended or interrupted keeps
/// its journal as it is and can be resumed. One thread (the engine's).
class Run
{
public:
    struct Hooks
    {
        RunJournal::DurableHook onDurable;
        std::function<void(int decision, const LlmDelta&)> onDelta;
    };

    Run(Database& database, PolicyServices& policies, AgentServices services, RunStart start, Hooks hooks);

    /// Makes the run known: durable before anything else happens.
    QCoro::Task<Result<void>> create();
    QCoro::Task<RunEnd> execute();
    [[nodiscard]] StepGate& gate() { return m_gate; }
    [[nodiscard]] const QString& id() const { return m_start.runId; }
    [[nodiscard]] const RunRecord& record() const { return m_journal.record(); }

private:
    QCoro::Task<std::optional<AgentEnd>> enter(Phase phase);
    void leave(PhaseResult result);
    QCoro::Task<std::optional<AgentEnd>> ingestion();
    QCoro::Task<std::optional<AgentEnd>> context();
    QCoro::Task<std::optional<AgentEnd>> policy();
    QCoro::Task<AgentEnd> execution();
    QCoro::Task<RunEnd> serialization(AgentEnd end);
    QCoro::Task<std::optional<AgentEnd>> flushed();
    /// A signature says nothing of prompts, so only answers to the built-in ones are kept.
    [[nodiscard]] bool usesCache() const;
    /// A run that a human changed is not what its signature stands for, and is not cached.
    [[nodiscard]] bool edited() const;
    [[nodiscard]] RunEnd suspended(const AgentEnd& end) const;
    [[nodiscard]] RunEnd unwritable(const AgentEnd& end) const;

    Database& m_database;
    PolicyServices& m_policies;
    AgentServices m_services;
    RunStart m_start;
    Recording m_recording;
    RunJournal m_journal;
    StepGate m_gate;
    std::optional<AgentRun> m_agent;
    Transcript m_transcript;
    Phase m_phase = Phase::Ingestion;
    qint64 m_phaseStartNs = 0;
    QString m_signature;
    std::optional<AguiResponse> m_cached;
};

} // namespace lathe
