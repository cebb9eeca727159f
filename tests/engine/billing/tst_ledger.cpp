// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/ledger.h"

#include <QTest>

#include <limits>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

CostLine templateLine()
{
    CostLine line;
    line.runId = u"r1"_s;
    line.lineAtMs = 1'790'000'000'000;
    line.decision = 2;
    line.decisionKind = AgentActionType::FinalAnswer;
    line.attempt = 3;
    line.provider = u"openai"_s;
    line.modelRequested = u"m"_s;
    line.modelBilled = u"m-1"_s;
    line.status = u"ok"_s;
    return line;
}

QString totalOf(const QList<CostLine>& lines)
{
    QList<Money> costs;
    for (const CostLine& line : lines) {
        costs.append(line.cost.value_or(Money()));
    }
    return Money::sum(costs)->toDecimal();
}

} // namespace

class TestLedger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void flatBookHasOnePriceForTokensAndOneForCalls()
    {
        const PriceBook book = PriceBook::flat();
        QCOMPARE(book.id(), u"lathe/flat"_s);
        QCOMPARE(book.version(), u"flat/1"_s);
        const RateRow *row = book.model(u"any"_s, u"model"_s).rowFor({1, u"batch"_s, u"eu"_s, 1'000'000});
        QVERIFY(row != nullptr);
        QCOMPARE(row->rateId, u"flat/token"_s);
        for (const auto& entry : EnumNames<Meter>::table) {
            const auto price = row->priceOf(entry.first);
            QCOMPARE(price.has_value(), isTokenMeter(entry.first)); // searches and requests have no flat price
            QVERIFY(!price || price->toDecimal(1'000'000) == u"2"_s);
        }
        QCOMPARE(book.toolRate(u"x"_s)->price.toDecimal(1), u"0.005"_s);
        QCOMPARE(book.toolRate(u"x"_s)->rateId, u"flat/tool_call"_s);
        QCOMPARE(book.document().value("version"_L1).toString(), u"flat/1"_s);
    }

    void otherPricesHaveAnotherVersion()
    {
        const auto book = PriceBook::flatWith(u"2.50"_s, u"0"_s);
        QVERIFY(book);
        QCOMPARE(book->version(), u"flat/1;token=2.5;call=0"_s);
        QCOMPARE(book->model({}, {}).rowFor({})->priceOf(Meter::Output)->toDecimal(1'000'000), u"2.5"_s);
        QCOMPARE(PriceBook::flatWith(u"2.0"_s, u"0.0050"_s)->version(), u"flat/1"_s);
    }

    void comesBackFromItsVersion_data()
    {
        QTest::addColumn<QString>("token");
        QTest::addColumn<QString>("call");
        QTest::newRow("default") << u"2"_s << u"0.005"_s;
        QTest::newRow("other") << u"2.500001"_s << u"0"_s;
        QTest::newRow("large") << u"1000000000"_s << u"0.000000000000000001"_s;
    }
    void comesBackFromItsVersion()
    {
        QFETCH(QString, token);
        QFETCH(QString, call);
        const PriceBook book = *PriceBook::flatWith(token, call);
        const auto read = PriceBook::flatOfVersion(book.version());
        QVERIFY(read);
        QCOMPARE(read->version(), book.version());
        QCOMPARE(read->document(), book.document());
        QCOMPARE(read->toolRate({})->price, book.toolRate({})->price);
        for (const auto& wrong : {QString(), u"flat/2"_s, u"flat/1;token=x;call=0"_s, u"flat/1;token=1"_s}) {
            QVERIFY(!PriceBook::flatOfVersion(wrong));
        }
    }

    void refusesBadPrices_data()
    {
        QTest::addColumn<QString>("token");
        QTest::addColumn<QString>("call");
        QTest::addColumn<QString>("part");
        QTest::newRow("words") << u"cheap"_s << u"0"_s << u"Price per million tokens:"_s;
        QTest::newRow("negative") << u"2"_s << u"-1"_s << u"Price per tool call: a price must not be negative"_s;
        QTest::newRow("inexact") << u"0.0000000000001"_s << u"0"_s << u"too many decimals"_s;
    }
    void refusesBadPrices()
    {
        QFETCH(QString, token);
        QFETCH(QString, call);
        QFETCH(QString, part);
        const auto book = PriceBook::flatWith(token, call);
        QVERIFY(!book);
        QCOMPARE(book.error().code, ErrorCode::InvalidInput);
        QVERIFY2(book.error().message.contains(part), qPrintable(book.error().message));
    }

    void oneLineForEachMeterThatWasUsed()
    {
        Usage usage;
        usage.input = 1000;
        usage.cacheRead = 200;
        usage.cacheWrite = 30;
        usage.cacheWrite1h = 4;
        usage.inputAudio = 5;
        usage.output = 600;
        usage.outputAudio = 7;
        usage.reasoning = 500; // inside output, never a line of its own
        usage.source = UsageSource::Reported;
        const auto lines = linesForUsage(PriceBook::flat().model({}, {}), usage, templateLine());
        QVERIFY(lines);
        QCOMPARE(lines->size(), 7);
        qint64 tokens = 0;
        for (const CostLine& line : *lines) {
            tokens += line.quantity;
            QCOMPARE(unitOf(line.meter), "Tokens"_L1);
            QCOMPARE(perOf(line.meter), 1'000'000);
            QCOMPARE(line.state, CostState::Computed);
            QCOMPARE(costSourceOf(line), "Flat"_L1);
            QCOMPARE(line.priceBookVersion, u"flat/1"_s);
            QCOMPARE(line.rateId, u"flat/token"_s);
            QCOMPARE(*line.cost, *line.unitPrice->times(line.quantity));
            QCOMPARE(line.attempt, 3);
            QCOMPARE(line.modelBilled, u"m-1"_s);
        }
        QCOMPARE(tokens, usage.total());
        QCOMPARE(totalOf(*lines), u"0.003692"_s);
        QCOMPARE(lines->constFirst().meter, Meter::Input);
        QCOMPARE(lines->constLast().meter, Meter::OutputAudio);
    }

    void classesThatWereNotUsedHaveNoLine()
    {
        Usage usage;
        usage.source = UsageSource::Reported;
        QCOMPARE(linesForUsage(PriceBook::flat().model({}, {}), usage, templateLine())->size(), 0);
        usage.output = 1234;
        const auto lines = linesForUsage(PriceBook::flat().model({}, {}), usage, templateLine());
        QCOMPARE(lines->size(), 1);
        QCOMPARE(totalOf(*lines), u"0.002468"_s);
    }

    void missingUsageIsUnknownAndNeverZero()
    {
        const auto lines = linesForUsage(PriceBook::flat().model({}, {}), Usage(), templateLine());
        QVERIFY(lines);
        QCOMPARE(lines->size(), 1);
        const CostLine& line = lines->constFirst();
        QCOMPARE(line.state, CostState::Unknown);
        QCOMPARE(line.cost, std::nullopt);
        QCOMPARE(line.unitPrice, std::nullopt);
        QCOMPARE(line.quantity, 0);
        QCOMPARE(line.meter, Meter::Input);
        QCOMPARE(line.status, u"ok"_s);
    }

    void estimatedUsageSaysSo()
    {
        Usage usage;
        usage.input = 2001;
        usage.source = UsageSource::Estimated;
        const auto lines = linesForUsage(PriceBook::flat().model({}, {}), usage, templateLine());
        QCOMPARE(lines->constFirst().state, CostState::Estimated);
        QCOMPARE(costSourceOf(lines->constFirst()), "Estimated"_L1);
        QCOMPARE(totalOf(*lines), u"0.004002"_s);
    }

    void refusesUsageThatCannotBe()
    {
        Usage usage;
        usage.source = UsageSource::Reported;
        usage.cacheRead = -1;
        const auto negative = linesForUsage(PriceBook::flat().model({}, {}), usage, templateLine());
        QCOMPARE(negative.error().message, u"Usage of -1 units of class cache_read cannot be billed"_s);
        usage.cacheRead = std::numeric_limits<qint64>::max();
        const auto dear = PriceBook::flatWith(u"1000000000"_s, u"1"_s);
        QCOMPARE(linesForUsage(dear->model({}, {}), usage, templateLine()).error().code, ErrorCode::Overflow);
    }

    void toolCallsCostTheirFee()
    {
        CostLine line = templateLine();
        line.tool = u"code_executor"_s;
        line.toolCallId = u"c1"_s;
        const auto priced = lineForToolCall(PriceBook::flat(), line);
        QVERIFY(priced);
        QCOMPARE(priced->meter, Meter::ToolCall);
        QCOMPARE(priced->quantity, 1);
        QCOMPARE(unitOf(priced->meter), "Calls"_L1);
        QCOMPARE(perOf(priced->meter), 1);
        QCOMPARE(priced->unitPrice->toDecimal(1), u"0.005"_s);
        QCOMPARE(priced->cost->toDecimal(), u"0.005"_s);
        QCOMPARE(priced->attempt, 0);
        QCOMPARE(priced->rateId, u"flat/tool_call"_s);
        QCOMPARE(priced->toolCallId, u"c1"_s);
    }

    void worstCaseIsBothPricesTogether()
    {
        const PriceBook book = PriceBook::flat();
        QCOMPARE((*worstCase(book.model({}, {}), 0, 1000, 4096))->toDecimal(), u"0.010192"_s);
        QCOMPARE((*worstCase(book.model({}, {}), 0, 0, 0))->toDecimal(), u"0"_s);
        QCOMPARE(worstCase(book.model({}, {}), 0, -1, 5).error().code, ErrorCode::InvalidInput);
        QCOMPARE(worstCase(book.model({}, {}), 0, 1, -5).error().code, ErrorCode::InvalidInput);
        const auto dear = PriceBook::flatWith(u"12000000"_s, u"1"_s);
        const qint64 most = std::numeric_limits<qint64>::max();
        QCOMPARE(worstCase(dear->model({}, {}), 0, most, most).error().code, ErrorCode::Overflow);
    }
};

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
