// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/money.h"
#include "tests/e2e/focusrules.h"
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

const QStringList kSupports{u"ConsumedQuantity"_s, u"ConsumedUnit"_s,    u"ListUnitPrice"_s, u"SkuId"_s,
                            u"SkuMeter"_s,         u"SkuPriceId"_s,      u"SubAccountId"_s,  u"SubAccountName"_s,
                            u"SkuPriceDetails"_s,  u"PricingCategory"_s, u"Tags"_s};

/// The sum over the rows of a breakdown, exactly.
QString sumOf(const QByteArray& breakdown)
{
    const QList<QStringList> rows = readCsv(breakdown);
    const auto cost = rows.value(0).indexOf(u"cost"_s);
    MoneySum sum;
    for (const QStringList& row : rows.mid(1)) {
        sum.add(Money::fromDecimal(row.at(cost)).value_or(Money()));
    }
    return sum.total().value_or(Money()).toDecimal();
}

} // namespace

/// FOCUS files as lathectl writes them, held against the specification by a checker that knows nothing of the exporter.
class TestFocus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keepsTheSpecification_data();
    void keepsTheSpecification();
    void noticesWhatBreaksIt_data();
    void noticesWhatBreaksIt();

private:
    [[nodiscard]] QByteArray bill(const QStringList& more) const
    {
        const QString path = m_lathe.path(u"bill.csv"_s);
        const Ran ran = m_lathe.run(QStringList{u"bill"_s} + more + QStringList{u"-o"_s, path});
        return ran.status == 0 ? m_lathe.read(u"bill.csv"_s) : QByteArray();
    }
    Lathectl m_lathe;
};

/// Cached and reasoning tokens, tool fees, a team, names that hurt, and a run without any price.
void TestFocus::initTestCase()
{
    const QByteArray job =
        R"({"userId":"ann","prompt":"What is a frame?","metadata":{"team":"red","name":"=sum(\"a,b\")\nline",
                              "tags":{"cost center":"12","nested":{"a":[1]},"flag":null}}})";
    const Ran own = m_lathe.run({u"run"_s, u"-"_s, u"--quiet"_s}, job);
    QVERIFY2(own.status == 0, own.told().constData());
    FakeLlmServer server;
    for (const QString& model : {u"gpt-5.4"_s, u"a \"model\", nobody prices"_s}) {
        FakeCompletion completion;
        completion.model = model;
        completion.content = u"It is a level of recursion."_s;
        completion.usage->prompt = 2006;
        completion.usage->cached = 1920;
        completion.usage->completion = 300;
        server.enqueueCompletion(completion);
        const Ran ran = m_lathe.run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--user"_s, u"bob"_s,
                                     u"--provider"_s, u"openai"_s, u"--base-url"_s, server.baseUrl(), u"--model"_s,
                                     model, u"--no-cache"_s, u"--quiet"_s});
        QVERIFY2(ran.status == 0, ran.told().constData());
    }
}

void TestFocus::keepsTheSpecification_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<bool>("merge");
    QTest::addColumn<QStringList>("more");
    for (const QString& version : {u"1.4"_s, u"1.2"_s}) {
        for (const bool merge : {false, true}) {
            const char *how = merge ? "merge" : "chargeback";
            QTest::addRow("%s %s", qPrintable(version), how) << version << merge << QStringList();
            QTest::addRow("%s %s, provider prices", qPrintable(version), how)
                << version << merge << QStringList{u"--price-book"_s, u"providers"_s};
            QTest::addRow("%s %s, nothing", qPrintable(version), how)
                << version << merge << QStringList{u"--user"_s, u"nobody"_s};
        }
    }
}

void TestFocus::keepsTheSpecification()
{
    QFETCH(QString, version);
    QFETCH(bool, merge);
    QFETCH(QStringList, more);
    const QByteArray breakdown = bill(QStringList{u"--format"_s, u"csv"_s} + more);
    QVERIFY(!breakdown.isEmpty());
    const QByteArray focus = bill(
        QStringList{u"--format"_s, u"focus-"_s + version, u"--accounting"_s, merge ? u"merge"_s : u"chargeback"_s} +
        more);
    QVERIFY(!focus.isEmpty());
    FocusExpectation expected;
    expected.version = version;
    expected.billedTotal = merge ? u"0"_s : sumOf(breakdown);
    expected.supports = kSupports;
    QCOMPARE(focusProblems(focus, expected), QStringList());
    const bool empty = more.contains(u"nobody"_s);
    QCOMPARE(readCsv(focus).size() > 3, !empty);
    const QJsonObject summary = QJsonDocument::fromJson(m_lathe.read(u"bill.summary.json"_s)).object();
    QCOMPARE(summary.value("total"_L1).toString(), sumOf(breakdown));
    // What nobody prices is left out and counted: each line is in the file or among those.
    QCOMPARE(readCsv(focus).size() + summary.value("omittedLines"_L1).toInteger(), readCsv(breakdown).size());
    QCOMPARE(summary.value("omittedLines"_L1).toInteger() > 0, more.contains(u"providers"_s));
}

