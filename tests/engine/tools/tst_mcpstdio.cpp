// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpclient.h"
#include "engine/tools/mcpstdio.h"
#include "tests/support/await.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <csignal>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

using CallReply = tl::expected<McpToolReply, McpFailure>;

/// A client whose server is the peer of these tests, closed at the end of the test.
struct Bench
{
    explicit Bench(const QStringList& words = {})
    {
        command.program = QStringLiteral(LATHE_MCP_PEER);
        command.arguments = words;
        settings.name = u"peer"_s;
        hooks.makeTransport = [this](McpEvents events) {
            ++started;
            return std::make_unique<McpStdio>(command, secrets, clock, std::move(events));
        };
        hooks.onLog = [this](const QString& line) { log.append(line); };
        hooks.onChanged = [this] { ++changes; };
    }
    ~Bench()
    {
        if (m_client) {
            await(m_client->close());
        }
    }
    McpClient& client()
    {
        if (!m_client) {
            m_client = std::make_unique<McpClient>(settings, hooks, clock);
        }
        return *m_client;
    }
    Result<void> connect() { return await(client().connect()); }
    CallReply call(const QString& name, const QJsonObject& arguments = {}, std::stop_token stop = {})
    {
        McpToolInfo tool;
        tool.name = name;
        return await(client().callTool(tool, arguments, onProgress, stop));
    }
    QString text(const QString& name, const QJsonObject& arguments = {})
    {
        const CallReply reply = call(name, arguments);
        if (!reply) {
            return u"failed: "_s + reply.error().message;
        }
        QStringList parts;
        for (const QJsonValue part : reply->content) {
            parts.append(part["text"_L1].toString());
        }
        return parts.join(u'|');
    }
    QStringList toolNames()
    {
        QStringList names;
        for (const McpToolInfo& tool : client().tools()) {
            names.append(tool.name);
        }
        return names;
    }

    SystemClock clock;
    McpCommand command;
    McpSecrets secrets;
    McpClientSettings settings;
    McpClientHooks hooks;
    std::function<void(McpProgress)> onProgress;
    QStringList log;
    int started = 0;
    int changes = 0;

private:
    std::unique_ptr<McpClient> m_client;
};

QCoro::Task<McpElicitationAnswer> answerAda(McpElicitation asked, std::stop_token)
{
    McpElicitationAnswer answer;
    if (asked.message == "Who are you?"_L1 && asked.server == "peer"_L1) {
        answer.action = McpElicitationAnswer::Action::Accept;
        answer.content = QJsonObject{{u"name"_s, u"Ada"_s}};
    }
    co_return answer;
}

QCoro::Task<McpElicitationAnswer> answerNothing(McpElicitation, std::stop_token)
{
    McpElicitationAnswer answer;
    answer.action = McpElicitationAnswer::Action::Accept;
    co_return answer;
}

} // namespace

class TestMcpStdio : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void agreesOnEra_data();
    void agreesOnEra();
    void saysWhyItDoesNotStart_data();
    void saysWhyItDoesNotStart();
    void listsAllPages();
    void callsTools();
    void givesFewVariables();
    void masksSecrets();
    void answersQuestions();
    void asksUser_data();
    void asksUser();
    void tellsProgress();
    void timesOut();
    void cancels();
    void outlivesDeathOfServer();
    void listsAgainWhenToldSo();
    void dropsHugeMessages();
    void endsStubbornServers();
};

void TestMcpStdio::agreesOnEra_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("version");
    QTest::addColumn<int>("started");
    QTest::newRow("legacy") << QStringList() << u"2025-06-18"_s << 1;
    QTest::newRow("modern") << QStringList{u"modern"_s} << u"2026-07-28"_s << 1;
    QTest::newRow("legacy that ignores the probe") << QStringList{u"silent"_s} << u"2025-06-18"_s << 1;
    QTest::newRow("legacy that dies of the probe") << QStringList{u"touchy"_s} << u"2025-06-18"_s << 2;
}

