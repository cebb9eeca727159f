// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/llmprompts.h"
#include "engine/agent/recursiveagentrunner.h"
#include "tests/support/await.h"
#include "tests/support/fakeagent.h"

#include <QTimer>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

class TestRecursiveAgentRunner : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAtOnce();
    void runsToolsAndBillsThem();
    void runsParallelCallsAndKeepsTheirOrder();
    void opensChildFramesOneLevelDeeper();
    void asksAsTheJobSays();
    void refusesFramesBeyondTheDepth();
    void endsRunsThatCannotGoOn_data();
    void endsRunsThatCannotGoOn();
    void tellsTheModelWhatWentWrong_data();
    void tellsTheModelWhatWentWrong();
    void keepsWholeResultsAndFiles();
    void retriesAndBillsEveryAttempt();
    void keepsTheBudget();
    void isDurableBeforeItActs();
    void endsWhenTheJournalFails();
    void suspendsWithNobodyToAsk();
    void stepsThroughTheFourStopPoints();
    void takesEditsAtEachStopPoint();
    void keepsTheProvidersStateOfAnEditedDecision();
    void refusesEditsThatDoNotFit();
    void rejectsAToolCall();
    void writesAResultByHand();
    void interruptsAndAsksAgain();
    void stopsByCommand();
    void goesOnFromAnyPlace();
    void neverRunsAWriteTwice();
    void refusesARecordingThatDiffers();
};

namespace {

AgentEnd runAll(AgentBench& bench, const QList<RunEvent>& recorded = {})
{
    AgentRun& run = bench.make(recorded);
    RecursiveAgentRunner runner(bench.services(), run);
    const AgentEnd end = await(runner.run(rootTranscript(bench.job)));
    if (end.kind != AgentEnd::Kind::JournalFailed) {
        await(run.journal.flush());
    }
    return end;
}

/// Runs with somebody who answers each stop with what script says for its number (from 1).
AgentEnd runStepping(AgentBench& bench, const std::function<void(int stop, const QJsonObject& at)>& script,
                     QList<QJsonObject> *stops = nullptr)
{
    AgentRun& run = bench.make();
    int seen = 0;
    run.journal.setDurableHook([&](const QList<RunEvent>& events) {
        for (const RunEvent& event : events) {
            if (event.type == EventType::StoppedAt) {
                if (stops) {
                    stops->append(event.details);
                }
                script(++seen, event.details);
            }
        }
    });
    RecursiveAgentRunner runner(bench.services(), run);
    const AgentEnd end = await(runner.run(rootTranscript(bench.job)));
    run.journal.setDurableHook({});
    await(run.journal.flush());
    return end;
}

Money spent(const AgentBench& bench)
{
    QList<Money> costs;
    for (const CostLine& line : bench.runJournal->record().lines) {
        costs.append(line.cost.value_or(Money()));
    }
    return *Money::sum(costs);
}

Money usd(const QString& text)
{
    return *Money::fromDecimal(text);
}

} // namespace

void TestRecursiveAgentRunner::answersAtOnce()
{
    AgentBench bench;
    bench.client.answer(u"42"_s);
    const AgentEnd end = runAll(bench);
    QCOMPARE(end.kind, AgentEnd::Kind::Answer);
    QCOMPARE(end.answer, u"42"_s);
    const RunRecord& record = bench.runJournal->record();
    QCOMPARE(record.decisions.size(), 1);
    QCOMPARE(record.decisions.first().action, AgentActionType::FinalAnswer);
    QCOMPARE(spent(bench), usd(u"0.00022"_s));
    QCOMPARE(bench.journal.count(EventType::FrameLeft), 1);
}

void TestRecursiveAgentRunner::runsToolsAndBillsThem()
{
    AgentBench bench;
    bench.client.calls({{u"twice"_s, {{u"n"_s, 21}}}});
    bench.client.answer(u"42"_s);
    QCOMPARE(runAll(bench).answer, u"42"_s);
    QCOMPARE(bench.toolRuns, 1);
    const ChatMessage last = bench.client.requests.last().transcript.messages().last();
    QCOMPARE(last.role, ChatRole::Tool);
    QCOMPARE(last.content, u"{\"n\":42}"_s);
    QCOMPARE(spent(bench), usd(u"0.00544"_s)); // two decisions and one tool call
    QCOMPARE(bench.run->budget.spent(), usd(u"0.00544"_s));
    QCOMPARE(bench.run->budget.reserved(), Money());
}

