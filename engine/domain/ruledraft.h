// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/domain/toolrules.h"

namespace lathe {

/// A rule as a person fills it in, field by field; what is typed stays as it is, right or wrong. Values are plain: the
/// expression of ~ and !~ without quotation marks; of = and != a number, true, false or null as JSON writes them, and
/// anything else a text, with its quotation marks or without.
struct RuleDraft
{
    struct Condition
    {
        QString path;
        RuleCondition::Operator op = RuleCondition::Operator::Equal;
        QString value;

        bool operator==(const Condition&) const = default;
    };
    RuleVerdict verdict = RuleVerdict::Ask;
    QString tool;
    QList<Condition> conditions;

    bool operator==(const RuleDraft&) const = default;
};

/// A field that cannot be used as it is.
struct RuleFieldProblem
{
    enum class Field
    {
        Tool,
        Path,
        Value
    };
    Field field = Field::Tool;
    qsizetype condition = -1; ///< whose path or value
    QString detail;           ///< of a value: what is wrong with the expression
    qsizetype at = -1;        ///< of a value: where in it

    bool operator==(const RuleFieldProblem&) const = default;
};

[[nodiscard]] RuleDraft toDraft(const ToolRule& rule);
/// The rule's text; parses if and only if there are no problems.
[[nodiscard]] QString toText(const RuleDraft& draft);
[[nodiscard]] QList<RuleFieldProblem> problems(const RuleDraft& draft);

} // namespace lathe
