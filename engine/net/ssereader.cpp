// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/ssereader.h"

#include <cstring>

namespace lathe {
namespace {

constexpr QByteArrayView bom("\xEF\xBB\xBF");

const char *findByte(const char *from, const char *end, char byte)
{
    if (from == end) {
        return end;
    }
    const void *hit = std::memchr(from, byte, static_cast<size_t>(end - from));
    return hit ? static_cast<const char *>(hit) : end;
}

/// The first line end in a block of bytes. Each kind is searched at most once over the block, so that a block of
/// LF-ended lines is not searched again for a CR at every line.
class LineEnds
{
public:
    LineEnds(const char *begin, const char *end)
        : m_end(end), m_lf(findByte(begin, end, '\n')), m_cr(findByte(begin, end, '\r'))
    {}
    const char *next(const char *from)
    {
        if (m_lf < from) {
            m_lf = findByte(from, m_end, '\n');
        }
        if (m_cr < from) {
            m_cr = findByte(from, m_end, '\r');
        }
        return m_lf < m_cr ? m_lf : m_cr;
    }

private:
    const char *m_end;
    const char *m_lf;
    const char *m_cr;
};

} // namespace

SseReader::SseReader(Sink onEvent, qsizetype maxEventBytes)
    : m_onEvent(std::move(onEvent)), m_maxEventBytes(maxEventBytes)
{}

Result<void> SseReader::feed(QByteArrayView bytes)
{
    if (m_failed) {
        return refuse();
    }
    const char *at = bytes.data();
    const char *const end = at + bytes.size();
    LineEnds ends(at, end);
    while (at != end) {
        if (m_skipLf) {
            m_skipLf = false;
            if (*at == '\n') {
                ++at;
                continue;
            }
        }
        const char *const lineEnd = ends.next(at);
        const QByteArrayView part(at, lineEnd);
        if (overLimit(m_line.size() + part.size())) {
            return refuse();
        }
        if (lineEnd == end) {
            m_line.append(part);
            break;
        }
        m_skipLf = *lineEnd == '\r';
        at = lineEnd + 1;
        if (m_line.isEmpty()) {
            takeLine(part);
        } else {
            m_line.append(part);
            // The line is a buffer of our own: data in it does not outlive this line.
            takeLine(m_line);
            keepData();
            m_line.resize(0);
        }
    }
    keepData();
    return {};
}

Result<void> SseReader::finish()
{
    if (m_failed) {
        return refuse();
    }
    if (!m_line.isEmpty()) {
        takeLine(m_line);
        keepData();
        m_line.resize(0);
    }
    dispatch();
    m_skipLf = false;
    return {};
}

void SseReader::reset()
{
    *this = SseReader(std::move(m_onEvent), m_maxEventBytes);
}

void SseReader::takeLine(QByteArrayView line)
{
    if (m_atStart) {
        m_atStart = false;
        if (line.startsWith(bom)) {
            line = line.sliced(bom.size());
        }
    }
    if (line.isEmpty()) {
        dispatch();
        return;
    }
    const char *const end = line.data() + line.size();
    const char *const colon = findByte(line.data(), end, ':');
    if (colon == line.data()) {
        ++m_comments;
        return;
    }
    QByteArrayView value;
    if (colon != end) {
        value = QByteArrayView(colon + 1, end);
        if (value.startsWith(' ')) {
            value = value.sliced(1);
        }
    }
    takeField(QByteArrayView(line.data(), colon), value);
}

void SseReader::takeField(QByteArrayView name, QByteArrayView value)
{
    if (name == QByteArrayView("data")) {
        takeData(value);
    } else if (name == QByteArrayView("event")) {
        m_event.resize(0);
        m_event.append(value);
    } else if (name == QByteArrayView("id")) {
        if (!value.contains('\0')) {
            m_id.resize(0);
            m_id.append(value);
        }
    } else if (name == QByteArrayView("retry")) {
        bool digits = !value.isEmpty();
        for (const char c : value) {
            digits = digits && c >= '0' && c <= '9';
        }
        bool fits = false;
        const qint64 ms = value.toLongLong(&fits);
        if (digits && fits) {
            m_retryMs = ms;
        }
    }
}

void SseReader::takeData(QByteArrayView value)
{
    if (!m_hasData) {
        m_hasData = true;
        m_dataView = value;
        return;
    }
    keepData();
    m_data.append('\n');
    m_data.append(value);
}

void SseReader::keepData()
{
    if (!m_dataView.isEmpty()) {
        m_data.append(m_dataView);
    }
    m_dataView = {};
}

void SseReader::dispatch()
{
    if (m_hasData) {
        ++m_events;
        SseEvent event;
        event.event = m_event;
        event.data = m_dataView.isEmpty() ? QByteArrayView(m_data) : m_dataView;
        event.id = m_id;
        m_onEvent(event);
    }
    m_event.resize(0);
    m_data.resize(0);
    m_dataView = {};
    m_hasData = false;
}

bool SseReader::overLimit(qsizetype lineBytes) const
{
    return lineBytes + m_event.size() + m_data.size() + m_dataView.size() > m_maxEventBytes;
}

Result<void> SseReader::refuse()
{
    m_failed = true;
    return fail(ErrorCode::Network,
                QStringLiteral("the event stream sent an event of more than %1 bytes").arg(m_maxEventBytes));
}

} // namespace lathe
