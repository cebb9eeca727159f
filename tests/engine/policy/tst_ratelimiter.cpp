// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/ratelimiter.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakepolicystore.h"

#include <QTest>

#include <algorithm>
#include <random>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kMinute = 60'000;
constexpr qint64 kHour = 3'600'000;
constexpr qint64 kNow = 1'790'000'000'000;

/// The definition, word for word and slow.
int countIn(const QList<qint64>& times, qint64 now, qint64 length)
{
    return static_cast<int>(std::count_if(times.cbegin(), times.cend(), [now, length](qint64 time) {
        const qint64 seen = std::min(time, now);
        return seen > now - length && seen <= now;
    }));
}

bool fits(const QList<qint64>& times, qint64 now, int perMinute, int perHour)
{
    return countIn(times, now, kMinute) < perMinute && countIn(times, now, kHour) < perHour;
}

} // namespace

class TestRateLimiter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void refusesTheEleventhRequestInAMinute()
    {
        QList<qint64> times;
        for (int i = 0; i < 10; ++i) {
            const auto decision = checkRate(times, kNow + i, 10, 100);
            QVERIFY(decision.allowed);
            QCOMPARE(decision.usedMinute, i);
            times.append(kNow + i);
        }
        const auto decision = checkRate(times, kNow + 10, 10, 100);
        QVERIFY(!decision.allowed);
        QCOMPARE(decision.usedMinute, 10);
        QCOMPARE(decision.usedHour, 10);
        QCOMPARE(decision.freesUpAtMs, kNow + kMinute);
        QCOMPARE(decision.minute.check, u"rate_minute"_s);
        QCOMPARE(decision.minute.outcome, CheckOutcome::Failed);
        QCOMPARE(decision.minute.violation, ViolationCode::RateLimitExceeded);
        QCOMPARE(decision.minute.actual, u"10"_s);
        QCOMPARE(decision.minute.limit, u"10"_s);
        QCOMPARE(decision.minute.message,
                 u"10 of 10 requests were made in the last 60 s; the next is allowed at 2026-09-21T14:14:20.000Z"_s);
        QCOMPARE(decision.hour.check, u"rate_hour"_s);
        QCOMPARE(decision.hour.outcome, CheckOutcome::Passed);
        QCOMPARE(decision.hour.violation, std::nullopt);
    }

    void aRequestCountsForExactlyItsWindow_data()
    {
        QTest::addColumn<qint64>("age");
        QTest::addColumn<int>("minute");
        QTest::addColumn<int>("hour");
        QTest::newRow("now") << qint64{0} << 1 << 1;
        QTest::newRow("future") << qint64{-5'000} << 1 << 1;
        QTest::newRow("last ms of the minute") << kMinute - 1 << 1 << 1;
        QTest::newRow("a minute") << kMinute << 0 << 1;
        QTest::newRow("last ms of the hour") << kHour - 1 << 0 << 1;
        QTest::newRow("an hour") << kHour << 0 << 0;
    }
    void aRequestCountsForExactlyItsWindow()
    {
        QFETCH(qint64, age);
        QFETCH(int, minute);
        QFETCH(int, hour);
        const auto decision = checkRate({kNow - age}, kNow, 5, 5);
        QVERIFY(decision.allowed);
        QCOMPARE(decision.usedMinute, minute);
        QCOMPARE(decision.usedHour, hour);
        QCOMPARE(decision.freesUpAtMs, 0);
    }

    void theHourCanRefuseWhenTheMinuteWouldNot()
    {
        QList<qint64> times;
        for (int i = 0; i < 100; ++i) {
            times.append(kNow - kHour + 500 + i * 30'000);
        }
        const auto decision = checkRate(times, kNow, 10, 100);
        QVERIFY(!decision.allowed);
        QCOMPARE(decision.minute.outcome, CheckOutcome::Passed);
        QCOMPARE(decision.hour.outcome, CheckOutcome::Failed);
        QCOMPARE(decision.freesUpAtMs, kNow + 1000); // 500 ms, rounded up to a second
    }

    void aLimitOfZeroNeverFreesUp()
    {
        const auto none = checkRate({}, kNow, 0, 100);
        QVERIFY(!none.allowed);
        QCOMPARE(none.freesUpAtMs, 0);
        QVERIFY(none.minute.message.endsWith(u"none is allowed"_s));
        QVERIFY(!checkRate({kNow}, kNow, 1, 0).allowed);
        QCOMPARE(checkRate({kNow}, kNow, 1, 0).freesUpAtMs, 0);
    }

    /// Random loads against the definition, and the promise of freesUpAtMs: refused just before, allowed then.
    void agreesWithTheDefinition()
    {
        std::mt19937_64 random(5);
        int refusals = 0;
        for (int round = 0; round < 400; ++round) {
            const int perMinute = 1 + static_cast<int>(random() % 8);
            const int perHour = 1 + static_cast<int>(random() % 30);
            const qint64 step = 1 + static_cast<qint64>(random() % 90'000);
            QList<qint64> accepted;
            qint64 now = kNow;
            for (int i = 0; i < 60; ++i) {
                now += static_cast<qint64>(random() % static_cast<quint64>(step));
                if (random() % 20 == 0) {
                    now -= 5'000; // the clock is set back
                }
                QList<qint64> times = accepted;
                std::shuffle(times.begin(), times.end(), random);
                const auto decision = checkRate(times, now, perMinute, perHour);
                QCOMPARE(decision.usedMinute, countIn(accepted, now, kMinute));
                QCOMPARE(decision.usedHour, countIn(accepted, now, kHour));
                QCOMPARE(decision.allowed, fits(accepted, now, perMinute, perHour));
                if (decision.allowed) {
                    accepted.append(now);
                    continue;
                }
                ++refusals;
                const qint64 free = decision.freesUpAtMs;
                QCOMPARE(free % 1000, 0);
                QVERIFY(free > now);
                const bool clockIsBehind = *std::max_element(accepted.cbegin(), accepted.cend()) > now;
                if (!clockIsBehind) {
                    QVERIFY(fits(accepted, free, perMinute, perHour));
                    QVERIFY(free - 1000 <= now || !fits(accepted, free - 1000, perMinute, perHour));
                }
            }
        }
        QVERIFY(refusals > 1000);
    }

    void saysWhatRemains()
    {
        const auto decision = checkRate({kNow - kMinute, kNow - 5}, kNow, 3, 10);
        QCOMPARE(decision.remainingMinute, 1);
        QCOMPARE(decision.remainingHour, 7);
        QCOMPARE(checkRate({kNow, kNow}, kNow, 2, 10).remainingMinute, 0);
        QCOMPARE(checkRate({kNow, kNow}, kNow, 1, 10).remainingMinute, 0);
    }

    void refusesFromMemoryForASecond()
    {
        FakePolicyStore store;
        FakeClock clock(kNow);
        RateLimiter limiter(store, clock);
        QVERIFY(await(limiter.take(u"ada"_s, 1, 10))->allowed);
        const auto refused = await(limiter.take(u"ada"_s, 1, 10));
        QVERIFY(!refused->allowed);
        QCOMPARE(store.rateQuestions, 2);
        for (int i = 0; i < 999; ++i) {
            clock.advance(std::chrono::milliseconds(1));
            const auto again = await(limiter.take(u"ada"_s, 1, 10));
            QVERIFY(!again->allowed);
            QCOMPARE(again->freesUpAtMs, refused->freesUpAtMs);
        }
        QCOMPARE(store.rateQuestions, 2);
        QCOMPARE(limiter.answeredFromMemory(), 999);
        // Another user, another limit and a second later are other questions.
        QVERIFY(await(limiter.take(u"bob"_s, 2, 10))->allowed);
        QVERIFY(await(limiter.take(u"ada"_s, 3, 10))->allowed);
        QCOMPARE(store.rateQuestions, 4);
        QVERIFY(!await(limiter.take(u"ada"_s, 1, 10))->allowed);
        clock.advance(std::chrono::seconds(1));
        QVERIFY(!await(limiter.take(u"ada"_s, 1, 10))->allowed);
        QCOMPARE(store.rateQuestions, 6);
    }

    void memoryNeverRefusesWhatHasFreedUp()
    {
        FakePolicyStore store;
        FakeClock clock(kNow);
        RateLimiter limiter(store, clock);
        QVERIFY(await(limiter.take(u"ada"_s, 1, 10))->allowed);
        clock.advance(std::chrono::milliseconds(kMinute - 1));
        QVERIFY(!await(limiter.take(u"ada"_s, 1, 10))->allowed);
        clock.advance(std::chrono::milliseconds(1));
        QVERIFY(await(limiter.take(u"ada"_s, 1, 10))->allowed);
    }

    void namesTheSecondOnTheClockPeopleRead()
    {
        FakePolicyStore store;
        store.aheadMs = 2 * kHour; // the wall clock was set back by two hours
        FakeClock clock(kNow);
        RateLimiter limiter(store, clock);
        const auto taken = await(limiter.take(u"ada"_s, 1, 10));
        QCOMPARE(taken->recordedAtMs, kNow + 2 * kHour);
        QCOMPARE(await(limiter.take(u"ada"_s, 1, 10))->freesUpAtMs, kNow + kMinute);
    }

    void passesOnThatTheLimitCannotBeRead()
    {
        FakePolicyStore store;
        store.broken = true;
        FakeClock clock(kNow);
        RateLimiter limiter(store, clock);
        QVERIFY(!await(limiter.take(u"ada"_s, 1, 10)));
    }
};

QTEST_GUILESS_MAIN(TestRateLimiter)
#include "tst_ratelimiter.moc"
