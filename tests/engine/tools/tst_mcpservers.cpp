// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpservers.h"
#include "engine/tools/tooldispatcher.h"
#include "tests/support/await.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

QJsonObject peer(const QStringList& words = {})
{
    return {{u"command"_s, QStringLiteral(LATHE_MCP_PEER)}, {u"args"_s, QJsonArray::fromStringList(words)}};
}

struct Bench
{
    Bench() : dispatcher(registry, clock), file(folder.filePath(u"mcp.json"_s)) {}
    ~Bench()
    {
        if (m_servers) {
            await(m_servers->close());
        }
    }
    McpServers& servers()
    {
        if (!m_servers) {
            McpServersHooks hooks;
            hooks.onChanged = [this] { ++changes; };
            m_servers = std::make_unique<McpServers>(file, environmentVariables(), registry, clock, hooks);
        }
        return *m_servers;
    }
    ToolResult call(const QString& tool, const QJsonObject& arguments = {})
    {
        ToolInvocation invocation;
        invocation.arguments = arguments;
        return await(dispatcher.dispatch(tool, invocation, {}));
    }

    SystemClock clock;
    ToolRegistry registry;
    ToolDispatcher dispatcher;
    QTemporaryDir folder;
    QString file;
    int changes = 0;

private:
    std::unique_ptr<McpServers> m_servers;
};

} // namespace

class TestMcpServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void putsToolsIntoRegistry();
    void saysWhatIsWrongWithServers();
    void keepsWhatWasSet();
    void refusesWhatIsWrong();
    void importsOnce();
    void followsListsThatChange();
    void tellsModelOfLostServers();
    void reconnects();
};

void TestMcpServers::putsToolsIntoRegistry()
{
    Bench bench;
    QVERIFY(writeMcpFile(bench.file, {{u"p"_s, peer()}, {u"q"_s, peer({u"modern"_s})}}));
    QVERIFY(bench.servers().load());
    QCOMPARE(bench.servers().servers().first().state, McpServerState::Idle);
    QVERIFY(bench.registry.names().isEmpty()); // nothing is started before it is needed
    await(bench.servers().ready());
    const QList<McpServerInfo> servers = bench.servers().servers();
    QCOMPARE(servers.size(), 2);
    QCOMPARE(servers.at(0).protocol, u"2025-06-18"_s);
    QCOMPARE(servers.at(1).protocol, u"2026-07-28"_s);
    QVERIFY(servers.at(0).tools.contains(u"p__echo"_s));
    QVERIFY(bench.registry.names().contains(u"q__echo"_s));
    QVERIFY2(servers.at(0).issues.join(u'\n').contains(u"p__broken"_s), qPrintable(servers.at(0).issues.join(u'\n')));
    QCOMPARE(bench.registry.find(u"p__echo"_s)->spec().sideEffect, SideEffect::Reads);
    QCOMPARE(bench.registry.find(u"p__fail"_s)->spec().sideEffect, SideEffect::Irreversible);
    const ToolResult echoed = bench.call(u"q__echo"_s, {{u"text"_s, u"hello"_s}});
    QVERIFY(echoed.ok);
    QCOMPARE(echoed.value, (QJsonObject{{u"text"_s, u"hello"_s}}));
    const ToolResult failed = bench.call(u"p__fail"_s);
    QCOMPARE(failed.errorCode, u"TOOL_FAILED"_s);
    QCOMPARE(failed.message, u"no such city"_s);
    QCOMPARE(bench.call(u"p__miscount"_s).errorCode, u"INVALID_REPLY"_s);
    QCOMPARE(bench.call(u"p__nothing"_s).errorCode, u"INVALID_REPLY"_s);
    QCOMPARE(bench.call(u"p__count"_s).value, (QJsonObject{{u"structured"_s, QJsonObject{{u"n"_s, 3}}}}));
    QCOMPARE(bench.call(u"p__picture"_s).files.size(), 2);
}

void TestMcpServers::saysWhatIsWrongWithServers()
{
    Bench bench;
    QJsonObject off = peer();
    off.insert("disabled"_L1, true);
    QJsonObject unset = peer();
    unset.insert("env"_L1, QJsonObject{{u"A"_s, u"${LATHE_TEST_NEVER_SET}"_s}});
    QVERIFY(writeMcpFile(bench.file, {{u"gone"_s, QJsonObject{{u"command"_s, u"no-such-program"_s}}},
                                      {u"off"_s, off},
                                      {u"unset"_s, unset},
                                      {u"wrong"_s, QJsonObject()}}));
    QVERIFY(bench.servers().load());
    await(bench.servers().ready());
    const QList<McpServerInfo> servers = bench.servers().servers();
    QCOMPARE(servers.at(0).state, McpServerState::Failed);
    QVERIFY(servers.at(0).error.contains(u"no-such-program was not found"_s));
    QCOMPARE(servers.at(1).state, McpServerState::Disabled);
    QCOMPARE(servers.at(2).state, McpServerState::Failed);
    QVERIFY(servers.at(2).error.contains(u"LATHE_TEST_NEVER_SET is not set"_s));
    QCOMPARE(servers.at(3).state, McpServerState::Refused);
    QVERIFY(servers.at(3).error.contains(u"either"_s));
    QVERIFY(bench.registry.names().isEmpty());
}

