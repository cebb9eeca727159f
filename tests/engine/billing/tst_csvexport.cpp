// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/csvexport.h"
#include "tests/engine/billing/billingfixtures.h"

#include <QLocale>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

BillRow sampleRow()
{
    CostLine line;
    line.runId = u"run-1"_s;
    line.lineAtMs = 1'790'000'000'042;
    line.decision = 3;
    line.decisionKind = AgentActionType::LlmCall;
    line.attempt = 2;
    line.provider = u"openai"_s;
    line.modelRequested = u"m"_s;
    line.modelBilled = u"m-1"_s;
    line.serviceTier = u"default"_s;
    line.status = u"ok"_s;
    Usage usage;
    usage.output = 1234;
    usage.source = UsageSource::Reported;
    BillRow row;
    row.line = linesForUsage(PriceBook::flat().model({}, {}), usage, line)->constFirst();
    row.jobName = u"sums"_s;
    row.startedAtMs = 1'790'000'000'000;
    row.userId = u"ann"_s;
    row.userTier = u"free"_s;
    row.teamId = u"red"_s;
    row.tags = u"{\"team\":\"red\"}"_s;
    return row;
}

QByteArray csvLine(const BillRow& row, CsvProfile profile)
{
    QByteArray line;
    appendBreakdownCsv(line, row, profile);
    return line;
}

int column(const QString& name)
{
    return static_cast<int>(parseCsv(breakdownCsvHeader()).constFirst().indexOf(name));
}

} // namespace

class TestCsvExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void headerIsThatOfTheContract()
    {
        QCOMPARE(breakdownCsvHeader(),
                 QByteArray("run_id,job_name,started_at_utc,line_at_utc,day_utc,user_id,user_tier,team_id,phase_number,"
                            "phase,decision_number,decision_kind,attempt,tool,provider,model_requested,model_billed,"
                            "service_tier,meter,quantity,unit,unit_price,per,cost,currency,cost_source,"
                            "pricebook_version,rate_id,status,tags\r\n"));
        QCOMPARE(breakdownCsvHeader(CsvProfile::Spreadsheet), QByteArray("\xEF\xBB\xBF" + breakdownCsvHeader()));
    }

    void writesEveryColumn()
    {
        QCOMPARE(csvLine(sampleRow(), CsvProfile::Machine),
                 QByteArray("run-1,sums,2026-09-21T14:13:20.000Z,2026-09-21T14:13:20.042Z,2026-09-21,ann,free,red,4,"
                            "EXECUTION,3,LLM_CALL,2,,openai,m,m-1,default,output,1234,Tokens,2,1000000,0.002468,USD,"
                            "Flat,flat/1,flat/token,ok,\"{\"\"team\"\":\"\"red\"\"}\"\r\n"));
    }

    void whatIsUnknownOrDoesNotApplyIsEmpty()
    {
        BillRow row;
        row.line.lineAtMs = 0;
        const auto cells = parseCsv(csvLine(row, CsvProfile::Machine)).constFirst();
        QCOMPARE(cells.size(), 30);
        for (const auto& name : {u"started_at_utc"_s, u"decision_number"_s, u"decision_kind"_s, u"attempt"_s, u"tool"_s,
                                 u"unit_price"_s, u"cost"_s, u"tags"_s}) {
            QVERIFY2(cells.at(column(name)).isEmpty(), qPrintable(name));
        }
        QCOMPARE(cells.at(column(u"quantity"_s)), u"0"_s);
        QCOMPARE(cells.at(column(u"day_utc"_s)), u"1970-01-01"_s);
    }

    void hostileTextComesBackUnchanged_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("comma") << u"a,b"_s;
        QTest::newRow("quotes") << u"say \"hi\""_s;
        QTest::newRow("only quotes") << u"\"\"\""_s;
        QTest::newRow("lines") << u"a\nb\r\nc\rd"_s;
        QTest::newRow("blanks around") << u" a "_s;
        QTest::newRow("emoji and right to left") << u"\U0001F600 \u0645\u0631\u062d\u0628\u0627"_s;
        QTest::newRow("formula") << u"=cmd|' /C calc'!A0"_s;
        QTest::newRow("long digits") << u"r12345678901234567890"_s;
    }
    void hostileTextComesBackUnchanged()
    {
        QFETCH(QString, name);
        BillRow row = sampleRow();
        row.jobName = name;
        row.tags = name;
        row.line.tool = name;
        const auto rows = parseCsv(csvLine(row, CsvProfile::Machine));
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows.constFirst().size(), 30);
        QCOMPARE(rows.constFirst().at(column(u"job_name"_s)), name);
        QCOMPARE(rows.constFirst().at(column(u"tool"_s)), name);
        QCOMPARE(rows.constFirst().at(column(u"tags"_s)), name);
    }

    void spreadsheetsGetNoFormula_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("guarded");
        QTest::newRow("equals") << u"=1+1"_s << u"'=1+1"_s;
        QTest::newRow("plus") << u"+1"_s << u"'+1"_s;
        QTest::newRow("minus") << u"-1"_s << u"'-1"_s;
        QTest::newRow("at") << u"@SUM(A1)"_s << u"'@SUM(A1)"_s;
        QTest::newRow("tab") << u"\t=1"_s << u"'\t=1"_s;
        QTest::newRow("line") << u"\n=1"_s << u"'\n=1"_s;
        QTest::newRow("carriage return goes") << u"\r=1"_s << u"'=1"_s;
        QTest::newRow("nul goes") << QString(QChar(0) + u"=1"_s) << u"'=1"_s;
        QTest::newRow("full width") << u"\uFF1D1"_s << u"'\uFF1D1"_s;
        QTest::newRow("inside") << u"a=1"_s << u"a=1"_s;
        QTest::newRow("empty") << QString() << QString();
    }
    void spreadsheetsGetNoFormula()
    {
        QFETCH(QString, name);
        QFETCH(QString, guarded);
        BillRow row = sampleRow();
        row.jobName = name;
        const auto cells = parseCsv(csvLine(row, CsvProfile::Spreadsheet)).constFirst();
        QCOMPARE(cells.at(column(u"job_name"_s)), guarded);
    }

    void negativeNumbersAreNotGuarded()
    {
        BillRow row = sampleRow();
        row.line.cost = *Money::fromDecimal(u"-0.5");
        const auto cells = parseCsv(csvLine(row, CsvProfile::Spreadsheet)).constFirst();
        QCOMPARE(cells.at(column(u"cost"_s)), u"-0.5"_s);
    }

    void costsReadBackSumToTheReport()
    {
        std::mt19937_64 random(31);
        for (int round = 0; round < 30; ++round) {
            const QList<CostLine> lines = randomLedger(random, 50, u"r1"_s);
            QByteArray csv = breakdownCsvHeader();
            for (const CostLine& line : lines) {
                BillRow row;
                row.line = line;
                appendBreakdownCsv(csv, row, CsvProfile::Machine);
            }
            const auto rows = parseCsv(csv);
            QCOMPARE(rows.size(), lines.size() + 1);
            QList<Money> costs;
            qint64 unknown = 0;
            for (qsizetype i = 1; i < rows.size(); ++i) {
                const auto cost = Money::fromDecimal(rows.at(i).at(column(u"cost"_s)));
                unknown += cost ? 0 : 1;
                costs.append(cost.value_or(Money()));
                const auto price = UnitPrice::fromDecimal(rows.at(i).at(column(u"unit_price"_s)),
                                                          rows.at(i).at(column(u"per"_s)).toLongLong());
                const qint64 quantity = rows.at(i).at(column(u"quantity"_s)).toLongLong();
                QVERIFY(!cost || *price->times(quantity) == *cost);
            }
            const auto report = buildBillingReport(u"r1"_s, {}, lines);
            QCOMPARE(*Money::sum(costs), report->total);
            QCOMPARE(unknown, report->unknownLines);
        }
    }

    void filesDoNotDependOnTheLocale()
    {
        const QByteArray expected = csvLine(sampleRow(), CsvProfile::Machine);
        for (const char *name : {"de_DE", "ar_EG", "fa_IR"}) {
            QLocale::setDefault(QLocale(QString::fromLatin1(name)));
            QCOMPARE(csvLine(sampleRow(), CsvProfile::Machine), expected);
        }
        QLocale::setDefault(QLocale::c());
    }
};

QTEST_GUILESS_MAIN(TestCsvExport)
#include "tst_csvexport.moc"
