// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pipeline/enginefacade.h"

#include <iosfwd>

namespace lathe::ctl {

/// Puts the question of an MCP server to the person at the terminal, member by member. An empty line takes the default
/// or leaves out what is not required; the end of input closes the question.
[[nodiscard]] McpElicitationAnswer askAtTerminal(const McpElicitation& asked, std::istream& in, std::ostream& out);

} // namespace lathe::ctl
