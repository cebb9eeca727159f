// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

int toolResults(const FakeRequest& request)
{
    int results = 0;
    const QJsonArray messages = request.json().value("messages"_L1).toArray();
    for (const QJsonValue& message : messages) {
        results += message.toObject().value("role"_L1).toString() == "tool"_L1 ? 1 : 0;
    }
    return results;
}

FakeReply reply(const FakeRequest& request, const FakeCompletion& completion)
{
    return request.wantsStream() ? FakeReply::stream(completion) : FakeReply::completion(completion);
}

} // namespace

/// The process dies without warning (SIGKILL), at any moment. Each time the database opens clean, no decision that was
/// paid for is missing, another process finishes the run, and nothing is paid for twice but what was in flight.
class TestKills : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void losesNothingAtAnyMoment();
    void losesNothingBetweenParallelCalls();
    void losesNothingAtAStopPoint();
    void isKilledAgainWhileResuming();

private:
    [[nodiscard]] QStringList ask(const QStringList& more = {}) const
    {
        return QStringList{u"run"_s,
                           u"--prompt"_s,
                           u"work"_s,
                           u"--user"_s,
                           u"alice"_s,
                           u"--provider"_s,
                           u"openai"_s,
                           u"--base-url"_s,
                           m_server->baseUrl(),
                           u"--model"_s,
                           u"mock-1"_s,
                           u"--max-steps"_s,
                           u"60"_s,
                           u"--no-cache"_s,
                           u"--quiet"_s,
                           u"--context-window"_s,
                           u"128000"_s} +
               more;
    }
    /// Until so many requests have come, or the process has ended.
    void waitForRequests(QProcess& process, int count) const;
    void finishAndCheck(const QString& id, int decisions);

    std::unique_ptr<Lathectl> m_lathe;
    std::unique_ptr<FakeLlmServer> m_server;
};

void TestKills::init()
{
    m_lathe = std::make_unique<Lathectl>();
    m_server = std::make_unique<FakeLlmServer>();
    const Ran ran = m_lathe->run({u"policy"_s, u"set"_s, u"alice"_s, u"tier=enterprise"_s,
                                  u"requestsPerMinute=100000"_s, u"requestsPerHour=100000"_s});
    QVERIFY2(ran.status == 0, ran.told().constData());
}

void TestKills::waitForRequests(QProcess& process, int count) const
{
    QVERIFY(process.waitForStarted());
    QElapsedTimer clock;
    clock.start();
    while (m_server->requestCount() < count && process.state() == QProcess::Running && clock.elapsed() < 60'000) {
        QTest::qWait(1);
    }
}

/// The database is whole, another process finishes the run, its bill is its cost, and then it is deleted so that the
/// next look at the database is not longer.
void TestKills::finishAndCheck(const QString& id, int decisions)
{
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0); // integrity, gapless journal, projections as the journal says
    const Ran end = m_lathe->run(QStringList{u"resume"_s, id, u"--quiet"_s} + m_lathe->results());
    QVERIFY2(end.status == 0, end.told().constData());
    const QJsonObject response = m_lathe->response();
    QCOMPARE(response.value("status"_L1).toString(), u"COMPLETE"_s);
    QCOMPARE(response.value("decisions"_L1).toArray().size(), decisions);
    QCOMPARE(response.value("totalCost"_L1).toString(), m_lathe->billed());
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
    QCOMPARE(m_lathe->run({u"runs"_s, u"delete"_s, id}).status, 0);
}

void TestKills::losesNothingAtAnyMoment()
{
    constexpr int kDecisions = 50;
    const int asked = qEnvironmentVariableIntValue("LATHE_KILLS");
    const int kills = asked > 0 ? asked : 12;
    m_server->setDefaultHandler([](const FakeRequest& request) {
        const int results = toolResults(request);
        return reply(request, results + 1 < kDecisions
                                  ? toolCompletion(u"retrieve_context"_s, u"{\"query\":\"q%1\"}"_s.arg(results))
                                  : textCompletion(u"all done"_s));
    });
    QElapsedTimer clock;
    clock.start();
    QCOMPARE(m_lathe->run(ask()).status, 0);
    const int whole = static_cast<int>(clock.elapsed());
    QCOMPARE(m_lathe->run({u"runs"_s, u"delete"_s, m_lathe->newest().value("run"_L1).toString()}).status, 0);
    QRandomGenerator random(20261122);
    int resumed = 0;
    for (int i = 0; i < kills; ++i) {
        const int before = m_server->requestCount();
        const auto process = m_lathe->start(ask());
        QVERIFY(process->waitForStarted());
        // Half of the moments by the clock (at the start and the end too), half of them just after a request.
        if (i % 2 == 0) {
            QTest::qWait(random.bounded(10, qMax(40, whole)));
        } else {
            waitForRequests(*process, before + random.bounded(1, kDecisions + 1));
        }
        process->kill();
        process->waitForFinished();
        const int sent = m_server->requestCount() - before;
        const QJsonObject listed = m_lathe->newest();
        const QString id = listed.value("run"_L1).toString();
        if (id.isEmpty()) {
            QCOMPARE(sent, 0); // it had not begun, so it has paid for nothing
            continue;
        }
        if (listed.value("status"_L1).toString() == "COMPLETE"_L1) {
            QCOMPARE(sent, kDecisions);
            QCOMPARE(m_lathe->run({u"runs"_s, u"delete"_s, id}).status, 0);
            continue;
        }
        QCOMPARE(listed.value("status"_L1).toString(), u"INTERRUPTED"_s);
        // Every reply but the one in flight is in the journal.
        QVERIFY2(listed.value("decisions"_L1).toInt() >= sent - 1, qPrintable(QString::number(sent)));
        finishAndCheck(id, kDecisions);
        const int all = m_server->requestCount() - before;
        QVERIFY2(all == kDecisions || all == kDecisions + 1, qPrintable(QString::number(all)));
        ++resumed;
    }
    QVERIFY2(resumed > 0, "no kill hit a running run");
}

