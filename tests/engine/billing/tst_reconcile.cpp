// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/billing/providerexport.h"
#include "engine/billing/reconcile.h"

#include <QDateTime>
#include <QFile>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

QByteArray sample(const QString& name)
{
    QFile file(qEnvironmentVariable("LATHE_SOURCE_DIR") + u"/tests/engine/billing/exports/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

Money money(const QString& text)
{
    return Money::fromDecimal(text).value_or(Money::fromAtto(-1));
}

struct Line
{
    const char *day = "2026-10-01";
    const char *provider = "openai";
    const char *model = "gpt-4o";
    const char *cost = nullptr; ///< null: unknown
    qint64 quantity = 100;
    Meter meter = Meter::Input;
    const char *tier = "";
};

BillRow rowOf(const Line& from)
{
    BillRow row;
    row.line.runId = u"r1"_s;
    row.line.lineAtMs = QDateTime(QDate::fromString(QString::fromLatin1(from.day), Qt::ISODate), QTime(12, 0), Qt::UTC)
                            .toMSecsSinceEpoch();
    row.line.provider = QString::fromLatin1(from.provider);
    row.line.modelRequested = QString::fromLatin1(from.model);
    row.line.meter = from.meter;
    row.line.quantity = from.quantity;
    row.line.serviceTier = QString::fromLatin1(from.tier);
    if (from.cost != nullptr) {
        row.line.cost = money(QString::fromLatin1(from.cost));
        row.line.state = CostState::Computed;
    }
    return row;
}

Result<Reconciliation> reconciled(const QByteArray& file, const QList<Line>& lines)
{
    const auto provided = readProviderExport(file);
    if (!provided) {
        return fail(provided.error());
    }
    Reconciler reconciler(*provided);
    for (const Line& line : lines) {
        reconciler.add(rowOf(line));
    }
    return reconciler.finish();
}

/// "2026-10-01 gpt-4o 0.01 0.02 0.01 price_differs"
QString text(const ReconcileRow& row)
{
    const auto amount = [](const std::optional<Money>& value) { return value ? value->toDecimal() : u"-"_s; };
    return QStringList{row.day,
                       row.model.isEmpty() ? u"*"_s : row.model,
                       amount(row.here),
                       amount(row.there),
                       row.difference.toDecimal(),
                       QString(toName(row.reason))}
        .join(u' ');
}

QByteArray openAi(const QByteArray& value, const QByteArray& item = R"("gpt-4o, input")")
{
    return R"({"object":"page","data":[{"object":"bucket","start_time":1790812800,"end_time":1790899200,"results":[
              {"amount":{"value":)" +
           value + R"(,"currency":"usd"},"line_item":)" + item + R"(}]}],"has_more":false})";
}

} // namespace

/// What a provider charges beside what the ledger has: files as providers write them, and the reason of each
/// difference.
class TestReconcile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAmountsExactly_data()
    {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("amount");
        QTest::newRow("plain") << "0.06"_ba << u"0.06"_s;
        QTest::newRow("whole") << "3"_ba << u"3"_s;
        QTest::newRow("exponent") << "2.5e-7"_ba << u"0.00000025"_s;
        QTest::newRow("big exponent") << "1.5E+2"_ba << u"150"_s;
        QTest::newRow("as text") << R"("0.123")"_ba << u"0.123"_s;
        QTest::newRow("a credit") << "-0.5"_ba << u"-0.5"_s;
        QTest::newRow("no double between") << "0.1000000000000000001"_ba << u"0.1"_s;
        QTest::newRow("19 decimals, up") << "0.1000000000000000006"_ba << u"0.100000000000000001"_s;
        QTest::newRow("half to even") << "1.0000000000000000025"_ba << u"1.000000000000000002"_s;
        QTest::newRow("carries") << "0.9999999999999999996"_ba << u"1"_s;
        QTest::newRow("tiny") << "1e-30"_ba << u"0"_s;
    }
    void readsAmountsExactly()
    {
        QFETCH(QByteArray, value);
        QFETCH(QString, amount);
        const auto provided = readProviderExport(openAi(value));
        QVERIFY2(provided, provided ? "" : qPrintable(provided.error().message));
        QCOMPARE(provided->charges.size(), 1);
        QCOMPARE(provided->charges.first().amount.toDecimal(), amount);
    }

    void readsOpenAiCosts()
    {
        const auto provided = readProviderExport(sample(u"openai_costs.json"_s));
        QVERIFY2(provided, provided ? "" : qPrintable(provided.error().message));
        QCOMPARE(provided->format, u"openai-costs"_s);
        QCOMPARE(provided->first, QDate(2026, 10, 1));
        QCOMPARE(provided->last, QDate(2026, 10, 2)); // without a charge, but covered
        QCOMPARE(provided->charges.size(), 4);
        QCOMPARE(provided->charges.first().model, u"gpt-4o-2024-08-06"_s);
        QCOMPARE(provided->charges.at(1).amount.toDecimal(), u"0.001"_s);
        QCOMPARE(provided->notes, QStringList{u"left out: an amount in eur"_s});
        const auto byDay = readProviderExport(sample(u"openai_costs_by_day.json"_s));
        QVERIFY(byDay && byDay->charges.first().model.isEmpty());
        QCOMPARE(byDay->unit, money(u"0.01"_s));
        QVERIFY(byDay->notes.first().contains(u"more pages"_s));
    }

    void readsAnthropicCents()
    {
        const auto provided = readProviderExport(sample(u"anthropic_cost_report.json"_s));
        QVERIFY2(provided, provided ? "" : qPrintable(provided.error().message));
        QCOMPARE(provided->provider, u"anthropic"_s);
        QCOMPARE(provided->charges.size(), 3);
        QCOMPARE(provided->charges.at(0).amount.toDecimal(), u"1.2345"_s);
        QCOMPARE(provided->charges.at(1).amount.toDecimal(), u"0.005"_s);
        QCOMPARE(provided->charges.at(1).serviceTier, u"batch"_s);
        QCOMPARE(provided->charges.at(2).model, u"web_search"_s);
    }

    void readsOpenRouterActivity()
    {
        const auto csv = readProviderExport(sample(u"openrouter_activity.csv"_s));
        QVERIFY2(csv, csv ? "" : qPrintable(csv.error().message));
        QCOMPARE(csv->format, u"openrouter-activity"_s);
        QCOMPARE(csv->charges.size(), 4); // one of them paid with a key of one's own
        QCOMPARE(csv->charges.at(0).tokens, 175);
        QCOMPARE(csv->charges.at(2).amount.toDecimal(), u"0.012"_s);
        QCOMPARE(csv->charges.at(3).amount.toDecimal(), u"-0.001"_s);
        QVERIFY(csv->notes.first().contains(u"cells"_s));
        const auto json = readProviderExport(sample(u"openrouter_activity.json"_s));
        QVERIFY(json);
        QCOMPARE(json->charges.size(), 2);
        QCOMPARE(json->charges.at(1).amount.toDecimal(), u"0.012"_s);
        const auto generations =
            readProviderExport("created_at,cost_total,model_permaslug,tokens_prompt,tokens_completion\n"
                               "2026-10-01 10:00:00,0.25,a/b,3,4\n");
        QVERIFY(generations);
        QCOMPARE(generations->charges.first().tokens, 7);
    }

    void refusesOtherFiles_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << "hello"_ba;
        QTest::newRow("other CSV") << "a,b\n1,2\n"_ba;
        QTest::newRow("half JSON") << "{\"data\":["_ba;
        QTest::newRow("other JSON") << "{\"data\":[{\"x\":1}]}"_ba;
        QTest::newRow("no day") << "date,usage\nnever,1\n"_ba;
    }
    void refusesOtherFiles()
    {
        QFETCH(QByteArray, file);
        const auto provided = readProviderExport(file);
        QVERIFY(!provided);
        QCOMPARE(provided.error().code, ErrorCode::InvalidInput);
    }

    void namesTheReason_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QList<Line>>("lines");
        QTest::addColumn<QString>("row");
        const QByteArray half = openAi("0.5");
        const auto add = [](const char *name, const QByteArray& file, const QList<Line>& lines, const char *row) {
            QTest::newRow(name) << file << lines << QString::fromLatin1(row);
        };
        add("equal", half, {{.cost = "0.2"}, {.cost = "0.3", .meter = Meter::Output}},
            "2026-10-01 gpt-4o 0.5 0.5 0 match");
        add("a snapshot is the model", half, {{.model = "GPT-4o-2024-08-06", .cost = "0.5"}},
            "2026-10-01 gpt-4o 0.5 0.5 0 match");
        add("through the other API", half, {{.provider = "openai-responses", .cost = "0.5"}},
            "2026-10-01 gpt-4o 0.5 0.5 0 match");
        add("below a cent", half, {{.cost = "0.4987"}}, "2026-10-01 gpt-4o 0.4987 0.5 0.0013 rounding");
        add("a cent", half, {{.cost = "0.49"}}, "2026-10-01 gpt-4o 0.49 0.5 0.01 price_differs");
        add("nothing here", half, {}, "2026-10-01 gpt-4o - 0.5 0.5 missing_here");
        add("another provider", half, {{.provider = "anthropic", .cost = "0.5"}},
            "2026-10-01 gpt-4o - 0.5 0.5 missing_here");
        add("a router's", half, {{.model = "openai/gpt-4o", .cost = "0.5"}},
            "2026-10-01 gpt-4o - 0.5 0.5 missing_here");
        add("a tool's fee", half, {{.cost = "0.5", .meter = Meter::ToolCall}},
            "2026-10-01 gpt-4o - 0.5 0.5 missing_here");
        add("another day", half, {{.day = "2026-10-02", .cost = "0.5"}}, "2026-10-01 gpt-4o - 0.5 0.5 missing_here");
        add("no price here", half, {{.cost = "0.1"}, {.quantity = 7}}, "2026-10-01 gpt-4o 0.1 0.5 0.4 unknown_model");
        add("no usage here", half, {{.cost = "0.1"}, {.quantity = 0}}, "2026-10-01 gpt-4o 0.1 0.5 0.4 unknown_usage");
        add("a tier", half, {{.cost = "0.25", .tier = "batch"}}, "2026-10-01 gpt-4o 0.25 0.5 0.25 tier_differs");
        add("nothing there", openAi("0", R"("o3, input")"), {{.cost = "0.25"}},
            "2026-10-01 gpt-4o 0.25 - -0.25 missing_there");
        add("no models there", openAi("0.5", "null"), {{.cost = "0.2"}, {.model = "o3", .cost = "0.3"}},
            "2026-10-01 * 0.5 0.5 0 match");
        add("other tokens", sample(u"openrouter_activity.csv"_s),
            {{.model = "openai/gpt-4.1", .cost = "0.010", .quantity = 174}},
            "2026-10-01 openai/gpt-4.1 0.01 0.015 0.005 usage_differs");
        add("same tokens", sample(u"openrouter_activity.csv"_s),
            {{.model = "openai/gpt-4.1", .cost = "0.010", .quantity = 175}},
            "2026-10-01 openai/gpt-4.1 0.01 0.015 0.005 price_differs");
        add("an own key", sample(u"openrouter_activity.csv"_s),
            {{.model = "meta-llama/llama-4-maverick", .cost = "0.0141", .quantity = 1200}},
            "2026-10-01 meta-llama/llama-4-maverick 0.0141 0.0141 0 match");
        add("web search apart", sample(u"anthropic_cost_report.json"_s),
            {{.provider = "anthropic", .model = "claude-sonnet-4", .cost = "0.02", .meter = Meter::WebSearch}},
            "2026-10-01 web_search 0.02 0.02 0 match");
    }
    void namesTheReason()
    {
        QFETCH(QByteArray, file);
        QFETCH(QList<Line>, lines);
        QFETCH(QString, row);
        const auto result = reconciled(file, lines);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QStringList rows;
        for (const ReconcileRow& one : result->rows) {
            rows << text(one);
        }
        QVERIFY2(rows.contains(row), qPrintable(rows.join(u'\n')));
    }

    void sumsAreExactAndTold()
    {
        const auto result = reconciled(sample(u"openai_costs.json"_s),
                                       {{.model = "gpt-4o", .cost = "0.0335"}, {.day = "2026-10-02", .cost = "0.7"}});
        QVERIFY(result);
        QCOMPARE(result->rows.size(), 3);
        QCOMPARE(result->here, money(u"0.7335"_s));
        QCOMPARE(result->there, money(u"0.433500000000000000"_s));
        QCOMPARE(result->difference, money(u"-0.3"_s));
        QCOMPARE(result->tolerance, money(u"1"_s));
        QVERIFY(result->withinTolerance());
        QCOMPARE(result->rows.at(0).reason, ReconcileReason::Match); // after OpenAI's doubles
        QCOMPARE(result->rows.at(2).reason, ReconcileReason::MissingThere);
        const auto far = reconciled(openAi("7"), {{.cost = "1"}});
        QVERIFY(far && !far->withinTolerance());
    }
};

Q_DECLARE_METATYPE(Line)
QTEST_GUILESS_MAIN(TestReconcile)
#include "tst_reconcile.moc"
