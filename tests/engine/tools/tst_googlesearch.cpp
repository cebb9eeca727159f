// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/googlesearch.h"
#include "engine/tools/tooldispatcher.h"
#include "stubserver.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QHostInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>
#include <QTimer>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

ToolSettings settingsFor(const QString& url, bool allowPrivate = true)
{
    ToolSettings settings;
    settings.searchProvider = u"searxng"_s;
    settings.searchUrl = url;
    settings.allowPrivateAddresses = allowPrivate;
    return settings;
}

ToolResult search(const ToolSettings& settings, const QJsonObject& arguments, std::stop_token stop = {})
{
    SystemClock clock;
    ToolRegistry registry;
    if (!registry.add(std::make_unique<GoogleSearchTool>(settings, clock))) {
        qFatal("the tool cannot be registered");
    }
    ToolDispatcher dispatcher(registry, clock);
    ToolInvocation invocation;
    invocation.arguments = arguments;
    return await(dispatcher.dispatch(u"google_search"_s, invocation, stop));
}

const QByteArray kReply =
    R"({"query":"q","results":[)"
    R"({"url":"https://a.example/page","title":"A","content":"first  of\n all","engines":["x","y"],"score":1.5},)"
    R"({"url":"http://a.example/page/#part","title":"A again","content":"same page","engine":"z","score":1.0},)"
    R"({"url":"https://b.example/?q=1","title":"B","content":"second","engine":"z","score":4,)"
    R"("publishedDate":"2026-01-02"},)"
    R"({"url":"javascript:alert","title":"evil","content":"","score":99},)"
    R"({"url":"https://c.example/","title":"C","content":"third","score":0.5}],)"
    R"("unresponsive_engines":[["w","timeout"]]})";

} // namespace

class TestGoogleSearch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ranksAndRemovesDuplicates();
    void sendsWhatWasAsked();
    void acceptsAddressOfSearchItself();
    void saysWhatToSet_data();
    void saysWhatToSet();
    void refusesBadArguments_data();
    void refusesBadArguments();
    void tellsServerErrors_data();
    void tellsServerErrors();
    void tellsWhenAllEnginesFail();
    void cutsLongTexts();
    void refusesPrivateAddresses_data();
    void refusesPrivateAddresses();
    void dropsConnectionToRefusedPeer();
    void followsRedirects();
    void refusesBadRedirects_data();
    void refusesBadRedirects();
    void tellsRefusedConnection();
    void tellsClosedConnection();
    void cancels();
    void cancelsDuringLookUp();
    void timesOut();
    void speaksToEachProvider_data();
    void speaksToEachProvider();
    void findsNothing_data();
    void findsNothing();
    void needsAKey();
    void tellsARefusedKeyWithoutSayingIt();
    void givesTheKeyToNobodyElse();
    void leavesAProviderAloneWhoseQuotaIsUsedUp();
    void readsQuotas_data();
    void readsQuotas();

private:
    FakeClock m_clock; // outlives what a dispatcher leaves to end by itself
};

void TestGoogleSearch::ranksAndRemovesDuplicates()
{
    StubServer server([](const StubRequest&) { return StubReply{.body = kReply}; });
    const ToolResult result = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}, {u"topK"_s, 2}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(result.value.value(u"count"_s).toInt(), 2);
    const QJsonArray results = result.value.value(u"results"_s).toArray();
    const QJsonObject first{{u"rank"_s, 1},
                            {u"title"_s, u"B"_s},
                            {u"url"_s, u"https://b.example/?q=1"_s},
                            {u"snippet"_s, u"second"_s},
                            {u"engines"_s, QJsonArray{u"z"_s}},
                            {u"published"_s, u"2026-01-02"_s}};
    QCOMPARE(results.at(0).toObject(), first);
    const QJsonObject second{{u"rank"_s, 2},
                             {u"title"_s, u"A"_s},
                             {u"url"_s, u"https://a.example/page"_s},
                             {u"snippet"_s, u"first of all"_s},
                             {u"engines"_s, QJsonArray{u"x"_s, u"y"_s}}};
    QCOMPARE(results.at(1).toObject(), second);
    const QJsonArray silent = result.value.value(u"unresponsiveEngines"_s).toArray();
    QCOMPARE(silent.at(0).toObject(), (QJsonObject{{u"engine"_s, u"w"_s}, {u"reason"_s, u"timeout"_s}}));

    const ToolResult all = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(all.value.value(u"count"_s).toInt(), 3);
}

