// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/jsonschema.h"
#include "engine/tools/schemapattern.h"
#include "engine/tools/schemavalue.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

QJsonValue json(const QString& text)
{
    // In an array, since QJsonDocument takes no bare values.
    QJsonParseError error;
    const QByteArray wrapped = "[" + text.toUtf8() + "]";
    const QJsonDocument document = QJsonDocument::fromJson(wrapped, &error);
    if (error.error != QJsonParseError::NoError) {
        qFatal("bad test data: %s", qPrintable(text));
    }
    return document.array().at(0);
}

QStringList check(const QJsonValue& schema, const QJsonValue& instance)
{
    const auto compiled = JsonSchema::compile(schema);
    if (!compiled) {
        return {u"does not compile: "_s + compiled.error().message};
    }
    QStringList lines;
    for (const JsonIssue& issue : compiled->validate(instance)) {
        lines.append(issue.path + u": "_s + issue.message);
    }
    return lines;
}

} // namespace

class TestJsonSchema : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatIsWrong_data();
    void saysWhatIsWrong();
    void refusesBadSchema_data();
    void refusesBadSchema();
    void reportsSeveralIssues();
    void stopsAtFiftyIssues();
    void comparesIntegersExactly_data();
    void comparesIntegersExactly();
    void findsMultiplesOfDecimals_data();
    void findsMultiplesOfDecimals();
    void referenceCircleEnds_data();
    void referenceCircleEnds();
    void recursiveSchemaWorks();
    void hostilePatternEndsFast_data();
    void hostilePatternEndsFast();
    void longTextMatches();
    void deepSchemaIsRefused();
    void deepInstanceIsRefused();
    void hugeSchemaIsRefused();
    void exponentialSchemaEnds();
    void uniqueItemsIsLinear();
    void readsPatternsOfEcma_data();
    void readsPatternsOfEcma();
    void refusesPatterns_data();
    void refusesPatterns();
    void cutsLongPreviews();
};

