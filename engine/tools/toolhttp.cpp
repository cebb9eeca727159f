// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/toolhttp.h"

#include "engine/core/async.h"
#include "engine/tools/privateaddress.h"

#include <QHostInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QObject>

namespace lathe {

namespace {

constexpr int kMaxRedirects = 5;

/// The addresses of a host; a stop request from any thread ends the wait with
/// an empty answer.
QCoro::Task<QHostInfo> lookUp(QString host, std::stop_token stop)
{
    QObject context;
    OneShot<QHostInfo> answer;
    QHostInfo::lookupHost(host, &context, [&answer](const QHostInfo& info) { answer.set(info); });
    auto wake = [&context, &answer] {
        QMetaObject::invokeMethod(
            &context, [&answer] { answer.set(QHostInfo()); }, Qt::QueuedConnection);
    };
    const std::stop_callback onStop(stop, wake);
    QHostInfo info = co_await answer.future();
    co_return info;
}

ToolResult refusal(const QString& host)
{
    return toolError(QStringLiteral("PRIVATE_ADDRESS_REFUSED"),
                     QStringLiteral("%1 is a private or local address: tools may "
                                    "not go there unless the setting "
                                    "\"allow private addresses\" is on")
                         .arg(host));
}

bool isRedirect(int status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

ToolResult failureResult(const HttpFailure& failure)
{
    QString code;
    switch (failure.kind) {
    case HttpFailureKind::Resolve:
        code = QStringLiteral("HOST_NOT_FOUND");
        break;
    case HttpFailureKind::Connect:
        code = QStringLiteral("CONNECTION_FAILED");
        break;
    case HttpFailureKind::Tls:
        code = QStringLiteral("TLS_FAILED");
        break;
    case HttpFailureKind::Proxy:
        code = QStringLiteral("PROXY_FAILED");
        break;
    case HttpFailureKind::ConnectTimeout:
    case HttpFailureKind::FirstByteTimeout:
    case HttpFailureKind::StallTimeout:
    case HttpFailureKind::TotalTimeout:
        code = QStringLiteral("TIMEOUT");
        break;
    case HttpFailureKind::ClosedBeforeResponse:
    case HttpFailureKind::Truncated:
        code = QStringLiteral("CONNECTION_LOST");
        break;
    case HttpFailureKind::Malformed:
        code = QStringLiteral("INVALID_REPLY");
        break;
    case HttpFailureKind::TooLarge:
        code = QStringLiteral("REPLY_TOO_LARGE");
        break;
    case HttpFailureKind::Cancelled:
        code = QStringLiteral("CANCELLED");
        break;
    case HttpFailureKind::InvalidRequest:
        code = QStringLiteral("INVALID_URL");
        break;
    }
    QJsonObject value;
    if (failure.requestSent) {
        value.insert(QStringLiteral("requestSent"), true);
    }
    return toolError(code, failure.message, value);
}

} // namespace

ToolHttp::ToolHttp(Clock& clock, bool allowPrivateAddresses) : m_client(clock), m_allowPrivate(allowPrivateAddresses) {}

QCoro::Task<ToolHttpReply> ToolHttp::send(HttpRequest request, bool followRedirects, std::stop_token stop)
{
    for (int hop = 0;; ++hop) {
        HttpRequest once = request;
        ToolHttpReply reply = co_await sendOnce(std::move(once), stop);
        if (!reply || !isRedirect(reply->status)) {
            co_return reply;
        }
        const auto location = headerValue(reply->headers, "Location");
        const QUrl target = request.url.resolved(QUrl::fromEncoded(location.value_or(QByteArray())));
        QString why;
        if (!location || !target.isValid()) {
            why = QStringLiteral("it does not say where to");
        } else if (!followRedirects) {
            why = QStringLiteral("it points to %1; set the address so that none is needed")
                      .arg(target.toDisplayString(QUrl::RemoveQuery));
        } else if (request.url.scheme() == QStringLiteral("https") && target.scheme() != QStringLiteral("https")) {
            why = QStringLiteral("it leads from https to %1").arg(target.scheme());
        } else if (hop == kMaxRedirects) {
            why = QStringLiteral("it is the %1th in a row").arg(kMaxRedirects + 1);
        }
        if (!why.isEmpty()) {
            co_return tl::unexpected(toolError(
                QStringLiteral("REDIRECT_REFUSED"),
                QStringLiteral("%1 answered with a redirect, which is not followed: %2").arg(request.url.host(), why)));
        }
        request.url = target;
    }
}

QCoro::Task<ToolHttpReply> ToolHttp::sendOnce(HttpRequest request, std::stop_token stop)
{
    const QString host = request.url.host();
    const QString scheme = request.url.scheme();
    if ((scheme != QStringLiteral("http") && scheme != QStringLiteral("https")) || host.isEmpty()) {
        co_return tl::unexpected(
            toolError(QStringLiteral("INVALID_URL"),
                      QStringLiteral("\"%1\" is not an http or https address").arg(request.url.toDisplayString())));
    }
    const auto peerRefused = std::make_shared<bool>(false);
    if (!m_allowPrivate) {
        const QHostInfo info = co_await lookUp(host, stop);
        if (stop.stop_requested()) {
            co_return tl::unexpected(
                toolError(QStringLiteral("CANCELLED"), QStringLiteral("stopped while looking up %1").arg(host)));
        }
        const QList<QHostAddress> addresses = info.addresses();
        if (addresses.isEmpty()) {
            co_return tl::unexpected(
                toolError(QStringLiteral("HOST_NOT_FOUND"),
                          QStringLiteral("the host %1 is not known: %2").arg(host, info.errorString())));
        }
        for (const QHostAddress& address : addresses) {
            if (isPrivateAddress(address)) {
                co_return tl::unexpected(refusal(host));
            }
        }
        // The client looks the name up again, and the answer may be another by
        // then.
        request.acceptPeer = [peerRefused](const QHostAddress& peer) {
            *peerRefused = isPrivateAddress(peer);
            return !*peerRefused;
        };
    }
    HttpClient::Sink sink;
    HttpResult result = co_await m_client.send(std::move(request), std::move(sink), stop);
    if (!result) {
        co_return tl::unexpected(*peerRefused ? refusal(host) : failureResult(result.error()));
    }
    co_return std::move(*result);
}

tl::expected<QJsonValue, ToolResult> jsonBody(const HttpResponse& reply, const QString& from)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(reply.body, &error);
    if (error.error != QJsonParseError::NoError) {
        const QString start = QString::fromUtf8(reply.body.left(80)).simplified();
        return tl::unexpected(toolError(QStringLiteral("INVALID_REPLY"),
                                        QStringLiteral("%1 did not answer with JSON: %2 at byte %3 of %4, "
                                                       "which starts \"%5\"")
                                            .arg(from, error.errorString())
                                            .arg(error.offset)
                                            .arg(reply.body.size())
                                            .arg(start)));
    }
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

QString serverWords(const HttpResponse& reply)
{
    constexpr qsizetype kShown = 300;
    const QJsonObject object = QJsonDocument::fromJson(reply.body).object();
    QString words;
    for (const char *key : {"message", "error", "detail", "hint"}) {
        const QJsonValue found = object.value(QLatin1StringView(key));
        const QString text =
            found.isObject() ? found.toObject().value(QStringLiteral("message")).toString() : found.toString();
        if (!text.isEmpty()) {
            words += words.isEmpty() ? text : QString(QStringLiteral(" ") + text);
        }
    }
    if (words.isEmpty() && object.isEmpty() && !reply.body.trimmed().startsWith('<')) {
        words = QString::fromUtf8(reply.body.left(4 * kShown));
    }
    words = words.simplified();
    return words.size() > kShown ? QString(words.left(kShown) + QChar(0x2026)) : words;
}

} // namespace lathe
