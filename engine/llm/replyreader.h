// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/llmclient.h"
#include "engine/net/ssereader.h"

namespace lathe {

/// Puts a reply together from the bytes of its body, in any split. What providers have in common is here: bytes become
/// JSON objects (server-sent events or lines), one at a time, or one document if the server does not stream; an object
/// that is no JSON, or an end before the reply is complete, is a broken reply, with what was reported, or an estimate
/// of the output received, as usage.
class ReplyReader
{
public:
    enum class Framing
    {
        Events, ///< text/event-stream; an event "[DONE]" ends it
        Lines   ///< one object a line
    };

    virtual ~ReplyReader() = default;
    ReplyReader(const ReplyReader&) = delete;
    ReplyReader& operator=(const ReplyReader&) = delete;

    void feed(QByteArrayView bytes);
    /// The end of the body; call once. rawReply holds all bytes fed.
    [[nodiscard]] LlmOutcome finish();
    [[nodiscard]] bool begun() const { return !m_raw.isEmpty(); }
    /// Whether what was put together so far holds this text, which the bytes may hold in pieces only.
    [[nodiscard]] virtual bool says(const QString& text) const;

protected:
    /// onDelta may be empty. maxEventBytes: see SseReader.
    ReplyReader(Framing framing, LlmClient::DeltaSink onDelta,
                qsizetype maxEventBytes = SseReader::defaultMaxEventBytes);

    /// One object of a streamed reply; event is its name, if it has one. Not called after a failure.
    virtual void takeChunk(const QJsonObject& chunk, QByteArrayView event) = 0;
    /// A reply that came whole.
    virtual void takeDocument(const QJsonObject& document) = 0;
    /// After the last object: completes the reply, or sets the failure that it is not complete.
    virtual void complete() = 0;

    void addContent(const QString& text);
    void addReasoning(const QString& text);
    void tell(LlmDelta::Kind kind, const QString& text) const;
    void failWith(LlmFailure failure);
    [[nodiscard]] bool hasFailed() const { return m_failure.has_value(); }
    [[nodiscard]] LlmReply& reply() { return m_reply; }
    [[nodiscard]] const LlmReply& reply() const { return m_reply; }

private:
    void takeEvent(const SseEvent& event);
    void takeLine(const QByteArray& line);
    void takeLines(QByteArrayView bytes);
    void takeObject(const QByteArray& json, QByteArrayView event, qint64 number);
    void takeWhole();
    void finishLines();
    [[nodiscard]] Usage usageOfBroken() const;

    Framing m_framing;
    LlmClient::DeltaSink m_onDelta;
    QByteArray m_raw;
    SseReader m_events;
    QByteArray m_line; // start of a line whose end has not arrived
    qint64 m_lines = 0;
    LlmReply m_reply;
    std::optional<LlmFailure> m_failure;
    bool m_done = false;
};

} // namespace lathe
