// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billgrouper.h"
#include "engine/billing/billingreportbuilder.h"
#include "engine/billing/ledger.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/usagedialects.h"

#include <QDateTime>
#include <QFile>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

// From the provider's usage object to the last digit of the bill; each case is a mistake that was made somewhere.

namespace {

/// A book with one model, test/m, at these rates.
PriceBook bookWith(const QJsonArray& rates, const QJsonObject& tiers = {})
{
    QJsonObject model{{u"id"_s, u"test/m"_s},   {u"provider"_s, u"test"_s}, {u"model"_s, u"m"_s},
                      {u"source"_s, u"test"_s}, {u"rates"_s, rates},        {u"as_of"_s, u"2026-11-22"_s}};
    if (!tiers.isEmpty()) {
        model.insert("service_tiers"_L1, tiers);
    }
    const QJsonObject document{
        {u"format"_s, u"lathe.pricebook/1"_s}, {u"version"_s, u"1"_s},        {u"currency"_s, u"USD"_s},
        {u"meters"_s, QJsonObject()},          {u"sources"_s, QJsonObject()}, {u"models"_s, QJsonArray{model}}};
    const auto book = PriceBook::fromJson(u"test"_s, document);
    if (!book) {
        qFatal("%s", qPrintable(book.error().detail));
    }
    return *book;
}

PriceBook bookWith(const QString& input, const QString& output)
{
    return bookWith({QJsonObject{{u"prices"_s, QJsonObject{{u"input"_s, input}, {u"output"_s, output}}}}});
}

Usage disjoint(const QJsonObject& counts)
{
    static constexpr std::pair<QLatin1StringView, qint64 Usage::*> kMembers[] = {
        {"input"_L1, &Usage::input},        {"cache_read"_L1, &Usage::cacheRead}, {"output"_L1, &Usage::output},
        {"any_token"_L1, &Usage::anyToken}, {"web_search"_L1, &Usage::webSearch},
    };
    Usage usage;
    usage.source = UsageSource::Reported;
    for (const auto& [name, member] : kMembers) {
        usage.*member = counts.value(name).toInteger();
    }
    return usage;
}

Usage usageOf(const QString& dialect, const QJsonObject& json)
{
    static const QHash<QString, UsageDialect> kDialects{{u"openai"_s, UsageDialect::OpenAi},
                                                        {u"anthropic"_s, UsageDialect::Anthropic},
                                                        {u"bedrock"_s, UsageDialect::Bedrock},
                                                        {u"gemini"_s, UsageDialect::Gemini}};
    return dialect == "disjoint"_L1 ? disjoint(json) : readUsage(kDialects.value(dialect), json);
}

CostLine lineAt(qint64 ms, int attempt = 1)
{
    CostLine line;
    line.runId = u"r"_s;
    line.lineAtMs = ms;
    line.decision = 1;
    line.attempt = attempt;
    line.provider = u"test"_s;
    line.modelRequested = u"m"_s;
    line.status = u"ok"_s;
    return line;
}

QString totalOf(const QList<CostLine>& lines)
{
    const auto report = buildBillingReport(u"r"_s, {}, lines);
    return !report || !report->sumsAgree ? u"the sums do not agree"_s
           : report->complete            ? report->total.toDecimal()
                                         : QString();
}

QJsonArray cases()
{
    QFile file(qEnvironmentVariable("LATHE_SOURCE_DIR") + u"/tests/engine/billing/cost_cases.json"_s);
    if (!file.open(QIODevice::ReadOnly)) {
        qFatal("no cost_cases.json");
    }
    return parseJsonObject(file.readAll())->value("cases"_L1).toArray();
}

} // namespace

