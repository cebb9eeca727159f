// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/trace/otlpexport.h"
#include "engine/trace/otlpvalues.h"
#include "tests/support/recordedruns.h"

#include <QRegularExpression>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// The value of an attribute whatever its kind; absent: undefined.
QJsonValue attribute(const QJsonObject& span, const QString& key)
{
    for (const QJsonValue entry : span.value("attributes"_L1).toArray()) {
        if (entry.toObject().value("key"_L1) == key) {
            const QJsonObject value = entry.toObject().value("value"_L1).toObject();
            return value.begin() == value.end() ? QJsonValue(QJsonValue::Undefined) : QJsonValue(*value.begin());
        }
    }
    return {QJsonValue::Undefined};
}

qint64 countOf(const QJsonObject& span, const QString& key)
{
    return attribute(span, key).toString().toLongLong();
}

QList<QJsonObject> spansOf(const QByteArray& trace)
{
    QList<QJsonObject> spans;
    const QJsonObject json = QJsonDocument::fromJson(trace).object();
    for (const QJsonValue resource : json.value("resourceSpans"_L1).toArray()) {
        for (const QJsonValue scope : resource.toObject().value("scopeSpans"_L1).toArray()) {
            for (const QJsonValue span : scope.toObject().value("spans"_L1).toArray()) {
                spans.append(span.toObject());
            }
        }
    }
    return spans;
}

QJsonObject named(const QList<QJsonObject>& spans, const QString& name)
{
    for (const QJsonObject& span : spans) {
        if (span.value("name"_L1) == name) {
            return span;
        }
    }
    return {};
}

bool isTime(const QJsonValue& value)
{
    static const QRegularExpression nanoseconds(u"^[1-9][0-9]{18}$"_s);
    return value.isString() && nanoseconds.match(value.toString()).hasMatch();
}

/// What is wrong with an attribute by the JSON mapping of OTLP; empty: nothing.
QString wrongWith(const QJsonObject& entry)
{
    static const QRegularExpression integer(u"^-?[0-9]+$"_s);
    const QJsonObject value = entry.value("value"_L1).toObject();
    const QString kind = value.keys().value(0);
    const bool fits = (kind == "stringValue"_L1 && value.value(kind).isString()) ||
                      (kind == "boolValue"_L1 && value.value(kind).isBool()) ||
                      (kind == "doubleValue"_L1 && value.value(kind).isDouble()) ||
                      (kind == "arrayValue"_L1 && value.value(kind).toObject().value("values"_L1).isArray()) ||
                      (kind == "intValue"_L1 && integer.match(value.value(kind).toString()).hasMatch());
    const bool whole = entry.size() == 2 && value.size() == 1 && !entry.value("key"_L1).toString().isEmpty();
    return fits && whole ? QString() : QString::fromUtf8(QJsonDocument(entry).toJson(QJsonDocument::Compact));
}

} // namespace

/// Runs as OTLP/JSON, against the rules of the format and of both conventions.
class TestOtlpExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesValidTraces_data();
    void writesValidTraces();
    void sumsAreThoseOfTheRun_data() { writesValidTraces_data(); }
    void sumsAreThoseOfTheRun();
    void hasTheAttributesOfBothConventions_data();
    void hasTheAttributesOfBothConventions();
    void keepsContentToItselfUnlessAsked();
    void nestsFrames();
    void tellsOfAttempts();
    void namesTracesByTheirRuns();

private:
    RecordedRuns m_runs;
};

void TestOtlpExport::writesValidTraces_data()
{
    QTest::addColumn<QString>("kind");
    for (const QString& kind : RecordedRuns::kinds()) {
        QTest::newRow(qPrintable(kind)) << kind;
    }
}

