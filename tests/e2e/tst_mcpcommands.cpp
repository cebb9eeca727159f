// SPDX-License-Identifier: GPL-3.0-or-later
#include "lathectl.h"

#include <QTest>

using namespace lathe::test;
using namespace Qt::StringLiterals;

/// "lathectl mcp", and the tools of MCP servers in "lathectl tools" and in runs.
class TestMcpCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsListsAndRemoves();
    void callsTools();
    void refusesSecrets();
    void saysWhatIsWrong();
    void imports();
    void runsUseThem();

private:
    static QStringList add(const QStringList& words = {})
    {
        return QStringList{u"mcp"_s, u"add"_s, u"peer"_s, u"--"_s, QStringLiteral(LATHE_MCP_PEER)} + words;
    }
};

void TestMcpCommands::addsListsAndRemoves()
{
    const Lathectl lathectl;
    const Ran added = lathectl.run(add({u"modern"_s}));
    QVERIFY2(added.status == 0, added.told().constData());
    const Ran listed = lathectl.run({u"mcp"_s, u"list"_s, u"--json"_s});
    QVERIFY2(listed.status == 0, listed.told().constData());
    const QJsonObject server = listed.json().array().first().toObject();
    QCOMPARE(server["name"_L1].toString(), u"peer"_s);
    QCOMPARE(server["state"_L1].toString(), u"ready"_s);
    QCOMPARE(server["protocol"_L1].toString(), u"2026-07-28"_s);
    QVERIFY(server["tools"_L1].toArray().contains(u"peer__echo"_s));
    QVERIFY(lathectl.run({u"mcp"_s, u"list"_s}).out.contains("ready"));
    const Ran tested = lathectl.run({u"mcp"_s, u"test"_s, u"peer"_s});
    QVERIFY2(tested.status == 0 && tested.out.contains("ok, 14 tools"), tested.told().constData());
    QVERIFY(lathectl.run({u"mcp"_s, u"log"_s, u"peer"_s}).out.contains("connected to"));
    QVERIFY(lathectl.read(u"lathe/mcp.json"_s).contains("mcpServers"));
    QCOMPARE(lathectl.run({u"mcp"_s, u"remove"_s, u"peer"_s}).status, 0);
    QCOMPARE(lathectl.run({u"mcp"_s, u"list"_s, u"--json"_s}).json().array().size(), 0);
    QVERIFY(lathectl.run({u"mcp"_s, u"remove"_s, u"peer"_s}).err.contains("no MCP server named"));
}

void TestMcpCommands::callsTools()
{
    const Lathectl lathectl;
    QCOMPARE(lathectl.run(add()).status, 0);
    QVERIFY(lathectl.run({u"tools"_s, u"list"_s}).out.contains("peer__echo"));
    QVERIFY(lathectl.run({u"tools"_s, u"check"_s}).out.contains("peer__echo: ok"));
    const Ran called = lathectl.run({u"tools"_s, u"call"_s, u"peer__echo"_s, uR"({"text":"hello"})"_s});
    QVERIFY2(called.status == 0, called.told().constData());
    QCOMPARE(called.json()["text"_L1].toString(), u"hello"_s);
    const Ran picture = lathectl.run({u"tools"_s, u"call"_s, u"peer__picture"_s, u"{}"_s});
    QCOMPARE(picture.json()["files"_L1].toArray().size(), 2);
    const Ran died = lathectl.run({u"tools"_s, u"call"_s, u"peer__die"_s, u"{}"_s});
    QVERIFY(died.status != 0);
    QCOMPARE(died.json()["error"_L1]["code"_L1].toString(), u"SERVER_LOST"_s);
    // Nobody is at a terminal: the question is declined.
    const Ran asked = lathectl.run({u"tools"_s, u"call"_s, u"peer__ask"_s, u"{}"_s});
    QVERIFY2(asked.out.contains("decline"), asked.told().constData());
}

