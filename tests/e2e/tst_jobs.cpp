// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>

#include <csignal>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

// Two tool calls at once, and an answer that takes its time.
constexpr auto kSlowScript = R"({"steps":[
    {"toolCalls":[{"name":"retrieve_context","arguments":{"query":"frame"}},
                  {"name":"retrieve_context","arguments":{"query":"run"},"id":"call_2"}],
     "usage":{"input":100,"output":20}},
    {"content":"slow answer","delayMs":60000,"usage":{"input":200,"output":20}}]})";

} // namespace

/// What lathectl is for: jobs run to their answer, billed exactly, stopped, interrupted and taken up again.
class TestJobs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_lathe = std::make_unique<Lathectl>(); }

    void answersWithTheBuiltinModelAndBillsExactly();
    void answersFromACollectionWithCitations();
    void sumsAnAttachedTableInTheSandbox();
    void showsJobsOfTheToolAndTheirLogs();
    void tellsWhatIsWrongWithAJob_data();
    void tellsWhatIsWrongWithAJob();
    void opensChildFramesForLists();
    void tellsTheModelOfWrongArguments();
    void answersFromTheCacheForNothing();
    void stopsAtBreakpointsAndResumes();
    void asksAPersonAtTheTerminal();
    void endsResumableOnASignal_data();
    void endsResumableOnASignal();
    void letsOneProcessResume();
    void leavesRunsAtWorkAlone();
    void keepsKeysToItself();

private:
    /// The process of a run that waits for its model, with one decision made.
    [[nodiscard]] std::unique_ptr<QProcess> startSlowRun(const QStringList& more = {}) const;

    std::unique_ptr<Lathectl> m_lathe;
};