void TestOtlpExport::writesValidTraces()
{
    QFETCH(QString, kind);
    static const QRegularExpression traceId(u"^[0-9a-f]{32}$"_s);
    static const QRegularExpression spanId(u"^[0-9a-f]{16}$"_s);
    const QString id = m_runs.make(kind);
    QVERIFY(!id.isEmpty());
    for (const bool content : {false, true}) {
        const QByteArray trace = m_runs.exported(id, RunFormat::Otlp, content);
        QCOMPARE(m_runs.exported(id, RunFormat::Otlp, content), trace); // the same again, byte for byte
        QVERIFY(content || !trace.contains(":null"));
        const QList<QJsonObject> spans = spansOf(trace);
        QVERIFY(!spans.isEmpty());
        QSet<QString> ids;
        for (const QJsonObject& span : spans) {
            QCOMPARE(span.value("traceId"_L1).toString(), QString(id).remove(u'-'));
            QVERIFY(traceId.match(span.value("traceId"_L1).toString()).hasMatch());
            QVERIFY(spanId.match(span.value("spanId"_L1).toString()).hasMatch());
            QVERIFY(!ids.contains(span.value("spanId"_L1).toString()));
            ids.insert(span.value("spanId"_L1).toString());
            QVERIFY(isTime(span.value("startTimeUnixNano"_L1)) && isTime(span.value("endTimeUnixNano"_L1)));
            QVERIFY(span.value("startTimeUnixNano"_L1).toString() <= span.value("endTimeUnixNano"_L1).toString());
            QVERIFY(span.value("kind"_L1) == 1 || span.value("kind"_L1) == 3);
            QSet<QString> keys;
            for (const QJsonValue entry : span.value("attributes"_L1).toArray()) {
                QCOMPARE(wrongWith(entry.toObject()), QString());
                QVERIFY(!keys.contains(entry.toObject().value("key"_L1).toString()));
                keys.insert(entry.toObject().value("key"_L1).toString());
            }
            for (const QJsonValue entry : span.value("events"_L1).toArray()) {
                QVERIFY(isTime(entry.toObject().value("timeUnixNano"_L1)));
                QVERIFY(!entry.toObject().value("name"_L1).toString().isEmpty());
            }
            const QJsonObject status = span.value("status"_L1).toObject();
            QVERIFY(status.isEmpty() || status.value("code"_L1) == 2);
            QCOMPARE(!status.isEmpty(), keys.contains(u"error.type"_s)); // an error has a kind
        }
        for (const QJsonObject& span : spans) {
            const QString parent = span.value("parentSpanId"_L1).toString();
            QVERIFY(parent.isEmpty() ? span == spans.first() : ids.contains(parent));
        }
    }
}

void TestOtlpExport::sumsAreThoseOfTheRun()
{
    QFETCH(QString, kind);
    const QString id = m_runs.make(kind);
    const RunRecord record = m_runs.record(id);
    qint64 genAi = 0;
    qint64 openInference = 0;
    Money cost;
    double shown = 0;
    double tools = 0;
    const QList<QJsonObject> spans = spansOf(m_runs.exported(id, RunFormat::Otlp));
    for (const QJsonObject& span : spans) {
        genAi += countOf(span, u"gen_ai.usage.input_tokens"_s) + countOf(span, u"gen_ai.usage.output_tokens"_s);
        openInference += countOf(span, u"llm.token_count.total"_s);
        const QString amount = attribute(span, u"lathe.cost.usd"_s).toString();
        if (!amount.isEmpty()) {
            cost = *cost.plus(*Money::fromDecimal(amount));
        }
        shown += attribute(span, u"llm.cost.total"_s).toDouble();
        if (attribute(span, u"gen_ai.operation.name"_s) == "execute_tool"_L1) {
            tools += amount.toDouble();
        }
        const double parts =
            attribute(span, u"llm.cost.prompt"_s).toDouble() + attribute(span, u"llm.cost.completion"_s).toDouble();
        QVERIFY(qAbs(parts - attribute(span, u"llm.cost.total"_s).toDouble()) < 1e-12);
    }
    QCOMPARE(genAi, record.summary.tokensUsed);
    QCOMPARE(openInference, record.summary.tokensUsed);
    QCOMPARE(cost, record.summary.totalCost);
    QVERIFY(qAbs(shown + tools - record.summary.totalCost.toDecimal().toDouble()) < 1e-9);
    QCOMPARE(attribute(spans.first(), u"lathe.run.cost.usd"_s).toString(), record.summary.totalCost.toDecimal());
    QCOMPARE(attribute(spans.first(), u"lathe.run.status"_s).toString(), QString(toName(record.summary.status)));
}

