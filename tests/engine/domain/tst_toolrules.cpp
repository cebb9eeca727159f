// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/toolrules.h"

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

namespace {

QJsonObject json(const char *text)
{
    return QJsonDocument::fromJson(text).object();
}

} // namespace

class TestToolRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAndWritesRules_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("written"); // empty: the same
        QTest::newRow("tool alone") << u"deny code_executor"_s << QString();
        QTest::newRow("any tool") << u"ask *"_s << QString();
        QTest::newRow("part of a name") << u"allow mcp:files.read_*"_s << QString();
        QTest::newRow("text") << u"deny code_executor when $.language = \"bash\""_s << QString();
        QTest::newRow("number") << u"allow x when $.n = 5"_s << QString();
        QTest::newRow("number, otherwise written") << u"allow x when $.n = 5.0"_s << u"allow x when $.n = 5"_s;
        QTest::newRow("literals") << u"ask x when $.a = true and $.b != null and $.c = false"_s << QString();
        QTest::newRow("expression") << u"ask x when $.query ~ \"(?i)salar(y|ies)\\\\b\""_s << QString();
        QTest::newRow("not found") << u"deny x when $.to !~ \"@example\\\\.com$\""_s << QString();
        QTest::newRow("places") << u"deny x when $.a.b[0][\"odd name\"]..deep..*.* = \"v\""_s << QString();
        QTest::newRow("all elements") << u"deny x when $.a[*] = \"v\""_s << u"deny x when $.a.* = \"v\""_s;
        QTest::newRow("plain name in brackets") << u"deny x when $[\"a\"] = 1"_s << u"deny x when $.a = 1"_s;
        QTest::newRow("the whole") << u"deny x when $ ~ \"secret\""_s << QString();
        QTest::newRow("quotes and letters") << u"ask x when $.q = \"say \\\"ü\\\" \\\\ \\n\""_s << QString();
        QTest::newRow("spaces") << u"  deny\tx   when $.a=1  and  $.b !=2 "_s << u"deny x when $.a = 1 and $.b != 2"_s;
    }
    void readsAndWritesRules()
    {
        QFETCH(QString, text);
        QFETCH(QString, written);
        const auto rule = parseToolRule(text);
        QVERIFY2(rule, rule ? "" : qPrintable(rule.error().message));
        QCOMPARE(toText(*rule), written.isEmpty() ? text : written);
        QCOMPARE(*parseToolRule(toText(*rule)), *rule);
    }

    void namesLineAndColumn_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("no verdict") << u"permit x"_s << u"line 1, column 1: expected allow, ask or deny"_s;
        QTest::newRow("no tool") << u"deny "_s << u"line 1, column 6: expected the name of a tool, or *"_s;
        QTest::newRow("no when") << u"deny x if"_s << u"line 1, column 8: expected \"when\" or the end of the rule"_s;
        QTest::newRow("third line") << u"deny x\n# words\nask x when a = 1"_s
                                    << u"line 3, column 12: expected a path, which begins with $"_s;
        QTest::newRow("no operator") << u"ask x when $.a 1"_s << u"line 1, column 16: expected =, !=, ~ or !~"_s;
        QTest::newRow("two equals") << u"ask x when $.a == 1"_s
                                    << u"line 1, column 17: expected a text in quotation marks, a number, true, false "
                                       "or null"_s;
        QTest::newRow("no value") << u"ask x when $.a ="_s
                                  << u"line 1, column 17: expected a text in quotation marks, a number, true, false "
                                     "or null"_s;
        QTest::newRow("open text") << u"ask x when $.a = \"b"_s
                                   << u"line 1, column 18: this text has no closing quotation mark"_s;
        QTest::newRow("backslash")
            << u"ask x when $.a ~ \"\\d\""_s
            << u"line 1, column 18: this is no text as JSON writes it: a backslash is written \\\\"_s;
        QTest::newRow("expression") << u"ask x when $.a ~ \"a(\""_s
                                    << u"line 1, column 18: this regular expression is wrong at its character 3: "
                                       "missing closing parenthesis"_s;
        QTest::newRow("expression of a number") << u"ask x when $.a ~ 5"_s
                                                << u"line 1, column 18: expected a regular expression in quotation "
                                                   "marks"_s;
        QTest::newRow("dot") << u"ask x when $. = 1"_s << u"line 1, column 14: expected a name or * after the dot"_s;
        QTest::newRow("bracket") << u"ask x when $[a] = 1"_s
                                 << u"line 1, column 14: expected a number, a text or * in the brackets"_s;
        QTest::newRow("open bracket") << u"ask x when $[1 = 1"_s << u"line 1, column 15: expected ]"_s;
        QTest::newRow("no and") << u"ask x when $.a = 1 or $.b = 2"_s
                                << u"line 1, column 20: expected \"and\" or the end of the rule"_s;
        QTest::newRow("nothing after and")
            << u"ask x when $.a = 1 and"_s << u"line 1, column 23: expected a path, which begins with $"_s;
        QTest::newRow("object") << u"ask x when $.a = {}"_s
                                << u"line 1, column 18: expected a text in quotation marks, a number, true, false or "
                                   "null"_s;
    }
    void namesLineAndColumn()
    {
        QFETCH(QString, text);
        QFETCH(QString, message);
        const auto rules = parseToolRules(text);
        QVERIFY(!rules);
        QCOMPARE(rules.error().message, message);
    }

    void readsListsOfTexts()
    {
        QCOMPARE(parseToolRules(QJsonArray{u"ask x"_s, u"deny y"_s})->size(), 2);
        QCOMPARE(parseToolRules(QJsonArray{u"ask x"_s, 5}).error().message, u"line 2, column 1: a rule is a text"_s);
        QCOMPARE(parseToolRules(u"\n# nothing but words\n\n")->size(), 0);
        const QString endless = u"deny x when $.a = \""_s + QString(5'000, u'x') + u'"';
        QVERIFY(!parseToolRule(endless));
    }

    void matchesArguments_data()
    {
        QTest::addColumn<QString>("rule");
        QTest::addColumn<QString>("arguments");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *name, const QString& rule, const char *arguments, bool matches) {
            QTest::newRow(name) << rule << QString::fromUtf8(arguments) << matches;
        };
        row("tool alone", u"deny t"_s, "{}", true);
        row("other tool", u"deny u"_s, "{}", false);
        row("any tool", u"deny *"_s, "{}", true);
        row("equal", u"deny t when $.a = \"x\""_s, "{\"a\":\"x\"}", true);
        row("not equal", u"deny t when $.a = \"x\""_s, "{\"a\":\"xx\"}", false);
        row("numbers", u"deny t when $.a = 5"_s, "{\"a\":5.0}", true);
        row("a number is no text", u"deny t when $.a = 5"_s, "{\"a\":\"5\"}", false);
        row("found within", u"deny t when $.a ~ \"rm -rf\""_s, "{\"a\":\"ls;\\n rm -rf /\"}", true);
        row("dot takes lines", u"deny t when $.a ~ \"a.b\""_s, "{\"a\":\"a\\nb\"}", true);
        row("number as text", u"deny t when $.a ~ \"^5$\""_s, "{\"a\":5}", true);
        row("object as text", u"deny t when $.a ~ \"secret\""_s, "{\"a\":{\"b\":[\"secret\"]}}", true);
        row("both conditions", u"deny t when $.a = 1 and $.b = 2"_s, "{\"a\":1,\"b\":2}", true);
        row("one condition", u"deny t when $.a = 1 and $.b = 2"_s, "{\"a\":1,\"b\":3}", false);
        row("element", u"deny t when $.a[1] = 2"_s, "{\"a\":[1,2]}", true);
        row("element too far", u"deny t when $.a[2] = 2"_s, "{\"a\":[1,2]}", false);
        row("any element", u"deny t when $.a[*] = 2"_s, "{\"a\":[1,2]}", true);
        row("any member", u"deny t when $.* = 2"_s, "{\"a\":1,\"b\":2}", true);
        row("below", u"deny t when $..password = \"x\""_s, "{\"a\":[{\"b\":{\"password\":\"x\"}}]}", true);
        row("anywhere", u"deny t when $..* ~ \"^/etc\""_s, "{\"a\":[{\"b\":\"/etc/passwd\"}]}", true);
        row("odd name", u"deny t when $[\"a b\"] = 1"_s, "{\"a b\":1}", true);
        // Deny and ask: in doubt they match.
        row("deny: absent is not equal", u"deny t when $.a != 1"_s, "{}", true);
        row("ask: absent does not match", u"ask t when $.a !~ \"x\""_s, "{}", true);
        row("deny: absent equals nothing", u"deny t when $.a = null"_s, "{}", false);
        row("deny: one of many is not it", u"deny t when $.a[*] !~ \"ok\""_s, "{\"a\":[\"ok\",\"no\"]}", true);
        row("deny: all of many are", u"deny t when $.a[*] !~ \"ok\""_s, "{\"a\":[\"ok\",\"ok\"]}", false);
        // Allow: in doubt it does not.
        row("allow: absent", u"allow t when $.a != 1"_s, "{}", false);
        row("allow: all of many", u"allow t when $.a[*] ~ \"^ok\""_s, "{\"a\":[\"ok\",\"ok2\"]}", true);
        row("allow: one of many", u"allow t when $.a[*] ~ \"^ok\""_s, "{\"a\":[\"ok\",\"no\"]}", false);
        row("allow: none of none", u"allow t when $.a[*] ~ \"^ok\""_s, "{\"a\":[]}", false);
    }
    void matchesArguments()
    {
        QFETCH(QString, rule);
        QFETCH(QString, arguments);
        QFETCH(bool, matches);
        const auto parsed = parseToolRule(rule);
        QVERIFY(parsed);
        QCOMPARE(lathe::matches(*parsed, u"t"_s, json(arguments.toUtf8().constData())), matches);
    }

    void anExpressionThatGivesUpIsForSafety()
    {
        const QJsonObject hostile{{u"a"_s, QString(QString(40'000, u'a') + u'!')}};
        const auto pattern = u"$.a ~ \"^(a+)+$\""_s;
        QVERIFY(!matches(*parseToolRule(QString(u"allow t when "_s + pattern)), u"t"_s, hostile));
        QVERIFY(matches(*parseToolRule(QString(u"deny t when "_s + pattern)), u"t"_s, hostile));
    }

    void fitsNamesWithStars_data()
    {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("tool");
        QTest::addColumn<bool>("fits");
        QTest::newRow("same") << u"a"_s << u"a"_s << true;
        QTest::newRow("longer") << u"a"_s << u"ab"_s << false;
        QTest::newRow("front") << u"a*"_s << u"abc"_s << true;
        QTest::newRow("nothing") << u"abc*"_s << u"abc"_s << true;
        QTest::newRow("back") << u"*_read"_s << u"file_read"_s << true;
        QTest::newRow("middle") << u"a*c"_s << u"abc"_s << true;
        QTest::newRow("overlap") << u"ab*ba"_s << u"aba"_s << false;
        QTest::newRow("twice") << u"*b*d*"_s << u"abcde"_s << true;
        QTest::newRow("wrong order") << u"*d*b*"_s << u"abcde"_s << false;
        QTest::newRow("case") << u"A*"_s << u"abc"_s << false;
    }
    void fitsNamesWithStars()
    {
        QFETCH(QString, pattern);
        QFETCH(QString, tool);
        QFETCH(bool, fits);
        QCOMPARE(matches(*parseToolRule(QString(u"deny "_s + pattern)), tool, {}), fits);
    }

    void denyBeatsEverythingElseTheLastDecides()
    {
        const auto verdict = [](const QString& text, const QJsonObject& arguments = {}) {
            const auto decision = decide(*parseToolRules(text), u"t"_s, arguments);
            return decision ? QString(toName(decision->verdict)) : u"nothing"_s;
        };
        QCOMPARE(verdict(u"deny u"_s), u"nothing"_s);
        QCOMPARE(verdict(u"ask *\nallow t"_s), u"allow"_s);
        QCOMPARE(verdict(u"allow t\nask *"_s), u"ask"_s);
        QCOMPARE(verdict(u"deny t\nallow t"_s), u"deny"_s);
        QCOMPARE(verdict(u"allow t\ndeny *"_s), u"deny"_s);
        QCOMPARE(verdict(u"allow t\ndeny * when $.a = 1"_s, {{u"a"_s, 2}}), u"allow"_s);
        QCOMPARE(decide(*parseToolRules(u"ask *\ndeny  t"_s), u"t"_s, {})->rule, u"deny t"_s);
        QCOMPARE(decide(*parseToolRules(u"ask *\ndeny t\nallow t"_s), u"t"_s, {})->index, 1);
        QCOMPARE(decide(*parseToolRules(u"ask *\nallow u\nallow t"_s), u"t"_s, {})->index, 2);
    }

    void explainsWhichPartDoesNotMatch()
    {
        const ToolRule rule = *parseToolRule(u"deny t when $.a = 1 and $.b ~ \"x\""_s);
        const RuleMatch second = explain(rule, u"t"_s, {{u"a"_s, 1}, {u"b"_s, u"y"_s}});
        QVERIFY(second.tool && !second.all());
        QCOMPARE(second.conditions, (QList<bool>{true, false}));
        QVERIFY(!explain(rule, u"u"_s, {{u"a"_s, 1}, {u"b"_s, u"x"_s}}).tool);
        QVERIFY(explain(rule, u"t"_s, {{u"a"_s, 1}, {u"b"_s, u"xy"_s}}).all());
        QVERIFY(explain(*parseToolRule(u"ask *"_s), u"t"_s, {}).all());
        // In doubt for safety: the same condition of an allowing rule does not hold.
        const QJsonObject several{{u"b"_s, QJsonArray{u"x"_s, u"y"_s}}};
        QCOMPARE(explain(*parseToolRule(u"deny t when $.b[*] = \"x\""_s), u"t"_s, several).conditions,
                 QList<bool>{true});
        QCOMPARE(explain(*parseToolRule(u"allow t when $.b[*] = \"x\""_s), u"t"_s, several).conditions,
                 QList<bool>{false});
    }

    void suggestsARuleForThisCall()
    {
        const QJsonObject arguments{{u"language"_s, u"python"_s},
                                    {u"code"_s, QString(100, u'x')},
                                    {u"timeoutMs"_s, 5'000},
                                    {u"files"_s, QJsonObject{{u"a"_s, u"b"_s}}}};
        const QString text = suggestToolRule(RuleVerdict::Allow, u"code_executor"_s, arguments);
        QCOMPARE(text, u"allow code_executor when $.language = \"python\" and $.timeoutMs = 5000"_s);
        QVERIFY(matches(*parseToolRule(text), u"code_executor"_s, arguments));
        QCOMPARE(suggestToolRule(RuleVerdict::Deny, u"t"_s, {}), u"deny t"_s);
    }

    /// Nothing that is typed makes the parser fall over, and what it takes it can write.
    void survivesAnything()
    {
        QRandomGenerator random(3);
        const QStringList pieces{u"allow"_s, u"deny"_s, u" "_s,  u"x"_s, u"*"_s,  u"when"_s, u"and"_s, u"$"_s,
                                 u"."_s,     u".."_s,   u"["_s,  u"]"_s, u"\""_s, u"\\"_s,   u"="_s,   u"!~"_s,
                                 u"~"_s,     u"5"_s,    u"\n"_s, u"ü"_s, u"{"_s,  u"null"_s, u"#"_s};
        int taken = 0;
        for (int round = 0; round < 20'000; ++round) {
            QString text = random.bounded(2) ? u"deny x when $"_s : QString();
            for (int i = random.bounded(12); i > 0; --i) {
                text += pieces.at(random.bounded(pieces.size()));
            }
            const auto rules = parseToolRules(text);
            if (!rules) {
                QVERIFY(rules.error().message.startsWith(u"line "_s));
                continue;
            }
            for (const ToolRule& rule : *rules) {
                ++taken;
                QCOMPARE(*parseToolRule(toText(rule)), rule);
            }
        }
        QVERIFY(taken > 20);
    }
};

QTEST_APPLESS_MAIN(TestToolRules)
#include "tst_toolrules.moc"
