// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/cassetteplayer.h"
#include "engine/llm/cassetterecorder.h"
#include "engine/net/httpclient.h"

#include "tests/support/await.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakellmserver.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

const QByteArray kKey = "sk-a-secret-that-nobody-may-read";

/// What came of one request, as its sender saw it.
struct Heard
{
    HttpResult result = tl::unexpected(HttpFailure());
    QList<QByteArray> pieces;
};

Heard say(HttpTransport& transport, const QUrl& url, const QByteArray& body, bool stream)
{
    Heard heard;
    HttpRequest request;
    request.url = url;
    request.headers = {{"Authorization", "Bearer " + kKey}, {"Content-Type", "application/json"}};
    request.body = {body};
    request.deadlines.stall = 500ms;
    HttpTransport::Sink sink;
    if (stream) {
        sink.onBody = [&heard](QByteArrayView piece) { heard.pieces.append(piece.toByteArray()); };
    }
    heard.result = await(transport.send(std::move(request), std::move(sink), {}));
    return heard;
}

void compare(const Heard& heard, const Heard& before)
{
    QCOMPARE(heard.pieces, before.pieces);
    QCOMPARE(heard.result.has_value(), before.result.has_value());
    if (before.result) {
        QCOMPARE(heard.result->status, before.result->status);
        QCOMPARE(heard.result->headers, before.result->headers);
        QCOMPARE(heard.result->body, before.result->body);
        QCOMPARE(heard.result->firstByteMs, before.result->firstByteMs);
        QCOMPARE(heard.result->durationMs, before.result->durationMs);
        return;
    }
    const HttpFailure& now = heard.result.error();
    const HttpFailure& then = before.result.error();
    QCOMPARE(now.kind, then.kind);
    QCOMPARE(now.message, then.message);
    QCOMPARE(now.requestSent, then.requestSent);
    const bool hadResponse = then.partial && then.partial->status != 0;
    QCOMPARE(now.partial.has_value(), hadResponse);
    if (hadResponse) {
        QCOMPARE(now.partial->status, then.partial->status);
        QCOMPARE(now.partial->body, then.partial->body);
    }
}

} // namespace

class TestCassette : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_http = std::make_unique<HttpClient>(m_clock);
    }
    void cleanup() { m_http.reset(); }

    void givesBackWhatCame_data();
    void givesBackWhatCame();
    void answersRepetitionsInTheirOrder();
    void answersInAnotherOrderAndUnderAnotherHost();
    void keepsNoSecret();
    void saysWhereARequestDiffers_data();
    void saysWhereARequestDiffers();
    void findsTheFirstDifference_data();
    void findsTheFirstDifference();
    void goesOnWithACassetteThatACrashCutOff();
    void refusesWhatIsNoCassette_data();
    void refusesWhatIsNoCassette();
    void refusesTheNextRequestIfItCannotWrite();
    void endsWhenItIsToldTo();

private:
    [[nodiscard]] QString path() const { return m_folder->filePath(u"run.cassette"_s); }
    [[nodiscard]] QByteArray bytes() const
    {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray& content) const
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(content), content.size());
    }
    [[nodiscard]] std::unique_ptr<CassetteRecorder> recorder()
    {
        auto opened = CassetteRecorder::open(path(), *m_http, m_clock);
        return opened ? std::move(*opened) : nullptr;
    }
    [[nodiscard]] std::unique_ptr<CassettePlayer> player() const
    {
        auto opened = CassettePlayer::open(path());
        return opened ? std::move(*opened) : nullptr;
    }

    SystemClock m_clock;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<HttpClient> m_http;
};

