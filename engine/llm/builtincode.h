// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/builtinplanner.h"

// Fenced code of a prompt as steps. Pure functions.

namespace lathe::builtin {

/// Whether a fence of this language holds data to look at, not a program.
[[nodiscard]] bool isDataLanguage(const QString& language);
/// The step that runs a fence, or a note on why it cannot be run. number and of: which of how many blocks it is.
[[nodiscard]] Step codeStep(const Fence& fence, qsizetype number, qsizetype of, const QList<ToolDeclaration>& tools);

} // namespace lathe::builtin