void TestGoogleSearch::sendsWhatWasAsked()
{
    StubServer server([](const StubRequest&) { return StubReply{.body = R"({"results":[]})"}; });
    const QString query = u"C++ & \"50%\" caf\u00e9 #1 = x"_s;
    const ToolResult result =
        search(settingsFor(server.url(u"/searx/"_s)),
               QJsonObject{{u"query"_s, query}, {u"language"_s, u"pt-BR"_s}, {u"timeRange"_s, u"month"_s}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(result.value.value(u"count"_s).toInt(-1), 0);
    QCOMPARE(server.requests.size(), 1);
    const StubRequest sent = server.requests.first();
    QCOMPARE(sent.method, QByteArray("GET"));
    QCOMPARE(sent.path(), u"/searx/search"_s);
    QCOMPARE(sent.query(u"q"_s), query);
    QVERIFY2(sent.target.contains("q=C%2B%2B%20%26%20%2250%25%22%20caf%C3%A9%20%231%20%3D%20x&"),
             sent.target.constData());
    QCOMPARE(sent.query(u"format"_s), u"json"_s);
    QCOMPARE(sent.query(u"language"_s), u"pt-BR"_s);
    QCOMPARE(sent.query(u"time_range"_s), u"month"_s);
}

void TestGoogleSearch::acceptsAddressOfSearchItself()
{
    StubServer server([](const StubRequest&) { return StubReply{.body = R"({"results":[]})"}; });
    QVERIFY(search(settingsFor(server.url(u"/search"_s)), QJsonObject{{u"query"_s, u"q"_s}}).ok);
    QCOMPARE(server.requests.first().path(), u"/search"_s);
}

void TestGoogleSearch::saysWhatToSet_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("words");
    QTest::newRow("nothing") << u""_s << u""_s
                             << u"not configured: set the search provider to one of searxng, brave, "_s;
    QTest::newRow("unknown") << u"altavista"_s << u"http://a.example"_s << u"\"altavista\" is not a known search"_s;
    QTest::newRow("no address") << u"searxng"_s << u""_s << u"the search address is missing"_s;
    QTest::newRow("file") << u"searxng"_s << u"file:///etc/passwd"_s << u"the search address is missing or not"_s;
}

void TestGoogleSearch::saysWhatToSet()
{
    QFETCH(QString, provider);
    QFETCH(QString, url);
    QFETCH(QString, words);
    ToolSettings settings;
    settings.searchProvider = provider;
    settings.searchUrl = url;
    const ToolResult result = search(settings, QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, u"NOT_CONFIGURED"_s);
    QVERIFY2(result.message.contains(words), qPrintable(result.message));
    QVERIFY(result.message.startsWith(u"not configured: "_s));
}

void TestGoogleSearch::refusesBadArguments_data()
{
    QTest::addColumn<QJsonObject>("arguments");
    QTest::newRow("none") << QJsonObject{};
    QTest::newRow("blank") << QJsonObject{{u"query"_s, u"  "_s}};
    QTest::newRow("long") << QJsonObject{{u"query"_s, QString(401, u'q')}};
    QTest::newRow("topK") << QJsonObject{{u"query"_s, u"q"_s}, {u"topK"_s, 21}};
    QTest::newRow("language") << QJsonObject{{u"query"_s, u"q"_s}, {u"language"_s, u"en&q=x"_s}};
    QTest::newRow("time") << QJsonObject{{u"query"_s, u"q"_s}, {u"timeRange"_s, u"decade"_s}};
    QTest::newRow("other") << QJsonObject{{u"query"_s, u"q"_s}, {u"url"_s, u"http://x.example"_s}};
}

void TestGoogleSearch::refusesBadArguments()
{
    QFETCH(QJsonObject, arguments);
    StubServer server([](const StubRequest&) { return StubReply{.body = kReply}; });
    QCOMPARE(search(settingsFor(server.url()), arguments).errorCode, u"INVALID_ARGUMENTS"_s);
    QVERIFY(server.requests.isEmpty());
}

void TestGoogleSearch::tellsServerErrors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    QTest::newRow("403") << 403 << QByteArray("<html>") << u"ACCESS_DENIED"_s << u"must list json under"_s;
    QTest::newRow("404") << 404 << QByteArray() << u"NOT_FOUND"_s << u"there is no SearXNG at"_s;
    QTest::newRow("429") << 429 << QByteArray("Too Many Requests") << u"RATE_LIMITED"_s << u": Too Many Requests"_s;
    QTest::newRow("400") << 400 << QByteArray(R"({"error":"No query"})") << u"HTTP_ERROR"_s << u"400: No query"_s;
    QTest::newRow("500") << 500 << QByteArray("boom") << u"HTTP_ERROR"_s << u"127.0.0.1 answered with status 500"_s;
    QTest::newRow("empty") << 200 << QByteArray() << u"INVALID_REPLY"_s << u"did not answer with JSON"_s;
    QTest::newRow("no JSON") << 200 << QByteArray("<html>hello") << u"INVALID_REPLY"_s << u"starts \"<html>hello\""_s;
    QTest::newRow("cut JSON") << 200 << QByteArray(R"({"results":[)") << u"INVALID_REPLY"_s << u"at byte"_s;
    QTest::newRow("other JSON") << 200 << QByteArray("[]") << u"INVALID_REPLY"_s << u"without a list of results"_s;
}

