// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpconfig.h"

#include <QFile>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

QJsonObject json(const QByteArray& text)
{
    return QJsonDocument::fromJson(text).object();
}

McpVariables variables(const QMap<QString, QString>& values)
{
    return [values](const QString& name) {
        return values.contains(name) ? std::optional<QString>(values.value(name)) : std::nullopt;
    };
}

} // namespace

class TestMcpConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsServers();
    void refuses_data();
    void refuses();
    void putsVariablesIn();
    void saysWhichVariableIsMissing();
    void masksOnlySecrets();
    void keepsFile();
    void refusesBrokenFiles_data();
    void refusesBrokenFiles();
    void imports_data();
    void imports();
    void leavesSecretsBehind();
    void importsNothingFromOthers();
};

void TestMcpConfig::readsServers()
{
    const auto process = readMcpServer(u"files"_s, json(R"({"type":"stdio","command":"npx","args":["-y","x"],
        "env":{"A":"1","PORT":80,"ON":true},"cwd":"/tmp","disabled":true,"timeoutMs":5000,"maxTimeoutMs":9000,
        "protocol":"legacy","autoApprove":["all"]})"));
    QVERIFY2(process, process ? "" : qPrintable(process.error().message));
    QCOMPARE(process->target(), u"npx -y x"_s);
    QCOMPARE(process->environment.value(u"PORT"_s), u"80"_s);
    QCOMPARE(process->environment.value(u"ON"_s), u"true"_s);
    QCOMPARE(process->folder, u"/tmp"_s);
    QCOMPARE(process->timeout, std::chrono::milliseconds(5000));
    QCOMPARE(process->maxTimeout, std::chrono::milliseconds(9000));
    QVERIFY(process->disabled);
    QVERIFY(process->speech == McpClientSettings::Speech::Legacy);
    const auto address = readMcpServer(u"my server"_s, json(R"({"url":"https://a.example/mcp?k=${KEY}",
        "headers":{"Authorization":"Bearer ${TOKEN}"}})"));
    QVERIFY2(address, address ? "" : qPrintable(address.error().message));
    QVERIFY(!address->isProcess());
    QCOMPARE(address->target(), u"https://a.example/mcp?k=${KEY}"_s);
}

void TestMcpConfig::refuses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<QString>("message");
    const QString a = u"a"_s;
    QTest::newRow("name") << u"a\nb"_s << QByteArray(R"({"command":"x"})") << u"not a name"_s;
    QTest::newRow("nothing") << a << QByteArray("{}") << u"either"_s;
    QTest::newRow("both") << a << QByteArray(R"({"command":"x","url":"http://a"})") << u"either"_s;
    QTest::newRow("other scheme") << a << QByteArray(R"({"url":"file:x"})") << u"not an http"_s;
    QTest::newRow("old transport") << a << QByteArray(R"({"url":"http:x","type":"sse"})") << u"Streamable HTTP"_s;
    QTest::newRow("wrong type") << a << QByteArray(R"({"command":"x","type":"http"})") << u"stdio"_s;
    QTest::newRow("args") << a << QByteArray(R"({"command":"x","args":"y"})") << u"args"_s;
    QTest::newRow("env") << a << QByteArray(R"({"command":"x","env":{"A":[]}})") << u"A is not a text"_s;
    QTest::newRow("time") << a << QByteArray(R"({"command":"x","timeoutMs":5})") << u"timeoutMs"_s;
    QTest::newRow("protocol") << a << QByteArray(R"({"command":"x","protocol":"old"})") << u"auto"_s;
    QTest::newRow("header") << a << QByteArray(R"({"url":"http:x","headers":{"A b":"c"}})") << u"not a header"_s;
    QTest::newRow("own header") << a << QByteArray(R"({"url":"http:x","headers":{"Host":"c"}})") << u"Lathe itself"_s;
    QTest::newRow("named secret") << a << QByteArray(R"({"command":"x","env":{"GITHUB_TOKEN":"abc"}})")
                                  << u"GITHUB_TOKEN in \"env\" looks like a secret"_s;
    QTest::newRow("known secret") << a << QByteArray(R"({"command":"x","env":{"A":"ghp_abcdefghijklmnopqrstuvwx"}})")
                                  << u"secret"_s;
    QTest::newRow("secret argument") << a << QByteArray(R"({"command":"x","args":["--k=sk-abcdefghijklmnop1234"]})")
                                     << u"\"args\" looks like a secret"_s;
    QTest::newRow("secret header") << a << QByteArray(R"({"url":"http:x","headers":{"X-Api-Key":"abc"}})")
                                   << u"X-Api-Key in \"headers\""_s;
    QTest::newRow("login in the header") << a << QByteArray(R"({"url":"http:x","headers":{"X":"Bearer abcdefghijkl"}})")
                                         << u"secret"_s;
}

