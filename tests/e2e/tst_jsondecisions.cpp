// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/e2e/lathectl.h"
#include "tests/support/fakellmserver.h"

#include <QDir>
#include <QFile>
#include <QTest>

using namespace lathe;
using namespace lathe::test;
using namespace Qt::StringLiterals;

namespace {

FakeReply said(const QString& content)
{
    return FakeReply::completion(textCompletion(content));
}

QString systemOf(const FakeRequest& request)
{
    return request.json().value("messages"_L1)[0]["content"_L1].toString();
}

} // namespace

/// lathectl with a model that cannot call tools itself, over the real wire.
class TestJsonDecisions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_lathe = std::make_unique<Lathectl>();
        m_server = std::make_unique<FakeLlmServer>();
    }

    void decidesInJson();
    void goesOnWithThePromptsItBeganWith();
    void isChosenByTheListOfModels();
    void showsAndChecksPrompts();

private:
    [[nodiscard]] QStringList ask(const QStringList& more) const
    {
        return QStringList{u"run"_s,    u"--prompt"_s,    u"What is a frame?"_s, u"--provider"_s,
                           u"openai"_s, u"--base-url"_s,  m_server->baseUrl(),   u"--model"_s,
                           u"mock-1"_s, u"--no-stream"_s, u"--no-cache"_s} +
               more + m_lathe->results();
    }
    /// A file in the folder where a person's prompts lie.
    [[nodiscard]] bool writePrompt(const QString& name, const QByteArray& text)
    {
        const QString folder = m_lathe->path(u"config/lathe/prompts"_s);
        m_lathe->environment().insert(u"XDG_CONFIG_HOME"_s, m_lathe->path(u"config"_s));
        QFile file(folder + u'/' + name);
        return QDir().mkpath(folder) && file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    std::unique_ptr<Lathectl> m_lathe;
    std::unique_ptr<FakeLlmServer> m_server;
};

void TestJsonDecisions::decidesInJson()
{
    m_server->enqueue(said(u"<think>Look it up.</think>```json\n{\"reasoning\":\"look\",\"calls\":[{\"tool\":"
                           "\"retrieve_context\",\"arguments\":{\"query\":\"frame\"}}]}\n```"_s));
    m_server->enqueue(said(u"A frame is {"_s));
    m_server->enqueue(said(u"{\"action\":\"final_answer\",\"answer\":\"A level of recursion.\"}"_s));
    const Ran ran = m_lathe->run(ask({u"--no-native-tools"_s, u"--quiet"_s}));
    QVERIFY2(ran.status == 0, ran.told().constData());
    const QJsonObject response = m_lathe->response();
    QCOMPARE(response.value("result"_L1).toString(), u"A level of recursion."_s);
    QCOMPARE(response.value("decisions"_L1).toArray().size(), 3); // the repair is one of them
    QCOMPARE(response.value("toolCalls"_L1).toArray().size(), 1);
    QCOMPARE(m_lathe->billed(), response.value("totalCost"_L1).toString());
    const QList<FakeRequest> requests = m_server->requests();
    QCOMPARE(requests.size(), 3);
    for (const FakeRequest& request : requests) {
        QVERIFY(!request.json().contains("tools"_L1));
        QVERIFY(systemOf(request).contains(u"- retrieve_context: "_s));
    }
    const Ran events =
        m_lathe->run({u"export"_s, m_lathe->newest().value("run"_L1).toString(), u"--format"_s, u"jsonl"_s});
    QVERIFY(events.out.contains("\"promptVersion\":\""));
    QVERIFY(events.out.contains("\"malformed\":\"its JSON cannot be read\""));
}

