// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/builtincode.h"

#include <QHash>
#include <QJsonArray>
#include <QRegularExpression>
#include <QSet>

namespace lathe::builtin {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView kCode("code_executor");

/// The language of a block by its name or, without one, by its looks; empty if it cannot be told.
QString runnableLanguage(const Fence& fence)
{
    static const QHash<QString, QString> names{
        {u"python"_s, u"python"_s}, {u"py"_s, u"python"_s},  {u"python3"_s, u"python"_s}, {u"javascript"_s, u"node"_s},
        {u"js"_s, u"node"_s},       {u"node"_s, u"node"_s},  {u"nodejs"_s, u"node"_s},    {u"bash"_s, u"bash"_s},
        {u"sh"_s, u"bash"_s},       {u"shell"_s, u"bash"_s}, {u"cpp"_s, u"cpp"_s},        {u"c++"_s, u"cpp"_s},
        {u"cc"_s, u"cpp"_s},        {u"cxx"_s, u"cpp"_s}};
    if (!fence.language.isEmpty()) {
        return names.value(fence.language);
    }
    const QString first = fence.code.section(u'\n', 0, 0);
    if (first.startsWith("#!"_L1)) {
        return first.contains("python"_L1) ? u"python"_s : first.contains("node"_L1) ? u"node"_s : u"bash"_s;
    }
    static const QRegularExpression python(
        u"^(?:import \\w|from \\w[\\w.]* import |def \\w+\\(.*\\).*:\\s*$|print\\(|\\s+print\\(|for \\w+ in .*:\\s*$)"_s,
        QRegularExpression::MultilineOption);
    static const QRegularExpression other(u"[;{]\\s*$|^\\s*(?:const|let|var|#include)\\b"_s,
                                          QRegularExpression::MultilineOption);
    return python.match(fence.code).hasMatch() && !other.match(fence.code).hasMatch() ? u"python"_s : QString();
}

/// Whether code_executor's schema takes this language; without a list of them it takes all.
bool takesLanguage(const ToolDeclaration& tool, const QString& language)
{
    const QJsonArray list = tool.parameters.value("properties"_L1).toObject().value("language"_L1)["enum"_L1].toArray();
    return list.isEmpty() || list.contains(language);
}

} // namespace

bool isDataLanguage(const QString& language)
{
    static const QSet<QString> data{u"text"_s,     u"txt"_s,  u"csv"_s,  u"json"_s, u"xml"_s,
                                    u"yaml"_s,     u"yml"_s,  u"toml"_s, u"ini"_s,  u"md"_s,
                                    u"markdown"_s, u"html"_s, u"diff"_s, u"log"_s,  u"output"_s};
    return data.contains(language);
}

Step codeStep(const Fence& fence, qsizetype number, qsizetype of, const QList<ToolDeclaration>& tools)
{
    const QString language = runnableLanguage(fence);
    const QString named = language.isEmpty() ? fence.language : language;
    const QString title = (named.isEmpty() ? u"code block"_s : named + u" block"_s) +
                          (of > 1 ? u' ' + QString::number(number) : QString());
    if (language.isEmpty()) {
        return note(title, fence.language.isEmpty()
                               ? u"I cannot tell the language of the fenced block, so I did not run it. Name it behind "
                                 "the opening fence: python, node, bash or cpp."_s
                               : u"I cannot run `%1`, only python, node, bash and cpp; the block was not run."_s.arg(
                                     fence.language));
    }
    const ToolDeclaration *tool = findTool(tools, kCode);
    if (!tool) {
        return note(title, u"The %1 was not run. "_s.arg(title) + notOffered(kCode, tools));
    }
    if (!takesLanguage(*tool, language)) {
        return note(title, u"`code_executor` does not take %1 here, so the block was not run."_s.arg(language));
    }
    if (fence.code.trimmed().isEmpty()) {
        return note(title, u"The %1 is empty; there is nothing to run."_s.arg(title));
    }
    Step step;
    step.kind = Step::Kind::Code;
    step.title = title;
    step.tool = kCode;
    step.arguments = {{"language"_L1, language}, {"code"_L1, fence.code}};
    return step;
}

} // namespace lathe::builtin
