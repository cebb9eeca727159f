// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpresponseparser.h"

#include <algorithm>

namespace lathe {
namespace {

constexpr QByteArrayView headEnd("\r\n\r\n");
constexpr QByteArrayView protocol("HTTP/1.");
constexpr qsizetype maxChunkLine = 8 * 1024;
// 15 hexadecimal digits always fit a qint64.
constexpr qsizetype maxChunkDigits = 15;
constexpr qsizetype maxLengthDigits = 18;

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

int hexDigit(char c)
{
    if (isDigit(c)) {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

QByteArrayView trimBlanks(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t')) {
        text = text.sliced(1);
    }
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t')) {
        text.chop(1);
    }
    return text;
}

/// A few bytes of what came, safe to show.
QString shown(QByteArrayView bytes)
{
    QString text;
    for (const char c : bytes.first(std::min<qsizetype>(bytes.size(), 40))) {
        text += c >= 0x20 && c < 0x7f ? QLatin1Char(c) : QLatin1Char('.');
    }
    return text;
}

} // namespace

HttpResponseParser::HttpResponseParser(bool toHeadRequest, const Limits& limits)
    : m_limits(limits), m_toHeadRequest(toHeadRequest)
{}

HttpResponseParser::Event HttpResponseParser::next(QByteArrayView& input)
{
    m_begun = m_begun || !input.isEmpty();
    for (;;) {
        switch (m_state) {
        case State::Head:
            return takeHead(input);
        case State::FixedBody:
            return takeFixed(input);
        case State::BodyUntilClose:
            return takeUntilClose(input);
        case State::ChunkData:
            return takeChunkData(input);
        case State::ChunkSize:
            if (!takeLine(input, maxChunkLine)) {
                return m_state == State::Failed ? Event::Error : Event::NeedMore;
            }
            if (!parseChunkSize(m_line)) {
                return Event::Error;
            }
            m_buffer.resize(0);
            break;
        case State::ChunkEnd:
            if (!takeLine(input, 2)) {
                return m_state == State::Failed ? Event::Error : Event::NeedMore;
            }
            if (!m_line.isEmpty()) {
                malformed(QStringLiteral("a chunk is longer than its size says"));
                return Event::Error;
            }
            m_buffer.resize(0);
            m_state = State::ChunkSize;
            break;
        case State::Trailers: {
            if (!takeLine(input, m_limits.headBytes)) {
                return m_state == State::Failed ? Event::Error : Event::NeedMore;
            }
            m_trailerBytes += m_line.size() + 2;
            if (m_trailerBytes > m_limits.headBytes) {
                return fail(ErrorKind::TooLarge,
                            QStringLiteral("the trailers are over %1 bytes").arg(m_limits.headBytes));
            }
            const bool last = m_line.isEmpty();
            m_buffer.resize(0);
            if (last) {
                return done();
            }
            break;
        }
        case State::Done:
            return Event::End;
        case State::Failed:
            return Event::Error;
        }
    }
}

HttpResponseParser::Event HttpResponseParser::endOfInput()
{
    switch (m_state) {
    case State::Done:
        return Event::End;
    case State::Failed:
        return Event::Error;
    case State::Head:
        return fail(ErrorKind::ClosedBeforeHead,
                    m_begun ? QStringLiteral("the connection was closed within the head of the response")
                            : QStringLiteral("the connection was closed before a response"));
    case State::BodyUntilClose:
        // Without a length the end of the connection is the only end there is; it counts if it was announced.
        if (m_closes) {
            return done();
        }
        return fail(ErrorKind::Truncated,
                    QStringLiteral("the connection was closed after %1 bytes of a body whose end was not announced")
                        .arg(m_bodyBytes));
    case State::FixedBody:
        return fail(ErrorKind::Truncated, QStringLiteral("the connection was closed after %1 of %2 bytes of the body")
                                              .arg(m_bodyBytes - m_left)
                                              .arg(m_bodyBytes));
    default:
        return fail(ErrorKind::Truncated,
                    QStringLiteral("the connection was closed before the last chunk, after %1 bytes of the body")
                        .arg(m_bodyBytes - m_left));
    }
}

HttpResponseParser::Event HttpResponseParser::takeHead(QByteArrayView& input)
{
    while (!input.isEmpty()) {
        QByteArrayView head;
        QByteArrayView rest;
        const qsizetype whole = m_buffer.isEmpty() ? input.indexOf(headEnd) : -1;
        if (whole >= 0) {
            head = input.first(whole + 2);
            rest = input.sliced(whole + headEnd.size());
        } else {
            const qsizetype before = m_buffer.size();
            const qsizetype room = m_limits.headBytes + 1 - before;
            m_buffer.append(input.first(std::min(room, input.size())));
            const qsizetype searchFrom = std::max<qsizetype>(0, before - (headEnd.size() - 1));
            const qsizetype end = m_buffer.indexOf(headEnd, searchFrom);
            if (end >= 0) {
                rest = input.sliced(end + headEnd.size() - before);
                m_buffer.truncate(end + headEnd.size());
                head = QByteArrayView(m_buffer).chopped(2);
            }
        }
        // Said before the end of the head is found, so that a peer that speaks another protocol is told at once.
        const QByteArrayView start = head.isNull() ? QByteArrayView(m_buffer) : head;
        const QByteArrayView prefix = start.first(std::min(start.size(), protocol.size()));
        if (!protocol.startsWith(prefix)) {
            return fail(ErrorKind::Malformed,
                        QStringLiteral("the answer is not HTTP/1.1; it begins with \"%1\"").arg(shown(start)));
        }
        if (head.size() + 2 > m_limits.headBytes || m_buffer.size() > m_limits.headBytes) {
            return fail(ErrorKind::TooLarge,
                        QStringLiteral("the head of the response is over %1 bytes").arg(m_limits.headBytes));
        }
        if (head.isNull()) {
            input = input.sliced(input.size());
            return Event::NeedMore;
        }
        const bool good = parseHead(head);
        input = rest;
        m_buffer.resize(0);
        if (!good) {
            return Event::Error;
        }
        if (m_status >= 200) {
            // A head whose framing is refused is still told: it may say why the server is odd. The error comes next.
            decideFraming();
            return Event::Head;
        }
        m_status = 0;
        m_headers.clear();
    }
    return Event::NeedMore;
}

bool HttpResponseParser::parseHead(QByteArrayView head)
{
    m_headers.clear();
    bool first = true;
    while (!head.isEmpty()) {
        const qsizetype end = head.indexOf("\r\n");
        const QByteArrayView line = head.first(end);
        head = head.sliced(end + 2);
        const bool good = first ? parseStatusLine(line) : parseHeaderLine(line);
        if (!good) {
            return false;
        }
        first = false;
    }
    if (m_status == 101) {
        return malformed(QStringLiteral("the server switched to another protocol"));
    }
    return true;
}

bool HttpResponseParser::parseStatusLine(QByteArrayView line)
{
    // "HTTP/1.1 200 OK"; the blank before an empty reason may be missing.
    const bool shaped = line.size() >= 12 && line.startsWith(protocol) && (line[7] == '0' || line[7] == '1') &&
                        line[8] == ' ' && isDigit(line[9]) && isDigit(line[10]) && isDigit(line[11]) &&
                        (line.size() == 12 || line[12] == ' ') && isHttpFieldValue(line);
    if (!shaped) {
        return malformed(QStringLiteral("\"%1\" is no HTTP/1.1 status line").arg(shown(line)));
    }
    m_minorVersion = line[7] - '0';
    m_status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    if (m_status < 100 || m_status > 599) {
        return malformed(QStringLiteral("the status %1 does not exist").arg(m_status));
    }
    return true;
}

bool HttpResponseParser::parseHeaderLine(QByteArrayView line)
{
    if (m_headers.size() >= m_limits.headers) {
        fail(ErrorKind::TooLarge, QStringLiteral("the response has over %1 headers").arg(m_limits.headers));
        return false;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) {
        return malformed(QStringLiteral("a header is folded over several lines"));
    }
    const qsizetype colon = line.indexOf(':');
    if (colon < 0 || !isHttpToken(line.first(colon))) {
        return malformed(QStringLiteral("\"%1\" is no header").arg(shown(line)));
    }
    const QByteArrayView value = trimBlanks(line.sliced(colon + 1));
    if (!isHttpFieldValue(value)) {
        return malformed(QStringLiteral("the header %1 has control characters").arg(shown(line.first(colon))));
    }
    m_headers.emplaceBack(line.first(colon).toByteArray(), value.toByteArray());
    return true;
}

bool HttpResponseParser::decideFraming()
{
    bool hasLength = false;
    if (!readContentLength(&hasLength)) {
        return false;
    }
    const std::optional<QByteArray> coding = headerValue(m_headers, "Transfer-Encoding");
    const bool saysClose = headerListContains(m_headers, "Connection", "close");
    const bool saysKeep = headerListContains(m_headers, "Connection", "keep-alive");
    m_closes = saysClose || (m_minorVersion == 0 && !saysKeep);
    m_keepAlive = !m_closes;
    if (m_toHeadRequest || m_status == 204 || m_status == 304) {
        m_state = State::Done;
        return true;
    }
    const std::optional<QByteArray> content = headerValue(m_headers, "Content-Encoding");
    if (content && !content->isEmpty() && content->compare("identity", Qt::CaseInsensitive) != 0) {
        return malformed(QStringLiteral("the body is encoded as \"%1\", which was not asked for").arg(shown(*content)));
    }
    if (coding) {
        if (hasLength) {
            return malformed(QStringLiteral("the response has both Transfer-Encoding and Content-Length"));
        }
        if (m_minorVersion == 0 || coding->compare("chunked", Qt::CaseInsensitive) != 0) {
            return malformed(QStringLiteral("the transfer encoding \"%1\" is not known").arg(shown(*coding)));
        }
        const auto isCoding = [](const auto& header) {
            return header.first.compare("Transfer-Encoding", Qt::CaseInsensitive) == 0;
        };
        if (std::count_if(m_headers.cbegin(), m_headers.cend(), isCoding) > 1) {
            return malformed(QStringLiteral("the response has two Transfer-Encoding headers"));
        }
        m_state = State::ChunkSize;
        return true;
    }
    if (!hasLength) {
        m_keepAlive = false;
        m_state = State::BodyUntilClose;
        return true;
    }
    if (!countBody(m_contentLength)) {
        return false;
    }
    m_left = m_contentLength;
    m_state = m_left == 0 ? State::Done : State::FixedBody;
    return true;
}

bool HttpResponseParser::readContentLength(bool *present)
{
    for (const auto& [name, value] : std::as_const(m_headers)) {
        if (name.compare("Content-Length", Qt::CaseInsensitive) != 0) {
            continue;
        }
        // A proxy may have joined equal headers to a list.
        const QList<QByteArray> items = value.split(',');
        for (const QByteArray& item : items) {
            const QByteArrayView digits = trimBlanks(item);
            if (digits.isEmpty() || digits.size() > maxLengthDigits ||
                !std::all_of(digits.begin(), digits.end(), isDigit)) {
                return malformed(QStringLiteral("the content length \"%1\" is no length").arg(shown(value)));
            }
            const qint64 length = digits.toLongLong();
            if (*present && length != m_contentLength) {
                return malformed(QStringLiteral("the response has two different content lengths"));
            }
            *present = true;
            m_contentLength = length;
        }
    }
    return true;
}

HttpResponseParser::Event HttpResponseParser::takeFixed(QByteArrayView& input)
{
    if (input.isEmpty()) {
        return Event::NeedMore;
    }
    m_piece = input.first(std::min<qint64>(m_left, input.size()));
    input = input.sliced(m_piece.size());
    m_left -= m_piece.size();
    if (m_left == 0) {
        m_state = State::Done;
    }
    return Event::Body;
}

HttpResponseParser::Event HttpResponseParser::takeUntilClose(QByteArrayView& input)
{
    if (input.isEmpty()) {
        return Event::NeedMore;
    }
    if (!countBody(input.size())) {
        return Event::Error;
    }
    m_piece = input;
    input = input.sliced(input.size());
    return Event::Body;
}

HttpResponseParser::Event HttpResponseParser::takeChunkData(QByteArrayView& input)
{
    const Event event = takeFixed(input);
    if (m_left == 0) {
        m_state = State::ChunkEnd;
    }
    return event;
}

bool HttpResponseParser::takeLine(QByteArrayView& input, qsizetype limit)
{
    const qsizetype lf = input.indexOf('\n');
    const qsizetype taken = lf < 0 ? input.size() : lf + 1;
    if (m_buffer.size() + taken > limit + 2) {
        const ErrorKind kind = m_state == State::ChunkEnd ? ErrorKind::Malformed : ErrorKind::TooLarge;
        fail(kind, m_state == State::ChunkEnd ? QStringLiteral("a chunk is longer than its size says")
                                              : QStringLiteral("a line of the chunked body is too long"));
        return false;
    }
    if (lf < 0 || !m_buffer.isEmpty()) {
        m_buffer.append(input.first(taken));
        m_line = m_buffer;
    } else {
        m_line = input.first(taken);
    }
    input = input.sliced(taken);
    if (lf < 0) {
        return false;
    }
    if (!m_line.endsWith("\r\n")) {
        return malformed(QStringLiteral("a line of the chunked body does not end in CR LF"));
    }
    m_line.chop(2);
    return true;
}

bool HttpResponseParser::parseChunkSize(QByteArrayView line)
{
    qint64 size = 0;
    qsizetype digits = 0;
    while (digits < line.size() && digits <= maxChunkDigits && hexDigit(line[digits]) >= 0) {
        size = size * 16 + hexDigit(line[digits]);
        ++digits;
    }
    const QByteArrayView rest = trimBlanks(line.sliced(digits));
    if (digits == 0 || digits > maxChunkDigits || (!rest.isEmpty() && rest.front() != ';') || !isHttpFieldValue(rest)) {
        return malformed(QStringLiteral("\"%1\" is no chunk size").arg(shown(line)));
    }
    if (!countBody(size)) {
        return false;
    }
    m_left = size;
    m_state = size == 0 ? State::Trailers : State::ChunkData;
    return true;
}

bool HttpResponseParser::countBody(qint64 bytes)
{
    m_bodyBytes += bytes;
    if (m_bodyBytes > m_limits.bodyBytes) {
        fail(ErrorKind::TooLarge, QStringLiteral("the body is over %1 bytes").arg(m_limits.bodyBytes));
        return false;
    }
    return true;
}

HttpResponseParser::Event HttpResponseParser::done()
{
    m_state = State::Done;
    return Event::End;
}

HttpResponseParser::Event HttpResponseParser::fail(ErrorKind kind, const QString& text)
{
    m_state = State::Failed;
    m_errorKind = kind;
    m_errorText = text;
    m_keepAlive = false;
    return Event::Error;
}

bool HttpResponseParser::malformed(const QString& text)
{
    fail(ErrorKind::Malformed, text);
    return false;
}

} // namespace lathe
