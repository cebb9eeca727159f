// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/result.h"
#include "engine/net/httptransport.h"

#include <QByteArray>
#include <QString>

#include <optional>

// What went over the wire between a run and its provider, as a file of JSON lines that can be answered from again.
//
// Line 1: {"cassette":"lathe.cassette/1","recordedAt":ISO 8601 UTC,"by":"lathe 0.1.0"}.
// Each further line is one exchange, in the order in which they ended:
//   {"request":{"method","url","headers":[[name,value]...],"body":BODY},
//    "response":{"status","headers":[[name,value]...],"body":BODY,"pieces":[[ms,bytes]...],"firstByteMs","durationMs"},
//    "failure":{"kind","message","requestSent"}}
// response is absent if nothing of one came; failure is absent if the response came whole. BODY is
// {"encoding":"raw"|"zstd","size":bytes,"sha256":hex,"base64":text}. pieces are the parts in which a streamed body
// arrived (ms after the request was sent, and how many bytes); a body that did not stream has none.
//
// Secrets are asterisks, as many as there were bytes: the values of headers that hold keys or cookies, and these same
// values wherever else they stand in the exchange.

namespace lathe {

struct CassetteBody
{
    QString encoding; ///< raw or zstd
    qint64 size = 0;  ///< of the plain bytes
    QByteArray sha256;
    QByteArray content;
};

struct CassettePiece
{
    qint64 ms = 0; ///< after the request was sent
    qint64 bytes = 0;
};

struct CassetteExchange
{
    QByteArray method;
    QString url;
    HttpHeaders requestHeaders;
    CassetteBody requestBody;
    bool hasResponse = false;
    HttpResponse response; ///< body empty: it is in responseBody
    CassetteBody responseBody;
    QList<CassettePiece> pieces;
    std::optional<HttpFailure> failure; ///< partial empty: it is the response
};

/// Path and query: what a request is told apart by, beside method and body, so that another host can be replayed.
[[nodiscard]] QString cassetteTarget(const QString& url);

[[nodiscard]] CassetteBody packBody(const QByteArray& bytes);
/// File if it is damaged.
[[nodiscard]] Result<QByteArray> unpackBody(const CassetteBody& body);

/// Takes the secrets out of what was sent and came back: see above.
void hideSecrets(HttpRequest *request, HttpResult *result);

/// With their line ends.
[[nodiscard]] QByteArray cassetteHead(qint64 nowMs);
[[nodiscard]] QByteArray cassetteLine(const CassetteExchange& exchange);

/// All exchanges of a cassette. File if it cannot be read, InvalidInput if it is none or damaged (which line, and what
/// is wrong with it). A last line without its end, which a crash leaves, counts as not written.
[[nodiscard]] Result<QList<CassetteExchange>> readCassette(const QString& path);

} // namespace lathe
