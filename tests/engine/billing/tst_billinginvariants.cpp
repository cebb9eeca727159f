// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billexport.h"
#include "engine/billing/csvexport.h"
#include "engine/billing/reprice.h"
#include "engine/core/jsonreader.h"
#include "tests/engine/billing/billingfixtures.h"

#include <QBuffer>
#include <QDateTime>
#include <QTest>

#include <algorithm>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

// What must hold for every bill, tried on ten thousand random runs. The seed is fixed, so a failure comes back.

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kRuns = 500; // each takes twenty times as long
#else
constexpr int kRuns = 10'000;
#endif

/// Sizes, dates, windows, tiers, fees and reasoning with prices of their own.
PriceBook richBook()
{
    static const auto book = PriceBook::fromJson(u"rich"_s, *parseJsonObject(R"({"format":"lathe.pricebook/1",
      "version":"1","currency":"USD","meters":{},"sources":{},"defaults":{"rates":[{"prices":{"tool_call":"0.0001"}}]},
      "models":[
       {"id":"p0/m0","provider":"p0","model":"m0","source":"s","as_of":"2026-11-01",
        "service_tiers":{"batch":{"multiplier":"0.5"}},
        "rates":[{"prices":{"input":"3","cache_read":"0.3","cache_write":"3.75","cache_write_1h":"6","output":"15"}},
         {"min_input_tokens":200001,"prices":{"input":"6","output":"22.5"}},
         {"from":"2026-09-23T00:00:00Z","utc_windows":[{"start":"23:00","end":"05:00"}],
          "prices":{"input":"0.123456","output":"0.003625"}}]},
       {"id":"p1/m1","provider":"p1","model":"m1","source":"s","as_of":"2026-11-01",
        "rates":[{"prices":{"input":"1.1","output":"2.2","reasoning":"0.7","request":"12","web_search":"10",
          "input_audio":"32","output_audio":"64"}}]}]})"));
    return *book;
}

struct Attempt
{
    Usage usage;
    CostLine at;
};

struct RandomRun
{
    explicit RandomRun(quint64 seed) : random(seed) {}

    qint64 below(qint64 limit) { return static_cast<qint64>(random() % static_cast<quint64>(limit)); }

