// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/localservers.h"
#include "tests/support/await.h"
#include "tests/support/fakellmserver.h"

#include <QTcpServer>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

using Kind = LocalProbe::Kind;
using Answers = QHash<QByteArray, QPair<int, QByteArray>>;

/// A server that answers these paths, and others with 404.
void answer(FakeLlmServer& server, const Answers& answers)
{
    server.setDefaultHandler([answers](const FakeRequest& request) {
        const auto found = answers.constFind(request.target);
        return found == answers.constEnd() ? FakeReply::json("{\"error\":\"no such path\"}", 404)
                                           : FakeReply::json(found->second, found->first);
    });
}

quint16 portWhereNobodyListens()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

} // namespace

class TestLocalServers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsEachProduct_data()
    {
        QTest::addColumn<Kind>("kind");
        QTest::addColumn<Answers>("answers");
        QTest::addColumn<QString>("product");
        QTest::addColumn<QString>("models"); ///< name:window:tools
        QTest::addColumn<QString>("note");
        const QByteArray list = R"({"object":"list","data":[{"id":"m","owned_by":"x","max_model_len":4096}]})";
        QTest::newRow("Ollama") << Kind::Ollama
                                << Answers{{"/api/version", {200, R"({"version":"0.12.3"})"}},
                                           {"/api/tags",
                                            {200, R"({"models":[{"name":"a:7b","capabilities":["completion","tools"],
                               "details":{"parameter_size":"7B","context_length":8192}},
                               {"name":"b:1b","capabilities":["completion"]},
                               {"name":"e","capabilities":["embedding"]},{"name":"old"}]})"}}}
                                << u"Ollama"_s << u"a:7b:8192:yes b:1b:0:no old:0:?"_s << QString();
        QTest::newRow("llama.cpp") << Kind::LlamaCpp
                                   << Answers{{"/props", {200, R"({"default_generation_settings":{}})"}},
                                              {"/v1/models", {200, list}}}
                                   << u"llama.cpp"_s << u"m:4096:?"_s << QString();
        QTest::newRow("llama.cpp, loading") << Kind::LlamaCpp << Answers{{"/props", {503, "{}"}}} << u"llama.cpp"_s
                                            << QString() << u"it is still loading its model"_s;
        QTest::newRow("LM Studio") << Kind::LmStudio
                                   << Answers{{"/api/v0/models", {200, list}}, {"/v1/models", {200, list}}}
                                   << u"LM Studio"_s << u"m:4096:?"_s << QString();
        QTest::newRow("LM Studio, newer")
            << Kind::LmStudio << Answers{{"/api/v1/models", {200, R"({"models":[]})"}}, {"/v1/models", {200, list}}}
            << u"LM Studio"_s << u"m:4096:?"_s << QString();
        QTest::newRow("Jan") << Kind::Jan << Answers{{"/v1/models", {200, list}}} << u"Jan"_s << u"m:4096:?"_s
                             << QString();
        QTest::newRow("Jan without a key") << Kind::Jan << Answers{{"/v1/models", {401, "{}"}}} << u"Jan"_s << QString()
                                           << u"it wants an API key to list its models"_s;
        QTest::newRow("vLLM") << Kind::Vllm
                              << Answers{{"/version", {200, R"({"version":"0.9"})"}}, {"/v1/models", {200, list}}}
                              << u"vLLM"_s << u"m:4096:?"_s << QString();
        QTest::newRow("no list") << Kind::Vllm << Answers{{"/version", {200, R"({"version":"0.9"})"}}} << u"vLLM"_s
                                 << QString() << u"it does not list its models"_s;
        for (const Kind kind : {Kind::Ollama, Kind::LlamaCpp, Kind::LmStudio, Kind::Jan, Kind::Vllm}) {
            QTest::addRow("a stranger at port of %d", static_cast<int>(kind))
                << kind << Answers() << QString() << QString() << QString();
        }
    }
    void knowsEachProduct()
    {
        QFETCH(Kind, kind);
        QFETCH(Answers, answers);
        QFETCH(QString, product);
        QFETCH(QString, models);
        QFETCH(QString, note);
        FakeLlmServer fake;
        answer(fake, answers);
        LocalServers servers(m_http, {{kind, fake.port()}});
        const QList<LocalServer> found = await(servers.find(false, {}));
        QCOMPARE(found.size(), product.isEmpty() ? 0 : 1);
        if (found.isEmpty()) {
            return;
        }
        QCOMPARE(found.first().product, product);
        QCOMPARE(found.first().baseUrl, fake.baseUrl());
        QCOMPARE(found.first().note, note);
        QStringList told;
        for (const ModelInfo& model : found.first().models) {
            told << u"%1:%2:%3"_s.arg(model.id)
                        .arg(model.contextWindow.value_or(0))
                        .arg(!model.tools   ? u"?"_s
                             : *model.tools ? u"yes"_s
                                            : u"no"_s);
        }
        QCOMPARE(told.join(u' '), models);
    }

    void isNotAskedTwiceUnlessToldTo()
    {
        FakeLlmServer fake;
        answer(fake, {{"/api/version", {200, R"({"version":"1"})"}}, {"/api/tags", {200, R"({"models":[]})"}}});
        LocalServers servers(m_http, {{Kind::Ollama, fake.port()}});
        QCOMPARE(await(servers.find(false, {})).size(), 1);
        const int requests = fake.requestCount();
        QCOMPARE(await(servers.find(false, {})).first().version, u"1"_s);
        QCOMPARE(fake.requestCount(), requests);
        QCOMPARE(await(servers.find(true, {})).size(), 1);
        QVERIFY(fake.requestCount() > requests);
    }

    void whereNobodyListensNobodyIsFound()
    {
        LocalServers servers(m_http, {{Kind::Ollama, portWhereNobodyListens()}, {Kind::Jan, portWhereNobodyListens()}});
        QCOMPARE(await(servers.find(false, {})).size(), 0);
    }

    void anotherServerIsNoHindrance()
    {
        FakeLlmServer slow;
        slow.setDefault(FakeReply::garbage());
        FakeLlmServer fake;
        answer(fake, {{"/version", {200, R"({"version":"1"})"}}});
        LocalServers servers(m_http, {{Kind::Ollama, slow.port()}, {Kind::Vllm, fake.port()}});
        const QList<LocalServer> found = await(servers.find(false, {}));
        QCOMPARE(found.size(), 1);
        QCOMPARE(found.first().product, u"vLLM"_s);
    }

    void onlyThisMachineIsAsked_data()
    {
        QTest::addColumn<QString>("ollamaHost");
        QTest::addColumn<int>("port");
        QTest::newRow("not set") << QString() << 11434;
        QTest::newRow("a port of this machine") << u"127.0.0.1:9999"_s << 9999;
        QTest::newRow("every address") << u"0.0.0.0:9998"_s << 9998;
        QTest::newRow("with a scheme") << u"http://localhost:9997"_s << 9997;
        QTest::newRow("without a port") << u"localhost"_s << 11434;
        QTest::newRow("another machine") << u"10.0.0.7:9999"_s << 11434;
    }
    void onlyThisMachineIsAsked()
    {
        QFETCH(QString, ollamaHost);
        QFETCH(int, port);
        const QList<LocalProbe> probes = usualProbes(ollamaHost);
        QCOMPARE(probes.size(), 5);
        QCOMPARE(probes.first().port, port);
    }

private:
    SystemClock m_clock;
    HttpClient m_http{m_clock};
};

QTEST_GUILESS_MAIN(TestLocalServers)
#include "tst_localservers.moc"
