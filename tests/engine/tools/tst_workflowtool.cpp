// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/tooldispatcher.h"
#include "engine/tools/workflowtool.h"
#include "stubserver.h"
#include "tests/support/await.h"

#include <QJsonArray>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *kTokenVariable = "LATHE_TEST_WORKFLOW_TOKEN";

ToolResult call(const ToolSettings& settings, const QJsonObject& arguments, std::stop_token stop = {})
{
    SystemClock clock;
    ToolRegistry registry;
    if (!registry.add(std::make_unique<WorkflowTool>(settings, clock))) {
        qFatal("the tool cannot be registered");
    }
    ToolDispatcher dispatcher(registry, clock);
    ToolInvocation invocation;
    invocation.arguments = arguments;
    invocation.idempotencyKey = u"run-7/3"_s;
    return await(dispatcher.dispatch(u"workflow_orchestrator"_s, invocation, stop));
}

ToolSettings settingsFor(const QString& url)
{
    ToolSettings settings;
    settings.workflowUrl = url;
    settings.allowPrivateAddresses = true;
    return settings;
}

} // namespace

class TestWorkflowTool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup();
    void postsJsonOnce();
    void getsWithQuery();
    void readsReplies_data();
    void readsReplies();
    void tellsErrors_data();
    void tellsErrors();
    void sendsToken();
    void saysWhatToSet_data();
    void saysWhatToSet();
    void refusesBadArguments_data();
    void refusesBadArguments();
    void neverRepeatsLostRequest();
    void timesOutByArgument();
    void cancels();
    void refusesPrivateAddress();
    void refusesRedirect();
    void tellsRefusedConnection();
    void cutsHugeReplies();
};

void TestWorkflowTool::cleanup()
{
    qunsetenv(kTokenVariable);
}

