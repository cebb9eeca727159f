// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/clock.h"

#include "engine/core/async.h"
#include "engine/core/ids.h"
#include "tests/support/await.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <random>
#include <thread>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

class TestClock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesTimesAsQtDoes()
    {
        std::mt19937_64 random(3);
        for (int i = 0; i < 20'000; ++i) {
            // From the year 0 to about 11000, so that the fallback is met too.
            const qint64 ms = static_cast<qint64>(random() % 350'000'000'000'000ULL) - 62'167'219'200'000LL;
            QCOMPARE(toIsoUtc(ms), QDateTime::fromMSecsSinceEpoch(ms, Qt::UTC).toString(Qt::ISODateWithMs));
        }
        QCOMPARE(toIsoUtc(0), u"1970-01-01T00:00:00.000Z"_s);
        QCOMPARE(toIsoUtc(-1), u"1969-12-31T23:59:59.999Z"_s);
        QCOMPARE(toIsoUtc(951'782'400'042), u"2000-02-29T00:00:00.042Z"_s);
    }

    void systemClockGoesOn()
    {
        SystemClock clock;
        const qint64 before = QDateTime::currentMSecsSinceEpoch();
        const qint64 now = clock.nowMs();
        QVERIFY(now >= before);
        QVERIFY(qAbs(clock.nowUtc().toMSecsSinceEpoch() - now) < 5'000);
        QCOMPARE(clock.nowUtc().timeSpec(), Qt::UTC);
        const qint64 first = clock.monotonicNs();
        QVERIFY(clock.monotonicNs() >= first);
    }

    void sleepEndsAfterItsTime()
    {
        SystemClock clock;
        QElapsedTimer timer;
        timer.start();
        std::stop_source stop;
        QVERIFY(await(clock.sleepFor(std::chrono::milliseconds(20), stop.get_token())));
        QVERIFY(timer.elapsed() >= 19);
    }

    void sleepEndsEarlyOnAStopFromAnotherThread()
    {
        SystemClock clock;
        std::stop_source stop;
        auto sleeping = clock.sleepFor(std::chrono::hours(1), stop.get_token());
        std::thread other([&stop] { stop.request_stop(); });
        const bool passed = await(std::move(sleeping));
        other.join();
        QVERIFY(!passed);
    }

    void sleepDoesNotBeginAfterAStop()
    {
        std::stop_source stop;
        stop.request_stop();
        QVERIFY(!await(sleepOnTimer(std::chrono::hours(1), stop.get_token())));
    }

    void oneShotKeepsTheFirstValue()
    {
        OneShot<int> shot;
        QVERIFY(!shot.isSet());
        shot.set(1);
        shot.set(2);
        QVERIFY(shot.isSet());
        QCOMPARE(shot.future().result(), 1);
        QCOMPARE(await(readyFuture(7)), 7);
    }

    void idsAreUniqueLowerCaseUuids()
    {
        RandomIdGenerator ids;
        static const QRegularExpression uuid(
            u"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"_s);
        QSet<QString> seen;
        for (int i = 0; i < 1000; ++i) {
            const QString id = ids.newUuid();
            QVERIFY2(uuid.match(id).hasMatch(), qPrintable(id));
            seen.insert(id);
        }
        QCOMPARE(seen.size(), 1000);
    }

    void jitterIsUniform()
    {
        RandomJitter jitter;
        double sum = 0;
        for (int i = 0; i < 10'000; ++i) {
            const double share = jitter.uniform();
            QVERIFY(share >= 0 && share < 1);
            sum += share;
        }
        QVERIFY(sum > 4'500 && sum < 5'500);
    }
};

QTEST_GUILESS_MAIN(TestClock)
#include "tst_clock.moc"
