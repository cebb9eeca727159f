// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmclient.h"
#include "engine/net/ssereader.h"

#include <QHash>

namespace lathe {

/// Puts a streamed chat/completions reply together from the bytes of its body, in any split. Complete is a reply whose
/// every choice has its finish_reason; a missing [DONE] does not matter. An error object in a chunk is a failure even
/// after status 200. The last usage seen counts (some servers repeat it growing).
///
/// Calls are told apart by `index`; where servers break that rule: no index - by id, else a delta with a name begins a
/// call and one without goes to the call at its place in the list; the same index with another id - a new call.
///
/// A server that ignores "stream" and answers with one JSON document is understood as well.
class OpenAiStream
{
public:
    /// onDelta may be empty.
    explicit OpenAiStream(LlmClient::DeltaSink onDelta);

    void feed(QByteArrayView bytes);
    /// The end of the body; call once. A reply that is not complete gives StreamBroken with what was reported, or an
    /// estimate of the output received, as usage. rawReply holds all bytes fed.
    [[nodiscard]] LlmOutcome finish();
    [[nodiscard]] bool begun() const { return !m_raw.isEmpty(); }
    /// Whether what was put together so far holds this text, which the bytes may hold in pieces only.
    [[nodiscard]] bool says(const QString& text) const;

private:
    struct Call
    {
        std::optional<qint64> index;
        ToolCallRequest request;
    };
    struct Choice
    {
        bool finished = false;
    };
    void takeEvent(const SseEvent& event);
    void takeChoice(const QJsonObject& choice);
    void takeDelta(const QJsonObject& delta);
    void takeCall(const QJsonObject& item, qsizetype place);
    [[nodiscard]] Call& callFor(std::optional<qint64> index, const QString& id, bool named, qsizetype place);
    void tell(LlmDelta::Kind kind, const QString& text) const;
    [[nodiscard]] bool complete() const;
    [[nodiscard]] Usage usageOfBroken() const;

    LlmClient::DeltaSink m_onDelta;
    QByteArray m_raw;
    SseReader m_reader;
    LlmReply m_reply;
    QList<Call> m_calls;
    QHash<qint64, Choice> m_choices;
    QString m_finishReason;
    QString m_replyId;
    QString m_serviceTier;
    std::optional<LlmFailure> m_failure;
    bool m_done = false;
};

/// The outcome of a recorded body: streamed or whole, whichever it is.
[[nodiscard]] LlmOutcome decodeOpenAiBody(const QByteArray& body);

} // namespace lathe
