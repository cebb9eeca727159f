// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/googlesearch.h"

#include "engine/tools/toolschema.h"

#include <QJsonArray>
#include <QSet>

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

ToolResult statusError(const HttpResponse& reply, const QString& host, const SearchProvider& provider)
{
    const QString words = serverWords(reply);
    const QString said = words.isEmpty() ? QString() : QString(QStringLiteral(": ") + words);
    const bool hasKey = !provider.keyVariable.isEmpty();
    if (hasKey && (reply.status == 401 || reply.status == 403)) {
        return toolError(
            QStringLiteral("ACCESS_DENIED"),
            QStringLiteral("%1 answered %2: it refuses the API key%3").arg(host).arg(reply.status).arg(said));
    }
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
        return toolError(QStringLiteral("NOT_FOUND"),
                         QStringLiteral("%1 answered 404: there is no %2 at the address in the settings%3")
                             .arg(host, hasKey ? provider.name : QStringLiteral("SearXNG"), said));
    }
    return toolError(QStringLiteral("HTTP_ERROR"),
                     QStringLiteral("%1 answered with status %2%3").arg(host).arg(reply.status).arg(said));
}

} // namespace

ToolResult readSearchReply(const SearchProvider& provider, const QJsonObject& reply, const QString& query, int topK)
{
    const std::optional<QJsonArray> found = provider.results(reply);
    if (!found) {
        return toolError(
            QStringLiteral("INVALID_REPLY"),
            QStringLiteral("the answer is JSON without a list of results: it is not from %1").arg(provider.name));
    }
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
    std::vector<Hit> hits = readHits(*found);
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
                      {QStringLiteral("provider"), provider.name},
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
    : m_providerName(settings.searchProvider),
      m_provider(searchProvider(settings.searchProvider)),
      m_keyVariable(settings.searchKeyVariable),
      m_engineId(settings.searchEngineId),
      m_safe(settings.safeSearch),
      m_clock(clock),
      m_http(clock, settings.allowPrivateAddresses)
{
    m_url =
        settings.searchUrl.isEmpty() && m_provider != nullptr ? QUrl(m_provider->defaultUrl) : QUrl(settings.searchUrl);
    if (m_provider != nullptr && m_keyVariable.isEmpty()) {
        m_keyVariable = m_provider->keyVariable;
    }
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
    const QString what = QStringLiteral("set the search provider to one of %1, and for searxng the search address to "
                                        "an instance that serves JSON, such as https://searx.example/")
                             .arg(searchProviderNames().join(QStringLiteral(", ")));
    if (m_providerName.isEmpty()) {
        return {false, QStringLiteral("not configured: ") + what};
    }
    if (m_provider == nullptr) {
        return {false,
                QStringLiteral("not configured: \"%1\" is not a known search provider; %2").arg(m_providerName, what)};
    }
    const bool isWeb = m_url.scheme() == QStringLiteral("http") || m_url.scheme() == QStringLiteral("https");
    if (!m_url.isValid() || !isWeb || m_url.host().isEmpty()) {
        return {false, QStringLiteral("not configured: the search address is "
                                      "missing or not an http address; ") +
                           what};
    }
    if (!m_provider->keyVariable.isEmpty() && key().isEmpty()) {
        return {false, QStringLiteral("not configured: %1 needs an API key in the environment variable %2")
                           .arg(m_provider->name, m_keyVariable)};
    }
    if (m_provider->needsEngineId && m_engineId.isEmpty()) {
        return {false, QStringLiteral("not configured: google needs the id of a Programmable Search Engine "
                                      "(searchEngineId in the settings of tools)")};
    }
    return {};
}

QByteArray GoogleSearchTool::key() const
{
    return m_keyVariable.isEmpty() ? QByteArray() : qgetenv(m_keyVariable.toLocal8Bit().constData()).trimmed();
}

HttpRequest GoogleSearchTool::request(const QJsonObject& arguments) const
{
    const SearchQuery query{.text = arguments.value(QStringLiteral("query")).toString(),
                            .topK = arguments.value(QStringLiteral("topK")).toInt(kDefaultTopK),
                            .language = arguments.value(QStringLiteral("language")).toString(),
                            .timeRange = arguments.value(QStringLiteral("timeRange")).toString(),
                            .safe = m_safe};
    HttpRequest request = m_provider->request(query, {.url = m_url, .key = key(), .engineId = m_engineId});
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
    if (m_clock.nowMs() < m_askAgainAtMs) {
        co_return toolError(QStringLiteral("RATE_LIMITED"),
                            QStringLiteral("%1 wants no search for another %2 s: its quota is used up")
                                .arg(host)
                                .arg((m_askAgainAtMs - m_clock.nowMs() + 999) / 1000));
    }
    HttpRequest ask = request(invocation.arguments);
    const bool mayBeRedirected = m_provider->keyVariable.isEmpty(); // a key goes to nobody else
    const ToolHttpReply reply = co_await m_http.send(std::move(ask), mayBeRedirected, stop);
    if (!reply) {
        co_return reply.error();
    }
    m_askAgainAtMs = askAgainAtMs(reply->headers, m_clock.nowMs());
    if (reply->status != 200) {
        co_return statusError(*reply, host, *m_provider);
    }
    const auto body = jsonBody(*reply, host);
    if (!body) {
        co_return body.error();
    }
    co_return readSearchReply(*m_provider, body->toObject(), query, topK);
}

} // namespace lathe
