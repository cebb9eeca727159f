// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/async.h"
#include "engine/tools/paralleljobtool.h"
#include "engine/tools/tooldispatcher.h"
#include "sandboxtesting.h"
#include "tests/support/fakeclock.h"
#include "tests/support/patience.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QLockFile>
#include <QTemporaryDir>
#include <QTest>

#include <optional>
#include <vector>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

/// A sandbox whose programs end when a test says so.
struct FakeSandbox
{
    struct Run
    {
        SandboxJob job;
        std::shared_ptr<OneShot<SandboxOutcome>> ending;
        std::stop_token stop;
    };
    std::vector<Run> runs;

    static QCoro::Task<SandboxOutcome> wait(std::shared_ptr<OneShot<SandboxOutcome>> ending, std::stop_token stop)
    {
        auto onStopRequest = [ending] {
            SandboxOutcome cancelled;
            cancelled.end = SandboxEnd::Cancelled;
            cancelled.reason = u"stopped"_s;
            ending->set(cancelled);
        };
        const std::stop_callback onStop(stop, onStopRequest);
        SandboxOutcome outcome = co_await ending->future();
        co_return outcome;
    }
    LocalJobs::Runner runner()
    {
        return [this](SandboxJob job, std::stop_token stop) {
            const auto ending = std::make_shared<OneShot<SandboxOutcome>>();
            runs.push_back({std::move(job), ending, stop});
            return wait(ending, stop);
        };
    }
    void end(std::size_t run, int exitCode, const QByteArray& output = {})
    {
        SandboxOutcome outcome;
        outcome.end = SandboxEnd::Exited;
        outcome.exitCode = exitCode;
        outcome.durationMs = 12;
        outcome.standardOutput = output;
        runs.at(run).ending->set(outcome);
    }
    void end(std::size_t run, const SandboxOutcome& outcome) { runs.at(run).ending->set(outcome); }
};

Result<void> usable()
{
    return {};
}

} // namespace

class TestParallelJobTool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void submitsAndReturnsAtOnce();
    void runsFewTasksAtOnce();
    void jobsShareTheSlots();
    void stateOfAllTasks_data();
    void stateOfAllTasks();
    void keepsOutputAndFiles();
    void keepsFilesInside();
    void cancels();
    void sameKeyGivesSameJob();
    void waitsForTheEnd();
    void waitEndsWithTime();
    void waitEndsWithStop();
    void waitsForOtherJobs();
    void isCancelledWithTheJobItWaitsFor();
    void refusesToWaitForUnknownJobs();
    void showsOutputWhileItRuns();
    void listsNewestFirst();
    void jobOfEndedProgramIsLost();
    void jobOfOtherProgramIsLeftAlone();
    void tellsErrors_data();
    void tellsErrors();
    void tellsDamagedJob();
    void tellsUnwritableFolder();
    void endsWithTheTool();
    void saysWhatIsMissing();
    void refusesBadArguments_data();
    void refusesBadArguments();
    void runsInTheSandbox();

private:
    ToolResult call(const QJsonObject& arguments, const QString& key = {}, std::stop_token stop = {});
    QString submit(int tasks, int parallel);
    void remake();

    std::unique_ptr<QTemporaryDir> m_folder;
    FakeClock m_clock;
    std::unique_ptr<FakeSandbox> m_sandbox;
    std::unique_ptr<ToolRegistry> m_registry;
    std::unique_ptr<ToolDispatcher> m_dispatcher;
};

void TestParallelJobTool::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    remake();
}

void TestParallelJobTool::remake()
{
    m_sandbox = std::make_unique<FakeSandbox>();
    m_registry = std::make_unique<ToolRegistry>();
    ToolSettings settings;
    settings.jobFolder = m_folder->filePath(u"jobs"_s);
    QVERIFY(m_registry->add(
        std::make_unique<ParallelJobTool>(makeParallelJobs(settings, m_clock, m_sandbox->runner(), usable))));
    m_dispatcher = std::make_unique<ToolDispatcher>(*m_registry, m_clock);
}

void TestParallelJobTool::cleanup()
{
    m_registry.reset();
    QTest::qWait(5); // lets what was stopped end
}

