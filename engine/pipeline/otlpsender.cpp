// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/pipeline/otlpsender.h"

#include "engine/llm/retryafter.h"

#include <QJsonDocument>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace lathe {

namespace {

constexpr int kAttempts = 5;
constexpr double kFirstWaitMs = 1000;
constexpr double kGrowth = 1.5;
constexpr milliseconds kLongestWait{5000};       // of our own choice
constexpr milliseconds kLongestAskedWait{60000}; // more than that nobody waits for here
constexpr double kJitter = 0.2;
constexpr qint64 kMaxReply = 1024 * 1024;
constexpr qsizetype kShown = 300;

bool isRetryable(int status)
{
    return status == 429 || status == 502 || status == 503 || status == 504;
}

/// Nothing has reached the server, or it is sure to have done nothing.
bool isRetryable(const HttpFailure& failure)
{
    return failure.kind == HttpFailureKind::Connect || failure.kind == HttpFailureKind::ConnectTimeout;
}

ErrorCode codeOf(HttpFailureKind kind)
{
    switch (kind) {
    case HttpFailureKind::Tls:
        return ErrorCode::Tls;
    case HttpFailureKind::ConnectTimeout:
    case HttpFailureKind::FirstByteTimeout:
    case HttpFailureKind::StallTimeout:
    case HttpFailureKind::TotalTimeout:
        return ErrorCode::TimedOut;
    case HttpFailureKind::Cancelled:
        return ErrorCode::Cancelled;
    case HttpFailureKind::InvalidRequest:
        return ErrorCode::InvalidInput;
    default:
        return ErrorCode::Network;
    }
}

QString wordsOf(const QByteArray& body)
{
    const QJsonObject json = QJsonDocument::fromJson(body).object();
    const QString message = json.value("message"_L1).toString();
    return (message.isEmpty() ? QString::fromUtf8(body) : message).simplified().left(kShown);
}

/// Counts are strings by the JSON rule of protobuf; some servers write numbers.
qint64 countOf(const QJsonValue& value)
{
    return value.isString() ? value.toString().toLongLong() : value.toInteger();
}

qint64 spansOf(const QByteArray& trace)
{
    qint64 spans = 0;
    const QJsonObject json = QJsonDocument::fromJson(trace).object();
    for (const QJsonValue resource : json.value("resourceSpans"_L1).toArray()) {
        for (const QJsonValue scope : resource.toObject().value("scopeSpans"_L1).toArray()) {
            spans += scope.toObject().value("spans"_L1).toArray().size();
        }
    }
    return spans;
}

} // namespace

Result<QUrl> OtlpSender::tracesUrl(const QString& endpoint)
{
    QUrl url(endpoint, QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != "http"_L1 && url.scheme() != "https"_L1)) {
        return fail(ErrorCode::InvalidInput,
                    u"the OTLP endpoint has to be an http or https address, such as http://localhost:4318"_s);
    }
    QString path = url.path();
    if (!path.endsWith("/v1/traces"_L1)) {
        while (path.endsWith(u'/')) {
            path.chop(1);
        }
        url.setPath(path + u"/v1/traces"_s);
    }
    return url;
}

QCoro::Task<Result<OtlpDelivery>> OtlpSender::send(QByteArray trace, OtlpTarget target, std::stop_token stop)
{
    const Result<QUrl> url = tracesUrl(target.endpoint);
    if (!url) {
        co_return fail(url.error());
    }
    const QString place = url->toString(QUrl::RemoveUserInfo | QUrl::RemoveQuery);
    OtlpDelivery delivery;
    delivery.spans = spansOf(trace);
    while (true) {
        ++delivery.attempts;
        HttpRequest request;
        request.url = *url;
        request.headers = target.headers;
        request.headers.append({"Content-Type"_ba, "application/json"_ba});
        request.body = {trace};
        request.maxBodyBytes = kMaxReply;
        HttpTransport::Sink sink;
        const HttpResult result = co_await m_http.send(std::move(request), std::move(sink), stop);
        std::optional<milliseconds> asked;
        Error error;
        if (result && result->status >= 200 && result->status < 300) {
            const QJsonObject reply = QJsonDocument::fromJson(result->body).object();
            const QJsonObject partial = reply.value("partialSuccess"_L1).toObject();
            delivery.rejectedSpans = countOf(partial.value("rejectedSpans"_L1));
            delivery.message = partial.value("errorMessage"_L1).toString().simplified().left(kShown);
            co_return delivery;
        }
        bool again = false;
        if (result) {
            again = isRetryable(result->status);
            asked = retryAfter(result->headers, m_clock.nowMs());
            const QString words = wordsOf(result->body);
            error = {
                ErrorCode::Unavailable,
                u"%1 answered %2%3"_s.arg(place).arg(result->status).arg(words.isEmpty() ? QString() : u": "_s + words),
                {}};
        } else {
            again = isRetryable(result.error());
            error = {codeOf(result.error().kind), u"%1: %2"_s.arg(place, result.error().message), {}};
        }
        if (again && asked && *asked > kLongestAskedWait) {
            again = false;
            error.message += u"; it asks to wait %1 s"_s.arg(asked->count() / 1000);
        }
        if (!again || delivery.attempts >= kAttempts) {
            if (delivery.attempts > 1) {
                error.message += u" (tried %1 times)"_s.arg(delivery.attempts);
            }
            co_return fail(error);
        }
        const double own = std::min(kFirstWaitMs * std::pow(kGrowth, delivery.attempts - 1),
                                    static_cast<double>(kLongestWait.count()));
        const double jittered = own * (1 - kJitter + 2 * kJitter * m_jitter.uniform());
        const milliseconds wait = asked.value_or(milliseconds(static_cast<qint64>(jittered)));
        const bool passed = co_await m_clock.sleepFor(wait, stop);
        if (!passed) {
            co_return fail(ErrorCode::Cancelled, u"sending to %1 was cancelled"_s.arg(place));
        }
    }
}

} // namespace lathe
