// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/toolrules.h"

#include "engine/core/canonicaljson.h"

#include <QJsonDocument>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// A suggestion that names longer arguments would never match again.
constexpr qsizetype kSuggestedLength = 80;

/// The whole name against one in which * stands for anything.
bool fitsName(QStringView pattern, QStringView name)
{
    const auto parts = pattern.split(u'*');
    if (parts.size() == 1) {
        return pattern == name;
    }
    if (!name.startsWith(parts.first()) || !name.endsWith(parts.last()) ||
        name.size() < parts.first().size() + parts.last().size()) {
        return false;
    }
    qsizetype at = parts.first().size();
    const qsizetype end = name.size() - parts.last().size();
    for (qsizetype i = 1; i + 1 < parts.size(); ++i) {
        const qsizetype found = name.indexOf(parts.at(i), at);
        if (found < 0 || found + parts.at(i).size() > end) {
            return false;
        }
        at = found + parts.at(i).size();
    }
    return true;
}

void children(const QJsonValue& value, QJsonArray& into)
{
    if (value.isObject()) {
        for (const QJsonValue& child : value.toObject()) {
            into.append(child);
        }
    } else if (value.isArray()) {
        for (const QJsonValue& child : value.toArray()) {
            into.append(child);
        }
    }
}

void withDescendants(const QJsonValue& value, QJsonArray& into)
{
    into.append(value);
    QJsonArray below;
    children(value, below);
    for (const QJsonValue& child : std::as_const(below)) {
        withDescendants(child, into);
    }
}

QJsonArray step(const QJsonArray& values, const RuleCondition::Step& step)
{
    QJsonArray from;
    for (const QJsonValue& value : values) {
        if (step.descend) {
            withDescendants(value, from);
        } else {
            from.append(value);
        }
    }
    QJsonArray found;
    for (const QJsonValue& value : std::as_const(from)) {
        if (step.key) {
            const QJsonObject object = value.toObject();
            const auto member = object.constFind(*step.key);
            if (member != object.constEnd()) {
                found.append(*member);
            }
        } else if (step.index >= 0) {
            const QJsonArray array = value.toArray();
            if (step.index < array.size()) {
                found.append(array.at(step.index));
            }
        } else {
            children(value, found);
        }
    }
    return found;
}

/// Whether one value holds; nothing if it cannot be told (an expression that gives up).
std::optional<bool> holds(const RuleCondition& condition, const QJsonValue& value)
{
    using Operator = RuleCondition::Operator;
    if (condition.op == Operator::Equal || condition.op == Operator::NotEqual) {
        return (value == condition.value) == (condition.op == Operator::Equal);
    }
    const QString text = value.isString() ? value.toString() : QString::fromUtf8(canonicalJson(value));
    const QRegularExpressionMatch match = condition.pattern.match(text);
    if (!match.isValid()) {
        return std::nullopt;
    }
    return match.hasMatch() == (condition.op == Operator::Matches);
}

bool holds(const RuleCondition& condition, RuleVerdict verdict, const QJsonObject& arguments)
{
    QJsonArray values{arguments};
    for (const RuleCondition::Step& next : condition.path) {
        values = step(values, next);
    }
    const bool negative =
        condition.op == RuleCondition::Operator::NotEqual || condition.op == RuleCondition::Operator::MatchesNot;
    if (values.isEmpty()) {
        return negative && verdict != RuleVerdict::Allow;
    }
    if (verdict == RuleVerdict::Allow) {
        return std::all_of(values.cbegin(), values.cend(),
                           [&](const QJsonValue& value) { return holds(condition, value).value_or(false); });
    }
    return std::any_of(values.cbegin(), values.cend(),
                       [&](const QJsonValue& value) { return holds(condition, value).value_or(true); });
}

} // namespace

RuleMatch explain(const ToolRule& rule, const QString& tool, const QJsonObject& arguments)
{
    RuleMatch match;
    match.tool = fitsName(rule.tool, tool);
    for (const RuleCondition& condition : rule.conditions) {
        match.conditions.append(holds(condition, rule.verdict, arguments));
    }
    return match;
}

bool matches(const ToolRule& rule, const QString& tool, const QJsonObject& arguments)
{
    return fitsName(rule.tool, tool) &&
           std::all_of(rule.conditions.cbegin(), rule.conditions.cend(),
                       [&](const RuleCondition& condition) { return holds(condition, rule.verdict, arguments); });
}

std::optional<RuleDecision> decide(const QList<ToolRule>& rules, const QString& tool, const QJsonObject& arguments)
{
    qsizetype last = -1;
    for (qsizetype i = 0; i < rules.size(); ++i) {
        if (!matches(rules.at(i), tool, arguments)) {
            continue;
        }
        last = i;
        if (rules.at(i).verdict == RuleVerdict::Deny) {
            break;
        }
    }
    return last >= 0 ? std::optional(RuleDecision{rules.at(last).verdict, toText(rules.at(last)), last}) : std::nullopt;
}

QString suggestToolRule(RuleVerdict verdict, const QString& tool, const QJsonObject& arguments)
{
    ToolRule rule;
    rule.verdict = verdict;
    rule.tool = tool;
    for (auto it = arguments.constBegin(); it != arguments.constEnd(); ++it) {
        const bool plain = !it.value().isObject() && !it.value().isArray();
        if (plain && it.value().toString().size() <= kSuggestedLength) {
            RuleCondition condition;
            condition.path.append({false, it.key(), -1});
            condition.value = it.value();
            rule.conditions.append(condition);
        }
    }
    return toText(rule);
}

} // namespace lathe
