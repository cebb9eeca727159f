// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcptool.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

QJsonObject json(const char *text)
{
    return QJsonDocument::fromJson(text).object();
}

} // namespace

class TestMcpTool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void names_data();
    void names();
    void namesAreUnique();
    void readsHints_data();
    void readsHints();
    void makesResults_data();
    void makesResults();
    void keepsFiles();
    void refusesBadSchemas();
};

void TestMcpTool::names_data()
{
    QTest::addColumn<QString>("server");
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QString>("name");
    QTest::newRow("plain") << u"files"_s << u"read_file"_s << u"files__read_file"_s;
    QTest::newRow("other letters") << u"my files/a"_s << u"lies.Datei ä"_s << u"my_files_a__lies_Datei__"_s;
    QTest::newRow("as long as may be") << QString(30, u's') << QString(32, u't')
                                       << QString(QString(30, u's') + u"__"_s + QString(32, u't'));
}

void TestMcpTool::names()
{
    QFETCH(QString, server);
    QFETCH(QString, tool);
    QFETCH(QString, name);
    QCOMPARE(mcpToolName(server, tool, {}), name);
}

void TestMcpTool::namesAreUnique()
{
    const QString first = mcpToolName(u"a"_s, u"x.y"_s, {});
    const QString second = mcpToolName(u"a"_s, u"x_y"_s, {first});
    QVERIFY(first != second);
    QCOMPARE(second, mcpToolName(u"a"_s, u"x_y"_s, {first})); // the same each time
    const QString longName = mcpToolName(u"server"_s, QString(200, u't'), {});
    QCOMPARE(longName.size(), 64);
    QVERIFY(longName != mcpToolName(u"server"_s, QString(201, u't'), {}));
}

void TestMcpTool::readsHints_data()
{
    QTest::addColumn<QJsonObject>("hints");
    QTest::addColumn<SideEffect>("sideEffect");
    QTest::newRow("none: the worst") << QJsonObject() << SideEffect::Irreversible;
    QTest::newRow("reads") << json(R"({"readOnlyHint":true})") << SideEffect::Reads;
    QTest::newRow("adds") << json(R"({"destructiveHint":false})") << SideEffect::Writes;
    QTest::newRow("destroys") << json(R"({"readOnlyHint":false,"destructiveHint":true})") << SideEffect::Irreversible;
    QTest::newRow("no word") << json(R"({"readOnlyHint":"yes"})") << SideEffect::Irreversible;
}

void TestMcpTool::readsHints()
{
    QFETCH(QJsonObject, hints);
    QFETCH(SideEffect, sideEffect);
    QCOMPARE(sideEffectOf(hints), sideEffect);
}

void TestMcpTool::makesResults_data()
{
    QTest::addColumn<QJsonObject>("reply");
    QTest::addColumn<bool>("checked");
    QTest::addColumn<QString>("errorCode");
    QTest::addColumn<QJsonObject>("value");
    QTest::newRow("text") << json(R"({"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]})") << false
                          << QString() << json(R"({"text":"a\nb"})");
    QTest::newRow("structured, said once")
        << json(R"({"content":[{"type":"text","text":"{\"n\": 3}"}],"structuredContent":{"n":3}})") << true << QString()
        << json(R"({"structured":{"n":3}})");
    QTest::newRow("structured and words")
        << json(R"({"content":[{"type":"text","text":"three"}],"structuredContent":{"n":3}})") << true << QString()
        << json(R"({"structured":{"n":3},"text":"three"})");
    QTest::newRow("structured against its schema") << json(R"({"content":[],"structuredContent":{"n":"3"}})") << true
                                                   << u"INVALID_REPLY"_s << json(R"({"structured":{"n":"3"}})");
    QTest::newRow("structured content missing")
        << json(R"({"content":[{"type":"text","text":"x"}]})") << true << u"INVALID_REPLY"_s << json(R"({"text":"x"})");
    QTest::newRow("failed: nothing is checked") << json(R"({"content":[{"type":"text","text":"no"}],"isError":true})")
                                                << true << u"TOOL_FAILED"_s << QJsonObject();
    QTest::newRow("failed without a word")
        << json(R"({"content":[],"isError":true})") << false << u"TOOL_FAILED"_s << QJsonObject();
    QTest::newRow("link") << json(R"({"content":[{"type":"resource_link","uri":"f:a","name":"a"}]})") << false
                          << QString() << json(R"({"links":[{"uri":"f:a","name":"a"}]})");
    QTest::newRow("embedded text")
        << json(R"({"content":[{"type":"resource","resource":{"uri":"f:a","text":"inside"}}]})") << false << QString()
        << json(R"({"text":"f:a:\ninside"})");
    QTest::newRow("broken picture")
        << json(R"({"content":[{"type":"image","data":"!","mimeType":"image/png"}]})") << false << QString()
        << QJsonObject{{u"text"_s, u"(a file of type image/png was left out: it is not valid base64)"_s}};
    QTest::newRow("something new") << json(R"({"content":[{"type":"hologram"}]})") << false << QString()
                                   << QJsonObject{
                                          {u"text"_s, u"(content of the unknown type \"hologram\" was left out)"_s}};
}

