// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/runrecord.h"
#include "engine/pipeline/enginefacade.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"
#include "tests/support/patience.h"

#include <QSignalSpy>
#include <QTemporaryDir>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// The whole engine behind its one surface, on a database of its own.
class TestEngineFacade : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void runsAJobAndTellsOfEveryEntry();
    void keepsInvalidJobsAsRuns();
    void limitsTheRate();
    void stepsEditsAndRejects();
    void stopsAtPhases();
    void estimatesBeforeARun();
    void givesTheExactBytesOfEachRequest();
    void groupsTheBillAndWritesIt();
    void changesPolicies();
    void keepsProviderSettingsAndPrices();
    void callsToolsByHand();
    void resumesWhatWasInterrupted();
    void leavesARunAloneThatAnotherProcessHolds();
    void answersNothingTwice();
    void leavesAnIllEndpointAlone();
    void aWaitForARetryCanBeSpokenTo_data();
    void aWaitForARetryCanBeSpokenTo();
    void retriesAsTheUserWants_data();
    void retriesAsTheUserWants();
    void refusesImpossibleRetries_data();
    void refusesImpossibleRetries();
    void givesACallAsLongAsSet_data();
    void givesACallAsLongAsSet();
    void billsAStreamThatWasCutAndAsksAgain();

private:
    [[nodiscard]] AguiRunJob job(const QString& prompt) const;
    [[nodiscard]] RunEnd runToEnd(const AguiRunJob& job, const RunOptions& options = {});
    void reopen();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<EngineFacade> m_facade;
};

void TestEngineFacade::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    reopen();
}

void TestEngineFacade::reopen()
{
    m_facade.reset();
    EngineSettings settings;
    settings.database = m_folder->filePath(u"lathe.db"_s);
    m_facade = std::make_unique<EngineFacade>(settings);
    const auto opened = await(m_facade->open());
    QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
}

void TestEngineFacade::cleanup()
{
    m_facade.reset();
    m_folder.reset();
}

AguiRunJob TestEngineFacade::job(const QString& prompt) const
{
    AguiRunJob job;
    job.userId = u"alice"_s;
    job.prompt = prompt;
    return job;
}

RunEnd TestEngineFacade::runToEnd(const AguiRunJob& job, const RunOptions& options)
{
    const auto run = await(m_facade->start(job, options));
    if (!run) {
        return {};
    }
    const auto end = await(m_facade->finished(*run));
    return end.value_or(RunEnd());
}

void TestEngineFacade::runsAJobAndTellsOfEveryEntry()
{
    qint64 told = 0;
    QObject::connect(m_facade.get(), &EngineFacade::runEvents, m_facade.get(),
                     [&](const QString&, const QList<RunEvent>& events) {
                         for (const RunEvent& event : events) {
                             QCOMPARE(event.seq, ++told); // in order, none missing
                         }
                     });
    QSignalSpy finished(m_facade.get(), &EngineFacade::runFinished);
    const RunEnd end = runToEnd(job(u"What is a frame?"_s));
    QCOMPARE(end.status, RunStatus::Complete);
    QTRY_COMPARE(finished.count(), 1);
    QVERIFY(m_facade->runningRuns().isEmpty());
    const auto record = await(m_facade->record(end.runId));
    QVERIFY(record);
    QCOMPARE(record->lastSeq, told);
    QCOMPARE(record->summary.totalCost, end.response->totalCost);
    QCOMPARE(record->phases.size(), 5);
    for (const PhaseRecord& phase : record->phases) {
        QVERIFY(phase.entered);
        QCOMPARE(phase.result, PhaseResult::Continue);
    }
    QCOMPARE(record->result, end.response->result);
    const auto stored = await(m_facade->job(end.runId));
    QVERIFY(stored);
    QCOMPARE(stored->prompt, u"What is a frame?"_s);
    EventQuery decisions;
    decisions.types = {EventType::Decision};
    QCOMPARE(await(m_facade->events(end.runId, decisions))->size(), end.response->decisions.size());
    QVERIFY(await(m_facade->deleteRun(end.runId)));
    QVERIFY(!await(m_facade->record(end.runId)));
}

