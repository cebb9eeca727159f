// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/tools/tooldispatcher.h"
#include "tests/support/await.h"
#include "tests/support/fakeclock.h"

#include <QJsonArray>
#include <QTest>

#include <functional>
#include <optional>
#include <stdexcept>
#include <thread>

using namespace lathe;
using namespace lathe::test;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

using Body = std::function<QCoro::Task<ToolResult>(ToolInvocation, std::stop_token)>;

class FakeTool final : public Tool
{
public:
    FakeTool(ToolSpec spec, Body body, bool *destroyed = nullptr)
        : m_spec(std::move(spec)), m_body(std::move(body)), m_destroyed(destroyed)
    {}
    ~FakeTool() override
    {
        if (m_destroyed) {
            *m_destroyed = true;
        }
    }
    const ToolSpec& spec() const override { return m_spec; }
    ToolAvailability availability() const override { return m_availability; }
    QCoro::Task<ToolResult> run(ToolInvocation invocation, std::stop_token stop) override
    {
        ++runs;
        ToolResult result = co_await m_body(std::move(invocation), std::move(stop));
        result.value.insert(u"ranOn"_s, m_spec.name); // touches the tool after the wait
        co_return result;
    }
    ToolAvailability m_availability;
    int runs = 0;

private:
    ToolSpec m_spec;
    Body m_body;
    bool *m_destroyed;
};

ToolSpec spec(const QString& name)
{
    ToolSpec spec;
    spec.name = name;
    spec.description = u"for tests"_s;
    const QJsonObject n{{u"type"_s, u"integer"_s}, {u"minimum"_s, 1}};
    const QJsonObject properties{{u"n"_s, n}};
    spec.inputSchema = QJsonObject{{u"type"_s, u"object"_s},
                                   {u"properties"_s, properties},
                                   {u"required"_s, QJsonArray{u"n"_s}},
                                   {u"additionalProperties"_s, false}};
    spec.timeout = 5s;
    return spec;
}

ToolInvocation invocation(int n = 1)
{
    ToolInvocation invocation;
    invocation.arguments = QJsonObject{{u"n"_s, n}};
    return invocation;
}

QCoro::Task<ToolResult> answerAtOnce(ToolInvocation invocation, std::stop_token)
{
    ToolResult result;
    result.value = invocation.arguments;
    co_return result;
}

QCoro::Task<ToolResult> throwAtOnce(ToolInvocation, std::stop_token)
{
    throw std::runtime_error("it broke");
    co_return ToolResult{};
}

QCoro::Task<ToolResult> throwSomething(ToolInvocation, std::stop_token)
{
    throw 7;
    co_return ToolResult{};
}

/// Waits on a clock and obeys the stop request with what it has so far.
QCoro::Task<ToolResult> waitOn(Clock *clock, std::chrono::milliseconds time, std::stop_token stop)
{
    const bool passed = co_await clock->sleepFor(time, stop);
    if (!passed) {
        co_return toolError(u"CANCELLED"_s, u"half done"_s, QJsonObject{{u"part"_s, 1}});
    }
    co_return ToolResult{};
}

/// Deaf to the stop request: waits for release only.
QCoro::Task<ToolResult> waitForRelease(std::shared_ptr<OneShot<bool>> release)
{
    const bool released = co_await release->future();
    ToolResult result;
    result.value.insert(u"released"_s, released);
    co_return result;
}

} // namespace

class TestToolDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void registryRefusesBadTools_data();
    void registryRefusesBadTools();
    void registryListsInOrder();
    void refusesWrongArgumentsWithoutRunning();
    void refusesUnknownTool();
    void reportsUnavailableTool();
    void runsAndMeasures();
    void exceptionBecomesResult();
    void timesOut();
    void cancels();
    void cancelsFromAnotherThread();
    void runsSoManyAtATime();
    void doesNotStartAfterStop();
    void keepsResultThatCameDespiteStop();
    void abandonsDeafTool_data();
    void abandonsDeafTool();
    void abandonedToolOutlivesRegistry();
    void textForModelTellsErrorsAndPending();
};