void TestRecursiveAgentRunner::runsParallelCallsAndKeepsTheirOrder()
{
    AgentBench bench;
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}, {u"twice"_s, {{u"n"_s, 2}}}, {u"twice"_s, {{u"n"_s, 3}}}});
    bench.client.answer(u"ok"_s);
    QCOMPARE(runAll(bench).kind, AgentEnd::Kind::Answer);
    const auto messages = bench.client.requests.last().transcript.messages();
    QStringList results;
    for (const ChatMessage& message : messages) {
        if (message.role == ChatRole::Tool) {
            results.append(message.content);
        }
    }
    QCOMPARE(results, (QStringList{u"{\"n\":2}"_s, u"{\"n\":4}"_s, u"{\"n\":6}"_s}));
}

void TestRecursiveAgentRunner::opensChildFramesOneLevelDeeper()
{
    AgentBench bench;
    bench.client.calls(
        {{kLlmCallName, {{u"prompt"_s, u"part one"_s}}}, {kLlmCallName, {{u"prompt"_s, u"part two"_s}}}});
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"one"_s);
    bench.client.answer(u"two"_s);
    bench.client.answer(u"both"_s);
    QCOMPARE(runAll(bench).answer, u"both"_s);
    const RunRecord& record = bench.runJournal->record();
    QCOMPARE(record.frames.size(), 3);
    QCOMPARE(record.frames.at(1).depth, 1);
    QCOMPARE(record.frames.at(1).parentDecision, 1);
    QCOMPARE(record.frames.at(2).task, u"part two"_s);
    QCOMPARE(record.decisions.size(), 5);
    QCOMPARE(record.decisions.first().action, AgentActionType::LlmCall);
    // The whole of what lies below is the inclusive cost of the first decision.
    QCOMPARE(record.decisions.first().inclusiveCost, usd(u"0.00022"_s).plus(usd(u"0.00566"_s)).value());
    const auto messages = bench.client.requests.last().transcript.messages();
    QCOMPARE(messages.last().content, u"two"_s);
}

void TestRecursiveAgentRunner::asksAsTheJobSays()
{
    AgentBench bench;
    bench.job.parameters.toolChoice = ToolChoice::Required;
    bench.job.parameters.reasoning = ReasoningEffort::High;
    bench.job.parameters.responseSchema = QJsonObject{{u"type"_s, u"object"_s}};
    bench.client.calls({{kLlmCallName, {{u"prompt"_s, u"part one"_s}}}});
    bench.client.replies.first().reply->state = {u"list"_s, QJsonArray{u"thought"_s}};
    bench.client.answer(u"one"_s);
    bench.client.answer(u"{}"_s);
    QCOMPARE(runAll(bench).answer, u"{}"_s);
    const QList<LlmRequest>& requests = bench.client.requests;
    QCOMPARE(requests.size(), 3);
    QCOMPARE(requests.at(0).parameters.toolChoice, ToolChoice::Required);
    QCOMPARE(requests.at(2).parameters.toolChoice, ToolChoice::Auto); // else there would never be an answer
    QVERIFY(requests.at(0).parameters.responseSchema);
    QVERIFY(!requests.at(1).parameters.responseSchema); // a part of the task is not the run's answer
    QCOMPARE(requests.at(1).parameters.reasoning, ReasoningEffort::High);
    QCOMPARE(requests.at(0).contextTokens, bench.job.contextWindowLimit);
    const QList<ChatMessage> messages = requests.at(2).transcript.messages();
    QCOMPARE(messages.at(messages.size() - 2).state.items, QJsonArray{u"thought"_s});
}

void TestRecursiveAgentRunner::refusesFramesBeyondTheDepth()
{
    AgentBench bench;
    bench.job.maxDepth = 1;
    bench.client.calls({{kLlmCallName, {{u"prompt"_s, u"deeper"_s}}}});
    const AgentEnd end = runAll(bench);
    QCOMPARE(end.kind, AgentEnd::Kind::Violation);
    QCOMPARE(end.error.code, u"RECURSION_DEPTH_EXCEEDED"_s);
    for (const ToolDeclaration& tool : bench.client.requests.first().tools) {
        QVERIFY(tool.name != kLlmCallName); // it was not even offered
    }
}

