// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/attemptfigures.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

/// Speed and cache share of one send to a model.
class TestAttemptFigures : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsTheSpeedOfStreams_data();
    void knowsTheSpeedOfStreams();
    void knowsTheShareOfTheCache();
    void tellsHowItWent();
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

void TestAttemptFigures::tellsHowItWent()
{
    QLocale::setDefault(QLocale::c());
    AttemptRecord attempt;
    QCOMPARE(attemptText(attempt), u"The model has not answered yet."_s);
    attempt.outcome = u"error"_s;
    attempt.httpStatus = 429;
    attempt.errorMessage = u"slow down"_s;
    attempt.startedAtMs = 1000;
    attempt.endedAtMs = 1012;
    attempt.firstByteMs = 12;
    attempt.retryAfterMs = 2000;
    const QString failed = attemptText(attempt);
    for (const QString& part :
         {u"error"_s, u"HTTP 429"_s, u"slow down"_s, u"12 ms"_s, u"usage unknown"_s, u"tried again"_s}) {
        QVERIFY2(failed.contains(part), qPrintable(failed));
    }
    attempt = {};
    attempt.outcome = u"ok"_s;
    attempt.startedAtMs = 1000;
    attempt.endedAtMs = 4000;
    attempt.firstByteMs = 1000;
    attempt.usage.source = UsageSource::Reported;
    attempt.usage.input = 75;
    attempt.usage.cacheRead = 25;
    attempt.usage.output = 40;
    const QString answered = attemptText(attempt);
    for (const QString& part : {u"100 tokens in, 40 out"_s, u"20.0 tokens/s"_s, u"25.0% of the input"_s}) {
        QVERIFY2(answered.contains(part), qPrintable(answered));
    }
}

QTEST_APPLESS_MAIN(TestAttemptFigures)
#include "tst_attemptfigures.moc"
