// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/agent/promptset.h"
#include "engine/domain/job.h"
#include "engine/llm/llmtypes.h"

namespace lathe {

/// The name under which a model asks for a child frame. It is not a tool: it has no fee and runs nothing.
inline constexpr QLatin1StringView kLlmCallName("llm_call");

/// What stands first in every frame: how to work, with which tools, and what the user attached. showsFiles: images
/// and documents stand in the same frame, so that code_executor is not the only way to them.
[[nodiscard]] QString systemPrompt(const AguiRunJob& job, const PromptSet& prompts, bool showsFiles);
[[nodiscard]] ToolDeclaration llmCallDeclaration();
/// The messages of the root frame: system prompt, previous context, known tool results, the schema of the answer, the
/// user's prompt with the images and documents that the model is shown (Attachment::inPrompt). Child frames see none.
[[nodiscard]] Transcript rootTranscript(const AguiRunJob& job, const PromptSet& prompts = builtinPrompts());
/// The messages of a child frame that works on task.
[[nodiscard]] Transcript childTranscript(const AguiRunJob& job, const PromptSet& prompts, const QString& task);

} // namespace lathe
