// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/policygate.h"

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

PolicyCheck unpriced(const QString& kind, const QString& name)
{
    PolicyCheck check;
    check.check = u"budget"_s;
    check.outcome = CheckOutcome::Failed;
    check.violation = ViolationCode::BudgetExceeded;
    check.message = u"the price of %1 %2 is not known, so the budget cannot be kept"_s.arg(kind, name);
    return check;
}

PolicyCheck budgetNotReached(const RunBudget& budget)
{
    PolicyCheck check;
    check.check = u"budget"_s;
    check.actual = budget.spent().toDecimal();
    check.limit = budget.limit() ? budget.limit()->toDecimal() : QString();
    check.message = u"not checked: another check failed first"_s;
    return check;
}

} // namespace

QCoro::Task<std::optional<PolicyCheck>> PolicyGate::refresh()
{
    if (m_services.policies == nullptr) {
        co_return std::nullopt;
    }
    AuthManager& auth = m_services.policies->auth;
    std::optional<Standing> standing = auth.fresh(m_run.job.userId);
    if (!standing) {
        const Result<Standing> read = co_await auth.standing(m_run.job.userId);
        if (!read) {
            PolicyCheck unavailable;
            unavailable.check = u"policy"_s;
            unavailable.outcome = CheckOutcome::Failed;
            unavailable.violation = ViolationCode::PolicyUnavailable;
            unavailable.message =
                u"the policy of %1 could not be read: %2"_s.arg(m_run.job.userId, read.error().message);
            co_return unavailable;
        }
        standing = *read;
    }
    if (*standing != m_run.standing) {
        m_run.setStanding(*standing);
    }
    co_return std::nullopt;
}

void PolicyGate::journal(QLatin1StringView where, int decision, const PolicyVerdict& verdict)
{
    journalVerdict(m_run.journal, {{"where"_L1, where}, {"decision"_L1, decision}}, verdict);
}

qint64 PolicyGate::countedTokens(qint64 estimate, const QString& model) const
{
    if (m_services.policies == nullptr) {
        return estimate;
    }
    return qMax(estimate, m_services.policies->tokens.calibrated(m_run.client.provider(), model, estimate));
}

QCoro::Task<PolicyGate::Look> PolicyGate::look(ModelCaller::Turn turn, qint64 characters, QString model,
                                               qint64 maxOutputTokens)
{
    Look look;
    const bool recorded = !m_run.recording.attempts(turn.decision).isEmpty();
    const std::optional<PolicyCheck> unavailable = co_await refresh();
    LlmCallPolicyInput input;
    input.depth = turn.depth;
    input.promptCharacters = characters;
    input.betterTokens = turn.estimatedTokens;
    if (m_services.policies != nullptr) {
        input.betterTokens =
            m_services.policies->tokens.calibrated(m_run.client.provider(), model, turn.estimatedTokens);
    }
    input.jobContextWindow = m_run.job.contextWindowLimit;
    input.jobMaxDepth = m_run.job.maxDepth;
    look.verdict = m_run.policy.checkLlmCall(input);
    if (unavailable) {
        look.verdict.checks.prepend(*unavailable);
    }
    if (!look.verdict.allowed() && !recorded) {
        look.verdict.checks.append(budgetNotReached(m_run.budget));
    } else {
        const Result<std::optional<Money>> worst = m_models.worstCaseOf(model, turn.inputTokens, maxOutputTokens);
        if (!worst) {
            look.admission.error = worst.error();
            co_return look;
        }
        if (!*worst && m_run.budget.hasLimit() && !recorded) {
            look.verdict.checks.append(unpriced(u"model"_s, model));
        } else {
            look.admission.reservation = co_await m_models.reserve(turn, worst->value_or(Money()), 1, recorded);
            look.verdict.checks.append(look.admission.reservation.check);
            look.verdict.checks.append(look.admission.reservation.shared);
        }
    }
    const PolicyCheck *failure = look.verdict.firstFailure();
    if (failure != nullptr && !recorded) {
        look.admission.failure = *failure;
    }
    co_return look;
}

