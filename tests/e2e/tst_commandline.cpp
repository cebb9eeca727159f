// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"

#include <QDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// How lathectl is called: help, wrong calls and wrong jobs, each with a message that names what and where, and with
/// the exit status of its contract; and where results go.
class TestCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_lathe = std::make_unique<Lathectl>(); }

    void helpsWithEverySubcommand_data();
    void helpsWithEverySubcommand();
    void refusesWrongCalls_data();
    void refusesWrongCalls();
    void refusesWrongJobs_data();
    void refusesWrongJobs();
    void keepsAnInvalidJobAsARun();
    void takesHugeInput_data();
    void takesHugeInput();
    void writesOneResultToStandardOutput_data();
    void writesOneResultToStandardOutput();
    void saysBeforehandWhereItCannotWrite_data();
    void saysBeforehandWhereItCannotWrite();
    void saysThatOutputWasLost();
    void goesOnWhenItsReaderLeaves();
    void readsItsConfiguration();

private:
    std::unique_ptr<Lathectl> m_lathe;
};

void TestCommandLine::helpsWithEverySubcommand_data()
{
    QTest::addColumn<QStringList>("command");
    for (const QString& name : {u"run"_s,         u"resume"_s,      u"runs list"_s,  u"runs show"_s,  u"runs delete"_s,
                                u"runs import"_s, u"export"_s,      u"bill"_s,       u"policy get"_s, u"policy set"_s,
                                u"policy list"_s, u"policy team"_s, u"tools list"_s, u"tools call"_s, u"tools check"_s,
                                u"kb add"_s,      u"kb search"_s,   u"kb list"_s,    u"kb drop"_s,    u"models"_s,
                                u"doctor"_s,      u"runs"_s,        u"policy"_s,     u"tools"_s,      u"kb"_s}) {
        QTest::newRow(qPrintable(name)) << name.split(u' ');
    }
}

void TestCommandLine::helpsWithEverySubcommand()
{
    QFETCH(QStringList, command);
    const Ran help = m_lathe->run(command + QStringList{u"--help"_s});
    QCOMPARE(help.status, 0);
    for (const char *option : {"--help", "--db", "--config"}) {
        QVERIFY2(help.out.contains(option), help.told().constData());
    }
    QCOMPARE(help.err, QByteArray());
    QVERIFY(!QFile::exists(m_lathe->path(u"lathe.db"_s))); // asking for help makes nothing
}