ToolResult TestParallelJobTool::call(const QJsonObject& arguments, const QString& key, std::stop_token stop)
{
    ToolInvocation invocation;
    invocation.arguments = arguments;
    invocation.idempotencyKey = key;
    invocation.attachments = {Attachment{u"data.csv"_s, u"text/csv"_s, "1,2\n"}};
    return await(m_dispatcher->dispatch(u"submit_parallel_job"_s, invocation, stop));
}

QString TestParallelJobTool::submit(int tasks, int parallel)
{
    const QJsonObject arguments{
        {u"action"_s, u"submit"_s}, {u"script"_s, u"echo hi"_s}, {u"tasks"_s, tasks}, {u"parallel"_s, parallel}};
    return call(arguments).value.value(u"jobId"_s).toString();
}

void TestParallelJobTool::submitsAndReturnsAtOnce()
{
    const ToolResult result = call(QJsonObject{{u"action"_s, u"submit"_s},
                                               {u"name"_s, u"primes"_s},
                                               {u"language"_s, u"python"_s},
                                               {u"script"_s, u"print(7)"_s},
                                               {u"timeoutMs"_s, 5000}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QVERIFY(result.pending);
    QCOMPARE(result.value.value(u"state"_s).toString(), u"running"_s);
    QCOMPARE(result.value.value(u"name"_s).toString(), u"primes"_s);
    QCOMPARE(result.value.value(u"jobId"_s).toString().size(), 16);
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
    const SandboxJob& job = m_sandbox->runs.at(0).job;
    QCOMPARE(job.argv, (QStringList{u"python3"_s, u"script.py"_s}));
    QCOMPARE(job.files.value(u"script.py"_s), QByteArray("print(7)"));
    QCOMPARE(job.files.value(u"data.csv"_s), QByteArray("1,2\n"));
    QCOMPARE(job.environment.value(u"LATHE_TASK"_s), u"0"_s);
    QCOMPARE(job.environment.value(u"LATHE_TASKS"_s), u"1"_s);
    QCOMPARE(job.wallLimit.count(), 5000);
}

void TestParallelJobTool::runsFewTasksAtOnce()
{
    const QString id = submit(3, 1);
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
    m_sandbox->end(0, 0, "first\n");
    QTRY_COMPARE(m_sandbox->runs.size(), std::size_t(2));
    QCOMPARE(m_sandbox->runs.at(1).job.environment.value(u"LATHE_TASK"_s), u"1"_s);
    ToolResult status = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}});
    QVERIFY(status.pending);
    QCOMPARE(status.value.value(u"succeeded"_s).toInt(), 1);
    m_sandbox->end(1, 0);
    QTRY_COMPARE(m_sandbox->runs.size(), std::size_t(3));
    m_clock.advance(std::chrono::seconds(3));
    m_sandbox->end(2, 0);
    QTRY_VERIFY(!call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}}).pending);
    status = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}});
    QCOMPARE(status.value.value(u"state"_s).toString(), u"succeeded"_s);
    QCOMPARE(status.value.value(u"finishedAt"_s).toString(), toIsoUtc(m_clock.nowMs()));
    const QJsonObject task{{u"state"_s, u"succeeded"_s}, {u"exitCode"_s, 0}, {u"durationMs"_s, 12}};
    QCOMPARE(status.value.value(u"tasks"_s).toArray(), (QJsonArray{task, task, task}));
}

void TestParallelJobTool::jobsShareTheSlots()
{
    submit(64, 64);
    const std::size_t slotCount = m_sandbox->runs.size();
    QVERIFY(slotCount >= 1 && slotCount <= 8);
    const QString second = submit(1, 1);
    QCOMPARE(m_sandbox->runs.size(), slotCount);
    const ToolResult status = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, second}});
    QCOMPARE(status.value.value(u"state"_s).toString(), u"queued"_s);
    QVERIFY(status.pending);
}

void TestParallelJobTool::stateOfAllTasks_data()
{
    QTest::addColumn<int>("end");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QString>("state");
    QTest::newRow("ended well") << int(SandboxEnd::Exited) << 0 << u"succeeded"_s;
    QTest::newRow("ended badly") << int(SandboxEnd::Exited) << 3 << u"failed"_s;
    QTest::newRow("time") << int(SandboxEnd::TimedOut) << 137 << u"timed_out"_s;
    QTest::newRow("memory") << int(SandboxEnd::MemoryExceeded) << 137 << u"failed"_s;
    QTest::newRow("output") << int(SandboxEnd::OutputExceeded) << 137 << u"failed"_s;
    QTest::newRow("unavailable") << int(SandboxEnd::Unavailable) << -1 << u"failed"_s;
    QTest::newRow("cancelled") << int(SandboxEnd::Cancelled) << 137 << u"cancelled"_s;
}

