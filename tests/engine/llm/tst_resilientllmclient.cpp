// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/resilientllmclient.h"

#include "tests/support/await.h"
#include "tests/support/fakeclock.h"
#include "tests/support/fakeids.h"

#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

LlmOutcome success()
{
    LlmOutcome outcome;
    outcome.reply.emplace();
    outcome.reply->content = u"done"_s;
    return outcome;
}

LlmOutcome failure(LlmErrorKind kind, ErrorClass errorClass = ErrorClass::TransientError)
{
    LlmOutcome outcome;
    outcome.failure.emplace();
    outcome.failure->kind = kind;
    outcome.failure->errorClass = errorClass;
    outcome.failure->message = u"no luck"_s;
    outcome.failure->requestSent = true;
    return outcome;
}

LlmOutcome rateLimited(std::chrono::milliseconds wait)
{
    LlmOutcome outcome = failure(LlmErrorKind::RateLimited);
    outcome.failure->retryAfter = wait;
    return outcome;
}

/// Gives the outcomes in order and keeps the requests.
class QueueClient final : public LlmClient
{
public:
    explicit QueueClient(QList<LlmOutcome> outcomes) : m_outcomes(std::move(outcomes)) {}
    QString provider() const override { return u"queue"_s; }
    QString defaultModel() const override { return u"m"_s; }
    bool isRemote() const override { return true; }
    QString endpoint() const override { return u"http://127.0.0.1:9/v1"_s; }
    EncodedRequest encode(const LlmRequest&) const override { return {}; }
    QCoro::Task<LlmOutcome> call(LlmRequest request, DeltaSink onDelta, std::stop_token) override
    {
        requests.append(request);
        onDelta({LlmDelta::Kind::Content, u"d%1"_s.arg(requests.size())});
        LlmOutcome outcome = m_outcomes.value(requests.size() - 1, success());
        co_return outcome;
    }
    LlmOutcome decode(const QByteArray&, bool) const override { return {}; }
    QCoro::Task<Result<QList<ModelInfo>>> models(std::stop_token) override { co_return QList<ModelInfo>(); }

    QList<LlmRequest> requests;

private:
    QList<LlmOutcome> m_outcomes;
};

/// Writes down what happens; refuses at the hook named.
class Notebook final : public AttemptObserver
{
public:
    QCoro::Task<Result<void>> attemptStarting(int attempt, const LlmRequest& request) override
    {
        lines.append(u"start %1"_s.arg(attempt));
        attemptsSeen.append(request.attempt);
        co_return refuse(u"start"_s);
    }
    QCoro::Task<Result<void>> attemptBlocked(int attempt, const LlmRequest&, const LlmFailure&) override
    {
        lines.append(u"blocked %1"_s.arg(attempt));
        co_return refuse(u"blocked"_s);
    }
    QCoro::Task<Result<void>> attemptFinished(int attempt, const LlmOutcome& outcome) override
    {
        lines.append(u"end %1 %2"_s.arg(QString::number(attempt), outcome.reply ? u"ok"_s : u"failed"_s));
        classes.append(outcome.failure ? outcome.failure->errorClass : ErrorClass::TransientError);
        co_return refuse(u"end"_s);
    }
    QCoro::Task<Result<void>> retryWaiting(std::shared_ptr<RetryWait> wait) override
    {
        lines.append(u"wait %1 %2"_s.arg(wait->notice().attempt).arg(wait->notice().delay.count()));
        attempts = wait->notice().attempts;
        waiting = wait;
        co_return refuse(u"wait"_s);
    }
    QCoro::Task<Result<void>> retryAnswered(int attempt, RetryAnswer answer) override
    {
        lines.append(u"answered %1 %2"_s.arg(QString::number(attempt), toName(answer)));
        co_return refuse(u"answered"_s);
    }
    void delta(const LlmDelta& delta) override { lines.append(delta.text); }

    QStringList lines;
    QList<int> attemptsSeen;
    QList<ErrorClass> classes;
    QString refusing;
    std::weak_ptr<RetryWait> waiting;
    int attempts = 0;

private:
    Result<void> refuse(const QString& hook) const
    {
        if (hook != refusing) {
            return {};
        }
        return fail(ErrorCode::Database, u"disk full"_s);
    }
};

} // namespace

class TestResilientLlmClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void answersAtOnce();
    void retriesAfterOneTwoAndFourSeconds();
    void givesUpAfterThreeRetries();
    void jitterOnlyShortens();
    void honoursRetryAfterWithoutJitter();
    void obeysRetryAfterZero();
    void refusesToWaitTooLong();
    void waitsUpToTheLimit();
    void neverRetriesTerminalErrors();
    void retriesABrokenStream();
    void continuesWithLaterAttempts_data();
    void continuesWithLaterAttempts();
    void hookErrorEndsTheCall_data();
    void hookErrorEndsTheCall();
    void stopsDuringAWait();
    void sendsNothingIfStoppedBefore();
    void keepsTheIdempotencyKey();
    void anIllEndpointIsLeftAlone();
    void refusedRequestsDoNotCount_data();
    void refusedRequestsDoNotCount();
    void aProbeDecides();
    void retriesAsOftenAsWanted_data();
    void retriesAsOftenAsWanted();
    void aWaitCanBeAnswered_data();
    void aWaitCanBeAnswered();
    void theFirstAnswerCounts();
    void aCallThatCannotBeRecordedFreesTheProbe();

private:
    Result<LlmOutcome> run(QueueClient& client, double share = 0, int firstAttempt = 1)
    {
        test::FixedJitter jitter(share);
        ResilientLlmClient resilient(client, m_clock, jitter, &*m_breakers);
        LlmRequest request;
        request.model = u"m"_s;
        request.idempotencyKey = u"key-1"_s;
        return test::await(resilient.call(request, m_notes, {}, firstAttempt));
    }

    test::FakeClock m_clock;
    std::optional<CircuitBreakers> m_breakers;
    Notebook m_notes;
};

void TestResilientLlmClient::init()
{
    m_clock = test::FakeClock();
    m_clock.setAutomatic(true);
    m_breakers.emplace(m_clock);
    m_notes.lines.clear();
    m_notes.attemptsSeen.clear();
    m_notes.classes.clear();
    m_notes.refusing.clear();
}

void TestResilientLlmClient::answersAtOnce()
{
    QueueClient client({success()});
    const auto outcome = run(client);
    QVERIFY(outcome && outcome->reply);
    QCOMPARE(m_notes.lines, (QStringList{u"start 1"_s, u"d1"_s, u"end 1 ok"_s}));
    QVERIFY(m_clock.sleeps().empty());
}

void TestResilientLlmClient::retriesAfterOneTwoAndFourSeconds()
{
    QueueClient client(
        {failure(LlmErrorKind::Server), failure(LlmErrorKind::Network), failure(LlmErrorKind::Overloaded), success()});
    const auto outcome = run(client);
    QVERIFY(outcome && outcome->reply);
    QCOMPARE(m_clock.sleeps(), (std::vector<qint64>{1000, 2000, 4000}));
    QCOMPARE(m_notes.lines, (QStringList{u"start 1"_s, u"d1"_s, u"end 1 failed"_s, u"wait 1 1000"_s, u"start 2"_s,
                                         u"d2"_s, u"end 2 failed"_s, u"wait 2 2000"_s, u"start 3"_s, u"d3"_s,
                                         u"end 3 failed"_s, u"wait 3 4000"_s, u"start 4"_s, u"d4"_s, u"end 4 ok"_s}));
    QCOMPARE(m_notes.attemptsSeen, (QList<int>{1, 2, 3, 4}));
}

void TestResilientLlmClient::givesUpAfterThreeRetries()
{
    QueueClient client(QList<LlmOutcome>(9, failure(LlmErrorKind::Server)));
    const auto outcome = run(client);
    QVERIFY(outcome && outcome->failure);
    QCOMPARE(client.requests.size(), 4);
    QCOMPARE(m_clock.sleeps().size(), 3U);
    QCOMPARE(m_notes.lines.last(), u"end 4 failed"_s);
}

void TestResilientLlmClient::jitterOnlyShortens()
{
    QueueClient client(QList<LlmOutcome>(4, failure(LlmErrorKind::Server)));
    QVERIFY(run(client, 0.5));
    QCOMPARE(m_clock.sleeps(), (std::vector<qint64>{875, 1750, 3500}));
}

void TestResilientLlmClient::honoursRetryAfterWithoutJitter()
{
    QueueClient client({rateLimited(7s), success()});
    QVERIFY(run(client, 0.99));
    QCOMPARE(m_clock.sleeps(), (std::vector<qint64>{7000}));
}

