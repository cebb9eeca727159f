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
/// Images, by their media type (image/png ...).
[[nodiscard]] bool isImage(QStringView mediaType);
[[nodiscard]] bool isPdf(QStringView mediaType);
/// The image types that every provider takes: PNG, JPEG, GIF and WebP.
[[nodiscard]] bool isCommonImage(QStringView mediaType);
/// "data:image/png;base64,..."; a media type never holds what would end a JSON text.
[[nodiscard]] QByteArray dataUrl(const Attachment& attachment);
/// Whether a schema is of the kind that is enforced word by word ("strict"): every object closed, and every property
/// of it required.
[[nodiscard]] bool isStrictSchema(const QJsonObject& schema);
/// An error code: a string at OpenAI, a number at vLLM, llama.cpp, OpenRouter and Gemini.
[[nodiscard]] QString codeText(const QJsonValue& value);
/// The beginning of a body that is no error object (a page of a proxy), on one line.
[[nodiscard]] QString pageText(const QByteArray& body);
/// Names calls that came without id (or with one that another call of the reply has), and parses arguments.
/// replyId makes the names differ from those of other replies.
void finishToolCalls(QList<ToolCallRequest> *calls, const QString& replyId);

} // namespace lathe