void TestCommandLine::refusesWrongCalls_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    const auto ask = [](const QStringList& more) { return QStringList{u"run"_s, u"--prompt"_s, u"x"_s} + more; };
    const auto call = [](const QString& tool, const QString& arguments) {
        return QStringList{u"tools"_s, u"call"_s, tool, arguments};
    };
    QTest::newRow("no subcommand") << QStringList{} << 2 << "policy"_ba;
    QTest::newRow("unknown subcommand") << QStringList{u"juggle"_s} << 2 << "juggle"_ba;
    QTest::newRow("half a subcommand") << QStringList{u"runs"_s} << 2 << "list"_ba;
    QTest::newRow("unknown option") << ask({u"--fast"_s}) << 2 << "--fast"_ba;
    QTest::newRow("option without value") << ask({u"--db"_s}) << 2 << "--db"_ba;
    QTest::newRow("no task") << QStringList{u"run"_s} << 2 << "--prompt"_ba;
    QTest::newRow("two tasks") << ask({u"job.json"_s}) << 2 << "not both"_ba;
    QTest::newRow("tools and none") << ask({u"--tools"_s, u"retrieve_context"_s, u"--no-tools"_s}) << 2
                                    << "--no-tools"_ba;
    QTest::newRow("too many steps") << ask({u"--max-steps"_s, u"0"_s}) << 2 << "--max-steps"_ba;
    QTest::newRow("too deep") << ask({u"--max-depth"_s, u"200"_s}) << 2 << "--max-depth"_ba;
    QTest::newRow("approve") << ask({u"--approve"_s, u"maybe"_s}) << 2 << "--approve"_ba;
    QTest::newRow("breakpoint") << ask({u"--break"_s, u"SOMEWHERE"_s}) << 2 << "SOMEWHERE"_ba;
    QTest::newRow("missing job") << QStringList{u"run"_s, u"/nowhere/job.json"_s} << 5 << "/nowhere/job.json"_ba;
    QTest::newRow("folder as a job") << QStringList{u"run"_s, u"/tmp"_s} << 5 << "/tmp"_ba;
    QTest::newRow("missing attachment") << ask({u"--attach"_s, u"/nowhere/a.csv"_s}) << 5 << "/nowhere/a.csv"_ba;
    QTest::newRow("folder as an attachment") << ask({u"--attach"_s, u"/tmp"_s}) << 5 << "/tmp"_ba;
    QTest::newRow("missing configuration") << ask({u"--config"_s, u"/nowhere/c.json"_s}) << 5 << "/nowhere/c.json"_ba;
    QTest::newRow("no such run") << QStringList{u"runs"_s, u"show"_s, u"00000000"_s} << 2 << "00000000"_ba;
    QTest::newRow("short prefix") << QStringList{u"runs"_s, u"show"_s, u"0"_s} << 2 << "too short"_ba;
    QTest::newRow("export of no run") << QStringList{u"export"_s, u"00000000"_s} << 2 << "00000000"_ba;
    QTest::newRow("resume of no run") << QStringList{u"resume"_s, u"00000000"_s} << 2 << "00000000"_ba;
    QTest::newRow("status") << QStringList{u"runs"_s, u"list"_s, u"--filter"_s, u"status=happy"_s} << 2 << "happy"_ba;
    QTest::newRow("group") << QStringList{u"bill"_s, u"--group-by"_s, u"weather"_s} << 2 << "weather"_ba;
    QTest::newRow("group twice") << QStringList{u"bill"_s, u"--group-by"_s, u"phase,tool,phase"_s} << 2 << "twice"_ba;
    QTest::newRow("date") << QStringList{u"bill"_s, u"--from"_s, u"yesterday"_s} << 2 << "yesterday"_ba;
    QTest::newRow("unknown tool") << call(u"teleport"_s, u"{}"_s) << 2 << "teleport"_ba;
    QTest::newRow("missing argument") << call(u"retrieve_context"_s, u"{}"_s) << 2 << "query"_ba;
    QTest::newRow("type of an argument") << call(u"retrieve_context"_s, u"{\"query\":5}"_s) << 2 << "$.query"_ba;
    QTest::newRow("unknown argument") << call(u"retrieve_context"_s, u"{\"query\":\"x\",\"speed\":1}"_s) << 2
                                      << "$.speed"_ba;
    QTest::newRow("no JSON") << call(u"retrieve_context"_s, u"query=x"_s) << 2 << "JSON"_ba;
    QTest::newRow("not configured") << call(u"google_search"_s, u"{\"query\":\"x\"}"_s) << 4 << "not configured"_ba;
    QTest::newRow("tier") << QStringList{u"policy"_s, u"set"_s, u"a"_s, u"tier=gold"_s} << 2 << "gold"_ba;
    QTest::newRow("no assignment") << QStringList{u"policy"_s, u"set"_s, u"a"_s, u"tier"_s} << 2 << "KEY=VALUE"_ba;
    QTest::newRow("unknown limit") << QStringList{u"policy"_s, u"set"_s, u"a"_s, u"speed=1"_s} << 2 << "$.speed"_ba;
    QTest::newRow("negative limit") << QStringList{u"policy"_s, u"set"_s, u"a"_s, u"maxToolCalls=-1"_s} << 2
                                    << "$.maxToolCalls"_ba;
    QTest::newRow("knowledge from nowhere") << QStringList{u"kb"_s, u"add"_s, u"/nowhere"_s} << 5 << "/nowhere"_ba;
    QTest::newRow("no such knowledge") << QStringList{u"kb"_s, u"drop"_s, u"99"_s} << 2 << "99"_ba;
    QTest::newRow("models of nobody") << QStringList{u"models"_s, u"--provider"_s, u"oracle"_s} << 2 << "oracle"_ba;
    QTest::newRow("models without a server")
        << QStringList{u"models"_s, u"--provider"_s, u"openai"_s, u"--base-url"_s, u"http://127.0.0.1:1/v1"_s} << 4
        << "127.0.0.1:1"_ba;
    QTest::newRow("PostgreSQL") << QStringList{u"runs"_s, u"list"_s, u"--db"_s, u"postgresql://a@b/c"_s} << 2
                                << "PostgreSQL"_ba;
}

void TestCommandLine::refusesWrongCalls()
{
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    const Ran ran = m_lathe->run(arguments);
    QVERIFY2(ran.status == status, ran.told().constData());
    QVERIFY2(ran.err.contains(says), ran.told().constData());
    QCOMPARE(ran.out, QByteArray()); // standard output is for what programs read
}

