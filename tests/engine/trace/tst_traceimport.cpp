// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpimport.h"
#include "engine/trace/tracefile.h"
#include "tests/support/await.h"
#include "tests/support/recordedruns.h"

#include <QTest>

#include <random>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kNow = 1'790'000'000'000;

/// The decision tree with tokens and costs, a decision a line. What was only about to be decided is left out: a trace
/// does not tell of it.
QString tree(const RunRecord& record)
{
    QStringList lines;
    for (const DecisionRecord& decision : record.decisions) {
        const auto answered = [](const AttemptRecord& attempt) { return !attempt.outcome.isEmpty(); };
        if (!decision.action && std::none_of(decision.attempts.cbegin(), decision.attempts.cend(), answered)) {
            continue;
        }
        QStringList calls;
        for (const ToolCallRecord& call : decision.toolCalls) {
            if (call.status.isEmpty()) {
                continue; // was never begun
            }
            const QString status = call.status == "rejected"_L1 ? u"error"_s : call.status;
            calls.append(u"%1=%2(%3)>%4"_s.arg(call.callId, call.tool, status).arg(call.childFrame));
        }
        QStringList attempts;
        for (const AttemptRecord& attempt : decision.attempts) {
            attempts.append(attempt.outcome + attempt.errorKind + QString::number(attempt.usage.total()));
        }
        lines.append(u"%1 in %2 at %3 below %4: %5 [%6] {%7} %8 %9"_s.arg(decision.number)
                         .arg(decision.frame)
                         .arg(decision.depth)
                         .arg(decision.parentDecision)
                         .arg(decision.action ? QString(toName(*decision.action)) : u"-"_s, attempts.join(u' '),
                              calls.join(u' '), decision.modelCost.toDecimal(), decision.toolCost.toDecimal()));
    }
    lines.append(u"%1 tokens, %2 USD, %3 unknown"_s.arg(record.summary.tokensUsed)
                     .arg(record.summary.totalCost.toDecimal())
                     .arg(record.summary.unknownCostLines));
    return lines.join(u'\n');
}

QByteArray otlp(const QList<QJsonObject>& spans)
{
    QJsonArray list;
    for (const QJsonObject& span : spans) {
        list.append(span);
    }
    return QJsonDocument(
               QJsonObject{{u"resourceSpans"_s,
                            QJsonArray{QJsonObject{{u"scopeSpans"_s, QJsonArray{QJsonObject{{u"spans"_s, list}}}}}}}})
        .toJson(QJsonDocument::Compact);
}

