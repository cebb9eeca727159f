// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/policysimulation.h"

#include "engine/domain/budget.h"
#include "engine/domain/jsonvalues.h"
#include "engine/policy/ratelimiter.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kHourMs = 3'600'000;
constexpr auto kFrameCall = "llm_call"_L1;

void add(Money& sum, Money amount)
{
    sum = sum.plus(amount).value_or(sum);
}

const PolicyCheck *find(const PolicyVerdict& verdict, QLatin1StringView name)
{
    const auto found = std::find_if(verdict.checks.cbegin(), verdict.checks.cend(),
                                    [name](const PolicyCheck& check) { return check.check == name; });
    return found == verdict.checks.cend() ? nullptr : &*found;
}

SimulatedFinding finding(const QString& check, const QString& actual, const QString& limit)
{
    SimulatedFinding found;
    found.check = check;
    found.actual = actual;
    found.limit = limit;
    return found;
}

std::optional<Money> moneyOf(const QJsonValue& value)
{
    const Result<Money> money = Money::fromDecimal(value.toString());
    return money ? std::optional(*money) : std::nullopt;
}

} // namespace

bool RunSimulation::stopped() const
{
    return !findings.isEmpty() && findings.last().effect == SimulatedFinding::Effect::Stopped;
}

PolicySimulator::PolicySimulator(UserPolicy policy, TeamPolicy team, SpendHistory history)
    : m_policy(std::move(policy)),
      m_team(std::move(team)),
      m_own(std::move(history.own)),
      m_others(std::move(history.others)),
      m_rules(parseToolRules(m_policy.approvalRules))
{}

Result<void> PolicySimulator::valid() const
{
    return m_rules ? Result<void>() : Result<void>(fail(m_rules.error()));
}

std::optional<SimulatedFinding> PolicySimulator::checkShared(Money more, qint64 atMs) const
{
    const qint64 day = startOfUtcDayMs(atMs);
    const qint64 month = startOfUtcMonthMs(atMs);
    const struct
    {
        QLatin1StringView name;
        const std::optional<Money>& limit;
        qint64 fromMs;
        bool team;
    } budgets[] = {{"budget_user_day"_L1, m_policy.budgetPerDay, day, false},
                   {"budget_user_month"_L1, m_policy.budgetPerMonth, month, false},
                   {"budget_team_day"_L1, m_team.budgetPerDay, day, true},
                   {"budget_team_month"_L1, m_team.budgetPerMonth, month, true}};
    for (const auto& budget : budgets) {
        if (!budget.limit) {
            continue;
        }
        Money after = more;
        add(after, m_own.between(budget.fromMs, atMs));
        if (budget.team) {
            add(after, m_others.between(budget.fromMs, atMs));
        }
        if (after > *budget.limit) {
            return finding(budget.name, after.toDecimal(), budget.limit->toDecimal());
        }
    }
    return std::nullopt;
}

std::optional<SimulatedFinding> PolicySimulator::checkRate(qint64 atMs) const
{
    const RateDecision decision =
        lathe::checkRate(m_requestsMs, atMs, m_policy.requestsPerMinute, m_policy.requestsPerHour);
    for (const PolicyCheck& check : {decision.minute, decision.hour}) {
        if (check.outcome == CheckOutcome::Failed) {
            return finding(check.check, check.actual, check.limit);
        }
    }
    return std::nullopt;
}

void PolicySimulator::pass(const RunSummary& summary)
{
    m_requestsMs.removeIf([&](qint64 time) { return time <= summary.startedAtMs - kHourMs; });
    m_requestsMs.append(summary.startedAtMs);
    if (!m_own.knows(summary.runId)) {
        m_own.spend(summary.totalCost, summary.startedAtMs);
    }
}

/// One run from its beginning to where the policy would have ended it.
class PolicySimulator::Walk
{
public:
    Walk(PolicySimulator& simulator, const RunRecord& record) : m_sim(simulator), m_record(record)
    {
        const QJsonObject& job = record.job;
        m_maxDepth =
            qMin(job.value("maxDepth"_L1).toInt(m_sim.m_policy.maxRecursionDepth), m_sim.m_policy.maxRecursionDepth);
        m_window = qMin(job.value("contextWindowLimit"_L1).toInteger(m_sim.m_policy.contextWindowLimit),
                        m_sim.m_policy.contextWindowLimit);
        const std::optional<Money> ofJob = moneyOf(job.value("budget"_L1));
        const std::optional<Money>& ofPolicy = m_sim.m_policy.budgetPerRun;
        m_budget = !ofJob ? ofPolicy : !ofPolicy ? ofJob : qMin(*ofJob, *ofPolicy);
        m_result.run = record.summary;
        m_nowMs = record.summary.startedAtMs;
    }