void TestCommandLine::refusesWrongJobs_data()
{
    QTest::addColumn<QByteArray>("job");
    QTest::addColumn<QStringList>("options");
    QTest::addColumn<int>("status");
    QTest::addColumn<QList<QByteArray>>("says");
    const auto row = [](const char *name, const QByteArray& job, const QStringList& options, int status,
                        const QList<QByteArray>& says) { QTest::newRow(name) << job << options << status << says; };
    const QByteArray good = R"({"prompt":"What is a frame?"})";
    row("blank prompt", R"({"prompt":" \n "})", {}, 2, {"VALIDATION_FAILED", "$.prompt"});
    row("several errors",
        R"({"prompt":" ","userId":5,"maxDepth":"x","colour":1,"metadata":[],"budget":1.5,"tools":"a"})", {}, 2,
        {"in 7 places", "$.prompt", "$.userId", "$.maxDepth", "$.colour", "$.metadata", "$.budget", "$.tools"});
    row("nested", R"({"prompt":"x","attachments":[{"name":3,"size":1}],"previousContext":[{"rôle":"u"}]})", {}, 2,
        {"$.attachments[0].name", "$.attachments[0].size", "$.previousContext[0]"});
    row("cut off", R"({"prompt":)", {}, 2, {"standard input", "line 1, column"});
    row("list", "[1,2]", {}, 2, {"must be an object"});
    row("empty", "", {}, 2, {"standard input", "empty"});
    row("binary", QByteArray::fromHex("00ff1b9c807f00e2281d"), {}, 2, {"standard input", "JSON"});
    row("user of 300 characters", good, {u"--user"_s, QString(300, u'u')}, 2, {"$.userId", "255"});
    row("budget with a comma", good, {u"--budget"_s, u"1,5"_s}, 2, {"$.budget"});
    row("negative budget", good, {u"--budget"_s, u"-1"_s}, 2, {"$.budget"});
    row("budget too small", good, {u"--budget"_s, u"0.000001"_s}, 3, {"BUDGET_EXCEEDED"});
    row("unknown tool", good, {u"--tools"_s, u"teleport"_s}, 3, {"TOOL_NOT_ALLOWED", "teleport"});
    row("context", R"({"prompt":")" + QByteArray(9000, 'x') + "\"}", {u"--context-window"_s, u"500"_s}, 3,
        {"CONTEXT_WINDOW_EXCEEDED", "500"});
    row("unknown provider", good, {u"--provider"_s, u"oracle"_s}, 2, {"$.provider", "oracle"});
    for (const char *url : {"nonsense", "ftp://127.0.0.1/v1", "http://"}) {
        row(url, good, {u"--provider"_s, u"openai"_s, u"--base-url"_s, QString::fromLatin1(url)}, 2, {"base URL"});
    }
    row("key in the URL", good, {u"--provider"_s, u"openai"_s, u"--base-url"_s, u"http://a:secret@127.0.0.1/v1"_s}, 2,
        {"keys belong in"});
    row("refused connection", good,
        {u"--provider"_s, u"openai"_s, u"--base-url"_s, u"http://127.0.0.1:1/v1"_s, u"--model"_s, u"m"_s}, 4,
        {"NETWORK", "127.0.0.1:1"});
    row("no model", good, {u"--provider"_s, u"openai"_s, u"--base-url"_s, u"http://127.0.0.1:1/v1"_s}, 2, {"$.model"});
    row("no key", good, {u"--provider"_s, u"openai"_s}, 4, {"AUTH", "OPENAI_API_KEY", "keychain"});
    row("empty variable", good, {u"--provider"_s, u"openai"_s, u"--api-key-env"_s, u"EMPTY_KEY"_s}, 4,
        {"AUTH", "EMPTY_KEY", "not set or empty"});
    row("key for a variable", good, {u"--provider"_s, u"openai"_s, u"--api-key-env"_s, u"sk-secret@0123"_s}, 2,
        {"not the name of an environment variable"});
    row("no script", good, {u"--provider"_s, u"scripted"_s}, 2, {"--model"});
    row("missing script", good, {u"--provider"_s, u"scripted"_s, u"--model"_s, u"/nowhere.json"_s}, 2,
        {"/nowhere.json"});
    row("unknown built-in model", good, {u"--model"_s, u"oracle-9"_s}, 4, {"MODEL_MISSING", "oracle-9"});
}

