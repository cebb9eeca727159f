// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/openaiprotocol.h"

#include "engine/llm/openairesponsesprotocol.h"

#include <QJsonDocument>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

/// How servers that speak OpenAI's formats are told apart.
class TestOpenAiProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void asksAtTheRightAddress_data();
    void asksAtTheRightAddress();
    void namesTheKeysHeader();
    void leavesOutWhatAServerDoesNotKnow_data();
    void leavesOutWhatAServerDoesNotKnow();
    void takesDocumentsWhereTheyAreTaken_data();
    void takesDocumentsWhereTheyAreTaken();
    void asksForEncryptedReasoningWhereThereIsSome_data();
    void asksForEncryptedReasoningWhereThereIsSome();

private:
    static LlmSettings settings(const QString& apiVersion = {})
    {
        LlmSettings made;
        made.apiVersion = apiVersion;
        return made;
    }
    static LlmRequest request(const QString& model)
    {
        LlmRequest made;
        made.model = model;
        made.tools = {{u"f"_s, {}, {}}};
        made.parameters.toolChoice = ToolChoice::Required;
        return made;
    }
};

void TestOpenAiProtocol::asksAtTheRightAddress_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("version");
    QTest::addColumn<QString>("url");
    QTest::newRow("OpenAI") << u"https://api.openai.com/v1"_s << QString()
                            << u"https://api.openai.com/v1/chat/completions"_s;
    QTest::newRow("a version means nothing elsewhere")
        << u"http://127.0.0.1:8080/v1"_s << u"2024-10-21"_s << u"http://127.0.0.1:8080/v1/chat/completions"_s;
    QTest::newRow("Azure, new") << u"https://me.openai.azure.com/openai/v1"_s << QString()
                                << u"https://me.openai.azure.com/openai/v1/chat/completions"_s;
    QTest::newRow("Azure, deployments")
        << u"https://me.openai.azure.com/openai"_s << u"2024-10-21"_s
        << u"https://me.openai.azure.com/openai/deployments/my%2Fgpt%204/chat/completions?api-version=2024-10-21"_s;
    QTest::newRow("Azure, the deployment named already")
        << u"https://me.openai.azure.com/openai/deployments/d"_s << u"2024-10-21"_s
        << u"https://me.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"_s;
}

void TestOpenAiProtocol::asksAtTheRightAddress()
{
    QFETCH(QString, base);
    QFETCH(QString, version);
    QFETCH(QString, url);
    const OpenAiProtocol protocol(QUrl(base), settings(version));
    QCOMPARE(protocol.requestUrl(request(u"my/gpt 4"_s)).toString(QUrl::FullyEncoded), url);
}

void TestOpenAiProtocol::namesTheKeysHeader()
{
    const OpenAiProtocol azure(QUrl(u"https://me.openai.azure.com/openai/v1"_s), settings());
    QCOMPARE(azure.headers("k"), (HttpHeaders{{"api-key", "k"}}));
    const OpenAiProtocol local(QUrl(u"http://127.0.0.1:8000/v1"_s), settings());
    QCOMPARE(local.headers("k"), (HttpHeaders{{"Authorization", "Bearer k"}}));
    QVERIFY(local.headers({}).isEmpty());
}

void TestOpenAiProtocol::leavesOutWhatAServerDoesNotKnow_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("toolChoice");
    QTest::newRow("OpenAI") << u"https://api.openai.com/v1"_s << true;
    QTest::newRow("vLLM") << u"http://127.0.0.1:8000/v1"_s << true;
    QTest::newRow("Ollama") << u"http://127.0.0.1:11434/v1"_s << false;
    QTest::newRow("Ollama elsewhere") << u"http://gpu.example:11434/v1"_s << false;
}

void TestOpenAiProtocol::leavesOutWhatAServerDoesNotKnow()
{
    QFETCH(QString, base);
    QFETCH(bool, toolChoice);
    const OpenAiProtocol protocol(QUrl(base), settings());
    const QJsonObject json = QJsonDocument::fromJson(protocol.encode(request(u"m"_s)).joined()).object();
    QCOMPARE(json.value("tools"_L1).toArray().size(), 1);
    QCOMPARE(json.contains("tool_choice"_L1), toolChoice);
    QCOMPARE(json.contains("parallel_tool_calls"_L1), toolChoice);
}

void TestOpenAiProtocol::takesDocumentsWhereTheyAreTaken_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<bool>("documents");
    QTest::newRow("OpenAI") << u"https://api.openai.com/v1"_s << true;
    QTest::newRow("OpenRouter") << u"https://openrouter.ai/api/v1"_s << true;
    QTest::newRow("local") << u"http://127.0.0.1:1234/v1"_s << false;
}

void TestOpenAiProtocol::takesDocumentsWhereTheyAreTaken()
{
    QFETCH(QString, base);
    QFETCH(bool, documents);
    const OpenAiProtocol protocol(QUrl(base), settings());
    QVERIFY(protocol.takes(u"image/png"));
    QVERIFY(protocol.takes(u"IMAGE/JPEG"));
    QVERIFY(!protocol.takes(u"image/svg+xml"));
    QVERIFY(!protocol.takes(u"text/plain"));
    QCOMPARE(protocol.takes(u"application/pdf"), documents);
}

void TestOpenAiProtocol::asksForEncryptedReasoningWhereThereIsSome_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("reasons");
    QTest::newRow("gpt-5") << u"gpt-5-mini"_s << true;
    QTest::newRow("o4") << u"o4-mini"_s << true;
    QTest::newRow("another server's") << u"qwen3"_s << true;
    QTest::newRow("gpt-4.1") << u"gpt-4.1-mini"_s << false;
    QTest::newRow("tuned") << u"ft:gpt-4o:me"_s << false;
}

void TestOpenAiProtocol::asksForEncryptedReasoningWhereThereIsSome()
{
    QFETCH(QString, model);
    QFETCH(bool, reasons);
    const OpenAiResponsesProtocol protocol(QUrl(u"https://api.openai.com/v1"_s), settings());
    const QJsonObject json = QJsonDocument::fromJson(protocol.encode(request(model)).joined()).object();
    QCOMPARE(json.contains("include"_L1), reasons);
    QCOMPARE(json.value("store"_L1), QJsonValue(false));
    QCOMPARE(json.value("tools"_L1)[0]["strict"_L1], QJsonValue(false));
}

QTEST_GUILESS_MAIN(TestOpenAiProtocol)
#include "tst_openaiprotocol.moc"
