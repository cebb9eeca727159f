// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/tokencalibration.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakepolicystore.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

class TestTokenCalibration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsNothingAtFirst()
    {
        FakePolicyStore store;
        FakeClock clock;
        const TokenCalibration tokens(store, clock);
        QCOMPARE(tokens.calibrated(u"p"_s, u"m"_s, 1'234), 1'234);
        QCOMPARE(tokens.samples(u"p"_s, u"m"_s), 0);
    }

    void comesToWhatTheModelCounts()
    {
        FakePolicyStore store;
        FakeClock clock;
        TokenCalibration tokens(store, clock);
        tokens.learn(u"p"_s, u"m"_s, 1'000, 2'000); // the first sample is all there is
        QCOMPARE(tokens.calibrated(u"p"_s, u"m"_s, 1'000), 2'000);
        for (int i = 0; i < 40; ++i) {
            tokens.learn(u"p"_s, u"m"_s, 1'000, 1'300);
        }
        QVERIFY(qAbs(tokens.calibrated(u"p"_s, u"m"_s, 1'000) - 1'300) <= 1);
        // One reply that is far off moves it by a fifth of the difference.
        tokens.learn(u"p"_s, u"m"_s, 1'000, 2'300);
        QVERIFY(qAbs(tokens.calibrated(u"p"_s, u"m"_s, 1'000) - 1'500) <= 2);
    }

    void keepsModelsApart()
    {
        FakePolicyStore store;
        FakeClock clock;
        TokenCalibration tokens(store, clock);
        tokens.learn(u"p"_s, u"m"_s, 100, 200);
        QCOMPARE(tokens.calibrated(u"p"_s, u"other"_s, 100), 100);
        QCOMPARE(tokens.calibrated(u"other"_s, u"m"_s, 100), 100);
    }

    void leavesOutWhatSaysNothing()
    {
        FakePolicyStore store;
        FakeClock clock;
        TokenCalibration tokens(store, clock);
        tokens.learn(u"p"_s, u"m"_s, 49, 200); // the frame of a short prompt outweighs it
        tokens.learn(u"p"_s, u"m"_s, 100, 0);  // not reported
        QCOMPARE(tokens.samples(u"p"_s, u"m"_s), 0);
        tokens.learn(u"p"_s, u"m"_s, 100, 1'000'000); // a number that cannot be
        QCOMPARE(tokens.calibrated(u"p"_s, u"m"_s, 100), 500);
    }

    void isKeptForTheNextStart()
    {
        FakePolicyStore store;
        FakeClock clock;
        {
            TokenCalibration tokens(store, clock);
            tokens.save(); // nothing learned, nothing written
            QCOMPARE(store.ratioSaves, 0);
            tokens.learn(u"p"_s, u"m"_s, 100, 150);
            tokens.learn(u"p"_s, u"m"_s, 100, 150);
            tokens.save();
            tokens.save();
            QCOMPARE(store.ratioSaves, 1);
        }
        TokenCalibration again(store, clock);
        QVERIFY(await(again.load()));
        QCOMPARE(again.calibrated(u"p"_s, u"m"_s, 100), 150);
        QCOMPARE(again.samples(u"p"_s, u"m"_s), 2);
        store.broken = true;
        QVERIFY(!await(again.load()));
    }
};

QTEST_GUILESS_MAIN(TestTokenCalibration)
#include "tst_tokencalibration.moc"
