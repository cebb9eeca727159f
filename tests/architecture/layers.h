// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <functional>

// The rules of architecture.md about who may include whom, as a function of two paths.

namespace lathe::test {

/// One #include: the file it stands in (from the root of the source tree), and what is included.
struct Include
{
    QString file;
    int line = 0;
    QString target;
    bool quoted = true; ///< "..." rather than <...>
};

/// Every #include of a C++ source text, but for those in comments.
[[nodiscard]] QList<Include> includesOf(const QString& file, const QString& text);

/// Empty, or which rule the include breaks. isGuiHeader says whether <name> belongs to a Qt module with a GUI.
[[nodiscard]] QString brokenRule(const Include& include, const std::function<bool(const QString&)>& isGuiHeader);

/// Empty, or what is wrong with the folders at the top of the source tree.
[[nodiscard]] QStringList wrongFolders(const QStringList& folders);

} // namespace lathe::test
