// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

FakeReply reply(const FakeCompletion& completion, bool stream)
{
    return stream ? FakeReply::stream(completion) : FakeReply::completion(completion);
}

} // namespace

/// lathectl against a local server that speaks the real wire and breaks it in every way that was ever seen. The
/// server's own count of requests proves that nothing was sent twice.
class TestWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_lathe = std::make_unique<Lathectl>();
        m_server = std::make_unique<FakeLlmServer>();
    }

    void recoversFromPassingFaults_data();
    void recoversFromPassingFaults();
    void endsOnLastingFaults_data();
    void endsOnLastingFaults();
    void callsToolsInParallel_data();
    void callsToolsInParallel();
    void marksWhatIsNotReported();
    void givesUpAfterThreeRetries();
    void retriesAsOftenAsAsked();
    void waitsNoLongerThanAsked();
    void givesACallAsLongAsAsked();

private:
    [[nodiscard]] QStringList ask(bool stream, const QStringList& more = {}) const
    {
        return QStringList{u"run"_s,
                           u"--prompt"_s,
                           u"What is a frame?"_s,
                           u"--provider"_s,
                           u"openai"_s,
                           u"--base-url"_s,
                           m_server->baseUrl(),
                           u"--model"_s,
                           u"mock-1"_s,
                           stream ? u"--stream"_s : u"--no-stream"_s} +
               more + m_lathe->results();
    }
    std::unique_ptr<Lathectl> m_lathe;
    std::unique_ptr<FakeLlmServer> m_server;
};

void TestWire::recoversFromPassingFaults_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<bool>("stream");
    for (const bool stream : {true, false}) {
        const char *how = stream ? "streamed" : "whole";
        for (const QString& fault :
             {u"none"_s, u"429 with Retry-After"_s, u"500"_s, u"503"_s, u"closed before headers"_s,
              u"reset before headers"_s, u"status line only"_s, u"short Content-Length"_s, u"cut chunks"_s,
              u"cut in the middle"_s, u"reset in the middle"_s, u"garbage"_s}) {
            QTest::addRow("%s, %s", qPrintable(fault), how) << fault << stream;
        }
    }
    QTest::newRow("error after 200") << u"error in the stream"_s << true;
    QTest::newRow("no finish_reason") << u"no finish_reason"_s << true;
}

