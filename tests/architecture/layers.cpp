// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/architecture/layers.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>

using namespace Qt::StringLiterals;

namespace lathe::test {

namespace {

/// Engine folders by layer; only lower layers may be included, so folders of one layer never include each other.
const QHash<QString, int>& engineLayers()
{
    static const QHash<QString, int> layers = {
        {u"core"_s, 0},  {u"domain"_s, 1},  {u"net"_s, 1},   {u"policy"_s, 2}, {u"billing"_s, 2},  {u"llm"_s, 2},
        {u"tools"_s, 2}, {u"storage"_s, 2}, {u"trace"_s, 2}, {u"agent"_s, 3},  {u"pipeline"_s, 4},
    };
    return layers;
}

/// What the window may know of the engine: its values and its facade.
bool isForUi(const QString& target)
{
    static const QSet<QString> headers = {
        u"engine/core/money.h"_s,
        u"engine/core/enumnames.h"_s,
        u"engine/core/result.h"_s,
        u"engine/core/error.h"_s,
        u"engine/core/canonicaljson.h"_s,
        u"engine/core/jsonreader.h"_s,
        u"engine/pipeline/enginefacade.h"_s,
        u"engine/pipeline/facadetypes.h"_s,
        u"engine/pipeline/facadequeries.h"_s,
    };
    return headers.contains(target) || target.startsWith("engine/domain/"_L1);
}

QString engineRule(const QString& folder, const QString& targetFolder)
{
    if (folder == targetFolder) {
        return {};
    }
    const auto& layers = engineLayers();
    if (!layers.contains(folder) || !layers.contains(targetFolder)) {
        return u"engine/%1 is not a folder of the engine"_s.arg(layers.contains(folder) ? targetFolder : folder);
    }
    if (folder == "agent"_L1 && targetFolder == "storage"_L1) {
        return u"agent writes to the journal interface and never includes storage"_s;
    }
    if (layers.value(targetFolder) >= layers.value(folder)) {
        return u"engine/%1 (layer %2) must not include engine/%3 (layer %4)"_s.arg(folder)
            .arg(layers.value(folder))
            .arg(targetFolder)
            .arg(layers.value(targetFolder));
    }
    return {};
}

bool isGenerated(const QString& target)
{
    return target.endsWith(".moc"_L1) || target.startsWith("moc_"_L1) || target.startsWith("ui_"_L1);
}

} // namespace

QList<Include> includesOf(const QString& file, const QString& text)
{
    static const QRegularExpression directive(uR"(^\s*#\s*include\s*(["<])([^">]+)[">])"_s);
    QList<Include> includes;
    const QStringList lines = text.split(u'\n');
    bool inComment = false;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        if (!inComment) {
            const auto match = directive.match(lines.at(i));
            if (match.hasMatch()) {
                includes.append({file, static_cast<int>(i) + 1, match.captured(2), match.captured(1) == u'"'});
            }
        }
        const qsizetype opened = lines.at(i).lastIndexOf("/*"_L1);
        const qsizetype closed = lines.at(i).lastIndexOf("*/"_L1);
        inComment = inComment ? closed <= opened : opened > closed;
    }
    return includes;
}

QString brokenRule(const Include& include, const std::function<bool(const QString&)>& isGuiHeader)
{
    const QString part = include.file.section(u'/', 0, 0);
    const QString targetPart = include.target.section(u'/', 0, 0);
    static const QSet<QString> parts = {u"engine"_s, u"ui"_s, u"app"_s};
    if (!parts.contains(part)) {
        return {};
    }
    if (targetPart == "tests"_L1) {
        return u"the product must not include its tests"_s;
    }
    if (!parts.contains(targetPart)) {
        if (part == "engine"_L1 && isGuiHeader(include.target)) {
            return u"the engine must not use Qt Gui, Qt Widgets or what builds on them"_s;
        }
        if (include.quoted && !isGenerated(include.target)) {
            return u"own headers are included by their path from the root"_s;
        }
        return {};
    }
    if (!include.quoted) {
        return u"own headers are included in quotes"_s;
    }
    if (include.target.contains(".."_L1)) {
        return u"own headers are included by their path from the root"_s;
    }
    if (part == "app"_L1) {
        return {}; // the composition root knows every layer
    }
    if (targetPart == "app"_L1) {
        return u"nothing includes app"_s;
    }
    if (part == "ui"_L1) {
        return targetPart == "ui"_L1 || isForUi(include.target)
                   ? QString()
                   : u"ui sees the engine's values and its facade, nothing else of it"_s;
    }
    if (targetPart == "ui"_L1) {
        return u"the engine must not include ui"_s;
    }
    return engineRule(include.file.section(u'/', 1, 1), include.target.section(u'/', 1, 1));
}

QStringList wrongFolders(const QStringList& folders)
{
    static const QStringList wanted = {u"app"_s,   u"engine"_s,       u"installer"_s, u"resources"_s,
                                       u"tests"_s, u"translations"_s, u"ui"_s};
    QStringList problems;
    for (const QString& folder : folders) {
        if (!wanted.contains(folder) && !folder.startsWith(u'.')) {
            problems.append(u"folder \"%1\" has no place at the top of the tree"_s.arg(folder));
        }
    }
    for (const QString& folder : wanted) {
        if (!folders.contains(folder)) {
            problems.append(u"folder \"%1\" is missing"_s.arg(folder));
        }
    }
    return problems;
}

} // namespace lathe::test