/// A span of trace 1 with text attributes and, where the value is a number, whole ones.
QJsonObject span(int id, int parent, int second, const QJsonObject& attributes, int trace = 1)
{
    QJsonArray list;
    for (auto at = attributes.begin(); at != attributes.end(); ++at) {
        const QJsonObject value = at->isDouble() && at.key() != "llm.cost.total"_L1
                                      ? QJsonObject{{u"intValue"_s, QString::number(at->toInteger())}}
                                  : at->isDouble() ? QJsonObject{{u"doubleValue"_s, *at}}
                                                   : QJsonObject{{u"stringValue"_s, *at}};
        list.append(QJsonObject{{u"key"_s, at.key()}, {u"value"_s, value}});
    }
    QJsonObject json{{u"traceId"_s, u"%1"_s.arg(trace, 32, 16, QLatin1Char('0'))},
                     {u"spanId"_s, u"%1"_s.arg(id, 16, 16, QLatin1Char('0'))},
                     {u"name"_s, u"span %1"_s.arg(id)},
                     {u"startTimeUnixNano"_s, u"%1000000000"_s.arg(1'790'000'000 + second)},
                     {u"endTimeUnixNano"_s, u"%1000000000"_s.arg(1'790'000'001 + second)},
                     {u"attributes"_s, list}};
    if (parent > 0) {
        json.insert("parentSpanId"_L1, u"%1"_s.arg(parent, 16, 16, QLatin1Char('0')));
    }
    return json;
}

} // namespace

/// Files of others, and Lathe's own, as runs to look at.
class TestTraceImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas_data();
    void comesBackAsItWas();
    void takesSpansInAnyOrder();
    void takesItsOwnJournals_data();
    void takesItsOwnJournals();
    void readsGenAi();
    void readsOpenInference();
    void readsSeveralTraces();
    void livesWithMissingParents();
    void countsWrappedCallsOnce();
    void readsForeignAgui();
    void refuses_data();
    void refuses();
    void staysWithinBounds();
    void countsForNoBudgetAndNoBill();
    void knowsWhatIsThereAlready();

private:
    /// Imports and gives the record of the only run.
    [[nodiscard]] RunRecord imported(RecordedRuns& runs, const QByteArray& file)
    {
        RunImport options;
        options.fileName = u"file.json"_s;
        const auto result = await(runs.facade().importRuns(file, options));
        if (!result) {
            qWarning("%s", qPrintable(result.error().message));
            return {};
        }
        return runs.record(result->runs.first());
    }
};

void TestTraceImport::comesBackAsItWas_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<RunFormat>("format");
    QTest::addColumn<bool>("content");
    for (const QString& kind : RecordedRuns::kinds()) {
        QTest::newRow(qPrintable(kind + u" otlp"_s)) << kind << RunFormat::Otlp << false;
        QTest::newRow(qPrintable(kind + u" otlp with content"_s)) << kind << RunFormat::Otlp << true;
        QTest::newRow(qPrintable(kind + u" agui"_s)) << kind << RunFormat::Agui << true;
        QTest::newRow(qPrintable(kind + u" run"_s)) << kind << RunFormat::Run << true;
        QTest::newRow(qPrintable(kind + u" jsonl"_s)) << kind << RunFormat::Jsonl << false;
    }
}

void TestTraceImport::comesBackAsItWas()
{
    QFETCH(QString, kind);
    QFETCH(RunFormat, format);
    QFETCH(bool, content);
    RecordedRuns here;
    const QString id = here.make(kind);
    QVERIFY(!id.isEmpty());
    const RunRecord before = here.record(id);
    RecordedRuns there;
    const RunRecord after = imported(there, here.exported(id, format, content));
    QCOMPARE(after.summary.runId, id);
    QCOMPARE(tree(after), tree(before));
    const RunStatus status =
        before.summary.status == RunStatus::Paused ? RunStatus::Interrupted : before.summary.status;
    QCOMPARE(after.summary.status, status);
    QVERIFY(after.summary.imported);
    QCOMPARE(after.summary.userId, before.summary.userId);
    QCOMPARE(after.summary.name, before.summary.name);
    if (content) {
        QCOMPARE(after.job.value("prompt"_L1), before.job.value("prompt"_L1));
        QCOMPARE(after.result, before.result);
    }
    QVERIFY(await(there.facade().doctor(false))->healthy());
    // What was imported can be exported again, in every format.
    for (const RunFormat again : {RunFormat::Otlp, RunFormat::Agui, RunFormat::Run, RunFormat::Jsonl}) {
        QVERIFY(!there.exported(id, again, true).isEmpty());
    }
}

void TestTraceImport::takesSpansInAnyOrder()
{
    RecordedRuns here;
    std::mt19937 random(7); // NOLINT: the same shuffles each time
    for (const QString& kind : {u"tools"_s, u"frames"_s, u"retries"_s}) {
        const QString id = here.make(kind);
        QJsonObject root = QJsonDocument::fromJson(here.exported(id, RunFormat::Otlp)).object();
        const QJsonObject resource = root.value("resourceSpans"_L1).toArray().first().toObject();
        QJsonArray spans = resource.value("scopeSpans"_L1).toArray().first().toObject().value("spans"_L1).toArray();
        for (int round = 0; round < 5; ++round) {
            QList<QJsonObject> list;
            for (const QJsonValue entry : std::as_const(spans)) {
                list.append(entry.toObject());
            }
            std::shuffle(list.begin(), list.end(), random);
            // In several documents, one a line, as collectors write them.
            QByteArray lines;
            for (const QJsonObject& entry : std::as_const(list)) {
                lines += otlp({entry}) + '\n';
            }
            RecordedRuns there;
            QCOMPARE(tree(imported(there, lines)), tree(here.record(id)));
        }
    }
}

void TestTraceImport::takesItsOwnJournals_data()
{
    QTest::addColumn<QString>("kind");
    for (const QString& kind : RecordedRuns::kinds()) {
        QTest::newRow(qPrintable(kind)) << kind;
    }
}

void TestTraceImport::takesItsOwnJournals()
{
    QFETCH(QString, kind);
    RecordedRuns here;
    const QString id = here.make(kind);
    RecordedRuns there;
    RunRecord after = imported(there, here.exported(id, RunFormat::Run));
    const RunRecord before = here.record(id);
    // The same but for the mark that it was imported.
    QCOMPARE(after.decisions, before.decisions);
    QCOMPARE(after.lines, before.lines);
    QCOMPARE(after.frames, before.frames);
    QCOMPARE(after.phases, before.phases);
    QCOMPARE(after.lastSeq, before.lastSeq + 1);
    for (const DecisionRecord& decision : before.decisions) {
        for (const AttemptRecord& attempt : decision.attempts) {
            const auto bytes = await(here.facade().requestBytes(id, decision.number, attempt.attempt));
            const auto again = await(there.facade().requestBytes(id, decision.number, attempt.attempt));
            QVERIFY(bytes && again);
            QCOMPARE(*again, *bytes); // with every body
        }
    }
    // And once more: the mark is not put twice.
    RecordedRuns elsewhere;
    QCOMPARE(imported(elsewhere, there.exported(id, RunFormat::Run)).lastSeq, after.lastSeq);
}

void TestTraceImport::readsGenAi()
{
    const QByteArray file = otlp({
        span(1, 0, 0,
             {{u"gen_ai.operation.name"_s, u"invoke_agent"_s},
              {u"gen_ai.agent.name"_s, u"helper"_s},
              {u"gen_ai.conversation.id"_s, u"c1"_s},
              {u"user.id"_s, u"zoe"_s}}),
        span(2, 1, 1,
             {{u"gen_ai.operation.name"_s, u"chat"_s},
              {u"gen_ai.provider.name"_s, u"openai"_s},
              {u"gen_ai.request.model"_s, u"m1"_s},
              {u"gen_ai.usage.input_tokens"_s, 100},
              {u"gen_ai.usage.output_tokens"_s, 20},
              {u"gen_ai.usage.cache_read.input_tokens"_s, 40},
              {u"gen_ai.input.messages"_s, uR"([{"role":"user","parts":[{"type":"text","content":"hello?"}]}])"_s},
              {u"gen_ai.output.messages"_s, uR"([{"role":"assistant","parts":[{"type":"tool_call","id":"c9",
                         "name":"look","arguments":{"x":1}}]}])"_s}}),
        span(3, 1, 2,
             {{u"gen_ai.operation.name"_s, u"execute_tool"_s},
              {u"gen_ai.tool.name"_s, u"look"_s},
              {u"gen_ai.tool.call.id"_s, u"c9"_s},
              {u"gen_ai.tool.call.result"_s, u"found"_s}}),
        span(4, 1, 3,
             {{u"gen_ai.operation.name"_s, u"chat"_s},
              {u"gen_ai.provider.name"_s, u"openai"_s},
              {u"gen_ai.request.model"_s, u"m1"_s},
              {u"gen_ai.usage.input_tokens"_s, 150},
              {u"gen_ai.usage.output_tokens"_s, 5},
              {u"gen_ai.output.messages"_s, uR"([{"role":"assistant","parts":[{"type":"text","content":"hi"}]}])"_s}}),
    });
    RecordedRuns runs;
    const RunRecord record = imported(runs, file);
    QCOMPARE(record.summary.runId, u"00000000-0000-0000-0000-000000000001"_s);
    QCOMPARE(record.summary.name, u"helper"_s);
    QCOMPARE(record.summary.userId, u"zoe"_s);
    QCOMPARE(record.summary.model, u"m1"_s);
    QCOMPARE(record.job.value("prompt"_L1).toString(), u"hello?"_s);
    QCOMPARE(record.result, u"hi"_s);
    QCOMPARE(tree(record), u"1 in 1 at 0 below 0: TOOL_CALL [ok120] {c9=look(ok)>0} 0.00024 0\n"
                           "2 in 1 at 0 below 0: FINAL_ANSWER [ok155] {} 0.00031 0\n"
                           "275 tokens, 0.00055 USD, 0 unknown"_s);
    QCOMPARE(record.decisions.first().usage().cacheRead, 40);
    QCOMPARE(record.decisions.first().toolCalls.first().arguments.value("x"_L1).toInt(), 1);
    for (const CostLine& line : record.lines) {
        QCOMPARE(line.state, CostState::Estimated); // the file tells no cost
    }
}

