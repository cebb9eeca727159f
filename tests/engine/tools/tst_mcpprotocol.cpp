// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcpprotocol.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

QJsonObject json(const char *text)
{
    return QJsonDocument::fromJson(text).object();
}

McpFailure failure(McpFailure::Kind kind, qint64 code = 0)
{
    McpFailure failure;
    failure.kind = kind;
    failure.code = code;
    return failure;
}

} // namespace

class TestMcpProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsInitialize_data();
    void readsInitialize();
    void readsDiscover();
    void putsMetaBesideWhatIsThere();
    void fallsBackToLegacy_data();
    void fallsBackToLegacy();
    void readsTools();
    void readsCalls_data();
    void readsCalls();
    void repeatsWithAnswers();
    void readsElicitations();
    void answersElicitations_data();
    void answersElicitations();
    void mirrorsArguments_data();
    void mirrorsArguments();
    void refusesHeaders_data();
    void refusesHeaders();
};

void TestMcpProtocol::readsInitialize_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<bool>("known");
    for (const char *version : {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}) {
        QTest::newRow(version) << QString::fromLatin1(version) << true;
    }
    for (const char *version : {"2024-10-07", "2026-07-28", "2099-01-01", ""}) {
        QTest::addRow("not \"%s\"", version) << QString::fromLatin1(version) << false;
    }
}

void TestMcpProtocol::readsInitialize()
{
    QFETCH(QString, version);
    QFETCH(bool, known);
    QJsonObject result = json(R"({"capabilities":{"tools":{"listChanged":true}},
                                  "serverInfo":{"name":"fake","version":"1"}})");
    result.insert("protocolVersion"_L1, version);
    const Result<McpPeer> peer = readInitialize(result);
    QCOMPARE(peer.has_value(), known);
    if (known) {
        QCOMPARE(*peer, (McpPeer{McpEra::Legacy, version, u"fake"_s, u"1"_s, true, true}));
    } else {
        QVERIFY(peer.error().message.contains(version));
    }
}

void TestMcpProtocol::readsDiscover()
{
    const QJsonObject result = json(R"({"resultType":"complete","supportedVersions":["2026-07-28"],
        "capabilities":{"tools":{}},"ttlMs":60000,"cacheScope":"private",
        "_meta":{"io.modelcontextprotocol/serverInfo":{"name":"fake","version":"2"}}})");
    const Result<McpPeer> peer = readDiscover(result);
    QVERIFY(peer);
    QCOMPARE(*peer, (McpPeer{McpEra::Modern, u"2026-07-28"_s, u"fake"_s, u"2"_s, true, false}));
    const Result<McpPeer> newer = readDiscover(json(R"({"supportedVersions":["2027-01-01","2027-02-02"]})"));
    QVERIFY(!newer);
    QVERIFY(newer.error().message.contains(u"2027-01-01, 2027-02-02"_s));
}

void TestMcpProtocol::putsMetaBesideWhatIsThere()
{
    const QJsonObject params = withModernMeta(withProgressToken({{u"name"_s, u"a"_s}}, 7));
    QCOMPARE(params.value("name"_L1).toString(), u"a"_s);
    const QJsonObject meta = params.value("_meta"_L1).toObject();
    QCOMPARE(meta.value("progressToken"_L1).toInt(), 7);
    QCOMPARE(meta.value("io.modelcontextprotocol/protocolVersion"_L1).toString(), u"2026-07-28"_s);
    QVERIFY(meta.contains("io.modelcontextprotocol/clientInfo"_L1));
    QVERIFY(meta.contains("io.modelcontextprotocol/clientCapabilities"_L1));
    QCOMPARE(initializeParams().value("protocolVersion"_L1).toString(), u"2025-11-25"_s);
}

