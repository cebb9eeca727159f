// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/core/clock.h"
#include "engine/llm/cassette.h"

#include <QFile>

#include <memory>

namespace lathe {

/// Writes down every exchange that another transport carries, when it has ended and before its caller goes on. What
/// cannot be written loses no reply: the exchange is given back, and the next request is refused (InvalidRequest).
class CassetteRecorder final : public HttpTransport
{
public:
    /// Begins a new file, or goes on with a cassette that is there. File if it cannot be written, InvalidInput if what
    /// is there is no cassette. inner and clock outlive the recorder.
    [[nodiscard]] static Result<std::unique_ptr<CassetteRecorder>> open(const QString& path, HttpTransport& inner,
                                                                        Clock& clock);
    QCoro::Task<HttpResult> send(HttpRequest request, Sink sink, std::stop_token stop) override;

private:
    CassetteRecorder(HttpTransport& inner, Clock& clock) : m_inner(inner), m_clock(clock) {}
    void write(HttpRequest request, HttpResult result, const QByteArray& streamed, QList<CassettePiece> pieces);

    HttpTransport& m_inner;
    Clock& m_clock;
    QFile m_file;
    QString m_problem; ///< why the last exchange could not be written
};

} // namespace lathe
