// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/tools/sandboxtesting.h"

#include "engine/core/canonicaljson.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTimer>

#include <thread>
#include <vector>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

QByteArray rowsCsv(int rows)
{
    QByteArray csv("id,amount\n");
    for (int row = 1; row <= rows; ++row) {
        csv += QByteArray::number(row) + ',' + QByteArray::number(row % 97) + '\n';
    }
    return csv;
}

int sandboxProcesses()
{
    int count = 0;
    for (const QString& pid : QDir(u"/proc"_s).entryList({u"[1-9]*"_s}, QDir::Dirs)) {
        QFile file(u"/proc/%1/cmdline"_s.arg(pid));
        if (file.open(QIODevice::ReadOnly) && file.readAll().contains("lathe-orphan-marker")) {
            ++count;
        }
    }
    return count;
}

} // namespace

class TestSandbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { LATHE_NEED_SANDBOX(); }

    void returnsOutputAndExitCode()
    {
        const SandboxOutcome outcome = runSandboxed(bashJob(u"echo out; echo err >&2; exit 3"_s));
        QCOMPARE(outcome.end, SandboxEnd::Exited);
        QCOMPARE(outcome.exitCode, 3);
        QCOMPARE(outcome.signal, 0);
        QCOMPARE(outcome.standardOutput, QByteArray("out\n"));
        QCOMPARE(outcome.standardError, QByteArray("err\n"));
        QVERIFY(!outcome.outputCut && !outcome.errorCut && !outcome.timedOut() && !outcome.cancelled());
        QVERIFY(outcome.durationMs >= 0);
        QVERIFY(outcome.reason.isEmpty());
    }

    void reportsTheSignalThatKilledAProgram()
    {
        const SandboxOutcome outcome = runSandboxed(bashJob(u"kill -SEGV $$"_s));
        QCOMPARE(outcome.end, SandboxEnd::Exited);
        QCOMPARE(outcome.signal, 11);
        QCOMPARE(outcome.exitCode, 139);
    }

    void feedsStandardInput()
    {
        SandboxJob job = bashJob(u"wc -c"_s);
        job.input = QByteArray(200'000, 'x');
        QCOMPARE(runSandboxed(job).standardOutput.trimmed(), QByteArray("200000"));
        QCOMPARE(runSandboxed(bashJob(u"wc -c"_s)).standardOutput.trimmed(), QByteArray("0"));
    }

    void sumsTenThousandRows()
    {
        SandboxJob job = pythonJob(
            u"import csv\nprint(sum(int(r['amount']) for r in csv.DictReader(open('sales.csv', newline=''))))"_s);
        job.files.insert(u"sales.csv"_s, rowsCsv(10'000));
        qint64 sum = 0;
        for (int row = 1; row <= 10'000; ++row) {
            sum += row % 97;
        }
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.standardOutput.trimmed(), QByteArray::number(sum));
        QVERIFY(outcome.files.isEmpty());
    }

    void takesFilesInAndGivesFilesOut()
    {
        SandboxJob job = bashJob(u"cat 'größe ✓.txt' > copy.txt; mkdir -p sub/deep; echo -n deep > sub/deep/x; "
                                 "echo more >> changed.txt; ln -s /usr/bin/bash link; mkfifo pipe; rm gone.txt; "
                                 "echo tmp > scratch; ls > /dev/null"_s);
        job.files = {
            {u"größe ✓.txt"_s, "ünï\n"}, {u"changed.txt"_s, "a\n"}, {u"gone.txt"_s, "g"}, {u"same.txt"_s, "s"}};
        job.scratchFiles = QStringList{u"scratch"_s};
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.exitCode, 0);
        QStringList names;
        for (const SandboxFile& file : outcome.files) {
            names << file.name;
            QVERIFY(file.hasContent);
            QCOMPARE(file.size, file.content.size());
            QCOMPARE(file.sha256, sha256Hex(file.content));
        }
        QCOMPARE(names, (QStringList{u"changed.txt"_s, u"copy.txt"_s, u"sub/deep/x"_s}));
        QCOMPARE(outcome.files.at(0).content, QByteArray("a\nmore\n"));
        QCOMPARE(outcome.files.at(1).content, QByteArray("ünï\n"));
        QVERIFY(!outcome.filesCut);
    }

    void leavesOutContentOverTheLimit()
    {
        SandboxJob job = bashJob(u"head -c 1000 /dev/zero > a; head -c 5000 /dev/zero > b"_s);
        job.contentLimit = 4096;
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.files.size(), 2);
        QVERIFY(outcome.files.at(0).hasContent);
        QVERIFY(!outcome.files.at(1).hasContent);
        QCOMPARE(outcome.files.at(1).size, 5000);
        QCOMPARE(outcome.files.at(1).sha256, sha256Hex(QByteArray(5000, '\0')));
    }

    void listsABoundedNumberOfFiles()
    {
        const SandboxOutcome outcome = runSandboxed(bashJob(
            u"for i in $(seq 1200); do : > f$i; done; d=.; for i in $(seq 30); do d=$d/d; done; mkdir -p $d"_s));
        QCOMPARE(outcome.end, SandboxEnd::Exited);
        QCOMPARE(outcome.files.size(), 1000);
        QVERIFY(outcome.filesCut);
    }

    void doesNotReadSparseFilesForEver()
    {
        const SandboxOutcome outcome = runSandboxed(bashJob(u"for i in $(seq 100); do truncate -s 32M s$i; done"_s));
        QCOMPARE(outcome.files.size(), 100);
        QVERIFY(outcome.files.last().sha256.isEmpty() || outcome.files.first().sha256.isEmpty() ||
                std::ranges::any_of(outcome.files, [](const SandboxFile& file) { return file.sha256.isEmpty(); }));
    }

    void refusesInputThatDoesNotFit()
    {
        SandboxJob job = bashJob(u"echo ran"_s);
        job.files.insert(u"big"_s, QByteArray(sandboxFolderBytes + 1, 'x'));
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.end, SandboxEnd::Failed);
        QVERIFY(outcome.reason.contains(u"\"big\""_s));
        QVERIFY(outcome.standardOutput.isEmpty());
    }

    void refusesAFileThatLeavesTheFolder()
    {
        SandboxJob job = bashJob(u"echo ran"_s);
        job.files.insert(u"no/such/folder"_s, "x");
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.end, SandboxEnd::Failed);
        QVERIFY(outcome.standardOutput.isEmpty());
    }

    void killsAtTheWallLimitAndKeepsWhatWasWritten()
    {
        SandboxJob job = bashJob(u"echo begun; echo data > f; sleep 100"_s);
        job.wallLimit = 700ms;
        QElapsedTimer timer;
        timer.start();
        const SandboxOutcome outcome = runSandboxed(job);
        QVERIFY(outcome.timedOut());
        QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed()))); // it sleeps for 100 s
        QCOMPARE(outcome.standardOutput, QByteArray("begun\n"));
        QCOMPARE(outcome.files.size(), 1);
        QVERIFY(outcome.durationMs >= 700);
        QVERIFY(outcome.reason.contains(u"0.7 s"_s));
        QCOMPARE(outcome.signal, 9);
    }

    void limitsCpuTime()
    {
        SandboxJob job = bashJob(u"while :; do :; done"_s);
        job.cpuLimit = 1s;
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.end, SandboxEnd::Exited);
        QVERIFY2(outcome.signal == 24 || outcome.signal == 9, qPrintable(QString::number(outcome.signal)));
    }

    void cancels()
    {
        std::stop_source source;
        QTimer::singleShot(200, this, [&source] { source.request_stop(); });
        const SandboxOutcome outcome = runSandboxed(bashJob(u"sleep 100"_s), source.get_token());
        QVERIFY(outcome.cancelled());
    }

    void cancelsFromAnotherThread()
    {
        std::stop_source source;
        std::jthread other([&source] {
            std::this_thread::sleep_for(100ms);
            source.request_stop();
        });
        QVERIFY(runSandboxed(bashJob(u"sleep 100"_s), source.get_token()).cancelled());
    }

    void cancelsWhileStarting()
    {
        for (const auto delay : {0us, 500us, 2000us, 5000us, 9000us}) {
            std::stop_source source;
            std::jthread other([&source, delay] {
                std::this_thread::sleep_for(delay);
                source.request_stop();
            });
            const SandboxOutcome outcome =
                runSandboxed(bashJob(u"exec -a lathe-orphan-marker sleep 77"_s), source.get_token());
            QVERIFY(outcome.cancelled());
        }
        QTRY_COMPARE(sandboxProcesses(), 0);
    }

    void doesNotStartWhenStoppedBefore()
    {
        std::stop_source source;
        source.request_stop();
        const SandboxOutcome outcome = runSandboxed(bashJob(u"echo ran"_s), source.get_token());
        QVERIFY(outcome.cancelled());
        QVERIFY(outcome.standardOutput.isEmpty());
        QCOMPARE(outcome.exitCode, -1);
    }

    void tellsOutputAsItComes()
    {
        SystemClock clock;
        SandboxRunner runner(clock);
        // The program goes on only when its first words were heard: the test stops it after them.
        SandboxJob job = bashJob(u"echo first; echo oh >&2; sleep 600"_s);
        job.wallLimit = std::chrono::minutes(5);
        std::stop_source stop;
        QByteArray heard;
        QByteArray errors;
        job.onOutput = [&](const QByteArray& output, const QByteArray& error) {
            heard += output;
            errors += error;
            if (heard == "first\n" && errors == "oh\n") {
                stop.request_stop();
            }
        };
        const SandboxOutcome outcome = await(runner.run(job, stop.get_token()), 60'000);
        QVERIFY2(outcome.cancelled(), qPrintable(outcome.reason));
        QCOMPARE(outcome.standardOutput, heard);
        QCOMPARE(outcome.standardError, errors);
    }

    void cutsLongOutputAndLetsTheProgramEnd()
    {
        const SandboxOutcome outcome = runSandboxed(bashJob(u"head -c 300000 /dev/zero | tr '\\0' a; exit 5"_s));
        QCOMPARE(outcome.end, SandboxEnd::Exited);
        QCOMPARE(outcome.exitCode, 5);
        QCOMPARE(outcome.standardOutput.size(), 64 * 1024);
        QVERIFY(outcome.outputCut && !outcome.errorCut);
    }

    void stopsAFlood()
    {
        for (const QString& code : {u"yes"_s, u"yes >&2"_s}) {
            const SandboxOutcome outcome = runSandboxed(bashJob(code));
            QCOMPARE(outcome.end, SandboxEnd::OutputExceeded);
            QCOMPARE(outcome.standardOutput.size() + outcome.standardError.size(), 64 * 1024);
            QVERIFY(outcome.reason.contains(u"8 MiB"_s));
        }
    }

    void leavesNoOrphans()
    {
        const SandboxOutcome outcome = runSandboxed(bashJob(
            u"(exec -a lathe-orphan-marker setsid sleep 88 & ) ; nohup bash -c 'exec -a lathe-orphan-marker sleep 88' "
            "> /dev/null 2>&1 & disown; sleep 0.1; echo done"_s));
        QCOMPARE(outcome.standardOutput, QByteArray("done\n"));
        QTRY_COMPARE(sandboxProcesses(), 0);
    }

    void killsATreeThatTogetherHoldsTooMuch()
    {
        SandboxJob job = pythonJob(u"import os, time\n"
                                   "for _ in range(3):\n"
                                   "    if os.fork() == 0:\n"
                                   "        b = bytearray(b'x') * (150 << 20)\n"
                                   "        time.sleep(60)\n"
                                   "time.sleep(60)\n"_s);
        job.memoryLimit = 256LL << 20;
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.end, SandboxEnd::MemoryExceeded);
        QVERIFY(outcome.reason.contains(u"256 MiB"_s));
    }

    void letsManyProcessesShareMemory()
    {
        // Pages shared after a fork count once.
        SandboxJob job = pythonJob(u"import os, time\n"
                                   "b = bytearray(b'x') * (120 << 20)\n"
                                   "kids = []\n"
                                   "for _ in range(4):\n"
                                   "    pid = os.fork()\n"
                                   "    if pid == 0:\n"
                                   "        time.sleep(0.5); os._exit(0)\n"
                                   "    kids.append(pid)\n"
                                   "[os.waitpid(k, 0) for k in kids]\n"
                                   "print('shared')\n"_s);
        job.memoryLimit = 300LL << 20;
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.standardOutput, QByteArray("shared\n"));
    }

    void killsAProgramThatMakesTooManyFiles()
    {
        SandboxJob job = pythonJob(u"i = 0\nwhile True:\n    open(f'f{i}', 'w').close(); i += 1\n"_s);
        const SandboxOutcome outcome = runSandboxed(job);
        QCOMPARE(outcome.end, SandboxEnd::FilesExceeded);
        QVERIFY(outcome.filesCut);
    }

    void runsTwentyAtOnce()
    {
        SystemClock clock;
        SandboxRunner runner(clock);
        std::vector<QCoro::Task<SandboxOutcome>> tasks;
        for (int i = 0; i < 20; ++i) {
            SandboxJob job = bashJob(u"cat in.txt; sleep 0.2; echo $((%1 * 2)) > out.txt"_s.arg(i));
            job.wallLimit = 40s;
            job.files.insert(u"in.txt"_s, QByteArray::number(i));
            tasks.push_back(runner.run(std::move(job), {}));
        }
        for (int i = 0; i < 20; ++i) {
            const SandboxOutcome outcome = await(std::move(tasks.at(static_cast<size_t>(i))), 60'000);
            QVERIFY2(outcome.end == SandboxEnd::Exited, qPrintable(outcome.reason));
            QCOMPARE(outcome.standardOutput, QByteArray::number(i));
            QCOMPARE(outcome.files.size(), 1);
            QCOMPARE(outcome.files.first().content, QByteArray::number(i * 2) + '\n');
        }
    }

    void leavesNoDescriptorsOpen()
    {
        (void)runSandboxed(bashJob(u"true"_s));
        const auto count = [] { return QDir(u"/proc/self/fd"_s).entryList(QDir::System | QDir::Files).size(); };
        const auto before = count();
        for (int i = 0; i < 10; ++i) {
            (void)runSandboxed(bashJob(u"echo x > y"_s));
        }
        QCOMPARE(count(), before);
    }
};

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
