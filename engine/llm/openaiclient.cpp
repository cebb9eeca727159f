// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiclient.h"

#include "engine/core/jsonreader.h"
#include "engine/llm/retryafter.h"
#include "engine/llm/secretmask.h"
#include "engine/llm/tokencounter.h"

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

// A secret this long is no placeholder ("EMPTY", "ollama"), so hiding it in good replies cannot hide a common word.
constexpr qsizetype kRealKeyLength = 16;

[[nodiscard]] QString shownUrl(const QUrl& url)
{
    return url.toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery | QUrl::RemoveFragment);
}

[[nodiscard]] bool isAzure(const QUrl& url)
{
    return url.host().endsWith(".azure.com"_L1, Qt::CaseInsensitive);
}

/// Public services that answer nobody without a key; on any other host there may be a server that wants none.
[[nodiscard]] bool wantsKey(const QUrl& url)
{
    const QString host = url.host().toLower();
    return host == "api.openai.com"_L1 || host.endsWith(".api.openai.com"_L1) || host == "openrouter.ai"_L1 ||
           isAzure(url);
}

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

/// The request was cut off by the transport: the provider may have read the whole prompt.
void estimateInput(LlmFailure *failure, const LlmRequest& request, qint64 toolsBytes)
{
    if (failure->usage.source == UsageSource::Reported || failure->usage.totalInput() > 0) {
        return;
    }
    failure->usage.input = estimateTokensByLength(request.transcript.characters() + toolsBytes);
    failure->usage.source = UsageSource::Estimated;
}

/// The key must not reach a record or a person, whatever a server echoes, in one piece or spread over a stream.
void hideKey(LlmOutcome *outcome, const OpenAiStream& stream, const QByteArray& key)
{
    if (key.isEmpty() || (outcome->reply && key.size() < kRealKeyLength)) {
        return;
    }
    const bool inPieces = stream.says(QString::fromUtf8(key));
    const QByteArray bytes = inPieces && outcome->reply ? encodeOpenAiReply(*outcome->reply) : outcome->rawReply;
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
        outcome->reply = decodeOpenAiBody(masked).reply; // so that the record and the reply stay the same
    }
}

[[nodiscard]] ModelInfo modelFrom(const QJsonObject& object)
{
    ModelInfo model;
    model.id = object.value("id"_L1).toString();
    model.description = object.value("name"_L1).toString(object.value("owned_by"_L1).toString());
    const QJsonObject meta = object.value("meta"_L1).toObject();
    for (const QJsonValue& window : {object.value("max_model_len"_L1), object.value("context_length"_L1),
                                     object.value("max_context_length"_L1), meta.value("n_ctx_train"_L1)}) {
        if (!model.contextWindow && window.toInteger() > 0) {
            model.contextWindow = window.toInteger();
        }
    }
    return model;
}

} // namespace

Result<QUrl> checkBaseUrl(const QString& text)
{
    QUrl url(text.trimmed(), QUrl::StrictMode);
    const QString form = u"give it like https://api.openai.com/v1 or http://127.0.0.1:11434/v1"_s;
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        return fail(ErrorCode::InvalidInput, u"The base URL is not an http or https address: "_s + form);
    }
    if (!url.userInfo().isEmpty()) {
        return fail(ErrorCode::InvalidInput,
                    u"The base URL holds a user name or password; keys belong in the keychain or the environment"_s);
    }
    if (url.hasQuery() || url.hasFragment()) {
        return fail(ErrorCode::InvalidInput, u"The base URL %1 must not have a query or fragment"_s.arg(shownUrl(url)));
    }
    QString path = url.path();
    while (path.endsWith(u'/')) {
        path.chop(1);
    }
    if (path.endsWith("/chat/completions"_L1)) {
        return fail(ErrorCode::InvalidInput,
                    u"The base URL %1 ends too late: leave /chat/completions out, it is appended"_s.arg(shownUrl(url)));
    }
    url.setPath(path);
    return url;
}

OpenAiClient::OpenAiClient(LlmSettings settings, HttpClient& http, Clock& clock)
    : m_settings(std::move(settings)), m_http(http), m_clock(clock), m_base(checkBaseUrl(m_settings.baseUrl).value())
{}

