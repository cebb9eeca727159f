// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/attemptfigures.h"

#include <QTest>

using namespace lathe;

/// Speed and cache share of one send to a model.
class TestAttemptFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsTheSpeedOfStreams_data();
    void knowsTheSpeedOfStreams();
    void knowsTheShareOfTheCache();
};

void TestAttemptFigures::knowsTheSpeedOfStreams_data()
{
    QTest::addColumn<qint64>("output");
    QTest::addColumn<qint64>("firstByteMs");
    QTest::addColumn<qint64>("durationMs");
    QTest::addColumn<bool>("known");
    QTest::addColumn<double>("rate"); // below 0: none
    QTest::newRow("stream") << qint64(100) << qint64(500) << qint64(2500) << true << 50.0;
    QTest::newRow("one piece") << qint64(100) << qint64(2490) << qint64(2500) << true << -1.0;
    QTest::newRow("no words") << qint64(0) << qint64(500) << qint64(2500) << true << -1.0;
    QTest::newRow("no usage") << qint64(0) << qint64(500) << qint64(2500) << false << -1.0;
    QTest::newRow("in flight") << qint64(100) << qint64(0) << qint64(-1'000'000) << true << -1.0;
}

void TestAttemptFigures::knowsTheSpeedOfStreams()
{
    QFETCH(qint64, output);
    QFETCH(qint64, firstByteMs);
    QFETCH(qint64, durationMs);
    QFETCH(bool, known);
    QFETCH(double, rate);
    AttemptRecord attempt;
    attempt.startedAtMs = 1'000'000;
    attempt.endedAtMs = attempt.startedAtMs + durationMs;
    attempt.firstByteMs = firstByteMs;
    attempt.usage.output = output;
    attempt.usage.source = known ? UsageSource::Reported : UsageSource::Missing;
    QCOMPARE(outputRate(attempt).value_or(-1.0), rate);
}

void TestAttemptFigures::knowsTheShareOfTheCache()
{
    Usage usage;
    QVERIFY(!cacheShare(usage)); // nobody told
    usage.source = UsageSource::Reported;
    QVERIFY(!cacheShare(usage)); // of nothing
    usage.input = 60;
    QCOMPARE(*cacheShare(usage), 0.0);
    usage.cacheRead = 30;
    usage.cacheWrite = 30;
    QCOMPARE(*cacheShare(usage), 0.25);
}

QTEST_APPLESS_MAIN(TestAttemptFigures)
#include "tst_attemptfigures.moc"