void TestOtlpExport::hasTheAttributesOfBothConventions_data()
{
    QTest::addColumn<QString>("span");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QVariant>("value"); // invalid: anything
    const auto row = [](const QString& span, const QString& key, const QVariant& value = {}) {
        QTest::newRow(qPrintable(span + u' ' + key)) << span << key << value;
    };
    const QString agent = u"invoke_agent lookup"_s;
    row(agent, u"gen_ai.operation.name"_s, u"invoke_agent"_s);
    row(agent, u"gen_ai.provider.name"_s, u"scripted"_s);
    row(agent, u"gen_ai.agent.name"_s, u"lookup"_s);
    row(agent, u"gen_ai.agent.id"_s);
    row(agent, u"gen_ai.conversation.id"_s, u"0b1f6ce2-3d9b-4d55-9d53-6b6a6e0d0d01"_s);
    row(agent, u"openinference.span.kind"_s, u"AGENT"_s);
    row(agent, u"session.id"_s, u"0b1f6ce2-3d9b-4d55-9d53-6b6a6e0d0d01"_s);
    row(agent, u"user.id"_s, u"alice"_s);
    row(agent, u"metadata"_s, uR"({"team":"docs"})"_s);
    const QString chat = u"chat "_s; // the first of them
    row(chat, u"gen_ai.operation.name"_s, u"chat"_s);
    row(chat, u"gen_ai.provider.name"_s, u"scripted"_s);
    row(chat, u"gen_ai.request.model"_s);
    row(chat, u"gen_ai.request.stream"_s, true);
    row(chat, u"gen_ai.request.max_tokens"_s);
    row(chat, u"gen_ai.response.model"_s, u"demo-1"_s);
    row(chat, u"gen_ai.usage.input_tokens"_s, u"184"_s); // cached ones too
    row(chat, u"gen_ai.usage.output_tokens"_s, u"34"_s);
    row(chat, u"gen_ai.usage.cache_read.input_tokens"_s, u"64"_s);
    row(chat, u"gen_ai.usage.reasoning.output_tokens"_s, u"8"_s);
    row(chat, u"openinference.span.kind"_s, u"LLM"_s);
    row(chat, u"llm.model_name"_s, u"demo-1"_s);
    row(chat, u"llm.provider"_s, u"scripted"_s);
    row(chat, u"llm.system"_s, u"scripted"_s);
    row(chat, u"llm.invocation_parameters"_s);
    row(chat, u"llm.finish_reason"_s, u"tool_calls"_s);
    row(chat, u"llm.token_count.prompt"_s, u"184"_s);
    row(chat, u"llm.token_count.completion"_s, u"34"_s);
    row(chat, u"llm.token_count.total"_s, u"218"_s);
    row(chat, u"llm.token_count.prompt_details.cache_read"_s, u"64"_s);
    row(chat, u"llm.token_count.completion_details.reasoning"_s, u"8"_s);
    row(chat, u"llm.cost.prompt"_s, 0.000368);
    row(chat, u"llm.cost.completion"_s, 0.000068);
    row(chat, u"llm.cost.total"_s, 0.000436);
    row(chat, u"lathe.cost.usd"_s, u"0.000436"_s);
    row(chat, u"lathe.cost.state"_s, u"computed"_s);
    row(chat, u"lathe.decision"_s, u"1"_s);
    row(chat, u"lathe.action"_s, u"TOOL_CALL"_s);
    const QString tool = u"execute_tool retrieve_context"_s;
    row(tool, u"gen_ai.operation.name"_s, u"execute_tool"_s);
    row(tool, u"gen_ai.tool.name"_s, u"retrieve_context"_s);
    row(tool, u"gen_ai.tool.type"_s, u"function"_s);
    row(tool, u"gen_ai.tool.call.id"_s, u"call_a"_s);
    row(tool, u"openinference.span.kind"_s, u"TOOL"_s);
    row(tool, u"tool.name"_s, u"retrieve_context"_s);
    row(tool, u"tool.id"_s, u"call_a"_s);
    row(tool, u"lathe.cost.usd"_s, u"0.005"_s);
}