void TestMcpProtocol::fallsBackToLegacy_data()
{
    QTest::addColumn<McpFailure>("failed");
    QTest::addColumn<bool>("isProcess");
    QTest::addColumn<bool>("legacy");
    using Kind = McpFailure::Kind;
    QTest::newRow("unknown method") << failure(Kind::Rpc, mcpcode::kMethodNotFound) << false << true;
    QTest::newRow("no version in common") << failure(Kind::Rpc, mcpcode::kUnsupportedVersion) << true << true;
    QTest::newRow("400") << failure(Kind::Http, 400) << false << true;
    QTest::newRow("404") << failure(Kind::Http, 404) << false << true;
    QTest::newRow("401") << failure(Kind::Http, 401) << false << false;
    QTest::newRow("403") << failure(Kind::Http, 403) << false << false;
    QTest::newRow("500") << failure(Kind::Http, 500) << false << false;
    QTest::newRow("no connection") << failure(Kind::Lost) << false << false;
    QTest::newRow("process died") << failure(Kind::Lost) << true << true;
    QTest::newRow("process is silent") << failure(Kind::TimedOut) << true << true;
    QTest::newRow("server is silent") << failure(Kind::TimedOut) << false << false;
    QTest::newRow("stopped") << failure(Kind::Cancelled) << true << false;
}

void TestMcpProtocol::fallsBackToLegacy()
{
    QFETCH(McpFailure, failed);
    QFETCH(bool, isProcess);
    QFETCH(bool, legacy);
    QCOMPARE(afterProbe(failed, isProcess) == McpProbe::TryLegacy, legacy);
}

void TestMcpProtocol::readsTools()
{
    const Result<McpToolPage> page = readToolPage(json(R"({"nextCursor":"p2","tools":[
        {"name":"a","title":"A","description":"does","inputSchema":{"type":"object"},
         "outputSchema":{"type":"object"},"annotations":{"readOnlyHint":true},
         "execution":{"taskSupport":"required"}},
        {"description":"nameless"}, {"name":"b"}, 7]})"));
    QVERIFY(page);
    QCOMPARE(page->nextCursor, u"p2"_s);
    QCOMPARE(page->tools.size(), 1);
    const McpToolInfo tool = page->tools.first();
    QCOMPARE(tool.name, u"a"_s);
    QVERIFY(tool.outputSchema);
    QVERIFY(tool.needsTask);
    QVERIFY(tool.annotations.value("readOnlyHint"_L1).toBool());
    QCOMPARE(page->issues, (QStringList{u"tool 2 of the list has no name"_s, u"b has no schema of its arguments"_s,
                                        u"tool 4 of the list has no name"_s}));
    QVERIFY(!readToolPage({}));
}

void TestMcpProtocol::readsCalls_data()
{
    QTest::addColumn<QJsonObject>("result");
    QTest::addColumn<bool>("modern");
    QTest::addColumn<QString>("outcome");
    QTest::newRow("legacy") << json(R"({"content":[{"type":"text","text":"x"}]})") << false << u"reply"_s;
    QTest::newRow("legacy error") << json(R"({"content":[],"isError":true})") << false << u"error"_s;
    QTest::newRow("structured alone") << json(R"({"structuredContent":{"n":1}})") << false << u"reply"_s;
    QTest::newRow("empty") << json("{}") << false << u"refused"_s;
    QTest::newRow("modern") << json(R"({"resultType":"complete","content":[]})") << true << u"reply"_s;
    QTest::newRow("modern without type") << json(R"({"content":[]})") << true << u"refused"_s;
    QTest::newRow("modern asks") << json(R"({"resultType":"input_required","inputRequests":{}})") << true << u"asks"_s;
}

void TestMcpProtocol::readsCalls()
{
    QFETCH(QJsonObject, result);
    QFETCH(bool, modern);
    QFETCH(QString, outcome);
    const Result<McpCallReading> reading = readToolCall(result, modern ? McpEra::Modern : McpEra::Legacy);
    const QString found = !reading                 ? u"refused"_s
                          : reading->inputRequired ? u"asks"_s
                          : reading->reply.isError ? u"error"_s
                                                   : u"reply"_s;
    QCOMPARE(found, outcome);
}

void TestMcpProtocol::repeatsWithAnswers()
{
    const QJsonObject call{{u"name"_s, u"a"_s}};
    McpInputRequired asked;
    asked.state = u"opaque == \\u0000"_s;
    const QJsonObject answers{{u"k"_s, QJsonObject{{u"action"_s, u"decline"_s}}}};
    const QJsonObject again = withInputResponses(call, asked, answers);
    QCOMPARE(again.value("requestState"_L1), asked.state);
    QCOMPARE(again.value("inputResponses"_L1).toObject(), answers);
    QVERIFY(!withInputResponses(again, {}, {}).contains("requestState"_L1));
}

