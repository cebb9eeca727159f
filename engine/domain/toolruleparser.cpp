// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/domain/toolrules.h"

#include <QJsonDocument>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qsizetype kMaxLength = 4'000;

bool isNameStart(QChar c)
{
    return c.isLetter() || c == u'_';
}

bool isNamePart(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'-';
}

class RuleParser
{
public:
    RuleParser(QStringView text, int line) : m_text(text), m_line(line) {}

    Result<ToolRule> parse()
    {
        ToolRule rule;
        if (m_text.size() > kMaxLength) {
            return problem(u"a rule has at most %1 characters"_s.arg(kMaxLength), 0);
        }
        skipSpace();
        const qsizetype start = m_at;
        const auto verdict = fromName<RuleVerdict>(word().toString());
        if (!verdict) {
            return problem(u"expected allow, ask or deny"_s, start);
        }
        rule.verdict = *verdict;
        skipSpace();
        const qsizetype toolAt = m_at;
        rule.tool = toolName();
        if (rule.tool.isEmpty()) {
            return problem(u"expected the name of a tool, or *"_s, toolAt);
        }
        skipSpace();
        if (atEnd()) {
            return rule;
        }
        const qsizetype whenAt = m_at;
        if (word() != u"when") {
            return problem(u"expected \"when\" or the end of the rule"_s, whenAt);
        }
        while (true) {
            Result<RuleCondition> condition = parseCondition();
            if (!condition) {
                return fail(condition.error());
            }
            rule.conditions.append(std::move(*condition));
            skipSpace();
            if (atEnd()) {
                return rule;
            }
            const qsizetype andAt = m_at;
            if (word() != u"and") {
                return problem(u"expected \"and\" or the end of the rule"_s, andAt);
            }
        }
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QChar peek() const { return atEnd() ? QChar() : m_text.at(m_at); }
    bool take(QStringView wanted)
    {
        if (!m_text.mid(m_at).startsWith(wanted)) {
            return false;
        }
        m_at += wanted.size();
        return true;
    }
    void skipSpace()
    {
        while (!atEnd() && peek().isSpace()) {
            ++m_at;
        }
    }
    QStringView word()
    {
        const qsizetype start = m_at;
        while (!atEnd() && peek().isLetter()) {
            ++m_at;
        }
        return m_text.mid(start, m_at - start);
    }
    QString toolName()
    {
        const qsizetype start = m_at;
        while (!atEnd() &&
               (isNamePart(peek()) || peek() == u'*' || peek() == u'.' || peek() == u':' || peek() == u'/')) {
            ++m_at;
        }
        return m_text.mid(start, m_at - start).toString();
    }
    [[nodiscard]] tl::unexpected<Error> problem(const QString& message, qsizetype at) const
    {
        return fail(ErrorCode::InvalidInput, u"line %1, column %2: %3"_s.arg(m_line).arg(at + 1).arg(message));
    }

    Result<QString> quoted()
    {
        const qsizetype start = m_at;
        ++m_at;
        while (!atEnd() && peek() != u'"') {
            if (peek() == u'\\') {
                ++m_at; // Qt's reader would take any letter after it
                if (!QStringView(u"\"\\/bfnrtu").contains(peek())) {
                    return problem(u"this is no text as JSON writes it: a backslash is written \\\\"_s, start);
                }
            }
            ++m_at;
        }
        if (atEnd()) {
            return problem(u"this text has no closing quotation mark"_s, start);
        }
        ++m_at;
        const QByteArray json = '[' + m_text.mid(start, m_at - start).toUtf8() + ']';
        const QJsonDocument document = QJsonDocument::fromJson(json);
        if (document.isNull()) {
            return problem(u"this is no text as JSON writes it: a backslash is written \\\\"_s, start);
        }
        return document.array().first().toString();
    }

    Result<RuleCondition::Step> bracket()
    {
        RuleCondition::Step step;
        const qsizetype start = m_at;
        if (take(u"*]")) {
            return step;
        }
        if (peek() == u'"') {
            const Result<QString> key = quoted();
            if (!key) {
                return fail(key.error());
            }
            step.key = *key;
        } else {
            const qsizetype digits = m_at;
            while (!atEnd() && peek() >= u'0' && peek() <= u'9') {
                ++m_at;
            }
            bool ok = false;
            step.index = m_text.mid(digits, m_at - digits).toLongLong(&ok);
            if (!ok) {
                return problem(u"expected a number, a text or * in the brackets"_s, start);
            }
        }
        if (!take(u"]")) {
            return problem(u"expected ]"_s, m_at);
        }
        return step;
    }

    Result<RuleCondition::Step> member(bool descend)
    {
        RuleCondition::Step step;
        step.descend = descend;
        if (take(u"*")) {
            return step;
        }
        const qsizetype start = m_at;
        if (!atEnd() && isNameStart(peek())) {
            while (!atEnd() && isNamePart(peek())) {
                ++m_at;
            }
        }
        if (m_at == start) {
            return problem(u"expected a name or * after the dot"_s, start);
        }
        step.key = m_text.mid(start, m_at - start).toString();
        return step;
    }

    Result<RuleCondition> parseCondition()
    {
        RuleCondition condition;
        skipSpace();
        if (!take(u"$")) {
            return problem(u"expected a path, which begins with $"_s, m_at);
        }
        while (peek() == u'.' || peek() == u'[') {
            const bool descend = take(u"..");
            Result<RuleCondition::Step> step = descend || take(u".") ? member(descend) : (++m_at, bracket());
            if (!step) {
                return fail(step.error());
            }
            condition.path.append(std::move(*step));
        }
        skipSpace();
        const qsizetype opAt = m_at;
        using Operator = RuleCondition::Operator;
        if (take(u"!=")) {
            condition.op = Operator::NotEqual;
        } else if (take(u"!~")) {
            condition.op = Operator::MatchesNot;
        } else if (take(u"=")) {
            condition.op = Operator::Equal;
        } else if (take(u"~")) {
            condition.op = Operator::Matches;
        } else {
            return problem(u"expected =, !=, ~ or !~"_s, opAt);
        }
        skipSpace();
        const qsizetype valueAt = m_at;
        const Result<QJsonValue> value = parseValue();
        if (!value) {
            return fail(value.error());
        }
        condition.value = *value;
        if (condition.op == Operator::Matches || condition.op == Operator::MatchesNot) {
            if (!value->isString()) {
                return problem(u"expected a regular expression in quotation marks"_s, valueAt);
            }
            condition.pattern = rulePattern(value->toString());
            if (!condition.pattern.isValid()) {
                return problem(u"this regular expression is wrong at its character %1: %2"_s
                                   .arg(condition.pattern.patternErrorOffset() + 1)
                                   .arg(condition.pattern.errorString()),
                               valueAt);
            }
        }
        return condition;
    }

    Result<QJsonValue> parseValue()
    {
        if (peek() == u'"') {
            const Result<QString> text = quoted();
            if (!text) {
                return fail(text.error());
            }
            return QJsonValue(*text);
        }
        const qsizetype start = m_at;
        while (!atEnd() && !peek().isSpace()) {
            ++m_at;
        }
        const QByteArray json = '[' + m_text.mid(start, m_at - start).toUtf8() + ']';
        const QJsonArray values = QJsonDocument::fromJson(json).array();
        if (values.size() != 1 || values.first().isObject() || values.first().isArray()) {
            return problem(u"expected a text in quotation marks, a number, true, false or null"_s, start);
        }
        return values.first();
    }

    QStringView m_text;
    int m_line;
    qsizetype m_at = 0;
};

QString valueText(const QJsonValue& value)
{
    const QByteArray json = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return QString::fromUtf8(json.mid(1, json.size() - 2));
}

bool isPlainName(const QString& name)
{
    return !name.isEmpty() && isNameStart(name.front()) && std::all_of(name.cbegin(), name.cend(), isNamePart);
}

QString stepText(const RuleCondition::Step& step)
{
    if (step.key && isPlainName(*step.key)) {
        return (step.descend ? u".."_s : u"."_s) + *step.key;
    }
    if (step.key) {
        return u'[' + valueText(*step.key) + u']'; // such a step has no descent: the grammar gives it none
    }
    if (step.index >= 0) {
        return u"[%1]"_s.arg(step.index);
    }
    return step.descend ? u"..*"_s : u".*"_s;
}

} // namespace