void TestRecursiveAgentRunner::endsRunsThatCannotGoOn_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("code");
    QTest::newRow("steps") << u"steps"_s << int(AgentEnd::Kind::Error) << u"STEP_LIMIT_EXCEEDED"_s;
    QTest::newRow("loop") << u"loop"_s << int(AgentEnd::Kind::Error) << u"LOOP_DETECTED"_s;
    QTest::newRow("tool calls") << u"calls"_s << int(AgentEnd::Kind::Violation) << u"TOOL_CALLS_EXCEEDED"_s;
    QTest::newRow("not allowed") << u"allowed"_s << int(AgentEnd::Kind::Violation) << u"TOOL_NOT_ALLOWED"_s;
    QTest::newRow("context") << u"context"_s << int(AgentEnd::Kind::Violation) << u"CONTEXT_WINDOW_EXCEEDED"_s;
    QTest::newRow("model") << u"model"_s << int(AgentEnd::Kind::Error) << u"AUTH"_s;
    QTest::newRow("empty") << u"empty"_s << int(AgentEnd::Kind::Error) << u"BAD_REQUEST"_s;
}

void TestRecursiveAgentRunner::endsRunsThatCannotGoOn()
{
    QFETCH(QString, how);
    QFETCH(int, kind);
    QFETCH(QString, code);
    AgentBench bench;
    if (how == "model"_L1) {
        bench.client.fails(LlmErrorKind::Auth, ErrorClass::TerminalError, 401);
    } else if (how == "empty"_L1) {
        bench.client.answer(QString());
    }
    for (int n = 1; n <= 20; ++n) {
        bench.client.calls({{u"twice"_s, {{u"n"_s, how == "loop"_L1 ? 7 : n}}}});
    }
    if (how == "steps"_L1) {
        bench.job.maxSteps = 4;
    } else if (how == "allowed"_L1) {
        bench.policy.allowedTools = {u"other"_s};
    } else if (how == "context"_L1) {
        // The first prompt fits, the history does not for long.
        bench.job.contextWindowLimit = rootTranscript(bench.job).characters() / 4 + 20;
    } else if (how == "calls"_L1) {
        bench.job.maxSteps = 100;
    }
    const AgentEnd end = runAll(bench);
    QCOMPARE(int(end.kind), kind);
    QCOMPARE(end.error.code, code);
    QVERIFY(!end.error.message.isEmpty());
    QCOMPARE(bench.run->budget.reserved(), Money());
    if (how == "loop"_L1) {
        QCOMPARE(bench.toolRuns, 2);
    } else if (how == "calls"_L1) {
        QCOMPARE(bench.toolRuns, 10);
    }
}

void TestRecursiveAgentRunner::tellsTheModelWhatWentWrong_data()
{
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QJsonObject>("arguments");
    QTest::addColumn<QString>("code");
    QTest::newRow("unknown tool") << u"nothing"_s << QJsonObject() << u"UNKNOWN_TOOL"_s;
    QTest::newRow("wrong type") << u"twice"_s << QJsonObject{{u"n"_s, u"x"_s}} << u"INVALID_ARGUMENTS"_s;
    QTest::newRow("not configured") << u"away"_s << QJsonObject() << u"UNAVAILABLE"_s;
    QTest::newRow("blank sub-task") << QString(kLlmCallName) << QJsonObject{{u"prompt"_s, u" "_s}} << u"UNKNOWN_TOOL"_s;
}

void TestRecursiveAgentRunner::tellsTheModelWhatWentWrong()
{
    QFETCH(QString, tool);
    QFETCH(QJsonObject, arguments);
    QFETCH(QString, code);
    AgentBench bench;
    auto away =
        std::make_unique<LambdaTool>(u"away"_s, SideEffect::Pure, [](const QJsonObject&) { return ToolResult(); });
    away->present = {false, u"not configured: set something"_s};
    QVERIFY(bench.registry.add(std::move(away)));
    bench.client.calls({{tool, arguments}});
    bench.client.answer(u"sorry"_s);
    QCOMPARE(runAll(bench).answer, u"sorry"_s);
    QCOMPARE(bench.toolRuns, 0);
    const ChatMessage last = bench.client.requests.last().transcript.messages().last();
    QVERIFY(last.toolError);
    QVERIFY2(last.content.contains(code), qPrintable(last.content));
    QCOMPARE(spent(bench), usd(u"0.00044"_s)); // what did not run has no fee
}

