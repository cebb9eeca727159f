// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/replyreader.h"

namespace lathe {

/// Whose words the provider state of a reply is in.
inline constexpr QLatin1StringView kOpenAiResponses("openai-responses");

/// Reads replies of the Responses API: items told apart by output_index, complete with response.completed or
/// response.incomplete. Reasoning that came with its encrypted content is kept for the next turn; of messages and calls
/// their place.
class OpenAiResponsesReader final : public ReplyReader
{
public:
    explicit OpenAiResponsesReader(LlmClient::DeltaSink onDelta);

protected:
    void takeChunk(const QJsonObject& chunk, QByteArrayView event) override;
    void takeDocument(const QJsonObject& document) override;
    void complete() override;

private:
    struct Item
    {
        qint64 index = 0;
        QJsonObject json;    ///< the latest form of it
        QString text;        ///< of a message or of reasoning, as far as it was told
        qsizetype call = -1; ///< its place among the calls of the reply
    };
    [[nodiscard]] Item& itemAt(qint64 index);
    void takeItem(qint64 index, const QJsonObject& json, bool isDone);
    void takeDelta(const QString& type, Item& item, const QString& delta);
    void takeEnd(const QJsonObject& response);
    [[nodiscard]] QJsonArray stateItems() const;

    QList<Item> m_items;
    QString m_status;
    QString m_incomplete; ///< why it is not complete
    QString m_replyId;
};

} // namespace lathe
