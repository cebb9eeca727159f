// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/mcphttp.h"

#include "engine/tools/toolhttp.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

// A stream stays open as long as the server likes; how long a call may take is for the one who waits for it.
constexpr std::chrono::hours kStreamTime{24};
constexpr std::chrono::milliseconds kGoodbye{2'000};
constexpr qint64 kMaxStreamBytes = 1024LL * 1024 * 1024;

std::chrono::milliseconds resumeDelay(std::optional<qint64> wanted, int attempt)
{
    constexpr qint64 kFirst = 1'000;
    constexpr qint64 kMost = 30'000;
    const auto usual = static_cast<qint64>(std::llround(static_cast<double>(kFirst) * std::pow(1.5, attempt)));
    return std::chrono::milliseconds(std::min(wanted.value_or(usual), kMost));
}

} // namespace

/// The answer to one POST or GET, and what is left of it when it is taken up again.
struct McpHttp::Stream
{
    explicit Stream(McpHttp *owner)
        : reader([this, owner](const SseEvent& event) {
              lastId = event.id.toByteArray();
              fresh = true;
              // The first event of a stream often has an id and no data.
              if (!event.data.trimmed().isEmpty()) {
                  owner->take(*this, event.data.toByteArray());
              }
          })
    {}

    SseReader reader;
    std::optional<qint64> id; ///< of the request; none if nothing is to be answered
    bool answered = false;
    bool isEvents = false;
    bool fresh = false;  ///< something came since it was taken up
    bool broken = false; ///< over a limit
    bool opensSession = false;
    QByteArray body; ///< JSON
    QByteArray lastId;
    std::optional<qint64> retryMs;
    std::stop_source stop;
};

McpHttp::McpHttp(McpAddress address, McpSecrets secrets, Clock& clock, McpEvents events)
    : m_address(std::move(address)),
      m_secrets(std::move(secrets)),
      m_clock(clock),
      m_events(std::move(events)),
      m_client(clock)
{}

McpHttp::~McpHttp() = default;

QCoro::Task<Result<void>> McpHttp::open()
{
    co_return Result<void>(); // there is no connection before the first request
}

HttpRequest McpHttp::makeRequest(const QByteArray& method, const QByteArray& body) const
{
    HttpRequest request;
    request.method = method;
    request.url = m_address.url;
    request.headers = m_address.headers;
    if (method == "GET") {
        request.headers.append({QByteArrayLiteral("Accept"), QByteArrayLiteral("text/event-stream")});
    } else {
        request.headers.append({QByteArrayLiteral("Accept"), QByteArrayLiteral("application/json, text/event-stream")});
    }
    if (!body.isEmpty()) {
        request.headers.append({QByteArrayLiteral("Content-Type"), QByteArrayLiteral("application/json")});
        request.body = {body};
    }
    if (!m_version.isEmpty()) {
        request.headers.append({QByteArrayLiteral("Mcp-Protocol-Version"), m_version});
    }
    if (!m_session.isEmpty()) {
        request.headers.append({QByteArrayLiteral("Mcp-Session-Id"), m_session});
    }
    request.deadlines.firstByte = kStreamTime;
    request.deadlines.stall = kStreamTime;
    request.deadlines.total = kStreamTime;
    request.maxBodyBytes = kMaxStreamBytes;
    return request;
}

void McpHttp::take(Stream& stream, const QByteArray& text)
{
    const Result<QList<McpMessage>> messages = readMcpMessages(m_secrets.mask(text));
    if (!messages) {
        m_events.onLog(u"a message was dropped: %1"_s.arg(messages.error().message));
        return;
    }
    for (const McpMessage& message : *messages) {
        const bool isAnswer = message.kind == McpMessage::Kind::Result || message.kind == McpMessage::Kind::Error;
        if (isAnswer && stream.id && message.id.toInteger(-1) == *stream.id) {
            stream.answered = true;
        }
        m_events.onMessage(message);
    }
}

