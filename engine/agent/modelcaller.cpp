// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/modelcaller.h"

#include "engine/agent/jsondecision.h"
#include "engine/billing/ledger.h"
#include "engine/core/canonicaljson.h"
#include "engine/domain/runeventdetails.h"
#include "engine/llm/tokencounter.h"

#include <QCoroFuture>

using namespace Qt::StringLiterals;

namespace lathe {

ModelCaller::ModelCaller(AgentServices services, AgentRun& run)
    : m_services(services),
      m_run(run),
      m_resilient(run.client, services.clock, services.jitter, services.breakers, run.retry)
{}

Result<std::optional<Money>> ModelCaller::worstCaseOf(const QString& model, qint64 inputTokens,
                                                      qint64 maxOutputTokens) const
{
    return worstCase(m_run.prices.model(m_run.client.provider(), model), m_services.clock.nowMs(), inputTokens,
                     maxOutputTokens);
}

const ModelPrices& ModelCaller::pricesOf(const QString& requested, const QString& billed)
{
    const QString model = requested + u'\n' + billed;
    if (model != m_pricedModel) {
        m_pricedModel = model;
        m_prices = m_run.prices.model(m_run.client.provider(), requested, billed);
    }
    return m_prices;
}

std::optional<Money> ModelCaller::guess(qint64 startedMs, const LlmOutcome& outcome, const ModelPrices& prices) const
{
    Usage usage;
    usage.source = UsageSource::Estimated;
    usage.input = m_turn.inputTokens;
    if (outcome.reply) {
        qint64 said = outcome.reply->content.size() + outcome.reply->reasoning.size();
        for (const ToolCallRequest& call : outcome.reply->toolCalls) {
            said += call.name.size() + call.arguments.size();
        }
        usage.output = estimateTokensByLength(said);
    }
    return costOf(prices, startedMs, usage);
}

QCoro::Task<BudgetGuard::Reservation> ModelCaller::reserve(Turn turn, Money worstCase, int attempt, bool recorded)
{
    const BudgetGuard::Reservation reservation = co_await m_run.budget.reserve(worstCase, recorded);
    if (reservation.id != 0) {
        m_run.journal.add(EventType::BudgetReserved, {{"reservation"_L1, reservation.id},
                                                      {"amount"_L1, reservation.amount.toDecimal()},
                                                      {"decision"_L1, turn.decision},
                                                      {"attempt"_L1, attempt}});
    }
    co_return reservation;
}

void ModelCaller::release(const BudgetGuard::Reservation& reservation, int decision)
{
    if (reservation.id == 0) {
        return;
    }
    m_run.budget.release(reservation.id);
    m_run.journal.add(EventType::BudgetSettled, {{"reservation"_L1, reservation.id},
                                                 {"reserved"_L1, reservation.amount.toDecimal()},
                                                 {"actual"_L1, u"0"_s},
                                                 {"decision"_L1, decision}});
}

QCoro::Task<ModelCaller::End> ModelCaller::call(LlmRequest request, Turn turn, BudgetGuard::Reservation reservation)
{
    m_turn = turn;
    m_reservation = reservation;
    m_overBudget.reset();
    m_decision.reset();
    m_call = m_run.gate.beginCall();

    End end;
    const bool again = turn.decision == m_lastDecision;
    int firstAttempt = again ? m_lastAttempt + 1 : 1;
    m_lastDecision = turn.decision;
    if (!again) {
        m_idempotencyKey.clear();
    }
    Result<std::optional<LlmOutcome>> recorded{std::nullopt};
    if (!again) {
        recorded = co_await fromRecording(request, &firstAttempt);
    }
    if (!recorded) {
        end.error = recorded.error();
        end.journalFailed = m_journalFailed;
        m_call.reset();
        co_return end;
    }
    LlmOutcome outcome;
    if (recorded->has_value()) {
        outcome = std::move(**recorded);
    } else {
        if (m_idempotencyKey.isEmpty()) {
            m_idempotencyKey = m_services.ids.newUuid();
        }
        request.idempotencyKey = m_idempotencyKey;
        const std::stop_token stop = m_call->get_token();
        Result<LlmOutcome> live = co_await m_resilient.call(request, *this, stop, firstAttempt);
        if (!live) {
            end.overBudget = m_overBudget;
            end.error = live.error();
            end.journalFailed = m_journalFailed;
            end.interrupted = m_run.gate.wasInterrupted(*m_call);
            m_call.reset();
            co_return end;
        }
        outcome = std::move(*live);
    }
    end.interrupted = outcome.failure && m_run.gate.wasInterrupted(*m_call);
    m_call.reset();
    if (outcome.reply) {
        end.decision = m_decision;
        end.stop = outcome.reply->stop;
        end.usage = outcome.reply->usage;
    } else {
        end.failure = outcome.failure;
    }
    co_return end;
}

QCoro::Task<Result<std::optional<LlmOutcome>>> ModelCaller::fromRecording(LlmRequest request, int *firstAttempt)
{
    const QList<Recording::Attempt> attempts = m_run.recording.attempts(m_turn.decision);
    for (const Recording::Attempt& attempt : attempts) {
        const QString hash = QString::fromLatin1(request.hash(m_run.client.provider()));
        if (attempt.requestHash != hash) {
            co_return fail(
                ErrorCode::Conflict,
                u"decision %1: the request differs from the recorded one, so its reply cannot be used again"_s.arg(
                    m_turn.decision),
                u"recorded %1 (%2, %3), now %4 (%5, %6)"_s.arg(attempt.requestHash, attempt.provider, attempt.model,
                                                               hash, m_run.client.provider(), request.model));
        }
        request.idempotencyKey = attempt.idempotencyKey;
        m_idempotencyKey = attempt.idempotencyKey;
        if (m_reservation.id == 0) { // a retry reserved anew
            const Result<std::optional<Money>> worst =
                worstCaseOf(request.model, m_turn.inputTokens, request.parameters.maxOutputTokens);
            if (!worst) {
                co_return fail(worst.error());
            }
            m_reservation = co_await reserve(m_turn, worst->value_or(Money()), attempt.attempt, true);
        }
        journalRequest(attempt.attempt, request);
        *firstAttempt = attempt.attempt + 1;
        m_request = request;
        if (attempt.outcome == "ok"_L1) {
            const Result<QByteArray> raw = co_await m_run.recording.body(attempt.reply);
            if (!raw) {
                co_return fail(raw.error());
            }
            LlmOutcome outcome = m_run.client.decode(*raw, attempt.stream);
            outcome.rawReply = *raw;
            outcome.firstByteMs = attempt.firstByteMs;
            outcome.durationMs = attempt.durationMs;
            if (outcome.reply) {
                const Result<void> journaled = journalOutcome(attempt.attempt, outcome, false);
                if (!journaled) {
                    co_return fail(journaled.error());
                }
                co_return std::optional<LlmOutcome>(std::move(outcome));
            }
            co_return fail(ErrorCode::Internal,
                           u"decision %1: the recorded reply cannot be read again"_s.arg(m_turn.decision),
                           outcome.failure ? outcome.failure->message : QString());
        }
        if (!attempt.outcome.isEmpty()) {
            // What it cost was counted when the run was taken up again.
            m_run.journal.tickOffAttempt(m_turn.decision, attempt.attempt);
            const Result<void> settled = settle(attempt.attempt, Money(), false);
            if (!settled) {
                co_return fail(settled.error());
            }
        } else {
            // In flight when the process ended: whether it was answered, and billed, is not known here.
            LlmOutcome lost;
            lost.failure.emplace();
            lost.failure->kind = LlmErrorKind::Cancelled;
            lost.failure->message = u"the program ended while this request was in flight"_s;
            lost.failure->requestSent = true;
            const Result<void> journaled = journalOutcome(attempt.attempt, lost, true);
            if (!journaled) {
                co_return fail(journaled.error());
            }
        }
    }
    co_return std::optional<LlmOutcome>();
}

void ModelCaller::journalRequest(int attempt, const LlmRequest& request)
{
    const EncodedRequest encoded = m_run.client.encode(request);
    RunEvent event = m_run.journal.make(EventType::LlmRequest);
    const auto refOf = [&event](const QByteArray& bytes, QByteArray& known, QByteArray& ref) {
        if (ref.isEmpty() || known != bytes) {
            Body body = makeBody(bytes);
            known = bytes;
            ref = body.sha256;
            event.bodies.append(std::move(body));
        }
        return FieldValue::body(ref);
    };
    const FieldValue head = refOf(encoded.head, m_head, m_headRef);
    const FieldValue tail = refOf(encoded.tail, m_tail, m_tailRef);
    BodyNames appended;
    for (qsizetype i = m_turn.keep; i < encoded.messages.size(); ++i) {
        Body body = makeBody(encoded.messages.at(i));
        appended.append(body.sha256);
        event.bodies.append(std::move(body));
    }
    event.details = Fields{{"decision"_L1, m_turn.decision},
                           {"frame"_L1, m_turn.frame},
                           {"depth"_L1, m_turn.depth},
                           {"attempt"_L1, attempt},
                           {"provider"_L1, m_run.client.provider()},
                           {"model"_L1, request.model},
                           {"requestHash"_L1, QString::fromLatin1(request.hash(m_run.client.provider()))},
                           {"idempotencyKey"_L1, request.idempotencyKey},
                           {"stream"_L1, request.stream},
                           {"base"_L1, m_turn.base},
                           {"keep"_L1, m_turn.keep},
                           {"appended"_L1, appended},
                           {"headRef"_L1, head},
                           {"tailRef"_L1, tail},
                           {"inputEstimate"_L1, m_turn.inputTokens}};
    m_run.journal.add(std::move(event));
}

Result<void> ModelCaller::journalOutcome(int attempt, const LlmOutcome& outcome, bool interrupted)
{
    const bool ok = outcome.reply.has_value();
    const Usage usage = ok ? outcome.reply->usage : outcome.failure->usage;
    RunEvent event = m_run.journal.make(EventType::LlmResponse);
    Usage said = usage;
    said.raw = {}; // the reply holds it
    Fields details{{"decision"_L1, m_turn.decision},
                   {"attempt"_L1, attempt},
                   {"outcome"_L1, ok            ? "ok"_L1
                                  : interrupted ? "interrupted"_L1
                                                : "error"_L1},
                   {"usage"_L1, toFields(said)},
                   {"firstByteMs"_L1, outcome.firstByteMs},
                   {"durationMs"_L1, outcome.durationMs}};
    if (!outcome.rawReply.isEmpty()) {
        Body body = makeBody(outcome.rawReply);
        details.add("replyRef"_L1, FieldValue::body(body.sha256));
        event.bodies.append(std::move(body));
    }
    QString modelBilled;
    if (ok) {
        modelBilled = outcome.reply->modelBilled;
        details.add("model"_L1, modelBilled);
        details.add("stopReason"_L1, toName(outcome.reply->stop));
        m_decision = m_run.nativeTools ? parseDecision(*outcome.reply) : parseJsonDecision(*outcome.reply);
    } else {
        details.add("errorKind"_L1, toName(outcome.failure->kind));
        details.add("message"_L1, outcome.failure->message);
        details.add("httpStatus"_L1, outcome.failure->httpStatus);
    }
    event.details = std::move(details);
    event.value = std::make_shared<const EventValue>(std::move(said));
    const bool isNew = m_run.journal.add(std::move(event));
    if (isNew && ok && usage.source == UsageSource::Reported && m_services.policies != nullptr) {
        m_services.policies->tokens.learn(m_run.client.provider(), m_request.model, m_turn.estimatedTokens,
                                          usage.totalInput());
    }

    CostLine line;
    line.runId = m_run.journal.runId();
    line.lineAtMs = attemptStartMs(m_run.journal.record(), m_turn.decision, attempt).value_or(m_services.clock.nowMs());
    line.phase = Phase::Execution;
    line.decision = m_turn.decision;
    line.attempt = attempt;
    line.provider = m_run.client.provider();
    line.modelRequested = m_request.model;
    line.modelBilled = modelBilled.isEmpty() ? m_request.model : modelBilled;
    line.status = ok ? u"ok"_s : interrupted ? u"interrupted"_s : u"error"_s;
    if (m_decision) {
        line.decisionKind = m_decision->action;
    }
    // A refused or failed request without usage costs nothing; one that was cut off by us may still be billed.
    const bool billed = ok || usage.source != UsageSource::Missing ||
                        (interrupted && outcome.failure->requestSent && m_run.client.isRemote());
    Money spent;
    if (billed) {
        const ModelPrices& prices = pricesOf(m_request.model, modelBilled);
        Result<QList<CostLine>> lines = linesForUsage(prices, usage, line);
        if (!lines) {
            return fail(lines.error());
        }
        if (usage.source == UsageSource::Missing && !usage.reportedCost) {
            lines->first().estimate = guess(line.lineAtMs, outcome, prices);
        }
        const Result<Money> sum = journalCostLines(m_run.journal, *lines);
        if (!sum) {
            return fail(sum.error());
        }
        spent = *sum;
    }
    const bool held = interrupted && billed && usage.source == UsageSource::Missing;
    return settle(attempt, spent, held);
}

Result<void> ModelCaller::settle(int attempt, Money spent, bool held)
{
    if (m_reservation.id == 0) {
        return {};
    }
    if (held) {
        m_run.budget.hold(m_reservation);
    } else {
        const Result<void> settled = m_run.budget.settle(m_reservation.id, spent);
        if (!settled) {
            return fail(settled.error());
        }
    }
    m_run.journal.add(EventType::BudgetSettled, {{"reservation"_L1, m_reservation.id},
                                                 {"reserved"_L1, m_reservation.amount.toDecimal()},
                                                 {"actual"_L1, spent.toDecimal()},
                                                 {"decision"_L1, m_turn.decision},
                                                 {"attempt"_L1, attempt},
                                                 {"held"_L1, held}});
    m_reservation = {};
    return {};
}

QCoro::Task<Result<void>> ModelCaller::attemptStarting(int attempt, const LlmRequest& request)
{
    m_request = request;
    m_lastAttempt = attempt;
    if (m_reservation.id == 0) { // a retry: the reservation of the attempt before it is settled
        const Result<std::optional<Money>> worst =
            worstCaseOf(request.model, m_turn.inputTokens, request.parameters.maxOutputTokens);
        if (!worst) {
            co_return fail(worst.error());
        }
        m_reservation = co_await reserve(m_turn, worst->value_or(Money()), attempt, false);
        if (m_reservation.id == 0) {
            m_overBudget = *m_reservation.failure();
            co_return fail(ErrorCode::Conflict, m_overBudget->message);
        }
    }
    journalRequest(attempt, request);
    const Result<void> durable = co_await m_run.journal.flush();
    m_journalFailed = !durable;
    co_return durable;
}

QCoro::Task<Result<void>> ModelCaller::attemptBlocked(int attempt, const LlmRequest& request, const LlmFailure& failure)
{
    m_run.journal.add(EventType::LlmBlocked, {{"decision"_L1, m_turn.decision},
                                              {"attempt"_L1, attempt},
                                              {"errorKind"_L1, toName(failure.kind)},
                                              {"message"_L1, failure.message},
                                              {"provider"_L1, m_run.client.provider()},
                                              {"model"_L1, request.model},
                                              {"endpoint"_L1, m_run.client.endpoint()}});
    release(m_reservation, m_turn.decision);
    m_reservation = {};
    m_run.afterError = true;
    const Result<void> durable = co_await m_run.journal.flush();
    m_journalFailed = !durable;
    co_return durable;
}

QCoro::Task<Result<void>> ModelCaller::attemptFinished(int attempt, const LlmOutcome& outcome)
{
    const bool interrupted = outcome.failure && outcome.failure->kind == LlmErrorKind::Cancelled;
    const Result<void> journaled = journalOutcome(attempt, outcome, interrupted);
    if (!journaled) {
        co_return fail(journaled.error());
    }
    if (outcome.reply) {
        co_return Result<void>(); // durable together with the decision that is read from it
    }
    m_run.afterError = true;
    const Result<void> durable = co_await m_run.journal.flush(Durability::Full);
    m_journalFailed = !durable;
    co_return durable;
}

QCoro::Task<Result<void>> ModelCaller::retryWaiting(std::shared_ptr<RetryWait> wait)
{
    const RetryWait::Notice& notice = wait->notice();
    m_run.journal.add(EventType::LlmRetry, {{"decision"_L1, m_turn.decision},
                                            {"attempt"_L1, notice.attempt},
                                            {"attempts"_L1, notice.attempts},
                                            {"errorKind"_L1, toName(notice.failure.kind)},
                                            {"message"_L1, notice.failure.message},
                                            {"httpStatus"_L1, notice.failure.httpStatus},
                                            {"delayMs"_L1, static_cast<qint64>(notice.delay.count())},
                                            {"retryAfter"_L1, notice.failure.retryAfter.has_value()}});
    m_run.gate.beginWait(wait);
    const Result<void> durable = co_await m_run.journal.flush();
    m_journalFailed = !durable;
    co_return durable;
}

QCoro::Task<Result<void>> ModelCaller::retryAnswered(int attempt, RetryAnswer answer)
{
    m_run.journal.add(EventType::RetryAnswered, {{"decision"_L1, m_turn.decision},
                                                 {"attempt"_L1, attempt},
                                                 {"answer"_L1, toName(answer)},
                                                 {"author"_L1, toName(Author::Human)}});
    const Result<void> durable = co_await m_run.journal.flush();
    m_journalFailed = !durable;
    co_return durable;
}

void ModelCaller::delta(const LlmDelta& delta)
{
    if (m_run.onDelta) {
        m_run.onDelta(m_turn.decision, delta);
    }
}

} // namespace lathe
