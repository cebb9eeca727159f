// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiusage.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

Usage read(const QByteArray& json)
{
    return readOpenAiUsage(QJsonDocument::fromJson(json).object());
}

QString decimalOf(const QJsonValue& value)
{
    const auto money = exactMoney(value);
    return money ? money->toDecimal() : u"-"_s;
}

} // namespace

class TestOpenAiUsage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void splitsIntoDisjointClasses_data();
    void splitsIntoDisjointClasses();
    void keepsTheProvidersOwnObject();
    void nothingUsableIsMissing_data();
    void nothingUsableIsMissing();
    void readsMoneyExactly_data();
    void readsMoneyExactly();
    void readsReportedCost_data();
    void readsReportedCost();
};

void TestOpenAiUsage::splitsIntoDisjointClasses_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QList<qint64>>("classes"); // input, cacheRead, cacheWrite, inputAudio, output, outputAudio, reas.
    QTest::addColumn<bool>("inconsistent");
    using L = QList<qint64>;
    QTest::newRow("plain") << QByteArray(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":15})")
                           << L{10, 0, 0, 0, 5, 0, 0} << false;
    QTest::newRow("no total") << QByteArray(R"({"prompt_tokens":10,"completion_tokens":5})") << L{10, 0, 0, 0, 5, 0, 0}
                              << false;
    QTest::newRow("cached is part of the prompt")
        << QByteArray(R"({"prompt_tokens":20212,"completion_tokens":931,"total_tokens":21143,
                          "prompt_tokens_details":{"cached_tokens":16298}})")
        << L{3914, 16298, 0, 0, 931, 0, 0} << false;
    QTest::newRow("cache writes") << QByteArray(R"({"prompt_tokens":100,"completion_tokens":1,
                          "prompt_tokens_details":{"cached_tokens":20,"cache_write_tokens":30}})")
                                  << L{50, 20, 30, 0, 1, 0, 0} << false;
    QTest::newRow("reasoning is part of the completion")
        << QByteArray(R"({"prompt_tokens":9,"completion_tokens":22,"total_tokens":31,
                          "completion_tokens_details":{"reasoning_tokens":21}})")
        << L{9, 0, 0, 0, 22, 0, 21} << false;
    QTest::newRow("reasoning beside the completion, as the total proves")
        << QByteArray(R"({"prompt_tokens":10,"completion_tokens":200,"total_tokens":5210,
                          "completion_tokens_details":{"reasoning_tokens":5000}})")
        << L{10, 0, 0, 0, 5200, 0, 5000} << false;
    QTest::newRow("audio") << QByteArray(R"({"prompt_tokens":1000,"completion_tokens":500,
                          "prompt_tokens_details":{"audio_tokens":600},
                          "completion_tokens_details":{"audio_tokens":400}})")
                           << L{400, 0, 0, 600, 100, 400, 0} << false;
    QTest::newRow("null details") << QByteArray(R"({"prompt_tokens":1,"completion_tokens":2,
                          "prompt_tokens_details":null,"completion_tokens_details":{"reasoning_tokens":null}})")
                                  << L{1, 0, 0, 0, 2, 0, 0} << false;
    QTest::newRow("more cached than prompt")
        << QByteArray(R"({"prompt_tokens":10,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":12}})")
        << L{0, 12, 0, 0, 5, 0, 0} << true;
    QTest::newRow("more audio than completion")
        << QByteArray(R"({"prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"audio_tokens":6}})")
        << L{10, 0, 0, 0, 0, 6, 0} << true;
    QTest::newRow("total does not add up")
        << QByteArray(R"({"prompt_tokens":10,"completion_tokens":5,"total_tokens":99})") << L{10, 0, 0, 0, 5, 0, 0}
        << true;
    QTest::newRow("negative") << QByteArray(R"({"prompt_tokens":-10,"completion_tokens":5})") << L{0, 0, 0, 0, 5, 0, 0}
                              << true;
    QTest::newRow("fraction") << QByteArray(R"({"prompt_tokens":1.5,"completion_tokens":5})") << L{0, 0, 0, 0, 5, 0, 0}
                              << true;
    QTest::newRow("text") << QByteArray(R"({"prompt_tokens":"10","completion_tokens":5})") << L{0, 0, 0, 0, 5, 0, 0}
                          << true;
    QTest::newRow("beyond counting") << QByteArray(R"({"prompt_tokens":1e300,"completion_tokens":5})")
                                     << L{0, 0, 0, 0, 5, 0, 0} << true;
    QTest::newRow("no completion") << QByteArray(R"({"prompt_tokens":10})") << L{10, 0, 0, 0, 0, 0, 0} << true;
    QTest::newRow("more reasoning than output")
        << QByteArray(
               R"({"prompt_tokens":10,"completion_tokens":5,"completion_tokens_details":{"reasoning_tokens":9}})")
        << L{10, 0, 0, 0, 5, 0, 5} << true;
}

