// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/aguiexport.h"
#include "tests/support/aguiverifier.h"
#include "tests/support/recordedruns.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Runs of every kind as AG-UI events, as a client of the protocol reads them.
class TestAguiExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theVerifierRejects_data();
    void theVerifierRejects();
    void writesValidStreams_data();
    void writesValidStreams();
    void tellsOfToolsAndUsage();
    void tellsOfFramesAsSubagents();
    void tellsOfRetries();
    void tellsWhereAPausedRunStands();

private:
    [[nodiscard]] QList<QJsonObject> events(const QString& kind, QString *runId = nullptr)
    {
        const QString id = m_runs.make(kind);
        if (runId != nullptr) {
            *runId = id;
        }
        QStringList complaints;
        return readAguiStream(m_runs.exported(id, RunFormat::Agui), &complaints);
    }
    [[nodiscard]] static QList<QJsonObject> only(const QList<QJsonObject>& events, const QString& type,
                                                 const QString& name = {})
    {
        QList<QJsonObject> found;
        for (const QJsonObject& event : events) {
            if (event.value("type"_L1) == type && (name.isEmpty() || event.value("name"_L1) == name)) {
                found.append(event);
            }
        }
        return found;
    }
    RecordedRuns m_runs;
};

void TestAguiExport::theVerifierRejects_data()
{
    QTest::addColumn<QString>("events");
    QTest::addColumn<QString>("complaint"); // empty: accepted
    const QString start = uR"({"type":"RUN_STARTED","threadId":"t","runId":"r"})"_s;
    const QString end = uR"({"type":"RUN_FINISHED","threadId":"t","runId":"r"})"_s;
    const auto row = [&](const char *name, const QStringList& events, const QString& complaint) {
        QTest::newRow(name) << events.join(u'\n') << complaint;
    };
    const auto step = [](const QString& type, const QString& name) {
        return uR"({"type":"STEP_%1","stepName":"%2"})"_s.arg(type, name);
    };
    row("whole", {start, end}, {});
    row("simply ends", {start}, {});
    row("no start", {end}, u"before RUN_STARTED"_s);
    row("error at once", {uR"({"type":"RUN_ERROR","message":"m"})"_s}, {});
    row("two runs", {start, end, start, end}, {});
    row("run in a run", {start, start}, u"inside a run"_s);
    row("after the end", {start, end, step(u"STARTED"_s, u"a"_s)}, u"after RUN_FINISHED"_s);
    row("after an error", {start, uR"({"type":"RUN_ERROR","message":"m"})"_s, end}, u"after RUN_ERROR"_s);
    row("open step", {start, step(u"STARTED"_s, u"a"_s), end}, u"still open"_s);
    row("steps crossed",
        {start, step(u"STARTED"_s, u"a"_s), step(u"STARTED"_s, u"b"_s), step(u"FINISHED"_s, u"a"_s),
         step(u"FINISHED"_s, u"b"_s), end},
        {});
    row("same step twice", {start, step(u"STARTED"_s, u"a"_s), step(u"STARTED"_s, u"a"_s)}, u"open already"_s);
    row("step not begun", {start, step(u"FINISHED"_s, u"a"_s)}, u"not started"_s);
    row("words without message", {start, uR"({"type":"TEXT_MESSAGE_CONTENT","messageId":"m","delta":"x"})"_s},
        u"not started"_s);
    row("result without call",
        {start, uR"({"type":"TOOL_CALL_RESULT","messageId":"m","toolCallId":"c","content":"x"})"_s, end}, {});
    row("null", {start, uR"({"type":"TEXT_MESSAGE_START","messageId":"m","name":null})"_s}, u"holds a null"_s);
    row("missing", {uR"({"type":"RUN_STARTED","threadId":"t"})"_s}, u"runId is missing"_s);
    row("half a token",
        {start, uR"({"type":"RUN_FINISHED","threadId":"t","runId":"r","usage":[{"inputTokens":1.5}]})"_s},
        u"no count"_s);
    row("unknown subagent", {start, uR"({"type":"STEP_STARTED","stepName":"a","subagentRunId":"s"})"_s},
        u"not started"_s);
    row("no interrupt",
        {start,
         uR"({"type":"RUN_FINISHED","threadId":"t","runId":"r","outcome":{"type":"interrupt","interrupts":[]}})"_s},
        u"without interrupts"_s);
}

