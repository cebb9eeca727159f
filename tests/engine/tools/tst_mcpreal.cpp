// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpservers.h"
#include "engine/tools/tooldispatcher.h"
#include "tests/support/await.h"

#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

// The servers of the protocol's own makers, and their conformance suite. They are not part of this project: install
//     npm i @modelcontextprotocol/server-everything@2026.8.31 @modelcontextprotocol/server-filesystem@2026.8.31
//           @modelcontextprotocol/server-memory@2026.8.31 @modelcontextprotocol/conformance@0.1.13
// in a folder and name it in LATHE_MCP_PACKAGES. Without it these tests are skipped.

namespace {

/// The program of a package, or nothing.
QString program(const QString& name)
{
    const QString folder = qEnvironmentVariable("LATHE_MCP_PACKAGES");
    const QString path = folder + u"/node_modules/.bin/"_s + name;
    return !folder.isEmpty() && QFile::exists(path) ? path : QString();
}

struct Bench
{
    Bench() : dispatcher(registry, clock)
    {
        McpServersHooks hooks;
        hooks.ask = [this](McpElicitation asked, std::stop_token stop) { return answer(asked, stop); };
        servers = std::make_unique<McpServers>(folder.filePath(u"mcp.json"_s), environmentVariables(), registry, clock,
                                               hooks);
    }
    ~Bench() { await(servers->close()); }
    QCoro::Task<McpElicitationAnswer> answer(McpElicitation asked, std::stop_token)
    {
        questions.append(asked.message);
        McpElicitationAnswer answer;
        co_return answer;
    }
    ToolResult call(const QString& tool, const QJsonObject& arguments = {})
    {
        ToolInvocation invocation;
        invocation.arguments = arguments;
        return await(dispatcher.dispatch(tool, invocation, {}), 120'000);
    }
    McpServerInfo start(const QJsonObject& settings)
    {
        if (!await(servers->set(u"s"_s, settings))) {
            return {};
        }
        await(servers->ready(), 120'000);
        return servers->servers().first();
    }

    SystemClock clock;
    ToolRegistry registry;
    ToolDispatcher dispatcher;
    QTemporaryDir folder;
    std::unique_ptr<McpServers> servers;
    QStringList questions;
};

} // namespace

class TestMcpReal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everything();
    void everythingOverHttp();
    void filesystem();
    void memory();
    void conformance_data();
    void conformance();
};

void TestMcpReal::everything()
{
    const QString server = program(u"mcp-server-everything"_s);
    if (server.isEmpty()) {
        QSKIP("LATHE_MCP_PACKAGES names no folder with server-everything");
    }
    Bench bench;
    const McpServerInfo info = bench.start({{u"command"_s, server}, {u"args"_s, QJsonArray{u"stdio"_s}}});
    QVERIFY2(info.state == McpServerState::Ready, qPrintable(info.error));
    QVERIFY2(info.tools.size() >= 13, qPrintable(info.tools.join(u' ')));
    const ToolResult echoed = bench.call(u"s__echo"_s, {{u"message"_s, u"grüße"_s}});
    QVERIFY2(echoed.ok, qPrintable(echoed.message));
    QVERIFY(echoed.value.value("text"_L1).toString().contains(u"grüße"_s));
    QVERIFY(bench.call(u"s__get-sum"_s, {{u"a"_s, 2}, {u"b"_s, 3}}).textForModel().contains(u'5'));
    const ToolResult structured = bench.call(u"s__get-structured-content"_s, {{u"location"_s, u"New York"_s}});
    QVERIFY2(structured.ok, qPrintable(structured.message));
    QVERIFY(structured.value.contains("structured"_L1));
    const ToolResult picture = bench.call(u"s__get-tiny-image"_s);
    QCOMPARE(picture.files.size(), 1);
    QCOMPARE(picture.files.first().mediaType, u"image/png"_s);
    const ToolResult slow = bench.call(u"s__trigger-long-running-operation"_s, {{u"duration"_s, 1}, {u"steps"_s, 2}});
    QVERIFY2(slow.ok, qPrintable(slow.message));
    if (bench.registry.find(u"s__trigger-elicitation-request"_s)) {
        const ToolResult asked = bench.call(u"s__trigger-elicitation-request"_s);
        QVERIFY2(asked.ok, qPrintable(asked.message));
        QCOMPARE(bench.questions.size(), 1);
    }
}

void TestMcpReal::everythingOverHttp()
{
    const QString server = program(u"mcp-server-everything"_s);
    if (server.isEmpty()) {
        QSKIP("LATHE_MCP_PACKAGES names no folder with server-everything");
    }
    QTcpServer finder; // for a free port
    QVERIFY(finder.listen(QHostAddress::LocalHost, 0));
    const QString port = QString::number(finder.serverPort());
    finder.close();
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"PORT"_s, port);
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(server, {u"streamableHttp"_s});
    QVERIFY(process.waitForStarted(30'000));
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += process.readAll()).contains("listening"), 60'000);
    {
        Bench bench;
        const McpServerInfo info =
            bench.start({{u"type"_s, u"http"_s}, {u"url"_s, QString(u"http://127.0.0.1:"_s + port + u"/mcp"_s)}});
        QVERIFY2(info.state == McpServerState::Ready, qPrintable(info.error));
        QVERIFY(bench.call(u"s__echo"_s, {{u"message"_s, u"hello"_s}}).textForModel().contains(u"hello"_s));
    }
    process.terminate();
    if (!process.waitForFinished(10'000)) {
        process.kill();
        process.waitForFinished();
    }
}

void TestMcpReal::filesystem()
{
    const QString server = program(u"mcp-server-filesystem"_s);
    if (server.isEmpty()) {
        QSKIP("LATHE_MCP_PACKAGES names no folder with server-filesystem");
    }
    Bench bench;
    QFile file(bench.folder.filePath(u"note.txt"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("lathe was here");
    file.close();
    const McpServerInfo info = bench.start({{u"command"_s, server}, {u"args"_s, QJsonArray{bench.folder.path()}}});
    QVERIFY2(info.state == McpServerState::Ready, qPrintable(info.error));
    const ToolResult read = bench.call(u"s__read_text_file"_s, {{u"path"_s, file.fileName()}});
    QVERIFY2(read.ok, qPrintable(read.message));
    QVERIFY(read.textForModel().contains(u"lathe was here"_s));
    QCOMPARE(bench.registry.find(u"s__read_text_file"_s)->spec().sideEffect, SideEffect::Reads);
    const ToolResult outside = bench.call(u"s__read_text_file"_s, {{u"path"_s, u"/etc/passwd"_s}});
    QCOMPARE(outside.errorCode, u"TOOL_FAILED"_s);
    QVERIFY2(outside.message.contains(u"Access denied"_s), qPrintable(outside.message));
}

void TestMcpReal::memory()
{
    const QString server = program(u"mcp-server-memory"_s);
    if (server.isEmpty()) {
        QSKIP("LATHE_MCP_PACKAGES names no folder with server-memory");
    }
    Bench bench;
    const QString path = bench.folder.filePath(u"memory.jsonl"_s);
    const McpServerInfo info =
        bench.start({{u"command"_s, server}, {u"env"_s, QJsonObject{{u"MEMORY_FILE_PATH"_s, path}}}});
    QVERIFY2(info.state == McpServerState::Ready, qPrintable(info.error));
    const QJsonObject entity{
        {u"name"_s, u"Ada"_s}, {u"entityType"_s, u"person"_s}, {u"observations"_s, QJsonArray{u"writes programs"_s}}};
    const ToolResult made = bench.call(u"s__create_entities"_s, {{u"entities"_s, QJsonArray{entity}}});
    QVERIFY2(made.ok, qPrintable(made.message));
    const ToolResult graph = bench.call(u"s__read_graph"_s);
    QVERIFY2(graph.ok, qPrintable(graph.message));
    QVERIFY(graph.textForModel().contains(u"writes programs"_s));
    QVERIFY(QFile::exists(path));
}

void TestMcpReal::conformance_data()
{
    QTest::addColumn<QString>("scenario");
    for (const char *scenario : {"initialize", "tools_call", "elicitation-sep1034-client-defaults", "sse-retry"}) {
        QTest::newRow(scenario) << QString::fromLatin1(scenario);
    }
}

void TestMcpReal::conformance()
{
    QFETCH(QString, scenario);
    const QString suite = program(u"conformance"_s);
    if (suite.isEmpty()) {
        QSKIP("LATHE_MCP_PACKAGES names no folder with the conformance suite");
    }
    const QTemporaryDir folder;
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(suite, {u"client"_s, u"--command"_s, QStringLiteral(LATHE_MCP_PROBE), u"--scenario"_s, scenario,
                          u"-o"_s, folder.path()});
    QVERIFY(process.waitForFinished(120'000));
    QVERIFY2(process.exitCode() == 0, process.readAll().constData());
}

QTEST_GUILESS_MAIN(TestMcpReal)
#include "tst_mcpreal.moc"