void TestMcpTool::makesResults()
{
    QFETCH(QJsonObject, reply);
    QFETCH(bool, checked);
    QFETCH(QString, errorCode);
    QFETCH(QJsonObject, value);
    const auto schema =
        JsonSchema::compile(json(R"({"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]})"));
    QVERIFY(schema);
    const McpToolReply read{reply.value("content"_L1).toArray(), reply.value("structuredContent"_L1),
                            reply.value("isError"_L1).toBool()};
    const ToolResult result = toolResultOf(read, checked ? &*schema : nullptr);
    QCOMPARE(result.errorCode, errorCode);
    QCOMPARE(result.ok, errorCode.isEmpty());
    QCOMPARE(result.ok, result.message.isEmpty());
    QCOMPARE(result.value, value);
}

void TestMcpTool::keepsFiles()
{
    McpToolReply reply;
    reply.content = json(R"({"content":[
        {"type":"image","data":"iVBORw0KGgo=","mimeType":"image/png"},
        {"type":"audio","data":"AAEC","mimeType":"audio/x-wav"},
        {"type":"resource","resource":{"uri":"file:///etc/../a b.bin","blob":"AAEC"}},
        {"type":"resource","resource":{"uri":"file:///x/a b.bin","blob":"AAED"}}]})")["content"_L1]
                        .toArray();
    const ToolResult result = toolResultOf(reply, nullptr);
    QCOMPARE(result.files.size(), 4);
    QCOMPARE(result.files.at(0).name, u"content-1.png"_s);
    QCOMPARE(result.files.at(0).mediaType, u"image/png"_s);
    QCOMPARE(result.files.at(1).content, QByteArray("\x00\x01\x02", 3));
    QCOMPARE(result.files.at(2).name, u"a_b.bin"_s);
    QVERIFY(result.files.at(3).name != result.files.at(2).name);
    const QJsonArray shown = QJsonDocument::fromJson(result.textForModel().toUtf8()).object()["files"_L1].toArray();
    QCOMPARE(shown.size(), 4);
    QCOMPARE(shown.first().toObject()["size"_L1].toInt(), 8);
    QVERIFY(!result.textForModel().contains(u"iVBOR"_s)); // no content in the model's text
}

void TestMcpTool::refusesBadSchemas()
{
    McpToolInfo info;
    info.name = u"a"_s;
    info.inputSchema = json(R"({"type":"object"})");
    info.outputSchema = json(R"({"type":7})");
    const auto tool = McpTool::make(nullptr, u"s"_s, info, u"s__a"_s, std::chrono::seconds(1));
    QVERIFY(!tool);
    QVERIFY(tool.error().message.startsWith(u"a: "_s));
    info.outputSchema.reset();
    const auto good = McpTool::make(nullptr, u"s"_s, info, u"s__a"_s, std::chrono::seconds(1));
    QVERIFY(good);
    QCOMPARE((*good)->spec().description, u"The tool a of the MCP server s."_s);
    QCOMPARE((*good)->spec().timeout, std::chrono::milliseconds(1000));
    info.inputSchema.insert("description"_L1, QString(65 * 1024, u'x'));
    QVERIFY(!McpTool::make(nullptr, u"s"_s, info, u"s__a"_s, std::chrono::seconds(1)));
}

QTEST_GUILESS_MAIN(TestMcpTool)
#include "tst_mcptool.moc"
