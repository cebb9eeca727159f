// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/domain/runeventdetails.h"
#include "engine/domain/runrecord.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kStart = 1'790'000'000'000;

/// Writes a journal by hand: one call an event, details as JSON text, one second between events.
class Script
{
public:
    Script& add(EventType type, const QByteArray& details = "{}", std::optional<Phase> phase = Phase::Execution)
    {
        RunEvent event;
        event.seq = m_events.size() + 1;
        event.timeMs = kStart + event.seq * 1000;
        event.runId = u"r1"_s;
        event.phase = phase;
        event.type = type;
        QJsonParseError error;
        event.details = QJsonDocument::fromJson(details, &error).object();
        if (error.error != QJsonParseError::NoError) {
            qFatal("bad details in a test: %s", details.constData());
        }
        m_events.append(event);
        return *this;
    }
    Script& created(const QByteArray& job = R"({"userId":"ann","prompt":"do it","name":"n","budget":"0.20"})")
    {
        return add(EventType::RunCreated,
                   R"({"provider":"builtin","model":"planner","tier":"pro","signature":"abc","job":)" + job + "}", {});
    }
    Script& frame(int id, int parent, int depth, int decision, const QByteArray& callId = {})
    {
        return add(EventType::FrameEntered,
                   QStringLiteral(
                       R"({"frame":%1,"parentFrame":%2,"depth":%3,"parentDecision":%4,"callId":"%5","task":"task %1"})")
                       .arg(id)
                       .arg(parent)
                       .arg(depth)
                       .arg(decision)
                       .arg(QString::fromUtf8(callId))
                       .toUtf8());
    }
    Script& request(int decision, int frame, int depth, int attempt = 1)
    {
        return add(
            EventType::LlmRequest,
            QStringLiteral(
                R"({"decision":%1,"frame":%2,"depth":%3,"attempt":%4,"provider":"builtin","model":"planner","requestHash":"h%1"})")
                .arg(decision)
                .arg(frame)
                .arg(depth)
                .arg(attempt)
                .toUtf8());
    }
    Script& response(int decision, int attempt = 1, int input = 10, int output = 5)
    {
        return add(
            EventType::LlmResponse,
            QStringLiteral(
                R"({"decision":%1,"attempt":%2,"outcome":"ok","model":"planner-1","httpStatus":200,"firstByteMs":7,"replyRef":"reply%1","usage":{"input":%3,"output":%4,"source":"reported"}})")
                .arg(decision)
                .arg(attempt)
                .arg(input)
                .arg(output)
                .toUtf8());
    }
    Script& cost(int decision, const QByteArray& amount, const QByteArray& phase = "EXECUTION")
    {
        return add(EventType::CostLine, R"({"meter":"input","attempt":1,"state":"computed","decision":)" +
                                            QByteArray::number(decision) + R"(,"phase":")" + phase + R"(","cost":")" +
                                            amount + R"("})");
    }
    Script& fee(int decision, const QByteArray& callId, const QByteArray& amount)
    {
        return add(EventType::CostLine, R"({"meter":"tool_call","state":"computed","tool":"t","decision":)" +
                                            QByteArray::number(decision) + R"(,"toolCallId":")" + callId +
                                            R"(","cost":")" + amount + R"("})");
    }

    [[nodiscard]] RunRecord project() const
    {
        RunProjector projector;
        for (const RunEvent& event : m_events) {
            projector.apply(event);
        }
        return projector.record();
    }
    [[nodiscard]] const QList<RunEvent>& events() const { return m_events; }
    [[nodiscard]] static qint64 timeOf(qint64 seq) { return kStart + seq * 1000; }

private:
    QList<RunEvent> m_events;
};

QString usd(Money amount)
{
    return amount.toDecimal();
}

