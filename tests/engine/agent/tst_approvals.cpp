// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/llmprompts.h"
#include "engine/agent/recursiveagentrunner.h"
#include "tests/support/await.h"
#include "tests/support/fakeagent.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

using Script = std::function<void(int stop, const QJsonObject& at)>;

AgentEnd runWith(AgentBench& bench, const Script& script = {}, const QList<RunEvent>& recorded = {})
{
    AgentRun& run = bench.make(recorded);
    int seen = 0;
    run.journal.setDurableHook([&](const QList<RunEvent>& events) {
        for (const RunEvent& event : events) {
            if (event.type == EventType::StoppedAt && script) {
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

QList<QJsonObject> verdicts(const AgentBench& bench)
{
    QList<QJsonObject> list;
    for (const RunEvent& event : bench.journal.stored) {
        if (event.type == EventType::Verdict) {
            list.append(event.details);
        }
    }
    return list;
}

QString lastSeen(const AgentBench& bench)
{
    return bench.client.requests.last().transcript.messages().last().content;
}

std::shared_ptr<OneShot<Result<void>>> say(AgentBench& bench, Verdict verdict, VerdictScope scope = VerdictScope::Once,
                                           const QString& message = {}, const QString& rule = {})
{
    GateMessage said;
    said.kind = GateMessage::Kind::Verdict;
    said.verdict = {verdict, scope, message, rule};
    said.answer = std::make_shared<OneShot<Result<void>>>();
    bench.gate.say(said);
    return said.answer;
}

void callTwice(AgentBench& bench, int calls)
{
    for (int i = 1; i <= calls; ++i) {
        bench.client.calls({{u"twice"_s, {{u"n"_s, i}}}});
    }
    bench.client.answer(u"done"_s);
}

} // namespace

/// Rules and verdicts on tool calls.
class TestApprovals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatNobodyApprovesInTimeIsDenied()
    {
        AgentBench bench(true);
        bench.approval = ApprovalMode::Ask;
        bench.clock.setAutomatic(false);
        bench.approvalTimeout = std::chrono::seconds(90);
        callTwice(bench, 2);
        int stops = 0;
        const AgentEnd end = runWith(bench, [&](int stop, const QJsonObject&) {
            stops = stop;
            if (stop == 1) { // in time
                bench.clock.advance(std::chrono::seconds(89));
                (void)say(bench, Verdict::Approve);
            } else {
                bench.clock.advance(std::chrono::seconds(90));
            }
        });
        QCOMPARE(end.answer, u"done"_s);
        QCOMPARE(stops, 2);
        QCOMPARE(bench.toolRuns, 1);
        QCOMPARE(verdicts(bench).size(), 2);
        QCOMPARE(verdicts(bench).at(0).value("author"_L1).toString(), u"HUMAN"_s);
        const QJsonObject denied = verdicts(bench).at(1);
        QCOMPARE(denied.value("verdict"_L1).toString(), u"reject"_s);
        QCOMPARE(denied.value("author"_L1).toString(), QString(toName(Author::Automatic)));
        QCOMPARE(denied.value("reason"_L1).toString(), u"nobody approved this call within 90 s"_s);
        QVERIFY(lastSeen(bench).contains(u"nobody approved this call"_s));
        QCOMPARE(bench.clock.sleepers(), 0);
    }

    void everyVerdictIsInTheJournal()
    {
        AgentBench bench;
        bench.client.calls({{u"twice"_s, {{u"n"_s, 1}}}, {u"twice"_s, {{u"n"_s, 2}}}, {u"twice"_s, {{u"n"_s, 3}}}});
        bench.client.answer(u"done"_s);
        QCOMPARE(runWith(bench).answer, u"done"_s);
        QCOMPARE(verdicts(bench).size(), 3);
        for (const QJsonObject& verdict : verdicts(bench)) {
            QCOMPARE(verdict.value("verdict"_L1).toString(), u"approve"_s);
            QCOMPARE(verdict.value("author"_L1).toString(), u"AUTOMATIC"_s);
        }
    }

    void aDeniedCallIsNotRunAndTheModelIsTold()
    {
        AgentBench bench;
        bench.policy.approvalRules = {u"allow *"_s, u"deny twice when $.n = 2"_s};
        callTwice(bench, 2);
        QCOMPARE(runWith(bench).answer, u"done"_s);
        QCOMPARE(bench.toolRuns, 1);
        QVERIFY(lastSeen(bench).contains(u"APPROVAL_DENIED"_s));
        QVERIFY(lastSeen(bench).contains(u"deny twice when $.n = 2"_s));
        QCOMPARE(verdicts(bench).last().value("verdict"_L1).toString(), u"reject"_s);
        QCOMPARE(verdicts(bench).last().value("rule"_L1).toString(), u"deny twice when $.n = 2"_s);
        QCOMPARE(verdicts(bench).first().value("rule"_L1).toString(), u"allow *"_s);
    }

    void rulesThatCannotBeReadRefuseTheRun()
    {
        AgentBench bench;
        bench.policy.approvalRules = {u"permit everything"_s};
        callTwice(bench, 1);
        const AgentEnd end = runWith(bench);
        QCOMPARE(end.kind, AgentEnd::Kind::Violation);
        QCOMPARE(end.error.code, u"POLICY_UNAVAILABLE"_s);
        QCOMPARE(bench.toolRuns, 0);
    }

    void anAllowingRuleAnswersWhatWouldBeAsked()
    {
        AgentBench bench(true);
        bench.approval = ApprovalMode::Ask;
        bench.policy.approvalRules = {u"allow twice when $.n = 1"_s};
        callTwice(bench, 2);
        int stops = 0;
        runWith(bench, [&](int stop, const QJsonObject& at) {
            stops = stop;
            QCOMPARE(at.value("editable"_L1).toObject().value("arguments"_L1).toObject().value("n"_L1).toInt(), 2);
            say(bench, Verdict::Approve);
        });
        QCOMPARE(stops, 1);
        QCOMPARE(bench.toolRuns, 2);
        QCOMPARE(verdicts(bench).last().value("author"_L1).toString(), u"HUMAN"_s);
        QCOMPARE(verdicts(bench).last().value("verdict"_L1).toString(), u"approve"_s);
    }

    void anAskingRuleAsks()
    {
        AgentBench bench(true);
        bench.policy.approvalRules = {u"ask twice when $.n = 2"_s};
        callTwice(bench, 3);
        QString reason;
        int stops = 0;
        runWith(bench, [&](int stop, const QJsonObject& at) {
            stops = stop;
            reason = at.value("reason"_L1).toString();
            bench.gate.command(StepCommand::Continue); // going on approves
        });
        QCOMPARE(stops, 1);
        QCOMPARE(reason, u"approval: ask twice when $.n = 2"_s);
        QCOMPARE(bench.toolRuns, 3);
        QCOMPARE(verdicts(bench).at(1).value("author"_L1).toString(), u"HUMAN"_s);
    }

    void withNobodyToAskItIsDenied()
    {
        for (const bool byRule : {false, true}) {
            AgentBench bench;
            bench.approval = byRule ? ApprovalMode::All : ApprovalMode::Ask;
            bench.policy.approvalRules = byRule ? QJsonArray{u"ask *"_s} : QJsonArray();
            callTwice(bench, 1);
            QCOMPARE(runWith(bench).answer, u"done"_s);
            QCOMPARE(bench.toolRuns, 0);
            QVERIFY(lastSeen(bench).contains(u"nobody was there"_s));
            QCOMPARE(verdicts(bench).size(), 1);
            QCOMPARE(verdicts(bench).last().value("verdict"_L1).toString(), u"reject"_s);
            QCOMPARE(verdicts(bench).last().value("author"_L1).toString(), u"AUTOMATIC"_s);
        }
    }

    void malformedArgumentsAreNeverApproved()
    {
        AgentBench bench;
        bench.policy.approvalRules = {u"allow *"_s};
        bench.client.calls({{u"twice"_s, {{u"n"_s, u"two"_s}}}});
        bench.client.answer(u"done"_s);
        QCOMPARE(runWith(bench).answer, u"done"_s);
        QCOMPARE(bench.toolRuns, 0);
        QVERIFY(lastSeen(bench).contains(u"INVALID_ARGUMENTS"_s)); // the model is told what is wrong with them
        QCOMPARE(verdicts(bench).last().value("verdict"_L1).toString(), u"reject"_s);
        QVERIFY(verdicts(bench).last().value("malformed"_L1).toBool());

        AgentBench asked(true);
        asked.approval = ApprovalMode::Ask;
        asked.client.calls({{u"twice"_s, {{u"n"_s, u"two"_s}}}});
        asked.client.answer(u"done"_s);
        std::shared_ptr<OneShot<Result<void>>> refused;
        runWith(asked, [&](int, const QJsonObject&) {
            refused = say(asked, Verdict::Approve);
            GateMessage edit;
            edit.kind = GateMessage::Kind::Edit;
            edit.edit.values = {{u"arguments"_s, QJsonObject{{u"n"_s, 2}}}};
            asked.gate.say(edit);
            say(asked, Verdict::Approve);
        });
        QVERIFY(!await(refused->future()));
        QCOMPARE(asked.toolRuns, 1);
        QCOMPARE(verdicts(asked).size(), 1);
        QCOMPARE(verdicts(asked).last().value("verdict"_L1).toString(), u"approve_edited"_s);

        AgentBench goneOn(true); // going on does not approve them either
        goneOn.approval = ApprovalMode::Ask;
        goneOn.client.calls({{u"twice"_s, {{u"n"_s, u"two"_s}}}});
        goneOn.client.answer(u"done"_s);
        runWith(goneOn, [&](int, const QJsonObject&) { goneOn.gate.command(StepCommand::Continue); });
        QCOMPARE(goneOn.toolRuns, 0);
        QVERIFY(verdicts(goneOn).last().value("malformed"_L1).toBool());
    }

    void aVerdictForTheRunIsAskedOnce()
    {
        AgentBench bench(true);
        bench.approval = ApprovalMode::Ask;
        callTwice(bench, 3);
        int stops = 0;
        runWith(bench, [&](int stop, const QJsonObject&) {
            stops = stop;
            say(bench, Verdict::Approve, VerdictScope::Run);
        });
        QCOMPARE(stops, 1);
        QCOMPARE(bench.toolRuns, 3);
        QCOMPARE(verdicts(bench).first().value("scope"_L1).toString(), u"run"_s);
        QCOMPARE(verdicts(bench).first().value("rule"_L1).toString(), u"allow twice"_s);
        QCOMPARE(verdicts(bench).last().value("author"_L1).toString(), u"AUTOMATIC"_s);
        // A rejection for the run likewise, and it beats what the policy allows.
        AgentBench denied(true);
        denied.approval = ApprovalMode::Ask;
        denied.policy.approvalRules = {u"allow twice when $.n = 3"_s};
        callTwice(denied, 3);
        stops = 0;
        runWith(denied, [&](int stop, const QJsonObject&) {
            stops = stop;
            say(denied, Verdict::Reject, VerdictScope::Run, u"never"_s);
        });
        QCOMPARE(stops, 1);
        QCOMPARE(denied.toolRuns, 0);
    }

    void editedArgumentsAreHeldAgainstTheRules()
    {
        AgentBench bench(true);
        bench.approval = ApprovalMode::Ask;
        bench.policy.approvalRules = {u"deny twice when $.n = 13"_s};
        callTwice(bench, 1);
        auto answer = std::make_shared<OneShot<Result<void>>>();
        runWith(bench, [&](int, const QJsonObject&) {
            GateMessage edit;
            edit.kind = GateMessage::Kind::Edit;
            edit.edit.values = {{u"arguments"_s, QJsonObject{{u"n"_s, 13}}}};
            edit.answer = answer;
            bench.gate.say(edit);
            say(bench, Verdict::Approve);
        });
        QVERIFY(!await(answer->future()));
        QCOMPARE(bench.toolRuns, 1);
        QVERIFY(lastSeen(bench).contains(u"2"_s)); // twice 1: what was approved is what was run
    }

    void escalatingLeavesTheRunToOthers()
    {
        AgentBench bench(true);
        bench.approval = ApprovalMode::Ask;
        callTwice(bench, 1);
        const AgentEnd left = runWith(bench, [&](int, const QJsonObject&) {
            say(bench, Verdict::Escalate, VerdictScope::Once, u"not mine to say"_s);
        });
        QCOMPARE(left.kind, AgentEnd::Kind::Suspended);
        QCOMPARE(left.suspendedAt, u"BEFORE_TOOL"_s);
        QCOMPARE(bench.toolRuns, 0);
        QCOMPARE(verdicts(bench).last().value("verdict"_L1).toString(), u"escalate"_s);
        // Whoever takes the run up again is asked.
        int stops = 0;
        const AgentEnd end = runWith(
            bench,
            [&](int stop, const QJsonObject&) {
                stops = stop;
                say(bench, Verdict::Approve);
            },
            bench.journal.stored);
        QCOMPARE(end.answer, u"done"_s);
        QCOMPARE(stops, 1);
        QCOMPARE(bench.toolRuns, 1);
        QVERIFY2(!bench.runJournal->isCatchingUp(), qPrintable(bench.runJournal->notYetWalked().join(u'\n')));
    }

    void endingEndsTheRun()
    {
        AgentBench bench(true);
        bench.approval = ApprovalMode::Ask;
        callTwice(bench, 1);
        const AgentEnd end = runWith(
            bench, [&](int, const QJsonObject&) { say(bench, Verdict::EndRun, VerdictScope::Once, u"enough"_s); });
        QCOMPARE(end.kind, AgentEnd::Kind::Violation);
        QCOMPARE(end.error.code, u"APPROVAL_DENIED"_s);
        QCOMPARE(end.error.message, u"enough"_s);
        QCOMPARE(bench.toolRuns, 0);
        QCOMPARE(bench.journal.count(EventType::PolicyViolation), 1);
    }

    void aRunThatIsResumedIsNotAskedTwiceAndNeverSkipsTheQuestion()
    {
        AgentBench whole(true);
        whole.approval = ApprovalMode::Ask;
        callTwice(whole, 2);
        const auto approve = [](AgentBench& bench) {
            return [&bench](int, const QJsonObject&) { say(bench, Verdict::Approve); };
        };
        runWith(whole, approve(whole));
        const int batches = whole.journal.batches;
        for (int cut = 0; cut < batches; ++cut) {
            AgentBench bench(true);
            bench.approval = ApprovalMode::Ask;
            callTwice(bench, 2);
            bench.journal.failAfter = cut;
            runWith(bench, approve(bench));
            bench.journal.failAfter = -1;
            const int before = bench.toolRuns;
            bench.client.next = bench.journal.count(EventType::LlmResponse);
            const AgentEnd end = runWith(bench, approve(bench), bench.journal.stored);
            QVERIFY2(end.answer == "done"_L1, qPrintable(u"cut %1: %2"_s.arg(cut).arg(end.error.message)));
            QVERIFY(bench.toolRuns >= 2 && bench.toolRuns <= before + 2);
            QCOMPARE(verdicts(bench).size(), 2);
            for (const QJsonObject& verdict : verdicts(bench)) {
                QCOMPARE(verdict.value("author"_L1).toString(), u"HUMAN"_s);
            }
            QVERIFY2(!bench.runJournal->isCatchingUp(), qPrintable(bench.runJournal->notYetWalked().join(u'\n')));
        }
    }

    void verdictsAreForToolCallsAlone()
    {
        AgentBench bench(true);
        bench.gate.setBreakpoints({*parseBreakpoint(u"BEFORE_DECIDE once")});
        bench.client.answer(u"done"_s);
        std::shared_ptr<OneShot<Result<void>>> answer;
        runWith(bench, [&](int, const QJsonObject&) {
            answer = say(bench, Verdict::Approve);
            bench.gate.command(StepCommand::Continue);
        });
        QVERIFY(!await(answer->future()));
        QCOMPARE(verdicts(bench).size(), 0);
    }
};

QTEST_GUILESS_MAIN(TestApprovals)
#include "tst_approvals.moc"