void TestTraceImport::readsOpenInference()
{
    const QByteArray file = otlp({
        span(1, 0, 0,
             {{u"openinference.span.kind"_s, u"CHAIN"_s},
              {u"input.value"_s, u"question"_s},
              {u"output.value"_s, u"answer"_s},
              {u"session.id"_s, u"s"_s}}),
        span(2, 1, 1, {{u"openinference.span.kind"_s, u"RETRIEVER"_s}, {u"input.value"_s, u"words"_s}}),
        span(3, 1, 2,
             {{u"openinference.span.kind"_s, u"LLM"_s},
              {u"llm.model_name"_s, u"m2"_s},
              {u"llm.provider"_s, u"anthropic"_s},
              {u"llm.token_count.prompt"_s, 30},
              {u"llm.token_count.completion"_s, 4},
              {u"llm.cost.total"_s, 0.00012},
              {u"llm.output_messages.0.message.content"_s, u"answer"_s}}),
    });
    RecordedRuns runs;
    const RunRecord record = imported(runs, file);
    QCOMPARE(tree(record), u"1 in 1 at 0 below 0: TOOL_CALL [] {0000000000000002=span 2(ok)>0} 0 0\n"
                           "2 in 1 at 0 below 0: FINAL_ANSWER [ok34] {} 0.00012 0\n"
                           "34 tokens, 0.00012 USD, 0 unknown"_s);
    QCOMPARE(record.summary.promptStart, u"question"_s);
    QCOMPARE(record.result, u"answer"_s);
    QCOMPARE(record.summary.userId, u"imported"_s);
    for (const CostLine& line : record.lines) {
        QCOMPARE(line.state, CostState::Reported);
    }
}

