// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/cassetterecorder.h"

#include <QFileInfo>

namespace lathe {

using namespace Qt::StringLiterals;

Result<std::unique_ptr<CassetteRecorder>> CassetteRecorder::open(const QString& path, HttpTransport& inner,
                                                                 Clock& clock)
{
    const bool isThere = QFileInfo(path).size() > 0;
    qint64 end = 0;
    if (isThere) {
        const Result<QList<CassetteExchange>> exchanges = readCassette(path);
        if (!exchanges) {
            return fail(exchanges.error());
        }
        QFile file(path);
        if (file.open(QIODevice::ReadOnly)) {
            end = file.readAll().lastIndexOf('\n') + 1; // a crash may have left a part of a line
        }
    }
    std::unique_ptr<CassetteRecorder> recorder(new CassetteRecorder(inner, clock));
    QFile& file = recorder->m_file;
    file.setFileName(path);
    bool good = file.open(QIODevice::ReadWrite | QIODevice::Unbuffered,
                          QFileDevice::ReadOwner | QFileDevice::WriteOwner); // it holds whole prompts
    good = good && file.resize(end) && file.seek(end);
    if (good && !isThere) {
        const QByteArray head = cassetteHead(clock.nowMs());
        good = file.write(head) == head.size();
    }
    if (!good) {
        return fail(ErrorCode::File, u"The cassette %1 cannot be written: %2"_s.arg(path, file.errorString()));
    }
    return recorder;
}

QCoro::Task<HttpResult> CassetteRecorder::send(HttpRequest request, Sink sink, std::stop_token stop)
{
    if (!m_problem.isEmpty()) {
        HttpFailure refused;
        refused.kind = HttpFailureKind::InvalidRequest;
        refused.message = m_problem;
        co_return tl::unexpected(std::move(refused));
    }
    QByteArray streamed;
    QList<CassettePiece> pieces;
    const qint64 began = m_clock.monotonicNs();
    if (sink.onBody) {
        sink.onBody = [&streamed, &pieces, began, this, onBody = std::move(sink.onBody)](QByteArrayView piece) {
            streamed.append(piece);
            pieces.append({(m_clock.monotonicNs() - began) / 1'000'000, piece.size()});
            onBody(piece);
        };
    }
    HttpRequest sent = request;
    HttpResult result = co_await m_inner.send(std::move(sent), std::move(sink), stop);
    write(std::move(request), result, streamed, std::move(pieces));
    co_return result;
}

void CassetteRecorder::write(HttpRequest request, HttpResult result, const QByteArray& streamed,
                             QList<CassettePiece> pieces)
{
    HttpResponse *response = result ? &*result : result.error().partial ? &*result.error().partial : nullptr;
    if (response != nullptr && !pieces.isEmpty()) {
        response->body = streamed;
    }
    hideSecrets(&request, &result);
    CassetteExchange exchange;
    exchange.method = request.method;
    exchange.url = request.url.toString(QUrl::FullyEncoded);
    exchange.requestHeaders = request.headers;
    exchange.requestBody = packBody(request.body.join());
    exchange.hasResponse = response != nullptr && response->status != 0;
    if (exchange.hasResponse) {
        exchange.response = *response;
        exchange.responseBody = packBody(response->body);
        exchange.pieces = std::move(pieces);
    }
    if (!result) {
        exchange.failure = result.error();
    }
    const QByteArray line = cassetteLine(exchange);
    if (m_file.write(line) != line.size()) {
        m_problem = u"The cassette %1 cannot be written: %2"_s.arg(m_file.fileName(), m_file.errorString());
    }
}

} // namespace lathe