void TestMcpProtocol::readsElicitations()
{
    const auto asked = readElicitation(json(R"({"message":"Who?","requestedSchema":{"type":"object"}})"));
    QVERIFY(asked);
    QCOMPARE(asked->message, u"Who?"_s);
    QVERIFY(!readElicitation(json(R"({"mode":"url","message":"Go","url":"x"})")));
    QVERIFY(!readElicitation(json(R"({"message":"no schema"})")));
}

void TestMcpProtocol::answersElicitations_data()
{
    using Action = McpElicitationAnswer::Action;
    QTest::addColumn<McpElicitationAnswer>("answer");
    QTest::addColumn<QJsonObject>("result");
    QTest::newRow("declined") << McpElicitationAnswer{Action::Decline, {}} << json(R"({"action":"decline"})");
    QTest::newRow("closed") << McpElicitationAnswer{Action::Cancel, {}} << json(R"({"action":"cancel"})");
    QTest::newRow("with defaults") << McpElicitationAnswer{Action::Accept, json(R"({"name":"x"})")}
                                   << json(R"({"action":"accept","content":{"name":"x","age":30}})");
    QTest::newRow("own values win") << McpElicitationAnswer{Action::Accept, json(R"({"age":4})")}
                                    << json(R"({"action":"accept","content":{"age":4}})");
}

void TestMcpProtocol::answersElicitations()
{
    QFETCH(McpElicitationAnswer, answer);
    QFETCH(QJsonObject, result);
    const QJsonObject schema =
        json(R"({"properties":{"name":{"type":"string"},"age":{"type":"integer","default":30}}})");
    QCOMPARE(elicitationResult(answer, schema), result);
}

void TestMcpProtocol::mirrorsArguments_data()
{
    QTest::addColumn<QJsonObject>("arguments");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("text") << json(R"({"region":"eu-1"})") << QByteArray("eu-1");
    QTest::newRow("not ASCII") << json(R"({"region":"Köln"})") << QByteArray("=?base64?S8O2bG4=?=");
    QTest::newRow("a line") << json(R"({"region":"a\nX: y"})") << QByteArray("=?base64?YQpYOiB5?=");
    QTest::newRow("blank at the end") << json(R"({"region":"a "})") << QByteArray("=?base64?YSA=?=");
    QTest::newRow("yes") << json(R"({"region":true})") << QByteArray("true");
    QTest::newRow("number") << json(R"({"region":42})") << QByteArray("42");
    QTest::newRow("absent") << json("{}") << QByteArray();
}

void TestMcpProtocol::mirrorsArguments()
{
    QFETCH(QJsonObject, arguments);
    QFETCH(QByteArray, value);
    const QJsonObject property = json(R"({"type":"string","x-mcp-header":"Region"})");
    const QJsonObject flat{{u"properties"_s, QJsonObject{{u"region"_s, property}}}};
    const QJsonObject nested{{u"properties"_s, QJsonObject{{u"inner"_s, flat}}}};
    for (const bool below : {false, true}) {
        const auto headers =
            paramHeaders(below ? nested : flat, below ? QJsonObject{{u"inner"_s, arguments}} : arguments);
        QVERIFY(headers);
        QCOMPARE(headers->size(), value.isNull() ? 0 : 1);
        if (!value.isNull()) {
            QCOMPARE(headers->first().first, QByteArray("Mcp-Param-Region"));
            QCOMPARE(headers->first().second, value);
        }
    }
}

void TestMcpProtocol::refusesHeaders_data()
{
    QTest::addColumn<QJsonObject>("properties");
    QTest::newRow("no token") << json(R"({"a":{"type":"string","x-mcp-header":"a b"}})");
    QTest::newRow("empty") << json(R"({"a":{"type":"string","x-mcp-header":""}})");
    QTest::newRow("object") << json(R"({"a":{"type":"object","x-mcp-header":"A"}})");
    QTest::newRow("twice") << json(R"({"a":{"type":"string","x-mcp-header":"A"},
                                       "b":{"type":"string","x-mcp-header":"a"}})");
}

void TestMcpProtocol::refusesHeaders()
{
    QFETCH(QJsonObject, properties);
    QVERIFY(!paramHeaders({{u"properties"_s, properties}}, {}));
}

QTEST_GUILESS_MAIN(TestMcpProtocol)
#include "tst_mcpprotocol.moc"