void TestJsonSchema::saysWhatIsWrong_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("instance");
    QTest::addColumn<QString>("issue"); // empty: valid
    const auto row = [](const char *name, const QString& schema, const QString& instance, const QString& issue = {}) {
        QTest::newRow(name) << schema << instance << issue;
    };
    row("minimum", uR"({"properties":{"timeoutMs":{"minimum":1}}})"_s, uR"({"timeoutMs":0})"_s,
        u"$.timeoutMs: 0 is less than the minimum 1"_s);
    row("maximum", uR"({"maximum":20})"_s, u"21"_s, u"$: 21 is more than the maximum 20"_s);
    row("exclusive minimum", uR"({"exclusiveMinimum":0})"_s, u"0"_s, u"$: 0 is not more than 0"_s);
    row("exclusive maximum", uR"({"exclusiveMaximum":1.5})"_s, u"1.5"_s, u"$: 1.5 is not less than 1.5"_s);
    row("multiple", uR"({"multipleOf":0.1})"_s, u"0.35"_s, u"$: 0.35 is not a multiple of 0.1"_s);
    row("type", uR"({"type":"integer"})"_s, u"\"3\""_s, u"$: must be an integer, not a string"_s);
    row("type, fraction", uR"({"type":"integer"})"_s, u"1.5"_s, u"$: must be an integer, not 1.5"_s);
    row("types", uR"({"type":["string","null","number"]})"_s, u"[]"_s,
        u"$: must be null, a number or a string, not an array"_s);
    row("whole number is an integer", uR"({"type":"integer"})"_s, u"3.0"_s);
    row("integer is a number", uR"({"type":"number"})"_s, u"3"_s);
    row("number for an object", uR"({"type":"object"})"_s, u"3"_s, u"$: must be an object, not a number"_s);
    row("boolean", uR"({"type":"string"})"_s, u"true"_s, u"$: must be a string, not a boolean"_s);
    row("enum", uR"({"enum":["python","node"]})"_s, u"\"perl\""_s,
        u"$: must be one of \"python\", \"node\", not \"perl\""_s);
    row("enum, other type", uR"({"enum":["1"]})"_s, u"1"_s, u"$: must be \"1\", not 1"_s);
    row("enum of containers", uR"({"enum":[{"a":[1,2.0,null,true]}]})"_s, uR"({"a":[1.0,2,null,true]})"_s);
    row("empty enum", uR"({"enum":[]})"_s, u"1"_s, u"$: must be nothing, not 1"_s);
    row("const", uR"({"const":{"b":1,"a":false}})"_s, uR"({"a":0,"b":1})"_s,
        uR"($: must be {"a":false,"b":1}, not {"a":0,"b":1})"_s);
    row("const and enum", uR"({"const":1,"enum":[1,2]})"_s, u"2"_s, u"$: must be 1, not 2"_s);
    row("required", uR"({"required":["query"]})"_s, u"{}"_s, u"$.query: is required"_s);
    row("additional", uR"({"properties":{"a":true},"additionalProperties":false})"_s, uR"({"a":1,"b c":2})"_s,
        u"$[\"b c\"]: is not a known member"_s);
    row("additional, typed", uR"({"additionalProperties":{"type":"string"}})"_s, uR"({"x":1})"_s,
        u"$.x: must be a string, not a number"_s);
    row("false schema", uR"({"properties":{"a":false}})"_s, uR"({"a":1})"_s, u"$.a: is not allowed"_s);
    row("pattern properties", uR"({"patternProperties":{"^n":{"type":"number"}}})"_s, uR"({"n1":"x","m":"x"})"_s,
        u"$.n1: must be a number, not a string"_s);
    row("names", uR"({"propertyNames":{"maxLength":2}})"_s, uR"({"abc":1})"_s,
        u"$.abc: the name of this member is not allowed: is 3 characters long, longer than the maximum 2"_s);
    row("few members", uR"({"minProperties":2})"_s, uR"({"a":1})"_s, u"$: has 1 members, fewer than the minimum 2"_s);
    row("many members", uR"({"maxProperties":0})"_s, uR"({"a":1})"_s, u"$: has 1 members, more than the maximum 0"_s);
    row("dependent", uR"({"dependentRequired":{"a":["b"]}})"_s, uR"({"a":1})"_s,
        u"$.b: is required together with \"a\""_s);
    row("dependent schema", uR"({"dependentSchemas":{"a":{"required":["c"]}}})"_s, uR"({"a":1})"_s,
        u"$.c: is required"_s);
    row("dependencies", uR"({"dependencies":{"a":["b"],"z":{"minProperties":9}}})"_s, uR"({"a":1})"_s,
        u"$.b: is required together with \"a\""_s);
    row("element", uR"({"items":{"properties":{"b":{"type":"null"}}}})"_s, uR"([{"b":null},{"b":1}])"_s,
        u"$[1].b: must be null, not a number"_s);
    row("tuple", uR"({"prefixItems":[{"type":"null"}],"items":false})"_s, u"[null,1]"_s, u"$[1]: is not allowed"_s);
    row("tuple of draft 7", uR"({"items":[{"type":"null"}],"additionalItems":false})"_s, u"[null,1]"_s,
        u"$[1]: is not allowed"_s);
    row("few elements", uR"({"minItems":1})"_s, u"[]"_s, u"$: has 0 elements, fewer than the minimum 1"_s);
    row("many elements", uR"({"maxItems":1})"_s, u"[1,2]"_s, u"$: has 2 elements, more than the maximum 1"_s);
    row("unique", uR"({"uniqueItems":true})"_s, uR"([1,"1",1.0])"_s, u"$: elements 0 and 2 are equal"_s);
    row("contains", uR"({"contains":{"type":"null"}})"_s, u"[1]"_s,
        u"$: has 0 elements of a form of which it must have at least 1"_s);
    row("contains too often", uR"({"contains":{"type":"null"},"maxContains":1})"_s, u"[null,null]"_s,
        u"$: has 2 elements of a form of which it may have at most 1"_s);
    row("empty text", uR"({"minLength":1})"_s, u"\"\""_s, u"$: must not be empty"_s);
    row("short text", uR"({"minLength":3})"_s, u"\"ab\""_s, u"$: is 2 characters long, shorter than the minimum 3"_s);
    row("code points", uR"({"maxLength":2})"_s, u"\"\\ud83d\\ude00\\ud83d\\ude00\""_s);
    row("pattern", uR"({"pattern":"^[a-z]+$"})"_s, u"\"a1\""_s, u"$: \"a1\" does not match the pattern ^[a-z]+$"_s);
    row("all of", uR"({"allOf":[{"type":"string"},{"minLength":2}]})"_s, u"\"a\""_s,
        u"$: is 1 characters long, shorter than the minimum 2"_s);
    row("any of", uR"({"anyOf":[{"type":"string"},{"required":["a"],"type":"object"}]})"_s, u"{}"_s,
        u"$: matches none of the 2 alternatives (must be a string, not an object; or $.a is required)"_s);
    row("any of, within any of", uR"({"anyOf":[{"anyOf":[{"type":"null"}]}]})"_s, u"1"_s,
        u"$: matches none of the 1 alternatives (matches none of the 1 alternatives)"_s);
    row("one of, two", uR"({"oneOf":[{"type":"number"},{"type":"integer"}]})"_s, u"1"_s,
        u"$: matches more than one of the alternatives"_s);
    row("one of, none", uR"({"oneOf":[{"type":"null"}]})"_s, u"1"_s,
        u"$: matches none of the 1 alternatives (must be null, not a number)"_s);
    row("not", uR"({"not":{"type":"null"}})"_s, u"null"_s, u"$: has a form that is not allowed"_s);
    row("then", uR"({"if":{"required":["a"]},"then":{"required":["b"]}})"_s, uR"({"a":1})"_s, u"$.b: is required"_s);
    row("else", uR"({"if":{"required":["a"]},"else":{"required":["b"]}})"_s, u"{}"_s, u"$.b: is required"_s);
    row("then without if", uR"({"then":false})"_s, u"{}"_s);
    row("unevaluated member", uR"({"allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false})"_s,
        uR"({"a":1,"b":2})"_s, u"$.b: is not a known member"_s);
    row("unevaluated, typed", uR"({"unevaluatedProperties":{"type":"null"}})"_s, uR"({"b":2})"_s,
        u"$.b: must be null, not a number"_s);
    row("unevaluated element", uR"({"prefixItems":[true],"unevaluatedItems":{"type":"null"}})"_s, u"[1,2]"_s,
        u"$[1]: must be null, not a number"_s);
    row("reference", uR"({"$ref":"#/$defs/a%20b","$defs":{"a b":{"type":"null"}}})"_s, u"1"_s,
        u"$: must be null, not a number"_s);
    row("escaped reference", uR"({"$ref":"#/$defs/x~1y","$defs":{"x/y":{"type":"null"}}})"_s, u"1"_s,
        u"$: must be null, not a number"_s);
    row("anchor", uR"({"$ref":"#here","$defs":{"a":{"$anchor":"here","type":"null"}}})"_s, u"1"_s,
        u"$: must be null, not a number"_s);
    row("reference of 2019-09", uR"({"properties":{"a":{"$recursiveRef":"#"}},"additionalProperties":false})"_s,
        uR"({"a":{"b":1}})"_s, u"$.a.b: is not a known member"_s);
    row("relative id", uR"({"$id":"http://x.example/a","$ref":"b","$defs":{"q":{"$id":"b","type":"null"}}})"_s, u"1"_s,
        u"$: must be null, not a number"_s);
    row("reference into an unknown keyword", uR"({"$ref":"#/kept/0","kept":[{"type":"null"}]})"_s, u"1"_s,
        u"$: must be null, not a number"_s);
    row("draft 7 ignores what stands beside a reference",
        uR"({"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","type":"null","definitions":{"a":true}})"_s,
        u"1"_s);
    row("draft 7 anchor",
        uR"({"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#n","definitions":{"a":{"$id":"#n","type":"null"}}})"_s,
        u"1"_s, u"$: must be null, not a number"_s);
    row("format is a remark", uR"({"format":"date-time"})"_s, u"\"yesterday\""_s);
    row("true", u"true"_s, u"1"_s);
    row("false", u"false"_s, u"1"_s, u"$: is not allowed"_s);
}

