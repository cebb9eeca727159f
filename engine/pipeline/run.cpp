// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/run.h"

#include "engine/agent/llmprompts.h"
#include "engine/agent/recursiveagentrunner.h"
#include "engine/billing/billingreportbuilder.h"
#include "engine/core/canonicaljson.h"
#include "engine/domain/runeventdetails.h"
#include "engine/llm/tokencounter.h"
#include "engine/pipeline/jobstore.h"
#include "engine/pipeline/responsebuilder.h"
#include "engine/pipeline/runadmission.h"

#include <QCoroFuture>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kCacheTtlMs = 24LL * 3600 * 1000;

AgentEnd ended(AgentEnd::Kind kind, const QString& code, const QString& message, const QJsonValue& details = {})
{
    AgentEnd end;
    end.kind = kind;
    end.error = {code, message, details};
    return end;
}

Recording::BodyLoader loaderOf(Database& database)
{
    return [&database](QString sha256) { return database.body(std::move(sha256)); };
}

/// What may be kept of an address: never what somebody wrote into it as a key.
QString withoutSecrets(const QString& address)
{
    return QUrl(address).toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

} // namespace

Run::Run(Database& database, PolicyServices& policies, AgentServices services, RunStart start, Hooks hooks)
    : m_database(database),
      m_policies(policies),
      m_services(services),
      m_start(std::move(start)),
      m_recording(m_start.recorded, loaderOf(database)),
      m_journal(database, services.clock, m_start.runId, m_start.recorded),
      m_gate(m_start.options.interactive)
{
    m_journal.setDurableHook(std::move(hooks.onDurable));
    m_gate.setBreakpoints(m_start.options.breakpoints);
    if (m_start.options.startPaused) {
        m_gate.stopAtNext();
    }
    if (m_start.client) {
        m_agent.emplace(AgentRun{.job = m_start.job,
                                 .client = *m_start.client,
                                 .model = m_start.job.model,
                                 .stream = m_start.options.stream,
                                 .approval = m_start.options.approval,
                                 .approvalTimeout = m_start.options.approvalTimeout,
                                 .policy = PolicyEnforcer(UserPolicy()),
                                 .prices = m_start.prices,
                                 .budget = BudgetGuard(),
                                 .journal = m_journal,
                                 .gate = m_gate,
                                 .recording = m_recording,
                                 .prompts = m_start.prompts,
                                 .nativeTools = m_start.job.parameters.nativeTools.value_or(true),
                                 .onDelta = std::move(hooks.onDelta),
                                 .retry = m_start.retry});
    }
}

QCoro::Task<Result<void>> Run::create()
{
    if (m_start.recorded.isEmpty()) {
        RunEvent created = m_journal.make(EventType::RunCreated);
        Fields details{{"job"_L1, storeJob(created, m_start.job)},
                       {"provider"_L1, m_start.job.provider},
                       {"model"_L1, m_start.job.model},
                       {"baseUrl"_L1, withoutSecrets(m_start.options.provider.baseUrl)},
                       {"apiVersion"_L1, m_start.client ? m_start.options.provider.apiVersion : QString()},
                       // Without a client it may be no name, but the key.
                       {"apiKeyVariable"_L1, m_start.client ? m_start.options.provider.apiKeyVariable : QString()},
                       {"priceBook"_L1, m_start.prices.version()},
                       {"stream"_L1, m_start.options.stream},
                       {"useCache"_L1, m_start.options.useCache},
                       {"promptVersion"_L1, versionOf(m_start.prompts)},
                       {"programVersion"_L1, QStringLiteral(LATHE_VERSION)}};
        Body prompts = makeBody(toBytes(m_start.prompts));
        details.add("promptsRef"_L1, FieldValue::body(prompts.sha256));
        created.bodies.append(std::move(prompts));
        created.details = details;
        m_journal.add(std::move(created));
    } else {
        m_journal.add(EventType::RunResumed, {{"fromSeq"_L1, m_start.recorded.last().seq}});
        // Ticks the first entry off: it is not written twice.
        m_journal.add(EventType::RunCreated);
    }
    const Result<void> durable = co_await m_journal.flush();
    co_return durable;
}