void TestResilientLlmClient::obeysRetryAfterZero()
{
    QueueClient client({rateLimited(0s), success()});
    const auto outcome = run(client);
    QVERIFY(outcome->reply);
    QCOMPARE(m_clock.sleeps(), (std::vector<qint64>{0}));
}

void TestResilientLlmClient::refusesToWaitTooLong()
{
    QueueClient client({rateLimited(61s), success()});
    const auto outcome = run(client);
    QVERIFY(outcome && outcome->failure);
    QCOMPARE(client.requests.size(), 1);
    QCOMPARE(outcome->failure->errorClass, ErrorClass::TerminalError);
    QCOMPARE(m_notes.classes, (QList<ErrorClass>{ErrorClass::TerminalError}));
    const QString when = toLocalTime(m_clock.nowMs() + 61'000);
    QVERIFY2(outcome->failure->message.contains(u"try again at "_s + when), qPrintable(outcome->failure->message));
    QVERIFY(m_clock.sleeps().empty());
}

void TestResilientLlmClient::waitsUpToTheLimit()
{
    QueueClient client({rateLimited(60s), success()});
    QVERIFY(run(client)->reply);
    QCOMPARE(m_clock.sleeps(), (std::vector<qint64>{60'000}));
}

void TestResilientLlmClient::neverRetriesTerminalErrors()
{
    LlmOutcome quota = failure(LlmErrorKind::Quota, ErrorClass::TerminalError);
    quota.failure->retryAfter = 1s;
    QueueClient client({quota, success()});
    const auto outcome = run(client);
    QCOMPARE(toName(outcome->failure->kind), toName(LlmErrorKind::Quota));
    QCOMPARE(outcome->failure->message, u"no luck"_s);
    QCOMPARE(client.requests.size(), 1);
}

void TestResilientLlmClient::retriesABrokenStream()
{
    LlmOutcome broken = failure(LlmErrorKind::StreamBroken);
    broken.failure->usage.output = 40;
    QueueClient client({broken, success()});
    QVERIFY(run(client)->reply);
    QCOMPARE(client.requests.size(), 2);
}

void TestResilientLlmClient::continuesWithLaterAttempts_data()
{
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("sends");
    QTest::addColumn<QList<qint64>>("sleeps");
    QTest::newRow("second") << 2 << 3 << QList<qint64>{2000, 4000};
    QTest::newRow("last") << 4 << 1 << QList<qint64>{};
    QTest::newRow("beyond the last") << 5 << 1 << QList<qint64>{};
    QTest::newRow("nonsense is the first") << 0 << 4 << QList<qint64>{1000, 2000, 4000};
}

void TestResilientLlmClient::continuesWithLaterAttempts()
{
    QFETCH(int, first);
    QFETCH(int, sends);
    QFETCH(QList<qint64>, sleeps);
    QueueClient client(QList<LlmOutcome>(9, failure(LlmErrorKind::Server)));
    const auto outcome = run(client, 0, first);
    QVERIFY(outcome && outcome->failure);
    QCOMPARE(client.requests.size(), sends);
    QCOMPARE(client.requests.first().attempt, std::max(first, 1));
    QCOMPARE(m_clock.sleeps(), std::vector<qint64>(sleeps.begin(), sleeps.end()));
}

void TestResilientLlmClient::hookErrorEndsTheCall_data()
{
    QTest::addColumn<QString>("hook");
    QTest::addColumn<int>("sends");
    QTest::newRow("before the send") << u"start"_s << 0;
    QTest::newRow("after it") << u"end"_s << 1;
    QTest::newRow("before the wait") << u"wait"_s << 1;
}

void TestResilientLlmClient::hookErrorEndsTheCall()
{
    QFETCH(QString, hook);
    QFETCH(int, sends);
    QueueClient client({failure(LlmErrorKind::Server), success()});
    m_notes.refusing = hook;
    const auto outcome = run(client);
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().message, u"disk full"_s);
    QCOMPARE(client.requests.size(), sends);
    QVERIFY(m_clock.sleeps().empty());
}

void TestResilientLlmClient::stopsDuringAWait()
{
    m_clock.setAutomatic(false);
    QueueClient client({failure(LlmErrorKind::Server), success()});
    test::FixedJitter jitter;
    ResilientLlmClient resilient(client, m_clock, jitter);
    std::stop_source source;
    auto task = resilient.call(LlmRequest(), m_notes, source.get_token());
    QTRY_COMPARE(m_clock.sleepers(), 1);
    source.request_stop();
    const auto outcome = test::await(std::move(task));
    QVERIFY(outcome && outcome->failure);
    QCOMPARE(toName(outcome->failure->kind), toName(LlmErrorKind::Cancelled));
    QVERIFY(!outcome->failure->requestSent);
    QCOMPARE(client.requests.size(), 1);
}

void TestResilientLlmClient::sendsNothingIfStoppedBefore()
{
    QueueClient client({success()});
    test::FixedJitter jitter;
    ResilientLlmClient resilient(client, m_clock, jitter);
    std::stop_source source;
    source.request_stop();
    const auto outcome = test::await(resilient.call(LlmRequest(), m_notes, source.get_token()));
    QCOMPARE(toName(outcome->failure->kind), toName(LlmErrorKind::Cancelled));
    QVERIFY(m_notes.lines.isEmpty());
    QVERIFY(client.requests.isEmpty());
}

void TestResilientLlmClient::keepsTheIdempotencyKey()
{
    QueueClient client({failure(LlmErrorKind::Server), success()});
    QVERIFY(run(client));
    QCOMPARE(client.requests.at(0).idempotencyKey, u"key-1"_s);
    QCOMPARE(client.requests.at(1).idempotencyKey, u"key-1"_s);
}

void TestResilientLlmClient::anIllEndpointIsLeftAlone()
{
    QueueClient client(QList<LlmOutcome>(9, failure(LlmErrorKind::Overloaded)));
    QVERIFY(run(client)->failure);
    m_notes.lines.clear();
    const qint64 openedMs = m_clock.nowMs();
    const auto fifth = run(client);
    // The failure that opened it is the end of its call: nobody waits for a retry that would not be sent.
    QCOMPARE(m_notes.lines, (QStringList{u"start 1"_s, u"d5"_s, u"end 1 failed"_s}));
    QCOMPARE(toName(fifth->failure->kind), toName(LlmErrorKind::Overloaded));
    QCOMPARE(fifth->failure->errorClass, ErrorClass::TerminalError);
    const QString until = toLocalTime(openedMs + 30'000);
    QVERIFY2(fifth->failure->message.contains(u"5 of the last 5 calls failed: the next one can be made at "_s + until),
             qPrintable(fifth->failure->message));

    m_notes.lines.clear();
    m_clock.advance(29'999ms);
    const auto sixth = run(client);
    QCOMPARE(m_notes.lines, (QStringList{u"blocked 1"_s}));
    QCOMPARE(client.requests.size(), 5);
    QCOMPARE(toName(sixth->failure->kind), toName(LlmErrorKind::CircuitOpen));
    QVERIFY(!sixth->failure->requestSent);
    QCOMPARE(sixth->failure->message, u"Not sent: 5 of the last 5 calls of m at http://127.0.0.1:9/v1 failed; the next "
                                      "one can be made at %1"_s.arg(until));
    m_notes.refusing = u"blocked"_s;
    QCOMPARE(run(client).error().message, u"disk full"_s);
}

void TestResilientLlmClient::refusedRequestsDoNotCount_data()
{
    QTest::addColumn<LlmErrorKind>("kind");
    QTest::addColumn<ErrorClass>("errorClass");
    QTest::newRow("rate limited") << LlmErrorKind::RateLimited << ErrorClass::TransientError;
    QTest::newRow("conflict") << LlmErrorKind::Conflict << ErrorClass::TransientError;
    QTest::newRow("wrong key") << LlmErrorKind::Auth << ErrorClass::TerminalError;
    QTest::newRow("server says not to try again") << LlmErrorKind::Server << ErrorClass::TerminalError;
}

void TestResilientLlmClient::refusedRequestsDoNotCount()
{
    QFETCH(LlmErrorKind, kind);
    QFETCH(ErrorClass, errorClass);
    QueueClient client(QList<LlmOutcome>(30, failure(kind, errorClass)));
    for (int i = 0; i < 7; ++i) {
        QCOMPARE(toName(run(client)->failure->kind), toName(kind));
    }
    QVERIFY(!m_notes.lines.contains(u"blocked 1"_s));
}

void TestResilientLlmClient::aProbeDecides()
{
    QList<LlmOutcome> outcomes(6, failure(LlmErrorKind::Network));
    outcomes.append(success());
    QueueClient client(outcomes);
    QVERIFY(run(client)->failure);
    QVERIFY(run(client)->failure);
    m_clock.advance(30s);
    QCOMPARE(toName(run(client)->failure->kind), toName(LlmErrorKind::Network)); // the probe, without retries
    QCOMPARE(client.requests.size(), 6);
    QCOMPARE(toName(run(client)->failure->kind), toName(LlmErrorKind::CircuitOpen));
    m_clock.advance(30s);
    QVERIFY(run(client)->reply);
    QVERIFY(run(client)->reply);
}

void TestResilientLlmClient::aCallThatCannotBeRecordedFreesTheProbe()
{
    QueueClient client(QList<LlmOutcome>(5, failure(LlmErrorKind::Network)));
    QVERIFY(run(client)->failure);
    QVERIFY(run(client)->failure);
    m_clock.advance(30s);
    m_notes.refusing = u"start"_s;
    QVERIFY(!run(client));
    m_notes.refusing.clear();
    QVERIFY(run(client)->reply);
}

void TestResilientLlmClient::retriesAsOftenAsWanted_data()
{
    QTest::addColumn<int>("retries");
    for (int retries = 0; retries <= RetryPolicy::kMostRetries; ++retries) {
        QTest::addRow("%d", retries) << retries;
    }
}

void TestResilientLlmClient::retriesAsOftenAsWanted()
{
    QFETCH(int, retries);
    QueueClient client(QList<LlmOutcome>(9, failure(LlmErrorKind::RateLimited)));
    test::FixedJitter jitter;
    RetryPolicy policy;
    policy.retries = retries;
    ResilientLlmClient resilient(client, m_clock, jitter, nullptr, policy);
    m_notes.attempts = 0;
    QVERIFY(test::await(resilient.call(LlmRequest(), m_notes, {}))->failure);
    QCOMPARE(client.requests.size(), retries + 1);
    QCOMPARE(m_notes.attempts, retries == 0 ? 0 : retries + 1);
}

void TestResilientLlmClient::aWaitCanBeAnswered_data()
{
    QTest::addColumn<RetryAnswer>("answer");
    QTest::addColumn<QString>("refusing");
    QTest::addColumn<int>("sends");
    QTest::newRow("now") << RetryAnswer::TryNow << QString() << 2;
    QTest::newRow("no more") << RetryAnswer::GiveUp << QString() << 1;
    QTest::newRow("cannot be recorded") << RetryAnswer::TryNow << u"answered"_s << 1;
}

void TestResilientLlmClient::aWaitCanBeAnswered()
{
    QFETCH(RetryAnswer, answer);
    QFETCH(QString, refusing);
    QFETCH(int, sends);
    m_clock.setAutomatic(false);
    m_notes.refusing = refusing;
    QueueClient client({failure(LlmErrorKind::Overloaded), success()});
    test::FixedJitter jitter;
    ResilientLlmClient resilient(client, m_clock, jitter);
    auto task = resilient.call(LlmRequest(), m_notes, {});
    QTRY_COMPARE(m_clock.sleepers(), 1);
    m_notes.waiting.lock()->answer(answer);
    const auto outcome = test::await(std::move(task));
    QCOMPARE(client.requests.size(), sends);
    QVERIFY(m_notes.lines.contains(u"answered 1 "_s + toName(answer)));
    QVERIFY(m_notes.waiting.expired()); // nothing can be said any more
    QCOMPARE(outcome.has_value(), refusing.isEmpty());
    if (outcome && answer == RetryAnswer::GiveUp) {
        QCOMPARE(toName(outcome->failure->kind), toName(LlmErrorKind::Overloaded));
        QCOMPARE(outcome->failure->message, u"no luck"_s);
    } else if (outcome) {
        QVERIFY(outcome->reply);
    }
}

void TestResilientLlmClient::theFirstAnswerCounts()
{
    RetryWait wait({1, 4, {}, 1s});
    QVERIFY(!wait.answer());
    wait.answer(RetryAnswer::GiveUp);
    wait.answer(RetryAnswer::TryNow);
    QCOMPARE(wait.answer(), RetryAnswer::GiveUp);
    QVERIFY(wait.token().stop_requested());
}

QTEST_GUILESS_MAIN(TestResilientLlmClient)
#include "tst_resilientllmclient.moc"
