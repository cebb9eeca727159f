// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"
#include "engine/agent/modelcaller.h"
#include "engine/agent/policygate.h"
#include "engine/agent/stopper.h"
#include "engine/agent/toolcaller.h"

namespace lathe {

/// Phase 4: decide, act, observe, until a final answer or a limit. A frame is one level; llm_call opens a child frame
/// one level deeper. One thread (the engine's); one run.
class RecursiveAgentRunner
{
public:
    RecursiveAgentRunner(AgentServices services, AgentRun& run);
    /// The root frame, from the transcript that phase 2 built.
    QCoro::Task<AgentEnd> run(Transcript transcript);

private:
    struct Frame
    {
        int id = 1;
        int parent = 0;
        int depth = 0;
        int parentDecision = 0;
        QString callId;
        QString task;
        Transcript transcript;
        qint64 estimatedTokens = 0; ///< of the transcript's messages, kept up with it
        qsizetype estimatedMessages = 0;
        int lastDecision = 0; ///< base of the next request
        qsizetype lastMessages = 0;
        QHash<QByteArray, int> sameCalls; ///< for the loop guard
        bool lastWasRepair = false;       ///< the reply before was no decision, and the model was told so
    };
    /// What a step leaves: the frame's answer or the run's end, or nothing to go on.
    using Step = std::optional<AgentEnd>;

    QCoro::Task<AgentEnd> runFrame(Frame frame);
    QCoro::Task<Step> decideAndAct(Frame *frame);
    struct Prepared
    {
        LlmRequest request;
        ModelCaller::Turn turn;
        BudgetGuard::Reservation reservation;
        std::optional<AgentEnd> end;
    };
    QCoro::Task<Prepared> prepare(Frame *frame, int decision);
    QCoro::Task<std::optional<AgentEnd>> admit(Frame *frame, Prepared *prepared);
    QCoro::Task<Step> act(Frame *frame, int decision, AgentDecision agentDecision);
    /// The calls of one decision on their way; end: the run ends instead.
    struct Acts
    {
        QList<ToolCaller::Call> calls;
        QList<ToolCaller::Answer> answers; ///< in the order of the calls
        std::optional<AgentEnd> end;
    };
    /// Edits at a stop go into the decision as well: it is what the model is told it said.
    QCoro::Task<Acts> announce(Frame *frame, int decision, AgentDecision *agentDecision);
    QCoro::Task<void> perform(Frame *frame, int decision, Acts *acts);
    QCoro::Task<AgentEnd> runChild(Frame *frame, int decision, ToolCaller::Call call, int *childFrame);
    /// What the tools gave goes to the model, after a last look.
    QCoro::Task<Step> observe(Frame *frame, int decision, const Acts *acts);
    std::optional<AgentEnd> guardAgainstLoop(Frame *frame, const AgentDecision& decision) const;
    void journalDecision(const Frame& frame, int decision, const AgentDecision& agentDecision);
    [[nodiscard]] ModelParameters parametersFor(const Frame& frame, int decision) const;
    [[nodiscard]] qint64 estimate(Frame *frame, const LlmRequest& request) const;
    [[nodiscard]] QList<ToolDeclaration> declarations(int depth);
    /// Of a second reply in a row that is no decision: plain text is taken as the answer, all else fails.
    static void giveUpRepair(AgentDecision& decision);
    [[nodiscard]] AgentEnd violation(const PolicyCheck& check, int decision);
    [[nodiscard]] static AgentEnd failed(const QString& code, const QString& message, const QJsonValue& details = {});
    [[nodiscard]] static AgentEnd failed(const Error& error, bool journal);

    AgentServices m_services;
    AgentRun& m_run;
    ModelCaller m_models;
    ToolCaller m_tools;
    Stopper m_stopper;
    PolicyGate m_policy;
    QList<ToolDeclaration> m_declared;          ///< made once, so that requests share it
    QList<ToolDeclaration> m_declaredToRecurse; ///< with llm_call
};

} // namespace lathe