QCoro::Task<RunEnd> Run::execute()
{
    std::optional<AgentEnd> end = co_await ingestion();
    if (!end && !m_cached) {
        end = co_await context();
    }
    if (!end && !m_cached) {
        end = co_await policy();
    }
    AgentEnd finished;
    if (end) {
        finished = *end;
    } else if (m_cached) {
        finished.answer = m_cached->result;
    } else {
        finished = co_await execution();
    }
    RunEnd result;
    if (finished.kind == AgentEnd::Kind::Suspended) {
        const Result<void> durable = co_await m_journal.flush(Durability::Full);
        result = suspended(finished);
    } else if (finished.kind == AgentEnd::Kind::JournalFailed) {
        result = unwritable(finished);
    } else {
        result = co_await serialization(std::move(finished));
    }
    if (m_agent) {
        m_policies.tokens.save();
        m_agent->budget.close(); // after the ledger is durable, which from now on speaks for this run
    }
    co_return result;
}

QCoro::Task<std::optional<AgentEnd>> Run::enter(Phase phase)
{
    m_phase = phase;
    m_phaseStartNs = m_services.clock.monotonicNs();
    m_journal.setPhase(phase);
    m_journal.add(EventType::PhaseEntered, {{"phase"_L1, toName(phase)}});
    if (!m_agent) {
        co_return std::nullopt;
    }
    Stopper stopper(*m_agent, m_services.clock);
    Stopper::Site site;
    site.place = {StopPoint::PhaseEntered, phase, 0, 0, {}, false};
    site.callId = toName(phase); // a phase has no decision; its name tells its stop from the others
    site.validate = [](const QJsonObject&) -> Result<QJsonObject> {
        return fail(ErrorCode::InvalidInput, u"nothing can be edited where a phase begins"_s);
    };
    const Stopper::Outcome outcome = co_await stopper.pass(std::move(site));
    co_return outcome.end;
}

void Run::leave(PhaseResult result)
{
    m_journal.add(EventType::PhaseLeft, {{"phase"_L1, toName(m_phase)},
                                         {"result"_L1, toName(result)},
                                         {"durationUs"_L1, (m_services.clock.monotonicNs() - m_phaseStartNs) / 1000}});
}

QCoro::Task<std::optional<AgentEnd>> Run::flushed()
{
    const Result<void> durable = co_await m_journal.flush();
    if (!durable) {
        co_return ended(AgentEnd::Kind::JournalFailed, u"JOURNAL_FAILED"_s, durable.error().message,
                        durable.error().detail);
    }
    co_return std::nullopt;
}

QCoro::Task<std::optional<AgentEnd>> Run::ingestion()
{
    const std::optional<AgentEnd> stop = co_await enter(Phase::Ingestion);
    if (stop) {
        co_return stop;
    }
    QList<JsonIssue> issues = m_start.issues;
    for (const JsonIssue& issue : validate(m_start.job)) {
        // What could not be read has been said; that its place is empty now is no second fault.
        const auto samePlace = [&issue](const JsonIssue& read) { return read.path == issue.path; };
        if (std::none_of(m_start.issues.cbegin(), m_start.issues.cend(), samePlace)) {
            issues.append(issue);
        }
    }
    if (!m_start.client) {
        issues.append({u"$.provider"_s, m_start.providerIssue});
    }
    if (!issues.isEmpty()) {
        QJsonArray list;
        for (const JsonIssue& issue : issues) {
            list.append(QJsonObject{{"path"_L1, issue.path}, {"message"_L1, issue.message}});
        }
        m_journal.add(EventType::ValidationFailed, {{"issues"_L1, list}});
        leave(PhaseResult::Error);
        co_return ended(AgentEnd::Kind::Error, u"VALIDATION_FAILED"_s,
                        issues.size() == 1
                            ? u"the job is invalid: %1 %2"_s.arg(issues.first().path, issues.first().message)
                            : u"the job is invalid in %1 places, the first: %2 %3"_s.arg(
                                  QString::number(issues.size()), issues.first().path, issues.first().message),
                        list);
    }
    m_signature = intentSignature(m_start.job);
    m_journal.add(EventType::ValidationSuccess,
                  {{"signature"_L1, m_signature}, {"correlationId"_L1, m_start.job.correlationId}});

    QJsonObject lookup{{"signature"_L1, m_signature}, {"enabled"_L1, usesCache()}, {"hit"_L1, false}};
    if (usesCache() && m_recording.isEmpty()) {
        const Result<std::optional<CacheEntry>> found =
            co_await m_database.cached(m_signature, m_start.job.userId, m_services.clock.nowMs());
        if (!found) {
            lookup.insert("error"_L1, found.error().message); // a cache that cannot be read is only a missed saving
        } else if (*found) {
            m_cached = (*found)->response;
            lookup.insert("hit"_L1, true);
            lookup.insert("run"_L1, m_cached->runId);
            lookup.insert("avoided"_L1, m_cached->totalCost.toDecimal());
        }
    }
    m_journal.add(EventType::CacheLookup, lookup);
    leave(m_cached ? PhaseResult::CacheHit : PhaseResult::Continue);
    co_return std::nullopt;
}