QCoro::Task<HttpResult> McpHttp::exchange(HttpRequest request, std::shared_ptr<Stream> stream)
{
    stream->reader.reset();
    stream->body.clear();
    stream->isEvents = false;
    HttpClient::Sink sink;
    sink.onHead = [this, stream](const HttpResponse& head) {
        if (stream->opensSession) {
            m_session = headerValue(head.headers, "Mcp-Session-Id").value_or(QByteArray());
        }
        const QByteArray type = headerValue(head.headers, "Content-Type").value_or(QByteArray());
        stream->isEvents = type.toLower().startsWith("text/event-stream");
    };
    sink.onBody = [stream](QByteArrayView piece) {
        if (stream->broken) {
            return;
        }
        if (stream->isEvents) {
            const Result<void> fed = stream->reader.feed(piece);
            if (stream->reader.retryMs()) {
                stream->retryMs = stream->reader.retryMs();
            }
            stream->broken = !fed;
        } else {
            stream->body.append(piece);
            stream->broken = stream->body.size() > kMaxMessageBytes;
        }
        if (stream->broken) {
            stream->stop.request_stop();
        }
    };
    m_open.insert(stream);
    const std::stop_token stop = stream->stop.get_token();
    HttpResult result = co_await m_client.send(std::move(request), std::move(sink), stop);
    m_open.erase(stream);
    if (result && stream->isEvents && !stream->broken) {
        stream->broken = !stream->reader.finish();
    }
    co_return result;
}

QString McpHttp::said(const HttpResponse& response) const
{
    HttpResponse masked = response;
    masked.body = m_secrets.mask(response.body);
    const QString words = serverWords(masked);
    return words.isEmpty() ? QString() : QString(u": "_s + words);
}

McpFailure McpHttp::failureOf(const HttpResponse& response, const Stream& stream) const
{
    McpFailure failure;
    // An error of the protocol comes with a status that is an error too.
    const Result<QList<McpMessage>> messages = readMcpMessages(m_secrets.mask(response.body));
    if (messages && messages->size() == 1 && messages->first().kind == McpMessage::Kind::Error &&
        messages->first().id.toInteger(-1) == stream.id.value_or(-2)) {
        failure.kind = McpFailure::Kind::Rpc;
        failure.code = messages->first().error.code;
        failure.message = messages->first().error.message;
        failure.data = messages->first().error.data;
        return failure;
    }
    failure.kind = McpFailure::Kind::Http;
    failure.code = response.status;
    if (response.status == 401 || response.status == 403) {
        failure.message = u"it wants a login (status %1): set \"headers\", such as Authorization with \"Bearer "
                          u"${VARIABLE}\"%2"_s.arg(response.status)
                              .arg(said(response));
    } else if (response.status >= 300 && response.status < 400) {
        failure.message =
            u"it answered with a redirect (status %1), which is not followed: correct \"url\""_s.arg(response.status);
    } else {
        failure.message = u"it answered with status %1%2"_s.arg(response.status).arg(said(response));
    }
    return failure;
}

void McpHttp::request(const McpMessage& message, const HttpHeaders& headers)
{
    const auto stream = std::make_shared<Stream>(this);
    stream->id = message.id.toInteger();
    stream->opensSession = message.method == "initialize"_L1;
    m_asked.insert(*stream->id, stream);
    m_tasks.spawn(ask(message, headers, stream), u"MCP request"_s);
}

QCoro::Task<> McpHttp::ask(McpMessage message, HttpHeaders headers, std::shared_ptr<Stream> stream)
{
    HttpRequest request = makeRequest("POST", toJsonLine(message));
    request.headers.append(headers);
    const HttpResult result = co_await exchange(std::move(request), stream);
    std::optional<McpFailure> failure;
    const bool cancelled = stream->stop.stop_requested() && !stream->broken;
    if (stream->broken) {
        failure.emplace();
        failure->kind = McpFailure::Kind::Invalid;
        failure->message = u"its answer is over %1 MiB"_s.arg(kMaxMessageBytes / (1024 * 1024));
    } else if (!cancelled && !stream->answered && result && (result->status < 200 || result->status > 299)) {
        failure = failureOf(*result, *stream);
    } else if (!cancelled && !stream->answered) {
        if (result && !stream->isEvents) {
            take(*stream, stream->body);
        } else if (m_legacy && !stream->lastId.isEmpty()) {
            const bool taken = co_await resume(stream);
            Q_UNUSED(taken)
        }
        if (!stream->answered && !stream->stop.stop_requested()) {
            failure.emplace();
            failure->kind = result && !stream->isEvents ? McpFailure::Kind::Invalid : McpFailure::Kind::Lost;
            failure->message = result ? u"it ended its answer without a result"_s : result.error().message;
        }
    }
    m_asked.remove(stream->id.value_or(-1));
    if (failure && !m_closing) {
        m_events.onFailed(stream->id.value_or(-1), *failure);
    }
}

