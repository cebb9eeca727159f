// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/enumnames.h"
#include "engine/core/result.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

#include <optional>

// Rules on the arguments of tool calls, as a person writes them, one a line:
//
//   rule      = verdict tool [ "when" condition { "and" condition } ]
//   verdict   = "allow" | "ask" | "deny"
//   tool      = a name, in which * stands for anything
//   condition = path ( "=" | "!=" ) value   the value, exactly (5 and 5.0 are one number)
//             | path ( "~" | "!~" ) string  a regular expression found somewhere in the text
//   path      = "$" { "." name | ".*" | ".." name | "..*" | "[" number "]" | "[*]" | "[" string "]" }
//   value     = string | number | "true" | "false" | "null"        string: as in JSON
//
//   deny code_executor when $.language = "bash"
//   allow google_search when $.query !~ "(?i)salar(y|ies)" and $.count = 5
//
// Empty lines and lines that begin with # say nothing. Deny beats everything; else the last rule that matches decides.
// In doubt a rule is for safety: a condition of deny or ask holds if any of the values found holds, one with != or !~
// also if there is none, and both if a value cannot be looked at; a condition of allow holds only if there is a value
// and all of them hold. What is not text is compared with ~ as its JSON.

namespace lathe {

enum class RuleVerdict
{
    Allow,
    Ask,
    Deny
};
// clang-format off
template <> struct EnumNames<RuleVerdict> { static constexpr std::pair<RuleVerdict, QLatin1StringView> table[] = {
    {RuleVerdict::Allow, QLatin1StringView("allow")}, {RuleVerdict::Ask, QLatin1StringView("ask")},
    {RuleVerdict::Deny, QLatin1StringView("deny")}}; };
// clang-format on

struct RuleCondition
{
    enum class Operator
    {
        Equal,
        NotEqual,
        Matches,
        MatchesNot
    };
    struct Step
    {
        bool descend = false;       ///< this and everything below it
        std::optional<QString> key; ///< a member
        qint64 index = -1;          ///< an element; with neither: all of them

        bool operator==(const Step&) const = default;
    };
    QList<Step> path;
    Operator op = Operator::Equal;
    QJsonValue value;           ///< of ~ and !~: the expression
    QRegularExpression pattern; ///< of ~ and !~

    bool operator==(const RuleCondition& other) const
    {
        return path == other.path && op == other.op && value == other.value;
    }
};

struct ToolRule
{
    RuleVerdict verdict = RuleVerdict::Ask;
    QString tool;
    QList<RuleCondition> conditions;

    bool operator==(const ToolRule&) const = default;
};

/// A rule from its text; the error names line and column.
[[nodiscard]] Result<ToolRule> parseToolRule(QStringView text, int line = 1);
/// Every rule of a text.
[[nodiscard]] Result<QList<ToolRule>> parseToolRules(QStringView text);
/// The rules of a policy: a list of texts; the line of an error is the place in the list, from 1.
[[nodiscard]] Result<QList<ToolRule>> parseToolRules(const QJsonArray& texts);
/// The text of a rule; parsing it gives the rule again.
[[nodiscard]] QString toText(const ToolRule& rule);

[[nodiscard]] QLatin1StringView operatorText(RuleCondition::Operator op);
/// The expression of ~ and !~ as rules understand it; check isValid().
[[nodiscard]] QRegularExpression rulePattern(const QString& expression);

[[nodiscard]] bool matches(const ToolRule& rule, const QString& tool, const QJsonObject& arguments);

/// Why a rule does or does not match, part by part.
struct RuleMatch
{
    bool tool = false;
    QList<bool> conditions; ///< as the rule has them

    [[nodiscard]] bool all() const { return tool && !conditions.contains(false); }
    bool operator==(const RuleMatch&) const = default;
};
[[nodiscard]] RuleMatch explain(const ToolRule& rule, const QString& tool, const QJsonObject& arguments);

/// What rules say to a call, and which of them.
struct RuleDecision
{
    RuleVerdict verdict = RuleVerdict::Ask;
    QString rule;
    qsizetype index = -1; ///< of the rule in the list that was asked

    bool operator==(const RuleDecision&) const = default;
};
/// Nothing if no rule matches.
[[nodiscard]] std::optional<RuleDecision> decide(const QList<ToolRule>& rules, const QString& tool,
                                                 const QJsonObject& arguments);

/// A rule that says verdict to this call and to calls with the same short arguments, to be shown and edited.
[[nodiscard]] QString suggestToolRule(RuleVerdict verdict, const QString& tool, const QJsonObject& arguments);

} // namespace lathe