void TestParallelJobTool::stateOfAllTasks()
{
    QFETCH(int, end);
    QFETCH(int, exitCode);
    QFETCH(QString, state);
    const QString id = submit(2, 1);
    m_sandbox->end(0, 0);
    QTRY_COMPARE(m_sandbox->runs.size(), std::size_t(2));
    SandboxOutcome outcome;
    outcome.end = static_cast<SandboxEnd>(end);
    outcome.exitCode = exitCode;
    outcome.reason = u"why"_s;
    m_sandbox->end(1, outcome);
    QTRY_VERIFY(!call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}}).pending);
    const ToolResult status = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}});
    QCOMPARE(status.value.value(u"state"_s).toString(), state);
    const QJsonObject task = status.value.value(u"tasks"_s).toArray().at(1).toObject();
    QCOMPARE(task.value(u"exitCode"_s).toInt(), exitCode);
    QCOMPARE(task.value(u"reason"_s).toString(), u"why"_s);
}

void TestParallelJobTool::keepsOutputAndFiles()
{
    const QString id = submit(1, 1);
    SandboxOutcome outcome;
    outcome.end = SandboxEnd::Exited;
    outcome.exitCode = 0;
    outcome.standardOutput = QByteArray(20'000, 'x') + "end\n";
    outcome.standardError = "a warning\n";
    SandboxFile file;
    file.name = u"out/table.csv"_s;
    file.size = 4;
    file.content = "3,4\n";
    file.hasContent = true;
    SandboxFile large;
    large.name = u"large.bin"_s;
    large.size = 1'000'000'000;
    outcome.files = {file, large};
    m_sandbox->end(0, outcome);
    QTRY_VERIFY(!call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}}).pending);
    const ToolResult logs = call(QJsonObject{{u"action"_s, u"logs"_s}, {u"jobId"_s, id}});
    QVERIFY2(logs.ok, qPrintable(logs.message));
    QVERIFY(!logs.pending);
    const QString text = logs.value.value(u"stdout"_s).toString();
    QVERIFY(text.startsWith(u"[3620 bytes before this]\n"_s));
    QVERIFY(text.endsWith(u"xend\n"_s));
    QCOMPARE(logs.value.value(u"stderr"_s).toString(), u"a warning\n"_s);
    QCOMPARE(logs.value.value(u"state"_s).toString(), u"succeeded"_s);
    QCOMPARE(logs.value.value(u"files"_s).toArray(),
             (QJsonArray{QJsonObject{{u"name"_s, u"out/table.csv"_s}, {u"size"_s, 4}}}));
    QFile kept(QDir(logs.value.value(u"folder"_s).toString()).filePath(u"out/table.csv"_s));
    QVERIFY(kept.open(QIODevice::ReadOnly));
    QCOMPARE(kept.readAll(), QByteArray("3,4\n"));
}

void TestParallelJobTool::keepsFilesInside()
{
    const QString id = submit(1, 1);
    SandboxOutcome outcome;
    outcome.end = SandboxEnd::Exited;
    outcome.exitCode = 0;
    for (const QString& name : {u"../evil"_s, u"../../../evil"_s, u"a/../../evil"_s, u"/evil"_s}) {
        SandboxFile file;
        file.name = name;
        file.content = "x";
        file.hasContent = true;
        outcome.files.append(file);
    }
    m_sandbox->end(0, outcome);
    QTRY_VERIFY(!call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}}).pending);
    QVERIFY(!QFile::exists(m_folder->filePath(u"jobs/%1/evil"_s.arg(id))));
    QVERIFY(!QFile::exists(m_folder->filePath(u"jobs/evil"_s)));
    QVERIFY(!QFile::exists(m_folder->filePath(u"evil"_s)));
    QVERIFY(!QFile::exists(u"/evil"_s));
}

