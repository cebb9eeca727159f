// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/agentrun.h"
#include "engine/core/canonicaljson.h"
#include "engine/domain/journal.h"
#include "engine/llm/llmclient.h"
#include "engine/tools/tool.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakeids.h"

#include <QHash>

#include <functional>

// An agent's surroundings in memory: a journal that can fail, a model with a list of replies, tools made of lambdas.

namespace lathe::test {

class MemoryJournal final : public Journal
{
public:
    void append(QList<RunEvent> events, Durability durability, Done done) override
    {
        if (failAfter >= 0 && batches >= failAfter) {
            done(fail(ErrorCode::Database, QStringLiteral("disk full")));
            return;
        }
        ++batches;
        durabilities.append(durability);
        for (RunEvent& event : events) {
            for (const Body& body : event.bodies) {
                bodies.insert(QString::fromLatin1(body.sha256), body.bytes);
            }
            event.bodies.clear();
            stored.append(event);
        }
        done({});
    }
    [[nodiscard]] Recording::BodyLoader loader()
    {
        return [this](const QString& sha256) {
            return bodies.contains(sha256) ? readyFuture<Result<QByteArray>>(bodies.value(sha256))
                                           : readyFuture<Result<QByteArray>>(
                                                 fail(ErrorCode::NotFound, QStringLiteral("no body ") + sha256));
        };
    }
    [[nodiscard]] QStringList names() const
    {
        QStringList list;
        for (const RunEvent& event : stored) {
            list.append(toName(event.type));
        }
        return list;
    }
    [[nodiscard]] int count(EventType type) const
    {
        return static_cast<int>(
            std::count_if(stored.begin(), stored.end(), [type](const RunEvent& e) { return e.type == type; }));
    }
    [[nodiscard]] QJsonObject last(EventType type) const
    {
        for (auto it = stored.crbegin(); it != stored.crend(); ++it) {
            if (it->type == type) {
                return it->details;
            }
        }
        return {};
    }

    QList<RunEvent> stored;
    QHash<QString, QByteArray> bodies;
    QList<Durability> durabilities;
    int batches = 0;
    int failAfter = -1;
};

/// Gives its replies in order; the raw bytes are the index of the reply, so decode() finds it again.
class ListLlmClient final : public LlmClient
{
public:
    [[nodiscard]] QString provider() const override { return QStringLiteral("list"); }
    [[nodiscard]] QString defaultModel() const override { return QStringLiteral("list-1"); }
    [[nodiscard]] bool isRemote() const override { return true; }
    [[nodiscard]] EncodedRequest encode(const LlmRequest& request) const override
    {
        EncodedRequest encoded;
        encoded.head = "{\"model\":\"" + request.model.toUtf8() + "\",\"messages\":[";
        for (const ChatMessage& message : request.transcript.messages()) {
            const QJsonObject json{{QStringLiteral("role"), static_cast<int>(message.role)},
                                   {QStringLiteral("content"), message.content},
                                   {QStringLiteral("call"), message.toolCallId}};
            encoded.messages.append(compactJson(json));
        }
        encoded.tail = "]}";
        return encoded;
    }
    QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token stop) override
    {
        requests.append(request);
        if (onCall) {
            onCall(static_cast<int>(requests.size()));
        }
        if (hang && requests.size() == hangAt) {
            OneShot<bool> stopped;
            auto wake = [&stopped] { stopped.set(true); };
            std::stop_callback onStop(stop, wake);
            co_await stopped.future();
            LlmOutcome outcome;
            outcome.failure.emplace();
            outcome.failure->kind = LlmErrorKind::Cancelled;
            outcome.failure->requestSent = true;
            co_return outcome;
        }
        if (next >= replies.size()) {
            LlmOutcome none;
            none.failure.emplace();
            none.failure->kind = LlmErrorKind::BadRequest;
            none.failure->message = QStringLiteral("the list of replies is used up");
            co_return none;
        }
        LlmOutcome outcome = replies.at(next);
        if (outcome.reply) {
            outcome.rawReply = QByteArray::number(next);
            if (onDelta) {
                onDelta({LlmDelta::Kind::Content, outcome.reply->content});
            }
        }
        ++next;
        co_return outcome;
    }
    [[nodiscard]] LlmOutcome decode(const QByteArray& rawReply, bool) const override
    {
        return replies.at(rawReply.toInt());
    }
    QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token) override
    {
        QList<ModelInfo> list;
        co_return list;
    }

    void answer(const QString& text)
    {
        LlmOutcome outcome;
        outcome.reply.emplace();
        outcome.reply->content = text;
        outcome.reply->usage = usage();
        replies.append(outcome);
    }
    void calls(const QList<std::pair<QString, QJsonObject>>& wanted)
    {
        LlmOutcome outcome;
        outcome.reply.emplace();
        outcome.reply->stop = StopReason::ToolCalls;
        outcome.reply->usage = usage();
        for (const auto& [name, arguments] : wanted) {
            ToolCallRequest call;
            call.id = QStringLiteral("c%1").arg(++callIds);
            call.name = name;
            call.parsed = arguments;
            call.arguments = QString::fromUtf8(compactJson(arguments));
            outcome.reply->toolCalls.append(call);
        }
        replies.append(outcome);
    }
    void fails(LlmErrorKind kind, ErrorClass errorClass, int status = 0)
    {
        LlmOutcome outcome;
        outcome.failure.emplace();
        outcome.failure->kind = kind;
        outcome.failure->errorClass = errorClass;
        outcome.failure->httpStatus = status;
        outcome.failure->message = QStringLiteral("made to fail");
        replies.append(outcome);
    }
    /// 100 tokens in, 10 out: 0.00022 USD at the flat prices.
    static Usage usage()
    {
        Usage usage;
        usage.input = 100;
        usage.output = 10;
        usage.source = UsageSource::Reported;
        return usage;
    }

    QList<LlmOutcome> replies;
    qsizetype next = 0;
    QList<LlmRequest> requests;
    std::function<void(int)> onCall;
    bool hang = false;
    qsizetype hangAt = 0;
    int callIds = 0;
};