void TestMcpStdio::agreesOnEra()
{
    QFETCH(QStringList, words);
    QFETCH(QString, version);
    QFETCH(int, started);
    Bench bench(words);
    bench.settings.probeTime = std::chrono::milliseconds(words.contains(u"silent"_s) ? 300 : 30'000);
    const Result<void> connected = bench.connect();
    QVERIFY2(connected, connected ? "" : qPrintable(connected.error().message));
    QCOMPARE(bench.client().state(), McpServerState::Ready);
    QCOMPARE(bench.client().peer().version, version);
    QCOMPARE(bench.started, started);
    QCOMPARE(bench.text(u"echo"_s, {{u"text"_s, u"grüße"_s}}), u"grüße"_s);
}

void TestMcpStdio::saysWhyItDoesNotStart_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("folder");
    QTest::addColumn<QString>("message");
    QTest::newRow("no such program") << u"no-such-program"_s << QStringList() << QString() << u"was not found"_s;
    QTest::newRow("no such path") << u"/nowhere/at/all"_s << QStringList() << QString() << u"was not found"_s;
    QTest::newRow("no such folder") << QStringLiteral(LATHE_MCP_PEER) << QStringList() << u"/nowhere"_s << u"\"cwd\""_s;
    QTest::newRow("ends at once") << u"false"_s << QStringList() << QString() << u"ended with status 1"_s;
    QTest::newRow("version from the future")
        << QStringLiteral(LATHE_MCP_PEER) << QStringList{u"future"_s} << QString() << u"2099-01-01"_s;
}

void TestMcpStdio::saysWhyItDoesNotStart()
{
    QFETCH(QString, program);
    QFETCH(QStringList, words);
    QFETCH(QString, folder);
    QFETCH(QString, message);
    Bench bench(words);
    bench.command.program = program;
    bench.command.folder = folder;
    const Result<void> connected = bench.connect();
    QVERIFY(!connected);
    QVERIFY2(connected.error().message.contains(message), qPrintable(connected.error().message));
    QCOMPARE(bench.client().state(), McpServerState::Failed);
    QCOMPARE(bench.client().error(), connected.error().message);
    const CallReply reply = bench.call(u"echo"_s);
    QVERIFY(!reply);
    QVERIFY(reply.error().message.startsWith(u"it is not connected"_s));
}

void TestMcpStdio::listsAllPages()
{
    Bench bench;
    QVERIFY(bench.connect());
    QCOMPARE(bench.toolNames().size(), 15);
    QVERIFY(bench.toolNames().contains(u"count"_s));
    QCOMPARE(bench.client().issues(), QStringList{u"batch runs only as a task, which Lathe does not do"_s});
}

void TestMcpStdio::callsTools()
{
    Bench bench; // connects by itself
    const CallReply failed = bench.call(u"fail"_s);
    QVERIFY(failed && failed->isError);
    const CallReply count = bench.call(u"count"_s);
    QVERIFY(count);
    QCOMPARE(count->structured.toObject().value("n"_L1).toInt(), 3);
    QVERIFY(bench.log.join(u'\n').contains(u"Peer is ready"_s)); // not JSON, and no harm
}

void TestMcpStdio::givesFewVariables()
{
    qputenv("LATHE_TEST_OTHER", "other");
    Bench bench;
    bench.command.environment.insert(u"PEER_MODE"_s, u"quick"_s);
    const QStringList lines = bench.text(u"environment"_s).split(u'\n');
    QStringList names;
    for (const QString& line : lines) {
        names.append(line.section(u'=', 0, 0));
    }
    QVERIFY(names.contains(u"PEER_MODE"_s));
    QVERIFY(names.contains(u"PATH"_s));
    names.removeIf([](const QString& name) {
        return QStringList{u"HOME"_s, u"LOGNAME"_s, u"PATH"_s, u"SHELL"_s, u"TERM"_s, u"USER"_s, u"PEER_MODE"_s}
            .contains(name);
    });
    QCOMPARE(names, QStringList());
    qunsetenv("LATHE_TEST_OTHER");
}

void TestMcpStdio::masksSecrets()
{
    Bench bench;
    const QString token = u"pq-\"quoted\"-secret"_s;
    bench.command.environment.insert(u"PEER_TOKEN"_s, token);
    bench.secrets.add(token);
    const QString text = bench.text(u"environment"_s);
    QVERIFY(text.contains(u"PEER_TOKEN=[secret]"_s));
    QTRY_VERIFY_WITH_TIMEOUT(bench.log.join(u'\n').contains(u"starting with [secret]"_s), 30'000);
}

void TestMcpStdio::answersQuestions()
{
    Bench bench;
    const QString text = bench.text(u"questions"_s);
    QVERIFY2(text.contains(uR"("result":{})"_s), qPrintable(text));
    QVERIFY2(text.contains(u"-32601"_s), qPrintable(text));
}

void TestMcpStdio::asksUser_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<QString>("who");
    QTest::addColumn<QString>("result");
    for (const char *era : {"legacy", "modern"}) {
        const QStringList words{QString::fromLatin1(era)};
        const QString state = words.contains(u"modern"_s) ? u"state ="_s : QString();
        QTest::addRow("%s: answered, with the default", era)
            << words << u"ada"_s << QString(state + uR"({"action":"accept","content":{"age":30,"name":"Ada"}})"_s);
        QTest::addRow("%s: nobody is there", era)
            << words << u"nobody"_s << QString(state + uR"({"action":"decline"})"_s);
        QTest::addRow("%s: does not fit the form", era)
            << words << u"nothing"_s << QString(state + uR"({"action":"cancel"})"_s);
    }
}