QString OpenAiClient::defaultModel() const
{
    // Only OpenAI itself is known to have a certain model; elsewhere the user must say which.
    const bool isOpenAi = m_base.host().compare("api.openai.com"_L1, Qt::CaseInsensitive) == 0;
    return m_settings.model.isEmpty() && isOpenAi ? u"gpt-4.1-mini"_s : m_settings.model;
}

const QByteArray& OpenAiClient::toolsJson(const QList<ToolDeclaration>& tools) const
{
    if (!tools.isSharedWith(m_tools)) {
        m_tools = tools;
        m_toolsJson = encodeOpenAiTools(tools);
    }
    return m_toolsJson;
}

EncodedRequest OpenAiClient::encode(const LlmRequest& request) const
{
    return encodeOpenAiRequest(request, toolsJson(request.tools), maxTokensFieldFor(m_base.host()));
}

Result<QByteArray> OpenAiClient::key() const
{
    const QByteArray key = (m_settings.apiKey ? m_settings.apiKey() : QString()).trimmed().toUtf8();
    const auto isPrintable = [](char c) { return c > ' ' && c < 127; };
    if (!std::all_of(key.begin(), key.end(), isPrintable)) {
        return fail(ErrorCode::InvalidInput,
                    u"The API key holds blanks or characters that cannot be sent; enter it again"_s);
    }
    if (key.isEmpty() && wantsKey(m_base)) {
        return fail(
            ErrorCode::Unavailable,
            m_settings.apiKeyVariable.isEmpty()
                ? u"There is no API key for %1: set OPENAI_API_KEY, name another variable or keep the key in the "
                  "keychain"_s.arg(m_base.host())
                : u"There is no API key for %1: the environment variable %2 is not set or empty"_s.arg(
                      m_base.host(), m_settings.apiKeyVariable));
    }
    return key;
}

HttpRequest OpenAiClient::requestTo(const QString& path, const QByteArray& key) const
{
    HttpRequest request;
    request.url = m_base;
    request.url.setPath(m_base.path() + path);
    request.deadlines = m_settings.deadlines;
    if (!key.isEmpty()) {
        if (isAzure(m_base)) {
            request.headers.emplaceBack("api-key", key);
        } else {
            request.headers.emplaceBack("Authorization", "Bearer " + key);
        }
    }
    return request;
}

QCoro::Task<LlmOutcome> OpenAiClient::call(LlmRequest request, DeltaSink onDelta, std::stop_token stop)
{
    const Result<QByteArray> key = this->key();
    if (!key) {
        LlmOutcome refused;
        refused.failure.emplace();
        refused.failure->kind = LlmErrorKind::Auth;
        refused.failure->message = key.error().message;
        co_return refused;
    }
    HttpRequest http = requestTo(u"/chat/completions"_s, *key);
    http.headers.emplaceBack("Content-Type", "application/json");
    http.headers.emplaceBack("Accept", request.stream ? "text/event-stream" : "application/json");
    if (!request.idempotencyKey.isEmpty()) {
        http.headers.emplaceBack("Idempotency-Key", request.idempotencyKey.toUtf8());
    }
    EncodedRequest encoded = encode(request);
    http.body.reserve(2 * encoded.messages.size() + 2);
    http.body.append(encoded.head);
    for (qsizetype i = 0; i < encoded.messages.size(); ++i) {
        if (i > 0) {
            http.body.append(QByteArrayLiteral(","));
        }
        http.body.append(encoded.messages.at(i));
    }
    http.body.append(encoded.tail);

    OpenAiStream stream(std::move(onDelta));
    HttpClient::Sink sink;
    if (request.stream) {
        sink.onBody = [&stream](QByteArrayView piece) { stream.feed(piece); };
    }
    const HttpResult result = co_await m_http.send(std::move(http), std::move(sink), stop);
    LlmOutcome outcome = outcomeOf(result, stream, request);
    if (key->isEmpty() && outcome.failure && outcome.failure->kind == LlmErrorKind::Auth) {
        outcome.failure->message += u" (there is no API key, so none was sent)"_s;
    }
    hideKey(&outcome, stream, *key);
    co_return outcome;
}