void TestOpenAiUsage::splitsIntoDisjointClasses()
{
    QFETCH(QByteArray, json);
    QFETCH(QList<qint64>, classes);
    QFETCH(bool, inconsistent);
    const Usage usage = read(json);
    const QList<qint64> found{usage.input,  usage.cacheRead,   usage.cacheWrite, usage.inputAudio,
                              usage.output, usage.outputAudio, usage.reasoning};
    QCOMPARE(found, classes);
    QCOMPARE(usage.inconsistent, inconsistent);
    QCOMPARE(usage.source, UsageSource::Reported);
}

void TestOpenAiUsage::keepsTheProvidersOwnObject()
{
    const Usage usage = read(R"({"prompt_tokens":1,"completion_tokens":2,"special":[3]})");
    QCOMPARE(usage.raw.value("special"_L1).toArray().at(0).toInt(), 3);
    QVERIFY(!usage.reportedCost);
}

void TestOpenAiUsage::nothingUsableIsMissing_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::newRow("absent") << QJsonValue(QJsonValue::Undefined);
    QTest::newRow("null") << QJsonValue();
    QTest::newRow("empty") << QJsonValue(QJsonObject());
    QTest::newRow("number") << QJsonValue(7);
    QTest::newRow("total alone") << QJsonValue(QJsonObject{{u"total_tokens"_s, 7}});
}

void TestOpenAiUsage::nothingUsableIsMissing()
{
    QFETCH(QJsonValue, value);
    const Usage usage = readOpenAiUsage(value);
    QCOMPARE(usage.source, UsageSource::Missing);
    QCOMPARE(usage.total(), 0);
}

void TestOpenAiUsage::readsMoneyExactly_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("decimal");
    QTest::newRow("cents") << QJsonValue(0.0021) << u"0.0021"_s;
    QTest::newRow("no binary noise") << QJsonValue(0.1) << u"0.1"_s;
    QTest::newRow("small") << QJsonValue(3.625e-9) << u"0.000000003625"_s;
    QTest::newRow("zero") << QJsonValue(0) << u"0"_s;
    QTest::newRow("whole") << QJsonValue(12) << u"12"_s;
    QTest::newRow("beyond 18 decimals, down") << QJsonValue(1.2345678901234561e-05) << u"0.000012345678901235"_s;
    QTest::newRow("beyond 18 decimals, half to even up") << QJsonValue(1.5e-18) << u"0.000000000000000002"_s;
    QTest::newRow("half to even down") << QJsonValue(2.5e-18) << u"0.000000000000000002"_s;
    QTest::newRow("under half") << QJsonValue(4e-19) << u"0"_s;
    QTest::newRow("carries") << QJsonValue(u"0.9999999999999999999"_s) << u"1"_s;
    QTest::newRow("carries over nines") << QJsonValue(u"9.9999999999999999996"_s) << u"10"_s;
    QTest::newRow("text") << QJsonValue(u"0.017468"_s) << u"0.017468"_s;
    QTest::newRow("negative") << QJsonValue(-0.5) << u"-"_s;
    QTest::newRow("out of range") << QJsonValue(1e300) << u"-"_s;
    QTest::newRow("no number") << QJsonValue(u"free"_s) << u"-"_s;
    QTest::newRow("null") << QJsonValue() << u"-"_s;
}

void TestOpenAiUsage::readsMoneyExactly()
{
    QFETCH(QJsonValue, value);
    QFETCH(QString, decimal);
    QCOMPARE(decimalOf(value), decimal);
}

void TestOpenAiUsage::readsReportedCost_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("cost");
    QTest::newRow("cost") << QByteArray(R"({"cost":0.00014})") << u"0.00014"_s;
    QTest::newRow("upstream is no extra")
        << QByteArray(R"({"cost":0.5,"is_byok":false,"cost_details":{"upstream_inference_cost":0.4}})") << u"0.5"_s;
    QTest::newRow("own key: both are paid")
        << QByteArray(R"({"cost":0.05,"is_byok":true,"cost_details":{"upstream_inference_cost":0.4}})") << u"0.45"_s;
    QTest::newRow("own key, upstream unknown") << QByteArray(R"({"cost":0,"is_byok":true})") << u"-"_s;
    QTest::newRow("none") << QByteArray(R"({"prompt_tokens":1})") << u"-"_s;
}

void TestOpenAiUsage::readsReportedCost()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, cost);
    const Usage usage = read(json);
    QCOMPARE(usage.reportedCost ? usage.reportedCost->toDecimal() : u"-"_s, cost);
}

QTEST_GUILESS_MAIN(TestOpenAiUsage)
#include "tst_openaiusage.moc"