void TestGoogleSearch::tellsServerErrors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    QFETCH(QString, words);
    StubServer server([&](const StubRequest&) { return StubReply{.status = status, .body = body}; });
    const ToolResult result = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}});
    QVERIFY(!result.ok);
    QCOMPARE(result.errorCode, code);
    QVERIFY2(result.message.contains(words), qPrintable(result.message));
    QCOMPARE(server.requests.size(), 1);
}

void TestGoogleSearch::tellsWhenAllEnginesFail()
{
    const ToolResult result = readSearchReply(
        *searchProvider(u"searxng"_s),
        QJsonObject{{u"results"_s, QJsonArray()},
                    {u"unresponsive_engines"_s, QJsonArray{QJsonArray{u"a"_s, u"timeout"_s}, QJsonArray{u"b"_s}}}},
        u"q"_s, 5);
    QCOMPARE(result.errorCode, u"SEARCH_ENGINES_FAILED"_s);
    QCOMPARE(result.message, u"no search engine answered: a (timeout), b ()"_s);
}

void TestGoogleSearch::cutsLongTexts()
{
    const QJsonObject hit{
        {u"url"_s, u"https://a.example"_s}, {u"title"_s, QString(5000, u't')}, {u"content"_s, QString(5000, u'c')}};
    const ToolResult result = readSearchReply(
        *searchProvider(u"searxng"_s), QJsonObject{{u"results"_s, QJsonArray{hit, 3, QJsonObject()}}}, u"q"_s, 5);
    const QJsonObject first = result.value.value(u"results"_s).toArray().at(0).toObject();
    QCOMPARE(result.value.value(u"count"_s).toInt(), 1);
    QCOMPARE(first.value(u"title"_s).toString().size(), 301);
    QCOMPARE(first.value(u"snippet"_s).toString().size(), 1001);
}

