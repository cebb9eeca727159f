// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/agent/stepgate.h"
#include "tests/support/await.h"

using namespace lathe;
using namespace Qt::StringLiterals;

class TestStepGate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBreakpoints_data();
    void readsBreakpoints();
    void refusesUnreadableBreakpoints_data();
    void refusesUnreadableBreakpoints();
    void stopsWhereABreakpointSays_data();
    void stopsWhereABreakpointSays();
    void usesUpOneShots();
    void stepsIntoOverAndOut();
    void keepsWhatIsSaidEarly();
    void answersWhatComesTooLate();
    void endsTheCallInFlight();
    void hearsAnswersWhileItWaitsForARetry();
};

namespace {

StepGate::Place place(StopPoint point, int frame = 1, int depth = 0, const QString& tool = {}, bool afterError = false)
{
    return {point, Phase::Execution, frame, depth, tool, afterError};
}

} // namespace

void TestStepGate::readsBreakpoints_data()
{
    QTest::addColumn<QString>("expression");
    QTest::newRow("point") << u"BEFORE_TOOL"_s;
    QTest::newRow("tool") << u"tool=code_executor"_s;
    QTest::newRow("both") << u"BEFORE_TOOL tool=google_search"_s;
    QTest::newRow("phase") << u"phase=POLICY"_s;
    QTest::newRow("error") << u"error"_s;
    QTest::newRow("once") << u"AFTER_DECIDE once"_s;
}

void TestStepGate::readsBreakpoints()
{
    QFETCH(QString, expression);
    const auto breakpoint = parseBreakpoint(expression);
    QVERIFY(breakpoint);
    QCOMPARE(toExpression(*breakpoint), expression);
}

void TestStepGate::refusesUnreadableBreakpoints_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<QString>("names");
    QTest::newRow("empty") << u"  "_s << u"breakpoint"_s;
    QTest::newRow("word") << u"SOMEWHERE"_s << u"SOMEWHERE"_s;
    QTest::newRow("phase") << u"phase=DINNER"_s << u"DINNER"_s;
    QTest::newRow("no tool") << u"tool="_s << u"tool="_s;
    QTest::newRow("phase point") << u"PHASE_ENTERED"_s << u"PHASE_ENTERED"_s;
}

void TestStepGate::refusesUnreadableBreakpoints()
{
    QFETCH(QString, expression);
    QFETCH(QString, names);
    const auto breakpoint = parseBreakpoint(expression);
    QVERIFY(!breakpoint);
    QCOMPARE(breakpoint.error().code, ErrorCode::InvalidInput);
    QVERIFY2(breakpoint.error().message.contains(names), qPrintable(breakpoint.error().message));
}

void TestStepGate::stopsWhereABreakpointSays_data()
{
    QTest::addColumn<QString>("expression");
    QTest::addColumn<int>("point");
    QTest::addColumn<QString>("tool");
    QTest::addColumn<bool>("afterError");
    QTest::addColumn<bool>("stops");
    QTest::newRow("point") << u"BEFORE_TOOL"_s << int(StopPoint::BeforeTool) << u"x"_s << false << true;
    QTest::newRow("other point") << u"BEFORE_TOOL"_s << int(StopPoint::AfterTool) << u"x"_s << false << false;
    QTest::newRow("tool") << u"tool=x"_s << int(StopPoint::AfterTool) << u"x"_s << false << true;
    QTest::newRow("other tool") << u"BEFORE_TOOL tool=y"_s << int(StopPoint::BeforeTool) << u"x"_s << false << false;
    QTest::newRow("error") << u"error"_s << int(StopPoint::BeforeDecide) << QString() << true << true;
    QTest::newRow("no error") << u"error"_s << int(StopPoint::BeforeDecide) << QString() << false << false;
    QTest::newRow("phase") << u"phase=EXECUTION"_s << int(StopPoint::PhaseEntered) << QString() << false << true;
    QTest::newRow("phase, not a step") << u"phase=EXECUTION"_s << int(StopPoint::BeforeDecide) << QString() << false
                                       << false;
    QTest::newRow("other phase") << u"phase=POLICY"_s << int(StopPoint::PhaseEntered) << QString() << false << false;
}

void TestStepGate::stopsWhereABreakpointSays()
{
    QFETCH(QString, expression);
    QFETCH(int, point);
    QFETCH(QString, tool);
    QFETCH(bool, afterError);
    QFETCH(bool, stops);
    StepGate gate(true);
    gate.setBreakpoints({*parseBreakpoint(expression)});
    const auto reason = gate.reasonToStop(place(static_cast<StopPoint>(point), 1, 0, tool, afterError));
    QCOMPARE(reason.has_value(), stops);
    if (stops) {
        QVERIFY(reason->contains(expression));
        QCOMPARE(gate.breakpoints().first().hits, 1);
    }
    Breakpoint disabled = *parseBreakpoint(expression);
    disabled.enabled = false;
    gate.setBreakpoints({disabled});
    QVERIFY(!gate.reasonToStop(place(static_cast<StopPoint>(point), 1, 0, tool, afterError)));
}

