// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/pricebook.h"
#include "engine/core/jsonreader.h"

#include <QDateTime>
#include <QFile>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kBook = R"({"format":"lathe.pricebook/1","version":"7","currency":"USD","decimal_places":12,
 "meters":{"input":{"unit":"Tokens","per":1000000,"direction":"input"},"web_search":{"unit":"Requests","per":1000}},
 "sources":{"s":{"name":"s"}},
 "defaults":{"rates":[{"prices":{"any_token":"2","tool_call":"0.005"}}],"tools":{"google_search":"0.01"}},
 "models":[
  {"id":"acme/one","provider":"acme","model":"one","aliases":["uno","one-2026-01-01"],"prefixes":["one-mini"],
   "source":"s","as_of":"2026-11-01","context_window":1000,
   "service_tiers":{"batch":{"multiplier":"0.5","applies_to":["input","output"]},"turbo":{"multiplier":"1.8"}},
   "rates":[
    {"prices":{"input":"3","output":"15","cache_read":"0.3","web_search":"10"}},
    {"min_input_tokens":200001,"prices":{"input":"6","output":"22.5"}},
    {"from":"2026-06-01T00:00:00Z","to":"2026-09-01T00:00:00Z","prices":{"input":"2","output":"8"}},
    {"from":"2026-06-01T00:00:00Z","to":"2026-09-01T00:00:00Z","utc_windows":[{"start":"22:00","end":"02:00"}],
     "prices":{"input":"1","output":"4"}},
    {"region":"eu","prices":{"input":"3.3","output":"16.5"}},
    {"service_tier":"flex","prices":{"input":"1.1","output":"5"}}]},
  {"id":"acme/one-mini-2","provider":"acme","model":"one-mini-2","prefixes":["one-mini-2"],"source":"s",
   "as_of":"2026-11-02","rates":[{"prices":{"input":"1","output":"1"}}]},
  {"id":"openai/gpt","provider":"openai","model":"gpt","source":"s","as_of":"2026-11-02",
   "rates":[{"prices":{"input":"9","output":"9"}}]}]})";

const PriceBook& book()
{
    static const auto read = PriceBook::fromJson(u"test"_s, *parseJsonObject(kBook));
    if (!read) {
        qFatal("%s", qPrintable(read.error().detail));
    }
    return *read;
}

qint64 at(const char *when)
{
    return QDateTime::fromString(QString::fromLatin1(when), Qt::ISODate).toMSecsSinceEpoch();
}

QString priceText(const RateRow *row, Meter meter)
{
    const auto price = row != nullptr ? row->priceOf(meter) : std::nullopt;
    return price ? price->toDecimal(1'000'000) : u"-"_s;
}

} // namespace