void TestGoogleSearch::refusesPrivateAddresses_data()
{
    QTest::addColumn<QString>("host");
    QTest::newRow("loopback") << u"127.0.0.1"_s;
    QTest::newRow("short loopback") << u"127.1"_s;
    QTest::newRow("number") << u"2130706433"_s;
    QTest::newRow("name") << u"localhost"_s;
    QTest::newRow("v6 loopback") << u"[::1]"_s;
    QTest::newRow("mapped") << u"[::ffff:127.0.0.1]"_s;
    QTest::newRow("metadata") << u"169.254.169.254"_s;
    QTest::newRow("private") << u"192.168.1.1"_s;
}

void TestGoogleSearch::refusesPrivateAddresses()
{
    QFETCH(QString, host);
    if (host == "localhost"_L1 && QHostInfo::fromName(host).error() != QHostInfo::NoError) {
        QSKIP("this machine does not know localhost by name");
    }
    StubServer server([](const StubRequest&) { return StubReply{.body = kReply}; });
    const QString url = u"http://%1:%2"_s.arg(host).arg(server.serverPort());
    const ToolResult result = search(settingsFor(url, false), QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, u"PRIVATE_ADDRESS_REFUSED"_s);
    QVERIFY2(result.message.contains(u"is a private or local address"_s), qPrintable(result.message));
    QVERIFY(server.requests.isEmpty());
}

void TestGoogleSearch::dropsConnectionToRefusedPeer()
{
    // A name may lead elsewhere at the second look-up than at the first: the peer itself counts.
    StubServer server([](const StubRequest&) { return StubReply{.body = kReply}; });
    SystemClock clock;
    HttpClient client(clock);
    HttpRequest request;
    request.method = "GET";
    request.url = QUrl(server.url());
    QList<QHostAddress> peers;
    request.acceptPeer = [&peers](const QHostAddress& peer) {
        peers.append(peer);
        return peers.size() > 1;
    };
    const HttpResult refused = await(client.send(request, {}, {}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, HttpFailureKind::InvalidRequest);
    QVERIFY(!refused.error().requestSent);
    QVERIFY(server.requests.isEmpty());
    QCOMPARE(peers, QList<QHostAddress>{QHostAddress(QHostAddress::LocalHost)});
    const HttpResult accepted = await(client.send(request, {}, {}));
    QVERIFY(accepted);
    QCOMPARE(server.requests.size(), 1);
}

void TestGoogleSearch::followsRedirects()
{
    StubServer server([](const StubRequest& request) {
        if (request.path() == u"/search"_s) {
            return StubReply{.status = 302, .headers = {"Location: /elsewhere?format=json"}};
        }
        return StubReply{.body = kReply};
    });
    const ToolResult result = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(server.requests.size(), 2);
    QCOMPARE(server.requests.last().target, QByteArray("/elsewhere?format=json"));
}

void TestGoogleSearch::refusesBadRedirects_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    QTest::addColumn<int>("requests");
    QTest::newRow("for ever") << QByteArray("Location: /search") << u"REDIRECT_REFUSED"_s << u"the 6th in a row"_s << 6;
    QTest::newRow("nowhere") << QByteArray("X: y") << u"REDIRECT_REFUSED"_s << u"does not say where to"_s << 1;
    QTest::newRow("file") << QByteArray("Location: file:///etc/passwd") << u"INVALID_URL"_s
                          << u"is not an http or https address"_s << 1;
}

void TestGoogleSearch::refusesBadRedirects()
{
    QFETCH(QByteArray, location);
    QFETCH(QString, code);
    QFETCH(QString, words);
    QFETCH(int, requests);
    StubServer server([&](const StubRequest&) { return StubReply{.status = 307, .headers = {location}}; });
    const ToolResult result = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, code);
    QVERIFY2(result.message.contains(words), qPrintable(result.message));
    QCOMPARE(server.requests.size(), requests);
}

