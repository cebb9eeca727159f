// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/httpllmclient.h"

#include "engine/core/jsonreader.h"
#include "engine/llm/replyrecord.h"
#include "engine/llm/retryafter.h"
#include "engine/llm/secretmask.h"
#include "engine/llm/tokencounter.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

// A secret this long is no placeholder ("EMPTY", "ollama"), so hiding it in good replies cannot hide a common word.
constexpr qsizetype kRealKeyLength = 16;

[[nodiscard]] ErrorCode codeFor(LlmErrorKind kind)
{
    switch (kind) {
    case LlmErrorKind::Tls:
        return ErrorCode::Tls;
    case LlmErrorKind::Timeout:
        return ErrorCode::TimedOut;
    case LlmErrorKind::Cancelled:
        return ErrorCode::Cancelled;
    case LlmErrorKind::Auth:
    case LlmErrorKind::Quota:
    case LlmErrorKind::Forbidden:
        return ErrorCode::Unavailable;
    case LlmErrorKind::ModelMissing:
        return ErrorCode::NotFound;
    default:
        return ErrorCode::Network;
    }
}

/// The request was cut off by the transport: the provider may have read the whole prompt. What stands around the
/// messages is mostly the tools.
void estimateInput(LlmFailure *failure, const LlmRequest& request, const EncodedRequest& encoded)
{
    if (failure->usage.source == UsageSource::Reported || failure->usage.totalInput() > 0) {
        return;
    }
    failure->usage.input =
        estimateTokensByLength(request.transcript.characters() + encoded.head.size() + encoded.tail.size());
    failure->usage.source = UsageSource::Estimated;
}

[[nodiscard]] QList<QByteArray> bodyOf(const EncodedRequest& encoded)
{
    QList<QByteArray> body;
    body.reserve(2 * encoded.messages.size() + 2);
    body.append(encoded.head);
    for (const QByteArray& message : encoded.messages) {
        if (message.isEmpty()) {
            continue;
        }
        if (body.size() > 1) {
            body.append(QByteArrayLiteral(","));
        }
        body.append(message);
    }
    body.append(encoded.tail);
    return body;
}

} // namespace

HttpLlmClient::HttpLlmClient(ProviderInfo info, std::unique_ptr<LlmProtocol> protocol, LlmSettings settings,
                             HttpTransport& http, Clock& clock)
    : m_info(std::move(info)),
      m_protocol(std::move(protocol)),
      m_settings(std::move(settings)),
      m_http(http),
      m_clock(clock)
{}

QString HttpLlmClient::endpoint() const
{
    return shownUrl(QUrl(m_settings.baseUrl.isEmpty() ? m_info.defaultBaseUrl : m_settings.baseUrl));
}

EncodedRequest HttpLlmClient::encode(const LlmRequest& request) const
{
    return m_protocol->encode(request);
}

Result<QByteArray> HttpLlmClient::key() const
{
    const QByteArray key = (m_settings.apiKey ? m_settings.apiKey() : QString()).trimmed().toUtf8();
    const auto isPrintable = [](char c) { return c > ' ' && c < 127; };
    if (!std::all_of(key.begin(), key.end(), isPrintable)) {
        return fail(ErrorCode::InvalidInput,
                    u"The API key holds blanks or characters that cannot be sent; enter it again"_s);
    }
    if (key.isEmpty() && m_protocol->needsKey()) {
        const QString host = m_protocol->modelsUrl().host();
        return fail(ErrorCode::Unavailable,
                    m_settings.apiKeyVariable.isEmpty()
                        ? u"There is no API key for %1: set %2, name another variable or keep the key in the "
                          "keychain"_s.arg(host, m_info.keyVariable)
                        : u"There is no API key for %1: the environment variable %2 is not set or empty"_s.arg(
                              host, m_settings.apiKeyVariable));
    }
    return key;
}

HttpRequest HttpLlmClient::requestTo(const QUrl& url, const QByteArray& key) const
{
    HttpRequest request;
    request.url = url;
    request.deadlines = m_settings.deadlines;
    request.maxBodyBytes = m_settings.maxReplyBytes;
    request.headers = m_protocol->headers(key);
    return request;
}

