// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/tools/sandbox.h"

#include <QLatin1StringView>
#include <QString>

#include <functional>
#include <span>

namespace lathe {

/// The path of a program that is visible inside the sandbox, by its name; empty if it is not installed.
using ProgramFinder = std::function<QString(const QString&)>;

/// A language that code_executor runs.
struct CodeLanguage
{
    QLatin1StringView name;        ///< as in the arguments
    QLatin1StringView interpreter; ///< program that must be installed
    QLatin1StringView package;     ///< Debian package that has it
    QLatin1StringView suffix;      ///< of the source file
};

[[nodiscard]] std::span<const CodeLanguage> codeLanguages();
/// Sets argv, environment and the source file of job. The source gets a name that none of job's files has, and does
/// not count as a file out. NotFound if the language is none of codeLanguages(), Unavailable (with the package to
/// install) if its interpreter is missing.
[[nodiscard]] Result<void> prepareCode(SandboxJob& job, const QString& language, const QString& code,
                                       const ProgramFinder& finder = sandboxProgram);

} // namespace lathe