void TestCommandLine::refusesWrongJobs()
{
    QFETCH(QByteArray, job);
    QFETCH(QStringList, options);
    QFETCH(int, status);
    QFETCH(QList<QByteArray>, says);
    m_lathe->environment().insert(u"EMPTY_KEY"_s, QString());
    const Ran ran = m_lathe->run(QStringList{u"run"_s, u"-"_s, u"--quiet"_s} + options, job);
    QVERIFY2(ran.status == status, ran.told().constData());
    for (const QByteArray& part : std::as_const(says)) {
        QVERIFY2(ran.err.contains(part), ran.told().constData());
    }
    QCOMPARE(ran.out, QByteArray());
    // Keys are neither told nor kept, not even those that were written where they do not belong.
    QVERIFY(!ran.err.contains("secret"));
    for (const QString& name : {u"lathe.db"_s, u"lathe.db-wal"_s}) {
        QVERIFY(!m_lathe->read(name).contains("secret@"));
    }
}

void TestCommandLine::keepsAnInvalidJobAsARun()
{
    const Ran ran = m_lathe->run(QStringList{u"run"_s, u"--prompt"_s, u" "_s} + m_lathe->results());
    QCOMPARE(ran.status, 2);
    QCOMPARE(m_lathe->response().value("error"_L1).toObject().value("code"_L1).toString(), u"VALIDATION_FAILED"_s);
    QCOMPARE(m_lathe->billed(), u"0"_s);
    QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"ERROR"_s);
}

void TestCommandLine::takesHugeInput_data()
{
    QTest::addColumn<QByteArray>("job");
    QTest::addColumn<QByteArray>("attachment");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("says");
    const QByteArray large = QByteArray("lorem ipsum ").repeated(840'000); // more than 10 MB, less than 10 MiB
    QTest::newRow("prompt above the limit")
        << QByteArray(R"({"prompt":")" + large + large + "\"}") << QByteArray() << 2 << "10 MiB"_ba;
    QTest::newRow("prompt") << QByteArray(R"({"prompt":")" + large + "\"}") << QByteArray() << 3
                            << "CONTEXT_WINDOW_EXCEEDED"_ba;
    QTest::newRow("attachment in the job")
        << QByteArray(R"({"prompt":"What is a frame?","attachments":[{"name":"a.txt","text":")" + large + "\"}]}")
        << QByteArray() << 0 << QByteArray();
    QTest::newRow("attached file") << QByteArray(R"({"prompt":"What is a frame?"})") << large << 0 << QByteArray();
    QTest::newRow("attached binary") << QByteArray(R"({"prompt":"What is a frame?"})")
                                     << QByteArray("\0\1\xff", 3).repeated(4'000'000) << 0 << QByteArray();
}

void TestCommandLine::takesHugeInput()
{
    QFETCH(QByteArray, job);
    QFETCH(QByteArray, attachment);
    QFETCH(int, status);
    QFETCH(QByteArray, says);
    QStringList arguments{u"run"_s, u"-"_s, u"--quiet"_s};
    if (!attachment.isEmpty()) {
        arguments << u"--attach"_s << m_lathe->write(u"big.txt"_s, attachment);
    }
    const Ran ran = m_lathe->run(arguments + m_lathe->results(), job);
    QVERIFY2(ran.status == status, ran.told().constData());
    QVERIFY2(ran.err.contains(says), ran.told().constData());
    QVERIFY(ran.err.size() < 2000); // the message is not as large as the input
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestCommandLine::writesOneResultToStandardOutput_data()
{
    QTest::addColumn<QString>("option");
    for (const QString& option : {u"--response"_s, u"--billing"_s, u"--events"_s}) {
        QTest::newRow(qPrintable(option)) << option;
    }
}

void TestCommandLine::writesOneResultToStandardOutput()
{
    QFETCH(QString, option);
    const QStringList ask{u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--no-cache"_s, option, u"-"_s};
    const Ran ran = m_lathe->run(ask);
    QCOMPARE(ran.status, 0);
    if (option == "--billing"_L1) {
        QVERIFY2(readCsv(ran.out).size() > 2, ran.out.constData());
    } else if (option == "--events"_L1) {
        for (const QByteArray& line : ran.out.trimmed().split('\n')) {
            QVERIFY2(QJsonDocument::fromJson(line).isObject(), line.constData());
        }
    } else {
        QVERIFY(ran.json().object().contains("totalCost"_L1));
    }
    // Two of them there would be neither.
    const Ran both = m_lathe->run(ask + QStringList{option == "--billing"_L1 ? u"--events"_s : u"--billing"_s, u"-"_s});
    QCOMPARE(both.status, 2);
    QVERIFY2(both.err.contains("standard output"), both.told().constData());
    QCOMPARE(both.out, QByteArray());
}

void TestCommandLine::saysBeforehandWhereItCannotWrite_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("target");
    for (const QString& option : {u"--response"_s, u"--billing"_s, u"--events"_s}) {
        QTest::addRow("%s in no folder", qPrintable(option)) << option << u"/nowhere/x"_s;
        QTest::addRow("%s as a folder", qPrintable(option)) << option << QDir::tempPath();
        QTest::addRow("%s in a special folder", qPrintable(option)) << option << u"/proc/x"_s;
    }
}

void TestCommandLine::saysBeforehandWhereItCannotWrite()
{
    QFETCH(QString, option);
    QFETCH(QString, target);
    const Ran ran = m_lathe->run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, option, target});
    QCOMPARE(ran.status, 5);
    QVERIFY2(ran.err.contains(target.toUtf8()), ran.told().constData());
    QVERIFY(m_lathe->runs().size() <= (target == "/proc/x"_L1 ? 1 : 0)); // nothing was paid for
}

