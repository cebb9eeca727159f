// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/llm/llmregistry.h"

#include "engine/net/httpclient.h"
#include "tests/support/fakeclock.h"

#include <QTemporaryDir>
#include <QTest>

using namespace lathe;
using namespace Qt::StringLiterals;

class TestLlmRegistry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void describesEveryProvider();
    void makesEachProvider_data();
    void makesEachProvider();
    void refusesUnusableSettings_data();
    void refusesUnusableSettings();
    void takesNoKeysForVariables_data();
    void takesNoKeysForVariables();
    void checksApiVersions_data();
    void checksApiVersions();
    void checksBaseUrls_data();
    void checksBaseUrls();

private:
    Result<std::unique_ptr<LlmClient>> make(const LlmSettings& settings)
    {
        return makeLlmClient(settings, m_http, m_clock);
    }

    test::FakeClock m_clock;
    HttpClient m_http{m_clock};
};

void TestLlmRegistry::describesEveryProvider()
{
    QStringList names;
    for (const ProviderInfo& info : llmProviders()) {
        names.append(info.name);
        QVERIFY(!info.description.isEmpty());
        QCOMPARE(info.needsBaseUrl, !info.defaultBaseUrl.isEmpty());
    }
    QCOMPARE(names, (QStringList{u"builtin"_s, u"openai"_s, u"openai-responses"_s, u"anthropic"_s, u"gemini"_s,
                                 u"ollama"_s, u"scripted"_s}));
    QVERIFY(llmProviders().first().description.contains(u"not a language model"_s));
}

void TestLlmRegistry::makesEachProvider_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("baseUrl");
    QTest::addColumn<bool>("remote");
    QTest::newRow("builtin") << u"builtin"_s << QString() << false;
    QTest::newRow("openai, its own address") << u"openai"_s << QString() << true;
    QTest::newRow("openai, local") << u"openai"_s << u"http://127.0.0.1:11434/v1/"_s << true;
    QTest::newRow("openai-responses") << u"openai-responses"_s << QString() << true;
    QTest::newRow("anthropic") << u"anthropic"_s << u"http://127.0.0.1:1337/v1"_s << true;
    QTest::newRow("gemini") << u"gemini"_s << u"https://generativelanguage.googleapis.com/v1beta"_s << true;
    QTest::newRow("ollama") << u"ollama"_s << u"http://127.0.0.1:11434/api"_s << true;
    QTest::newRow("scripted") << u"scripted"_s << QString() << false;
}

void TestLlmRegistry::makesEachProvider()
{
    QFETCH(QString, provider);
    QFETCH(QString, baseUrl);
    QFETCH(bool, remote);
    QTemporaryDir dir;
    QFile file(dir.filePath(u"s.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"steps":[{"content":"x"}]})");
    file.close();
    LlmSettings settings;
    settings.provider = provider;
    settings.baseUrl = baseUrl;
    settings.model = provider == u"scripted"_s ? file.fileName() : QString();
    const auto client = make(settings);
    QVERIFY2(client, client ? "" : qPrintable(client.error().message));
    QCOMPARE((*client)->provider(), provider);
    QCOMPARE((*client)->isRemote(), remote);
    QCOMPARE((*client)->defaultModel().isEmpty(), !baseUrl.isEmpty()); // who knows what a server of their own has
}

void TestLlmRegistry::refusesUnusableSettings_data()
{
    QTest::addColumn<QString>("provider");
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("baseUrl");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown") << u"oracle"_s << QString() << QString()
                             << u"builtin, openai, openai-responses, anthropic, gemini, ollama, scripted"_s;
    QTest::newRow("no name") << QString() << QString() << QString() << u"no provider \"\""_s;
    QTest::newRow("script missing") << u"scripted"_s << u"/nowhere.json"_s << QString() << u"/nowhere.json"_s;
    QTest::newRow("script unnamed") << u"scripted"_s << QString() << QString() << u"--model"_s;
    QTest::newRow("bad address") << u"openai"_s << QString() << u"ftp://h/v1"_s << u"http or https"_s;
}

void TestLlmRegistry::refusesUnusableSettings()
{
    QFETCH(QString, provider);
    QFETCH(QString, model);
    QFETCH(QString, baseUrl);
    QFETCH(QString, says);
    LlmSettings settings;
    settings.provider = provider;
    settings.model = model;
    settings.baseUrl = baseUrl;
    const auto client = make(settings);
    QVERIFY(!client);
    QCOMPARE(client.error().code, ErrorCode::InvalidInput);
    QVERIFY2(client.error().message.contains(says), qPrintable(client.error().message));
}

void TestLlmRegistry::takesNoKeysForVariables_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("leadsToAKey");
    QTest::addColumn<bool>("taken");
    QTest::newRow("none: the usual one") << QString() << false << true;
    QTest::newRow("a name that is not set yet") << u"MY_KEY_2"_s << false << true;
    QTest::newRow("small letters, set") << u"my_key"_s << true << true;
    QTest::newRow("small letters, not set") << u"AIzaSyD0123"_s << false << false;
    QTest::newRow("a key") << u"sk-proj-0123"_s << true << false;
    QTest::newRow("begins with a digit") << u"1KEY"_s << false << false;
    QTest::newRow("a line break behind it") << u"KEY\n"_s << false << false;
    QTest::newRow("too long for a name") << QString(129, u'K') << false << false;
}