void TestParallelJobTool::cancels()
{
    const QString id = submit(3, 1);
    const ToolResult cancelled = call(QJsonObject{{u"action"_s, u"cancel"_s}, {u"jobId"_s, id}});
    QVERIFY(cancelled.ok);
    QTRY_VERIFY(!call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}}).pending);
    const ToolResult status = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}});
    QCOMPARE(status.value.value(u"state"_s).toString(), u"cancelled"_s);
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
    QCOMPARE(status.value.value(u"tasks"_s).toArray().at(2).toObject().value(u"reason"_s).toString(),
             u"cancelled before it started"_s);
    const ToolResult again = call(QJsonObject{{u"action"_s, u"cancel"_s}, {u"jobId"_s, id}});
    QVERIFY(again.ok);
    QCOMPARE(again.value, status.value);
}

void TestParallelJobTool::sameKeyGivesSameJob()
{
    const QJsonObject arguments{{u"action"_s, u"submit"_s}, {u"script"_s, u"true"_s}};
    const ToolResult first = call(arguments, u"run-1/4"_s);
    const ToolResult again = call(arguments, u"run-1/4"_s);
    QCOMPARE(again.value.value(u"jobId"_s), first.value.value(u"jobId"_s));
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
    const ToolResult other = call(arguments, u"run-1/5"_s);
    QVERIFY(other.value.value(u"jobId"_s) != first.value.value(u"jobId"_s));
}

void TestParallelJobTool::waitsForTheEnd()
{
    const QString id = submit(1, 1);
    ToolInvocation invocation;
    invocation.arguments = QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}, {u"waitMs"_s, 60'000}};
    auto waiting = m_dispatcher->dispatch(u"submit_parallel_job"_s, invocation, {});
    QCOMPARE(m_dispatcher->running(), 1);
    m_sandbox->end(0, 0);
    const ToolResult status = await(std::move(waiting));
    QVERIFY(!status.pending);
    QCOMPARE(status.value.value(u"state"_s).toString(), u"succeeded"_s);
    const ToolResult ended = call(invocation.arguments); // does not wait again
    QCOMPARE(ended.value, status.value);
}

void TestParallelJobTool::waitEndsWithTime()
{
    const QString id = submit(1, 1);
    ToolInvocation invocation;
    invocation.arguments = QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}, {u"waitMs"_s, 1000}};
    auto waiting = m_dispatcher->dispatch(u"submit_parallel_job"_s, invocation, {});
    m_clock.advance(std::chrono::seconds(1));
    const ToolResult status = await(std::move(waiting));
    QVERIFY(status.ok && status.pending);
}

void TestParallelJobTool::waitEndsWithStop()
{
    const QString id = submit(1, 1);
    ToolInvocation invocation;
    invocation.arguments = QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}, {u"waitMs"_s, 1000}};
    std::stop_source source;
    auto waiting = m_dispatcher->dispatch(u"submit_parallel_job"_s, invocation, source.get_token());
    source.request_stop();
    const ToolResult status = await(std::move(waiting));
    QVERIFY(status.ok && status.pending); // the job itself goes on
    QVERIFY(!m_sandbox->runs.at(0).stop.stop_requested());
}

void TestParallelJobTool::waitsForOtherJobs()
{
    const QString first = submit(1, 1);
    const ToolResult second =
        call(QJsonObject{{u"action"_s, u"submit"_s}, {u"script"_s, u"echo 2"_s}, {u"after"_s, QJsonArray{first}}});
    QVERIFY2(second.ok, qPrintable(second.message));
    QCOMPARE(second.value.value(u"state"_s).toString(), u"queued"_s);
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
    m_sandbox->end(0, 0);
    QTRY_COMPARE(m_sandbox->runs.size(), std::size_t(2));
    m_sandbox->end(1, 0);
    const QJsonObject ask{{u"action"_s, u"status"_s}, {u"jobId"_s, second.value.value(u"jobId"_s)}};
    QTRY_COMPARE(call(ask).value.value(u"state"_s).toString(), u"succeeded"_s);
}

void TestParallelJobTool::isCancelledWithTheJobItWaitsFor()
{
    const QString first = submit(1, 1);
    const ToolResult second =
        call(QJsonObject{{u"action"_s, u"submit"_s}, {u"script"_s, u"echo 2"_s}, {u"after"_s, QJsonArray{first}}});
    m_sandbox->end(0, 3);
    const QJsonObject ask{{u"action"_s, u"status"_s}, {u"jobId"_s, second.value.value(u"jobId"_s)}};
    QTRY_COMPARE(call(ask).value.value(u"state"_s).toString(), u"cancelled"_s);
    QCOMPARE(call(ask).value.value(u"tasks"_s).toArray().at(0).toObject().value(u"reason"_s).toString(),
             u"the job %1 that it waits for is failed"_s.arg(first));
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
}