void TestRecursiveAgentRunner::keepsWholeResultsAndFiles()
{
    AgentBench bench;
    ToolResult large;
    large.value.insert("text"_L1, QString(100'000, u'x'));
    large.files.append({u"a.png"_s, u"image/png"_s, QByteArray("\x89PNG")});
    QVERIFY(bench.registry.add(
        std::make_unique<LambdaTool>(u"large"_s, SideEffect::Pure, [large](const QJsonObject&) { return large; })));
    bench.client.calls({{u"large"_s, QJsonObject()}});
    bench.client.answer(u"seen"_s);
    QCOMPARE(runAll(bench).answer, u"seen"_s);
    const QString shown = bench.client.requests.last().transcript.messages().last().content;
    QVERIFY2(shown.size() < 17'000, qPrintable(QString::number(shown.size())));
    QVERIFY(shown.contains(u"characters were left out here to fit the context"_s));
    QVERIFY(shown.endsWith(u"}"_s));
    const auto result = bench.journal.last(EventType::ToolResult);
    QCOMPARE(result.value("bytes"_L1).toInteger(), large.textForModel().size());
    QVERIFY(!result.value("textRef"_L1).toString().isEmpty()); // the whole
    const QJsonObject file = result.value("files"_L1).toArray().first().toObject();
    QCOMPARE(file.value("name"_L1).toString(), u"a.png"_s);
    QCOMPARE(file.value("size"_L1).toInt(), 4);
    QCOMPARE(file.value("contentRef"_L1).toString().size(), 64);
}

void TestRecursiveAgentRunner::retriesAndBillsEveryAttempt()
{
    AgentBench bench;
    bench.client.fails(LlmErrorKind::RateLimited, ErrorClass::TransientError, 429);
    bench.client.fails(LlmErrorKind::StreamBroken, ErrorClass::TransientError, 200);
    bench.client.replies.last().failure->usage = ListLlmClient::usage();
    bench.client.replies.last().failure->usage.source = UsageSource::Estimated;
    bench.client.answer(u"at last"_s);
    QCOMPARE(runAll(bench).answer, u"at last"_s);
    const DecisionRecord& decision = bench.runJournal->record().decisions.first();
    QCOMPARE(decision.attempts.size(), 3);
    QCOMPARE(decision.attempts.at(0).httpStatus, 429);
    QCOMPARE(bench.journal.count(EventType::LlmRetry), 2);
    QCOMPARE(bench.clock.sleeps(), (std::vector<qint64>{1000, 2000}));
    // The refused request cost nothing; the broken stream is billed as estimated, apart from the good attempt.
    QCOMPARE(spent(bench), usd(u"0.00044"_s));
    QSet<int> attempts;
    for (const CostLine& line : bench.runJournal->record().lines) {
        attempts.insert(line.attempt);
        if (line.attempt == 2) {
            QCOMPARE(line.state, CostState::Estimated);
        }
    }
    QCOMPARE(attempts, (QSet<int>{2, 3}));
    QCOMPARE(bench.client.requests.at(0).idempotencyKey, bench.client.requests.at(2).idempotencyKey);
    QVERIFY(!bench.client.requests.at(0).idempotencyKey.isEmpty());
}

void TestRecursiveAgentRunner::keepsTheBudget()
{
    AgentBench bench;
    bench.job.parameters.maxOutputTokens = 100;
    bench.job.budget = usd(u"0.012"_s);
    for (int n = 1; n < 8; ++n) {
        bench.client.calls({{u"twice"_s, {{u"n"_s, n}}}});
    }
    const AgentEnd end = runAll(bench);
    QCOMPARE(end.kind, AgentEnd::Kind::Violation);
    QCOMPARE(end.error.code, u"BUDGET_EXCEEDED"_s);
    QVERIFY(spent(bench) <= *bench.job.budget);
    QCOMPARE(bench.toolRuns, 2);
    QCOMPARE(bench.run->budget.reserved(), Money());
}

void TestRecursiveAgentRunner::isDurableBeforeItActs()
{
    AgentBench bench;
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"ok"_s);
    bench.client.onCall = [&](int call) {
        QCOMPARE(bench.journal.count(EventType::LlmRequest), call);
        QCOMPARE(bench.journal.count(EventType::BudgetReserved), call);
        QCOMPARE(bench.journal.stored.last().type, EventType::LlmRequest);
    };
    int toolSawRequest = 0;
    QVERIFY(bench.registry.add(std::make_unique<LambdaTool>(u"look"_s, SideEffect::Pure, [&](const QJsonObject&) {
        toolSawRequest = bench.journal.count(EventType::ToolRequest);
        return ToolResult();
    })));
    bench.client.replies.first().reply->toolCalls.first().name = u"look"_s;
    runAll(bench);
    QCOMPARE(toolSawRequest, 1);
    // A paid reply reaches the disk with the decision read from it, in the surest way.
    QVERIFY(bench.journal.durabilities.contains(Durability::Full));
}

void TestRecursiveAgentRunner::endsWhenTheJournalFails()
{
    for (int after = 0; after < 4; ++after) {
        AgentBench bench;
        bench.journal.failAfter = after;
        bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
        bench.client.answer(u"ok"_s);
        const AgentEnd end = runAll(bench);
        if (after < 3) {
            QCOMPARE(end.kind, AgentEnd::Kind::JournalFailed);
            QCOMPARE(end.error.message, u"disk full"_s);
        }
        QVERIFY(bench.client.requests.size() <= after);
    }
}

void TestRecursiveAgentRunner::suspendsWithNobodyToAsk()
{
    AgentBench bench;
    bench.gate.setBreakpoints({*parseBreakpoint(u"BEFORE_TOOL")});
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"ok"_s);
    AgentEnd end = runAll(bench);
    QCOMPARE(end.kind, AgentEnd::Kind::Suspended);
    QCOMPARE(end.suspendedAt, u"BEFORE_TOOL"_s);
    QCOMPARE(bench.toolRuns, 0);
    // Resuming goes on from there, though the breakpoint is still set, and asks the model nothing twice.
    const QList<RunEvent> recorded = bench.journal.stored;
    end = runAll(bench, recorded);
    QCOMPARE(end.kind, AgentEnd::Kind::Answer);
    QCOMPARE(bench.toolRuns, 1);
    QCOMPARE(bench.client.requests.size(), 2);
}

void TestRecursiveAgentRunner::stepsThroughTheFourStopPoints()
{
    AgentBench bench(true);
    bench.client.calls({{u"twice"_s, {{u"n"_s, 21}}}});
    bench.client.answer(u"42"_s);
    bench.gate.stopAtNext();
    QList<QJsonObject> stops;
    const AgentEnd end = runStepping(
        bench, [&](int, const QJsonObject&) { bench.gate.command(StepCommand::StepInto); }, &stops);
    QCOMPARE(end.answer, u"42"_s);
    QStringList points;
    for (const QJsonObject& stop : stops) {
        points.append(stop.value("point"_L1).toString() + u' ' + QString::number(stop.value("decision"_L1).toInt()));
    }
    QCOMPARE(points, (QStringList{u"BEFORE_DECIDE 1"_s, u"AFTER_DECIDE 1"_s, u"BEFORE_TOOL 1"_s, u"AFTER_TOOL 1"_s,
                                  u"BEFORE_DECIDE 2"_s, u"AFTER_DECIDE 2"_s}));
    QCOMPARE(stops.at(2).value("editable"_L1).toObject().value("arguments"_L1).toObject().value("n"_L1).toInt(), 21);
    QCOMPARE(stops.at(2).value("nextCost"_L1).toString(), u"0.005"_s);
    QVERIFY(!stops.at(0).value("nextCost"_L1).toString().isEmpty());
}

void TestRecursiveAgentRunner::takesEditsAtEachStopPoint()
{
    AgentBench bench(true);
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"model's answer"_s);
    bench.gate.stopAtNext();
    const auto edit = [&](const QJsonObject& values) {
        GateMessage message;
        message.kind = GateMessage::Kind::Edit;
        message.edit = {values, u"testing"_s};
        bench.gate.say(message);
    };
    const AgentEnd end = runStepping(bench, [&](int stop, const QJsonObject&) {
        if (stop == 1) {
            edit({{u"prompt"_s, u"do it well"_s}, {u"model"_s, u"list-2"_s}});
        } else if (stop == 3) {
            edit({{u"arguments"_s, QJsonObject{{u"n"_s, 50}}}});
        } else if (stop == 4) {
            edit({{u"result"_s, u"changed by hand"_s}});
        } else if (stop == 6) {
            edit({{u"decision"_s, QJsonObject{{u"finalAnswer"_s, u"human's answer"_s}}}});
        }
        bench.gate.command(StepCommand::StepInto);
    });
    QCOMPARE(end.answer, u"human's answer"_s);
    QCOMPARE(bench.client.requests.first().model, u"list-2"_s);
    QCOMPARE(bench.client.requests.first().transcript.messages().last().content, u"do it well"_s);
    const auto messages = bench.client.requests.last().transcript.messages();
    // The model is shown the arguments as they were executed, and the result as it was changed.
    QCOMPARE(messages.at(messages.size() - 2).toolCalls.first().parsed->value("n"_L1).toInt(), 50);
    QCOMPARE(messages.last().content, u"changed by hand"_s);
    QCOMPARE(bench.journal.count(EventType::Edit), 5);
    QCOMPARE(bench.journal.last(EventType::Edit).value("author"_L1).toString(), u"HUMAN"_s);
    QCOMPARE(spent(bench), usd(u"0.00544"_s)); // an edited reply keeps its charge

    // The same again from the recording: no call, no tool, the same end.
    const QList<RunEvent> recorded = bench.journal.stored;
    const qsizetype entries = recorded.size();
    QCOMPARE(runAll(bench, recorded).answer, u"human's answer"_s);
    QCOMPARE(bench.client.requests.size(), 2);
    QCOMPARE(bench.toolRuns, 1);
    QCOMPARE(bench.journal.stored.size(), entries);
}

