// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/errorclassifier.h"
#include "engine/llm/replyreader.h"

#include <QHash>

namespace lathe {

/// Whose words the provider state of a reply is in.
inline constexpr QLatin1StringView kAnthropic("anthropic");

/// Reads replies of the Messages API. Blocks are told apart by their index; complete is a reply with a stop_reason (in
/// a stream: told by message_delta). The usage of a stream is cumulative: what comes later replaces what was there.
/// Every block is kept for the next turn, thinking with its signature; of calls their place only.
class AnthropicReader final : public ReplyReader
{
public:
    explicit AnthropicReader(LlmClient::DeltaSink onDelta);
    [[nodiscard]] bool says(const QString& text) const override;

protected:
    void takeChunk(const QJsonObject& chunk, QByteArrayView event) override;
    void takeDocument(const QJsonObject& document) override;
    void complete() override;

private:
    struct Block
    {
        qint64 index = 0;
        QJsonObject json;    ///< as it began
        QString text;        ///< of text or thinking, so far
        QString signature;   ///< of thinking
        qsizetype call = -1; ///< its place among the calls of the reply
    };
    void takeMessage(const QJsonObject& message);
    void takeUsage(const QJsonValue& usage);
    void takeStop(const QJsonObject& delta);
    void beginBlock(qint64 index, const QJsonObject& json);
    void takeDelta(qint64 index, const QJsonObject& delta);
    [[nodiscard]] Block *blockAt(qint64 index);
    [[nodiscard]] QJsonArray stateItems() const;

    QList<Block> m_blocks;
    QJsonObject m_usage;
    QString m_stopReason;
    QString m_replyId;
};

/// The error of a body or event `{"type":"error","error":{...}}`; nothing if there is none.
[[nodiscard]] std::optional<ProviderError> anthropicErrorIn(int status, const QJsonObject& object);

} // namespace lathe
