// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/errorclassifier.h"
#include "engine/llm/llmtypes.h"

#include <QJsonObject>

// The chat/completions format: requests out, errors in. Pure functions, any thread, except that
// encoding uses the transcript's cache.

namespace lathe {

/// How a server wants the limit of output tokens named.
enum class MaxTokensField
{
    MaxTokens,          ///< what every compatible server reads; OpenAI's newer models refuse it
    MaxCompletionTokens ///< what api.openai.com and Azure want; others (Ollama, older vLLM) ignore it without a word
};
[[nodiscard]] MaxTokensField maxTokensFieldFor(QStringView host);

/// The tools as the request holds them: `"tools":[...],"parallel_tool_calls":true`; empty without tools.
[[nodiscard]] QByteArray encodeOpenAiTools(const QList<ToolDeclaration>& tools);
/// One message. An assistant message that calls tools has content null if it says nothing. Arguments go out byte for
/// byte as the model wrote them if they are a JSON object; others go out inside one, `{"invalid_arguments":"..."}`,
/// because several servers refuse a whole history for one malformed call.
[[nodiscard]] QByteArray encodeOpenAiMessage(const ChatMessage& message);
/// The request in compact JSON; tools as from encodeOpenAiTools().
[[nodiscard]] EncodedRequest encodeOpenAiRequest(const LlmRequest& request, const QByteArray& tools,
                                                 MaxTokensField maxTokens);

/// `{"error":{...}}`, or what else the body says about an error; status is that of HTTP.
[[nodiscard]] ProviderError readOpenAiError(int status, const QByteArray& body);
/// The error inside a parsed body or chunk (`{"error":...}`); nothing if there is none.
[[nodiscard]] std::optional<ProviderError> openAiErrorIn(int status, const QJsonObject& object);
} // namespace lathe