QCoro::Task<LlmOutcome> HttpLlmClient::call(LlmRequest request, DeltaSink onDelta, std::stop_token stop)
{
    const Result<QByteArray> key = this->key();
    if (!key) {
        LlmOutcome refused;
        refused.failure.emplace();
        refused.failure->kind = LlmErrorKind::Auth;
        refused.failure->message = key.error().message;
        co_return refused;
    }
    HttpRequest http = requestTo(m_protocol->requestUrl(request), *key);
    http.headers.emplaceBack("Content-Type", "application/json");
    http.headers.emplaceBack("Accept", m_protocol->accepts(request.stream));
    if (!request.idempotencyKey.isEmpty()) {
        http.headers.emplaceBack("Idempotency-Key", request.idempotencyKey.toUtf8());
    }
    http.body = bodyOf(encode(request));

    const std::unique_ptr<ReplyReader> reader = m_protocol->reader(std::move(onDelta));
    HttpTransport::Sink sink;
    if (request.stream) {
        sink.onBody = [&reader](QByteArrayView piece) { reader->feed(piece); };
    }
    const HttpResult result = co_await m_http.send(std::move(http), std::move(sink), stop);
    LlmOutcome outcome = outcomeOf(result, *reader, request);
    if (key->isEmpty() && outcome.failure && outcome.failure->kind == LlmErrorKind::Auth) {
        outcome.failure->message += u" (there is no API key, so none was sent)"_s;
    }
    hideKey(&outcome, *reader, *key);
    co_return outcome;
}

/// The key must not reach a record or a person, whatever a server echoes, in one piece or spread over a stream.
void HttpLlmClient::hideKey(LlmOutcome *outcome, const ReplyReader& reader, const QByteArray& key) const
{
    if (key.isEmpty() || (outcome->reply && key.size() < kRealKeyLength)) {
        return;
    }
    const bool inPieces = reader.says(QString::fromUtf8(key));
    const QByteArray bytes = inPieces && outcome->reply ? encodeReplyRecord(*outcome->reply) : outcome->rawReply;
    const QByteArray masked = maskSecret(bytes, key);
    const bool echoed = inPieces || masked != outcome->rawReply;
    if (outcome->failure) {
        LlmFailure& failure = *outcome->failure;
        failure.message = maskSecret(failure.message, key);
        failure.providerCode = maskSecret(failure.providerCode, key);
        if (echoed) {
            failure.usage.raw = {};
            outcome->rawReply = inPieces ? QByteArray() : masked;
        }
    } else if (echoed) {
        outcome->rawReply = masked;
        outcome->reply = decode(masked, true).reply; // so that the record and the reply stay the same
    }
}

LlmOutcome HttpLlmClient::outcomeOfError(const HttpResponse& response, const LlmRequest& request) const
{
    LlmOutcome outcome;
    outcome.rawReply = response.body;
    outcome.failure = failureFor(m_protocol->readError(response.status, response.body), response.headers);
    if (const auto header = retryAfter(response.headers, m_clock.nowMs())) {
        outcome.failure->retryAfter = header;
    }
    const QString base = m_settings.baseUrl.isEmpty() ? m_info.defaultBaseUrl : m_settings.baseUrl;
    if (outcome.failure->kind == LlmErrorKind::ModelMissing) {
        outcome.failure->message += u" (model %1 at %2)"_s.arg(request.model, shownUrl(QUrl(base)));
    }
    const auto shows = [](const ChatMessage& message) { return !message.attachments.isEmpty(); };
    const QList<ChatMessage>& messages = request.transcript.messages();
    if (outcome.failure->kind == LlmErrorKind::BadRequest && std::any_of(messages.cbegin(), messages.cend(), shows)) {
        outcome.failure->message +=
            u" (images or documents were sent; if %1 takes none, attach them with \"inPrompt\": false)"_s.arg(
                request.model);
    }
    if (const auto location = headerValue(response.headers, "location"); location && response.status < 400) {
        const QString target = shownUrl(QUrl(QString::fromUtf8(*location)));
        outcome.failure->message +=
            u"; it points to %1, so the base URL %2 is wrong"_s.arg(target, shownUrl(QUrl(base)));
    }
    return outcome;
}