void TestCassette::givesBackWhatCame_data()
{
    QTest::addColumn<FakeReply>("reply");
    QTest::addColumn<bool>("stream");
    QTest::newRow("a whole reply") << FakeReply::json("{\"a\":1}") << false;
    QTest::newRow("an empty reply") << FakeReply::json("") << false;
    QTest::newRow("a stream in pieces") << FakeReply::events({"{\"a\":\"\xc3\xa4\"}", "{\"b\":2}", "[DONE]"}, 20ms)
                                        << true;
    QTest::newRow("pieces that cut a character")
        << FakeReply::events({"{\"a\":\"\xc3\xa4\xc3\xb6\"}"}).dripping(7, 5ms) << true;
    QTest::newRow("an error") << FakeReply::error(429, u"slow down"_s, {}, {}, {{"Retry-After", "3"}}) << true;
    QTest::newRow("no good JSON") << FakeReply::json("oops", 500) << false;
    QTest::newRow("closed before the head") << FakeReply::closeBeforeHeaders() << false;
    QTest::newRow("a stream that is cut") << FakeReply::cutChunked() << true;
    QTest::newRow("a body that is cut") << FakeReply::shortContentLength() << false;
    QTest::newRow("a stall") << FakeReply::events({"{\"a\":1}"}).cutAt(150).thenStall() << true;
    QTest::newRow("megabytes") << FakeReply::huge(3'000'000) << true;
}

void TestCassette::givesBackWhatCame()
{
    QFETCH(const FakeReply, reply);
    QFETCH(const bool, stream);
    Heard before;
    QUrl url;
    {
        FakeLlmServer server;
        server.enqueue(reply);
        url = server.url();
        const auto recorder = this->recorder();
        QVERIFY(recorder);
        before = say(*recorder, url, "{\"q\":1}", stream);
        QCOMPARE(server.requestCount(), 1);
    } // nobody is there any more
    const auto player = this->player();
    QVERIFY(player);
    compare(say(*player, url, "{\"q\":1}", stream), before);
}

void TestCassette::answersRepetitionsInTheirOrder()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::rateLimited("0"));
    server.enqueue(FakeReply::json("{\"n\":2}"));
    const auto recorder = this->recorder();
    say(*recorder, server.url(), "{}", false);
    say(*recorder, server.url(), "{}", false);
    const auto player = this->player();
    QCOMPARE(say(*player, server.url(), "{}", false).result->status, 429);
    QCOMPARE(say(*player, server.url(), "{}", false).result->body, QByteArray("{\"n\":2}"));
    const Heard third = say(*player, server.url(), "{}", false);
    QCOMPARE(third.result.error().kind, HttpFailureKind::InvalidRequest);
    QVERIFY2(third.result.error().message.contains("all 2 are used"_L1), qPrintable(third.result.error().message));
}

void TestCassette::answersInAnotherOrderAndUnderAnotherHost()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{\"n\":1}"));
    server.enqueue(FakeReply::json("{\"n\":2}"));
    const auto recorder = this->recorder();
    say(*recorder, server.url(), "{\"a\":1}", false);
    say(*recorder, server.url(), "{\"a\":2}", false);
    const auto player = this->player();
    const QUrl elsewhere(u"https://llm.example/v1/chat/completions"_s);
    QCOMPARE(say(*player, elsewhere, "{\"a\":2}", false).result->body, QByteArray("{\"n\":2}"));
    QCOMPARE(say(*player, elsewhere, "{\"a\":1}", false).result->body, QByteArray("{\"n\":1}"));
}

void TestCassette::keepsNoSecret()
{
    FakeLlmServer server;
    const QByteArray echo = "{\"error\":{\"message\":\"" + kKey + "\"}}";
    server.enqueue(FakeReply::json(echo, 401, {{"Set-Cookie", "session=a-cookie-value; Path=/"}, {"X-Echo", kKey}}));
    const auto recorder = this->recorder();
    const QUrl url(server.url().toString() + u"?key="_s + QString::fromLatin1(kKey));
    const Heard heard = say(*recorder, url, "{\"prompt\":\"" + kKey + "\"}", false);
    QCOMPARE(heard.result->body, echo); // the sender gets what came
    const auto exchanges = readCassette(path());
    QVERIFY(exchanges);
    const CassetteExchange& exchange = exchanges->first();
    const QByteArray all = bytes() + *unpackBody(exchange.requestBody) + *unpackBody(exchange.responseBody);
    QVERIFY(!all.contains(kKey));
    QVERIFY(!all.contains("a-cookie-value"));
    QCOMPARE(unpackBody(exchange.responseBody)->size(), echo.size());
    QVERIFY(headerValue(exchange.requestHeaders, "authorization")->startsWith("Bearer ***"));
}