void TestLlmRegistry::takesNoKeysForVariables()
{
    QFETCH(QString, name);
    QFETCH(bool, leadsToAKey);
    LlmSettings settings;
    settings.provider = u"builtin"_s;
    settings.apiKeyVariable = name;
    settings.apiKey = [leadsToAKey] { return leadsToAKey ? u"key"_s : QString(); };
    const Result<void> checked = checkKeyVariable(settings);
    QTEST(checked.has_value(), "taken");
    QCOMPARE(make(settings).has_value(), checked.has_value());
    QVERIFY(checked || !checked.error().message.contains(name));
}

void TestLlmRegistry::checksApiVersions_data()
{
    QTest::addColumn<QString>("version");
    QTest::addColumn<bool>("taken");
    QTest::newRow("none: the usual one") << QString() << true;
    QTest::newRow("Anthropic") << u"2026-10-21"_s << true;
    QTest::newRow("Azure") << u"2024-10-01-preview"_s << true;
    QTest::newRow("a header in it") << u"2026-10-21\r\nX: y"_s << false;
    QTest::newRow("a query in it") << u"2024-10-21&key=1"_s << false;
    QTest::newRow("a key") << u"sk-proj-0123"_s << false;
}

void TestLlmRegistry::checksApiVersions()
{
    QFETCH(QString, version);
    QFETCH(bool, taken);
    LlmSettings settings;
    settings.provider = u"anthropic"_s;
    settings.apiVersion = version;
    const auto client = make(settings);
    QCOMPARE(client.has_value(), taken);
    QVERIFY(client || !client.error().message.contains(version));
}

void TestLlmRegistry::checksBaseUrls_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("url"); // empty: refused
    QTest::newRow("https") << u"https://api.openai.com/v1"_s << u"https://api.openai.com/v1"_s;
    QTest::newRow("last slashes and blanks") << u" http://127.0.0.1:8080/v1// "_s << u"http://127.0.0.1:8080/v1"_s;
    QTest::newRow("no path") << u"http://[::1]:8080"_s << u"http://[::1]:8080"_s;
    QTest::newRow("empty") << QString() << QString();
    QTest::newRow("no scheme") << u"api.openai.com/v1"_s << QString();
    QTest::newRow("host:port without scheme") << u"localhost:8080"_s << QString();
    QTest::newRow("another scheme") << u"file:///etc/passwd"_s << QString();
    QTest::newRow("no host") << u"http:///v1"_s << QString();
    QTest::newRow("user info") << u"https://me:hunter2@host/v1"_s << QString();
    QTest::newRow("query") << u"https://host/v1?api-key=hunter2"_s << QString();
    QTest::newRow("fragment") << u"https://host/v1#hunter2"_s << QString();
    QTest::newRow("blank inside") << u"https://host /v1"_s << QString();
    QTest::newRow("the whole path") << u"https://host/v1/chat/completions"_s << QString();
}

void TestLlmRegistry::checksBaseUrls()
{
    QFETCH(QString, text);
    QFETCH(QString, url);
    const Result<QUrl> checked = checkBaseUrl(text);
    QCOMPARE(checked ? checked->toString() : QString(), url);
    if (!checked) {
        QCOMPARE(checked.error().code, ErrorCode::InvalidInput);
        QVERIFY2(!checked.error().message.contains(u"hunter2"_s), qPrintable(checked.error().message));
    }
}

QTEST_GUILESS_MAIN(TestLlmRegistry)
#include "tst_llmregistry.moc"