void TestStepGate::usesUpOneShots()
{
    StepGate gate(true);
    gate.setBreakpoints({*parseBreakpoint(u"AFTER_TOOL once")});
    QVERIFY(gate.reasonToStop(place(StopPoint::AfterTool)));
    QVERIFY(gate.breakpoints().isEmpty());
    QVERIFY(!gate.reasonToStop(place(StopPoint::AfterTool)));
}

void TestStepGate::stepsIntoOverAndOut()
{
    StepGate gate(true);
    QVERIFY(!gate.reasonToStop(place(StopPoint::BeforeDecide)));
    gate.stopAtNext();
    QVERIFY(gate.reasonToStop(place(StopPoint::BeforeDecide)));
    gate.stand(place(StopPoint::BeforeDecide, 1, 1));
    QVERIFY(!gate.reasonToStop(place(StopPoint::AfterDecide, 1, 1)));

    gate.goOn(StepCommand::StepInto);
    QVERIFY(gate.reasonToStop(place(StopPoint::AfterDecide, 2, 2)));

    gate.stand(place(StopPoint::AfterDecide, 1, 1));
    gate.goOn(StepCommand::StepOver);
    QVERIFY(!gate.reasonToStop(place(StopPoint::BeforeTool, 1, 1)));
    QVERIFY(!gate.reasonToStop(place(StopPoint::BeforeDecide, 2, 2))); // the child frame runs through
    QVERIFY(gate.reasonToStop(place(StopPoint::BeforeDecide, 1, 1)));

    gate.stand(place(StopPoint::BeforeDecide, 2, 2));
    gate.goOn(StepCommand::StepOut);
    QVERIFY(!gate.reasonToStop(place(StopPoint::AfterDecide, 2, 2)));
    QVERIFY(!gate.reasonToStop(place(StopPoint::BeforeDecide, 3, 3)));
    QVERIFY(gate.reasonToStop(place(StopPoint::AfterTool, 1, 1)));

    gate.stand(place(StopPoint::AfterTool));
    gate.goOn(StepCommand::Continue);
    QVERIFY(!gate.reasonToStop(place(StopPoint::BeforeDecide)));
    gate.command(StepCommand::Pause);
    QCOMPARE(*gate.reasonToStop(place(StopPoint::BeforeDecide)), u"pause"_s);
}

void TestStepGate::keepsWhatIsSaidEarly()
{
    StepGate gate(true);
    QVERIFY(!gate.canSpeak());
    gate.stand(place(StopPoint::BeforeTool));
    QVERIFY(gate.canSpeak());
    gate.command(StepCommand::Pause); // stands already; the listener decides
    gate.command(StepCommand::StepInto);
    QCOMPARE(test::await(gate.listen()).command, StepCommand::Pause);
    QVERIFY(gate.canSpeak());
    QCOMPARE(test::await(gate.listen()).command, StepCommand::StepInto);
    QVERIFY(!gate.canSpeak());
}

void TestStepGate::answersWhatComesTooLate()
{
    StepGate gate(true);
    gate.stand(place(StopPoint::BeforeTool));
    gate.command(StepCommand::Continue);
    GateMessage late;
    late.kind = GateMessage::Kind::Edit;
    late.answer = std::make_shared<OneShot<Result<void>>>();
    gate.say(late);
    QCOMPARE(test::await(gate.listen()).command, StepCommand::Continue);
    const auto answer = test::await(late.answer->future());
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Conflict);
}

void TestStepGate::endsTheCallInFlight()
{
    StepGate gate(true);
    const auto first = gate.beginCall();
    gate.command(StepCommand::Interrupt);
    QVERIFY(first->stop_requested());
    QVERIFY(gate.wasInterrupted(*first));
    QCOMPARE(*gate.reasonToStop(place(StopPoint::BeforeDecide)), u"interrupted"_s);

    const auto second = gate.beginCall();
    QVERIFY(!second->stop_requested());
    gate.command(StepCommand::Stop);
    QVERIFY(second->stop_requested());
    QVERIFY(!gate.wasInterrupted(*second));
    QVERIFY(gate.stopRequested());
    QVERIFY(gate.beginCall()->stop_requested());

    StepGate leaving(true);
    const auto third = leaving.beginCall();
    leaving.shutDown();
    QVERIFY(third->stop_requested());
    QVERIFY(leaving.isShuttingDown());
}

void TestStepGate::hearsAnswersWhileItWaitsForARetry()
{
    StepGate gate(false); // no stop point needs to be there
    QCOMPARE(gate.answerRetry(RetryAnswer::TryNow).error().code, ErrorCode::Conflict);
    auto wait = std::make_shared<RetryWait>(RetryWait::Notice());
    gate.beginWait(wait);
    QVERIFY(gate.answerRetry(RetryAnswer::GiveUp));
    QCOMPARE(wait->answer(), RetryAnswer::GiveUp);
    wait.reset();
    QCOMPARE(gate.answerRetry(RetryAnswer::TryNow).error().code, ErrorCode::Conflict);
}

QTEST_GUILESS_MAIN(TestStepGate)
#include "tst_stepgate.moc"