class TestCostCases : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void costsExactly_data()
    {
        QTest::addColumn<QJsonObject>("json");
        for (const QJsonValue& value : cases()) {
            const QJsonObject json = value.toObject();
            QTest::newRow(qPrintable(json.value("case"_L1).toString())) << json;
        }
    }
    void costsExactly()
    {
        QFETCH(QJsonObject, json);
        const QJsonObject used = json.value("usage"_L1).toObject();
        Usage usage = usageOf(json.value("dialect"_L1).toString(), used);
        usage.serviceTier = json.value("tier"_L1).toString();
        QVERIFY(!usage.inconsistent);
        const bool flat = json.value("rates"_L1).isString();
        const PriceBook book =
            flat ? PriceBook::flat() : bookWith(json.value("rates"_L1).toArray(), json.value("tiers"_L1).toObject());
        const QDateTime at = QDateTime::fromString(json.value("at"_L1).toString(), Qt::ISODate);
        QVERIFY(at.isValid());
        const CostLine line = lineAt(at.toMSecsSinceEpoch());
        auto lines = linesForUsage(book.model(line.provider, line.modelRequested), usage, line);
        QVERIFY2(lines, qPrintable(lines ? QString() : lines.error().message));
        for (qint64 i = 0; i < used.value("tool_call"_L1).toInteger(); ++i) {
            lines->append(*lineForToolCall(book, line));
        }
        QJsonObject meters;
        QHash<QString, QList<Money>> costs;
        QJsonObject costOfMeter;
        for (const CostLine& one : std::as_const(*lines)) {
            const QString meter = toName(one.meter);
            meters.insert(meter, meters.value(meter).toInteger() + one.quantity);
            if (!one.cost) {
                costOfMeter.insert(meter, QJsonValue::Null);
                continue;
            }
            QCOMPARE(*one.cost, *one.unitPrice->times(one.quantity));
            costs[meter].append(*one.cost);
            costOfMeter.insert(meter, Money::sum(costs.value(meter))->toDecimal());
        }
        QCOMPARE(meters, json.value("meters"_L1).toObject());
        QCOMPARE(costOfMeter, json.value("lines"_L1).toObject());
        QCOMPARE(totalOf(*lines), json.value("total"_L1).toString());
    }

    void failedAttemptsThatProducedUsageAreCharged()
    {
        // A refusal (429) without usage has no line; a stream that broke is charged what it brought, as an estimate.
        const ModelPrices prices = bookWith(u"3"_s, u"15"_s).model(u"test"_s, u"m"_s);
        Usage broken = disjoint({{u"input"_s, 1200}, {u"output"_s, 40}});
        broken.source = UsageSource::Estimated;
        const auto second = linesForUsage(prices, broken, lineAt(1, 2));
        QCOMPARE(totalOf(*second), u"0.0042"_s);
        QCOMPARE(second->constFirst().state, CostState::Estimated);
        const auto third = linesForUsage(prices, disjoint({{u"input"_s, 1200}, {u"output"_s, 300}}), lineAt(2, 3));
        QCOMPARE(totalOf(*third), u"0.0081"_s);
        QCOMPARE(totalOf(*second + *third), u"0.0123"_s);
    }

    void aStreamWithoutUsageIsUnknownAndTheEstimateStandsApart()
    {
        const ModelPrices prices = PriceBook::flat().model(u"test"_s, u"m"_s);
        auto lines = linesForUsage(prices, Usage(), lineAt(1));
        QCOMPARE(lines->size(), 1);
        Usage guess;
        guess.input = (8003 + 3) / 4;
        guess.source = UsageSource::Estimated;
        lines->first().estimate = costOf(prices, 1, guess);
        const auto report = buildBillingReport(u"r"_s, {}, *lines);
        QVERIFY(!report->complete);
        QCOMPARE(report->unknownLines, 1);
        QCOMPARE(report->total, Money());
        QCOMPARE(report->unknownEstimate.toDecimal(), u"0.004002"_s);
    }

    void manySmallCallsLoseNothing()
    {
        const ModelPrices prices = PriceBook::flat().model(u"test"_s, u"m"_s);
        QList<CostLine> lines;
        for (int i = 0; i < 10'000; ++i) {
            lines += *linesForUsage(prices, disjoint({{u"input"_s, 100 + i % 50}}), lineAt(i));
        }
        QCOMPARE(totalOf(lines), u"2.49"_s);
    }

    void whatCostsNothingHasAReport()
    {
        const auto report = buildBillingReport(u"r"_s, {}, {}, *Money::fromDecimal(u"0.0123"));
        QCOMPARE(report->total, Money());
        QCOMPARE(report->avoided.toDecimal(), u"0.0123"_s);
        QVERIFY(report->complete && report->sumsAgree);
        for (const CostGroup& phase : report->byPhase) {
            QVERIFY(phase.cost.isZero());
        }
    }

    void decisionsAndToolsAddUpToTheTotal()
    {
        const PriceBook book = PriceBook::flat();
        QList<CostLine> lines;
        const auto add = [&](int decision, qint64 tokens, int calls) {
            CostLine line = lineAt(decision);
            line.decision = decision;
            lines += *linesForUsage(book.model({}, {}), disjoint({{u"input"_s, tokens}}), line);
            for (int i = 0; i < calls; ++i) {
                line.tool = u"t%1"_s.arg(i);
                lines.append(*lineForToolCall(book, line));
            }
        };
        add(1, 500, 0);
        add(2, 0, 2);
        add(3, 734, 1);
        const auto table = groupBill({}, {BillGroup::Decision});
        QVERIFY(table);
        const auto report = buildBillingReport(u"r"_s, {}, lines);
        QVERIFY(report->sumsAgree);
        QCOMPARE(report->total.toDecimal(), u"0.017468"_s);
        Money tools;
        for (const CostGroup& tool : report->byTool) {
            tools = *tools.plus(tool.cost);
        }
        QCOMPARE(tools.toDecimal(), u"0.015"_s);
        Money tokens;
        for (const CostGroup& decision : report->byDecision) {
            tokens = *tokens.plus(decision.cost);
        }
        QCOMPARE(tokens.toDecimal(), u"0.002468"_s);
    }

    void whatTheProviderReportsBeatsThePrices_data()
    {
        QTest::addColumn<QJsonObject>("usage");
        QTest::addColumn<QString>("total");
        QTest::addColumn<CostState>("state");
        const auto row = [](const char *name, const QByteArray& usage, const QString& total, CostState state) {
            QTest::newRow(name) << *parseJsonObject(usage) << total << state;
        };
        row("reported", R"({"prompt_tokens":194,"completion_tokens":2,"cost":0.00014})", u"0.00014"_s,
            CostState::Reported);
        row("does not part evenly", R"({"prompt_tokens":7,"completion_tokens":11,"cost":0.01})", u"0.01"_s,
            CostState::Reported);
        row("free", R"({"prompt_tokens":194,"completion_tokens":2,"cost":0})", u"0"_s, CostState::Reported);
        row("own key: the fee and what the provider behind it bills",
            R"({"prompt_tokens":194,"completion_tokens":2,"cost":0.000005,"is_byok":true,
                "cost_details":{"upstream_inference_cost":0.0019}})",
            u"0.001905"_s, CostState::Reported);
        row("own key, upstream not told", R"({"prompt_tokens":1000,"completion_tokens":0,"cost":0,"is_byok":true})",
            u"0.003"_s, CostState::Computed);
        row("cost alone", R"({"cost":0.5})", u"0.5"_s, CostState::Reported);
    }
    void whatTheProviderReportsBeatsThePrices()
    {
        QFETCH(QJsonObject, usage);
        QFETCH(QString, total);
        QFETCH(CostState, state);
        const ModelPrices prices = bookWith(u"3"_s, u"15"_s).model(u"test"_s, u"m"_s);
        const auto lines = linesForUsage(prices, readUsage(UsageDialect::OpenAi, usage), lineAt(1));
        QVERIFY(lines);
        QCOMPARE(totalOf(*lines), total);
        for (const CostLine& line : *lines) {
            QCOMPARE(line.state, state);
            QCOMPARE(line.unitPrice.has_value(), state == CostState::Computed);
        }
    }

    void aReportedCostIsPartedByThePrices()
    {
        const ModelPrices prices = bookWith(u"1"_s, u"3"_s).model(u"test"_s, u"m"_s);
        Usage usage = disjoint({{u"input"_s, 100}, {u"output"_s, 100}});
        usage.reportedCost = *Money::fromDecimal(u"0.04");
        const auto lines = linesForUsage(prices, usage, lineAt(1));
        QCOMPARE(lines->at(0).cost->toDecimal(), u"0.01"_s);
        QCOMPARE(lines->at(1).cost->toDecimal(), u"0.03"_s);
        usage.reportedCost = Money::fromAtto(7); // 1.75 and 5.25: the larger remainder gets the odd unit
        const auto tiny = linesForUsage(prices, usage, lineAt(1));
        QCOMPARE(tiny->at(0).cost->toDecimal(), u"0.000000000000000002"_s);
        QCOMPARE(tiny->at(1).cost->toDecimal(), u"0.000000000000000005"_s);
        // Without prices the quantities decide.
        usage.output = 300;
        usage.reportedCost = *Money::fromDecimal(u"4");
        const auto unpriced = linesForUsage(ModelPrices(), usage, lineAt(1));
        QCOMPARE(unpriced->at(0).cost->toDecimal(), u"1"_s);
        QCOMPARE(unpriced->at(1).cost->toDecimal(), u"3"_s);
    }

    void countsThatContradictAreSaidOnTheLine()
    {
        const Usage usage = readUsage(UsageDialect::OpenAi, *parseJsonObject(R"({"prompt_tokens":10,
            "completion_tokens":5,"prompt_tokens_details":{"cached_tokens":12}})"));
        QVERIFY(usage.inconsistent);
        const auto lines = linesForUsage(PriceBook::flat().model({}, {}), usage, lineAt(1));
        QCOMPARE(lines->constFirst().status, u"inconsistent"_s);
        QCOMPARE(lines->constFirst().meter, Meter::CacheRead); // the negative rest is no line
    }
};

QTEST_GUILESS_MAIN(TestCostCases)
#include "tst_costcases.moc"