QCoro::Task<std::optional<AgentEnd>> Run::context()
{
    const std::optional<AgentEnd> stop = co_await enter(Phase::Context);
    if (stop) {
        co_return stop;
    }
    m_transcript = rootTranscript(m_start.job, m_start.prompts);
    qint64 better = 0;
    QJsonArray parts;
    for (const ChatMessage& message : m_transcript.messages()) {
        better += estimateTokens(message.content);
        static constexpr QLatin1StringView kRoles[] = {"system"_L1, "user"_L1, "assistant"_L1, "tool"_L1};
        parts.append(QJsonObject{{"part"_L1, kRoles[static_cast<int>(message.role)]},
                                 {"characters"_L1, message.content.size()}});
    }
    m_journal.add(EventType::ContextBuilt, {{"characters"_L1, m_transcript.characters()},
                                            {"estimateContract"_L1, estimateTokensByLength(m_transcript.characters())},
                                            {"estimateBetter"_L1, better},
                                            {"parts"_L1, parts}});
    leave(PhaseResult::Continue);
    co_return std::nullopt;
}

QCoro::Task<std::optional<AgentEnd>> Run::policy()
{
    const std::optional<AgentEnd> stop = co_await enter(Phase::Policy);
    if (stop) {
        co_return stop;
    }
    RunAdmission admission(m_policies, m_services, *m_agent, m_start.recorded);
    const Result<PolicyVerdict> checked = co_await admission.check(m_transcript);
    if (!checked) {
        co_return ended(AgentEnd::Kind::Error, u"INTERNAL_ERROR"_s, checked.error().message);
    }
    const PolicyVerdict& verdict = *checked;
    Fields details{{"where"_L1, "run"_L1}};
    if (admission.standing()) {
        details.add("tier"_L1, toName(admission.standing()->user.tier));
        if (m_agent->budget.limit()) {
            details.add("budget"_L1, m_agent->budget.limit()->toDecimal());
        }
    }
    journalVerdict(m_journal, std::move(details), verdict);
    if (const PolicyCheck *failure = verdict.firstFailure()) {
        const AgentEnd end =
            ended(AgentEnd::Kind::Violation,
                  failure->violation ? QString(toName(*failure->violation)) : u"POLICY_UNAVAILABLE"_s, failure->message,
                  QJsonObject{{"check"_L1, failure->check},
                              {"actual"_L1, failure->actual},
                              {"limit"_L1, failure->limit},
                              {"checks"_L1, toJson(verdict)}});
        m_journal.add(
            EventType::PolicyViolation,
            {{"code"_L1, end.error.code}, {"message"_L1, end.error.message}, {"details"_L1, end.error.details}});
        leave(PhaseResult::PolicyViolation);
        co_return end;
    }
    leave(PhaseResult::Continue);
    co_return std::nullopt;
}

QCoro::Task<AgentEnd> Run::execution()
{
    const std::optional<AgentEnd> stop = co_await enter(Phase::Execution);
    if (stop) {
        co_return *stop;
    }
    RecursiveAgentRunner runner(m_services, *m_agent);
    AgentEnd end = co_await runner.run(m_transcript);
    switch (end.kind) {
    case AgentEnd::Kind::Violation:
        leave(PhaseResult::PolicyViolation);
        break;
    case AgentEnd::Kind::Error:
        leave(PhaseResult::Error);
        break;
    case AgentEnd::Kind::Answer:
    case AgentEnd::Kind::Stopped:
        leave(PhaseResult::Continue);
        break;
    case AgentEnd::Kind::Suspended:
    case AgentEnd::Kind::JournalFailed:
        break;
    }
    co_return end;
}

