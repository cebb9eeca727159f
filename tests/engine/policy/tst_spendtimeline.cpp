// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/spendtimeline.h"

#include <QTest>

#include <random>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

Money cents(int amount)
{
    return Money::fromDecimal(u"0.01"_s)->times(amount).value();
}

} // namespace

/// What was spent up to a time, with runs that are gone through again.
class TestSpendTimeline : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsBothEnds()
    {
        const SpendTimeline timeline({{10, cents(1), u"a"_s}, {20, cents(2), u"a"_s}, {20, cents(4), u"b"_s}});
        QCOMPARE(timeline.between(10, 20), cents(7));
        QCOMPARE(timeline.between(11, 20), cents(6));
        QCOMPARE(timeline.between(10, 19), cents(1));
        QCOMPARE(timeline.between(21, 100), Money());
        QCOMPARE(SpendTimeline().between(0, 100), Money());
        QVERIFY(timeline.knows(u"a"_s) && !timeline.knows(u"c"_s));
    }

    void aRunThatIsReplacedCountsForWhatItSpendsNow()
    {
        SpendTimeline timeline({{10, cents(1), u"a"_s}, {20, cents(2), u"a"_s}, {20, cents(4), u"b"_s}});
        timeline.replace(u"a"_s);
        QCOMPARE(timeline.between(0, 100), cents(4));
        timeline.spend(cents(1), 10);
        QCOMPARE(timeline.between(0, 15), cents(1));
        QCOMPARE(timeline.between(0, 100), cents(5));
        timeline.replace(u"unknown"_s); // has nothing
        QCOMPARE(timeline.between(0, 100), cents(5));
    }

    /// Against adding up everything, for random spending.
    void isTheSumOfItsParts()
    {
        std::mt19937 random(7); // NOLINT(cert-msc32-c,cert-msc51-cpp)
        const auto upTo = [&random](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
        for (int round = 0; round < 200; ++round) {
            QList<SpendEntry> entries;
            qint64 at = 0;
            for (int i = upTo(30); i > 0; --i) {
                at += upTo(3);
                entries.append({at, cents(upTo(9)), QString::number(upTo(4))});
            }
            SpendTimeline timeline(entries);
            const QString again = QString::number(upTo(4));
            timeline.replace(again);
            QList<SpendEntry> now;
            for (const SpendEntry& entry : std::as_const(entries)) {
                if (entry.runId != again) {
                    now.append(entry);
                } else if (upTo(2) == 0) {
                    timeline.spend(entry.amount, entry.atMs);
                    now.append(entry);
                }
            }
            for (int question = 0; question < 20; ++question) {
                const qint64 from = upTo(60);
                const qint64 until = from + upTo(30);
                Money sum;
                for (const SpendEntry& entry : std::as_const(now)) {
                    if (entry.atMs >= from && entry.atMs <= until) {
                        sum = *sum.plus(entry.amount);
                    }
                }
                QCOMPARE(timeline.between(from, until), sum);
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestSpendTimeline)
#include "tst_spendtimeline.moc"
