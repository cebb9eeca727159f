// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/net/httpclient.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QUrl>

#include <optional>

namespace lathe {

struct SearchQuery
{
    QString text;
    int topK = 5;
    QString language;  ///< "en", "pt-BR"; empty: any
    QString timeRange; ///< day, month, year; empty: any time
    bool safe = true;  ///< without what is meant for adults
};

/// Where and by whose leave a search is made.
struct SearchAccess
{
    QUrl url;
    QByteArray key;   ///< never in an address, where logs would keep it
    QString engineId; ///< Google: the id of a Programmable Search Engine
};

/// A search service: how it is asked, and where in its reply the results are. Wires as of 2026:
/// SearXNG /search, Brave Web Search v1, Tavily /search, Google Custom Search JSON API v1 (ends 2027-01-01).
struct SearchProvider
{
    QString name;        ///< as in the settings
    QString defaultUrl;  ///< empty: the user has to say where it is
    QString keyVariable; ///< environment variable that holds the key unless another is set; empty: it needs none
    bool needsEngineId = false;
    HttpRequest (*request)(const SearchQuery& query, const SearchAccess& access);
    /// Objects with url, title, content, score (larger is better), engine or engines, publishedDate. Nothing if this
    /// is no reply of the provider.
    std::optional<QJsonArray> (*results)(const QJsonObject& reply);
};

/// Null if there is none of that name.
[[nodiscard]] const SearchProvider *searchProvider(const QString& name);
[[nodiscard]] QStringList searchProviderNames();

/// From which time on (ms since 1970) a server wants to be asked again: Retry-After in seconds, or the reset of a
/// window of which nothing remains ("X-RateLimit-Remaining: 1, 0" with "X-RateLimit-Reset: 1, 86400", one for each
/// window); 0: at any time.
[[nodiscard]] qint64 askAgainAtMs(const HttpHeaders& headers, qint64 nowMs);

} // namespace lathe