void TestTraceImport::readsSeveralTraces()
{
    const QJsonObject chat{{u"gen_ai.operation.name"_s, u"chat"_s}, {u"gen_ai.request.model"_s, u"m"_s}};
    const QByteArray file = otlp({span(1, 0, 0, chat, 1), span(1, 0, 5, chat, 2), span(2, 0, 1, chat, 1)});
    RecordedRuns runs;
    const auto progress = std::make_shared<ImportProgress>();
    RunImport options;
    options.progress = progress;
    const auto result = await(runs.facade().importRuns(file, options));
    QVERIFY(result);
    QCOMPARE(result->format, u"otlp"_s);
    QCOMPARE(result->runs.size(), 2);
    QCOMPARE(progress->total.load(), 2);
    QCOMPARE(progress->runs.load(), 2);
    QCOMPARE(runs.record(result->runs.at(0)).decisions.size(), 2);
    QCOMPARE(runs.record(result->runs.at(1)).decisions.size(), 1);
    QCOMPARE(runs.record(result->runs.at(1)).summary.unknownCostLines, 1); // no tokens, no cost: not known
}

void TestTraceImport::livesWithMissingParents()
{
    const QJsonObject chat{{u"gen_ai.operation.name"_s, u"chat"_s}, {u"gen_ai.request.model"_s, u"m"_s}};
    const QJsonObject agent{{u"gen_ai.operation.name"_s, u"invoke_agent"_s}, {u"gen_ai.agent.name"_s, u"a"_s}};
    // One parent is not in the file, two spans are below each other, two agents stand side by side.
    const QByteArray file = otlp(
        {span(1, 99, 0, agent), span(2, 1, 1, chat), span(3, 4, 2, agent), span(4, 3, 3, chat), span(5, 98, 4, chat)});
    const Result<TraceFile> read = readTraceFile(file, kNow);
    QVERIFY(read);
    QCOMPARE(read->runs.size(), 1);
    QCOMPARE(read->runs.first().decisions.size(), 4); // one is made up: it opened the agents
    QVERIFY(read->notes.join(u'\n').contains(u"below itself"_s));
    QVERIFY(read->notes.join(u'\n').contains(u"not in the file"_s));
    RecordedRuns runs;
    const RunRecord record = imported(runs, file);
    QCOMPARE(record.frames.size(), 3);
    QCOMPARE(record.summary.decisions, 4);
}

