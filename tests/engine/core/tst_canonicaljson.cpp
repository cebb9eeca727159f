// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/canonicaljson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <limits>
#include <random>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestCanonicalJson : public QObject
{
    Q_OBJECT

    static QString text(const QJsonValue& value) { return QString::fromUtf8(canonicalJson(value)); }

private Q_SLOTS:
    void writesNumbers_data()
    {
        // The table of RFC 8785, appendix B, as far as a double can be written in source; integers keep all digits.
        QTest::addColumn<QJsonValue>("number");
        QTest::addColumn<QString>("written");
        QTest::newRow("zero") << QJsonValue(0.0) << u"0"_s;
        QTest::newRow("minus zero") << QJsonValue(-0.0) << u"0"_s;
        QTest::newRow("one") << QJsonValue(1.0) << u"1"_s;
        QTest::newRow("one as integer") << QJsonValue(1) << u"1"_s;
        QTest::newRow("negative") << QJsonValue(-17) << u"-17"_s;
        QTest::newRow("half") << QJsonValue(0.5) << u"0.5"_s;
        QTest::newRow("tenth") << QJsonValue(0.1) << u"0.1"_s;
        QTest::newRow("negative fraction") << QJsonValue(-4.35) << u"-4.35"_s;
        QTest::newRow("beyond double") << QJsonValue(qint64{9007199254740993}) << u"9007199254740993"_s;
        QTest::newRow("largest integer") << QJsonValue(std::numeric_limits<qint64>::max()) << u"9223372036854775807"_s;
        QTest::newRow("least integer") << QJsonValue(std::numeric_limits<qint64>::min()) << u"-9223372036854775808"_s;
        QTest::newRow("least double") << QJsonValue(5e-324) << u"5e-324"_s;
        QTest::newRow("largest double") << QJsonValue(1.7976931348623157e308) << u"1.7976931348623157e+308"_s;
        QTest::newRow("1e20") << QJsonValue(1e20) << u"100000000000000000000"_s;
        QTest::newRow("1e21") << QJsonValue(1e21) << u"1e+21"_s;
        QTest::newRow("9.999999999999997e22") << QJsonValue(9.999999999999997e22) << u"9.999999999999997e+22"_s;
        QTest::newRow("333333333.3333332") << QJsonValue(333333333.3333332) << u"333333333.3333332"_s;
        QTest::newRow("0.000001") << QJsonValue(0.000001) << u"0.000001"_s;
        QTest::newRow("1e-7") << QJsonValue(1e-7) << u"1e-7"_s;
        QTest::newRow("1.25e-7") << QJsonValue(1.25e-7) << u"1.25e-7"_s;
        QTest::newRow("infinite") << QJsonValue(std::numeric_limits<double>::infinity()) << u"null"_s;
        QTest::newRow("no number") << QJsonValue(std::numeric_limits<double>::quiet_NaN()) << u"null"_s;
    }
    void writesNumbers()
    {
        QFETCH(QJsonValue, number);
        QFETCH(QString, written);
        QCOMPARE(text(number), written);
    }

    void everyDoubleComesBack()
    {
        std::mt19937_64 random(7);
        for (int i = 0; i < 20'000; ++i) {
            const quint64 bits = random();
            double number = 0;
            memcpy(&number, &bits, sizeof number);
            if (!std::isfinite(number)) {
                continue;
            }
            QCOMPARE(text(number).toDouble(), number);
        }
    }

    void writesTextWithOnlyTheEscapesNeeded_data()
    {
        QTest::addColumn<QString>("string");
        QTest::addColumn<QString>("written");
        QTest::newRow("empty") << QString() << u"\"\""_s;
        QTest::newRow("quote and backslash") << u"a\"b\\c"_s << u"\"a\\\"b\\\\c\""_s;
        QTest::newRow("short escapes") << u"\b\t\n\f\r"_s << u"\"\\b\\t\\n\\f\\r\""_s;
        QTest::newRow("other controls") << u"\u0001\u001f"_s << u"\"\\u0001\\u001f\""_s;
        QTest::newRow("nul") << QString(QChar(0)) << u"\"\\u0000\""_s;
        QTest::newRow("slash and delete stay") << u"/\u007f"_s << u"\"/\u007f\""_s;
        QTest::newRow("two bytes") << u"\u00e9\u07ff"_s << u"\"\u00e9\u07ff\""_s;
        QTest::newRow("three bytes") << u"\u20ac\ufb33"_s << u"\"\u20ac\ufb33\""_s;
        QTest::newRow("four bytes") << u"\U0001F600"_s << u"\"\U0001F600\""_s;
        QTest::newRow("lone high") << QString(QChar(0xD83D)) << u"\"\\ud83d\""_s;
        QTest::newRow("lone low") << QString(QString(QChar(0xDE00)) + u"x"_s) << u"\"\\ude00x\""_s;
    }
    void writesTextWithOnlyTheEscapesNeeded()
    {
        QFETCH(QString, string);
        QFETCH(QString, written);
        QCOMPARE(text(string), written);
    }

    void longTextsCrossTheBufferUnharmed()
    {
        for (int padding = 2030; padding < 2060; ++padding) {
            const QString string = u"x"_s.repeated(padding) + u"\u20ac\U0001F600\n"_s.repeated(1500);
            const QByteArray json = canonicalJson(string);
            const auto back = QJsonDocument::fromJson(QByteArray("[" + json + "]")).array().at(0).toString();
            QCOMPARE(back, string);
        }
    }

    void sortsKeysByUtf16Units()
    {
        // From RFC 8785, section 3.2.3: the surrogates of the emoji sort before U+FB33.
        QJsonObject object;
        object.insert(u"\u20ac"_s, u"Euro Sign"_s);
        object.insert(u"\r"_s, u"Carriage Return"_s);
        object.insert(u"\ufb33"_s, u"Hebrew Letter Dalet With Dagesh"_s);
        object.insert(u"1"_s, u"One"_s);
        object.insert(u"\U0001F600"_s, u"Emoji: Grinning Face"_s);
        object.insert(u"\u0080"_s, u"Control"_s);
        object.insert(u"\u00f6"_s, u"Latin Small Letter O With Diaeresis"_s);
        QCOMPARE(text(object),
                 u"{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                 u"\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
                 u"\"\U0001F600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}"_s);
    }

    void equalValuesGiveEqualBytes()
    {
        const auto a = QJsonDocument::fromJson("{ \"b\" : [1.0, 2e0, {} ], \"a\": {\"y\":null,\"x\":true} }").object();
        const auto b = QJsonDocument::fromJson("{\"a\":{\"x\":true,\"y\":null},\"b\":[1,2,{}]}").object();
        QCOMPARE(canonicalJson(a), canonicalJson(b));
        QCOMPARE(canonicalJson(a), QByteArray("{\"a\":{\"x\":true,\"y\":null},\"b\":[1,2,{}]}"));
    }

    void writesEmptyAndAbsentValues()
    {
        QCOMPARE(text(QJsonObject()), u"{}"_s);
        QCOMPARE(text(QJsonArray()), u"[]"_s);
        QCOMPARE(text(QJsonValue()), u"null"_s);
        QCOMPARE(text(QJsonValue(QJsonValue::Undefined)), u"null"_s);
        QCOMPARE(text(QJsonArray({true, false, QJsonValue()})), u"[true,false,null]"_s);
        QCOMPARE(compactJson(QJsonObject({{u"k"_s, u"v"_s}})), QByteArray("{\"k\":\"v\"}"));
    }

    void hashesAsPublished()
    {
        QCOMPARE(sha256Hex(""), QByteArray("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        QCOMPARE(sha256Hex("abc"), QByteArray("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
};

QTEST_GUILESS_MAIN(TestCanonicalJson)
#include "tst_canonicaljson.moc"