void TestEngineFacade::keepsInvalidJobsAsRuns()
{
    const auto run =
        await(m_facade->startJson({{u"userId"_s, u"alice"_s}, {u"prompt"_s, u" "_s}, {u"colour"_s, 1}}, {}));
    QVERIFY(run);
    const auto end = await(m_facade->finished(*run));
    QCOMPARE(end->status, RunStatus::Error);
    QCOMPARE(end->response->error->code, u"VALIDATION_FAILED"_s);
    QCOMPARE(end->response->error->details.toArray().size(), 2); // both at once
    QCOMPARE(end->response->totalCost, Money());
    QCOMPARE(end->response->phaseResult, PhaseResult::Error);
    const auto runs = await(m_facade->runs({}));
    QCOMPARE(runs->size(), 1); // nothing is lost
}

void TestEngineFacade::limitsTheRate()
{
    QVERIFY(await(m_facade->setPolicy(u"alice"_s, {{u"requestsPerMinute"_s, 2}})));
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(runToEnd(job(u"What is 1+%1?"_s.arg(i))).status, RunStatus::Complete);
    }
    const RunEnd third = runToEnd(job(u"What is 1+3?"_s));
    QCOMPARE(third.status, RunStatus::PolicyViolation);
    QCOMPARE(third.response->error->code, u"RATE_LIMIT_EXCEEDED"_s);
    QCOMPARE(third.response->phaseResult, PhaseResult::PolicyViolation);
    QVERIFY(third.response->billing.byPhase.size() == 5); // billed, with nothing on it
    QCOMPARE(third.response->totalCost, Money());
    reopen(); // a restart forgets nothing
    QCOMPARE(runToEnd(job(u"What is 1+4?"_s)).response->error->code, u"RATE_LIMIT_EXCEEDED"_s);
}

void TestEngineFacade::stepsEditsAndRejects()
{
    RunOptions options;
    options.interactive = true;
    options.startPaused = true;
    const auto run = await(m_facade->start(job(u"What is a frame?"_s), options));
    QVERIFY(run);
    const auto standsAt = [&](StopPoint point) {
        return QTest::qWaitFor(
            [&] {
                const auto record = await(m_facade->record(*run));
                return record && record->stop && record->stop->point == point;
            },
            10'000);
    };
    QVERIFY(standsAt(StopPoint::BeforeDecide));
    QVERIFY(!await(m_facade->edit(*run, {{{u"prompt"_s, u" "_s}}, {}})));
    QVERIFY(await(m_facade->edit(*run, {{{u"prompt"_s, u"What is a breakpoint?"_s}}, u"better"_s})));
    m_facade->command(*run, StepCommand::StepInto);
    QVERIFY(standsAt(StopPoint::AfterDecide));
    m_facade->command(*run, StepCommand::StepInto);
    QVERIFY(standsAt(StopPoint::BeforeTool));
    QVERIFY(await(m_facade->rejectTool(*run, u"not today"_s)));
    QVERIFY(standsAt(StopPoint::AfterTool));
    m_facade->command(*run, StepCommand::Continue);
    const auto end = await(m_facade->finished(*run));
    QCOMPARE(end->status, RunStatus::Complete);
    const auto record = await(m_facade->record(*run));
    QCOMPARE(record->decisions.first().revisions.size(), 1);
    QVERIFY(!await(m_facade->edit(*run, {{{u"prompt"_s, u"late"_s}}, {}})));
    QVERIFY(!await(m_facade->rejectTool(*run, u"late"_s)));
    // A run that a human changed is not what its signature stands for: it is not in the cache.
    QVERIFY(!runToEnd(job(u"What is a frame?"_s)).response->fromCache);
}

void TestEngineFacade::stopsAtPhases()
{
    RunOptions options;
    options.breakpoints = {*parseBreakpoint(u"phase=POLICY")};
    const RunEnd end = runToEnd(job(u"What is a frame?"_s), options);
    QCOMPARE(end.suspendedAt, u"PHASE_ENTERED"_s);
    QVERIFY(!end.response);
    const auto again = await(m_facade->resume(end.runId, options));
    QVERIFY(again);
    QCOMPARE(await(m_facade->finished(*again))->status, RunStatus::Complete);
    QVERIFY(!await(m_facade->resume(end.runId, {})));
}

void TestEngineFacade::estimatesBeforeARun()
{
    auto estimate = await(m_facade->estimate(job(u"What is a frame?"_s), {}));
    QVERIFY(estimate);
    QVERIFY(estimate->issues.isEmpty());
    QVERIFY(estimate->inputTokens > 0);
    QVERIFY(*estimate->worstCase > *estimate->firstStep);
    QVERIFY(estimate->policy.allowed());
    AguiRunJob tight = job(u"x"_s);
    tight.budget = *Money::fromDecimal(u"0.000001");
    estimate = await(m_facade->estimate(tight, {}));
    QVERIFY(!estimate->policy.allowed());
    QCOMPARE(*estimate->worstCase, *tight.budget);
    estimate = await(m_facade->estimate(job(QString()), {}));
    QVERIFY(!estimate->issues.isEmpty());
    QCOMPARE(await(m_facade->runs({}))->size(), 0); // nothing was recorded
}

void TestEngineFacade::givesTheExactBytesOfEachRequest()
{
    FakeLlmServer server;
    server.enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
    server.enqueue(FakeReply::error(500, u"again"_s));
    server.enqueueCompletion(textCompletion(u"done"_s));
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"mock-1"_s, {}};
    const RunEnd end = runToEnd(job(u"What is a frame?"_s), options);
    QCOMPARE(end.status, RunStatus::Complete);
    const QList<FakeRequest> sent = server.requests();
    QCOMPARE(sent.size(), 3);
    QCOMPARE(*await(m_facade->requestBytes(end.runId, 1, 1)), sent.at(0).body);
    QCOMPARE(*await(m_facade->requestBytes(end.runId, 2, 1)), sent.at(1).body);
    QCOMPARE(*await(m_facade->requestBytes(end.runId, 2, 2)), sent.at(2).body);
    QVERIFY(!await(m_facade->requestBytes(end.runId, 3, 1)));
}

