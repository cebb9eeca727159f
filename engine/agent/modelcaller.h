// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"
#include "engine/agent/decisionparser.h"
#include "engine/llm/resilientllmclient.h"

namespace lathe {

/// One logical model call of one decision: reserves, journals every attempt before it is sent, bills every attempt
/// after it, and answers from the recording where there is one.
class ModelCaller final : public AttemptObserver
{
public:
    struct Turn
    {
        int decision = 0;
        int frame = 1;
        int depth = 0;
        int base = 0;               ///< the decision whose messages this one extends
        qsizetype keep = 0;         ///< how many messages of it are kept
        qint64 estimatedTokens = 0; ///< as estimated from the texts
        qint64 inputTokens = 0;     ///< for the worst case: the estimate, or more if the model is known to count more
    };
    struct End
    {
        std::optional<AgentDecision> decision; ///< the reply can be acted on, or says why not
        StopReason stop = StopReason::Final;
        std::optional<LlmFailure> failure;
        bool interrupted = false;
        std::optional<PolicyCheck> overBudget;
        std::optional<Error> error; ///< journal, arithmetic or recording; the run must end
        bool journalFailed = false;
        Usage usage;
    };

    ModelCaller(AgentServices services, AgentRun& run);

    /// The worst case of one attempt; nothing if its price is unknown.
    [[nodiscard]] Result<std::optional<Money>> worstCaseOf(const QString& model, qint64 inputTokens,
                                                           qint64 maxOutputTokens) const;
    /// Reserves for an attempt; on failure the checks say why. recorded: it was made before the run was resumed.
    QCoro::Task<BudgetGuard::Reservation> reserve(Turn turn, Money worstCase, int attempt, bool recorded);
    void release(const BudgetGuard::Reservation& reservation, int decision);

    QCoro::Task<End> call(LlmRequest request, Turn turn, BudgetGuard::Reservation reservation);

    QCoro::Task<Result<void>> attemptStarting(int attempt, const LlmRequest& request) override;
    QCoro::Task<Result<void>> attemptBlocked(int attempt, const LlmRequest& request,
                                             const LlmFailure& failure) override;
    QCoro::Task<Result<void>> attemptFinished(int attempt, const LlmOutcome& outcome) override;
    QCoro::Task<Result<void>> retryWaiting(std::shared_ptr<RetryWait> wait) override;
    QCoro::Task<Result<void>> retryAnswered(int attempt, RetryAnswer answer) override;
    void delta(const LlmDelta& delta) override;

private:
    [[nodiscard]] Result<void> journalOutcome(int attempt, const LlmOutcome& outcome, bool interrupted);
    [[nodiscard]] const ModelPrices& pricesOf(const QString& requested, const QString& billed);
    /// What an answer without counts may have cost, as far as its length tells.
    [[nodiscard]] std::optional<Money> guess(qint64 startedMs, const LlmOutcome& outcome,
                                             const ModelPrices& prices) const;
    /// Closes the reservation of an attempt; held: it stays reserved, because the call may still be billed.
    [[nodiscard]] Result<void> settle(int attempt, Money spent, bool held);
    void journalRequest(int attempt, const LlmRequest& request);
    QCoro::Task<Result<std::optional<LlmOutcome>>> fromRecording(LlmRequest request, int *firstAttempt);

    AgentServices m_services;
    AgentRun& m_run;
    ResilientLlmClient m_resilient;
    Turn m_turn;
    LlmRequest m_request;
    BudgetGuard::Reservation m_reservation;
    std::optional<PolicyCheck> m_overBudget;
    std::optional<AgentDecision> m_decision;
    bool m_journalFailed = false;
    int m_lastDecision = 0; ///< the decision last called for, and its last attempt: an interrupted one is asked again
    int m_lastAttempt = 0;
    QString m_idempotencyKey; ///< of the logical call; its repetitions keep it
    std::shared_ptr<std::stop_source> m_call;
    QByteArray m_head;
    QByteArray m_headRef;
    QByteArray m_tail;
    QByteArray m_tailRef;
    QString m_pricedModel; ///< what m_prices are of: requested, then billed
    ModelPrices m_prices;
};

} // namespace lathe
