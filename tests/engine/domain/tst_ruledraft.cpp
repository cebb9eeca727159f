// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/ruledraft.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(QList<lathe::RuleFieldProblem>)

namespace {

using Operator = RuleCondition::Operator;
using Field = RuleFieldProblem::Field;

RuleDraft draftWith(const QString& path, Operator op, const QString& value)
{
    RuleDraft draft;
    draft.tool = u"t"_s;
    draft.conditions = {{path, op, value}};
    return draft;
}

} // namespace

/// Rules as a person fills them into fields.
class TestRuleDraft : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyRuleComesBackFromItsFields_data()
    {
        QTest::addColumn<QString>("text");
        for (const char *text :
             {"deny code_executor", "ask *", "allow t when $.a = \"b c\"", "allow t when $.n = 5 and $.b = true",
              "deny t when $.n = \"5\"", "deny t when $.n != null", "deny t when $..x ~ \"rm\\\\s+-r\"",
              "deny t when $ !~ \"a\\\"b\"", "ask t when $.list[0] = -1.5", "ask t when $[\"a b\"] = \" x \"",
              "ask t when $.list[*] = \"\"", "ask t when $.x = \"[1]\"", "ask t when $.x = \"a, b\""}) {
            QTest::newRow(text) << QString::fromLatin1(text);
        }
    }
    void everyRuleComesBackFromItsFields()
    {
        QFETCH(QString, text);
        const Result<ToolRule> rule = parseToolRule(text);
        QVERIFY2(rule, rule ? "" : qPrintable(rule.error().message));
        const RuleDraft draft = toDraft(*rule);
        QVERIFY(problems(draft).isEmpty());
        const Result<ToolRule> again = parseToolRule(toText(draft));
        QVERIFY2(again, qPrintable(toText(draft)));
        QCOMPARE(toText(*again), toText(*rule));
    }

    void takesValuesAsPeopleTypeThem_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<Operator>("op");
        QTest::addColumn<QString>("text");
        QTest::newRow("a word") << u"bash"_s << Operator::Equal << u"ask t when $.a = \"bash\""_s;
        QTest::newRow("a quoted word") << u"\"bash\""_s << Operator::Equal << u"ask t when $.a = \"bash\""_s;
        QTest::newRow("a number") << u" 5 "_s << Operator::NotEqual << u"ask t when $.a != 5"_s;
        QTest::newRow("a truth") << u"true"_s << Operator::Equal << u"ask t when $.a = true"_s;
        QTest::newRow("nothing") << u"null"_s << Operator::Equal << u"ask t when $.a = null"_s;
        QTest::newRow("half a text") << u"\"ba"_s << Operator::Equal << u"ask t when $.a = \"\\\"ba\""_s;
        QTest::newRow("two values") << u"1, 2"_s << Operator::Equal << u"ask t when $.a = \"1, 2\""_s;
        QTest::newRow("an expression") << u"a\\d+\"b"_s << Operator::Matches << u"ask t when $.a ~ \"a\\\\d+\\\"b\""_s;
        QTest::newRow("a number as one") << u"5"_s << Operator::MatchesNot << u"ask t when $.a !~ \"5\""_s;
    }
    void takesValuesAsPeopleTypeThem()
    {
        QFETCH(QString, typed);
        QFETCH(Operator, op);
        QFETCH(QString, text);
        const RuleDraft draft = draftWith(u"$.a"_s, op, typed);
        QVERIFY(problems(draft).isEmpty());
        QCOMPARE(toText(draft), text);
        QVERIFY(parseToolRule(text));
    }

    void saysWhichFieldIsWrong_data()
    {
        QTest::addColumn<RuleDraft>("draft");
        QTest::addColumn<QList<RuleFieldProblem>>("wrong");
        RuleDraft noTool = draftWith(u"$.a"_s, Operator::Equal, u"1"_s);
        noTool.tool = u" "_s;
        QTest::newRow("no tool") << noTool << QList<RuleFieldProblem>{{Field::Tool, -1, {}, -1}};
        RuleDraft moreThanATool = noTool;
        moreThanATool.tool = u"t when $.x = 1"_s; // would be a condition nobody sees
        QTest::newRow("more than a tool") << moreThanATool << QList<RuleFieldProblem>{{Field::Tool, -1, {}, -1}};
        for (const char *path : {"", "a", "$.", "$[", "$.a = 1 and $.b", "$.a b"}) {
            QTest::newRow(path) << draftWith(QString::fromLatin1(path), Operator::Equal, u"1"_s)
                                << QList<RuleFieldProblem>{{Field::Path, 0, {}, -1}};
        }
        const QRegularExpression open = rulePattern(u"rm (-r"_s);
        QVERIFY(!open.isValid());
        const RuleFieldProblem ofValue{Field::Value, 0, open.errorString(), open.patternErrorOffset()};
        QTest::newRow("expression") << draftWith(u"$.a"_s, Operator::Matches, u"rm (-r"_s)
                                    << QList<RuleFieldProblem>{ofValue};
        QTest::newRow("the same as a text")
            << draftWith(u"$.a"_s, Operator::Equal, u"rm (-r"_s) << QList<RuleFieldProblem>{};
        RuleDraft second = draftWith(u"$.a"_s, Operator::Equal, u"1"_s);
        second.conditions.append({u"b"_s, Operator::MatchesNot, u"["_s});
        const QRegularExpression bracket = rulePattern(u"["_s);
        QTest::newRow("both fields of the second")
            << second
            << QList<RuleFieldProblem>{{Field::Path, 1, {}, -1},
                                       {Field::Value, 1, bracket.errorString(), bracket.patternErrorOffset()}};
    }
    void saysWhichFieldIsWrong()
    {
        QFETCH(RuleDraft, draft);
        QFETCH(QList<RuleFieldProblem>, wrong);
        QCOMPARE(problems(draft), wrong);
        if (wrong.isEmpty()) {
            QVERIFY(parseToolRule(toText(draft)));
        }
    }
};

QTEST_APPLESS_MAIN(TestRuleDraft)
#include "tst_ruledraft.moc"