void TestJsonSchema::saysWhatIsWrong()
{
    QFETCH(QString, schema);
    QFETCH(QString, instance);
    QFETCH(QString, issue);
    QCOMPARE(check(json(schema), json(instance)), issue.isEmpty() ? QStringList() : QStringList{issue});
}

void TestJsonSchema::refusesBadSchema_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QString& schema, const QString& message) {
        QTest::newRow(name) << schema << message;
    };
    row("no schema", u"3"_s, u"the schema must be an object or a boolean"_s);
    row("member", uR"({"properties":{"a/b":3}})"_s,
        u"the schema at \"#/properties/a~1b\" must be an object or a boolean"_s);
    row("list for a map", uR"({"properties":[]})"_s, u"the schema at \"#/properties\" must be an object"_s);
    row("map for a list", uR"({"allOf":{}})"_s, u"the schema at \"#/allOf\" must be a list"_s);
    row("list element", uR"({"anyOf":[true,1]})"_s, u"the schema at \"#/anyOf/1\" must be an object or a boolean"_s);
    row("type", uR"({"items":{"type":"int"}})"_s, u"schema at \"#/items/type\": \"int\" is not a type"_s);
    row("no type", uR"({"type":[]})"_s, u"schema at \"#/type\": names no type"_s);
    row("enum", uR"({"enum":1})"_s, u"schema at \"#/enum\": must be a list"_s);
    row("minimum", uR"({"minimum":"1"})"_s, u"schema at \"#/minimum\": must be a number"_s);
    row("exclusive minimum of draft 4", uR"({"exclusiveMinimum":true})"_s,
        u"schema at \"#/exclusiveMinimum\": must be a number"_s);
    row("multiple of 0", uR"({"multipleOf":0})"_s, u"schema at \"#/multipleOf\": must be more than 0"_s);
    row("negative length", uR"({"minLength":-1})"_s, u"schema at \"#/minLength\": must be a whole number, 0 or more"_s);
    row("half a count", uR"({"maxItems":1.5})"_s, u"schema at \"#/maxItems\": must be a whole number, 0 or more"_s);
    row("required", uR"({"required":[1]})"_s, u"schema at \"#/required\": must be a list of member names"_s);
    row("required by draft 3", uR"({"required":true})"_s,
        u"schema at \"#/required\": must be a list of member names"_s);
    row("dependent", uR"({"dependentRequired":{"a":"b"}})"_s,
        u"schema at \"#/dependentRequired\": must be a list of member names"_s);
    row("dependent list", uR"({"dependentRequired":[]})"_s, u"schema at \"#/dependentRequired\": must be an object"_s);
    row("unique", uR"({"uniqueItems":1})"_s, u"schema at \"#/uniqueItems\": must be true or false"_s);
    row("pattern", uR"({"pattern":"a("})"_s, u"schema at \"#/pattern\": the pattern \"a(\" is not valid: "_s);
    row("pattern type", uR"({"pattern":1})"_s, u"schema at \"#/pattern\": must be a text"_s);
    row("pattern property", uR"({"patternProperties":{"[":true}})"_s, u"schema at \"#/patternProperties\""_s);
    row("remote", uR"({"$ref":"http://127.0.0.1/x.json"})"_s,
        u"schema at \"#/$ref\": the reference \"http://127.0.0.1/x.json\" leads outside the schema: remote references"_s);
    row("file", uR"({"$ref":"file:///etc/passwd"})"_s, u"remote references are refused"_s);
    row("nothing", uR"({"$ref":"#/$defs/a"})"_s, u"the reference \"#/$defs/a\" leads to nothing"_s);
    row("nothing in a list", uR"({"allOf":[true],"$ref":"#/allOf/x"})"_s, u"leads to nothing"_s);
    row("nothing in a value", uR"({"minimum":1,"$ref":"#/minimum/x"})"_s, u"leads to nothing"_s);
    row("no anchor", uR"({"$ref":"#a"})"_s, u"the reference \"#a\" leads to nothing"_s);
    row("to a value", uR"({"minimum":1,"$ref":"#/minimum"})"_s, u"must be an object or a boolean"_s);
    row("ref type", uR"({"$ref":1})"_s, u"schema at \"#/$ref\": must be a text"_s);
    row("dynamic ref type", uR"({"$dynamicRef":1})"_s, u"schema at \"#/$dynamicRef\": must be a text"_s);
    row("draft 4", uR"({"$schema":"http://json-schema.org/draft-04/schema#"})"_s,
        u"\"$schema\" is \"http://json-schema.org/draft-04/schema#\"; drafts 6, 7, 2019-09 and 2020-12 are"_s);
    row("id", uR"({"$id":1})"_s, u"the $id of the schema must be an address without fragment"_s);
    row("id with fragment", uR"({"$id":"http://a.example/#x"})"_s, u"must be an address without fragment"_s);
    row("anchor name", uR"({"$anchor":"1a"})"_s, u"the $anchor of the schema must be a name"_s);
    row("dynamic anchor name", uR"({"$dynamicAnchor":1})"_s, u"the $dynamicAnchor of the schema must be a name"_s);
    row("anchor twice", uR"({"allOf":[{"$anchor":"a"},{"$anchor":"a"}]})"_s, u"two schemas have the anchor a"_s);
    row("id twice", uR"({"allOf":[{"$id":"a"},{"$id":"a"}]})"_s, u"two schemas have the $id"_s);
    row("dialect inside", uR"({"allOf":[{"$id":"a","$schema":"x:y"}]})"_s, u"\"$schema\" is \"x:y\""_s);
}

void TestJsonSchema::refusesBadSchema()
{
    QFETCH(QString, schema);
    QFETCH(QString, message);
    const auto compiled = JsonSchema::compile(json(schema));
    QVERIFY(!compiled);
    QCOMPARE(compiled.error().code, ErrorCode::InvalidInput);
    QVERIFY2(compiled.error().message.contains(message), qPrintable(compiled.error().message));
}

void TestJsonSchema::reportsSeveralIssues()
{
    const QJsonValue schema = json(
        uR"({"type":"object","required":["q"],"properties":{"k":{"type":"integer","maximum":20}},"additionalProperties":false})"_s);
    QCOMPARE(check(schema, json(uR"({"k":21,"z":1})"_s)),
             (QStringList{u"$.q: is required"_s, u"$.k: 21 is more than the maximum 20"_s,
                          u"$.z: is not a known member"_s}));
}

void TestJsonSchema::stopsAtFiftyIssues()
{
    QJsonArray wrong;
    for (int i = 0; i < 1000; ++i) {
        wrong.append(i);
    }
    QCOMPARE(check(json(uR"({"items":{"type":"string"}})"_s), wrong).size(), 50);
}

void TestJsonSchema::comparesIntegersExactly_data()
{
    QTest::addColumn<QString>("schema");
    QTest::addColumn<QString>("instance");
    QTest::addColumn<bool>("valid");
    const auto row = [](const QString& schema, const QString& instance, bool valid) {
        QTest::addRow("%s for %s", qPrintable(schema), qPrintable(instance)) << schema << instance << valid;
    };
    row(uR"({"maximum":9007199254740992})"_s, u"9007199254740993"_s, false);
    row(uR"({"const":9007199254740993})"_s, u"9007199254740993"_s, true);
    row(uR"({"const":9007199254740992})"_s, u"9007199254740993"_s, false);
    row(uR"({"type":"integer"})"_s, u"9223372036854775807"_s, true);
    row(uR"({"maximum":9223372036854775806})"_s, u"9223372036854775807"_s, false);
    row(uR"({"type":"integer"})"_s, u"1e300"_s, true);
    row(uR"({"minimum":9223372036854775807})"_s, u"1e19"_s, true);
    row(uR"({"minimum":-9223372036854775808})"_s, u"-1e19"_s, false);
    row(uR"({"maximum":2.5})"_s, u"2"_s, true);
    row(uR"({"maximum":2.5})"_s, u"3"_s, false);
    row(uR"({"minimum":-2.5})"_s, u"-2"_s, true);
    row(uR"({"minimum":-2.5})"_s, u"-3"_s, false);
    row(uR"({"minimum":2.5})"_s, u"2.25"_s, false);
    row(uR"({"minimum":2})"_s, u"2.25"_s, true);
    row(uR"({"maxLength":1e30})"_s, u"\"a\""_s, true);
    row(uR"({"const":0})"_s, u"-0.0"_s, true);
}

void TestJsonSchema::comparesIntegersExactly()
{
    QFETCH(QString, schema);
    QFETCH(QString, instance);
    QFETCH(bool, valid);
    QCOMPARE(check(json(schema), json(instance)).isEmpty(), valid);
}

void TestJsonSchema::findsMultiplesOfDecimals_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("divisor");
    QTest::addColumn<bool>("multiple");
    QTest::newRow("0.0075") << 0.0075 << 0.0001 << true;
    QTest::newRow("0.00751") << 0.00751 << 0.0001 << false;
    QTest::newRow("19.99") << 19.99 << 0.01 << true;
    QTest::newRow("-4.5") << -4.5 << 1.5 << true;
    QTest::newRow("0") << 0.0 << 0.3 << true;
    QTest::newRow("1e308") << 1e308 << 0.5 << true;
    QTest::newRow("1e308 of 3") << 1e308 << 3.0 << false;
    QTest::newRow("small of large") << 1e-300 << 1e300 << false;
    QTest::newRow("7 of 2") << 7.0 << 2.0 << false;
    QTest::newRow("100 of 1e1") << 100.0 << 1e1 << true;
    QTest::newRow("12345678901 of 1e10") << 12345678901.0 << 1e10 << false;
}

void TestJsonSchema::findsMultiplesOfDecimals()
{
    QFETCH(double, value);
    QFETCH(double, divisor);
    QFETCH(bool, multiple);
    QCOMPARE(schema::Number::of(value).isMultipleOf(schema::Number::of(divisor)), multiple);
}

void TestJsonSchema::referenceCircleEnds_data()
{
    QTest::addColumn<QString>("schema");
    QTest::newRow("self") << uR"({"$ref":"#"})"_s;
    QTest::newRow("two") << uR"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})"_s;
    QTest::newRow("through allOf") << uR"({"allOf":[{"anyOf":[{"$ref":"#"}]}]})"_s;
    QTest::newRow("through not") << uR"({"not":{"$ref":"#"}})"_s;
    QTest::newRow("through if") << uR"({"if":{"$ref":"#"},"else":{"$ref":"#"}})"_s;
    QTest::newRow("dynamic") << uR"({"$dynamicAnchor":"a","$dynamicRef":"#a"})"_s;
}

void TestJsonSchema::referenceCircleEnds()
{
    QFETCH(QString, schema);
    const QStringList issues = check(json(schema), json(uR"({"a":1})"_s));
    QVERIFY(!issues.isEmpty());
    QCOMPARE(issues.last(), u"$: the schema refers to itself without end"_s);
}

void TestJsonSchema::recursiveSchemaWorks()
{
    const QJsonValue tree =
        json(uR"({"type":"object","properties":{"children":{"items":{"$ref":"#"}},"n":{"type":"integer"}}})"_s);
    QCOMPARE(check(tree, json(uR"({"n":1,"children":[{"n":2,"children":[{"n":3}]}]})"_s)), QStringList());
    QCOMPARE(check(tree, json(uR"({"n":1,"children":[{"n":2,"children":[{"n":"x"}]}]})"_s)),
             QStringList{u"$.children[0].children[0].n: must be an integer, not a string"_s});
}

void TestJsonSchema::hostilePatternEndsFast_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::newRow("nested repeat") << u"^(a+)+$"_s;
    QTest::newRow("alternatives") << u"^(a|aa)+$"_s;
    QTest::newRow("not anchored") << u"(a+)+b"_s;
    QTest::newRow("many repeats") << u"a*a*a*a*a*a*a*a*b"_s;
    QTest::newRow("recursion") << u"^(?:a|(?R))*?$"_s;
    QTest::newRow("back reference") << u"^(a*)\\1*\\1*\\1*b$"_s;
}

void TestJsonSchema::hostilePatternEndsFast()
{
    QFETCH(QString, pattern);
    const QJsonObject schema{{u"items"_s, QJsonObject{{u"pattern"_s, pattern}}}};
    QJsonArray texts;
    for (int i = 0; i < 200; ++i) {
        texts.append(QString(QString(60'000, u'a') + u'!'));
    }
    QElapsedTimer timer;
    timer.start();
    const QStringList issues = check(schema, texts);
    QVERIFY2(timer.elapsed() < 60'000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!issues.isEmpty());
    QVERIFY2(issues.last().contains(u"takes too long"_s), qPrintable(issues.last()));
}

void TestJsonSchema::longTextMatches()
{
    const QString longText(1'000'000, u'a');
    QCOMPARE(check(json(uR"({"pattern":"^[a-z]+$"})"_s), longText), QStringList());
    QCOMPARE(check(json(uR"({"pattern":"^[^b]*$","maxLength":1000000})"_s), longText), QStringList());
    QJsonArray many;
    for (int i = 0; i < 20'000; ++i) {
        many.append(u"user-%1@example.org"_s.arg(i));
    }
    QCOMPARE(check(json(uR"({"items":{"pattern":"^[a-z0-9-]+@[a-z]+\\.org$"}})"_s), many), QStringList());
}

void TestJsonSchema::deepSchemaIsRefused()
{
    QJsonObject deep;
    for (int i = 0; i < 1000; ++i) {
        deep = QJsonObject{{u"not"_s, deep}};
    }
    const auto compiled = JsonSchema::compile(deep);
    QVERIFY(!compiled);
    QCOMPARE(compiled.error().message, u"the schema is nested more than 200 deep"_s);
}

void TestJsonSchema::deepInstanceIsRefused()
{
    QJsonArray deep;
    for (int i = 0; i < 1000; ++i) {
        deep = QJsonArray{deep};
    }
    const QStringList issues = check(json(uR"({"items":{"$ref":"#"}})"_s), deep);
    QCOMPARE(issues.size(), 1);
    QVERIFY2(issues.first().endsWith(u"the schema is nested too deeply here"_s), qPrintable(issues.first()));
}

void TestJsonSchema::hugeSchemaIsRefused()
{
    QJsonArray many;
    for (int i = 0; i < 30'000; ++i) {
        many.append(true);
    }
    QCOMPARE(JsonSchema::compile(QJsonObject{{u"anyOf"_s, many}}).error().message,
             u"the schema has more than 20000 parts"_s);
    QJsonObject patterns;
    for (int i = 0; i < 1'001; ++i) {
        patterns.insert(QString::number(i), true);
    }
    QVERIFY(JsonSchema::compile(QJsonObject{{u"patternProperties"_s, patterns}})
                .error()
                .message.contains(u"more than 1000 patterns"_s));
}

void TestJsonSchema::exponentialSchemaEnds()
{
    // Each definition asks the next one twice: 2^40 checks without a bound.
    QJsonObject definitions;
    for (int i = 0; i < 40; ++i) {
        const QJsonObject next{{u"$ref"_s, u"#/$defs/d%1"_s.arg(i + 1)}};
        definitions.insert(u"d%1"_s.arg(i), QJsonObject{{u"allOf"_s, QJsonArray{next, next}}});
    }
    definitions.insert(u"d40"_s, true);
    const QStringList issues =
        check(QJsonObject{{u"$ref"_s, u"#/$defs/d0"_s}, {u"$defs"_s, definitions}}, QJsonValue(1));
    QCOMPARE(issues, QStringList{u"$: checking this against its schema takes too long"_s});
}

void TestJsonSchema::uniqueItemsIsLinear()
{
    QJsonArray many;
    for (int i = 0; i < 100'000; ++i) {
        many.append(i);
    }
    QCOMPARE(check(json(uR"({"uniqueItems":true})"_s), many), QStringList());
}

void TestJsonSchema::readsPatternsOfEcma_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("matches");
    const auto row = [](const QString& pattern, const QString& text, bool matches) {
        QTest::addRow("%s on %s", qPrintable(pattern), qPrintable(text.toHtmlEscaped())) << pattern << text << matches;
    };
    row(u"^a$"_s, u"a\n"_s, false);
    row(u"b|^a"_s, u"xxb"_s, true);
    row(u"^a|b"_s, u"xxb"_s, true);
    row(u"^(a|b)"_s, u"xxb"_s, false);
    row(u"\\u0041"_s, u"A"_s, true);
    row(u"^\\ud83d\\ude00$"_s, u"\U0001F600"_s, true);
    row(u"^\\u{1F600}$"_s, u"\U0001F600"_s, true);
    row(u"^.$"_s, u"\U0001F600"_s, true);
    row(u"^.$"_s, u"\u2028"_s, false);
    row(u"^\\s$"_s, u"\u00a0"_s, true);
    row(u"^[\\s-_]$"_s, u"-"_s, true);
    row(u"^[+-\\d_\\w-]+$"_s, u"+-5_x"_s, true);
    row(u"^[a-c-\\p{L}]+$"_s, u"-b"_s, true);
    row(u"^\\S$"_s, u"\ufeff"_s, false);
    row(u"^[\\S]$"_s, u"x"_s, true);
    row(u"^\\d$"_s, u"\u0663"_s, false);
    row(u"^\\p{Letter}+$"_s, u"\u00e4\u0416"_s, true);
    row(u"^\\P{L}$"_s, u"1"_s, true);
    row(u"^\\p{Script=Greek}$"_s, u"\u03b1"_s, true);
    row(u"^\\p{ASCII}$"_s, u"a"_s, true);
    row(u"^[\\P{ASCII}]$"_s, u"a"_s, false);
    row(u"^[^]$"_s, u"\n"_s, true);
    row(u"[]"_s, u"a"_s, false);
    row(u"^[[]$"_s, u"["_s, true);
    row(u"^[$.]$"_s, u"$"_s, true);
    row(u"^[^a]$"_s, u"b"_s, true);
    row(u"^a\\$\\/b$"_s, u"a$/b"_s, true);
    row(u"^(?<y>\\d)\\k<y>$"_s, u"11"_s, true);
    row(u"(a)\\1"_s, u"xaa"_s, true);
}

void TestJsonSchema::readsPatternsOfEcma()
{
    QFETCH(QString, pattern);
    QFETCH(QString, text);
    QFETCH(bool, matches);
    const auto compiled = schema::Pattern::compile(pattern);
    QVERIFY2(compiled, qPrintable(compiled ? QString() : compiled.error().message));
    qint64 work = 1'000'000;
    QCOMPARE(compiled->search(text, work) == schema::Pattern::Outcome::Matches, matches);
    QVERIFY(work < 1'000'000);
}

void TestJsonSchema::refusesPatterns_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("why");
    QTest::newRow("verb") << u"(*LIMIT_MATCH=99999999)a"_s << u"\"(*\" is not a group (at character 1)"_s;
    QTest::newRow("quote") << u"a\\Q"_s << u"\\Q is not an escape (at character 2)"_s;
    QTest::newRow("end") << u"a\\"_s << u"a \\ at the end escapes nothing (at character 2)"_s;
    QTest::newRow("unicode") << u"\\u12"_s << u"\\u needs four hexadecimal digits (at character 1)"_s;
    QTest::newRow("property") << u"\\pL"_s << u"\\p needs a property in braces (at character 1)"_s;
    QTest::newRow("unknown property") << u"\\p{Klingon}"_s << u"is not valid"_s;
    QTest::newRow("groups") << u"a)(b"_s << u"is not valid"_s;
    QTest::newRow("too long") << QString(10'000, u'a') << u"the pattern is longer than 8192 characters"_s;
    QTest::newRow("too large") << u"(((a{1000}){1000}){1000}){1000}"_s << u"is not valid"_s;
}

void TestJsonSchema::refusesPatterns()
{
    QFETCH(QString, pattern);
    QFETCH(QString, why);
    const auto compiled = schema::Pattern::compile(pattern);
    QVERIFY(!compiled);
    QVERIFY2(compiled.error().message.contains(why), qPrintable(compiled.error().message));
}

void TestJsonSchema::cutsLongPreviews()
{
    QCOMPARE(schema::preview(QString(100, u'x')), u"\"%1\u2026\""_s.arg(QString(60, u'x')));
    QJsonArray many;
    for (int i = 0; i < 100; ++i) {
        many.append(i);
    }
    QCOMPARE(schema::preview(many).size(), 61);
}

QTEST_GUILESS_MAIN(TestJsonSchema)
#include "tst_jsonschema.moc"