void TestMcpConfig::refuses()
{
    QFETCH(QString, name);
    QFETCH(QByteArray, settings);
    QFETCH(QString, message);
    // "//" in a macro or table would be a comment for moc.
    const auto read = readMcpServer(name, json(settings.replace("http:x", "http://a.example")));
    QVERIFY(!read);
    const QString said = read.error().message + read.error().detail;
    QVERIFY2(said.contains(message), qPrintable(said));
    QVERIFY(!read.error().message.contains(u"abc"_s)); // never the secret itself
}

void TestMcpConfig::putsVariablesIn()
{
    const auto config = readMcpServer(u"a"_s, json(R"({"command":"${BIN}/x","args":["${DIR:-/tmp}","$HOME","${A}-${B}"],
        "env":{"TOKEN":"${T}"},"cwd":"${DIR:-/srv}"})"));
    QVERIFY2(config, config ? "" : qPrintable(config.error().message));
    const auto launch = resolve(
        *config, variables({{u"BIN"_s, u"/opt"_s}, {u"A"_s, u"1"_s}, {u"B"_s, u"${A}"_s}, {u"T"_s, u"tttttttt"_s}}));
    QVERIFY(launch);
    QCOMPARE(launch->command.program, u"/opt/x"_s);
    QCOMPARE(launch->command.arguments, (QStringList{u"/tmp"_s, u"$HOME"_s, u"1-${A}"_s})); // once, and no shell
    QCOMPARE(launch->command.environment.value(u"TOKEN"_s), u"tttttttt"_s);
    QCOMPARE(launch->command.folder, u"/srv"_s);
}

void TestMcpConfig::saysWhichVariableIsMissing()
{
    const auto config = readMcpServer(u"a"_s, json(R"({"command":"x","env":{"A":"${NO_SUCH}"}})"));
    QVERIFY(config);
    const auto launch = resolve(*config, variables({}));
    QVERIFY(!launch);
    QCOMPARE(launch.error().code, ErrorCode::Unavailable);
    QVERIFY(launch.error().message.contains(u"NO_SUCH is not set"_s));
}

void TestMcpConfig::masksOnlySecrets()
{
    const auto config = readMcpServer(u"a"_s, json(R"({"command":"x","args":["${FOLDER}"],
        "env":{"ROOT":"${FOLDER}","API_TOKEN":"${PLAIN}","OTHER":"${MY_SECRET}"}})"));
    QVERIFY(config);
    const auto launch = resolve(*config, variables({{u"FOLDER"_s, u"/home/user"_s},
                                                    {u"PLAIN"_s, u"first-value"_s},
                                                    {u"MY_SECRET"_s, u"second-value"_s}}));
    QVERIFY(launch);
    QCOMPARE(launch->secrets.mask("/home/user first-value second-value"), QByteArray("/home/user [secret] [secret]"));
}

void TestMcpConfig::keepsFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"deep/mcp.json"_s);
    const auto none = readMcpFile(path);
    QVERIFY(none);
    QVERIFY(none->isEmpty());
    const QJsonObject servers = json(R"({"a":{"command":"x"}})");
    QVERIFY(writeMcpFile(path, servers));
    QCOMPARE(*readMcpFile(path), servers);
    QCOMPARE(QFile::permissions(path) & (QFile::ReadGroup | QFile::ReadOther | QFile::WriteGroup | QFile::WriteOther),
             QFile::Permissions());
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"mcpServers":{},"other":1})");
    file.close();
    QVERIFY(writeMcpFile(path, servers));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(json(file.readAll()).value("other"_L1).toInt(), 1);
}