void TestGoogleSearch::tellsRefusedConnection()
{
    QString url;
    {
        StubServer server([](const StubRequest&) { return StubReply{}; });
        url = server.url();
    }
    const ToolResult result = search(settingsFor(url), QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, u"CONNECTION_FAILED"_s);
    QVERIFY2(result.message.contains(u"127.0.0.1"_s), qPrintable(result.message));
}

void TestGoogleSearch::tellsClosedConnection()
{
    StubServer server([](const StubRequest&) { return StubReply{.closes = true}; });
    const ToolResult result = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, u"CONNECTION_LOST"_s);
    QCOMPARE(server.requests.size(), 1);
}

void TestGoogleSearch::cancels()
{
    std::stop_source source;
    StubServer server([&](const StubRequest&) {
        source.request_stop();
        return StubReply{.silent = true};
    });
    const ToolResult result = search(settingsFor(server.url()), QJsonObject{{u"query"_s, u"q"_s}}, source.get_token());
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
}

void TestGoogleSearch::cancelsDuringLookUp()
{
    std::stop_source source;
    QTimer::singleShot(0, this, [&source] { source.request_stop(); });
    const ToolResult result = search(settingsFor(u"http://no-such-host.invalid/"_s, false),
                                     QJsonObject{{u"query"_s, u"q"_s}}, source.get_token());
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
}

void TestGoogleSearch::timesOut()
{
    StubServer server([](const StubRequest&) { return StubReply{.silent = true}; });
    FakeClock& clock = m_clock;
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<GoogleSearchTool>(settingsFor(server.url()), clock)));
    ToolDispatcher dispatcher(registry, clock);
    ToolInvocation invocation;
    invocation.arguments = QJsonObject{{u"query"_s, u"q"_s}};
    auto running = dispatcher.dispatch(u"google_search"_s, invocation, {});
    QTRY_COMPARE(server.requests.size(), 1);
    clock.advance(std::chrono::seconds(40));
    const ToolResult result = await(std::move(running));
    QCOMPARE(result.errorCode, u"TIMEOUT"_s);
}

