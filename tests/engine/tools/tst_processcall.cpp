// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/processcall.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

class TestProcessCall : public QObject
{
    Q_OBJECT

private:
    QCoro::Task<Result<ProcessReply>> sh(const QString& script, std::stop_token stop = {})
    {
        QProcessEnvironment environment;
        environment.insert(u"WORD"_s, u"given"_s);
        return callProcess(m_clock, u"/bin/sh"_s, QStringList{u"-c"_s, script}, environment, 30s, stop);
    }

    FakeClock m_clock;

private Q_SLOTS:
    void givesWhatItSaidAndItsStatus()
    {
        const auto reply = await(sh(u"echo out $WORD; echo err >&2; exit 3"_s));
        QVERIFY2(reply, qPrintable(reply ? QString() : reply.error().message));
        QCOMPARE(reply->exitCode, 3);
        QCOMPARE(reply->standardOutput, u"out given\n"_s);
        QCOMPARE(reply->standardError, u"err\n"_s);
    }

    void seesOnlyTheEnvironmentGiven()
    {
        qputenv("LATHE_TEST_SECRET", "sk-hidden");
        const auto reply = await(sh(u"env"_s));
        qunsetenv("LATHE_TEST_SECRET");
        QVERIFY(reply);
        QVERIFY(!reply->standardOutput.contains("sk-hidden"_L1));
    }

    void endsWithTheTime()
    {
        auto call = sh(u"sleep 600"_s);
        m_clock.advance(31s);
        const auto reply = await(std::move(call));
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::TimedOut);
        QCOMPARE(reply.error().message, u"/bin/sh did not answer within 30 s"_s);
    }

    void endsWithAStopRequest()
    {
        std::stop_source stop;
        auto call = sh(u"sleep 600"_s, stop.get_token());
        stop.request_stop();
        const auto reply = await(std::move(call));
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::Cancelled);
    }

    void tellsAProgramThatIsNotThere()
    {
        const auto reply =
            await(callProcess(m_clock, u"/no/such/program"_s, QStringList(), QProcessEnvironment(), 30s, {}));
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::Unavailable);
        QVERIFY2(reply.error().message.startsWith(u"/no/such/program failed: "_s), qPrintable(reply.error().message));
    }

    void tellsAProgramThatCrashes()
    {
        const auto reply = await(sh(u"kill -SEGV $$"_s));
        QVERIFY(!reply);
        QCOMPARE(reply.error().code, ErrorCode::Unavailable);
    }
};

QTEST_GUILESS_MAIN(TestProcessCall)
#include "tst_processcall.moc"
