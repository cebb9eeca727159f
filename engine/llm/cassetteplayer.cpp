// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/cassetteplayer.h"

#include "engine/core/canonicaljson.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace lathe {

namespace {

using namespace Qt::StringLiterals;

constexpr qsizetype kShown = 60;

[[nodiscard]] QString shown(const QJsonValue& value)
{
    if (value.isUndefined()) {
        return u"missing"_s;
    }
    // As a member of an array, because a document is an object or an array.
    const QByteArray text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    const QString whole = QString::fromUtf8(text.sliced(1, text.size() - 2));
    return whole.size() > kShown ? whole.left(kShown) + u"…"_s : whole;
}

[[nodiscard]] QString differenceOfTexts(const QString& recorded, const QString& now, const QString& path)
{
    const auto [inRecorded, inNow] = std::mismatch(recorded.begin(), recorded.end(), now.begin(), now.end());
    const qsizetype at = inRecorded - recorded.begin();
    const qsizetype from = std::max<qsizetype>(0, at - kShown / 3);
    const QString where = from == 0 ? path : u"%1, character %2"_s.arg(path).arg(at + 1);
    return u"at %1 it was %2, now it is %3"_s.arg(where, shown(recorded.mid(from)), shown(now.mid(from)));
}

[[nodiscard]] QJsonValue jsonOf(const QByteArray& body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

[[nodiscard]] HttpFailure refused(const QString& message)
{
    HttpFailure failure;
    failure.kind = HttpFailureKind::InvalidRequest;
    failure.message = message;
    return failure;
}

} // namespace

QString firstDifference(const QJsonValue& recorded, const QJsonValue& now, const QString& path)
{
    if (recorded == now) {
        return {};
    }
    if (recorded.isObject() && now.isObject()) {
        const QJsonObject before = recorded.toObject();
        const QJsonObject after = now.toObject();
        QStringList keys = before.keys() + after.keys();
        keys.removeDuplicates();
        for (const QString& key : std::as_const(keys)) {
            const QString found = firstDifference(before.value(key), after.value(key), u"%1.%2"_s.arg(path, key));
            if (!found.isEmpty()) {
                return found;
            }
        }
    }
    if (recorded.isArray() && now.isArray()) {
        const QJsonArray before = recorded.toArray();
        const QJsonArray after = now.toArray();
        for (qsizetype i = 0; i < std::max(before.size(), after.size()); ++i) {
            const QString found =
                firstDifference(i < before.size() ? before.at(i) : QJsonValue::Undefined,
                                i < after.size() ? after.at(i) : QJsonValue::Undefined, u"%1[%2]"_s.arg(path).arg(i));
            if (!found.isEmpty()) {
                return found;
            }
        }
    }
    if (recorded.isString() && now.isString()) {
        return differenceOfTexts(recorded.toString(), now.toString(), path);
    }
    return u"at %1 it was %2, now it is %3"_s.arg(path, shown(recorded), shown(now));
}

Result<std::unique_ptr<CassettePlayer>> CassettePlayer::open(const QString& path)
{
    Result<QList<CassetteExchange>> exchanges = readCassette(path);
    if (!exchanges) {
        return fail(exchanges.error());
    }
    auto player = std::make_unique<CassettePlayer>();
    player->m_path = path;
    for (CassetteExchange& exchange : *exchanges) {
        player->m_entries.append({std::move(exchange), false});
    }
    return player;
}

CassettePlayer::Entry *CassettePlayer::find(const HttpRequest& request, const QByteArray& body)
{
    const QString target = cassetteTarget(request.url.toString(QUrl::FullyEncoded));
    const QByteArray sha256 = sha256Hex(body);
    const auto found = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) {
        return !entry.used && entry.exchange.method == request.method && entry.exchange.requestBody.sha256 == sha256 &&
               cassetteTarget(entry.exchange.url) == target;
    });
    return found == m_entries.end() ? nullptr : &*found;
}

QString CassettePlayer::difference(const HttpRequest& request, const QByteArray& body) const
{
    const auto next = std::find_if(m_entries.begin(), m_entries.end(), [](const Entry& entry) { return !entry.used; });
    if (next == m_entries.end()) {
        return u"The cassette %1 has no answer left: all %2 are used"_s.arg(m_path).arg(m_entries.size());
    }
    const CassetteExchange& exchange = next->exchange;
    const QString prefix =
        u"The cassette %1 has no answer to this request; it differs from exchange %2: "_s.arg(m_path).arg(
            next - m_entries.begin() + 1);
    const QString was = cassetteTarget(exchange.url);
    const QString is = cassetteTarget(request.url.toString(QUrl::FullyEncoded));
    if (exchange.method != request.method || was != is) {
        return prefix + u"it was %1 %2, now it is %3 %4"_s.arg(QString::fromLatin1(exchange.method), was,
                                                               QString::fromLatin1(request.method), is);
    }
    const Result<QByteArray> recorded = unpackBody(exchange.requestBody);
    if (!recorded) {
        return prefix + recorded.error().message;
    }
    const QString found = firstDifference(jsonOf(*recorded), jsonOf(body));
    return prefix + (found.isEmpty() ? u"the same JSON in other bytes"_s : found);
}

QCoro::Task<HttpResult> CassettePlayer::send(HttpRequest request, Sink sink, std::stop_token stop)
{
    const QByteArray body = request.body.join();
    Entry *entry = find(request, body);
    if (entry == nullptr) {
        co_return tl::unexpected(refused(difference(request, body)));
    }
    entry->used = true;
    const CassetteExchange& exchange = entry->exchange;
    HttpResponse response = exchange.response;
    if (exchange.hasResponse) {
        const Result<QByteArray> answer = unpackBody(exchange.responseBody);
        if (!answer) {
            co_return tl::unexpected(refused(u"%1: %2"_s.arg(m_path, answer.error().message)));
        }
        if (sink.onHead) {
            sink.onHead(response);
        }
        const bool streams = sink.onBody && response.status >= 200 && response.status < 300;
        const CassettePiece whole{0, answer->size()};
        qint64 at = 0;
        for (const CassettePiece& piece : exchange.pieces.isEmpty() ? QList{whole} : exchange.pieces) {
            if (streams && piece.bytes > 0 && !stop.stop_requested()) {
                sink.onBody(QByteArrayView(*answer).sliced(at, piece.bytes));
            }
            at += piece.bytes;
        }
        if (!streams) {
            response.body = *answer;
        }
    }
    if (stop.stop_requested()) {
        HttpFailure cancelled;
        cancelled.kind = HttpFailureKind::Cancelled;
        cancelled.message = u"the request was cancelled"_s;
        cancelled.requestSent = true;
        co_return tl::unexpected(std::move(cancelled));
    }
    if (exchange.failure) {
        HttpFailure failure = *exchange.failure;
        if (exchange.hasResponse) {
            failure.partial = std::move(response);
        }
        co_return tl::unexpected(std::move(failure));
    }
    co_return response;
}

} // namespace lathe