void TestWorkflowTool::postsJsonOnce()
{
    StubServer server([](const StubRequest&) { return StubReply{.body = R"({"sum":6,"executionId":"17"})"}; });
    const ToolResult result = call(settingsFor(server.url(u"/webhook/"_s)),
                                   QJsonObject{{u"workflow"_s, u"orders/new"_s},
                                               {u"payload"_s, QJsonObject{{u"b"_s, 2}, {u"a"_s, u"caf\u00e9"_s}}}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QVERIFY(!result.pending);
    const QJsonObject expected{{u"workflow"_s, u"orders/new"_s},
                               {u"status"_s, 200},
                               {u"requestSent"_s, true},
                               {u"executionId"_s, u"17"_s},
                               {u"reply"_s, QJsonObject{{u"sum"_s, 6}, {u"executionId"_s, u"17"_s}}}};
    QCOMPARE(result.value, expected);
    QCOMPARE(server.requests.size(), 1);
    const StubRequest sent = server.requests.first();
    QCOMPARE(sent.method, QByteArray("POST"));
    QCOMPARE(sent.target, QByteArray("/webhook/orders/new"));
    QCOMPARE(sent.body, QByteArray("{\"a\":\"caf\xc3\xa9\",\"b\":2}"));
    QCOMPARE(sent.headers.value("content-type"), QByteArray("application/json"));
    QCOMPARE(sent.headers.value("idempotency-key"), QByteArray("run-7/3"));
    QVERIFY(!sent.headers.contains("authorization"));
}

void TestWorkflowTool::getsWithQuery()
{
    StubServer server([](const StubRequest&) { return StubReply{.body = "[1]"}; });
    const QJsonObject payload{{u"q"_s, u"a&b=c +"_s}, {u"n"_s, 3}, {u"deep"_s, QJsonObject{{u"x"_s, true}}}};
    const ToolResult result =
        call(settingsFor(server.url()),
             QJsonObject{{u"workflow"_s, u"find"_s}, {u"method"_s, u"GET"_s}, {u"payload"_s, payload}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(result.value.value(u"reply"_s), QJsonValue(QJsonArray{1}));
    const StubRequest sent = server.requests.first();
    QCOMPARE(sent.method, QByteArray("GET"));
    QCOMPARE(sent.path(), u"/find"_s);
    QCOMPARE(sent.query(u"q"_s), u"a&b=c +"_s);
    QVERIFY2(!sent.target.contains('+'), sent.target.constData());
    QCOMPARE(sent.query(u"n"_s), u"3"_s);
    QCOMPARE(sent.query(u"deep"_s), u"{\"x\":true}"_s);
    QVERIFY(sent.body.isEmpty());
}

void TestWorkflowTool::readsReplies_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QList<QByteArray>>("headers");
    QTest::addColumn<bool>("pending");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QJsonValue>("reply");
    const QByteArray json = "application/json; charset=utf-8";
    const QList<QByteArray> none;
    const auto row = [&](const char *name, int status, const QByteArray& type, const QByteArray& body,
                         const QList<QByteArray>& headers, bool pending, const QString& id, const QJsonValue& reply) {
        QTest::newRow(name) << status << type << body << headers << pending << id << reply;
    };
    row("accepted", 202, json, R"({"executionId":42})", none, true, u"42"_s, QJsonObject{{u"executionId"_s, 42}});
    row("accepted, run id", 202, json, R"({"runId":"r1"})", none, true, u"r1"_s, QJsonObject{{u"runId"_s, u"r1"_s}});
    row("accepted, empty", 202, json, "", none, true, u""_s, QJsonValue(QJsonValue::Undefined));
    row("accepted, id in header", 202, json, "{}", {"X-Webhook-Id: w9"}, true, u"w9"_s, QJsonObject());
    row("started", 200, json, R"({"message":"Workflow was started"})", none, true, u""_s,
        QJsonObject{{u"message"_s, u"Workflow was started"_s}});
    row("no content", 204, "", "", none, false, u""_s, QJsonValue(QJsonValue::Undefined));
    row("bare value", 200, json, " 17 ", none, false, u""_s, 17);
    row("bare text", 200, json, "\"yes\"", none, false, u""_s, u"yes"_s);
    row("plain text", 200, "text/plain", "all done", none, false, u""_s, u"all done"_s);
    row("created", 201, json, R"({"id":"x"})", none, false, u"x"_s, QJsonObject{{u"id"_s, u"x"_s}});
}

void TestWorkflowTool::readsReplies()
{
    QFETCH(int, status);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, body);
    QFETCH(QList<QByteArray>, headers);
    QFETCH(bool, pending);
    QFETCH(QString, id);
    QFETCH(QJsonValue, reply);
    StubServer server([&](const StubRequest&) {
        return StubReply{.status = status, .body = body, .type = type, .headers = headers};
    });
    const ToolResult result = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"w"_s}});
    QVERIFY2(result.ok, qPrintable(result.message));
    QCOMPARE(result.pending, pending);
    QCOMPARE(result.value.value(u"executionId"_s).toString(), id);
    QCOMPARE(result.value.value(u"reply"_s), reply);
    QCOMPARE(result.value.value(u"status"_s).toInt(), status);
}

void TestWorkflowTool::tellsErrors_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("words");
    const auto row = [](const char *name, int status, const QByteArray& body, const char *code, const QString& words) {
        QTest::newRow(name) << status << body << QString::fromLatin1(code) << words;
    };
    row("empty", 200, "", "EMPTY_REPLY", u"answered 200 with an empty body"_s);
    row("blank", 200, " \n", "EMPTY_REPLY", u"look at its last execution"_s);
    row("not JSON", 200, "<html>", "INVALID_REPLY", u"announced JSON but sent something else"_s);
    row("two values", 200, "1,2", "INVALID_REPLY", u"announced JSON"_s);
    row("404", 404, R"({"code":404,"message":"The requested webhook \"POST w\" is not registered.","hint":"Click"})",
        "WORKFLOW_NOT_FOUND",
        u"that the workflow is active: The requested webhook \"POST w\" is not registered. Click"_s);
    row("404, page", 404, "<html><body>no</body></html>", "WORKFLOW_NOT_FOUND", u"listens for POST at http://127"_s);
    row("405", 405, "", "WORKFLOW_NOT_FOUND", u"check the name and the method"_s);
    row("401", 401, "", "UNAUTHORIZED", u"wants credentials"_s);
    row("403", 403, R"({"error":{"message":"no entry"}})", "UNAUTHORIZED", u": no entry"_s);
    row("429", 429, "", "RATE_LIMITED", u"takes no more calls for now"_s);
    row("500", 500, R"({"message":"Error in workflow"})", "WORKFLOW_FAILED", u"with status 500: Error in workflow"_s);
    row("500, long", 500, QByteArray(5000, 'x'), "WORKFLOW_FAILED", QString(QString(300, u'x') + QChar(0x2026)));
}