void TestRecursiveAgentRunner::keepsTheProvidersStateOfAnEditedDecision()
{
    AgentBench bench(true);
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.replies.first().reply->state = {u"list"_s, QJsonArray{u"thought"_s}};
    bench.client.answer(u"done"_s);
    bench.gate.stopAtNext();
    const AgentEnd end = runStepping(bench, [&](int stop, const QJsonObject&) {
        if (stop == 2) {
            const QJsonObject call{
                {u"id"_s, u"mine"_s}, {u"name"_s, u"twice"_s}, {u"arguments"_s, QJsonObject{{u"n"_s, 7}}}};
            GateMessage message;
            message.kind = GateMessage::Kind::Edit;
            message.edit = {QJsonObject{{u"decision"_s, QJsonObject{{u"calls"_s, QJsonArray{call}}}}}, u"testing"_s};
            bench.gate.say(message);
        }
        bench.gate.command(StepCommand::StepInto);
    });
    QCOMPARE(end.answer, u"done"_s);
    const auto messages = bench.client.requests.last().transcript.messages();
    const ChatMessage& said = messages.at(messages.size() - 2);
    QCOMPARE(said.toolCalls.first().id, u"mine"_s);
    QCOMPARE(said.state.items, QJsonArray{u"thought"_s}); // the provider refuses calls that nobody thought of
}

