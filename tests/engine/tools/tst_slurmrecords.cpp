// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/slurmrecords.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestSlurmRecords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mapsEveryState_data()
    {
        QTest::addColumn<QString>("slurm");
        QTest::addColumn<JobState>("state");
        for (const char *name : {"PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT"}) {
            QTest::newRow(name) << QString::fromLatin1(name) << JobState::Queued;
        }
        for (const char *name : {"RUNNING", "SUSPENDED", "STOPPED", "COMPLETING", "SIGNALING", "STAGE_OUT"}) {
            QTest::newRow(name) << QString::fromLatin1(name) << JobState::Running;
        }
        for (const char *name : {"FAILED", "NODE_FAIL", "OUT_OF_MEMORY", "BOOT_FAIL", "PREEMPTED", "SOMETHING_NEW"}) {
            QTest::newRow(name) << QString::fromLatin1(name) << JobState::Failed;
        }
        QTest::newRow("COMPLETED") << u"COMPLETED"_s << JobState::Succeeded;
        QTest::newRow("CANCELLED") << u"CANCELLED"_s << JobState::Cancelled;
        QTest::newRow("TIMEOUT") << u"TIMEOUT"_s << JobState::TimedOut;
        QTest::newRow("DEADLINE") << u"DEADLINE"_s << JobState::TimedOut;
    }

    void mapsEveryState()
    {
        QFETCH(QString, slurm);
        QFETCH(JobState, state);
        QCOMPARE(stateOfSlurm(slurm), state);
    }

    void readsRanges_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<int>>("numbers");
        QTest::newRow("one") << u"7"_s << QList<int>{7};
        QTest::newRow("range") << u"2-4"_s << QList<int>{2, 3, 4};
        QTest::newRow("mixed") << u"0,3-4"_s << QList<int>{0, 3, 4};
        QTest::newRow("step") << u"1-7:3"_s << QList<int>{1, 4, 7};
        QTest::newRow("limit") << u"2-3%1"_s << QList<int>{2, 3};
        QTest::newRow("none") << u""_s << QList<int>{};
        QTest::newRow("words") << u"N/A"_s << QList<int>{};
        QTest::newRow("huge") << u"0-99999999"_s << QList<int>{};
        QTest::newRow("no step") << u"0-4:0"_s << QList<int>{};
    }

    void readsRanges()
    {
        QFETCH(QString, text);
        QFETCH(QList<int>, numbers);
        QCOMPARE(readSlurmRange(text), numbers);
    }

    void readsAnArray()
    {
        const auto tasks = readSlurmRecords(
            u"JobId=3 ArrayJobId=3 ArrayTaskId=3-4%2 JobName=x JobState=PENDING Reason=Resources ExitCode=0:0\n"
            "JobId=4 ArrayJobId=3 ArrayTaskId=0 JobName=x JobState=COMPLETED Reason=None Dependency=(null) "
            "ExitCode=0:0 StartTime=2026-11-22T10:00:00 EndTime=2026-11-22T10:00:05\n"
            "JobId=5 ArrayJobId=3 ArrayTaskId=1 JobName=x JobState=FAILED Reason=NonZeroExitCode ExitCode=7:0\n"
            "JobId=6 ArrayJobId=3 ArrayTaskId=2 JobName=x JobState=FAILED Reason=JobLaunchFailure ExitCode=0:9\n"
            "\nslurm_load_jobs error\n");
        QCOMPARE(tasks.size(), 5);
        const auto cancelled = readSlurmRecords(u"ArrayTaskId=0 JobState=CANCELLED Reason=Resources ExitCode=0:15\n"
                                                "ArrayTaskId=1 JobState=CANCELLED Reason=DependencyNeverSatisfied\n");
        QCOMPARE(cancelled.value(0).reason, QString());
        QCOMPARE(cancelled.value(0).exitCode, 143);
        QCOMPARE(cancelled.value(1).reason, u"Slurm says DependencyNeverSatisfied"_s);
        QCOMPARE(tasks.value(0).state, JobState::Succeeded);
        QCOMPARE(tasks.value(0).exitCode, 0);
        QCOMPARE(tasks.value(0).durationMs, 5000);
        QCOMPARE(tasks.value(1).state, JobState::Failed);
        QCOMPARE(tasks.value(1).exitCode, 7);
        QCOMPARE(tasks.value(1).reason, QString());
        QCOMPARE(tasks.value(2).exitCode, 137);
        QCOMPARE(tasks.value(2).reason, u"Slurm says JobLaunchFailure"_s);
        QCOMPARE(tasks.value(4).state, JobState::Queued);
        QCOMPARE(tasks.value(4).reason, u"Slurm says Resources"_s);
    }
};

QTEST_APPLESS_MAIN(TestSlurmRecords)
#include "tst_slurmrecords.moc"
