// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

const QByteArray kKey = "sk-a-secret-that-nobody-may-read";

/// What happened in a run, without its times and ids.
QStringList course(const QByteArray& events)
{
    QStringList course;
    for (const QByteArray& line : events.trimmed().split('\n')) {
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        course.append(event.value("event"_L1).toString());
    }
    return course;
}

QString costs(const QByteArray& events)
{
    QStringList costs;
    for (const QByteArray& line : events.trimmed().split('\n')) {
        const QJsonObject event = QJsonDocument::fromJson(line).object();
        if (event.value("event"_L1).toString() == "COST_LINE"_L1) {
            costs.append(event.value("details"_L1)["cost"_L1].toString());
        }
    }
    return costs.join(u' ');
}

} // namespace

/// What went over the wire, written down and answered from, as a script uses it.
class TestCassettes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_lathe = std::make_unique<Lathectl>();
        m_lathe->environment().insert(u"A_KEY"_s, QString::fromLatin1(kKey));
    }

    void answersARunWithoutNetwork_data();
    void answersARunWithoutNetwork();
    void stopsWhereTheRunIsAnother();
    void refusesWhatCannotBe();

private:
    [[nodiscard]] QStringList ask(Lathectl& lathe, const QString& baseUrl, const QStringList& more) const
    {
        return QStringList{u"run"_s,
                           u"--provider"_s,
                           u"openai"_s,
                           u"--base-url"_s,
                           baseUrl,
                           u"--model"_s,
                           u"mock-1"_s,
                           u"--quiet"_s,
                           u"--no-cache"_s,
                           u"--user"_s,
                           u"ada"_s,
                           u"--events"_s,
                           lathe.path(u"events.jsonl"_s)} +
               more + lathe.results();
    }
    [[nodiscard]] QString cassette() const { return m_lathe->path(u"run.cassette"_s); }
    /// A tool call after a failed attempt, then the answer.
    [[nodiscard]] Ran record(const QString& stream)
    {
        FakeLlmServer server;
        server.enqueue(FakeReply::rateLimited("0"));
        server.enqueueCompletion(toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s));
        server.enqueueCompletion(textCompletion(u"A level of recursion, says the café."_s));
        const Ran ran = m_lathe->run(ask(
            *m_lathe, server.baseUrl(),
            {u"--prompt"_s, u"What is a frame?"_s, u"--record"_s, cassette(), stream, u"--api-key-env"_s, u"A_KEY"_s}));
        m_sent = server.requestCount();
        return ran;
    }

    std::unique_ptr<Lathectl> m_lathe;
    int m_sent = 0;
};

void TestCassettes::answersARunWithoutNetwork_data()
{
    QTest::addColumn<QString>("stream");
    QTest::newRow("streamed") << u"--stream"_s;
    QTest::newRow("whole") << u"--no-stream"_s;
}

void TestCassettes::answersARunWithoutNetwork()
{
    QFETCH(const QString, stream);
    const Ran recorded = record(stream);
    QVERIFY2(recorded.status == 0, recorded.told().constData());
    QCOMPARE(m_sent, 3);
    QVERIFY(!m_lathe->read(u"run.cassette"_s).contains(kKey));

    // Another machine, with another database, without a key; nobody listens at that address.
    Lathectl elsewhere;
    const Ran replayed = elsewhere.run(ask(elsewhere, u"http://127.0.0.1:1/v1"_s,
                                           {u"--prompt"_s, u"What is a frame?"_s, u"--replay"_s, cassette(), stream}));
    QVERIFY2(replayed.status == 0, replayed.told().constData());
    const QJsonObject before = m_lathe->response();
    const QJsonObject after = elsewhere.response();
    QCOMPARE(after.value("result"_L1).toString(), u"A level of recursion, says the café."_s);
    QCOMPARE(after.value("result"_L1), before.value("result"_L1));
    QCOMPARE(after.value("totalCost"_L1), before.value("totalCost"_L1));
    QCOMPARE(elsewhere.billed(), m_lathe->billed());
    const QByteArray events = elsewhere.read(u"events.jsonl"_s);
    QCOMPARE(course(events), course(m_lathe->read(u"events.jsonl"_s)));
    QVERIFY(course(events).contains(u"LLM_RETRY"_s));
    QCOMPARE(costs(events), costs(m_lathe->read(u"events.jsonl"_s)));
}

void TestCassettes::stopsWhereTheRunIsAnother()
{
    QVERIFY(record(u"--stream"_s).status == 0);
    const Ran ran = m_lathe->run(
        ask(*m_lathe, u"http://127.0.0.1:1/v1"_s, {u"--prompt"_s, u"What is a phase?"_s, u"--replay"_s, cassette()}));
    QVERIFY2(ran.status == 4, ran.told().constData());
    QVERIFY2(ran.err.contains("differs from exchange 1") && ran.err.contains("What is a phase?"),
             ran.told().constData());
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestCassettes::refusesWhatCannotBe()
{
    const QString other = m_lathe->write(u"other.txt"_s, "hello\n");
    const QStringList prompt{u"--prompt"_s, u"x"_s};
    const auto tried = [&](const QStringList& more) {
        return m_lathe->run(ask(*m_lathe, u"http://127.0.0.1:1/v1"_s, prompt + more));
    };
    Ran ran = tried({u"--record"_s, cassette(), u"--replay"_s, cassette()});
    QVERIFY2(ran.status == 2 && ran.err.contains("contradict"), ran.told().constData());
    ran = tried({u"--replay"_s, m_lathe->path(u"none"_s)});
    QVERIFY2(ran.status == 5 && ran.err.contains("cannot be read"), ran.told().constData());
    ran = tried({u"--replay"_s, other});
    QVERIFY2(ran.status == 2 && ran.err.contains("is not a cassette"), ran.told().constData());
    ran = tried({u"--record"_s, other});
    QVERIFY2(ran.status == 2 && ran.err.contains("is not a cassette"), ran.told().constData());
    QCOMPARE(m_lathe->read(u"other.txt"_s), QByteArray("hello\n"));
    ran = tried({u"--record"_s, m_lathe->path(u"no/folder"_s)});
    QVERIFY2(ran.status == 5 && ran.err.contains("cannot be written"), ran.told().constData());
    QCOMPARE(m_lathe->runs().size(), 0);
}

QTEST_GUILESS_MAIN(TestCassettes)
#include "tst_cassettes.moc"