void TestMcpConfig::refusesBrokenFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("not JSON") << QByteArray("{");
    QTest::newRow("list") << QByteArray(R"({"mcpServers":[]})");
}

void TestMcpConfig::refusesBrokenFiles()
{
    QFETCH(QByteArray, text);
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"mcp.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
    file.close();
    const auto read = readMcpFile(file.fileName());
    QVERIFY(!read);
    QVERIFY(read.error().message.contains(u"mcp.json"_s));
}

void TestMcpConfig::imports_data()
{
    QTest::addColumn<QByteArray>("foreign");
    QTest::addColumn<QByteArray>("own");
    QTest::newRow("Claude Desktop") << QByteArray(R"({"mcpServers":{"a":{"command":"npx","args":["-y"]}}})")
                                    << QByteArray(R"({"a":{"command":"npx","args":["-y"]}})");
    QTest::newRow("VS Code")
        << QByteArray(R"({"inputs":[],"servers":{"a":{"type":"stdio","command":"x",
                                  "env":{"K_KEY":"${input:my-key}","H":"${userHome}/x"}}}})")
        << QByteArray(R"({"a":{"type":"stdio","command":"x","env":{"K_KEY":"${MY_KEY}","H":"${HOME}/x"}}})");
    QTest::newRow("VS Code settings") << QByteArray(R"({"mcp":{"servers":{"a":{"command":"x"}}}})")
                                      << QByteArray(R"({"a":{"command":"x"}})");
    QTest::newRow("Cursor")
        << QByteArray(R"({"mcpServers":{"a":{"url":"http:x","headers":{"Authorization":"Bearer ${env:T}"}}}})")
        << QByteArray(R"({"a":{"url":"http:x","headers":{"Authorization":"Bearer ${T}"}}})");
    QTest::newRow("other names") << QByteArray(R"({"mcpServers":{"a":{"serverUrl":"http:x"},
                                      "b":{"type":"streamable-http","url":"http:x"}}})")
                                 << QByteArray(R"({"a":{"url":"http:x"},"b":{"type":"http","url":"http:x"}})");
    QTest::newRow("what cannot be used stays behind")
        << QByteArray(R"({"mcpServers":{"a":{"type":"sse","url":"http:x"}}})") << QByteArray("{}");
}

void TestMcpConfig::imports()
{
    QFETCH(QByteArray, foreign);
    QFETCH(QByteArray, own);
    const auto import = readMcpImport(json(foreign.replace("http:x", "http://a.example")));
    QVERIFY(import);
    QCOMPARE(import->servers, json(own.replace("http:x", "http://a.example")));
}

void TestMcpConfig::leavesSecretsBehind()
{
    const auto import = readMcpImport(json(R"({"mcpServers":{
        "gh":{"command":"x","env":{"GITHUB_TOKEN":"ghp_abcdefghijklmnopqrstuvwx","MODE":"fast"}},
        "web":{"url":"https://a.example","headers":{"Authorization":"Bearer abcdefghijklm"}}}})"));
    QVERIFY(import);
    const QByteArray text = QJsonDocument(import->servers).toJson();
    QVERIFY(!text.contains("abcdefgh"));
    QVERIFY(text.contains(R"("GITHUB_TOKEN": "${GITHUB_TOKEN}")"));
    QVERIFY(text.contains(R"("MODE": "fast")"));
    QVERIFY(text.contains(R"("Authorization": "Bearer ${WEB_AUTHORIZATION}")"));
    QCOMPARE(import->notes.size(), 2);
    QVERIFY(import->notes.join(u'\n').contains(u"WEB_AUTHORIZATION"_s));
    QVERIFY(!import->notes.join(u'\n').contains(u"abcdefgh"_s));
}

void TestMcpConfig::importsNothingFromOthers()
{
    QVERIFY(!readMcpImport(json(R"({"editor.fontSize":12})")));
}

QTEST_GUILESS_MAIN(TestMcpConfig)
#include "tst_mcpconfig.moc"
