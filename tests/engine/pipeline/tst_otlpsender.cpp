// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/net/httpclient.h"
#include "engine/pipeline/otlpsender.h"
#include "tests/engine/tools/stubserver.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakeids.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// Traces to an endpoint that answers all kinds of things.
class TestOtlpSender : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsTheAddress_data();
    void findsTheAddress();
    void sends_data();
    void sends();
    void waitsAsAsked();
    void givesUpOnNobody();
    void endsWhenStopped();
};

void TestOtlpSender::findsTheAddress_data()
{
    QTest::addColumn<QString>("endpoint");
    QTest::addColumn<QString>("url"); // empty: refused
    QTest::newRow("base") << u"http://localhost:4318"_s << u"http://localhost:4318/v1/traces"_s;
    QTest::newRow("slash") << u"http://localhost:4318/"_s << u"http://localhost:4318/v1/traces"_s;
    QTest::newRow("path") << u"https://otel.example/otlp/"_s << u"https://otel.example/otlp/v1/traces"_s;
    QTest::newRow("whole") << u"http://h:1/v1/traces"_s << u"http://h:1/v1/traces"_s;
    QTest::newRow("no scheme") << u"localhost:4318"_s << QString();
    QTest::newRow("file") << u"file:///tmp/x"_s << QString();
    QTest::newRow("nothing") << QString() << QString();
}

void TestOtlpSender::findsTheAddress()
{
    QFETCH(QString, endpoint);
    QFETCH(QString, url);
    const Result<QUrl> found = OtlpSender::tracesUrl(endpoint);
    QCOMPARE(found ? found->toString() : QString(), url);
    if (!found) {
        QVERIFY(found.error().message.contains(u"http://localhost:4318"_s)); // what would do
    }
}

void TestOtlpSender::sends_data()
{
    QTest::addColumn<QList<int>>("statuses");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("error"); // empty: delivered
    QTest::addColumn<qint64>("rejected");
    QTest::newRow("at once") << QList<int>{200} << "{}"_ba << QString() << qint64(0);
    QTest::newRow("partly") << QList<int>{200}
                            << R"({"partialSuccess":{"rejectedSpans":"2","errorMessage":"too old"}})"_ba << QString()
                            << qint64(2);
    QTest::newRow("partly, as a number") << QList<int>{200} << R"({"partialSuccess":{"rejectedSpans":1}})"_ba
                                         << QString() << qint64(1);
    for (const int status : {429, 502, 503, 504}) {
        QTest::newRow(qPrintable(u"%1 passes"_s.arg(status)))
            << QList<int>{status, status, 200} << "{}"_ba << QString() << qint64(0);
    }
    for (const int status : {400, 401, 404, 413, 500, 302}) {
        QTest::newRow(qPrintable(u"%1 is final"_s.arg(status)))
            << QList<int>{status} << R"({"code":3,"message":"not like that"})"_ba
            << u"/v1/traces answered %1: not like that"_s.arg(status) << qint64(0);
    }
    QTest::newRow("never") << QList<int>{503, 503, 503, 503, 503} << "busy"_ba << u"busy (tried 5 times)"_s
                           << qint64(0);
}

void TestOtlpSender::sends()
{
    QFETCH(QList<int>, statuses);
    QFETCH(QByteArray, body);
    QFETCH(QString, error);
    QFETCH(qint64, rejected);
    qsizetype asked = 0;
    StubServer server([&](const StubRequest&) {
        StubReply reply;
        reply.status = statuses.value(asked++, 200);
        reply.body = body;
        reply.headers = {"Retry-After: 0"};
        return reply;
    });
    SystemClock clock;
    HttpClient http(clock);
    FixedJitter jitter;
    OtlpSender sender(http, clock, jitter);
    const QByteArray trace = R"({"resourceSpans":[{"scopeSpans":[{"spans":[{},{},{}]}]}]})";
    OtlpTarget target{server.url(), false, {{"x-tenant"_ba, "blue"_ba}}};
    const auto sent = await(sender.send(trace, target, {}));
    QCOMPARE(server.requests.size(), statuses.size());
    for (const StubRequest& request : std::as_const(server.requests)) {
        QCOMPARE(request.target, "/v1/traces"_ba);
        QCOMPARE(request.body, trace);
        QCOMPARE(request.headers.value("content-type"), "application/json"_ba);
        QCOMPARE(request.headers.value("x-tenant"), "blue"_ba);
    }
    QCOMPARE(sent.has_value(), error.isEmpty());
    if (sent) {
        QCOMPARE(sent->spans, 3);
        QCOMPARE(sent->rejectedSpans, rejected);
        QCOMPARE(sent->attempts, static_cast<int>(statuses.size()));
    } else {
        QVERIFY2(sent.error().message.contains(error), qPrintable(sent.error().message));
        QVERIFY(!sent.error().message.contains(u"blue"_s));
    }
}

void TestOtlpSender::waitsAsAsked()
{
    QList<QByteArray> headers;
    int failures = 0;
    StubServer server([&](const StubRequest&) {
        StubReply reply;
        reply.status = failures-- > 0 ? 503 : 200;
        reply.headers = headers;
        return reply;
    });
    FakeClock clock;
    clock.setAutomatic(true);
    HttpClient http(clock);
    FixedJitter jitter(0.5); // in the middle
    OtlpSender sender(http, clock, jitter);
    headers = {"Retry-After: 7"};
    failures = 1;
    QVERIFY(await(sender.send("{}", {server.url(), false, {}}, {})));
    headers.clear();
    failures = 4;
    QVERIFY(await(sender.send("{}", {server.url(), false, {}}, {})));
    QCOMPARE(clock.sleeps(), (std::vector<qint64>{7000, 1000, 1500, 2250, 3375}));
    headers = {"Retry-After: 3600"};
    failures = 1;
    const auto refused = await(sender.send("{}", {server.url(), false, {}}, {}));
    QVERIFY(!refused); // nobody waits for an hour
    QVERIFY2(refused.error().message.contains(u"wait 3600 s"_s), qPrintable(refused.error().message));
}

void TestOtlpSender::givesUpOnNobody()
{
    QString nobody;
    {
        StubServer server([](const StubRequest&) { return StubReply(); });
        nobody = server.url();
    }
    FakeClock clock;
    clock.setAutomatic(true);
    HttpClient http(clock);
    FixedJitter jitter;
    OtlpSender sender(http, clock, jitter);
    const auto sent = await(sender.send("{}", {nobody, false, {}}, {}));
    QVERIFY(!sent);
    QCOMPARE(sent.error().code, ErrorCode::Network);
    QVERIFY2(sent.error().message.contains(u"tried 5 times"_s), qPrintable(sent.error().message));
}

void TestOtlpSender::endsWhenStopped()
{
    StubServer server([](const StubRequest&) {
        StubReply reply;
        reply.status = 503;
        return reply;
    });
    SystemClock clock;
    HttpClient http(clock);
    FixedJitter jitter;
    OtlpSender sender(http, clock, jitter);
    std::stop_source stop;
    auto sending = sender.send("{}", {server.url(), false, {}}, stop.get_token());
    QVERIFY(QTest::qWaitFor([&] { return !server.requests.isEmpty(); }, 30'000));
    stop.request_stop();
    const auto sent = await(std::move(sending));
    QVERIFY(!sent);
    QCOMPARE(sent.error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestOtlpSender)
#include "tst_otlpsender.moc"