void TestEngineFacade::groupsTheBillAndWritesIt()
{
    const RunEnd end = runToEnd(job(u"What is a frame?"_s));
    BillQuery query;
    query.runId = end.runId;
    for (const BillGroup group : {BillGroup::Phase, BillGroup::Decision, BillGroup::Tool, BillGroup::Model,
                                  BillGroup::Provider, BillGroup::User, BillGroup::Day}) {
        query.groupBy = {group};
        const auto bill = await(m_facade->bill(query));
        QVERIFY(bill);
        QVERIFY(bill->sumsAgree);
        QCOMPARE(bill->total.cost, end.response->totalCost);
        QList<Money> costs;
        for (const BillResult::Row& row : bill->rows) {
            costs.append(row.group.cost);
        }
        QCOMPARE(*Money::sum(costs), end.response->totalCost);
    }
    const auto csv = await(m_facade->breakdownCsv(query, false));
    QVERIFY(csv);
    QCOMPARE(csv->count("\r\n"), end.response->billing.lines + 1);
}

void TestEngineFacade::changesPolicies()
{
    QCOMPARE(await(m_facade->policy(u"bob"_s))->tier, UserTier::Free);
    const auto changed = await(m_facade->setPolicy(u"bob"_s, {{u"tier"_s, u"pro"_s}, {u"maxToolCalls"_s, 7}}));
    QVERIFY(changed);
    QCOMPARE(changed->requestsPerMinute, 30); // the tier's
    QCOMPARE(changed->maxToolCalls, 7);
    QVERIFY(await(m_facade->setPolicy(u"bob"_s, {{u"budgetPerRun"_s, u"0.5"_s}}))->budgetPerRun);
    QVERIFY(!await(m_facade->setPolicy(u"bob"_s, {{u"budgetPerRun"_s, QJsonValue::Null}}))->budgetPerRun);
    for (const QJsonObject& wrong : {QJsonObject{{u"tier"_s, u"gold"_s}}, QJsonObject{{u"maxToolCalls"_s, u"x"_s}},
                                     QJsonObject{{u"userId"_s, u"eve"_s}}}) {
        QVERIFY(!await(m_facade->setPolicy(u"bob"_s, wrong)));
    }
    QVERIFY(!await(m_facade->policy(QString())));
    QCOMPARE(await(m_facade->policies())->size(), 1);
}