void TestToolDispatcher::registryRefusesBadTools_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("schemaType");
    QTest::addColumn<int>("timeoutMs");
    QTest::addColumn<QString>("message");
    QTest::newRow("empty name") << u""_s << u"object"_s << 1 << u"\"\" is not a tool name"_s;
    QTest::newRow("blank in name") << u"a b"_s << u"object"_s << 1 << u"\"a b\" is not a tool name"_s;
    QTest::newRow("line end in name") << u"ab\n"_s << u"object"_s << 1 << u"is not a tool name"_s;
    QTest::newRow("65 characters") << QString(65, u'a') << u"object"_s << 1 << u"is not a tool name"_s;
    QTest::newRow("twice") << u"first"_s << u"object"_s << 1 << u"already a tool named first"_s;
    QTest::newRow("schema") << u"second"_s << u"objekt"_s << 1
                            << u"schema of the tool second cannot be used: schema at \"#/type\": \"objekt\" is"_s;
    QTest::newRow("no time-out") << u"second"_s << u"object"_s << 0 << u"the tool second has no time-out"_s;
}

void TestToolDispatcher::registryRefusesBadTools()
{
    QFETCH(QString, name);
    QFETCH(QString, schemaType);
    QFETCH(int, timeoutMs);
    QFETCH(QString, message);
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"first"_s), answerAtOnce)));
    ToolSpec wrong = spec(name);
    wrong.inputSchema.insert(u"type"_s, schemaType);
    wrong.timeout = std::chrono::milliseconds(timeoutMs);
    const auto added = registry.add(std::make_unique<FakeTool>(wrong, answerAtOnce));
    QVERIFY(!added);
    QVERIFY2(added.error().message.contains(message), qPrintable(added.error().message));
    QCOMPARE(registry.names(), QStringList{u"first"_s});
}

void TestToolDispatcher::registryListsInOrder()
{
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"zebra"_s), answerAtOnce)));
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(QString(64, u'a')), answerAtOnce)));
    QCOMPARE(registry.names(), (QStringList{u"zebra"_s, QString(64, u'a')}));
    QCOMPARE(registry.tools().size(), 2);
    QCOMPARE(registry.tools().first(), registry.find(u"zebra"_s));
    QVERIFY(!registry.find(u"horse"_s));
    QVERIFY(!registry.share(u"horse"_s));
    QVERIFY(!registry.schema(u"horse"_s));
}

void TestToolDispatcher::refusesWrongArgumentsWithoutRunning()
{
    ToolRegistry registry;
    auto owned = std::make_unique<FakeTool>(spec(u"t"_s), answerAtOnce);
    FakeTool *tool = owned.get();
    QVERIFY(registry.add(std::move(owned)));
    FakeClock clock;
    ToolDispatcher dispatcher(registry, clock);
    ToolInvocation wrong;
    wrong.arguments = QJsonObject{{u"n"_s, 0}, {u"m"_s, 1}};
    const auto valid = dispatcher.validate(u"t"_s, wrong.arguments);
    QVERIFY(!valid);
    QCOMPARE(valid.error().code, ErrorCode::InvalidInput);
    QCOMPARE(valid.error().message, u"invalid arguments for t: $.m: is not a known member"_s);
    QCOMPARE(valid.error().detail, u"$.m: is not a known member\n$.n: 0 is less than the minimum 1"_s);

    const ToolResult result = await(dispatcher.dispatch(u"t"_s, wrong, {}));
    QVERIFY(!result.ok);
    QCOMPARE(result.errorCode, u"INVALID_ARGUMENTS"_s);
    QVERIFY2(result.message.contains(u"0 is less than the minimum 1"_s), qPrintable(result.message));
    QCOMPARE(tool->runs, 0);
    QVERIFY(dispatcher.validate(u"t"_s, QJsonObject{{u"n"_s, 1}}));
}