QCoro::Task<RunEnd> Run::serialization(AgentEnd end)
{
    // Nobody is asked any more: what was spent is always billed.
    m_phase = Phase::Serialization;
    m_phaseStartNs = m_services.clock.monotonicNs();
    m_journal.setPhase(m_phase);
    m_journal.add(EventType::PhaseEntered, {{"phase"_L1, toName(m_phase)}});

    const Money avoided = m_cached ? m_cached->totalCost : Money();
    Result<BillingReport> report =
        buildBillingReport(m_start.runId, m_start.prices.version(), m_journal.record().lines, avoided);
    if (!report || !report->sumsAgree) {
        const QString why =
            report ? u"the sums over phases, decisions and tools do not agree"_s : report.error().message;
        end = ended(AgentEnd::Kind::Error, u"BILLING_FAILED"_s, why);
    }
    if (report) {
        RunEvent billed = m_journal.make(EventType::FinalBillingReport, toJson(*report));
        billed.value = std::make_shared<const EventValue>(*report);
        m_journal.add(std::move(billed));
    }

    RunStatus status = RunStatus::Complete;
    PhaseResult phaseResult = m_cached ? PhaseResult::CacheHit : PhaseResult::Continue;
    switch (end.kind) {
    case AgentEnd::Kind::Violation:
        status = RunStatus::PolicyViolation;
        phaseResult = PhaseResult::PolicyViolation;
        break;
    case AgentEnd::Kind::Stopped:
        status = RunStatus::Stopped;
        break;
    case AgentEnd::Kind::Error:
        status = RunStatus::Error;
        phaseResult = PhaseResult::Error;
        break;
    default:
        break;
    }
    const bool worthKeeping = status == RunStatus::Complete && usesCache() && !m_cached && report && report->complete &&
                              !m_journal.record().summary.runId.isEmpty() && !edited();
    const qint64 now = m_services.clock.nowMs();
    if (worthKeeping) {
        m_journal.add(EventType::CacheWritten, {{"signature"_L1, m_signature}, {"expiresAtMs"_L1, now + kCacheTtlMs}});
    }
    leave(end.kind == AgentEnd::Kind::Error && end.error.code == "BILLING_FAILED"_L1 ? PhaseResult::Error
                                                                                     : PhaseResult::Continue);
    m_journal.setPhase(std::nullopt);
    RunEvent finished = m_journal.make(EventType::RunFinished);
    Fields details{{"status"_L1, toName(status)}, {"phaseResult"_L1, toName(phaseResult)}};
    if (!end.error.code.isEmpty()) {
        details.add("error"_L1, QJsonObject{{"code"_L1, end.error.code},
                                            {"message"_L1, end.error.message},
                                            {"details"_L1, end.error.details}});
    }
    if (m_cached) {
        details.add("fromCache"_L1, true);
    }
    putText(finished, details, "result"_L1, end.answer);
    finished.details = details;
    m_journal.add(std::move(finished));

    RunEnd result;
    result.runId = m_start.runId;
    result.status = status;
    AguiResponse response = buildResponse(m_journal.record());
    response.result = end.answer; // whole, where the record holds a reference
    if (m_cached) {
        response.decisions = m_cached->decisions;
        response.toolCalls = m_cached->toolCalls;
    }
    if (worthKeeping) {
        CacheEntry entry;
        entry.signature = m_signature;
        entry.userId = m_start.job.userId;
        entry.response = response;
        entry.createdAtMs = now;
        entry.expiresAtMs = now + kCacheTtlMs;
        const Result<void> cached = co_await m_database.writeCache(entry);
        if (!cached) {
            co_return unwritable(ended(AgentEnd::Kind::JournalFailed, u"JOURNAL_FAILED"_s, cached.error().message));
        }
    }
    const Result<void> durable = co_await m_journal.flush(Durability::Full);
    if (!durable) {
        co_return unwritable(
            ended(AgentEnd::Kind::JournalFailed, u"JOURNAL_FAILED"_s, durable.error().message, durable.error().detail));
    }
    result.response = response;
    co_return result;
}

bool Run::usesCache() const
{
    return m_start.options.useCache && m_start.prompts == builtinPrompts();
}

bool Run::edited() const
{
    for (const DecisionRecord& decision : m_journal.record().decisions) {
        const auto byRule = [](const QJsonObject& verdict) {
            return verdict.value("author"_L1) == toName(Author::Automatic);
        };
        if (!decision.revisions.isEmpty() ||
            !std::all_of(decision.verdicts.cbegin(), decision.verdicts.cend(), byRule)) {
            return true;
        }
    }
    return false;
}

RunEnd Run::suspended(const AgentEnd& end) const
{
    RunEnd result;
    result.runId = m_start.runId;
    result.status = end.suspendedAt.isEmpty() ? RunStatus::Interrupted : RunStatus::Paused;
    result.suspendedAt = end.suspendedAt;
    return result;
}

RunEnd Run::unwritable(const AgentEnd& end) const
{
    RunEnd result;
    result.runId = m_start.runId;
    result.status = RunStatus::Error;
    AguiResponse response = buildResponse(m_journal.record());
    response.status = AgentStatus::Error;
    response.phaseResult = PhaseResult::Error;
    response.error = end.error;
    response.result.clear();
    result.response = response;
    return result;
}

} // namespace lathe