void TestTraceImport::countsWrappedCallsOnce()
{
    const QByteArray file = otlp({
        span(1, 0, 0, {{u"openinference.span.kind"_s, u"LLM"_s}, {u"llm.token_count.total"_s, 50}}),
        span(2, 1, 1, {{u"openinference.span.kind"_s, u"CHAIN"_s}}),
        span(3, 2, 2, {{u"gen_ai.operation.name"_s, u"chat"_s}, {u"gen_ai.usage.input_tokens"_s, 50}}),
    });
    RecordedRuns runs;
    const RunRecord record = imported(runs, file);
    QCOMPARE(record.decisions.size(), 1);
    QCOMPARE(record.summary.tokensUsed, 50);
}

void TestTraceImport::readsForeignAgui()
{
    const QByteArray lines =
        R"({"type":"RUN_STARTED","threadId":"t1","runId":"r1","timestamp":1790000000000,"input":{"threadId":"t1","runId":"r1","messages":[{"id":"u","role":"user","content":"weather?"}]}}
{"type":"STEP_STARTED","stepName":"work"}
{"type":"TOOL_CALL_START","toolCallId":"a","toolCallName":"forecast","timestamp":1790000001000}
{"type":"TOOL_CALL_ARGS","toolCallId":"a","delta":"{\"city\":"}
{"type":"TOOL_CALL_ARGS","toolCallId":"a","delta":"\"Bonn\"}"}
{"type":"TOOL_CALL_END","toolCallId":"a"}
{"type":"TOOL_CALL_CHUNK","toolCallId":"b","toolCallName":"map","delta":"{}"}
{"type":"TOOL_CALL_RESULT","messageId":"m1","toolCallId":"a","content":"rain"}
{"type":"TOOL_CALL_RESULT","messageId":"m2","toolCallId":"b","content":[{"type":"text","text":"drawn"}]}
{"type":"SUBAGENT_STARTED","subagentRunId":"s","name":"writer"}
{"type":"TEXT_MESSAGE_START","messageId":"x","subagentRunId":"s","role":"assistant"}
{"type":"TEXT_MESSAGE_CONTENT","messageId":"x","delta":"draft","subagentRunId":"s"}
{"type":"TEXT_MESSAGE_END","messageId":"x","subagentRunId":"s"}
{"type":"SUBAGENT_FINISHED","subagentRunId":"s"}
{"type":"TEXT_MESSAGE_CHUNK","messageId":"y","delta":"It "}
{"type":"TEXT_MESSAGE_CHUNK","delta":"rains."}
{"type":"STEP_FINISHED","stepName":"work"}
{"type":"RUN_FINISHED","threadId":"t1","runId":"r1","timestamp":1790000009000,"usage":[{"provider":"openai","model":"m","inputTokens":120,"outputTokens":34,"totalTokens":154,"cachedInputTokens":64}]}
)"_ba;
    QByteArray stream = lines;
    stream = "data: " + stream.trimmed().replace("\n", "\n\ndata: ") + "\n\n";
    QByteArray array = lines;
    array = "[" + array.trimmed().replace("\n", ",") + "]";
    for (const QByteArray& file : {lines, stream, array}) {
        RecordedRuns runs;
        const RunRecord record = imported(runs, file);
        QCOMPARE(tree(record), u"1 in 1 at 0 below 0: TOOL_CALL [] {a=forecast(ok)>0 b=map(ok)>0} 0 0\n"
                               "2 in 1 at 0 below 0: LLM_CALL [] {s=llm_call(ok)>2} 0 0\n"
                               "3 in 2 at 1 below 2: FINAL_ANSWER [] {} 0 0\n"
                               "4 in 1 at 0 below 0: FINAL_ANSWER [ok154] {} 0.000308 0\n"
                               "154 tokens, 0.000308 USD, 0 unknown"_s);
        QCOMPARE(record.result, u"It rains."_s);
        QCOMPARE(record.summary.promptStart, u"weather?"_s);
        QCOMPARE(record.decisions.first().toolCalls.first().arguments.value("city"_L1).toString(), u"Bonn"_s);
        QCOMPARE(record.summary.completedAtMs, 1'790'000'009'000);
    }
    // Cut off in the middle of a line: what is there is taken, and said.
    const Result<TraceFile> cut = readTraceFile(lines.left(lines.indexOf("drawn")), kNow);
    QVERIFY(cut);
    QVERIFY(cut->notes.join(u'\n').contains(u"line 9 is cut off"_s));
    QCOMPARE(cut->runs.first().status, RunStatus::Interrupted);
}