void TestRecursiveAgentRunner::refusesEditsThatDoNotFit()
{
    AgentBench bench(true);
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"ok"_s);
    bench.gate.stopAtNext();
    QList<std::shared_ptr<OneShot<Result<void>>>> answers;
    const auto edit = [&](const QJsonObject& values) {
        GateMessage message;
        message.kind = GateMessage::Kind::Edit;
        message.edit.values = values;
        message.answer = std::make_shared<OneShot<Result<void>>>();
        answers.append(message.answer);
        bench.gate.say(message);
    };
    runStepping(bench, [&](int stop, const QJsonObject&) {
        if (stop == 1) {
            edit({{u"prompt"_s, u"  "_s}});
            edit({{u"model"_s, QString()}});
            edit({{u"parameters"_s, QJsonObject{{u"temperature"_s, 9}}}});
            edit({{u"answer"_s, u"42"_s}});
        } else if (stop == 2) {
            edit({{u"decision"_s, QJsonObject()}});
            edit({{u"prompt"_s, u"x"_s}});
        } else if (stop == 3) {
            edit({{u"arguments"_s, QJsonObject{{u"n"_s, u"many"_s}}}});
            edit({{u"arguments"_s, u"{}"_s}});
            edit({{u"decision"_s, u"x"_s}});
        } else if (stop == 4) {
            edit({{u"arguments"_s, QJsonObject()}});
            GateMessage rejection;
            rejection.kind = GateMessage::Kind::Reject;
            rejection.answer = std::make_shared<OneShot<Result<void>>>();
            answers.append(rejection.answer);
            bench.gate.say(rejection);
        }
        bench.gate.command(StepCommand::StepInto);
    });
    QCOMPARE(answers.size(), 11);
    for (const auto& answer : answers) {
        const Result<void> result = await(answer->future());
        QVERIFY(!result);
        QVERIFY(!result.error().message.isEmpty());
    }
    QCOMPARE(bench.journal.count(EventType::Edit), 0);
    QCOMPARE(bench.toolRuns, 1);
}

