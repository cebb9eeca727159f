// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmclient.h"

#include <memory>

namespace lathe {

/// The embedded default: a built-in planner, not a language model. It splits tasks, runs code and arithmetic with
/// code_executor, answers questions by quoting attachments and retrieve_context, calls the tools a prompt names, and
/// composes an answer. Deterministic, offline, without state between calls.
[[nodiscard]] std::unique_ptr<LlmClient> makeBuiltinLlmClient();

} // namespace lathe