    Usage usage()
    {
        Usage usage;
        usage.source = below(8) == 0   ? UsageSource::Missing
                       : below(6) == 0 ? UsageSource::Estimated
                                       : UsageSource::Reported;
        if (usage.source == UsageSource::Missing) {
            return usage;
        }
        for (qint64 Usage::*count : {&Usage::input, &Usage::cacheRead, &Usage::cacheReadAudio, &Usage::cacheWrite,
                                     &Usage::cacheWrite1h, &Usage::inputAudio, &Usage::output, &Usage::outputAudio}) {
            usage.*count = below(3) == 0 ? below(150'000) : 0;
        }
        usage.reasoning = below(usage.output + 1);
        usage.webSearch = below(9) == 0 ? below(4) : 0;
        usage.serviceTier = below(5) == 0 ? u"batch"_s : QString();
        if (below(7) == 0) {
            usage.reportedCost = Money::fromAtto(Int128{below(1'000'000'000)} * below(1'000'000'000));
        }
        return usage;
    }

    Attempt attempt(int number)
    {
        Attempt made{usage(), {}};
        made.at.runId = u"r"_s;
        made.at.lineAtMs = 1'790'000'000'000 + number * 1000LL + below(400'000'000);
        made.at.decision = 1 + number / 3;
        made.at.attempt = 1 + number % 3;
        made.at.provider = u"p%1"_s.arg(below(2));
        made.at.modelRequested = u"m%1"_s.arg(below(2));
        made.at.status = u"ok"_s;
        return made;
    }

    std::mt19937_64 random;
};

Money totalOf(const QList<CostLine>& lines)
{
    return buildBillingReport(u"r"_s, {}, lines)->total;
}

BillRow rowOf(const CostLine& line)
{
    BillRow row;
    row.line = line;
    row.userId = line.decision % 2 == 0 ? u"ann"_s : u"bob"_s;
    row.userTier = u"pro"_s;
    row.teamId = line.decision % 3 == 0 ? u"red"_s : QString();
    row.tags = u"{\"k\":\"v\"}"_s;
    return row;
}

QByteArray written(const QList<CostLine>& lines, const BillFileOptions& options)
{
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    BillWriter writer(buffer, options);
    for (const CostLine& line : lines) {
        writer.add(rowOf(line));
    }
    return writer.finish() ? buffer.data() : QByteArray();
}

QList<CostLine> withoutFees(const QList<CostLine>& lines)
{
    QList<CostLine> rest;
    std::copy_if(lines.cbegin(), lines.cend(), std::back_inserter(rest),
                 [](const CostLine& line) { return line.meter != Meter::Request; });
    return rest;
}

Money columnSum(const QByteArray& csv, const QString& column)
{
    const auto rows = parseCsv(csv);
    const qsizetype at = rows.value(0).indexOf(column);
    MoneySum sum;
    for (qsizetype i = 1; i < rows.size(); ++i) {
        const QString cell = rows.at(i).value(at);
        sum.add(cell.isEmpty() ? Money() : Money::fromDecimal(cell).value_or(Money::fromAtto(-1)));
    }
    return sum.total().value_or(Money::fromAtto(-1));
}

} // namespace

class TestBillingInvariants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void holdForEveryRun()
    {
        const QList<PriceBook> books{PriceBook::flat(), *PriceBook::flatWith(u"0.003625"_s, u"0.000000000000000001"_s),
                                     richBook()};
        for (int run = 0; run < kRuns; ++run) {
            RandomRun random(static_cast<quint64>(run) + 1);
            const PriceBook& book = books.at(random.below(books.size()));
            QList<CostLine> lines;
            const int attempts = static_cast<int>(random.below(7));
            for (int i = 0; i < attempts; ++i) {
                const Attempt made = random.attempt(i);
                const Money before = totalOf(lines);
                const auto added =
                    linesForUsage(book.model(made.at.provider, made.at.modelRequested), made.usage, made.at);
                QVERIFY(added);
                // The meters of a call are not negative and add up to what was reported.
                qint64 tokens = 0;
                for (const CostLine& line : *added) {
                    QVERIFY(line.quantity >= 0);
                    tokens += isTokenMeter(line.meter) ? line.quantity : 0;
                    // A line's cost is its price times its quantity, or the provider's own figure; unknown has none.
                    QCOMPARE(line.cost.has_value(), line.state != CostState::Unknown);
                    QVERIFY(line.state == CostState::Reported ? !line.unitPrice
                                                              : line.cost.has_value() == line.unitPrice.has_value());
                    QVERIFY(!line.unitPrice || *line.unitPrice->times(line.quantity) == *line.cost);
                }
                QCOMPARE(tokens, made.usage.total());
                if (made.usage.reportedCost && !added->isEmpty()) {
                    QCOMPARE(totalOf(*added), *made.usage.reportedCost);
                }
                lines += *added;
                QVERIFY(totalOf(lines) >= before); // another attempt never lowers the total
                if (random.below(3) == 0) {
                    CostLine call = made.at;
                    call.tool = u"t%1"_s.arg(random.below(2));
                    lines.append(*lineForToolCall(book, call));
                }
            }
            const Money avoided = Money::fromAtto(random.below(1'000'000));
            const auto report = buildBillingReport(u"r"_s, book.version(), lines, avoided);
            QVERIFY(report && report->sumsAgree);
            const Money total = costSum(lines);
            QCOMPARE(report->total, total);     // the sum of the lines
            QCOMPARE(report->avoided, avoided); // apart, never netted
            const auto unknown = std::count_if(lines.cbegin(), lines.cend(), [](const CostLine& l) { return !l.cost; });
            QCOMPARE(report->unknownLines, unknown);
            QCOMPARE(report->complete, unknown == 0);
            QCOMPARE(*Money::fromDecimal(total.toDecimal()), total);
            // Every way to group gives the same total.
            QList<BillRow> rows;
            for (const CostLine& line : std::as_const(lines)) {
                rows.append(rowOf(line));
            }
            for (const BillGroup dimension :
                 {BillGroup::Phase, BillGroup::Decision, BillGroup::Tool, BillGroup::Model, BillGroup::Provider,
                  BillGroup::User, BillGroup::Team, BillGroup::Tier, BillGroup::Day, BillGroup::Hour}) {
                const auto table = groupBill(rows, {dimension});
                MoneySum sum;
                qint64 missing = 0;
                for (const BillTable::Row& row : table->rows) {
                    sum.add(row.group.cost);
                    missing += row.group.unknownLines;
                }
                QCOMPARE(*sum.total(), total);
                QCOMPARE(missing, unknown);
            }
            // The order of the lines decides nothing.
            QList<CostLine> shuffled = lines;
            std::shuffle(shuffled.begin(), shuffled.end(), random.random);
            QCOMPARE(*buildBillingReport(u"r"_s, book.version(), shuffled, avoided), *report);
            // What is written down reads back the same.
            for (const CostLine& line : std::as_const(lines)) {
                const auto back = costLineFromJson(toJson(line));
                QVERIFY(back && *back == line);
            }
        }
    }

