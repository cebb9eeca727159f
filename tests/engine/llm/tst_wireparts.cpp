// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/wireparts.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestWireParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsStrictSchemas_data();
    void knowsStrictSchemas();
    void writesDataUrls();
    void wrapsArgumentsThatAreNoObject_data();
    void wrapsArgumentsThatAreNoObject();
    void shortensPages();
};

void TestWireParts::knowsStrictSchemas_data()
{
    QTest::addColumn<QByteArray>("schema");
    QTest::addColumn<bool>("strict");
    const auto row = [](const char *name, const char *schema, bool strict) {
        QTest::newRow(name) << QByteArray(schema) << strict;
    };
    row("closed, all required",
        R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false})",
        true);
    row("open", R"({"type":"object","properties":{"a":{"type":"string"}},"required":["a"]})", false);
    row("one may be left out",
        R"({"type":"object","properties":{"a":{},"b":{}},"required":["a"],"additionalProperties":false})", false);
    row("no objects", R"({"type":"array","items":{"type":"string"}})", true);
    row("open inside a list", R"({"type":"array","items":{"type":"object","properties":{}}})", false);
    row("open inside an object",
        R"({"type":"object","properties":{"a":{"type":"object"}},"required":["a"],"additionalProperties":false})",
        false);
    row("open without a word", R"({"properties":{"a":{}},"required":["a"]})", false);
}

void TestWireParts::knowsStrictSchemas()
{
    QFETCH(QByteArray, schema);
    QFETCH(bool, strict);
    QCOMPARE(isStrictSchema(QJsonDocument::fromJson(schema).object()), strict);
}

void TestWireParts::writesDataUrls()
{
    QCOMPARE(dataUrl({u"a"_s, u"IMAGE/PNG"_s, "\xff"}), QByteArray("data:image/png;base64,/w=="));
}

void TestWireParts::wrapsArgumentsThatAreNoObject_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("wire");
    QTest::newRow("object") << u"{\"a\": 1}"_s << u"{\"a\": 1}"_s;
    QTest::newRow("nothing") << u" "_s << u"{}"_s;
    QTest::newRow("a list") << u"[1]"_s << u"{\"invalid_arguments\":\"[1]\"}"_s;
    QTest::newRow("cut") << u"{\"a\""_s << u"{\"invalid_arguments\":\"{\\\"a\\\"\"}"_s;
}

void TestWireParts::wrapsArgumentsThatAreNoObject()
{
    QFETCH(QString, arguments);
    QFETCH(QString, wire);
    ToolCallRequest call;
    call.arguments = arguments;
    QCOMPARE(argumentsOnTheWire(call), wire);
}

void TestWireParts::shortensPages()
{
    QCOMPARE(pageText("<html>\n  bad\tgateway</html>"), u"<html> bad gateway</html>"_s);
    QVERIFY(pageText(QByteArray(5000, 'x')).size() < 210);
    QVERIFY(pageText({}).isEmpty());
}

QTEST_GUILESS_MAIN(TestWireParts)
#include "tst_wireparts.moc"
