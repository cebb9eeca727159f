// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"
#include "tests/support/fakeproviderwire.h"

#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

/// lathectl with every provider, each against a server that speaks its wire.
class TestProviders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_lathe = std::make_unique<Lathectl>();
        m_server = std::make_unique<FakeLlmServer>();
    }
    void runsWithATool_data() { everyProvider(); }
    void runsWithATool();
    void goesOnAfterAStop_data() { everyProvider(); }
    void goesOnAfterAStop();
    void showsPictures_data() { everyProvider(); }
    void showsPictures();
    void bindsTheAnswerToASchema_data() { everyProvider(); }
    void bindsTheAnswerToASchema();
    void listsModels_data();
    void listsModels();
    void refusesASchemaThatIsNone();

private:
    void everyProvider() const
    {
        QTest::addColumn<QString>("provider");
        for (const FakeProviderWire& wire : fakeProviderWires()) {
            QTest::newRow(qPrintable(wire.provider)) << wire.provider;
        }
    }
    [[nodiscard]] QString base(const QString& provider) const
    {
        return u"http://127.0.0.1:%1"_s.arg(m_server->port()) + fakeProviderWire(provider).path;
    }
    [[nodiscard]] QStringList at(const QString& provider) const
    {
        return {u"--provider"_s, provider, u"--base-url"_s, base(provider), u"--model"_s, u"mock-1"_s};
    }
    /// A call of retrieve_context, thought over, then an answer.
    void enqueueARun(const QString& provider) const
    {
        FakeCompletion first = toolCompletion(u"retrieve_context"_s, u"{\"query\":\"frame\"}"_s);
        first.reasoning = u"I look it up."_s;
        first.usage = FakeUsage{120, 34, 0, 0, 0};
        m_server->enqueue(fakeProviderWire(provider).reply(first, true));
        m_server->enqueue(fakeProviderWire(provider).reply(textCompletion(u"A frame is a level."_s), true));
    }

    std::unique_ptr<Lathectl> m_lathe;
    std::unique_ptr<FakeLlmServer> m_server;
};

void TestProviders::runsWithATool()
{
    QFETCH(QString, provider);
    enqueueARun(provider);
    const Ran ran =
        m_lathe->run(QStringList{u"run"_s, u"--prompt"_s, u"What is a frame?"_s} + at(provider) + m_lathe->results());
    QVERIFY2(ran.status == 0, ran.told().constData());
    QCOMPARE(ran.out.trimmed(), "A frame is a level."_ba);
    QCOMPARE(m_server->requestCount(), 2);
    const QJsonObject response = m_lathe->response();
    QCOMPARE(response.value("totalCost"_L1).toString(), m_lathe->billed());
    QCOMPARE(response.value("decisions"_L1).toArray().size(), 2);
    const QByteArray mark = provider == "ollama"_L1 ? "\"thinking\":\"I look it up.\"" : "sig-1";
    QVERIFY(!m_server->requests().first().body.contains(mark));
    QVERIFY(m_server->requests().last().body.contains(mark));
    QCOMPARE(m_lathe->run({u"doctor"_s}).status, 0);
}

void TestProviders::goesOnAfterAStop()
{
    QFETCH(QString, provider);
    enqueueARun(provider);
    const Ran stopped = m_lathe->run(
        QStringList{u"run"_s, u"--prompt"_s, u"What is a frame?"_s, u"--quiet"_s, u"--break"_s, u"BEFORE_TOOL"_s} +
        at(provider));
    QVERIFY2(stopped.status == 6, stopped.told().constData());
    QCOMPARE(m_server->requestCount(), 1);
    const QString id = m_lathe->newest().value("run"_L1).toString();
    const Ran resumed = m_lathe->run(QStringList{u"resume"_s, id, u"--quiet"_s} + m_lathe->results());
    QVERIFY2(resumed.status == 0, resumed.told().constData());
    QCOMPARE(resumed.out.trimmed(), "A frame is a level."_ba);
    QCOMPARE(m_server->requestCount(), 2); // the first reply was read from the journal, its reasoning with it
    const QByteArray mark = provider == "ollama"_L1 ? "\"thinking\":\"I look it up.\"" : "sig-1";
    QVERIFY(m_server->requests().last().body.contains(mark));
    QCOMPARE(m_lathe->response().value("totalCost"_L1).toString(), m_lathe->billed());
}

