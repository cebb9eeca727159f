// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/money.h"
#include "tests/support/fakellmserver.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QProcess>
#include <QProcessEnvironment>
#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// The command line as a script uses it, against a local server that speaks the real wire.
class TestLathectl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void answersWithTheBuiltinModelAndBillsExactly();
    void sumsAnAttachedTableInTheSandbox();
    void opensChildFramesForLists();
    void speaksTheRealWire_data();
    void speaksTheRealWire();
    void exitsAsItsContractSays_data();
    void exitsAsItsContractSays();
    void answersFromTheCacheForNothing();
    void stopsAtBreakpointsAndResumes();
    void keepsKeysToItself();
    void refusesDatabasesItCannotUse();
    void losesNothingWhenKilled();

private:
    struct Ran
    {
        int status = -1;
        QByteArray out;
        QByteArray err;
        [[nodiscard]] QJsonDocument json() const { return QJsonDocument::fromJson(out); }
    };
    [[nodiscard]] std::unique_ptr<QProcess> start(const QStringList& arguments) const;
    [[nodiscard]] Ran run(const QStringList& arguments) const;
    [[nodiscard]] QString path(const QString& name) const { return m_folder->filePath(name); }
    [[nodiscard]] QString write(const QString& name, const QByteArray& bytes) const;
    [[nodiscard]] QJsonObject response() const;
    [[nodiscard]] QString billed() const;

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcessEnvironment m_environment;
};

void TestLathectl::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_environment = QProcessEnvironment::systemEnvironment();
    m_environment.insert(u"LATHE_DB"_s, path(u"lathe.db"_s));
    m_environment.insert(u"HOME"_s, m_folder->path());
    m_environment.insert(u"XDG_CONFIG_HOME"_s, m_folder->path());
    m_environment.remove(u"OPENAI_API_KEY"_s);
}

std::unique_ptr<QProcess> TestLathectl::start(const QStringList& arguments) const
{
    auto process = std::make_unique<QProcess>();
    process->setProcessEnvironment(m_environment);
    process->setStandardInputFile(QProcess::nullDevice());
    process->start(QStringLiteral(LATHECTL), arguments);
    return process;
}

TestLathectl::Ran TestLathectl::run(const QStringList& arguments) const
{
    const auto process = start(arguments);
    Ran ran;
    if (!process->waitForFinished(60'000)) {
        process->kill();
        process->waitForFinished();
        return ran;
    }
    ran.out = process->readAllStandardOutput();
    ran.err = process->readAllStandardError();
    ran.status = process->exitStatus() == QProcess::NormalExit ? process->exitCode() : -2;
    return ran;
}

QString TestLathectl::write(const QString& name, const QByteArray& bytes) const
{
    QFile file(path(name));
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size()) {
        qFatal("cannot write the test's file");
    }
    return file.fileName();
}

QJsonObject TestLathectl::response() const
{
    QFile file(path(u"response.json"_s));
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
}

/// The sum over the rows of the breakdown CSV, exactly.
QString TestLathectl::billed() const
{
    QFile file(path(u"bill.csv"_s));
    if (!file.open(QIODevice::ReadOnly)) {
        return u"no file"_s;
    }
    const QList<QByteArray> lines = file.readAll().split('\n');
    const qsizetype column = lines.first().trimmed().split(',').indexOf("cost");
    Money sum;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        if (lines.at(i).trimmed().isEmpty()) {
            continue;
        }
        const auto cost = Money::fromDecimal(QString::fromUtf8(lines.at(i).split(',').at(column)));
        sum = *sum.plus(*cost);
    }
    return sum.toDecimal();
}

