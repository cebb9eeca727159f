// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/ruledraft.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

bool isExpression(RuleCondition::Operator op)
{
    return op == RuleCondition::Operator::Matches || op == RuleCondition::Operator::MatchesNot;
}

QString quoted(const QString& text)
{
    const QByteArray json = QJsonDocument(QJsonArray{text}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(json.mid(1, json.size() - 2));
}

/// What a typed value is as JSON, if it is written as such.
std::optional<QJsonValue> asJson(const QString& typed)
{
    const QJsonArray values = QJsonDocument::fromJson('[' + typed.toUtf8() + ']').array();
    const bool plain = values.size() == 1 && !values.first().isObject() && !values.first().isArray();
    return plain ? std::optional(QJsonValue(values.first())) : std::nullopt;
}

QString valueText(const RuleDraft::Condition& condition)
{
    if (isExpression(condition.op)) {
        return quoted(condition.value);
    }
    const QString typed = condition.value.trimmed();
    return asJson(typed) ? typed : quoted(condition.value);
}

/// The one condition that a path makes with a value that is surely right.
bool isPath(const QString& path)
{
    const Result<ToolRule> rule = parseToolRule(QString(u"ask * when "_s + path + u" = null"_s));
    return rule && rule->conditions.size() == 1 && rule->conditions.first().value.isNull();
}

} // namespace

RuleDraft toDraft(const ToolRule& rule)
{
    RuleDraft draft;
    draft.verdict = rule.verdict;
    draft.tool = rule.tool;
    for (const RuleCondition& condition : rule.conditions) {
        ToolRule alone;
        alone.tool = u"*"_s;
        alone.conditions.append(condition);
        alone.conditions.first().op = RuleCondition::Operator::Equal;
        alone.conditions.first().value = QJsonValue(QJsonValue::Null);
        const QString text = toText(alone); // "ask * when PATH = null"
        const qsizetype from = text.indexOf(u'$');
        RuleDraft::Condition field;
        field.path = text.mid(from, text.size() - from - qsizetype(sizeof(" = null") - 1));
        field.op = condition.op;
        const QString plain = condition.value.toString();
        if (isExpression(condition.op) || (condition.value.isString() && plain == plain.trimmed() && !asJson(plain))) {
            field.value = plain;
        } else if (condition.value.isString()) {
            field.value = quoted(plain);
        } else {
            const QByteArray json = QJsonDocument(QJsonArray{condition.value}).toJson(QJsonDocument::Compact);
            field.value = QString::fromUtf8(json.mid(1, json.size() - 2));
        }
        draft.conditions.append(field);
    }
    return draft;
}

QString toText(const RuleDraft& draft)
{
    QString text = toName(draft.verdict) + u' ' + draft.tool.trimmed();
    for (qsizetype i = 0; i < draft.conditions.size(); ++i) {
        const RuleDraft::Condition& condition = draft.conditions.at(i);
        text += (i == 0 ? u" when "_s : u" and "_s) + condition.path.trimmed() + u' ' + operatorText(condition.op) +
                u' ' + valueText(condition);
    }
    return text;
}

QList<RuleFieldProblem> problems(const RuleDraft& draft)
{
    using Field = RuleFieldProblem::Field;
    QList<RuleFieldProblem> found;
    const Result<ToolRule> ofTool = parseToolRule(QString(u"ask "_s + draft.tool.trimmed()));
    if (!ofTool || !ofTool->conditions.isEmpty()) {
        found.append({Field::Tool, -1, {}, -1});
    }
    for (qsizetype i = 0; i < draft.conditions.size(); ++i) {
        const RuleDraft::Condition& condition = draft.conditions.at(i);
        if (!isPath(condition.path.trimmed())) {
            found.append({Field::Path, i, {}, -1});
        }
        const QRegularExpression pattern = rulePattern(condition.value);
        if (isExpression(condition.op) && !pattern.isValid()) {
            found.append({Field::Value, i, pattern.errorString(), pattern.patternErrorOffset()});
        }
    }
    return found;
}

} // namespace lathe