void TestToolDispatcher::refusesUnknownTool()
{
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"known"_s), answerAtOnce)));
    FakeClock clock;
    ToolDispatcher dispatcher(registry, clock);
    QCOMPARE(dispatcher.validate(u"other"_s, {}).error().code, ErrorCode::NotFound);
    const ToolResult result = await(dispatcher.dispatch(u"other"_s, {}, {}));
    QCOMPARE(result.errorCode, u"UNKNOWN_TOOL"_s);
    QCOMPARE(result.message, u"there is no tool named \"other\"; tools: known"_s);
}

void TestToolDispatcher::reportsUnavailableTool()
{
    ToolRegistry registry;
    auto tool = std::make_unique<FakeTool>(spec(u"t"_s), answerAtOnce);
    tool->m_availability = {false, u"not configured: set the thing"_s};
    FakeTool *raw = tool.get();
    QVERIFY(registry.add(std::move(tool)));
    FakeClock clock;
    ToolDispatcher dispatcher(registry, clock);
    const ToolResult result = await(dispatcher.dispatch(u"t"_s, invocation(), {}));
    QVERIFY(!result.ok);
    QCOMPARE(result.errorCode, u"NOT_CONFIGURED"_s);
    QCOMPARE(result.message, u"not configured: set the thing"_s);
    QCOMPARE(raw->runs, 0);
}

void TestToolDispatcher::runsAndMeasures()
{
    FakeClock clock;
    const Body body = [&clock](ToolInvocation, std::stop_token stop) { return waitOn(&clock, 1500ms, stop); };
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"t"_s), body)));
    ToolDispatcher dispatcher(registry, clock);
    auto running = dispatcher.dispatch(u"t"_s, invocation(), {});
    QCOMPARE(dispatcher.running(), 1);
    clock.advance(1500ms);
    const ToolResult result = await(std::move(running));
    QVERIFY(result.ok);
    QCOMPARE(result.durationMs, 1500);
    QCOMPARE(result.value.value(u"ranOn"_s).toString(), u"t"_s);
    QCOMPARE(dispatcher.running(), 0);
    QTRY_COMPARE(clock.sleepers(), 0); // the watch has ended too
}

void TestToolDispatcher::exceptionBecomesResult()
{
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"a"_s), throwAtOnce)));
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"b"_s), throwSomething)));
    FakeClock clock;
    ToolDispatcher dispatcher(registry, clock);
    const ToolResult a = await(dispatcher.dispatch(u"a"_s, invocation(), {}));
    QCOMPARE(a.errorCode, u"INTERNAL"_s);
    QVERIFY(a.message.contains(u"it broke"_s));
    const ToolResult b = await(dispatcher.dispatch(u"b"_s, invocation(), {}));
    QCOMPARE(b.errorCode, u"INTERNAL"_s);
    QCOMPARE(dispatcher.running(), 0);
}

void TestToolDispatcher::timesOut()
{
    FakeClock clock;
    const Body body = [&clock](ToolInvocation, std::stop_token stop) { return waitOn(&clock, 60s, stop); };
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"slow"_s), body)));
    ToolDispatcher dispatcher(registry, clock);
    auto running = dispatcher.dispatch(u"slow"_s, invocation(), {});
    clock.advance(5s);
    const ToolResult result = await(std::move(running));
    QVERIFY(!result.ok);
    QCOMPARE(result.errorCode, u"TIMEOUT"_s);
    QCOMPARE(result.message, u"slow did not finish within 5 s: half done"_s);
    QCOMPARE(result.value.value(u"part"_s).toInt(), 1);
    QCOMPARE(result.durationMs, 5000);
    QCOMPARE(dispatcher.running(), 0);
    QTRY_COMPARE(clock.sleepers(), 0);
}