void TestJobs::answersWithTheBuiltinModelAndBillsExactly()
{
    const Ran ran = m_lathe->run(QStringList{u"run"_s, u"--prompt"_s, u"What is a stop point?"_s, u"--user"_s,
                                             u"alice"_s, u"--events"_s, m_lathe->path(u"events.jsonl"_s)} +
                                 m_lathe->results());
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY2(ran.out.contains("[1]"), ran.out.constData()); // with a citation
    const QJsonObject response = m_lathe->response();
    QCOMPARE(response.value("status"_L1).toString(), u"COMPLETE"_s);
    QCOMPARE(response.value("totalCost"_L1).toString(), m_lathe->billed());
    QVERIFY(m_lathe->billed() != u"0"_s);
    const QString id = m_lathe->newest().value("run"_L1).toString();
    QCOMPARE(m_lathe->newest().value("userId"_L1).toString(), u"alice"_s);
    // The events of the run as they came, and as they are exported, are the same.
    QCOMPARE(m_lathe->run({u"export"_s, id}).out, m_lathe->read(u"events.jsonl"_s));
    const QJsonObject again = m_lathe->run({u"export"_s, id, u"--format"_s, u"response"_s}).json().object();
    QCOMPARE(again.value("result"_L1), response.value("result"_L1));
    QCOMPARE(again.value("totalCost"_L1), response.value("totalCost"_L1));
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestJobs::answersFromACollectionWithCitations()
{
    // A collection in the form of the old test collections for retrieval: 1,400 documents in one file.
    QByteArray collection;
    for (int i = 1; i <= 1400; ++i) {
        const QByteArray number = QByteArray::number(i);
        collection += ".I " + number + "\n.T\nreport " + number + "\n.A\nauthor " + number + "\n.B\njournal\n.W\n";
        collection += i == 777
                          ? "similarity laws that must be obeyed by aeroelastic models of heated aircraft are given."
                          : "the flow of air past a body is measured in a wind tunnel.";
        collection += '\n';
    }
    const Ran added = m_lathe->run({u"kb"_s, u"add"_s, m_lathe->write(u"reports.1400"_s, collection)});
    QVERIFY2(added.status == 0 && added.out.contains("1400 documents"), added.told().constData());
    const Ran ran = m_lathe->run(QStringList{u"run"_s, u"--quiet"_s, u"--prompt"_s,
                                             u"what similarity laws must be obeyed when constructing aeroelastic "
                                             "models of heated high speed aircraft ."_s} +
                                 m_lathe->results());
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY2(ran.out.contains("similarity laws that must be obeyed"), ran.out.constData());
    QVERIFY2(ran.out.contains("[1]") && ran.out.contains("report 777"), ran.out.constData());
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestJobs::sumsAnAttachedTableInTheSandbox()
{
    if (qEnvironmentVariableIsSet("LATHE_NO_SANDBOX")) {
        QSKIP("this machine has no working sandbox");
    }
    QByteArray table = "id,amount\n";
    qint64 sum = 0;
    for (int i = 0; i < 10'000; ++i) {
        const int amount = (i * 7919) % 1000;
        sum += amount;
        table += QByteArray::number(i) + ',' + QByteArray::number(amount) + '\n';
    }
    const QString prompt = u"Sum the amounts:\n```python\nimport csv\nprint(sum(int(r['amount']) for r in "
                           u"csv.DictReader(open('table.csv'))))\n```"_s;
    const Ran ran = m_lathe->run(QStringList{u"run"_s, u"--prompt"_s, prompt, u"--attach"_s,
                                             m_lathe->write(u"table.csv"_s, table), u"--quiet"_s} +
                                 m_lathe->results());
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY2(ran.out.contains(QByteArray::number(sum)), ran.out.constData());
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestJobs::showsJobsOfTheToolAndTheirLogs()
{
    if (qEnvironmentVariableIsSet("LATHE_NO_SANDBOX")) {
        QSKIP("this machine has no working sandbox");
    }
    const Ran none = m_lathe->run({u"jobs"_s, u"list"_s});
    QVERIFY2(none.status == 0 && none.err.contains("no jobs"), none.told().constData());
    // A job of this machine ends with the program that runs it, and can be looked at then.
    const Ran called = m_lathe->run({u"tools"_s, u"call"_s, u"submit_parallel_job"_s,
                                     uR"({"action":"submit","name":"sums","script":"sleep 600","tasks":2})"_s});
    QVERIFY2(called.status == 0, called.told().constData());
    const QString id = called.json().object().value("jobId"_L1).toString();
    const QJsonArray list = m_lathe->run({u"jobs"_s, u"list"_s, u"--json"_s}).json().array();
    QCOMPARE(list.size(), 1);
    QCOMPARE(list.at(0).toObject().value("jobId"_L1).toString(), id);
    QCOMPARE(list.at(0).toObject().value("executor"_L1).toString(), u"local"_s);
    const Ran table = m_lathe->run({u"jobs"_s, u"list"_s});
    QVERIFY2(table.out.contains(id.toUtf8()) && table.out.contains("sums"), table.told().constData());
    const QString state = m_lathe->run({u"jobs"_s, u"show"_s, id}).json().object().value("state"_L1).toString();
    QVERIFY2(state == "cancelled"_L1 || state == "lost"_L1, qPrintable(state));
    const Ran logs = m_lathe->run({u"jobs"_s, u"logs"_s, id, u"--task"_s, u"1"_s, u"--json"_s});
    QVERIFY2(logs.status == 0, logs.told().constData());
    QCOMPARE(logs.json().object().value("task"_L1).toInt(), 1);
    QCOMPARE(m_lathe->run({u"jobs"_s, u"cancel"_s, id}).status, 0);
}

void TestJobs::tellsWhatIsWrongWithAJob_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("show") << QStringList{u"show"_s, u"0123456789abcdef"_s};
    QTest::newRow("logs") << QStringList{u"logs"_s, u"0123456789abcdef"_s};
    QTest::newRow("cancel") << QStringList{u"cancel"_s, u"../etc"_s};
    QTest::newRow("limit") << QStringList{u"list"_s, u"--limit"_s, u"0"_s};
}

void TestJobs::tellsWhatIsWrongWithAJob()
{
    QFETCH(QStringList, arguments);
    const Ran ran = m_lathe->run(QStringList{u"jobs"_s} + arguments);
    QVERIFY2(ran.status == 2, ran.told().constData());
    QVERIFY2(!ran.err.isEmpty(), ran.told().constData());
}

void TestJobs::opensChildFramesForLists()
{
    const Ran ran = m_lathe->run(
        QStringList{u"run"_s, u"--prompt"_s, u"1. What is a frame?\n2. What is a breakpoint?"_s, u"--quiet"_s} +
        m_lathe->results());
    QVERIFY2(ran.status == 0, ran.told().constData());
    int deepest = 0;
    for (const QJsonValue& decision : m_lathe->response().value("decisions"_L1).toArray()) {
        deepest = qMax(deepest, decision.toObject().value("depth"_L1).toInt());
    }
    QCOMPARE(deepest, 1);
}

void TestJobs::tellsTheModelOfWrongArguments()
{
    // A model that calls tools wrongly is told so, and goes on.
    const QString script = m_lathe->write(u"s.json"_s, R"({"steps":[
        {"toolCalls":[{"name":"retrieve_context","arguments":{"query":5}},
                      {"name":"teleport","arguments":{},"id":"call_2"},
                      {"name":"retrieve_context","arguments":"{\"query\":","id":"call_3"}]},
        {"content":"I was told"}]})");
    const Ran ran = m_lathe->run(
        QStringList{u"run"_s, u"--prompt"_s, u"work"_s, u"--provider"_s, u"scripted"_s, u"--model"_s, script} +
        m_lathe->results());
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY2(ran.err.contains("$.query") && ran.err.contains("teleport"), ran.told().constData());
    QVERIFY(ran.out.contains("I was told"));
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestJobs::answersFromTheCacheForNothing()
{
    const QStringList ask =
        QStringList{u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s} + m_lathe->results();
    QCOMPARE(m_lathe->run(ask).status, 0);
    const QJsonObject first = m_lathe->response();
    QCOMPARE(m_lathe->run(ask).status, 0);
    const QJsonObject second = m_lathe->response();
    QCOMPARE(second.value("fromCache"_L1).toBool(), true);
    QCOMPARE(second.value("totalCost"_L1).toString(), u"0"_s);
    QCOMPARE(m_lathe->billed(), u"0"_s);
    QCOMPARE(second.value("result"_L1), first.value("result"_L1));
    QCOMPARE(second.value("billing"_L1).toObject().value("avoided"_L1), first.value("totalCost"_L1));
    QCOMPARE(second.value("jobSignature"_L1), first.value("jobSignature"_L1));
    QCOMPARE(m_lathe->run(ask + QStringList{u"--no-cache"_s}).status, 0);
    QCOMPARE(m_lathe->response().value("fromCache"_L1).toBool(), false);
}

void TestJobs::stopsAtBreakpointsAndResumes()
{
    const Ran stopped = m_lathe->run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s, u"--break"_s,
                                      u"AFTER_TOOL"_s, u"--billing"_s, m_lathe->path(u"bill.csv"_s)});
    QCOMPARE(stopped.status, 6);
    QVERIFY2(stopped.err.contains("lathectl resume"), stopped.told().constData());
    QVERIFY(m_lathe->billed() != u"0"_s); // what was spent up to here
    const QJsonObject listed = m_lathe->newest();
    QCOMPARE(listed.value("status"_L1).toString(), u"PAUSED"_s);
    QCOMPARE(listed.value("totalCost"_L1).toString(), m_lathe->billed());
    const QString id = listed.value("run"_L1).toString();
    const Ran resumed = m_lathe->run(QStringList{u"resume"_s, id.left(8), u"--quiet"_s} + m_lathe->results());
    QVERIFY2(resumed.status == 0, resumed.told().constData());
    QCOMPARE(m_lathe->response().value("status"_L1).toString(), u"COMPLETE"_s);
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
    const Ran again = m_lathe->run({u"resume"_s, id});
    QCOMPARE(again.status, 2);
    QVERIFY2(again.err.contains("has ended"), again.told().constData());
    for (const QString& where : {u"phase=EXECUTION"_s, u"tool=retrieve_context"_s, u"BEFORE_DECIDE"_s}) {
        QCOMPARE(m_lathe
                     ->run({u"run"_s, u"--prompt"_s, u"What is a run?"_s, u"--quiet"_s, u"--no-cache"_s, u"--break"_s,
                            where})
                     .status,
                 6);
    }
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestJobs::asksAPersonAtTheTerminal()
{
    const Terminal terminal;
    QVERIFY(terminal.works());
    for (const char *line : {"", "what?", "e arguments={\"query\":5}", "e arguments={\"query\":\"breakpoint\"}", "c"}) {
        terminal.type(line); // read when the run stops
    }
    const auto process = m_lathe->start(
        QStringList{u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s, u"--break"_s, u"BEFORE_TOOL"_s} +
            m_lathe->results(),
        &terminal);
    const Ran ran = Lathectl::finish(*process);
    QVERIFY2(ran.status == 0, ran.told().constData());
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
    const QByteArray journal = m_lathe->run({u"export"_s, m_lathe->newest().value("run"_L1).toString()}).out;
    QCOMPARE(journal.count("\"event\":\"EDIT\""), 1); // what the tool would not take was refused
    QVERIFY(journal.contains("breakpoint"));
    // With nobody left at the terminal the run is kept as it stands.
    const auto left = std::make_unique<Terminal>();
    left->type("\x04"); // end of input
    const auto again = m_lathe->start(
        {u"run"_s, u"--prompt"_s, u"What is a run?"_s, u"--quiet"_s, u"--break"_s, u"BEFORE_TOOL"_s}, left.get());
    const Ran gone = Lathectl::finish(*again);
    QVERIFY2(gone.status == 130, gone.told().constData());
    const Ran resumed = m_lathe->run({u"resume"_s, m_lathe->newest().value("run"_L1).toString(), u"--quiet"_s});
    QVERIFY2(resumed.status == 0, resumed.told().constData());
}

