// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/paralleljobs.h"
#include "engine/tools/slurmjobs.h"
#include "tests/support/await.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QSysInfo>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr int kPatience = 120'000;

QString systemProgram(const QString& name)
{
    return QStandardPaths::findExecutable(name, {u"/usr/sbin"_s, u"/usr/bin"_s, u"/sbin"_s, u"/bin"_s});
}

int freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost, 0) ? server.serverPort() : 0;
}

} // namespace

/// Against a cluster of one node that the test starts itself, on the loopback device, as whoever runs the test.
class TestSlurmJobs : public QObject
{
    Q_OBJECT

private:
    [[nodiscard]] QString folder() const { return m_folder.filePath(u"jobs"_s); }
    [[nodiscard]] QProcessEnvironment environment() const
    {
        QProcessEnvironment all = QProcessEnvironment::systemEnvironment();
        all.insert(u"SLURM_CONF"_s, m_folder.filePath(u"slurm.conf"_s));
        all.insert(u"LATHE_TEST_SECRET"_s, u"sk-hidden"_s);
        return all;
    }
    [[nodiscard]] bool run(const QString& name, const QStringList& arguments)
    {
        QProcess process;
        process.setProcessEnvironment(environment());
        process.start(systemProgram(name), arguments);
        return process.waitForFinished(kPatience) && process.exitCode() == 0;
    }
    [[nodiscard]] bool writeConfiguration()
    {
        const QString user = QFileInfo(m_folder.path()).owner();
        QDir().mkpath(m_folder.filePath(u"state"_s));
        QDir().mkpath(m_folder.filePath(u"spool"_s));
        QFile file(m_folder.filePath(u"slurm.conf"_s));
        const QString text = uR"(ClusterName=lathe
SlurmctldHost=%1(127.0.0.1)
SlurmUser=%2
SlurmdUser=%2
AuthType=auth/none
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
AccountingStorageType=accounting_storage/none
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
MpiDefault=none
SwitchType=switch/none
SelectType=select/cons_tres
SlurmctldPort=%3
SlurmdPort=%4
StateSaveLocation=%5/state
SlurmdSpoolDir=%5/spool
SlurmctldPidFile=%5/slurmctld.pid
SlurmdPidFile=%5/slurmd.pid
SlurmctldLogFile=%5/slurmctld.log
SlurmdLogFile=%5/slurmd.log
ReturnToService=2
MinJobAge=300
KillWait=2
NodeName=%1 NodeAddr=127.0.0.1 CPUs=%6
PartitionName=work Nodes=%1 Default=YES MaxTime=60 State=UP
)"_s.arg(QSysInfo::machineHostName().section(u'.', 0, 0), user, QString::number(freePort()),
         QString::number(freePort()), m_folder.path(), QString::number(QThread::idealThreadCount()));
        return file.open(QIODevice::WriteOnly) && file.write(text.toUtf8()) > 0;
    }
    [[nodiscard]] QString logOf(const QString& name) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll().right(2000)) : QString();
    }
    JobRequest request(const QString& script, int tasks = 1)
    {
        JobRequest request;
        request.name = u"a job JobState=FAILED"_s;
        request.language = u"bash"_s;
        request.script = script;
        request.tasks = tasks;
        request.parallel = 2;
        request.timeoutMs = 60'000;
        return request;
    }
    ParallelJob ended(const QString& id)
    {
        await(m_jobs->waitFor(id, std::chrono::milliseconds(kPatience), {}), kPatience + 10'000);
        const auto job = await(m_jobs->status(id, {}), kPatience);
        return job ? *job : ParallelJob();
    }
    QString written(const ParallelJob& job, int task)
    {
        const auto logs = JobFolder(folder()).logs(job, task);
        return logs ? logs->value(u"stdout"_s).toString() : QString();
    }

    QTemporaryDir m_folder;
    SystemClock m_clock;
    std::unique_ptr<QProcess> m_controller;
    std::unique_ptr<QProcess> m_node;
    std::unique_ptr<SlurmJobs> m_jobs;

private Q_SLOTS:
    void initTestCase()
    {
        for (const QString& name : {u"slurmctld"_s, u"slurmd"_s, u"sbatch"_s}) {
            if (systemProgram(name).isEmpty()) {
                QSKIP("Slurm is not installed (package slurm-wlm), so nothing is run on it");
            }
        }
        QVERIFY(writeConfiguration());
        m_controller = std::make_unique<QProcess>();
        m_node = std::make_unique<QProcess>();
        for (const auto& [process, name] :
             {std::pair(m_controller.get(), u"slurmctld"_s), {m_node.get(), u"slurmd"_s}}) {
            process->setProcessEnvironment(environment());
            process->start(systemProgram(name), {u"-D"_s, u"-f"_s, m_folder.filePath(u"slurm.conf"_s)});
            QVERIFY(process->waitForStarted());
        }
        const auto idle = [this] {
            QProcess info;
            info.setProcessEnvironment(environment());
            info.start(systemProgram(u"sinfo"_s), {u"-h"_s, u"-o"_s, u"%t"_s});
            return info.waitForFinished(kPatience) && info.readAllStandardOutput().trimmed() == "idle";
        };
        const bool ready = QTest::qWaitFor(idle, kPatience);
        QVERIFY2(ready, qPrintable(logOf(u"slurmctld.log"_s) + logOf(u"slurmd.log"_s) +
                                   QString::fromUtf8(m_controller->readAllStandardError()) +
                                   QString::fromUtf8(m_node->readAllStandardError())));
        m_jobs = std::make_unique<SlurmJobs>(m_clock, folder(), QString(), environment());
        QVERIFY(m_jobs->available());
    }

    void cleanupTestCase()
    {
        for (QProcess *process : {m_node.get(), m_controller.get()}) {
            if (process && process->state() != QProcess::NotRunning) {
                process->terminate();
                if (!process->waitForFinished(20'000)) {
                    process->kill();
                    process->waitForFinished();
                }
            }
        }
    }

    void runsAnArray()
    {
        JobRequest wanted = request(u"echo \"$LATHE_TASK of $LATHE_TASKS: $(cat data.csv)\"; echo x > made.txt; "
                                    "[ $LATHE_TASK != 2 ] || exit 7"_s,
                                    3);
        wanted.attachments = {Attachment{u"data.csv"_s, u"text/csv"_s, "42"}};
        const auto submitted = await(m_jobs->submit(wanted, {}), kPatience);
        QVERIFY2(submitted, qPrintable(submitted ? QString() : submitted.error().message));
        QVERIFY(!isFinal(submitted->state()));
        QVERIFY(!submitted->remoteId.isEmpty());
        const ParallelJob job = ended(submitted->id);
        QCOMPARE(job.state(), JobState::Failed);
        QCOMPARE(job.count(JobState::Succeeded), 2);
        QCOMPARE(job.tasks.at(2).exitCode, 7);
        QCOMPARE(written(job, 1), u"1 of 3: 42\n"_s);
        QVERIFY(QFile::exists(JobFolder(folder()).taskBase(job.id, 0) + u"/made.txt"_s));
    }

    void handsOverNothingOfTheEnvironment()
    {
        const auto submitted = await(m_jobs->submit(request(u"env"_s), {}), kPatience);
        QVERIFY(submitted);
        const ParallelJob job = ended(submitted->id);
        QCOMPARE(job.state(), JobState::Succeeded);
        QVERIFY(written(job, 0).contains("LATHE_TASK=0"_L1));
        QVERIFY(!written(job, 0).contains("sk-hidden"_L1));
    }

    void isStillThereAfterARestart()
    {
        const auto submitted =
            await(m_jobs->submit(request(u"until [ -e ../go ]; do sleep 0.1; done"_s), {}), kPatience);
        QVERIFY(submitted);
        m_jobs = std::make_unique<SlurmJobs>(m_clock, folder(), QString(), environment());
        const auto running = await(m_jobs->status(submitted->id, {}), kPatience);
        QVERIFY(running);
        QVERIFY(!isFinal(running->state()));
        QVERIFY(JobFolder::writeFile(JobFolder(folder()).pathOf(submitted->id) + u"/go"_s, "x"));
        QCOMPARE(ended(submitted->id).state(), JobState::Succeeded);
    }

    void cancels()
    {
        const auto submitted = await(m_jobs->submit(request(u"sleep 600"_s, 4), {}), kPatience);
        QVERIFY(submitted);
        const auto cancelled = await(m_jobs->cancel(submitted->id, {}), kPatience);
        QVERIFY2(cancelled, qPrintable(cancelled ? QString() : cancelled.error().message));
        const ParallelJob job = ended(submitted->id);
        QCOMPARE(job.state(), JobState::Cancelled);
        QCOMPARE(job.count(JobState::Cancelled), 4);
        const auto again = await(m_jobs->cancel(submitted->id, {}), kPatience);
        QVERIFY(again);
        QCOMPARE(again->state(), JobState::Cancelled);
    }

    void waitsForAnotherJob()
    {
        const auto first = await(m_jobs->submit(request(u"exit 1"_s), {}), kPatience);
        QVERIFY(first);
        JobRequest wanted = request(u"true"_s);
        wanted.after = QStringList{first->id};
        const auto second = await(m_jobs->submit(wanted, {}), kPatience);
        QVERIFY2(second, qPrintable(second ? QString() : second.error().message));
        QCOMPARE(ended(first->id).state(), JobState::Failed);
        QCOMPARE(ended(second->id).state(), JobState::Cancelled);
    }

    void sameKeyGivesSameJob()
    {
        JobRequest wanted = request(u"true"_s);
        wanted.idempotencyKey = u"key"_s;
        const auto first = await(m_jobs->submit(wanted, {}), kPatience);
        const auto second = await(m_jobs->submit(wanted, {}), kPatience);
        QVERIFY(first && second);
        QCOMPARE(second->remoteId, first->remoteId);
    }

    void readsWhatSlurmHasForgotten()
    {
        const auto submitted = await(m_jobs->submit(request(u"exit 5"_s), {}), kPatience);
        QVERIFY(submitted);
        QVERIFY(!ended(submitted->id).tasks.isEmpty());
        ParallelJob forgotten = *submitted; // as it was before its end was seen
        forgotten.remoteId = u"999999"_s;
        QVERIFY(JobFolder(folder()).save(forgotten));
        const auto job = await(m_jobs->status(forgotten.id, {}), kPatience);
        QVERIFY2(job, qPrintable(job ? QString() : job.error().message));
        QCOMPARE(job->state(), JobState::Failed);
        QCOMPARE(job->tasks.at(0).exitCode, 5);
        QVERIFY(QFile::remove(JobFolder(folder()).taskBase(forgotten.id, 0) + u".end"_s));
        QVERIFY(JobFolder(folder()).save(forgotten));
        const auto lost = await(m_jobs->status(forgotten.id, {}), kPatience);
        QVERIFY(lost);
        QCOMPARE(lost->state(), JobState::Lost);
    }

    void tellsWhatSlurmRefuses()
    {
        SlurmJobs other(m_clock, folder(), u"no-such-partition"_s, environment());
        const auto refused = await(other.submit(request(u"true"_s), {}), kPatience);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unavailable);
        QVERIFY2(refused.error().message.contains("partition"_L1), qPrintable(refused.error().message));
    }

    void saysWhatToInstall()
    {
        QProcessEnvironment empty;
        empty.insert(u"PATH"_s, m_folder.path());
        const SlurmJobs none(m_clock, folder(), QString(), empty);
        const auto usable = none.available();
        QVERIFY(!usable);
        QVERIFY2(usable.error().message.contains("slurm-client"_L1), qPrintable(usable.error().message));
    }
};

QTEST_GUILESS_MAIN(TestSlurmJobs)
#include "tst_slurmjobs.moc"
