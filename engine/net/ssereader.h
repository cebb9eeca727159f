// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"

#include <QByteArray>

#include <functional>
#include <optional>

namespace lathe {

/// One server-sent event. The views live only while the sink runs; copy what must last (`data.toByteArray()`).
struct SseEvent
{
    QByteArrayView event; ///< the `event:` field, empty if the event had none
    QByteArrayView data;  ///< all `data:` lines joined by LF, without a last LF
    QByteArrayView id;    ///< the last `id:` seen in the stream so far
};

/// Reads a text/event-stream piece by piece: bytes in at any split, events out through the sink, in order, from inside
/// feed() and finish(). Lines may end in LF, CR or CRLF; a BOM at the start, comment lines and unknown fields are
/// skipped. Unlike a browser it also dispatches an event that the end of the stream cut short of its empty line, since
/// some model servers end that way; whether the answer is complete is for the caller to judge.
/// Nothing is copied for an event that arrives whole. Text is not decoded, so a split UTF-8 sequence is no matter.
/// Not thread safe. The sink must not call feed(), finish() or reset().
class SseReader
{
public:
    using Sink = std::function<void(const SseEvent&)>;
    static constexpr qsizetype defaultMaxEventBytes = 10 * 1024 * 1024;

    /// maxEventBytes bounds the name, the data and the unfinished line of one event together.
    explicit SseReader(Sink onEvent, qsizetype maxEventBytes = defaultMaxEventBytes);

    /// Network error if an event is over the limit; after that only the same error until reset().
    [[nodiscard]] Result<void> feed(QByteArrayView bytes);
    /// The end of the stream: an unfinished last line counts as a line, a pending event is dispatched.
    [[nodiscard]] Result<void> finish();
    /// Forgets everything, as if newly made.
    void reset();

    [[nodiscard]] qint64 eventCount() const { return m_events; }
    /// Comment lines seen (": ping"); they show that the server lives.
    [[nodiscard]] qint64 commentCount() const { return m_comments; }
    /// The last valid `retry:` field in milliseconds.
    [[nodiscard]] std::optional<qint64> retryMs() const { return m_retryMs; }

private:
    void takeLine(QByteArrayView line);
    void takeField(QByteArrayView name, QByteArrayView value);
    void takeData(QByteArrayView value);
    void keepData();
    void dispatch();
    [[nodiscard]] bool overLimit(qsizetype lineBytes) const;
    [[nodiscard]] Result<void> refuse();

    Sink m_onEvent;
    qsizetype m_maxEventBytes;
    QByteArray m_line;         // start of a line whose end has not arrived
    QByteArray m_event;        // name of the event being read
    QByteArray m_data;         // its data, once it had to be kept
    QByteArrayView m_dataView; // its only data line, while that still lies in the bytes being fed
    QByteArray m_id;
    std::optional<qint64> m_retryMs;
    qint64 m_events = 0;
    qint64 m_comments = 0;
    bool m_hasData = false;
    bool m_skipLf = false; // the last byte was a CR: an LF right after it belongs to it
    bool m_atStart = true; // a BOM may come
    bool m_failed = false;
};

} // namespace lathe