    void everyAttemptIsOneCall()
    {
        // Also where runs alternate, decisions come in any order, and numbers are absurd.
        RandomRun random(3);
        QSet<QString> attempts;
        QHash<QString, QSet<QString>> ofModels;
        QList<BillRow> rows;
        qint64 retries = 0;
        const int odd[] = {-1, 0, 9, 1'000'000, 1'000'001, 2'000'000'000};
        for (int i = 0; i < 5000; ++i) {
            BillRow row;
            row.line.runId = u"r%1"_s.arg(random.below(9));
            row.line.decision = random.below(50) == 0 ? odd[random.below(6)] : static_cast<int>(random.below(300));
            row.line.attempt = random.below(50) == 0 ? odd[random.below(6)] : static_cast<int>(1 + random.below(4));
            row.line.modelBilled = u"m%1"_s.arg(random.below(3));
            row.line.meter = random.below(2) == 0 ? Meter::Input : Meter::Output;
            rows.append(row);
            const QString attempt = u"%1 %2 %3"_s.arg(row.line.runId).arg(row.line.decision).arg(row.line.attempt);
            retries += !attempts.contains(attempt) && row.line.attempt > 1 ? 1 : 0;
            attempts.insert(attempt);
            ofModels[row.line.modelBilled].insert(attempt);
        }
        const auto table = groupBill(rows, {BillGroup::Model});
        QCOMPARE(table->total.calls, attempts.size());
        QCOMPARE(table->totalCounts.retries, retries);
        QCOMPARE(table->rows.size(), ofModels.size());
        for (const BillTable::Row& row : table->rows) {
            QCOMPARE(row.group.calls, ofModels.value(row.keys.first()).size());
        }
    }

    void filesSayWhatTheReportSays()
    {
        for (int run = 0; run < 300; ++run) {
            RandomRun random(static_cast<quint64>(run) + 77);
            QList<CostLine> lines;
            for (int i = 0; i < 6; ++i) {
                const Attempt made = random.attempt(i);
                lines +=
                    *linesForUsage(richBook().model(made.at.provider, made.at.modelRequested), made.usage, made.at);
            }
            const Money total = totalOf(lines);
            QCOMPARE(columnSum(written(lines, {}), u"cost"_s), total);
            for (const BillFormat format : {BillFormat::Focus14, BillFormat::Focus12}) {
                BillFileOptions options;
                options.format = format;
                const QByteArray file = written(lines, options);
                QCOMPARE(columnSum(file, u"BilledCost"_s), total);
                QCOMPARE(columnSum(file, u"EffectiveCost"_s), total);
                options.accounting = FocusAccounting::Merge;
                const QByteArray merged = written(lines, options);
                QCOMPARE(columnSum(merged, u"BilledCost"_s), Money());
                QCOMPARE(columnSum(merged, u"ListCost"_s), total);
            }
        }
    }

    void localeAndZoneChangeNothing()
    {
        RandomRun random(5);
        QList<CostLine> lines;
        for (int i = 0; i < 40; ++i) {
            const Attempt made = random.attempt(i);
            lines += *linesForUsage(richBook().model(made.at.provider, made.at.modelRequested), made.usage, made.at);
        }
        QList<BillFileOptions> all;
        for (const BillFormat format :
             {BillFormat::Breakdown, BillFormat::Focus14, BillFormat::Focus12, BillFormat::Pivot}) {
            for (const CsvProfile profile : {CsvProfile::Machine, CsvProfile::Spreadsheet}) {
                BillFileOptions options;
                options.format = format;
                options.profile = profile;
                options.dimensions = {BillGroup::Model, BillGroup::Hour};
                all.append(options);
            }
        }
        QList<QByteArray> expected;
        for (const BillFileOptions& options : std::as_const(all)) {
            expected.append(written(lines, options));
            QVERIFY(!expected.last().isEmpty());
        }
        for (const char *name : {"de_DE", "ar_EG", "ja_JP", "fa_IR", "hi_IN"}) {
            for (const char *zone : {"Pacific/Kiritimati", "America/St_Johns"}) {
                QLocale::setDefault(QLocale(QString::fromLatin1(name)));
                qputenv("TZ", zone);
                for (qsizetype i = 0; i < all.size(); ++i) {
                    QCOMPARE(written(lines, all.at(i)), expected.at(i));
                }
            }
        }
        qputenv("TZ", "UTC");
        QLocale::setDefault(QLocale::c());
    }

    void otherPricesForTheSameTokens()
    {
        for (int run = 0; run < 500; ++run) {
            RandomRun random(static_cast<quint64>(run) + 900);
            QList<CostLine> recorded;
            QList<CostLine> expected;
            for (int i = 0; i < 6; ++i) {
                Attempt made = random.attempt(i);
                made.usage.reportedCost.reset();
                made.usage.reasoning = 0; // not said on a line unless it was priced apart
                if (made.usage.total() == 0) {
                    made.usage.webSearch = 0; // nor is it, without a price, that a search was a guess
                }
                recorded += *linesForUsage(PriceBook::flat().model({}, {}), made.usage, made.at);
                expected +=
                    *linesForUsage(richBook().model(made.at.provider, made.at.modelRequested), made.usage, made.at);
            }
            Repricer repricer(richBook(), {});
            QList<CostLine> repriced;
            for (const CostLine& line : std::as_const(recorded)) {
                const auto rows = repricer.add(rowOf(line));
                for (const BillRow& row : *rows) {
                    repriced.append(row.line);
                }
            }
            const auto rest = repricer.finish();
            for (const BillRow& row : *rest) {
                repriced.append(row.line);
            }
            // A call without any count is not in the ledger at all, so no fee can be asked for it.
            QCOMPARE(withoutFees(repriced), withoutFees(expected));
        }
    }

    void anotherModelsPrices()
    {
        Usage usage;
        usage.input = 1000;
        usage.output = 10;
        usage.source = UsageSource::Reported;
        CostLine at;
        at.runId = u"r"_s;
        at.decision = 1;
        at.attempt = 1;
        const auto recorded = linesForUsage(PriceBook::flat().model({}, {}), usage, at);
        Repricer repricer(richBook(), u"p1/m1"_s);
        QVERIFY(repricer.add(rowOf(recorded->at(0)))->isEmpty());
        QVERIFY(repricer.add(rowOf(recorded->at(1)))->isEmpty());
        const auto rows = repricer.finish();
        QCOMPARE(rows->size(), 3); // with a fee for the request
        QCOMPARE(rows->at(0).line.cost->toDecimal(), u"0.0011"_s);
        QCOMPARE(rows->at(0).line.modelBilled, u"m1"_s);
        QCOMPARE(rows->at(2).line.cost->toDecimal(), u"0.012"_s);
        Repricer unknown(richBook(), u"p1/m9"_s);
        QVERIFY(unknown.add(rowOf(recorded->at(0)))->isEmpty());
        QCOMPARE(unknown.finish()->constFirst().line.state, CostState::Unknown);
    }
};

QTEST_GUILESS_MAIN(TestBillingInvariants)
#include "tst_billinginvariants.moc"
