// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/builtinplanner.h"

// Words for the final answer, in Markdown, out of what was observed. Pure functions.

namespace lathe::builtin {

/// What a step came to. observation is null if it was not called, or not yet.
[[nodiscard]] QString stepAnswer(const Step& step, const Observation *observation);
/// The answer for one task out of its steps.
[[nodiscard]] QString taskAnswer(const QList<Step>& steps, const QList<Observation>& observations);
/// The answers of the parts of a task under their headings.
[[nodiscard]] QString joinedAnswer(const QList<std::pair<QString, QString>>& parts);

/// The last figure that a text holds ("2+3 = 5" gives 5), in plain digits; empty if there is none.
[[nodiscard]] QString lastFigure(const QString& text);
/// Text between fences that are longer than any run of backticks in it; overlong text loses its middle.
[[nodiscard]] QString fenced(const QString& text, const QString& language = {});
/// What the planner is, can do, and how a real model is set up.
[[nodiscard]] QString introduction();

} // namespace lathe::builtin
