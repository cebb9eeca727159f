// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/policyenforcer.h"

#include <QTest>

#include <functional>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

UserPolicy freePolicy()
{
    UserPolicy policy = tierDefaults(UserTier::Free);
    policy.userId = u"ann"_s;
    return policy;
}

RunPolicyInput goodRun()
{
    RunPolicyInput input;
    input.requestedMaxDepth = 5;
    input.promptCharacters = 100;
    input.jobContextWindow = 8000;
    input.registeredTools = QStringList{u"a"_s, u"b"_s};
    return input;
}

const PolicyCheck *find(const PolicyVerdict& verdict, QLatin1StringView name)
{
    for (const PolicyCheck& check : verdict.checks) {
        if (check.check == name) {
            return &check;
        }
    }
    return nullptr;
}

using ChangeRun = std::function<void(RunPolicyInput&, UserPolicy&)>;
using ChangeLlm = std::function<void(LlmCallPolicyInput&, UserPolicy&)>;
using ChangeTool = std::function<void(ToolCallPolicyInput&, UserPolicy&)>;

} // namespace

class TestPolicyEnforcer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void checksTheRun_data()
    {
        QTest::addColumn<ChangeRun>("change");
        QTest::addColumn<QString>("violation");
        QTest::addColumn<QString>("actual");
        QTest::addColumn<QString>("limit");
        const auto row = [](const char *name, const ChangeRun& change, const char *violation, const char *actual = "",
                            const char *limit = "") {
            QTest::newRow(name) << change << QString::fromLatin1(violation) << QString::fromLatin1(actual)
                                << QString::fromLatin1(limit);
        };
        row(
            "good", [](RunPolicyInput&, UserPolicy&) {}, "");
        row(
            "last depth", [](RunPolicyInput& run, UserPolicy&) { run.currentDepth = 4; }, "");
        row(
            "depth at the job's limit", [](RunPolicyInput& run, UserPolicy&) { run.currentDepth = 5; },
            "RECURSION_DEPTH_EXCEEDED", "5", "5");
        row(
            "depth at the policy's limit",
            [](RunPolicyInput& run, UserPolicy&) {
                run.currentDepth = 5;
                run.requestedMaxDepth = 50;
            },
            "RECURSION_DEPTH_EXCEEDED", "5", "5");
        row(
            "deeper job of a deeper tier",
            [](RunPolicyInput& run, UserPolicy& policy) {
                run.currentDepth = 6;
                run.requestedMaxDepth = 7;
                policy.maxRecursionDepth = 10;
            },
            "");
        row(
            "context fits", [](RunPolicyInput& run, UserPolicy&) { run.promptCharacters = 32'000; }, "");
        row(
            "context one over", [](RunPolicyInput& run, UserPolicy&) { run.promptCharacters = 32'001; },
            "CONTEXT_WINDOW_EXCEEDED", "8001", "8000");
        row(
            "context of the job",
            [](RunPolicyInput& run, UserPolicy&) {
                run.promptCharacters = 401;
                run.jobContextWindow = 100;
            },
            "CONTEXT_WINDOW_EXCEEDED", "101", "100");
        row(
            "context of the policy",
            [](RunPolicyInput& run, UserPolicy&) {
                run.promptCharacters = 40'000;
                run.jobContextWindow = 100'000;
            },
            "CONTEXT_WINDOW_EXCEEDED", "10000", "8000");
        row(
            "tools allowed",
            [](RunPolicyInput& run, UserPolicy& policy) {
                run.requestedTools = QStringList{u"a"_s};
                policy.allowedTools = QStringList{u"a"_s};
            },
            "");
        row(
            "tool not allowed",
            [](RunPolicyInput& run, UserPolicy& policy) {
                run.requestedTools = QStringList{u"a"_s, u"b"_s};
                policy.allowedTools = QStringList{u"a"_s};
            },
            "TOOL_NOT_ALLOWED", "b", "a");
        row(
            "tool unknown",
            [](RunPolicyInput& run, UserPolicy&) {
                run.requestedTools = QStringList{u"x"_s, u"y"_s};
            },
            "TOOL_NOT_ALLOWED", "x, y", "");
        row(
            "budget fits",
            [](RunPolicyInput& run, UserPolicy&) {
                run.budget = Money::fromAtto(5);
                run.worstCaseFirstStep = Money::fromAtto(5);
            },
            "");
        row(
            "budget too small",
            [](RunPolicyInput& run, UserPolicy&) {
                run.budget = Money::fromAtto(5);
                run.worstCaseFirstStep = Money::fromAtto(6);
            },
            "BUDGET_EXCEEDED", "0.000000000000000006", "0.000000000000000005");
        row(
            "budget with an unknown price", [](RunPolicyInput& run, UserPolicy&) { run.budget = Money::fromAtto(5); },
            "BUDGET_EXCEEDED", "", "0.000000000000000005");
    }
    void checksTheRun()
    {
        QFETCH(ChangeRun, change);
        QFETCH(QString, violation);
        QFETCH(QString, actual);
        QFETCH(QString, limit);
        RunPolicyInput input = goodRun();
        UserPolicy policy = freePolicy();
        change(input, policy);
        const PolicyVerdict verdict = PolicyEnforcer(policy).checkRun(input);
        QCOMPARE(verdict.checks.size(), 4);
        for (const PolicyCheck& check : verdict.checks) {
            QVERIFY(check.outcome != CheckOutcome::NotReached);
            QCOMPARE(check.message.isEmpty(), check.outcome == CheckOutcome::Passed);
            QCOMPARE(check.violation.has_value(), check.outcome == CheckOutcome::Failed);
        }
        QCOMPARE(verdict.allowed(), violation.isEmpty());
        if (!verdict.allowed()) {
            QCOMPARE(QString(toName(*verdict.firstFailure()->violation)), violation);
            QCOMPARE(verdict.firstFailure()->actual, actual);
            QCOMPARE(verdict.firstFailure()->limit, limit);
        }
    }

    void keepsEveryOutcome()
    {
        RunPolicyInput input = goodRun();
        input.currentDepth = 9;
        input.promptCharacters = 1'000'000;
        input.requestedTools = QStringList{u"x"_s};
        input.budget = Money();
        input.worstCaseFirstStep = Money::fromAtto(1);
        const PolicyVerdict verdict = PolicyEnforcer(freePolicy()).checkRun(input);
        QStringList failures;
        for (const PolicyCheck& check : verdict.checks) {
            if (check.outcome == CheckOutcome::Failed) {
                failures.append(check.check);
            }
        }
        QCOMPARE(failures, QStringList({u"depth"_s, u"context"_s, u"tool_allowlist"_s, u"budget"_s}));
        QCOMPARE(PolicyEnforcer(freePolicy()).policy(), freePolicy());
    }

    void checksEachModelCall_data()
    {
        QTest::addColumn<ChangeLlm>("change");
        QTest::addColumn<QString>("violation");
        const auto row = [](const char *name, const ChangeLlm& change, const char *violation) {
            QTest::newRow(name) << change << QString::fromLatin1(violation);
        };
        row(
            "good", [](LlmCallPolicyInput&, UserPolicy&) {}, "");
        row(
            "too deep", [](LlmCallPolicyInput& call, UserPolicy&) { call.depth = 3; }, "RECURSION_DEPTH_EXCEEDED");
        row(
            "policy is stricter",
            [](LlmCallPolicyInput& call, UserPolicy& policy) {
                call.depth = 2;
                policy.maxRecursionDepth = 2;
            },
            "RECURSION_DEPTH_EXCEEDED");
        row(
            "grown too long", [](LlmCallPolicyInput& call, UserPolicy&) { call.promptCharacters = 4 * 6000 + 1; },
            "CONTEXT_WINDOW_EXCEEDED");
        row(
            "just fits", [](LlmCallPolicyInput& call, UserPolicy&) { call.promptCharacters = 4 * 6000; }, "");
    }
    void checksEachModelCall()
    {
        QFETCH(ChangeLlm, change);
        QFETCH(QString, violation);
        LlmCallPolicyInput input;
        input.depth = 1;
        input.jobMaxDepth = 3;
        input.jobContextWindow = 6000;
        UserPolicy policy = freePolicy();
        change(input, policy);
        const PolicyVerdict verdict = PolicyEnforcer(policy).checkLlmCall(input);
        QCOMPARE(verdict.checks.size(), 2);
        const PolicyCheck *failure = verdict.firstFailure();
        QCOMPARE(failure == nullptr ? QString() : QString(toName(*failure->violation)), violation);
    }

    void checksEachToolCall_data()
    {
        QTest::addColumn<ChangeTool>("change");
        QTest::addColumn<QString>("violation");
        QTest::addColumn<QString>("part");
        const auto row = [](const char *name, const ChangeTool& change, const char *violation, const char *part) {
            QTest::newRow(name) << change << QString::fromLatin1(violation) << QString::fromLatin1(part);
        };
        row(
            "good", [](ToolCallPolicyInput&, UserPolicy&) {}, "", "");
        row(
            "unknown", [](ToolCallPolicyInput& call, UserPolicy&) { call.registered = false; }, "TOOL_NOT_ALLOWED",
            "there is no tool \"a\"");
        row(
            "not in the policy",
            [](ToolCallPolicyInput&, UserPolicy& policy) { policy.allowedTools = QStringList{u"b"_s}; },
            "TOOL_NOT_ALLOWED", "the policy of user \"ann\" does not allow \"a\"");
        row(
            "not in the job", [](ToolCallPolicyInput& call, UserPolicy&) { call.jobTools = QStringList{u"b"_s}; },
            "TOOL_NOT_ALLOWED", "the job does not list \"a\"");
        row(
            "job without tools", [](ToolCallPolicyInput& call, UserPolicy&) { call.jobTools = QStringList(); },
            "TOOL_NOT_ALLOWED", "the job does not list");
        row(
            "in both lists",
            [](ToolCallPolicyInput& call, UserPolicy& policy) {
                call.jobTools = QStringList{u"a"_s};
                policy.allowedTools = QStringList{u"a"_s};
            },
            "", "");
        row(
            "tenth call", [](ToolCallPolicyInput& call, UserPolicy&) { call.toolCallsSoFar = 9; }, "", "");
        row(
            "eleventh call", [](ToolCallPolicyInput& call, UserPolicy&) { call.toolCallsSoFar = 10; },
            "TOOL_CALLS_EXCEEDED", "Tool call 11 is more than the 10 allowed");
    }
    void checksEachToolCall()
    {
        QFETCH(ChangeTool, change);
        QFETCH(QString, violation);
        QFETCH(QString, part);
        ToolCallPolicyInput input;
        input.tool = u"a"_s;
        input.registered = true;
        UserPolicy policy = freePolicy();
        change(input, policy);
        const PolicyVerdict verdict = PolicyEnforcer(policy).checkToolCall(input);
        QVERIFY(find(verdict, "tool_allowlist"_L1) != nullptr && find(verdict, "tool_calls"_L1) != nullptr);
        const PolicyCheck *failure = verdict.firstFailure();
        QCOMPARE(failure == nullptr ? QString() : QString(toName(*failure->violation)), violation);
        if (failure != nullptr) {
            QVERIFY2(failure->message.contains(part), qPrintable(failure->message));
        }
    }
};

QTEST_GUILESS_MAIN(TestPolicyEnforcer)
#include "tst_policyenforcer.moc"