void TestLathectl::answersWithTheBuiltinModelAndBillsExactly()
{
    const Ran ran =
        run({u"run"_s, u"--prompt"_s, u"What is a stop point?"_s, u"--user"_s, u"alice"_s, u"--response"_s,
             path(u"response.json"_s), u"--billing"_s, path(u"bill.csv"_s), u"--events"_s, path(u"events.jsonl"_s)});
    QCOMPARE(ran.status, 0);
    QVERIFY2(ran.out.contains("[1]"), ran.out.constData()); // with a citation
    QCOMPARE(response().value("status"_L1).toString(), u"COMPLETE"_s);
    QCOMPARE(response().value("totalCost"_L1).toString(), billed());
    QVERIFY(billed() != u"0"_s);
    QFile events(path(u"events.jsonl"_s));
    QVERIFY(events.open(QIODevice::ReadOnly));
    qint64 seq = 0;
    while (!events.atEnd()) {
        const QJsonObject event = QJsonDocument::fromJson(events.readLine()).object();
        QCOMPARE(event.value("seq"_L1).toInteger(), ++seq);
    }
    QVERIFY(seq > 15);
    const QJsonArray runs = run({u"runs"_s, u"list"_s, u"--json"_s}).json().array();
    QCOMPARE(runs.size(), 1);
    QCOMPARE(runs.first().toObject().value("userId"_L1).toString(), u"alice"_s);
    const QString id = runs.first().toObject().value("run"_L1).toString();
    const Ran bill = run({u"bill"_s, u"--run"_s, id, u"--format"_s, u"json"_s, u"--group-by"_s, u"tool,phase"_s});
    QCOMPARE(bill.json().object().value("total"_L1).toObject().value("cost"_L1).toString(), billed());
    QVERIFY(bill.json().object().value("sums"_L1).toObject().value("agree"_L1).toBool());
    const Ran again = run({u"export"_s, id, u"--format"_s, u"response"_s});
    QCOMPARE(again.json().object().value("result"_L1), response().value("result"_L1));
    QCOMPARE(again.json().object().value("totalCost"_L1), response().value("totalCost"_L1));
    QCOMPARE(run({u"doctor"_s}).status, 0);
    QCOMPARE(run({u"runs"_s, u"delete"_s, id}).status, 0);
    QCOMPARE(run({u"runs"_s, u"list"_s, u"--json"_s}).json().array().size(), 0);
}

void TestLathectl::sumsAnAttachedTableInTheSandbox()
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
    const Ran ran = run({u"run"_s, u"--prompt"_s, prompt, u"--attach"_s, write(u"table.csv"_s, table), u"--quiet"_s});
    QCOMPARE(ran.status, 0);
    QVERIFY2(ran.out.contains(QByteArray::number(sum)), ran.out.constData());
}

void TestLathectl::opensChildFramesForLists()
{
    const Ran ran = run({u"run"_s, u"--prompt"_s, u"1. What is a frame?\n2. What is a breakpoint?"_s, u"--response"_s,
                         path(u"response.json"_s), u"--quiet"_s});
    QCOMPARE(ran.status, 0);
    int deepest = 0;
    for (const QJsonValue& decision : response().value("decisions"_L1).toArray()) {
        deepest = qMax(deepest, decision.toObject().value("depth"_L1).toInt());
    }
    QCOMPARE(deepest, 1);
}

void TestLathectl::speaksTheRealWire_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<int>("requests");
    for (const bool stream : {true, false}) {
        const char *how = stream ? "streamed" : "whole";
        QTest::addRow("clean, %s", how) << QString() << stream << 2;
        QTest::addRow("429 with Retry-After, %s", how) << u"429"_s << stream << 3;
        QTest::addRow("500, %s", how) << u"500"_s << stream << 3;
        QTest::addRow("closed before headers, %s", how) << u"close"_s << stream << 3;
    }
    QTest::newRow("stream cut in the middle") << u"cut"_s << true << 3;
}