void TestCassette::saysWhereARequestDiffers_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("difference");
    QTest::newRow("in a text") << u"/v1/chat/completions"_s << "{\"messages\":[{\"content\":\"good day\"}]}"_ba
                               << u"differs from exchange 1: at $.messages[0].content it was \"good morning\", now it "
                                  "is \"good day\""_s;
    QTest::newRow("in its path") << u"/v1/responses"_s << "{\"messages\":[{\"content\":\"good morning\"}]}"_ba
                                 << u"it was POST /v1/chat/completions, now it is POST /v1/responses"_s;
    QTest::newRow("in blanks") << u"/v1/chat/completions"_s << "{\"messages\": [{\"content\":\"good morning\"}]}"_ba
                               << u"the same JSON in other bytes"_s;
}

void TestCassette::saysWhereARequestDiffers()
{
    QFETCH(const QString, target);
    QFETCH(const QByteArray, body);
    QFETCH(const QString, difference);
    FakeLlmServer server;
    server.enqueue(FakeReply::json("{}"));
    const auto recorder = this->recorder();
    say(*recorder, server.url(), "{\"messages\":[{\"content\":\"good morning\"}]}", false);
    const auto player = this->player();
    const Heard heard = say(*player, server.url(target), body, false);
    QCOMPARE(heard.result.error().kind, HttpFailureKind::InvalidRequest);
    QCOMPARE(heard.result.error().requestSent, false);
    QVERIFY2(heard.result.error().message.contains(difference), qPrintable(heard.result.error().message));
}

void TestCassette::findsTheFirstDifference_data()
{
    QTest::addColumn<QByteArray>("recorded");
    QTest::addColumn<QByteArray>("now");
    QTest::addColumn<QString>("difference");
    QTest::newRow("none") << "{\"a\":[1,null]}"_ba
                          << "{\"a\":[1,null]}"_ba << QString();
    QTest::newRow("a number") << "{\"a\":{\"b\":1}}"_ba
                              << "{\"a\":{\"b\":2}}"_ba << u"at $.a.b it was 1, now it is 2"_s;
    QTest::newRow("a type") << "{\"a\":\"1\"}"_ba
                            << "{\"a\":1}"_ba << u"at $.a it was \"1\", now it is 1"_s;
    QTest::newRow("more") << "{\"a\":[1]}"_ba
                          << "{\"a\":[1,2]}"_ba << u"at $.a[1] it was missing, now it is 2"_s;
    QTest::newRow("less") << "{\"a\":1,\"b\":2}"_ba
                          << "{\"b\":2}"_ba << u"at $.a it was 1, now it is missing"_s;
    QTest::newRow("deep in a long text") << "{\"a\":\"" + QByteArray(500, 'x') + "1\"}"
                                         << "{\"a\":\"" + QByteArray(500, 'x') + "2\"}"
                                         << u"at $.a, character 501 it was \"%1\", now it is \"%2\""_s.arg(
                                                QString(20, u'x') + u'1', QString(20, u'x') + u'2');
}

void TestCassette::findsTheFirstDifference()
{
    QFETCH(const QByteArray, recorded);
    QFETCH(const QByteArray, now);
    QFETCH(const QString, difference);
    QCOMPARE(firstDifference(QJsonDocument::fromJson(recorded).object(), QJsonDocument::fromJson(now).object()),
             difference);
}