void TestOtlpExport::hasTheAttributesOfBothConventions()
{
    QFETCH(QString, span);
    QFETCH(QString, key);
    QFETCH(QVariant, value);
    static const QList<QJsonObject> spans = spansOf(m_runs.exported(m_runs.make(u"tools"_s), RunFormat::Otlp));
    QJsonObject found;
    for (const QJsonObject& candidate : spans) {
        if (found.isEmpty() && candidate.value("name"_L1).toString().startsWith(span)) {
            found = candidate;
        }
    }
    const QJsonValue actual = attribute(found, key);
    QVERIFY2(!actual.isUndefined(), qPrintable(key));
    if (value.isValid() && actual.isDouble()) {
        QCOMPARE(actual.toDouble(), value.toDouble());
    } else if (value.isValid()) {
        QCOMPARE(actual.toVariant(), value);
    }
}

void TestOtlpExport::keepsContentToItselfUnlessAsked()
{
    const QString id = m_runs.make(u"tools"_s);
    const QByteArray without = m_runs.exported(id, RunFormat::Otlp);
    const QByteArray with = m_runs.exported(id, RunFormat::Otlp, true);
    for (const char *words : {"What is a frame?", "I look things up.", "one level of recursion", "budget"}) {
        QVERIFY2(!without.contains(words), words);
        QVERIFY2(with.contains(words), words);
    }
    const QList<QJsonObject> spans = spansOf(with);
    QCOMPARE(attribute(spans.first(), u"input.value"_s).toString(), u"What is a frame?"_s);
    QCOMPARE(attribute(spans.first(), u"output.value"_s).toString(), u"A frame is one level of recursion."_s);
    const QJsonObject tool = named(spans, u"execute_tool retrieve_context"_s);
    QCOMPARE(attribute(tool, u"gen_ai.tool.call.arguments"_s).toString(), uR"({"query":"frame"})"_s);
    QCOMPARE(attribute(tool, u"tool.parameters"_s), attribute(tool, u"input.value"_s));
    QVERIFY(attribute(tool, u"gen_ai.tool.call.result"_s).toString().contains(u"passages"_s));
    // The second call of the model shows what the first one said and got.
    QJsonObject last;
    for (const QJsonObject& span : spans) {
        if (attribute(span, u"lathe.decision"_s) == "2"_L1 &&
            attribute(span, u"gen_ai.operation.name"_s) == "chat"_L1) {
            last = span;
        }
    }
    const QJsonArray input =
        QJsonDocument::fromJson(attribute(last, u"gen_ai.input.messages"_s).toString().toUtf8()).array();
    QCOMPARE(input.size(), 6); // system, user, assistant, three results
    QCOMPARE(attribute(last, u"llm.input_messages.1.message.content"_s).toString(), u"What is a frame?"_s);
    QCOMPARE(attribute(last, u"llm.input_messages.2.message.tool_calls.1.tool_call.function.name"_s).toString(),
             u"retrieve_context"_s);
    QCOMPARE(attribute(last, u"llm.input_messages.3.message.tool_call_id"_s).toString(), u"call_a"_s);
    QCOMPARE(attribute(last, u"llm.output_messages.0.message.content"_s).toString(),
             u"A frame is one level of recursion."_s);
    // Whole, where the journal keeps it apart.
    const QByteArray big = m_runs.exported(m_runs.make(u"long"_s), RunFormat::Otlp, true);
    QVERIFY(big.contains(QByteArray("word ").repeated(3000)));
}