void TestFocus::noticesWhatBreaksIt_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("value");
    const auto add = [](const char *version, const char *column, const char *value) {
        QTest::addRow("%s %s %s", version, column, value)
            << QString::fromLatin1(version) << QString::fromLatin1(column) << QString::fromUtf8(value);
    };
    add("1.4", "BilledCost", "1.0"); // the total
    add("1.4", "BilledCost", "");
    add("1.4", "BilledCost", "1E+3");
    add("1.4", "EffectiveCost", "+1.0");
    add("1.4", "EffectiveCost", "3");
    add("1.4", "EffectiveCost", "1,000.0");
    add("1.4", "EffectiveCost", "$1.0");
    add("1.4", "ListCost", "0.123");
    add("1.4", "ListUnitPrice", "");
    add("1.4", "ListUnitPrice", "-2.0");
    add("1.4", "PricingQuantity", "");
    add("1.4", "PricingUnit", "1M tok");
    add("1.4", "ConsumedQuantity", "");
    add("1.4", "ConsumedUnit", "");
    add("1.4", "ConsumedUnit", "N/A");
    add("1.4", "BillingAccountId", "12345.0");
    add("1.4", "BillingCurrency", "usd");
    add("1.4", "ChargeCategory", "usage");
    add("1.4", "ChargeClass", "Standard");
    add("1.4", "ChargeFrequency", "Daily");
    add("1.4", "PricingCategory", "On-Demand");
    add("1.4", "ChargePeriodStart", "2026-01-01T00:00:00.000Z");
    add("1.4", "ChargePeriodStart", "2026-13-01T00:00:00Z");
    add("1.4", "ChargePeriodEnd", "2001-01-01T00:00:00Z");
    add("1.4", "BillingPeriodEnd", "2001-01-01T00:00:00Z");
    add("1.4", "BillingPeriodStart", "2099-01-01T00:00:00Z");
    add("1.4", "HostProviderName", "");
    add("1.4", "ServiceName", "unknown");
    add("1.4", "ServiceCategory", "Compute");
    add("1.4", "ServiceSubcategory", "Virtual Machines");
    add("1.4", "SkuId", "other/one/input");
    add("1.4", "SkuId", "");
    add("1.4", "SkuMeter", "");
    add("1.4", "SkuPriceDetails", "{\"Model\":\"m\"}");
    add("1.4", "SkuPriceDetails", "{\"x_Model\":\"m\",\"x_Model\":\"m\"}");
    add("1.4", "Tags", "{\"a\":{\"b\":1}}");
    add("1.4", "Tags", "[]");
    add("1.4", "Tags", "a=b");
    add("1.4", "SubAccountType", "");
    add("1.4", "x_ToolName", "null");
    add("1.2", "ProviderName", "openai");
    add("1.2", "PublisherName", "");
    add("1.2", "InvoiceIssuerName", "openai");
}

void TestFocus::noticesWhatBreaksIt()
{
    QFETCH(QString, version);
    QFETCH(QString, column);
    QFETCH(QString, value);
    static QHash<QString, QByteArray> files;
    QByteArray& file = files[version];
    if (file.isEmpty()) {
        file = bill({u"--format"_s, u"focus-"_s + version});
    }
    QList<QStringList> rows = readCsv(file);
    const auto at = rows.value(0).indexOf(column);
    QVERIFY2(at >= 0 && rows.size() > 3, "no such column");
    const auto text = [&rows] {
        QByteArray csv;
        for (const QStringList& row : std::as_const(rows)) {
            QStringList quoted;
            for (QString cell : row) {
                quoted << u'"' + cell.replace(u'"', u"\"\""_s) + u'"';
            }
            csv += quoted.join(u',').toUtf8() + "\r\n";
        }
        return csv;
    };
    FocusExpectation expected;
    expected.version = version;
    expected.billedTotal = sumOf(bill({u"--format"_s, u"csv"_s}));
    QCOMPARE(focusProblems(text(), expected), QStringList());
    rows[1][at] = value;
    const QStringList problems = focusProblems(text(), expected);
    QVERIFY2(!problems.isEmpty(), "went unnoticed");
}

QTEST_GUILESS_MAIN(TestFocus)
#include "tst_focus.moc"
