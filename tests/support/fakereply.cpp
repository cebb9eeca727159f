// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/fakereply.h"

#include <QJsonDocument>

namespace lathe::test {
namespace {

using Step = FakeReply::Step;
using std::chrono::milliseconds;

void add(FakeReply& reply, Step::Kind kind, const QByteArray& bytes = {}, milliseconds wait = {})
{
    Step step;
    step.kind = kind;
    step.bytes = bytes;
    step.wait = wait;
    reply.steps.append(step);
}

QByteArray reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 404:
        return "Not Found";
    case 429:
        return "Too Many Requests";
    case 500:
        return "Internal Server Error";
    case 503:
        return "Service Unavailable";
    default:
        return "Status";
    }
}

QByteArray headBytes(int status, const FakeHeaders& headers)
{
    QByteArray head("HTTP/1.1 ");
    head += QByteArray::number(status);
    head += ' ';
    head += reason(status);
    head += "\r\n";
    for (const auto& [name, value] : headers) {
        head += name;
        head += ": ";
        head += value;
        head += "\r\n";
    }
    head += "\r\n";
    return head;
}

QByteArray chunk(const QByteArray& bytes)
{
    QByteArray result = QByteArray::number(bytes.size(), 16);
    result += "\r\n";
    result += bytes;
    result += "\r\n";
    return result;
}

} // namespace

QByteArray FakeRequest::header(QByteArrayView name) const
{
    const QList<QByteArray> lines = head.split('\n');
    for (const QByteArray& line : lines) {
        const qsizetype colon = line.indexOf(':');
        if (colon > 0 && line.first(colon).compare(name, Qt::CaseInsensitive) == 0) {
            return line.sliced(colon + 1).trimmed();
        }
    }
    return {};
}

QJsonObject FakeRequest::json() const
{
    return QJsonDocument::fromJson(body).object();
}

bool FakeRequest::wantsStream() const
{
    return json().value(QLatin1StringView("stream")).toBool();
}

FakeReply FakeReply::bytes(const QByteArray& wire)
{
    FakeReply reply;
    add(reply, Step::Kind::Send, wire);
    return reply;
}

FakeReply FakeReply::json(const QByteArray& body, int status, const FakeHeaders& headers)
{
    FakeHeaders all;
    bool typed = false;
    for (const auto& header : headers) {
        typed = typed || header.first.compare("content-type", Qt::CaseInsensitive) == 0;
    }
    if (!typed) {
        all.emplaceBack("Content-Type", "application/json");
    }
    all.emplaceBack("Content-Length", QByteArray::number(body.size()));
    all.append(headers);
    QByteArray wire = headBytes(status, all);
    wire += body;
    return bytes(wire);
}

FakeReply FakeReply::completion(const FakeCompletion& completion)
{
    return json(completionJson(completion));
}

FakeReply FakeReply::error(int status, const QString& message, const QString& type, const QString& code,
                           const FakeHeaders& headers)
{
    return json(errorJson(message, type, code), status, headers);
}

FakeReply FakeReply::rateLimited(const QByteArray& retryAfter)
{
    return error(429, QStringLiteral("Rate limit reached"), QStringLiteral("requests"),
                 QStringLiteral("rate_limit_exceeded"), {{"Retry-After", retryAfter}});
}

FakeReply FakeReply::events(const QList<QByteArray>& events, milliseconds pause)
{
    FakeReply reply = bytes(headBytes(
        200, {{"Content-Type", "text/event-stream"}, {"Cache-Control", "no-cache"}, {"Transfer-Encoding", "chunked"}}));
    for (const QByteArray& event : events) {
        add(reply, Step::Kind::Wait, {}, pause);
        add(reply, Step::Kind::Send, chunk(event));
    }
    add(reply, Step::Kind::Send, "0\r\n\r\n");
    return reply;
}

FakeReply FakeReply::stream(const FakeCompletion& completion, milliseconds pause)
{
    return events(completionEvents(completion), pause);
}

FakeReply FakeReply::eventsUntilClose(const QList<QByteArray>& events, milliseconds pause)
{
    FakeReply reply = bytes(headBytes(200, {{"Content-Type", "text/event-stream"}, {"Connection", "close"}}));
    for (const QByteArray& event : events) {
        add(reply, Step::Kind::Wait, {}, pause);
        add(reply, Step::Kind::Send, event);
    }
    return reply.thenClose();
}

