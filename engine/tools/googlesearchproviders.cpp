// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/googlesearchproviders.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QUrlQuery>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace lathe {

namespace {

constexpr qint64 kLongestWaitMs = 31LL * 24 * 3600 * 1000;

void add(QUrlQuery& query, const QString& name, const QString& value)
{
    if (!value.isEmpty()) {
        query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
    }
}

HttpRequest get(const QUrl& url, const QUrlQuery& query)
{
    HttpRequest request;
    request.method = "GET"_ba;
    request.url = url;
    request.url.setQuery(query);
    request.headers = {{"Accept"_ba, "application/json"_ba}};
    return request;
}

/// One entry as all providers give it; the order of a list without scores is its rank.
QJsonObject entry(const QJsonValue& url, const QJsonValue& title, const QJsonValue& content, qsizetype rank,
                  const QString& engine)
{
    QJsonObject json;
    json.insert("url"_L1, url);
    json.insert("title"_L1, title);
    json.insert("content"_L1, content);
    json.insert("score"_L1, 1.0 / static_cast<double>(rank + 1));
    json.insert("engine"_L1, engine);
    return json;
}

/// Brave marks what was found: "a <strong>word</strong>".
QString withoutMarks(QString text)
{
    static const QRegularExpression kMarks(u"</?(strong|b|em)>"_s);
    return text.remove(kMarks);
}

// SearXNG ---------------------------------------------------------------------------------------------------------

HttpRequest askSearxng(const SearchQuery& query, const SearchAccess& access)
{
    QUrlQuery fields;
    add(fields, u"q"_s, query.text);
    add(fields, u"format"_s, u"json"_s);
    add(fields, u"language"_s, query.language);
    add(fields, u"time_range"_s, query.timeRange);
    add(fields, u"safesearch"_s, query.safe ? u"1"_s : u"0"_s);
    QUrl url = access.url;
    QString path = url.path();
    while (path.endsWith(u'/')) {
        path.chop(1);
    }
    url.setPath(path.endsWith("/search"_L1) ? path : QString(path + u"/search"_s));
    return get(url, fields);
}

std::optional<QJsonArray> readSearxng(const QJsonObject& reply)
{
    const QJsonValue results = reply.value("results"_L1);
    return results.isArray() ? std::optional(results.toArray()) : std::nullopt;
}

// Brave -----------------------------------------------------------------------------------------------------------

HttpRequest askBrave(const SearchQuery& query, const SearchAccess& access)
{
    QUrlQuery fields;
    add(fields, u"q"_s, query.text);
    add(fields, u"count"_s, QString::number(std::clamp(query.topK, 1, 20)));
    add(fields, u"search_lang"_s, query.language.section(u'-', 0, 0));
    add(fields, u"safesearch"_s, query.safe ? u"moderate"_s : u"off"_s);
    add(fields, u"freshness"_s, query.timeRange.isEmpty() ? QString() : QString(u"p"_s + query.timeRange.at(0)));
    HttpRequest request = get(access.url, fields);
    request.headers.append({"X-Subscription-Token"_ba, access.key});
    return request;
}

std::optional<QJsonArray> readBrave(const QJsonObject& reply)
{
    if (!reply.contains("query"_L1) && !reply.contains("web"_L1)) {
        return std::nullopt;
    }
    QJsonArray results; // "web" is absent if nothing was found
    const QJsonArray found = reply.value("web"_L1).toObject().value("results"_L1).toArray();
    for (const QJsonValue& value : found) {
        const QJsonObject hit = value.toObject();
        QJsonObject json = entry(hit.value("url"_L1), withoutMarks(hit.value("title"_L1).toString()),
                                 withoutMarks(hit.value("description"_L1).toString()), results.size(), u"brave"_s);
        json.insert("publishedDate"_L1, hit.value("page_age"_L1).toString());
        results.append(json);
    }
    return results;
}

// Tavily ----------------------------------------------------------------------------------------------------------

/// It has no words for languages and for what is meant for adults.
HttpRequest askTavily(const SearchQuery& query, const SearchAccess& access)
{
    QJsonObject body{
        {u"query"_s, query.text}, {u"max_results"_s, std::clamp(query.topK, 1, 20)}, {u"search_depth"_s, u"basic"_s}};
    if (!query.timeRange.isEmpty()) {
        body.insert("time_range"_L1, query.timeRange);
    }
    HttpRequest request;
    request.method = "POST"_ba;
    request.url = access.url;
    request.headers = {{"Accept"_ba, "application/json"_ba},
                       {"Content-Type"_ba, "application/json"_ba},
                       {"Authorization"_ba, QByteArray("Bearer " + access.key)}};
    request.body = {QJsonDocument(body).toJson(QJsonDocument::Compact)};
    return request;
}

std::optional<QJsonArray> readTavily(const QJsonObject& reply)
{
    if (!reply.value("results"_L1).isArray()) {
        return std::nullopt;
    }
    QJsonArray results;
    const QJsonArray found = reply.value("results"_L1).toArray();
    for (const QJsonValue& value : found) {
        QJsonObject hit = value.toObject();
        hit.insert("engine"_L1, u"tavily"_s);
        hit.insert("publishedDate"_L1, hit.value("published_date"_L1).toString());
        results.append(hit);
    }
    return results;
}

// Google ----------------------------------------------------------------------------------------------------------

HttpRequest askGoogle(const SearchQuery& query, const SearchAccess& access)
{
    QUrlQuery fields;
    add(fields, u"cx"_s, access.engineId);
    add(fields, u"q"_s, query.text);
    add(fields, u"num"_s, QString::number(std::clamp(query.topK, 1, 10)));
    add(fields, u"safe"_s, query.safe ? u"active"_s : u"off"_s);
    if (!query.language.isEmpty()) {
        add(fields, u"lr"_s, QString(u"lang_"_s + query.language));
    }
    if (!query.timeRange.isEmpty()) {
        add(fields, u"dateRestrict"_s, QString(query.timeRange.left(1) + u'1'));
    }
    HttpRequest request = get(access.url, fields);
    request.headers.append({"X-Goog-Api-Key"_ba, access.key});
    return request;
}

std::optional<QJsonArray> readGoogle(const QJsonObject& reply)
{
    if (!reply.contains("kind"_L1) && !reply.contains("items"_L1)) {
        return std::nullopt;
    }
    QJsonArray results; // "items" is absent if nothing was found
    const QJsonArray found = reply.value("items"_L1).toArray();
    for (const QJsonValue& value : found) {
        const QJsonObject hit = value.toObject();
        results.append(
            entry(hit.value("link"_L1), hit.value("title"_L1), hit.value("snippet"_L1), results.size(), u"google"_s));
    }
    return results;
}

const QList<SearchProvider>& providers()
{
    static const QList<SearchProvider> list{
        {u"searxng"_s, {}, {}, false, askSearxng, readSearxng},
        {u"brave"_s, u"https://api.search.brave.com/res/v1/web/search"_s, u"BRAVE_SEARCH_API_KEY"_s, false, askBrave,
         readBrave},
        {u"tavily"_s, u"https://api.tavily.com/search"_s, u"TAVILY_API_KEY"_s, false, askTavily, readTavily},
        {u"google"_s, u"https://www.googleapis.com/customsearch/v1"_s, u"GOOGLE_SEARCH_API_KEY"_s, true, askGoogle,
         readGoogle},
    };
    return list;
}

QList<qint64> numbers(const HttpHeaders& headers, QByteArrayView name)
{
    QList<qint64> list;
    const QList<QByteArray> parts = headerValue(headers, name).value_or(QByteArray()).split(',');
    for (const QByteArray& part : parts) {
        bool ok = false;
        const qint64 number = part.trimmed().toLongLong(&ok);
        list << (ok ? std::max<qint64>(number, 0) : -1);
    }
    return list;
}

} // namespace

const SearchProvider *searchProvider(const QString& name)
{
    const QList<SearchProvider>& list = providers();
    const auto found = std::find_if(list.begin(), list.end(), [&](const SearchProvider& p) { return p.name == name; });
    return found == list.end() ? nullptr : &*found;
}

QStringList searchProviderNames()
{
    QStringList names;
    for (const SearchProvider& provider : providers()) {
        names << provider.name;
    }
    return names;
}

qint64 askAgainAtMs(const HttpHeaders& headers, qint64 nowMs)
{
    qint64 seconds = std::max<qint64>(numbers(headers, "Retry-After").value(0, 0), 0);
    const QList<qint64> remaining = numbers(headers, "X-RateLimit-Remaining");
    const QList<qint64> reset = numbers(headers, "X-RateLimit-Reset");
    for (qsizetype i = 0; i < remaining.size(); ++i) {
        if (remaining.at(i) == 0) {
            seconds = std::max(seconds, reset.value(i, 0));
        }
    }
    return seconds == 0 ? 0 : nowMs + std::min(std::min<qint64>(seconds, kLongestWaitMs) * 1000, kLongestWaitMs);
}

} // namespace lathe