void TestOtlpExport::nestsFrames()
{
    const QList<QJsonObject> spans = spansOf(m_runs.exported(m_runs.make(u"frames"_s), RunFormat::Otlp));
    QHash<QString, QJsonObject> byId;
    QList<QJsonObject> agents;
    for (const QJsonObject& span : spans) {
        byId.insert(span.value("spanId"_L1).toString(), span);
        if (attribute(span, u"gen_ai.operation.name"_s) == "invoke_agent"_L1) {
            agents.append(span);
        }
    }
    QCOMPARE(agents.size(), 3);
    QCOMPARE(byId.value(agents.at(1).value("parentSpanId"_L1).toString()), agents.at(0));
    QCOMPARE(byId.value(agents.at(2).value("parentSpanId"_L1).toString()), agents.at(1));
    QCOMPARE(attribute(agents.at(1), u"gen_ai.tool.call.id"_s).toString(), u"sub"_s);
    for (const QJsonObject& span : spans) {
        const QString operation = attribute(span, u"gen_ai.operation.name"_s).toString();
        if (operation == "chat"_L1 || operation == "execute_tool"_L1) {
            const QJsonObject parent = byId.value(span.value("parentSpanId"_L1).toString());
            const QString frame = attribute(parent, u"lathe.frame"_s).toString();
            QCOMPARE(attribute(span, u"lathe.frame"_s).toString(), frame.isEmpty() ? u"1"_s : frame);
        }
    }
    QVERIFY(named(spans, u"execute_tool llm_call"_s).isEmpty()); // its frame is told instead
}

void TestOtlpExport::tellsOfAttempts()
{
    const QList<QJsonObject> spans = spansOf(m_runs.exported(m_runs.make(u"retries"_s), RunFormat::Otlp));
    QCOMPARE(spans.size(), 2); // one logical call
    QStringList told;
    for (const QJsonValue event : spans.at(1).value("events"_L1).toArray()) {
        told.append(u"%1 %2"_s.arg(event.toObject().value("name"_L1).toString(),
                                   attribute(event.toObject(), u"error.type"_s).toString()));
    }
    QCOMPARE(told, (QStringList{u"lathe.attempt RATE_LIMITED"_s, u"retry RATE_LIMITED"_s,
                                u"lathe.attempt STREAM_BROKEN"_s, u"retry STREAM_BROKEN"_s, u"lathe.attempt "_s}));
    const QJsonObject first = spans.at(1).value("events"_L1).toArray().first().toObject();
    QCOMPARE(attribute(first, u"http.response.status_code"_s).toString(), u"429"_s);
    QVERIFY(spans.at(1).value("status"_L1).toObject().isEmpty()); // it was answered in the end
    const QList<QJsonObject> failed = spansOf(m_runs.exported(m_runs.make(u"failed"_s), RunFormat::Otlp));
    QCOMPARE(attribute(failed.at(1), u"error.type"_s).toString(), u"AUTH"_s);
    QCOMPARE(failed.at(1).value("status"_L1).toObject().value("message"_L1).toString(), u"wrong key"_s);
}

void TestOtlpExport::namesTracesByTheirRuns()
{
    QCOMPARE(otlpTraceId(u"7f54c741-f797-4516-8e44-3878814293ca"_s), u"7f54c741f79745168e443878814293ca"_s);
    QCOMPARE(otlpTraceId(u"run-0001"_s).size(), 32); // no UUID
    QCOMPARE(otlpTraceId(u"run-0001"_s), otlpTraceId(u"run-0001"_s));
    QVERIFY(otlpSpanId(u"a"_s, u"decision/1"_s) != otlpSpanId(u"b"_s, u"decision/1"_s));
    QCOMPARE(otlpTime(1790000000123), u"1790000000123000000"_s);
    QCOMPARE(otlpTime(0), u"0"_s);
}

QTEST_GUILESS_MAIN(TestOtlpExport)
#include "tst_otlpexport.moc"
