// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/prompthighlighter.h"

#include "ui/theme.h"

#include <QTextCharFormat>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

enum State
{
    Prose = 0,
    Code = 1
};

} // namespace

void PromptHighlighter::highlightBlock(const QString& text)
{
    const bool inside = previousBlockState() == Code;
    const bool fence = text.trimmed().startsWith("```"_L1);
    setCurrentBlockState(inside != fence ? Code : Prose);
    if (inside || fence) {
        QTextCharFormat code;
        code.setFontFamilies(theme::monospace().families());
        setFormat(0, static_cast<int>(text.size()), code);
    }
}

} // namespace lathe
