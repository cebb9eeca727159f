// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/billexport.h"
#include "engine/core/jsonreader.h"
#include "tests/engine/billing/billingfixtures.h"

#include <QBuffer>
#include <QDateTime>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

// The rules of the FOCUS specification that a row of usage can break.

namespace {

QList<BillRow> sampleRows()
{
    std::mt19937_64 random(3);
    QList<BillRow> rows;
    for (const CostLine& line : randomLedger(random, 60, u"run-a"_s)) {
        BillRow row;
        row.line = line;
        row.jobName = u"=sum(\"a,b\")\nline"_s;
        row.userId = u"ann"_s;
        row.userTier = u"pro"_s;
        row.teamId = line.decision % 2 == 0 ? u"red"_s : QString();
        row.tags = uR"({"cost center":"12","nested":{"a":[1]},"flag":null,"n":3,"yes":true})"_s;
        rows.append(row);
    }
    Usage usage;
    usage.input = 7;
    usage.output = 3;
    usage.source = UsageSource::Reported;
    usage.serviceTier = u"flex"_s;
    usage.reportedCost = *Money::fromDecimal(u"0.00014");
    CostLine at = rows.constFirst().line;
    at.provider = u"openrouter"_s;
    at.modelRequested = u"acme/m"_s;
    at.modelBilled.clear();
    at.lineAtMs = QDateTime(QDate(2026, 12, 31), QTime(23, 59, 59, 999), Qt::UTC).toMSecsSinceEpoch();
    const auto lines = linesForUsage(ModelPrices(), usage, at);
    for (const CostLine& line : *lines) {
        BillRow row;
        row.line = line;
        row.userId = u"bob"_s;
        rows.append(row);
    }
    return rows;
}

struct File
{
    QStringList header;
    QList<QHash<QString, QString>> rows;
    QJsonObject summary;
};

File written(FocusVersion version, FocusAccounting accounting = FocusAccounting::Chargeback)
{
    BillFileOptions options;
    options.format = version == FocusVersion::V1_4 ? BillFormat::Focus14 : BillFormat::Focus12;
    options.accounting = accounting;
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    BillWriter writer(buffer, options);
    for (const BillRow& row : sampleRows()) {
        writer.add(row);
    }
    if (!writer.finish()) {
        return {};
    }
    File file;
    file.summary = *writer.summary();
    const auto cells = parseCsv(buffer.data());
    file.header = cells.value(0);
    for (const QStringList& row : cells.mid(1)) {
        QHash<QString, QString> named;
        for (qsizetype i = 0; i < row.size(); ++i) {
            named.insert(file.header.at(i), row.at(i));
        }
        file.rows.append(named);
    }
    return file;
}

Money money(const QString& cell)
{
    return Money::fromDecimal(cell).value_or(Money::fromAtto(-1));
}

} // namespace

class TestFocusExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theColumnsAreThoseOfTheVersion_data()
    {
        QTest::addColumn<FocusVersion>("version");
        QTest::addColumn<QStringList>("mandatory");
        QTest::addColumn<QStringList>("unknown");
        QTest::newRow("1.4") << FocusVersion::V1_4 << QStringList{u"HostProviderName"_s, u"ServiceProviderName"_s}
                             << QStringList{u"ProviderName"_s, u"PublisherName"_s};
        QTest::newRow("1.2") << FocusVersion::V1_2
                             << QStringList{u"ProviderName"_s, u"PublisherName"_s, u"CommitmentDiscountStatus"_s}
                             << QStringList{u"HostProviderName"_s, u"ServiceProviderName"_s};
    }
    void theColumnsAreThoseOfTheVersion()
    {
        QFETCH(FocusVersion, version);
        QFETCH(QStringList, mandatory);
        QFETCH(QStringList, unknown);
        mandatory += {u"BilledCost"_s,        u"BillingAccountId"_s,   u"BillingAccountName"_s, u"BillingCurrency"_s,
                      u"BillingPeriodEnd"_s,  u"BillingPeriodStart"_s, u"ChargeCategory"_s,     u"ChargeClass"_s,
                      u"ChargeDescription"_s, u"ChargePeriodEnd"_s,    u"ChargePeriodStart"_s,  u"ContractedCost"_s,
                      u"EffectiveCost"_s,     u"InvoiceIssuerName"_s,  u"ListCost"_s,           u"PricingQuantity"_s,
                      u"PricingUnit"_s,       u"ServiceCategory"_s,    u"ServiceName"_s};
        const File file = written(version);
        for (const QString& column : std::as_const(mandatory)) {
            QVERIFY2(file.header.contains(column), qPrintable(column));
        }
        for (const QString& column : std::as_const(unknown)) {
            QVERIFY2(!file.header.contains(column), qPrintable(column));
        }
        QCOMPARE(QSet<QString>(file.header.cbegin(), file.header.cend()).size(), file.header.size());
        static const QRegularExpression own(u"^x_[A-Z][A-Za-z0-9]{0,47}$"_s);
        bool ownSeen = false;
        for (const QString& column : file.header) {
            const bool isOwn = column.startsWith(u"x_"_s);
            QVERIFY(!isOwn || own.match(column).hasMatch());
            QVERIFY2(isOwn || !ownSeen, "columns of our own come last");
            ownSeen = ownSeen || isOwn;
        }
    }

    void everyRowKeepsTheRules_data()
    {
        QTest::addColumn<FocusVersion>("version");
        QTest::addColumn<FocusAccounting>("accounting");
        QTest::newRow("1.4") << FocusVersion::V1_4 << FocusAccounting::Chargeback;
        QTest::newRow("1.4 merge") << FocusVersion::V1_4 << FocusAccounting::Merge;
        QTest::newRow("1.2") << FocusVersion::V1_2 << FocusAccounting::Chargeback;
        QTest::newRow("1.2 merge") << FocusVersion::V1_2 << FocusAccounting::Merge;
    }
    void everyRowKeepsTheRules()
    {
        QFETCH(FocusVersion, version);
        QFETCH(FocusAccounting, accounting);
        const File file = written(version, accounting);
        QVERIFY(file.rows.size() > 60);
        static const QRegularExpression number(u"^-?\\d+\\.\\d+$"_s);
        static const QRegularExpression time(u"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$"_s);
        QHash<QString, QString> skuOfPrice;
        QHash<QString, QString> categoryOfService;
        for (const auto& row : file.rows) {
            const auto cell = [&row](const char *name) { return row.value(QString::fromLatin1(name)); };
            for (const char *column : {"BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "ListUnitPrice",
                                       "PricingQuantity", "ConsumedQuantity"}) {
                QVERIFY2(number.match(cell(column)).hasMatch(), column); // 3.0, never 3
            }
            for (const char *column :
                 {"BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"}) {
                QVERIFY2(time.match(cell(column)).hasMatch(), column);
            }
            QVERIFY(cell("ChargePeriodStart") < cell("ChargePeriodEnd"));
            QVERIFY(cell("BillingPeriodStart") <= cell("ChargePeriodStart"));
            QVERIFY(cell("ChargePeriodStart") < cell("BillingPeriodEnd"));
            for (const char *column :
                 {"BillingAccountId", "InvoiceIssuerName", "ServiceCategory", "ServiceName", "SkuId", "SkuPriceId",
                  "SkuMeter", "PricingCategory", "PricingUnit", "ConsumedUnit", "ChargeDescription"}) {
                QVERIFY2(!cell(column).isEmpty(), column);
            }
            QCOMPARE(cell("ChargeCategory"), u"Usage"_s);
            QCOMPARE(cell("ChargeClass"), QString());
            QCOMPARE(cell("BillingCurrency"), u"USD"_s);
            // The product is exact: cut the point out and multiply whole numbers.
            const Money price = money(cell("ListUnitPrice"));
            const Money quantity = money(cell("PricingQuantity"));
            constexpr Int128 kMicro = 1'000'000'000'000; // quantities have at most six decimals
            QCOMPARE(quantity.atto() % kMicro, Int128{0});
            constexpr Int128 kMillion = 1'000'000;
            const Int128 product = price.atto() * (quantity.atto() / kMicro);
            QCOMPARE(product % kMillion, Int128{0});
            QCOMPARE(product / kMillion, money(cell("ListCost")).atto());
            QCOMPARE(cell("ListCost"), cell("EffectiveCost"));
            QCOMPARE(cell("ListCost"), cell("ContractedCost"));
            const bool merge = accounting == FocusAccounting::Merge;
            QCOMPARE(cell("BilledCost"), merge ? u"0.0"_s : cell("ListCost"));
            if (version == FocusVersion::V1_2) {
                QVERIFY(cell("ProviderName") == cell("InvoiceIssuerName") || cell("BilledCost") == "0.0"_L1);
            }
            QCOMPARE(cell("SubAccountId").isEmpty(), cell("SubAccountType").isEmpty());
            QCOMPARE(*skuOfPrice.insert(cell("SkuPriceId"), skuOfPrice.value(cell("SkuPriceId"), cell("SkuId"))),
                     cell("SkuId"));
            QCOMPARE(*categoryOfService.insert(cell("ServiceName"),
                                               categoryOfService.value(cell("ServiceName"), cell("ServiceCategory"))),
                     cell("ServiceCategory"));
            for (const char *column : {"Tags", "SkuPriceDetails"}) {
                const QJsonObject object = QJsonDocument::fromJson(cell(column).toUtf8()).object();
                for (auto it = object.constBegin(); it != object.constEnd(); ++it) {
                    QVERIFY2(!it->isObject() && !it->isArray() && !it->isNull(), column);
                    QVERIFY(column[0] == 'T' || it.key().startsWith(u"x_"_s));
                }
            }
        }
    }

    void whatIsUnknownIsLeftOutAndCounted()
    {
        qint64 unknown = 0;
        MoneySum total;
        for (const BillRow& row : sampleRows()) {
            unknown += row.line.cost ? 0 : 1;
            total.add(row.line.cost.value_or(Money()));
        }
        QVERIFY(unknown > 0);
        const File file = written(FocusVersion::V1_4);
        QCOMPARE(file.rows.size(), sampleRows().size() - unknown);
        QCOMPARE(file.summary.value("rows"_L1).toInteger(), file.rows.size());
        QCOMPARE(file.summary.value("omittedLines"_L1).toInteger(), unknown);
        QCOMPARE(file.summary.value("complete"_L1).toBool(true), false);
        QCOMPARE(file.summary.value("total"_L1).toString(), total.total()->toDecimal());
        QCOMPARE(written(FocusVersion::V1_4, FocusAccounting::Merge).summary.value("billedTotal"_L1).toString(),
                 u"0"_s);
    }

    void theLastSecondOfTheYearIsBilledInItsMonth()
    {
        const auto last = written(FocusVersion::V1_4).rows.constLast();
        QCOMPARE(last.value(u"ChargePeriodStart"_s), u"2026-12-31T23:59:59Z"_s);
        QCOMPARE(last.value(u"ChargePeriodEnd"_s), u"2027-01-01T00:00:00Z"_s);
        QCOMPARE(last.value(u"BillingPeriodStart"_s), u"2026-12-01T00:00:00Z"_s);
        QCOMPARE(last.value(u"BillingPeriodEnd"_s), u"2027-01-01T00:00:00Z"_s);
        QCOMPARE(last.value(u"x_CostSource"_s), u"Provider"_s);
        QCOMPARE(last.value(u"PricingQuantity"_s), u"1.0"_s); // one request, at what it was charged
        QCOMPARE(last.value(u"ListUnitPrice"_s), last.value(u"ListCost"_s));
        QCOMPARE(last.value(u"SkuPriceDetails"_s),
                 u"{\"x_Model\":\"acme/m\",\"x_ServiceTier\":\"flex\",\"x_TokenType\":\"output\"}"_s);
    }

    void textsSurvive()
    {
        const auto row = written(FocusVersion::V1_4).rows.constFirst();
        const QJsonObject tags = QJsonDocument::fromJson(row.value(u"Tags"_s).toUtf8()).object();
        QCOMPARE(tags.value("lathe/job"_L1).toString(), u"=sum(\"a,b\")\nline"_s);
        QCOMPARE(tags.value("cost center"_L1).toString(), u"12"_s);
        QCOMPARE(tags.value("nested"_L1).toString(), u"{\"a\":[1]}"_s);
        QCOMPARE(tags.value("flag"_L1).toBool(), true);
    }
};

QTEST_GUILESS_MAIN(TestFocusExport)
#include "tst_focusexport.moc"