void TestToolDispatcher::cancels()
{
    FakeClock clock;
    const Body body = [&clock](ToolInvocation, std::stop_token stop) { return waitOn(&clock, 60s, stop); };
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"slow"_s), body)));
    ToolDispatcher dispatcher(registry, clock);
    std::stop_source source;
    auto running = dispatcher.dispatch(u"slow"_s, invocation(), source.get_token());
    clock.advance(1s);
    source.request_stop();
    const ToolResult result = await(std::move(running));
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
    QCOMPARE(result.message, u"slow was stopped before it finished: half done"_s);
    QCOMPARE(result.durationMs, 1000);
}

void TestToolDispatcher::cancelsFromAnotherThread()
{
    SystemClock clock;
    const Body body = [&clock](ToolInvocation, std::stop_token stop) { return waitOn(&clock, 60s, stop); };
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"slow"_s), body)));
    ToolDispatcher dispatcher(registry, clock);
    std::stop_source source;
    auto running = dispatcher.dispatch(u"slow"_s, invocation(), source.get_token());
    std::thread other([&source] { source.request_stop(); });
    const ToolResult result = await(std::move(running));
    other.join();
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
}

void TestToolDispatcher::runsSoManyAtATime()
{
    FakeClock clock;
    QList<int> begun;
    const Body body = [&](ToolInvocation call, std::stop_token stop) {
        begun.append(call.arguments.value("n"_L1).toInt());
        return waitOn(&clock, std::chrono::seconds(call.arguments.value("n"_L1).toInt() == 1 ? 1 : 3), stop);
    };
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"slow"_s), body)));
    ToolDispatcher dispatcher(registry, clock);
    constexpr int kLimit = ToolDispatcher::kMaxParallel;
    std::stop_source given;
    std::vector<QCoro::Task<ToolResult>> calls;
    for (int n = 1; n <= kLimit + 3; ++n) {
        // One of those that wait is stopped.
        calls.push_back(
            dispatcher.dispatch(u"slow"_s, invocation(n), n == kLimit + 1 ? given.get_token() : std::stop_token()));
    }
    QCOMPARE(begun.size(), kLimit);
    ToolInvocation other = invocation(100);
    other.runId = u"another run"_s;
    auto elsewhere = dispatcher.dispatch(u"slow"_s, other, {});
    QCOMPARE(begun.last(), 100); // another run is not held up
    given.request_stop();
    const ToolResult stopped = await(std::move(calls[kLimit]));
    QCOMPARE(stopped.errorCode, u"CANCELLED"_s);
    QCOMPARE(stopped.message, u"slow was stopped before it started"_s);
    clock.advance(1s); // the first one ends, and the next that waits begins
    QTRY_COMPARE(begun.size(), kLimit + 2);
    QCOMPARE(begun.last(), kLimit + 2);
    clock.advance(2s);
    QTRY_COMPARE(begun.last(), kLimit + 3);
    clock.advance(3s);
    for (int n = 1; n <= kLimit + 3; ++n) {
        if (n != kLimit + 1) {
            const ToolResult result = await(std::move(calls[static_cast<std::size_t>(n - 1)]));
            QVERIFY2(result.ok, qPrintable(result.message));
            if (n <= kLimit) {
                QCOMPARE(result.durationMs, n == 1 ? 1000 : 3000);
            }
        }
    }
    QVERIFY(await(std::move(elsewhere)).ok);
    QCOMPARE(dispatcher.running(), 0);
}

void TestToolDispatcher::doesNotStartAfterStop()
{
    ToolRegistry registry;
    auto tool = std::make_unique<FakeTool>(spec(u"t"_s), answerAtOnce);
    FakeTool *raw = tool.get();
    QVERIFY(registry.add(std::move(tool)));
    FakeClock clock;
    ToolDispatcher dispatcher(registry, clock);
    std::stop_source source;
    source.request_stop();
    const ToolResult result = await(dispatcher.dispatch(u"t"_s, invocation(), source.get_token()));
    QCOMPARE(result.errorCode, u"CANCELLED"_s);
    QCOMPARE(raw->runs, 0);
}