QLatin1StringView operatorText(RuleCondition::Operator op)
{
    switch (op) {
    case RuleCondition::Operator::Equal:
        return "="_L1;
    case RuleCondition::Operator::NotEqual:
        return "!="_L1;
    case RuleCondition::Operator::Matches:
        return "~"_L1;
    case RuleCondition::Operator::MatchesNot:
        return "!~"_L1;
    }
    return {};
}

QRegularExpression rulePattern(const QString& expression)
{
    return QRegularExpression(expression, QRegularExpression::DotMatchesEverythingOption |
                                              QRegularExpression::UseUnicodePropertiesOption);
}

Result<ToolRule> parseToolRule(QStringView text, int line)
{
    return RuleParser(text, line).parse();
}

Result<QList<ToolRule>> parseToolRules(QStringView text)
{
    QList<ToolRule> rules;
    int number = 0;
    for (const QStringView line : text.split(u'\n')) {
        ++number;
        const QStringView trimmed = line.trimmed();
        if (trimmed.isEmpty() || trimmed.startsWith(u'#')) {
            continue;
        }
        Result<ToolRule> rule = parseToolRule(line, number);
        if (!rule) {
            return fail(rule.error());
        }
        rules.append(std::move(*rule));
    }
    return rules;
}

Result<QList<ToolRule>> parseToolRules(const QJsonArray& texts)
{
    QList<ToolRule> rules;
    int number = 0;
    for (const QJsonValue& text : texts) {
        ++number;
        if (!text.isString()) {
            return fail(ErrorCode::InvalidInput, u"line %1, column 1: a rule is a text"_s.arg(number));
        }
        Result<ToolRule> rule = parseToolRule(text.toString(), number);
        if (!rule) {
            return fail(rule.error());
        }
        rules.append(std::move(*rule));
    }
    return rules;
}

QString toText(const ToolRule& rule)
{
    QString text = toName(rule.verdict) + u' ' + rule.tool;
    for (qsizetype i = 0; i < rule.conditions.size(); ++i) {
        const RuleCondition& condition = rule.conditions.at(i);
        text += i == 0 ? u" when $"_s : u" and $"_s;
        for (const RuleCondition::Step& step : condition.path) {
            text += stepText(step);
        }
        text += u' ' + operatorText(condition.op) + u' ' + valueText(condition.value);
    }
    return text;
}

} // namespace lathe