void TestRecursiveAgentRunner::rejectsAToolCall()
{
    AgentBench bench(true);
    bench.approval = ApprovalMode::Ask;
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"then not"_s);
    const AgentEnd end = runStepping(bench, [&](int stop, const QJsonObject& at) {
        if (stop == 1) {
            QCOMPARE(at.value("reason"_L1).toString(), u"approval"_s);
            GateMessage message;
            message.kind = GateMessage::Kind::Reject;
            message.rejection = u"do not"_s;
            bench.gate.say(message);
        } else {
            bench.gate.command(StepCommand::Continue);
        }
    });
    QCOMPARE(end.answer, u"then not"_s);
    QCOMPARE(bench.toolRuns, 0);
    const ChatMessage last = bench.client.requests.last().transcript.messages().last();
    QVERIFY(last.content.contains(u"APPROVAL_DENIED"_s) && last.content.contains(u"do not"_s));
    QCOMPARE(bench.journal.last(EventType::Verdict).value("verdict"_L1).toString(), u"reject"_s);
    QCOMPARE(spent(bench), usd(u"0.00044"_s));

    AgentBench none;
    none.approval = ApprovalMode::None;
    none.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    none.client.answer(u"alone"_s);
    QCOMPARE(runAll(none).answer, u"alone"_s);
    QCOMPARE(none.toolRuns, 0);
    QCOMPARE(none.journal.last(EventType::Verdict).value("author"_L1).toString(), u"AUTOMATIC"_s);
}

void TestRecursiveAgentRunner::writesAResultByHand()
{
    AgentBench bench(true);
    bench.gate.setBreakpoints({*parseBreakpoint(u"BEFORE_TOOL")});
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"ok"_s);
    runStepping(bench, [&](int, const QJsonObject&) {
        GateMessage message;
        message.kind = GateMessage::Kind::Edit;
        message.edit.values = {{u"result"_s, QJsonObject{{u"n"_s, 99}}}};
        bench.gate.say(message);
        bench.gate.command(StepCommand::Continue);
    });
    QCOMPARE(bench.toolRuns, 0);
    QCOMPARE(bench.client.requests.last().transcript.messages().last().content, u"{\"n\":99}"_s);
    QVERIFY(bench.journal.last(EventType::ToolResult).value("synthetic"_L1).toBool());
    QCOMPARE(spent(bench), usd(u"0.00044"_s)); // the tool did not run: no fee
}

void TestRecursiveAgentRunner::interruptsAndAsksAgain()
{
    AgentBench bench(true);
    bench.client.hang = true;
    bench.client.hangAt = 1;
    bench.client.answer(u"second try"_s);
    bench.client.onCall = [&](int call) {
        if (call == 1) {
            QTimer::singleShot(0, qApp, [&] { bench.gate.command(StepCommand::Interrupt); });
        }
    };
    QStringList reasons;
    const AgentEnd end = runStepping(bench, [&](int, const QJsonObject& at) {
        reasons.append(at.value("reason"_L1).toString());
        bench.gate.command(StepCommand::Continue);
    });
    QCOMPARE(end.answer, u"second try"_s);
    QCOMPARE(reasons, QStringList{u"interrupted"_s});
    const DecisionRecord& decision = bench.runJournal->record().decisions.first();
    QCOMPARE(decision.attempts.size(), 2);
    QCOMPARE(decision.attempts.first().outcome, u"interrupted"_s);
    // What was cut off may still be billed: it is counted as unknown, and what was reserved for it stays held.
    QCOMPARE(decision.unknownCostLines, 1);
    QVERIFY(bench.run->budget.reserved() > Money());
    QCOMPARE(spent(bench), usd(u"0.00022"_s));
}