void TestGoogleSearch::speaksToEachProvider_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("brave")
        << u"brave"_s
        << QByteArray(R"({"query":{"original":"q"},"web":{"results":[{"title":"A","url":"https://a.example/",)"
                      R"("description":"a <strong>word</strong>","page_age":"2026-01-02T03:04:05"},)"
                      R"({"title":"B","url":"https://b.example/","description":"b"}]}})")
        << "/?q=a%20b&count=2&search_lang=pt&safesearch=moderate&freshness=pm"_ba << QByteArray();
    QTest::newRow("tavily")
        << u"tavily"_s
        << QByteArray(R"({"query":"q","results":[{"title":"B","url":"https://b.example/","content":"b","score":0.3},)"
                      R"({"title":"A","url":"https://a.example/","content":"a word","score":0.9,)"
                      R"("published_date":"2026-01-02T03:04:05"}]})")
        << "/"_ba
        << R"({"max_results":2,"query":"a b","search_depth":"basic","time_range":"month"})"_ba;
    QTest::newRow("google")
        << u"google"_s
        << QByteArray(
               R"({"kind":"customsearch#search","items":[{"title":"A","link":"https://a.example/","snippet":"a word"},)"
               R"({"title":"B","link":"https://b.example/","snippet":"b"}]})")
        << "/?cx=engine1&q=a%20b&num=2&safe=active&lr=lang_pt-BR&dateRestrict=m1"_ba << QByteArray();
}

void TestGoogleSearch::speaksToEachProvider()
{
    QFETCH(QString, provider);
    QFETCH(QByteArray, reply);
    QFETCH(QByteArray, target);
    QFETCH(QByteArray, body);
    qputenv("LATHE_TEST_KEY", "secret-4711");
    StubServer server([&](const StubRequest&) { return StubReply{.body = reply}; });
    ToolSettings settings = settingsFor(server.url(u"/"_s));
    settings.searchProvider = provider;
    settings.searchKeyVariable = u"LATHE_TEST_KEY"_s;
    settings.searchEngineId = u"engine1"_s;
    const ToolResult result = search(
        settings,
        QJsonObject{{u"query"_s, u"a b"_s}, {u"topK"_s, 2}, {u"language"_s, u"pt-BR"_s}, {u"timeRange"_s, u"month"_s}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(result.value.value(u"provider"_s).toString(), provider);
    const QJsonArray results = result.value.value(u"results"_s).toArray();
    QCOMPARE(results.size(), 2);
    QCOMPARE(results.at(0).toObject().value(u"url"_s).toString(), u"https://a.example/"_s);
    QCOMPARE(results.at(0).toObject().value(u"snippet"_s).toString(), u"a word"_s);
    QCOMPARE(results.at(0).toObject().value(u"engines"_s).toArray(), QJsonArray{provider});
    if (reply.contains("2026")) {
        QCOMPARE(results.at(0).toObject().value(u"published"_s).toString(), u"2026-01-02T03:04:05"_s);
    }
    const StubRequest sent = server.requests.first();
    QCOMPARE(sent.target, target);
    QCOMPARE(sent.body, body);
    QVERIFY(!sent.target.contains("secret-4711")); // logs keep addresses
}

void TestGoogleSearch::findsNothing_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QByteArray>("reply");
    QTest::addColumn<bool>("ok");
    QTest::newRow("brave") << u"brave"_s << R"({"query":{"original":"q"}})"_ba << true;
    QTest::newRow("tavily") << u"tavily"_s << R"({"results":[]})"_ba << true;
    QTest::newRow("google") << u"google"_s << R"({"kind":"customsearch#search"})"_ba << true;
    QTest::newRow("not brave") << u"brave"_s << "{}"_ba << false;
    QTest::newRow("not tavily") << u"tavily"_s << R"({"results":3})"_ba << false;
    QTest::newRow("not google") << u"google"_s << "{}"_ba << false;
}

void TestGoogleSearch::findsNothing()
{
    QFETCH(QString, provider);
    QFETCH(QByteArray, reply);
    QFETCH(bool, ok);
    const ToolResult result =
        readSearchReply(*searchProvider(provider), QJsonDocument::fromJson(reply).object(), u"q"_s, 5);
    QCOMPARE(result.ok, ok);
    QCOMPARE(result.errorCode, ok ? QString() : u"INVALID_REPLY"_s);
}

void TestGoogleSearch::needsAKey()
{
    qunsetenv("LATHE_TEST_KEY");
    ToolSettings settings;
    settings.searchProvider = u"brave"_s;
    settings.searchKeyVariable = u"LATHE_TEST_KEY"_s;
    const ToolResult result = search(settings, QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, u"NOT_CONFIGURED"_s);
    QVERIFY2(result.message.contains(u"brave needs an API key in the environment variable LATHE_TEST_KEY"_s),
             qPrintable(result.message));
    qputenv("LATHE_TEST_KEY", "k");
    settings.searchProvider = u"google"_s;
    QVERIFY(search(settings, QJsonObject{{u"query"_s, u"q"_s}}).message.contains(u"Programmable Search Engine"_s));
}

void TestGoogleSearch::tellsARefusedKeyWithoutSayingIt()
{
    qputenv("LATHE_TEST_KEY", "secret-4711");
    StubServer server([](const StubRequest&) { return StubReply{.status = 401, .body = R"({"error":"no"})"}; });
    ToolSettings settings = settingsFor(server.url(u"/"_s));
    settings.searchProvider = u"tavily"_s;
    settings.searchKeyVariable = u"LATHE_TEST_KEY"_s;
    const ToolResult result = search(settings, QJsonObject{{u"query"_s, u"q"_s}});
    QCOMPARE(result.errorCode, u"ACCESS_DENIED"_s);
    QVERIFY2(result.message.contains(u"refuses the API key"_s), qPrintable(result.message));
    QVERIFY(!result.message.contains(u"4711"_s));
}

void TestGoogleSearch::givesTheKeyToNobodyElse()
{
    qputenv("LATHE_TEST_KEY", "secret-4711");
    StubServer server([](const StubRequest&) { return StubReply{.status = 302, .headers = {"Location: /elsewhere"}}; });
    ToolSettings settings = settingsFor(server.url(u"/"_s));
    settings.searchProvider = u"brave"_s;
    settings.searchKeyVariable = u"LATHE_TEST_KEY"_s;
    QVERIFY(!search(settings, QJsonObject{{u"query"_s, u"q"_s}}).ok);
    QCOMPARE(server.requests.size(), 1);
}

void TestGoogleSearch::leavesAProviderAloneWhoseQuotaIsUsedUp()
{
    StubServer server([](const StubRequest&) {
        return StubReply{.body = R"({"results":[]})",
                         .headers = {"X-RateLimit-Remaining: 0, 14", "X-RateLimit-Reset: 2, 86400"}};
    });
    FakeClock& clock = m_clock;
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<GoogleSearchTool>(settingsFor(server.url()), clock)));
    ToolDispatcher dispatcher(registry, clock);
    ToolInvocation invocation;
    invocation.arguments = QJsonObject{{u"query"_s, u"q"_s}};
    QVERIFY(await(dispatcher.dispatch(u"google_search"_s, invocation, {})).ok);
    const ToolResult early = await(dispatcher.dispatch(u"google_search"_s, invocation, {}));
    QCOMPARE(early.errorCode, u"RATE_LIMITED"_s);
    QVERIFY2(early.message.contains(u"for another 2 s"_s), qPrintable(early.message));
    QCOMPARE(server.requests.size(), 1);
    clock.advance(std::chrono::seconds(2));
    QVERIFY(await(dispatcher.dispatch(u"google_search"_s, invocation, {})).ok);
    QCOMPARE(server.requests.size(), 2);
}