void TestMcpServers::keepsWhatWasSet()
{
    Bench bench;
    QVERIFY(await(bench.servers().set(u"p"_s, peer())));
    await(bench.servers().ready());
    QVERIFY(bench.registry.find(u"p__echo"_s));
    QVERIFY(await(bench.servers().set(u"p"_s, peer({u"modern"_s}))));
    QVERIFY(!bench.registry.find(u"p__echo"_s)); // the old one is gone, the new one not started
    await(bench.servers().ready());
    QCOMPARE(bench.servers().servers().first().protocol, u"2026-07-28"_s);
    QCOMPARE(readMcpFile(bench.file)->value("p"_L1).toObject(), peer({u"modern"_s}));
    QVERIFY(await(bench.servers().remove(u"p"_s)));
    QVERIFY(bench.registry.names().isEmpty());
    QVERIFY(readMcpFile(bench.file)->isEmpty());
    QVERIFY(bench.changes > 0);
}

void TestMcpServers::refusesWhatIsWrong()
{
    Bench bench;
    QVERIFY(!await(bench.servers().set(u"p"_s, {})));
    QVERIFY(!QFile::exists(bench.file));
    QCOMPARE(await(bench.servers().remove(u"p"_s)).error().code, ErrorCode::NotFound);
    QCOMPARE(await(bench.servers().reconnect(u"p"_s)).error().code, ErrorCode::NotFound);
    QCOMPARE(bench.servers().log(u"p"_s).error().code, ErrorCode::NotFound);
    bench.file = bench.folder.filePath(u"mcp.json/below"_s);
    QFile blocker(bench.folder.filePath(u"mcp.json"_s));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    Bench other;
    other.file = bench.file;
    QCOMPARE(await(other.servers().set(u"p"_s, peer())).error().code, ErrorCode::File);
    QVERIFY(other.servers().servers().isEmpty()); // nothing is kept that was not written
}

void TestMcpServers::importsOnce()
{
    Bench bench;
    QVERIFY(await(bench.servers().set(u"p"_s, peer())));
    const QJsonObject foreign{{u"mcpServers"_s, QJsonObject{{u"p"_s, peer({u"modern"_s})}, {u"q"_s, peer()}}}};
    const Result<QStringList> notes = await(bench.servers().import(foreign));
    QVERIFY(notes);
    QCOMPARE(*notes, (QStringList{u"p is there already and stays as it is"_s, u"q was added"_s}));
    QCOMPARE(bench.servers().servers().size(), 2);
    QCOMPARE(readMcpFile(bench.file)->value("p"_L1).toObject(), peer());
    QVERIFY(!await(bench.servers().import({})));
}

void TestMcpServers::followsListsThatChange()
{
    Bench bench;
    QVERIFY(await(bench.servers().set(u"p"_s, peer())));
    await(bench.servers().ready());
    QVERIFY(bench.call(u"p__grow"_s).ok);
    QTRY_VERIFY_WITH_TIMEOUT(bench.registry.find(u"p__extra"_s), 30'000);
    QVERIFY(bench.registry.find(u"p__echo"_s));
}

void TestMcpServers::tellsModelOfLostServers()
{
    Bench bench;
    QVERIFY(await(bench.servers().set(u"p"_s, peer())));
    await(bench.servers().ready());
    const ToolResult lost = bench.call(u"p__die"_s);
    QCOMPARE(lost.errorCode, u"SERVER_LOST"_s);
    QVERIFY2(lost.message.contains(u"ended with status 3; its last words were: out of memory"_s),
             qPrintable(lost.message));
    QVERIFY(lost.message.contains(u"may have had its effect"_s));
    QCOMPARE(bench.servers().servers().first().state, McpServerState::Failed);
    QVERIFY(bench.call(u"p__echo"_s, {{u"text"_s, u"x"_s}}).ok); // it is started anew
}

void TestMcpServers::reconnects()
{
    Bench bench;
    QVERIFY(await(bench.servers().set(u"p"_s, peer())));
    QVERIFY(await(bench.servers().reconnect(u"p"_s)));
    QVERIFY(await(bench.servers().reconnect(u"p"_s)));
    QCOMPARE(bench.servers().servers().first().state, McpServerState::Ready);
    QCOMPARE(bench.servers().log(u"p"_s)->filter(u"connected to peer 1, protocol 2025-06-18"_s).size(), 2);
}

QTEST_GUILESS_MAIN(TestMcpServers)
#include "tst_mcpservers.moc"
