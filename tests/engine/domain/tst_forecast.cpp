// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/forecast.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

Money dollars(int amount)
{
    return Money::fromDecimal(QString::number(amount)).value_or(Money());
}

/// One amount a day, the last of them today's.
QMap<QDate, Money> costsUntil(QDate today, const QList<int>& amounts)
{
    QMap<QDate, Money> costs;
    for (qsizetype i = 0; i < amounts.size(); ++i) {
        if (amounts.at(i) >= 0) { // below zero: no line on that day
            costs.insert(today.addDays(i + 1 - amounts.size()), dollars(amounts.at(i)));
        }
    }
    return costs;
}

} // namespace

class TestForecast : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goesByTheLastFullDays_data()
    {
        QTest::addColumn<QDate>("today");
        QTest::addColumn<QList<int>>("amounts");
        QTest::addColumn<int>("fullDays");
        QTest::addColumn<QString>("spent");
        QTest::addColumn<QString>("expected"); // empty: none
        QTest::addColumn<QString>("range");
        const QDate tenth(2026, 11, 10); // 20 days are left
        QTest::newRow("seven days") << tenth << QList<int>{1, 2, 3, 4, 5, 6, 7, 100} << 7 << u"128"_s << u"208"_s
                                    << u"148 268"_s;
        QTest::newRow("today is in no mean")
            << tenth << QList<int>{1, 1, 1, 1, 1, 1, 1, 50} << 7 << u"57"_s << u"77"_s << u"77 77"_s;
        QTest::newRow("days without lines cost nothing")
            << tenth << QList<int>{7, -1, -1, -1, -1, -1, -1, 0} << 7 << u"7"_s << u"27"_s << u"7 147"_s;
        QTest::newRow("older days do not count")
            << tenth << QList<int>{100, 7, 7, 7, 7, 7, 7, 7, 0} << 7 << u"149"_s << u"289"_s << u"289 289"_s;
        QTest::newRow("idle for a week") << tenth << QList<int>{9, -1, -1, -1, -1, -1, -1, -1, 0} << 7 << u"9"_s
                                         << u"9"_s << u"9 9"_s;
        QTest::newRow("three days") << tenth << QList<int>{3, 6, 9, 0} << 3 << u"18"_s << u"138"_s << u"78 198"_s;
        QTest::newRow("two days say nothing") << tenth << QList<int>{3, 6, 0} << 2 << u"9"_s << QString() << QString();
        QTest::newRow("nothing at all") << tenth << QList<int>{} << 0 << u"0"_s << QString() << QString();
        QTest::newRow("last month is in the mean only")
            << QDate(2026, 12, 2) << QList<int>{31, 31, 31, 31, 31, 31, 31, 1} << 7 << u"32"_s << u"931"_s
            << u"931 931"_s;
        QTest::newRow("the last day") << QDate(2026, 11, 30) << QList<int>{1, 1, 1, 1, 1, 1, 1, 2} << 7 << u"9"_s
                                      << u"9"_s << u"9 9"_s;
    }
    void goesByTheLastFullDays()
    {
        QFETCH(QDate, today);
        QFETCH(QList<int>, amounts);
        QFETCH(int, fullDays);
        QFETCH(QString, spent);
        QFETCH(QString, expected);
        QFETCH(QString, range);
        const auto forecast = forecastMonth(costsUntil(today, amounts), today);
        QVERIFY(forecast);
        QCOMPARE(forecast->fullDays, fullDays);
        QCOMPARE(forecast->spent.toDecimal(), spent);
        QCOMPARE(forecast->expected ? forecast->expected->toDecimal() : QString(), expected);
        if (forecast->expected) {
            QCOMPARE(QString(forecast->low.toDecimal() + u' ' + forecast->high.toDecimal()), range);
        }
    }

    void saysWhenTheBudgetRunsOut()
    {
        const QDate today(2026, 11, 10);
        const auto costs = costsUntil(today, {1, 1, 1, 1, 1, 1, 1, 0}); // $7 spent, $1 a day
        QCOMPARE(forecastMonth(costs, today, dollars(10))->budgetEnd, QDate(2026, 11, 13));
        QCOMPARE(forecastMonth(costs, today, dollars(7))->budgetEnd, today);
        QCOMPARE(forecastMonth(costs, today, dollars(27))->budgetEnd, QDate(2026, 11, 30));
        QVERIFY(!forecastMonth(costs, today, dollars(28))->budgetEnd);
        QVERIFY(!forecastMonth(costs, today)->budgetEnd);
    }

    void refusesSumsBeyondMoney()
    {
        const QDate today(2026, 11, 10);
        QMap<QDate, Money> costs;
        for (int day = 0; day < 8; ++day) {
            costs.insert(today.addDays(-day), *Money::fromDecimal(u"170000000000000000000"_s));
        }
        QCOMPARE(forecastMonth(costs, today).error().code, ErrorCode::Overflow);
    }
};

QTEST_GUILESS_MAIN(TestForecast)
#include "tst_forecast.moc"