void TestTraceImport::refuses_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray& file, const QString& message) {
        QTest::newRow(name) << file << message;
    };
    row("nothing", "", u"empty"_s);
    row("blanks", " \n\t", u"empty"_s);
    row("no JSON", "hello", u"1"_s);
    row("binary", QByteArray("\x00\x01\x02", 3), u""_s);
    row("something else", R"({"a": 1})", u"holds no runs"_s);
    row("response", R"({"runId": "x", "status": "COMPLETE"})", u"holds no runs"_s);
    row("no spans", R"({"resourceSpans": []})", u"no spans"_s);
    row("not a list", R"({"resourceSpans": 5})", u"$.resourceSpans"_s);
    row("no object", R"({"resourceSpans": [7]})", u"$.resourceSpans[0]"_s);
    row("no id", R"({"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"x"}]}]}]})", u"spans[0].traceId"_s);
    QJsonObject odd = span(1, 0, 0, {});
    odd.insert("spanId"_L1, u"xyz"_s);
    row("odd id", otlp({span(2, 0, 0, {}), odd}), u"$.resourceSpans[0].scopeSpans[0].spans[1].spanId"_s);
    odd = span(1, 0, 0, {});
    odd.insert("startTimeUnixNano"_L1, u"soon"_s);
    row("odd time", otlp({odd}), u"spans[0].startTimeUnixNano"_s);
    odd = span(1, 0, 0, {});
    odd.insert("attributes"_L1, QJsonArray{QJsonObject{{u"value"_s, 3}}});
    row("odd attribute", otlp({odd}), u"attributes[0]"_s);
    row("second line", otlp({span(1, 0, 0, {})}) + "\n{\"resourceSpans\": [\n", u"line 2"_s);
    const QByteArray start = R"({"type":"RUN_STARTED","threadId":"t","runId":"r"})"
                             "\n";
    row("no start", R"({"type":"STEP_STARTED","stepName":"x"})", u"before RUN_STARTED"_s);
    row("agui without id", start + R"({"type":"TOOL_CALL_START","toolCallName":"f"})" + "\n", u"line 2.toolCallId"_s);
    row("agui unknown call", start + R"({"type":"TOOL_CALL_ARGS","toolCallId":"c","delta":"x"})" + "\n",
        u"not started"_s);
    row("agui odd time", start + R"({"type":"STEP_STARTED","stepName":"s","timestamp":1.5})" + "\n",
        u"line 2.timestamp"_s);
    row("agui unknown agent", start + R"({"type":"TEXT_MESSAGE_START","messageId":"m","subagentRunId":"s"})" + "\n",
        u"subagentRunId"_s);
    row("agui broken stream", "data: {\"type\":\n\n", u"event 1"_s);
    const QByteArray created =
        R"({"seq":1,"time":"2026-11-28T17:09:42.725Z","run":"run-1","phase":null,"event":"RUN_CREATED","details":{}})"
        "\n";
    row("journal with a gap",
        created +
            R"({"seq":3,"time":"2026-11-28T17:09:42.725Z","run":"run-1","phase":null,"event":"CONTINUED","details":{}})" +
            "\n",
        u"line 2: entry 3"_s);
    row("journal without beginning",
        R"({"seq":2,"time":"2026-11-28T17:09:42.725Z","run":"run-1","phase":null,"event":"CONTINUED","details":{}})"
        "\n",
        u"beginning of the journal is missing"_s);
    row("unknown event",
        created +
            R"({"seq":2,"time":"2026-11-28T17:09:42.725Z","run":"run-1","phase":null,"event":"PARTY","details":{}})" +
            "\n",
        u"line 2"_s);
    row("odd run",
        R"({"seq":1,"time":"2026-11-28T17:09:42.725Z","run":"../x","phase":null,"event":"RUN_CREATED","details":{}})"
        "\n",
        u"no id of a run"_s);
    row("changed body",
        R"({"format":"lathe.run/1"})"
        "\n" +
            created + R"({"body":"00","text":"other"})" + "\n",
        u"line 3: the body"_s);
}

void TestTraceImport::refuses()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, message);
    const Result<TraceFile> read = readTraceFile(file, kNow);
    QVERIFY(!read);
    QCOMPARE(read.error().code, ErrorCode::InvalidInput);
    QVERIFY2(read.error().message.contains(message), qPrintable(read.error().message));
}

