// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/replyreader.h"

#include <QHash>

namespace lathe {

/// Reads chat/completions replies. Complete is a reply whose every choice has its finish_reason; a missing [DONE] does
/// not matter. An error object in a chunk is a failure even after status 200. The last usage seen counts (some servers
/// repeat it growing).
///
/// Calls are told apart by `index`; where servers break that rule: no index - by id, else a delta with a name begins a
/// call and one without goes to the call at its place in the list; the same index with another id - a new call.
class OpenAiReader final : public ReplyReader
{
public:
    explicit OpenAiReader(LlmClient::DeltaSink onDelta);

protected:
    void takeChunk(const QJsonObject& chunk, QByteArrayView event) override;
    void takeDocument(const QJsonObject& document) override;
    void complete() override;

private:
    void takeHead(const QJsonObject& object);
    void takeChoice(const QJsonObject& choice);
    void takeText(const QJsonObject& message);
    void takeReasoningDetail(const QJsonObject& detail);
    void takeDelta(const QJsonObject& delta);
    void takeCall(const QJsonObject& item, qsizetype place);
    void addCall(const QJsonObject& function, const QString& id);
    [[nodiscard]] qsizetype callFor(std::optional<qint64> index, const QString& id, bool named, qsizetype place);
    [[nodiscard]] qsizetype newCall(std::optional<qint64> index);
    void orderCalls();

    QList<std::optional<qint64>> m_indexes; ///< of the calls of the reply
    QHash<qint64, bool> m_finished;         ///< by index of the choice
    QString m_finishReason;
    QString m_replyId;
    QString m_serviceTier;
};

/// The outcome of a recorded body: streamed or whole, whichever it is.
[[nodiscard]] LlmOutcome decodeOpenAiBody(const QByteArray& body);

} // namespace lathe
