// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/fakellmwire.h"

#include <QByteArray>
#include <QJsonObject>
#include <QList>

#include <chrono>
#include <utility>

namespace lathe::test {

using FakeHeaders = QList<std::pair<QByteArray, QByteArray>>;

/// A request as it came in.
struct FakeRequest
{
    QByteArray method;
    QByteArray target; ///< "/v1/chat/completions"
    QByteArray head;   ///< request line and headers, as received
    QByteArray body;
    int connection = 0; ///< 1 for the first connection of the server, 2 for the second ...

    /// The value of a header, compared without case; empty if there is none.
    [[nodiscard]] QByteArray header(QByteArrayView name) const;
    [[nodiscard]] QJsonObject json() const;
    /// Whether the body asks for "stream": true.
    [[nodiscard]] bool wantsStream() const;
};

/// What the server does with one request, step by step. Made by the functions below and changed by the ones after
/// them: `FakeReply::json(body).after(50ms)`, `FakeReply::stream(completion).cutAt(300).thenReset()`.
/// If no step closes the connection it is kept for the next request.
struct FakeReply
{
    struct Step
    {
        enum class Kind
        {
            Send,
            Wait,
            Close, ///< FIN, after what was sent
            Reset, ///< RST
            Stall  ///< nothing more, the connection stays open
        };
        Kind kind = Kind::Send;
        QByteArray bytes;
        std::chrono::milliseconds wait{0};
    };
    QList<Step> steps;
    bool beforeBody = false; ///< answer when the head of the request is in, not waiting for its body

    // A whole answer
    [[nodiscard]] static FakeReply bytes(const QByteArray& wire);
    /// Status, headers and a body with Content-Length (application/json unless headers say otherwise).
    [[nodiscard]] static FakeReply json(const QByteArray& body, int status = 200, const FakeHeaders& headers = {});
    [[nodiscard]] static FakeReply completion(const FakeCompletion& completion);
    /// An OpenAI error body.
    [[nodiscard]] static FakeReply error(int status, const QString& message, const QString& type = {},
                                         const QString& code = {}, const FakeHeaders& headers = {});
    /// 429 with Retry-After.
    [[nodiscard]] static FakeReply rateLimited(const QByteArray& retryAfter = "1");
    /// text/event-stream, chunked, each event in a chunk and a send of its own, pause before each one.
    [[nodiscard]] static FakeReply events(const QList<QByteArray>& events, std::chrono::milliseconds pause = {});
    [[nodiscard]] static FakeReply stream(const FakeCompletion& completion, std::chrono::milliseconds pause = {});
    /// The same events, their end marked by closing the connection (Connection: close).
    [[nodiscard]] static FakeReply eventsUntilClose(const QList<QByteArray>& events,
                                                    std::chrono::milliseconds pause = {});
    /// A body of that many bytes 'x', Content-Length.
    [[nodiscard]] static FakeReply huge(qint64 bytes);

    // Broken on purpose
    [[nodiscard]] static FakeReply closeBeforeHeaders();
    [[nodiscard]] static FakeReply resetBeforeHeaders();
    [[nodiscard]] static FakeReply statusLineThenClose();
    /// Content-Length 500 and 7 bytes, then closed.
    [[nodiscard]] static FakeReply shortContentLength();
    /// One chunk of an event stream, then closed without the last chunk.
    [[nodiscard]] static FakeReply cutChunked();
    [[nodiscard]] static FakeReply stall();
    [[nodiscard]] static FakeReply garbage();

    // Changed
    [[nodiscard]] FakeReply after(std::chrono::milliseconds wait) const;
    [[nodiscard]] FakeReply thenWait(std::chrono::milliseconds wait) const;
    [[nodiscard]] FakeReply thenClose() const;
    [[nodiscard]] FakeReply thenReset() const;
    [[nodiscard]] FakeReply thenStall() const;
    /// Only the first bytes of what would be sent; what follows is for thenClose(), thenReset() or thenStall().
    [[nodiscard]] FakeReply cutAt(qsizetype bytes) const;
    /// Sent in pieces ending at these positions, pause between them, so that they arrive apart.
    [[nodiscard]] FakeReply splitAt(const QList<qsizetype>& positions,
                                    std::chrono::milliseconds pause = std::chrono::milliseconds(2)) const;
    /// A slow drip: that many bytes at a time.
    [[nodiscard]] FakeReply dripping(qsizetype bytes, std::chrono::milliseconds pause) const;
    [[nodiscard]] FakeReply withoutWaitingForTheBody() const;
    /// All bytes of the Send steps.
    [[nodiscard]] QByteArray wire() const;
};

} // namespace lathe::test
