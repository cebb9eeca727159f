// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/taskscope.h"

#include "engine/core/async.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QTest>

#include <stdexcept>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

QCoro::Task<> sleepThenCount(FakeClock& clock, std::chrono::milliseconds duration, std::stop_token stop, int& passed,
                             int& stopped)
{
    const bool whole = co_await clock.sleepFor(duration, stop);
    ++(whole ? passed : stopped);
}

QCoro::Task<> throwAfter(FakeClock& clock, std::chrono::milliseconds duration, std::stop_token stop, bool standard)
{
    co_await clock.sleepFor(duration, stop);
    if (standard) {
        throw std::runtime_error("broken on purpose");
    }
    throw 42;
}

QCoro::Task<> doNothing()
{
    co_return;
}

QCoro::Task<> spawnAnother(TaskScope& scope, FakeClock& clock, int& passed, int& stopped)
{
    co_await clock.sleepFor(std::chrono::milliseconds(10), scope.stopToken());
    scope.spawn(sleepThenCount(clock, std::chrono::milliseconds(10), scope.stopToken(), passed, stopped));
}

} // namespace

class TestTaskScope : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void joinsAtOnceWhenNothingRuns()
    {
        TaskScope scope;
        QCOMPARE(scope.running(), 0);
        await(scope.joined());
        scope.spawn(doNothing());
        QCOMPARE(scope.running(), 0);
        await(scope.joined());
    }

    void waitsForAllItsTasks()
    {
        FakeClock clock;
        TaskScope scope;
        int passed = 0;
        int stopped = 0;
        for (int i = 1; i <= 3; ++i) {
            scope.spawn(sleepThenCount(clock, std::chrono::seconds(i), scope.stopToken(), passed, stopped));
        }
        QCOMPARE(scope.running(), 3);
        clock.advance(std::chrono::seconds(1));
        QTRY_COMPARE(scope.running(), 2);
        clock.advance(std::chrono::seconds(5));
        await(scope.joined());
        QCOMPARE(passed, 3);
        QCOMPARE(stopped, 0);
    }

    void stopRequestEndsSleepers()
    {
        FakeClock clock;
        TaskScope scope;
        int passed = 0;
        int stopped = 0;
        scope.spawn(sleepThenCount(clock, std::chrono::hours(1), scope.stopToken(), passed, stopped));
        scope.requestStop();
        QVERIFY(scope.stopToken().stop_requested());
        await(scope.joined());
        QCOMPARE(passed, 0);
        QCOMPARE(stopped, 1);
    }

    void waitsForTasksThatTasksStart()
    {
        FakeClock clock;
        clock.setAutomatic(true);
        TaskScope scope;
        int passed = 0;
        int stopped = 0;
        scope.spawn(spawnAnother(scope, clock, passed, stopped));
        await(scope.joined());
        QCOMPARE(passed, 1);
    }

    void severalCanWait()
    {
        FakeClock clock;
        TaskScope scope;
        int passed = 0;
        int stopped = 0;
        scope.spawn(sleepThenCount(clock, std::chrono::seconds(1), scope.stopToken(), passed, stopped));
        auto first = scope.joined();
        auto second = scope.joined();
        clock.advance(std::chrono::seconds(1));
        await(std::move(first));
        await(std::move(second));
        QCOMPARE(passed, 1);
    }

    void logsAnExceptionWithTheNameOfItsTask_data()
    {
        QTest::addColumn<bool>("standard");
        QTest::addColumn<QString>("log");
        QTest::newRow("std::exception") << true << u"task \"planner\" ended with an exception: broken on purpose"_s;
        QTest::newRow("anything else") << false << u"task \"planner\" ended with an exception of unknown type"_s;
    }
    void logsAnExceptionWithTheNameOfItsTask()
    {
        QFETCH(bool, standard);
        QFETCH(QString, log);
        QTest::ignoreMessage(QtCriticalMsg, qPrintable(log));
        FakeClock clock;
        TaskScope scope;
        scope.spawn(throwAfter(clock, std::chrono::seconds(1), scope.stopToken(), standard), u"planner"_s);
        clock.advance(std::chrono::seconds(1));
        await(scope.joined());
        QCOMPARE(scope.running(), 0);
    }
};

QTEST_GUILESS_MAIN(TestTaskScope)
#include "tst_taskscope.moc"