void TestToolDispatcher::keepsResultThatCameDespiteStop()
{
    const auto release = std::make_shared<OneShot<bool>>();
    const Body body = [release](ToolInvocation, std::stop_token) { return waitForRelease(release); };
    FakeClock clock;
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"t"_s), body)));
    ToolDispatcher dispatcher(registry, clock);
    std::stop_source source;
    auto running = dispatcher.dispatch(u"t"_s, invocation(), source.get_token());
    source.request_stop();
    release->set(true);
    const ToolResult result = await(std::move(running));
    QVERIFY2(result.ok, qPrintable(result.message));
    QVERIFY(result.value.value(u"released"_s).toBool());
}

void TestToolDispatcher::abandonsDeafTool_data()
{
    QTest::addColumn<bool>("byUser");
    QTest::addColumn<QString>("code");
    QTest::newRow("stopped") << true << u"CANCELLED"_s;
    QTest::newRow("timed out") << false << u"TIMEOUT"_s;
}

void TestToolDispatcher::abandonsDeafTool()
{
    QFETCH(bool, byUser);
    QFETCH(QString, code);
    const auto release = std::make_shared<OneShot<bool>>();
    const Body body = [release](ToolInvocation, std::stop_token) { return waitForRelease(release); };
    FakeClock clock;
    ToolRegistry registry;
    QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"deaf"_s), body)));
    auto dispatcher = std::make_unique<ToolDispatcher>(registry, clock);
    std::stop_source source;
    auto running = dispatcher->dispatch(u"deaf"_s, invocation(), source.get_token());
    if (byUser) {
        source.request_stop();
    } else {
        clock.advance(5s);
    }
    QTRY_COMPARE(clock.sleeps().size(), std::size_t(2)); // the time-out, then the grace time
    QCOMPARE(clock.sleeps().back(), 2000);
    clock.advance(2s);
    const ToolResult result = await(std::move(running));
    QCOMPARE(result.errorCode, code);
    QVERIFY2(result.message.contains(u"was abandoned"_s), qPrintable(result.message));
    QCOMPARE(dispatcher->running(), 1);
    release->set(true);
    QTRY_COMPARE(dispatcher->running(), 0);
}

void TestToolDispatcher::abandonedToolOutlivesRegistry()
{
    const auto release = std::make_shared<OneShot<bool>>();
    bool destroyed = false;
    FakeClock clock;
    {
        const Body body = [release](ToolInvocation, std::stop_token) { return waitForRelease(release); };
        ToolRegistry registry;
        QVERIFY(registry.add(std::make_unique<FakeTool>(spec(u"deaf"_s), body, &destroyed)));
        ToolDispatcher dispatcher(registry, clock);
        auto running = dispatcher.dispatch(u"deaf"_s, invocation(), {});
        clock.advance(5s);
        QTRY_COMPARE(clock.sleeps().size(), std::size_t(2));
        clock.advance(2s);
        const ToolResult result = await(std::move(running));
        QCOMPARE(result.errorCode, u"TIMEOUT"_s);
    }
    QVERIFY(!destroyed);
    release->set(true);
    QTRY_VERIFY(destroyed);
}

void TestToolDispatcher::textForModelTellsErrorsAndPending()
{
    ToolResult result;
    result.value = QJsonObject{{u"sum"_s, 6}};
    QCOMPARE(result.textForModel(), uR"({"sum":6})"_s);
    result.pending = true;
    QCOMPARE(result.textForModel(), uR"({"pending":true,"sum":6})"_s);
    const ToolResult error = toolError(u"TIMEOUT"_s, u"too slow"_s, result.value);
    QVERIFY(!error.ok);
    QCOMPARE(error.textForModel(), uR"({"error":{"code":"TIMEOUT","message":"too slow"},"sum":6})"_s);
}

QTEST_GUILESS_MAIN(TestToolDispatcher)
#include "tst_tooldispatcher.moc"