void TestWire::recoversFromPassingFaults()
{
    QFETCH(QString, fault);
    QFETCH(bool, stream);
    const FakeCompletion answer = textCompletion(u"An answer that never came whole."_s);
    const FakeReply whole = reply(answer, stream);
    const qsizetype half = whole.wire().size() * 2 / 3;
    QList<QByteArray> unfinished = completionEvents(answer);
    unfinished.resize(3);
    const QHash<QString, FakeReply> faults{
        {u"429 with Retry-After"_s, FakeReply::rateLimited("1")},
        {u"500"_s, FakeReply::error(500, u"out of order"_s)},
        {u"503"_s, FakeReply::error(503, u"overloaded"_s)},
        {u"closed before headers"_s, FakeReply::closeBeforeHeaders()},
        {u"reset before headers"_s, FakeReply::resetBeforeHeaders()},
        {u"status line only"_s, FakeReply::statusLineThenClose()},
        {u"short Content-Length"_s, FakeReply::shortContentLength()},
        {u"cut chunks"_s, FakeReply::cutChunked()},
        {u"cut in the middle"_s, whole.cutAt(half).thenClose()},
        {u"reset in the middle"_s, whole.cutAt(half).thenReset()},
        {u"garbage"_s, FakeReply::garbage()},
        {u"error in the stream"_s,
         FakeReply::events({completionEvents(answer).first(),
                            "data: " + errorJson(u"the server is overloaded"_s, u"server_error"_s, {}) + "\n\n"})},
        {u"no finish_reason"_s, FakeReply::events(unfinished)}};
    const bool faulty = faults.contains(fault);
    if (faulty) {
        m_server->enqueue(faults.value(fault));
    }
    m_server->enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
    m_server->enqueueCompletion(textCompletion(u"A frame is a level."_s));
    const Ran ran = m_lathe->run(ask(stream));
    QVERIFY2(ran.status == 0, ran.told().constData());
    QCOMPARE(ran.out.trimmed(), "A frame is a level."_ba);
    QCOMPARE(m_server->requestCount(), faulty ? 3 : 2); // the server's own count
    const QJsonObject response = m_lathe->response();
    QCOMPARE(response.value("totalCost"_L1).toString(), m_lathe->billed());
    QCOMPARE(response.value("decisions"_L1).toArray().size(), 2);
    const QJsonObject last = m_server->requests().last().json();
    QCOMPARE(last.value("stream"_L1).toBool(), stream);
    QCOMPARE(last.value("messages"_L1).toArray().last().toObject().value("role"_L1).toString(), u"tool"_s);
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestWire::endsOnLastingFaults_data()
{
    QTest::addColumn<FakeReply>("fault");
    QTest::addColumn<int>("requests");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("400") << FakeReply::error(400, u"this model has no tools"_s) << 1 << "this model has no tools"_ba;
    QTest::newRow("401") << FakeReply::error(401, u"who are you"_s) << 1 << "AUTH"_ba;
    QTest::newRow("404") << FakeReply::error(404, u"no such model"_s, {}, u"model_not_found"_s) << 1 << "mock-1"_ba;
    QTest::newRow("quota") << FakeReply::error(429, u"pay first"_s, u"insufficient_quota"_s, u"insufficient_quota"_s)
                           << 1 << "pay first"_ba;
    FakeCompletion filtered = textCompletion(u"Something"_s);
    filtered.finishReason = u"content_filter"_s;
    QTest::newRow("filtered") << FakeReply::stream(filtered) << 1 << "filter"_ba;
    QTest::newRow("redirect") << FakeReply::json("{}", 307, {{"Location", "http://127.0.0.1:1/v2"}}) << 1
                              << "base URL"_ba;
}

void TestWire::endsOnLastingFaults()
{
    QFETCH(FakeReply, fault);
    QFETCH(int, requests);
    QFETCH(QByteArray, says);
    m_server->enqueue(fault, 5);
    const Ran ran = m_lathe->run(ask(true));
    QVERIFY2(ran.status == 4, ran.told().constData());
    QVERIFY2(ran.err.contains(says), ran.told().constData());
    QCOMPARE(m_server->requestCount(), requests);
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestWire::callsToolsInParallel_data()
{
    QTest::addColumn<bool>("stream");
    QTest::newRow("streamed") << true;
    QTest::newRow("whole") << false;
}

void TestWire::callsToolsInParallel()
{
    QFETCH(bool, stream);
    FakeCompletion calls;
    calls.toolCalls = {{u"call_a"_s, u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s},
                       {u"call_b"_s, u"retrieve_context"_s, u"{\"query\":\"run\"}"_s},
                       {u"call_c"_s, u"retrieve_context"_s, u"{\"query\":"_s}};
    calls.usage = FakeUsage{.prompt = 120, .completion = 34, .cached = 64, .reasoning = 8};
    m_server->enqueueCompletion(calls);
    FakeCompletion answer = textCompletion(u"Both."_s);
    answer.usage = FakeUsage{.prompt = 200, .completion = 10};
    m_server->enqueueCompletion(answer);
    const Ran ran = m_lathe->run(ask(stream));
    QVERIFY2(ran.status == 0, ran.told().constData());
    QCOMPARE(m_server->requestCount(), 2);
    // One answer for each call, in their order, before the next turn of the model.
    QStringList answered;
    for (const QJsonValue& message : m_server->requests().last().json().value("messages"_L1).toArray()) {
        const QString id = message.toObject().value("tool_call_id"_L1).toString();
        if (!id.isEmpty()) {
            answered << id;
        }
    }
    QCOMPARE(answered, (QStringList{u"call_a"_s, u"call_b"_s, u"call_c"_s}));
    // Cached tokens are a part of the prompt and reasoning is a part of the completion: nothing is counted twice.
    QCOMPARE(m_lathe->response().value("tokensUsed"_L1).toInteger(), 120 + 34 + 200 + 10);
    const QList<QStringList> rows = readCsv(m_lathe->read(u"bill.csv"_s));
    const qsizetype meter = rows.first().indexOf(u"meter"_s);
    const qsizetype quantity = rows.first().indexOf(u"quantity"_s);
    qint64 tokens = 0;
    QStringList meters;
    for (const QStringList& row : rows.mid(1)) {
        meters << row.at(meter) + u'=' + row.at(quantity);
        tokens += row.at(meter).contains(u"tool"_s, Qt::CaseInsensitive) ? 0 : row.at(quantity).toLongLong();
    }
    QVERIFY2(tokens == 364, qPrintable(meters.join(u' ')));
    QVERIFY2(meters.join(u' ').contains(u"=64"_s) && meters.join(u' ').contains(u"=56"_s),
             qPrintable(meters.join(u' ')));
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestWire::marksWhatIsNotReported()
{
    FakeCompletion silent = textCompletion(u"No numbers from me."_s);
    silent.usage.reset();
    silent.finishReason = u"length"_s; // and cut by its own limit
    m_server->enqueueCompletion(silent);
    const Ran ran = m_lathe->run(ask(true));
    QVERIFY2(ran.status == 0 || ran.status == 4, ran.told().constData());
    QCOMPARE(m_server->requestCount(), 1);
    // An amount that nobody knows is left empty, never told or added as zero.
    const QList<QStringList> rows = readCsv(m_lathe->read(u"bill.csv"_s));
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows.last().at(rows.first().indexOf(u"cost"_s)), QString());
    QVERIFY2(ran.err.contains("unknown"), ran.told().constData());
    QVERIFY2(ran.err.contains("cut at its token limit"), ran.told().constData());
    QCOMPARE(m_lathe->response().value("billing"_L1).toObject().value("complete"_L1).toBool(true), false);
}

void TestWire::givesUpAfterThreeRetries()
{
    m_server->setDefault(FakeReply::error(500, u"out of order"_s, {}, {}, {{"Retry-After", "0"}}));
    const Ran ran = m_lathe->run(ask(true));
    QVERIFY2(ran.status == 4, ran.told().constData());
    QCOMPARE(m_server->requestCount(), 4);
    QVERIFY2(ran.err.contains("out of order"), ran.told().constData());
    QCOMPARE(m_lathe->billed(), u"0"_s);
}

void TestWire::retriesAsOftenAsAsked()
{
    m_server->setDefault(FakeReply::error(500, u"out of order"_s, {}, {}, {{"Retry-After", "0"}}));
    const Ran ran = m_lathe->run(ask(true, {u"--max-retries"_s, u"1"_s}));
    QVERIFY2(ran.status == 4, ran.told().constData());
    QCOMPARE(m_server->requestCount(), 2);
    QVERIFY2(ran.err.contains("attempt 1 of 2 failed (SERVER: "), ran.told().constData());
    QVERIFY2(ran.err.contains("next in 0 s"), ran.told().constData());
    const Ran wrong = m_lathe->run(ask(true, {u"--max-retries"_s, u"4"_s}));
    QVERIFY2(wrong.status == 2, wrong.told().constData());
    QVERIFY2(wrong.err.contains("--max-retries"), wrong.told().constData());
    QCOMPARE(m_server->requestCount(), 2);
}

void TestWire::waitsNoLongerThanAsked()
{
    m_server->setDefault(FakeReply::rateLimited("6"));
    const Ran ran = m_lathe->run(ask(true, {u"--max-retry-wait"_s, u"5"_s}));
    QVERIFY2(ran.status == 4, ran.told().constData());
    QCOMPARE(m_server->requestCount(), 1);
    QVERIFY2(ran.err.contains("the provider asks to wait longer than 5 s: try again at "), ran.told().constData());
    QCOMPARE(m_lathe->response().value("error"_L1).toObject().value("code"_L1).toString(), u"RATE_LIMITED"_s);
    QCOMPARE(m_lathe->billed(), u"0"_s);
}

void TestWire::givesACallAsLongAsAsked()
{
    m_server->setDefault(FakeReply::stall());
    const Ran ran = m_lathe->run(ask(true, {u"--timeout"_s, u"1"_s, u"--max-retries"_s, u"0"_s}));
    QVERIFY2(ran.status == 4, ran.told().constData());
    QCOMPARE(m_server->requestCount(), 1);
    QCOMPARE(m_lathe->response().value("error"_L1).toObject().value("code"_L1).toString(), u"TIMEOUT"_s);
}

QTEST_GUILESS_MAIN(TestWire)
#include "tst_wire.moc"
