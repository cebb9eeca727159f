// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/googlesearch.h"

#include "engine/tools/toolschema.h"

#include <QJsonArray>
#include <QSet>
#include <QUrlQuery>

#include <algorithm>
#include <vector>

namespace lathe {

namespace {

constexpr int kDefaultTopK = 5;
constexpr qsizetype kTitleShown = 300;
constexpr qsizetype kSnippetShown = 1'000;
constexpr qint64 kMaxReplyBytes = 4 * 1024 * 1024;

/// One line of at most size characters.
QString line(const QString& text, qsizetype size)
{
    const QString simple = text.simplified();
    return simple.size() > size ? QString(simple.left(size) + QChar(0x2026)) : simple;
}

/// Equal for addresses that lead to the same page for all that can be told from
/// outside.
QString sameness(const QUrl& url)
{
    QUrl plain = url.adjusted(QUrl::RemoveFragment | QUrl::NormalizePathSegments | QUrl::StripTrailingSlash);
    plain.setScheme(QStringLiteral("https"));
    return plain.toString(QUrl::FullyEncoded);
}

struct Hit
{
    double score = 0;
    QJsonObject json;
    QString sameness;
};

std::vector<Hit> readHits(const QJsonArray& results)
{
    std::vector<Hit> hits;
    for (const QJsonValue& value : results) {
        const QJsonObject found = value.toObject();
        const QUrl url(found.value(QStringLiteral("url")).toString(), QUrl::StrictMode);
        const bool isWeb = url.scheme() == QStringLiteral("http") || url.scheme() == QStringLiteral("https");
        if (!url.isValid() || !isWeb || url.host().isEmpty()) {
            continue; // a search result may hold anything, "javascript:" too
        }
        Hit hit;
        hit.score = found.value(QStringLiteral("score")).toDouble();
        hit.sameness = sameness(url);
        hit.json.insert(QStringLiteral("title"), line(found.value(QStringLiteral("title")).toString(), kTitleShown));
        hit.json.insert(QStringLiteral("url"), url.toString(QUrl::FullyEncoded));
        hit.json.insert(QStringLiteral("snippet"),
                        line(found.value(QStringLiteral("content")).toString(), kSnippetShown));
        QJsonArray engines = found.value(QStringLiteral("engines")).toArray();
        if (engines.isEmpty() && found.contains(QStringLiteral("engine"))) {
            engines.append(found.value(QStringLiteral("engine")));
        }
        hit.json.insert(QStringLiteral("engines"), engines);
        const QString published = found.value(QStringLiteral("publishedDate")).toString();
        if (!published.isEmpty()) {
            hit.json.insert(QStringLiteral("published"), published);
        }
        hits.push_back(hit);
    }
    return hits;
}

ToolResult statusError(const HttpResponse& reply, const QString& host)
{
    const QString words = serverWords(reply);
    const QString said = words.isEmpty() ? QString() : QString(QStringLiteral(": ") + words);
    if (reply.status == 403) {
        return toolError(QStringLiteral("ACCESS_DENIED"), QStringLiteral("%1 answered 403: the instance does not "
                                                                         "serve JSON to us; its settings must "
                                                                         "list json under search.formats, and its "
                                                                         "limiter must let this address in%2")
                                                              .arg(host, said));
    }
    if (reply.status == 429) {
        return toolError(
            QStringLiteral("RATE_LIMITED"),
            QStringLiteral("%1 answered 429: too many searches for now; try again later%2").arg(host, said));
    }
    if (reply.status == 404) {
        return toolError(QStringLiteral("NOT_FOUND"), QStringLiteral("%1 answered 404: there is no SearXNG at "
                                                                     "the address in the settings%2")
                                                          .arg(host, said));
    }
    return toolError(QStringLiteral("HTTP_ERROR"),
                     QStringLiteral("%1 answered with status %2%3").arg(host).arg(reply.status).arg(said));
}

} // namespace

ToolResult readSearxngReply(const QJsonObject& reply, const QString& query, int topK)
{
    QJsonArray unresponsive;
    const QJsonArray silent = reply.value(QStringLiteral("unresponsive_engines")).toArray();
    QStringList reasons;
    for (const QJsonValue& value : silent) {
        const QJsonArray pair = value.toArray();
        const QString engine = pair.at(0).toString();
        const QString reason = pair.at(1).toString();
        unresponsive.append(QJsonObject{{QStringLiteral("engine"), engine}, {QStringLiteral("reason"), reason}});
        reasons.append(QStringLiteral("%1 (%2)").arg(engine, reason));
    }
    std::vector<Hit> hits = readHits(reply.value(QStringLiteral("results")).toArray());
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    QSet<QString> seen;
    QJsonArray results;
    for (Hit& hit : hits) {
        if (results.size() == topK) {
            break;
        }
        if (!seen.contains(hit.sameness)) {
            seen.insert(hit.sameness);
            hit.json.insert(QStringLiteral("rank"), results.size() + 1);
            results.append(hit.json);
        }
    }
    QJsonObject value{{QStringLiteral("query"), query},
                      {QStringLiteral("provider"), QStringLiteral("searxng")},
                      {QStringLiteral("count"), results.size()},
                      {QStringLiteral("results"), results}};
    if (!unresponsive.isEmpty()) {
        value.insert(QStringLiteral("unresponsiveEngines"), unresponsive);
    }
    if (results.isEmpty() && !unresponsive.isEmpty()) {
        return toolError(QStringLiteral("SEARCH_ENGINES_FAILED"),
                         QStringLiteral("no search engine answered: %1").arg(reasons.join(QStringLiteral(", "))),
                         value);
    }
    ToolResult result;
    result.value = value;
    return result;
}

GoogleSearchTool::GoogleSearchTool(const ToolSettings& settings, Clock& clock)
    : m_provider(settings.searchProvider), m_url(settings.searchUrl), m_http(clock, settings.allowPrivateAddresses)
{
    m_spec.name = QStringLiteral("google_search");
    m_spec.description = QStringLiteral("Searches the web and returns titles, addresses and short snippets, best "
                                        "first. Use it for current events and "
                                        "public facts that are not in the user's documents. It does not read the "
                                        "pages themselves; snippets may be "
                                        "outdated or wrong, so name the address when you rely on one.");
    m_spec.inputSchema = schemaFromText(uR"({
        "type": "object",
        "properties": {
            "query": {
                "type": "string", "minLength": 1, "maxLength": 400, "pattern": "\\S",
                "description": "What to search for: a few key words, as typed into a search engine."
            },
            "topK": {
                "type": "integer", "minimum": 1, "maximum": 20, "default": 5,
                "description": "How many results to return at most."
            },
            "language": {
                "type": "string", "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$",
                "description": "Language of the results, such as en or pt-BR. Default: any."
            },
            "timeRange": {
                "enum": ["day", "month", "year"],
                "description": "Only results of the last day, month or year. Default: any time."
            }
        },
        "required": ["query"],
        "additionalProperties": false
    })");
    m_spec.sideEffect = SideEffect::Reads;
    m_spec.timeout = std::chrono::seconds(30);
}

