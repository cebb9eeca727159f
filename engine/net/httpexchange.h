// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/awaited.h"
#include "engine/net/httptransport.h"

#include <optional>

namespace lathe {

class HttpConnection;

/// One request and what became of it so far; shared by the task that sends it and the connection that carries it.
struct HttpExchange
{
    using Time = std::chrono::steady_clock::time_point;

    HttpRequest request;
    QByteArray head; ///< the bytes of request line and headers
    HttpTransport::Sink sink;
    std::stop_token stop;
    QString origin; ///< for messages
    qint64 startedNs = 0;
    Time totalDeadline;

    HttpConnection *connection = nullptr; ///< that carries it now
    HttpResponse response;
    bool hasHead = false;
    bool requestSent = false;
    std::optional<HttpFailure> failure;
    std::optional<Awaited<bool>> ended; ///< of this attempt to find a connection
};

} // namespace lathe