std::unique_ptr<QProcess> TestJobs::startSlowRun(const QStringList& more) const
{
    const QString script = m_lathe->write(u"slow.json"_s, kSlowScript);
    auto process =
        m_lathe->start(QStringList{u"run"_s, u"--prompt"_s, u"work"_s, u"--provider"_s, u"scripted"_s, u"--model"_s,
                                   script, u"--no-cache"_s, u"--events"_s, m_lathe->path(u"events.jsonl"_s)} +
                       more);
    // The second request is on its way when the journal says so.
    const bool waiting = QTest::qWaitFor(
        [this] { return m_lathe->read(u"events.jsonl"_s).count("\"event\":\"LLM_REQUEST\"") == 2; }, 60'000);
    return waiting ? std::move(process) : nullptr;
}

void TestJobs::endsResumableOnASignal_data()
{
    QTest::addColumn<int>("signal");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
    QTest::newRow("SIGHUP") << SIGHUP;
}

void TestJobs::endsResumableOnASignal()
{
    QFETCH(int, signal);
    const auto process = startSlowRun({u"--billing"_s, m_lathe->path(u"bill.csv"_s)});
    QVERIFY(process);
    QCOMPARE(::kill(static_cast<pid_t>(process->processId()), signal), 0);
    const Ran ran = Lathectl::finish(*process);
    QVERIFY2(ran.status == 130, ran.told().constData());
    QVERIFY2(ran.err.contains("lathectl resume"), ran.told().constData());
    const QJsonObject listed = m_lathe->newest();
    const QString id = listed.value("run"_L1).toString();
    QCOMPARE(listed.value("status"_L1).toString(), u"INTERRUPTED"_s);
    QCOMPARE(listed.value("totalCost"_L1).toString(), m_lathe->billed());            // billed up to there
    QCOMPARE(m_lathe->run({u"export"_s, id}).out, m_lathe->read(u"events.jsonl"_s)); // to the last entry
    // Its script, as its model, may have become quicker in the meantime.
    static_cast<void>(m_lathe->write(u"slow.json"_s, QByteArray(kSlowScript).replace("60000", "0")));
    const Ran resumed = m_lathe->run(QStringList{u"resume"_s, id, u"--quiet"_s} + m_lathe->results());
    QVERIFY2(resumed.status == 0 && resumed.out.contains("slow answer"), resumed.told().constData());
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestJobs::letsOneProcessResume()
{
    QCOMPARE(
        m_lathe->run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s, u"--break"_s, u"BEFORE_TOOL"_s})
            .status,
        6);
    const QString id = m_lathe->newest().value("run"_L1).toString();
    std::vector<std::unique_ptr<QProcess>> processes;
    for (int i = 0; i < 4; ++i) {
        processes.push_back(m_lathe->start({u"resume"_s, id, u"--quiet"_s}));
    }
    int finished = 0;
    for (const auto& process : processes) {
        const Ran ran = Lathectl::finish(*process);
        finished += ran.status == 0 ? 1 : 0;
        QVERIFY2(ran.status == 0 || ran.status == 2, ran.told().constData());
        QVERIFY2(ran.status == 0 || ran.err.contains("another process") || ran.err.contains("has ended"),
                 ran.told().constData());
    }
    QCOMPARE(finished, 1);
    QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"COMPLETE"_s);
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestJobs::leavesRunsAtWorkAlone()
{
    const auto process = startSlowRun();
    QVERIFY(process);
    const QString id = m_lathe->newest().value("run"_L1).toString();
    QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"RUNNING"_s);
    for (const QStringList& command : {QStringList{u"runs"_s, u"delete"_s, id}, QStringList{u"resume"_s, id}}) {
        const Ran ran = m_lathe->run(command);
        QVERIFY2(ran.status == 2 && ran.err.contains("at work"), ran.told().constData());
    }
    QCOMPARE(m_lathe->run({u"runs"_s, u"show"_s, id}).status, 0);
    QCOMPARE(m_lathe->run({u"bill"_s, u"--run"_s, id}).status, 0);
    process->kill();
    process->waitForFinished();
    QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"INTERRUPTED"_s);
    QCOMPARE(m_lathe->run({u"runs"_s, u"delete"_s, id}).status, 0);
    QCOMPARE(m_lathe->runs().size(), 0);
}