LlmOutcome HttpLlmClient::outcomeOf(const HttpResult& result, ReplyReader& reader, const LlmRequest& request) const
{
    const HttpResponse none;
    const HttpResponse& response = result ? *result : result.error().partial ? *result.error().partial : none;
    const bool accepted = response.status >= 200 && response.status < 300;
    LlmOutcome outcome;
    if (response.status != 0 && !accepted) {
        outcome = outcomeOfError(response, request);
    } else {
        reader.feed(response.body); // empty if the body went through the sink
        outcome = reader.finish();
    }
    // A stream that told its end is complete, however the connection ended after it.
    const bool cancelled = !result && result.error().kind == HttpFailureKind::Cancelled;
    if (!result && (cancelled || (outcome.failure && outcome.failure->kind == LlmErrorKind::StreamBroken))) {
        const ErrorVerdict verdict = classify(result.error().kind, reader.begun());
        LlmFailure failure;
        failure.kind = verdict.kind;
        failure.errorClass = verdict.errorClass;
        failure.message = result.error().message;
        failure.httpStatus = response.status;
        failure.requestSent = result.error().requestSent;
        failure.usage = outcome.failure ? outcome.failure->usage : outcome.reply->usage;
        outcome.failure = failure;
        outcome.reply.reset();
    }
    const bool cut = outcome.failure && (cancelled || outcome.failure->kind == LlmErrorKind::StreamBroken);
    if (cut && accepted) {
        estimateInput(&*outcome.failure, request, encode(request));
    }
    outcome.firstByteMs = response.firstByteMs;
    outcome.durationMs = response.durationMs;
    return outcome;
}

LlmOutcome HttpLlmClient::decode(const QByteArray& rawReply, bool streamed) const
{
    Q_UNUSED(streamed) // the body itself tells; some servers answer in the other form
    if (auto reply = decodeReplyRecord(rawReply)) {
        LlmOutcome outcome;
        outcome.reply = std::move(reply);
        outcome.rawReply = rawReply;
        return outcome;
    }
    const std::unique_ptr<ReplyReader> reader = m_protocol->reader({});
    reader->feed(rawReply);
    return reader->finish();
}

QCoro::Task<Result<QList<ModelInfo>>> HttpLlmClient::models(std::stop_token stop)
{
    const Result<QByteArray> key = this->key();
    if (!key) {
        co_return fail(key.error());
    }
    HttpRequest http = requestTo(m_protocol->modelsUrl(), *key);
    http.method = "GET";
    http.headers.emplaceBack("Accept", "application/json");
    const QString where = shownUrl(http.url);
    HttpTransport::Sink none; // named: g++ 12 destroys an aggregate temporary of an awaited call twice
    const HttpResult result = co_await m_http.send(std::move(http), std::move(none), stop);
    if (!result) {
        const ErrorVerdict verdict = classify(result.error().kind, false);
        co_return fail(codeFor(verdict.kind), u"%1: %2"_s.arg(where, maskSecret(result.error().message, *key)));
    }
    if (result->status < 200 || result->status >= 300) {
        const LlmFailure failure = failureFor(m_protocol->readError(result->status, result->body), result->headers);
        co_return fail(codeFor(failure.kind), u"%1: %2"_s.arg(where, maskSecret(failure.message, *key)));
    }
    const Result<QJsonObject> object = parseJsonObject(result->body);
    std::optional<QList<ModelInfo>> models = object ? m_protocol->readModels(*object) : std::nullopt;
    if (!models) {
        co_return fail(ErrorCode::Network, u"%1 did not answer with a list of models"_s.arg(where),
                       object ? QString() : object.error().message);
    }
    co_return *models;
}

} // namespace lathe