void TestAguiExport::theVerifierRejects()
{
    QFETCH(QString, events);
    QFETCH(QString, complaint);
    QList<QJsonObject> list;
    for (const QString& line : events.split(u'\n')) {
        list.append(QJsonDocument::fromJson(line.toUtf8()).object());
    }
    const QString complaints = verifyAgui(list).join(u'\n');
    QCOMPARE(complaints.isEmpty(), complaint.isEmpty());
    QVERIFY2(complaints.contains(complaint), qPrintable(complaints));
}

void TestAguiExport::writesValidStreams_data()
{
    QTest::addColumn<QString>("last");
    QTest::addColumn<QString>("outcome"); // or the code of the error
    const QHash<QString, std::pair<QString, QString>> ends{{u"refused"_s, {u"RUN_ERROR"_s, u"POLICY_VIOLATION"_s}},
                                                           {u"invalid"_s, {u"RUN_ERROR"_s, u"VALIDATION_FAILED"_s}},
                                                           {u"failed"_s, {u"RUN_ERROR"_s, u"AUTH"_s}},
                                                           {u"stopped"_s, {u"RUN_FINISHED"_s, u"cancelled"_s}},
                                                           {u"paused"_s, {u"RUN_FINISHED"_s, u"interrupt"_s}},
                                                           {u"interrupted"_s, {u"RUN_ERROR"_s, u"INTERRUPTED"_s}}};
    for (const QString& kind : RecordedRuns::kinds()) {
        const auto end = ends.value(kind, {u"RUN_FINISHED"_s, u"success"_s});
        QTest::newRow(qPrintable(kind)) << end.first << end.second;
    }
}

void TestAguiExport::writesValidStreams()
{
    QFETCH(QString, last);
    QFETCH(QString, outcome);
    const QString id = m_runs.make(QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(!id.isEmpty());
    const QByteArray stream = m_runs.exported(id, RunFormat::Agui);
    QCOMPARE(m_runs.exported(id, RunFormat::Agui), stream); // the same again
    QStringList complaints;
    const QList<QJsonObject> events = readAguiStream(stream, &complaints);
    complaints += verifyAgui(events);
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join(u'\n')));
    QVERIFY(events.size() > 1);
    QCOMPARE(events.first().value("protocolVersion"_L1).toString(), u"1.0"_s);
    QCOMPARE(events.last().value("type"_L1).toString(), last);
    QCOMPARE(last == "RUN_ERROR"_L1 ? events.last().value("code"_L1).toString()
                                    : events.last().value("outcome"_L1).toObject().value("type"_L1).toString(),
             outcome);
    // The totals are those of the run.
    const RunRecord record = m_runs.record(id);
    qint64 tokens = 0;
    for (const QJsonValue usage : events.last().value("usage"_L1).toArray()) {
        tokens += usage.toObject().value("totalTokens"_L1).toInteger();
    }
    QCOMPARE(tokens, record.summary.tokensUsed);
    QCOMPARE(events.last().value("metadata"_L1).toObject().value("costUsd"_L1).toString(),
             record.summary.totalCost.toDecimal());
    Money cost;
    for (const QJsonObject& event : events) {
        QString amount = event.value("value"_L1).toObject().value("costUsd"_L1).toString();
        if (event.value("type"_L1) == "TOOL_CALL_RESULT"_L1) {
            amount = event.value("metadata"_L1).toObject().value("costUsd"_L1).toString();
        }
        if (!amount.isEmpty()) {
            cost = *cost.plus(*Money::fromDecimal(amount));
        }
    }
    QCOMPARE(cost, record.summary.totalCost);
}

