// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/core/jsonreader.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestJsonReader : public QObject
{
    Q_OBJECT

    static QJsonObject json(QByteArrayView text)
    {
        const auto object = parseJsonObject(text);
        return object ? *object : QJsonObject({{u"bad test"_s, QString::fromUtf8(text.toByteArray())}});
    }
    static QStringList lines(const QList<JsonIssue>& issues)
    {
        QStringList list;
        for (const JsonIssue& issue : issues) {
            list.append(issue.path + u": "_s + issue.message);
        }
        return list;
    }

private Q_SLOTS:
    void readsEveryType()
    {
        JsonReader reader(json(R"({"s":"text","i":-5,"n":1.5,"t":true,"o":{"k":1},"a":[1],"l":["x","y"],"z":null})"));
        QVERIFY(reader.has("s"_L1));
        QVERIFY(!reader.has("q"_L1));
        QCOMPARE(reader.requiredString("s"_L1), u"text"_s);
        QCOMPARE(reader.string("absent"_L1, u"fallback"_s), u"fallback"_s);
        QCOMPARE(reader.integer("i"_L1, 0, -10, 10), -5);
        QCOMPARE(reader.integer("absent"_L1, 42, 0, 10), 42);
        QCOMPARE(reader.optionalInteger("absent"_L1, 0, 10), std::nullopt);
        QCOMPARE(reader.number("n"_L1, 0, 0, 2), 1.5);
        QCOMPARE(reader.number("absent"_L1, 7, 0, 2), 7.0);
        QCOMPARE(reader.boolean("t"_L1, false), true);
        QCOMPARE(reader.boolean("absent"_L1, true), true);
        QCOMPARE(reader.object("o"_L1), QJsonObject({{u"k"_s, 1}}));
        QCOMPARE(reader.array("a"_L1), QJsonArray({1}));
        QCOMPARE(reader.stringList("l"_L1), QStringList({u"x"_s, u"y"_s}));
        QVERIFY(reader.value("z"_L1).isNull());
        QVERIFY(reader.value("absent"_L1).isUndefined());
        reader.refuseUnknown();
        QCOMPARE(lines(reader.issues()), QStringList());
        QVERIFY(reader.finish());
    }

    void saysWhatIsWrongAndWhere_data()
    {
        using Read = void (*)(JsonReader&);
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<Read>("read");
        QTest::addColumn<QString>("issue");
        const auto row = [](const char *name, const char *text, Read read, const char *issue) {
            QTest::newRow(name) << QByteArray(text) << read << QString::fromUtf8(issue);
        };
        const Read text = [](JsonReader& r) { r.string("k"_L1); };
        const Read whole = [](JsonReader& r) { r.integer("k"_L1, 0, 1, 10); };
        const Read number = [](JsonReader& r) { r.number("k"_L1, 0, 0, 2); };
        row(
            "missing", "{}", [](JsonReader& r) { r.requiredString("k"_L1); }, "$.k: is missing");
        row(
            "required of another type", R"({"k":1})", [](JsonReader& r) { r.requiredString("k"_L1); },
            "$.k: must be a text, not the number 1");
        row("null for text", R"({"k":null})", text, "$.k: must be a text, not null");
        row("list for text", R"({"k":[]})", text, "$.k: must be a text, not a list");
        row("object for text", R"({"k":{}})", text, "$.k: must be a text, not an object");
        row("true for text", R"({"k":true})", text, "$.k: must be a text, not true");
        row("text for whole", R"({"k":"3"})", whole, "$.k: must be a whole number, not the text \"3\"");
        row("fraction for whole", R"({"k":1.5})", whole, "$.k: must be a whole number, not the number 1.5");
        row("huge for whole", R"({"k":1e30})", whole, "$.k: must be a whole number, not the number 1e+30");
        row("too small", R"({"k":0})", whole, "$.k: must be from 1 to 10, not 0");
        row("too large", R"({"k":11})", whole, "$.k: must be from 1 to 10, not 11");
        row("text for number", R"({"k":"hot"})", number, "$.k: must be a number, not the text \"hot\"");
        row("number too large", R"({"k":2.5})", number, "$.k: must be from 0 to 2, not 2.5");
        row(
            "text for boolean", R"({"k":"yes"})", [](JsonReader& r) { r.boolean("k"_L1, false); },
            "$.k: must be true or false, not the text \"yes\"");
        row(
            "list for object", R"({"k":[1]})", [](JsonReader& r) { r.object("k"_L1); },
            "$.k: must be an object, not a list");
        row(
            "object for list", R"({"k":{}})", [](JsonReader& r) { r.array("k"_L1); },
            "$.k: must be a list, not an object");
        row(
            "number in a list of texts", R"({"k":["a",2]})", [](JsonReader& r) { r.stringList("k"_L1); },
            "$.k[1]: must be a text, not the number 2");
        row(
            "text among objects", R"({"k":[{},"x"]})", [](JsonReader& r) { r.children("k"_L1); },
            "$.k[1]: must be an object, not the text \"x\"");
        row(
            "unknown", R"({"k":1})", [](JsonReader& r) { r.refuseUnknown(); }, "$.k: is not a known field");
        row(
            "odd key", R"({"a b.c":1})", [](JsonReader& r) { r.refuseUnknown(); },
            "$[\"a b.c\"]: is not a known field");
        row(
            "own issue", "{}", [](JsonReader& r) { r.addIssueAt("k"_L1, u"is no good"_s); }, "$.k: is no good");
    }
    void saysWhatIsWrongAndWhere()
    {
        using Read = void (*)(JsonReader&);
        QFETCH(QByteArray, text);
        QFETCH(Read, read);
        QFETCH(QString, issue);
        JsonReader reader(json(text));
        read(reader);
        QCOMPARE(lines(reader.issues()), QStringList({issue}));
    }

    void longTextsAreCutInIssues()
    {
        JsonReader reader(QJsonObject({{u"k"_s, QString(u"x"_s.repeated(10'000))}}));
        reader.integer("k"_L1, 0, 0, 1);
        QVERIFY(reader.issues().constFirst().message.size() < 200);
    }

    void nestedReadersShareIssuesAndKnowTheirPath()
    {
        JsonReader reader(json(R"({"list":[{"name":1},{"name":"b","extra":0}],"child":{"deep":{"n":"x"}}})"));
        auto children = reader.children("list"_L1);
        for (JsonReader& child : children) {
            child.string("name"_L1);
            child.refuseUnknown();
        }
        JsonReader inner = reader.child("child"_L1);
        JsonReader deep = inner.child("deep"_L1);
        QCOMPARE(deep.path(), u"$.child.deep"_s);
        deep.integer("n"_L1, 0, 0, 1);
        JsonReader none = reader.child("none"_L1);
        QCOMPARE(none.string("k"_L1, u"f"_s), u"f"_s);
        QCOMPARE(lines(reader.issues()),
                 QStringList({u"$.list[0].name: must be a text, not the number 1"_s,
                              u"$.list[1].extra: is not a known field"_s,
                              u"$.child.deep.n: must be a whole number, not the text \"x\""_s}));
        const auto finished = reader.finish();
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::InvalidInput);
        QCOMPARE(finished.error().message, u"$.list[0].name must be a text, not the number 1"_s);
        QCOMPARE(finished.error().detail.count(u'\n'), 2);
    }

    void parseSaysLineAndColumn_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("empty") << QByteArray() << u"is empty"_s;
        QTest::newRow("blanks") << QByteArray(" \r\n\t ") << u"is empty"_s;
        QTest::newRow("list") << QByteArray("[1]") << u"must be an object, not a list"_s;
        QTest::newRow("open object") << QByteArray("{\"a\":1") << u"line 1, column 7: the document ends before"_s;
        QTest::newRow("no comma") << QByteArray("{\"a\":{} \"b\":1}") << u"expected \",\" or \"}\""_s;
        QTest::newRow("no colon") << QByteArray("{\n \"a\" 1}") << u"line 2, column 7: expected \":\""_s;
        QTest::newRow("open list") << QByteArray("{\"a\":[{}") << u"the document ends before"_s;
        QTest::newRow("list without comma") << QByteArray("{\"a\":[{} {}]}") << u"expected \",\" between"_s;
        QTest::newRow("no value") << QByteArray("{\"a\":tru}") << u"expected a value"_s;
        QTest::newRow("bad number") << QByteArray("{\"a\":-}") << u"expected a number"_s;
        QTest::newRow("bad escape") << QByteArray("{\"a\":\"\\ux\"}") << u"escape sequence"_s;
        QTest::newRow("bad UTF-8") << QByteArray("{\"a\":\"\xff\"}") << u"valid UTF-8"_s;
        QTest::newRow("open text") << QByteArray("{\"a\":\"x") << u"the document ends before"_s;
        QTest::newRow("no name") << QByteArray("{\"a\":1,}") << u"a name in quotes"_s;
        QTest::newRow("rest") << QByteArray("{} x") << u"expected the end of the document"_s;
        QTest::newRow("too deep") << QByteArray("{\"a\":" + QByteArray(600, '[') + QByteArray(600, ']') + "}")
                                  << u"nested more than 512 levels"_s;
        QTest::newRow("far too deep") << QByteArray(5'000'000, '[') << u"nested more than 512 levels"_s;
    }
    void parseSaysLineAndColumn()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, part);
        const auto object = parseJsonObject(text);
        QVERIFY(!object);
        QCOMPARE(object.error().code, ErrorCode::InvalidInput);
        QVERIFY2(object.error().message.contains(part), qPrintable(object.error().message));
    }

    void parseTakesWhatIsAllowed()
    {
        const QByteArray deep = "{\"a\":" + QByteArray(511, '[') + QByteArray(511, ']') + "}";
        QVERIFY(parseJsonObject(deep));
        QVERIFY(parseJsonObject("{\"brackets in text\":\"[[[[\\\"[[[\"}"));
        QVERIFY(parseJsonObject("\xEF\xBB\xBF{\"byte order mark\":1}"));
        QCOMPARE(parseJsonObject("{\"n\":9007199254740993}")->value("n"_L1).toInteger(), 9007199254740993);
    }

    void parseRefusesLargeDocuments()
    {
        const auto object = parseJsonObject("{\"a\":12345}", 10);
        QVERIFY(!object);
        QVERIFY(object.error().message.contains(u"at most 10"_s));
        QVERIFY(parseJsonObject("{\"a\":12345}", 11));
    }
};

QTEST_GUILESS_MAIN(TestJsonReader)
#include "tst_jsonreader.moc"