void TestEngineFacade::keepsProviderSettingsAndPrices()
{
    QVERIFY(await(m_facade->setProviderSettings({u"openai"_s, u"http://127.0.0.1:1/v1"_s, u"m"_s, u"KEY"_s})));
    const auto settings = await(m_facade->providerSettings(u"openai"_s));
    const auto refused = await(m_facade->setProviderSettings({u"openai"_s, {}, u"m"_s, u"sk-Secret-1"_s}));
    QVERIFY(!refused && !refused.error().message.contains(u"Secret"_s)); // neither told nor kept
    QCOMPARE(await(m_facade->providerSettings(u"openai"_s))->apiKeyVariable, u"KEY"_s);
    QVERIFY(!await(m_facade->setSetting(u"tools"_s, QJsonObject{{u"workflowTokenVariable"_s, u"my token"_s}})));
    QCOMPARE(settings->model, u"m"_s);
    QVERIFY(m_facade->providers().size() >= 3);
    QVERIFY(!await(m_facade->models({u"builtin"_s, {}, {}, {}}))->isEmpty());
    QVERIFY(!await(m_facade->models({u"oracle"_s, {}, {}, {}})));
    QVERIFY(!await(m_facade->setSetting(u"flatPrices"_s, QJsonObject{{u"perMillionTokens"_s, u"cheap"_s}})));
    QVERIFY(await(m_facade->setSetting(u"flatPrices"_s,
                                       QJsonObject{{u"perMillionTokens"_s, u"4"_s}, {u"perToolCall"_s, u"0"_s}})));
    const RunEnd end = runToEnd(job(u"What is a frame?"_s));
    QCOMPARE(end.response->totalCost, *Money::fromDecimal(u"0.000004")->times(end.response->tokensUsed));
}

void TestEngineFacade::callsToolsByHand()
{
    const auto tools = await(m_facade->tools());
    QCOMPARE(tools->size(), 5);
    const auto found = await(m_facade->callTool(u"retrieve_context"_s, {{u"query"_s, u"breakpoint"_s}}));
    QVERIFY(found);
    QVERIFY(found->value("ok"_L1).toBool());
    QCOMPARE(await(m_facade->callTool(u"retrieve_context"_s, {})).error().code, ErrorCode::InvalidInput);
    QCOMPARE(await(m_facade->callTool(u"teleport"_s, {})).error().code, ErrorCode::NotFound);
    QCOMPARE(await(m_facade->callTool(u"google_search"_s, {{u"query"_s, u"x"_s}})).error().code,
             ErrorCode::Unavailable);
    const auto bases = await(m_facade->knowledgeBases());
    QCOMPARE(bases->size(), 1);
    QVERIFY(bases->first().builtin);
    QVERIFY(!await(m_facade->searchKnowledge(u"stop point"_s, 3))->isEmpty());
    QVERIFY(await(m_facade->dropKnowledge(bases->first().id)));
    QVERIFY(!await(m_facade->dropKnowledge(bases->first().id)));
    const auto report = await(m_facade->doctor(false));
    QVERIFY(report->healthy());
}

void TestEngineFacade::resumesWhatWasInterrupted()
{
    FakeLlmServer server;
    server.enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
    server.enqueue(FakeReply::stall());
    server.enqueueCompletion(textCompletion(u"after all"_s));
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"mock-1"_s, {}};
    const auto run = await(m_facade->start(job(u"What is a frame?"_s), options));
    QVERIFY(run);
    QVERIFY(server.waitForRequests(2));
    reopen(); // the program goes away while a reply is awaited
    QCOMPARE(await(m_facade->runs({}))->first().status, RunStatus::Interrupted);
    QVERIFY(await(m_facade->resume(*run, {})));
    const auto end = await(m_facade->finished(*run));
    QCOMPARE(end->status, RunStatus::Complete);
    QCOMPARE(end->response->result, u"after all"_s);
    QCOMPARE(server.requestCount(), 3); // the first decision was not paid again
    QCOMPARE(server.requests().at(1).header("idempotency-key"), server.requests().at(2).header("idempotency-key"));
    // What was cut off may still be billed: counted, not priced, and said so.
    QVERIFY(!end->response->billing.complete);
    QCOMPARE(end->response->billing.unknownLines, 1);
    QVERIFY(await(m_facade->doctor(false))->healthy());
}