/// Root frame: 1 calls a tool and opens a child frame; the child decides twice; 4 is the answer.
Script nestedRun()
{
    Script s;
    s.created().add(EventType::PhaseEntered, R"({"phase":"EXECUTION"})").frame(1, 0, 0, 0);
    s.request(1, 1, 0).response(1).cost(1, "0.001");
    s.add(EventType::Decision, R"({"decision":1,"frame":1,"depth":0,"action":"LLM_CALL","status":"NEXT_STEP",
        "reasoning":"split it","nextPrompt":"sub task","calls":[{"callId":"c1","tool":"llm_call","arguments":{"prompt":"x"}}]})");
    s.add(EventType::ToolRequest, R"({"decision":1,"callId":"c1","tool":"llm_call","arguments":{"prompt":"x"}})");
    s.frame(2, 1, 1, 1, "c1");
    s.request(2, 2, 1).response(2).cost(2, "0.01");
    s.add(EventType::Decision, R"({"decision":2,"frame":2,"depth":1,"parentDecision":1,"action":"TOOL_CALL",
        "status":"PARALLEL_PENDING","calls":[{"callId":"a","tool":"t","arguments":{"n":1}},{"callId":"b","tool":"u"}]})");
    s.add(EventType::ToolRequest, R"({"decision":2,"callId":"a","tool":"t","arguments":{"n":1},"sideEffect":"reads"})");
    s.add(EventType::ToolRequest, R"({"decision":2,"callId":"b","tool":"u","arguments":{},"sideEffect":"writes"})");
    s.add(EventType::ToolResult,
          R"({"decision":2,"callId":"b","tool":"u","ok":false,"errorCode":"TIMEOUT","text":"late"})");
    s.add(EventType::ToolResult, R"({"decision":2,"callId":"a","tool":"t","ok":true,"text":"42","durationMs":5})");
    s.fee(2, "a", "0.005").fee(2, "b", "0.005");
    s.request(3, 2, 1).response(3).cost(3, "0.1");
    s.add(EventType::Decision, R"({"decision":3,"frame":2,"depth":1,"parentDecision":1,"action":"FINAL_ANSWER",
        "status":"COMPLETE","finalAnswer":"sub answer"})");
    s.add(EventType::FrameLeft, R"({"frame":2,"status":"complete","answer":"sub answer"})");
    s.request(4, 1, 0).response(4).cost(4, "1");
    s.add(EventType::Decision, R"({"decision":4,"frame":1,"depth":0,"action":"FINAL_ANSWER","status":"COMPLETE",
        "finalAnswer":"the answer"})");
    s.add(EventType::FrameLeft, R"({"frame":1,"status":"complete","answer":"the answer"})");
    s.add(EventType::PhaseLeft, R"({"phase":"EXECUTION","result":"CONTINUE","durationUs":1500})");
    s.add(EventType::RunFinished, R"({"status":"COMPLETE","phaseResult":"CONTINUE","result":"the answer"})", {});
    return s;
}

} // namespace