void TestProviders::showsPictures()
{
    QFETCH(QString, provider);
    const QString picture =
        m_lathe->write(u"dot.png"_s, QByteArray::fromBase64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAA"
                                                            "AADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="));
    m_server->enqueue(fakeProviderWire(provider).reply(textCompletion(u"A dot."_s), true));
    const Ran ran =
        m_lathe->run(QStringList{u"run"_s, u"--prompt"_s, u"What is this?"_s, u"--attach"_s, picture} + at(provider));
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY(m_server->requests().last().body.contains("iVBORw0KGgo"));
    QVERIFY(m_server->requests().last().body.contains("shown with the task"));
}

void TestProviders::bindsTheAnswerToASchema()
{
    QFETCH(QString, provider);
    const QString job =
        m_lathe->write(u"job.json"_s, R"({"userId":"ada","prompt":"Name a colour.","tools":[],"parameters":
        {"responseSchema":{"type":"object","properties":{"colour":{"type":"string"}},"required":["colour"],
         "additionalProperties":false}}})");
    m_server->enqueue(fakeProviderWire(provider).reply(textCompletion(u"{\"colour\":\"red\"}"_s), true));
    const Ran ran = m_lathe->run(QStringList{u"run"_s, job} + at(provider));
    QVERIFY2(ran.status == 0, ran.told().constData());
    QCOMPARE(ran.out.trimmed(), R"({"colour":"red"})"_ba);
    QVERIFY(m_server->requests().last().body.count("colour") >= 4); // in the words for the model, and as a format
}

void TestProviders::listsModels_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QByteArray>("body");
    const QByteArray openai = R"({"object":"list","data":[{"id":"mock-1","owned_by":"me"}]})";
    QTest::newRow("openai") << u"openai"_s << openai;
    QTest::newRow("openai-responses") << u"openai-responses"_s << openai;
    QTest::newRow("anthropic") << u"anthropic"_s << QByteArray(R"({"data":[{"id":"mock-1","display_name":"Mock"}]})");
    QTest::newRow("gemini") << u"gemini"_s << QByteArray(R"({"models":[{"name":"models/mock-1"}]})");
    QTest::newRow("ollama") << u"ollama"_s << QByteArray(R"({"models":[{"name":"mock-1"}]})");
}

void TestProviders::listsModels()
{
    QFETCH(QString, provider);
    QFETCH(QByteArray, body);
    m_server->enqueue(FakeReply::json(body));
    const Ran ran = m_lathe->run({u"models"_s, u"--provider"_s, provider, u"--base-url"_s, base(provider)});
    QVERIFY2(ran.status == 0, ran.told().constData());
    QVERIFY2(ran.out.contains("mock-1"), ran.told().constData());
    QVERIFY2(!ran.out.contains("models/"), ran.told().constData());
}

void TestProviders::refusesASchemaThatIsNone()
{
    const QString job = m_lathe->write(
        u"job.json"_s,
        R"({"userId":"ada","prompt":"Name a colour.","parameters":{"responseSchema":{"type":"colour"}}})");
    const Ran ran = m_lathe->run(QStringList{u"run"_s, job} + at(u"openai"_s));
    QVERIFY2(ran.status != 0, ran.told().constData());
    QVERIFY2(ran.err.contains("responseSchema"), ran.told().constData());
    QCOMPARE(m_server->requestCount(), 0);
}

QTEST_GUILESS_MAIN(TestProviders)
#include "tst_providers.moc"