QCoro::Task<bool> McpHttp::resume(std::shared_ptr<Stream> stream)
{
    int attempt = 0;
    while (attempt < kMaxResumes && !stream->answered) {
        const std::chrono::milliseconds delay = resumeDelay(stream->retryMs, attempt);
        const std::stop_token stop = stream->stop.get_token();
        const bool slept = co_await m_clock.sleepFor(delay, stop);
        if (!slept) {
            co_return false;
        }
        HttpRequest request = makeRequest("GET", {});
        request.headers.append({QByteArrayLiteral("Last-Event-ID"), stream->lastId});
        stream->fresh = false;
        const HttpResult result = co_await exchange(std::move(request), stream);
        if (stream->stop.stop_requested() || (result && (result->status < 200 || result->status > 299))) {
            co_return false;
        }
        attempt = stream->fresh ? 0 : attempt + 1;
    }
    co_return stream->answered;
}

QCoro::Task<> McpHttp::follow(std::shared_ptr<Stream> stream)
{
    int attempt = 0;
    while (attempt <= kMaxResumes) {
        HttpRequest request = makeRequest("GET", {});
        if (!stream->lastId.isEmpty()) {
            request.headers.append({QByteArrayLiteral("Last-Event-ID"), stream->lastId});
        }
        stream->fresh = false;
        const HttpResult result = co_await exchange(std::move(request), stream);
        const bool refused = result && (result->status < 200 || result->status > 299);
        if (stream->stop.stop_requested() || refused) {
            co_return; // 405: the server has nothing to say by itself
        }
        attempt = stream->fresh ? 0 : attempt + 1;
        const std::chrono::milliseconds delay = resumeDelay(stream->retryMs, attempt);
        const std::stop_token stop = stream->stop.get_token();
        const bool slept = co_await m_clock.sleepFor(delay, stop);
        if (!slept) {
            co_return;
        }
    }
    m_events.onLog(u"the server's own stream ended and is not taken up again"_s);
}

QCoro::Task<> McpHttp::tell(McpMessage message)
{
    const auto stream = std::make_shared<Stream>(this);
    HttpRequest request = makeRequest("POST", toJsonLine(message));
    const std::chrono::milliseconds limit{30'000};
    request.deadlines.firstByte = limit;
    request.deadlines.stall = limit;
    request.deadlines.total = limit;
    const HttpResult result = co_await exchange(std::move(request), stream);
    if (!result) {
        m_events.onLog(u"a message could not be sent: %1"_s.arg(result.error().message));
    } else if (result->status > 299) {
        m_events.onLog(u"a message was answered with status %1%2"_s.arg(result->status).arg(said(*result)));
    }
}

void McpHttp::abandon(qint64 id)
{
    if (const auto stream = m_asked.value(id)) {
        stream->stop.request_stop();
    }
}

void McpHttp::established(const McpPeer& peer)
{
    m_legacy = peer.era == McpEra::Legacy;
    if (m_legacy) {
        m_version = peer.version.toLatin1(); // requests of the modern era name it themselves
    }
}

void McpHttp::listen()
{
    m_listening = std::make_shared<Stream>(this);
    m_tasks.spawn(follow(m_listening), u"MCP stream"_s);
}

QCoro::Task<> McpHttp::close()
{
    m_closing = true;
    for (const auto& stream : std::as_const(m_asked)) {
        stream->stop.request_stop();
    }
    for (const auto& stream : m_open) {
        stream->stop.request_stop();
    }
    if (m_listening) {
        m_listening->stop.request_stop();
    }
    if (!m_session.isEmpty()) {
        HttpRequest request = makeRequest("DELETE", {});
        request.deadlines.connect = kGoodbye;
        request.deadlines.firstByte = kGoodbye;
        request.deadlines.stall = kGoodbye;
        request.deadlines.total = kGoodbye;
        m_session.clear();
        const auto stream = std::make_shared<Stream>(this);
        const HttpResult result = co_await exchange(std::move(request), stream);
        Q_UNUSED(result) // 405: the server ends sessions by itself
    }
    co_await m_tasks.joined();
}

} // namespace lathe
