// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/tools/builtintools.h"
#include "engine/tools/codelanguage.h"
#include "engine/tools/tool.h"

#include <memory>

namespace lathe {

/// The tool code_executor: runs python, node, bash or C++ in the sandbox, with the job's attachments and the
/// arguments' files in its working folder. A program that fails is a result (exitCode); a limit it hits is an error
/// that still carries what it wrote. clock must outlive the tool.
[[nodiscard]] std::unique_ptr<Tool> makeCodeExecutor(const ToolSettings& settings, Clock& clock,
                                                     ProgramFinder finder = sandboxProgram);

} // namespace lathe