class TestPriceBook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void choosesTheRow_data()
    {
        QTest::addColumn<PricedCall>("call");
        QTest::addColumn<QString>("input");
        QTest::addColumn<QString>("rate");
        const auto row = [](const char *name, const PricedCall& call, const char *input, const char *rate) {
            QTest::newRow(name) << call << QString::fromLatin1(input) << u"acme/one#"_s + QString::fromLatin1(rate);
        };
        const qint64 winter = at("2026-11-20T12:00:00Z");
        row("ordinary", {winter, {}, {}, 10}, "3", "standard@start");
        row("one token below the size", {winter, {}, {}, 200'000}, "3", "standard@start");
        row("at the size", {winter, {}, {}, 200'001}, "6", "standard/ctx>=200001@start");
        row("the newest wins, also over a size", {at("2026-06-01T02:00:00Z"), {}, {}, 300'000}, "2",
            "standard@2026-06-01");
        row("the second before it holds", {at("2026-05-31T23:59:59Z"), {}, {}, 1}, "3", "standard@start");
        row("its end is exclusive", {at("2026-09-01T00:00:00Z"), {}, {}, 1}, "3", "standard@start");
        row("a window over midnight, before it", {at("2026-07-01T22:00:00Z"), {}, {}, 1}, "1",
            "standard/22:00-02:00@2026-06-01");
        row("a window over midnight, after it", {at("2026-07-01T01:59:59Z"), {}, {}, 1}, "1",
            "standard/22:00-02:00@2026-06-01");
        row("the end of a window", {at("2026-07-01T02:00:00Z"), {}, {}, 1}, "2", "standard@2026-06-01");
        row("a window without its date", {at("2026-11-20T23:00:00Z"), {}, {}, 1}, "3", "standard@start");
        row("region", {winter, {}, u"eu"_s, 10}, "3.3", "standard/region=eu@start");
        row("another region", {winter, {}, u"us"_s, 10}, "3", "standard@start");
        row("tier by rows", {winter, u"flex"_s, {}, 10}, "1.1", "flex@start");
        row("tier by factor", {winter, u"batch"_s, {}, 10}, "1.5", "batch@start");
        row("tier by factor, size", {winter, u"batch"_s, {}, 200'001}, "3", "batch/ctx>=200001@start");
        row("tier that is dearer", {winter, u"turbo"_s, {}, 10}, "5.4", "turbo@start");
    }
    void choosesTheRow()
    {
        QFETCH(PricedCall, call);
        QFETCH(QString, input);
        QFETCH(QString, rate);
        const RateRow *row = book().model(u"acme"_s, u"one"_s).rowFor(call);
        QVERIFY(row != nullptr);
        QCOMPARE(row->rateId, rate);
        QCOMPARE(priceText(row, Meter::Input), input);
    }

    void anUnknownTierHasNoPrice()
    {
        QVERIFY(book().model(u"acme"_s, u"one"_s).rowFor({at("2026-11-20T12:00:00Z"), u"priority"_s, {}, 1}) ==
                nullptr);
    }

    void factorsApplyToTheirMetersOnly()
    {
        const ModelPrices prices = book().model(u"acme"_s, u"one"_s);
        const qint64 when = at("2026-11-20T12:00:00Z");
        const RateRow *batch = prices.rowFor({when, u"batch"_s, {}, 1});
        QCOMPARE(priceText(batch, Meter::CacheRead), u"0.3"_s);
        QCOMPARE(priceText(batch, Meter::Output), u"7.5"_s);
        const RateRow *turbo = prices.rowFor({when, u"turbo"_s, {}, 1}); // every token, no fee
        QCOMPARE(priceText(turbo, Meter::CacheRead), u"0.54"_s);
        QCOMPARE(turbo->priceOf(Meter::WebSearch)->toDecimal(1000), u"10"_s);
    }

    void findsModels_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("requested");
        QTest::addColumn<QString>("billed");
        QTest::addColumn<QString>("id");
        QTest::newRow("name") << u"acme"_s << u"one"_s << QString() << u"acme/one"_s;
        QTest::newRow("case") << u"Acme"_s << u"ONE"_s << QString() << u"acme/one"_s;
        QTest::newRow("alias") << u"acme"_s << u"uno"_s << QString() << u"acme/one"_s;
        QTest::newRow("prefix") << u"acme"_s << u"one-mini-x"_s << QString() << u"acme/one"_s;
        QTest::newRow("longest prefix") << u"acme"_s << u"one-mini-2-x"_s << QString() << u"acme/one-mini-2"_s;
        QTest::newRow("billed wins") << u"acme"_s << u"one"_s << u"one-mini-2"_s << u"acme/one-mini-2"_s;
        QTest::newRow("unknown snapshot") << u"acme"_s << u"one"_s << u"one-2026-05-05"_s << u"acme/one"_s;
        QTest::newRow("billed is another") << u"acme"_s << u"one"_s << u"two"_s << QString();
        QTest::newRow("other provider") << u"other"_s << u"one"_s << QString() << QString();
        QTest::newRow("unknown") << u"acme"_s << u"two"_s << QString() << QString();
        QTest::newRow("through a gateway") << u"openai"_s << u"acme/one"_s << QString() << u"acme/one"_s;
        QTest::newRow("same biller") << u"openai-responses"_s << u"gpt"_s << QString() << u"openai/gpt"_s;
    }
    void findsModels()
    {
        QFETCH(QString, provider);
        QFETCH(QString, requested);
        QFETCH(QString, billed);
        QFETCH(QString, id);
        const PriceBook all = book();
        const PricedModel *model = all.model(provider, requested, billed).model();
        QCOMPARE(model != nullptr ? model->id : QString(), id);
    }

    void toolsMayHaveFeesOfTheirOwn()
    {
        QCOMPARE(book().toolRate(u"google_search"_s)->price.toDecimal(1), u"0.01"_s);
        QCOMPARE(book().toolRate(u"code_executor"_s)->price.toDecimal(1), u"0.005"_s);
        QCOMPARE(book().version(), u"test@7"_s);
        QVERIFY(!book().isFlat()); // its default price is for no model that it does not list
    }

    void aBookWithoutModelsIsFlat()
    {
        QJsonObject json = *parseJsonObject(kBook);
        json.insert("models"_L1, QJsonArray());
        const auto flat = PriceBook::fromJson(u"f"_s, json);
        QVERIFY(flat && flat->isFlat());
        QCOMPARE(priceText(flat->model(u"x"_s, u"y"_s).rowFor({}), Meter::Output), u"2"_s);
    }

    void flatVersionsReadBack()
    {
        for (const auto& version : {u"flat/1"_s, u"flat/1;token=2.5;call=0"_s}) {
            const auto flat = PriceBook::flatOfVersion(version);
            QVERIFY(flat);
            QCOMPARE(flat->version(), version);
        }
        QVERIFY(!PriceBook::flatOfVersion(u"flat/2"_s));
        QVERIFY(!PriceBook::flatOfVersion(u"flat/1;token=x;call=0"_s));
    }

    void refusesBrokenBooks_data()
    {
        QTest::addColumn<QByteArray>("from");
        QTest::addColumn<QByteArray>("to");
        QTest::addColumn<QString>("path");
        const auto row = [](const char *name, const char *from, const char *to, const QString& path) {
            QTest::newRow(name) << QByteArray(from) << QByteArray(to) << path;
        };
        row("format", "lathe.pricebook/1", "lathe.pricebook/2", u"$.format"_s);
        row("currency", "\"USD\"", "\"EUR\"", u"$.currency"_s);
        row("version", "\"version\":\"7\"", "\"version\":\"a b\"", u"$.version"_s);
        row("unknown member", "\"currency\"", "\"colour\":1,\"currency\"", u"$.colour"_s);
        row("price as number", "\"input\":\"3\"", "\"input\":3", u"$.models[0].rates[0].prices.input"_s);
        row("negative price", "\"input\":\"3\"", "\"input\":\"-3\"", u"$.models[0].rates[0].prices.input"_s);
        row("too exact", "\"input\":\"3\"", "\"input\":\"0.1234567890123\"", u"$.models[0].rates[0].prices.input"_s);
        row("unknown meter", "\"cache_read\":\"0.3\"", "\"cash_read\":\"0.3\"",
            u"$.models[0].rates[0].prices.cash_read"_s);
        row("no prices", "{\"input\":\"3.3\",\"output\":\"16.5\"}", "{}", u"$.models[0].rates[4].prices"_s);
        row("time", "2026-06-01T00:00:00Z\",\"to\":\"2026-09-01T00:00:00Z\",\"p", "June\",\"p",
            u"$.models[0].rates[2].from"_s);
        row("ends before it begins", "\"to\":\"2026-09-01", "\"to\":\"2026-05-01", u"$.models[0].rates[2].to"_s);
        row("window", "\"22:00\"", "\"25:00\"", u"$.models[0].rates[3].utc_windows[0].start"_s);
        row("per of web search", "\"per\":1000}", "\"per\":10}", u"$.meters.web_search.per"_s);
        row("factor", "\"0.5\"", "\"0.33333\"", u"$.models[0].service_tiers.batch.multiplier"_s);
        row("size", "200001", "0", u"$.models[0].rates[1].min_input_tokens"_s);
        row("same case twice", "\"region\":\"eu\",", "", u"$.models[0].rates"_s);
        row("name of another", "\"one-mini-2\",\"prefixes\"", "\"uno\",\"prefixes\"", u"$.models[1]"_s);
        row("no source", "\"source\":\"s\",\n   \"as_of\":\"2026-11-02\",\"rates\"",
            "\"as_of\":\"2026-11-02\",\"rates\"", u"$.models[1].source"_s);
    }
    void refusesBrokenBooks()
    {
        QFETCH(QByteArray, from);
        QFETCH(QByteArray, to);
        QFETCH(QString, path);
        QByteArray text = kBook;
        QVERIFY(text.contains(from));
        text.replace(text.indexOf(from), from.size(), to);
        const auto read = PriceBook::fromJson(u"test"_s, *parseJsonObject(text));
        QVERIFY(!read);
        QCOMPARE(read.error().code, ErrorCode::InvalidInput);
        QVERIFY2(read.error().detail.contains(path), qPrintable(read.error().detail));
    }

    void theShippedBookIsValid()
    {
        QFile file(u":/lathe/pricebooks/providers.json"_s);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(!text.contains("verify"));
        const auto shipped = PriceBook::fromJson(u"providers"_s, *parseJsonObject(text));
        QVERIFY2(shipped, qPrintable(shipped ? QString() : shipped.error().detail));
        QCOMPARE(shipped->models().size(), 49);
        QVERIFY(!shipped->model(u"builtin"_s, u"planner-1"_s).model());
        for (const PricedModel& model : shipped->models()) {
            QVERIFY(!model.source.isEmpty() && !model.asOf.isEmpty());
        }
        const PricedCall call{at("2025-06-10T00:00:00Z"), {}, {}, 1};
        QCOMPARE(priceText(shipped->model(u"openai"_s, u"o3-2025-04-16"_s).rowFor(call), Meter::Input), u"2"_s);
    }
};

QTEST_GUILESS_MAIN(TestPriceBook)
#include "tst_pricebook.moc"