void TestJobs::keepsKeysToItself()
{
    const QByteArray secret = "sk-this-is-a-secret-0123456789";
    m_lathe->environment().insert(u"MY_KEY"_s, QString::fromLatin1(secret));
    FakeLlmServer server;
    server.enqueue(FakeReply::error(401, u"Incorrect API key provided: "_s + QString::fromLatin1(secret)));
    const Ran ran =
        m_lathe->run(QStringList{u"run"_s, u"--prompt"_s, u"x"_s, u"--provider"_s, u"openai"_s, u"--base-url"_s,
                                 server.baseUrl(), u"--model"_s, u"m"_s, u"--api-key-env"_s, u"MY_KEY"_s, u"--events"_s,
                                 m_lathe->path(u"events.jsonl"_s)} +
                     m_lathe->results());
    QCOMPARE(ran.status, 4);
    QCOMPARE(server.requests().first().header("authorization"), "Bearer " + secret);
    for (const QString& name : QDir(m_lathe->path(u"."_s)).entryList(QDir::Files)) {
        QVERIFY2(!m_lathe->read(name).contains(secret), qPrintable(name));
    }
    QVERIFY(!ran.told().contains(secret));
}

QTEST_GUILESS_MAIN(TestJobs)
#include "tst_jobs.moc"
