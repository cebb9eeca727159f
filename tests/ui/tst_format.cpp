// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/format.h"

#include <QDateTime>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace lathe;

namespace {

Money usd(const char *decimal)
{
    const auto read = Money::fromDecimal(QString::fromLatin1(decimal));
    if (!read) {
        qFatal("not money: %s", decimal);
    }
    return *read;
}

} // namespace

class TestFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void amountShowsDigitsBySize_data()
    {
        QTest::addColumn<QString>("decimal");
        QTest::addColumn<QString>("shown");
        QTest::newRow("zero") << u"0"_s << u"0.00"_s;
        QTest::newRow("dollars") << u"12.345"_s << u"12.34"_s;
        QTest::newRow("half even up") << u"12.355"_s << u"12.36"_s;
        QTest::newRow("thousands") << u"1234567.891"_s << u"1,234,567.89"_s;
        QTest::newRow("cents") << u"0.017468"_s << u"0.0175"_s;
        QTest::newRow("at one cent") << u"0.01"_s << u"0.0100"_s;
        QTest::newRow("below one cent") << u"0.005"_s << u"0.005000"_s;
        QTest::newRow("at a hundredth of a cent") << u"0.0001"_s << u"0.000100"_s;
        QTest::newRow("three significant") << u"0.0000577"_s << u"0.0000577"_s;
        QTest::newRow("three significant, rounded") << u"0.000012345"_s << u"0.0000123"_s;
        QTest::newRow("one cached token") << u"0.000000003625"_s << u"0.00000000362"_s;
        QTest::newRow("smallest") << u"0.000000000000000001"_s << u"0.000000000000000001"_s;
        QTest::newRow("negative") << u"-1.5"_s << u"-1.50"_s;
        QTest::newRow("more than a 64-bit integer") << u"10000000000000000000"_s << u"10000000000000000000.00"_s;
    }
    void amountShowsDigitsBySize()
    {
        QFETCH(QString, decimal);
        QFETCH(QString, shown);
        QCOMPARE(format::amount(usd(decimal.toLatin1().constData()), QLocale(u"en_US"_s)), shown);
    }

    void neverShowsNonZeroAsZero()
    {
        const QLocale english(u"en_US"_s);
        for (int decimals = 1; decimals <= 18; ++decimals) {
            const QByteArray decimal = "0." + QByteArray(decimals - 1, '0') + "1";
            const QString text = format::amount(usd(decimal.constData()), english);
            QVERIFY2(text.contains(u'1'), qPrintable(text));
        }
    }

    void moneyStandsAsTheLocaleWritesIt_data()
    {
        QTest::addColumn<QString>("locale");
        QTest::addColumn<QString>("decimal");
        QTest::addColumn<QString>("shown");
        QTest::newRow("en") << u"en_US"_s << u"1234.5"_s << u"$1,234.50"_s;
        QTest::newRow("en negative") << u"en_US"_s << u"-12.5"_s << u"($12.50)"_s;
        QTest::newRow("de") << u"de_DE"_s << u"1234567.89"_s << u"1.234.567,89\u00a0$"_s;
        QTest::newRow("de small") << u"de_DE"_s << u"0.0175"_s << u"0,0175\u00a0$"_s;
        QTest::newRow("none") << u"C"_s << u"0.02"_s << u"$0.0200"_s;
        QTest::newRow("none negative") << u"C"_s << u"-1.5"_s << u"-$1.50"_s;
        QTest::newRow("ar") << u"ar_EG"_s << u"12.5"_s << u"١٢٫٥٠"_s;
    }
    void moneyStandsAsTheLocaleWritesIt()
    {
        QFETCH(QString, locale);
        QFETCH(QString, decimal);
        QFETCH(QString, shown);
        const QString text = format::money(usd(decimal.toLatin1().constData()), QLocale(locale));
        if (locale == u"ar_EG"_s) {
            QVERIFY2(text.contains(shown), qPrintable(text));
        } else {
            QCOMPARE(text, shown);
        }
    }

    void unknownIsNeverZero()
    {
        const QLocale english(u"en_US"_s);
        QCOMPARE(format::amountWithUnknown(Money(), 2, english), format::unknown());
        QCOMPARE(format::amountWithUnknown(usd("0.03"), 1, english), u"0.0300 + unknown"_s);
        QCOMPARE(format::amountWithUnknown(Money(), 0, english), u"0.00"_s);
        QCOMPARE(format::money(std::optional<Money>(), english), format::unknown());
        QCOMPARE(format::exactMoney(usd("0.017468")), u"0.017468 USD"_s);
    }

    void readsAmounts_data()
    {
        QTest::addColumn<QString>("locale");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("decimal"); // empty: refused
        QTest::newRow("C form") << u"en_US"_s << u"0.20"_s << u"0.2"_s;
        QTest::newRow("sign and blanks") << u"en_US"_s << u" $0.20 "_s << u"0.2"_s;
        QTest::newRow("USD") << u"en_US"_s << u"3 USD"_s << u"3"_s;
        QTest::newRow("groups that fit") << u"en_US"_s << u"1,234.50"_s << u"1234.5"_s;
        QTest::newRow("ambiguous group") << u"en_US"_s << u"1,234"_s << QString();
        QTest::newRow("group that does not fit") << u"en_US"_s << u"12,34.5"_s << QString();
        QTest::newRow("German") << u"de_DE"_s << u"0,20"_s << u"0.2"_s;
        QTest::newRow("German with C form") << u"de_DE"_s << u"0.2"_s << u"0.2"_s;
        QTest::newRow("German groups") << u"de_DE"_s << u"1.234,50"_s << u"1234.5"_s;
        QTest::newRow("German ambiguous") << u"de_DE"_s << u"1.234"_s << QString();
        QTest::newRow("words") << u"en_US"_s << u"a lot"_s << QString();
        QTest::newRow("empty") << u"en_US"_s << QString() << QString();
    }
    void readsAmounts()
    {
        QFETCH(QString, locale);
        QFETCH(QString, text);
        QFETCH(QString, decimal);
        const auto read = format::parseMoney(text, QLocale(locale));
        QCOMPARE(read ? read->toDecimal() : QString(), decimal);
    }

    void durations_data()
    {
        QTest::addColumn<qint64>("us");
        QTest::addColumn<QString>("shown");
        QTest::newRow("none") << qint64(-1) << u"–"_s;
        QTest::newRow("zero") << qint64(0) << u"0 ms"_s;
        QTest::newRow("tiny") << qint64(30) << u"< 0.1 ms"_s;
        QTest::newRow("fraction") << qint64(1234) << u"1.2 ms"_s;
        QTest::newRow("ms") << qint64(12'000) << u"12 ms"_s;
        QTest::newRow("s") << qint64(1'240'000) << u"1.24 s"_s;
        QTest::newRow("long s") << qint64(12'400'000) << u"12.4 s"_s;
        QTest::newRow("min") << qint64(123'000'000) << u"2 min 03 s"_s;
        QTest::newRow("h") << qint64(3'900'000'000) << u"1 h 05 min"_s;
    }
    void durations()
    {
        QFETCH(qint64, us);
        QFETCH(QString, shown);
        QCOMPARE(format::durationUs(us, QLocale(u"en_US"_s)), shown);
    }

    void relativeTimes()
    {
        const QLocale english(u"en_US"_s);
        const qint64 now = QDateTime(QDate(2026, 11, 22), QTime(12, 0)).toMSecsSinceEpoch();
        QCOMPARE(format::relativeTime(0, now, english), u"–"_s);
        QCOMPARE(format::relativeTime(now - 5'000, now, english), u"just now"_s);
        QCOMPARE(format::relativeTime(now + 800, now, english), u"just now"_s);
        QCOMPARE(format::relativeTime(now - 300'000, now, english), u"5 min ago"_s);
        QCOMPARE(format::relativeTime(now - 3 * 3'600'000, now, english), u"9:00 AM"_s);
        QCOMPARE(format::relativeTime(now - 24 * 3'600'000, now, english), u"yesterday 12:00 PM"_s);
        QCOMPARE(format::relativeTime(now - 72 * 3'600'000, now, english), u"11/19/26"_s);
    }
};

QTEST_GUILESS_MAIN(TestFormat)
#include "tst_format.moc"