void TestWorkflowTool::tellsErrors()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QString, code);
    QFETCH(QString, words);
    StubServer server([&](const StubRequest&) { return StubReply{.status = status, .body = body}; });
    const ToolResult result = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"w"_s}});
    QVERIFY(!result.ok);
    QCOMPARE(result.errorCode, code);
    QVERIFY2(result.message.contains(words), qPrintable(result.message));
    QCOMPARE(result.value.value(u"status"_s).toInt(), status);
    QCOMPARE(server.requests.size(), 1);
}

void TestWorkflowTool::sendsToken()
{
    StubServer server([](const StubRequest&) { return StubReply{.status = 401}; });
    ToolSettings settings = settingsFor(server.url());
    settings.workflowTokenVariable = QString::fromLatin1(kTokenVariable);
    const ToolResult without = call(settings, QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(without.errorCode, u"NOT_CONFIGURED"_s);
    QVERIFY2(without.message.contains(u"LATHE_TEST_WORKFLOW_TOKEN"_s), qPrintable(without.message));
    QVERIFY(server.requests.isEmpty());

    qputenv(kTokenVariable, "s3cret\n");
    const ToolResult with = call(settings, QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(server.requests.first().headers.value("authorization"), QByteArray("Bearer s3cret"));
    QCOMPARE(with.errorCode, u"UNAUTHORIZED"_s);
    QVERIFY(with.message.contains(u"refuses the token in LATHE_TEST_WORKFLOW_TOKEN"_s));
    QVERIFY(!with.textForModel().contains(u"s3cret"_s));
}

void TestWorkflowTool::saysWhatToSet_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("nothing") << u""_s;
    QTest::newRow("other scheme") << u"ftp://a.example/x"_s;
    QTest::newRow("no host") << u"https:///webhook"_s;
}

void TestWorkflowTool::saysWhatToSet()
{
    QFETCH(QString, url);
    const ToolResult result = call(settingsFor(url), QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(result.errorCode, u"NOT_CONFIGURED"_s);
    QVERIFY(result.message.startsWith(u"not configured: set the workflow address"_s));
}

void TestWorkflowTool::refusesBadArguments_data()
{
    QTest::addColumn<QJsonObject>("arguments");
    QTest::newRow("none") << QJsonObject{};
    QTest::newRow("climbing") << QJsonObject{{u"workflow"_s, u"../rest/login"_s}};
    QTest::newRow("climbing inside") << QJsonObject{{u"workflow"_s, u"a/../../b"_s}};
    QTest::newRow("absolute") << QJsonObject{{u"workflow"_s, u"/a"_s}};
    QTest::newRow("query") << QJsonObject{{u"workflow"_s, u"a?b=c"_s}};
    QTest::newRow("other host") << QJsonObject{{u"workflow"_s, u"//evil.example/a"_s}};
    QTest::newRow("encoded") << QJsonObject{{u"workflow"_s, u"%2e%2e/a"_s}};
    QTest::newRow("line end") << QJsonObject{{u"workflow"_s, u"a\n"_s}};
    QTest::newRow("method") << QJsonObject{{u"workflow"_s, u"a"_s}, {u"method"_s, u"DELETE"_s}};
    QTest::newRow("payload") << QJsonObject{{u"workflow"_s, u"a"_s}, {u"payload"_s, u"x"_s}};
    QTest::newRow("time-out") << QJsonObject{{u"workflow"_s, u"a"_s}, {u"timeoutMs"_s, 300'001}};
}

void TestWorkflowTool::refusesBadArguments()
{
    QFETCH(QJsonObject, arguments);
    StubServer server([](const StubRequest&) { return StubReply{.body = "{}"}; });
    QCOMPARE(call(settingsFor(server.url(u"/webhook"_s)), arguments).errorCode, u"INVALID_ARGUMENTS"_s);
    QVERIFY(server.requests.isEmpty());
}

void TestWorkflowTool::neverRepeatsLostRequest()
{
    StubServer server([](const StubRequest&) { return StubReply{.closes = true}; });
    const ToolResult result = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(result.errorCode, u"CONNECTION_LOST"_s);
    QVERIFY2(result.message.endsWith(u"so the workflow may have run"_s), qPrintable(result.message));
    QVERIFY(result.value.value(u"requestSent"_s).toBool());
    QTest::qWait(50); // a second request would come now
    QCOMPARE(server.requests.size(), 1);
}

void TestWorkflowTool::timesOutByArgument()
{
    StubServer server([](const StubRequest&) { return StubReply{.silent = true}; });
    const ToolResult result =
        call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"w"_s}, {u"timeoutMs"_s, 1000}});
    QCOMPARE(result.errorCode, u"TIMEOUT"_s);
    QVERIFY2(result.message.contains(u"may have run"_s), qPrintable(result.message));
    QVERIFY(result.durationMs >= 900 && result.durationMs < 60'000);
}

void TestWorkflowTool::cancels()
{
    std::stop_source source;
    StubServer server([&](const StubRequest&) {
        source.request_stop();
        return StubReply{.silent = true};
    });
    const ToolResult result = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"w"_s}}, source.get_token());
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
    QVERIFY2(result.message.contains(u"may have run"_s), qPrintable(result.message));
}