void TestLathectl::speaksTheRealWire()
{
    QFETCH(QString, fault);
    QFETCH(bool, stream);
    QFETCH(int, requests);
    FakeLlmServer server;
    if (fault == "429"_L1) {
        server.enqueue(FakeReply::rateLimited("1"));
    } else if (fault == "500"_L1) {
        server.enqueue(FakeReply::error(500, u"out of order"_s));
    } else if (fault == "close"_L1) {
        server.enqueue(FakeReply::closeBeforeHeaders());
    } else if (fault == "cut"_L1) {
        server.enqueue(FakeReply::cutChunked());
    }
    server.enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
    server.enqueueCompletion(textCompletion(u"A frame is a level."_s));
    const Ran ran = run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--provider"_s, u"openai"_s, u"--base-url"_s,
                         server.baseUrl(), u"--model"_s, u"mock-1"_s, stream ? u"--stream"_s : u"--no-stream"_s,
                         u"--response"_s, path(u"response.json"_s), u"--billing"_s, path(u"bill.csv"_s)});
    QVERIFY2(ran.status == 0, ran.err.constData());
    QVERIFY(ran.out.contains("A frame is a level."));
    QCOMPARE(server.requestCount(), requests); // the server's own count: nothing was sent twice
    QCOMPARE(response().value("totalCost"_L1).toString(), billed());
    QCOMPARE(response().value("decisions"_L1).toArray().size(), 2);
    const QJsonObject last = server.requests().last().json();
    QCOMPARE(last.value("stream"_L1).toBool(), stream);
    QCOMPARE(last.value("messages"_L1).toArray().last().toObject().value("role"_L1).toString(), u"tool"_s);
}

void TestLathectl::exitsAsItsContractSays_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    const auto ask = [](const QStringList& more) { return QStringList{u"run"_s, u"--quiet"_s} + more; };
    QTest::newRow("no subcommand") << QStringList{} << 2 << QByteArray("subcommand");
    QTest::newRow("blank prompt") << ask({u"--prompt"_s, u"  "_s}) << 2 << QByteArray("$.prompt");
    QTest::newRow("unknown provider") << ask({u"--prompt"_s, u"x"_s, u"--provider"_s, u"oracle"_s}) << 2
                                      << QByteArray("oracle");
    QTest::newRow("unknown tool") << ask({u"--prompt"_s, u"x"_s, u"--tools"_s, u"teleport"_s}) << 3
                                  << QByteArray("teleport");
    QTest::newRow("budget") << ask({u"--prompt"_s, u"x"_s, u"--budget"_s, u"0.000001"_s}) << 3
                            << QByteArray("BUDGET_EXCEEDED");
    QTest::newRow("bad budget") << ask({u"--prompt"_s, u"x"_s, u"--budget"_s, u"1,5"_s}) << 2 << QByteArray("$.budget");
    QTest::newRow("context") << ask({u"--prompt"_s, QString(9000, u'x'), u"--context-window"_s, u"500"_s}) << 3
                             << QByteArray("CONTEXT_WINDOW_EXCEEDED");
    QTest::newRow("refused connection") << ask({u"--prompt"_s, u"x"_s, u"--provider"_s, u"openai"_s, u"--base-url"_s,
                                                u"http://127.0.0.1:1/v1"_s, u"--model"_s, u"m"_s})
                                        << 4 << QByteArray("NETWORK");
    QTest::newRow("missing key") << ask({u"--prompt"_s, u"x"_s, u"--provider"_s, u"openai"_s}) << 4
                                 << QByteArray("OPENAI_API_KEY");
    QTest::newRow("missing file") << ask({u"/nowhere/job.json"_s}) << 5 << QByteArray("/nowhere/job.json");
    QTest::newRow("breakpoint") << ask({u"--prompt"_s, u"What is a run?"_s, u"--break"_s, u"BEFORE_TOOL"_s}) << 6
                                << QByteArray("resume");
    QTest::newRow("bad breakpoint") << ask({u"--prompt"_s, u"x"_s, u"--break"_s, u"SOMEWHERE"_s}) << 2
                                    << QByteArray("SOMEWHERE");
    QTest::newRow("no such run") << QStringList{u"runs"_s, u"show"_s, u"00000000"_s} << 2 << QByteArray("00000000");
    QTest::newRow("wrong arguments") << QStringList{u"tools"_s, u"call"_s, u"retrieve_context"_s, u"{}"_s} << 2
                                     << QByteArray("query");
    QTest::newRow("not configured") << QStringList{u"tools"_s, u"call"_s, u"google_search"_s, u"{\"query\":\"x\"}"_s}
                                    << 4 << QByteArray("not configured");
    QTest::newRow("bad policy") << QStringList{u"policy"_s, u"set"_s, u"a"_s, u"tier=gold"_s} << 2
                                << QByteArray("gold");
}

