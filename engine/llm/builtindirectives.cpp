// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtindirectives.h"

#include "engine/llm/builtintext.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr auto kCaseless = QRegularExpression::CaseInsensitiveOption | QRegularExpression::UseUnicodePropertiesOption;
constexpr QLatin1StringView kSearch("google_search");
constexpr QLatin1StringView kWorkflow("workflow_orchestrator");
constexpr QLatin1StringView kJob("submit_parallel_job");
constexpr qsizetype kLongestQuery = 400; ///< what search engines take

/// Length of the JSON object that text begins with, by counting braces outside strings; 0 if it never ends.
qsizetype objectLength(QStringView text)
{
    int depth = 0;
    bool inString = false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (inString) {
            if (text[i] == u'\\') {
                ++i;
            } else if (text[i] == u'"') {
                inString = false;
            }
        } else if (text[i] == u'"') {
            inString = true;
        } else if (text[i] == u'{') {
            ++depth;
        } else if (text[i] == u'}' && --depth == 0) {
            return i + 1;
        }
    }
    return 0;
}

QJsonObject properties(const ToolDeclaration& tool)
{
    return tool.parameters.value("properties"_L1).toObject();
}

/// The name under which the tool's schema wants a thing: the first of names that it has, or the first of names.
QString pick(const ToolDeclaration& tool, const QStringList& names)
{
    const QJsonObject known = properties(tool);
    for (const QString& name : names) {
        if (known.contains(name)) {
            return name;
        }
    }
    return names.first();
}

QStringList requiredOf(const ToolDeclaration& tool)
{
    QStringList names;
    const QJsonArray required = tool.parameters.value("required"_L1).toArray();
    for (const QJsonValue& name : required) {
        names.append(name.toString());
    }
    return names;
}

Directive unusable(const QString& title, const QString& problem)
{
    return {shortened(title, 100), {}, {}, problem};
}

QString unquoted(QString text)
{
    static const QRegularExpression quoted(
        u"^\\s*[\"'`\\x{201C}\\x{201E}\\x{00AB}](.+)[\"'`\\x{201C}\\x{201D}\\x{00BB}]\\s*[.?!]*\\s*$"_s);
    static const QRegularExpression ending(u"[\\s.?!]+$"_s);
    if (const auto match = quoted.match(text); match.hasMatch()) {
        return match.captured(1).trimmed();
    }
    return text.remove(ending).trimmed();
}

/// A workflow's input lies under its own member of the arguments.
Directive workflow(const ToolDeclaration& tool, const QString& title, const QString& name, const QJsonObject& input)
{
    Directive directive{shortened(title, 100), tool.name, {}, {}};
    directive.arguments[pick(tool, {u"workflow"_s, u"workflowId"_s, u"workflowName"_s, u"name"_s, u"path"_s})] = name;
    if (!input.isEmpty()) {
        directive.arguments[pick(tool, {u"input"_s, u"inputs"_s, u"payload"_s, u"parameters"_s, u"data"_s})] = input;
    }
    return directive;
}

/// What of a sentence behind a tool's name is to be its one text argument.
std::optional<Directive> textCall(const ToolDeclaration& tool, const QString& sentence, const QString& text)
{
    const QStringList required = requiredOf(tool);
    Directive directive{shortened(sentence, 100), tool.name, {}, {}};
    if (required.isEmpty() && text.isEmpty()) {
        return directive;
    }
    QString target = required.size() == 1 ? required.first() : QString();
    if (required.isEmpty() && properties(tool).contains("query"_L1)) {
        target = u"query"_s;
    }
    const QJsonValue type = properties(tool).value(target)["type"_L1];
    const bool takesText = !target.isEmpty() && (type.isUndefined() || type.toString() == "string"_L1);
    if (takesText && !text.isEmpty()) {
        directive.arguments[target] = text;
        return directive;
    }
    const QString wanted = required.isEmpty() ? u"its arguments"_s : u"`"_s + required.join(u"`, `"_s) + u'`';
    return unusable(sentence, u"`%1` needs %2. Write: use %1 with {\"…\": …}."_s.arg(tool.name, wanted));
}