void TestCassette::goesOnWithACassetteThatACrashCutOff()
{
    FakeLlmServer server;
    server.setDefault(FakeReply::json("{\"n\":1}"));
    say(*recorder(), server.url(), "{\"a\":1}", false);
    const QByteArray whole = bytes();
    write(whole + "{\"request\":{\"meth");
    QCOMPARE(readCassette(path())->size(), 1);
    say(*recorder(), server.url(), "{\"a\":2}", false);
    QVERIFY(bytes().startsWith(whole));
    QCOMPARE(readCassette(path())->size(), 2);
}

void TestCassette::refusesWhatIsNoCassette_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("problem");
    const QByteArray head = cassetteHead(0);
    const QByteArray body = "{\"encoding\":\"raw\",\"size\":2,\"sha256\":\"x\",\"base64\":\"e30=\"}";
    const QByteArray request = "{\"request\":{\"method\":\"POST\",\"url\":\"/\",\"headers\":[],\"body\":" + body + "}";
    QTest::newRow("other text") << "hello\n"_ba << u"is not a cassette"_s;
    QTest::newRow("other JSON") << "{\"cassette\":\"lathe.cassette/9\"}\n"_ba << u"is not a cassette"_s;
    QTest::newRow("no JSON in a line") << head + "oops\n" << u"line 2"_s;
    QTest::newRow("no answer") << head + request + "}\n" << u"neither a response nor a failure"_s;
    QTest::newRow("no status") << head + request + ",\"response\":{\"headers\":[],\"body\":" + body + "}}\n"
                               << u"status"_s;
    QTest::newRow("unknown failure") << head + request + ",\"failure\":{\"kind\":\"boredom\"}}\n"
                                     << u"is no way in which a request fails"_s;
    QTest::newRow("wrong pieces") << head + request +
                                         ",\"response\":{\"status\":200,\"headers\":[],\"pieces\":[[0,9]],\"body\":" +
                                         body + "}}\n"
                                  << u"add up"_s;
}

void TestCassette::refusesWhatIsNoCassette()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, problem);
    write(content);
    for (const Error& error : {readCassette(path()).error(), CassettePlayer::open(path()).error(),
                               CassetteRecorder::open(path(), *m_http, m_clock).error()}) {
        QCOMPARE(error.code, ErrorCode::InvalidInput);
        QVERIFY2(error.message.contains(problem) && error.message.contains(path()), qPrintable(error.message));
    }
    QCOMPARE(bytes(), content); // nothing is lost
}

void TestCassette::refusesTheNextRequestIfItCannotWrite()
{
    QFile full(u"/dev/full"_s);
    if (!full.exists()) {
        QSKIP("there is no /dev/full here");
    }
    QVERIFY(QFile::link(u"/dev/full"_s, path()));
    auto opened = CassetteRecorder::open(path(), *m_http, m_clock);
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::File);
    QCOMPARE(CassetteRecorder::open(m_folder->filePath(u"none/run.cassette"_s), *m_http, m_clock).error().code,
             ErrorCode::File);
    QCOMPARE(CassettePlayer::open(m_folder->filePath(u"none"_s)).error().code, ErrorCode::File);
}

void TestCassette::endsWhenItIsToldTo()
{
    FakeLlmServer server;
    server.enqueue(FakeReply::events({"{\"a\":1}", "{\"a\":2}", "{\"a\":3}"}, 30ms));
    say(*recorder(), server.url(), "{}", true);
    const auto player = this->player();
    std::stop_source stop;
    int pieces = 0;
    HttpRequest request;
    request.url = server.url();
    request.body = {"{}"};
    HttpTransport::Sink sink;
    sink.onBody = [&](QByteArrayView) {
        ++pieces;
        stop.request_stop();
    };
    const HttpResult result = await(player->send(std::move(request), std::move(sink), stop.get_token()));
    QCOMPARE(result.error().kind, HttpFailureKind::Cancelled);
    QCOMPARE(pieces, 1);
}

QTEST_GUILESS_MAIN(TestCassette)
#include "tst_cassette.moc"
