// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/exactnumbers.h"
#include "engine/billing/pricebookimport.h"
#include "engine/core/jsonreader.h"

#include <QDateTime>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

const QDate kToday(2026, 11, 28);

PriceBook bookOf(const QByteArray& file, QStringList *notes = nullptr)
{
    const auto imported = importPrices(file, kToday);
    if (!imported) {
        qFatal("%s", qPrintable(imported.error().message + imported.error().detail));
    }
    if (notes != nullptr) {
        *notes = imported->notes;
    }
    const auto book = PriceBook::fromJson(u"test"_s, imported->document);
    if (!book) {
        qFatal("%s", qPrintable(book.error().detail));
    }
    return *book;
}

QString price(const PriceBook& book, const QString& id, Meter meter, const PricedCall& call = {},
              qint64 per = 1'000'000)
{
    const RateRow *row = book.model(id.section(u'/', 0, 0), id.section(u'/', 1)).rowFor(call);
    const auto found = row != nullptr ? row->priceOf(meter) : std::nullopt;
    return found ? found->toDecimal(per) : u"-"_s;
}

qint64 at(const char *when)
{
    return QDateTime::fromString(QString::fromLatin1(when), Qt::ISODate).toMSecsSinceEpoch();
}

} // namespace

class TestPriceBookImport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scalesTextExactly_data()
    {
        QTest::addColumn<QString>("number");
        QTest::addColumn<int>("shift");
        QTest::addColumn<QString>("decimal");
        const auto row = [](const char *number, int shift, const char *decimal) {
            QTest::newRow(number) << QString::fromLatin1(number) << shift << QString::fromLatin1(decimal);
        };
        row("2.1875e-06", 6, "2.1875");
        row("2.5E-6", 6, "2.5");
        row("0.00000015", 6, "0.15");
        row("1e-05", 6, "10");
        row("0", 6, "0");
        row("0.000", 6, "0");
        row("3", 0, "3");
        row("007.50", 0, "7.5");
        row("3.625e-9", 6, "0.003625");
        row("1e-18", 6, "0.000000000001");
        row("1e-19", 6, "-"); // not exact in twelve decimals
        row("-1", 6, "-");
        row("NaN", 6, "-");
        row("1e999", 6, "-");
        row("", 6, "-");
        row("1,5", 6, "-");
    }
    void scalesTextExactly()
    {
        QFETCH(QString, number);
        QFETCH(int, shift);
        QFETCH(QString, decimal);
        QCOMPARE(scaledDecimal(number, shift).value_or(u"-"_s), decimal);
    }

    void readsOurOwnFormat()
    {
        const QByteArray text =
            R"({"format":"lathe.pricebook/1","version":"1","currency":"USD","meters":{},"sources":{},
            "models":[{"id":"a/b","provider":"a","model":"b","source":"s","as_of":"2026-11-01",
            "rates":[{"prices":{"input":"1","output":"2"}}]}]})";
        const PriceBook book = bookOf(text);
        QCOMPARE(book.version(), u"test@1"_s);
        QCOMPARE(price(book, u"a/b"_s, Meter::Output), u"2"_s);
        QVERIFY(checkPrices(book, kToday).isEmpty());
    }

    void readsGenaiPrices()
    {
        QStringList notes;
        const PriceBook book = bookOf(R"([{"id":"acme","name":"Acme","api_pattern":"x","models":[
            {"id":"plain","match":{"or":[{"equals":"plain-1"},{"starts_with":"plain-x"},{"contains":"odd"}]},
             "context_window":200000,"prices_checked":"2026-10-01",
             "prices":{"input_mtok":3,"cache_read_mtok":0.3,"output_mtok":15,"requests_kcount":12,"image_mtok":1}},
            {"id":"tiered","match":{"equals":"tiered"},"prices":{
             "input_mtok":{"base":1.25,"tiers":[{"start":200000,"price":2.5}]},"output_mtok":10}},
            {"id":"dated","match":{"equals":"dated"},"prices":[
             {"prices":{"input_mtok":0.4,"output_mtok":1}},
             {"constraint":{"start_date":"2026-08-17","type":"start_date"},"prices":{"input_mtok":0.22,"output_mtok":1}},
             {"constraint":{"start_time":"01:00:00Z","end_time":"04:00:00Z"},"prices":{"input_mtok":0.44,"output_mtok":1}}]},
            {"id":"none","match":{"equals":"none"},"prices":{}}]}])",
                                      &notes);
        QCOMPARE(book.models().size(), 3);
        QCOMPARE(book.models().at(0).asOf, u"2026-10-01"_s);
        QCOMPARE(book.models().at(1).asOf, u"2026-11-28"_s);
        QCOMPARE(price(book, u"acme/plain-1"_s, Meter::CacheRead), u"0.3"_s);
        QCOMPARE(price(book, u"acme/plain-x9"_s, Meter::Input), u"3"_s);
        QCOMPARE(price(book, u"acme/plain"_s, Meter::Request, {}, 1000), u"12"_s);
        // The source says from where on a price holds "above"; ours names the first count that has it.
        QCOMPARE(price(book, u"acme/tiered"_s, Meter::Input, {0, {}, {}, 200'000}), u"1.25"_s);
        QCOMPARE(price(book, u"acme/tiered"_s, Meter::Input, {0, {}, {}, 200'001}), u"2.5"_s);
        QCOMPARE(price(book, u"acme/tiered"_s, Meter::Output, {0, {}, {}, 200'001}), u"10"_s);
        QCOMPARE(price(book, u"acme/dated"_s, Meter::Input, {at("2026-08-16T02:00:00Z"), {}, {}, 1}), u"0.4"_s);
        QCOMPARE(price(book, u"acme/dated"_s, Meter::Input, {at("2026-08-17T02:00:00Z"), {}, {}, 1}), u"0.44"_s);
        QCOMPARE(price(book, u"acme/dated"_s, Meter::Input, {at("2026-08-17T04:00:00Z"), {}, {}, 1}), u"0.22"_s);
        QVERIFY(notes.contains(u"acme/plain: image_mtok is not counted"_s));
        QVERIFY(notes.contains(u"acme/none: no price that can be used"_s));
    }

    void readsLitellm()
    {
        const PriceBook book = bookOf(R"({"sample_spec":{"litellm_provider":"one of","mode":"chat"},
            "gpt-x":{"litellm_provider":"openai","mode":"chat","max_input_tokens":128000,
             "input_cost_per_token":2.5e-06,"output_cost_per_token":1e-05,"cache_read_input_token_cost":1.25e-06,
             "input_cost_per_token_batches":1.25e-06,"output_cost_per_token_batches":5e-06,
             "input_cost_per_token_priority":4.25e-06},
            "claude-x":{"litellm_provider":"anthropic","mode":"chat","input_cost_per_token":3e-06,
             "output_cost_per_token":1.5e-05,"cache_creation_input_token_cost":3.75e-06,
             "cache_creation_input_token_cost_above_1hr":6e-06,"cache_read_input_token_cost":3e-07,
             "input_cost_per_token_above_200k_tokens":6e-06,"output_cost_per_token_above_200k_tokens":2.25e-05,
             "cache_creation_input_token_cost_above_1hr_above_200k_tokens":1.2e-05},
            "anthropic/claude-x":{"litellm_provider":"anthropic","mode":"chat","input_cost_per_token":9e-06},
            "painter":{"litellm_provider":"openai","mode":"image_generation","input_cost_per_pixel":1.9e-08}})");
        QCOMPARE(book.models().size(), 2);
        QCOMPARE(price(book, u"openai/gpt-x"_s, Meter::Input), u"2.5"_s);
        QCOMPARE(price(book, u"openai/gpt-x"_s, Meter::Output, {0, u"batch"_s, {}, 1}), u"5"_s);
        QCOMPARE(price(book, u"openai/gpt-x"_s, Meter::CacheRead, {0, u"batch"_s, {}, 1}), u"1.25"_s);
        QCOMPARE(price(book, u"openai/gpt-x"_s, Meter::Output, {0, u"priority"_s, {}, 1}), u"10"_s);
        QCOMPARE(price(book, u"anthropic/claude-x"_s, Meter::CacheWrite1h), u"6"_s);
        QCOMPARE(price(book, u"anthropic/claude-x"_s, Meter::CacheWrite1h, {0, {}, {}, 200'001}), u"12"_s);
        QCOMPARE(price(book, u"anthropic/claude-x"_s, Meter::Input, {0, {}, {}, 200'000}), u"3"_s);
        QCOMPARE(price(book, u"anthropic/claude-x"_s, Meter::Input, {0, {}, {}, 200'001}), u"6"_s);
        QCOMPARE(price(book, u"anthropic/claude-x"_s, Meter::CacheRead, {0, {}, {}, 200'001}), u"0.3"_s);
    }

    void readsOpenRouter()
    {
        QStringList notes;
        const PriceBook book = bookOf(R"({"data":[
            {"id":"acme/m","context_length":131072,"pricing":{"prompt":"0.00000015","completion":"0.0000006",
             "request":"0","internal_reasoning":"0","input_cache_read":"0.000000075","web_search":"0.005"}},
            {"id":"openrouter/auto","pricing":{"prompt":"-1","completion":"-1"}},
            {"id":"acme/free","pricing":{"prompt":"0","completion":"0"}}]})",
                                      &notes);
        QCOMPARE(book.models().size(), 2);
        QCOMPARE(price(book, u"openrouter/acme/m"_s, Meter::Input), u"0.15"_s);
        QCOMPARE(price(book, u"openrouter/acme/m"_s, Meter::CacheRead), u"0.075"_s);
        QCOMPARE(price(book, u"openrouter/acme/m"_s, Meter::Reasoning), u"0.6"_s); // inside the output
        QCOMPARE(price(book, u"openrouter/acme/m"_s, Meter::WebSearch, {}, 1000), u"5"_s);
        QCOMPARE(price(book, u"openrouter/acme/free"_s, Meter::Input), u"0"_s);
        QCOMPARE(price(book, u"openrouter/openrouter/auto"_s, Meter::Input), u"-"_s);
        QCOMPARE(notes.size(), 1);
    }

    void theVersionSaysWhatIsInside()
    {
        const QByteArray one = R"({"data":[{"id":"a/m","pricing":{"prompt":"0.000001","completion":"0.000002"}}]})";
        const QString version = importPrices(one, kToday)->document.value("version"_L1).toString();
        QVERIFY(version.startsWith(u"2026-11-28."_s));
        QCOMPARE(importPrices(one, kToday)->document.value("version"_L1).toString(), version);
        const QByteArray two = QByteArray(one).replace("0.000002", "0.000003");
        QVERIFY(importPrices(two, kToday)->document.value("version"_L1).toString() != version);
    }

    void refusesOtherFiles()
    {
        for (const QByteArray& text : {QByteArray("{}"), QByteArray("[]"), QByteArray("[1"), QByteArray("{\"a\":{}}"),
                                       QByteArray("{\"data\":[]}"), QByteArray("PK")}) {
            QVERIFY2(!importPrices(text, kToday), text.constData());
        }
    }

    void findsWhatIsDoubtful_data()
    {
        QTest::addColumn<QByteArray>("prices");
        QTest::addColumn<int>("serious");
        QTest::newRow("sound")
            << QByteArray(R"({"input":"3","cache_read":"0.3","cache_write":"3.75","cache_write_1h":"6","output":"15"})")
            << 0;
        QTest::newRow("cache read dearer than input")
            << QByteArray(R"({"input":"3","cache_read":"3.1","output":"15"})") << 1;
        QTest::newRow("write below input") << QByteArray(R"({"input":"3","cache_write":"1.2","output":"15"})") << 1;
        QTest::newRow("write of an hour at 24 times")
            << QByteArray(R"({"input":"0.25","cache_write_1h":"6","output":"1.25"})") << 1;
        QTest::newRow("output too cheap") << QByteArray(R"({"input":"4","output":"0.99"})") << 1;
        QTest::newRow("output a quarter") << QByteArray(R"({"input":"4","output":"1"})") << 0;
        QTest::newRow("two at once") << QByteArray(R"({"input":"4","output":"0.5","cache_read":"5"})") << 2;
    }
    void findsWhatIsDoubtful()
    {
        QFETCH(QByteArray, prices);
        QFETCH(int, serious);
        const PriceBook book = bookOf(R"({"format":"lathe.pricebook/1","version":"1","currency":"USD","meters":{},
            "sources":{},"models":[{"id":"a/b","provider":"a","model":"b","source":"s","as_of":"2026-11-01",
            "rates":[{"prices":)" + prices +
                                      "}]}]}");
        const QList<PriceFinding> findings = checkPrices(book, kToday);
        QCOMPARE(std::count_if(findings.cbegin(), findings.cend(), [](const PriceFinding& f) { return f.serious; }),
                 serious);
        // Sixty days later it is old, which is said, but is no reason to refuse it.
        const QList<PriceFinding> later = checkPrices(book, QDate(2027, 1, 1));
        QCOMPARE(later.size(), findings.size() + 1);
        QVERIFY(!later.last().serious);
    }
};

QTEST_GUILESS_MAIN(TestPriceBookImport)
#include "tst_pricebookimport.moc"