    RunSimulation walk()
    {
        const bool cameToPolicy = m_record.phases.size() >= 3 && m_record.phases.at(2).entered;
        if (!cameToPolicy) {
            return m_result; // invalid, or answered from the cache
        }
        std::optional<SimulatedFinding> end = checkRun();
        if (!end) {
            m_sim.m_requestsMs.append(m_record.summary.startedAtMs);
        }
        for (qsizetype i = 0; !end && i < m_record.decisions.size(); ++i) {
            end = decide(m_record.decisions.at(i));
        }
        if (end) {
            end->effect = SimulatedFinding::Effect::Stopped;
            m_result.findings.append(*end);
        }
        settle(end.has_value());
        m_result.wouldGoOn = !end && m_record.summary.status == RunStatus::PolicyViolation;
        return m_result;
    }

private:
    std::optional<SimulatedFinding> checkRun()
    {
        const UserPolicy& policy = m_sim.m_policy;
        m_sim.m_requestsMs.removeIf([this](qint64 time) { return time <= m_record.summary.startedAtMs - kHourMs; });
        const int depth = m_record.job.value("currentDepth"_L1).toInt();
        if (depth >= m_maxDepth) {
            return finding(u"depth"_s, QString::number(depth), QString::number(m_maxDepth));
        }
        if (const auto tooLong = checkContext(m_record.policy)) {
            return tooLong;
        }
        for (const QJsonValue& tool : m_record.job.value("tools"_L1).toArray()) {
            const QString name = tool.toString();
            if (name != kFrameCall && !allows(name)) {
                return finding(u"tool_allowlist"_s, name, policy.allowedTools.join(u", "_s));
            }
        }
        const PolicyCheck *budget = find(m_record.policy, "budget"_L1);
        const std::optional<Money> first = budget ? moneyOf(budget->actual) : std::nullopt;
        if (const auto tooDear = checkBudgets(first.value_or(Money()))) {
            return tooDear;
        }
        return m_sim.checkRate(m_record.summary.startedAtMs);
    }

    std::optional<SimulatedFinding> decide(const DecisionRecord& decision)
    {
        m_decision = decision.number;
        m_nowMs = std::max(m_nowMs, decision.startedAtMs);
        const PolicyVerdict *asked = nullptr;
        for (const PolicyVerdict& verdict : decision.policy) {
            asked = find(verdict, "depth"_L1) ? &verdict : asked;
        }
        std::optional<SimulatedFinding> end;
        if (decision.depth >= m_maxDepth) {
            end = finding(u"depth"_s, QString::number(decision.depth), QString::number(m_maxDepth));
        }
        if (!end && asked) {
            end = checkContext(*asked);
        }
        if (!end) {
            // What was reserved for the call then; at least what it cost.
            const PolicyCheck *budget = asked ? find(*asked, "budget"_L1) : nullptr;
            const std::optional<Money> wanted = budget ? moneyOf(budget->actual) : std::nullopt;
            const Money reserved = wanted ? wanted->minus(m_recorded).value_or(Money()) : Money();
            end = checkBudgets(qMax(reserved, decision.modelCost));
        }
        if (end) {
            return placed(*end, {});
        }
        takeLines([&decision](const CostLine& line) {
            return line.decision == decision.number && line.toolCallId.isEmpty();
        });
        for (const ToolCallRecord& call : decision.toolCalls) {
            if (call.tool == kFrameCall) {
                continue;
            }
            end = tool(call);
            if (end) {
                return placed(*end, call.tool);
            }
        }
        return std::nullopt;
    }

    std::optional<SimulatedFinding> tool(const ToolCallRecord& call)
    {
        const UserPolicy& policy = m_sim.m_policy;
        m_nowMs = std::max(m_nowMs, call.startedAtMs);
        if (!allows(call.tool)) {
            return finding(u"tool_allowlist"_s, call.tool, policy.allowedTools.join(u", "_s));
        }
        ++m_toolCalls;
        if (m_toolCalls > policy.maxToolCalls) {
            return finding(u"tool_calls"_s, QString::number(m_toolCalls), QString::number(policy.maxToolCalls));
        }
        const Money fee = call.cost.value_or(Money());
        if (const auto tooDear = checkBudgets(fee)) {
            return tooDear;
        }
        const auto said = m_sim.m_rules ? lathe::decide(*m_sim.m_rules, call.tool, call.arguments) : std::nullopt;
        if (said && said->verdict != RuleVerdict::Allow) {
            SimulatedFinding ruled = finding(u"tool_rules"_s, {}, {});
            ruled.rule = said->rule;
            const bool denied = said->verdict == RuleVerdict::Deny;
            ruled.effect = denied ? SimulatedFinding::Effect::Refused : SimulatedFinding::Effect::Asked;
            m_result.findings.append(placed(ruled, call.tool));
            if (denied && call.status != "rejected"_L1) {
                save([&](const CostLine& line) {
                    return line.decision == m_decision && line.toolCallId == call.callId;
                });
                return std::nullopt;
            }
        }
        takeLines([&](const CostLine& line) { return line.decision == m_decision && line.toolCallId == call.callId; });
        return std::nullopt;
    }