void TestRecursiveAgentRunner::stopsByCommand()
{
    AgentBench standing(true);
    standing.client.answer(u"never"_s);
    standing.gate.stopAtNext();
    const AgentEnd end =
        runStepping(standing, [&](int, const QJsonObject&) { standing.gate.command(StepCommand::Stop); });
    QCOMPARE(end.kind, AgentEnd::Kind::Stopped);
    QCOMPARE(standing.client.requests.size(), 0);
    QCOMPARE(standing.run->budget.reserved(), Money());

    AgentBench running;
    running.client.hang = true;
    running.client.hangAt = 1;
    running.client.onCall = [&](int) { QTimer::singleShot(0, qApp, [&] { running.gate.command(StepCommand::Stop); }); };
    QCOMPARE(runAll(running).kind, AgentEnd::Kind::Stopped);
}

void TestRecursiveAgentRunner::goesOnFromAnyPlace()
{
    // A run with child frames, tools and a retry is cut after each of its batches and resumed: the answer, the bill and
    // the journal are those of the run that was never cut, and nothing is asked or run twice.
    const auto prepare = [](AgentBench& bench) {
        bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}, {u"twice"_s, {{u"n"_s, 2}}}});
        bench.client.fails(LlmErrorKind::Server, ErrorClass::TransientError, 500);
        bench.client.calls({{kLlmCallName, {{u"prompt"_s, u"inner"_s}}}});
        bench.client.calls({{u"twice"_s, {{u"n"_s, 3}}}});
        bench.client.answer(u"inner answer"_s);
        bench.client.answer(u"outer answer"_s);
    };
    AgentBench whole;
    prepare(whole);
    QCOMPARE(runAll(whole).answer, u"outer answer"_s);
    const int batches = whole.journal.batches;
    QVERIFY(batches > 8);
    for (int cut = 0; cut < batches; ++cut) {
        AgentBench bench;
        prepare(bench);
        bench.journal.failAfter = cut;
        const AgentEnd failed = runAll(bench);
        // The journal's last batch may hold only the end; everything before it must have stopped the run.
        QVERIFY(failed.kind == AgentEnd::Kind::JournalFailed || cut == batches - 1);
        bench.journal.failAfter = -1;
        bench.client.next = bench.journal.count(EventType::LlmResponse); // a reply that was not kept is given again
        const AgentEnd end = runAll(bench, bench.journal.stored);
        QVERIFY2(end.answer == "outer answer"_L1, qPrintable(u"cut %1: %2"_s.arg(cut).arg(end.error.message)));
        QCOMPARE(spent(bench), spent(whole));
        QCOMPARE(bench.runJournal->record().decisions.size(), 5);
        for (qsizetype i = 0; i < bench.journal.stored.size(); ++i) {
            QCOMPARE(bench.journal.stored.at(i).seq, i + 1);
        }
        QVERIFY2(!bench.runJournal->isCatchingUp(), qPrintable(bench.runJournal->notYetWalked().join(u'\n')));
    }
}

void TestRecursiveAgentRunner::neverRunsAWriteTwice()
{
    AgentBench bench;
    int writes = 0;
    QVERIFY(bench.registry.add(std::make_unique<LambdaTool>(u"write"_s, SideEffect::Writes, [&](const QJsonObject&) {
        ++writes;
        return ToolResult();
    })));
    bench.client.calls({{u"write"_s, {}}});
    bench.client.answer(u"ok"_s);
    bench.journal.failAfter = 2; // the request of the tool is durable, its result is not
    QCOMPARE(runAll(bench).kind, AgentEnd::Kind::JournalFailed);
    QCOMPARE(writes, 1);
    bench.journal.failAfter = -1;
    QCOMPARE(runAll(bench, bench.journal.stored).kind, AgentEnd::Kind::Answer);
    QCOMPARE(writes, 1);
    QVERIFY(bench.client.requests.last().transcript.messages().last().content.contains(u"INTERRUPTED"_s));
}

void TestRecursiveAgentRunner::refusesARecordingThatDiffers()
{
    AgentBench bench;
    bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}});
    bench.client.answer(u"ok"_s);
    bench.journal.failAfter = 2;
    runAll(bench);
    bench.journal.failAfter = -1;
    bench.job.prompt = u"something else"_s;
    const AgentEnd end = runAll(bench, bench.journal.stored);
    QCOMPARE(end.kind, AgentEnd::Kind::Error);
    QVERIFY2(end.error.message.contains(u"differs"_s), qPrintable(end.error.message));
}

QTEST_GUILESS_MAIN(TestRecursiveAgentRunner)
#include "tst_recursiveagentrunner.moc"
