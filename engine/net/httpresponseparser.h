// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httpheaders.h"

#include <QString>

namespace lathe {

/// Reads one HTTP/1.1 response from bytes that come at any split, and decides where its body ends (RFC 9112,
/// section 6). Pure: no sockets, no time. Strict, since what it accepts is billed and acted upon: lines end in CR LF,
/// folded headers, blanks before the colon, control bytes, doubtful or doubled framing are errors, and only the end
/// that the framing names completes a body.
///
///     QByteArrayView input = bytes;
///     for (auto event = parser.next(input); event != Event::NeedMore; event = parser.next(input)) { ... }
///
/// After End or Error, next() gives the same again and input keeps what was not part of the response.
class HttpResponseParser
{
public:
    struct Limits
    {
        qsizetype headBytes = 64 * 1024; ///< status line and headers, also of each 1xx, and the trailers
        int headers = 256;
        qint64 bodyBytes = 256 * 1024 * 1024;
    };
    enum class Event
    {
        NeedMore, ///< all input is used up
        Head,     ///< status() and headers() are there; interim (1xx) responses were skipped
        Body,     ///< piece() is the next part of the body, a view into the input given to next()
        End,      ///< the response is complete
        Error     ///< errorKind() and errorText()
    };
    enum class ErrorKind
    {
        Malformed,
        TooLarge,
        ClosedBeforeHead, ///< the input ended before the end of the head
        Truncated         ///< the input ended before the end of the body
    };

    explicit HttpResponseParser(bool toHeadRequest = false) : HttpResponseParser(toHeadRequest, Limits()) {}
    HttpResponseParser(bool toHeadRequest, const Limits& limits);

    /// Takes bytes from the front of input.
    Event next(QByteArrayView& input);
    /// The peer closed and everything it sent was given to next(): End or Error.
    Event endOfInput();

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] const HttpHeaders& headers() const { return m_headers; }
    [[nodiscard]] QByteArrayView piece() const { return m_piece; }
    [[nodiscard]] ErrorKind errorKind() const { return m_errorKind; }
    /// What is wrong with the response, as a clause: "the status line is no HTTP/1.1 status line".
    [[nodiscard]] const QString& errorText() const { return m_errorText; }
    /// The length that the head announces; -1 if it announces none. Valid from Head on.
    [[nodiscard]] qint64 contentLength() const { return m_contentLength; }
    /// At least one byte of a response came.
    [[nodiscard]] bool hasBegun() const { return m_begun; }
    /// After End: whether the connection may carry another request.
    [[nodiscard]] bool keepAlive() const { return m_keepAlive; }

private:
    enum class State
    {
        Head,
        FixedBody,
        BodyUntilClose,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        Trailers,
        Done,
        Failed
    };

    Event takeHead(QByteArrayView& input);
    Event takeFixed(QByteArrayView& input);
    Event takeUntilClose(QByteArrayView& input);
    Event takeChunkData(QByteArrayView& input);
    bool takeLine(QByteArrayView& input, qsizetype limit);
    bool parseHead(QByteArrayView head);
    bool parseStatusLine(QByteArrayView line);
    bool parseHeaderLine(QByteArrayView line);
    bool decideFraming();
    bool readContentLength(bool *present);
    bool parseChunkSize(QByteArrayView line);
    bool countBody(qint64 bytes);
    Event done();
    Event fail(ErrorKind kind, const QString& text);
    bool malformed(const QString& text);

    Limits m_limits;
    bool m_toHeadRequest;
    State m_state = State::Head;
    QByteArray m_buffer;   // a head or line that is not whole yet
    QByteArrayView m_line; // the line that takeLine() found
    QByteArrayView m_piece;
    HttpHeaders m_headers;
    QString m_errorText;
    qint64 m_contentLength = -1;
    qint64 m_left = 0; // bytes of the fixed body or the chunk still to come
    qint64 m_bodyBytes = 0;
    qsizetype m_trailerBytes = 0;
    int m_status = 0;
    int m_minorVersion = 1;
    ErrorKind m_errorKind = ErrorKind::Malformed;
    bool m_begun = false;
    bool m_closes = false; // the head says that the connection ends with the body
    bool m_keepAlive = false;
};

} // namespace lathe
