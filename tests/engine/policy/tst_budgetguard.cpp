// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/policy/budgetguard.h"

#include <QTest>

#include <limits>
#include <random>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

Money usd(const char *text)
{
    return *Money::fromDecimal(QString::fromLatin1(text));
}

} // namespace

class TestBudgetGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reservesUpToTheLimitExactly()
    {
        BudgetGuard guard(usd("0.01"));
        const auto first = guard.reserve(usd("0.006"));
        QCOMPARE(first.check.outcome, CheckOutcome::Passed);
        QCOMPARE(first.check.violation, std::nullopt);
        QCOMPARE(first.amount, usd("0.006"));
        QVERIFY(first.id > 0);
        const auto second = guard.reserve(usd("0.004"));
        QCOMPARE(second.check.outcome, CheckOutcome::Passed);
        QCOMPARE(guard.left(), Money());
        const auto third = guard.reserve(Money::fromAtto(1));
        QCOMPARE(third.id, 0);
        QCOMPARE(third.check.outcome, CheckOutcome::Failed);
        QCOMPARE(third.check.violation, ViolationCode::BudgetExceeded);
        QCOMPARE(third.check.check, u"budget"_s);
        QCOMPARE(third.check.limit, u"0.01"_s);
        QCOMPARE(third.check.actual, u"0.010000000000000001"_s);
        QVERIFY(third.check.message.contains(u"0 USD are spent and 0.01 USD reserved"_s));
        QCOMPARE(guard.reserved(), usd("0.01"));
    }

    void settlesToWhatWasSpent()
    {
        BudgetGuard guard(usd("1"));
        const auto call = guard.reserve(usd("0.4"));
        QVERIFY(guard.settle(call.id, usd("0.1")));
        QCOMPARE(guard.spent(), usd("0.1"));
        QCOMPARE(guard.reserved(), Money());
        QCOMPARE(guard.left(), usd("0.9"));
        QCOMPARE(guard.settle(call.id, usd("0.1")).error().code, ErrorCode::NotFound);
        QCOMPARE(guard.spent(), usd("0.1"));
    }

    void releaseSpendsNothing()
    {
        BudgetGuard guard(usd("1"));
        const auto call = guard.reserve(usd("1"));
        guard.release(call.id);
        guard.release(call.id);
        guard.release(999);
        QCOMPARE(guard.left(), usd("1"));
        QCOMPARE(guard.spent(), Money());
    }

    void anOverrunIsCountedInFullAndStopsWhatFollows()
    {
        BudgetGuard guard(usd("1"));
        const auto call = guard.reserve(usd("0.5"));
        QVERIFY(guard.settle(call.id, usd("3")));
        QCOMPARE(guard.spent(), usd("3"));
        QCOMPARE(guard.left(), Money());
        QCOMPARE(guard.reserve(usd("0.000000000000000001")).check.outcome, CheckOutcome::Failed);
        QCOMPARE(guard.reserve(Money()).check.outcome, CheckOutcome::Passed); // what costs nothing goes on
    }

    void resumedRunsBeginWithWhatTheySpent()
    {
        BudgetGuard guard(usd("1"));
        QVERIFY(guard.addSpent(usd("0.9")));
        QCOMPARE(guard.left(), usd("0.1"));
        QCOMPARE(guard.reserve(usd("0.2")).id, 0);
        QCOMPARE(guard.limit(), usd("1"));
    }

    void withoutALimitEverythingIsGrantedAndAddedUp()
    {
        BudgetGuard guard;
        const auto call = guard.reserve(usd("1000000"));
        QCOMPARE(call.check.outcome, CheckOutcome::Passed);
        QCOMPARE(call.check.limit, QString());
        QVERIFY(guard.settle(call.id, usd("999999")));
        QCOMPARE(guard.spent(), usd("999999"));
        QCOMPARE(guard.left(), std::nullopt);
        QCOMPARE(guard.limit(), std::nullopt);
    }

    void refusesAmountsThatMakeNoSense()
    {
        BudgetGuard guard;
        QCOMPARE(guard.reserve(usd("-1")).id, 0);
        const Money most = Money::fromAtto(std::numeric_limits<Int128>::max());
        const auto all = guard.reserve(most);
        QVERIFY(all.id > 0);
        const auto more = guard.reserve(most);
        QCOMPARE(more.id, 0);
        QVERIFY(more.check.message.contains(u"cannot be made"_s));
        QCOMPARE(guard.settle(all.id, usd("-1")).error().code, ErrorCode::InvalidInput);
        QCOMPARE(guard.reserved(), most); // a refused settlement changes nothing
        QCOMPARE(guard.addSpent(usd("-1")).error().code, ErrorCode::InvalidInput);
        QVERIFY(guard.addSpent(most));
        QCOMPARE(guard.settle(all.id, most).error().code, ErrorCode::Overflow);
        QCOMPARE(guard.reserved(), most);
    }

    /// Any order of calls, as parallel tools make them: while nobody spends more than it reserved, the limit holds.
    void neverOverspendsInAnySequence()
    {
        std::mt19937_64 random(11);
        for (int round = 0; round < 300; ++round) {
            const Money limit = Money::fromAtto(static_cast<qint64>(random() % 1'000'000));
            BudgetGuard guard(limit);
            QHash<qint64, Money> open;
            Money spent;
            for (int step = 0; step < 100; ++step) {
                const auto action = random() % 4;
                if (action < 2 || open.isEmpty()) {
                    const Money worst = Money::fromAtto(static_cast<qint64>(random() % 200'000));
                    const Money before = *spent.plus(guard.reserved());
                    const auto reservation = guard.reserve(worst);
                    QCOMPARE(reservation.id != 0, *before.plus(worst) <= limit);
                    if (reservation.id != 0) {
                        QVERIFY(!open.contains(reservation.id));
                        open.insert(reservation.id, worst);
                    }
                } else {
                    const qint64 id = open.begin().key();
                    const Money reserved = open.take(id);
                    if (action == 2) {
                        const auto share = static_cast<Int128>(random() % 101);
                        const Money actual = Money::fromAtto(reserved.atto() * share / 100);
                        QVERIFY(guard.settle(id, actual));
                        spent = *spent.plus(actual);
                    } else {
                        guard.release(id);
                    }
                }
                QList<Money> held = open.values();
                QCOMPARE(guard.reserved(), *Money::sum(held));
                QCOMPARE(guard.spent(), spent);
                const Money used = *guard.spent().plus(guard.reserved());
                QVERIFY(used <= limit);
                QCOMPARE(*guard.left(), *limit.minus(used));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestBudgetGuard)
#include "tst_budgetguard.moc"