class TestRunProjector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anEmptyRecordHasFivePhases()
    {
        const RunRecord record = RunProjector().record();
        QCOMPARE(record.phases.size(), 5);
        QCOMPARE(record.phases.constLast().phase, Phase::Serialization);
        QVERIFY(!record.phases.constFirst().entered);
    }

    void runCreatedFillsTheSummary()
    {
        const RunRecord record = Script().created().project();
        QCOMPARE(record.summary.runId, u"r1"_s);
        QCOMPARE(record.summary.userId, u"ann"_s);
        QCOMPARE(record.summary.name, u"n"_s);
        QCOMPARE(record.summary.tier, UserTier::Pro);
        QCOMPARE(record.summary.provider, u"builtin"_s);
        QCOMPARE(record.summary.model, u"planner"_s);
        QCOMPARE(record.summary.jobSignature, u"abc"_s);
        QCOMPARE(record.summary.promptStart, u"do it"_s);
        QCOMPARE(record.summary.startedAtMs, Script::timeOf(1));
        QCOMPARE(record.summary.status, RunStatus::Running);
        QCOMPARE(usd(*record.budget), u"0.2"_s);
        QCOMPARE(record.job.value("userId"_L1).toString(), u"ann"_s);
        QCOMPARE(record.lastSeq, 1);
    }

    void framesAndDecisionsFormATree()
    {
        const RunRecord record = nestedRun().project();
        QCOMPARE(record.frames.size(), 2);
        QCOMPARE(record.frames.at(0).status, u"complete"_s);
        QCOMPARE(record.frames.at(0).answer, u"the answer"_s);
        QCOMPARE(record.frames.at(1).parentFrame, 1);
        QCOMPARE(record.frames.at(1).parentDecision, 1);
        QCOMPARE(record.frames.at(1).depth, 1);
        QCOMPARE(record.frames.at(1).task, u"task 2"_s);
        QVERIFY(record.frames.at(1).endedAtMs > record.frames.at(1).startedAtMs);

        QCOMPARE(record.decisions.size(), 4);
        const DecisionRecord& first = record.decisions.at(0);
        QCOMPARE(first.action, AgentActionType::LlmCall);
        QCOMPARE(first.reasoning, u"split it"_s);
        QCOMPARE(first.nextPrompt, u"sub task"_s);
        QCOMPARE(first.requestHash, u"h1"_s);
        QCOMPARE(first.toolCalls.constFirst().childFrame, 2);
        QCOMPARE(record.decisions.at(1).parentDecision, 1);
        QCOMPARE(record.decisions.at(1).frame, 2);
        QCOMPARE(record.decisions.at(1).depth, 1);
        QCOMPARE(record.decisions.at(3).parentDecision, 0);
        QCOMPARE(record.decisions.at(3).finalAnswer, u"the answer"_s);
        QCOMPARE(record.decisions.at(3).status, AgentStatus::Complete);
    }

    void costsAreOwnAndInclusive()
    {
        const RunRecord record = nestedRun().project();
        QCOMPARE(usd(record.summary.totalCost), u"1.121"_s);
        QCOMPARE(usd(record.decisions.at(0).modelCost), u"0.001"_s);
        QCOMPARE(usd(record.decisions.at(0).inclusiveCost), u"0.121"_s); // its own and all of its child frame
        QCOMPARE(usd(record.decisions.at(1).modelCost), u"0.01"_s);
        QCOMPARE(usd(record.decisions.at(1).toolCost), u"0.01"_s);
        QCOMPARE(usd(record.decisions.at(1).inclusiveCost), u"0.02"_s);
        QCOMPARE(usd(record.decisions.at(2).inclusiveCost), u"0.1"_s);
        QCOMPARE(usd(record.decisions.at(3).inclusiveCost), u"1"_s);
        QCOMPARE(usd(record.phases.at(3).cost), u"1.121"_s);
        QCOMPARE(record.lines.size(), 6);
        QCOMPARE(record.lines.constFirst().runId, u"r1"_s);
        QCOMPARE(record.summary.unknownCostLines, 0);
    }

    void toolCallsKeepWhatHappened()
    {
        const RunRecord record = nestedRun().project();
        QCOMPARE(record.summary.toolCalls, 2); // opening a frame is none
        const auto& calls = record.decisions.at(1).toolCalls;
        QCOMPARE(calls.size(), 2);
        QCOMPARE(calls.at(0).status, u"ok"_s);
        QCOMPARE(calls.at(0).resultText, u"42"_s);
        QCOMPARE(calls.at(0).sideEffect, SideEffect::Reads);
        QCOMPARE(calls.at(0).arguments, QJsonObject({{u"n"_s, 1}}));
        QCOMPARE(usd(*calls.at(0).cost), u"0.005"_s);
        QVERIFY(calls.at(0).endedAtMs > calls.at(0).startedAtMs);
        QCOMPARE(calls.at(1).status, u"error"_s);
        QCOMPARE(calls.at(1).errorCode, u"TIMEOUT"_s);
        QCOMPARE(record.decisions.at(1).status, AgentStatus::ParallelPending);
        QCOMPARE(record.decisions.at(1).endedAtMs, calls.at(0).endedAtMs);
    }

    void finishedRunsHaveResultTimesAndCounts()
    {
        const Script script = nestedRun();
        const RunRecord record = script.project();
        QCOMPARE(record.summary.status, RunStatus::Complete);
        QCOMPARE(record.summary.decisions, 4);
        QCOMPARE(record.summary.tokensUsed, 60);
        QCOMPARE(record.summary.completedAtMs, Script::timeOf(script.events().size()));
        QCOMPARE(record.summary.updatedAtMs, record.summary.completedAtMs);
        QCOMPARE(record.result, u"the answer"_s);
        QCOMPARE(record.error, std::nullopt);
        const PhaseRecord& execution = record.phases.at(3);
        QVERIFY(execution.entered);
        QCOMPARE(execution.result, PhaseResult::Continue);
        QCOMPARE(execution.durationUs, 1500);
    }

    void retriesAreAttemptsWithTheirOwnUsage()
    {
        Script s;
        s.created().request(1, 1, 0, 1);
        s.add(EventType::LlmResponse, R"({"decision":1,"attempt":1,"outcome":"error","errorKind":"RATE_LIMITED",
            "message":"slow down","httpStatus":429})");
        s.add(EventType::LlmRetry, R"({"decision":1,"attempt":1,"errorKind":"RATE_LIMITED","delayMs":2000})");
        s.request(1, 1, 0, 2);
        s.add(EventType::LlmResponse, R"({"decision":1,"attempt":2,"outcome":"error","errorKind":"TRUNCATED",
            "usage":{"input":100,"output":4,"reasoning":1,"cacheRead":6,"source":"estimated"}})");
        s.request(1, 1, 0, 3).response(1, 3, 100, 30);
        s.add(EventType::Decision, R"({"decision":1,"frame":1,"action":"FINAL_ANSWER","status":"COMPLETE"})");
        const RunRecord record = s.project();
        const DecisionRecord& decision = record.decisions.constFirst();
        QCOMPARE(record.summary.decisions, 1);
        QCOMPARE(decision.attempts.size(), 3);
        QCOMPARE(decision.attempts.at(0).httpStatus, 429);
        QCOMPARE(decision.attempts.at(0).errorMessage, u"slow down"_s);
        QCOMPARE(decision.attempts.at(0).retryAfterMs, 2000);
        QCOMPARE(decision.attempts.at(1).errorKind, u"TRUNCATED"_s);
        QCOMPARE(decision.attempts.at(2).outcome, u"ok"_s);
        QCOMPARE(decision.attempts.at(2).modelBilled, u"planner-1"_s);
        QCOMPARE(decision.attempts.at(2).reply, u"reply1"_s);
        QCOMPARE(decision.attempts.at(2).firstByteMs, 7);
        QVERIFY(decision.attempts.at(2).responseSeq > decision.attempts.at(2).requestSeq);
        QCOMPARE(decision.tokens(), 240);
        QCOMPARE(record.summary.tokensUsed, 240);
        QCOMPARE(decision.usage().cacheRead, 6);
        QCOMPARE(decision.usage().output, 34);
        QCOMPARE(decision.usage().source, UsageSource::Missing); // the first attempt said nothing
        QCOMPARE(decision.status, AgentStatus::Complete);
    }

    void aRetryAloneTellsOfItsError()
    {
        Script s;
        s.created().request(1, 1, 0);
        s.add(EventType::LlmRetry,
              R"({"decision":1,"attempt":1,"errorKind":"NETWORK","message":"reset","httpStatus":0,"delayMs":1000})");
        const AttemptRecord attempt = s.project().decisions.constFirst().attempts.constFirst();
        QCOMPARE(attempt.errorKind, u"NETWORK"_s);
        QCOMPARE(attempt.errorMessage, u"reset"_s);
    }

    void aWaitForARetryLastsUntilTheNextEntry()
    {
        Script s;
        s.created().request(1, 1, 0);
        s.add(EventType::LlmRetry, R"({"decision":1,"attempt":2,"attempts":4,"errorKind":"OVERLOADED",
            "message":"too many users","httpStatus":503,"delayMs":1000})");
        QVERIFY(!s.project().retry); // of an attempt that is not known
        Script known;
        known.created().request(1, 1, 0);
        known.add(EventType::LlmRetry, R"({"decision":1,"attempt":1,"attempts":4,"errorKind":"OVERLOADED",
            "message":"too many users","httpStatus":503,"delayMs":1000})");
        const RunRecord waiting = known.project();
        QVERIFY(waiting.retry);
        const RetryRecord expected{.decision = 1,
                                   .attempt = 1,
                                   .attempts = 4,
                                   .errorKind = u"OVERLOADED"_s,
                                   .message = u"too many users"_s,
                                   .untilMs = waiting.summary.updatedAtMs + 1000};
        QCOMPARE(*waiting.retry, expected);
        known.add(EventType::RetryAnswered, R"({"decision":1,"attempt":1,"answer":"try_now","author":"human"})");
        QVERIFY(!known.project().retry);
    }

    void anErrorEndsTheRun()
    {
        Script s;
        s.created().request(1, 1, 0);
        s.add(EventType::LlmResponse, R"({"decision":1,"attempt":1,"outcome":"error","errorKind":"AUTH"})");
        s.add(EventType::RunFinished,
              R"({"status":"ERROR","error":{"code":"AUTH","message":"no key"},"resultRef":"x"})");
        const RunRecord record = s.project();
        QCOMPARE(record.decisions.constFirst().status, AgentStatus::Error);
        QCOMPARE(record.summary.status, RunStatus::Error);
        QCOMPARE(record.summary.errorCode, u"AUTH"_s);
        QCOMPARE(record.error->message, u"no key"_s);
        QCOMPARE(record.error->details, QJsonValue());
        QCOMPARE(record.resultRef, u"x"_s);
    }

    void policyChecksStandWhereTheyWereMade()
    {
        Script s;
        s.created();
        s.add(EventType::PolicyCheck, R"({"where":"run","checks":[{"check":"depth","outcome":"passed"}]})",
              Phase::Policy);
        s.frame(1, 0, 0, 0);
        s.add(EventType::PolicyCheck, R"({"where":"llm","decision":1,"checks":[{"check":"context","outcome":"failed",
            "violation":"CONTEXT_WINDOW_EXCEEDED"}]})");
        s.add(EventType::PolicyViolation, R"({"code":"CONTEXT_WINDOW_EXCEEDED","message":"m","decision":1})");
        s.add(EventType::PolicyViolation, R"({"code":"RATE_LIMIT_EXCEEDED","message":"m"})");
        s.add(EventType::RunFinished,
              R"({"status":"POLICY_VIOLATION","error":{"code":"CONTEXT_WINDOW_EXCEEDED","details":{"a":1}}})");
        const RunRecord record = s.project();
        QCOMPARE(record.policy.checks.size(), 1);
        QVERIFY(record.policy.allowed());
        QCOMPARE(record.decisions.size(), 1);
        QCOMPARE(record.decisions.constFirst().frame, 1);
        QVERIFY(!record.decisions.constFirst().policy.constFirst().allowed());
        QCOMPARE(record.decisions.constFirst().status, AgentStatus::Error);
        QCOMPARE(record.summary.decisions, 0); // nothing was asked or decided
        QCOMPARE(record.summary.status, RunStatus::PolicyViolation);
        QCOMPARE(record.error->details.toObject().value("a"_L1).toInt(), 1);
    }

    void phasesTellWhoPaysAndHowMuchAtMost()
    {
        Script s;
        s.add(EventType::RunCreated, R"({"job":{"userId":"ann","prompt":"p","budget":"5"}})", {});
        s.add(EventType::ValidationSuccess, R"({"signature":"abc"})", Phase::Ingestion);
        QCOMPARE(usd(*s.project().budget), u"5"_s);
        QCOMPARE(s.project().summary.tier, UserTier::Free);
        s.add(EventType::PolicyCheck, R"({"where":"run","tier":"enterprise","budget":"0.5","checks":[]})",
              Phase::Policy);
        const RunRecord record = s.project();
        QCOMPARE(record.summary.jobSignature, u"abc"_s);
        QCOMPARE(record.summary.tier, UserTier::Enterprise);
        QCOMPARE(usd(*record.budget), u"0.5"_s); // the smaller of job and policy
    }

    void aRejectedCallStaysRejected()
    {
        Script s;
        s.created().request(1, 1, 0).response(1);
        s.add(EventType::Decision, R"({"decision":1,"action":"TOOL_CALL","status":"TOOL_DISPATCHED",
            "calls":[{"callId":"a","tool":"t"},{"callId":"b","tool":"t"}]})");
        s.add(EventType::Verdict, R"({"decision":1,"callId":"a","verdict":"reject","author":"AUTOMATIC"})");
        s.add(EventType::ToolRequest, R"({"decision":1,"callId":"a","tool":"t"})");
        QCOMPARE(s.project().decisions.constFirst().toolCalls.at(0).status, u"rejected"_s);
        s.add(EventType::ToolResult, R"({"decision":1,"callId":"a","ok":false,"errorCode":"APPROVAL_DENIED"})");
        s.add(EventType::ToolResult,
              R"({"decision":1,"callId":"b","ok":false,"errorCode":"APPROVAL_DENIED","durationMs":250})");
        const auto calls = s.project().decisions.constFirst().toolCalls;
        QCOMPARE(calls.at(0).status, u"rejected"_s);
        QCOMPARE(calls.at(1).status, u"rejected"_s);
        QCOMPARE(calls.at(1).endedAtMs - calls.at(1).startedAtMs, 250); // its start was never told
    }

    void anEditedResultIsWhatTheModelSees()
    {
        Script s;
        s.created().request(1, 1, 0).response(1);
        s.add(EventType::ToolRequest, R"({"decision":1,"callId":"a","tool":"t"})");
        s.add(EventType::ToolResult, R"({"decision":1,"callId":"a","ok":true,"text":"from the tool","textRef":"x"})");
        s.add(EventType::Edit, R"({"stopPoint":"AFTER_TOOL","decision":1,"callId":"a","field":"result",
            "before":"from the tool","after":{"n":1},"author":"HUMAN"})");
        const ToolCallRecord call = s.project().decisions.constFirst().toolCalls.constFirst();
        QCOMPARE(call.resultText, u"{\"n\":1}"_s);
        QCOMPARE(call.result, QString());
        QVERIFY(!call.synthetic); // the tool did run
        s.add(EventType::Edit,
              R"({"stopPoint":"AFTER_TOOL","decision":1,"callId":"a","field":"result","after":"plain"})");
        QCOMPARE(s.project().decisions.constFirst().toolCalls.constFirst().resultText, u"plain"_s);
    }

    void editsAndVerdictsStayWithTheirDecision()
    {
        Script s;
        s.created().request(1, 1, 0).response(1);
        s.add(EventType::Decision, R"({"decision":1,"frame":1,"action":"TOOL_CALL","status":"TOOL_DISPATCHED",
            "calls":[{"callId":"a","tool":"t","arguments":{"n":1}},{"callId":"b","tool":"t"}]})");
        s.add(EventType::Edit, R"({"stopPoint":"BEFORE_TOOL","decision":1,"callId":"a","field":"arguments",
            "before":{"n":1},"after":{"n":2},"author":"HUMAN","reason":"wrong figure"})");
        s.add(EventType::Verdict, R"({"decision":1,"callId":"b","verdict":"reject","author":"HUMAN","reason":"no"})");
        s.add(EventType::Verdict, R"({"decision":1,"callId":"a","verdict":"approve_edited","author":"HUMAN"})");
        s.add(EventType::ToolRequest, R"({"decision":1,"callId":"a","tool":"t","arguments":{"n":2}})");
        s.add(EventType::ToolResult, R"({"decision":1,"callId":"a","ok":true,"text":"by hand","synthetic":true})");
        const DecisionRecord decision = s.project().decisions.constFirst();
        QCOMPARE(decision.revisions.size(), 1);
        QCOMPARE(decision.revisions.constFirst().field, u"arguments"_s);
        QCOMPARE(decision.revisions.constFirst().stopPoint, StopPoint::BeforeTool);
        QCOMPARE(decision.revisions.constFirst().before.toObject(), QJsonObject({{u"n"_s, 1}}));
        QCOMPARE(decision.revisions.constFirst().reason, u"wrong figure"_s);
        QCOMPARE(decision.revisions.constFirst().toolCallId, u"a"_s);
        QCOMPARE(decision.verdicts.size(), 2);
        QCOMPARE(decision.toolCalls.at(0).arguments, QJsonObject({{u"n"_s, 2}}));
        QVERIFY(decision.toolCalls.at(0).synthetic);
        QCOMPARE(decision.toolCalls.at(0).tool, u"t"_s);
        QCOMPARE(decision.toolCalls.at(1).status, u"rejected"_s);
    }

    void anEditedDecisionReplacesItsCalls()
    {
        Script s;
        s.created().request(1, 1, 0).response(1);
        s.add(EventType::Decision, R"({"decision":1,"action":"TOOL_CALL","status":"PARALLEL_PENDING",
            "calls":[{"callId":"a","tool":"t"},{"callId":"b","tool":"u"}]})");
        s.add(EventType::ToolRequest, R"({"decision":1,"callId":"b","tool":"u","arguments":{"k":1}})");
        s.add(EventType::Decision, R"({"decision":1,"action":"TOOL_CALL","status":"TOOL_DISPATCHED",
            "calls":[{"callId":"b","tool":"u"}]})");
        const RunRecord record = s.project();
        const auto calls = record.decisions.constFirst().toolCalls;
        QCOMPARE(calls.size(), 1);
        QCOMPARE(calls.constFirst().status, u"running"_s);
        QCOMPARE(calls.constFirst().arguments, QJsonObject({{u"k"_s, 1}}));
        QCOMPARE(record.summary.decisions, 1);
    }

    void aStopIsThereUntilTheRunGoesOn()
    {
        Script s;
        s.created().request(1, 1, 0);
        s.add(EventType::StoppedAt, R"({"point":"AFTER_DECIDE","decision":1,"frame":1,"reason":"step"})");
        RunRecord record = s.project();
        QCOMPARE(record.summary.status, RunStatus::Paused);
        QCOMPARE(record.stop->point, StopPoint::AfterDecide);
        QCOMPARE(record.stop->atMs, Script::timeOf(3));
        s.add(EventType::Continued, R"({"command":"continue"})");
        record = s.project();
        QCOMPARE(record.stop, std::nullopt);
        QCOMPARE(record.summary.status, RunStatus::Running);
        s.add(EventType::StoppedAt, R"({"point":"NOWHERE"})");
        record = s.project();
        QCOMPARE(record.stop, std::nullopt);
        QCOMPARE(record.summary.status, RunStatus::Paused);
        s.add(EventType::RunFinished, R"({"status":"STOPPED"})");
        QCOMPARE(s.project().summary.status, RunStatus::Stopped);
    }

    void budgetIsReservedUntilSettled()
    {
        Script s;
        s.created();
        s.add(EventType::BudgetReserved, R"({"reservation":1,"amount":"0.1","decision":1})");
        s.add(EventType::BudgetReserved, R"({"reservation":2,"amount":"0.02","decision":1})");
        s.add(EventType::BudgetReserved, R"({"reservation":2,"amount":"0.02","decision":1})"); // told twice, held once
        QCOMPARE(usd(s.project().reserved), u"0.12"_s);
        s.add(EventType::BudgetSettled, R"({"reservation":1,"reserved":"0.1","actual":"0.07"})");
        QCOMPARE(usd(s.project().reserved), u"0.02"_s);
        s.add(EventType::BudgetSettled, R"({"reservation":2,"reserved":"0.02","held":true})");
        QCOMPARE(usd(s.project().reserved), u"0.02"_s);
        s.add(EventType::BudgetSettled, R"({"reservation":2,"reserved":"0.02","actual":"0"})");
        s.add(EventType::BudgetSettled, R"({"reservation":9,"actual":"0"})");
        QCOMPARE(usd(s.project().reserved), u"0"_s);
    }

    void unknownCostsAreCountedWhereTheyBelong()
    {
        Script s;
        s.created().request(1, 1, 0);
        s.add(EventType::CostLine, R"({"decision":1,"phase":"EXECUTION","meter":"input","state":"unknown"})");
        s.add(EventType::CostLine, R"({"decision":1,"phase":"EXECUTION","cost":0.5,"state":"computed"})"); // ill typed
        s.cost(0, "0.25", "CONTEXT");
        const RunRecord record = s.project();
        QCOMPARE(record.summary.unknownCostLines, 2);
        QCOMPARE(record.phases.at(3).unknownCostLines, 1);
        QCOMPARE(record.decisions.constFirst().unknownCostLines, 1);
        QCOMPARE(usd(record.phases.at(1).cost), u"0.25"_s);
        QCOMPARE(usd(record.summary.totalCost), u"0.25"_s);
        QCOMPARE(record.lines.size(), 2);
    }

    void aCostBeyondTheRangeIsUnknown()
    {
        Script s;
        s.created().request(1, 1, 0);
        s.cost(1, "170141183460469231731").cost(1, "170141183460469231731");
        const RunRecord record = s.project();
        QCOMPARE(usd(record.summary.totalCost), u"170141183460469231731"_s);
        QCOMPARE(record.summary.unknownCostLines, 1);
    }

    void resumedRunsGoOn()
    {
        Script s;
        s.created().add(EventType::PhaseEntered, R"({"phase":"EXECUTION"})").request(1, 1, 0);
        s.add(EventType::StoppedAt, R"({"point":"BEFORE_TOOL","decision":1})");
        s.add(EventType::RunFinished, R"({"status":"ERROR","error":{"code":"X"}})");
        s.add(EventType::RunResumed, R"({"fromSeq":5})");
        s.add(EventType::PhaseEntered, R"({"phase":"EXECUTION"})");
        s.request(1, 1, 0).response(1);
        s.add(EventType::PhaseLeft, R"({"result":"CONTINUE","durationUs":10})"); // its phase is that of the event
        const RunRecord record = s.project();
        QCOMPARE(record.summary.status, RunStatus::Running);
        QCOMPARE(record.summary.completedAtMs, 0);
        QCOMPARE(record.summary.errorCode, QString());
        QCOMPARE(record.error, std::nullopt);
        QCOMPARE(record.stop, std::nullopt);
        QCOMPARE(record.decisions.constFirst().attempts.size(), 2);
        QCOMPARE(record.decisions.constFirst().attempts.at(0).outcome, u"interrupted"_s);
        QCOMPARE(record.decisions.constFirst().attempts.at(1).outcome, u"ok"_s);
        QCOMPARE(record.summary.tokensUsed, 15);
        QCOMPARE(record.summary.decisions, 1);
        QCOMPARE(record.phases.at(3).startedAtMs, Script::timeOf(2));
        QCOMPARE(record.phases.at(3).durationUs, 10);
    }

    void cacheHitsAndBillsAreKept()
    {
        Script s;
        s.created().add(EventType::CacheLookup, R"({"hit":true})", Phase::Ingestion);
        BillingReport report;
        report.total = *Money::fromDecimal(u"0.5");
        s.add(EventType::FinalBillingReport, canonicalJson(toJson(report)), Phase::Serialization);
        s.add(EventType::FinalBillingReport, R"({"total":1})", Phase::Serialization);
        const RunRecord record = s.project();
        QVERIFY(record.summary.fromCache);
        QCOMPARE(*record.billing, report);
    }

    void longTextsAreReferredTo()
    {
        RunEvent event;
        event.seq = 1;
        event.type = EventType::Decision;
        event.details = QJsonObject{{u"decision"_s, 1}, {u"action"_s, u"FINAL_ANSWER"_s}};
        putText(event, event.details, "finalAnswer"_L1, u"a"_s.repeated(5000));
        putText(event, event.details, "reasoning"_L1, u"r"_s.repeated(5000));
        Fields call{{"callId"_L1, u"c"_s}, {"tool"_L1, u"t"_s}};
        putObject(event, call, "arguments"_L1, {{u"code"_s, QString(u"x"_s.repeated(5000))}});
        event.details.insert(u"calls"_s, QJsonArray({call.toJson()}));
        RunProjector projector;
        projector.apply(event);
        const DecisionRecord decision = projector.record().decisions.constFirst();
        QCOMPARE(decision.finalAnswer.size(), 200);
        QCOMPARE(decision.finalAnswerRef, QString::fromLatin1(event.bodies.at(0).sha256));
        QCOMPARE(decision.reasoningRef, QString::fromLatin1(event.bodies.at(1).sha256));
        QVERIFY(decision.toolCalls.constFirst().arguments.isEmpty());
        QCOMPARE(decision.toolCalls.constFirst().argumentsRef, QString::fromLatin1(event.bodies.at(2).sha256));
        const QJsonObject json = toJson(decision);
        QCOMPARE(json.value("finalAnswerRef"_L1).toString(), decision.finalAnswerRef);
        QVERIFY(json.value("toolCalls"_L1).toArray().at(0).toObject().contains("argumentsRef"_L1));
    }

    void eventsThatAreKnownAreIgnored()
    {
        const Script script = nestedRun();
        RunProjector projector;
        for (const RunEvent& event : script.events()) {
            projector.apply(event);
            projector.apply(event);
        }
        for (const RunEvent& event : script.events()) {
            projector.apply(event);
        }
        QCOMPARE(projector.record(), script.project());
    }

    void everyEventSurvivesEmptyDetails()
    {
        RunProjector projector;
        RunEvent event;
        for (const auto& entry : EnumNames<EventType>::table) {
            for (const QByteArray& details :
                 {QByteArray("{}"), QByteArray(R"({"decision":1,"frame":1})"),
                  QByteArray(R"({"decision":"x","frame":[],"phase":7,"checks":{},"calls":{},"usage":5,"error":[]})")}) {
                ++event.seq;
                event.type = entry.first;
                event.details = QJsonDocument::fromJson(details).object();
                projector.apply(event);
            }
        }
        QCOMPARE(projector.record().lastSeq, event.seq);
        QCOMPARE(projector.record().decisions.size(), 1);
        QCOMPARE(projector.record().phases.size(), 5);
    }

    void numbersNeedNotBeInOrder()
    {
        Script s;
        s.created().frame(3, 0, 0, 0).frame(2, 0, 0, 0);
        s.request(7, 3, 0).request(2, 2, 0).request(5, 2, 0);
        s.add(EventType::Decision, R"({"decision":2,"parentDecision":9})"); // a broken journal must not loop
        s.cost(2, "1").cost(7, "2");
        const RunRecord record = s.project();
        QCOMPARE(record.decisions.size(), 3);
        QCOMPARE(record.decisions.at(0).number, 2);
        QCOMPARE(record.decisions.at(1).number, 5);
        QCOMPARE(record.decisions.at(2).number, 7);
        QCOMPARE(record.frames.at(0).id, 2);
        QCOMPARE(usd(record.decisions.at(2).modelCost), u"2"_s);
        QCOMPARE(usd(record.decisions.at(0).inclusiveCost), u"1"_s);
    }

    void decisionsAreWrittenWithAllTheyHold()
    {
        const RunRecord record = nestedRun().project();
        const QJsonObject json = toJson(record.decisions.at(1));
        for (const char *key : {"number", "frame", "depth", "parent", "action", "status", "reasoning", "nextPrompt",
                                "toolCalls", "finalAnswer", "usage", "tokens", "cost", "costInclusive", "startedAt",
                                "endedAt", "attempts", "revisions", "verdicts"}) {
            QVERIFY2(json.contains(QLatin1StringView(key)), key);
        }
        QCOMPARE(json.value("number"_L1).toInt(), 2);
        QCOMPARE(json.value("parent"_L1).toInt(), 1);
        QCOMPARE(json.value("action"_L1).toString(), u"TOOL_CALL"_s);
        QCOMPARE(json.value("cost"_L1).toString(), u"0.02"_s);
        QCOMPARE(json.value("costInclusive"_L1).toString(), u"0.02"_s);
        QCOMPARE(json.value("tokens"_L1).toInt(), 15);
        QCOMPARE(json.value("usage"_L1).toObject().value("input"_L1).toInt(), 10);
        const QJsonObject call = json.value("toolCalls"_L1).toArray().at(1).toObject();
        QCOMPARE(call.value("status"_L1).toString(), u"error"_s);
        QCOMPARE(call.value("errorCode"_L1).toString(), u"TIMEOUT"_s);
        QCOMPARE(call.value("cost"_L1).toString(), u"0.005"_s);
        QCOMPARE(json.value("attempts"_L1).toArray().size(), 1);

        DecisionRecord edited;
        edited.revisions.append(RevisionRecord());
        edited.verdicts.append({{u"verdict"_s, u"approve"_s}});
        edited.policy.append(PolicyVerdict());
        const QJsonObject editedJson = toJson(edited);
        QVERIFY(editedJson.value("action"_L1).isNull());
        QCOMPARE(editedJson.value("revisions"_L1).toArray().at(0).toObject().value("author"_L1).toString(), u"HUMAN"_s);
        QCOMPARE(editedJson.value("verdicts"_L1).toArray().size(), 1);
        QCOMPARE(editedJson.value("policy"_L1).toArray().size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestRunProjector)
#include "tst_runprojector.moc"