FakeReply FakeReply::huge(qint64 size)
{
    constexpr qint64 block = 1024 * 1024;
    FakeReply reply =
        bytes(headBytes(200, {{"Content-Type", "text/plain"}, {"Content-Length", QByteArray::number(size)}}));
    const QByteArray full(block, 'x');
    for (qint64 left = size; left > 0; left -= block) {
        add(reply, Step::Kind::Send, left >= block ? full : full.first(left));
    }
    return reply;
}

FakeReply FakeReply::closeBeforeHeaders()
{
    return FakeReply().thenClose();
}

FakeReply FakeReply::resetBeforeHeaders()
{
    return FakeReply().thenReset();
}

FakeReply FakeReply::statusLineThenClose()
{
    return bytes("HTTP/1.1 200 OK\r\n").thenClose();
}

FakeReply FakeReply::shortContentLength()
{
    return bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":1")
        .thenClose();
}

FakeReply FakeReply::cutChunked()
{
    const QList<QByteArray> all = completionEvents(textCompletion(QStringLiteral("cut")));
    QByteArray wire = headBytes(200, {{"Content-Type", "text/event-stream"}, {"Transfer-Encoding", "chunked"}});
    wire += chunk(all.first());
    return bytes(wire).thenClose();
}

FakeReply FakeReply::stall()
{
    return FakeReply().thenStall();
}

FakeReply FakeReply::garbage()
{
    return bytes("\x16\x03\x01 this is no HTTP\r\n\r\n").thenClose();
}

FakeReply FakeReply::after(milliseconds wait) const
{
    FakeReply reply = *this;
    Step step;
    step.kind = Step::Kind::Wait;
    step.wait = wait;
    reply.steps.prepend(step);
    return reply;
}

FakeReply FakeReply::thenWait(milliseconds wait) const
{
    FakeReply reply = *this;
    add(reply, Step::Kind::Wait, {}, wait);
    return reply;
}

FakeReply FakeReply::thenClose() const
{
    FakeReply reply = *this;
    add(reply, Step::Kind::Close);
    return reply;
}

FakeReply FakeReply::thenReset() const
{
    FakeReply reply = *this;
    add(reply, Step::Kind::Reset);
    return reply;
}

FakeReply FakeReply::thenStall() const
{
    FakeReply reply = *this;
    add(reply, Step::Kind::Stall);
    return reply;
}

FakeReply FakeReply::cutAt(qsizetype bytes) const
{
    FakeReply reply;
    reply.beforeBody = beforeBody;
    for (const Step& step : steps) {
        if (step.kind == Step::Kind::Wait) {
            reply.steps.append(step);
        } else if (step.kind == Step::Kind::Send) {
            add(reply, Step::Kind::Send, step.bytes.first(std::min(bytes, step.bytes.size())));
            bytes -= reply.steps.last().bytes.size();
        }
        if (bytes == 0) {
            break;
        }
    }
    return reply;
}

FakeReply FakeReply::splitAt(const QList<qsizetype>& positions, milliseconds pause) const
{
    const QByteArray all = wire();
    FakeReply reply;
    reply.beforeBody = beforeBody;
    qsizetype from = 0;
    QList<qsizetype> ends = positions;
    ends.append(all.size());
    for (const qsizetype end : ends) {
        if (end > from && end <= all.size()) {
            add(reply, Step::Kind::Send, all.sliced(from, end - from));
            add(reply, Step::Kind::Wait, {}, pause);
            from = end;
        }
    }
    for (const Step& step : steps) {
        if (step.kind != Step::Kind::Send && step.kind != Step::Kind::Wait) {
            reply.steps.append(step);
        }
    }
    return reply;
}

FakeReply FakeReply::dripping(qsizetype bytes, milliseconds pause) const
{
    QList<qsizetype> positions;
    const qsizetype size = wire().size();
    for (qsizetype at = bytes; at < size; at += bytes) {
        positions.append(at);
    }
    return splitAt(positions, pause);
}

FakeReply FakeReply::withoutWaitingForTheBody() const
{
    FakeReply reply = *this;
    reply.beforeBody = true;
    return reply;
}

QByteArray FakeReply::wire() const
{
    QByteArray all;
    for (const Step& step : steps) {
        if (step.kind == Step::Kind::Send) {
            all += step.bytes;
        }
    }
    return all;
}

} // namespace lathe::test
