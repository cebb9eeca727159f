// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmtypes.h"

#include <QJsonValue>

// What the wire formats of the providers have in common. Pure functions, any thread.

namespace lathe {

[[nodiscard]] QByteArray jsonText(const QString& text);
/// The arguments of a call that goes back to a model, as JSON text: what the model wrote if that is an object; else
/// an object that holds it, `{"invalid_arguments":"..."}`, because several servers refuse a whole history for one
/// malformed call.
[[nodiscard]] QString argumentsOnTheWire(const ToolCallRequest& call);
/// An error code: a string at OpenAI, a number at vLLM, llama.cpp, OpenRouter and Gemini.
[[nodiscard]] QString codeText(const QJsonValue& value);
/// The beginning of a body that is no error object (a page of a proxy), on one line.
[[nodiscard]] QString pageText(const QByteArray& body);
/// Names calls that came without id (or with one that another call of the reply has), and parses arguments.
/// replyId makes the names differ from those of other replies.
void finishToolCalls(QList<ToolCallRequest> *calls, const QString& replyId);

} // namespace lathe
