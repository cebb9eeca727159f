// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/llm/cassette.h"

#include <QJsonValue>

#include <memory>

namespace lathe {

/// Answers requests from a cassette, without any network and without waiting: byte for byte, a streamed body in the
/// pieces in which it came, failures as they were. A request is answered by the first exchange that has not been used
/// and has the same method, path, query and body; so the order of runs side by side does not matter, and repeated
/// requests (retries) get what each of them got. A request that is in no such exchange fails as InvalidRequest; the
/// message says where it first differs from the next exchange.
class CassettePlayer final : public HttpTransport
{
public:
    [[nodiscard]] static Result<std::unique_ptr<CassettePlayer>> open(const QString& path);
    QCoro::Task<HttpResult> send(HttpRequest request, Sink sink, std::stop_token stop) override;

private:
    struct Entry
    {
        CassetteExchange exchange;
        bool used = false;
    };
    [[nodiscard]] Entry *find(const HttpRequest& request, const QByteArray& body);
    [[nodiscard]] QString difference(const HttpRequest& request, const QByteArray& body) const;

    QString m_path;
    QList<Entry> m_entries;
};

/// Where two JSON values first differ, in words: `at $.messages[1].content it was "a", now it is "b"`. Empty if they
/// do not.
[[nodiscard]] QString firstDifference(const QJsonValue& recorded, const QJsonValue& now,
                                      const QString& path = QStringLiteral("$"));

} // namespace lathe