void TestParallelJobTool::refusesToWaitForUnknownJobs()
{
    const ToolResult result = call(QJsonObject{
        {u"action"_s, u"submit"_s}, {u"script"_s, u"true"_s}, {u"after"_s, QJsonArray{u"0123456789abcdef"_s}}});
    QCOMPARE(result.errorCode, u"JOB_NOT_FOUND"_s);
    const ToolResult executor =
        call(QJsonObject{{u"action"_s, u"submit"_s}, {u"script"_s, u"true"_s}, {u"executor"_s, u"moon"_s}});
    QCOMPARE(executor.errorCode, u"INVALID_ARGUMENTS"_s);
    QCOMPARE(executor.message, u"there is no executor \"moon\": local"_s);
    QVERIFY(m_sandbox->runs.empty());
}

void TestParallelJobTool::showsOutputWhileItRuns()
{
    const QString id = submit(1, 1);
    const QJsonObject ask{{u"action"_s, u"logs"_s}, {u"jobId"_s, id}};
    m_sandbox->runs.at(0).job.onOutput("one\n", {});
    QCOMPARE(call(ask).value.value(u"stdout"_s).toString(), u"one\n"_s);
    m_sandbox->runs.at(0).job.onOutput("two\n", "oh\n");
    const ToolResult logs = call(ask);
    QCOMPARE(logs.value.value(u"stdout"_s).toString(), u"one\ntwo\n"_s);
    QCOMPARE(logs.value.value(u"stderr"_s).toString(), u"oh\n"_s);
    QCOMPARE(logs.value.value(u"state"_s).toString(), u"running"_s);
}

void TestParallelJobTool::listsNewestFirst()
{
    const ToolResult none = call(QJsonObject{{u"action"_s, u"list"_s}});
    QCOMPARE(none.value.value(u"jobs"_s).toArray().size(), 0);
    const QString first = submit(2, 1);
    m_clock.advance(std::chrono::seconds(1));
    const QString second = submit(1, 1);
    QVERIFY(QDir().mkpath(m_folder->filePath(u"jobs/not-a-job"_s)));
    const QJsonArray jobs = call(QJsonObject{{u"action"_s, u"list"_s}}).value.value(u"jobs"_s).toArray();
    QCOMPARE(jobs.size(), 2);
    QCOMPARE(jobs.at(0).toObject().value(u"jobId"_s).toString(), second);
    QCOMPARE(jobs.at(1).toObject().value(u"jobId"_s).toString(), first);
    QCOMPARE(jobs.at(1).toObject().value(u"tasks"_s).toInt(), 2);
}

void TestParallelJobTool::jobOfEndedProgramIsLost()
{
    const QString id = submit(2, 1);
    // What a program that was killed leaves behind: job.json as it was, and no lock.
    const QString path = m_folder->filePath(u"jobs/%1/job.json"_s.arg(id));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray asItWas = file.readAll();
    file.close();
    remake();
    QTest::qWait(20);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(asItWas);
    file.close();
    const ToolResult status = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}});
    QVERIFY(status.ok);
    QVERIFY(!status.pending);
    QCOMPARE(status.value.value(u"state"_s).toString(), u"lost"_s);
    QCOMPARE(status.value.value(u"tasks"_s).toArray().at(0).toObject().value(u"reason"_s).toString(),
             u"the program that ran it has ended"_s);
}

void TestParallelJobTool::jobOfOtherProgramIsLeftAlone()
{
    const QString id = submit(1, 1);
    // A second tool on the same folder sees what another program would.
    FakeSandbox sandbox;
    LocalJobs other(m_clock, m_folder->filePath(u"jobs"_s), sandbox.runner(), usable, 2);
    const auto status = await(other.status(id, {}));
    QVERIFY(status);
    QCOMPARE(status->state(), JobState::Running);
    const auto cancelled = await(other.cancel(id, {}));
    QVERIFY(!cancelled);
    QCOMPARE(cancelled.error().code, ErrorCode::Conflict);
    QVERIFY(!m_sandbox->runs.at(0).stop.stop_requested());
    m_sandbox->end(0, 0);
    QTRY_COMPARE(await(other.status(id, {}))->state(), JobState::Succeeded);
    QVERIFY(await(other.cancel(id, {})));
    QCOMPARE(other.running(), 0);
}