    [[nodiscard]] bool allows(const QString& tool) const
    {
        return m_sim.m_policy.allowedTools.isEmpty() || m_sim.m_policy.allowedTools.contains(tool);
    }
    [[nodiscard]] std::optional<SimulatedFinding> checkContext(const PolicyVerdict& verdict) const
    {
        const PolicyCheck *context = find(verdict, "context"_L1);
        if (context && context->actual.toLongLong() > m_window) {
            return finding(u"context"_s, context->actual, QString::number(m_window));
        }
        return std::nullopt;
    }
    /// more: for the next call, on top of what the run has spent.
    [[nodiscard]] std::optional<SimulatedFinding> checkBudgets(Money more) const
    {
        if (more <= Money()) {
            return std::nullopt; // what costs nothing is never refused
        }
        const Money after = m_spent.plus(more).value_or(m_spent);
        if (m_budget && after > *m_budget) {
            return finding(u"budget"_s, after.toDecimal(), m_budget->toDecimal());
        }
        return m_sim.checkShared(more, m_nowMs);
    }

    [[nodiscard]] SimulatedFinding placed(SimulatedFinding found, const QString& tool) const
    {
        found.phase = Phase::Execution;
        found.decision = m_decision;
        found.tool = tool;
        return found;
    }

    /// Lines that are spent in the simulation too.
    template <typename Which>
    void takeLines(Which which)
    {
        for (qsizetype i = 0; i < m_record.lines.size(); ++i) {
            const CostLine& line = m_record.lines.at(i);
            if (!m_settled.contains(i) && which(line)) {
                m_settled.insert(i);
                const Money cost = line.cost.value_or(Money());
                add(m_spent, cost);
                add(m_recorded, cost);
                m_sim.m_own.spend(cost, line.lineAtMs);
                m_nowMs = std::max(m_nowMs, line.lineAtMs); // what is spent is spent at the next check
            }
        }
    }
    template <typename Which>
    void save(Which which)
    {
        for (qsizetype i = 0; i < m_record.lines.size(); ++i) {
            const CostLine& line = m_record.lines.at(i);
            if (!m_settled.contains(i) && which(line)) {
                m_settled.insert(i);
                add(m_result.saved, line.cost.value_or(Money()));
                add(m_recorded, line.cost.value_or(Money()));
                m_result.savedUnknownLines += line.cost ? 0 : 1;
            }
        }
    }
    void settle(bool ended)
    {
        const auto all = [](const CostLine&) { return true; };
        if (ended) {
            save(all);
        } else {
            takeLines(all);
        }
    }

    PolicySimulator& m_sim;
    const RunRecord& m_record;
    RunSimulation m_result;
    int m_maxDepth = 0;
    qint64 m_window = 0;
    std::optional<Money> m_budget;
    Money m_spent;
    Money m_recorded;   ///< what the run had spent by then when it was recorded
    qint64 m_nowMs = 0; ///< when the check was made that is made again
    int m_decision = 0;
    int m_toolCalls = 0;
    QSet<qsizetype> m_settled; ///< lines that are accounted for
};

RunSimulation PolicySimulator::run(const RunRecord& record)
{
    m_own.replace(record.summary.runId);
    return Walk(*this, record).walk();
}

QString toName(SimulatedFinding::Effect effect)
{
    switch (effect) {
    case SimulatedFinding::Effect::Stopped:
        return u"stopped"_s;
    case SimulatedFinding::Effect::Refused:
        return u"refused"_s;
    case SimulatedFinding::Effect::Asked:
        return u"asked"_s;
    }
    return {};
}

QJsonObject toJson(const RunSimulation& simulation)
{
    QJsonArray findings;
    for (const SimulatedFinding& found : simulation.findings) {
        QJsonObject json{{u"effect"_s, toName(found.effect)},
                         {u"phase"_s, toName(found.phase)},
                         {u"decision"_s, found.decision},
                         {u"check"_s, found.check}};
        insertText(json, "tool"_L1, found.tool);
        insertText(json, "actual"_L1, found.actual);
        insertText(json, "limit"_L1, found.limit);
        insertText(json, "rule"_L1, found.rule);
        findings.append(json);
    }
    return {{u"run"_s, simulation.run.runId},
            {u"startedAt"_s, timeValue(simulation.run.startedAtMs)},
            {u"status"_s, toName(simulation.run.status)},
            {u"totalCost"_s, simulation.run.totalCost.toDecimal()},
            {u"stopped"_s, simulation.stopped()},
            {u"wouldGoOn"_s, simulation.wouldGoOn},
            {u"saved"_s, simulation.saved.toDecimal()},
            {u"savedUnknownLines"_s, simulation.savedUnknownLines},
            {u"findings"_s, findings}};
}

} // namespace lathe
