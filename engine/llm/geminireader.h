// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/errorclassifier.h"
#include "engine/llm/replyreader.h"

namespace lathe {

/// Whose words the provider state of a reply is in.
inline constexpr QLatin1StringView kGemini("gemini");

/// Reads replies of the Gemini API: a stream is a row of documents like the whole one, whose parts follow one another.
/// Complete is a reply whose candidate has a finishReason, or whose prompt was blocked. The last usageMetadata counts.
/// Parts are kept for the next turn if one of them has a thoughtSignature; of calls their place and signature only.
class GeminiReader final : public ReplyReader
{
public:
    explicit GeminiReader(LlmClient::DeltaSink onDelta);

protected:
    void takeChunk(const QJsonObject& chunk, QByteArrayView event) override;
    void takeDocument(const QJsonObject& document) override;
    void complete() override;

private:
    void takePart(const QJsonObject& part);
    void keepText(const QJsonObject& part, const QString& text);
    void endText();

    QJsonArray m_items;         ///< of the provider state; calls as {"functionCall":{"id":...}}
    QString m_text;             ///< of parts without a signature, so far; the next item
    QList<qsizetype> m_callsAt; ///< which of the items are the calls of the reply, in order
    QString m_finishReason;
    QString m_finishMessage;
    QString m_blockReason;
    QString m_replyId;
};

/// The error of a body or chunk `{"error":{"code","message","status","details"}}`; nothing if there is none.
[[nodiscard]] std::optional<ProviderError> geminiErrorIn(int status, const QJsonObject& object);

} // namespace lathe