class LambdaTool final : public Tool
{
public:
    using Work = std::function<ToolResult(const QJsonObject&)>;
    LambdaTool(const QString& name, SideEffect sideEffect, Work work) : m_work(std::move(work))
    {
        m_spec.name = name;
        m_spec.sideEffect = sideEffect;
        m_spec.description = name;
        m_spec.inputSchema = QJsonObject{
            {QStringLiteral("type"), QStringLiteral("object")},
            {QStringLiteral("properties"),
             QJsonObject{{QStringLiteral("n"), QJsonObject{{QStringLiteral("type"), QStringLiteral("integer")}}}}}};
    }
    [[nodiscard]] const ToolSpec& spec() const override { return m_spec; }
    [[nodiscard]] ToolAvailability availability() const override { return present; }
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token) override
    {
        ToolResult result = m_work(invocation.arguments);
        co_return result;
    }
    ToolAvailability present;

private:
    ToolSpec m_spec;
    Work m_work;
};

/// One agent run and all it works with.
class AgentBench
{
public:
    explicit AgentBench(bool interactive = false) : gate(interactive)
    {
        clock.setAutomatic(true);
        job.userId = QStringLiteral("alice");
        job.prompt = QStringLiteral("do it");
        job.model = QStringLiteral("list-1");
        UserPolicy policy = tierDefaults(UserTier::Free);
        policy.userId = job.userId;
        this->policy = policy;
        const auto added = registry.add(
            std::make_unique<LambdaTool>(QStringLiteral("twice"), SideEffect::Pure, [this](const QJsonObject& a) {
                ++toolRuns;
                ToolResult result;
                result.value = {{QStringLiteral("n"), a.value(QLatin1StringView("n")).toInteger() * 2}};
                return result;
            }));
        Q_UNUSED(added)
    }
    /// Makes the run; with recorded entries it walks through them again.
    AgentRun& make(const QList<RunEvent>& recorded = {})
    {
        recording = Recording(recorded, journal.loader());
        runJournal.emplace(journal, clock, QStringLiteral("run-1"), recorded);
        runJournal->setPhase(Phase::Execution);
        run.emplace(AgentRun{.job = job,
                             .client = client,
                             .model = job.model,
                             .stream = true,
                             .approval = approval,
                             .approvalTimeout = approvalTimeout,
                             .policy = PolicyEnforcer(policy),
                             .prices = PriceBook::flat(),
                             .budget = BudgetGuard(job.budget),
                             .journal = *runJournal,
                             .gate = gate,
                             .recording = recording,
                             .prompts = builtinPrompts(),
                             .nativeTools = nativeTools,
                             .onDelta = {}});
        return *run;
    }
    [[nodiscard]] AgentServices services() { return {registry, dispatcher, clock, ids, jitter}; }

    MemoryJournal journal;
    FakeClock clock;
    CountingIds ids;
    FixedJitter jitter;
    ListLlmClient client;
    ToolRegistry registry;
    ToolDispatcher dispatcher{registry, clock};
    StepGate gate;
    Recording recording;
    AguiRunJob job;
    UserPolicy policy;
    ApprovalMode approval = ApprovalMode::All;
    bool nativeTools = true;
    std::chrono::milliseconds approvalTimeout{0};
    std::optional<RunJournal> runJournal;
    std::optional<AgentRun> run;
    int toolRuns = 0;
};

} // namespace lathe::test