void TestLathectl::exitsAsItsContractSays()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    const Ran ran = run(arguments);
    QVERIFY2(ran.status == status, QByteArray(QByteArray::number(ran.status) + ": " + ran.err).constData());
    QVERIFY2(ran.err.contains(says), ran.err.constData());
    QVERIFY2(ran.out.isEmpty(), ran.out.constData()); // standard output is for what programs read
}

void TestLathectl::answersFromTheCacheForNothing()
{
    const QStringList ask{u"run"_s,     u"--prompt"_s,   u"What is a frame?"_s,
                          u"--quiet"_s, u"--response"_s, path(u"response.json"_s)};
    QCOMPARE(run(ask).status, 0);
    const QJsonObject first = response();
    QCOMPARE(run(ask).status, 0);
    QCOMPARE(response().value("fromCache"_L1).toBool(), true);
    QCOMPARE(response().value("totalCost"_L1).toString(), u"0"_s);
    QCOMPARE(response().value("result"_L1), first.value("result"_L1));
    QCOMPARE(response().value("billing"_L1).toObject().value("avoided"_L1), first.value("totalCost"_L1));
    QCOMPARE(response().value("jobSignature"_L1), first.value("jobSignature"_L1));
    QCOMPARE(run(ask + QStringList{u"--no-cache"_s}).status, 0);
    QCOMPARE(response().value("fromCache"_L1).toBool(), false);
}

void TestLathectl::stopsAtBreakpointsAndResumes()
{
    QCOMPARE(run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s, u"--break"_s, u"AFTER_TOOL"_s}).status,
             6);
    const QJsonObject listed = run({u"runs"_s, u"list"_s, u"--json"_s}).json().array().first().toObject();
    QCOMPARE(listed.value("status"_L1).toString(), u"PAUSED"_s);
    const Ran resumed = run({u"resume"_s, listed.value("run"_L1).toString().left(8), u"--quiet"_s, u"--response"_s,
                             path(u"response.json"_s), u"--billing"_s, path(u"bill.csv"_s)});
    QVERIFY2(resumed.status == 0, resumed.err.constData());
    QCOMPARE(response().value("status"_L1).toString(), u"COMPLETE"_s);
    QCOMPARE(response().value("totalCost"_L1).toString(), billed());
    QCOMPARE(run({u"resume"_s, listed.value("run"_L1).toString()}).status, 2); // it has ended
    QCOMPARE(run({u"doctor"_s}).status, 0);
}

void TestLathectl::keepsKeysToItself()
{
    const QByteArray secret = "sk-this-is-a-secret-0123456789";
    m_environment.insert(u"MY_KEY"_s, QString::fromLatin1(secret));
    FakeLlmServer server;
    server.enqueue(FakeReply::error(401, u"Incorrect API key provided: "_s + QString::fromLatin1(secret)));
    const Ran ran = run({u"run"_s, u"--prompt"_s, u"x"_s, u"--provider"_s, u"openai"_s, u"--base-url"_s,
                         server.baseUrl(), u"--model"_s, u"m"_s, u"--api-key-env"_s, u"MY_KEY"_s, u"--response"_s,
                         path(u"response.json"_s), u"--events"_s, path(u"events.jsonl"_s)});
    QCOMPARE(ran.status, 4);
    QCOMPARE(server.requests().first().header("authorization"), "Bearer " + secret);
    for (const QString& name : QDir(m_folder->path()).entryList(QDir::Files)) {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(secret), qPrintable(name));
    }
    QVERIFY(!ran.err.contains(secret));
}

void TestLathectl::refusesDatabasesItCannotUse()
{
    const QString garbage = write(u"garbage.db"_s, QByteArray(8192, 'x'));
    Ran ran = run({u"runs"_s, u"list"_s, u"--db"_s, garbage});
    QCOMPARE(ran.status, 5);
    QVERIFY2(ran.err.contains("garbage.db"), ran.err.constData());
    ran = run({u"runs"_s, u"list"_s, u"--db"_s, u"/proc/lathe/lathe.db"_s});
    QCOMPARE(ran.status, 5);
    QVERIFY2(ran.err.contains("/proc/lathe"), ran.err.constData());
}