void TestMcpStdio::asksUser()
{
    QFETCH(QStringList, words);
    QFETCH(QString, who);
    QFETCH(QString, result);
    Bench bench(words);
    if (who == "ada"_L1) {
        bench.hooks.ask = answerAda;
    } else if (who == "nothing"_L1) {
        bench.hooks.ask = answerNothing;
    }
    QCOMPARE(bench.text(u"ask"_s), result);
}

void TestMcpStdio::tellsProgress()
{
    Bench bench;
    QList<double> seen;
    bench.onProgress = [&seen](const McpProgress& progress) { seen.append(progress.done / progress.total); };
    QCOMPARE(bench.text(u"steps"_s), u"done"_s);
    QCOMPARE(seen, (QList<double>{1.0 / 3, 2.0 / 3, 1.0}));
}

void TestMcpStdio::timesOut()
{
    Bench quick;
    quick.settings.timeout = std::chrono::seconds(5);
    const CallReply reply = quick.call(u"hang"_s);
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, McpFailure::Kind::TimedOut);
    QVERIFY2(reply.error().message.contains(u"within 5 s"_s), qPrintable(reply.error().message));
    QTRY_VERIFY_WITH_TIMEOUT(quick.log.join(u'\n').contains(u"notifications/cancelled"_s), 30'000);
    QCOMPARE(quick.text(u"echo"_s, {{u"text"_s, u"still there"_s}}), u"still there"_s);
}

void TestMcpStdio::cancels()
{
    Bench bench;
    QVERIFY(bench.connect());
    std::stop_source stop;
    QTimer::singleShot(100, [&stop] { stop.request_stop(); });
    const CallReply reply = bench.call(u"hang"_s, {}, stop.get_token());
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, McpFailure::Kind::Cancelled);
    QTRY_VERIFY_WITH_TIMEOUT(bench.log.join(u'\n').contains(u"notifications/cancelled"_s), 30'000);
}

void TestMcpStdio::outlivesDeathOfServer()
{
    Bench bench;
    QVERIFY(bench.connect());
    const CallReply reply = bench.call(u"die"_s);
    QVERIFY(!reply);
    QCOMPARE(reply.error().kind, McpFailure::Kind::Lost);
    QCOMPARE(reply.error().message, u"its process ended with status 3; its last words were: out of memory"_s);
    QCOMPARE(bench.client().state(), McpServerState::Failed);
    QCOMPARE(bench.text(u"echo"_s, {{u"text"_s, u"again"_s}}), u"again"_s); // starts it anew
    QCOMPARE(bench.started, 2);
}

void TestMcpStdio::listsAgainWhenToldSo()
{
    Bench bench;
    QVERIFY(bench.connect());
    QVERIFY(!bench.toolNames().contains(u"extra"_s));
    const int changes = bench.changes;
    QCOMPARE(bench.text(u"grow"_s), u"grown"_s);
    QTRY_VERIFY_WITH_TIMEOUT(bench.toolNames().contains(u"extra"_s), 30'000);
    QCOMPARE(bench.changes, changes + 1); // once, though told three times
}

void TestMcpStdio::dropsHugeMessages()
{
    Bench bench;
    bench.settings.timeout = std::chrono::seconds(5);
    const CallReply reply = bench.call(u"big"_s);
    QVERIFY(!reply);
    QTRY_VERIFY_WITH_TIMEOUT(bench.log.join(u'\n').contains(u"over 10 MiB was dropped"_s), 60'000);
    QCOMPARE(bench.text(u"echo"_s, {{u"text"_s, u"next"_s}}), u"next"_s);
}

void TestMcpStdio::endsStubbornServers()
{
    QElapsedTimer timer;
    {
        Bench bench({u"stubborn"_s});
        QVERIFY(bench.connect());
        timer.start();
    }
    QVERIFY(timer.elapsed() >= 2 * McpStdio::kPatience.count() - 100); // end of input, SIGTERM, SIGKILL
    QVERIFY(timer.elapsed() < 30'000);
}

QTEST_GUILESS_MAIN(TestMcpStdio)
#include "tst_mcpstdio.moc"