ToolAvailability GoogleSearchTool::availability() const
{
    const QString what = QStringLiteral("set the search provider to \"searxng\" and the search address to a "
                                        "SearXNG "
                                        "instance that serves JSON, such as https://searx.example/");
    if (m_provider.isEmpty()) {
        return {false, QStringLiteral("not configured: ") + what};
    }
    if (m_provider != QStringLiteral("searxng")) {
        return {false,
                QStringLiteral("not configured: \"%1\" is not a known search provider; %2").arg(m_provider, what)};
    }
    const bool isWeb = m_url.scheme() == QStringLiteral("http") || m_url.scheme() == QStringLiteral("https");
    if (!m_url.isValid() || !isWeb || m_url.host().isEmpty()) {
        return {false, QStringLiteral("not configured: the search address is "
                                      "missing or not an http address; ") +
                           what};
    }
    return {};
}

HttpRequest GoogleSearchTool::request(const QJsonObject& arguments) const
{
    QUrlQuery query;
    const auto add = [&query](const QString& name, const QString& value) {
        if (!value.isEmpty()) {
            query.addQueryItem(name, QString::fromLatin1(QUrl::toPercentEncoding(value)));
        }
    };
    add(QStringLiteral("q"), arguments.value(QStringLiteral("query")).toString());
    add(QStringLiteral("format"), QStringLiteral("json"));
    add(QStringLiteral("language"), arguments.value(QStringLiteral("language")).toString());
    add(QStringLiteral("time_range"), arguments.value(QStringLiteral("timeRange")).toString());
    HttpRequest request;
    request.method = QByteArrayLiteral("GET");
    request.url = m_url;
    QString path = m_url.path();
    while (path.endsWith(QLatin1Char('/'))) {
        path.chop(1);
    }
    request.url.setPath(path.endsWith(QStringLiteral("/search")) ? path : QString(path + QStringLiteral("/search")));
    request.url.setQuery(query);
    request.headers = {{QByteArrayLiteral("Accept"), QByteArrayLiteral("application/json")}};
    request.deadlines.firstByte = std::chrono::seconds(25);
    request.deadlines.total = m_spec.timeout;
    request.maxBodyBytes = kMaxReplyBytes;
    return request;
}

QCoro::Task<ToolResult> GoogleSearchTool::run(ToolInvocation invocation, std::stop_token stop)
{
    const QString query = invocation.arguments.value(QStringLiteral("query")).toString();
    const int topK = invocation.arguments.value(QStringLiteral("topK")).toInt(kDefaultTopK);
    const QString host = m_url.host();
    HttpRequest ask = request(invocation.arguments);
    const ToolHttpReply reply = co_await m_http.send(std::move(ask), true, stop);
    if (!reply) {
        co_return reply.error();
    }
    if (reply->status != 200) {
        co_return statusError(*reply, host);
    }
    const auto body = jsonBody(*reply, host);
    if (!body) {
        co_return body.error();
    }
    if (!body->toObject().value(QStringLiteral("results")).isArray()) {
        co_return toolError(QStringLiteral("INVALID_REPLY"),
                            QStringLiteral("%1 answered JSON without a list of results: it is no SearXNG").arg(host));
    }
    co_return readSearxngReply(body->toObject(), query, topK);
}

} // namespace lathe