void TestParallelJobTool::tellsErrors_data()
{
    QTest::addColumn<QString>("action");
    QTest::newRow("status") << u"status"_s;
    QTest::newRow("logs") << u"logs"_s;
    QTest::newRow("cancel") << u"cancel"_s;
}

void TestParallelJobTool::tellsErrors()
{
    QFETCH(QString, action);
    const ToolResult result = call(QJsonObject{{u"action"_s, action}, {u"jobId"_s, u"0123456789abcdef"_s}});
    QCOMPARE(result.errorCode, u"JOB_NOT_FOUND"_s);
    QCOMPARE(result.message, u"there is no job \"0123456789abcdef\""_s);
    const QString id = submit(1, 1);
    const ToolResult task = call(QJsonObject{{u"action"_s, u"logs"_s}, {u"jobId"_s, id}, {u"task"_s, 1}});
    QCOMPARE(task.errorCode, u"JOB_NOT_FOUND"_s);
    QVERIFY2(task.message.contains(u"has no task 1: its tasks are 0 to 0"_s), qPrintable(task.message));
}

void TestParallelJobTool::tellsDamagedJob()
{
    const QString id = u"0123456789abcdef"_s;
    QVERIFY(QDir().mkpath(m_folder->filePath(u"jobs/"_s + id)));
    QFile file(m_folder->filePath(u"jobs/%1/job.json"_s.arg(id)));
    for (const char *content : {"{", "{\"jobId\":3}"}) {
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        const ToolResult result = call(QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}});
        QCOMPARE(result.errorCode, u"JOB_FOLDER_FAILED"_s);
        QVERIFY2(result.message.contains(u"job.json is damaged"_s), qPrintable(result.message));
    }
}

void TestParallelJobTool::tellsUnwritableFolder()
{
    QFile file(m_folder->filePath(u"jobs"_s)); // a file where the folder should be
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    const ToolResult result = call(QJsonObject{{u"action"_s, u"submit"_s}, {u"script"_s, u"true"_s}});
    QCOMPARE(result.errorCode, u"JOB_FOLDER_FAILED"_s);
    QVERIFY2(result.message.startsWith(u"cannot make the folder"_s), qPrintable(result.message));
    QVERIFY(m_sandbox->runs.empty());
}

void TestParallelJobTool::endsWithTheTool()
{
    const QString id = submit(2, 1);
    const std::stop_token stop = m_sandbox->runs.at(0).stop;
    m_registry.reset();
    QVERIFY(stop.stop_requested());
    QTest::qWait(20);
    QFile file(m_folder->filePath(u"jobs/%1/job.json"_s.arg(id)));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains(R"("state":"cancelled")"));
    QCOMPARE(m_sandbox->runs.size(), std::size_t(1));
}

void TestParallelJobTool::saysWhatIsMissing()
{
    ToolSettings settings;
    const ParallelJobTool unset(makeParallelJobs(settings, m_clock, m_sandbox->runner(), usable));
    QVERIFY(!unset.availability().available);
    QVERIFY(unset.availability().reason.startsWith(u"not configured: set the job folder"_s));
    QCOMPARE(unset.availability().errorCode, u"NOT_CONFIGURED"_s);
    settings.jobFolder = m_folder->path();
    const ParallelJobTool noSandbox(makeParallelJobs(settings, m_clock, m_sandbox->runner(), [] {
        return Result<void>(fail(ErrorCode::Unavailable, u"no bwrap"_s));
    }));
    QVERIFY(!noSandbox.availability().available);
    QCOMPARE(noSandbox.availability().reason, u"no bwrap"_s);
    QCOMPARE(noSandbox.availability().errorCode, u"SANDBOX_UNAVAILABLE"_s);
    settings.bubblewrapPath = m_folder->filePath(u"no-such-bwrap"_s);
    const ParallelJobTool real(makeParallelJobs(settings, m_clock));
    QCOMPARE(real.availability().errorCode, u"SANDBOX_UNAVAILABLE"_s);
}

