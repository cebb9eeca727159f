// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/circuitbreaker.h"

#include "tests/support/fakeclock.h"

#include <QTest>

#include <memory>
#include <vector>

using namespace lathe;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestCircuitBreaker : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void followsTheSequence_data();
    void followsTheSequence();
    void saysWhyAndUntilWhen();
    void isNotMovedByTheWallClock();
    void neverOpensBelowItsShare();
    void keepsEndpointsAndModelsApart();
};

void TestCircuitBreaker::followsTheSequence_data()
{
    // s, f, n: a call that is allowed and ends as success, failure, not counted; x: a call is refused;
    // w: 30 s pass; h: 1 ms less; ( begins a call, ) f or s or n after it ends the oldest one begun.
    QTest::addColumn<QString>("sequence");
    QTest::newRow("four failures say nothing") << u"ffffs"_s;
    QTest::newRow("five failures open it") << u"fffffx"_s;
    QTest::newRow("half of them do") << u"sssfffx"_s;
    QTest::newRow("three of seven do not") << u"ssssfffs"_s;
    QTest::newRow("one in three does not") << u"ssfssfssfssfssfss"_s;
    QTest::newRow("what is not counted changes nothing") << u"ffffnnnnnnnnnnnnfx"_s;
    QTest::newRow("old calls are forgotten") << u"ssssssssssffffs"_s;
    QTest::newRow("the window moves") << u"ssssssssssfffffx"_s;
    QTest::newRow("nothing before its time") << u"fffffhx"_s;
    QTest::newRow("a probe heals") << u"fffffwsffffs"_s; // and the count begins anew
    QTest::newRow("a probe that fails opens it again") << u"fffffwfxhx"_s;
    QTest::newRow("again and again") << u"fffffwfxwfxwsf"_s;
    QTest::newRow("one probe at a time") << u"fffffw(xx)sss"_s;
    QTest::newRow("also if it takes long") << u"fffffw(wwx)fx"_s;
    QTest::newRow("a probe that says nothing makes room for another") << u"fffffwnnsf"_s;
    QTest::newRow("what began before it opened has no say") << u"(fffff)sx"_s;
    QTest::newRow("nor in a probe") << u"(fffffw()sx)sss"_s;
    QTest::newRow("nor after it") << u"(fffffws)fffffs"_s;
}

void TestCircuitBreaker::followsTheSequence()
{
    QFETCH(QString, sequence);
    test::FakeClock clock;
    CircuitBreaker breaker(clock);
    std::vector<std::unique_ptr<CircuitBreaker::Call>> begun;
    const auto endOf = [](QChar letter) {
        return letter == u's'   ? CircuitBreaker::End::Success
               : letter == u'f' ? CircuitBreaker::End::Failure
                                : CircuitBreaker::End::NotCounted;
    };
    bool ends = false;
    for (qsizetype i = 0; i < sequence.size(); ++i) {
        const QChar letter = sequence.at(i);
        const QByteArray at = u"%1, at %2"_s.arg(sequence, QString::number(i)).toUtf8();
        if (letter == u'w' || letter == u'h') {
            clock.advance(letter == u'w' ? 30'000ms : 29'999ms);
        } else if (letter == u'x') {
            QVERIFY2(breaker.refusal(), at.constData());
        } else if (letter == u')') {
            ends = true;
        } else if (ends) {
            begun.front()->end(endOf(letter));
            begun.erase(begun.begin());
            ends = false;
        } else {
            QVERIFY2(!breaker.refusal(), at.constData());
            begun.push_back(std::make_unique<CircuitBreaker::Call>(&breaker));
            if (letter != u'(') {
                begun.back()->end(endOf(letter));
                begun.pop_back();
            }
        }
    }
}

void TestCircuitBreaker::saysWhyAndUntilWhen()
{
    test::FakeClock clock;
    CircuitBreaker breaker(clock);
    for (const bool failed : {false, true, true, false, true, true}) {
        QVERIFY(!breaker.refusal());
        CircuitBreaker::Call(&breaker).end(failed ? CircuitBreaker::End::Failure : CircuitBreaker::End::Success);
        if (breaker.refusal()) {
            break;
        }
    }
    const qint64 openedMs = clock.nowMs();
    clock.advance(12s);
    const auto refusal = breaker.refusal();
    QVERIFY(refusal);
    QCOMPARE(refusal->failures, 3); // of five: the sixth was not made
    QCOMPARE(refusal->calls, 5);
    QCOMPARE(refusal->untilMs, openedMs + 30'000);
    clock.advance(18s);
    QVERIFY(!breaker.refusal());
    const CircuitBreaker::Call probe(&breaker);
    QVERIFY(breaker.refusal());
    QCOMPARE(breaker.refusal()->untilMs, 0);
}

void TestCircuitBreaker::isNotMovedByTheWallClock()
{
    test::FakeClock clock;
    CircuitBreaker breaker(clock);
    for (int i = 0; i < 5; ++i) {
        CircuitBreaker::Call(&breaker).end(CircuitBreaker::End::Failure);
    }
    clock.setWallMs(clock.nowMs() + 3'600'000);
    QVERIFY(breaker.refusal());
    QCOMPARE(breaker.refusal()->untilMs, clock.nowMs() + 30'000);
}

void TestCircuitBreaker::neverOpensBelowItsShare()
{
    // Every sequence of twelve counted calls: open exactly when five or more of the last ten are known and half failed.
    for (int bits = 0; bits < 1 << 12; ++bits) {
        test::FakeClock clock;
        CircuitBreaker breaker(clock);
        for (int i = 0; i < 12; ++i) {
            const bool failed = (bits >> i & 1) != 0;
            CircuitBreaker::Call(&breaker).end(failed ? CircuitBreaker::End::Failure : CircuitBreaker::End::Success);
            const int first = std::max(0, i - 9);
            const int known = i + 1 - first;
            int failures = 0;
            for (int k = first; k <= i; ++k) {
                failures += bits >> k & 1;
            }
            const bool open = known >= 5 && 2 * failures >= known;
            QVERIFY2(breaker.refusal().has_value() == open,
                     qPrintable(u"calls %1 after %2"_s.arg(QString::number(bits, 2), QString::number(i + 1))));
            if (open) {
                break;
            }
        }
    }
}

void TestCircuitBreaker::keepsEndpointsAndModelsApart()
{
    test::FakeClock clock;
    CircuitBreakers breakers(clock);
    for (int i = 0; i < 5; ++i) {
        CircuitBreaker::Call(&breakers.of(u"http://a/v1"_s, u"m"_s)).end(CircuitBreaker::End::Failure);
    }
    QVERIFY(breakers.of(u"http://a/v1"_s, u"m"_s).refusal());
    QVERIFY(!breakers.of(u"http://a/v1"_s, u"n"_s).refusal());
    QVERIFY(!breakers.of(u"http://b/v1"_s, u"m"_s).refusal());
}

QTEST_GUILESS_MAIN(TestCircuitBreaker)
#include "tst_circuitbreaker.moc"
