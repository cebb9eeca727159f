// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/cassette.h"

#include "engine/core/canonicaljson.h"
#include "engine/core/compression.h"
#include "engine/core/enumnames.h"
#include "engine/core/jsonreader.h"
#include "engine/llm/secretmask.h"

#include <QDateTime>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <array>
#include <limits>

namespace lathe {

// clang-format off
template <> struct EnumNames<HttpFailureKind> { static constexpr std::pair<HttpFailureKind, QLatin1StringView> table[] = {
    {HttpFailureKind::Resolve, QLatin1StringView("resolve")},
    {HttpFailureKind::Connect, QLatin1StringView("connect")},
    {HttpFailureKind::Tls, QLatin1StringView("tls")},
    {HttpFailureKind::Proxy, QLatin1StringView("proxy")},
    {HttpFailureKind::ConnectTimeout, QLatin1StringView("connect_timeout")},
    {HttpFailureKind::FirstByteTimeout, QLatin1StringView("first_byte_timeout")},
    {HttpFailureKind::StallTimeout, QLatin1StringView("stall_timeout")},
    {HttpFailureKind::TotalTimeout, QLatin1StringView("total_timeout")},
    {HttpFailureKind::ClosedBeforeResponse, QLatin1StringView("closed_before_response")},
    {HttpFailureKind::Truncated, QLatin1StringView("truncated")},
    {HttpFailureKind::Malformed, QLatin1StringView("malformed")},
    {HttpFailureKind::TooLarge, QLatin1StringView("too_large")},
    {HttpFailureKind::Cancelled, QLatin1StringView("cancelled")},
    {HttpFailureKind::InvalidRequest, QLatin1StringView("invalid_request")}}; };
// clang-format on

namespace {

using namespace Qt::StringLiterals;

constexpr QLatin1StringView kFormat("lathe.cassette/1");
constexpr qint64 kLongestLine = qint64(1) << 30;
constexpr qint64 kMost = std::numeric_limits<qint64>::max();

/// Headers whose values are secrets, whoever the provider is.
[[nodiscard]] bool isSecretHeader(QByteArrayView name)
{
    static constexpr std::array<QByteArrayView, 7> kSecret{
        "authorization", "proxy-authorization", "x-api-key", "x-goog-api-key", "api-key", "cookie", "set-cookie"};
    return std::any_of(kSecret.begin(), kSecret.end(),
                       [name](QByteArrayView secret) { return name.compare(secret, Qt::CaseInsensitive) == 0; });
}

/// Where the secret begins in the value of such a header: after "Bearer " or the like.
[[nodiscard]] qsizetype secretBegin(QByteArrayView name, const QByteArray& value)
{
    const bool hasScheme = name.toByteArray().toLower().endsWith("authorization");
    return hasScheme ? value.lastIndexOf(' ') + 1 : 0;
}

void mask(HttpHeaders *headers, const QList<QByteArray>& secrets)
{
    for (auto& [name, value] : *headers) {
        for (const QByteArray& secret : secrets) {
            value = maskSecret(value, secret);
        }
        if (isSecretHeader(name)) {
            const qsizetype begin = secretBegin(name, value);
            value.replace(begin, value.size() - begin, QByteArray(value.size() - begin, '*'));
        }
    }
}

void mask(HttpResponse *response, const QList<QByteArray>& secrets)
{
    mask(&response->headers, secrets);
    for (const QByteArray& secret : secrets) {
        response->body = maskSecret(response->body, secret);
    }
}

[[nodiscard]] QJsonArray toJson(const HttpHeaders& headers)
{
    QJsonArray array;
    for (const auto& [name, value] : headers) {
        array.append(QJsonArray{QString::fromLatin1(name), QString::fromLatin1(value)});
    }
    return array;
}

[[nodiscard]] QJsonObject toJson(const CassetteBody& body)
{
    return {{u"encoding"_s, body.encoding},
            {u"size"_s, body.size},
            {u"sha256"_s, QString::fromLatin1(body.sha256)},
            {u"base64"_s, QString::fromLatin1(body.content.toBase64())}};
}

[[nodiscard]] HttpHeaders readHeaders(JsonReader& reader)
{
    HttpHeaders headers;
    const QJsonArray array = reader.array("headers"_L1);
    for (const QJsonValue& value : array) {
        const QJsonArray pair = value.toArray();
        if (pair.size() != 2 || !pair.at(0).isString() || !pair.at(1).isString()) {
            reader.addIssueAt("headers"_L1, u"must hold pairs of name and value"_s);
            return {};
        }
        headers.emplaceBack(pair.at(0).toString().toLatin1(), pair.at(1).toString().toLatin1());
    }
    return headers;
}

[[nodiscard]] CassetteBody readBody(JsonReader reader)
{
    CassetteBody body;
    body.encoding = reader.requiredString("encoding"_L1);
    body.size = reader.integer("size"_L1, 0, 0, kMost);
    body.sha256 = reader.requiredString("sha256"_L1).toLatin1();
    const auto content =
        QByteArray::fromBase64Encoding(reader.string("base64"_L1).toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
    if (!content) {
        reader.addIssueAt("base64"_L1, u"is not base64"_s);
        return body;
    }
    body.content = *content;
    return body;
}

[[nodiscard]] QList<CassettePiece> readPieces(JsonReader& reader, qint64 size)
{
    QList<CassettePiece> pieces;
    qint64 sum = 0;
    const QJsonArray array = reader.array("pieces"_L1);
    for (const QJsonValue& value : array) {
        const QJsonArray pair = value.toArray();
        const CassettePiece piece{pair.at(0).toInteger(-1), pair.at(1).toInteger(-1)};
        if (piece.ms < 0 || piece.bytes < 0 || piece.bytes > size - sum) {
            reader.addIssueAt("pieces"_L1, u"must be [milliseconds, bytes], which add up to the body"_s);
            return {};
        }
        sum += piece.bytes;
        pieces.append(piece);
    }
    if (!pieces.isEmpty() && sum != size) {
        reader.addIssueAt("pieces"_L1, u"must add up to the body"_s);
    }
    return pieces;
}

[[nodiscard]] Result<CassetteExchange> readExchange(const QJsonObject& object)
{
    JsonReader reader(object);
    CassetteExchange exchange;
    JsonReader request = reader.child("request"_L1);
    exchange.method = request.requiredString("method"_L1).toLatin1();
    exchange.url = request.requiredString("url"_L1);
    exchange.requestHeaders = readHeaders(request);
    exchange.requestBody = readBody(request.child("body"_L1));
    exchange.hasResponse = reader.has("response"_L1);
    if (exchange.hasResponse) {
        JsonReader response = reader.child("response"_L1);
        if (!response.has("status"_L1)) {
            response.addIssueAt("status"_L1, u"is missing"_s);
        }
        exchange.response.status = static_cast<int>(response.integer("status"_L1, 200, 100, 999));
        exchange.response.headers = readHeaders(response);
        exchange.responseBody = readBody(response.child("body"_L1));
        exchange.response.firstByteMs = response.integer("firstByteMs"_L1, 0, 0, kMost);
        exchange.response.durationMs = response.integer("durationMs"_L1, 0, 0, kMost);
        exchange.pieces = readPieces(response, exchange.responseBody.size);
    }
    if (reader.has("failure"_L1)) {
        JsonReader failure = reader.child("failure"_L1);
        HttpFailure& failed = exchange.failure.emplace();
        const auto kind = fromName<HttpFailureKind>(failure.requiredString("kind"_L1));
        if (!kind) {
            failure.addIssueAt("kind"_L1, u"is no way in which a request fails"_s);
        }
        failed.kind = kind.value_or(HttpFailureKind::Connect);
        failed.message = failure.string("message"_L1);
        failed.requestSent = failure.boolean("requestSent"_L1, true);
    } else if (!exchange.hasResponse) {
        reader.addIssue(u"$"_s, u"neither a response nor a failure"_s);
    }
    const Result<void> read = reader.finish();
    if (!read) {
        return fail(read.error());
    }
    return exchange;
}

} // namespace

QString cassetteTarget(const QString& url)
{
    return QUrl(url).toString(QUrl::RemoveScheme | QUrl::RemoveAuthority | QUrl::FullyEncoded);
}

CassetteBody packBody(const QByteArray& bytes)
{
    StoredBytes stored = compress(bytes);
    return {.encoding = stored.encoding,
            .size = stored.size,
            .sha256 = sha256Hex(bytes),
            .content = std::move(stored.content)};
}

Result<QByteArray> unpackBody(const CassetteBody& body)
{
    Result<QByteArray> bytes = decompress(body.encoding, body.size, body.content);
    if (!bytes || sha256Hex(*bytes) != body.sha256) {
        return fail(ErrorCode::File, u"A body of the cassette is damaged"_s,
                    bytes ? u"its SHA-256 is another"_s : bytes.error().detail);
    }
    return bytes;
}

void hideSecrets(HttpRequest *request, HttpResult *result)
{
    QList<QByteArray> secrets;
    for (const auto& [name, value] : std::as_const(request->headers)) {
        if (isSecretHeader(name)) {
            secrets.append(value.sliced(secretBegin(name, value)));
        }
    }
    mask(&request->headers, secrets);
    QByteArray url = request->url.toEncoded();
    QByteArray body = request->body.join();
    for (const QByteArray& secret : secrets) {
        url = maskSecret(url, secret);
        body = maskSecret(body, secret);
    }
    request->url = QUrl::fromEncoded(url);
    request->body = {body};
    if (*result) {
        mask(&**result, secrets);
        return;
    }
    HttpFailure& failure = result->error();
    for (const QByteArray& secret : secrets) {
        failure.message = maskSecret(failure.message, secret);
    }
    if (failure.partial) {
        mask(&*failure.partial, secrets);
    }
}

QByteArray cassetteHead(qint64 nowMs)
{
    const QJsonObject head{
        {u"cassette"_s, kFormat},
        {u"recordedAt"_s, QDateTime::fromMSecsSinceEpoch(nowMs, Qt::UTC).toString(Qt::ISODateWithMs)},
        {u"by"_s, QStringLiteral("lathe " LATHE_VERSION)}};
    return QJsonDocument(head).toJson(QJsonDocument::Compact) + '\n';
}

QByteArray cassetteLine(const CassetteExchange& exchange)
{
    QJsonObject line{{u"request"_s, QJsonObject{{u"method"_s, QString::fromLatin1(exchange.method)},
                                                {u"url"_s, exchange.url},
                                                {u"headers"_s, toJson(exchange.requestHeaders)},
                                                {u"body"_s, toJson(exchange.requestBody)}}}};
    if (exchange.hasResponse) {
        QJsonArray pieces;
        for (const CassettePiece& piece : exchange.pieces) {
            pieces.append(QJsonArray{piece.ms, piece.bytes});
        }
        line.insert("response"_L1, QJsonObject{{u"status"_s, exchange.response.status},
                                               {u"headers"_s, toJson(exchange.response.headers)},
                                               {u"body"_s, toJson(exchange.responseBody)},
                                               {u"pieces"_s, pieces},
                                               {u"firstByteMs"_s, exchange.response.firstByteMs},
                                               {u"durationMs"_s, exchange.response.durationMs}});
    }
    if (exchange.failure) {
        line.insert("failure"_L1, QJsonObject{{u"kind"_s, toName(exchange.failure->kind)},
                                              {u"message"_s, exchange.failure->message},
                                              {u"requestSent"_s, exchange.failure->requestSent}});
    }
    return QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
}

Result<QList<CassetteExchange>> readCassette(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorCode::File, u"The cassette %1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    QList<CassetteExchange> exchanges;
    for (qint64 number = 1;; ++number) {
        const QByteArray line = file.readLine(kLongestLine);
        if (number > 1 && !line.endsWith('\n')) {
            break;
        }
        const Result<QJsonObject> object = parseJsonObject(line, kLongestLine);
        if (number == 1) {
            if (!object || object->value("cassette"_L1).toString() != kFormat) {
                return fail(ErrorCode::InvalidInput, u"%1 is not a cassette (%2)"_s.arg(path, kFormat));
            }
            continue;
        }
        const Result<CassetteExchange> exchange =
            object ? readExchange(*object) : Result<CassetteExchange>(fail(object.error()));
        if (!exchange) {
            return fail(ErrorCode::InvalidInput,
                        u"%1, line %2: %3"_s.arg(path).arg(number).arg(exchange.error().message),
                        exchange.error().detail);
        }
        exchanges.append(*exchange);
    }
    if (file.error() != QFileDevice::NoError) {
        return fail(ErrorCode::File, u"The cassette %1 cannot be read: %2"_s.arg(path, file.errorString()));
    }
    return exchanges;
}

} // namespace lathe