void TestTraceImport::staysWithinBounds()
{
    // Nested deeper than anybody means it, and more spans than are taken.
    const QJsonObject agent{{u"gen_ai.operation.name"_s, u"invoke_agent"_s}};
    QList<QJsonObject> chain;
    for (int i = 1; i <= 400; ++i) {
        chain.append(span(i, i - 1, 0, agent));
    }
    const Result<TraceFile> deep = readTraceFile(otlp(chain), kNow);
    QVERIFY(!deep);
    QVERIFY2(deep.error().message.contains(u"below more than"_s), qPrintable(deep.error().message));
    QList<QJsonObject> wide = chain.first(200);
    RecordedRuns runs;
    const auto refused = await(runs.facade().importRuns(otlp(wide), {}));
    QVERIFY(!refused); // a run holds no more than so many frames inside one another
    QVERIFY2(refused.error().message.contains(u"inside one another"_s), qPrintable(refused.error().message));
    QVERIFY(await(runs.facade().runs({}))->isEmpty());
    QList<std::pair<QString, QJsonObject>> many;
    QJsonArray spans;
    for (qsizetype i = 0; i <= kMaxImportedSpans; ++i) {
        spans.append(QJsonObject());
    }
    many.append(
        {u"$"_s,
         QJsonObject{{u"resourceSpans"_s,
                      QJsonArray{QJsonObject{{u"scopeSpans"_s, QJsonArray{QJsonObject{{u"spans"_s, spans}}}}}}}}});
    QVERIFY(readOtlp(many).error().message.contains(QString::number(kMaxImportedSpans)));
}

void TestTraceImport::countsForNoBudgetAndNoBill()
{
    RecordedRuns here;
    const QString id = here.make(u"tools"_s);
    const Money cost = here.record(id).summary.totalCost;
    RecordedRuns there;
    QCOMPARE(imported(there, here.exported(id, RunFormat::Run)).summary.totalCost, cost);
    const auto total = [&there](const BillQuery& query) { return await(there.facade().bill(query))->total.cost; };
    QCOMPARE(total({}), Money());
    BillQuery one;
    one.runId = id; // somebody wants to know of this one
    QCOMPARE(total(one), cost);
    BillQuery all;
    all.imported = true;
    QCOMPARE(total(all), cost);
    const auto spent = [&there] {
        const auto usage = await(there.facade().policyUsage({u"alice"_s}));
        const PolicyUsage user = usage ? usage->first() : PolicyUsage();
        const BudgetLevel *month = user.level(BudgetScope::UserMonth);
        return std::tuple(month != nullptr ? month->spent : Money::fromAtto(-1), user.requestsInHour);
    };
    QCOMPARE(spent(), std::tuple(Money(), 0));
    const auto resumed = await(there.facade().resume(id, {}));
    QCOMPARE(resumed.error().code, ErrorCode::Conflict);
    QVERIFY(resumed.error().message.contains(u"imported"_s));
    QCOMPARE(await(there.facade().simulatePolicy(u"alice"_s, {}, {}))->runs.size(), 0);
    QVERIFY(await(there.facade().deleteRun(id)));
    QCOMPARE(spent(), std::tuple(Money(), 0)); // what is deleted was not spent either
}

void TestTraceImport::knowsWhatIsThereAlready()
{
    RecordedRuns runs;
    const QString id = runs.make(u"frames"_s);
    const QByteArray file = runs.exported(id, RunFormat::Run);
    const auto again = await(runs.facade().importRuns(file, {}));
    QVERIFY(!again);
    QCOMPARE(again.error().code, ErrorCode::Conflict);
    QVERIFY(again.error().message.contains(id));
    RunImport asNew;
    asNew.asNew = true;
    const auto copy = await(runs.facade().importRuns(file, asNew));
    QVERIFY(copy);
    QVERIFY(copy->runs.first() != id);
    QCOMPARE(tree(runs.record(copy->runs.first())), tree(runs.record(id)));
    QVERIFY(!runs.record(id).summary.imported);
    RunImport cancelled;
    cancelled.asNew = true;
    cancelled.progress = std::make_shared<ImportProgress>();
    cancelled.progress->cancelled = true;
    QCOMPARE(await(runs.facade().importRuns(file, cancelled)).error().code, ErrorCode::Cancelled);
    QCOMPARE(await(runs.facade().runs({}))->size(), 2);
}

QTEST_GUILESS_MAIN(TestTraceImport)
#include "tst_traceimport.moc"