void TestLathectl::losesNothingWhenKilled()
{
    // A run of 50 decisions is killed at random moments. Each time: the database opens clean, no decision that was paid
    // is missing, the run can be finished, and nothing is asked twice but what was in flight.
    constexpr int kDecisions = 50;
    const int kills =
        qEnvironmentVariableIntValue("LATHE_KILLS") > 0 ? qEnvironmentVariableIntValue("LATHE_KILLS") : 12;
    FakeLlmServer server;
    server.setDefaultHandler([](const FakeRequest& request) {
        int results = 0;
        for (const QJsonValue& message : request.json().value("messages"_L1).toArray()) {
            results += message.toObject().value("role"_L1).toString() == "tool"_L1 ? 1 : 0;
        }
        FakeCompletion completion = results + 1 < kDecisions
                                        ? toolCompletion(u"retrieve_context"_s, u"{\"query\":\"q%1\"}"_s.arg(results))
                                        : textCompletion(u"all done"_s);
        return request.wantsStream() ? FakeReply::stream(completion) : FakeReply::completion(completion);
    });
    QCOMPARE(run({u"policy"_s, u"set"_s, u"alice"_s, u"tier=enterprise"_s, u"requestsPerMinute=10000"_s,
                  u"requestsPerHour=10000"_s})
                 .status,
             0);
    const QStringList ask{
        u"run"_s,    u"--prompt"_s,   u"work"_s,        u"--user"_s,           u"alice"_s,  u"--provider"_s,
        u"openai"_s, u"--base-url"_s, server.baseUrl(), u"--model"_s,          u"mock-1"_s, u"--max-steps"_s,
        u"60"_s,     u"--no-cache"_s, u"--quiet"_s,     u"--context-window"_s, u"128000"_s};
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(run(ask).status, 0);
    const int whole = static_cast<int>(clock.elapsed());
    QRandomGenerator random(20261122);
    int resumed = 0;
    for (int i = 0; i < kills; ++i) {
        const int before = server.requestCount();
        const auto process = start(ask);
        QVERIFY(process->waitForStarted());
        QTest::qWait(random.bounded(20, qMax(40, whole)));
        process->kill();
        process->waitForFinished();
        const int asked = server.requestCount() - before;
        QCOMPARE(run({u"doctor"_s}).status, 0); // integrity, gapless journal, projections as the journal says
        const QJsonObject listed =
            run({u"runs"_s, u"list"_s, u"--json"_s, u"--limit"_s, u"1"_s}).json().array().first().toObject();
        const QString id = listed.value("run"_L1).toString();
        if (listed.value("status"_L1).toString() == "COMPLETE"_L1) {
            continue; // it was done, or had not begun and this is the one before it
        }
        QCOMPARE(listed.value("status"_L1).toString(), u"INTERRUPTED"_s);
        // Every reply but the one in flight is in the journal.
        QVERIFY2(listed.value("decisions"_L1).toInt() >= asked - 1, qPrintable(QString::number(asked)));
        const Ran end = run({u"resume"_s, id, u"--quiet"_s, u"--response"_s, path(u"response.json"_s), u"--billing"_s,
                             path(u"bill.csv"_s)});
        QVERIFY2(end.status == 0, end.err.constData());
        QCOMPARE(response().value("decisions"_L1).toArray().size(), kDecisions);
        const int sent = server.requestCount() - before;
        QVERIFY2(sent == kDecisions || sent == kDecisions + 1, qPrintable(QString::number(sent)));
        QCOMPARE(response().value("totalCost"_L1).toString().isEmpty(), false);
        QCOMPARE(run({u"doctor"_s}).status, 0);
        ++resumed;
    }
    QVERIFY2(resumed > 0, "no kill hit a running run");
}

QTEST_GUILESS_MAIN(TestLathectl)
#include "tst_lathectl.moc"