void TestEngineFacade::leavesARunAloneThatAnotherProcessHolds()
{
    RunOptions options;
    options.interactive = true;
    options.startPaused = true;
    const auto run = await(m_facade->start(job(u"What is a frame?"_s), options));
    QVERIFY(run);
    QTRY_COMPARE_WITH_TIMEOUT(await(m_facade->runs({}))->first().status, RunStatus::Paused, 30'000);
    EngineSettings settings;
    settings.database = m_folder->filePath(u"lathe.db"_s);
    EngineFacade other(settings);
    QVERIFY(await(other.open()));
    const auto refused = await(other.resume(*run, {}));
    QCOMPARE(refused.error().code, ErrorCode::Conflict);
    QVERIFY2(refused.error().message.contains(u"another process"_s), qPrintable(refused.error().message));
    m_facade->command(*run, StepCommand::Continue);
    QCOMPARE(await(m_facade->finished(*run))->status, RunStatus::Complete);
}

void TestEngineFacade::answersNothingTwice()
{
    const RunEnd first = runToEnd(job(u"What is a frame?"_s));
    const RunEnd second = runToEnd(job(u"What is a frame?"_s));
    QVERIFY(second.response->fromCache);
    QCOMPARE(second.response->phaseResult, PhaseResult::CacheHit);
    QCOMPARE(second.response->result, first.response->result);
    QCOMPARE(second.response->billing.avoided, first.response->totalCost);
    AguiRunJob other = job(u"What is a frame?"_s);
    other.userId = u"bob"_s;
    QVERIFY(!runToEnd(other).response->fromCache); // another user's answer is not handed out
}

void TestEngineFacade::leavesAnIllEndpointAlone()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::error(503, u"too many users"_s, {}, {}, {{"retry-after-ms", "0"}}));
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"m"_s, {}};
    QCOMPARE(runToEnd(job(u"What is 1+1?"_s), options).response->error->code, u"OVERLOADED"_s); // with three retries
    QCOMPARE(server.requestCount(), 4);
    const RunEnd opening = runToEnd(job(u"What is 1+2?"_s), options);
    QVERIFY2(opening.response->error->message.contains(u"5 of the last 5 calls failed"_s),
             qPrintable(opening.response->error->message));
    QCOMPARE(server.requestCount(), 5);

    const RunEnd blocked = runToEnd(job(u"What is 1+3?"_s), options);
    QCOMPARE(server.requestCount(), 5); // nothing was sent
    QCOMPARE(blocked.status, RunStatus::Error);
    QCOMPARE(blocked.response->error->code, u"CIRCUIT_OPEN"_s);
    QCOMPARE(blocked.response->totalCost, Money());
    const auto events = await(m_facade->events(blocked.runId, {}));
    QVERIFY(events);
    QStringList ofTheCall;
    for (const RunEvent& event : *events) {
        const QString name = toName(event.type);
        if (name.startsWith(u"LLM_"_s) || name.startsWith(u"BUDGET_"_s) || event.type == EventType::CostLine) {
            ofTheCall.append(name);
        }
        if (event.type == EventType::LlmBlocked) {
            QCOMPARE(event.details.value("endpoint"_L1).toString(), server.baseUrl());
            QCOMPARE(event.details.value("attempt"_L1).toInt(), 1);
        }
        if (event.type == EventType::BudgetSettled) {
            QCOMPARE(event.details.value("actual"_L1).toString(), u"0"_s);
        }
    }
    QCOMPARE(ofTheCall, (QStringList{u"BUDGET_RESERVED"_s, u"LLM_BLOCKED"_s, u"BUDGET_SETTLED"_s}));

    options.provider.model = u"other"_s; // another model is another breaker
    QCOMPARE(runToEnd(job(u"What is 1+4?"_s), options).response->error->code, u"OVERLOADED"_s);
}

void TestEngineFacade::aWaitForARetryCanBeSpokenTo_data()
{
    QTest::addColumn<RetryAnswer>("answer");
    QTest::addColumn<RunStatus>("status");
    QTest::addColumn<int>("requests");
    QTest::newRow("now") << RetryAnswer::TryNow << RunStatus::Complete << 2;
    QTest::newRow("no more") << RetryAnswer::GiveUp << RunStatus::Error << 1;
}