void TestParallelJobTool::refusesBadArguments_data()
{
    QTest::addColumn<QJsonObject>("arguments");
    QTest::addColumn<QString>("issue");
    QTest::newRow("nothing") << QJsonObject{} << u"$.action: is required"_s;
    QTest::newRow("action") << QJsonObject{{u"action"_s, u"delete"_s}} << u"$.action: must be one of"_s;
    QTest::newRow("no script") << QJsonObject{{u"action"_s, u"submit"_s}} << u"$.script: is required"_s;
    QTest::newRow("no id") << QJsonObject{{u"action"_s, u"status"_s}} << u"$.jobId: is required"_s;
    QTest::newRow("path as id") << QJsonObject{{u"action"_s, u"logs"_s}, {u"jobId"_s, u"../../etc"_s}}
                                << u"$.jobId: "_s;
    QTest::newRow("tasks") << QJsonObject{{u"action"_s, u"submit"_s}, {u"script"_s, u"x"_s}, {u"tasks"_s, 65}}
                           << u"$.tasks: 65 is more than the maximum 64"_s;
    QTest::newRow("language") << QJsonObject{{u"action"_s, u"submit"_s}, {u"script"_s, u"x"_s}, {u"language"_s, u"c"_s}}
                              << u"$.language: must be one of"_s;
}

void TestParallelJobTool::refusesBadArguments()
{
    QFETCH(QJsonObject, arguments);
    QFETCH(QString, issue);
    const ToolResult result = call(arguments);
    QCOMPARE(result.errorCode, u"INVALID_ARGUMENTS"_s);
    QVERIFY2(result.message.contains(issue), qPrintable(result.message));
}

void TestParallelJobTool::runsInTheSandbox()
{
    LATHE_NEED_SANDBOX();
    SystemClock clock;
    ToolRegistry registry;
    ToolSettings settings;
    settings.jobFolder = m_folder->filePath(u"real"_s);
    QVERIFY(registry.add(std::make_unique<ParallelJobTool>(makeParallelJobs(settings, clock))));
    ToolDispatcher dispatcher(registry, clock);
    ToolInvocation invocation;
    invocation.attachments = {Attachment{u"data.csv"_s, u"text/csv"_s, "40\n2\n"}};
    invocation.arguments = QJsonObject{{u"action"_s, u"submit"_s},
                                       {u"language"_s, u"bash"_s},
                                       {u"tasks"_s, 3},
                                       {u"script"_s, u"set -e\nt=0; while read n; do t=$((t+n)); done < data.csv\n"
                                                     "echo \"$LATHE_TASK of $LATHE_TASKS: $t\"; echo $t > sum.txt\n"
                                                     "[ $LATHE_TASK != 2 ] || exit 7"_s}};
    const ToolResult submitted = await(dispatcher.dispatch(u"submit_parallel_job"_s, invocation, {}));
    QVERIFY2(submitted.ok, qPrintable(submitted.message));
    const QString id = submitted.value.value(u"jobId"_s).toString();
    invocation.arguments = QJsonObject{{u"action"_s, u"status"_s}, {u"jobId"_s, id}, {u"waitMs"_s, 60'000}};
    const ToolResult status = await(dispatcher.dispatch(u"submit_parallel_job"_s, invocation, {}), 60'000);
    QCOMPARE(status.value.value(u"state"_s).toString(), u"failed"_s);
    QCOMPARE(status.value.value(u"succeeded"_s).toInt(), 2);
    QCOMPARE(status.value.value(u"tasks"_s).toArray().at(2).toObject().value(u"exitCode"_s).toInt(), 7);
    invocation.arguments = QJsonObject{{u"action"_s, u"logs"_s}, {u"jobId"_s, id}, {u"task"_s, 1}};
    const ToolResult logs = await(dispatcher.dispatch(u"submit_parallel_job"_s, invocation, {}));
    QCOMPARE(logs.value.value(u"stdout"_s).toString(), u"1 of 3: 42\n"_s);
    QCOMPARE(logs.value.value(u"files"_s).toArray(),
             (QJsonArray{QJsonObject{{u"name"_s, u"sum.txt"_s}, {u"size"_s, 3}}}));
}

QTEST_GUILESS_MAIN(TestParallelJobTool)
#include "tst_paralleljobtool.moc"