QCoro::Task<Stopper::Outcome> PolicyGate::stand(StopPoint point, ModelCaller::Turn turn, QString reason)
{
    Stopper::Site site;
    site.place = {point, Phase::Execution, turn.frame, turn.depth, {}, false};
    site.decision = turn.decision;
    if (point == StopPoint::Budget100) {
        site.mustStop = std::move(reason);
    }
    site.editable =
        QJsonObject{{u"budget"_s, m_run.job.budget ? QJsonValue(m_run.job.budget->toDecimal()) : QJsonValue()}};
    site.validate = [](const QJsonObject& values) -> Result<QJsonObject> {
        const Result<Money> budget = Money::fromDecimal(values.value("budget"_L1).toString());
        if (values.size() != 1 || !budget || *budget < Money()) {
            return fail(ErrorCode::InvalidInput,
                        u"only $.budget can be edited here, a decimal text in USD that is not negative"_s);
        }
        return values;
    };
    Stopper::Outcome outcome = co_await m_stopper.pass(std::move(site));
    if (outcome.edited.contains("budget"_L1)) {
        const Result<Money> budget = Money::fromDecimal(outcome.edited.value("budget"_L1).toString());
        m_run.job.budget = budget ? std::optional(*budget) : m_run.job.budget;
        m_run.applyBudgets();
    }
    co_return outcome;
}

QCoro::Task<PolicyGate::Admission> PolicyGate::modelCall(ModelCaller::Turn turn, qint64 characters, QString model,
                                                         qint64 maxOutputTokens)
{
    Look seen = co_await look(turn, characters, model, maxOutputTokens);
    bool edited = true;
    while (seen.admission.failure && seen.admission.failure->violation == ViolationCode::BudgetExceeded && edited &&
           m_run.gate.isInteractive()) {
        // Not "llm": a run that is resumed is asked anew, and owes no entry of a budget that was too small then.
        journal("llm_asked"_L1, turn.decision, seen.verdict);
        Stopper::Outcome said =
            co_await stand(StopPoint::Budget100, turn, u"budget: "_s + seen.admission.failure->message);
        if (said.end) {
            seen.admission.end = said.end;
            co_return seen.admission;
        }
        edited = said.edited.contains("budget"_L1);
        seen = co_await look(turn, characters, model, maxOutputTokens);
    }
    if (seen.admission.error) {
        co_return seen.admission;
    }
    journal("llm"_L1, turn.decision, seen.verdict);
    if (seen.admission.failure) {
        co_return seen.admission;
    }
    while (const std::optional<BudgetLevel> level = m_run.budget.newWarning()) {
        m_run.journal.add(EventType::BudgetWarning, {{"scope"_L1, toName(level->scope)},
                                                     {"spent"_L1, level->spent.toDecimal()},
                                                     {"limit"_L1, level->limit->toDecimal()},
                                                     {"decision"_L1, turn.decision}});
        Stopper::Outcome said = co_await stand(StopPoint::Budget80, turn, QString());
        if (said.end) {
            m_models.release(seen.admission.reservation, turn.decision);
            seen.admission.reservation = {};
            seen.admission.end = said.end;
            co_return seen.admission;
        }
    }
    co_return seen.admission;
}

QCoro::Task<PolicyGate::Admission> PolicyGate::toolCall(int decision, ToolCallRequest request)
{
    Admission admission;
    const bool recorded = m_run.recording.tool(decision, request.id).started;
    const std::optional<PolicyCheck> unavailable = co_await refresh();
    ToolCallPolicyInput input;
    input.tool = request.name;
    input.registered = m_services.registry.find(request.name) != nullptr;
    input.jobTools = m_run.job.tools;
    input.toolCallsSoFar = m_run.toolCalls;
    PolicyVerdict verdict = m_run.policy.checkToolCall(input);
    if (unavailable) {
        verdict.checks.prepend(*unavailable);
    }
    if (!verdict.allowed() && !recorded) {
        verdict.checks.append(budgetNotReached(m_run.budget));
    } else {
        const std::optional<Money> fee = m_tools.fee(request.name);
        if (!fee && m_run.budget.hasLimit() && !recorded) {
            verdict.checks.append(unpriced(u"tool"_s, request.name));
        } else {
            admission.reservation = co_await m_run.budget.reserve(fee.value_or(Money()), recorded);
            verdict.checks.append(admission.reservation.check);
            verdict.checks.append(admission.reservation.shared);
        }
    }
    journalVerdict(m_run.journal, {{"where"_L1, "tool"_L1}, {"decision"_L1, decision}, {"callId"_L1, request.id}},
                   verdict);
    const PolicyCheck *failure = verdict.firstFailure();
    if (failure != nullptr && !recorded) {
        admission.failure = *failure;
    } else {
        ++m_run.toolCalls;
    }
    co_return admission;
}