void TestEngineFacade::aWaitForARetryCanBeSpokenTo()
{
    QFETCH(RetryAnswer, answer);
    QFETCH(RunStatus, status);
    QFETCH(int, requests);
    FakeLlmServer server;
    server.enqueue(FakeReply::rateLimited("86400")); // nobody waits that long
    server.enqueueCompletion(textCompletion(u"done"_s));
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"m"_s, {}};
    options.retry.longestWaitSeconds = 86'400;
    RunProjector projector;
    QObject::connect(m_facade.get(), &EngineFacade::runEvents, this,
                     [&projector](const QString&, const QList<RunEvent>& events) {
                         for (const RunEvent& event : events) {
                             projector.apply(event);
                         }
                     });
    QCOMPARE(await(m_facade->answerRetry(u"none"_s, answer)).error().code, ErrorCode::NotFound);
    const auto run = await(m_facade->start(job(u"What is 1+1?"_s), options));
    QVERIFY(run);
    QTRY_VERIFY(projector.record().retry);
    const RetryRecord retry = *projector.record().retry;
    QCOMPARE(retry.decision, 1);
    QCOMPARE(retry.attempt, 1);
    QCOMPARE(retry.attempts, 4);
    QCOMPARE(retry.errorKind, u"RATE_LIMITED"_s);
    QVERIFY(retry.untilMs > QDateTime::currentMSecsSinceEpoch() + 80'000'000);
    QVERIFY(await(m_facade->answerRetry(*run, answer)));
    const auto end = await(m_facade->finished(*run));
    QCOMPARE(end->status, status);
    QCOMPARE(server.requestCount(), requests);
    if (status == RunStatus::Error) {
        QCOMPARE(end->response->error->code, u"RATE_LIMITED"_s);
        QCOMPARE(end->response->totalCost, Money());
    }
    EventQuery query;
    query.types = {EventType::RetryAnswered};
    const auto told = await(m_facade->events(*run, query));
    QCOMPARE(told->size(), 1);
    QCOMPARE(told->first().details.value("answer"_L1).toString(), toName(answer));
    QCOMPARE(told->first().details.value("author"_L1).toString(), u"HUMAN"_s);
    QCOMPARE(told->first().details.value("attempt"_L1).toInt(), 1);
    QTRY_VERIFY(!projector.record().retry);
}

void TestEngineFacade::retriesAsTheUserWants_data()
{
    QTest::addColumn<QJsonObject>("stored");
    QTest::addColumn<RetrySettings>("wanted");
    QTest::addColumn<QByteArray>("retryAfter"); // seconds
    QTest::addColumn<int>("requests");
    const QJsonObject none;
    QTest::newRow("three if nothing is said") << none << RetrySettings() << QByteArray("0") << 4;
    QTest::newRow("as stored") << QJsonObject{{u"retries"_s, 1}} << RetrySettings() << QByteArray("0") << 2;
    QTest::newRow("as wanted for this run")
        << QJsonObject{{u"retries"_s, 1}} << RetrySettings{2, {}} << QByteArray("0") << 3;
    QTest::newRow("never") << none << RetrySettings{0, {}} << QByteArray("0") << 1;
    QTest::newRow("stored nonsense is bounded")
        << QJsonObject{{u"retries"_s, -7}} << RetrySettings() << QByteArray("0") << 1;
    QTest::newRow("a minute at most") << none << RetrySettings() << QByteArray("61") << 1;
    QTest::newRow("stored limit") << QJsonObject{{u"longestWaitSeconds"_s, 5}} << RetrySettings() << QByteArray("6")
                                  << 1;
    QTest::newRow("no wait at all") << none << RetrySettings{{}, 0} << QByteArray("1") << 1;
}

void TestEngineFacade::retriesAsTheUserWants()
{
    QFETCH(QJsonObject, stored);
    QFETCH(RetrySettings, wanted);
    QFETCH(QByteArray, retryAfter);
    QFETCH(int, requests);
    QVERIFY(await(m_facade->setSetting(u"retry"_s, stored)));
    FakeLlmServer server;
    server.setDefault(FakeReply::rateLimited(retryAfter));
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"m"_s, {}};
    options.retry = wanted;
    const RunEnd end = runToEnd(job(u"What is 1+1?"_s), options);
    QCOMPARE(end.response->error->code, u"RATE_LIMITED"_s);
    QCOMPARE(server.requestCount(), requests);
    QCOMPARE(end.response->error->message.contains(u"try again at "_s), retryAfter != "0");
}