/// A job tool that can do several things is told to submit.
Directive job(const ToolDeclaration& tool, const QString& title, QJsonObject arguments)
{
    if (properties(tool).contains("action"_L1) && !arguments.contains("action"_L1)) {
        arguments["action"_L1] = u"submit"_s;
    }
    return {shortened(title, 100), tool.name, arguments, {}};
}

std::optional<QString> webQuery(const QString& sentence)
{
    static const QRegularExpression forms[] = {
        QRegularExpression(u"\\b(?:search|look|browse)\\s+(?:up\\s+)?(?:on\\s+|in\\s+)?(?:the\\s+)?"
                           "(?:web|internet|online|net)\\s+(?:for|about|up)\\s+(.+)$"_s,
                           kCaseless),
        QRegularExpression(u"\\bweb\\s+search\\s+(?:for|on|about|:)\\s*(.+)$"_s, kCaseless),
        QRegularExpression(
            u"\\b(?:search|look)\\s+(?:for|up)\\s+(.+?)\\s+(?:on|in)\\s+the\\s+(?:web|internet)[.?!]*$"_s, kCaseless),
        QRegularExpression(u"\\b(?:search|look)\\s+(?:for|up)\\s+(.+?)\\s+online[.?!]*$"_s, kCaseless),
        QRegularExpression(u"\\bsuche?\\s+(?:bitte\\s+)?im\\s+(?:web|internet|netz)\\s+nach\\s+(.+)$"_s, kCaseless),
        QRegularExpression(u"^(?:please\\s+|bitte\\s+)?google\\s+(?:for\\s+|nach\\s+)?(.+)$"_s, kCaseless)};
    for (const QRegularExpression& form : forms) {
        if (const auto match = form.match(sentence); match.hasMatch()) {
            return unquoted(match.captured(1));
        }
    }
    return std::nullopt;
}

} // namespace

const ToolDeclaration *findTool(const QList<ToolDeclaration>& tools, const QString& name)
{
    for (const ToolDeclaration& tool : tools) {
        if (tool.name == name) {
            return &tool;
        }
    }
    return nullptr;
}

QString notOffered(const QString& tool, const QList<ToolDeclaration>& tools)
{
    QStringList names;
    for (const ToolDeclaration& offered : tools) {
        names.append(QString(u'`' % offered.name % u'`'));
    }
    const QString rest = names.isEmpty() ? u"No tool is offered."_s : u"Offered are "_s + names.join(u", "_s) + u'.';
    return u"The tool `%1` is not offered in this run; allow it in the job's tools and in the user's policy. %2"_s.arg(
        tool, rest);
}

QList<Directive> takeDirectives(QString& prose, const QList<ToolDeclaration>& tools)
{
    static const QRegularExpression form(
        u"\\b(?:(?:use|call|invoke|run|nutze|verwende|benutze)\\s+(?:the\\s+|das\\s+)?(?:(?:tool|werkzeug)\\s+)?[`\"]?"
        "(?<tool>[A-Za-z][A-Za-z0-9_-]{0,63})[`\"]?(?:\\s+tool)?"
        "|(?:run|start|execute|trigger|starte)\\s+(?:the\\s+|den\\s+)?workflow\\s+[`\"]?(?<workflow>[^\\s`\"{]+)[`\"]?"
        "|(?<job>(?:submit|queue|start|starte)\\s+(?:a|an|the|einen)?\\s*(?:parallel\\s+|batch\\s+|background\\s+)?job)"
        ")"
        "\\s*(?:with|mit|using|on|:)?\\s*(?:the\\s+)?(?:input|arguments?|parameters?)?\\s*:?\\s*(?=\\{)"_s,
        kCaseless);
    QList<Directive> found;
    qsizetype from = 0;
    auto match = form.match(prose, from);
    while (match.hasMatch()) {
        const qsizetype at = match.capturedEnd();
        const QString title = match.captured().trimmed();
        const QString name = !match.captured(u"workflow"_s).isEmpty() ? QString(kWorkflow)
                             : !match.captured(u"job"_s).isEmpty()    ? QString(kJob)
                                                                      : match.captured(u"tool"_s);
        qsizetype length = objectLength(QStringView(prose).sliced(at));
        const QByteArray json = QStringView(prose).sliced(at, length > 0 ? length : prose.size() - at).toUtf8();
        length = length > 0 ? length : prose.size() - at;
        QJsonParseError error;
        const QJsonObject arguments = QJsonDocument::fromJson(json, &error).object();
        const ToolDeclaration *tool = findTool(tools, name);
        if (error.error != QJsonParseError::NoError) {
            found.append(unusable(title, u"The arguments for `%1` are not valid JSON: %2 at character %3."_s.arg(
                                             name, error.errorString(), QString::number(error.offset + 1))));
        } else if (!tool) {
            found.append(unusable(title, notOffered(name, tools)));
        } else if (name == kWorkflow && !match.captured(u"workflow"_s).isEmpty()) {
            found.append(workflow(*tool, title, match.captured(u"workflow"_s), arguments));
        } else if (!match.captured(u"job"_s).isEmpty()) {
            found.append(job(*tool, title, arguments));
        } else {
            found.append({shortened(title, 100), name, arguments, {}});
        }
        prose.replace(match.capturedStart(), at + length - match.capturedStart(), u"\n\n"_s);
        from = match.capturedStart();
        match = form.match(prose, from);
    }
    return found;
}

