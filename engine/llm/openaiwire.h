// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/errorclassifier.h"
#include "engine/llm/llmtypes.h"

#include <QJsonObject>
#include <QUrl>

// The chat/completions format: requests out, errors in. Pure functions, any thread, except that
// encoding uses the transcript's cache.

namespace lathe {

/// How servers that speak chat/completions differ in what they take.
struct OpenAiDialect
{
    /// What api.openai.com and Azure want: their newer models refuse max_tokens, others (Ollama, older vLLM) ignore
    /// max_completion_tokens without a word.
    bool maxCompletionTokens = false;
    bool toolChoice = true; ///< knows tool_choice and parallel_tool_calls
    bool documents = false; ///< takes files (PDF) beside images
};
/// By host and port: Ollama is known by its port 11434.
[[nodiscard]] OpenAiDialect openAiDialectFor(const QUrl& base);

/// The tools as the request holds them: `"tools":[...]`; empty without tools.
[[nodiscard]] QByteArray encodeOpenAiTools(const QList<ToolDeclaration>& tools);
/// One message. Images and documents go before the text, in data URLs. What OpenRouter wants back of a reasoning model
/// (reasoning_details) goes with its message. An assistant message that calls tools has content null if it says
/// nothing. Arguments go out byte for
/// byte as the model wrote them if they are a JSON object; others go out inside one, `{"invalid_arguments":"..."}`,
/// because several servers refuse a whole history for one malformed call.
[[nodiscard]] QByteArray encodeOpenAiMessage(const ChatMessage& message);
/// The request in compact JSON; tools as from encodeOpenAiTools().
[[nodiscard]] EncodedRequest encodeOpenAiRequest(const LlmRequest& request, const QByteArray& tools,
                                                 const OpenAiDialect& dialect);

/// `{"error":{...}}`, or what else the body says about an error; status is that of HTTP.
[[nodiscard]] ProviderError readOpenAiError(int status, const QByteArray& body);
/// The error inside a parsed body or chunk (`{"error":...}`); nothing if there is none.
[[nodiscard]] std::optional<ProviderError> openAiErrorIn(int status, const QJsonObject& object);
} // namespace lathe
