// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/tokencounter.h"

#include <QFile>
#include <QRandomGenerator>
#include <QTest>
#include <QUuid>

using namespace lathe;

class TestTokenCounter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lengthEstimateRoundsUp_data();
    void lengthEstimateRoundsUp();
    void weighsEachRule_data();
    void weighsEachRule();
    void countsEnglishProseWithinAFifth();
    void staysNearMeasuredDensity_data();
    void staysNearMeasuredDensity();
    void growsWithText();
};

void TestTokenCounter::lengthEstimateRoundsUp_data()
{
    QTest::addColumn<qint64>("characters");
    QTest::addColumn<qint64>("tokens");
    QTest::newRow("none") << qint64(0) << qint64(0);
    QTest::newRow("one") << qint64(1) << qint64(1);
    QTest::newRow("four") << qint64(4) << qint64(1);
    QTest::newRow("five") << qint64(5) << qint64(2);
    QTest::newRow("8003") << qint64(8003) << qint64(2001);
    QTest::newRow("no overflow") << std::numeric_limits<qint64>::max() << std::numeric_limits<qint64>::max() / 4 + 1;
    QTest::newRow("negative is nothing") << qint64(-5) << qint64(0);
}

void TestTokenCounter::lengthEstimateRoundsUp()
{
    QFETCH(qint64, characters);
    QFETCH(qint64, tokens);
    QCOMPARE(estimateTokensByLength(characters), tokens);
}

void TestTokenCounter::weighsEachRule_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("tokens");
    QTest::newRow("empty") << QString() << qint64(0);
    QTest::newRow("a lone space costs nothing") << QStringLiteral("the cat") << qint64(2);
    QTest::newRow("a line break is a token") << QStringLiteral("the\ncat") << qint64(3);
    QTest::newRow("indentation is a token") << QStringLiteral("the\n        cat") << qint64(3);
    QTest::newRow("several spaces are a token") << QStringLiteral("a    b") << qint64(3);
    QTest::newRow("three digits a token") << QStringLiteral("1234567") << qint64(3);
    QTest::newRow("a capital does not split a word") << QStringLiteral("Hello") << qint64(2); // 1.26
    QTest::newRow("humps") << QStringLiteral("getValue") << qint64(3);                        // 2 switches: 2.25
    QTest::newRow("long word") << QStringLiteral("internationalisation") << qint64(4);        // 3.68
    QTest::newRow("letters with digits") << QStringLiteral("abc123d") << qint64(4);           // 7 / 1.75
    QTest::newRow("random letters") << QStringLiteral("aBcDeFgHiJ") << qint64(7);             // 10/1.75 + 10/12
    QTest::newRow("underscore") << QStringLiteral("a_b") << qint64(3);
    QTest::newRow("punctuation") << QStringLiteral("a,b") << qint64(3); // 2.55
    QTest::newRow("a rule of dashes") << QString(32, QLatin1Char('-')) << qint64(3);
    QTest::newRow("Han") << QString(100, QChar(0x4e2d)) << qint64(68);
    QTest::newRow("kana") << QString(100, QChar(0x3042)) << qint64(62);
    QTest::newRow("Hangul") << QString(100, QChar(0xac00)) << qint64(62);
    QTest::newRow("Cyrillic") << QString(100, QChar(0x0436)) << qint64(30);
    QTest::newRow("accented Latin") << QString(100, QChar(0x00e9)) << qint64(45);
    QTest::newRow("others one a unit") << QStringLiteral("\U0001F600") << qint64(2);
}

void TestTokenCounter::weighsEachRule()
{
    QFETCH(QString, text);
    QFETCH(qint64, tokens);
    QCOMPARE(estimateTokens(text), tokens);
}

void TestTokenCounter::countsEnglishProseWithinAFifth()
{
    QFile file(qEnvironmentVariable("LATHE_SOURCE_DIR") + QStringLiteral("/LICENSE"));
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName()));
    const QString text = QString::fromUtf8(file.readAll());
    // o200k_base makes 4.72 characters a token of the GPL.
    const double real = static_cast<double>(text.size()) / 4.72;
    const double error = static_cast<double>(estimateTokens(text)) / real - 1;
    QVERIFY2(error > 0 && error < 0.2, qPrintable(QString::number(error)));
}

void TestTokenCounter::staysNearMeasuredDensity_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<double>("charactersPerToken"); // as o200k_base gives
    QRandomGenerator random(7);
    const auto bytes = [&random](int count) {
        QByteArray out;
        for (int i = 0; i < count; ++i) {
            out.append(static_cast<char>(random.bounded(256)));
        }
        return out;
    };
    QString uuids;
    QString records;
    QString digits;
    for (int i = 0; i < 300; ++i) {
        const QString uuid = QUuid::fromRfc4122(bytes(16)).toString(QUuid::WithoutBraces);
        uuids += uuid + QLatin1Char('\n');
        records += QStringLiteral(R"({"id":"%1","amount":%2.%3,"state":"settled","count":%4},)")
                       .arg(uuid)
                       .arg(random.bounded(10000))
                       .arg(random.bounded(100))
                       .arg(random.bounded(1000));
        digits += QString::number(random.bounded(100000, 999999));
    }
    QTest::newRow("base64") << QString::fromLatin1(bytes(9000).toBase64()) << 1.47;
    QTest::newRow("hex") << QString::fromLatin1(bytes(9000).toHex()) << 1.75;
    QTest::newRow("UUIDs") << uuids << 1.55;
    QTest::newRow("JSON records") << records << 2.2;
    QTest::newRow("digits") << digits << 3.0;
}

void TestTokenCounter::staysNearMeasuredDensity()
{
    QFETCH(QString, text);
    QFETCH(double, charactersPerToken);
    const double real = static_cast<double>(text.size()) / charactersPerToken;
    const double error = static_cast<double>(estimateTokens(text)) / real - 1;
    QVERIFY2(error > -0.2 && error < 0.25, qPrintable(QString::number(error)));
}

void TestTokenCounter::growsWithText()
{
    QString text;
    qint64 before = 0;
    for (int i = 0; i < 50; ++i) {
        text += QStringLiteral("A further sentence, number %1.\n").arg(i);
        const qint64 now = estimateTokens(text);
        QVERIFY(now > before);
        before = now;
    }
}

QTEST_GUILESS_MAIN(TestTokenCounter)
#include "tst_tokencounter.moc"