void TestEngineFacade::refusesImpossibleRetries_data()
{
    QTest::addColumn<RetrySettings>("wanted");
    QTest::addColumn<QString>("message");
    QTest::newRow("four") << RetrySettings{4, {}} << u"4 retries are not possible: 0 to 3 are"_s;
    QTest::newRow("less than none") << RetrySettings{-1, {}} << u"-1 retries are not possible: 0 to 3 are"_s;
    QTest::newRow("two days") << RetrySettings{{}, 172'800}
                              << u"a wait of 172800 s before a retry is not possible: 0 to 86400 are"_s;
}

void TestEngineFacade::refusesImpossibleRetries()
{
    QFETCH(RetrySettings, wanted);
    QFETCH(QString, message);
    RunOptions options;
    options.retry = wanted;
    const auto run = await(m_facade->start(job(u"What is 1+1?"_s), options));
    QVERIFY(!run);
    QCOMPARE(run.error().code, ErrorCode::InvalidInput);
    QCOMPARE(run.error().message, message);
}

void TestEngineFacade::givesACallAsLongAsSet_data()
{
    QTest::addColumn<QJsonValue>("stored");
    QTest::addColumn<std::optional<qint64>>("wanted");
    QTest::addColumn<QString>("refused"); // else the call has one second
    using Wanted = std::optional<qint64>;
    QTest::newRow("stored") << QJsonValue(1) << Wanted() << QString();
    QTest::newRow("wanted") << QJsonValue(500) << Wanted(1) << QString();
    QTest::newRow("none") << QJsonValue() << Wanted(0) << u"a call cannot be given 0 s: 1 to 86400 are possible"_s;
    QTest::newRow("two days") << QJsonValue() << Wanted(172'800)
                              << u"a call cannot be given 172800 s: 1 to 86400 are possible"_s;
}

void TestEngineFacade::givesACallAsLongAsSet()
{
    QFETCH(QJsonValue, stored);
    QFETCH(std::optional<qint64>, wanted);
    QFETCH(QString, refused);
    QVERIFY(await(m_facade->setSetting(u"callTimeoutSeconds"_s, stored)));
    FakeLlmServer server;
    server.setDefault(FakeReply::stall());
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"m"_s, {}};
    options.retry.retries = 0;
    options.timeoutSeconds = wanted;
    const auto run = await(m_facade->start(job(u"What is 1+1?"_s), options));
    QCOMPARE(run.has_value(), refused.isEmpty());
    if (!run) {
        QCOMPARE(run.error().code, ErrorCode::InvalidInput);
        QCOMPARE(run.error().message, refused);
        return;
    }
    const auto end = await(m_facade->finished(*run));
    QCOMPARE(end->response->error->code, u"TIMEOUT"_s);
    QCOMPARE(server.requestCount(), 1);
}

void TestEngineFacade::billsAStreamThatWasCutAndAsksAgain()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::cutChunked());
    server.enqueueCompletion(textCompletion(u"done"_s));
    RunOptions options;
    options.provider = {u"openai"_s, server.baseUrl(), u"m"_s, {}};
    const RunEnd end = runToEnd(job(u"What is 1+1?"_s), options);
    QCOMPARE(end.status, RunStatus::Complete);
    QCOMPARE(server.requestCount(), 2);
    const auto record = await(m_facade->record(end.runId));
    QVERIFY(record);
    const QList<AttemptRecord>& attempts = record->decisions.first().attempts;
    QCOMPARE(attempts.size(), 2);
    QCOMPARE(attempts.first().errorKind, u"STREAM_BROKEN"_s);
    QCOMPARE(attempts.first().usage.source, UsageSource::Estimated);
    QVERIFY(attempts.first().usage.input > 0);
    Money broken;
    Money whole;
    for (const CostLine& line : record->lines) {
        QVERIFY(line.cost);
        Money& sum = line.attempt == 1 ? broken : whole;
        sum = *sum.plus(*line.cost);
        QCOMPARE(line.status, line.attempt == 1 ? u"error"_s : u"ok"_s);
    }
    QVERIFY(broken > Money()); // what came may be billed, though it was of no use
    QVERIFY(whole > Money());
    QCOMPARE(*broken.plus(whole), end.response->totalCost);
}

QTEST_GUILESS_MAIN(TestEngineFacade)
#include "tst_enginefacade.moc"