std::optional<Directive> readDirective(const QString& sentence, const QList<ToolDeclaration>& tools)
{
    static const QRegularExpression runWorkflow(
        u"\\b(?:run|start|execute|trigger|starte)\\s+(?:the\\s+|den\\s+)?workflow\\s+[`\"]?([^\\s`\"{.,;]+)"_s,
        kCaseless);
    static const QRegularExpression submitJob(
        u"\\b(?:submit|queue|starte)\\s+(?:a|an|the|einen)\\s+(?:parallel\\s+|batch\\s+|background\\s+)?job\\b(.*)$"_s,
        kCaseless);
    static const QRegularExpression useTool(
        u"\\b(?:use|call|invoke|run|nutze|verwende|benutze)\\s+(?:the\\s+)?(?:tool\\s+)?[`\"]?([A-Za-z0-9-]+_[A-Za-z0-"
        u"9_-]+)[`\"]?"
        "(?:\\s+tool)?(?:\\s+(?:to\\s+(?:find|search\\s+for|search|look\\s+up|ask)|for|about|with|on|mit|um|für)\\b)?(.*)$"_s,
        kCaseless);
    if (const auto match = useTool.match(sentence); match.hasMatch()) {
        const QString name = match.captured(1);
        const ToolDeclaration *tool = findTool(tools, name);
        return tool ? textCall(*tool, sentence, unquoted(match.captured(2)))
                    : unusable(sentence, notOffered(name, tools));
    }
    if (const auto query = webQuery(sentence); query && !query->isEmpty()) {
        const ToolDeclaration *tool = findTool(tools, kSearch);
        if (!tool) {
            return unusable(sentence, notOffered(kSearch, tools));
        }
        return Directive{shortened(sentence, 100),
                         tool->name,
                         {{pick(*tool, {u"query"_s, u"q"_s}), query->first(std::min(query->size(), kLongestQuery))}},
                         {}};
    }
    if (const auto match = runWorkflow.match(sentence); match.hasMatch()) {
        const ToolDeclaration *tool = findTool(tools, kWorkflow);
        return tool ? workflow(*tool, sentence, match.captured(1), {})
                    : unusable(sentence, notOffered(kWorkflow, tools));
    }
    if (const auto match = submitJob.match(sentence); match.hasMatch()) {
        const ToolDeclaration *tool = findTool(tools, kJob);
        if (!tool) {
            return unusable(sentence, notOffered(kJob, tools));
        }
        static const QRegularExpression inlineCode(u"`([^`]+)`"_s);
        const auto code = inlineCode.match(match.captured(1));
        if (!code.hasMatch()) {
            const QString wanted = requiredOf(*tool).join(u"`, `"_s);
            return unusable(sentence, u"A job needs `%1`. Write: use %2 with {\"…\": …}."_s.arg(wanted, kJob));
        }
        const QString under = pick(*tool, {u"command"_s, u"script"_s, u"code"_s});
        return job(*tool, sentence, {{under, code.captured(1)}});
    }
    return std::nullopt;
}

} // namespace lathe::builtin