void TestKills::losesNothingBetweenParallelCalls()
{
    if (qEnvironmentVariableIsSet("LATHE_NO_SANDBOX")) {
        QSKIP("this machine has no working sandbox");
    }
    // Three calls at once; one is done, two take their time when the process dies.
    FakeCompletion calls;
    calls.toolCalls = {{u"call_a"_s, u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s},
                       {u"call_b"_s, u"code_executor"_s, u"{\"language\":\"bash\",\"code\":\"sleep 4; echo one\"}"_s},
                       {u"call_c"_s, u"code_executor"_s, u"{\"language\":\"bash\",\"code\":\"sleep 4; echo two\"}"_s}};
    m_server->setDefaultHandler([calls](const FakeRequest& request) {
        return reply(request, toolResults(request) == 0 ? calls : textCompletion(u"all three"_s));
    });
    const auto process = m_lathe->start(ask({u"--events"_s, m_lathe->path(u"events.jsonl"_s)}));
    const auto told = [this](const char *event) {
        const QByteArray name = "\"event\":\"" + QByteArray(event) + '"';
        return m_lathe->read(u"events.jsonl"_s).count(name);
    };
    QVERIFY(QTest::qWaitFor([&] { return told("TOOL_REQUEST") == 3 && told("TOOL_RESULT") >= 1; }, 60'000));
    process->kill();
    process->waitForFinished();
    QVERIFY(told("TOOL_RESULT") < 3);
    const QString id = m_lathe->newest().value("run"_L1).toString();
    finishAndCheck(id, 2);
    QCOMPARE(m_server->requestCount(), 2); // the reply that asked for the calls was not paid for again
    QStringList results;
    for (const QJsonValue& message : m_server->requests().last().json().value("messages"_L1).toArray()) {
        if (message.toObject().value("role"_L1).toString() == "tool"_L1) {
            results << message.toObject().value("tool_call_id"_L1).toString();
        }
    }
    QCOMPARE(results, (QStringList{u"call_a"_s, u"call_b"_s, u"call_c"_s}));
}

void TestKills::losesNothingAtAStopPoint()
{
    m_server->enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
    m_server->enqueueCompletion(textCompletion(u"after the stop"_s));
    const Terminal terminal;
    QVERIFY(terminal.works());
    const auto process = m_lathe->start(
        ask({u"--break"_s, u"BEFORE_TOOL"_s, u"--events"_s, m_lathe->path(u"events.jsonl"_s)}), &terminal);
    QVERIFY(QTest::qWaitFor([this] { return m_lathe->read(u"events.jsonl"_s).contains("STOPPED_AT"); }, 60'000));
    const QString id = m_lathe->newest().value("run"_L1).toString();
    QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"PAUSED"_s);
    const Ran refused = m_lathe->run({u"resume"_s, id}); // somebody stands there
    QVERIFY2(refused.status == 2 && refused.err.contains("another process"), refused.told().constData());
    process->kill();
    process->waitForFinished();
    finishAndCheck(id, 2);
    QCOMPARE(m_server->requestCount(), 2);
}

void TestKills::isKilledAgainWhileResuming()
{
    constexpr int kDecisions = 12;
    m_server->setDefaultHandler([](const FakeRequest& request) {
        const int results = toolResults(request);
        return reply(request, results + 1 < kDecisions
                                  ? toolCompletion(u"retrieve_context"_s, u"{\"query\":\"q%1\"}"_s.arg(results))
                                  : textCompletion(u"all done"_s))
            .after(std::chrono::milliseconds(20));
    });
    auto process = m_lathe->start(ask());
    waitForRequests(*process, 3);
    process->kill();
    process->waitForFinished();
    const QString id = m_lathe->newest().value("run"_L1).toString();
    int lost = 1;
    for (int i = 0; i < 3; ++i, ++lost) {
        const int before = m_server->requestCount();
        process = m_lathe->start({u"resume"_s, id, u"--quiet"_s});
        waitForRequests(*process, before + 2);
        process->kill();
        process->waitForFinished();
        QCOMPARE(m_lathe->newest().value("status"_L1).toString(), u"INTERRUPTED"_s);
    }
    finishAndCheck(id, kDecisions);
    QVERIFY2(m_server->requestCount() <= kDecisions + lost, qPrintable(QString::number(m_server->requestCount())));
}

QTEST_GUILESS_MAIN(TestKills)
#include "tst_kills.moc"