PolicyGate::Ruling PolicyGate::rule(const ToolCallRequest& request) const
{
    if (m_run.approval == ApprovalMode::None) {
        return {RuleVerdict::Deny, u"tool calls are not approved in this run"_s, {}};
    }
    const QJsonObject arguments = request.parsed.value_or(QJsonObject());
    const std::optional<RuleDecision> kept = m_run.policy.decideTool(request.name, arguments);
    const std::optional<RuleDecision> ofRun = decide(m_run.rules, request.name, arguments);
    for (const std::optional<RuleDecision>& decision : {kept, ofRun}) {
        if (decision && decision->verdict == RuleVerdict::Deny) {
            return {RuleVerdict::Deny, u"a rule denies this call: %1"_s.arg(decision->rule), decision->rule};
        }
    }
    const std::optional<RuleDecision>& decision = ofRun ? ofRun : kept;
    if (decision && decision->verdict == RuleVerdict::Ask) {
        return {RuleVerdict::Ask, u"approval: "_s + decision->rule, decision->rule};
    }
    if (decision) {
        return {RuleVerdict::Allow, {}, decision->rule};
    }
    return m_run.approval == ApprovalMode::Ask ? Ruling{RuleVerdict::Ask, u"approval"_s, {}} : Ruling();
}

std::optional<QString> PolicyGate::conclude(const ToolCaller::Call& call, const Stopper::Outcome& outcome)
{
    if (outcome.decided) {
        return outcome.rejection;
    }
    if (outcome.recordedVerdict) {
        m_run.journal.add(EventType::Verdict, *outcome.recordedVerdict); // only ticked off
        return outcome.rejection;
    }
    QJsonObject details{{u"decision"_s, call.decision}, {u"callId"_s, call.request.id}};
    const Ruling ruling = rule(call.request);
    Verdict verdict = Verdict::Reject;
    Author author = Author::Automatic;
    std::optional<QString> rejection;
    if (call.handWritten) {
        verdict = Verdict::ApproveEdited;
        author = Author::Human;
    } else if (ruling.verdict == RuleVerdict::Deny) {
        rejection = ruling.reason;
    } else if (call.argumentError) {
        details.insert("malformed"_L1, true); // the model is told what is wrong with them
        details.insert("reason"_L1, *call.argumentError);
    } else if (ruling.verdict == RuleVerdict::Ask) {
        rejection = u"this call needs approval, and nobody was there to give it"_s;
    } else {
        verdict = Verdict::Approve;
    }
    details.insert("verdict"_L1, toName(verdict));
    details.insert("author"_L1, toName(author));
    if (rejection) {
        details.insert("reason"_L1, *rejection);
    }
    if (!ruling.rule.isEmpty()) {
        details.insert("rule"_L1, ruling.rule);
    }
    m_run.journal.add(EventType::Verdict, details);
    return rejection;
}

std::optional<PolicyCheck> PolicyGate::childFrame(int depth) const
{
    if (depth < m_run.maxDepth()) {
        return std::nullopt;
    }
    PolicyCheck check;
    check.check = u"depth"_s;
    check.outcome = CheckOutcome::Failed;
    check.actual = QString::number(depth);
    check.limit = QString::number(m_run.maxDepth());
    check.message = u"a frame at depth %1 is not allowed, the limit is %2 levels"_s.arg(depth).arg(m_run.maxDepth());
    check.violation = ViolationCode::RecursionDepthExceeded;
    return check;
}

} // namespace lathe
