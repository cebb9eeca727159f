// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmtypes.h"

#include <optional>

// Tools that a prompt names or clearly asks for. Pure functions.

namespace lathe::builtin {

/// A tool call that the prompt asks for in so many words.
struct Directive
{
    QString title;         ///< the words that ask for it, shortened
    QString tool;          ///< empty: it cannot be called, problem says why
    QJsonObject arguments; ///< as the prompt gives them, put under the names of the tool's schema
    QString problem;

    bool operator==(const Directive&) const = default;
};

/// Takes "use TOOL with {JSON}", "run workflow NAME with {JSON}" and "submit a job with {JSON}" out of prose.
[[nodiscard]] QList<Directive> takeDirectives(QString& prose, const QList<ToolDeclaration>& tools);
/// What one sentence asks for without JSON: "search the web for …", "run workflow NAME", "use TOOL for …".
[[nodiscard]] std::optional<Directive> readDirective(const QString& sentence, const QList<ToolDeclaration>& tools);

[[nodiscard]] const ToolDeclaration *findTool(const QList<ToolDeclaration>& tools, const QString& name);
/// "The tool `x` is not offered in this run; …" with what is.
[[nodiscard]] QString notOffered(const QString& tool, const QList<ToolDeclaration>& tools);

} // namespace lathe::builtin