void TestMcpCommands::refusesSecrets()
{
    Lathectl lathectl;
    const Ran refused =
        lathectl.run({u"mcp"_s, u"add"_s, u"gh"_s, u"--env"_s, u"GITHUB_TOKEN=abcdefgh"_s, u"--"_s, u"x"_s});
    QCOMPARE(refused.status, 2);
    QVERIFY2(refused.err.contains("looks like a secret"), refused.told().constData());
    QVERIFY(!refused.err.contains("abcdefgh"));
    const Ran named = lathectl.run({u"mcp"_s, u"add"_s, u"peer"_s, u"--env"_s, u"PEER_TOKEN=${LATHE_TEST_TOKEN}"_s,
                                    u"--"_s, QStringLiteral(LATHE_MCP_PEER)});
    QVERIFY2(named.status == 0, named.told().constData());
    const QStringList call{u"tools"_s, u"call"_s, u"peer__environment"_s, u"{}"_s};
    const Ran unset = lathectl.run({u"mcp"_s, u"test"_s});
    QVERIFY2(unset.status != 0 && unset.out.contains("LATHE_TEST_TOKEN is not set"), unset.told().constData());
    lathectl.environment().insert(u"LATHE_TEST_TOKEN"_s, u"very-secret-value"_s);
    const Ran called = lathectl.run(call);
    QVERIFY2(called.status == 0, called.told().constData());
    QVERIFY(called.out.contains("PEER_TOKEN=[secret]"));
    QVERIFY(!called.told().contains("very-secret-value"));
    QVERIFY(!lathectl.read(u"lathe/mcp.json"_s).contains("very-secret-value"));
}

void TestMcpCommands::saysWhatIsWrong()
{
    const Lathectl lathectl;
    QCOMPARE(lathectl.run({u"mcp"_s, u"add"_s, u"a"_s}).status, 2); // neither program nor address
    QVERIFY(lathectl.run({u"mcp"_s, u"add"_s, u"a"_s, u"--env"_s, u"x"_s, u"--"_s, u"p"_s}).err.contains("NAME=VALUE"));
    QCOMPARE(lathectl.run({u"mcp"_s, u"add"_s, u"gone"_s, u"--"_s, u"no-such-program"_s}).status, 0);
    const Ran tested = lathectl.run({u"mcp"_s, u"test"_s});
    QVERIFY2(tested.status != 0 && tested.out.contains("no-such-program was not found"), tested.told().constData());
    QVERIFY(lathectl.run({u"tools"_s, u"check"_s}).out.contains("MCP server gone: "));
    QVERIFY(lathectl.run({u"mcp"_s, u"test"_s, u"other"_s}).err.contains("no MCP server named"));
    // A file that cannot be read is no reason to refuse everything else.
    const QString broken = lathectl.write(u"lathe/mcp.json"_s, "{");
    const Ran list = lathectl.run({u"mcp"_s, u"list"_s});
    QVERIFY2(list.status != 0 && list.err.contains("mcp.json"), list.told().constData());
    QCOMPARE(lathectl.run({u"runs"_s, u"list"_s}).status, 0);
}

void TestMcpCommands::imports()
{
    const Lathectl lathectl;
    const QString file =
        lathectl.write(u"claude.json"_s, R"({"mcpServers":{"web":{"url":"https://a.example/mcp","disabled":true,
                              "headers":{"Authorization":"Bearer abcdefghijkl"}}}})");
    const Ran imported = lathectl.run({u"mcp"_s, u"import"_s, file});
    QVERIFY2(imported.status == 0, imported.told().constData());
    QVERIFY(imported.out.contains("WEB_AUTHORIZATION"));
    QVERIFY(!lathectl.read(u"lathe/mcp.json"_s).contains("abcdefghijkl"));
    QVERIFY(lathectl.run({u"mcp"_s, u"list"_s}).out.contains("disabled"));
    QVERIFY(lathectl.run({u"mcp"_s, u"import"_s, lathectl.path(u"none.json"_s)}).err.contains("cannot be read"));
}

void TestMcpCommands::runsUseThem()
{
    const Lathectl lathectl;
    QCOMPARE(lathectl.run(add()).status, 0);
    // The built-in planner calls the tools that a prompt names.
    const Ran ran = lathectl.run({u"run"_s, u"--prompt"_s, u"Use peer__echo with {\"text\": \"from a run\"}."_s});
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY2(ran.told().contains("peer__echo: ok"), ran.told().constData());
    QVERIFY2(ran.out.contains("from a run"), ran.told().constData());
}

QTEST_GUILESS_MAIN(TestMcpCommands)
#include "tst_mcpcommands.moc"