void TestAguiExport::tellsOfToolsAndUsage()
{
    const QList<QJsonObject> all = events(u"tools"_s);
    const QList<QJsonObject> decisions = only(all, u"CUSTOM"_s, u"decision"_s);
    QCOMPARE(decisions.size(), 2);
    QCOMPARE(decisions.at(0).value("value"_L1).toObject().value("kind"_L1).toString(), u"TOOL_CALL"_s);
    QCOMPARE(decisions.at(0).value("value"_L1).toObject().value("calls"_L1).toArray().size(), 3);
    QCOMPARE(only(all, u"TOOL_CALL_RESULT"_s).size(), 3);
    const QList<QJsonObject> arguments = only(all, u"TOOL_CALL_ARGS"_s);
    QCOMPARE(arguments.first().value("delta"_L1).toString(), uR"({"query":"frame"})"_s);
    QCOMPARE(only(all, u"REASONING_MESSAGE_CONTENT"_s).first().value("delta"_L1).toString(), u"I look things up."_s);
    QCOMPARE(only(all, u"TEXT_MESSAGE_CONTENT"_s).last().value("delta"_L1).toString(),
             u"A frame is one level of recursion."_s);
    const QJsonObject usage = all.last().value("usage"_L1).toArray().first().toObject();
    QCOMPARE(usage.value("inputTokens"_L1).toInteger(), 120 + 64 + 300 + 50);
    QCOMPARE(usage.value("cachedInputTokens"_L1).toInteger(), 64);
    QCOMPARE(usage.value("cacheWriteInputTokens"_L1).toInteger(), 50);
    QCOMPARE(usage.value("outputTokens"_L1).toInteger(), 46);
    QCOMPARE(usage.value("reasoningTokens"_L1).toInteger(), 8);
    QStringList steps;
    for (const QJsonObject& step : only(all, u"STEP_STARTED"_s)) {
        steps.append(step.value("stepName"_L1).toString());
    }
    QCOMPARE(steps, (QStringList{u"INGESTION"_s, u"CONTEXT"_s, u"POLICY"_s, u"EXECUTION"_s, u"SERIALIZATION"_s}));
    QCOMPARE(
        all.first().value("input"_L1).toObject().value("messages"_L1).toArray().first().toObject().value("content"_L1),
        u"What is a frame?"_s);
}

void TestAguiExport::tellsOfFramesAsSubagents()
{
    QString id;
    const QList<QJsonObject> all = events(u"frames"_s, &id);
    const QList<QJsonObject> started = only(all, u"SUBAGENT_STARTED"_s);
    QCOMPARE(started.size(), 2);
    QCOMPARE(started.at(0).value("subagentRunId"_L1).toString(), id + u"/2"_s);
    QCOMPARE(started.at(0).value("description"_L1).toString(), u"one part"_s);
    QCOMPARE(started.at(0).value("parentToolCallId"_L1).toString(), u"sub"_s);
    QVERIFY(!started.at(0).contains("parentSubagentRunId"_L1));
    QCOMPARE(started.at(1).value("parentSubagentRunId"_L1).toString(), id + u"/2"_s);
    QCOMPARE(only(all, u"SUBAGENT_FINISHED"_s).size(), 2);
    const QList<QJsonObject> texts = only(all, u"TEXT_MESSAGE_CONTENT"_s);
    QCOMPARE(texts.size(), 3);
    QCOMPARE(texts.at(0).value("subagentRunId"_L1).toString(), id + u"/3"_s);
    QCOMPARE(texts.at(0).value("delta"_L1).toString(), u"seven"_s);
    QVERIFY(!texts.at(2).contains("subagentRunId"_L1));
}

void TestAguiExport::tellsOfRetries()
{
    const QList<QJsonObject> all = events(u"retries"_s);
    const QList<QJsonObject> attempts = only(all, u"CUSTOM"_s, u"attempt"_s);
    QCOMPARE(attempts.size(), 3);
    QCOMPARE(attempts.at(0).value("value"_L1).toObject().value("errorKind"_L1).toString(), u"RATE_LIMITED"_s);
    QCOMPARE(attempts.at(2).value("value"_L1).toObject().value("outcome"_L1).toString(), u"ok"_s);
    QCOMPARE(only(all, u"CUSTOM"_s, u"retry"_s).size(), 2);
}

void TestAguiExport::tellsWhereAPausedRunStands()
{
    const QList<QJsonObject> all = events(u"paused"_s);
    const QJsonObject interrupt =
        all.last().value("outcome"_L1).toObject().value("interrupts"_L1).toArray().first().toObject();
    QCOMPARE(interrupt.value("metadata"_L1).toObject().value("depth"_L1).toInt(), 1);
    QVERIFY(interrupt.value("reason"_L1).toString().startsWith(u"breakpoint"_s));
    const QJsonObject suspended = only(all, u"SUBAGENT_FINISHED"_s).first();
    QCOMPARE(suspended.value("outcome"_L1).toObject().value("interruptIds"_L1).toArray().first(),
             interrupt.value("id"_L1));
}

QTEST_GUILESS_MAIN(TestAguiExport)
#include "tst_aguiexport.moc"