void TestWorkflowTool::refusesPrivateAddress()
{
    StubServer server([](const StubRequest&) { return StubReply{.body = "{}"}; });
    ToolSettings settings = settingsFor(server.url());
    settings.allowPrivateAddresses = false;
    const ToolResult result = call(settings, QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(result.errorCode, u"PRIVATE_ADDRESS_REFUSED"_s);
    QVERIFY(server.requests.isEmpty());
}

void TestWorkflowTool::refusesRedirect()
{
    StubServer server([](const StubRequest&) {
        return StubReply{.status = 301, .headers = {"Location: http://elsewhere.example/hook?key=1"}};
    });
    const ToolResult result = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(result.errorCode, u"REDIRECT_REFUSED"_s);
    QVERIFY2(result.message.contains(u"it points to http://elsewhere.example/hook;"_s), qPrintable(result.message));
}

void TestWorkflowTool::tellsRefusedConnection()
{
    QString url;
    {
        StubServer server([](const StubRequest&) { return StubReply{}; });
        url = server.url();
    }
    const ToolResult result = call(settingsFor(url), QJsonObject{{u"workflow"_s, u"w"_s}});
    QCOMPARE(result.errorCode, u"CONNECTION_FAILED"_s);
    QVERIFY2(!result.message.contains(u"may have run"_s), qPrintable(result.message));
}

void TestWorkflowTool::cutsHugeReplies()
{
    StubServer server([](const StubRequest& request) {
        const qsizetype size = request.path() == u"/huge"_s ? 5 * 1024 * 1024 : 100'000;
        return StubReply{.body = QByteArray(size, 'x'), .type = "text/plain"};
    });
    const ToolResult large = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"large"_s}});
    QVERIFY2(large.ok, qPrintable(large.message));
    QCOMPARE(large.value.value(u"reply"_s).toString().size(), 65'536);
    QVERIFY(large.value.value(u"replyCut"_s).toBool());
    const ToolResult huge = call(settingsFor(server.url()), QJsonObject{{u"workflow"_s, u"huge"_s}});
    QCOMPARE(huge.errorCode, u"REPLY_TOO_LARGE"_s);
}

QTEST_GUILESS_MAIN(TestWorkflowTool)
#include "tst_workflowtool.moc"