void TestCommandLine::saysThatOutputWasLost()
{
    if (QFileInfo(u"/dev/full"_s).size() != 0 || !QFile::exists(u"/dev/full"_s)) {
        QSKIP("this machine has no device that is always full");
    }
    QCOMPARE(m_lathe->run({u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s}).status, 0);
    for (const QString& command : {u"runs list"_s, u"runs list --json"_s, u"bill"_s, u"bill --format csv"_s}) {
        const Ran full = m_lathe->shell(u"\"$LATHECTL\" %1 > /dev/full"_s.arg(command));
        QVERIFY2(full.status == 5, full.told().constData());
        QVERIFY2(full.err.contains("standard output"), full.told().constData());
    }
    for (const QString& option : {u"--response"_s, u"--billing"_s, u"--events"_s}) {
        const Ran full =
            m_lathe->run({u"run"_s, u"--prompt"_s, u"What is a run?"_s, u"--quiet"_s, option, u"/dev/full"_s});
        QVERIFY2(full.status == 5, full.told().constData());
        QVERIFY2(full.err.contains("/dev/full") && full.err.contains("export"), full.told().constData());
        QVERIFY(!QFileInfo(u"/dev/full"_s).isFile()); // it is still a device
    }
}

void TestCommandLine::goesOnWhenItsReaderLeaves()
{
    static_cast<void>(m_lathe->write(u"slow.json"_s, R"({"steps":[{"content":"at last","delayMs":3000}]})"));
    const Ran ran = m_lathe->shell(u"(\"$LATHECTL\" run --prompt work --provider scripted --model slow.json --quiet "
                                   "--events -; echo $? > status) | head -n 1"_s);
    QVERIFY2(ran.out.contains("RUN_CREATED"), ran.told().constData());
    QCOMPARE(m_lathe->read(u"status"_s).trimmed(), "5"_ba);
    QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"COMPLETE"_s); // it was paid for: it is there
    const Ran list =
        m_lathe->shell(u"\"$LATHECTL\" export %1 | head -n 1"_s.arg(m_lathe->newest().value("run"_L1).toString()));
    QCOMPARE(list.err, QByteArray()); // a reader that has seen enough is no news
}

void TestCommandLine::readsItsConfiguration()
{
    const QString config = m_lathe->write(u"c.json"_s, R"({"user":"carol","provider":"oracle"})");
    const Ran ran = m_lathe->run({u"run"_s, u"--prompt"_s, u"x"_s, u"--config"_s, config});
    QCOMPARE(ran.status, 2);
    QVERIFY2(ran.err.contains("oracle"), ran.told().constData());
    QCOMPARE(m_lathe->newest().value("userId"_L1).toString(), u"carol"_s);
    const QString other = m_lathe->path(u"other.db"_s);
    QCOMPARE(m_lathe->run({u"runs"_s, u"list"_s, u"--json"_s, u"--db"_s, other}).json().array().size(), 0);
    QVERIFY(QFile::exists(other)); // --db goes before LATHE_DB
    for (const QByteArray& wrong : {R"({"colour":1})"_ba, R"({"user":)"_ba, "7"_ba}) {
        const Ran refused = m_lathe->run({u"runs"_s, u"list"_s, u"--config"_s, m_lathe->write(u"w.json"_s, wrong)});
        QVERIFY2(refused.status == 2, refused.told().constData());
        QVERIFY2(refused.err.contains("w.json"), refused.told().constData());
    }
}

QTEST_GUILESS_MAIN(TestCommandLine)
#include "tst_commandline.moc"
