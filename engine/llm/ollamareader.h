// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/replyreader.h"

namespace lathe {

/// Whose words the provider state of a reply is in.
inline constexpr QLatin1StringView kOllama("ollama");

/// Reads replies of Ollama's own API: one object a line, complete with the one that says "done"; a whole reply is one
/// such line. Arguments are objects, ids are there in new versions only. What the model thought is kept for the next
/// turn.
class OllamaReader final : public ReplyReader
{
public:
    explicit OllamaReader(LlmClient::DeltaSink onDelta);

protected:
    void takeChunk(const QJsonObject& chunk, QByteArrayView event) override;
    void takeDocument(const QJsonObject& document) override;
    void complete() override;

private:
    QString m_doneReason;
    QString m_createdAt;
    bool m_isDone = false;
};

} // namespace lathe
