// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/core/ids.h"
#include "engine/net/httptransport.h"
#include "engine/pipeline/facadetypes.h"

namespace lathe {

/// Sends traces to an OTLP/HTTP endpoint (opentelemetry.io/docs/specs/otlp, JSON encoding). 429, 502, 503, 504 and a
/// connection that could not be made are tried again, five times at most, after what the server asks for or 1 s, 1.5 s,
/// 2.25 s ... with 20 % of jitter; everything else is final, a partial success too. One thread with an event loop.
class OtlpSender
{
public:
    OtlpSender(HttpTransport& http, Clock& clock, Jitter& jitter) : m_http(http), m_clock(clock), m_jitter(jitter) {}

    /// InvalidInput: no such address; Network, Tls, TimedOut, Cancelled or, with what the server said, Unavailable.
    QCoro::Task<Result<OtlpDelivery>> send(QByteArray trace, OtlpTarget target, std::stop_token stop);

    /// The address of traces: a base address gets "/v1/traces".
    [[nodiscard]] static Result<QUrl> tracesUrl(const QString& endpoint);

private:
    HttpTransport& m_http;
    Clock& m_clock;
    Jitter& m_jitter;
};

} // namespace lathe