LlmOutcome OpenAiClient::outcomeOfError(const HttpResponse& response, const LlmRequest& request) const
{
    LlmOutcome outcome;
    outcome.rawReply = response.body;
    outcome.failure = failureFor(readOpenAiError(response.status, response.body), response.headers);
    outcome.failure->retryAfter = retryAfter(response.headers, m_clock.nowMs());
    if (outcome.failure->kind == LlmErrorKind::ModelMissing) {
        outcome.failure->message += u" (model %1 at %2)"_s.arg(request.model, shownUrl(m_base));
    }
    if (const auto location = headerValue(response.headers, "location"); location && response.status < 400) {
        const QString target = shownUrl(QUrl(QString::fromUtf8(*location)));
        outcome.failure->message += u"; it points to %1, so the base URL %2 is wrong"_s.arg(target, shownUrl(m_base));
    }
    return outcome;
}

LlmOutcome OpenAiClient::outcomeOf(const HttpResult& result, OpenAiStream& stream, const LlmRequest& request) const
{
    const HttpResponse none;
    const HttpResponse& response = result ? *result : result.error().partial ? *result.error().partial : none;
    const bool accepted = response.status >= 200 && response.status < 300;
    LlmOutcome outcome;
    if (response.status != 0 && !accepted) {
        outcome = outcomeOfError(response, request);
    } else {
        stream.feed(response.body); // empty if the body went through the sink
        outcome = stream.finish();
    }
    // A stream that told its finish_reason is complete, however the connection ended after it.
    const bool cancelled = !result && result.error().kind == HttpFailureKind::Cancelled;
    if (!result && (cancelled || (outcome.failure && outcome.failure->kind == LlmErrorKind::StreamBroken))) {
        const ErrorVerdict verdict = classify(result.error().kind, stream.begun());
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
        estimateInput(&*outcome.failure, request, toolsJson(request.tools).size());
    }
    outcome.firstByteMs = response.firstByteMs;
    outcome.durationMs = response.durationMs;
    return outcome;
}

LlmOutcome OpenAiClient::decode(const QByteArray& rawReply, bool streamed) const
{
    Q_UNUSED(streamed) // the body itself tells; some servers answer in the other form
    return decodeOpenAiBody(rawReply);
}

QCoro::Task<Result<QList<ModelInfo>>> OpenAiClient::models(std::stop_token stop)
{
    const Result<QByteArray> key = this->key();
    if (!key) {
        co_return fail(key.error());
    }
    HttpRequest http = requestTo(u"/models"_s, *key);
    http.method = "GET";
    http.headers.emplaceBack("Accept", "application/json");
    const QString where = shownUrl(http.url);
    HttpClient::Sink none; // named: g++ 12 destroys an aggregate temporary of an awaited call twice
    const HttpResult result = co_await m_http.send(std::move(http), std::move(none), stop);
    if (!result) {
        const ErrorVerdict verdict = classify(result.error().kind, false);
        co_return fail(codeFor(verdict.kind), u"%1: %2"_s.arg(where, maskSecret(result.error().message, *key)));
    }
    if (result->status < 200 || result->status >= 300) {
        const LlmFailure failure = failureFor(readOpenAiError(result->status, result->body), result->headers);
        co_return fail(codeFor(failure.kind), u"%1: %2"_s.arg(where, maskSecret(failure.message, *key)));
    }
    const Result<QJsonObject> object = parseJsonObject(result->body);
    if (!object || !object->value("data"_L1).isArray()) {
        co_return fail(ErrorCode::Network, u"%1 did not answer with a list of models"_s.arg(where),
                       object ? QString() : object.error().message);
    }
    QList<ModelInfo> models;
    const QJsonArray items = object->value("data"_L1).toArray();
    for (const QJsonValue& item : items) {
        ModelInfo model = modelFrom(item.toObject());
        if (!model.id.isEmpty()) {
            models.append(std::move(model));
        }
    }
    co_return models;
}

} // namespace lathe