void TestJsonDecisions::goesOnWithThePromptsItBeganWith()
{
    QVERIFY(writePrompt(u"system.txt"_s, "You are brief."));
    m_server->enqueue(said(u"{\"tool\":\"retrieve_context\",\"arguments\":{\"query\":\"frame\"}}"_s));
    m_server->enqueue(said(u"{\"answer\":\"A level.\"}"_s));
    const Ran stopped = m_lathe->run(ask({u"--no-native-tools"_s, u"--break"_s, u"BEFORE_TOOL"_s, u"--quiet"_s}));
    QVERIFY2(stopped.status == 6, stopped.told().constData());
    QVERIFY(systemOf(m_server->requests().constFirst()).startsWith(u"You are brief."_s));
    // The files change meanwhile, one of them to what no run could begin with.
    QVERIFY(writePrompt(u"system.txt"_s, "You are verbose."));
    QVERIFY(writePrompt(u"tools.txt"_s, "no place for tools"));
    const QString run = m_lathe->newest().value("run"_L1).toString();
    const Ran resumed = m_lathe->run(QStringList{u"resume"_s, run, u"--quiet"_s} + m_lathe->results());
    QVERIFY2(resumed.status == 0, resumed.told().constData());
    QCOMPARE(m_lathe->response().value("result"_L1).toString(), u"A level."_s);
    QCOMPARE(m_server->requestCount(), 2); // what was answered is not asked again
    QVERIFY(systemOf(m_server->requests().constLast()).startsWith(u"You are brief."_s));
    const Ran fresh = m_lathe->run(ask({u"--quiet"_s}));
    QVERIFY2(fresh.status == 2 && fresh.err.contains("tools.txt lacks {{tools}}"), fresh.told().constData());
}

void TestJsonDecisions::isChosenByTheListOfModels()
{
    m_server->setDefaultHandler([](const FakeRequest& request) {
        return request.target.endsWith("/models")
                   ? FakeReply::json(R"({"data":[{"id":"mock-1","capabilities":["completion"]},
                                        {"id":"mock-2","capabilities":["completion","tools"]}]})")
                   : FakeReply::completion(textCompletion(u"{\"answer\":\"yes\"}"_s));
    });
    const Ran listed = m_lathe->run({u"models"_s, u"--provider"_s, u"openai"_s, u"--base-url"_s, m_server->baseUrl()});
    QVERIFY2(listed.status == 0, listed.told().constData());
    QVERIFY2(listed.out.contains("mock-1") && listed.out.contains("  no tools"), listed.out.constData());
    const Ran asked = m_lathe->run(ask({u"--quiet"_s}));
    QVERIFY2(asked.status == 0, asked.told().constData());
    QCOMPARE(m_lathe->response().value("result"_L1).toString(), u"yes"_s);
    QVERIFY(!m_server->requests().constLast().json().contains("tools"_L1));
    // Whoever knows better says so.
    const Ran forced = m_lathe->run(ask({u"--native-tools"_s, u"--quiet"_s}));
    QVERIFY2(forced.status == 0, forced.told().constData());
    QVERIFY(m_server->requests().constLast().json().contains("tools"_L1));
    QCOMPARE(m_lathe->response().value("result"_L1).toString(), u"{\"answer\":\"yes\"}"_s);
}

void TestJsonDecisions::showsAndChecksPrompts()
{
    QVERIFY(writePrompt(u"repair.txt"_s, "Again, please: {{problem}}"));
    const Ran list = m_lathe->run({u"prompts"_s});
    QVERIFY2(list.status == 0, list.told().constData());
    QCOMPARE(list.out.count("built-in"), 4);
    QVERIFY(list.out.contains("own"));
    QVERIFY(list.err.contains("lathe/prompts"));
    QCOMPARE(m_lathe->run({u"prompts"_s, u"repair"_s}).out.trimmed(), "Again, please: {{problem}}"_ba);
    const Ran unknown = m_lathe->run({u"prompts"_s, u"nothing"_s});
    QVERIFY2(unknown.status == 2 && unknown.err.contains("nothing"), unknown.told().constData());
    QVERIFY(writePrompt(u"repair.txt"_s, "Again"));
    const Ran broken = m_lathe->run({u"prompts"_s});
    QVERIFY2(broken.status == 2 && broken.err.contains("repair.txt lacks {{problem}}"), broken.told().constData());
}

QTEST_GUILESS_MAIN(TestJsonDecisions)
#include "tst_jsondecisions.moc"
