// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/authmanager.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakepolicystore.h"

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

class TestAuthManager : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksTheStoreOnceInATenthOfASecond()
    {
        FakePolicyStore store;
        FakeClock clock;
        AuthManager auth(store, clock);
        QVERIFY(!auth.fresh(u"ada"_s));
        QCOMPARE(await(auth.standing(u"ada"_s))->user.tier, UserTier::Free);
        for (int i = 0; i < 99; ++i) {
            clock.advance(std::chrono::milliseconds(1));
            QVERIFY(auth.fresh(u"ada"_s));
        }
        QVERIFY(!auth.fresh(u"bob"_s));
        QCOMPARE(store.policyQuestions, 1);
        clock.advance(std::chrono::milliseconds(1));
        QVERIFY(!auth.fresh(u"ada"_s));
    }

    void aChangeCountsAtOnce()
    {
        FakePolicyStore store;
        FakeClock clock;
        AuthManager auth(store, clock);
        QVERIFY(await(auth.standing(u"ada"_s)));
        QVERIFY(await(auth.change(u"ada"_s, {{u"maxToolCalls"_s, 3}}, u"root"_s)));
        QVERIFY(!auth.fresh(u"ada"_s));
        QCOMPARE(await(auth.standing(u"ada"_s))->user.maxToolCalls, 3);
        // What was refused changes nothing.
        QVERIFY(!await(auth.change(u"ada"_s, {{u"maxToolCalls"_s, -3}}, u"root"_s)));
        QCOMPARE(auth.fresh(u"ada"_s)->user.maxToolCalls, 3);
    }

    void knowsTheTeamsBudgets()
    {
        FakePolicyStore store;
        FakeClock clock;
        AuthManager auth(store, clock);
        QVERIFY(await(auth.policy(u"ada"_s)));
        store.policies[u"ada"_s].team = u"red"_s;
        QVERIFY(await(auth.changeTeam(u"red"_s, {{u"budgetPerDay"_s, u"5"_s}}, u"root"_s)));
        QCOMPARE(await(auth.standing(u"ada"_s))->sharedLimits().teamDay, *Money::fromDecimal(u"5"));
        QVERIFY(await(auth.changeTeam(u"red"_s, {{u"budgetPerDay"_s, u"6"_s}}, u"root"_s)));
        QVERIFY(!auth.fresh(u"ada"_s));
        QCOMPARE(await(auth.standing(u"ada"_s))->sharedLimits().teamDay, *Money::fromDecimal(u"6"));
    }

    void seesWhatAnotherProcessChanged()
    {
        FakePolicyStore store;
        FakeClock clock;
        AuthManager auth(store, clock);
        QVERIFY(await(auth.standing(u"ada"_s)));
        store.policies[u"ada"_s].maxToolCalls = 4;
        clock.advance(std::chrono::milliseconds(100));
        QVERIFY(!auth.fresh(u"ada"_s));
        QCOMPARE(await(auth.standing(u"ada"_s))->user.maxToolCalls, 4);
    }

    void trustsNothingWhenTheStoreIsGone()
    {
        FakePolicyStore store;
        FakeClock clock;
        AuthManager auth(store, clock);
        QVERIFY(await(auth.standing(u"ada"_s)));
        store.broken = true;
        QVERIFY(!await(auth.standing(u"ada"_s)));
        QVERIFY(!auth.fresh(u"ada"_s));
    }

    void refusesUserIdsOfNoLength()
    {
        FakePolicyStore store;
        FakeClock clock;
        AuthManager auth(store, clock);
        QCOMPARE(await(auth.policy(QString())).error().code, ErrorCode::InvalidInput);
        QCOMPARE(await(auth.policy(QString(256, u'x'))).error().code, ErrorCode::InvalidInput);
        QCOMPARE(await(auth.change(QString(), {}, u"root"_s)).error().code, ErrorCode::InvalidInput);
        QVERIFY(await(auth.policy(QString(255, u'x'))));
        QCOMPARE(store.policyQuestions, 1);
    }
};

QTEST_GUILESS_MAIN(TestAuthManager)
#include "tst_authmanager.moc"
