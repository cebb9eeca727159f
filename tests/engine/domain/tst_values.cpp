// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"
#include "engine/domain/contextsource.h"
#include "engine/domain/costline.h"
#include "engine/domain/policy.h"
#include "engine/domain/response.h"
#include "engine/domain/runeventdetails.h"
#include "engine/domain/runrecord.h"
#include "engine/domain/usage.h"

#include <QJsonDocument>
#include <QTest>

#include <limits>
#include <set>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

CostLine sampleLine()
{
    CostLine line;
    line.runId = u"r1"_s;
    line.lineAtMs = 1'790'000'000'123;
    line.decision = 3;
    line.decisionKind = AgentActionType::ToolCall;
    line.attempt = 2;
    line.toolCallId = u"c1"_s;
    line.tool = u"t"_s;
    line.provider = u"openai"_s;
    line.modelRequested = u"m"_s;
    line.modelBilled = u"m-2026"_s;
    line.serviceTier = u"flex"_s;
    line.meter = Meter::CacheWrite1h;
    line.quantity = 1234;
    line.unitPrice = *UnitPrice::fromDecimal(u"2", 1'000'000);
    line.cost = *Money::fromDecimal(u"0.002468");
    line.state = CostState::Computed;
    line.priceBookVersion = u"flat/1"_s;
    line.rateId = u"flat/token"_s;
    line.status = u"ok"_s;
    return line;
}

BillingReport sampleReport()
{
    BillingReport report;
    report.runId = u"r1"_s;
    report.total = *Money::fromDecimal(u"0.017468");
    report.complete = false;
    report.lines = 4;
    report.unknownLines = 1;
    report.avoided = *Money::fromDecimal(u"0.5");
    report.byPhase = {{u"EXECUTION"_s, report.total, 4, 1, 1234, 5}};
    report.byDecision = {{u"1"_s, *Money::fromDecimal(u"0.002468"), 3, 1, 1234, 2}};
    report.byTool = {{u"code_executor"_s, *Money::fromDecimal(u"0.015"), 1, 0, 0, 3}};
    report.byModel = {{u"m"_s, *Money::fromDecimal(u"0.002468"), 3, 1, 1234, 2}};
    report.priceBook = u"flat/1"_s;
    report.sumsAgree = false;
    return report;
}

/// Every name of an enum is there, is unique and reads back.
template <typename E>
bool namesAreComplete(int values)
{
    std::set<QString> names;
    for (int i = 0; i < values; ++i) {
        const auto value = static_cast<E>(i);
        const QLatin1StringView name = toName(value);
        if (name.isEmpty() || fromName<E>(QString(name)) != value) {
            return false;
        }
        names.insert(QString(name));
    }
    return static_cast<int>(names.size()) == values && toName(static_cast<E>(values)).isEmpty() &&
           std::size(EnumNames<E>::table) == static_cast<size_t>(values) && !fromName<E>(u"no such name");
}

} // namespace

class TestValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void enumsHaveNames()
    {
        QVERIFY(namesAreComplete<PhaseResult>(4));
        QVERIFY(namesAreComplete<AgentActionType>(3));
        QVERIFY(namesAreComplete<AgentStatus>(6));
        QVERIFY(namesAreComplete<RunStatus>(7));
        QVERIFY(namesAreComplete<StopPoint>(7));
        QVERIFY(namesAreComplete<SideEffect>(4));
        QVERIFY(namesAreComplete<UserTier>(3));
        QVERIFY(namesAreComplete<UsageSource>(3));
        QVERIFY(namesAreComplete<CostState>(4));
        QVERIFY(namesAreComplete<Meter>(kMeterCount));
        QVERIFY(namesAreComplete<ViolationCode>(8));
        QVERIFY(namesAreComplete<CheckOutcome>(3));
        QVERIFY(namesAreComplete<Verdict>(5));
        QVERIFY(namesAreComplete<Author>(2));
        QVERIFY(namesAreComplete<EventType>(32));
        QCOMPARE(std::size(EnumNames<Phase>::table), size_t{5});
        QCOMPARE(fromName<Phase>(u"SERIALIZATION"), Phase::Serialization);
    }

    void usageComesBack()
    {
        const Usage usage{.input = 1,
                          .cacheRead = 2,
                          .cacheReadAudio = 8,
                          .cacheWrite = 3,
                          .cacheWrite1h = 4,
                          .inputAudio = 5,
                          .output = 6,
                          .outputAudio = 7,
                          .reasoning = 5,
                          .anyToken = 9,
                          .webSearch = 10,
                          .fileSearch = 11,
                          .source = UsageSource::Reported,
                          .inconsistent = true,
                          .serviceTier = u"batch"_s,
                          .region = u"eu"_s,
                          .reportedCost = *Money::fromDecimal(u"0.00014"),
                          .raw = {{u"prompt_tokens"_s, 15}}};
        QCOMPARE(usage.totalInput(), 23);
        QCOMPARE(usage.totalOutput(), 13); // reasoning is inside
        QCOMPARE(usage.total(), 45);       // searches are no tokens
        QCOMPARE(*usageFromJson(toJson(usage)), usage);
        QCOMPARE(*usageFromJson({}), Usage());
        const auto bad = usageFromJson({{u"input"_s, -1}, {u"source"_s, u"guessed"_s}});
        QVERIFY(!bad);
        QVERIFY(bad.error().detail.contains(u"$.input must be from 0"_s));
        QVERIFY(bad.error().detail.contains(u"$.source \"guessed\" is not known; it is one of reported, estimated"_s));
    }

    void costLineComesBack()
    {
        const CostLine line = sampleLine();
        const QJsonObject json = toJson(line);
        QCOMPARE(json.value("cost"_L1).toString(), u"0.002468"_s);
        QCOMPARE(json.value("unitPrice"_L1).toString(), u"2"_s);
        const auto back = costLineFromJson(json);
        QVERIFY2(back, qPrintable(back ? QString() : back.error().detail));
        QCOMPARE(*back, line);

        CostLine unknown;
        unknown.lineAtMs = 5;
        QCOMPARE(*costLineFromJson(toJson(unknown)), unknown);
    }

    void costLineRefusesContradictions_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QJsonValue>("value");
        QTest::addColumn<QString>("part");
        QTest::newRow("number as money") << u"cost"_s << QJsonValue(0.1) << u"$.cost must be a decimal text"_s;
        QTest::newRow("no cost") << u"cost"_s << QJsonValue() << u"$.cost is missing"_s;
        QTest::newRow("cost of unknown") << u"state"_s << QJsonValue(u"unknown"_s) << u"$.cost must be absent"_s;
        QTest::newRow("price") << u"unitPrice"_s << QJsonValue(u"-2"_s) << u"$.unitPrice a price must not be"_s;
        QTest::newRow("time") << u"lineAt"_s << QJsonValue(u"yesterday"_s) << u"$.lineAt must be an ISO 8601"_s;
        QTest::newRow("local time") << u"lineAt"_s << QJsonValue(u"2026-01-01T00:00:00"_s) << u"with its zone"_s;
        QTest::newRow("phase") << u"phase"_s << QJsonValue(u"LUNCH"_s) << u"$.phase \"LUNCH\" is not known"_s;
    }
    void costLineRefusesContradictions()
    {
        QFETCH(QString, key);
        QFETCH(QJsonValue, value);
        QFETCH(QString, part);
        QJsonObject json = toJson(sampleLine());
        json.insert(key, value);
        const auto read = costLineFromJson(json);
        QVERIFY(!read);
        QVERIFY2(read.error().detail.contains(part), qPrintable(read.error().detail));
    }

    void tiersHaveTheLimitsOfTheTable_data()
    {
        QTest::addColumn<UserTier>("tier");
        QTest::addColumn<QList<qint64>>("limits");
        QTest::newRow("free") << UserTier::Free << QList<qint64>{5, 8'000, 10, 10, 100};
        QTest::newRow("pro") << UserTier::Pro << QList<qint64>{10, 16'000, 25, 30, 500};
        QTest::newRow("enterprise") << UserTier::Enterprise << QList<qint64>{20, 128'000, 100, 100, 2'000};
    }
    void tiersHaveTheLimitsOfTheTable()
    {
        QFETCH(UserTier, tier);
        QFETCH(QList<qint64>, limits);
        const UserPolicy p = tierDefaults(tier);
        QCOMPARE(p.tier, tier);
        QCOMPARE((QList<qint64>{p.maxRecursionDepth, p.contextWindowLimit, p.maxToolCalls, p.requestsPerMinute,
                                p.requestsPerHour}),
                 limits);
        QVERIFY(p.allowedTools.isEmpty());
        QCOMPARE(p.budgetPerRun, std::nullopt);
    }

    void policyComesBack()
    {
        UserPolicy policy = tierDefaults(UserTier::Pro);
        policy.userId = u"ann"_s;
        policy.allowedTools = QStringList{u"a"_s, u"b"_s};
        policy.budgetPerRun = *Money::fromDecimal(u"1.5");
        policy.budgetPerDay = *Money::fromDecimal(u"10");
        policy.budgetPerMonth = *Money::fromDecimal(u"100");
        policy.approvalRules = {u"deny a when $.b = 1"_s, u"ask *"_s};
        policy.createdAtMs = 1'790'000'000'000;
        policy.updatedAtMs = 1'790'000'000'001;
        QCOMPARE(*userPolicyFromJson(toJson(policy)), policy);
        const UserPolicy plain = tierDefaults(UserTier::Free);
        QCOMPARE(*userPolicyFromJson(toJson(plain)), plain);
        QCOMPARE(userPolicyFromJson({{u"tier"_s, u"enterprise"_s}})->maxToolCalls, 100);
    }

    void policyRefusesNonsense()
    {
        const auto read = userPolicyFromJson({{u"tier"_s, u"gold"_s},
                                              {u"maxToolCalls"_s, -1},
                                              {u"budgetPerRun"_s, u"-5"_s},
                                              {u"budgetPerDay"_s, 5},
                                              {u"approvalRules"_s, QJsonArray{u"ask x"_s, u"permit x"_s}},
                                              {u"extra"_s, 1}});
        QVERIFY(!read);
        QCOMPARE(read.error().detail.count(u'\n'), 5);
        QVERIFY(read.error().detail.contains(u"$.approvalRules line 2, column 1: expected allow, ask or deny"_s));
        QVERIFY(read.error().detail.contains(u"it is one of free, pro, enterprise"_s));
        QVERIFY(read.error().detail.contains(u"$.budgetPerRun must not be negative"_s));
        QVERIFY(read.error().detail.contains(u"$.budgetPerDay must be a decimal text, not a number"_s));
    }

    void verdictKnowsItsFirstFailure()
    {
        PolicyVerdict verdict;
        QVERIFY(verdict.allowed());
        verdict.checks.append({u"depth"_s, CheckOutcome::Passed, u"0"_s, u"5"_s, u"fine"_s, {}});
        verdict.checks.append({u"rate"_s, CheckOutcome::NotReached, {}, {}, {}, {}});
        QVERIFY(verdict.allowed());
        QCOMPARE(verdict.firstFailure(), nullptr);
        verdict.checks.append(
            {u"context"_s, CheckOutcome::Failed, u"9"_s, u"8"_s, u"too long"_s, ViolationCode::ContextWindowExceeded});
        verdict.checks.append({u"budget"_s, CheckOutcome::Failed, {}, {}, {}, ViolationCode::BudgetExceeded});
        QVERIFY(!verdict.allowed());
        QCOMPARE(verdict.firstFailure()->check, u"context"_s);
        QCOMPARE(policyVerdictFromJson(toJson(verdict)), verdict);
        QCOMPARE(policyVerdictFromJson({1}).checks.size(), 1);
    }

    void responseComesBack()
    {
        AguiResponse response;
        response.runId = u"r1"_s;
        response.correlationId = u"c"_s;
        response.jobSignature = u"s"_s;
        response.status = AgentStatus::Error;
        response.result = u"partial"_s;
        response.error = ResponseError{u"BUDGET_EXCEEDED"_s, u"no money"_s, QJsonObject({{u"limit"_s, u"1"_s}})};
        response.phaseResult = PhaseResult::PolicyViolation;
        response.fromCache = true;
        response.executionTimeMs = 1234;
        response.tokensUsed = 99;
        response.totalCost = *Money::fromDecimal(u"0.017468");
        response.decisions = QJsonArray{QJsonObject({{u"number"_s, 1}})};
        response.toolCalls = QJsonArray{QJsonObject({{u"tool"_s, u"t"_s}})};
        response.billing = sampleReport();
        response.startedAtMs = 1'790'000'000'000;
        response.completedAtMs = 1'790'000'001'234;
        const QJsonObject json = toJson(response);
        QCOMPARE(json.value("totalCost"_L1).toString(), u"0.017468"_s);
        QCOMPARE(json.value("executionTime"_L1).toInteger(), 1234);
        QCOMPARE(json.value("startedAt"_L1).toString(), u"2026-09-21T14:13:20.000Z"_s);
        QCOMPARE(*aguiResponseFromJson(json), response);

        response.error->details = QJsonValue();
        QCOMPARE(*aguiResponseFromJson(toJson(response)), response);
        AguiResponse plain;
        const QJsonObject plainJson = toJson(plain);
        QVERIFY(plainJson.contains("error"_L1) && plainJson.value("error"_L1).isNull());
        QCOMPARE(*aguiResponseFromJson(plainJson), plain);
        QCOMPARE(aguiResponseFromJson({{u"error"_s, QJsonObject({{u"code"_s, u"X"_s}})}})->error->details,
                 QJsonValue());
        QVERIFY(!aguiResponseFromJson({{u"totalCost"_s, 1.5}}));
        QVERIFY(!aguiResponseFromJson({{u"status"_s, u"DONE"_s}}));
    }

    void reportComesBack()
    {
        QCOMPARE(*billingReportFromJson(toJson(sampleReport())), sampleReport());
        QCOMPARE(toJson(sampleReport()).value("currency"_L1).toString(), u"USD"_s);
        const auto bad = billingReportFromJson({{u"byTool"_s, QJsonArray({QJsonObject({{u"cost"_s, 1}})})}});
        QVERIFY(bad.error().message.startsWith(u"$.byTool[0].cost must be a decimal text"_s));
    }

    void eventComesBack()
    {
        RunEvent event;
        event.seq = 7;
        event.timeMs = 1'790'000'000'042;
        event.runId = u"r1"_s;
        event.phase = Phase::Execution;
        event.type = EventType::LlmRequest;
        event.details = QJsonObject{{u"decision"_s, 1}};
        const QJsonObject json = toJson(event);
        QCOMPARE(QString::fromUtf8(canonicalJson(json)),
                 u"{\"details\":{\"decision\":1},\"event\":\"LLM_REQUEST\",\"phase\":\"EXECUTION\",\"run\":\"r1\","
                 u"\"seq\":7,\"time\":\"2026-09-21T14:13:20.042Z\"}"_s);
        QCOMPARE(*runEventFromJson(json), event);
        event.phase.reset();
        QCOMPARE(*runEventFromJson(toJson(event)), event);
    }

    void eventRefusesNonsense_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("nothing") << QByteArray("{}") << u"$.seq is missing\n$.run is missing\n$.event is missing"_s;
        QTest::newRow("sequence") << QByteArray(R"({"seq":0,"run":"r","event":"DECISION"})")
                                  << u"$.seq must be from 1"_s;
        QTest::newRow("event") << QByteArray(R"({"seq":1,"run":"r","event":"LUNCH"})") << u"\"LUNCH\" is not known"_s;
        QTest::newRow("phase") << QByteArray(R"({"seq":1,"run":"r","event":"DECISION","phase":"X"})") << u"$.phase"_s;
        QTest::newRow("details") << QByteArray(R"({"seq":1,"run":"r","event":"DECISION","details":[]})")
                                 << u"$.details must be an object"_s;
    }
    void eventRefusesNonsense()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, part);
        const auto json = parseJsonObject(text);
        QVERIFY(json);
        const auto event = runEventFromJson(*json);
        QVERIFY(!event);
        QVERIFY2(event.error().detail.contains(part), qPrintable(event.error().detail));
    }

    void longTextsGoIntoBodies()
    {
        RunEvent event;
        Fields object;
        const QString atLimit = u"x"_s.repeated(2048);
        putText(event, object, "short"_L1, atLimit);
        QCOMPARE(object.toJson(), QJsonObject({{u"short"_s, atLimit}}));
        QVERIFY(event.bodies.isEmpty());

        const QString longText = u"y"_s.repeated(199) + u"\U0001F600"_s + u"z"_s.repeated(3000);
        putText(event, object, "long"_L1, longText);
        QCOMPARE(object.value("long"_L1).toString(), u"y"_s.repeated(199));
        QCOMPARE(event.bodies.size(), 1);
        QCOMPARE(event.bodies.constFirst().bytes, longText.toUtf8());
        QCOMPARE(object.value("longRef"_L1).toString(), QString::fromLatin1(sha256Hex(longText.toUtf8())));
    }

    void longObjectsGoIntoBodies()
    {
        RunEvent event;
        Fields object;
        const QJsonObject small{{u"a"_s, 1}};
        putObject(event, object, "arguments"_L1, small);
        QCOMPARE(object.toJson(), QJsonObject({{u"arguments"_s, small}}));
        const QJsonObject large{{u"code"_s, QString(u"c"_s.repeated(3000))}};
        putObject(event, object, "big"_L1, large);
        QVERIFY(!object.contains("big"_L1));
        QCOMPARE(event.bodies.constFirst().bytes, canonicalJson(large));
        QCOMPARE(object.value("bigRef"_L1).toString(), QString::fromLatin1(event.bodies.constFirst().sha256));
    }

    void fieldsAreAJsonObject()
    {
        const QJsonObject arguments{{u"a"_s, 1}, {u"text"_s, u"\"\u00e4\n"_s}};
        Fields usage{{"input"_L1, 10}, {"source"_L1, "reported"_L1}};
        usage.addNumber("none"_L1, 0);
        usage.addText("empty"_L1, QString());
        Fields fields{{"decision"_L1, 7},
                      {"name"_L1, toName(EventType::Decision)},
                      {"text"_L1, u"a \"quoted\" text"_s},
                      {"ok"_L1, true},
                      {"big"_L1, std::numeric_limits<qint64>::min()},
                      {"arguments"_L1, arguments},
                      {"usage"_L1, usage},
                      {"calls"_L1, QList<Fields>{Fields{{"callId"_L1, u"c"_s}}, Fields{}}},
                      {"replyRef"_L1, FieldValue::body(QByteArray(64, 'a'))},
                      {"appended"_L1, BodyNames{QByteArray(64, 'b'), QByteArray(64, 'c')}}};
        fields.insert(u"other"_s, QJsonArray{1, QJsonValue()});
        const QJsonObject json = fields;
        // The same, whether it is asked, written and read again, or made from JSON.
        QCOMPARE(QJsonDocument::fromJson(fields.compact()).object(), json);
        QVERIFY(fields == Fields(json));
        QCOMPARE(Fields(json).compact(), canonicalJson(json));
        for (const Fields& form : {fields, Fields(json)}) {
            QCOMPARE(form.number("decision"_L1), 7);
            QCOMPARE(form.number("missing"_L1, 5), 5);
            QCOMPARE(form.number("text"_L1, 5), 5);
            QCOMPARE(form.number("big"_L1), std::numeric_limits<qint64>::min());
            QCOMPARE(form.text("name"_L1), u"DECISION"_s);
            QCOMPARE(form.text("text"_L1), u"a \"quoted\" text"_s);
            QCOMPARE(form.text("replyRef"_L1), u"a"_s.repeated(64));
            QCOMPARE(form.text("decision"_L1), QString());
            QVERIFY(form.flag("ok"_L1) && !form.flag("decision"_L1) && !form.flag("missing"_L1));
            QCOMPARE(form.value("arguments"_L1).toObject(), arguments);
            QCOMPARE(form.value("usage"_L1).toObject().size(), 2);
            QVERIFY(form.contains("calls"_L1) && form.contains("other"_L1) && !form.contains("none"_L1));
            BodyNames names = form.bodies();
            std::sort(names.begin(), names.end());
            QCOMPARE(names, (BodyNames{QByteArray(64, 'a'), QByteArray(64, 'b'), QByteArray(64, 'c')}));
        }
        QVERIFY(Fields().isEmpty() && Fields().compact() == "{}" && !(fields == Fields()));
    }

    void stopStateComesBack()
    {
        StopState stop;
        stop.point = StopPoint::BeforeTool;
        stop.decision = 3;
        stop.frame = 2;
        stop.depth = 1;
        stop.toolCallId = u"c1"_s;
        stop.tool = u"code_executor"_s;
        stop.reason = u"breakpoint:error"_s;
        stop.editable = {{u"arguments"_s, QJsonObject()}};
        stop.nextCost = *Money::fromDecimal(u"0.005");
        QCOMPARE(*stopStateFromJson(toJson(stop)), stop);
        QCOMPARE(*stopStateFromJson(toJson(StopState())), StopState());
        QVERIFY(!stopStateFromJson({}));
        QVERIFY(!stopStateFromJson({{u"point"_s, u"NOWHERE"_s}}));
    }

    void passageHasAllItsParts()
    {
        const QJsonObject json = toJson(ContextPassage{7, u"kb"_s, u"file.md"_s, u"Title"_s, u"text"_s, 12, 3, 2, 1.5});
        QCOMPARE(QString::fromUtf8(canonicalJson(json)), u"{\"id\":7,\"knowledgeBase\":\"kb\",\"line\":3,\"offset\":12,"
                                                         u"\"page\":2,\"score\":1.5,\"source\":\"file.md\","
                                                         u"\"text\":\"text\",\"title\":\"Title\"}"_s);
    }

    void summaryHasTheKeysOfTheContract()
    {
        RunSummary summary;
        summary.runId = u"r1"_s;
        summary.userId = u"ann"_s;
        summary.model = u"m"_s;
        summary.decisions = 2;
        summary.tokensUsed = 10;
        summary.totalCost = *Money::fromDecimal(u"0.00002");
        summary.startedAtMs = 1'790'000'000'000;
        const QJsonObject json = toJson(summary);
        QCOMPARE(json.value("run"_L1).toString(), u"r1"_s);
        QCOMPARE(json.value("status"_L1).toString(), u"RUNNING"_s);
        QCOMPARE(json.value("userId"_L1).toString(), u"ann"_s);
        QCOMPARE(json.value("model"_L1).toString(), u"m"_s);
        QCOMPARE(json.value("decisions"_L1).toInt(), 2);
        QCOMPARE(json.value("tokensUsed"_L1).toInt(), 10);
        QCOMPARE(json.value("totalCost"_L1).toString(), u"0.00002"_s);
        QCOMPARE(json.value("startedAt"_L1).toString(), u"2026-09-21T14:13:20.000Z"_s);
        QVERIFY(json.value("completedAt"_L1).isNull() && json.value("errorCode"_L1).isNull());
        summary.errorCode = u"X"_s;
        QCOMPARE(toJson(summary).value("errorCode"_L1).toString(), u"X"_s);
    }
};

QTEST_GUILESS_MAIN(TestValues)
#include "tst_values.moc"