void TestGoogleSearch::readsQuotas_data()
{
    QTest::addColumn<QByteArray>("remaining");
    QTest::addColumn<QByteArray>("reset");
    QTest::addColumn<QByteArray>("retryAfter");
    QTest::addColumn<qint64>("atMs");
    QTest::newRow("nothing said") << QByteArray() << QByteArray() << QByteArray() << qint64(0);
    QTest::newRow("plenty") << "1, 15000"_ba
                            << "1, 86400"_ba << QByteArray() << qint64(0);
    QTest::newRow("the second") << "0, 15000"_ba
                                << "1, 86400"_ba << QByteArray() << qint64(2000);
    QTest::newRow("the month") << "1, 0"_ba
                               << "1, 86400"_ba << QByteArray() << qint64(86'401'000);
    QTest::newRow("retry after") << QByteArray() << QByteArray() << "30"_ba << qint64(31'000);
    QTest::newRow("a date") << QByteArray() << QByteArray() << "Fri, 31 Dec 1999 23:59:59 GMT"_ba << qint64(0);
    QTest::newRow("nonsense") << "x, 0"_ba
                              << "y"_ba
                              << "-5"_ba << qint64(0);
    QTest::newRow("for ever") << "0"_ba
                              << "99999999999999999"_ba << QByteArray() << qint64(1000 + 31LL * 24 * 3600 * 1000);
}

void TestGoogleSearch::readsQuotas()
{
    QFETCH(QByteArray, remaining);
    QFETCH(QByteArray, reset);
    QFETCH(QByteArray, retryAfter);
    QFETCH(qint64, atMs);
    HttpHeaders headers{{"X-RateLimit-Remaining", remaining}, {"X-RateLimit-Reset", reset}};
    headers.append({"Retry-After", retryAfter});
    QCOMPARE(askAgainAtMs(headers, 1000), atMs);
}

QTEST_GUILESS_MAIN(TestGoogleSearch)
#include "tst_googlesearch.moc"
